"""The page as part of an application: its addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.backend import Opening
from rag.config import Uploads
from rag.hosting.conversations import Conversations
from rag.hosting.guard import REPORTS
from rag.hosting.room import Room
from rag.providers import Offered
from rag.ui import articles, history
from rag.ui.reports import Reports
from rag.ui.visitors import Visitors

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

FOLDER = Path(__file__).parent
SESSIONS = (
    500  # pages whose conversations are kept in memory; the one unused for longest goes first
)

NO_REPORT = "This report is not kept any more. Run the question set again."


def mount(
    app: FastAPI,
    opening: Opening,
    *,
    examples: Sequence[str],
    uploads: Uploads,
    most_bytes: int,
    room: Room,
    conversations: Conversations | None = None,
    models: Offered | None = None,
) -> None:
    """Add the page to `app`, at every address that `app` does not have yet.

    `uploads` says from where files may be added and removed: "auto" from this machine alone,
    "on" from everywhere, "off" from nowhere; `most_bytes` is the size of the largest. Answers are
    made where there is `room`. `conversations` is where they are kept, each visitor's for that
    visitor alone; None keeps nothing. `models` is what a visitor may choose from to write the
    answers; None is no choice.
    """
    import gradio as gr

    from rag.ui.layout import page
    from rag.ui.style import head, theme

    reports = Reports()
    app.add_route(f"{REPORTS}{{key}}", _respond_with(reports), methods=["GET"])
    articles.mount(
        app,
        opening,
        changes=uploads != "off",
        everywhere=uploads != "auto",
        most_bytes=most_bytes,
    )
    if conversations is not None:
        app.add_middleware(Visitors)
        history.mount(app, conversations)
    blocks = page(
        opening,
        examples=examples,
        reports=reports,
        library=uploads != "off",
        conversations=conversations,
        room=room,
        models=models,
    )
    blocks.state_session_capacity = SESSIONS
    gr.mount_gradio_app(
        app,
        blocks.queue(max_size=100),
        path="/",
        theme=theme(),
        head=head(),
        favicon_path=str(FOLDER / "favicon.png"),
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        max_file_size=1,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
    )


def _respond_with(reports: Reports) -> Callable[[Request], Response]:
    from fastapi.responses import HTMLResponse

    def respond(request: Request) -> Response:
        report = reports.find(request.path_params["key"])
        return HTMLResponse(report or NO_REPORT, status_code=200 if report else 404)

    return respond
