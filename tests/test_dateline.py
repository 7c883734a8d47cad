"""Which lines are names, as bylines print them."""

from __future__ import annotations

import pytest

from rag.dateline import is_person_of_a_paper, is_short_name
from rag.layout import layout


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Tom O'Neil", True),
        ("Tom O’Neil", True),
        ("J. K. Rowling", True),
        ("J.K. Rowling", True),
        ("Ludwig van Dyk", True),
        ("Ursula von der Leyen", True),
        ("Anne-Marie Duff", True),
        ("Velm Gazette", True),
        ("Plan B", False),
        ("Vitamin D.", False),
        ("Ana", False),
        ("van Dyk", False),
        ("Ana van", False),
        ("Ferries Won't Sail", False),
        ("The Mill's Fire", False),
        ("MARKET REPORT", False),
        ("Ana Maria Lucia Elena Ruiz", False),
        ("", False),
    ],
)
def test_a_short_name_is_two_to_four_words_with_initials_and_particles(
    line: str, is_one: bool
) -> None:
    assert is_short_name(line) is is_one


@pytest.mark.parametrize("who", ["J. K. Rowling", "Ludwig van Dyk", "Tom O'Neil"])
def test_a_name_is_the_byline_above_a_date_and_beside_a_newspaper(who: str) -> None:
    body = "The harbour of Velm gets a third quay, and the ferry a new pier for its passengers."
    assert layout(f"The harbour grows\n\n{who}\n\n4 March 2021\n\n{body}\n").byline == who
    beside = f"{who}, Velm Gazette"
    assert is_person_of_a_paper(beside)
    assert layout(f"The harbour grows\n\n{beside}\n\n{body}\n").byline == beside
