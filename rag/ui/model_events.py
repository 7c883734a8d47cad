"""What happens in the Model view: a server is tried, one of its models is taken, or none.

What is chosen is the session's own and is kept in its state alone. Nothing is chosen but by a
browser on the machine that serves the page: whoever chooses makes this machine send requests, with
the keys that were set for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import gradio as gr

from rag.backend import Opening
from rag.chat_model import WORD_S, ChatModel, word_of
from rag.errors import NoModelList, NoServer, RagError
from rag.providers import Endpoint, Offered
from rag.ui import model_settings, render
from rag.ui.articles import is_from_here
from rag.ui.layout import ModelParts
from rag.ui.updates import Update, show

log = logging.getLogger(__name__)

AT_ONCE = 4  # servers that are tried at the same time
ELSEWHERE = "The model can only be chosen in a browser on the machine that serves the page."
START_IT = "Start it, or correct its address, and test again."
NAMELESS = "Type the name of a model first."
UNEXPECTED = "Something went wrong while asking. The program's log has the details."


def connect(parts: ModelParts, top: gr.HTML, opening: Opening, offered: Offered) -> None:
    """Let the view's parts act on each other."""
    events = ModelEvents(parts, opening, offered)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking: dict[str, Any] = {
        **quiet,
        "concurrency_limit": AT_ONCE,
        "concurrency_id": "model",
    }
    top.connect(events.test, None, [parts.told, parts.pick], **asking)
    top.employ(events.use, None, [parts.told, parts.chosen, parts.line], **asking)
    taken = [parts.told, parts.chosen, parts.line]
    top.plain(events.plain, None, taken, queue=False, **quiet)


class ModelEvents:
    """What each event does."""

    def __init__(self, parts: ModelParts, opening: Opening, offered: Offered) -> None:
        self.parts = parts
        self.opening = opening
        self.offered = offered

    def test(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Whether the server answers, and with which models."""
        parts, asked = self.parts, event._data
        if not may_choose(request):
            yield {parts.told: show(render.notice_html(ELSEWHERE))}
            return
        server, address = str(asked.get("server", "")), str(asked.get("address", ""))
        try:
            reached = self._reached(server, address, "")
            place = urlsplit(reached.base_url).netloc
            yield {parts.told: _told(f"Asking {place}…"), parts.pick: show("")}
            chat = ChatModel(reached)
            try:
                names, told = chat.models(), ""
            except NoModelList as error:
                names, told = [], f"{error}. If the address is right, type the name of a model."
            finally:
                chat.close()
        except RagError as error:
            told = f"{error}. {START_IT}" if isinstance(error, NoServer) else f"{error}."
            yield {parts.told: show(render.notice_html(told)), parts.pick: show("")}
            return
        except Exception:
            log.exception("A server of models could not be tried")
            yield {parts.told: show(render.notice_html(UNEXPECTED)), parts.pick: show("")}
            return
        usual = self._configured() if server == model_settings.CONFIGURED else None
        chosen = usual.model if usual else ""
        yield {
            parts.told: show(render.notice_html(told))
            if told
            else _told(model_settings.answers_told(names, place)),
            parts.pick: show(model_settings.pick_html(server, address, names, chosen)),
        }

    def use(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """The model of a server, tried with a word, as what writes from now on."""
        parts, asked = self.parts, event._data
        name = str(asked.get("model", "")).strip()
        if not may_choose(request) or not name:
            why = NAMELESS if may_choose(request) else ELSEWHERE
            yield {parts.told: show(render.notice_html(why))}
            return
        try:
            reached = self._reached(str(asked.get("server", "")), str(asked.get("address")), name)
            yield {parts.told: _told(f"Asking {name} for a word…")}
            trial = ChatModel(reached, timeout_s=WORD_S)
            try:
                seconds = word_of(trial).seconds
            finally:
                trial.close()
        except RagError as error:
            yield {parts.told: show(render.notice_html(f"{error}. Nothing was changed."))}
            return
        except Exception:
            log.exception("A model could not be tried")
            yield {parts.told: show(render.notice_html(UNEXPECTED))}
            return
        told = f"{name} answered in {seconds:.1f} s. It writes the answers of this page now."
        yield {
            parts.told: _told(told),
            parts.chosen: ChatModel(reached, timeout_s=self.offered.timeout_s),
            parts.line: show(model_settings.line_html(name)),
        }

    def plain(self) -> Update:
        """No model."""
        told = "Answers are the articles’ own sentences now."
        return {
            self.parts.told: _told(told),
            self.parts.chosen: None,
            self.parts.line: show(model_settings.line_html("")),
        }

    def _reached(self, server: str, address: str, model: str) -> Endpoint:
        return model_settings.reached(server, address, model, self._configured())

    def _configured(self) -> Endpoint | None:
        """The configured server, with its key where that was typed at the start."""
        if self.opening.wait(0) and self.opening.error is None:
            chat = getattr(self.opening.assistant(), "chat_model", None)
            if isinstance(chat, ChatModel):
                return chat.endpoint
        return self.offered.configured


def _told(text: str) -> Update:
    return show(model_settings.told_html(text))


def may_choose(request: gr.Request) -> bool:
    """Whether it is a browser on this machine that asks, as far as a request can tell."""
    return is_from_here(request.headers)
