"""More than was told before: how the article goes on, what else there is, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place, cite
from rag.datatypes import Chunk, Message, Passage, Scores
from rag.replies.more import MORE, NO_MORE, with_more
from tests.making import make_article

OPENED, COST, LONG, PAID, LAST = (
    "The Kite bridge opened in May.",
    "It cost 40 million euros.",
    "It is 300 metres long.",
    "The state paid for it.",
    "Nobody came.",
)
BRIDGE = make_article(f"Bridge\n\n{OPENED} {COST} {LONG} {PAID} {LAST}\n", name="bridge")
FERRY = make_article("Ferry\n\nThe ferry stopped in May. It was 90 years old.\n", name="ferry")
ARTICLES = {article.id: article for article in (BRIDGE, FERRY)}
FERRY_STOPPED = "The ferry stopped in May."


def place(words: str) -> Place:
    article = next(each for each in ARTICLES.values() if words in each.text)
    start = article.text.index(words)
    return Place(article.id, start, start + len(words))


def statements(passage: Passage) -> list[tuple[int, int]]:
    return statement_spans(passage.article)


def said(*answers: str) -> list[Message]:
    """Return the turns of a conversation with these answers, each after a question."""
    return [
        turn
        for answer in answers
        for turn in (
            Message(role="user", content="What opened?"),
            Message(role="assistant", content=answer),
        )
    ]


def stated(message: str, *places: str, history: list[Message]) -> tuple[list[str], str]:
    draft = Draft(tuple(map(place, places)), 0.9, "")
    asked = f"When did the Kite open? {message}"
    more = with_more(draft, message, asked, history, ARTICLES, (), statements)
    return [ARTICLES[p.article_id].text[p.start : p.end] for p in more.places], more.reason


@pytest.mark.parametrize("message", ["tell me more", "Go on!", "More details, please"])
def test_asked_for_more_the_article_goes_on_after_what_was_told(message: str) -> None:
    once = said(f"{OPENED} [1]")
    assert stated(message, OPENED, history=once) == ([COST, LONG, PAID], MORE)
    twice = said(f"{OPENED} [1]", f"{COST} [1]\n{LONG} [1]\n{PAID} [1]")
    assert stated(message, OPENED, history=twice) == ([LAST], MORE)
    whole = said(" ".join((OPENED, COST, LONG, PAID, LAST)))
    assert stated(message, OPENED, history=whole) == ([], NO_MORE)


def test_of_markdown_what_was_told_is_told_though_its_marks_were_not_stated() -> None:
    marked = replace(BRIDGE, text=BRIDGE.text.replace("Kite", "**Kite**"), source="bridge.md")
    end = marked.text.index(".") + 1
    opened = Place("bridge", marked.text.index("The **Kite**"), end)
    draft = Draft((opened,), 0.9, "")
    answer = cite([opened], {"bridge": marked})[0].text
    assert "**" not in answer
    more = with_more(
        draft, "tell me more", "tell me more", said(answer), {"bridge": marked}, (), statements
    )
    assert opened not in more.places


def test_where_one_article_has_ended_another_that_was_told_of_goes_on() -> None:
    told = said(" ".join((OPENED, COST, LONG, PAID, LAST, FERRY_STOPPED)))
    found, _ = stated("tell me more", OPENED, FERRY_STOPPED, history=told)
    assert found == ["It was 90 years old."]


def test_what_tells_of_the_same_name_comes_before_what_follows_further_on() -> None:
    far = "The Kite was painted in June."
    article = make_article(f"Bridge\n\n{OPENED} {COST}\n\n{LONG}\n\n{PAID}\n\n{far}\n", name="b")
    passage = Passage(Chunk("c", "b", 0, len(article.text), article.text), article, Scores())
    start = article.text.index(OPENED)
    draft = Draft((Place("b", start, start + len(OPENED)),), 0.9, "")
    more = with_more(
        draft, "go on", "When did the Kite open? go on", said(OPENED), {"b": article},
        (passage,), statements,
    )  # fmt: skip
    assert [article.text[p.start : p.end] for p in more.places] == [COST, far, LONG]


def test_asked_what_else_there_is_the_rest_is_stated_or_nothing() -> None:
    told = said(f"{OPENED} [1]")
    asked = "What else happened in May?"
    assert stated(asked, OPENED, FERRY_STOPPED, history=told) == ([FERRY_STOPPED], "")
    assert stated(asked, OPENED, history=told) == ([], NO_MORE)


@pytest.mark.parametrize(
    ("message", "history"),
    [
        ("tell me more", []),
        ("tell me more", said("The articles don\u2019t say.")),
        ("When did it open?", said(f"{OPENED} [1]")),
        ("What else opened?", said(COST)),
    ],
)
def test_any_other_answer_stands_as_it_is(message: str, history: list[Message]) -> None:
    assert stated(message, OPENED, history=history) == ([OPENED], "")


@pytest.mark.parametrize("message", ["Why though?", "why?", "Why exactly?"])
def test_why_is_not_answered_with_what_was_told_but_with_what_stands_around_it(
    message: str,
) -> None:
    once = said(f"{OPENED} [1]")
    assert stated(message, OPENED, history=once) == ([COST, LONG, PAID], MORE)
    # Something new is an answer, whatever stands behind it.
    assert stated(message, PAID, OPENED, history=once)[0] == [PAID, OPENED]
    whole = said(" ".join((OPENED, COST, LONG, PAID, LAST)))
    assert stated(message, OPENED, history=whole) == ([], NO_MORE)


@pytest.mark.parametrize(
    "cause", ["The mill shut because of a flood.", "Do not mill oats: the husks take years to rot."]
)
def test_the_cause_that_was_told_is_told_again(cause: str) -> None:
    article = make_article(f"Mill\n\n{cause} It was old.\n", name="mill")
    first = Place("mill", 6, article.text.index(".") + 1)
    draft = Draft((first,), 0.9, "")
    history = said(article.text[first.start : first.end])
    told = with_more(draft, "Why?", "Why?", history, {"mill": article}, (), statements)
    assert told == draft


def test_what_a_declined_answer_came_nearest_to_was_not_told() -> None:
    declined = f"The articles don’t say who built it.\n\nNearest: Bridge: “{PAID}”"
    assert stated("Why not?", PAID, history=said(declined)) == ([PAID], "")
    assert stated("Why not?", PAID, history=said(f"{PAID} [1]")) != ([PAID], "")
