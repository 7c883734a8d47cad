"""The phrase for articles that were told of is read as it was written."""

from __future__ import annotations

import pytest

from rag.conversation.meant import Meant, meant_in, picked, some_of, source_asked

LIST = "Which articles are from 2022?"
FLAT = 'Which of the articles that mention "the dam" are from 2022?'


def test_a_phrase_is_read_as_it_was_written() -> None:
    for meant in (
        Meant("mention", "the dam"), Meant("mention", "Ana’s \"rain\"", several=True),
        Meant("answer", "Who runs Orion?", at="last"), Meant("list", LIST, several=True),
        Meant("list", LIST, at="second"), Meant("mention", "fish", at="most recent"),
    ):  # fmt: skip
        assert meant_in(f"Who wrote {meant.phrase}?") == (meant, meant.phrase)
    assert meant_in("Who wrote the article that mentions fish?") is None
    assert source_asked("Which article answers the question?") == ""


@pytest.mark.parametrize(
    ("meant", "names"),
    [
        (Meant("mention", "x"), ("a", "b", "c")),
        (Meant("mention", "x", several=True), ("a", "b", "c")),
        (Meant("mention", "x", at="second"), ("b",)),
        (Meant("mention", "x", at="last"), ("c",)),
        (Meant("mention", "x", at="fifth"), ()),
        (Meant("mention", "x", at="newest"), ("a",)),
        (Meant("mention", "x", at="oldest"), ("c",)),
        (Meant("answer", "x"), ("a",)),
        (Meant("answer", "x", several=True), ("a", "b", "c")),
    ],
)
def test_those_that_are_meant_are_picked(meant: Meant, names: tuple[str, ...]) -> None:
    assert picked(meant, ["a", "b", "c"], ["c", "a"]) == names


def test_what_stands_in_quotation_marks_is_read_again() -> None:
    some = some_of(f"Which of the articles listed for “{FLAT}” mention fish?")
    assert some is not None
    assert (some.meant.what, some.question) == (FLAT, "Which articles mention fish?")
    again = some_of(some.meant.what)
    assert again is not None
    assert (again.meant.how, again.meant.what) == ("mention", "the dam")
    assert some_of("Which of the articles do you like?") is None
