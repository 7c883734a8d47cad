"""Nearest vectors by cosine. Owns faiss.

The vectors are unit vectors, so their inner product is the cosine; the search is exact.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexCorrupt

Vectors = NDArray[np.float32]


class VectorIndex:
    """Unit vectors, searched by inner product; row i is chunk i."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> VectorIndex:
        """Return an exact index over `vectors`, (n, d) float32 unit vectors.

        Raises:
            ValueError: the vectors are not of that form.
        """
        import faiss

        if vectors.ndim != 2 or vectors.dtype != np.float32:
            raise ValueError(f"vectors must be (n, d) float32, got {vectors.shape} {vectors.dtype}")
        norms = np.linalg.norm(vectors, axis=1)
        if len(norms) and not np.allclose(norms, 1, atol=1e-3):
            raise ValueError(
                f"vectors must be unit vectors, got lengths {norms.min():.3f} to {norms.max():.3f}"
            )
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    def search(self, query: Vectors, *, k: int) -> list[tuple[int, float]]:
        """Return the nearest `k` rows to `query`, (d,) float32, as (row, cosine), ties by row."""
        k = min(k, len(self))
        if k < 1:
            return []
        depth = min(k + 1, len(self))
        while True:
            values, rows = self._index.search(np.ascontiguousarray(query[None, :]), depth)
            if depth == len(self) or values[0][-1] < values[0][k - 1]:
                break
            depth = min(2 * depth, len(self))  # equal values at the border: see all of them
        found = [(int(row), float(value)) for row, value in zip(rows[0], values[0], strict=True)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def cosines(self, query: Vectors, rows: list[int]) -> list[float]:
        """Return the cosine of `query`, (d,) float32, with each of `rows`."""
        if not rows:
            return []
        return [float(value) for value in self.vectors(rows) @ query]

    def vectors(self, rows: list[int]) -> Vectors:
        """Return the vectors of `rows`, (len(rows), d) float32."""
        if not rows:
            return np.zeros((0, self.dimension), np.float32)
        found: Vectors = self._index.reconstruct_batch(np.asarray(rows, np.int64))
        return found

    def save(self, path: Path) -> None:
        """Write the index to `path`; OSError where it cannot be written whole."""
        import faiss

        # Not by faiss.write_index: it only prints a line where a full disk cuts the file's end.
        path.write_bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Return the index that was saved at `path`.

        Raises:
            IndexCorrupt: the file is missing, or not an index.
        """
        import faiss

        try:
            return cls(faiss.read_index(str(path)))
        except RuntimeError as error:
            raise IndexCorrupt(f"the vector index {path} cannot be read") from error
