"""Arrays of a file: read whole where it is small, mapped from disk where it is not.

A mapped file costs nothing to open, and the system brings in the pages that are used and drops them
when it needs the memory. It must not be cut short while it is mapped: touching what is gone ends
the process. So a small file is read, and what becomes of it on disk then does not matter.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

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


def load_bytes(path: Path) -> NDArray[np.uint8]:
    """Return the bytes of a file.

    Raises:
        OSError: the file is missing or cannot be read.
    """
    if is_small(path):
        return np.frombuffer(path.read_bytes(), np.uint8)
    return np.asarray(np.memmap(path, np.uint8, "r"))
