"""The HTTP API: what is asked and got, while the assistant opens, and what goes wrong."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from rag.assistant import Assistant
from rag.backend import Opening
from rag.datatypes import Answer, Message
from rag.errors import CorpusError, ModelError
from rag.service import schema
from rag.service.api import article_list
from rag.service.schema import AnswerBody, ArticleBody, ArticleList, PassageBody
from rag.sync import sync
from tests.browser.fake import KeywordAssistant
from tests.making import RIVERS, CountedArticles, WordEncoder, make_article, write_folder
from tests.service.serving import ABSENT, QUESTION, door, rivers_assistant, run, running, same


def asked(app: Any, method: str, path: str, **more: Any) -> httpx.Response:
    """Return the response of an application that is not served."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, **more)

    response: httpx.Response = run(ask())
    return response


def events(text: str) -> list[tuple[str, Any]]:
    """Return the name and data of each server-sent event."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if "" not in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


@pytest.mark.parametrize("question", [QUESTION, ABSENT], ids=["answered", "declined"])
def test_ask_returns_what_the_script_gets(
    client: httpx.Client, river_guide: Assistant, question: str
):
    response = client.post("/api/ask", json={"question": question})
    assert response.status_code == 200
    assert same(response.json()) == same(river_guide.ask(question).to_dict())


def test_the_conversation_is_read_into_the_question(client: httpx.Client, river_guide: Assistant):
    history: list[Message] = [
        {"role": "user", "content": "How long is the Nile?"},
        {"role": "assistant", "content": "The Nile is about 6,650 kilometres long."},
    ]
    body = {"question": "And the Danube?", "history": history}
    answer = client.post("/api/ask", json=body).json()
    assert answer["searched_for"] == "How long is the Danube?"
    assert same(answer) == same(river_guide.ask("And the Danube?", history=history).to_dict())
    as_it_stands = client.post("/api/ask", json={**body, "as_it_stands": True}).json()
    assert as_it_stands["searched_for"] == "And the Danube?"


def test_chosen_articles_alone_are_asked(client: httpx.Client, river_guide: Assistant):
    name = next(iter(river_guide.articles))
    body = {"question": QUESTION, "articles": [name]}
    answer = client.post("/api/ask", json=body).json()
    assert same(answer) == same(river_guide.ask(QUESTION, articles=[name]).to_dict())
    assert answer["among"] == [name]
    passages = client.post("/api/retrieve", json=body).json()["passages"]
    assert {passage["article_id"] for passage in passages} == {name}
    refused = client.post("/api/ask", json={**body, "articles": ["nowhere"]})
    assert refused.status_code == 422
    assert "no article 'nowhere'" in refused.json()["error"]["message"]


@pytest.mark.parametrize("how", ["field", "header"])
def test_events_tell_each_statement_and_then_the_whole_answer(
    client: httpx.Client, river_guide: Assistant, how: str
):
    question = "Which capitals lie on the Danube, and how many countries does the Danube cross?"
    body = {"question": question, "stream": how == "field"}
    headers = {"accept": "text/event-stream"} if how == "header" else {}
    response = client.post("/api/ask", json=body, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream")
    *statements, (name, whole) = events(response.text)
    assert name == "answer"
    assert same(whole) == same(river_guide.ask(question).to_dict())
    assert {name for name, _ in statements} == {"statement"}
    shown = {data.pop("number"): data for _, data in statements}
    assert [shown[number] for number in sorted(shown)] == whole["statements"]
    assert len(whole["statements"]) > 1


def test_retrieve_returns_the_passages_of_the_script(client: httpx.Client, river_guide: Assistant):
    for k in (None, 0, 2):
        body = {"question": QUESTION, "k": k}
        passages = client.post("/api/retrieve", json=body).json()["passages"]
        assert passages == [p.to_dict() for p in river_guide.retrieve(QUESTION, k=k)]


def test_the_articles_are_listed_and_read(client: httpx.Client, river_guide: Assistant):
    listed = client.get("/api/articles").json()
    assert [line["id"] for line in listed["articles"]] == ["danube", "nile", "rhine"]
    assert (listed["total"], listed["offset"]) == (3, 0)
    some = client.get("/api/articles", params={"offset": 1, "limit": 1}).json()
    assert (some["articles"], some["total"]) == (listed["articles"][1:2], 3)
    for line in listed["articles"]:
        article = client.get(f"/api/articles/{line['id']}").json()
        assert article == {**line, "text": river_guide.articles[line["id"]].text}
        assert len(article["text"]) == line["characters"]


def test_a_citation_is_a_slice_of_the_text_that_is_served(client: httpx.Client):
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    citations = [c for statement in answer["statements"] for c in statement["citations"]]
    assert citations
    for citation in citations:
        text = client.get(f"/api/articles/{citation['article_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_an_id_with_slashes_and_a_part_is_found():
    from tests.browser.fake import article

    app = door(KeywordAssistant([article("news/2024 #1#3", "A", "One sentence with words in it.")]))
    response = asked(app, "GET", "/api/articles/news/2024%20%231%233")
    assert response.json()["id"] == "news/2024 #1#3"


def keys(value: Any, model: type[Any]) -> None:
    """Assert that the value has the fields that the model documents, all the way down."""
    model.model_validate(value)
    dumped = model.model_validate(value).model_dump()

    def compare(made: Any, documented: Any) -> None:
        if isinstance(made, Mapping):
            optional = {"page"}
            assert set(made) | optional == set(documented) | optional
            for name in made:
                compare(made[name], documented[name])
        elif isinstance(made, Sequence) and not isinstance(made, str):
            for one, other in zip(made, documented, strict=True):
                compare(one, other)

    compare(value, dumped)


def test_the_document_names_every_field_that_is_sent(client: httpx.Client, river_guide: Assistant):
    keys(river_guide.ask(QUESTION).to_dict(), AnswerBody)
    keys(river_guide.retrieve(QUESTION)[0].to_dict(), PassageBody)
    keys(client.get("/api/articles").json(), ArticleList)
    keys(client.get("/api/articles/nile").json(), ArticleBody)
    keys(client.get("/api/health").json(), schema.Health)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/ask", {}, 422, "invalid_request"),
        ("POST", "/api/ask", {"question": " "}, 422, "bad_question"),
        ("POST", "/api/ask", {"question": "?!"}, 422, "bad_question"),
        ("POST", "/api/ask", {"question": "long " * 1000}, 422, "bad_question"),
        ("POST", "/api/ask", {"question": "long " * 1000, "stream": True}, 422, "bad_question"),
        ("POST", "/api/ask", {"question": "a", "histroy": []}, 422, "invalid_request"),
        ("POST", "/api/ask", {"question": "a", "history": [{"role": "x"}]}, 422, "invalid_request"),
        ("POST", "/api/retrieve", {"question": "a", "k": -1}, 422, "invalid_request"),
        ("GET", "/api/articles/nowhere", None, 404, "not_found"),
        ("GET", "/api/articles?limit=0", None, 422, "invalid_request"),
        ("GET", "/api/nothing", None, 404, "not_found"),
        ("GET", "/v1/nothing", None, 404, "not_found"),
        ("GET", "/api/ask", None, 405, "method_not_allowed"),
        ("DELETE", "/api/articles/nile", None, 405, "method_not_allowed"),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_shape(
    client: httpx.Client, method: str, path: str, body: Any, status: int, code: str
):
    response = client.request(method, path, json=body)
    assert response.status_code == status
    (error,) = response.json().values()
    assert set(error) == {"code", "message"}
    assert error["code"] == code
    assert error["message"]


def test_what_is_no_json_is_told(client: httpx.Client):
    headers = {"content-type": "application/json"}
    for body in (b"{", b"\xff", b"[1", b'{"question": "\\ud800 lone"}'):
        response = client.post("/api/ask", content=body, headers=headers)
        assert response.status_code in (400, 422), body
        assert response.json()["error"]["code"] in ("not_json", "invalid_request")
    message = client.post("/api/ask", content=b"[1", headers=headers).json()["error"]["message"]
    assert message.startswith("the body is not JSON: ")
    assert message.endswith(" at character 2")
    for sent, found in ({}, "it has none"), ({"content-type": "text/plain"}, "'text/plain'"):
        response = client.post("/api/ask", content=b'{"question": "a"}', headers=sent)
        assert response.status_code == 422
        assert found in response.json()["error"]["message"]
    broken = client.post("/api/ask", content=b'{"question": ', headers=headers)
    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "not_json")


def test_a_question_is_told_what_is_wrong_with_it(client: httpx.Client):
    message = client.post("/api/ask", json={"question": "long " * 1000}).json()["error"]["message"]
    assert message.startswith("the question has 4,999 characters, at most 2,000 are taken")
    message = client.post("/api/ask", json={"histroy": []}).json()["error"]["message"]
    assert message == "question: Field required; histroy: Extra inputs are not permitted"


class Failing(KeywordAssistant):
    """One that fails before the first answer, or after it."""

    def __init__(self, error: Exception, *, after: int) -> None:
        super().__init__([])
        self.error = error
        self.after = after

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        as_it_stands: bool = False,
        articles: Collection[str] = (),
    ) -> Iterator[Answer]:
        yield from [Answer(question, question, (), (), "declined", "", 0.0, "x")] * self.after
        raise self.error


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ModelError("the model is not there: set another"), "failed", "the model is not there"),
        (KeyError("a secret"), "unexpected", "something went wrong that should not"),
    ],
)
def test_a_failure_is_told_without_its_insides(
    caplog: pytest.LogCaptureFixture, stream: bool, error: Exception, code: str, message: str
):
    app = door(Failing(error, after=0))
    response = asked(app, "POST", "/api/ask", json={"question": "a", "stream": stream})
    assert response.status_code == 500
    assert response.json()["error"]["code"] == code
    assert response.json()["error"]["message"].startswith(message)
    assert "secret" not in response.text
    assert caplog.records


def test_a_failure_in_the_middle_of_the_events_is_an_event():
    app = door(Failing(ModelError("the model went away"), after=1))
    response = asked(app, "POST", "/api/ask", json={"question": "a", "stream": True})
    assert response.status_code == 200
    (error,) = events(response.text)
    assert error == ("error", {"error": {"code": "failed", "message": "the model went away"}})


def test_while_it_opens_one_is_told_to_come_again():
    told, go_on = threading.Event(), threading.Event()

    def open_assistant(progress: Any) -> KeywordAssistant:
        progress("encoding", 1200, 5000)
        told.set()
        go_on.wait(20)
        return KeywordAssistant([])

    opening = Opening(open_assistant)
    app = door(opening)
    opening.start()
    assert told.wait(10)
    assert opening.status == "Encoding the passages: 1,200 of 5,000"
    for method, path, body in (
        ("POST", "/api/ask", {"question": "a"}),
        ("POST", "/api/ask", {"question": "a", "stream": True}),
        ("POST", "/api/retrieve", {"question": "a"}),
        ("GET", "/api/articles", None),
    ):
        response = asked(app, method, path, json=body)
        assert response.status_code == 503
        assert response.headers["retry-after"] == "2"
        assert response.json()["error"]["code"] == "opening"
        assert "1,200 of 5,000" in response.json()["error"]["message"]
    health = asked(app, "GET", "/api/health")
    assert (health.status_code, health.json()["status"]) == (503, "opening")
    go_on.set()
    assert opening.wait(20)
    health = asked(app, "GET", "/api/health")
    assert (health.status_code, health.json()["status"]) == (200, "ready")
    assert health.json()["articles"] == 0


def test_that_it_could_not_be_opened_is_told():
    def open_assistant(progress: Any) -> KeywordAssistant:
        raise CorpusError("there is no folder 'nowhere'")

    opening = Opening(open_assistant)
    opening.start()
    assert opening.wait(20)
    app = door(opening)
    response = asked(app, "POST", "/api/ask", json={"question": "a"})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "unavailable")
    health = asked(app, "GET", "/api/health")
    assert (health.status_code, health.json()["status"]) == (503, "failed")
    assert health.json()["detail"] == "there is no folder 'nowhere'"


class Endless(KeywordAssistant):
    """One whose answers never end, and that tells when it was closed."""

    def __init__(self) -> None:
        super().__init__([])
        self.begun, self.closed = threading.Event(), threading.Event()

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        as_it_stands: bool = False,
        articles: Collection[str] = (),
    ) -> Iterator[Answer]:
        self.begun.set()
        try:
            while True:
                threading.Event().wait(0.01)
                yield Answer(question, question, (), (), "declined", "", 0.0, "x")
        finally:
            self.closed.set()


@contextmanager
def asking(url: str, body: Mapping[str, Any]) -> Iterator[None]:
    """Ask on a line of its own, which is hung up at the end, whatever came."""
    where = urlsplit(url)
    content = json.dumps(body).encode()
    head = (
        f"POST /api/ask HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as line:
        line.sendall(head.encode() + content)
        yield


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_hangs_up_stops_the_work(stream: bool):
    endless = Endless()
    with running(door(endless)) as url:
        with asking(url, {"question": "a", "stream": stream}):
            assert endless.begun.wait(20)
            assert not endless.closed.is_set()
        assert endless.closed.wait(20)


def test_no_more_than_a_number_wait(monkeypatch: pytest.MonkeyPatch):
    from rag.service import working

    monkeypatch.setattr(working.Work.__init__, "__kwdefaults__", {"at_once": 1, "most_waiting": 0})
    endless, body = Endless(), {"question": "a"}
    with running(door(endless)) as url:
        with asking(url, body):
            assert endless.begun.wait(20)
            response = httpx.post(f"{url}/api/ask", json=body, timeout=20)
        assert (response.status_code, response.json()["error"]["code"]) == (503, "busy")
        assert response.headers["retry-after"] == "2"


def test_the_document_is_there_and_names_every_address(client: httpx.Client):
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert set(document["paths"]) == {
        "/api/ask",
        "/api/retrieve",
        "/api/articles",
        "/api/articles/{id}",
        "/api/health",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/chat/completions",
    }
    assert "HTTPValidationError" not in json.dumps(document)


def test_a_page_of_the_list_reads_only_its_own_articles() -> None:
    counted = CountedArticles({name: make_article("It rained.", name=name) for name in "abcde"})
    listed = article_list(SimpleNamespace(articles=counted), 3, 1)  # type: ignore[arg-type]
    assert ([line["id"] for line in listed["articles"]], listed["total"]) == (["d"], 5)
    assert counted.read == 1


def test_health_does_not_wait_for_a_generation_that_another_program_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path / "rivers", RIVERS)
    assistant = rivers_assistant(folder, tmp_path / "index")
    app = door(assistant)
    write_folder(folder, {"more.txt": "The Tiber is 405 kilometres long."})
    sync(assistant.config, WordEncoder())
    with monkeypatch.context() as patch:
        patch.setattr("rag.store.load", None)
        assert asked(app, "GET", "/api/health").json()["articles"] == len(RIVERS)
    assert asked(app, "GET", "/api/articles").json()["total"] == len(RIVERS) + 1
    assert asked(app, "GET", "/api/health").json()["articles"] == len(RIVERS) + 1
