"""Two runs over the same questions, or several: what differs, how surely, and which questions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import QuestionSetError
from rag.evaluate import intervals
from rag.evaluate.judge import Record
from rag.evaluate.metrics import BY_NAME, METRICS
from rag.evaluate.run import Run
from rag.evaluate.summary import RATIOS, STATISTICS, Outcomes, columns, outcomes

SURE_P = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric before and after; `p` is two-sided, of the paired permutation test."""

    metric: str
    before: float
    after: float
    p: float

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def verdict(self) -> str:
        """ "better" or "worse" where it is surely so (p < 0.05), else ""."""
        metric = BY_NAME[self.metric]
        if metric.better == "neither" or not self.change or not self.p < SURE_P:
            return ""
        return "better" if metric.improves(self.before, self.after) else "worse"

    def to_dict(self) -> dict[str, Any]:
        """The difference as `--json` prints it."""
        return {
            "metric": self.metric,
            "before": self.before,
            "after": self.after,
            "change": self.change,
            "p": self.p,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Turned:
    """A question whose outcome differs, before and after."""

    before: Record
    after: Record


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another, over the `shared` questions that both have."""

    before: Run
    after: Run
    shared: int
    differences: tuple[Difference, ...]
    turned_right: tuple[Turned, ...]
    turned_wrong: tuple[Turned, ...]

    @property
    def worse(self) -> tuple[Difference, ...]:
        """The metrics that surely fell."""
        return tuple(d for d in self.differences if d.verdict == "worse")

    def to_dict(self) -> dict[str, Any]:
        """The comparison as `rag eval compare --json` prints it."""
        return {
            "before": self.before.name,
            "after": self.after.name,
            "shared": self.shared,
            "differences": [difference.to_dict() for difference in self.differences],
            "turned_right": [_turned_to_dict(turned) for turned in self.turned_right],
            "turned_wrong": [_turned_to_dict(turned) for turned in self.turned_wrong],
        }


def _turned_to_dict(turned: Turned) -> dict[str, str]:
    question = turned.after.question
    return {
        "id": question.id,
        "question": question.question,
        "before": said(turned.before),
        "after": said(turned.after),
    }


def said(record: Record) -> str:
    """What was answered, or why not, on one line."""
    seen = record.seen
    if seen.outcome == "answered":
        return seen.text
    if seen.outcome == "searched":
        rank = record.leg_ranks.get("fused")
        return f"evidence at rank {rank}" if rank else "evidence not found"
    return f"(declined) {seen.error or seen.reason}".strip()


def compare(before: Run, after: Run) -> Comparison:
    """What changed. Questions that only one run has are left out.

    Raises QuestionSetError where the runs have no question in common, or evaluate other parts.
    """
    if before.part != after.part:
        raise QuestionSetError(
            f"cannot compare {before.name} ({before.part}) with {after.name} ({after.part}): "
            "run both with the same --only"
        )
    old = {(r.question.id, r.question.question): r for r in before.records}
    pairs = [
        Turned(old[key], record)
        for record in after.records
        if (key := (record.question.id, record.question.question)) in old
    ]
    if not pairs:
        raise QuestionSetError(
            f"{before.name} and {after.name} have no question in common; compare runs of one set"
        )
    return Comparison(
        before=before,
        after=after,
        shared=len(pairs),
        differences=_differences([p.before for p in pairs], [p.after for p in pairs]),
        turned_right=tuple(p for p in pairs if not p.before.is_right and p.after.is_right),
        turned_wrong=tuple(p for p in pairs if p.before.is_right and not p.after.is_right),
    )


def _differences(before: Sequence[Record], after: Sequence[Record]) -> tuple[Difference, ...]:
    old, new = columns(before), columns(after)
    values = intervals.ratios(*old), intervals.ratios(*new)
    chances = intervals.paired_ratios(old, new)
    of_old, of_new = outcomes(before), outcomes(after)
    searched = all(record.seen.outcome == "searched" for record in after)
    differences = []
    for metric in METRICS:
        if metric.name in STATISTICS:
            if searched and metric.group != "time":
                continue
            statistic = STATISTICS[metric.name]
            first, second = statistic(of_old), statistic(of_new)
            if math.isnan(first) or math.isnan(second):
                continue
            chance = intervals.paired_statistic(
                len(before), partial(_swapped_change, statistic, of_old, of_new)
            )
        else:
            column = RATIOS.index(metric.name)
            first, second = float(values[0][column]), float(values[1][column])
            chance = float(chances[column])
        if not (math.isnan(first) or math.isnan(second)):
            differences.append(Difference(metric.name, first, second, chance))
    return tuple(differences)


def _swapped_change(
    statistic: Callable[[Outcomes], float],
    before: Outcomes,
    after: Outcomes,
    swapped: NDArray[np.bool_],
) -> float:
    return statistic(_mixed(before, after, swapped)) - statistic(_mixed(after, before, swapped))


def _mixed(own: Outcomes, other: Outcomes, swapped: NDArray[np.bool_]) -> Outcomes:
    return Outcomes(
        confidence=np.where(swapped, other.confidence, own.confidence),
        answered=np.where(swapped, other.answered, own.answered),
        answerable=own.answerable,
        right=np.where(swapped, other.right, own.right),
        seconds=np.where(swapped, other.seconds, own.seconds),
    )
