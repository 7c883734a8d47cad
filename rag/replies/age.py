"""How old a thing is, where only the year is told in which it was made.

    "How old is the mill?"   -> "When was the mill built or founded?"   "It was built in 1788."
    "How old is the mayor?"  -> "When was the mayor born?"              "The mayor, born in 1961,"

Asked so where nothing tells the age itself, and answered by what names a year and such a verb, and
is of that thing by its own words or its article's title.
"""

from __future__ import annotations

import re

from rag.questions.asked import telling_terms
from rag.questions.manners import LED
from rag.text import tokenise
from rag.words.months import YEAR
from rag.words.person import are_people, is_somebody, looks_like_a_person

_HOW_OLD = re.compile(
    rf"(?i:{LED}how\s+old\s+(?P<verb>is|are|was))\s+(?P<what>[^,?!]{{2,80}}?)[\s?!.]*"
)
_MADE = re.compile(
    r"\b(?:built|founded|opened|made|established|launched|formed|constructed|set up|dates?"
    r"|dating|begun|erected|completed)\b",
    re.IGNORECASE,
)
_BORN = re.compile(r"\bborn\b", re.IGNORECASE)
_YEAR = re.compile(rf"\b{YEAR}\b")
_OF_BIRTH, _OF_MAKING = "born", "built or founded"


def when_made(question: str) -> str:
    """Return the question for when a thing was made whose age is asked for, "" of any other.

    Of somebody it is when they were born, and "" of several people, whose ages differ.

    >>> when_made("And how old is the mill?"), when_made("How old is Ana Ruiz?")
    ('When was the mill built or founded?', 'When was Ana Ruiz born?')
    """
    match = _HOW_OLD.fullmatch(question.strip())
    if match is None or are_people(match["what"].lower()):
        return ""
    what = match["what"]
    is_one = looks_like_a_person(what) or is_somebody(what.lower())
    were = "were" if match["verb"].lower() == "are" else "was"
    return f"When {were} {what} {_OF_BIRTH if is_one else _OF_MAKING}?"


def tells_when_made(text: str, made: str, title: str) -> bool:
    """Return whether a text under a `title` names a year, and that what `made` asks of was made.

    `made` is a question that `when_made` returned.

    >>> asked = when_made("How old is the mill?")
    >>> tells_when_made("It was built in 1788.", asked, "The mill")
    True
    >>> tells_when_made("It was sold in 1788.", asked, "The mill")
    False
    """
    is_born = made.endswith(f" {_OF_BIRTH}?")
    what = made.removesuffix(f" {_OF_BIRTH if is_born else _OF_MAKING}?")
    is_of_it = not set(telling_terms(what)).isdisjoint(tokenise(f"{title}\n{text}"))
    verb = _BORN if is_born else _MADE
    return is_of_it and verb.search(text) is not None and _YEAR.search(text) is not None
