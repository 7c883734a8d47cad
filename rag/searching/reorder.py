"""Passages reordered by what the reader said of them, beside what the retriever said.

    score = base + READER_WEIGHT * P(the passage answers)

`base` is the fused score, about 0 to 1, or the reranker's as a probability where one is named. The
two are not on one scale: passages that the reranker judged stay before those that it did not. A
sum rather than the reader's order alone: the reader judges each passage by itself, and of two that
both seem to answer, the one that the retriever put first is the likelier. The weight is that of
tests/benchmarks/reordering.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag.datatypes import Passage, Score, Scores
from rag.odds import logistic
from rag.retrieve import PassageRetriever, Retrieved, in_order_of, retrieve_ordered

READER_WEIGHT = 0.25

# (question, passages) -> the reader's log-odds of those that it read, by chunk id
Readings = Callable[[str, Sequence[Passage]], Mapping[str, float]]


class ReorderingRetriever:
    """A retriever whose best `depth` passages are read and reordered."""

    def __init__(self, inner: PassageRetriever, readings: Readings, *, depth: int) -> None:
        self._inner = inner
        self._readings = readings
        self._depth = depth

    def retrieve(self, question: str, *, k: int) -> Retrieved:
        """Return the best `k` passages; those beyond the first `depth` follow in their own order.

        Raises:
            ModelError: the reader cannot be loaded.
        """
        return retrieve_ordered(
            self._inner, question, k=k, depth=self._depth, stage="reorder",
            order=lambda found: reordered(
                with_readings(found, self._readings(question, found[: self._depth]))
            ),
        )  # fmt: skip


def reordered(passages: Sequence[Passage], *, weight: float = READER_WEIGHT) -> tuple[Passage, ...]:
    """Return the passages that were read by their score together, then the others as they stood.

    Those that a reranker judged go before those that it did not. Equal scores keep the order given.
    `scores.reordered` holds the score and its rank.
    """
    read = [passage for passage in passages if passage.scores.reader is not None]
    judged = [passage for passage in read if passage.scores.reranker is not None]
    others = [passage for passage in read if passage.scores.reranker is None]
    return (
        *_by_both(judged, weight=weight),
        *_by_both(others, weight=weight, first=len(judged) + 1),
        *(passage for passage in passages if passage.scores.reader is None),
    )


def _by_both(passages: Sequence[Passage], *, weight: float, first: int = 1) -> tuple[Passage, ...]:
    """Return passages whose scores are on one scale in order; their ranks count from `first`."""
    values = [combined(passage.scores, weight=weight) for passage in passages]
    return in_order_of(passages, values, name="reordered", first=first)


def combined(scores: Scores, *, weight: float = READER_WEIGHT) -> float:
    """Return the score of a passage by the retriever and the reader together."""
    if scores.reranker is not None:
        base = logistic(scores.reranker.value)
    else:
        base = scores.fused.value if scores.fused is not None else 0.0
    return base + (weight * logistic(scores.reader.value) if scores.reader is not None else 0.0)


def with_readings(
    passages: Sequence[Passage], readings: Mapping[str, float]
) -> tuple[Passage, ...]:
    """Return the passages, in the order given, with the reader's score of those that it read.

    `readings` gives the score by chunk id; the rank counts from 1 for the highest.
    """
    order = sorted(readings, key=lambda name: (-readings[name], name))
    scores = {name: Score(rank, readings[name]) for rank, name in enumerate(order, start=1)}
    return tuple(
        replace(passage, scores=replace(passage.scores, reader=scores.get(passage.chunk.id)))
        for passage in passages
    )
