"""What happens in the Quality view: a run begins, goes on, is stopped, ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from rag.backend import Opening
from rag.hosting.room import Room
from rag.ui import quality, render
from rag.ui.evaluating import Evaluation, Evaluations
from rag.ui.layout import QualityParts
from rag.ui.question_sets import question_sets
from rag.ui.reports import Reports
from rag.ui.updates import Update, show

POLL_S = 0.25  # how often a run is looked at
GONE = "That question set is not there any more. Reload the page to see which ones are."


def connect(
    parts: QualityParts,
    top: gr.HTML,
    blocks: gr.Blocks,
    opening: Opening,
    *,
    room: Room,
    reports: Reports | None,
) -> None:
    """Let the view's parts act on each other. Without `reports` there is no report to open."""
    evaluations = Evaluations(opening, gives_way=lambda: not room.is_empty)
    events = QualityEvents(parts, opening, evaluations, reports)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    shown = [parts.form, parts.progress, parts.figures]
    top.run(events.run, None, shown, concurrency_limit=None, **quiet)
    top.halt(events.halt, None, None, queue=False, **quiet)
    blocks.load(events.offer, None, parts.form, queue=False, **quiet)
    blocks.unload(events.leave)


class QualityEvents:
    """What each event does. A run belongs to the session that began it and ends with its page."""

    def __init__(
        self,
        parts: QualityParts,
        opening: Opening,
        evaluations: Evaluations,
        reports: Reports | None,
    ) -> None:
        self.parts = parts
        self.opening = opening
        self.evaluations = evaluations
        self.reports = reports

    def offer(self) -> Update:
        """The question sets that are there now."""
        return show(quality.form_html(question_sets()))

    async def run(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[Update]:
        """The run of the chosen set as it goes on, and at its end the figures."""
        parts, session = self.parts, str(request.session_hash)
        chosen, limit = str(event._data.get("set")), str(event._data.get("limit"))
        sets = question_sets()
        if chosen not in sets or limit not in quality.LIMITS:
            yield {parts.progress: show(render.notice_html(GONE))}
            return
        most = quality.LIMITS[limit]
        while (made := self.evaluations.begin(session, sets[chosen], limit=most)) is None:
            other = self.evaluations.current
            if other is not None and not other.stopped:
                told = quality.busy_text(other.progress)
                yield {parts.progress: show(render.notice_html(told))}
                return
            yield {parts.progress: show(quality.waiting_html("The run before is ending"))}
            await asyncio.sleep(POLL_S)
        try:
            form = show(quality.form_html(sets, chosen=chosen, limit=limit, is_running=True))
            yield {parts.form: form, parts.figures: show(""), parts.progress: self._progress(made)}
            while not (made.ended or made.stopped):
                await asyncio.sleep(POLL_S)
                yield {parts.progress: self._progress(made)}
            form = show(quality.form_html(sets, chosen=chosen, limit=limit))
            yield {parts.form: form, **self._end(made, session)}
        finally:
            made.stop()  # where the page was closed

    def _progress(self, made: Evaluation) -> Update:
        if status := self.opening.status:
            return show(quality.waiting_html(status))
        return show(quality.progress_html(made.progress))

    def _end(self, made: Evaluation, session: str) -> Update:
        parts = self.parts
        if made.error:
            return {parts.progress: show(render.notice_html(made.error))}
        if made.run is None:
            return {parts.progress: show(quality.stopped_html(made.progress))}
        address = self.reports.keep(session, made.report) if self.reports is not None else ""
        return {
            parts.progress: show(quality.done_html(made.progress)),
            parts.figures: show(quality.figures_html(made.run, report=address)),
        }

    def halt(self, request: gr.Request) -> None:
        """The end of the session's run."""
        self.evaluations.stop(str(request.session_hash))

    def leave(self, request: gr.Request) -> None:
        """Nothing is kept for a page that was closed."""
        session = str(request.session_hash)
        self.evaluations.stop(session)
        if self.reports is not None:
            self.reports.drop(session)
