"""The end of an answer: who drops it waits until whoever makes it has gone."""

from __future__ import annotations

import threading

from rag.hosting.halting import Halt


def test_dropping_waits_for_the_end():
    halt = Halt()
    threading.Timer(0.05, halt.end).start()
    halt.drop(timeout_s=10)
    assert (halt.asked, halt.dropped) == (True, True)
