"""What a reader says of a passage, and what every reader can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.odds import logistic

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one question and one passage gave when they were read together.

    `span` is the stretch of the passage that answers best, half-open code points, whether or not
    the passage answers at all; None only where there is nothing to read. `margin` is the span's
    score less the score of "no answer here", in logits. `answerable` is the calibrated
    probability that the passage answers, 0 to 1, and `logit` its log-odds. `sentences` has one
    score for each sentence that was given, in their order: higher means likelier to hold the
    answer; they compare within a passage only. A sentence without a single word piece has -inf.
    """

    span: Span | None
    margin: float
    logit: float
    answerable: float
    sentences: tuple[float, ...]


def mean_of(one: Reading, other: Reading, *, share: float) -> Reading:
    """Return what a passage gave to two questions that ask for one thing; `share`: of the other.

    The span is that of the one which is surer of its own.
    """
    surer = other if other.margin > one.margin else one
    logit = _between(one.logit, other.logit, share)
    return Reading(
        surer.span,
        _between(one.margin, other.margin, share),
        logit,
        logistic(logit),
        tuple(
            _between(first, second, share)
            for first, second in zip(one.sentences, other.sentences, strict=True)
        ),
    )


def _between(one: float, other: float, share: float) -> float:
    return one if one == other else (1 - share) * one + share * other


class Reader(Protocol):
    """What the answerer asks of a reading model."""

    @property
    def model_id(self) -> str:
        """The reader's name."""

    @property
    def fingerprint(self) -> str:
        """A hash of everything that shapes the readings: two equal ones read alike."""

    def read(
        self, question: str, passages: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> list[Reading]:
        """Return one Reading for each passage, in order.

        `sentences[i]` are the (start, end) of the sentences of `passages[i]`, in order.
        """
