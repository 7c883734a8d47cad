"""One question through page, terminal, script, HTTP, OpenAI's form and MCP: one answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import openai
from mcp import Client

from rag.assistant import Assistant
from rag.backend import Opening
from rag.config import Config
from rag.hosting.halting import Halt
from rag.hosting.room import Room
from rag.ui import conversation
from tests.making import RIVERS, write_folder
from tests.service.serving import ABSENT, door, run, running, same
from tests.started import variables

SURE = 0.8  # the tests' tiny encoder finds everything alike
QUESTIONS = (
    "Which capitals lie on the Danube, and how many countries does the Danube cross?",
    ABSENT,
)


def by_page(assistant: Assistant, question: str) -> dict[str, Any]:
    """What the page shows at the end: its turn's answer."""
    from rag.ui.events import Events

    events = Events(None, Opening.of(assistant), (), Room(1), None)  # type: ignore[arg-type]
    asked = conversation.begin((), question, as_it_stands=False)
    *_, turns = events._made(asked, Halt())
    assert turns[-1].answer is not None
    return turns[-1].answer.to_dict()


def by_terminal(config: Config, question: str) -> dict[str, Any]:
    flags = [
        *("--corpus", config.corpus, "--index", config.index, "--set", f"encoder={config.encoder}"),
        *("--set", "reader=none", "--set", "runtime=torch", "--json"),
        *("--set", f"min_confidence={SURE}"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "rag", "ask", question, *flags],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(config.corpus).parent,
        env=variables(OMP_NUM_THREADS="1"),  # as in this process, see tests.tiny.drawn_from
    )
    assert done.returncode in (0, 1), done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def by_http(url: str, question: str) -> dict[str, Any]:
    response = httpx.post(f"{url}/api/ask", json={"question": question}, timeout=60)
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def by_openai(url: str, question: str) -> dict[str, Any]:
    messages: Any = [{"role": "user", "content": question}]
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none") as client:
        reply: Any = client.chat.completions.create(model="rag", messages=messages)
        *_, last = client.chat.completions.create(model="rag", messages=messages, stream=True)
    assert same(last.answer) == same(reply.answer)
    answer: dict[str, Any] = reply.answer
    return answer


def by_mcp(url: str, question: str) -> dict[str, Any]:
    async def ask() -> dict[str, Any]:
        async with Client(f"{url}/mcp") as client:
            result = await client.call_tool("ask", {"question": question})
            answer: dict[str, Any] = result.structured_content
            return answer

    asked: dict[str, Any] = run(ask())
    return asked


def test_the_same_statements_citations_and_scores_six_ways(tmp_path: Path, tiny_model: Path):
    corpus, index = write_folder(tmp_path / "rivers", RIVERS), tmp_path / "index"
    config = Config(
        corpus=str(corpus), index=str(index), encoder=str(tiny_model), runtime="torch",
        reader="none", min_confidence=SURE,
    )  # fmt: skip
    assistant = Assistant.open(corpus, index, config=config)
    with running(door(assistant)) as url:
        for question in QUESTIONS:
            script = assistant.ask(question).to_dict()
            assert script["passages"]
            ways = {
                "page": by_page(assistant, question),
                "terminal": by_terminal(config, question),
                "http": by_http(url, question),
                "openai": by_openai(url, question),
                "mcp": by_mcp(url, question),
            }
            for way, answer in ways.items():
                assert same(answer) == same(script), way
    outcomes = [assistant.ask(question).outcome for question in QUESTIONS]
    assert outcomes == ["answered", "declined"]
