"""Lines of a build under way, on the disk instead of in memory, in a file that has no name.

Whatever ends the process takes the file away with it.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from pathlib import Path
from weakref import finalize

from rag.indexing.columns import Texts


class Spool(Texts):
    """Texts that are appended one by one and then read again by their number, by any thread.

    `folder` is where the file takes its space, or None for the system's folder of such files.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - open as long as this is
        finalize(self, self._file.close)
        self._ends = array("q", [0])

    def append(self, text: str) -> int:
        """Add `text` and return its number."""
        written = self._file.write(text.encode("utf-8", "surrogatepass"))
        self._ends.append(self._ends[-1] + written)
        return len(self) - 1

    def close(self) -> None:
        """Give the space back."""
        self._file.close()

    def raw(self, row: int) -> bytes:
        """Return the text numbered `row` as the bytes that were written."""
        start, end = self._ends[row], self._ends[row + 1]
        self._file.flush()
        return os.pread(self._file.fileno(), end - start, start)

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self._ends) - 1
