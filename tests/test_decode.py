"""A window's logits: spans, sentences' scores, and the second look at the best sentences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reader.decode import LOOK_GAP, LOOK_LEAST, LOOK_WEIGHT, LOOKS, Found, best_span

LONGEST = 3


def found(starts: list[float], ends: list[float], numbers: list[int], *, low: int = 0) -> Found:
    """Return a window whose "no answer" scores 2, after a row's three first positions."""
    logits = np.zeros((len(starts) + 3, 3))
    logits[0, :2] = 1.0
    logits[3:, 0], logits[3:, 1], logits[3:, 2] = starts, ends, starts
    return Found.of(logits, 0.5, first=3, low=low, numbers=numbers, longest=LONGEST)


def test_a_margin_is_the_spans_score_less_that_of_no_answer() -> None:
    window = found([0, 5, 0, 0], [0, 0, 7, 0], [0, 0, 1, 1], low=10)
    assert window.best == ((11, 12), 5 + 7 - 2)
    assert window.sentences() == {0: (2, 2.5), 1: (2, 0.0)}


def test_the_sentences_with_the_best_spans_are_looked_at_again() -> None:
    window = found([1, 5, 0, 4, 4, 0], [0, 5, 0, 4, 4, 0], [0, 0, 1, 2, 2, 3], low=10)
    assert LOOKS == 2
    assert window.to_look_at() == [(10, 12), (13, 15)]


def test_a_sentence_far_below_the_best_is_not_looked_at() -> None:
    far = 5 - (LOOK_GAP + 1) / 2
    assert found([5, far], [5, far], [0, 1]).to_look_at() == [(0, 1)]


def test_what_hardly_answers_is_not_looked_at_again() -> None:
    least = (LOOK_LEAST + 2) / 2  # two ends and "no answer", which scores 2
    assert found([least, -9], [least, -9], [0, 1]).to_look_at() == [(0, 1)]
    assert found([least - 1, -9], [least, -9], [0, 1]).to_look_at() == []


def test_one_sentence_was_read_alone_already() -> None:
    assert found([1, 2], [1, 2], [4, 4]).to_look_at() == []


def test_a_second_look_changes_which_span_is_best() -> None:
    window = found([3, 2, 0, 0], [3, 2, 0, 0], [0, 0, 1, 1], low=10)
    alone = found([-4, 6], [-4, 6], [0, 0], low=10)
    assert window.best == ((10, 10), 4.0)
    both, margin = window.seen_twice(alone)
    assert both == (11, 11)
    assert margin == pytest.approx((2 + LOOK_WEIGHT * 10) / (1 + LOOK_WEIGHT))


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.booleans()), min_size=1))
def test_what_is_looked_at_are_whole_sentences_and_hold_the_best_span_in_one(
    pieces: list[tuple[int, int, bool]],
) -> None:
    numbers = np.cumsum([new for _, _, new in pieces]).tolist()
    window = found([s for s, _, _ in pieces], [e for _, e, _ in pieces], numbers, low=7)
    places = window.to_look_at()
    each = [
        best_span(*window.ends[np.asarray(numbers) == n].T, longest=LONGEST)[2]
        for n in set(numbers)
    ]
    assert bool(places) == (len(each) > 1 and max(each) >= LOOK_LEAST)
    for low, high in places:
        held = set(numbers[low - 7 : high - 7])
        assert len(held) == 1
        assert numbers.count(held.pop()) == high - low
    if places:
        margins = [
            best_span(*window.ends[low - 7 : high - 7].T, longest=LONGEST)[2]
            for low, high in places
        ]
        assert margins[0] == max(each)
