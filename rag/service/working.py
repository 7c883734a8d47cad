"""What blocks, off the event loop: a few at once, the others wait, and who hangs up stops it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Sequence
from contextlib import aclosing, suppress
from typing import Generic, TypeVar

from rag.backend import Backend, Opening
from rag.datatypes import Answer, Message
from rag.errors import RagError
from rag.hosting.halting import Halt
from rag.hosting.making import Making
from rag.hosting.room import AT_ONCE, Room
from rag.service.failures import Failure, failure_of

Value = TypeVar("Value")

MOST_WAITING = 256  # requests that wait for a place; more are refused
POLL_S = 0.1
OPEN_S = 2  # when to ask again while the assistant is being opened


class _Newest(Generic[Value]):
    """The newest value of a thread, handed to the event loop.

    A value that nobody took before the next came is dropped: who reads slowly holds up nobody,
    and keeps nothing in memory.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._value: list[Value] = []
        self._error: BaseException | None = None
        self._over = False

    def put(self, value: Value) -> None:
        """Hand over a value; called by the thread."""
        self._call(self._put, value)

    def end(self, error: BaseException | None) -> None:
        """Hand over the end; called by the thread."""
        self._call(self._end, error)

    def _call(self, act: Callable[..., None], *given: object) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody waits
            self._loop.call_soon_threadsafe(act, *given)

    def _put(self, value: Value) -> None:
        self._value = [value]
        self._changed.set()

    def _end(self, error: BaseException | None) -> None:
        self._over, self._error = True, error
        self._changed.set()

    async def values(self) -> AsyncGenerator[Value, None]:
        """Yield the newest value whenever there is one; raises Failure where the thread failed."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._value:
                yield self._value.pop()
            if self._over:
                break
        if self._error is not None:
            raise failure_of(self._error) from self._error


class Work:
    """Has the assistant work, in threads: at most `at_once`, and only where there is `room`."""

    def __init__(
        self,
        opening: Opening,
        *,
        room: Room,
        at_once: int = AT_ONCE,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.opening = opening
        self._room = room
        self._places = asyncio.Semaphore(at_once)
        self._most = at_once + most_waiting
        self._inside = 0

    def backend(self) -> Backend:
        """Return the assistant. Raises Failure while there is none."""
        if not self.opening.wait(0):
            status = self.opening.status or "Opening the articles"
            raise Failure(503, "opening", f"{status}: ask again in a few seconds", after_s=OPEN_S)
        try:
            return self.opening.assistant()
        except RagError as error:
            raise Failure(503, "unavailable", str(error)) from error

    async def opened(self, *, timeout_s: float) -> Backend:
        """Return the assistant, waiting for it. Raises Failure where there is none by then."""
        until = asyncio.get_running_loop().time() + timeout_s
        while not self.opening.wait(0) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(POLL_S)
        return self.backend()

    async def run(self, act: Callable[[Backend], Value]) -> Value:
        """Return what `act` returns, called in a thread.

        Raises:
            Failure: there is no assistant yet, too many wait, or `act` failed.
        """

        def once(backend: Backend) -> Iterator[Value]:
            yield act(backend)

        async with aclosing(self.values(once)) as values:
            async for value in values:
                return value
        raise Failure(503, "busy", "the work was stopped: ask again", after_s=OPEN_S)

    def answers(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        as_it_stands: bool = False,
        articles: Collection[str] = (),
    ) -> AsyncGenerator[Answer, None]:
        """Yield the growing answer; the last one is whole. To be closed: see contextlib.aclosing.

        Answers that come faster than they are taken are skipped, but for the last.
        """

        def made(backend: Backend) -> Iterator[Answer]:
            return backend.stream(
                question, history=history, as_it_stands=as_it_stands, articles=articles
            )

        return self.values(made)

    async def values(
        self, make: Callable[[Backend], Iterator[Value]]
    ) -> AsyncGenerator[Value, None]:
        """Yield the newest of the values that `make` makes; closing it stops the making.

        Raises:
            Failure: there is no assistant yet, too many wait, or the making failed.
        """
        backend = self.backend()
        if self._inside >= self._most:
            raise Failure(503, "busy", "too many questions wait: ask again", after_s=OPEN_S)
        self._inside += 1
        halt = Halt()
        try:
            async with self._places:
                newest: _Newest[Value] = _Newest()
                making = Making(
                    lambda: make(backend),
                    room=self._room,
                    halt=halt,
                    put=newest.put,
                    end=newest.end,
                )
                try:
                    async with aclosing(newest.values()) as values:
                        async for value in values:
                            yield value
                finally:
                    making.let_go()
                    halt.stop()
        finally:
            self._inside -= 1
