"""The turns of a conversation as they are read: what was asked, and the prose of the answer.

An answer may come as its prose, or as it is printed:

    Searched for “Where does Ana Ruiz live?”     what was searched for, and among what
                                                 (a blank line)
    She lives in Velm. [1]                       the prose, with markers
                                                 (a blank line)
    Sources:                                     or "Nearest: ...", where it was declined
    [1] Velm Gazette: “She lives in Velm.”

Of that the prose alone is read: no word of the rest was said of anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.datatypes import UNSUPPORTED, Message

MOST_TURNS = 12  # turns that are read into each other: what an older one said is not leant on
MOST_TURN_CHARS = 4000  # of an earlier message or answer that are read
_ABOVE = re.compile(
    r"Asked as it stands|Searched for “.+”|.+ \(“.+”\)|Asked of [\d,]+ articles? only"
)
_SOURCES = re.compile(r"\s*\bSources:\s+\[1\] .*\Z", re.DOTALL)
_NEAREST = re.compile(r"\n\nNearest: .*\Z", re.DOTALL)
_MARKER = re.compile(r" \[\d+\]")
_LINE_END = re.compile(r"(?<=\])\n(?=\S)")  # between two statements
_STATEMENT_END = re.compile(rf"{_LINE_END.pattern}|\n(?=[^\n]* \| )")  # or before a table's row


def exchanges(history: Sequence[Message]) -> list[tuple[str, str]]:
    """Return (question, answer) of each turn of the user; "" where no answer was given."""
    return [(question, prose(answer)) for question, answer in _pairs(history)]


def told_in_turns(history: Sequence[Message]) -> list[list[str]]:
    """Return what was told in each turn of the user, a line of its answer each.

    >>> told_in_turns([{"role": "user", "content": "What does the punt cost?"},
    ...                {"role": "assistant", "content": "Boat | Price [1]\\nPunt | 5 [2]"}])
    [['Boat | Price', 'Punt | 5']]
    """
    return [
        [" ".join(_unmarked(line).split()) for line in _STATEMENT_END.split(_cut(answer))]
        for _, answer in _pairs(history)
    ]


def _pairs(history: Sequence[Message]) -> list[tuple[str, str]]:
    """Return the question, in one line, and the answer as it came of each turn of the user."""
    found: list[tuple[str, str]] = []
    for turn in history:
        content = turn["content"][:MOST_TURN_CHARS]
        if turn.get("role") == "user":
            found.append((" ".join(content.split()), ""))
        elif found and not found[-1][1]:
            found[-1] = (found[-1][0], content)
    return found


def prose(answer: str) -> str:
    """Return what an answer says, in one line, without what is printed above, within and below.

    >>> prose("Searched for “Who is old?”\\n\\nAna. [1]\\n\\nSources:\\n[1] Velm: “Ana.”")
    'Ana.'
    """
    return " ".join(statements_of(answer).split())


def statements_of(answer: str) -> str:
    """Return the statements of an answer one after the other, or its reason alone."""
    return _unmarked(_LINE_END.sub(" ", _cut(answer)))


def _cut(answer: str) -> str:
    """Return an answer without what is printed above and below it."""
    above, blank, below = answer.partition("\n\n")
    if blank and all(map(_ABOVE.fullmatch, above.split("\n"))):
        answer = below
    return _NEAREST.sub("", _SOURCES.sub("", answer))


def _unmarked(told: str) -> str:
    return _MARKER.sub("", told).replace(f" ({UNSUPPORTED})", "")
