"""Who hangs up frees the place, whatever the making still waits for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

from rag.backend import Backend, Opening
from rag.hosting.hangup import WaitingLine, cut_by_hanging_up, waited_for
from rag.hosting.room import AT_ONCE, Room
from rag.service.working import Work
from tests.browser.fake import KeywordAssistant, article
from tests.service.serving import run
from tests.started import eventually


def test_places_of_those_who_hung_up_are_free_while_a_model_keeps_silent() -> None:
    room, model, cut = Room(AT_ONCE), threading.Event(), []

    def slow(backend: Backend) -> Iterator[str]:
        yield "a first word"
        with cut_by_hanging_up(lambda: cut.append("cut")):
            model.wait(30)
        yield "a second one"

    async def hang_up_and_ask() -> str:
        work = Work(Opening.of(KeywordAssistant([article("a", "A", "A heron.")])), room=room)
        for _ in range(AT_ONCE):
            async with aclosing(work.values(slow)) as values:
                async for value in values:
                    assert value == "a first word"
                    await asyncio.sleep(0.1)  # by now it waits for the model
                    break
        assert room.is_empty
        return await asyncio.wait_for(work.run(lambda backend: "told"), 5)

    try:
        assert run(hang_up_and_ask()) == "told"
        assert cut == ["cut"] * AT_ONCE
    finally:
        model.set()
    # The place of what was told last is freed by its own thread, behind what it told.
    assert eventually(lambda: room.is_empty, seconds=5)


def test_a_line_cuts_what_is_waited_for_now_and_later_and_nothing_else() -> None:
    cut: list[str] = []

    def broken() -> None:
        raise OSError("it has ended")

    with cut_by_hanging_up(lambda: cut.append("nobody waits")):
        line = WaitingLine()
    with waited_for(line):
        with cut_by_hanging_up(lambda: cut.append("is over")):
            pass
        with cut_by_hanging_up(broken), cut_by_hanging_up(lambda: cut.append("now")):
            line.hang_up()
        with cut_by_hanging_up(lambda: cut.append("later")):
            pass
    with cut_by_hanging_up(lambda: cut.append("another waits")):
        pass
    assert cut == ["now", "later"]
