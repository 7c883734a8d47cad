"""A logistic regression: features -> log-odds -> a probability."""

from __future__ import annotations

import math
from collections.abc import Sequence


def logistic(logit: float) -> float:
    """Return the probability whose log-odds are `logit`.

    >>> logistic(0.0), logistic(-1000.0)
    (0.5, 0.0)
    """
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def weigh(values: Sequence[float], weights: Sequence[float], constant: float) -> float:
    """Return the log-odds that the weights give to the values of as many features."""
    return constant + sum(v * w for v, w in zip(values, weights, strict=True))
