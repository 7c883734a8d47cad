"""A page keeps each of its parts once, however many answers it shows.

Gradio makes a loop for itself where none runs, and leaves it: all is done within one.
"""

from __future__ import annotations

import gradio as gr
from fastapi import FastAPI
from gradio.blocks import Blocks
from gradio.routes import App
from gradio.state_holder import SessionState

from rag.backend import Opening
from rag.hosting.room import Room
from rag.ui import server
from rag.ui.layout import IDLE_S, page
from tests.browser.fake import KeywordAssistant
from tests.browser.served import ARTICLES, EXAMPLES
from tests.service.serving import run

QUESTIONS = (
    ("What is the heron of the harbour master called?", "Odilo"),
    ("Where does the heron sleep in winter?", "customs house"),
    ("Who won the chess game in Lima?", "No passage holds enough"),
)


def opened() -> Blocks:
    return page(Opening.of(KeywordAssistant(ARTICLES)), examples=EXAMPLES)


async def asked(blocks: Blocks, session: SessionState, question: str) -> str:
    """All that the session is sent for the question."""
    ids = {part.elem_id: part._id for part in blocks.blocks.values()}
    (asks,) = (fn for fn in blocks.fns.values() if (ids["ask"], "click") in fn.targets)
    given = [question, *[None] * (len(asks.inputs) - 1)]  # the state is not sent, but kept
    told, iterator = [], None
    while True:
        made = await blocks.process_api(
            asks, given, state=session, request=gr.Request(cookies={}), iterator=iterator
        )
        told.append(str(made["data"]))
        iterator = made["iterator"]
        if not made["is_generating"]:
            return "".join(told)


def html_parts(session: SessionState) -> int:
    return sum(isinstance(part, gr.HTML) for part in session.blocks_config.blocks.values())


def test_a_session_keeps_what_it_shows_once() -> None:
    async def ask_all() -> None:
        blocks = opened()
        session = SessionState(blocks)
        at_first, kept = html_parts(session), []
        for question, expected in QUESTIONS:
            assert expected in await asked(blocks, session, question)
            kept.append(html_parts(session))
        assert kept == [at_first] * len(QUESTIONS)

    run(ask_all())


def test_what_is_kept_for_sessions_is_bounded() -> None:
    async def open_many() -> None:
        app, opening = FastAPI(), Opening.of(KeywordAssistant(ARTICLES))
        server.mount(app, opening, examples=EXAMPLES, uploads="off", most_bytes=1, room=Room(4))
        (served,) = (a for r in app.routes if isinstance(a := getattr(r, "app", None), App))
        blocks, sessions = served.get_blocks(), served.state_holder
        await asked(blocks, sessions["somebody"], QUESTIONS[0][0])
        times = {part.time_to_live for part, _, _ in sessions["somebody"].state_components}
        assert times == {IDLE_S}
        for at in range(server.SESSIONS):
            assert sessions[f"another {at}"] is not None
        assert len(sessions.session_data) == server.SESSIONS
        assert "somebody" not in sessions

    run(open_many())
