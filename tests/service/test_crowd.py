"""Fifty clients at once, some of which hang up and some of which read a byte a second."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rag.backend import Opening
from rag.config import Config
from rag.datatypes import Answer, Message
from rag.hosting.room import AT_ONCE
from rag.service import streams
from rag.service.serving import application
from tests.browser.fake import KeywordAssistant, article
from tests.service.serving import run, running

CLIENTS = 50
# Sentences so long that an answer does not fit between a server and a client that does not read.
TEXT = " ".join(
    f"Heron number {n} of the harbour is called Odilo and eats herring{' and eel' * 1400}."
    for n in range(20)
)


class Counting(KeywordAssistant):
    """One that counts how many answers are made at the same time, and how many were left off."""

    def __init__(self) -> None:
        super().__init__([article("herons", "Herons", TEXT)])
        self.lock = threading.Lock()
        self.at_work, self.most, self.begun, self.ended = 0, 0, 0, 0

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        as_it_stands: bool = False,
        articles: Collection[str] = (),
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


class Crowd:
    """Fifty clients over plain sockets: some hang up, some read a byte a second, the others all.

    Those who read slowly do so for `slowly_s` at least and until all the others have been answered;
    then they read the rest. `at_the_end` is called just before.
    """

    def __init__(self, url: str, slowly_s: float, at_the_end: Callable[[], None]) -> None:
        host, port = url.removeprefix("http://").split(":")
        self.address = (host, int(port))
        self.slowly_s = slowly_s
        self.at_the_end = at_the_end
        self.waiting = CLIENTS - CLIENTS // 5  # for an answer read at once, or to hang up
        self.answered = asyncio.Event()
        self.dribbled: list[int] = []  # bytes that each slow one had read by then

    async def ask(self) -> list[str]:
        """Return what each client has read."""
        return await asyncio.gather(*(self.client(number) for number in range(CLIENTS)))

    async def client(self, number: int) -> str:
        loop, slow = asyncio.get_running_loop(), number % 5 == 1
        with socket.socket() as opened:
            opened.setblocking(False)
            if slow:
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # the least there is
            await loop.sock_connect(opened, self.address)
            await loop.sock_sendall(opened, self.request(number))
            if slow:
                return await self.dribble(opened)
            try:
                if number % 5 == 0:
                    await loop.sock_recv(opened, 1 + 40 * number)  # and hangs up
                    return ""
                return await whole(opened)
            finally:
                self.waiting -= 1
                if not self.waiting:
                    await asyncio.to_thread(self.at_the_end)
                    self.answered.set()

    async def dribble(self, opened: socket.socket) -> str:
        """Read a byte a second, and the rest when the time has come."""
        loop, read = asyncio.get_running_loop(), b""
        until = loop.time() + self.slowly_s
        while not self.answered.is_set() or loop.time() < until:
            read += await loop.sock_recv(opened, 1)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.answered.wait(), 1)
            if self.answered.is_set():
                await asyncio.sleep(min(1, max(0, until - loop.time())))
        self.dribbled.append(len(read))
        return read.decode() + await whole(opened)

    def request(self, number: int) -> bytes:
        question = f"What is heron {number} of the harbour called?"
        path, body = "/api/ask", json.dumps({"question": question, "stream": True})
        if number % 2:
            path = "/v1/chat/completions"
            said = [{"role": "user", "content": question}]
            body = json.dumps({"model": "rag", "messages": said, "stream": True})
        return (
            f"POST {path} HTTP/1.1\r\nhost: {self.address[0]}:{self.address[1]}\r\n"
            "content-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n{body}"
        ).encode()


async def whole(opened: socket.socket) -> str:
    """Read all that comes."""
    loop, text = asyncio.get_running_loop(), b""
    while part := await loop.sock_recv(opened, 65536):
        text += part
    return text.decode()


@pytest.mark.parametrize(
    "slowly_s", [2, pytest.param(60, marks=pytest.mark.slow)], ids=lambda s: f"{s}-s"
)
def test_fifty_clients_are_answered_whoever_hangs_up_or_reads_a_byte_a_second(slowly_s: int):
    assistant = Counting()
    served = application(Opening.of(assistant), Config(), page=False)
    before, kept = set(threading.enumerate()), answers_kept()
    tasks: list[int] = []

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/tasks":
            tasks.append(len(asyncio.all_tasks()))
        await served.door(scope, receive, send)

    with running(counted, send_bytes=4096) as url:
        first, files = idle_tasks(url, tasks), []

        async def ask() -> tuple[list[str], list[int]]:
            crowd = Crowd(url, slowly_s, lambda: idle_tasks(url, tasks))
            return await crowd.ask(), crowd.dribbled

        for _ in range(2):
            replies, dribbled = run(ask())
            # The others were answered while these had hardly anything, and the server held theirs.
            assert len(dribbled) == CLIENTS // 5
            assert max(dribbled) < 2_000
            assert tasks[-1] >= first + len(dribbled)
            for number, text in enumerate(replies):
                if number % 5 == 0:
                    continue
                assert text.startswith("HTTP/1.1 200 OK"), number
                assert "error" not in text, number
                assert ("event: answer" if number % 2 == 0 else "data: [DONE]") in text, number
                assert len(text) > 80_000, number  # more than fits between the two
            until_idle(assistant)
            assert idle_tasks(url, tasks) <= first
            files.append(least_open_files())
        assert files[1] <= files[0]
        assert assistant.most <= AT_ONCE
        assert assistant.begun == assistant.ended
    makers = {t for t in threading.enumerate() if t.name == "make-for-program"}
    assert makers <= before
    assert not streams._CLOSING
    assert answers_kept() <= kept  # nothing of two hundred answers


def least_open_files() -> int:
    """How many files and sockets this process holds, once those that are closing are closed."""
    counts = []
    for _ in range(50):
        counts.append(sum(1 for _ in Path("/dev/fd").iterdir()))
        threading.Event().wait(0.02)
    return min(counts)


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
