"""Who speaks in an article as what they are: "the mayor", "its spokeswoman", "the firm's owner".

    "What did the mayor say?"    "The mayor said that it was late."           the very words
                                 "It is late, said the mayor, Ina Hart."
                                 "“Very late,” Hart said."                    who was called mayor
                                 "The mayor left. “Too late,” she added."

Any noun will do that an article has say something: "the council", "neighbours", "the report".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article
from rag.questions.kinds import ARTICLE, KIND
from rag.replies.opinions import holder_of
from rag.replies.quoted import PRONOUN_SPEAKS, sayings, speaking, without_quotations
from rag.text import tokenise
from rag.words.person import are_people, person_within
from rag.words.phrases import FUNCTION, names

_DETERMINER = r"(?:the|an?|its|their|his|her|our|your|one|another|this|that)"
_OWNER = r"(?:[\w.&-]+\s+){0,3}[\w.&-]+"
_JOINS = r"(?!(?:of|for|at|from|in|to|by|with|and|or|the|an?)\s)"  # no word of one phrase
_PHRASE = re.compile(
    rf"(?:{_DETERMINER}\s+)?(?:(?P<owner>{_OWNER})['’]s?\s+)?"
    rf"(?P<before>(?:{_JOINS}[\w-]+\s+){{0,3}})"
    r"(?P<head>[a-z]{3,})(?:\s+(?:of|for|at|from|in)\s+(?P<of>.+))?",
)
_OPENS = re.compile(rf"{_DETERMINER}\s|{_OWNER}['’]s?\s", re.IGNORECASE)
_NO_SPEAKER = re.compile(rf"{ARTICLE}|{KIND}|others?|ones?|rest|thing|author|writer", re.IGNORECASE)
# Between what somebody is and the name, or the other way round.
_NAMED = re.compile(r",?\s+")
_IS = re.compile(
    rf",?\s+(?:who\s+)?(?:(?:is|was|became)\s+)?(?:(?:now|then|long|still)\s+)?(?:{_DETERMINER}\s+)?"
)
# What tells behind the word for a role which one it is: "of Orla", "for Tarn Lines".
_WHICH = re.compile(
    r"\s+(?:of|for|at|from|in)\s+(?:(?:the|its|their)\s+)?"
    r"(?:[a-z][\w-]*|[\w.&’'-]+(?:\s+[^\W\d_a-z][\w.&-]*){0,3})"
)
_BORNE = re.compile(r"(?P<what>\w{3,})(?:woman|man|person)")  # whatever whoever bears it is
_MOST_WORDS = 3  # between a determiner and what somebody is


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is, in the singular, and the stems of the words that tell which one."""

    head: str
    telling: frozenset[str]


def role_named(phrase: str) -> Role | None:
    """Return the role by which somebody is called in a question; None of a name or a document.

    >>> role_named("the chief nurse of Velm") == Role("nurse", frozenset({"chief", "velm"}))
    True
    >>> role_named("Ana Ruiz"), role_named("the article")
    (None, None)
    """
    match = _PHRASE.fullmatch(" ".join(phrase.split()))
    if match is None or match["head"] in FUNCTION or _NO_SPEAKER.fullmatch(match["head"]):
        return None
    head = match["head"]
    if not _OPENS.match(phrase) and not are_people(head) and not head.endswith("s"):
        return None
    telling = " ".join(filter(None, (match["owner"], match["before"], match["of"])))
    words = [word for word in re.findall(r"\w+", telling) if word.lower() not in FUNCTION]
    return Role(_singular(head), frozenset(tokenise(" ".join(words))))


def is_told_of(article: Article, role: Role) -> bool:
    """Return whether an article has the word for a role, and somewhere what tells which one."""
    if re.search(rf"\b{_form(role.head)}\b", article.text, re.IGNORECASE) is None:
        return False
    if not role.telling:
        return True
    return role.telling <= set(tokenise(f"{article.title}\n{article.text}"))


