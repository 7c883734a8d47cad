"""A question asked of another time than it was."""

from __future__ import annotations

import re

import pytest

from rag.conversation.leaning import RELATIVE_TIME
from rag.conversation.other_time import at_another_time, at_relative_time
from rag.conversation.spoken_of import Context
from rag.datatypes import Message
from rag.followup import standalone


@pytest.mark.parametrize(
    ("base", "preposition", "thing", "whole"),
    [
        ("How many punts sank in 2022", "", "2023", "How many punts sank in 2023?"),
        ("How many punts sank in 2022", "before", "2020", "How many punts sank before 2020?"),
        ("How many punts sank in May 2022", "", "June", "How many punts sank in June 2022?"),
        ("How many punts sank", "", "last year", "How many punts sank last year?"),
    ],
)
def test_a_time_takes_the_place_of_the_time(
    base: str, preposition: str, thing: str, whole: str
) -> None:
    assert at_another_time(base, preposition, thing) == whole


def test_the_year_before_is_reckoned_from_the_one_that_is_named() -> None:
    before = RELATIVE_TIME.search("and the year before?")
    assert isinstance(before, re.Match)
    base = "How many punts sank in 2022?"
    assert at_relative_time(before, Context(base, base, "")) == (
        "How many punts sank in 2021, the year before 2022?",
        "How many punts sank in 2021?",
    )


def test_a_correction_to_another_time_is_asked_of_that() -> None:
    said = [
        Message(role="user", content="How much is the ticket?"),
        Message(role="assistant", content="A ticket costs 4 crowns."),
    ]
    asked = "No I mean back then, in 1881"
    assert standalone(asked, said) == "How much is the ticket in 1881?"
