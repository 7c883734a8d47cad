"""Feedback: a rated answer is a row that `rag eval` reads."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Statement
from rag.evaluate.questions import parse_question
from rag.ui import feedback
from tests.ui.test_rendering import answered, article, check_ours, cite

TOWER = article()
HIGH = "It is 31 metres high."
ANSWER = answered(TOWER, statements=(Statement(HIGH, (cite(TOWER, HIGH, 1),), highlight=(6, 15)),))


def test_a_liked_answer_asks_for_its_words_and_its_place():
    row = feedback.liked(ANSWER).to_dict()
    start = TOWER.text.index(HIGH)
    assert row == {
        "id": feedback.row_id(ANSWER),
        "question": "How high is it?",
        "answers": ["31 metres"],
        "evidence": [
            {"article": "a/tower", "quote": HIGH, "start": start, "end": start + len(HIGH)}
        ],
        "kind": "liked",
    }
    parsed = parse_question(row, 1)
    assert parsed.to_dict() == row


def test_a_liked_decline_is_a_question_that_the_articles_do_not_answer():
    declined = replace(ANSWER, statements=(), outcome="declined", reason="Not said.")
    row = feedback.liked(declined).to_dict()
    assert row["answerable"] is False
    assert parse_question(row, 1).answerable is False


def test_what_the_page_is_given_holds_the_row_and_what_was_said():
    markup = feedback.rating_html(ANSWER)
    (data,) = re.findall('data-rating="(.*?)"', markup)
    assert json.loads(html.unescape(data)) == {
        "row": feedback.liked(ANSWER).to_dict(),
        "wrong": ["31 metres"],
        "said": ["How high is it?", HIGH],
    }
    assert feedback.rating_html(replace(ANSWER, statements=(Statement("5 articles:", ()),))) == ""


@given(st.text(min_size=1), st.text())
def test_an_id_is_that_of_the_question_and_its_answer(question: str, other: str):
    asked = replace(ANSWER, question=question)
    assert feedback.row_id(asked) == feedback.row_id(replace(asked, seconds={}))
    again = feedback.row_id(replace(asked, question=other))
    assert (again == feedback.row_id(asked)) is (other == question)
    check_ours(feedback.rating_html(asked) + feedback.CORRECTION_HTML)