def said_as(article: Article, role: Role) -> tuple[list[Place], list[str]]:
    """Return the sentences of an article with the words of whoever has a role, and their names.

    The article is in English. Of several who are called so, these are those of whom most of what
    tells which one is said there; the article holds all of it.
    """
    if article.language != "en" or not is_told_of(article, role):
        return [], []
    called = re.compile(
        rf"\b(?:(?i:{_DETERMINER}|[\w.&-]+['’]s?)\s+(?:{_JOINS}[\w.&-]+\s+){{0,{_MOST_WORDS}}}?"
        rf"|(?:[^\W\d_a-z][\w.&-]*\s+){{0,{_MOST_WORDS}}})(?i:{_form(role.head)})\b"
    )
    people: dict[str, int] = {}
    found = list(_words_of(article, role, called, people))
    found += [(held, place) for name, held in people.items() for place in sayings(article, name)]
    most = max((*(held for held, _ in found), *people.values()), default=0)
    places = dict.fromkeys(place for held, place in found if held == most)
    return list(places), [name for name, held in people.items() if held == most]


def _words_of(
    article: Article, role: Role, called: re.Pattern[str], people: dict[str, int]
) -> Iterator[tuple[int, Place]]:
    """Yield each sentence of whoever has the role, and how much of what tells which one it holds.

    `called` finds the words for the role; who has it by name is put in `people`, with the same.
    """
    text = article.text
    opening = {block.start for block in article.blocks}
    before = -1  # what was held of it in the sentence before, if that was about whoever has it
    is_open = False
    for start, end in statement_spans(article):
        sentence = text[start:end]
        plain, is_open = without_quotations(sentence, is_open and start not in opening)
        spans = [_with_name(plain, match) for match in called.finditer(plain)]
        named = [span for name in names(plain) if (span := person_within(plain, name))]
        for span in spans:
            held = _held(role, plain, span)
            for name in _called_so(plain, span, called, named):
                people[name] = max(held, people.get(name, 0))
        speaks = speaking(sentence, spans) or holder_of(plain, spans)
        if speaks is not None:
            before = _held(role, sentence, speaks)
            yield before, Place(article.id, start, end)
        elif start not in opening and before >= 0 and PRONOUN_SPEAKS.search(plain) and not named:
            yield before, Place(article.id, start, end)
        else:
            opens = next((span for span in spans if not plain[: span[0]].strip(" “\"'")), None)
            before = _held(role, plain, opens) if opens else -1


def _with_name(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return the (start, end) of the words for a role, with the name right behind them."""
    behind = re.compile(r"(?:\s+[^\W\d_a-z][\w.’'-]*){1,4}").match(text, match.end())
    return match.start(), behind.end() if behind else match.end()


def _called_so(
    text: str, span: tuple[int, int], called: re.Pattern[str], named: Sequence[tuple[int, int]]
) -> Iterator[str]:
    """Yield the names of those who are called by the role at `span`: beside it, or within."""
    for start, end in named:
        behind = span[0] <= start < span[1] or (
            start >= span[1] and _NAMED.fullmatch(text, span[1], start)
        )
        between = _IS.match(text, end) if end <= span[0] else None
        ahead = between is not None and "," in text[end : end + 1] and (
            called.match(text, between.end()) is not None or between.end() == span[0]
        )  # fmt: skip
        if behind or ahead:
            yield " ".join(text[start:end].split())


def _held(role: Role, text: str, span: tuple[int, int]) -> int:
    """Return how many of the words that tell which one stand in and behind those at `span`."""
    which = _WHICH.match(text, span[1])
    return len(role.telling & set(tokenise(text[span[0] : which.end() if which else span[1]])))


def _singular(head: str) -> str:
    if head.endswith("ies"):
        return f"{head[:-3]}y"
    if head.endswith("men"):
        return f"{head[:-3]}man"
    if head.endswith("people") and head != "people":
        return f"{head[:-6]}person"
    return head[:-1] if head.endswith("s") and not head.endswith(("ss", "us")) else head


def _form(head: str) -> str:
    """Return the expression for a role in the singular and the plural."""
    if head.endswith("y"):
        return rf"{re.escape(head[:-1])}(?:y|ies|ys)"
    if borne := _BORNE.fullmatch(head):
        return rf"{re.escape(borne['what'])}(?:(?:wo)?m[ae]n|persons?|people)"
    return rf"{re.escape(head)}(?:e?s)?"
