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
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexCorrupt
from rag.mapped import load_array
from rag.postings import Postings

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

_BLOCK = 4_000_000  # scores that are computed at once while building
_BELOW = 1 - 1e-5  # sums in another order may differ by less than this
_SAMPLE = 20_000  # documents from which the k-th best score is estimated, from below


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

    Term t's documents are rows[starts[t]:starts[t + 1]], in order, and `most[t]` is the highest
    score among theirs.
    """

    def __init__(
        self, vocabulary: Mapping[str, int], starts: Rows, rows: NDArray[np.int32], scores: Floats,
        most: Floats, counts: NDArray[np.unsignedinteger], documents: int,
    ) -> None:  # fmt: skip
        self.vocabulary = vocabulary
        self.documents = documents
        self._starts = starts
        self._rows = rows
        self._scores = scores
        self._most = most
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
            return cls(vocabulary, starts, rows, scores, scores, counts, documents)
        n = np.diff(starts)
        idf = np.log(1 + (documents - n + 0.5) / (n + 0.5))
        length = postings.lengths()
        held_back = k1 * (1 - b + b * length / length.mean())
        for first, last in _column_blocks(starts):
            part = slice(starts[first], starts[last])
            frequency = counts[part].astype(np.float64)
            weight = np.repeat(idf[first:last], n[first:last]) * (k1 + 1)
            scores[part] = weight * frequency / (frequency + held_back[rows[part]])
        most = np.maximum.reduceat(scores, starts[:-1])
        return cls(vocabulary, starts, rows, scores, most, counts, documents)

    @property
    def postings(self) -> Postings:
        """What the scores were computed from."""
        return Postings(
            list(self.vocabulary), self._starts, self._rows, self._counts, self.documents
        )

    def scores(self, terms: Sequence[str]) -> Floats:
        """Return every document's score, (documents,) float32; a repeated term counts again."""
        total = np.zeros(self.documents, np.float32)
        for column in self._columns(terms):
            part = self._part(column)
            total[self._rows[part]] += self._scores[part]
        return total

    def scores_of(self, terms: Sequence[str], rows: Sequence[int] | NDArray[np.int32]) -> Floats:
        """Return the scores of `rows` alone, (len(rows),) float32, to the bit those of `scores`."""
        wanted = np.asarray(rows, np.int32)
        total = np.zeros(len(wanted), np.float32)
        for column in self._columns(terms):
            total += self._held(column, wanted)
        return total

    def search(self, terms: Sequence[str], *, k: int) -> list[tuple[int, float]]:
        """Return the best `k` matching documents as (row, score), best first, ties by row."""
        columns = self._columns(terms)
        if k < 1 or not columns:
            return []
        rows = self._candidates(columns, k)
        found = top_rows(self.scores_of(terms, rows), k=k, above=0.0)
        return [(int(rows[at]), score) for at, score in found]

    def _candidates(self, columns: Sequence[int], k: int) -> NDArray[np.int32]:
        """Return documents in order, among them the best `k` of those that match.

        The columns are added up from the one that can give most. Once those left together cannot
        lift a document that none of the others holds into the best `k`, only the documents seen so
        far count; they are looked up in each column left, and those that fall too far behind are
        dropped on the way (MaxScore: Turtle and Flood, Query Evaluation: Strategies and
        Optimizations, 1995). So the longest columns, of the most common terms, are not read whole.
        """
        times = Counter(columns)
        order = sorted(times, key=lambda c: (-times[c] * float(self._most[c]), c))
        bounds = [times[column] * float(self._most[column]) for column in order]
        total = np.zeros(self.documents, np.float32)
        sample = np.zeros(0, np.int32)  # whose k-th score is at most the k-th of all
        added, left, least = 0, sum(bounds), 0.0
        while added < len(order) and left >= least * _BELOW:
            part = self._part(order[added])
            rows = self._rows[part]
            if len(sample) < _SAMPLE:
                unseen = rows[:_SAMPLE][total[rows[:_SAMPLE]] == 0]
                sample = np.concatenate([sample, unseen])
            total[rows] += self._scores[part] * np.float32(times[order[added]])
            added += 1
            left = sum(bounds[added:])
            if left < sum(bounds[:added]):  # or no document can have so much more than another
                least = _kth(total[sample], k)
        near = (least - left) * _BELOW
        seen = np.flatnonzero(total >= near if near > 0 else total > 0)
        found = total[seen]
        least = max(least, _kth(found, k))
        for at in range(added, len(order)):
            kept = found >= (least - sum(bounds[at:])) * _BELOW
            seen, found = seen[kept], found[kept]
            found += self._held(order[at], seen.astype(np.int32)) * np.float32(times[order[at]])
            least = _kth(found, k)
        return seen[found >= least * _BELOW].astype(np.int32)

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
        """Write the index into `folder`: vocabulary.json and five arrays."""
        terms = list(self.vocabulary)
        text = json.dumps({"documents": self.documents, "terms": terms}, ensure_ascii=True)
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")
        np.save(folder / "term_starts.npy", self._starts, allow_pickle=False)
        np.save(folder / "term_rows.npy", self._rows, allow_pickle=False)
        np.save(folder / "term_scores.npy", self._scores, allow_pickle=False)
        np.save(folder / "term_most.npy", self._most, allow_pickle=False)
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
            starts, rows, scores, most, counts = (
                load_array(folder / f"term_{name}.npy")
                for name in ("starts", "rows", "scores", "most", "counts")
            )
        except (OSError, EOFError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise IndexCorrupt(f"the lexical index in {folder} cannot be read: {error}") from error
        fits = (
            len(starts) == len(vocabulary) + 1 == len(most) + 1
            and len(rows) == len(scores) == len(counts) == starts[-1]
            and counts.dtype.kind == "u"
        )
        if not fits:
            raise IndexCorrupt(f"the lexical index in {folder} is not whole: its arrays differ")
        return cls(vocabulary, starts, rows, scores, most, counts, documents)


def _column_blocks(starts: Rows) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of runs of columns with about _BLOCK scores, or one column's more."""
    first, columns = 0, len(starts) - 1
    while first < columns:
        last = int(np.searchsorted(starts, starts[first] + _BLOCK, side="right")) - 1
        last = min(max(last, first + 1), columns)
        yield first, last
        first = last


def _kth(scores: Floats, k: int) -> float:
    """Return the `k`-th highest of `scores`, 0 where there are fewer."""
    if len(scores) < k:
        return 0.0
    return float(np.partition(scores, len(scores) - k)[len(scores) - k])


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
