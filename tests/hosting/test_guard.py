"""What every answer carries: security headers, for programs their own; and what is not there."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rag.hosting.guard import HEADERS, PROGRAM_HEADERS, Guard, Unused


def respond(path: str) -> tuple[int, dict[str, str], bytes]:
    """What the guard sends for a path, over an application that says "yes" to everything."""
    sent: list[dict[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": b"yes"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    asked = Guard(Unused(application))({"type": "http", "path": path}, receive, send)
    # In a thread of its own: a browser driven by other tests may have a loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asked).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/queue/join"])
def test_every_response_carries_the_security_headers(path: str):
    status, headers, body = respond(path)
    assert (status, body) == (200, b"yes")
    assert headers == {"a": "b", **HEADERS}
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/api/ask", "/v1/models", "/mcp"])
def test_what_programs_are_answered_is_no_page_and_is_not_kept(path: str):
    _, headers, _ = respond(path)
    assert headers == {"a": "b", **PROGRAM_HEADERS}
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=pyproject.toml",
        "/gradio_api/proxy=https://x.y",
        "/gradio_api/run-history/records",
        "/gradio_api/api/answer",
        "/gradio_api/call/answer",
        "/gradio_api/call/v2/answer",
    ],
)
def test_what_the_page_has_no_use_for_is_not_there(path: str):
    status, headers, _ = respond(path)
    assert status == 404
    assert headers == HEADERS
