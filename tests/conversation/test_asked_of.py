"""What a short message asks of the thing, or the act, that the last question was about."""

from __future__ import annotations

import pytest

from rag.conversation.asked_of import measure_of, of_an_act
from rag.conversation.spoken_of import Context


@pytest.mark.parametrize(
    ("base", "core", "whole"),
    [
        ("How long is the weir?", "the price?", "What is the price of the weir?"),
        ("What is the price of the punt?", "the weight?", "What is the weight of the punt?"),
        ("When does the mill open?", "the hours", "What are the hours of the mill?"),
        # Of the last of several, and of what it was about.
        ("Who sails the Lark? How long is the weir?", "the age?", "What is the age of the weir?"),
        ("How do I get to Lund?", "the price?", "What does it cost to get to Lund?"),
        ("How long does it take to get to Lund?", "the fee?", "What does it cost to get to Lund?"),
        # No measure, one that was asked for already, one of an act, and of nothing.
        ("How long is the weir?", "the mill?", ""),
        ("How long is the weir?", "the other size?", ""),
        ("What is the price of the punt?", "the price?", ""),
        ("How do I get to Lund?", "the size?", ""),
        ("Why?", "the price?", ""),
    ],
)  # fmt: skip
def test_a_measure_is_of_the_last_question_s_thing(base: str, core: str, whole: str) -> None:
    assert measure_of(core, Context(base, base, "")) == whole


@pytest.mark.parametrize(
    ("base", "core", "whole"),
    [
        ("How do I get to Lund?", "How long does it take?",
         "How long does it take to get to Lund?"),
        ("How can I climb the Pike?", "What does it cost?", "What does it cost to climb the Pike?"),
        ("Can I feed the otters myself?", "How much does it cost?",
         "How much does it cost to feed the otters?"),
        ("Can I feed the otters?", "How long does it take?", ""),
        ("How does the mill work?", "How long does it take?", ""),
        ("How do I get to Lund?", "How long did it take Ana Ruiz?", ""),
    ],
)  # fmt: skip
def test_what_it_takes_is_of_the_act_that_was_asked_for(base: str, core: str, whole: str) -> None:
    assert of_an_act(core, base) == whole
