"""The values in a text, with what they count."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.words.quantities import Value, values_in


def test_values_are_read_with_what_they_count() -> None:
    (count,) = values_in("Some 14 are missing in the hills.")
    assert count == Value(5, 7, 19, "count", "14.0", frozenset({"miss"}))
    assert [one.kind for one in values_in("In 2011 the 3rd of 40% on 3 May at 7pm.")] == [
        "percent", "day", "clock",
    ]  # fmt: skip


@given(st.text(alphabet="1 29:.,%£apmJune May people", max_size=60))
def test_values_stand_in_the_text_in_order_and_apart(text: str) -> None:
    found = values_in(text)
    assert all(0 <= one.start < one.number <= one.end <= len(text) for one in found)
    assert all(a.number <= b.start for a, b in pairwise(found))
