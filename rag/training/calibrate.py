"""Logits -> a probability that means what it says, fitted on data that was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.odds import logistic
from rag.reader.datatypes import Reading
from rag.reader.weights import Calibration


def fit(
    readings: Sequence[Reading],
    answerable: Sequence[bool],
    *,
    weights: Sequence[float] | None = None,
) -> Calibration:
    """Return the calibration that makes the readings of an uncalibrated reader likeliest.

    `readings` come from a reader with the default Calibration, so that `logit` is the network's
    own; `weights` say how much each counts (default: all the same).
    """
    features = np.array([(reading.logit, reading.margin) for reading in readings])
    counts = np.ones(len(readings)) if weights is None else np.asarray(weights, np.float64)
    pair, margin, constant = logistic_regression(
        features, np.asarray(answerable, np.float64), counts
    ).tolist()
    return Calibration(pair=pair, margin=margin, constant=constant)


def calibrated(readings: Sequence[Reading], calibration: Calibration) -> list[Reading]:
    """Return the readings of an uncalibrated reader as one with `calibration` would give them."""
    logits = [calibration.logit(reading.logit, reading.margin) for reading in readings]
    return [
        replace(reading, logit=logit, answerable=logistic(logit))
        for reading, logit in zip(readings, logits, strict=True)
    ]


def logistic_regression(
    features: NDArray[np.float64],
    labels: NDArray[np.float64],
    weights: NDArray[np.float64],
    *,
    ridge: float = 1e-3,
    steps: int = 50,
) -> NDArray[np.float64]:
    """Return the coefficients, (d + 1,), the constant last, by Newton's method.

    `features` are (n, d), `labels` 0 or 1, (n,). The ridge holds back all but the constant.
    """
    design = np.column_stack([features, np.ones(len(features))])
    penalty = np.diag([ridge] * features.shape[1] + [1e-9])
    found = np.zeros(design.shape[1])
    for _ in range(steps):
        probability = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        gradient = design.T @ (weights * (probability - labels)) + penalty @ found
        curvature = weights * probability * (1 - probability)
        step = np.linalg.solve((design.T * curvature) @ design + penalty, gradient)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    return found


def balancing(answerable: Sequence[bool], sets: Sequence[str]) -> list[float]:
    """Return weights that make each set, and within it both kinds, count the same in sum."""
    kinds = list(zip(sets, answerable, strict=True))
    count = {kind: kinds.count(kind) for kind in set(kinds)}
    return [len(kinds) / (len(count) * count[kind]) for kind in kinds]
