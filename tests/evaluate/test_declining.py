"""AUROC, risk and coverage, calibration: by hand and against plain formulas."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluate.declining import auroc, calibration_error, reliability, risk_coverage

TENTHS = st.integers(0, 10).map(lambda tenth: tenth / 10)


@given(st.lists(st.tuples(TENTHS, st.booleans()), min_size=2, max_size=40))
def test_auroc_is_the_share_of_pairs_in_order(drawn: list[tuple[float, bool]]) -> None:
    from sklearn.metrics import roc_auc_score

    scores = np.array([score for score, _ in drawn])
    labels = np.array([label for _, label in drawn])
    found = auroc(scores, labels)
    if labels.all() or not labels.any():
        assert math.isnan(found)
        return
    pairs = [(p, n) for p in scores[labels] for n in scores[~labels]]
    expected = sum((p > n) + 0.5 * (p == n) for p, n in pairs) / len(pairs)
    assert found == pytest.approx(expected)
    assert found == pytest.approx(roc_auc_score(labels, scores))


def test_risk_and_coverage_by_hand() -> None:
    # Surest first: right, wrong, right, then a declined one, which is an error at full coverage.
    curve = risk_coverage(
        np.array([0.9, 0.8, 0.7, 0.95]),
        np.array([True, True, True, False]),
        np.array([True, False, True, False]),
    )
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans()), min_size=1, max_size=5))
def test_ties_give_the_mean_over_their_orders(drawn: list[tuple[int, bool, bool]]) -> None:
    confidence = np.array([tenth / 10 for tenth, _, _ in drawn])
    answered = np.array([said for _, said, _ in drawn])
    right = np.array([said and good for _, said, good in drawn])
    curves = []
    for order in permutations(range(len(drawn))):
        keys = [(not answered[i], -confidence[i]) for i in order]
        if keys == sorted(keys):
            errors = np.cumsum([not right[i] for i in order])
            curves.append(errors / np.arange(1, len(drawn) + 1))
    found = risk_coverage(confidence, answered, right)
    assert found.risk == pytest.approx(np.mean(curves, axis=0))


def test_no_questions_have_no_area() -> None:
    nothing = np.zeros(0)
    assert math.isnan(risk_coverage(nothing, nothing > 0, nothing > 0).area)
    assert math.isnan(calibration_error(nothing, nothing > 0))


def test_calibration_error_by_hand() -> None:
    # Bin 0.8–0.9: mean 0.85, 1 of 2 right, gap 0.35. Bin 0.1–0.2: mean 0.2, 0 of 1, gap 0.2.
    confidence = np.array([0.82, 0.88, 0.2])
    right = np.array([True, False, False])
    assert calibration_error(confidence, right) == pytest.approx((2 * 0.35 + 1 * 0.2) / 3)
    assert [(b.low, b.high, b.count) for b in reliability(confidence, right)] == [
        (0.1, 0.2, 1),
        (0.8, 0.9, 2),
    ]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_bins_hold_every_question_once(drawn: list[tuple[float, bool]]) -> None:
    confidence = np.array([c for c, _ in drawn])
    right = np.array([r for _, r in drawn])
    bins = reliability(confidence, right)
    assert sum(b.count for b in bins) == len(drawn)
    inside = (b for b in bins if b.low > 0 and b.high < 1)
    assert all(b.low - 1e-9 <= b.confidence <= b.high + 1e-9 for b in inside)
    assert 0 <= calibration_error(confidence, right) <= 1
