"""A why-question is answered with a cause before what only says it back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.answerer import Draft
from rag.cite import Place
from rag.datatypes import Chunk, Passage, Scores
from rag.statements.causes import with_cause
from tests.making import make_article

TEXT = """# The power cut in the market hall

Out of service: lift, gate; the till was not affected. The till has been affected since March.

The till kept working because it has a battery. The lift stood still due to its age.

The gate was not opened after the storm. The gate is heavy because it is of oak. The pump
was not started. The well is old because the town is old.
"""
ARTICLE = make_article(TEXT)
TILL, MARCH = "Out of service: lift, gate; the till was not affected.", "The till has been affected"
BATTERY, AGE = "The till kept working because it has a battery.", "The lift stood still"
GATE, PUMP = "The gate was not opened after the storm.", "The pump\nwas not started."


@pytest.mark.parametrize(
    ("question", "texts", "wanted"),
    [
        ("why wasn't the till affected", [TILL], [BATTERY, TILL]),
        ("And why was the till not affected?", [TILL, BATTERY], [BATTERY, TILL]),
        ("When was the till affected?", [TILL], [TILL]),
        ("Why was the gate not opened?", [GATE], [GATE]),  # "after": it may be the cause
        ("Why was the pump not started?", [PUMP], [PUMP]),  # no cause is given
        ("Why was the till affected by the flood?", [TILL], [TILL]),  # more is asked than it says
        ("Why was the till not affected?", [BATTERY, TILL], [BATTERY, TILL]),
        ("Why?", [TILL], [TILL]),
        ("Why was the till not affected?", [], []),
    ],
)
def test_a_cause_comes_before_what_says_the_question_back(
    question: str, texts: Sequence[str], wanted: Sequence[str]
) -> None:
    places = [Place("a", TEXT.index(text), TEXT.index(text) + len(text)) for text in texts]
    passage = Passage(Chunk("c", "a", 0, len(TEXT), TEXT), ARTICLE, Scores())
    draft = with_cause(Draft(tuple(places), 0.9, ""), question, [passage], {"a": ARTICLE})
    assert [TEXT[place.start : place.end] for place in draft.places] == list(wanted)
