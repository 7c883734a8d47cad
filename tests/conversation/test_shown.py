"""What was just shown, in its order: which of it a message means, and what is told of that."""

from __future__ import annotations

import pytest

from rag.cite import Place, cite
from rag.conversation.shown import Picked, ShownAsked, shown_asked, with_statement_named
from rag.datatypes import Article
from rag.followup import standalone
from rag.replies.about_shown import about_shown
from tests.making import make_article

TIMELINE = "Give me a timeline"
FIRMS = "Which firms gave tokens away?"
SECOND = ShownAsked("more", Picked(TIMELINE, at=2)).question


def _of(ask: str, what: str, place: str) -> str:
    return f"{ask} the {place} statement of the answer to “{what}”"


@pytest.mark.parametrize(
    ("before", "message", "whole"),
    [
        (TIMELINE, "Tell me more about the first entry",
         _of("Tell me more about", TIMELINE, "first")),
        (TIMELINE, "the 3rd?", _of("Tell me more about", TIMELINE, "third")),
        (TIMELINE, "and the last one?", _of("Tell me more about", TIMELINE, "last")),
        (TIMELINE, "the July one", "Tell me more about the statement of the answer to "
         f"“{TIMELINE}” that has “July”"),
        (TIMELINE, "what happened after that?", ""),  # the further dates
        (SECOND, "what happened after that?", _of("Tell me more about", TIMELINE, "third")),
        (SECOND, "and before that?", _of("Tell me more about", TIMELINE, "first")),
        (SECOND, "which article says that?", _of("Which article has", TIMELINE, "second") + "?"),
        (SECOND, "where does that stand?", _of("Which article has", TIMELINE, "second") + "?"),
        (SECOND, "when was that?", _of("When was", TIMELINE, "second") + "?"),
        (SECOND, "the second to last", _of("Tell me more about", TIMELINE, "second to last")),
        (_of("Tell me more about", TIMELINE, "first"), "and before that?",
         _of("What comes before", TIMELINE, "first") + "?"),
        (_of("Tell me more about", TIMELINE, "last"), "the next one",
         _of("What comes after", TIMELINE, "last") + "?"),
        (FIRMS, "Tell me more about the second", _of("Tell me more about", FIRMS, "second")),
        (_of("Tell me more about", FIRMS, "first"), "the next one",
         _of("Tell me more about", FIRMS, "second")),
        (_of("Tell me more about", FIRMS, "first"), "what was before that?", ""),
        (FIRMS, "shorter please", _of("Give only", FIRMS, "first")),
        (SECOND, "in one sentence", _of("Give only", TIMELINE, "second")),
        (FIRMS, "who says the second one?", _of("Which article has", FIRMS, "second") + "?"),
        ("Who won first prize?", "and the second?", ""),  # prize
        (FIRMS, "the third step", ""),
        ("How do I cool a burn?", "what's the second step",
         _of("Give only", "How do I cool a burn?", "second")),
        ("Who won first prize?", "Explain the second statement.",
         _of("Tell me more about", "Who won first prize?", "second")),
        (FIRMS, "When was the second bridge built?", ""),
    ],
)  # fmt: skip
def test_a_message_means_one_of_those_shown(before: str, message: str, whole: str) -> None:
    assert with_statement_named(message, before) == whole
    if whole:
        assert (told := shown_asked(whole)) is not None
        assert told.question == whole


def test_what_else_is_said_after_it_is_of_what_it_tells() -> None:
    said = [
        {"role": "user", "content": FIRMS},
        {"role": "assistant", "content": "Baidu offers 5. Zhipu AI offers 7."},
        {"role": "user", "content": "Tell me more about the second."},
        {"role": "assistant", "content": "Zhipu AI offers 7. It is in Beijing."},
    ]
    assert standalone("Is it old?", said) == "Is Zhipu AI old?"
    assert standalone("Tell me more.", said) == (
        f"Tell me still more about the second statement of the answer to “{FIRMS}”"
    )


def test_the_rest_of_a_timeline_is_shown_after_one_of_it_too() -> None:
    said = [
        {"role": "user", "content": f"{TIMELINE}."},
        {"role": "assistant", "content": "One opened in 1990. Two came in 1991."},
        {"role": "user", "content": "the second one"},
        {"role": "assistant", "content": "Two came in 1991."},
    ]
    assert standalone("Show me the rest.", said) == f"{TIMELINE}, the further dates?"


def test_names_that_a_question_lists_go_before_statements() -> None:
    said = [
        {"role": "user", "content": "Which are older, Kaltwerk or Siltron?"},
        {"role": "assistant", "content": "Both are of 1990. They are old."},
    ]
    assert standalone("Tell me more about the second one.", said) == "Tell me more about Siltron."


ARTICLE = make_article("One opened. Two came in May 2021. Three shut. Four fell. Five rose.")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (ShownAsked("more", Picked("Q", at=2)), ["Three shut.", "Four fell.", "Five rose."]),
        (ShownAsked("more", Picked("Q", at=1), page=1), ["Five rose."]),
        (ShownAsked("more", Picked("Q", at=3)),
         ["There is no third one: only 2 statements were shown."]),
        (ShownAsked("more", Picked("Q", words="June")),
         ["None of the statements that were shown has “June”."]),
        (ShownAsked("before", Picked("Q", at=1)), ["Nothing was shown before that."]),
        (ShownAsked("when", Picked("Q", at=1)), ["No date is named there: “One opened.”"]),
    ],
)  # fmt: skip
def test_what_is_told_of_it(asked: ShownAsked, told: list[str]) -> None:
    articles: dict[str, Article] = {ARTICLE.id: ARTICLE}
    opened = Place(ARTICLE.id, 0, 11)
    three = Place(ARTICLE.id, 34, 45)
    assert ARTICLE.text[three.start : three.end] == "Three shut."
    reply = about_shown(asked, cite([opened, three], articles), articles, lambda: None)
    assert [one.text for one in reply] == told
    assert [c.marker for one in reply for c in one.citations] == list(
        range(1, 1 + sum(len(one.citations) for one in reply))
    )


def test_a_statement_is_told_with_the_date_that_it_names() -> None:
    articles = {ARTICLE.id: ARTICLE}
    two = cite([Place(ARTICLE.id, 12, 33)], articles)
    [reply] = about_shown(ShownAsked("when", Picked("Q", at=1)), two, articles, lambda: None)
    assert (reply.text, reply.when) == ("Two came in May 2021.", "May 2021")
