"""Fifty clients at once, some of which hang up and some of which read slowly."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from rag.config import Config
from rag.datatypes import Answer, Message
from rag.service import streams
from rag.service.serving import application
from rag.ui.backend import Opening
from rag.ui.room import AT_ONCE
from tests.browser.fake import KeywordAssistant, article
from tests.service.serving import run, running

CLIENTS = 50
TEXT = " ".join(
    f"Heron number {n} of the harbour is called Odilo and eats herring." for n in range(60)
)


class Counting(KeywordAssistant):
    """One that counts how many answers are made at the same time, and how many were left off."""

    def __init__(self) -> None:
        super().__init__([article("herons", "Herons", TEXT)])
        self.lock = threading.Lock()
        self.at_work, self.most, self.begun, self.ended = 0, 0, 0, 0

    def stream(
        self, question: str, *, history: Sequence[Message] = (), as_it_stands: bool = False
    ) -> Iterator[Answer]:
        with self.lock:
            self.at_work += 1
            self.begun += 1
            self.most = max(self.most, self.at_work)
        try:
            for answer in super().stream(question):
                threading.Event().wait(0.005)
                yield answer
        finally:
            with self.lock:
                self.at_work -= 1
                self.ended += 1


async def client(url: str, number: int) -> str:
    """Ask over a plain socket, as kind of client: whole, hanging up, or a few bytes at a time."""
    host, port = url.removeprefix("http://").split(":")
    question = f"What is heron {number} of the harbour called?"
    path, body = "/api/ask", json.dumps({"question": question, "stream": True})
    if number % 2:
        path = "/v1/chat/completions"
        said = [{"role": "user", "content": question}]
        body = json.dumps({"model": "rag", "messages": said, "stream": True})
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    writer.write(
        f"POST {path} HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode()
    )
    try:
        await writer.drain()
        if number % 5 == 0:
            await reader.read(1 + 40 * number)  # and hangs up, some before the first byte
            return ""
        text = b""
        slowly = number % 5 == 1
        while part := await reader.read(64 if slowly else 65536):
            text += part
            if slowly and len(text) < 64 * 30:
                await asyncio.sleep(0.02)
        return text.decode()
    finally:
        writer.close()


def test_fifty_clients_are_answered_whoever_hangs_up_or_reads_slowly():
    assistant = Counting()
    served = application(Opening.of(assistant), Config(), page=False)

    async def ask() -> list[str]:
        return await asyncio.gather(*(client(url, number) for number in range(CLIENTS)))

    before, kept = set(threading.enumerate()), answers_kept()
    tasks: list[int] = []

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/tasks":
            tasks.append(len(asyncio.all_tasks()))
        await served.door(scope, receive, send)

    with running(counted) as url:
        first = idle_tasks(url, tasks)
        for _ in range(2):
            replies = run(ask())
            for number, text in enumerate(replies):
                if number % 5 == 0:
                    continue
                assert text.startswith("HTTP/1.1 200 OK"), number
                assert "error" not in text, number
                assert ("event: answer" if number % 2 == 0 else "data: [DONE]") in text, number
            until_idle(assistant)
            assert idle_tasks(url, tasks) <= first
        assert assistant.most <= AT_ONCE
        assert assistant.begun == assistant.ended
    makers = {t for t in threading.enumerate() if t.name == "make-for-program"}
    assert makers <= before
    assert not streams._CLOSING
    assert answers_kept() <= kept  # nothing of two hundred answers


def answers_kept() -> int:
    """How many answers are in memory; other tests may hold some."""
    gc.collect()
    # By the type itself: isinstance would ask objects that stand in for others.
    return sum(type(each) is Answer for each in gc.get_objects())


def until_idle(assistant: Counting) -> None:
    """Wait until nothing is being made: who hung up is noticed with the next answer."""
    for _ in range(1000):
        if not assistant.at_work and not any(
            thread.name == "make-for-program" for thread in threading.enumerate()
        ):
            return
        threading.Event().wait(0.02)
    pytest.fail("answers are still being made")


def idle_tasks(url: str, tasks: list[int]) -> int:
    """Return how many tasks the server has while nobody asks, once that is settled."""
    import httpx

    for _ in range(200):
        httpx.get(f"{url}/tasks")
        if len(tasks) > 3 and tasks[-1] == tasks[-2] == tasks[-3]:
            break
        threading.Event().wait(0.02)
    return tasks[-1]
