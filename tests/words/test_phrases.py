"""Names and noun phrases, told by small words and capitals."""

from __future__ import annotations

import pytest
from hypothesis import given

from rag.words.phrases import is_demonym, names, phrases
from tests.making import texts


def shown(text: str) -> list[str]:
    return [text[phrase.start : phrase.end] for phrase in phrases(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How many people work at Kaltwerk?", ["people", "Kaltwerk"]),
        ("Is the old bridge of Velm closed?", ["old bridge of Velm"]),
        ("Who runs the University of Oxford?", ["University of Oxford"]),
        ("What does customer service earn?", ["customer service"]),
        ("Where are synthetic fibres used?", ["synthetic fibres"]),
        ("Orvo launched Blik 5.5 in Lima.", ["Orvo", "Blik 5.5", "Lima"]),
        ("Why did they do that?", []),
        ("What's his age?", ["age"]),
        ("What's Orvo's age?", ["Orvo's age"]),
        ("When does the swimming pool in Velm open?", ["swimming pool", "Velm"]),
        ("What comes right after it?", []),
        ("Who has the right to vote?", ["right", "vote"]),
        ("Who owns it?", []),
        ("How many were hurt?", []),
        ("When was the old bridge last repaired?", ["old bridge"]),
        ("Which route is newly opened?", ["route"]),
        ("When does the last train leave?", ["last train"]),
        ("What did the council decide about school meals?", ["council", "school meals"]),
        ("How much did he owe?", []),
        ("Did they carry any over?", []),
        ("How many days of sick leave are there?", ["days of sick leave"]),
        ("How many days of leave do nurses get?", ["days of leave", "nurses"]),
        ("How many mills use coal?", ["mills", "coal"]),
        ("When is the old mill open?", ["old mill"]),
        ("When is the mill festival?", ["mill festival"]),
        # What is said of a thing is no part of it.
        ("Where was the Kite bell found?", ["Kite bell"]),
        ("How often is bark therapy done?", ["bark therapy"]),
        ("How much is the old punt worth?", ["old punt"]),
        ("Is the mill worth a visit?", ["mill", "visit"]),
        ("What is the net worth of Orvo?", ["net worth of Orvo"]),
        ("Was the Lark faster than the punt?", ["Lark", "punt"]),
        ("When is the next boat due?", ["next boat"]),
        ("How long is the night shift?", ["night shift"]),
        ("Can I see the otters myself?", ["otters"]),
        ("Does Brandt & Osei make doors?", ["Brandt & Osei", "doors"]),
        ("", []),
    ],
)
def test_phrases_stand_between_small_words_and_verbs(text: str, found: list[str]) -> None:
    assert shown(text) == found


def test_names_are_what_is_written_large_with_its_numbers() -> None:
    text = "The new Blik 5.5 model of Orvo, and in May 01.AI"
    assert [text[start:end] for start, end in names(text)] == ["Blik 5.5", "Orvo", "May 01.AI"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("J. K. Rowling met Dr. Kim Lee", ["J. K. Rowling", "Dr. Kim Lee"]),
        ("Ursula von der Leyen in Rio de Janeiro", ["Ursula von der Leyen", "Rio de Janeiro"]),
        ("They take vitamin C. The Nile is long", ["C", "Nile"]),
        ("Ana de facto ran Orion", ["Ana", "Orion"]),
    ],
)
def test_initials_titles_and_particles_stand_within_a_name(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in names(text)] == found


@pytest.mark.parametrize(
    ("word", "told"),
    [("Chinese", True), ("British", True), ("Italian", True), ("German", True), ("Lima", False)],
)
def test_where_something_comes_from_is_told_by_its_ending(word: str, told: bool) -> None:
    assert is_demonym(word) is told


@given(texts())
def test_phrases_are_in_order_apart_and_hold_their_names(text: str) -> None:
    end = 0
    for phrase in phrases(text):
        assert end <= phrase.start < phrase.end <= len(text)
        end = phrase.end
        for first, last in phrase.names:
            assert phrase.start <= first < last <= phrase.end


def test_a_number_that_counts_what_follows_is_no_name() -> None:
    text = "Ten thousand people lined the Selby Vale. Thirty-four left. Three Rivers did not."
    assert [text[start:end] for start, end in names(text)] == ["Selby Vale", "Three Rivers"]
