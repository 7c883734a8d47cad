"""What a page tells of what it shows, and its turns taken again from where they are kept."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from rag.backend import Opening
from rag.errors import ConversationsError
from rag.hosting.conversations import Conversations
from rag.hosting.room import Room
from rag.ui import conversation
from rag.ui.conversation import Turns
from rag.ui.events import GONE, Events
from rag.ui.layout import Parts
from rag.ui.shown import Shown, ShownTurn, shown_of
from rag.ui.visitors import COOKIE
from tests.browser.fake import KeywordAssistant
from tests.browser.served import ARTICLES

HERON = "What is the heron of the harbour master called?"
PERU = "Who won the chess game in Lima?"
NOON = "and what does it eat at noon?"


def told(turns: Turns, *, among: tuple[str, ...] = ()) -> str:
    """What the page's script tells where it shows these turns."""
    kept = conversation.kept(turns)
    return json.dumps(
        {
            "conversation": kept.conversation if kept else "",
            "turns": [
                {
                    "number": turn.number,
                    "state": turn.state,
                    "kept": turn.kept.turn if turn.kept else "",
                    "question": turn.question,
                }
                for turn in turns
            ],
            "articles": list(among),
        }
    )


class Session:
    """One page of a browser, over a program that may be started anew."""

    def __init__(self, kept: Conversations | None) -> None:
        self.kept, self.cookie, self.turns = kept, secrets.token_hex(16), ()
        self.start()

    def start(self) -> None:
        """Start the program, which holds nothing of the page."""
        parts = Parts(*Parts.__slots__)  # type: ignore[arg-type]
        opening = Opening.of(KeywordAssistant(ARTICLES))
        self.events = Events(parts, opening, (), Room(1), self.kept)
        self.held: Turns = ()

    @property
    def request(self) -> gr.Request:
        return gr.Request(cookies={COOKIE: self.cookie}, session_hash="s")

    def ask(self, question: str, *, shown: str | None = None) -> list[Mapping[Any, Any]]:
        shown = told(self.turns) if shown is None else shown
        return self._went(
            self.events.answer(question, shown, self.held, None, "configured", self.request)
        )

    def again(self) -> list[Mapping[Any, Any]]:
        return self._went(
            self.events.again(
                self.held, None, "configured", self.request, clicked(told(self.turns))
            )
        )

    def _went(self, updates: Iterator[Mapping[Any, Any]]) -> list[Mapping[Any, Any]]:
        came = list(updates)
        for update in came:
            self.held = self.turns = update.get("turns", self.turns)
        return came


def clicked(shown: str, **details: str) -> gr.EventData:
    return gr.EventData(None, {**details, "shown": shown})


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "talks.sqlite3", "articles")


def test_what_the_page_tells_is_read_and_what_is_no_such_form_is_nothing() -> None:
    form: dict[str, Any] = {
        "conversation": "c",
        "turns": [{"number": 2, "state": "stopped", "kept": "", "question": "Who?"}],
        "articles": ["b", "a", "b"],
    }
    turn = ShownTurn(2, "stopped", "", "Who?")
    assert shown_of(json.dumps(form)) == Shown("c", (turn,), ("a", "b"))
    odd = {**form, "turns": [{**form["turns"][0], "state": "odd"}]}
    for strange in (None, "", "[", "[]", "3", '{"turns": [{}]}', '{"turns": 3}', json.dumps(odd)):
        assert shown_of(strange) == Shown()


def test_a_question_after_a_restart_is_asked_in_its_conversation(kept: Conversations) -> None:
    page = Session(kept)
    page.ask(HERON)
    page.ask(PERU)
    page.start()
    page.ask(NOON)
    assert [turn.number for turn in page.turns] == [1, 2, 3]
    answer = page.turns[-1].answer
    assert answer is not None
    assert answer.searched_for == f"{PERU} {NOON}"
    (talk,) = kept.listed(page.cookie)
    assert talk.questions == 3


def test_all_that_a_page_does_after_a_restart_acts_on_what_it_shows(kept: Conversations) -> None:
    page = Session(kept)
    page.ask(HERON)
    page.ask(NOON)
    shown = told(page.turns)
    page.start()
    read = page.events.read((), page.request, clicked(shown, turn="1", marker="1"))
    assert "called Odilo" in read["reading"]["value"]
    why = page.events.why((), page.request, clicked(shown, turn="1"))
    assert "Holds citation 1." in why["past"]["value"]
    page.again()
    assert [turn.question for turn in page.turns] == [HERON, NOON]
    assert kept.listed(page.cookie)[0].questions == 2


def test_turns_keep_the_numbers_that_the_page_shows_and_a_stopped_one_its_question(
    kept: Conversations,
) -> None:
    page = Session(kept)
    page.ask(HERON)
    page.turns = page.held = conversation.stop(conversation.begin(page.turns, "very slowly"))
    page.ask(NOON)
    page.start()
    page.again()
    assert [(turn.number, turn.question, turn.state) for turn in page.turns] == [
        (1, HERON, "done"), (2, "very slowly", "stopped"), (3, NOON, "done"),
    ]  # fmt: skip
    shown = clicked(told(page.turns), turn="3", marker="1")
    read = page.events.read((), page.request, shown)
    assert "herring" in read["reading"]["value"]


