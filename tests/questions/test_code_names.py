"""Names of commands, functions and settings in a message."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.questions.code_names import holds_whole, named_nowhere, whole_names, with_code_names
from tests.making import write_folder

MANUAL = """# Ferryd, a message broker

## Settings

The setting `idle_timeout` closes a silent connection after 75 seconds.

The setting `read_timeout` is how long a request may take to arrive: 30 seconds.

The queue size is 500 messages. Start it with `--verbose` to see each of them.

The write buffer is emptied when the broker stops.
"""


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("What is the default write_timeout?", ("write_timeout",)),
        ("what does --dry-run do", ("--dry-run",)),
        ("Is maxRetries a number?", ("maxRetries",)),
        ("What is the default of cache.size?", ("cache.size",)),
        ("Who owns velm.example?", ()),  # an address
        ("Is it on GitHub, the iPhone or macOS?", ()),  # names of things
        ("the dam --which one?", ()),
        ("Write to a_b@velm.example", ()),
        ("Who founded it.Where is it?", ()),
        ("_What_ is it, and what is __it__?", ()),
    ],
)
def test_what_only_a_program_is_written_with(message: str, names: tuple[str, ...]) -> None:
    assert whole_names(message) == names


@pytest.mark.parametrize(
    ("text", "name", "is_held"),
    [
        ("Raise `write_timeout` to 30.", "write_timeout", True),
        ("The write timeout is 30 s.", "write_timeout", True),
        ("WriteTimeout: 30", "write-timeout".replace("-", "_"), True),
        ("idle_timeout, and what to write", "write_timeout", False),
        ("idle_write_timeout", "write_timeout", False),
        ("max_connection is 5", "max_connections", True),
        ("poll_interval_s: 5", "poll_interval_s", True),
        ("poll interval: 5", "poll_interval_s", False),
        ("| `--retries N` | how often |", "--retries", True),
        ("retries: 3", "--retries", True),  # a line's start
        ("It retries twice.", "--retries", False),
        ("--retry-after", "--retries", False),
        ("Call `save(series, path)`.", "tw.save", True),
        ("Save the series.", "tw.save", False),
    ],
)
def test_a_name_is_held_as_a_whole(text: str, name: str, is_held: bool) -> None:
    assert holds_whole(text, name) is is_held


@given(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=2, max_size=4))
def test_a_name_is_held_by_itself_however_it_is_written(parts: list[str]) -> None:
    name = "_".join(parts)
    camel = parts[0] + "".join(part.capitalize() for part in parts[1:])
    for written in (name, name.upper(), name.replace("_", "-"), name.replace("_", " "), camel):
        assert holds_whole(f"Set {written} here", name)
        assert holds_whole(f"Set {name} here", camel)


def test_where_nothing_is_named_nothing_is_missing() -> None:
    assert not named_nowhere("What is the timeout?", [])
    assert named_nowhere("What is the write_timeout?", ["The timeout.", "To write."])


def test_commands_are_marked_as_names() -> None:
    assert with_code_names("And save?", {"save"}.__contains__) == "And `save`?"
    assert with_code_names("How do I save money?", {"save"}.__contains__) == "How do I save money?"


def test_a_setting_that_is_not_there_is_declined(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "manual", {"ferryd.md": MANUAL})
    assistant = Assistant.open(folder, tmp_path / "index")
    for question in ("What is the default write_timeout?", "What does --read do?"):
        assert assistant.ask(question).outcome == "declined"
    for question in ("What is the default read_timeout?", "What is the queue_size?"):
        assert assistant.ask(question).outcome == "answered"
