"""The page: its headers, the wait for the assistant, the end of an answer."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from gradio import EventData, Request

from rag.assistant import Assistant
from rag.config import Config
from rag.conversations import Conversations, Keeper
from rag.datatypes import Answer, Chunk, SyncReport
from rag.errors import CorpusError, NoArticles, ServeError
from rag.hangup import cut_by_hanging_up
from rag.ui import conversation, render
from rag.ui.articles import Empty, _listed, _remove, is_from_here, report_html
from rag.ui.backend import Opening
from rag.ui.collection import Listing, Wanted
from rag.ui.events import Events
from rag.ui.halting import Halt
from rag.ui.layout import Parts
from rag.ui.making import until_halted
from rag.ui.room import Room
from rag.ui.server import HEADERS, PROGRAM_HEADERS, Guard, Unused
from rag.ui.updates import show
from rag.ui.visitors import COOKIE
from tests.browser.fake import KeywordAssistant, article
from tests.making import WordEncoder, write_folder


def respond(path: str) -> tuple[int, dict[str, str], bytes]:
    """What the guard sends for a path, over an application that says "yes" to everything."""
    sent: list[dict[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": b"yes"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    asked = Guard(Unused(application))({"type": "http", "path": path}, receive, send)
    # In a thread of its own: a browser driven by other tests may have a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asked).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/queue/join"])
def test_every_response_carries_the_security_headers(path: str):
    status, headers, body = respond(path)
    assert (status, body) == (200, b"yes")
    assert headers == {"a": "b", **HEADERS}
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/api/ask", "/v1/models", "/mcp"])
def test_what_programs_are_answered_is_no_page_and_is_not_kept(path: str):
    _, headers, _ = respond(path)
    assert headers == {"a": "b", **PROGRAM_HEADERS}
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=pyproject.toml",
        "/gradio_api/proxy=https://x.y",
        "/gradio_api/run-history/records",
        "/gradio_api/api/answer",
        "/gradio_api/call/answer",
        "/gradio_api/call/v2/answer",
    ],
)
def test_what_the_page_has_no_use_for_is_not_there(path: str):
    status, headers, _ = respond(path)
    assert status == 404
    assert headers == HEADERS


@pytest.mark.parametrize(
    ("headers", "here"),
    [
        ({"host": "localhost:7860"}, True),
        ({"host": "[::1]:7860"}, True),
        ({"host": "[::1]"}, True),
        ({"host": "127.0.0.2:7860"}, True),
        ({"host": "127.0.0.1.chat.example"}, False),
        ({"host": "localhost:80@chat.example"}, False),
        ({"host": "chat.example"}, False),
        ({"host": "localhost", "x-forwarded-for": "192.0.2.1"}, False),
        ({"host": "localhost", "forwarded": "for=192.0.2.1"}, False),
        ({}, False),
    ],
)
def test_whom_a_proxy_passes_on_is_not_on_this_machine(headers: dict[str, str], here: bool):
    assert is_from_here(headers) == here


def test_an_opening_tells_what_it_waits_for_and_then_holds_the_assistant():
    told, go_on = threading.Event(), threading.Event()
    assistant = KeywordAssistant(())

    def open_assistant(progress: Any) -> KeywordAssistant:
        progress("encoding", 1200, 5000)
        told.set()
        go_on.wait(10)
        return assistant

    opening = Opening(open_assistant)
    opening.start()
    assert told.wait(10)
    assert opening.status == "Encoding the passages: 1,200 of 5,000"
    assert not opening.wait(0)
    go_on.set()
    assert opening.assistant() is assistant
    assert (opening.status, opening.error) == ("", None)


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (CorpusError("there is no folder"), CorpusError, "there is no folder"),
        (KeyError("bug"), ServeError, r"the assistant could not be opened: KeyError\('bug'\)"),
    ],
    ids=["expected", "unexpected"],
)
def test_what_keeps_an_assistant_from_opening_is_told(
    error: Exception, kind: type[Exception], message: str
):
    failed = threading.Event()

    def open_assistant(progress: Any) -> KeywordAssistant:
        raise error

    opening = Opening(open_assistant)
    opening.start(on_error=failed.set)
    assert failed.wait(10)
    with pytest.raises(kind, match=message):
        opening.assistant()
    assert opening.status == ""


@pytest.fixture
def opening(tmp_path: Path) -> Opening:
    """What failed to open a folder whose one file cannot be read, and waits for others."""
    folder, index = tmp_path / "articles", tmp_path / "index"
    write_folder(folder, {"bad.csv": "x,y\n"})
    config = Config(reader="none")

    def open_assistant(progress: Any) -> Assistant:
        return Assistant.open(folder, index, config=config, encoder=WordEncoder())

    opening, failed = Opening(open_assistant, articles_may_come=True), threading.Event()
    opening.start(on_error=failed.set)
    assert failed.wait(10)
    return opening


def test_a_folder_without_articles_opens_with_the_first_that_are_added(opening: Opening):
    without = opening.without_articles
    assert without is not None
    empty = Empty(opening, without, 1000)
    assert empty.library.unread() == {"bad.csv": "no row with a text"}
    shown = _listed(empty, Wanted(), listing=Listing(), changes=True)
    assert "<bdi>bad.csv</bdi>: no row with a text</li>" in shown  # nothing to remove it for
    empty.library.add("more.csv", b"u,v\n")
    with pytest.raises(NoArticles, match=r"more\.csv"):
        empty.library.sync()
    with pytest.raises(NoArticles):
        opening.assistant()
    empty.library.add("otters.txt", b"Otters hold hands while they sleep.")
    assert empty.library.sync().added == ["otters.txt"]
    assert opening.without_articles is None
    assistant = opening.assistant()
    assert list(assistant.articles) == ["otters"]
    shown = _listed(assistant, Wanted(), listing=Listing(), changes=True)
    assert 'data-source="more.csv" aria-label="Remove more.csv"' in shown
    assert "2 files in the folder were not read" in shown


def test_the_page_of_a_folder_without_articles_says_what_to_do_and_looks_again(opening: Opening):
    events = Events(None, opening, (), Room(1), None)  # type: ignore[arg-type]

    async def greeted() -> str:
        return [str(shown["value"]) async for shown in events.greet()][-1]

    without = opening.without_articles
    assert without is not None
    page = asyncio.run(greeted())
    assert f"They are kept in <bdi>{without.folder}</bdi>" in page
    assert '<input type="file" multiple>' in page
    assert "<bdi>bad.csv</bdi>: no row with a text" in page
    otters = write_folder(Path(without.folder), {"otters.txt": "Otters hold hands."}) / "otters.txt"
    assert "1 article" in (page := asyncio.run(greeted()))
    assert 'data-question="Otters hold hands' in page
    otters.write_text("Seals sleep\n\nSeals sleep upright in the bay.")
    opening.assistant().library.sync()  # type: ignore[attr-defined]
    assert 'data-question="Seals sleep"' in asyncio.run(greeted())


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


def test_dropping_waits_for_the_end():
    halt = Halt()
    threading.Timer(0.05, halt.end).start()
    halt.drop(timeout_s=10)
    assert (halt.asked, halt.dropped) == (True, True)


def test_importing_what_serves_loads_nothing_heavy():
    names = {"gradio", "torch", "faiss", "uvicorn", "fastapi", "pydantic", "mcp", "numpy"}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys, rag.ui, rag.service, rag.cli; print({names} & set(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"


class Moving(KeywordAssistant):
    """One that moves to a generation with the first article alone once it was read."""

    def __getattribute__(self, name: str) -> Any:
        given = super().__getattribute__(name)
        if name == "articles":
            self.__dict__["articles"] = dict([*given.items()][:1])
        return given


def test_a_sync_while_articles_are_chosen_does_not_lose_the_choice():
    assistant = Moving([article("a", "A", "A heron."), article("b", "B", "An otter.")])
    parts = SimpleNamespace(scope="scope")
    events = Events(parts, Opening.of(assistant), (), Room(1), None)  # type: ignore[arg-type]
    asked = SimpleNamespace(_data={"articles": ["a", "b", "c"]})
    shown = asyncio.run(events.choose(asked))  # type: ignore[arg-type]
    assert shown == {"scope": show(render.scope_html(["A", "B"], 2))}


def test_what_became_of_very_many_files_is_told_in_little_time():
    names = [f"{number}.txt" for number in range(10_000)]
    report = SyncReport(
        built=True, added=tuple(names), changed=(), unchanged=(), removed=(), skipped=(), notes=(),
        articles=10_000, chunks=10_000, encoded=10_000, seconds=1.0, generation="1",
    )  # fmt: skip
    began = time.process_time()
    told = report_html(report, names[1:])
    assert time.process_time() - began < 0.4
    assert "Also in the folder: 1 added." in told


def test_the_table_of_the_articles_is_of_one_generation():
    class Holding(KeywordAssistant):
        held = ({"a": article("a", "A", "A heron.")}, (Chunk("a:0", "a", 0, 8, "A heron."),))
        chunks = ()

    told = _listed(Holding(()), Wanted(), listing=Listing(), changes=False)
    assert "1 article" in told
    assert re.search(r"<td[^>]*>1</td>", told)


class Watched(KeywordAssistant):
    """One that keeps which threads wanted its articles: newer ones may have to be loaded."""

    def __getattribute__(self, name: str) -> Any:
        if name == "articles":
            self.__dict__.setdefault("threads", []).append(threading.current_thread())
        return super().__getattribute__(name)


def test_what_may_load_articles_is_never_done_where_every_answer_would_wait_for_it(tmp_path: Path):
    assistant = Watched([article("a", "A", "A heron."), article("b", "B", "An otter.")])
    parts = Parts(*Parts.__slots__)  # type: ignore[arg-type]
    kept = Conversations(tmp_path / "talks.sqlite3", "articles")
    events = Events(parts, Opening.of(assistant), (), Room(1), kept)
    who = Request(cookies={COOKIE: "0" * 32}, session_hash="s")
    talk = Keeper(kept, print).keep("0" * 32, None, "A heron?", assistant.ask("A heron?"))
    assert talk is not None
    threads: list[threading.Thread] = assistant.__dict__.setdefault("threads", [])

    async def all_of_them() -> list[object]:
        threads.clear()
        chosen = await events.choose(EventData(None, {"articles": ["a"]}))
        back = await events.reopen(None, who, EventData(None, {"id": talk.conversation}))
        return [chosen, back, *[shown async for shown in events.greet()]]

    assert len(asyncio.run(all_of_them())) == 3
    assert len(threads) >= 3
    assert threading.current_thread() not in threads


def test_the_articles_of_a_file_that_is_removed_are_counted_beside_the_answers():
    class Files:
        threads: ClassVar[list[threading.Thread]] = []

        def held(self, source: str) -> int:
            self.threads.append(threading.current_thread())
            return 3

        def remove(self, source: str) -> tuple[str, None]:
            return "0" * 16, None

    asking = SimpleNamespace(query_params={"source": "boats.csv"})
    told = asyncio.run(_remove(Files(), asking))  # type: ignore[arg-type]
    assert "with 3 articles" in told
    assert threading.current_thread() not in Files.threads
