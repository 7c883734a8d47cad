"""What a question names and a passage does not: a name that another passage holds, a year, a month.

"How many tokens does Moonshot give away?" is not answered where a passage tells it of "the
company", and Moonshot stands in another one; "in 2021" is not by what is told of 2024. A model that
reads one passage alone finds both likely enough. English only: other languages write other words
with a capital letter too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.articles.first_person import who_says_i
from rag.datatypes import Passage
from rag.questions.dates import is_of_any_year
from rag.searching.subject import opening_of, portrayed
from rag.text import question_language
from rag.words.months import MONTHS, YEAR
from rag.words.phrases import WORD, is_demonym, names

_YEAR = re.compile(rf"(?<![\w.,$€£-]){YEAR}(?![\w.,]*\d)")
_YEARS = re.compile(
    rf"(?<!\d)(?P<first>{YEAR})\s?(?:[-–/]|to|and|until|through)\s?"
    rf"(?P<last>(?:{YEAR}|\d\d)(?!\d))"
)
_MONTH = re.compile(
    rf"\b(?:{'|'.join(name.title() for name in MONTHS)}"
    rf"|(?:{'|'.join(name[:3].title() for name in MONTHS)}|Sept)\b\.?)"
)
_SHORT = [name[:3].title() for name in MONTHS]
_MONTHS = re.compile(
    rf"(?P<first>{_MONTH.pattern})(?:\s+\d{{1,2}})?\s?(?:[-–/]|to|until|till|through|and)\s?"
    rf"(?:\d{{1,2}}\s+)?(?P<last>{_MONTH.pattern})"
)
# "May" and "April" are names too: a question means the month after these words, or before a number.
_BEFORE_MONTH = re.compile(
    r"\b(?:in|by|of|from|during|on|this|last|next|early|mid|late|and|to|for|\d\d?(?:st|nd|rd|th)?)"
    r"[\s-]+$",
    re.IGNORECASE,
)
# A time that is only reckoned from need not be named by what answers.
_RECKONED = re.compile(r"\b(?:before|after|since|until|till|than)\s+(?:\w+\s+){0,2}$", re.I)
# What joins names of which an answer may tell one: "Kestrel and Moonshot", "compare A with B".
_JOINT = re.compile(
    r"[\s,]*(?:and|or|&|than|versus|vs\.?|(?:compared? )?(?:with|to|against))?[\s,]*"
)
_ALIKE = 5  # letters that two longer words begin with, to be forms of one: America, American

Held = frozenset[str]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What a passage lacks: the share of the known names, 0 to 1, and whether it is a time."""

    names: float = 0.0
    time: bool = False


class _Text:
    """A passage, its article's title and opening before it, by its words.

    What an article is about need not be named again in each of its passages.
    """

    def __init__(self, passage: Passage) -> None:
        article, chunk = passage.article, passage.chunk
        who = who_says_i(article, chunk.start, chunk.end) or portrayed(article)[0]
        self.text = f"{who}\n{opening_of(article)}\n{passage.titled}"
        self.published = passage.article.published

    @cached_property
    def written(self) -> Held:
        return frozenset(WORD.findall(self.text))

    @cached_property
    def words(self) -> Held:
        return frozenset(part for word in self.written for part in _parts(word))

    @cached_property
    def beginnings(self) -> Held:
        return frozenset(word[:_ALIKE] for word in self.words if len(word) > _ALIKE)

    def holds(self, name: Sequence[str]) -> bool:
        """Whether it holds a word of the name, in one of its forms."""
        return any(
            word in self.words
            or word.removesuffix("s") in self.words
            or (len(word) > _ALIKE and word[:_ALIKE] in self.beginnings)
            for word in name
        )

    def is_of(self, year: str) -> bool:
        """Whether it names the year, a span of years around it, or is of that year itself."""
        if self.published is not None and str(self.published.year) == year:
            return True
        # 2000 may be a number: "2,000".
        if year in _YEAR.findall(self.text) or f"{year[0]},{year[1:]}" in self.text:
            return True
        return any(_within(year, match) for match in _YEARS.finditer(self.text))

    @cached_property
    def tells_a_season(self) -> bool:
        """Whether it names a span of months: what is allowed in it is not allowed in others."""
        return _MONTHS.search(self.text) is not None

    def is_in(self, month: str) -> bool:
        """Whether it names the month (three letters), a span around it, or is of it itself."""
        if self.published is not None and MONTHS[self.published.month - 1][:3].title() == month:
            return True
        if any(match[0][:3] == month for match in _MONTH.finditer(self.text)):
            return True
        return any(_lies_between(month, match) for match in _MONTHS.finditer(self.text))


def mismatches(question: str, passages: Sequence[Passage]) -> list[Mismatch]:
    """Return what each passage lacks of what the question names, in the order of the passages."""
    if question_language(question) != "en":
        return [Mismatch()] * len(passages)
    texts = [_Text(passage) for passage in passages]
    known = [name for name in _names(question, texts) if any(text.holds(name) for text in texts)]
    years, months = _times(question)
    is_rule = is_of_any_year(question)
    return [
        Mismatch(
            sum(not text.holds(name) for name in known) / max(1, len(known)),
            not (
                all(map(text.is_of, years))
                and (all(map(text.is_in, months)) or (is_rule and text.tells_a_season))
            ),
        )
        for text in texts
    ]


def _names(question: str, texts: Sequence[_Text]) -> list[list[str]]:
    """Return the words of each name in the question, but of its demonyms and of times.

    A single first word is one where passages write it with its capital and never without. Names
    that are joined count as one.
    """
    found: list[list[str]] = []
    last = 0  # where the last name ends
    for start, end in names(question):
        name = question[start:end]
        if _YEAR.fullmatch(name) or _MONTH.fullmatch(name):
            continue
        if not question[:start].strip() and name[1:] == name[1:].lower():
            held = [text for text in texts if name in text.written]
            if not held or any(name.lower() in text.written for text in texts):
                continue
        words = [
            part
            for word in WORD.findall(name)
            if not word[0].islower() and not is_demonym(word)
            for part in _parts(word)
        ]
        if words and found and _JOINT.fullmatch(question[last:start]):
            found[-1] += words
        elif words:
            found.append(words)
        last = end
    return found


def _times(question: str) -> tuple[set[str], set[str]]:
    """Return the years and the months (three letters) that a question asks of."""
    years = {
        match[0]
        for match in _YEAR.finditer(question)
        if not _RECKONED.search(question[: match.start()])
    }
    months = {
        match[0][:3]
        for match in _MONTH.finditer(question)
        if not _RECKONED.search(before := question[: match.start()])
        and (_BEFORE_MONTH.search(before) or re.match(r"\s+\d", question[match.end() :]))
    }
    return years, months


def _parts(word: str) -> list[str]:
    """Return the word in lower case, and where a hyphen joins several, each of them."""
    lower = word.lower()
    return [lower, *lower.split("-")] if "-" in lower else [lower]


def _lies_between(month: str, months: re.Match[str]) -> bool:
    """Return whether a month is one of a span of them, which may go on in the next year."""
    first, last, at = (_SHORT.index(name[:3]) for name in (months["first"], months["last"], month))
    return (at - first) % 12 <= (last - first) % 12


def _within(year: str, years: re.Match[str]) -> bool:
    first, last = years["first"], years["last"]
    return first <= year <= first[: -len(last)] + last
