"""Ending an answer that is being made, whatever it is at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from typing import TypeVar

from rag.hangup import Line, waited_for

Value = TypeVar("Value")

POLL_S = 0.05


class Halt:
    """One answer's way to be ended, by another event than the one that makes it."""

    def __init__(self) -> None:
        self.line = Line()  # of what making it waits for
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


def until_halted(values: Iterator[Value], halt: Halt) -> Iterator[Value]:
    """The values as they are made, in a thread of their own; ends early, at once, when halted.

    Raises whatever making them raises.
    """
    came: SimpleQueue[tuple[Value] | BaseException | None] = SimpleQueue()

    def make() -> None:
        try:
            with waited_for(halt.line):
                for value in values:
                    came.put((value,))
                    if halt.asked:
                        return
            came.put(None)
        except BaseException as error:  # it is raised where the values are used
            came.put(error)

    threading.Thread(target=make, name="make-answer", daemon=True).start()
    while not halt.asked:
        try:
            item = came.get(timeout=POLL_S)
        except Empty:
            continue
        if item is None or halt.asked:  # what comes of hanging up is no part of the answer
            return
        if isinstance(item, BaseException):
            raise item
        yield item[0]
