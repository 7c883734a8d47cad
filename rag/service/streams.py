"""Server-sent events, and noticing that whoever asked has gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from fastapi import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from rag.service.failures import Failure

Value = TypeVar("Value")

QUIET_S = 15.0  # after so long without a value a comment is sent, so that no proxy gives up
COMMENT = ": still at work\n\n"
_CLOSING: set[asyncio.Future[None]] = set()  # a task that nothing refers to may vanish


def event(data: Any, name: str = "") -> str:
    """Return one event.

    >>> event({"a": 1}, "answer")
    'event: answer\\ndata: {"a":1}\\n\\n'
    """
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (f"event: {name}\n" if name else "") + f"data: {written}\n\n"


class Events(StreamingResponse):
    """A response of events, which are closed whatever ends the response."""

    def __init__(self, events: AsyncGenerator[str, None]) -> None:
        headers = {"x-accel-buffering": "no"}  # nginx would keep them until there are many
        super().__init__(events, headers=headers, media_type="text/event-stream")
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events until they end or the client has gone."""
        async with aclosing(self._events):
            await super().__call__(scope, receive, send)


async def first_of(
    values: AsyncGenerator[Value, None], request: Request
) -> AsyncGenerator[Value | None, None]:
    """Return `values` after their first has come, or `QUIET_S` have passed.

    What is returned yields None whenever nothing came for so long. Raises what making the first
    raises, and Failure where the client has gone.
    """
    coming = asyncio.ensure_future(anext(values))
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({coming, gone}, timeout=QUIET_S, return_when=asyncio.FIRST_COMPLETED)
        if coming.done():
            coming.result()
        elif gone.done():
            raise Failure(499, "gone", "the client has gone")
    except BaseException:
        await _closed(values, coming)
        raise
    finally:
        await _dropped(gone)
    return _paced(values, coming)


async def _paced(
    values: AsyncGenerator[Value, None], coming: asyncio.Future[Value]
) -> AsyncGenerator[Value | None, None]:
    try:
        while True:
            await asyncio.wait({coming}, timeout=QUIET_S)
            if not coming.done():
                yield None
                continue
            try:
                value = coming.result()
            except StopAsyncIteration:
                return
            coming = asyncio.ensure_future(anext(values))
            yield value
    finally:
        await _closed(values, coming)


async def while_there(request: Request, work: Coroutine[Any, Any, Value]) -> Value:
    """Return what `work` returns; it is stopped where the client goes.

    Raises:
        Failure: the client has gone, and nobody reads what is answered.
    """
    doing = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({doing, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise Failure(499, "gone", "the client has gone")
        return doing.result()
    finally:
        await _dropped(doing)
        await _dropped(gone)


async def _gone(request: Request) -> None:
    """Return when the client has gone. The request's body has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _dropped(task: asyncio.Future[Any]) -> None:
    """Cancel the task and wait until it has ended; what it returned or raised is dropped."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()


async def _closed(values: AsyncGenerator[Any, None], coming: asyncio.Future[Any]) -> None:
    """Close `values`, of which `coming` is the next, even where whoever waits is cancelled."""

    async def close() -> None:
        await _dropped(coming)
        await values.aclose()

    closing = asyncio.ensure_future(close())
    _CLOSING.add(closing)
    closing.add_done_callback(_CLOSING.discard)
    await asyncio.shield(closing)
