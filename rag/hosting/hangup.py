"""Hanging up: who waits for an answer may leave, and what it waits for on a server ends at once.

Whoever makes an answer sets the line of who waits for it; whatever blocks on a server while it is
made says how that is cut. Both know nothing of each other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

Cut = Callable[[], None]


class WaitingLine:
    """What one waiter's answer waits for. May be hung up by any thread, once and for all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cuts: list[Cut] = []
        self._hung_up = threading.Event()

    @property
    def is_hung_up(self) -> bool:
        """Whether nobody waits any more."""
        return self._hung_up.is_set()

    @property
    def is_waiting(self) -> bool:
        """Whether a server is waited for."""
        with self._lock:
            return bool(self._cuts)

    def hang_up(self) -> None:
        """Cut what is waited for, now and from now on."""
        with self._lock:
            self._hung_up.set()
            cuts = list(self._cuts)
        for cut in cuts:
            _done(cut)

    def pause(self, seconds: float) -> None:
        """Return after `seconds`, or as soon as it is hung up."""
        self._hung_up.wait(seconds)

    def add(self, cut: Cut) -> None:
        """From now on hanging up calls `cut`; where that has been, it is called at once."""
        with self._lock:
            self._cuts.append(cut)
            late = self.is_hung_up
        if late:
            _done(cut)

    @contextmanager
    def cutting(self, cut: Cut) -> Iterator[None]:
        """While this holds, hanging up calls `cut`; where that has been, it is called at once."""
        self.add(cut)
        try:
            yield
        finally:
            with self._lock:
                self._cuts.remove(cut)


_CURRENT: ContextVar[WaitingLine | None] = ContextVar("line", default=None)


@contextmanager
def waited_for(line: WaitingLine) -> Iterator[None]:
    """While this holds, what is done in this thread is done for who waits on `line`."""
    token = _CURRENT.set(line)
    try:
        yield
    finally:
        _CURRENT.reset(token)


@contextmanager
def cut_by_hanging_up(cut: Cut) -> Iterator[None]:
    """While this holds, `cut` is called when who waits for this thread's work hangs up."""
    line = _CURRENT.get()
    if line is None:
        yield
        return
    with line.cutting(cut):
        yield


def also_cut(cut: Cut) -> None:
    """From now on `cut` is called, too, when who waits for this thread's work hangs up."""
    line = _CURRENT.get()
    if line is not None:
        line.add(cut)


def _done(cut: Cut) -> None:
    with suppress(Exception):  # what it was to end has ended
        cut()
