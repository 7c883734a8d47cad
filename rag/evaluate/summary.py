"""The figures of a run: every metric with its 95% interval, over all questions or one kind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.evaluate import intervals
from rag.evaluate.declining import auroc, calibration_error, risk_coverage
from rag.evaluate.judge import Record
from rag.evaluate.metrics import METRICS

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MANY_QUESTIONS = 10_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value, its 95% interval, and the questions it is over. Unknown is None."""

    value: float | None
    low: float | None
    high: float | None
    count: int

    def to_dict(self) -> dict[str, Any]:
        """The figure as a run's JSON holds it."""
        return {"value": self.value, "low": self.low, "high": self.high, "count": self.count}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What of each question the metrics beyond means are made of: arrays of one length."""

    confidence: Floats
    answered: Flags
    answerable: Flags
    right: Flags
    seconds: Floats

    def taken(self, chosen: NDArray[Any]) -> Outcomes:
        """The questions with those indices, or those flagged."""
        return Outcomes(
            self.confidence[chosen],
            self.answered[chosen],
            self.answerable[chosen],
            self.right[chosen],
            self.seconds[chosen],
        )


def outcomes(records: Sequence[Record]) -> Outcomes:
    """The outcomes of the records. An answer is right where it was given and is right."""
    return Outcomes(
        confidence=np.array([r.seen.confidence for r in records], dtype=float),
        answered=np.array([r.seen.outcome == "answered" for r in records], dtype=bool),
        answerable=np.array([r.question.answerable for r in records], dtype=bool),
        right=np.array(
            [r.seen.outcome == "answered" and r.is_right is True for r in records], dtype=bool
        ),
        seconds=np.array([r.seen.seconds.get("total", 0.0) for r in records], dtype=float),
    )


def _auroc(of: Outcomes) -> float:
    return auroc(of.confidence, of.answerable)


def _area(of: Outcomes) -> float:
    return risk_coverage(of.confidence, of.answered, of.right).area


def _calibration(of: Outcomes) -> float:
    return calibration_error(of.confidence[of.answered], of.right[of.answered])


def _p50(of: Outcomes) -> float:
    return float(np.percentile(of.seconds, 50))


def _p95(of: Outcomes) -> float:
    return float(np.percentile(of.seconds, 95))


def _of_taken(
    statistic: Callable[[Outcomes], float], of: Outcomes, chosen: NDArray[np.int64]
) -> float:
    return statistic(of.taken(chosen))


# Metrics that are no ratio of sums, each a function of the outcomes.
STATISTICS: dict[str, Callable[[Outcomes], float]] = {
    "auroc": _auroc,
    "risk_coverage_area": _area,
    "calibration_error": _calibration,
    "seconds_p50": _p50,
    "seconds_p95": _p95,
}
TIMES = ("seconds_p50", "seconds_p95")
RATIOS = tuple(metric.name for metric in METRICS if metric.name not in STATISTICS)


def parts(record: Record) -> dict[str, tuple[float, float]]:
    """What a question adds above and below the line of each ratio metric; absent adds nothing."""
    found = {name: (value, 1.0) for name, value in record.marks.items()}
    if record.seen.outcome == "searched":
        return found
    declined = float(record.seen.outcome != "answered")
    unanswerable = float(not record.question.answerable)
    both = declined * unanswerable
    found["answered"] = (1 - declined, 1.0)
    found["answered_answerable"] = ((1 - declined) * (1 - unanswerable), 1 - unanswerable)
    found["decline_precision"] = (both, declined)
    found["decline_recall"] = (both, unanswerable)
    found["decline_f1"] = (2 * both, declined + unanswerable)
    return found


def columns(records: Sequence[Record]) -> tuple[Floats, Floats]:
    """Above and below the line: two arrays of shape (questions, ratio metrics)."""
    above = np.zeros((len(records), len(RATIOS)))
    below = np.zeros((len(records), len(RATIOS)))
    place = {name: column for column, name in enumerate(RATIOS)}
    for row, record in enumerate(records):
        for name, (over, under) in parts(record).items():
            above[row, place[name]], below[row, place[name]] = over, under
    return above, below


def summarise(records: Sequence[Record], *, resamples: int = 400) -> dict[str, Figure]:
    """Every metric that applies to the records, in the order of METRICS.

    `resamples` is the number of bootstrap samples for the metrics that are no ratio of sums.
    """
    if not records:
        return {}
    few = len(records) <= MANY_QUESTIONS
    above, below = columns(records)
    values = intervals.ratios(above, below)
    bounds = intervals.ratio_intervals(above, below, resamples=intervals.RESAMPLES if few else 200)
    of = outcomes(records)
    searched = all(record.seen.outcome == "searched" for record in records)
    figures: dict[str, Figure] = {}
    for metric in METRICS:
        name = metric.name
        if name in STATISTICS:
            if searched and name not in TIMES:
                continue
            statistic = STATISTICS[name]
            value = statistic(of)
            low = high = float("nan")
            if not math.isnan(value):
                low, high = intervals.interval(
                    len(records),
                    partial(_of_taken, statistic, of),
                    resamples=resamples if few else 100,
                )
            over = int(of.answered.sum()) if name == "calibration_error" else len(records)
            figure = Figure(_known(value), _known(low), _known(high), over)
        else:
            column = RATIOS.index(name)
            figure = Figure(
                _known(values[column]),
                _known(bounds[0, column]),
                _known(bounds[1, column]),
                int((below[:, column] > 0).sum()),
            )
        if figure.value is not None:
            figures[name] = figure
    return figures


def by_kind(records: Sequence[Record]) -> dict[str, dict[str, Figure]]:
    """The figures of each kind of question, kinds in alphabetical order; {} with fewer than 2."""
    kinds: dict[str, list[Record]] = {}
    for record in records:
        kinds.setdefault(record.question.kind or "other", []).append(record)
    if len(kinds) < 2:
        return {}
    return {kind: summarise(kinds[kind], resamples=50) for kind in sorted(kinds)}


def stage_seconds(records: Sequence[Record]) -> dict[str, tuple[float, float]]:
    """The median and the 95th percentile of each stage's time, in seconds, "total" last."""
    times: dict[str, list[float]] = {}
    for record in records:
        for stage, seconds in record.seen.seconds.items():
            times.setdefault(stage, []).append(float(seconds))
    order = sorted(times, key=lambda stage: (stage == "total", list(times).index(stage)))
    return {
        stage: (float(np.percentile(times[stage], 50)), float(np.percentile(times[stage], 95)))
        for stage in order
    }


def values(figures: Mapping[str, Figure]) -> dict[str, float]:
    """The bare values of figures, without the times: what two equal runs agree in."""
    return {
        name: figure.value
        for name, figure in figures.items()
        if figure.value is not None and name not in TIMES
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
