"""What is on on a day is told by the lines of a programme."""

from __future__ import annotations

import pytest

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.datatypes import Article, Chunk, Passage, Scores
from rag.lead import leads
from rag.programme import programme_asked, programme_of
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
TITLES = {"fair": make_article(FAIR, name="fair"), "club": make_article(CLUB, name="club")}


def told(question: str, *articles: Article) -> list[str]:
    every = articles or tuple(TITLES.values())
    found = {one.id: leads(one, statement_spans(one)) for one in every}
    passages = [Passage(Chunk(a.id, a.id, 0, len(a.text), a.text), a, Scores()) for a in every]
    asked = programme_asked(question)
    assert asked is not None
    draft = programme_of(asked, Draft((), 0.1, "no"), passages, found.__getitem__)
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
        "Who plays on Sunday?",
    ],
)
def test_other_questions_ask_for_no_day(question: str) -> None:
    assert programme_asked(question) is None
