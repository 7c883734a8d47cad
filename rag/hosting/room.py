"""Room for a number of answers at a time."""

from __future__ import annotations

import threading

AT_ONCE = 4  # answers made at the same time


class Room:
    """Places that are taken and left again; who finds none waits."""

    def __init__(self, places: int) -> None:
        self._places = threading.Semaphore(places)
        self._lock = threading.Lock()
        self._taken = 0

    def enter(self, *, timeout_s: float) -> bool:
        """Take a place: whether there was one within `timeout_s` seconds."""
        if not self._places.acquire(timeout=timeout_s):
            return False
        with self._lock:
            self._taken += 1
        return True

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self._taken -= 1
        self._places.release()

    @property
    def is_empty(self) -> bool:
        """Whether nobody has a place."""
        return self._taken == 0
