"""BM25: the scores are the written formula's, and an index comes back from disk as it went."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import lexical
from rag.errors import IndexCorrupt
from rag.lexical import LexicalIndex, bm25, top_rows

FILES = [
    "vocabulary.json", "term_starts.npy", "term_rows.npy", "term_counts.npy", "term_scores.npy",
]  # fmt: skip
TERMS = ["river", "water", "sea", "bank", "智谱", "7", "é", "\ud800"]
documents_strategy = st.lists(st.lists(st.sampled_from(TERMS), max_size=12), max_size=8)
query_strategy = st.lists(st.sampled_from([*TERMS, "absent"]), max_size=5)


def formula(
    documents: Sequence[Sequence[str]], query: Sequence[str], row: int, *, k1: float, b: float
) -> float:
    """Return BM25 with Lucene's idf of one document, as the papers write it."""
    total = 0.0
    mean_length = sum(map(len, documents)) / len(documents)
    for term in query:
        n = sum(term in document for document in documents)
        idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
        f = documents[row].count(term)
        if f:
            held_back = k1 * (1 - b + b * len(documents[row]) / mean_length)
            total += idf * f * (k1 + 1) / (f + held_back)
    return total


@given(
    documents_strategy, query_strategy, st.sampled_from([0.0, 0.9, 1.2, 3.0]),
    st.sampled_from([0.0, 0.4, 0.75, 1.0]),
)  # fmt: skip
def test_scores_are_the_formula(
    documents: list[list[str]], query: list[str], k1: float, b: float
) -> None:
    index = LexicalIndex.from_tokens(documents, k1=k1, b=b)
    scores = index.scores(query)
    expected = [formula(documents, query, row, k1=k1, b=b) for row in range(len(documents))]
    assert scores.tolist() == pytest.approx(expected, rel=1e-5)
    matches = [bool(set(query) & set(document)) for document in documents]
    assert (scores > 0).tolist() == matches, "positive exactly for the documents that match"
    assert (scores <= index.ceiling(query, k1=k1) * (1 + 1e-6)).all()
    # rank_bm25 divides 0 by 0 where k1 is 0, and for an empty document where b is 1.
    if any(documents) and k1 and (b < 1 or all(documents)):
        theirs = bm25(documents, k1=k1, b=b).get_scores(query)
        assert scores.tolist() == pytest.approx(theirs.tolist(), rel=1e-5)


def test_scores_by_hand() -> None:
    """Three documents of 2, 1 and 3 tokens, k1 = 1, b = 0.5.

    "sea" is in two of three: idf = ln(1 + 1.5 / 2.5) = 0.47000.
    Row 0: f = 1, |d| / avgdl = 1:   0.47 * 1 * 2 / (1 + 1)    = 0.47000
    Row 2: f = 2, |d| / avgdl = 1.5: 0.47 * 2 * 2 / (2 + 1.25) = 0.57847
    """
    documents = [["sea", "river"], ["bank"], ["sea", "sea", "bank"]]
    index = LexicalIndex.from_tokens(documents, k1=1, b=0.5)
    assert index.scores(["sea"]).tolist() == pytest.approx([0.47000, 0, 0.57847], abs=1e-5)
    assert [row for row, _ in index.search(["sea"], k=9)] == [2, 0]
    assert index.scores(["sea", "sea"]).tolist() == pytest.approx([0.94001, 0, 1.15693], abs=1e-5)
    assert index.ceiling(["sea"], k1=1) == pytest.approx(2 * 0.47000, abs=1e-5)
    assert index.ceiling(["sea", "absent"], k1=1) == pytest.approx(2 * (0.47 + 2.07944), abs=1e-4)
    assert index.ceiling([], k1=1) == 0
    assert index.idf("sea") == pytest.approx(0.47000, abs=1e-5)
    assert index.idf("absent") == pytest.approx(math.log(1 + 3.5 / 0.5))


@pytest.mark.parametrize("documents", [1, 2, 3])
def test_a_term_of_every_document_still_counts(documents: int) -> None:
    """Where rank_bm25's own idf is 0 or negative: one or two documents, a term of half of them."""
    index = LexicalIndex.from_tokens([["sea"]] * documents, k1=1.2, b=0.75)
    idf = math.log(1 + 0.5 / (documents + 0.5))
    assert index.search(["sea"], k=5) == [(row, pytest.approx(idf)) for row in range(documents)]


@pytest.mark.parametrize("documents", [[], [[]], [[], []]], ids=["none", "one", "two"])
def test_documents_without_tokens_match_nothing(documents: list[list[str]], tmp_path: Path) -> None:
    index = LexicalIndex.from_tokens(documents, k1=1.2, b=0.75)
    assert index.search(["sea"], k=5) == []
    assert index.scores(["sea"]).tolist() == [0.0] * len(documents)
    index.save(tmp_path)
    again = LexicalIndex.load(tmp_path)
    assert (again.documents, again.search(["sea"], k=5)) == (len(documents), [])
    with pytest.raises(ValueError, match="at least one document"):
        bm25(documents, k1=1.2, b=0.75)


@given(documents_strategy, query_strategy)
def test_rows_with_all_terms_are_those_of_the_documents(
    documents: list[list[str]], query: list[str]
) -> None:
    index = LexicalIndex.from_tokens(documents, k1=1.2, b=0.75)
    held = [row for row, document in enumerate(documents) if set(query) <= set(document)]
    assert index.rows_with(query) == (held if query else [])
    some = np.arange(0, len(documents), 2, dtype=np.int32)
    assert index.rows_with(query, among=some) == [
        row for row in index.rows_with(query) if row % 2 == 0
    ]


