"""Arrays of a file: read whole where it is small, mapped from disk where it is not.

A mapped file costs nothing to open, and the system brings in the pages that are used and drops them
when it needs the memory. It must not be cut short while it is mapped: touching what is gone ends
the process. So a small file is read, and what becomes of it on disk then does not matter.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

WHOLE_UP_TO_BYTES = 64_000_000


def is_small(path: Path) -> bool:
    """Return whether the file is read whole, and hashed at each opening of an index."""
    return path.stat().st_size <= WHOLE_UP_TO_BYTES


def load_array(path: Path) -> NDArray[Any]:
    """Return the array of a .npy file, never a pickled one.

    Raises:
        OSError, EOFError, ValueError: the file is missing, or holds no such array.
    """
    mode: Literal["r"] | None = None if is_small(path) else "r"
    return np.asarray(np.load(path, mmap_mode=mode, allow_pickle=False))


class RowFile:
    """The rows of a two-dimensional array in a large .npy file, read from it when asked for.

    Rows far apart that are read through a mapping each bring in the pages around them, until the
    whole file counts as this process's memory; read so, they bring in nothing.
    """

    def __init__(self, path: Path, mapped: np.memmap[Any, Any]) -> None:
        self._handle = os.open(path, os.O_RDONLY)
        self._offset = int(mapped.offset)
        self._dtype, self._columns = mapped.dtype, int(mapped.shape[1])
        finalize(self, os.close, self._handle)

    def read(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Return the rows, (len(rows), columns)."""
        found = np.empty((len(rows), self._columns), self._dtype)
        bytes_a_row = self._columns * self._dtype.itemsize
        for place, row in zip(found, rows.tolist(), strict=True):
            os.preadv(self._handle, [place.data], self._offset + row * bytes_a_row)
        return found

    def read_run(self, first: int, out: NDArray[Any]) -> None:
        """Fill `out`, (n, columns), with the rows from `first` on."""
        space = out.data.cast("B")
        at = self._offset + first * self._columns * self._dtype.itemsize
        while len(space):
            read = os.preadv(self._handle, [space], at)
            if not read:
                raise OSError(f"the file of vectors ends before row {first + len(out)}")
            space, at = space[read:], at + read


def load_rows(path: Path, array: NDArray[Any]) -> RowFile | None:
    """Return the file of `array`, which load_array gave, or None where it is read or mapped.

    Raises:
        OSError: the file is missing.
    """
    if isinstance(array.base, np.memmap) and array.ndim == 2 and hasattr(os, "preadv"):
        return RowFile(path, array.base)
    return None


def load_bytes(path: Path) -> NDArray[np.uint8]:
    """Return the bytes of a file.

    Raises:
        OSError: the file is missing or cannot be read.
    """
    if is_small(path):
        return np.frombuffer(path.read_bytes(), np.uint8)
    return np.asarray(np.memmap(path, np.uint8, "r"))
