"""Who says "I" in an article: its author, or in an interview the one who answers.

"Let me grant what is true", below "By Ana Ruiz", is Ana Ruiz's, though no sentence says so. What
stands in quotation marks is somebody else's. Headings that are questions make an interview only of
a text in which somebody answers them: those of an advice page are its author's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

from rag.articles.credits import credits_of
from rag.articles.kept import kept_by_article
from rag.datatypes import Article, BlockKind
from rag.words.months import MONTHS, WEEKDAYS
from rag.words.person import PARTICLES, looks_like_a_person, may_be_a_person

_I = re.compile(r"\b(?:I|I['’](?:m|ve|d|ll)|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b(?!['’.]?[A-Z])")
# One that does not end in its paragraph goes on to the end of it.
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|(?<!\w)‘(?:[^‘’]|’(?=\w))*’(?!\w)")
_LABEL = re.compile(r"^[A-Z][\w .'’-]{0,30}:\s", re.MULTILINE)  # "ANA: I think so": it says whose
_INTERVIEW = re.compile(r"\binterview", re.IGNORECASE)
_INTRODUCES = re.compile(
    r"\A\W*(?:by|written by|posted by|I['’]m|I am|my name is|this is)\b", re.IGNORECASE
)
_MOST_INTRODUCED = 100  # characters
_OF_A_DAY = re.compile(
    rf"on|the|of|\d{{1,4}}(?:st|nd|rd|th)?|{'|'.join((*MONTHS, *WEEKDAYS))}", re.IGNORECASE
)
_TEXT = (BlockKind.PARAGRAPH, BlockKind.ITEM)
# The share of the paragraphs and items of a letter that say "I". Of 130 near misses over four
# folders of handbooks, prices and papers as many are declined as without this, 84; where items that
# are sentences are prose in any text 83, and where the share is counted in characters 69.
_TOLD_AS_I = 0.2
_MARKED = re.compile(r"\W*Q(?:uestion)?\W*[:.]\s")
_MOST_BLOCKS = 12  # above the first question of an interview
_LEAST_ANSWERED = 0.4  # of the questions of an interview: how many are answered with an "I"
# What a sentence opens with before a name, and so with a capital letter: "In British", "When Ana".
_NO_NAMES = frozenset(
    "a about after all although among an and another any as at because before both but by each "
    "even every few first for from he her here his how i if in it its just last like many more "
    "most my near next no not now of on once one only or other our over she since so some still "
    "than that the their then there these they this those though through to today under until we "
    "what when where whether which while who why with yet you your".split()
)
_WORD = r"(?!I\b)[^\W\d_a-z][\w’'-]{0,30}"
_FULL_NAME = re.compile(
    rf"\b{_WORD}(?:\s+(?:(?:{'|'.join(sorted(PARTICLES))})\s+)*(?:{_WORD}|[A-Z]\.)){{1,3}}"
)


def says_i(article: Article, start: int, end: int) -> bool:
    """Return whether what stands from `start` to `end` says "I" or "my" outside of quotations.

    These may begin before it, in the same paragraph.
    """
    if article.language != "en" or not _I.search(article.text, start, end):
        return False
    at = max(0, bisect_right(article.blocks, start, key=lambda block: block.start) - 1)
    while at < len(article.blocks) and (block := article.blocks[at]).start < end:
        own = _QUOTED.sub(_blank, article.text[block.start : block.end])
        first = max(0, start - block.start)
        if _I.search(own, first, max(first, min(len(own), end - block.start))):
            return True
        at += 1
    return False


def _blank(quotation: re.Match[str]) -> str:
    return " " * len(quotation[0])


def says_only_who(article: Article, start: int, end: int) -> bool:
    """Return whether what stands from `start` to `end` only says who the author is, and when.

    "I'm Ana.", "My name is Ana Ruiz.", "By Ana Ruiz, 3 May 2024": it answers who, and nothing else.
    """
    if end - start > _MOST_INTRODUCED:
        return False
    names = {word for name in credits_of([article])[0]["author"] for word in _words(name)}
    text = article.text[start:end]
    said = _words(_INTRODUCES.sub("", text))
    rest = [word for word in said if word not in names and not _OF_A_DAY.fullmatch(word)]
    return bool(said) and not rest and not names.isdisjoint(said)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.lower())


def who_says_i(article: Article, start: int, end: int) -> str:
    """Return who says "I" from `start` to `end` of an article, "" where that is nobody known."""
    labelled = _LABEL.search(article.text[start:end])
    return "" if labelled or not says_i(article, start, end) else first_person(article)


@kept_by_article
def first_person(article: Article) -> str:
    """Return who "I" is in an article in English: its only author, or who is interviewed."""
    if article.language != "en":
        return ""
    [credited] = credits_of([article])
    authors = credited["author"]
    if _calls_itself_an_interview(article):
        return _interviewed(article, authors)
    who = _interviewed(article, authors) if len(_questions(article)) > 1 else ""
    if who and _is_answered(article):  # where the text above says it, too, both may
        return "" if says_i(article, 0, _questions(article)[0]) else who
    if not authors:
        return _set_off(article)
    return authors[0] if len(authors) == 1 and may_be_a_person(authors[0]) else ""


def _set_off(article: Article) -> str:
    """Return whose name stands alone between the title and the day or the outlet, "" of nobody.

    Whoever wrote a text says "I" in it, and does not speak of themselves by their name.
    """
    for above, block in pairwise(article.blocks[:_MOST_BLOCKS]):
        name = article.text[above.start : above.end].strip(" *_")
        if block.kind is not BlockKind.BYLINE or above.kind is not BlockKind.SUBTITLE:
            continue
        if not looks_like_a_person(name) or not _FULL_NAME.fullmatch(name):
            continue
        rest = article.text[block.end :]
        is_told_of = re.search(rf"\b{re.escape(name.split()[-1])}\b", rest) is not None
        return name if not is_told_of and says_i(article, block.end, len(article.text)) else ""
    return ""


@kept_by_article
def is_told_as_i(article: Article) -> bool:
    """Return whether somebody known says "I" in enough of the paragraphs and items of a text."""
    told = [block for block in article.blocks if block.kind in _TEXT]
    own = sum(says_i(article, block.start, block.end) for block in told)
    return own >= _TOLD_AS_I * len(told) and own > 0 and bool(first_person(article))


@kept_by_article
def answers_in(article: Article) -> list[tuple[int, int, int]]:
    """Return of each answer in an interview where its question begins, and its (start, end).

    Nothing of a text without several questions that somebody else than its author answers.
    """
    questions = _questions(article)
    who = first_person(article)
    if len(questions) < 2 or not who or who in credits_of([article])[0]["author"]:
        return []
    found = []
    for above, block in pairwise(article.blocks):
        if block.kind not in _TEXT or _asks(article, block.start):
            continue
        if above.start in questions or (_asks(article, above.start) and above.kind in _TEXT):
            found.append((above.start, block.start, block.end))
        elif found and found[-1][2] == above.end:
            found[-1] = (*found[-1][:2], block.end)
    return found


def _asks(article: Article, start: int) -> bool:
    """Return whether a line is marked as a question: "Q: You were ill for a year." """
    return _MARKED.match(article.text, start) is not None


def _calls_itself_an_interview(article: Article) -> bool:
    """Return whether the lines above the text say so."""
    above = (BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.BYLINE)
    return any(
        block.kind in above and _INTERVIEW.search(article.text, block.start, block.end)
        for block in article.blocks[:_MOST_BLOCKS]
    )


def _is_answered(article: Article) -> bool:
    """Return whether enough of the headings that are questions are answered with an "I"."""
    questions = _questions(article)
    ends = [*questions[1:], len(article.text)]
    answers = [says_i(article, *span) for span in zip(questions, ends, strict=True)]
    return sum(answers) >= _LEAST_ANSWERED * len(answers)


def _questions(article: Article) -> list[int]:
    """Return where the headings that are questions begin."""
    return [
        block.start
        for block in article.blocks
        if block.kind is BlockKind.HEADING
        and article.text[block.start : block.end].rstrip(" *_").endswith("?")
    ]


def _interviewed(article: Article, authors: tuple[str, ...]) -> str:
    """Return the first person named in full above the first question but the author, else ""."""
    end = next(iter(_questions(article)), None)
    for block in article.blocks[:_MOST_BLOCKS]:
        if block.kind in (BlockKind.BYLINE, BlockKind.CREDIT, BlockKind.CAPTION):
            continue
        if end is not None and block.start >= end:
            break
        for match in _FULL_NAME.finditer(article.text, block.start, block.end):
            name = _without_opening(match[0])
            if name not in authors and looks_like_a_person(name):
                return name
    return ""


def _without_opening(name: str) -> str:
    """Return what is taken for a name without what a sentence opens with: "In May Ana Ruiz"."""
    words = name.split()
    opens = [word.lower() in _NO_NAMES for word in words]
    at = opens.index(False) if False in opens else len(words)
    if at and words[at:] and words[at].lower() in (*MONTHS, *WEEKDAYS):
        at += 1
    return " ".join(words[at:])