def test_an_answer_that_a_restart_cut_off_is_stopped_and_what_came_before_stays(
    kept: Conversations,
) -> None:
    page = Session(kept)
    page.ask(HERON)
    shown = told(conversation.begin(page.turns, NOON))
    page.start()
    update = page.events.stop(shown, (), None, page.request)
    assert [(turn.question, turn.state) for turn in update["turns"]] == [
        (HERON, "done"), (NOON, "stopped"),
    ]  # fmt: skip


def test_an_edited_question_takes_its_place_once_it_is_answered(kept: Conversations) -> None:
    page = Session(kept)
    page.ask(HERON)
    name = kept.listed(page.cookie)[0].id
    kept.rename(page.cookie, name, "Birds")
    shown = told(page.turns)
    cue = page.events.edit(page.held, page.request, clicked(shown))
    assert cue["box"]["value"] == HERON
    assert 'data-turn="1"' in cue["editing"]["value"]
    assert "turns" not in cue
    editing = json.dumps({**json.loads(shown), "editing": 1})
    for refused in ("break", "x" * 3000):  # it is in the box again, and still to be edited
        *_, update = page.ask(refused, shown=editing)
        assert [turn.question for turn in page.turns] == [HERON]
        assert update["box"]["value"] == refused
        assert update["editing"] == cue["editing"]
    assert kept.turns(page.cookie, name)[0].question == HERON
    page.ask(PERU, shown=editing)
    assert [(turn.number, turn.question) for turn in page.turns] == [(1, PERU)]
    (talk,) = kept.listed(page.cookie)
    assert (talk.id, talk.title, talk.questions) == (name, "Birds", 1)
    assert kept.turns(page.cookie, name)[0].question == PERU
    page.ask(NOON, shown=json.dumps({**json.loads(told(page.turns)), "editing": 9}))
    assert [turn.question for turn in page.turns] == [PERU, NOON]  # what it is no edit of


def test_where_nothing_is_kept_it_is_said_and_the_draft_stays_in_the_box() -> None:
    page = Session(None)
    page.ask(HERON)
    shown = told(page.turns)
    page.start()
    (update,) = page.ask(NOON)
    assert list(update) == ["notice"]
    assert "reload the page" in update["notice"]["value"]
    for update in (
        page.events.read((), page.request, clicked(shown, turn="1", marker="1")),
        page.events.why((), page.request, clicked(shown, turn="1")),
        page.events.edit((), page.request, clicked(shown)),
    ):
        assert list(update) == ["notice"]
    assert page.ask(HERON, shown="")[-1]["turns"]  # a page that shows none begins anew


def test_another_visitor_gets_nothing_of_a_conversation_whose_ids_he_has(
    kept: Conversations,
) -> None:
    page, other = Session(kept), Session(kept)
    page.ask(HERON)
    shown = told(page.turns)
    for cookie in (other.cookie, "", "terminal"):
        other.cookie = cookie
        (update,) = other.ask(NOON, shown=shown)
        assert list(update) == ["notice"]
        read = other.events.read((), other.request, clicked(shown, turn="1", marker="1"))
        assert list(read) == ["notice"]
        with pytest.raises(ConversationsError, match=GONE):
            other.events._held((), shown_of(shown), other.request)
    own = other.turns = ()
    other.cookie = secrets.token_hex(16)
    other.ask(HERON, shown="")
    mixed = json.loads(told(other.turns))
    mixed["turns"] += json.loads(shown)["turns"]  # a stranger's turn under one's own conversation
    other.held = own
    (update,) = other.ask(NOON, shown=json.dumps(mixed))
    assert list(update) == ["notice"]


class Opened(Opening):
    """Articles that are being opened, and a wait that does not go on for ever."""

    waits = 0

    def wait(self, timeout_s: float) -> bool:
        self.waits += 1
        assert self.waits < 50
        return False


def test_while_the_articles_are_opened_a_page_of_before_is_told_so_and_holds_no_thread(
    kept: Conversations,
) -> None:
    page = Session(kept)
    page.ask(HERON)
    shown = told(page.turns)
    page.start()
    opening = page.events.opening = Opened(lambda _: KeywordAssistant(ARTICLES))
    for act in (page.events.read, page.events.why, page.events.edit):
        update = act((), page.request, clicked(shown, turn="1", marker="1"))
        assert "Opening the articles: try again in a moment." in update["notice"]["value"]
    update = page.events.stop(shown, (), None, page.request)
    assert "Opening the articles" in update["notice"]["value"]
    assert opening.waits == 0
    asking = page.events.answer(NOON, shown, (), None, "configured", page.request)
    assert "Opening the articles…" in next(asking)["notice"]["value"]
    assert "Opening the articles…" in next(asking)["notice"]["value"]
    page.events.leave(page.request)
    assert list(asking) == []