@given(documents_strategy, query_strategy, st.integers(0, 10))
def test_the_best_k_are_the_head_of_the_full_order(
    documents: list[list[str]], query: list[str], k: int
) -> None:
    index = LexicalIndex.from_tokens(documents, k1=1.2, b=0.75)
    scores = index.scores(query)
    order = sorted(range(len(documents)), key=lambda row: (-scores[row], row))
    expected = [(row, float(scores[row])) for row in order if scores[row] > 0]
    assert index.search(query, k=k) == expected[:k]


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 8))
def test_however_a_query_is_added_up_it_finds_the_same(seed: int, k: int, terms: int) -> None:
    """Terms from rare to in nearly every document, a few added up here, many by scipy."""
    draw = random.Random(seed)
    shares = [0.5**power for power in range(9)]
    documents = [
        [f"t{at}" for at, share in enumerate(shares) for _ in range(3) if draw.random() < share]
        for _ in range(120)
    ]
    index = LexicalIndex.from_tokens(documents, k1=0.6, b=0.75)
    query = [f"t{draw.randrange(len(shares))}" for _ in range(terms)]
    scores = index.scores(query)
    order = sorted(range(len(documents)), key=lambda row: (-scores[row], row))
    expected = [(row, float(scores[row])) for row in order if scores[row] > 0][:k]
    assert index.search(query, k=k) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_FEW", 0)
        patch.setattr(lexical, "_GROUP", 2)
        assert index.scores(query).tobytes() == scores.tobytes()
        assert index.scores_of(query, range(120)).tobytes() == scores.tobytes()
        assert index.search(query, k=k) == expected


@given(documents_strategy, query_strategy, st.data())
def test_scores_of_some_rows_are_those_of_all(
    documents: list[list[str]], query: list[str], data: st.DataObject
) -> None:
    index = LexicalIndex.from_tokens(documents, k1=1.2, b=0.75)
    rows = data.draw(st.lists(st.integers(0, len(documents) - 1)) if documents else st.just([]))
    assert index.scores_of(query, rows).tobytes() == index.scores(query)[rows].tobytes()


def test_building_in_small_blocks_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [["a", "b", "a"], ["b", "c", "d"], [], ["a", "d", "d", "e"]]
    monkeypatch.setattr(lexical, "_BLOCK", 1)
    small = LexicalIndex.from_tokens(iter(documents), k1=0.6, b=0.75)
    monkeypatch.undo()
    whole = LexicalIndex.from_tokens(documents, k1=0.6, b=0.75)
    for term in "abcde":
        assert small.scores([term]).tobytes() == whole.scores([term]).tobytes()


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.0, 2.0]), max_size=30), st.integers(-1, 40))
def test_top_rows_breaks_ties_by_row(values: list[float], k: int) -> None:
    scores = np.asarray(values, np.float32)
    order = sorted((-value, row) for row, value in enumerate(values) if value > 0.5)
    expected = [(row, -low) for low, row in order][: max(k, 0)]
    assert top_rows(scores, k=k, above=0.5) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_GROUP", 2)
        assert top_rows(scores, k=k, above=0.5) == expected


@given(documents_strategy, query_strategy)
def test_an_index_comes_back_from_disk_to_the_bit(
    tmp_path: Path, documents: list[list[str]], query: list[str]
) -> None:
    index = LexicalIndex.from_tokens(documents, k1=1.2, b=0.75)
    index.save(tmp_path)
    again = LexicalIndex.load(tmp_path)
    assert again.scores(query).tobytes() == index.scores(query).tobytes()
    assert again.vocabulary == index.vocabulary
    assert again.documents == index.documents
    assert [again.idf(term) for term in query] == [index.idf(term) for term in query]


def saved(folder: Path) -> LexicalIndex:
    index = LexicalIndex.from_tokens([["sea", "river"], ["bank"], ["sea"]], k1=1.2, b=0.75)
    index.save(folder)
    return index


def test_nothing_on_disk_is_a_pickle(tmp_path: Path) -> None:
    saved(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    for path in tmp_path.glob("*.npy"):
        assert np.load(path, allow_pickle=False).dtype.kind in "ifu"
    json.loads((tmp_path / "vocabulary.json").read_text())


def test_a_pickled_array_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    np.save(tmp_path / "term_rows.npy", np.array([print, {}], dtype=object), allow_pickle=True)
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        LexicalIndex.load(tmp_path)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("keep", [0, 1, 0.5, -1], ids=["empty", "a-byte", "half", "all-but-one"])
def test_a_truncated_file_is_refused(tmp_path: Path, name: str, keep: float) -> None:
    saved(tmp_path)
    data = (tmp_path / name).read_bytes()
    length = int(len(data) * keep) if keep == 0.5 else int(keep)
    (tmp_path / name).write_bytes(data[:length])
    with pytest.raises(IndexCorrupt):
        LexicalIndex.load(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    saved(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(IndexCorrupt, match=name):
        LexicalIndex.load(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_another_index_is_refused(tmp_path: Path, name: str) -> None:
    saved(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    LexicalIndex.from_tokens([["a", "b", "c", "d"], ["e"]], k1=1.2, b=0.75).save(other)
    (other / name).replace(tmp_path / name)
    with pytest.raises(IndexCorrupt, match="not whole"):
        LexicalIndex.load(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"documents": null, "terms": []}', "[" * 100_000]
)
def test_a_vocabulary_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    saved(tmp_path)
    (tmp_path / "vocabulary.json").write_text(text)
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        LexicalIndex.load(tmp_path)
