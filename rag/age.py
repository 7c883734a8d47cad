"""How old a thing is, where only the year is told in which it was made.

    "How old is the mill?"   -> "When was the mill built or founded?"   "It was built in 1788."

Asked so where nothing tells the age itself, and answered by what names a year and such a verb.
"""

from __future__ import annotations

import re

from rag.manners import LED
from rag.months import YEAR
from rag.person import looks_like_a_person

_HOW_OLD = re.compile(rf"(?i:{LED}how\s+old\s+(?:is|are|was))\s+(?P<what>[^,?!]{{2,80}}?)[\s?!.]*")
_MADE = re.compile(
    r"\b(?:built|founded|born|opened|made|established|launched|formed|constructed|set up|dates?"
    r"|dating|begun|erected|completed)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(rf"\b{YEAR}\b")


def when_made(question: str) -> str:
    """Return the question for when a thing was made whose age is asked for, "" of any other.

    >>> when_made("And how old is the mill?"), when_made("How old is Ana Ruiz?")
    ('When was the mill built or founded?', 'When was Ana Ruiz born?')
    """
    match = _HOW_OLD.fullmatch(question.strip())
    if match is None:
        return ""
    what = match["what"]
    return f"When was {what} {'born' if looks_like_a_person(what) else 'built or founded'}?"


def tells_when_made(text: str) -> bool:
    """Return whether a text names a year, and that something was made.

    >>> tells_when_made("It was built in 1788."), tells_when_made("It was sold in 1788.")
    (True, False)
    """
    return _MADE.search(text) is not None and _YEAR.search(text) is not None
