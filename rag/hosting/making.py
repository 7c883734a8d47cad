"""Values made in a thread of their own, in a place of a room, for who may stop waiting for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from rag.hosting.halting import Halt
from rag.hosting.hangup import waited_for
from rag.hosting.room import Room

Value = TypeVar("Value")

POLL_S = 0.05  # how often who uses the values looks whether they are to end
ROOM_S = 0.25  # how often that is looked at, and told, while there is no room


class Seat:
    """A place in the room: taken by who works, left once, by that or by who hung up on it."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._taken = self._left = False

    @property
    def was_taken(self) -> bool:
        """Whether it is taken, or was."""
        return self._taken

    def take(self, *, timeout_s: float) -> bool:
        """Take it: whether there was one in time, and it was not left before."""
        if not self._room.enter(timeout_s=timeout_s):
            return False
        with self._lock:
            self._taken = not self._left
        if not self._taken:
            self._room.leave()
        return self._taken

    def leave(self) -> None:
        """Leave it, where it is taken, and for good."""
        with self._lock:
            leaves = self._taken and not self._left
            self._left = True
        if leaves:
            self._room.leave()


class Making(Generic[Value]):
    """Hands the values of `make` to `put`, in a thread, once there is a place in `room`.

    It stops at the next value after `halt` is asked for, and then tells `end` what was raised, or
    None. Until then it has its place: what nobody waits for any more is still worked at.
    """

    def __init__(
        self,
        make: Callable[[], Iterator[Value]],
        *,
        room: Room,
        halt: Halt,
        put: Callable[[Value], None],
        end: Callable[[BaseException | None], None],
    ) -> None:
        self._make, self._put, self._end = make, put, end
        self._halt = halt
        self._seat = Seat(room)
        threading.Thread(target=self._run, name="make-answer", daemon=True).start()

    @property
    def has_begun(self) -> bool:
        """Whether there was a place."""
        return self._seat.was_taken

    def let_go(self) -> None:
        """Free the place where the thread waits for a server: who comes next need not wait."""
        if self._halt.line.is_waiting:
            self._seat.leave()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            while not self._halt.asked:
                if self._seat.take(timeout_s=ROOM_S):
                    with waited_for(self._halt.line):
                        self._put_all()
                    break
        except BaseException as raised:  # it is raised where the values are used
            error = raised
        self._seat.leave()
        self._end(error)

    def _put_all(self) -> None:
        values = self._make()
        try:
            for value in values:
                if self._halt.asked:
                    return
                self._put(value)
        finally:
            close = getattr(values, "close", None)
            if close is not None:
                close()


def until_halted(
    make: Callable[[], Iterator[Value]], halt: Halt, room: Room
) -> Iterator[Value | None]:
    """The values as they are made, and None time and again while there is no room for that.

    Ends early, at once, when halted. Raises whatever making them raises.
    """
    came: SimpleQueue[tuple[Value] | BaseException | None] = SimpleQueue()

    def put(value: Value) -> None:
        came.put((value,))

    making = Making(make, room=room, halt=halt, put=put, end=came.put)
    try:
        while not halt.asked:
            try:
                item = came.get(timeout=POLL_S if making.has_begun else ROOM_S)
            except Empty:
                if not making.has_begun:
                    yield None
                continue
            if item is None or halt.asked:  # what comes of hanging up is no part of the answer
                return
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        making.let_go()
