"""Whether the confidence tells right from wrong: AUROC, risk and coverage, calibration.

All take arrays with one entry a question. numpy only; each is checked against its plain formula.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
BINS = 10


def auroc(scores: Floats, positive: Flags) -> float:
    """The chance that a positive scores above a negative, a tie counting half; nan if one is empty.

    The area under the ROC curve, by ranks (Mann and Whitney, 1947).
    """
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return float("nan")
    _, group, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(sizes) - (sizes - 1) / 2
    above = float(ranks[group][positive].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The risk (share of errors) among the k surest questions, for k = 1..n: arrays of length n."""

    coverage: Floats
    risk: Floats

    @property
    def area(self) -> float:
        """The mean risk over all coverages, lower is better; nan without questions."""
        return float(self.risk.mean()) if len(self.risk) else float("nan")


def risk_coverage(confidence: Floats, answered: Flags, right: Flags) -> RiskCoverage:
    """The risk-coverage curve (El-Yaniv and Wiener, 2010, JMLR 11).

    Questions come in the order: answered before declined, then by confidence. An error is a
    question without a right answer: one that was declined is one too, as taking it on at that
    coverage gives no answer, and so is one that the articles do not answer. Questions that tie
    share their errors evenly, so the curve does not depend on their order.
    """
    count = len(confidence)
    if not count:
        empty = np.zeros(0)
        return RiskCoverage(empty, empty)
    sure = np.where(answered, confidence + 2.0, confidence)
    _, group, sizes = np.unique(-sure, return_inverse=True, return_counts=True)
    errors = np.bincount(group, weights=~right, minlength=len(sizes))
    before = np.concatenate([[0.0], np.cumsum(errors)])
    first = np.concatenate([[0], np.cumsum(sizes)])
    taken = np.arange(1, count + 1)
    at = np.searchsorted(first, taken, side="left") - 1
    total = before[at] + (taken - first[at]) * errors[at] / sizes[at]
    return RiskCoverage(taken / count, total / taken)


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a reliability plot: its edges, how many, their mean confidence, share right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def reliability(confidence: Floats, right: Flags) -> tuple[Bin, ...]:
    """The bins, of equal width, that hold a question. A bin holds its upper edge."""
    which = np.clip(np.ceil(confidence * BINS) - 1, 0, BINS - 1).astype(int)
    bins = []
    for number in range(BINS):
        inside = which == number
        if count := int(inside.sum()):
            mean, share = float(confidence[inside].mean()), float(right[inside].mean())
            bins.append(Bin(number / BINS, (number + 1) / BINS, count, mean, share))
    return tuple(bins)


def calibration_error(confidence: Floats, right: Flags) -> float:
    """The expected calibration error over 10 bins of equal width; nan without questions.

    The mean distance of confidence and share right, each bin weighing as much as it holds
    (Naeini, Cooper and Hauskrecht, 2015, AAAI).
    """
    if not len(confidence):
        return float("nan")
    gaps = sum(b.count * abs(b.confidence - b.right) for b in reliability(confidence, right))
    return gaps / len(confidence)
