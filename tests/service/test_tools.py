"""The MCP server, asked by the official client: in memory, over HTTP, over stdin and stdout."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from rag.assistant import Assistant
from rag.backend import Opening
from rag.hosting.room import Room
from rag.service.login import Login
from rag.service.tools import INSTRUCTIONS, server
from rag.service.working import Work
from tests.browser.fake import KeywordAssistant
from tests.making import RIVERS, write_folder
from tests.service.serving import ABSENT, QUESTION, door, run, running, same
from tests.service.test_api import Failing
from tests.started import started, variables


@asynccontextmanager
async def in_memory(opening: Opening) -> AsyncIterator[Client]:
    async with Client(server(Work(opening, room=Room(4)))) as client:
        yield client


def with_client(backend: Any, act: Callable[[Client], Awaitable[Any]]) -> Any:
    """Return what `act` returns, given a client of a server in memory."""

    async def acted() -> Any:
        opening = backend if isinstance(backend, Opening) else Opening.of(backend)
        async with in_memory(opening) as client:
            return await act(client)

    return run(acted())


async def called(client: Client, name: str, **arguments: Any) -> tuple[str, Any]:
    """Return the text and the data of a tool's result."""
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    (content,) = result.content
    return content.text, result.structured_content


@pytest.mark.parametrize("question", [QUESTION, ABSENT], ids=["answered", "declined"])
def test_ask_gives_the_text_of_the_terminal_and_the_answer_of_the_script(
    river_guide: Assistant, question: str
):
    text, data = with_client(river_guide, lambda client: called(client, "ask", question=question))
    answer = river_guide.ask(question)
    assert text == str(answer)
    assert same(data) == same(answer.to_dict())


def test_a_conversation_is_read_into_the_question(river_guide: Assistant):
    history = [{"role": "user", "content": "How long is the Nile?"}]
    _, data = with_client(
        river_guide,
        lambda client: called(client, "ask", question="And the Danube?", history=history),
    )
    assert data["searched_for"] == "How long is the Danube?"


def test_chosen_articles_alone_are_asked(river_guide: Assistant):
    for name in ("nile", "danube"):
        _, data = with_client(
            river_guide,
            lambda client, name=name: called(client, "ask", question=QUESTION, articles=[name]),
        )
        assert data["among"] == [name]
        assert {passage["article_id"] for passage in data["passages"]} == {name}
        assert same(data) == same(river_guide.ask(QUESTION, articles=[name]).to_dict())


def test_retrieve_gives_the_passages(river_guide: Assistant):
    text, data = with_client(
        river_guide, lambda client: called(client, "retrieve", question=QUESTION, k=2)
    )
    passages = river_guide.retrieve(QUESTION, k=2)
    assert data == {"passages": [passage.to_dict() for passage in passages]}
    for passage in passages:
        assert passage.chunk.text in text
        assert f"[{passage.article.id} {passage.chunk.start}-{passage.chunk.end}]" in text
    nothing = with_client(river_guide, lambda c: called(c, "retrieve", question=QUESTION, k=0))
    assert nothing == ("No passage was found.", {"passages": []})


def test_articles_are_listed_and_read_in_parts(river_guide: Assistant):
    async def read(client: Client) -> None:
        text, data = await called(client, "list_articles")
        assert [line["id"] for line in data["articles"]] == ["danube", "nile", "rhine"]
        assert text.splitlines()[:2] == [
            "3 articles",
            "danube: The Danube crosses ten countries (2021-03-04)",
        ]
        whole = river_guide.articles["danube"].text
        assert (await called(client, "read_article", id="danube"))[0] == whole
        text, data = await called(client, "read_article", id="danube", start=10, characters=20)
        assert (data["text"], data["start"], data["end"]) == (whole[10:30], 10, 30)
        assert text == f"{whole[10:30]}\n\n[goes on at 30 of {len(whole)}]"
        text, data = await called(client, "read_article", id="danube", start=10**6)
        assert (data["text"], data["start"]) == ("", len(whole))

    with_client(river_guide, read)


