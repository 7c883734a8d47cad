"""What the lines of a programme begin with."""

from __future__ import annotations

import time

import pytest

from rag.articles.slots import clock_in, is_day, programme_lines, slot_of


@pytest.mark.parametrize(
    ("line", "kind", "minutes", "told"),
    [
        ("19.15  Quiz in the barn", "time", 1155, "Quiz in the barn"),
        ("9:30 am - Doors open", "time", 570, "Doors open"),
        ("12 pm: Lunch", "time", 720, "Lunch"),
        ("10.00-11.30 Pottery", "time", 600, "Pottery"),
        ("**09:00** Pottery", "time", 540, "Pottery"),
        ("From 9.00 to 10.00: Pottery", "time", 540, "Pottery"),
        ("14 May Parade", "day", None, "Parade"),
        ("May 3rd: Parade", "day", None, "Parade"),
        ("2024-05-03 Parade", "day", None, "Parade"),
        ("Sat. 4 May, 9.00 Parade", "day", 540, "Parade"),
        ("Mondays \N{EN DASH} Choir", "day", None, "Choir"),
        ("Week 3: Graphs", "week", None, "Graphs"),
        ("**Day 2** Graphs", "day", None, "Graphs"),
    ],
)
def test_a_line_begins_with_a_time_a_date_or_a_week(
    line: str, kind: str, minutes: int | None, told: str
) -> None:
    slot = slot_of(line)
    assert slot is not None
    assert (slot.kind, slot.minutes, line[slot.end :]) == (kind, minutes, told)


@pytest.mark.parametrize(
    "line",
    ["1.1 Scope of it", "Monday was cold.", "May I drive?", "March 2024 was cold", "Week 3", "9.00",
     "1945 saw the end", "SATURDAY, 9 AUGUST", "3 boats", "Step 3: Open it", "9.75 crowns"],
)  # fmt: skip
def test_other_lines_begin_with_none(line: str) -> None:
    assert slot_of(line) is None


@pytest.mark.parametrize(
    ("line", "is_one"),
    [("SATURDAY, 9 AUGUST", True), ("Sunday", True),
     ("**Fri 3 May 2024**", True), ("5 June:", True),
     ("Sunday walks", False), ("", False), ("Fri 3 May Parade", False)],
)  # fmt: skip
def test_a_day_and_nothing_else(line: str, is_one: bool) -> None:
    assert is_day(line) is is_one


def test_three_lines_of_a_kind_are_a_programme_and_shorter_runs_with_them() -> None:
    day = ["9.00 Swim", "10.30 Race", "17.00 End"]
    assert programme_lines([*day, "Sunday", "8.00 Walk"]) == {0, 1, 2, 4}
    assert programme_lines(day[:2]) == set()
    assert programme_lines(["8.40 Tea", "6.20 Milk", "3.50 Rolls"]) == set()  # prices


def test_a_time_of_day_opens_a_text() -> None:
    assert [clock_in(text) for text in ("17.30", "5 p.m. sharp", "25.00", "5")] == [
        1050,
        1020,
        None,
        None,
    ]


def test_long_lines_take_no_time() -> None:
    began = time.process_time()
    for line in ("9.00" + " " * 100_000, "Week 3 " + "*" * 100_000, "[" * 100_000, "1" * 100_000):
        assert slot_of(line) is None
        assert not is_day(line)
    for line in ("9.00" + " -" * 110, "Mon" + " " * 230, "(" * 230):
        slot_of(line)
    assert time.process_time() - began < 2
