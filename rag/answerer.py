"""What an answerer is asked and what it hands back: the seam between passages and an answer.

An Answerer picks places of the articles; a Writer writes statements of its own about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag.changes.claim import Claim
from rag.cite import Place
from rag.datatypes import LeftOut, Passage, Statement
from rag.retrieve import Retrieved
from rag.searching.beside import Beside


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer found: places best first, how sure it is, and why it declines if it does.

    `places` is empty exactly where the answerer declines. `readings` is the reading model's score
    of each passage that it read, by chunk id, higher is better. `differing` holds the claims where
    the articles give different answers; its places are among `places`. `threshold` and `left_out`
    are those of `Grounds`. `by_date`: what happened when, which stands as it is, each sentence with
    its own date.
    """

    places: tuple[Place, ...]
    confidence: float
    reason: str
    readings: Mapping[str, float] = field(default_factory=dict)
    differing: tuple[Claim, ...] = ()
    threshold: float | None = None
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    by_date: bool = False


class Answerer(Protocol):
    """What turns passages into an answer: sentences alone, a reading model."""

    @property
    def name(self) -> str:
        """The answerer's name, as `answered_by` gives it."""

    def answer(self, question: str, found: Retrieved, beside: Beside | None = None) -> Draft:
        """Return the places that answer `question` among the passages found for it.

        `beside`: the same passages, as they were found for it and the question before together.
        """


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer has written so far, and the passages that it was given, exactly.

    At the end, no statements mean that it declines. `reason` says why, or what an answer leaves
    open; `supported` is the share of what was written that the passages bear out.
    """

    statements: tuple[Statement, ...]
    passages: tuple[Passage, ...]
    reason: str = ""
    supported: float = 1.0


class Writer(Protocol):
    """What turns passages into prose as it comes: a chat model."""

    @property
    def name(self) -> str:
        """The writer's name, as `answered_by` gives it."""

    def write(self, question: str, passages: Sequence[Passage]) -> Iterator[Written]:
        """Yield what is written so far, statement by statement; the last one is whole.

        Raises:
            ChatError: there is no answer; what was yielded before does not count.
        """
