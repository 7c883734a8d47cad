"""Kept conversations: what goes in comes out, to its owner alone, whatever becomes of the file."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.config import Config
from rag.datatypes import Answer, Differing, Grounds
from rag.errors import ConversationsError
from rag.hosting import conversations
from rag.hosting.conversations import Conversations, Keeper, KeptAt
from rag.hosting.recall import kept_form, recalled
from tests.browser.fake import KeywordAssistant
from tests.browser.served import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.synchronize import Barrier

HERON = "What is the heron of the harbour master called?"
ANN, BEN = "ann", "ben"


def answer(question: str = HERON) -> Answer:
    return KeywordAssistant(ARTICLES).ask(question)


@pytest.fixture
def store(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "in a folder" / "talks.sqlite3", "articles")


def test_what_is_kept_comes_back_with_another_opening(store: Conversations):
    first = store.add(ANN, None, HERON, answer())
    second = store.add(ANN, first.conversation, "Who won in Lima?", answer("Who won in Lima?"))
    again = Conversations(store.path, "articles")
    (found,) = again.listed(ANN)
    assert (found.title, found.questions, found.id) == (HERON, 2, first.conversation)
    assert second.conversation == first.conversation
    assert found.created < found.updated <= datetime.now(UTC)
    turns = again.turns(ANN, found.id)
    assert [(t.id, t.question) for t in turns] == [
        (first.turn, HERON),
        (second.turn, "Who won in Lima?"),
    ]
    assert dict(turns[0].answer) == kept_form(answer()) | {"seconds": turns[0].answer["seconds"]}


def test_a_kept_answer_is_the_answer_where_its_articles_are_as_they_were():
    given = answer()
    articles = {a.id: a for a in ARTICLES}
    back = recalled(kept_form(given), articles)
    assert back.articles == given.articles
    assert str(back) == str(given)
    assert back.to_dict() == given.to_dict()


def test_without_its_articles_a_kept_answer_still_has_titles_dates_and_quotes():
    given = answer()
    back = recalled(kept_form(given), {})
    assert str(back) == str(given)
    assert back.to_dict() == given.to_dict()
    assert {a.text for a in back.articles.values()} == {""}


def test_an_article_that_changed_does_not_stand_in_for_the_one_that_was_quoted():
    from dataclasses import replace

    given = answer()
    changed = {a.id: replace(a, text=a.text.replace("Odilo", "Other")) for a in ARTICLES}
    back = recalled(kept_form(given), changed)
    assert back.articles["harbour"].text == ""
    assert back.citations[0].quote == given.citations[0].quote


def test_a_kept_answer_has_its_filter_its_differences_and_its_grounds():
    from dataclasses import replace

    given = answer("What is the heron of the harbour master called before July 9?")
    given = replace(
        given,
        differing=(Differing("Odilo", 1, date(2024, 7, 9)), Differing("Ansa", 2)),
        grounds=Grounds(("heron",), 5, 0.1, {given.passages[1].chunk.id: "weak"}),
    )
    assert given.dates is not None
    back = recalled(kept_form(given), {a.id: a for a in ARTICLES})
    assert back == given


@pytest.mark.parametrize("form", [{}, {"question": "x"}, {**kept_form(answer()), "statements": 3}])
def test_what_is_no_kept_answer_is_refused(form: dict):
    with pytest.raises(ValueError, match="no kept answer"):
        recalled(form, {})


def test_what_is_found_in_the_body_is_shown_with_its_surroundings(store: Conversations):
    kept = store.add(ANN, None, HERON, answer())
    found = store.listed(ANN, search="Odilo")
    assert store.excerpts(found, "Odilo") == {
        kept.conversation: "The heron of the harbour master is called Odilo."
    }
    assert store.excerpts(found, "heron MASTER") == {}  # the title shows them
    assert store.excerpts(found, "") == {}
    assert store.excerpts([], "Odilo") == {}


@pytest.mark.parametrize(
    ("text", "word", "told"),
    [
        ("one two", "three", ""),
        ("Straße\n und  Fluss", "strasse", "Straße und Fluss"),
        (" ".join(map(str, range(100, 200))), "150",
         "…141 142 143 144 145 146 147 148 149 150 151 152 153 154 155 156 157 158 159…"),
        ("灯" * 200 + "塔" + "灯" * 200, "塔", "…" + "灯" * 40 + "塔" + "灯" * 39),
    ],
)  # fmt: skip
def test_an_excerpt_is_the_words_around_one(text: str, word: str, told: str):
    assert conversations._excerpt(text, word) == told


def test_an_owner_sees_his_own_and_the_one_without_a_name_sees_all(store: Conversations):
    mine = store.add(ANN, None, HERON, answer()).conversation
    store.add(BEN, None, "Other", answer("Other"))
    assert [c.title for c in store.listed(ANN)] == [HERON]
    assert [c.title for c in store.listed(None)] == ["Other", HERON]
    acts: list[Callable[[], object]] = [
        lambda: store.turns(BEN, mine),
        lambda: store.find(BEN, mine),
        lambda: store.rename(BEN, mine, "Ben's"),
        lambda: store.delete(BEN, mine),
        lambda: store.restore(BEN, mine),
        lambda: store.forget(BEN, mine),
        lambda: store.turns("", mine),
    ]
    for act in acts:
        with pytest.raises(ConversationsError):
            act()
    assert [c.title for c in store.listed(ANN)] == [HERON]


def test_a_turn_goes_into_a_conversation_of_its_own_owner_only(store: Conversations):
    mine = store.add(ANN, None, HERON, answer()).conversation
    assert store.add(BEN, mine, "Other", answer("Other")).conversation != mine
    assert len(store.turns(ANN, mine)) == 1


def test_the_terminal_goes_on_in_the_conversation_of_a_visitor(store: Conversations):
    mine = store.add(ANN, None, HERON, answer()).conversation
    assert store.add(conversations.TERMINAL, mine, "More", answer("More")).conversation == mine
    assert len(store.turns(ANN, mine)) == 2


def test_each_collection_has_its_own(store: Conversations):
    kept = store.add(ANN, None, HERON, answer())
    other = Conversations(store.path, "other articles")
    assert other.listed(None) == []
    with pytest.raises(ConversationsError):
        other.turns(ANN, kept.conversation)


def test_the_newest_comes_first_and_a_turn_makes_new(store: Conversations):
    first = store.add(ANN, None, "First", answer()).conversation
    second = store.add(ANN, None, "Second", answer()).conversation
    assert [c.id for c in store.listed(ANN)] == [second, first]
    store.add(ANN, first, "More", answer())
    assert [c.id for c in store.listed(ANN)] == [first, second]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("heron", {HERON}),
        ("HERON odilo", {HERON}),  # in the question and in the answer, whatever the case
        ("odilo lima", set()),  # in different conversations
        ("oliv", set()),
        ("橄榄", {"灯塔 每天 燃烧 什么"}),  # part of a word
        ("100%_", set()),  # no pattern
        ("", {HERON, "Who won in Lima?", "灯塔 每天 燃烧 什么"}),
    ],
)
def test_a_search_finds_what_holds_every_word(
    store: Conversations, search: str, expected: set[str]
):
    for question in (HERON, "Who won in Lima?", "灯塔 每天 燃烧 什么"):
        store.add(ANN, None, question, answer(question))
    assert {c.title for c in store.listed(ANN, search=search)} == expected


def test_a_renamed_one_is_found_by_its_new_title(store: Conversations):
    kept = store.add(ANN, None, HERON, answer())
    store.rename(ANN, kept.conversation, "  About\n Birds  ")
    assert [c.title for c in store.listed(ANN, search="birds")] == ["About Birds"]
    with pytest.raises(ConversationsError, match="title is empty"):
        store.rename(ANN, kept.conversation, " \n")


def test_a_deleted_one_comes_back_until_it_is_wiped(
    store: Conversations, monkeypatch: pytest.MonkeyPatch
):
    kept = store.add(ANN, None, HERON, answer())
    store.delete(ANN, kept.conversation)
    assert store.listed(ANN) == store.deleted(BEN) == []
    [(one, until)] = store.deleted(ANN)
    assert (one.id, one.questions) == (kept.conversation, 1)
    assert until - datetime.now(UTC) <= timedelta(seconds=conversations.UNDO_S)
    store.restore(ANN, kept.conversation)
    assert store.deleted(ANN) == []
    assert len(store.turns(ANN, kept.conversation)) == 1
    store.delete(ANN, kept.conversation)
    later = datetime.now(UTC) + timedelta(seconds=conversations.UNDO_S + 60)

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return later

    monkeypatch.setattr(conversations, "datetime", Later)
    assert store.deleted(ANN) == []
    with pytest.raises(ConversationsError):
        store.restore(ANN, kept.conversation)


def test_what_is_forgotten_is_not_in_the_file_any_more(store: Conversations):
    kept = store.add(ANN, None, HERON, answer())
    assert b"Odilo" in store.path.read_bytes()
    store.forget(ANN, kept.conversation)
    assert store.listed(None) == []
    for path in store.path.parent.iterdir():
        assert b"Odilo" not in path.read_bytes()


def test_a_turn_taken_back_is_gone_and_an_empty_conversation_with_it(store: Conversations):
    first = store.add(ANN, None, HERON, answer())
    second = store.add(ANN, first.conversation, "More", answer())
    store.take_back(second)
    assert [t.id for t in store.turns(ANN, first.conversation)] == [first.turn]
    store.take_back(first)
    assert store.listed(ANN) == []


def test_a_turn_of_a_deleted_conversation_begins_a_new_one(store: Conversations):
    first = store.add(ANN, None, HERON, answer())
    store.delete(ANN, first.conversation)
    second = store.add(ANN, first.conversation, "More", answer())
    assert [(c.id, c.title) for c in store.listed(ANN)] == [(second.conversation, "More")]


def test_an_id_may_be_cut_while_it_is_clear(store: Conversations):
    kept = [store.add(ANN, None, str(n), answer()).conversation for n in range(40)]
    assert store.find(None, kept[0]).id == kept[0]
    assert store.find(None, kept[0][:12]).id == kept[0]
    shared = next(a[0] for a in kept if sum(b[0] == a[0] for b in kept) > 1)
    with pytest.raises(ConversationsError, match="begin with"):
        store.find(None, shared)
    for wrong in ("zz", ""):
        with pytest.raises(ConversationsError, match="there is no conversation"):
            store.find(None, wrong)


def test_nothing_is_written_by_looking(store: Conversations):
    assert store.listed(None) == []
    assert not store.path.parent.exists()


def test_the_file_is_for_its_user_alone(store: Conversations):
    store.add(ANN, None, HERON, answer())
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def _write_some(path: Path, name: str, start: Barrier | None = None) -> None:
    store = Conversations(path, "articles")
    if start is not None:
        start.wait()
    for _ in range(5):
        store.add(name, None, HERON, answer())


def test_threads_and_programs_write_side_by_side(store: Conversations):
    with ThreadPoolExecutor(4) as pool:
        shared = store.add(ANN, None, HERON, answer()).conversation
        list(pool.map(lambda n: store.add(ANN, shared, str(n), answer()), range(20)))
    assert sorted(t.question for t in store.turns(ANN, shared)[1:]) == sorted(map(str, range(20)))
    processes = [
        multiprocessing.get_context("spawn").Process(target=_write_some, args=(store.path, name))
        for name in ("one", "two")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(store.listed("one")) == len(store.listed("two")) == 5


@pytest.mark.parametrize("turn", range(5))
def test_those_who_keep_the_first_turns_at_once_keep_them_all(store: Conversations, turn: int):
    given, start = answer(), threading.Barrier(16)

    def add(number: int) -> None:
        start.wait()
        store.add(ANN, None, str(number), given)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(add, range(16)))
    assert sorted(c.title for c in store.listed(ANN)) == sorted(map(str, range(16)))
    assert _journal_mode(store.path) == "wal"
    assert [path.name for path in store.path.parent.iterdir()] == [store.path.name]


def test_programs_that_start_at_once_make_one_file(store: Conversations):
    spawned = multiprocessing.get_context("spawn")
    names = ["one", "two", "three"]
    start = spawned.Barrier(len(names))
    programs = [
        spawned.Process(target=_write_some, args=(store.path, name, start)) for name in names
    ]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert [program.exitcode for program in programs] == [0, 0, 0]
    assert [len(store.listed(name)) for name in names] == [5, 5, 5]
    assert _journal_mode(store.path) == "wal"


def test_where_files_cannot_be_linked_the_file_is_made_all_the_same(
    store: Conversations, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(conversations.os, "link", refuse)
    store.add(ANN, None, HERON, answer())
    assert [c.title for c in store.listed(ANN)] == [HERON]
    assert [path.name for path in store.path.parent.iterdir()] == [store.path.name]


def _journal_mode(path: Path) -> str:
    with closing(sqlite3.connect(path)) as file:
        return str(file.execute("PRAGMA journal_mode").fetchone()[0])


def _corrupt(path: Path) -> None:
    path.write_bytes(b"this is no database, whatever its name says" * 100)


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 99")
    file.close()


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE recipes (name TEXT)")
    file.close()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_corrupt, "cannot be (read|written) .*not a database.*: move the file aside"),
        (_newer, "written by a newer version of the program"),
        (_foreign, "holds a database of another program"),
        (lambda path: path.mkdir(), "cannot be (read|written)"),
    ],
    ids=["corrupt", "newer", "foreign", "folder"],
)
def test_a_file_that_cannot_be_used_is_one_line_and_answering_goes_on(
    tmp_path: Path, spoil: Callable[[Path], None], message: str
):
    path = tmp_path / "talks.sqlite3"
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    store = Conversations(path, "articles")
    with pytest.raises(ConversationsError, match=message):
        store.listed(ANN)
    said: list[str] = []
    keeper = Keeper(store, said.append)
    assert keeper.keep(ANN, None, HERON, answer()) is None
    assert keeper.keep(ANN, None, HERON, answer()) is None
    keeper.take_back(KeptAt("a", "b"))
    assert len(said) == 1  # not once more with every question
    assert said[0].endswith("; answering goes on without")
    assert not path.is_file() or path.read_bytes() == before


def test_nothing_is_kept_for_nobody_and_without_a_file(store: Conversations):
    said: list[str] = []
    assert Keeper(store, said.append).keep("", None, HERON, answer()) is None
    assert Keeper(None, said.append).keep(ANN, None, HERON, answer()) is None
    assert (said, store.path.exists()) == ([], False)


def test_the_setting_names_the_file(tmp_path: Path):
    assert Conversations.of(Config(conversations="none")) is None
    named = Conversations.of(Config(conversations=str(tmp_path / "x.db")))
    assert named is not None
    assert named.path == tmp_path / "x.db"
    usual = Conversations.of(Config())
    assert usual is not None
    assert usual.path == conversations.default_path()
