"""What is on on a day or at a time, and when something starts, is told by a programme's lines."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from rag.answerer import Draft
from rag.changes.claim import Claim
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, Chunk, Passage, Scores
from rag.reading.lead import leads
from rag.statements.programme import programme_asked, programme_of
from tests.making import make_article

FAIR = """Harvest fair at Elm Row

We are glad that you come to see us. The fair is open to all.

Saturday 3 May
9:30 am - Doors open
10:00 am - Kites
2:15 pm - Brass band, Main Stage. Bring a chair.
7:00 pm - Dance

Sunday 4 May
11:00 am - Ploughing
3:00 pm - Puppets

Parking is free on both days.
"""
CLUB = """Chess club

We play in the back room of the library.

Mon 5 May, 19.00: Blitz
Tue 6 May, 18.00: Lessons
Mon 12 May, 19.00: Match
"""
REGATTA = """Regatta at Pell Lake

Programme for Sunday 7 June

The lake is closed to swimmers.

10.00 Race of the dinghies
11.30 Rowing lesson for beginners. Bring a towel.
14.00 Race of the canoes to the island
17.00 Prizes, handed out by the mayor

The race of the canoes starts at noon if it is windy. Canoes of the race stand at the pier.
Prizes are paid for by the club.
"""
TITLES = {"fair": make_article(FAIR, name="fair"), "club": make_article(CLUB, name="club")}
LAKE = make_article(REGATTA, name="lake")
LATER = make_article(REGATTA.replace("Pell", "Orm").replace("canoes", "kites"), name="later")


def told(question: str, *articles: Article, given: Draft | None = None) -> list[str]:
    every = articles or tuple(TITLES.values())
    found = {one.id: leads(one, statement_spans(one)) for one in every}
    passages = [Passage(Chunk(a.id, a.id, 0, len(a.text), a.text), a, Scores()) for a in every]
    asked = programme_asked(question)
    assert asked is not None
    draft = programme_of(asked, given or Draft((), 0.1, "no"), passages, found.__getitem__)
    if draft is None:
        return []
    assert (draft.confidence, draft.reason) == (0.9, "")
    by_id = {one.id: one.text for one in every}
    return [by_id[place.article_id][place.start : place.end] for place in draft.places]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What is on on Sunday?", ["Sunday 4 May", "11:00 am - Ploughing", "3:00 pm - Puppets"]),
        ("What's on at the fair on 4 May after 2 pm?", ["Sunday 4 May", "3:00 pm - Puppets"]),
        ("What happens on Saturday afternoon?",
         ["Saturday 3 May", "2:15 pm - Brass band, Main Stage. Bring a chair."]),
        ("What happens on Saturday at 10.00?", ["Saturday 3 May", "10:00 am - Kites"]),
        ("What is planned for Saturday before 10:00?", ["Saturday 3 May", "9:30 am - Doors open"]),
        ("What is on on Monday?", ["Mon 5 May, 19.00: Blitz", "Mon 12 May, 19.00: Match"]),
        ("What is on on Monday, 12 May?", ["Mon 12 May, 19.00: Match"]),
        ("What is on at the zoo on Sunday?", []),
        ("What is on on Wednesday?", []),
        ("What is on on Sunday, 11 May?", []),
        ("What is on on Sunday evening?", []),
        ("What starts on Sunday?", ["Sunday 4 May", "11:00 am - Ploughing", "3:00 pm - Puppets"]),
    ],
)  # fmt: skip
def test_the_lines_of_a_day_are_told(question: str, wanted: list[str]) -> None:
    assert told(question) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "What is on the table?",
        "When is the dance on Saturday?",
        "What is on?",
        "What starts?",
        "What starts at 100 degrees?",
        "What starts the pump on Sunday?",
        "What is on at the fair in the end?",
        "When does it start?",
        "When did the dance start?",
        "When does the fair open?",
        "Does the dance start at 7 pm?",
        "Who plays on Sunday?",
    ],
)
def test_other_questions_ask_for_no_day(question: str) -> None:
    assert programme_asked(question) is None


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What happens at 10.00 at the regatta?", ["10.00 Race of the dinghies"]),
        ("What starts at 2 pm?", ["14.00 Race of the canoes to the island"]),
        ("What else begins after 2 p.m.?",
         ["14.00 Race of the canoes to the island", "17.00 Prizes, handed out by the mayor"]),
        ("What is starting at 11.30 on Pell Lake?",
         ["11.30 Rowing lesson for beginners. Bring a towel."]),
        ("What opens at 3 pm?", []),
        ("What happens at 10.00 at the museum?", []),
    ],
)  # fmt: skip
def test_a_time_alone_is_enough_for_the_only_programme(question: str, wanted: list[str]) -> None:
    report = make_article("The mayor\n\nAt 14.00 the mayor spoke of the lake.\n", name="report")
    assert told(question, report, LAKE) == wanted


def test_of_two_programmes_a_time_is_asked_of_the_one_that_is_named() -> None:
    both = (LAKE, LATER)
    assert told("What starts at 2 pm?", *both) == []
    assert told("What starts at 2 pm at the regatta?", *both) == []
    assert told("What starts at 2 pm on Orm Lake?", *both) == [
        "14.00 Race of the kites to the island"
    ]


def test_a_time_on_every_day_of_a_programme() -> None:
    assert told("What begins before 11:30 am?", TITLES["fair"]) == [
        "Saturday 3 May", "9:30 am - Doors open", "10:00 am - Kites",
        "Sunday 4 May", "11:00 am - Ploughing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("When does the rowing lesson start?",
         ["11.30 Rowing lesson for beginners. Bring a towel."]),
        ("At what time do the races begin?",
         ["10.00 Race of the dinghies", "14.00 Race of the canoes to the island"]),
        ("When will the race of the canoes take place?",
         ["14.00 Race of the canoes to the island"]),
        ("What time does the regatta's canoe race start?",
         ["14.00 Race of the canoes to the island"]),
        ("When do the races start in the afternoon?", ["14.00 Race of the canoes to the island"]),
        ("When does the race start on Saturday?", []),
        ("When does the dance start on Saturday, 3 May?", ["Saturday 3 May", "7:00 pm - Dance"]),
        ("When does the dance start on Sunday?", []),
        ("When does the race of the canoes start at the museum?", []),
        ("When does the regatta start?", []),
        ("When does the closed lake start?", []),
        ("When does the dance start?", ["Saturday 3 May", "7:00 pm - Dance"]),
        ("When does the match begin?", ["Mon 12 May, 19.00: Match"]),
    ],
)  # fmt: skip
def test_when_something_starts_is_the_line_that_holds_its_words(
    question: str, wanted: list[str]
) -> None:
    assert told(question, LAKE, *TITLES.values()) == wanted


def test_what_else_may_tell_it_comes_after_its_line() -> None:
    said = ("10.00 Race of the dinghies", "The race of the canoes starts at noon if it is windy.",
            "Canoes of the race stand at the pier.",
            "Prizes are paid for by the club.")  # fmt: skip
    places = tuple(
        Place(LAKE.id, at, at + len(one)) for one in said for at in [LAKE.text.index(one)]
    )
    draft = Draft(places, 0.9, "")
    line = "14.00 Race of the canoes to the island"
    assert told("When does the canoe race start?", LAKE, given=draft) == [line, said[1]]
    none = np.zeros(1, np.float32)
    signals = dict.fromkeys(("score", "margin", "coverage", "cosine", "told"), 0.5)
    claim = Claim(
        "10.00", places[0], "", "", None, **signals, vector=none, about=none, meaning=none
    )
    differing = replace(draft, differing=(claim, replace(claim, value="noon")))
    assert told("When does the canoe race start?", LAKE, given=differing) == []


def test_long_questions_take_no_time() -> None:
    began = time.process_time()
    for filler in (" ", "start ", "take ", "1.", "when does ", "at 1 "):
        programme_asked("When does " + filler * 4_000)
        programme_asked("What starts " + filler * 4_000)
    assert time.process_time() - began < 2
