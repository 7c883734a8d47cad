"""Serving the page: the port, the headers, the wait, the end."""

from __future__ import annotations

import errno
import logging
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.config import Uploads
from rag.conversations import Conversations
from rag.errors import ServeError
from rag.ui import articles, history
from rag.ui.backend import Backend, Opening, Progress
from rag.ui.reports import PREFIX, Reports
from rag.ui.visitors import Visitors

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI, Request, Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = Path(__file__).parent

HEADERS = {
    # Gradio starts itself with inline scripts and compiles its templates in the browser, so the
    # policy cannot forbid either; what it does forbid is any other host.
    "content-security-policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}

# A report is a page of its own within the page: it may run its own script and nothing else, is a
# stranger to the page around it, and is kept nowhere.
REPORT_HEADERS = {
    "content-security-policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'unsafe-inline'",
            "style-src 'unsafe-inline'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
            "sandbox allow-scripts",
        )
    ),
    "x-frame-options": "SAMEORIGIN",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": HEADERS["permissions-policy"],
    "cache-control": "no-store",
}
NO_REPORT = "This report is not kept any more. Run the question set again."

# What Gradio offers beside the page, and the page has no use for: files up and down, requests
# passed on to other hosts, live streams, usage figures.
UNUSED = (
    "/gradio_api/upload",
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/stream/",
    "/gradio_api/deep_link",
    "/gradio_api/runs",
    "/monitoring",
)


def serve(
    open_assistant: Callable[[Progress], Backend],
    *,
    examples: Sequence[str] = (),
    host: str,
    port: int,
    open_browser: bool,
    uploads: Uploads = "off",
    conversations: Conversations | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the page until Ctrl-C.

    `uploads` says from where files may be added and removed: "auto" from this machine where the
    page is served to it alone, "on" from everywhere, "off" from nowhere. `conversations` is where
    they are kept, each visitor's for that visitor alone; None keeps nothing.

    The page is there at once; `open_assistant` is called in the background with a function to
    tell progress to. Raises ServeError where the port is taken or the address refused, before
    anything is loaded, and whatever RagError kept the assistant from opening.
    """
    listening = listen(host, port)
    opening = Opening(open_assistant)
    try:
        if uploads == "auto" and host not in ("127.0.0.1", "localhost", "::1"):
            uploads = "off"
        server = _server(
            application(opening, examples=examples, uploads=uploads, conversations=conversations)
        )
        opening.start(on_error=lambda: setattr(server, "should_exit", True))
        url = address(host, listening.getsockname()[1])
        say(f"The page is at {url} (Ctrl-C ends it)")
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        say("Ended.")
    finally:
        listening.close()
    if opening.error is not None:
        raise opening.error


def _server(app: FastAPI) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        """One that ends quietly: the streams that open pages hold are cut, which is no error."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    return Server(
        uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address and listening; port 0 takes any free port."""
    if not 0 <= port <= 65535:
        raise ServeError(f"a port is a number from 0 to 65535, got {port}: choose another")
    try:
        family, kind, proto, _, target = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, proto)
    except OSError as error:
        raise ServeError(f"the address {host!r} cannot be served: {error.strerror}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(target)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ServeError(_refusal(error, host, port)) from error
    listening.set_inheritable(False)
    return listening


def _refusal(error: OSError, host: str, port: int) -> str:
    other = "choose another with --port / PORT="
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is already in use: stop the other program or {other}"
    if error.errno == errno.EACCES:
        return f"port {port} needs rights this program does not have: {other}"
    if error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{host!r} is not an address of this machine: "
            "use 127.0.0.1, or 0.0.0.0 for every network"
        )
    return f"{host}:{port} cannot be served: {error.strerror}"


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine: ("0.0.0.0", 80) -> "http://127.0.0.1:80"."""
    if host in ("", "0.0.0.0"):
        host = "127.0.0.1"
    elif host == "::":
        host = "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def application(
    opening: Opening,
    *,
    examples: Sequence[str],
    uploads: Uploads = "off",
    conversations: Conversations | None = None,
) -> FastAPI:
    """The page as an ASGI application, with its looks and its headers."""
    import gradio as gr
    from fastapi import FastAPI

    from rag.ui.layout import page
    from rag.ui.style import head, theme

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard)
    reports = Reports()
    app.add_route(f"{PREFIX}{{key}}", _respond_with(reports), methods=["GET"])
    if uploads != "off":
        articles.mount(app, opening, everywhere=uploads == "on")
    if conversations is not None:
        app.add_middleware(Visitors)
        history.mount(app, conversations)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page(
            opening,
            examples=examples,
            reports=reports,
            library=uploads != "off",
            conversations=conversations,
        ).queue(max_size=100),
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
    return mounted


def _respond_with(reports: Reports) -> Callable[[Request], Response]:
    from fastapi.responses import HTMLResponse

    def respond(request: Request) -> Response:
        report = reports.find(request.path_params["key"])
        return HTMLResponse(report or NO_REPORT, status_code=200 if report else 404)

    return respond


class Guard:
    """Adds the security headers to every answer and hides what the page has no use for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        headers = REPORT_HEADERS if scope["path"].startswith(PREFIX) else HEADERS

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in headers.items()]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        if scope["path"].startswith(UNUSED):
            await guarded({"type": "http.response.start", "status": 404, "headers": []})
            await guarded({"type": "http.response.body", "body": b"Not found"})
            return
        await self.app(scope, receive, guarded)