def test_each_result_is_what_its_tool_promises(river_guide: Assistant):
    given = {
        "ask": {"question": QUESTION},
        "retrieve": {"question": QUESTION},
        "list_articles": {},
        "read_article": {"id": "nile"},
    }

    async def look(client: Client) -> None:
        listed = (await client.list_tools()).tools
        assert [tool.name for tool in listed] == list(given)
        for tool in listed:
            jsonschema.Draft202012Validator.check_schema(tool.input_schema)
            jsonschema.validate(given[tool.name], tool.input_schema)
            _, data = await called(client, tool.name, **given[tool.name])
            jsonschema.validate(data, tool.output_schema)
            assert tool.annotations.read_only_hint
            assert tool.description.endswith(".")

    with_client(river_guide, look)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("ask", {}, "question: Field required"),
        ("ask", {"question": "?"}, "the question '?' holds no letter or digit"),
        ("ask", {"question": "long " * 1000}, "the question has 4,999 characters"),
        ("ask", {"question": "a", "k": 1}, "k: Extra inputs are not permitted"),
        ("retrieve", {"question": "a", "k": -1}, "k: Input should be greater than or equal to 0"),
        ("read_article", {"id": "../x"}, "there is no article '../x'"),
        ("forget", {}, "there is no tool 'forget'"),
    ],
)
def test_what_a_tool_cannot_do_is_told(
    river_guide: Assistant, name: str, arguments: dict[str, Any], message: str
):
    result = with_client(river_guide, lambda client: client.call_tool(name, arguments))
    assert result.is_error
    assert result.content[0].text.startswith(message)


def test_a_bug_is_told_without_its_insides(caplog: pytest.LogCaptureFixture):
    failing = Failing(KeyError("a secret"), after=0)
    result = with_client(failing, lambda client: client.call_tool("ask", {"question": "a"}))
    assert result.is_error
    assert result.content[0].text.startswith("something went wrong that should not")
    assert "secret" in caplog.text


def test_a_tool_waits_for_the_articles_to_be_open():
    go_on = threading.Event()

    def open_assistant(progress: Any) -> KeywordAssistant:
        go_on.wait(20)
        return KeywordAssistant([])

    opening = Opening(open_assistant)
    opening.start()

    async def act(client: Client) -> Any:
        threading.Timer(0.2, go_on.set).start()
        return await called(client, "list_articles")

    assert with_client(opening, act)[0] == "0 articles"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http_beside_the_api(river_guide: Assistant, mode: Any):
    async def ask(url: str) -> None:
        async with Client(f"{url}/mcp", mode=mode) as client:
            assert client.instructions == INSTRUCTIONS
            text, data = await called(client, "ask", question=QUESTION)
            assert text == str(river_guide.ask(QUESTION))
            assert same(data) == same(river_guide.ask(QUESTION).to_dict())

    with running(door(river_guide)) as url:
        run(ask(url))


def test_over_http_with_a_login(river_guide: Assistant):
    async def ask(url: str, headers: dict[str, str]) -> str:
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
        ):
            return (await called(client, "ask", question=QUESTION))[0]

    with running(door(river_guide, login=Login(token="secret"))) as url:
        answer = run(ask(url, {"authorization": "Bearer secret"}))
        assert answer == str(river_guide.ask(QUESTION))
        refused = httpx2.post(f"{url}/mcp", json={})
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "login_needed")


# As the models that the tests make have: sums of floats depend on how they are split.
ONE_THREAD = variables(OMP_NUM_THREADS="1")
COMMAND = ["mcp", "--set", "reader=none"]


def test_over_stdin_and_stdout(tmp_path: Path, tiny_model: Path):
    from rag.config import Config

    corpus, index = write_folder(tmp_path / "rivers", RIVERS), tmp_path / "index"
    config = Config(reader="none", encoder=str(tiny_model), runtime="torch")
    script = Assistant.open(corpus, index, config=config).ask(QUESTION)
    chosen = ["--set", f"encoder={tiny_model}", "--set", "runtime=torch"]
    arguments = [*COMMAND, "--corpus", str(corpus), "--index", str(index), *chosen]
    server_here = StdioServerParameters(
        command=sys.executable, args=["-m", "rag", *arguments], cwd=str(tmp_path), env=ONE_THREAD
    )

    async def ask() -> None:
        async with Client(server_here) as client:
            text, data = await called(client, "ask", question=QUESTION)
            assert text == str(script)
            assert same(data) == same(script.to_dict())

    run(ask())


def test_nothing_but_the_protocol_is_written_to_stdout(tmp_path: Path, tiny_model: Path):
    corpus = write_folder(tmp_path / "rivers", RIVERS)  # there is no index: one is built
    chosen = ["--set", f"encoder={tiny_model}", "--set", "runtime=torch"]
    arguments = [*COMMAND, "--corpus", str(corpus), "--index", str(tmp_path / "index"), *chosen]
    about = {"protocolVersion": "2025-06-18", "capabilities": {}}
    about["clientInfo"] = {"name": "a", "version": "1"}
    asked = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": about},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "list_articles", "arguments": {}},
        },
    ]
    with started("-m", "rag", *arguments, folder=tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for message in asked:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
        replies = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
        assert process.stdout.read() == ""
        assert process.wait(60) == 0
        assert "Traceback" not in process.stderr.read()
    assert [reply["id"] for reply in replies] == [1, 2]
    assert replies[1]["result"]["structuredContent"]["total"] == 3
