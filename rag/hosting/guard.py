"""What every answer of the server carries and what it hides: security headers, unused addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

REPORTS = "/report/"  # below which the reports of evaluations are

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

# What programs are answered is data, which no browser is to show as a page or to keep.
PROGRAMS = ("/api/", "/v1/", "/mcp/")
PROGRAM_HEADERS = {
    **HEADERS,
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
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
# What Gradio offers beside the page, and the page has no use for: files up and down, requests
# passed on to other hosts, live streams, usage figures, calls by ways that the page does not take.
UNUSED = (
    "/gradio_api/upload",
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/stream/",
    "/gradio_api/deep_link",
    "/gradio_api/runs",
    "/gradio_api/run-history",
    "/gradio_api/api/",
    "/gradio_api/call/",
    "/monitoring",
)


class Guard:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        headers = headers_of(scope["path"])

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in headers.items()]
                kept = [
                    pair for pair in message.get("headers", []) if pair[0].decode() not in headers
                ]
                message = {**message, "headers": [*kept, *added]}
            await send(message)

        await self.app(scope, receive, guarded)


class Unused:
    """Hides what Gradio offers beside the page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that nothing is there."""
        if scope["type"] == "http" and scope["path"].startswith(UNUSED):
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b"Not found"})
            return
        await self.app(scope, receive, send)


def headers_of(path: str) -> dict[str, str]:
    """The security headers of whatever answers at `path`."""
    if path.startswith(REPORTS):
        return REPORT_HEADERS
    return PROGRAM_HEADERS if is_for_programs(path) else HEADERS


def is_for_programs(path: str) -> bool:
    """Whether programs ask at `path`, not the page."""
    return path == "/mcp" or path.startswith(PROGRAMS)
