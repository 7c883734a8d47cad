"""Ending an answer that is being made, whatever it is at."""

from __future__ import annotations

import threading

from rag.hosting.hangup import WaitingLine


class Halt:
    """One answer's way to be ended, by another event than the one that makes it."""

    def __init__(self) -> None:
        self.line = WaitingLine()  # of what making it waits for
        self._asked = threading.Event()
        self._ended = threading.Event()
        self.dropped = False

    @property
    def asked(self) -> bool:
        """Whether the answer is to end."""
        return self._asked.is_set()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self._ended.is_set()

    def stop(self) -> None:
        """End the answer and keep what there is of it."""
        self._asked.set()
        self.line.hang_up()

    def drop(self, *, timeout_s: float) -> None:
        """End the answer, keep nothing of it, and wait until whoever makes it has gone."""
        self.dropped = True
        self.stop()
        self._ended.wait(timeout_s)

    def end(self) -> None:
        """Tell that nothing more will come of it."""
        self.stop()
        self._ended.set()
