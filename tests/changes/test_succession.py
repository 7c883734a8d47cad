"""Who came after whom, and who before, by what a few sentences tell."""

from __future__ import annotations

import pytest

from rag.changes.succession import called, handed_over, held_before, holder_by, taken_up


@pytest.mark.parametrize(
    ("sentences", "who"),
    [
        (["Jan Holt stepped down.", "His successor is Mara Lind."], "Mara Lind"),
        (["Mara Lind, who came in for Holt in spring, likes maps."], "Mara Lind"),
        (["Jan Holt is out until May, and so Mara Lind will lead the choir."], "Mara Lind"),
        (["Jan Holt has handed the keys to Mara Lind."], "Mara Lind"),
        (["Mara Lind ran it in 2:01:07.", "It was hot.", "Holt's 2:04:10 had stood since 2011."],
         "Mara Lind"),
        (["Jan Holt resigned.", "It rains in Velm."], ""),
    ],
)  # fmt: skip
def test_who_came_after(sentences: list[str], who: str) -> None:
    over = handed_over(sentences, "Jan Holt")
    assert over is not None
    assert over.who == who


def test_a_day_is_nobody() -> None:
    assert (called("June 22"), called("Friday"), called("June Holt")) == ("", "", "Holt")
    told = ["Arno Freight also announced in late June a half-price replacement plan."]
    assert handed_over(told, "June 22") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Jan Holt opened the fair.",
        "Jan Holt's 2:04:10 was read out.",
        "Jan Holt handed the letter to Mara Lind.",
        "Bo Orr stepped down.",
        "Jan Holt said the museum had sold 400 tickets.",
        "Jan Holt leaves home at six.",
        "A letter from Jan Holt to the council asks for money.",
        "A new film follows Jan Holt for a year.",
        "Jan Holt thanked Mara Lind, who was beaten in the final.",
    ],
)
def test_nothing_ended(sentence: str) -> None:
    assert handed_over([sentence], "Jan Holt") is None


def test_a_family_that_sold_gives_way_to_the_buyer_and_not_to_what_was_sold() -> None:
    told = ["The Holts, who had said no for years, have sold the Velm Works.",
            "The buyer is Arno Freight of Lisk."]  # fmt: skip
    over = handed_over(told, "the Holt family trust", {"velm", "work"})
    assert over is not None
    assert (over.first, over.last, over.who) == (0, 1, "Arno Freight of Lisk")


def test_a_post_that_was_left_open_is_taken_up_near_who_left_it() -> None:
    told = ["Mara Lind, 40, comes from Velm.", "She takes over on 1 May.", "Holt had more pay."]
    over = taken_up(told, "Jan Holt")
    assert over is not None
    assert (over.first, over.last, over.who) == (0, 1, "Mara Lind")
    assert taken_up(told[:2], "Jan Holt") is None
    far = [*told[:2], *["It rains."] * 4, told[2]]
    assert taken_up(far, "Jan Holt") is None


@pytest.mark.parametrize(
    "sentences",
    [
        ["Lind had taken it over from Jan Holt only in May."],
        ["Mara Lind replaces Jan Holt."],
        ["Jan Holt was voted out.", "Mara Lind won by ten votes."],
        ["Mara Lind was told by telephone.", "Her predecessor Jan Holt called it a pity."],
        ["Jan Holt resigned.", "His successor is Mara Lind."],
    ],
)
def test_who_came_before(sentences: list[str]) -> None:
    before = held_before(["It rains.", *sentences], "Mara Lind")
    assert before is not None
    assert before.who == "Jan Holt"
    assert before.first == 1 + (len(sentences) > 1 and "predecessor" in sentences[1])


def test_who_came_before_somebody_else_is_not_told() -> None:
    assert held_before(["Mara Lind replaces Jan Holt."], "Bo Orr") is None
    assert held_before(["Mara Lind met Jan Holt."], "Mara Lind") is None
    assert held_before(["Her predecessor Jan Holt was there."], "Mara Lind") is None


def test_who_has_it_by_now() -> None:
    assert holder_by(["Jan Holt was dismissed, and Mara Lind was elected."]) == "Mara Lind"
    assert holder_by(["Jan Holt runs the port.", "Mara Lind paints."]) == ""
    assert holder_by([]) == ""
    told = ["Mara Lind took office on Monday.", "She follows Jan Holt, who resigned in May."]
    assert holder_by(told) == ""


def test_what_is_no_name_is_not_called_again() -> None:
    assert called("the port of a small town") == ""
    assert called("Dr Ana von Ruiz") == "Ruiz"
