"""Serving: the application of everything, the port, the wait, the end."""

from __future__ import annotations

import errno
import logging
import socket
import threading
import time
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rag.backend import Backend, Opening
from rag.config import Config, Uploads
from rag.datatypes import Progress
from rag.errors import ServeError
from rag.hosting.conversations import Conversations
from rag.hosting.loopback import NAMES, is_loopback
from rag.providers import KEY_VARIABLE, NO_MODEL, Endpoint, Offered, checked_url, endpoint

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from rag.service.login import Login

OPENAPI = "/api/openapi.json"
TELL_S = 2.0  # between the assistant's failure to open and the program's end


def serve(
    open_assistant: Callable[[Progress], Backend],
    config: Config,
    *,
    login: Login | None = None,
    conversations: Conversations | None = None,
    open_browser: bool,
    page: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the page, the HTTP API and MCP until Ctrl-C.

    `config` gives the address and what is let in; `login` is what everything asks for, `page`
    whether there is a page beside the API. `conversations` is where the page keeps them. Over a
    folder without articles the page waits for some, where it may add them.

    The page is there at once; `open_assistant` is called in the background with a function to
    tell progress to. Raises ServeError where the port is taken or the address refused, or where
    other machines would reach it without a login and that was not asked for, before anything is
    loaded, and whatever RagError kept the assistant from opening.
    """
    check_public(config, login)
    listening = listen(config.host, config.port)
    adds = page and uploads_of(config) != "off"
    opening = Opening(open_assistant, articles_may_come=adds)
    try:
        served = application(opening, config, login=login, conversations=conversations, page=page)
        server = _server(served.door)

        def end() -> None:
            if (empty := opening.without_articles) is not None:
                say(f"{str(empty)[:1].upper()}{str(empty)[1:]}. The page takes files, too.")
                return
            time.sleep(TELL_S)  # an open page is told first why it ends
            server.should_exit = True

        opening.start(on_error=end)
        url = address(config.host, listening.getsockname()[1])
        say(f"The page is at {url} (Ctrl-C ends it)" if page else f"The API is at {url}/api/")
        if open_browser and page:
            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        say("Ended.")
    finally:
        listening.close()
    if opening.error is not None and opening.without_articles is None:
        raise opening.error


def check_public(config: Config, login: Login | None) -> None:
    """Raise ServeError where other machines would get in without a login, unasked for."""
    if login is None and config.public != "open" and not is_loopback(config.host):
        raise ServeError(
            f"{config.host!r} is reached by other machines: set RAG_AUTH=name:password or "
            "RAG_TOKEN, or add --public-without-login to let everyone in"
        )


@dataclass(frozen=True, slots=True)
class Served:
    """What is served: `app` with all addresses, and the `door` in front of it."""

    app: FastAPI
    door: ASGIApp


def application(
    opening: Opening,
    config: Config,
    *,
    login: Login | None = None,
    conversations: Conversations | None = None,
    page: bool = True,
) -> Served:
    """Return the page, the API and MCP as one ASGI application behind one door.

    There is MCP where its package is installed.
    """
    from fastapi import FastAPI
    from starlette.routing import Route

    from rag.hosting.guard import Guard, Unused
    from rag.hosting.room import AT_ONCE, Room
    from rag.service import api, completions
    from rag.service.door import Door, asks_per_minute
    from rag.service.failures import tell_failures
    from rag.service.schema import ErrorBody
    from rag.service.working import Work

    room = Room(AT_ONCE)
    work = Work(opening, room=room)
    tools = None
    if find_spec("mcp"):
        from rag.service.tools import endpoint

        tools = endpoint(work)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if tools is None:
            yield
            return
        async with tools.manager.run():
            yield

    app = FastAPI(
        title="Ask your articles",
        description="Answers from a folder of articles, every statement with its sources.",
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={422: {"model": ErrorBody}},
    )
    tell_failures(app)
    api.add_to(app, work)
    completions.add_to(app, work)
    if tools is not None:
        app.router.routes.append(Route("/mcp", endpoint=tools.app))
    refuse_others(app)
    if page:
        from rag.ui.server import mount

        mount(
            app,
            opening,
            examples=config.examples,
            uploads=uploads_of(config),
            most_bytes=config.max_file_mb * 1_000_000,
            room=room,
            conversations=conversations,
            models=models_of(config, login),
        )
    door = Door(
        Unused(app),
        login=login,
        hosts=[*NAMES, config.host, *config.hosts]
        if is_loopback(config.host) or config.hosts
        else (),
        asks=asks_per_minute(config.requests_per_minute),
    )
    return Served(app, Guard(door))


def uploads_of(config: Config) -> Uploads:
    """Return from where files may be added: "auto" is nowhere unless served to this machine alone.

    Names in `hosts` are a proxy's, whose visitors look as if they were on this machine.
    """
    if config.uploads == "auto" and (not is_loopback(config.host) or config.hosts):
        return "off"
    return config.uploads


def models_of(config: Config, login: Login | None) -> Offered | None:
    """Return what visitors may choose from to write answers; None unless served to this machine.

    Whoever chooses makes this machine send requests, with the keys that were set for it.
    """
    if login is not None or config.hosts or not is_loopback(config.host):
        return None
    configured = None
    if config.model != NO_MODEL:
        configured = endpoint(config.model, config.base_url)
    elif config.base_url:
        configured = Endpoint("", checked_url(config.base_url), KEY_VARIABLE)
    return Offered(configured, config.model_timeout_s)


def refuse_others(app: FastAPI) -> None:
    """Make an address of programs that is not there, or not for a method, a JSON error.

    Without this they would come to the page, which answers every address.
    """
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Match

    from rag.service.failures import Failure, respond

    known = list(app.router.routes)

    async def refuse(request: Request) -> Response:
        allowed = sorted(
            {
                method
                for route in known
                if route.matches(dict(request.scope))[0] == Match.PARTIAL
                for method in getattr(route, "methods", None) or ()
            }
        )
        path = request.url.path
        if allowed:
            told = f"{path} takes {', '.join(allowed)}, got {request.method}"
            failure = Failure(405, "method_not_allowed", told)
            return respond(failure, {"allow": ", ".join(allowed)})
        return respond(Failure(404, "not_found", f"there is nothing at {path}: see {OPENAPI}"))

    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
    for prefix in ("/api", "/v1", "/mcp"):
        app.add_route(f"{prefix}/{{rest:path}}", refuse, methods=every, include_in_schema=False)


def _server(app: ASGIApp) -> uvicorn.Server:
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
