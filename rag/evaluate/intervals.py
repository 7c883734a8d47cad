"""How sure a number is: intervals and paired tests. Seeded, so the same each time.

Most metrics are ratios of sums over the questions: a mean is the sum of values over the sum of
ones. They are resampled together as columns of two arrays, shape (questions, metrics).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

RESAMPLES = 1000
PERMUTATIONS = 2000
SEED = 20260101
_CHUNK_CELLS = 4_000_000


def ratios(above: Floats, below: Floats) -> Floats:
    """Each column's sum of `above` over its sum of `below`; nan where that is 0."""
    return _divided(above.sum(axis=0), below.sum(axis=0))


def ratio_intervals(above: Floats, below: Floats, *, resamples: int = RESAMPLES) -> Floats:
    """The 95% interval of each column's ratio, shape (2, metrics); nan where there is no ratio.

    Wilson's for a share of questions, where resampling ends at no width when all are alike; else
    the percentile bootstrap over questions (Efron and Tibshirani, 1993).
    """
    count = len(above)
    if not count:
        return np.full((2, above.shape[1]), np.nan)
    bounds = _resampled(above, below, resamples)
    for column in range(above.shape[1]):
        over, under = above[:, column], below[:, column]
        if under.any() and set(np.unique(under)) <= {0.0, 1.0} >= set(np.unique(over)):
            bounds[:, column] = wilson(int(over.sum()), int(under.sum()))
    return bounds


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95% score interval of a share of `count`, at least 1 (Wilson, 1927, JASA 22).

    (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n), z = 1.96.

    >>> [round(bound, 3) for bound in wilson(0, 10)]
    [0.0, 0.278]
    """
    share, z2 = hits / count, 1.959964**2
    middle = share + z2 / (2 * count)
    half = (z2 * (share * (1 - share) / count + z2 / (4 * count**2))) ** 0.5
    low, high = (middle - half) / (1 + z2 / count), (middle + half) / (1 + z2 / count)
    return max(0.0, min(low, share)), min(1.0, max(high, share))  # whatever is rounded


def _resampled(above: Floats, below: Floats, resamples: int) -> Floats:
    count = len(above)
    generator = np.random.default_rng(SEED)
    at_once = max(1, _CHUNK_CELLS // count)
    parts = []
    for first in range(0, resamples, at_once):
        rows = min(at_once, resamples - first)
        drawn = generator.integers(0, count, (rows, count))
        weights = np.stack([np.bincount(row, minlength=count) for row in drawn]).astype(float)
        parts.append(_divided(weights @ above, weights @ below))
    return _percentiles(np.concatenate(parts))


def interval(
    count: int, statistic: Callable[[Indices], float], *, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """The 95% bootstrap interval of a statistic of the questions with the given indices."""
    if not count:
        return float("nan"), float("nan")
    generator = np.random.default_rng(SEED)
    draws = [statistic(generator.integers(0, count, count)) for _ in range(resamples)]
    low, high = _percentiles(np.array(draws)[:, None])[:, 0]
    return float(low), float(high)


def paired_ratios(
    before: tuple[Floats, Floats],
    after: tuple[Floats, Floats],
    *,
    permutations: int = PERMUTATIONS,
) -> Floats:
    """The two-sided p value of each column's difference, by a paired permutation test.

    `before` and `after` are (above, below) of the same questions in the same order. Under the null
    hypothesis the two runs are alike, so that each question's pair may be swapped (Fisher's
    randomisation test; Smucker, Allan and Carterette, 2007, CIKM). nan where a ratio is missing.
    """
    count = len(before[0])
    seen = np.abs(ratios(*after) - ratios(*before))
    if not count:
        return np.full(before[0].shape[1], np.nan)
    generator = np.random.default_rng(SEED)
    sums = [part.sum(axis=0) for part in (*before, *after)]
    steps = [after[0] - before[0], after[1] - before[1]]
    at_once = max(1, _CHUNK_CELLS // count)
    as_far = np.zeros(before[0].shape[1])
    for first in range(0, permutations, at_once):
        rows = min(at_once, permutations - first)
        swapped = generator.integers(0, 2, (rows, count)).astype(float)
        moved = [swapped @ step for step in steps]
        one = _divided(sums[0] + moved[0], sums[1] + moved[1])
        other = _divided(sums[2] - moved[0], sums[3] - moved[1])
        # A tie that rounding breaks is still a tie; a ratio lost in a swap counts as far.
        as_far += (~(np.abs(other - one) < seen - 1e-12)).sum(axis=0)
    values = (as_far + 1) / (permutations + 1)
    return np.where(np.isnan(seen), np.nan, values)


def paired_statistic(
    count: int, difference: Callable[[NDArray[np.bool_]], float], *, permutations: int = 500
) -> float:
    """The same test for any statistic: `difference` takes which questions are swapped."""
    seen = abs(difference(np.zeros(count, dtype=bool)))
    if not count or np.isnan(seen):
        return float("nan")
    generator = np.random.default_rng(SEED)
    as_far = 0
    for _ in range(permutations):
        value = abs(difference(generator.integers(0, 2, count).astype(bool)))
        as_far += not value < seen - 1e-12
    return (as_far + 1) / (permutations + 1)


def _divided(above: Floats, below: Floats) -> Floats:
    quotients: Floats = np.full(np.shape(above), np.nan)
    return np.divide(above, below, out=quotients, where=below > 0)


def _percentiles(draws: Floats) -> Floats:
    """The 2.5th and the 97.5th percentile of each column, leaving out what is nan."""
    bounds = np.full((2, draws.shape[1]), np.nan)
    for column in range(draws.shape[1]):
        values = draws[:, column]
        values = values[~np.isnan(values)]
        if len(values):
            bounds[:, column] = np.percentile(values, [2.5, 97.5])
    return bounds
