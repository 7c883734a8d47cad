"""Who goes on asks for the same by any words, after a summary, a timeline, a list and an answer."""

from __future__ import annotations

import time

import pytest

from rag.conversation.going_on import MORE, goes_on
from rag.conversation.leaning import asks_to_go_on
from rag.datatypes import Message
from rag.followup import standalone

GOING_ON = (
    "More", "Tell me more.", "and more?", "some more please", "Show me more",
    "Give us more details", "Go on", "Please go on!", "Could you go on?", "Carry on",
    "Keep going", "Continue", "Elaborate",
    "Can you elaborate on that?", "Details", "Any details?", "Further details", "More information",
    "Is there anything more?", "Explain", "Read on …",
)  # fmt: skip
NOT = (
    "", "Go on strike?", "What more can I do?", "More about the mill", "How many more?",
    "the details of the fee",
    "Explain the fee", "Information", "Carry on luggage", "No more", "What else?", "The rest",
)  # fmt: skip


@pytest.mark.parametrize("message", GOING_ON)
@pytest.mark.parametrize(
    ("before", "whole"),
    [
        ("Summarise the berth rules", "Summarise more of the berth rules"),
        ("Summarise the third article", "Summarise more of the third article"),
        ("Give me a timeline", "Give me a timeline, the further dates?"),
        ("What happened in May 2021?", f"What happened in May 2021? {MORE}"),
        ("Which articles mention the weir?", f"Which articles mention the weir? {MORE}"),
        ("Which ferries were sold?", f"Which ferries were sold? {MORE}"),
        ("Who keeps the weir?", f"Who keeps the weir? {MORE}"),
        ("What did Ida Lund say?", "What else did Ida Lund say?"),
        (
            "Tell me more about the second statement of the answer to “Who keeps the weir?”",
            "Tell me still more about the second statement of the answer to “Who keeps the weir?”",
        ),
    ],
)
def test_whoever_goes_on_asks_for_the_same(before: str, whole: str, message: str) -> None:
    said: list[Message] = [
        {"role": "user", "content": before},
        {"role": "assistant", "content": "Vera Holm keeps the weir. She was named in 1998."},
    ]
    if "that" in message and whole.endswith(MORE):
        return  # of what it is said of then, by its name
    assert standalone(message, said) == whole


@pytest.mark.parametrize("message", GOING_ON)
def test_what_goes_on(message: str) -> None:
    assert asks_to_go_on(message)


@pytest.mark.parametrize("message", NOT)
def test_what_asks_for_something_else(message: str) -> None:
    assert not goes_on(message)


@pytest.mark.parametrize("word", ["please ", "can you ", "tell me ", "more ", "explain it ", "  "])
def test_a_long_message_is_read_in_linear_time(word: str) -> None:
    began = time.perf_counter()
    goes_on(word * 20_000)
    assert time.perf_counter() - began < 1
