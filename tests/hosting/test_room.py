"""Room for answers: who finds none is told so, and a place is free when nobody works in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rag.backend import Opening
from rag.datatypes import Answer
from rag.hosting.halting import Halt
from rag.hosting.hangup import cut_by_hanging_up
from rag.hosting.making import until_halted
from rag.hosting.room import Room
from rag.ui import conversation
from rag.ui.events import Events
from tests.browser.fake import KeywordAssistant


def test_a_place_whose_answer_was_stopped_is_free_only_when_nobody_works_in_it():
    class Reading(KeywordAssistant):
        at_work = most = 0

        def stream(self, question: str, **_: Any) -> Iterator[Answer]:
            with lock:
                self.at_work += 1
                self.most = max(self.most, self.at_work)
            yield told
            time.sleep(0.2)  # nothing cuts it short
            with lock:
                self.at_work -= 1

    told, lock = KeywordAssistant(()).ask("A heron?"), threading.Lock()
    room, assistant = Room(1), Reading(())
    events = Events(None, Opening.of(assistant), (), room, None)  # type: ignore[arg-type]

    def visit(_: int) -> None:
        halt = Halt()
        for turns in events._made(conversation.begin((), "A heron?", as_it_stands=False), halt):
            if turns[-1].answer is not None:
                threading.Timer(0.02, halt.stop).start()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(visit, range(6)))
    assert _soon(lambda: room.is_empty)
    assert (assistant.most, assistant.at_work) == (1, 0)


def test_a_place_whose_answer_was_stopped_is_free_at_once_while_a_server_keeps_silent():
    room, server, halt = Room(1), threading.Event(), Halt()

    def made() -> Iterator[int]:
        yield 1
        with cut_by_hanging_up(lambda: None):
            server.wait(10)
        yield 2

    coming = until_halted(made, halt, room)
    assert next(coming) == 1
    assert _soon(lambda: halt.line.is_waiting)
    halt.stop()
    assert list(coming) == []
    assert room.is_empty
    server.set()


def test_who_finds_no_room_is_told_so_and_may_leave():
    room, halt = Room(1), Halt()
    assert room.enter(timeout_s=0)
    coming = until_halted(lambda: iter("ab"), halt, room)
    assert next(coming) is None
    room.leave()
    assert [value for value in coming if value] == ["a", "b"]
    assert room.is_empty
    assert room.enter(timeout_s=0)
    waiting = until_halted(lambda: iter("ab"), halt, room)
    assert next(waiting) is None
    halt.stop()
    assert list(waiting) == []


def _soon(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 5
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()
