"""Two short answers: the same, different, or not to be told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.changes.values import Likeness, likeness


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("July 09", "July 9", "same"),
        ("2024-07-09", "July 9, 2024", "same"),
        ("2024-07-08", "9 July 2024", "different"),
        ("twenty-five", "25", "same"),
        ("half a million", "500,000", "same"),
        ("one hundred and twenty", "120", "same"),
        ("three dozen", "36", "same"),
        ("2,5 million", "2.5 million", "same"),
        ("10 m", "10 meters", "same"),
        ("$5 million", "5 million yuan", "different"),
        ("5 million yuan", "5 million RMB", "same"),
        ("50 million", "over 50,000,000", "same"),
        ("50 million tokens", "22 million tokens", "different"),
        ("1.5bn", "1.5 billion", "same"),
        ("about 4,500", "4,487", "same"),
        ("4,500", "4,487", "different"),
        ("18%", "5%", "different"),
        ("twice", "2 times", "same"),
        ("July 9", "9 July 2024", "same"),
        ("July 9", "July 10", "different"),
        ("July 2024", "June", "different"),
        ("Tuesday", "July 9", "unclear"),
        ("1932", "in March 1932", "same"),
        ("Mayor Ada Lim", "Mayor Tom Reed", "unclear"),  # no month of May
        ("1932", "1933", "different"),
        ("Sam Altman", "Altman", "same"),
        ("the Ministry of Defence", "the defence ministry", "same"),
        ("Los Angeles", "Salt Lake City", "different"),
        ("New York", "New Delhi", "unclear"),
        ("the US", "United States", "same"),
        ("human composting", "burial at sea", "different"),
        ("three", "Los Angeles", "unclear"),
        ("the", "of", "unclear"),
        ("智谱", "百度", "different"),
    ],
)
def test_likeness(one: str, other: str, wanted: Likeness) -> None:
    assert likeness(one, other) == wanted


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_order_of_the_two_does_not_matter(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == "same"


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_whole_numbers_are_compared_as_numbers(one: int, other: int) -> None:
    wanted = "same" if one == other else "different"
    assert likeness(f"{one:,}", f"{other} ") == wanted
