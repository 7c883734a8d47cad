"""A served assistant for the tests: real HTTP on loopback, or the application alone."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from rag.assistant import Assistant
from rag.backend import Backend, Opening
from rag.config import Config
from rag.service.login import Login
from rag.service.serving import application
from tests.making import WordEncoder

QUESTION = "How long is the Nile?"
ABSENT = "Who wrote Hamlet?"


def rivers_assistant(folder: Any, index: Any) -> Assistant:
    """Return an assistant over `folder` that judges by the retriever alone: nothing is loaded."""
    # A threshold of its own: the default is the reader's.
    config = Config(corpus=str(folder), index=str(index), reader="none", min_confidence=0.1)
    return Assistant.open(folder, index, config=config, encoder=WordEncoder())


def door(
    backend: Backend | Opening,
    *,
    login: Login | None = None,
    page: bool = False,
    config: Config | None = None,
) -> ASGIApp:
    """Return what is served over an assistant that is open, or over an opening."""
    opening = backend if isinstance(backend, Opening) else Opening.of(backend)
    return application(opening, config or Config(), login=login, page=page).door


@contextmanager
def running(app: ASGIApp, *, send_bytes: int | None = None) -> Iterator[str]:
    """Serve over HTTP in a thread; yield the address.

    `send_bytes` is how much the system keeps of what a client has not read yet.
    """
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=2))
    listening = socket.socket()
    if send_bytes is not None:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_bytes)
    listening.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listening],), name="test-server")
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()
        assert not thread.is_alive()


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: a browser driven by other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def same(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without the time it took."""
    return {name: value for name, value in answer.items() if name != "seconds"}
