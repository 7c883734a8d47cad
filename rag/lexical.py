"""BM25 over chunks. Owns rank_bm25, which defines the scores, and scipy, which holds them.

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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexCorrupt

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


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
    """The compiled scores: for each term, the documents that hold it and what each one gets."""

    def __init__(
        self, vocabulary: Mapping[str, int], starts: Rows, rows: NDArray[np.int32], scores: Floats,
        documents: int,
    ) -> None:  # fmt: skip
        self.vocabulary = vocabulary
        self.documents = documents
        self._starts = starts
        self._rows = rows
        self._scores = scores

    @classmethod
    def from_tokens(
        cls, documents: Sequence[Sequence[str]], *, k1: float, b: float
    ) -> LexicalIndex:
        """Return the index over tokenised `documents`; one without tokens matches nothing."""
        from scipy.sparse import csc_matrix

        if not any(documents):
            empty = np.zeros(0, np.int32)
            return cls({}, np.zeros(1, np.int64), empty, np.zeros(0, np.float32), len(documents))
        model = bm25(documents, k1=k1, b=b)
        vocabulary = {term: column for column, term in enumerate(sorted(model.idf))}
        columns, rows, frequencies = [], [], []
        for row, counts in enumerate(model.doc_freqs):
            for term, count in counts.items():
                columns.append(vocabulary[term])
                rows.append(row)
                frequencies.append(count)
        column = np.asarray(columns, np.int64)
        row_of = np.asarray(rows, np.int64)
        frequency = np.asarray(frequencies, np.float64)
        idf = np.fromiter((model.idf[term] for term in vocabulary), np.float64, len(vocabulary))
        length = np.asarray(model.doc_len, np.float64) / model.avgdl
        scores = (
            idf[column] * frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length[row_of]))
        )
        matrix = csc_matrix((scores, (row_of, column)), shape=(len(documents), len(vocabulary)))
        matrix.sort_indices()
        return cls(
            vocabulary,
            matrix.indptr.astype(np.int64),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float32),
            len(documents),
        )

    def scores(self, terms: Sequence[str]) -> Floats:
        """Return every document's score, (documents,) float32; a repeated term counts again."""
        total = np.zeros(self.documents, np.float32)
        for term in terms:
            column = self.vocabulary.get(term)
            if column is not None:
                first, last = self._starts[column], self._starts[column + 1]
                total[self._rows[first:last]] += self._scores[first:last]
        return total

    def search(self, terms: Sequence[str], *, k: int) -> list[tuple[int, float]]:
        """Return the best `k` matching documents as (row, score), best first, ties by row."""
        return top_rows(self.scores(terms), k=k, above=0.0)

    def idf(self, term: str) -> float:
        """Return the idf of `term` by the formula above; a term of no document has the largest."""
        column = self.vocabulary.get(term)
        n = 0 if column is None else int(self._starts[column + 1] - self._starts[column])
        return math.log(1 + (self.documents - n + 0.5) / (n + 0.5))

    def ceiling(self, terms: Sequence[str], *, k1: float) -> float:
        """Return the most that BM25 could give any document for `terms`, never reached.

        Each term's score approaches idf * (k1 + 1) as it is repeated without end.
        """
        return (k1 + 1) * sum(self.idf(term) for term in terms)

    def save(self, folder: Path) -> None:
        """Write the index into `folder`: vocabulary.json and three arrays."""
        terms = sorted(self.vocabulary, key=self.vocabulary.__getitem__)
        text = json.dumps({"documents": self.documents, "terms": terms}, ensure_ascii=True)
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")
        np.save(folder / "term_starts.npy", self._starts, allow_pickle=False)
        np.save(folder / "term_rows.npy", self._rows, allow_pickle=False)
        np.save(folder / "term_scores.npy", self._scores, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Return the index that was saved in `folder`, its arrays mapped from disk.

        Raises:
            IndexCorrupt: a file is missing or its content does not fit the others.
        """
        try:
            written = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
            vocabulary = {term: column for column, term in enumerate(written["terms"])}
            documents = int(written["documents"])
            starts, rows, scores = (
                np.load(folder / f"term_{name}.npy", mmap_mode="r", allow_pickle=False)
                for name in ("starts", "rows", "scores")
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise IndexCorrupt(f"the lexical index in {folder} cannot be read: {error}") from error
        fits = len(starts) == len(vocabulary) + 1 and len(rows) == len(scores) == starts[-1]
        if not fits:
            raise IndexCorrupt(f"the lexical index in {folder} is not whole: its arrays differ")
        return cls(vocabulary, starts, rows, scores, documents)


def top_rows(scores: Floats, *, k: int, above: float) -> list[tuple[int, float]]:
    """Return up to `k` (row, score) with a score over `above`, best first, ties by row."""
    matching = np.flatnonzero(scores > above)
    if k < 1 or not len(matching):
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
