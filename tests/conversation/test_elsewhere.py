"""What is asked of a thing that is elsewhere than what was asked about before."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from rag.assistant import Assistant
from rag.conversation.elsewhere import always, of_the_one, without_place
from rag.datatypes import Message
from rag.followup import standalone
from tests.making import texts, write_folder


@pytest.mark.parametrize(
    ("base", "where", "whole"),
    [
        ("How deep is the lock at Ebb", "in Lund", "How deep is the lock in Lund?"),
        ("How deep is the Kite lock", "in Lund", "How deep is the lock in Lund?"),
        ("How deep is the Kite lock at Ebb", "in Lund", "How deep is the lock in Lund?"),
        ("What does a berth at Ebb cost", "in Lund", "What does a berth in Lund cost?"),
        ("How deep is the lock", "in Lund", ""),
        ("How deep is the lock at Ebb", "with the red gate", ""),
    ],
)
def test_the_place_of_the_one_takes_that_of_the_other(base: str, where: str, whole: str) -> None:
    assert of_the_one(base, where) == whole


@pytest.mark.parametrize(
    ("message", "whole"),
    [
        ("And the one in Lund?", "How deep is the lock in Lund?"),
        ("No, I meant the one in Lund.", "How deep is the lock in Lund?"),
        ("No, I meant the quay.", "How deep is the quay?"),
    ],
)
def test_what_is_asked_of_another_leaves_the_place_of_the_first(message: str, whole: str) -> None:
    said = [
        Message(role="user", content="How deep is the lock at Ebb?"),
        Message(role="assistant", content="Nine feet."),
    ]
    assert standalone(message, said, together=lambda *_: False) == whole


@given(texts(), texts())
def test_no_place_is_left_where_an_article_holds_both(whole: str, message: str) -> None:
    assert without_place(whole, message, always) == whole


def test_a_place_is_left_where_no_article_tells_of_both(tmp_path: Path) -> None:
    texts = {
        "ebb.md": "# The sauna of Ebb\n\nThe sauna at Ebb opens at nine. Its terrace is new.\n",
        "lund.md": "# The lido of Lund\n\nThe lido opens at six. It has a terrace.\n",
    }
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    asked = "When does the sauna at Ebb open?"
    history = [
        Message(role="user", content=asked),
        Message(role="assistant", content=str(assistant.ask(asked))),
    ]
    for message, whole in (
        ("No, I meant the lido.", "When does the lido open?"),
        ("And the terrace?", "When does the terrace at Ebb open?"),
    ):
        assert assistant.whole_question(message, history) == whole
