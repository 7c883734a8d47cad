"""What a message says with the question before beside it, and what was just told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cite import Place
from rag.odds import logistic
from rag.retrieve import Retrieved
from rag.searching.beside import Beside, together, with_new

LOGITS = st.floats(-20, 20)


@given(st.lists(st.tuples(LOGITS, LOGITS), max_size=8))
def test_a_score_is_that_of_the_mean_of_both_log_odds(pairs: list[tuple[float, float]]) -> None:
    alone, beside = [one for one, _ in pairs], [other for _, other in pairs]
    scores = together(alone, beside, [False] * len(pairs))
    assert scores == [logistic((one + other) / 2) for one, other in pairs]


@pytest.mark.parametrize(
    ("alone", "told", "first"),
    [
        ([-1.0, -0.5], [True, False], 1),  # a new one is likelier by the message alone
        ([-0.5, -1.0], [True, False], 0),  # none is
        ([-1.0, -0.5], [False, False], 0),  # neither was told
        ([-1.0, -0.5], [True, True], 0),  # there is nothing new
    ],
)
def test_what_was_told_gives_way_to_what_the_message_finds_likelier(
    alone: list[float], told: list[bool], first: int
) -> None:
    scores = together(alone, [4.0, -4.0], told)
    assert scores.index(max(scores)) == first


TOLD, NEW, NEWER, OTHER = Place("a", 0, 9), Place("a", 10, 19), Place("a", 20, 29), Place("b", 0, 9)
SCORED = [(0.9, TOLD), (0.2, NEW), (0.3, NEWER), (0.8, OTHER)]


@pytest.mark.parametrize(
    ("places", "stated"),
    [
        ((TOLD,), (TOLD, NEWER)),  # not of another article
        ((TOLD, NEW), (TOLD, NEW)),
        ((), ()),
    ],
    ids=["told alone", "with a new one", "none"],
)
def test_what_was_told_is_not_told_again_by_itself(
    places: tuple[Place, ...], stated: tuple[Place, ...]
) -> None:
    found = Retrieved((), {}, (), 0, None)
    beside = Beside("Who came? Who left?", found, lambda place: place == TOLD)
    assert with_new(places, SCORED, beside) == stated
    assert with_new(places, SCORED, None) == places


@pytest.mark.parametrize("order", [1, -1])
def test_of_new_ones_that_are_alike_the_first_is_told(order: int) -> None:
    """Two issues of one form open with the same section, at the same place."""
    alike = [(0.3, Place("b", 10, 19)), (0.3, Place("a", 10, 19))][::order]
    told = (Place("a", 0, 9), Place("b", 0, 9))
    beside = Beside("Who came?", Retrieved((), {}, (), 0, None), lambda place: place in told)
    assert with_new(told, alike, beside) == (*told, alike[0][1])
