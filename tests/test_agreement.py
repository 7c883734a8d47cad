"""Which names and numbers a question holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.agreement import particulars, share
from rag.text import tokenise


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How many people did Zhipu AI hire in 2023?", {"zhipu", "ai", "2023"}),
        ("Which of the towers is older?", set()),
        ("When did the GPT-4 model come out?", {"gpt", "4"}),
        ("how many people did zhipu hire", set()),
        ("", set()),
    ],
)
def test_names_and_numbers(question: str, wanted: set[str]) -> None:
    assert particulars(question) == wanted


@given(st.text(max_size=80))
def test_they_are_tokens_of_the_question(question: str) -> None:
    assert particulars(question) <= set(tokenise(question))


def test_a_share_of_none_is_none() -> None:
    assert share(frozenset("a"), frozenset("ab")) == 0.5
    assert share(frozenset(), frozenset()) == 0.0
