"""The passages of an index as points of a plane: those that say similar things lie near each other.

The two directions in which the vectors differ most (principal components), from a sample of at most
`SAMPLE` of them; made at the first call and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rag.datatypes import Chunk
from rag.encoder import Vectors
from rag.indexing.columns import StoredChunks
from rag.vectors import VectorIndex

SAMPLE = 1000  # passages that are drawn

Place = tuple[str, int, int]  # (article id, start, end)


@dataclass(frozen=True, slots=True)
class Point:
    """A passage in the plane; `lit`: it holds one of the places that were asked for."""

    chunk: Chunk
    x: float
    y: float
    lit: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """The points, how many passages there are in all, and the share of the variance that is shown.

    The lit points come last, so that none is drawn over them.
    """

    points: tuple[Point, ...]
    passages: int
    share: float


class Plane:
    """The passages of one generation, drawn when they are asked for."""

    def __init__(self, chunks: Sequence[Chunk], vectors: VectorIndex) -> None:
        self._chunks = chunks
        self._vectors = vectors

    def drawn(self, lit: Iterable[Place] = ()) -> Drawn:
        """Return the sample and every passage that holds one of the places `lit` whole."""
        rows, mean, axes, share = self._sample
        lit_rows = sorted({row for place in lit for row in rows_with(self._chunks, place)})
        others = sorted(set(rows) - set(lit_rows))
        drawn = [*others, *lit_rows]
        if not drawn:
            return Drawn((), 0, 1.0)
        at = (self._vectors.vectors(drawn) - mean) @ axes.T
        points = tuple(
            Point(self._chunks[row], float(x), float(y), index >= len(others))
            for index, (row, (x, y)) in enumerate(zip(drawn, at, strict=True))
        )
        return Drawn(points, len(self._chunks), share)

    @cached_property
    def _sample(self) -> tuple[list[int], Vectors, Vectors, float]:
        count = len(self._chunks)
        rows = [at * count // min(count, SAMPLE) for at in range(min(count, SAMPLE))]
        if not rows:
            return [], np.zeros(1, np.float32), np.zeros((2, 1), np.float32), 1.0
        return rows, *principal(self._vectors.vectors(rows))


def principal(vectors: Vectors) -> tuple[Vectors, Vectors, float]:
    """Return the mean, (d,), the two main directions, (2, d), and their share of the variance.

    A direction points to where its largest part is positive, so that a picture stays the same.
    Where there are fewer directions than two, the others are 0.
    """
    mean = vectors.mean(axis=0)
    _, sizes, directions = np.linalg.svd(vectors - mean, full_matrices=False)
    axes = np.zeros((2, vectors.shape[1]), np.float32)
    kept = directions[:2]
    signs = np.sign(kept[np.arange(len(kept)), np.abs(kept).argmax(axis=1)])
    axes[: len(kept)] = kept * signs[:, None]
    total = float((sizes**2).sum())
    return mean, axes, float((sizes[:2] ** 2).sum()) / total if total > 0 else 1.0


def rows_with(chunks: Sequence[Chunk], place: Place) -> list[int]:
    """Return the rows of the chunks that hold a place whole, in order."""
    name, start, end = place
    if isinstance(chunks, StoredChunks):
        return chunks.rows_with(name, start, end)
    return [
        row
        for row, chunk in enumerate(chunks)
        if chunk.article_id == name and chunk.start <= start and end <= chunk.end
    ]
