"""The door in front of everything that is served: the page, the API and MCP alike.

In this order: the Host header (no other site's name for this machine), the origin (no other site's
page), the login, the rate, the size.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response

from rag.hosting.guard import is_for_programs
from rag.hosting.loopback import is_loopback
from rag.service.failures import Failure, respond
from rag.service.limits import Buckets, client_key

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from rag.service.login import Login

BODY_BYTES = 1_000_000  # the largest request; files come to /library/, which counts for itself
BODY_S = 30.0  # the longest that a request's body is waited for
TRIES, TRIES_PER_S = 10, 1 / 30  # wrong logins of a client
LARGE = ("/library/",)
ASKING = ("/api/", "/v1/", "/mcp", "/gradio_api/queue/join", "/gradio_api/run/")
CHALLENGE = {"www-authenticate": 'Basic realm="Ask your articles", charset="UTF-8"'}
_SAFE = ("GET", "HEAD", "OPTIONS")


class Door:
    """Lets a request in, or says why not.

    `hosts` are the names that a Host header may have, without ports; with none, any may be. `asks`
    is what a client may ask for; one of this machine may ask as much as it likes, and has to log in
    like any other.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        login: Login | None,
        hosts: Sequence[str],
        tries: Buckets | None = None,
        asks: Buckets | None = None,
        body_bytes: int = BODY_BYTES,
    ) -> None:
        self.app = app
        self._login = login
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._tries = tries or Buckets(most=TRIES, per_s=TRIES_PER_S)
        self._asks = asks
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            self._look(scope)
            if scope["type"] == "http":
                receive = await self._with_body(scope, receive)
        except Failure as failure:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await _refusal(failure, scope["path"])(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _look(self, scope: Scope) -> None:
        """Raise Failure where the request is not let in, whatever its body."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts and _name(host) not in self._hosts:
            raise Failure(
                421, "unknown_host",
                f"this is not {host[:80]!r}: use the address that was told at the start, or add "
                "the name to the setting `hosts`",
            )  # fmt: skip
        origin = headers.get("origin")
        changes = scope.get("method", "GET") not in _SAFE or scope["type"] == "websocket"
        if changes and origin is not None and not _is_same(origin, host):
            raise Failure(403, "other_origin", f"a page of {origin[:80]!r} may not ask here")
        client = (scope.get("client") or ("", 0))[0]
        if self._login is not None:
            self._look_at_login(headers.get("authorization"), client_key(client), self._login)
        if self._asks and scope["path"].startswith(ASKING) and not is_loopback(client):
            wait_s = self._asks.take(client_key(client))
            if wait_s:
                raise Failure(
                    429, "too_many_requests", f"too many requests: ask again in {wait_s} s",
                    after_s=wait_s,
                )  # fmt: skip

    def _look_at_login(self, presented: str | None, client: str, login: Login) -> None:
        if presented is None:
            raise Failure(401, "login_needed", "a name and password, or a token, is needed")
        wait_s = self._tries.wait_s(client)
        if wait_s:  # even the right one: who tries may not learn that it was
            raise Failure(
                429, "too_many_logins", f"too many wrong logins: try again in {wait_s} s",
                after_s=wait_s,
            )  # fmt: skip
        if not login.admits(presented):
            self._tries.take(client)
            raise Failure(401, "wrong_login", "the name and password, or the token, is wrong")

    async def _with_body(self, scope: Scope, receive: Receive) -> Receive:
        """Return `receive` with the body read already. Raises Failure where it is too large."""
        headers = Headers(scope=scope)
        has_body = "content-length" in headers or "transfer-encoding" in headers
        if not has_body or scope["path"].startswith(LARGE):
            return receive
        told = headers.get("content-length", "0")
        if not (told.isascii() and told.isdigit()) or int(told[:12]) > self._body_bytes:
            raise self._too_large()
        try:
            async with asyncio.timeout(BODY_S):
                came = await self._read(receive)
        except TimeoutError:
            raise Failure(408, "too_slow", "the request came too slowly") from None

        async def replay() -> Message:
            return came.pop(0) if came else await receive()

        return replay

    async def _read(self, receive: Receive) -> list[Message]:
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return [message]
            body += message.get("body", b"")
            if len(body) > self._body_bytes:
                raise self._too_large()
            if not message.get("more_body", False):
                return [{"type": "http.request", "body": bytes(body), "more_body": False}]

    def _too_large(self) -> Failure:
        return Failure(
            413,
            "too_large",
            f"at most {self._body_bytes:,} bytes are taken: send a shorter request",
        )


def asks_per_minute(number: int) -> Buckets | None:
    """Return what lets a client ask `number` times a minute; 0 is any number."""
    return Buckets(most=number, per_s=number / 60) if number else None


def _refusal(failure: Failure, path: str) -> Response:
    headers = dict(failure.headers)
    if failure.status == 401:
        headers |= CHALLENGE
    if failure.status in (408, 413):
        headers["connection"] = "close"  # the rest of the body is not read
    if is_for_programs(path):
        return respond(failure, headers)
    return PlainTextResponse(failure.message, failure.status, headers=headers)


def _name(host: str) -> str:
    """Return the name of a Host header: "[::1]:80" -> "::1", "A.b:80" -> "a.b"."""
    host = host.strip().casefold()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host


def _is_same(origin: str, host: str) -> bool:
    """Return whether a page of `origin` was served under the Host header's name and port."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    standard = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    same = {host.casefold(), host.casefold().removesuffix(standard)} if standard else set()
    return parts.netloc.casefold() in same
