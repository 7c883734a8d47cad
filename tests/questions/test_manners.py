"""What opens and ends a message and asks nothing, is spelled in one place."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.conversation.articles_meant import with_articles_named
from rag.conversation.going_on import goes_on
from rag.conversation.shown import with_statement_named
from rag.datatypes import Article
from rag.questions.manners import JOINED, LED, PLEASE, asked_plainly
from rag.questions.talk import asks_to_repeat
from rag.replies.about import about_articles
from rag.replies.numbered import numbered_asked
from rag.replies.timeline import timeline_asked

OPENINGS = (
    "Please ", "And ", "So, ", "OK, ", "Could you ", "Can you please ", "Would you, please, ",
    "Hello! Will you ", "And now could you please ", "Well then, ", "Thanks. But ",
)  # fmt: skip
ENDINGS = ("", "?", " please", ", please.")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("opening", OPENINGS)
def test_whoever_is_polite_asks_the_same(opening: str, ending: str) -> None:
    def said(asked: str) -> str:
        return f"{opening}{asked}{ending}"

    assert asked_plainly(said("list the berths")) == "list the berths"
    assert goes_on(said("carry on"))
    assert asks_to_repeat(said("say that again").lower())
    times = timeline_asked(said("give me a timeline of the weir"), lambda: None)
    assert times is not None
    assert times.topic == "the weir"
    numbered = numbered_asked(said("show me clause 4"))
    assert numbered is not None
    assert numbered.number == "4"
    assert with_articles_named(said("list them"), "How many articles mention the weir?")
    whole = with_statement_named(said("tell me more about the second one"), "Which boats sank?")
    assert whole.startswith("Tell me more about the second statement")
    articles = {"a": Article(id="a", text="Boats sank.", title="Boats", source="a.txt")}
    assert about_articles(said("list the articles"), articles)


def test_a_message_that_is_nothing_else_stays() -> None:
    for message in ("And", "Please", "So", "Can you", "OK, well"):
        assert asked_plainly(message)
    assert asked_plainly("So-called friends") == "So-called friends"
    assert asked_plainly("Wellness") == "Wellness"


def test_where_can_asks_it_is_no_courtesy() -> None:
    assert re.match(rf"{JOINED}can", "and can you swim there?")
    assert re.fullmatch(rf"{LED}swim there{PLEASE}", "and can you swim there, please")


@given(st.text(max_size=60))
def test_what_is_left_is_the_end_of_what_was_said(message: str) -> None:
    left = asked_plainly(message)
    assert left in message
    assert len(left) <= len(message)


@pytest.mark.parametrize("unit", ["and ", "please, ", "could you ", "so. ", "and please "])
def test_many_of_them_take_no_time(unit: str) -> None:
    began = time.perf_counter()
    asked_plainly(unit * 500)
    with_articles_named(unit * 500, "Which articles mention the weir?")
    with_statement_named(unit * 500, "Give me a timeline")
    assert time.perf_counter() - began < 1


def test_no_other_module_spells_a_courtesy() -> None:
    spelled = re.compile(r"\(\?:please |\(\?:can\|could(?:\|would)?\) you ")
    # What a model's reply says, and an article's orders to it, are no messages.
    others = {"courtesy.py", "orders.py"}
    for path in sorted(Path(rag.__file__).parent.rglob("*.py")):
        if path.name not in others:
            assert not spelled.search(path.read_text(encoding="utf-8")), path.name
