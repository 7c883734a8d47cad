"""Rows -> arrays of one length, and which rows go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.reader.features import Row


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows beside each other, (b, t); `marks` is (b, t, 2); `present` is False at the padding."""

    ids: NDArray[np.int64]
    kinds: NDArray[np.int64]
    marks: NDArray[np.int64]
    present: NDArray[np.bool_]


def collate(rows: Sequence[Row]) -> Batch:
    """Return the rows as one batch, padded at the end to the longest."""
    longest = max(len(row.ids) for row in rows)
    size = (len(rows), longest)
    ids, kinds = np.zeros(size, np.int64), np.zeros(size, np.int64)
    marks, present = np.zeros((*size, 2), np.int64), np.zeros(size, np.bool_)
    for at, row in enumerate(rows):
        length = len(row.ids)
        ids[at, :length] = row.ids
        kinds[at, :length] = row.kinds
        marks[at, :length, 0] = row.word_marks
        marks[at, :length, 1] = row.sentence_marks
        present[at, :length] = True
    return Batch(ids, kinds, marks, present)


def group(lengths: Sequence[int], *, most: int) -> list[list[int]]:
    """Return the positions of `lengths` in groups of like length, shortest first.

    A group's longest times its size is at most `most`, unless a single one is longer.

    >>> group([5, 2, 3, 9], most=10)
    [[1, 2], [0], [3]]
    """
    groups: list[list[int]] = []
    for at in sorted(range(len(lengths)), key=lambda at: (lengths[at], at)):
        if groups and lengths[at] * (len(groups[-1]) + 1) <= most:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups
