"""Who is asking: each browser is a visitor of its own, known by a cookie that says nothing else.

The cookie is drawn at random, is out of reach for scripts, is not sent by other sites' requests,
and does not depend on the port, so that a conversation is found again when the page is served on
another one. A browser that takes no cookie is nobody: it can ask, and nothing is kept for it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "ask_visitor"
_YEAR_S = 365 * 24 * 3600
_FORM = re.compile(r"[0-9a-f]{32}")


def visitor(cookies: Mapping[str, str]) -> str:
    """Return the visitor whose cookies these are; "" for nobody."""
    value = cookies.get(COOKIE, "")
    return value if _FORM.fullmatch(value) else ""


class Visitors:
    """Gives the cookie to whoever opens the page, for another year each time."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        from starlette.requests import HTTPConnection

        name = visitor(HTTPConnection(scope).cookies) or secrets.token_hex(16)
        cookie = f"{COOKIE}={name}; Path=/; Max-Age={_YEAR_S}; HttpOnly; SameSite=Lax"

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = (b"set-cookie", cookie.encode())
                message = {**message, "headers": [*message.get("headers", []), added]}
            await send(message)

        await self.app(scope, receive, named)
