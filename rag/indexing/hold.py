"""Holding a generation while it is read, so that no cleaning takes it away.

A reader has a shared lock on the manifest of the generation that it reads; what cleans up asks for
the lock alone and leaves what it does not get. The system lets go of a lock when its process ends,
however it ends. Where there are no such locks (Windows) files in use cannot be removed anyway.
"""

from __future__ import annotations

import os
import weakref
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover
    fcntl = None  # type: ignore[assignment]


class Hold:
    """A generation's folder, held until this object is gone or let go."""

    def __init__(self, handle: int) -> None:
        self._end = weakref.finalize(self, os.close, handle)

    @classmethod
    def of(cls, folder: Path) -> Hold | None:
        """Return a hold on the generation in `folder`, or None where it is gone."""
        path = folder / "manifest.json"
        try:
            handle = os.open(path, os.O_RDONLY)
        except OSError:
            return None
        if fcntl is not None:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_SH)
            if not path.exists():  # it was being removed
                os.close(handle)
                return None
        return cls(handle)

    def let_go(self) -> None:
        """Let the generation go."""
        self._end()


def is_held(folder: Path) -> bool:
    """Whether some reader, in this process or another, holds the generation in `folder`."""
    if fcntl is None:
        return False
    try:
        handle = os.open(folder / "manifest.json", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    else:
        return False
    finally:
        os.close(handle)
