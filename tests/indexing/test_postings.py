"""Postings: joined from what was there and what is new, they are those of a fresh start."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.indexing import postings
from rag.indexing.postings import Postings
from rag.lexical import LexicalIndex

DOCUMENTS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=8)


def held(found: Postings) -> list[dict[str, int]]:
    """Return each chunk's terms with their counts."""
    documents: list[dict[str, int]] = [{} for _ in range(found.documents)]
    for term, name in enumerate(found.names):
        part = slice(found.starts[term], found.starts[term + 1])
        assert found.rows[part].tolist() == sorted(set(found.rows[part].tolist()))
        for row, count in zip(found.rows[part], found.counts[part], strict=True):
            documents[row][name] = int(count)
    return documents


def same(one: Postings, other: Postings) -> bool:
    arrays = [(p.starts, p.rows, p.counts) for p in (one, other)]
    return (
        list(one.names) == list(other.names)
        and one.documents == other.documents
        and all(
            a.dtype == b.dtype and a.tolist() == b.tolist() for a, b in zip(*arrays, strict=True)
        )
    )


@given(documents=DOCUMENTS)
def test_terms_are_counted(documents: list[list[str]]) -> None:
    found = Postings.from_tokens(documents)
    assert held(found) == [dict(Counter(document)) for document in documents]
    assert list(found.names) == sorted({term for document in documents for term in document})
    assert found.lengths().tolist() == [len(document) for document in documents]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_BLOCK", 3)
        assert same(Postings.from_tokens(documents), found)


@given(before=DOCUMENTS, fresh=DOCUMENTS, data=st.data())
def test_what_is_joined_is_what_a_fresh_start_gives(
    before: list[list[str]], fresh: list[list[str]], data: st.DataObject
) -> None:
    """Chunks dropped, in another order, and twice; terms that come and go."""
    rows = [-1] * len(fresh)
    if before:
        rows += data.draw(st.lists(st.integers(0, len(before) - 1), max_size=8))
    rows = data.draw(st.permutations(rows))
    left = iter(fresh)
    tokens = [next(left) if row == -1 else before[row] for row in rows]
    joined = Postings.joined(
        Postings.from_tokens(before), np.array(rows, np.int64), Postings.from_tokens(fresh)
    )
    assert same(joined, Postings.from_tokens(tokens))


def test_a_term_that_comes_often_is_counted_whole() -> None:
    found = Postings.from_tokens([["a"] * 70_000 + ["b"], ["b"]])
    assert held(found) == [{"a": 70_000, "b": 1}, {"b": 1}]
    index = LexicalIndex.from_postings(found, k1=1, b=0.5)
    assert same(index.postings, found)
