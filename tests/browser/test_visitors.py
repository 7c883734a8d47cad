"""Many visitors at once, and many answers: no error, each with its own answer, memory flat.

Without a browser: twenty of them would measure themselves. It speaks to the page as its script
does.
"""

from __future__ import annotations

import http.client
import json
import re
import secrets
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import serving_page

VISITORS = 20
ANSWERS, WARM, EACH = 500, 100, 20  # each visitor's conversation has 20 of the answers
GROWTH_MB = 20  # what the memory after 400 answers more may differ by; 96 before it was mended
WAIT_S = 120
QUESTIONS = (
    ("What is the heron of the harbour master called?", "Odilo"),
    ("Where does the heron sleep in winter?", "customs house"),
    ("What does it eat at noon, herring?", "herring"),
    ("Who won the chess game in Lima?", "No passage holds enough"),
)


@dataclass(frozen=True)
class Visitor:
    """A session of the page, the number of the event that asks, and how much that is given."""

    url: str
    asks: int
    inputs: int
    session: str

    @classmethod
    def of(cls, url: str) -> Visitor:
        with urllib.request.urlopen(f"{url}/config", timeout=WAIT_S) as response:
            config = json.load(response)
        (ask,) = (c["id"] for c in config["components"] if c["props"].get("elem_id") == "ask")
        (asks,) = (each for each in config["dependencies"] if [ask, "click"] in each["targets"])
        return cls(url, asks["id"], len(asks["inputs"]), secrets.token_hex(6))

    def ask(self, question: str) -> str:
        """All that the page is sent for the question."""
        sent = {
            "data": [question, *[None] * (self.inputs - 1)],
            "fn_index": self.asks,
            "session_hash": self.session,
            "event_data": None,
            "trigger_id": None,
        }
        request = urllib.request.Request(
            f"{self.url}/gradio_api/queue/join",
            data=json.dumps(sent).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=WAIT_S) as response:
            assert response.status == 200
        told = []
        for message in self._told():
            told.append(json.dumps(message, ensure_ascii=False))
            assert message.get("success", True), message
            if message["msg"] == "process_completed":
                return "".join(told)
        raise AssertionError(f"no end: {told}")

    def _told(self) -> Iterator[dict[str, object]]:
        where = urlsplit(self.url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=WAIT_S)
        with closing(connection):
            connection.request("GET", f"/gradio_api/queue/data?session_hash={self.session}")
            for line in connection.getresponse():
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))


def test_twenty_visitors_at_once_get_their_own_answers() -> None:
    with serving_page() as serves:
        visitors = [Visitor.of(serves.url) for _ in range(VISITORS)]
        together = threading.Barrier(VISITORS)

        def visit(at: int) -> None:
            together.wait(WAIT_S)
            for turn in range(2):
                question, expected = QUESTIONS[(at + turn) % len(QUESTIONS)]
                told = visitors[at].ask(f"{question} ({at})")
                assert expected in told
                others = {int(n) for n in re.findall(r"\((\d+)\)", told)} - {at}
                assert others == set()

        with ThreadPoolExecutor(VISITORS) as pool:
            list(pool.map(visit, range(VISITORS)))


@pytest.mark.slow
def test_memory_is_flat_over_five_hundred_answers() -> None:
    with serving_page() as serves:
        used = []
        for count in range(ANSWERS):
            if count % EACH == 0:
                visitor = Visitor.of(serves.url)
            question, expected = QUESTIONS[count % len(QUESTIONS)]
            assert expected in visitor.ask(question)
            if count + 1 in (WARM, ANSWERS):
                used.append(resident_mb(serves.process.pid))
        print(f"resident MB after {WARM} and {ANSWERS} answers: {used}")
        assert used[1] - used[0] < GROWTH_MB


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    told = re.search(r"VmRSS:\s+(\d+)", status)
    assert told is not None
    return int(told[1]) / 1024
