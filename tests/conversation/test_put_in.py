"""A thing put into a question in the place of another."""

from __future__ import annotations

import pytest

from rag.conversation.put_in import put_in


@pytest.mark.parametrize(
    ("base", "was", "thing", "whole"),
    [
        ("What does the mill cost", "mill", "the punts", "What do the punts cost?"),
        ("What do the punts cost", "punts", "the mill", "What does the mill cost?"),
        ("Is a punt cheap", "punt", "the Lark", "Is the Lark cheap?"),
        ("What does `save` do", "save", "`load`", "What does `load` do?"),
    ],
)
def test_what_is_put_in_takes_the_article_and_the_verb_with_it(
    base: str, was: str, thing: str, whole: str
) -> None:
    start = base.index(was)
    assert put_in(base, start, start + len(was), thing) == whole
