"""A scripted server of a chat model: real HTTP on this machine, with OpenAI's interface."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODELS = ("tiny-writer", "other-writer")


@dataclass(frozen=True)
class Says:
    """Streams `text` in pieces of `size` characters; `ends` as a finish reason, or breaks off.

    `wait_s` is waited before the piece number `wait_at`, with a comment sent each `alive_s`.
    """

    text: str
    size: int = 7
    ends: str | None = "stop"
    wait_s: float = 0.0
    wait_at: int = 0
    alive_s: float = 0.0
    cut: bool = False  # the connection is broken, not merely ended


@dataclass(frozen=True)
class Fails:
    """Answers with an HTTP status and, as its body, what a server says of it."""

    status: int
    message: str = "no"
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sends:
    """Sends these very bytes, as a stream of events or as another type."""

    body: bytes
    kind: str = "text/event-stream"


Act = Says | Fails | Sends
Script = Sequence[Act] | Callable[[dict[str, Any]], Act]


class ScriptedServer:
    """What plays a script, one act a request, the last one again and again; keeps the requests."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.lists = True  # its models
        self.url = ""

    @property
    def prompts(self) -> list[str]:
        """All that each request told the model."""
        return ["\n".join(m["content"] for m in r["messages"]) for r in self.requests]

    def act(self, request: dict[str, Any]) -> Act:
        if callable(self.script):
            return self.script(request)
        return self.script[min(len(self.requests), len(self.script)) - 1]


@contextmanager
def scripted(script: Script) -> Iterator[ScriptedServer]:
    """Serve `script` on a free port until the end."""
    playing = ScriptedServer(script)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            playing.headers.append(dict(self.headers))
            playing.paths.append(self.path)
            if not playing.lists:
                self._send(404, b"{}")
                return
            rows = [
                {"id": name, "object": "model", "created": 0, "owned_by": "x"} for name in MODELS
            ]
            self._send(200, json.dumps({"object": "list", "data": rows}).encode())

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            playing.headers.append(dict(self.headers))
            playing.paths.append(self.path)
            playing.requests.append(body)
            act = playing.act(body)
            with suppress(BrokenPipeError, ConnectionResetError):
                if isinstance(act, Fails):
                    told = {"error": {"message": act.message, "code": act.code, "type": "x"}}
                    self._send(act.status, json.dumps(told).encode(), act.headers)
                elif isinstance(act, Sends):
                    self._send(200, act.body, {"content-type": act.kind})
                else:
                    self._say(act)

        def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"content-type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _say(self, act: Says) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            pieces = [act.text[at : at + act.size] for at in range(0, len(act.text), act.size)]
            for number, piece in enumerate(pieces):
                if act.wait_s and number == act.wait_at:
                    ends = time.monotonic() + act.wait_s
                    while act.alive_s and time.monotonic() < ends:
                        time.sleep(act.alive_s)
                        self.wfile.write(b": keep-alive\n\n")
                        self.wfile.flush()
                    time.sleep(max(0.0, ends - time.monotonic()))
                self._event({"content": piece})
            if act.cut:
                # A reset, as a server that dies sends one.
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self.connection.close()
                return
            if act.ends is not None:
                self._event({}, act.ends)
                self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, delta: dict[str, str], ends: str | None = None) -> None:
            chunk = {
                "id": "1", "object": "chat.completion.chunk", "created": 0, "model": "tiny-writer",
                "choices": [{"index": 0, "delta": delta, "finish_reason": ends}],
            }  # fmt: skip
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    playing.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield playing
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
