"""The items of a list by the words that they hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Article
from rag.reading.items import Items
from rag.text import tokenise

WORDS = ("ferry", "bridge", "mill", "weir", "towers")
LISTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=4), max_size=12)


@given(LISTS, st.sets(st.sampled_from([*WORDS, "nowhere"])))
def test_items_are_found_as_by_reading_each(drawn: list[list[str]], asked: set[str]) -> None:
    lines = [" ".join(words) for words in drawn]
    text = "\n".join(lines)
    spans, at = [], 0
    for line in lines:
        spans.append((at, at + len(line)))
        at += len(line) + 1
    items = Items(Article("a", "A", text, "a.txt"), spans)
    terms = {term for word in asked for term in tokenise(word)}
    held = [set(tokenise(line)) for line in lines]
    assert items.holding(terms) == [s for s, h in zip(spans, held, strict=True) if terms <= h]
    assert items.differ_in(terms) == (len({frozenset(terms & h) for h in held}) > 1)
