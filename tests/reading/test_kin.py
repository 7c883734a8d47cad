"""Which relative a question asks for, and whether a text tells of one of that kind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.reading.kin import kin_asked
from tests.making import write_folder


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("What is the name of Tom Lund's wife?", "wife"),
        ("what's Lund's wife called", "wife"),
        ("Who was Lund's second husband?", None),
        ("Who is his daughter?", "daughter"),
        ("What was Lund's sister's name?", "sister"),
        ("Who are Tom Lund's parents?", "parents"),
        ("How old is Tom Lund's wife?", None),
        ("What did Lund's wife say?", None),
        ("Who is the wife of the mayor who met Lund's tutor?", None),
        ("", None),
    ],
)
def test_which_relative_is_asked_for(question: str, word: str | None) -> None:
    asked = kin_asked(question)
    assert (asked.word if asked else None) == word


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("His daughter Ruth came back.", False),
        ("He lived with his wife, Eva.", True),
        ("He married Eva Holt in May.", True),
        ("Tom Lund forges bells.", False),
    ],
)
def test_whether_a_wife_is_told_of(text: str, told: bool) -> None:
    asked = kin_asked("What is the name of Tom Lund's wife?")
    assert asked is not None
    assert asked.is_told(text) is told


def test_a_daughter_is_no_answer_for_a_wife(tmp_path: Path) -> None:
    text = (
        "# The bells of Velm\n\nTom Lund has cast bells in Velm for thirty years. His daughter "
        "Ruth, who is 34, came back to the yard in 2019. She tunes the bells by ear.\n"
    )
    folder = write_folder(tmp_path / "corpus", {"bells.md": text})
    assistant = Assistant.open(folder, tmp_path / "index")
    assert assistant.ask("What is the name of Tom Lund's wife?").outcome == "declined"
    daughter = assistant.ask("What is the name of Tom Lund's daughter?")
    assert "Ruth" in daughter.statements[0].text


def test_a_long_question_takes_no_time() -> None:
    began = time.perf_counter()
    kin_asked("Who is " + "a's " * 500 + "x")
    assert time.perf_counter() - began < 0.5
