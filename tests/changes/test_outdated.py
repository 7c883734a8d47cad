"""A value that is told in the past gives way to the one that is told beside it."""

from __future__ import annotations

import pytest

from rag.changes.outdated import Now, holds_now, tells_of_change
from rag.words.quantities import values_in

NO_TERMS: frozenset[str] = frozenset()


def now(
    said: str, *sentences: str, breaks: tuple[int, ...] | None = None, at: int = 0
) -> Now | None:
    """Return what holds in place of the value `at` of what was said."""
    lines = breaks or tuple(0 for _ in sentences)
    return holds_now(sentences, lines, values_in(said)[at], said, NO_TERMS)


@pytest.mark.parametrize(
    ("said", "sentences", "held"),
    [
        ("It opens on 9 April.",
         ["It will not open before 3 May.", "A third date.", "The first was 9 April."], "3 May"),
        ("Two people died, and 31 are missing.",
         ["Nine people died.", "At first there had been talk of two dead and 31 missing."],
         "Nine people died"),
        ("The bill is 40 million crowns.",
         ["Nor is 40 million crowns the last word.", "It comes to 52 million."], "52 million"),
        ("The record is 2:04:10.",
         ["She ran it in 2:01:07.", "Nobody was faster.", "The 2:04:10 had stood for years."],
         "2:01:07"),
        ("It opens in June.", ["Ready in June?", "No.", "The owner speaks of August."], "August"),
    ],
)  # fmt: skip
def test_what_holds_now_stands_beside(said: str, sentences: list[str], held: str) -> None:
    found = now(said, "It rains.", *sentences)
    assert found is not None
    assert found.says == held
    assert found.first == 1


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        ("It opens on 9 April.", ["It opens on 9 April.", "Nobody sails before 3 May."]),
        ("The bill is 40 million crowns.",
         ["Orr said that it had cost 40 million crowns.", "The road cost 52 million crowns."]),
        ("He owns 6 boats.", ["They had sold 6 boats in Velm.", "She has 9 boats."]),
        ("The bill is 400 crowns.", ["Nor are 400 metres the last word.", "It is 900 metres."]),
    ],
)  # fmt: skip
def test_what_is_not_told_as_past_or_of_the_same_changes_nothing(
    said: str, sentences: list[str]
) -> None:
    assert now(said, *sentences) is None


def test_a_value_of_another_kind_or_far_away_does_not_hold() -> None:
    said, frame = "It opens on 9 April.", "The first date was 9 April."
    for other in ("Tea is 3 crowns.", "The council met on 3 May."):
        found = now(said, other, frame)
        assert found is not None
        assert found.says == ""
    parted = now(said, "It will open on 3 May.", "It rains.", frame, breaks=(0, 2, 2))
    assert parted is not None
    assert parted.says == ""


def test_a_change_is_told_of_values_of_one_kind() -> None:
    assert tells_of_change("The fee was raised to £9.", "£9", "£7")
    assert not tells_of_change("The fee is £9.", "£9", "£7")
    assert tells_of_change("The fee went from £7 to £9.", "£9", "£7")
    assert not tells_of_change("A ticket from Orm to Lund is £9, or £5 for children.", "£5", "£9")
    assert not tells_of_change("The fee was raised to £9.", "£9", "9 May")
