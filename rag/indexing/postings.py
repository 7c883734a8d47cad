"""How often each term stands in each chunk: what BM25 is computed from. Owns scipy.

It is kept with the scores, so that an unchanged chunk is not tokenised again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

_BLOCK = 2_000_000  # tokens that are counted at once


class Postings:
    """Term t stands in the chunks rows[starts[t]:starts[t + 1]], in order, `counts` times in each.

    `names` are the terms by number, in sorted order, none without a chunk; `documents` is the
    number of chunks. The counts are of the smallest unsigned type that holds them all.
    """

    def __init__(
        self, names: Sequence[str], starts: Rows, rows: NDArray[np.int32],
        counts: NDArray[np.unsignedinteger], documents: int,
    ) -> None:  # fmt: skip
        self.names = names
        self.starts = starts
        self.rows = rows
        self.counts = counts
        self.documents = documents

    @classmethod
    def from_tokens(cls, documents: Iterable[Sequence[str]]) -> Postings:
        """Return the postings of tokenised `documents`, taken one after the other and not kept."""
        from scipy.sparse import csr_matrix, vstack

        numbers = _Numbers()
        counted: list[Any] = []
        tokens, starts = array("i"), array("q", [0])

        def count() -> None:
            ones = np.ones(len(tokens), np.int32)
            shape = (len(starts) - 1, len(numbers))
            part = csr_matrix((ones, np.array(tokens), np.array(starts)), shape=shape)
            part.sum_duplicates()
            counted.append(part.astype(_type_for(part.data)))

        for document in documents:
            tokens.extend([numbers[token] for token in document])
            starts.append(len(tokens))
            if len(tokens) >= _BLOCK:
                count()
                tokens, starts = array("i"), array("q", [0])
        count()
        names = sorted(numbers)
        number = np.empty(len(names), np.int32)
        number[[numbers[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        for part in counted:
            part.resize(part.shape[0], len(names))
            part.indices = number[part.indices]
            part.has_sorted_indices = False
        return cls._of(vstack(counted, format="csr").tocsc(), names)

    @classmethod
    def joined(cls, before: Postings, rows: Rows, fresh: Postings) -> Postings:
        """Return the postings of `rows` of `before`, the next chunk of `fresh` where one is -1.

        They are what `from_tokens` gives for the same tokens.
        """
        is_old = rows >= 0
        names, old_number, fresh_number = _together(before.names, fresh.names)
        shape = (len(rows), len(names))
        kept = _spread(before._matrix()[rows[is_old]], np.flatnonzero(is_old), old_number, shape)
        added = _spread(fresh._matrix(), np.flatnonzero(~is_old), fresh_number, shape)
        matrix = kept + added
        used = np.diff(matrix.indptr) > 0
        if not used.all():
            names = [name for name, held in zip(names, used.tolist(), strict=True) if held]
            matrix.indptr = np.append(matrix.indptr[:-1][used], matrix.indptr[-1])
            matrix._shape = (len(rows), len(names))
        return cls._of(matrix, names)

    @classmethod
    def _of(cls, matrix: Any, names: Sequence[str]) -> Postings:
        """Return the postings of a csc matrix whose rows are in order."""
        return cls(
            names,
            matrix.indptr.astype(np.int64),
            matrix.indices.astype(np.int32, copy=False),
            matrix.data.astype(_type_for(matrix.data), copy=False),
            matrix.shape[0],
        )

    def _matrix(self) -> Any:
        from scipy.sparse import csc_matrix

        return csc_matrix(
            (self.counts, self.rows, self.starts), shape=(self.documents, len(self.names))
        )

    def lengths(self) -> NDArray[np.float64]:
        """Return the number of tokens of each chunk, (documents,)."""
        found = np.bincount(self.rows, weights=self.counts, minlength=self.documents)
        return found.astype(np.float64, copy=False)


def sums_of(
    columns: Sequence[tuple[NDArray[np.int32], NDArray[np.float32]]], *, documents: int
) -> NDArray[np.float32]:
    """Return the sum of the values that `columns`, (rows, values) each, give each row.

    It is (documents,) float32, added up in the order of the columns, of which there is one.
    """
    from scipy.sparse import csc_matrix

    starts = np.cumsum([0, *(len(rows) for rows, _ in columns)])
    matrix = csc_matrix(
        (
            np.concatenate([values for _, values in columns]),
            np.concatenate([rows for rows, _ in columns]),
            starts,
        ),
        shape=(documents, len(columns)),
    )
    found: NDArray[np.float32] = matrix @ np.ones(len(columns), np.float32)
    return found


class _Numbers(dict[str, int]):
    """A number for each term, in the order of first sight."""

    def __missing__(self, term: str) -> int:
        return self.setdefault(term, len(self))


def _type_for(counts: NDArray[Any]) -> np.dtype[Any]:
    return np.min_scalar_type(int(counts.max())) if len(counts) else np.dtype(np.uint8)


def _together(
    old: Sequence[str], fresh: Sequence[str]
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Return the sorted names of both, and the number of each old and each fresh one in them."""
    known = set(old)
    added = [name for name in fresh if name not in known]
    names = sorted([*old, *added])
    is_added = np.zeros(len(names), bool)
    is_added[[bisect_left(names, name) for name in added]] = True
    return (
        names,
        np.flatnonzero(~is_added),
        np.array([bisect_left(names, name) for name in fresh], np.int64),
    )


def _spread(
    matrix: Any, rows: NDArray[np.intp], columns: NDArray[np.int64], shape: tuple[int, int]
) -> Any:
    """Return the csc `matrix` with row i at `rows[i]` and column j at `columns[j]`, both of which
    rise, in one of `shape`.
    """
    from scipy.sparse import csc_matrix

    matrix.sort_indices()
    lengths = np.zeros(shape[1], np.int64)
    lengths[columns] = np.diff(matrix.indptr)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    return csc_matrix((matrix.data, rows.astype(np.int32)[matrix.indices], starts), shape=shape)
