"""What stands where on the page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from rag.backend import Opening
from rag.hosting.conversations import Conversations
from rag.hosting.room import AT_ONCE, Room
from rag.providers import Offered
from rag.ui import collection, feedback, history, model_settings, quality, render
from rag.ui.reports import Reports

TITLE = "Ask the articles"
IDLE_S = 24 * 3600  # how long a page that nothing is asked in keeps its conversation in memory
# One script: the parts share what script.js, the first, begins with.
SCRIPT = "\n".join(
    (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")
    for name in ("script", "citations", "feedback", "collection", "model")
)
HISTORY_SCRIPT = (Path(__file__).parent / "history.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Parts:
    """The page's parts that something happens to, from top to bottom, after the session's state:
    its turns, and what ends the answer that is being made.

    `past` shows the turns before the last and `live` the last one, so that a growing answer does
    not send the whole conversation again. `top` raises the events that script.js triggers.
    """

    turns: gr.State
    halt: gr.State
    top: gr.HTML
    welcome: gr.HTML
    past: gr.HTML
    live: gr.HTML
    notice: gr.HTML
    box: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    reading: gr.HTML
    chosen: gr.State
    scope: gr.HTML
    shown: gr.Textbox
    editing: gr.HTML


@dataclass(frozen=True, slots=True)
class QualityParts:
    """The parts of the Quality view that something happens to."""

    form: gr.HTML
    progress: gr.HTML
    figures: gr.HTML


@dataclass(frozen=True, slots=True)
class ModelParts:
    """The parts of the Model view that something happens to, after the session's choice."""

    chosen: gr.State
    told: gr.HTML
    pick: gr.HTML
    line: gr.HTML


def page(
    opening: Opening,
    *,
    examples: Sequence[str],
    reports: Reports | None = None,
    library: bool = False,
    conversations: Conversations | None = None,
    room: Room | None = None,
    models: Offered | None = None,
) -> gr.Blocks:
    """The page over an assistant that is open or still opening.

    `reports` is where the program that serves the page finds the reports to serve beside it;
    `library` says whether articles may be added and removed. `conversations` is where they are
    kept; it then serves the addresses of the History view. `room` is shared with whatever else has
    answers made. `models` is what its visitors may choose from to write their answers.
    """
    from rag.ui import events, model_events, quality_events

    room = room or Room(AT_ONCE)
    blocks: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as blocks:
        keeps = conversations is not None
        parts, view, model = _lay_out(
            opening, examples, library=library, keeps=keeps, models=models
        )
        events.connect(parts, blocks, opening, examples, room=room, conversations=conversations)
        quality_events.connect(view, parts.top, blocks, opening, room=room, reports=reports)
        if models is not None and model is not None:
            model_events.connect(model, parts.top, opening, models)
    return blocks


def _lay_out(
    opening: Opening,
    examples: Sequence[str],
    *,
    library: bool,
    keeps: bool,
    models: Offered | None,
) -> tuple[Parts, QualityParts, ModelParts | None]:
    turns, halt = gr.State((), time_to_live=IDLE_S), gr.State(None, time_to_live=IDLE_S)
    chosen = gr.State("configured", time_to_live=IDLE_S)
    model = None
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            top = _html("top", render.top_html(history=keeps), script=SCRIPT)
            with gr.Column(elem_id="scroll"):
                greeting = render.welcome_html({}, examples, status=opening.status)
                welcome, past, live = _html("welcome", greeting), _html("past"), _html("live")
            with gr.Column(elem_id="composer"):
                notice, scope, editing = _html("notice"), _html("scope"), _html("editing")
                with gr.Row(elem_id="ask-row"):
                    box = gr.Textbox(
                        label="Your question",
                        show_label=False,
                        container=False,
                        placeholder="Ask a question",
                        lines=1,
                        max_lines=6,
                        autofocus=True,
                        elem_id="question",
                        html_attributes=gr.InputHTMLAttributes(enterkeyhint="send"),
                    )
                    ask = gr.Button("Ask", elem_id="ask", variant="primary", scale=0)
                    stop = gr.Button("Stop", elem_id="stop", visible=False, scale=0)
                shown = gr.Textbox(visible=False)
                if models is not None:
                    writer = models.configured.model if models.configured else ""
                    line = _html("model-line", model_settings.line_html(writer))
            if keeps:
                _html("history-view", history.VIEW_HTML, script=HISTORY_SCRIPT)
            _html("articles-view", collection.view_html(changes=library))
            with gr.Column(elem_id="quality-view"):
                view = QualityParts(_html("sets"), _html("progress"), _html("figures"))
                _html("feedback", feedback.VIEW_HTML)
                _html("report", quality.REPORT_HTML)
            if models is not None:
                with gr.Column(elem_id="model-view"):
                    view_html = model_settings.view_html(models.configured, os.environ)
                    _html("model-form", view_html)
                    model = ModelParts(chosen, _html("model-told"), _html("model-pick"), line)
        reading = _html("reading")
    parts = Parts(
        turns,
        halt,
        top,
        welcome,
        past,
        live,
        notice,
        box,
        ask,
        stop,
        reading,
        chosen,
        scope,
        shown,
        editing,
    )
    return parts, view, model


def _html(name: str, value: str = "", *, script: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False, padding=False)
