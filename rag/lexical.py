"""BM25 over chunks. Owns rank_bm25, which defines the scores.

    score(q, d) = sum over the terms t of q of
                  idf(t) * f(t, d) * (k1 + 1) / (f(t, d) + k1 * (1 - b + b * |d| / avgdl))
    idf(t)      = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5))

(Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, with Lucene's
idf, which is never negative.) rank_bm25's own idf is 0 for a term in half of the documents and has
a floor that can be negative; here a score is positive exactly for the documents that match.

The scores of every (term, document) pair are computed once, when the index is built, and kept as a
sparse matrix: a query adds up the columns of its terms.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexCorrupt
from rag.indexing.mapped import load_array
from rag.indexing.postings import Postings, sums_of

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_BLOCK = 250_000  # scores that are computed at once, so few that they stay in the cache
_FEW = 50_000  # scores that are added up as fast without scipy, which takes time to import
_GROUP = 64  # documents of whose scores the highest is looked at first


def bm25(documents: Sequence[Sequence[str]], *, k1: float, b: float) -> Any:
    """Return rank_bm25's BM25Okapi over tokenised `documents`, with the idf above.

    Raises:
        ValueError: there are no documents, or none has a token.
    """
    from rank_bm25 import BM25Okapi

    class PositiveBM25(BM25Okapi):  # type: ignore[misc]
        """BM25Okapi with an idf that is positive for every term."""

        def _calc_idf(self, nd: Mapping[str, int]) -> None:
            for term, n in nd.items():
                self.idf[term] = math.log(1 + (self.corpus_size - n + 0.5) / (n + 0.5))

    if not any(documents):
        raise ValueError("BM25 needs at least one document with a token")
    return PositiveBM25(documents, k1=k1, b=b)


class LexicalIndex:
    """The compiled scores: for each term, the documents that hold it and what each one gets.

    Term t's documents are rows[starts[t]:starts[t + 1]], in order.
    """

    def __init__(
        self, vocabulary: Mapping[str, int], starts: Rows, rows: NDArray[np.int32], scores: Floats,
        counts: NDArray[np.unsignedinteger], documents: int,
    ) -> None:  # fmt: skip
        self.vocabulary = vocabulary
        self.documents = documents
        self._starts = starts
        self._rows = rows
        self._scores = scores
        self._counts = counts

    @classmethod
    def from_tokens(
        cls, documents: Iterable[Sequence[str]], *, k1: float, b: float
    ) -> LexicalIndex:
        """Return the index over tokenised `documents`; one without tokens matches nothing."""
        return cls.from_postings(Postings.from_tokens(documents), k1=k1, b=b)

    @classmethod
    def from_postings(cls, postings: Postings, *, k1: float, b: float) -> LexicalIndex:
        """Return the index over the chunks of `postings`; one without tokens matches nothing."""
        starts, rows, counts = postings.starts, postings.rows, postings.counts
        vocabulary = {term: column for column, term in enumerate(postings.names)}
        documents = postings.documents
        scores = np.empty(len(rows), np.float32)
        if not vocabulary:
            return cls(vocabulary, starts, rows, scores, counts, documents)
        n = np.diff(starts)
        idf = np.log(1 + (documents - n + 0.5) / (n + 0.5))
        length = postings.lengths()
        held_back = k1 * (1 - b + b * length / length.mean())
        for first, last in _column_blocks(starts):
            part = slice(starts[first], starts[last])
            frequency = counts[part].astype(np.float64)
            weight = np.repeat(idf[first:last], n[first:last]) * (k1 + 1)
            scores[part] = weight * frequency / (frequency + held_back[rows[part]])
        return cls(vocabulary, starts, rows, scores, counts, documents)

    @property
    def postings(self) -> Postings:
        """What the scores were computed from."""
        return Postings(
            list(self.vocabulary), self._starts, self._rows, self._counts, self.documents
        )

    def scores(self, terms: Sequence[str]) -> Floats:
        """Return every document's score, (documents,) float32; a repeated term counts again."""
        parts = [self._part(column) for column in self._columns(terms)]
        if sum(part.stop - part.start for part in parts) > _FEW:
            columns = [(self._rows[part], self._scores[part]) for part in parts]
            return sums_of(columns, documents=self.documents)
        total = np.zeros(self.documents, np.float32)
        for part in parts:
            total[self._rows[part]] += self._scores[part]
        return total

    def scores_of(self, terms: Sequence[str], rows: Sequence[int] | NDArray[np.int32]) -> Floats:
        """Return the scores of `rows` alone, (len(rows),) float32, to the bit those of `scores`."""
        wanted = np.asarray(rows, np.int32)
        total = np.zeros(len(wanted), np.float32)
        for column in self._columns(terms):
            total += self._held(column, wanted)
        return total

    def search(
        self, terms: Sequence[str], *, k: int, among: NDArray[np.int32] | None = None
    ) -> list[tuple[int, float]]:
        """Return the best `k` matching documents as (row, score), best first, ties by row.

        Only the rows `among`, which are in order, are looked at; None: all of them.
        """
        if k < 1 or not self._columns(terms):
            return []
        if among is None:
            return top_rows(self.scores(terms), k=k, above=0.0)
        found = top_rows(self.scores_of(terms, among), k=k, above=0.0)
        return [(int(among[at]), score) for at, score in found]

    def _held(self, column: int, rows: NDArray[np.int32]) -> Floats:
        """Return what `column` gives each of `rows`, (len(rows),) float32, 0 where it does not."""
        part = self._part(column)
        held = self._rows[part]
        place = np.minimum(np.searchsorted(held, rows), len(held) - 1)
        return np.where(held[place] == rows, self._scores[part][place], np.float32(0))

    def _columns(self, terms: Sequence[str]) -> list[int]:
        found = (self.vocabulary.get(term) for term in terms)
        return [column for column in found if column is not None]

    def _part(self, column: int) -> slice:
        return slice(int(self._starts[column]), int(self._starts[column + 1]))

    def held_by(self, term: str) -> int:
        """Return how many documents hold the term."""
        column = self.vocabulary.get(term)
        if column is None:
            return 0
        return int(self._starts[column + 1] - self._starts[column])

    def rows_with(
        self, terms: Sequence[str], *, among: NDArray[np.int32] | None = None
    ) -> list[int]:
        """Return the documents that hold all of `terms`, in order; none of no terms.

        Of those `among`, where they are given.
        """
        if not terms or any(term not in self.vocabulary for term in terms):
            return []
        held = [self._rows[self._part(self.vocabulary[term])] for term in terms]
        held += [] if among is None else [among]
        rows: list[int] = reduce(np.intersect1d, sorted(held, key=len)).tolist()
        return rows

    def idf(self, term: str) -> float:
        """Return the idf of `term` by the formula above; a term of no document has the largest."""
        n = self.held_by(term)
        return math.log(1 + (self.documents - n + 0.5) / (n + 0.5))

    def ceiling(self, terms: Sequence[str], *, k1: float) -> float:
        """Return the most that BM25 could give any document for `terms`, never reached.

        Each term's score approaches idf * (k1 + 1) as it is repeated without end.
        """
        return (k1 + 1) * sum(self.idf(term) for term in terms)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`: vocabulary.json and four arrays."""
        terms = list(self.vocabulary)
        text = json.dumps({"documents": self.documents, "terms": terms}, ensure_ascii=True)
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")
        np.save(folder / "term_starts.npy", self._starts, allow_pickle=False)
        np.save(folder / "term_rows.npy", self._rows, allow_pickle=False)
        np.save(folder / "term_scores.npy", self._scores, allow_pickle=False)
        np.save(folder / "term_counts.npy", self._counts, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Return the index that was saved in `folder`.

        Raises:
            IndexCorrupt: a file is missing or its content does not fit the others.
        """
        try:
            written = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
            vocabulary = {term: column for column, term in enumerate(written["terms"])}
            documents = int(written["documents"])
            starts, rows, scores, counts = (
                load_array(folder / f"term_{name}.npy")
                for name in ("starts", "rows", "scores", "counts")
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise IndexCorrupt(f"the lexical index in {folder} cannot be read: {error}") from error
        fits = (
            len(starts) == len(vocabulary) + 1
            and len(rows) == len(scores) == len(counts) == starts[-1]
            and counts.dtype.kind == "u"
        )
        if not fits:
            raise IndexCorrupt(f"the lexical index in {folder} is not whole: its arrays differ")
        return cls(vocabulary, starts, rows, scores, counts, documents)


def _column_blocks(starts: Rows) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of runs of columns with about _BLOCK scores, or one column's more."""
    first, columns = 0, len(starts) - 1
    while first < columns:
        last = int(np.searchsorted(starts, starts[first] + _BLOCK, side="right")) - 1
        last = min(max(last, first + 1), columns)
        yield first, last
        first = last


def top_rows(scores: Floats, *, k: int, above: float) -> list[tuple[int, float]]:
    """Return up to `k` (row, score) with a score over `above`, best first, ties by row."""
    if k < 1:
        return []
    reached = _reached(scores, k)
    matching = np.flatnonzero(scores >= reached if reached > above else scores > above)
    if not len(matching):
        return []
    found = scores[matching]
    if len(found) > k:
        least = np.partition(found, len(found) - k)[len(found) - k]
        over = matching[found > least]
        level = matching[found == least][: k - len(over)]
        matching = np.concatenate([over, level])
        found = scores[matching]
    order = np.lexsort((matching, -found))
    return [(int(matching[at]), float(found[at])) for at in order]


def _reached(scores: Floats, k: int) -> float:
    """Return what at least `k` of `scores` reach, mostly little less than the `k`-th highest.

    It is the `k`-th highest among the highest of each group, few of which are to be compared; -inf
    where there are not enough of them.
    """
    groups = len(scores) // _GROUP
    if groups <= k:
        return -math.inf
    highest = scores[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
    return float(np.partition(highest, groups - k)[groups - k])
