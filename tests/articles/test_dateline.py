"""Which lines are names, as bylines print them."""

from __future__ import annotations

from datetime import date

import pytest

from rag.articles.dateline import dates_beside, is_person_of_a_paper, is_short_name
from rag.articles.layout import layout


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


@pytest.mark.parametrize(
    "line",
    [
        "Minutes of the harbour board meeting of 13 May 2025",
        "Draft minutes of the annual general meeting on 13 May 2025, in the hall",
        "Minutes of a meeting held on 13 May 2025",
        "Board meeting of 13 May 2025",
        "Meeting on 13 May 2025",
        "Held on 13 May 2025",
        "Date of the meeting: 13 May 2025",
    ],
)
def test_minutes_are_dated_by_the_meeting_that_they_are_of(line: str) -> None:
    body = "The treasurer told the board of the ferry, and the board thanked her for the work."
    text = f"FRIENDS OF THE PIER\nMinutes of the harbour board\n{line}\n\n{body}\n"
    assert layout(text).published == date(2025, 5, 13)


@pytest.mark.parametrize(
    "line",
    [
        "Minutes of the last meeting of 13 May 2025",
        "Minutes of the previous board meeting of 13 May 2025",
        "The next meeting on 13 May 2025",
    ],
)
def test_minutes_are_not_dated_by_another_meeting(line: str) -> None:
    assert dates_beside(line, of_minutes=True) == ()
