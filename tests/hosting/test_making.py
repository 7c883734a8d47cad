"""Values made in a thread of their own: as they come, until they are halted."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from rag.hosting.halting import Halt
from rag.hosting.making import until_halted
from rag.hosting.room import Room


def test_values_come_as_they_are_made_and_their_error_too():
    def made() -> Iterator[int]:
        yield 1
        yield 2
        raise ZeroDivisionError

    coming = until_halted(made, Halt(), Room(1))
    assert [next(coming), next(coming)] == [1, 2]
    with pytest.raises(ZeroDivisionError):
        next(coming)
    assert list(until_halted(lambda: iter("ab"), Halt(), Room(1))) == ["a", "b"]


def test_a_halt_ends_the_values_without_waiting_for_the_next():
    go_on, halt = threading.Event(), Halt()

    def made() -> Iterator[int]:
        yield 1
        go_on.wait(10)
        yield 2

    coming = until_halted(made, halt, Room(1))
    assert next(coming) == 1
    began = time.monotonic()
    halt.stop()
    assert list(coming) == []
    assert time.monotonic() - began < 5
    go_on.set()


def test_what_comes_of_hanging_up_is_no_part_of_the_answer():
    halt = Halt()

    def made() -> Iterator[int]:
        yield 1
        while not halt.asked:
            time.sleep(0.001)
        yield 2  # what stands in for what was hung up

    coming = until_halted(made, halt, Room(1))
    assert next(coming) == 1
    threading.Timer(0.02, halt.stop).start()
    assert list(coming) == []
