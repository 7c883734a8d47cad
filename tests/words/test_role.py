"""What a sentence tells somebody to be."""

from __future__ import annotations

import pytest

from rag.words.role import how_told, is_role


@pytest.mark.parametrize(
    ("word", "is_one"),
    [("beekeeper", True), ("leader", True), ("librarian", True), ("vet", True), ("winter", False),
     ("longer", False), ("letter", False), ("river", False), ("bridge", False)],
)  # fmt: skip
def test_words_for_what_somebody_is(word: str, is_one: bool) -> None:
    assert is_role(word) is is_one


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        ("Its director, ", ", left.", 0),
        ("", ", a vet, has 40 patients.", 0),
        ("Captain ", " said so.", 2),
        ("", ", 61, bakes in a cellar.", 2),
        ("His sister, ", ", sold the mill.", 3),
        ("A year later, ", ", came back.", None),
        ("After the death of ", ", a light burned in it.", None),
        ("", " said so.", None),
    ],
)
def test_how_surely_it_is_told_who_somebody_is(before: str, after: str, how: int | None) -> None:
    assert how_told(before, after) == how
