"""What a reader says of a passage, and what every reader can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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
