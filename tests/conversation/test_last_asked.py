"""The last question that says what it asks of, which a short message is put beside."""

from __future__ import annotations

import time

import pytest
from hypothesis import given

from rag.conversation.last_asked import is_whole, last_whole, put_beside, questions_in
from tests.making import texts


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("Who owns the mill?", True),
        ("When will the Lark sail?", True),
        ("What about the weir?", True),
        ("Who owns it?", False),
        ("And the price?", False),
        ("Since when?", False),
        ("Has that happened before?", False),
        ("Did they say why?", False),
    ],
)
def test_a_question_is_whole_that_says_what_it_asks_of(question: str, whole: bool) -> None:
    assert is_whole(question) is whole


@pytest.mark.parametrize(
    ("base", "last", "beside"),
    [
        ("Who owns the mill?", "Who owns the mill?", "Who owns the mill? Why?"),
        # What was asked before the last whole one is done with.
        (
            "Where was the punt built? Who owns the mill?",
            "Who owns the mill?",
            "Who owns the mill? Why?",
        ),
        # What was asked last of it stays.
        (
            "Where was the punt built? Who owns the mill? Was it sold? Are they paid?",
            "Who owns the mill?",
            "Who owns the mill? Are they paid? Why?",
        ),
        ("Was it sold? Is it old?", "Was it sold? Is it old?", "Was it sold? Is it old? Why?"),
        ("The mill was sold", "The mill was sold", "The mill was sold? Why?"),
    ],
)  # fmt: skip
def test_a_message_stands_beside_the_last_whole_question(base: str, last: str, beside: str) -> None:
    assert last_whole(base) == last
    assert put_beside(base, "Why?") == beside


def test_a_quotation_that_does_not_end_is_read_once() -> None:
    assert questions_in("Who said “go? Where to?") == ["Who said “go? Where to?"]
    long = "a “" * 10_000
    began = time.perf_counter()
    assert questions_in(long) == [long.strip()]
    assert time.perf_counter() - began < 1


@given(texts(), texts())
def test_the_message_always_ends_what_it_is_put_beside(base: str, message: str) -> None:
    assert put_beside(base, message).endswith(message)
    assert all(each in base for each in questions_in(base))
