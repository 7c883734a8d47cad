"""An answer in a terminal: broken at words, what stands beside the answer faint."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.commands import terminal
from rag.commands.terminal import in_terminal, printable, wrapped
from rag.datatypes import Answer, Citation, Statement

SOURCE = "[12] The dam of Orm: a history (2024): “The dam held.”"


def test_a_source_goes_on_behind_its_number() -> None:
    assert wrapped(SOURCE, 30).split("\n") == [
        "[12] The dam of Orm: a history",
        "     (2024): “The dam held.”",
    ]


def test_a_marker_stays_with_its_word() -> None:
    assert wrapped("The dam of Orm held. [1] It is old. [2]", 22).split("\n") == [
        "The dam of Orm",
        "held. [1] It is",
        "old. [2]",
    ]


def test_what_a_terminal_breaks_itself_is_left_alone() -> None:
    assert (
        wrapped("大坝坚持了一个星期，然后就垮了。" * 4, 30)
        == "大坝坚持了一个星期，然后就垮了。" * 4
    )
    assert wrapped(SOURCE, 10) == SOURCE


@given(st.text(alphabet="ab c[1]\n", max_size=120), st.integers(20, 60))
def test_no_word_is_lost_and_no_line_is_too_long(text: str, width: int) -> None:
    broken = wrapped(text, width)
    assert broken.split() == text.split()
    longest = max(map(len, text.split()), default=0)
    assert all(len(line) <= max(width, longest + 8) for line in broken.split("\n"))


def test_what_stands_beside_the_answer_is_faint(monkeypatch: pytest.MonkeyPatch) -> None:
    cited = (Citation(1, "a", 0, 4, "It holds."),)
    said = Statement("It held for a week.", cited, highlight=(8, 18))
    beside = Statement("It is old.", (Citation(2, "b", 0, 4, "It is old."),))
    answer = Answer("How long?", "How long?", (said, beside), (), "answered", "", 1.0, "x")
    shown = in_terminal(answer)
    assert "It held \x1b[1mfor a week\x1b[22m. [1]\n\x1b[2mIt is old. [2]\x1b[22m" in shown
    monkeypatch.setenv("NO_COLOR", "1")
    assert in_terminal(answer) == str(answer)


def test_lines_are_broken_in_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Statement("The dam held for a week. " * 8, ())
    answer = Answer("How long?", "How long?", (said,), (), "answered", "", 1.0, "x")
    assert in_terminal(answer) == str(answer)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(terminal.shutil, "get_terminal_size", lambda: os.terminal_size((40, 24)))
    prose = in_terminal(answer).split("\n\n")[0]
    assert max(map(len, prose.split("\n"))) <= 40
    assert " ".join(prose.split()) == said.text.strip()


def test_nothing_is_printed_that_a_terminal_would_obey() -> None:
    assert printable("a\x1b]0;b\x07\u202ec\td\n") == "a]0;bc\td\n"
