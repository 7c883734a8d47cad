"""Intervals and paired tests: against brute force, and what they must do on known data."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from rag.evaluate import intervals


def column(values: list[float]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(values)[:, None], np.ones((len(values), 1))


def test_a_ratio_is_a_sum_over_a_sum() -> None:
    above = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0]])
    below = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    found = intervals.ratios(above, below)
    assert found[0] == pytest.approx(2 / 3)
    assert np.isnan(found[1])


def test_the_interval_of_a_constant_is_a_point() -> None:
    bounds = intervals.ratio_intervals(*column([0.5] * 20))
    assert bounds[:, 0].tolist() == [0.5, 0.5]


def test_the_interval_is_near_the_normal_one() -> None:
    values = [1.0] * 60 + [0.0] * 40
    low, high = intervals.ratio_intervals(*column(values))[:, 0]
    half = 1.96 * (0.6 * 0.4 / 100) ** 0.5
    assert low == pytest.approx(0.6 - half, abs=0.02)
    assert high == pytest.approx(0.6 + half, abs=0.02)


def test_a_share_at_its_end_still_has_a_width() -> None:
    """By hand, for 0 of 10: both halves are z² / 2n over 1 + z² / n, 0.19207 / 1.38415."""
    assert intervals.wilson(0, 10) == pytest.approx((0.0, 2 * 0.138766), abs=1e-5)
    assert intervals.wilson(10, 10) == pytest.approx((1 - 2 * 0.138766, 1.0), abs=1e-5)
    assert intervals.ratio_intervals(*column([1.0] * 10))[:, 0].tolist() == list(
        intervals.wilson(10, 10)
    )


@pytest.mark.parametrize(("hits", "count"), [(1, 7), (3, 8), (50, 60)])
def test_a_score_interval_ends_where_the_score_test_does(hits: int, count: int) -> None:
    for bound in intervals.wilson(hits, count):
        assert abs(hits / count - bound) == pytest.approx(
            1.959964 * (bound * (1 - bound) / count) ** 0.5
        )


def test_questions_that_do_not_count_are_left_out_of_a_share() -> None:
    above, below = np.array([[1.0], [0.0], [0.0]]), np.array([[1.0], [1.0], [0.0]])
    assert intervals.ratio_intervals(above, below)[:, 0] == pytest.approx(intervals.wilson(1, 2))


def test_both_ways_to_an_interval_agree() -> None:
    values = np.array([0.0, 0.2, 0.4, 1.0, 1.0, 0.3, 0.9, 0.1])
    together = intervals.ratio_intervals(values[:, None], np.ones((8, 1)), resamples=1000)[:, 0]
    alone = intervals.interval(8, lambda chosen: float(values[chosen].mean()), resamples=1000)
    assert together == pytest.approx(alone, abs=0.03)


def test_the_same_data_give_the_same_interval() -> None:
    values = column(list(np.linspace(0, 1, 31)))
    first, second = intervals.ratio_intervals(*values), intervals.ratio_intervals(*values)
    assert np.array_equal(first, second)


def brute_p(before: list[float], after: list[float]) -> float:
    """Every one of the 2^n swaps."""
    steps = np.array(after) - np.array(before)
    seen = abs(steps.mean())
    means = [abs((np.array(signs) * steps).mean()) for signs in product((1, -1), repeat=len(steps))]
    return float(np.mean([mean >= seen - 1e-12 for mean in means]))


def test_the_paired_test_is_near_that_over_all_swaps() -> None:
    before = [0.0, 0.1, 0.4, 0.5, 0.2, 0.0, 0.3, 0.6]
    after = [0.5, 0.3, 0.4, 0.4, 0.9, 0.1, 0.8, 0.7]
    found = intervals.paired_ratios(column(before), column(after))[0]
    assert found == pytest.approx(brute_p(before, after), abs=0.02)


def test_equal_runs_do_not_differ() -> None:
    values = column([0.0, 1.0, 0.5, 1.0])
    assert intervals.paired_ratios(values, values)[0] == 1


def test_a_clear_difference_is_seen() -> None:
    found = intervals.paired_ratios(column([0.0] * 30), column([1.0] * 30))[0]
    assert found < 0.001


def test_any_statistic_can_be_tested() -> None:
    before, after = np.zeros(30), np.ones(30)

    def change(swapped: np.ndarray) -> float:
        one, other = np.where(swapped, after, before), np.where(swapped, before, after)
        return float(np.sqrt(other.mean()) - np.sqrt(one.mean()))

    assert intervals.paired_statistic(30, change) < 0.01
    assert intervals.paired_statistic(30, lambda _: 0.0) == 1
