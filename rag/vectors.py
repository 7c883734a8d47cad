"""Nearest vectors by cosine. Owns faiss.

The vectors are unit vectors, so their inner product is the cosine. Up to EXACT_UP_TO of them the
search is exact. Above that they are sorted into cells by k-means, about four times the square root
of their number, and held a second time in 8 bits a dimension (FAISS's IVF with a scalar quantiser):
the cells nearest to the query are searched, and what is found there is scored and ordered by the
exact vectors. Many small cells are worth their making: of a million made vectors, 256 of 4,096
cells hold .991 of the nearest ten; 256 of 1,024 hold .950, in four times as long.
tests/benchmarks/nearest.py compares this with what else FAISS offers.

A query runs on one thread: on a busy machine the threads of one query wait for each other longer
than they work.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexCorrupt
from rag.indexing.mapped import RowFile, is_small, load_array, load_rows
from rag.lexical import top_rows

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

EXACT_UP_TO = 50_000
PROBES = 256
_SEED = 20_260
_TRAINING_A_CELL = 40  # vectors that k-means sees for each cell; FAISS asks for 39
_ROUNDS = 10
_BLOCK = 65_536  # vectors handled at once while building
_WRITTEN_AT_ONCE = 1 << 22  # bytes
_RESCORED = 2  # for each vector asked for, so many of the nearest by 8 bits are scored exactly
NEAREST = "nearest.faiss"  # only where there are too many vectors to search exactly


class VectorIndex:
    """Unit vectors, searched by inner product; row i is chunk i.

    `nearest` is FAISS's approximate index over the same rows, or None where the search is exact.
    `file` is where single rows are read from, if not from `vectors`.
    """

    def __init__(
        self, vectors: Vectors, nearest: Any = None, *, file: RowFile | None = None
    ) -> None:
        self._vectors = vectors
        self._nearest = nearest
        self._file = file

    @classmethod
    def from_vectors(
        cls, vectors: Vectors, *, exact_up_to: int = EXACT_UP_TO, cells: Vectors | None = None
    ) -> VectorIndex:
        """Return an index over `vectors`, (n, d) float32 unit vectors, which are not copied.

        More than `exact_up_to` are searched approximately. `cells`, (c, d), are the centres of an
        earlier index over mostly the same vectors: they serve again where about as many are wanted,
        and no new ones are sought.

        Raises:
            ValueError: the vectors are not of that form.
        """
        if vectors.ndim != 2 or vectors.dtype != np.float32:
            raise ValueError(f"vectors must be (n, d) float32, got {vectors.shape} {vectors.dtype}")
        for first in range(0, len(vectors), _BLOCK):
            _check_lengths(vectors[first : first + _BLOCK])
        vectors = np.ascontiguousarray(vectors)
        if len(vectors) <= exact_up_to:
            return cls(vectors)
        return cls(vectors, _in_cells(vectors, cells))

    @classmethod
    def joined(
        cls, before: VectorIndex, rows: Rows, vectors: Vectors, *, exact_up_to: int = EXACT_UP_TO
    ) -> VectorIndex:
        """Return an index over `vectors`, of which number i is that of `rows[i]` of `before`, or is
        new where that is -1.

        As long as most are old and about as many cells are wanted, the old ones stay in their
        cells as they are, and only the new ones are put into one.

        Raises:
            ValueError: the new vectors are not of that form.
        """
        nearest, is_new = before._nearest, rows < 0
        stays = (
            nearest is not None
            and len(vectors) > exact_up_to
            and nearest.nlist == _cell_count(len(vectors))
            and nearest.d == vectors.shape[1]
            and 2 * int(is_new.sum()) <= len(vectors)
        )
        if not stays:
            return cls.from_vectors(vectors, exact_up_to=exact_up_to, cells=before.cells)
        added = vectors[is_new]
        _check_lengths(added)
        return cls(vectors, _carried(nearest, rows, np.flatnonzero(is_new), added))

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self._vectors)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._vectors.shape[1])

    @property
    def cells(self) -> Vectors | None:
        """The centres of the cells, (c, d), or None where the search is exact."""
        if self._nearest is None:
            return None
        import faiss

        centres: Vectors = faiss.downcast_index(self._nearest.quantizer).reconstruct_n()
        return centres

    def search(
        self,
        query: Vectors,
        *,
        k: int,
        probes: int = PROBES,
        among: NDArray[np.int32] | None = None,
    ) -> list[tuple[int, float]]:
        """Return the nearest `k` rows to `query`, (d,) float32, as (row, cosine), ties by row.

        The cosines are exact, and so are the rows up to EXACT_UP_TO. Above that, `probes` cells are
        searched: more is nearer to exact, and slower; fewer than `k` may be found in them.
        Of the rows `among`, where they are given, each is looked at.
        """
        if among is not None:
            return self._search_among(query, k, among)
        k = min(k, len(self))
        if k < 1:
            return []
        query = np.ascontiguousarray(query[None, :])
        if self._nearest is None:
            found = self._search_exactly(query, k)
        else:
            found = self._search_cells(query, k, probes)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def _search_among(
        self, query: Vectors, k: int, among: NDArray[np.int32]
    ) -> list[tuple[int, float]]:
        blocks = (among[at : at + _BLOCK] for at in range(0, len(among), _BLOCK))
        parts = [self._vectors_of(rows.astype(np.int64)) @ query for rows in blocks]
        found = top_rows(np.concatenate([np.empty(0, np.float32), *parts]), k=k, above=-np.inf)
        return [(int(among[at]), value) for at, value in found]

    def _search_exactly(self, query: Vectors, k: int) -> list[tuple[int, float]]:
        import faiss

        faiss.omp_set_num_threads(1)
        depth = min(k + 1, len(self))
        while True:
            values, rows = faiss.knn(query, self._vectors, depth, metric=faiss.METRIC_INNER_PRODUCT)
            if depth == len(self) or values[0][-1] < values[0][k - 1]:
                return list(zip(rows[0].tolist(), values[0].tolist(), strict=True))
            depth = min(2 * depth, len(self))  # equal values at the border: see all of them

    def _search_cells(self, query: Vectors, k: int, probes: int) -> list[tuple[int, float]]:
        import faiss

        faiss.omp_set_num_threads(1)
        depth = min(_RESCORED * k, len(self))
        cells = faiss.SearchParametersIVF()
        cells.nprobe = min(probes, self._nearest.nlist)
        _, found = self._nearest.search(query, depth, params=cells)
        rows = found[0][found[0] >= 0]  # -1: the cells held fewer
        return list(zip(rows.tolist(), self.cosines(query[0], rows.tolist()), strict=True))

    def cosines(self, query: Vectors, rows: Sequence[int]) -> list[float]:
        """Return the cosine of `query`, (d,) float32, with each of `rows`."""
        if not rows:
            return []
        found: list[float] = (self.vectors(rows) @ query).tolist()
        return found

    def vectors(self, rows: Sequence[int]) -> Vectors:
        """Return the vectors of `rows`, (len(rows), d) float32."""
        return self._vectors_of(np.asarray(rows, np.int64))

    def _vectors_of(self, wanted: Rows) -> Vectors:
        found: Vectors = self._vectors[wanted] if self._file is None else self._file.read(wanted)
        return found

    def copy(self, rows: Rows, out: Vectors, places: Rows) -> None:
        """Put the vectors of `rows` into `out`, each at the one of `places`; both rise mostly."""
        if not len(rows):
            return
        ends = np.flatnonzero((np.diff(rows) != 1) | (np.diff(places) != 1)) + 1
        for first, end in pairwise([0, *ends.tolist(), len(rows)]):
            row, place, count = int(rows[first]), int(places[first]), end - first
            if self._file is None:
                out[place : place + count] = self._vectors[row : row + count]
            else:
                self._file.read_run(row, out[place : place + count])

    def save(self, folder: Path) -> None:
        """Write vectors.npy and, where the search is approximate, nearest.faiss into `folder`.

        Raises:
            OSError: they cannot be written whole.
        """
        np.save(folder / "vectors.npy", self._vectors, allow_pickle=False)
        if self._nearest is not None:
            with (folder / NEAREST).open("wb") as file:
                _write(self._nearest, file)

    @classmethod
    def load(cls, folder: Path) -> VectorIndex:
        """Return the index that was saved in `folder`.

        Raises:
            IndexCorrupt: a file is missing, is none, or does not fit the other.
        """
        path = folder / "vectors.npy"
        try:
            vectors = load_array(path)
        except (OSError, EOFError, ValueError) as error:
            raise IndexCorrupt(f"the vectors {path} cannot be read: {error}") from error
        if vectors.ndim != 2 or vectors.dtype != np.float32:
            raise IndexCorrupt(f"the vectors {path} are {vectors.shape} {vectors.dtype}")
        path = folder / NEAREST
        if not path.exists():
            return cls(vectors)
        import faiss

        try:
            nearest = faiss.read_index(str(path), 0 if is_small(path) else faiss.IO_FLAG_MMAP)
        except RuntimeError as error:
            raise IndexCorrupt(f"the vector index {path} cannot be read") from error
        if (nearest.ntotal, nearest.d) != vectors.shape:
            raise IndexCorrupt(
                f"the vector index {path} is over {nearest.ntotal} vectors of {nearest.d}, "
                f"vectors.npy holds {vectors.shape}"
            )
        return cls(vectors, nearest, file=load_rows(folder / "vectors.npy", vectors))


def _write(index: Any, file: BinaryIO) -> None:
    """Write FAISS's index into `file`, through Python: by itself it only prints a line where a
    full disk cuts the file's end.
    """
    import faiss

    failed: list[OSError] = []

    def write(data: bytes) -> int:
        try:
            return file.write(data)
        except OSError as error:
            failed.append(error)
            return 0

    try:
        writer: Any = faiss.PyCallbackIOWriter  # type: ignore[attr-defined]
        faiss.write_index(index, writer(write, _WRITTEN_AT_ONCE))
    except RuntimeError:
        if failed:
            raise failed[0] from None
        raise


def _in_cells(vectors: Vectors, cells: Vectors | None) -> Any:
    """Return FAISS's IVF index with 8 bits a dimension over `vectors`."""
    import faiss

    faiss.omp_set_num_threads(os.cpu_count() or 1)
    count, dimension = vectors.shape
    wanted = _cell_count(count)
    sample = vectors[
        np.sort(
            np.random.default_rng(_SEED).choice(
                count, min(count, wanted * _TRAINING_A_CELL), replace=False
            )
        )
    ]
    centres = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFScalarQuantizer(
        centres, dimension, wanted, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    if cells is not None and len(cells) == wanted and cells.shape[1] == dimension:
        centres.add(np.ascontiguousarray(cells))
    index.cp.seed = _SEED
    index.cp.niter = _ROUNDS
    index.cp.spherical = True
    index.cp.max_points_per_centroid = len(sample)
    index.train(sample)
    for first in range(0, count, _BLOCK):
        index.add(vectors[first : first + _BLOCK])
    return index


def _carried(before: Any, rows: Rows, places: Rows, added: Vectors) -> Any:
    """Return an IVF index like `before`, of its vectors `rows` (-1 for none) and of `added`, which
    stand at `places`.

    A row of `before` that is wanted twice is put into its cell twice.
    """
    import faiss

    faiss.omp_set_num_threads(os.cpu_count() or 1)
    cells, bytes_a_vector = before.nlist, before.code_size
    centres = faiss.IndexFlatIP(before.d)
    centres.add(faiss.downcast_index(before.quantizer).reconstruct_n())
    index = faiss.IndexIVFScalarQuantizer(
        centres, before.d, cells, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.sq = before.sq
    index.is_trained = True
    old = np.flatnonzero(rows >= 0)
    order = old[np.argsort(rows[old], kind="stable")]
    sources = rows[order]
    lists: Any = index.invlists
    for cell in range(cells):
        size = before.invlists.list_size(cell)
        if not size:
            continue
        ids = faiss.rev_swig_ptr(before.invlists.get_ids(cell), size)
        codes = faiss.rev_swig_ptr(before.invlists.get_codes(cell), size * bytes_a_vector)
        first = np.searchsorted(sources, ids, side="left")
        times = np.searchsorted(sources, ids, side="right") - first
        which = np.repeat(np.arange(size), times)
        within = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
        moved = np.ascontiguousarray(order[first[which] + within], np.int64)
        kept = np.ascontiguousarray(codes.reshape(size, bytes_a_vector)[which])
        if len(moved):
            lists.add_entries(cell, len(moved), faiss.swig_ptr(moved), faiss.swig_ptr(kept))
    index.ntotal = len(old)
    if len(added):
        index.add_with_ids(np.ascontiguousarray(added), places.astype(np.int64))
    return index


def _check_lengths(vectors: Vectors) -> None:
    norms = np.linalg.norm(vectors, axis=1)
    if not np.allclose(norms, 1, atol=1e-3):
        raise ValueError(
            f"vectors must be unit vectors, got lengths {norms.min():.3f} to {norms.max():.3f}"
        )


def _cell_count(vectors: int) -> int:
    """Return the power of two next to four times the square root of `vectors`, or the greatest one
    for which k-means sees enough of them.

    >>> _cell_count(2_000), _cell_count(60_000), _cell_count(1_000_000)
    (32, 1024, 4096)
    """
    enough = math.log2(max(1, vectors / _TRAINING_A_CELL))
    return 1 << min(round(2 + math.log2(vectors) / 2), int(enough))
