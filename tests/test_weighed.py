"""What the reader tells, weighed: the formulas that tests/test_read.py does not ask for."""

from __future__ import annotations

import pytest

from rag.weighed import size_penalty


@pytest.mark.parametrize(
    ("passages", "wanted"), [(1, 0.0), (100, 0.0), (1000, 1.01151), (10**7, 2.73)]
)
def test_what_is_taken_off_for_the_number_of_passages(passages: int, wanted: float) -> None:
    """2.73 * ln(1000 / 100) / ln(50000 / 100) = 1.01151."""
    assert size_penalty(passages) == pytest.approx(wanted, abs=1e-4)
