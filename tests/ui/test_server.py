"""The page: the folder without articles, the choice, what is done where no answer waits for it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from gradio import EventData, Request

from rag.assistant import Assistant
from rag.backend import Opening
from rag.config import Config
from rag.datatypes import Chunk, Skipped, SyncReport
from rag.errors import NoArticles
from rag.hosting.conversations import Conversations, Keeper
from rag.hosting.halting import Halt
from rag.hosting.room import Room
from rag.ui import render
from rag.ui.articles import Empty, _listed, _remove, is_from_here, report_html
from rag.ui.collection import Listing, Wanted
from rag.ui.events import Events
from rag.ui.layout import Parts
from rag.ui.updates import show
from rag.ui.visitors import COOKIE
from tests.browser.fake import KeywordAssistant, article
from tests.making import WordEncoder, write_folder


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
    assert 'data-question="What is “Otters hold hands…” about?"' in page
    otters.write_text("Seals sleep\n\nSeals sleep upright in the bay.")
    opening.assistant().library.sync()  # type: ignore[attr-defined]
    assert 'data-question="What is “Seals sleep” about?"' in asyncio.run(greeted())


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


def test_a_file_that_was_not_read_has_its_reason_and_its_button_in_the_list_of_such_alone():
    report = SyncReport(
        built=True, added=("a.txt",), changed=(), unchanged=(), removed=(),
        skipped=(Skipped("bad.pdf", "no text: probably a scan"),), notes=(), articles=1, chunks=1,
        encoded=1, seconds=1.0, generation="1",
    )  # fmt: skip
    told = report_html(report, ["a.txt", "bad.pdf"])
    assert "<bdi>bad.pdf</bdi> not read: see below" in told
    assert "<button" not in told


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


def in_a_conversation(assistant: KeywordAssistant, folder: Path) -> tuple[Events, Request, str]:
    """Return the page's events, who asked "A heron?" there, and that conversation's id."""
    parts = Parts(*Parts.__slots__)  # type: ignore[arg-type]
    kept = Conversations(folder / "talks.sqlite3", "articles")
    talk = Keeper(kept, print).keep("0" * 32, None, "A heron?", assistant.ask("A heron?"))
    assert talk is not None
    who = Request(cookies={COOKIE: "0" * 32}, session_hash="s")
    return Events(parts, Opening.of(assistant), (), Room(1), kept), who, talk.conversation


def test_what_may_load_articles_is_never_done_where_every_answer_would_wait_for_it(tmp_path: Path):
    assistant = Watched([article("a", "A", "A heron."), article("b", "B", "An otter.")])
    events, who, talk = in_a_conversation(assistant, tmp_path)
    threads: list[threading.Thread] = assistant.__dict__.setdefault("threads", [])

    async def all_of_them() -> list[object]:
        threads.clear()
        chosen = await events.choose(EventData(None, {"articles": ["a"]}))
        back = await events.reopen(None, who, EventData(None, {"id": talk}))
        return [chosen, back, *[shown async for shown in events.greet()]]

    assert len(asyncio.run(all_of_them())) == 3
    assert len(threads) >= 3
    assert threading.current_thread() not in threads


def test_what_was_left_does_not_take_the_place_of_what_is_asked_by_now(tmp_path: Path):
    assistant = KeywordAssistant([article("a", "A", "A heron."), article("b", "B", "An otter.")])
    events, who, talk = in_a_conversation(assistant, tmp_path)
    left, parts = EventData(None, {"id": talk, "left": "yes"}), events.parts
    halt = Halt()
    assert parts.turns in asyncio.run(events.reopen(halt, who, left))
    assert not halt.asked
    for _ in events.answer("An otter?", None, (), None, "configured", who):
        pass  # a question that is asked, and answered, before the page asks once more
    assert parts.turns not in asyncio.run(events.reopen(halt, who, left))
    assert not halt.asked
    events.leave(who)
    assert parts.turns in asyncio.run(events.reopen(halt, who, left))


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
