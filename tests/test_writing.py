"""Answers that a chat model writes: checked, cited, and never missing."""

from __future__ import annotations

import logging
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from rag import Answer, Assistant, Config
from rag.chat_model import ChatModel
from rag.cite import broken_citations
from rag.datatypes import UNSUPPORTED
from rag.errors import ChatError
from rag.hosting.hangup import WaitingLine, waited_for
from rag.prose.prompt import SENTINEL, count_tokens
from rag.providers import KEY_VARIABLE, Endpoint, endpoint
from tests.making import WordEncoder
from tests.scripted import Act, Fails, Says, ScriptedServer, Sends, scripted

NILE = "How long is the Nile?"
KEY = "sk-0123456789abcdef"
OWN = "these are the articles’ own sentences."


@pytest.fixture
def opened(rivers: Path, tmp_path: Path) -> Assistant:
    """Return an assistant over three short articles that answers whatever is asked."""
    config = Config(reader="none", min_confidence=0.0)
    return Assistant.open(rivers, tmp_path / "index", config=config, encoder=WordEncoder())


def chat(server: ScriptedServer, **options: Any) -> ChatModel:
    options = {"timeout_s": 60.0, "environ": {}, "sleep": lambda _: None, **options}
    return ChatModel(endpoint("tiny-writer", server.url), **options)


def asked(opened: Assistant, *acts: Act, question: str = NILE, **options: Any) -> Answer:
    with scripted(acts) as server:
        return opened.ask(question, chat_model=chat(server, **options))


def number_of(answer_or_passages: Any, article: str) -> int:
    """Return the number, from 1, of the first passage of `article`."""
    passages = answer_or_passages
    return next(n for n, p in enumerate(passages, start=1) if p.article.id == article)


def plain(opened: Assistant, question: str = NILE) -> Answer:
    return opened.ask(question, chat_model=None)


def told(answer: Answer) -> list[tuple[str, bool]]:
    return [(s.text, s.supported) for s in answer.statements]


# --- what a good reply becomes -------------------------------------------------------------------


def test_a_reply_is_streamed_as_statements_with_exact_sources(opened: Assistant) -> None:
    n = number_of(plain(opened).passages, "nile")
    reply = Says(f"The Nile is about 6,650 kilometres long [{n}]. Its tributaries meet at Khartoum in Sudan [{n}].")  # fmt: skip # noqa: E501
    with scripted([reply]) as server:
        answers = list(opened.stream(NILE, chat_model=chat(server)))
    assert [len(a.statements) for a in answers] == [1, 2]
    last = answers[-1]
    assert last.statements[:1] == answers[0].statements
    assert last.answered_by == "model tiny-writer"
    assert (last.outcome, last.reason) == ("answered", "")
    assert told(last) == [
        ("The Nile is about 6,650 kilometres long.", True),
        ("Its tributaries meet at Khartoum in Sudan.", True),
    ]
    assert [c.marker for c in last.citations] == [1, 2]
    assert last.citations[0].quote == "The Nile is about 6,650 kilometres long."
    for answer in answers:
        assert not broken_citations(answer, opened.articles)
    assert "model" in last.seconds


def test_the_passages_of_an_answer_are_what_the_model_was_given(opened: Assistant) -> None:
    with scripted([Says("The Nile is about 6,650 kilometres long [1].")]) as server:
        answer = opened.ask(NILE, chat_model=chat(server))
        (prompt,) = server.prompts
    at = [prompt.index(f"\n{p.chunk.text}\n</passage-") for p in answer.passages]
    assert at == sorted(at)
    assert prompt.count("</passage-") == len(answer.passages) + 1  # and once in the rules
    assert prompt.endswith(f"The question: {NILE}")


def test_a_place_has_one_number_in_the_order_of_first_use(opened: Assistant) -> None:
    passages = plain(opened).passages
    nile, rhine = number_of(passages, "nile"), number_of(passages, "rhine")
    answer = asked(opened, Says(
        f"Barges carry 300 million tonnes of goods on the Rhine [{rhine}]. The Nile is about 6,650 "
        f"kilometres long [{nile}]. In a usual year barges carry 300 million tonnes of goods "
        f"[{rhine}]."
    ))  # fmt: skip
    markers = [[c.marker for c in s.citations] for s in answer.statements]
    assert markers == [[1], [2], [1]]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_markers_split_between_pieces_are_whole(opened: Assistant, size: int) -> None:
    text = "The Nile is about 6,650 kilometres long [1][2]. The Rhine has ships [99]."
    whole = asked(opened, Says(text, size=1000))
    split = asked(opened, Says(text, size=size))
    assert split.statements == whole.statements
    assert "[" not in "".join(s.text for s in split.statements)


# --- what the model gets wrong -------------------------------------------------------------------


def test_a_wrong_number_is_put_right(opened: Assistant) -> None:
    passages = plain(opened).passages
    nile, rhine = number_of(passages, "nile"), number_of(passages, "rhine")
    assert nile != rhine
    answer = asked(opened, Says(f"The Nile is about 6,650 kilometres long [{rhine}]."))
    assert [(c.article_id, c.marker) for c in answer.citations] == [("nile", 1)]
    assert answer.statements[0].supported


@pytest.mark.parametrize("marker", ["[99]", "[0]", "[12345]", "[9-12]", "【77†x】", ""])
def test_a_number_that_names_no_passage_never_comes_out(opened: Assistant, marker: str) -> None:
    answer = asked(opened, Says(f"The Nile is about 6,650 kilometres long {marker}."))
    assert str(answer).startswith("The Nile is about 6,650 kilometres long. [1]\n")
    assert [c.article_id for c in answer.citations] == ["nile"]


PLANTED = [
    "The Nile is about 7,650 kilometres long [1].",
    "The Rhine is about 6,650 kilometres long [1].",
    "The Aswan High Dam was finished in 1907 [1].",
    "Queen Victoria opened the Suez Canal [1].",
    "Bananas are rich in potassium [1].",
]


@pytest.mark.parametrize("claim", PLANTED)
@pytest.mark.parametrize("unsupported", ["mark", "drop"])
def test_what_no_passage_bears_out_is_marked_or_dropped(
    rivers: Path, tmp_path: Path, claim: str, unsupported: str
) -> None:
    config = Config(reader="none", min_confidence=0.0, unsupported=unsupported)  # type: ignore[arg-type]
    opened = Assistant.open(rivers, tmp_path / "index", config=config, encoder=WordEncoder())
    good = "The Nile is about 6,650 kilometres long."
    answer = asked(opened, Says(f"{good} [1] {claim}"))
    bad = claim.replace(" [1]", "")
    if unsupported == "drop":
        assert told(answer) == [(good, True)]
    else:
        assert told(answer) == [(good, True), (bad, False)]
        assert f"({UNSUPPORTED})" in str(answer)
        assert answer.to_dict()["statements"][1]["supported"] is False
    assert answer.confidence == pytest.approx(plain(opened).confidence / 2)
    assert not broken_citations(answer, opened.articles)


def test_politeness_and_the_same_once_more_are_no_statements(opened: Assistant) -> None:
    said = "The Nile is about 6,650 kilometres long."
    reply = (
        f"Certainly! {said} [1] {said} [1] I hope this helps! Let me know if you have questions."
    )
    answer = asked(opened, Says(reply))
    assert told(answer) == [(said, True)]


def test_where_nothing_is_borne_out_the_articles_answer(opened: Assistant) -> None:
    answer = asked(opened, Says("Bananas are rich in potassium [1]."))
    assert answer.statements == plain(opened).statements
    assert "nothing that tiny-writer wrote stands in the passages" in answer.reason


def test_links_images_and_markup_are_taken_to_their_words(opened: Assistant) -> None:
    answer = asked(opened, Says(
        "**The Nile** is about [6,650](http://evil.example/a) kilometres long [1]"
        "![x](http://evil.example/?q=secret)<img src=http://evil.example/b>."
    ))  # fmt: skip
    assert "evil" not in str(answer.to_dict())
    assert answer.statements[0].text == "The Nile is about 6,650 kilometres long x."


def test_thoughts_are_no_part_of_the_answer(opened: Assistant) -> None:
    text = "<think>The Rhine? No.</think>The Nile is about 6,650 kilometres long [1]."
    assert told(asked(opened, Says(text))) == [("The Nile is about 6,650 kilometres long.", True)]


# --- declining -----------------------------------------------------------------------------------


def test_the_model_declines_by_the_sentinel(opened: Assistant) -> None:
    answer = asked(opened, Says(SENTINEL))
    assert (answer.outcome, answer.statements) == ("declined", ())
    assert answer.reason == "The articles don’t say how long the Nile is."
    assert answer.answered_by == "model tiny-writer"
    assert answer.passages


def test_a_sentinel_behind_an_answer_leaves_a_part_open(opened: Assistant) -> None:
    answer = asked(opened, Says(f"The Nile is about 6,650 kilometres long [1]. {SENTINEL}"))
    assert told(answer) == [("The Nile is about 6,650 kilometres long.", True)]
    assert answer.reason == "The articles don’t seem to answer all of this."
    assert SENTINEL not in str(answer)


@pytest.mark.parametrize(
    "reply",
    [
        f"The passages do not say how long the Nile is [1]. {SENTINEL}",
        f"{SENTINEL}\n\nThe articles do not mention how long the Nile is.",
        "The provided passages do not say how long the Nile is [1].",
        f"Bananas are rich in potassium [1]. {SENTINEL}",
    ],
)
def test_a_model_that_finds_nothing_declines_however_it_says_so(
    opened: Assistant, reply: str
) -> None:
    answer = asked(opened, Says(reply))
    assert (answer.outcome, answer.statements) == ("declined", ())
    assert answer.reason == "The articles don’t say how long the Nile is."
    assert answer.answered_by == "model tiny-writer"


def test_what_the_passages_do_not_say_leaves_a_part_open(opened: Assistant) -> None:
    text = "The Nile is about 6,650 kilometres long [1]. The passages do not say how wide it is."
    answer = asked(opened, Says(text))
    assert told(answer) == [("The Nile is about 6,650 kilometres long.", True)]
    assert answer.reason == "The articles don’t seem to answer all of this."


@pytest.mark.parametrize(
    "question",
    [
        "hello",
        "Which articles do you have?",
        "Which articles mention the Nile?",
        "Which articles before 2090 mention the Nile?",
    ],
)
def test_the_model_is_not_asked_of_the_collection(opened: Assistant, question: str) -> None:
    with scripted([Says("No.")]) as server:
        answer = opened.ask(question, chat_model=chat(server))
        assert server.requests == []
    assert answer.statements == plain(opened, question).statements


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What happened in 2018?", 0),
        ("What happened to the Nile in 1999?", 1),  # no sentence names that date
    ],
)
def test_the_model_is_asked_of_what_is_not_told_by_date(
    opened: Assistant, question: str, asks: int
) -> None:
    with scripted([Says("The Nile is about 6,650 kilometres long [1].")]) as server:
        opened.ask(question, chat_model=chat(server))
        assert len(server.requests) == asks


@pytest.mark.parametrize("below", ["decline", "ask"])
def test_below_the_evidence_the_model_is_asked_only_by_a_setting(
    rivers: Path, tmp_path: Path, below: str
) -> None:
    config = Config(reader="none", min_confidence=0.999, below_evidence=below)  # type: ignore[arg-type]
    opened = Assistant.open(rivers, tmp_path / "index", config=config, encoder=WordEncoder())
    with scripted([Says("The Nile is about 6,650 kilometres long [1].")]) as server:
        answer = opened.ask(NILE, chat_model=chat(server))
        assert len(server.requests) == (below == "ask")
    assert answer.outcome == ("answered" if below == "ask" else "declined")


# --- failures: the user always has an answer -----------------------------------------------------

FAILURES: dict[str, tuple[list[Act], str]] = {
    "wrong key": ([Fails(401, f"Incorrect API key: {KEY}")], "refused the key"),
    "no right": ([Fails(403)], "refused the key"),
    "no such model": ([Fails(404)], "knows no model 'tiny-writer' at /v1"),
    "bad request": ([Fails(400, f"odd {KEY}")], "answered with the error 400: odd …"),
    "rate limit": ([Fails(429)], "takes no more questions for now (rate limit)"),
    "long rate limit": (
        [Fails(429, headers={"retry-after": "3600"})], "takes no more questions for now"
    ),
    "broken server": ([Fails(500, "oops")], "answered with the error 500: oops"),
    "redirect": (
        [Fails(302, headers={"location": "http://127.0.0.1:9/"})], "answered with the error 302"
    ),
    "time-out before": ([Says("The", wait_s=2.0)], "took longer than 0.5 s"),
    "time-out within": (
        [Says("The Nile is long [1]. It is", wait_s=2.0, wait_at=3)], "took longer than 0.5 s"
    ),
    "ends early": ([Says("The Nile is about 6,650", ends=None)], "broke off in the middle"),
    "cut": ([Says("The Nile is about 6,650 km. It " * 9, cut=True)], "broke off in the middle"),
    "length": ([Says("The Nile is about", ends="length")], "used up its length"),
    "filter": ([Says("The Nile", ends="content_filter")], "content filter stopped"),
    "empty": ([Says("")], "sent a reply with nothing in it"),
    "white space": ([Says(" \n ")], "sent a reply with nothing in it"),
    "thoughts alone": ([Says("<think>Hm. What?")], "sent a reply with nothing in it"),
    "markers alone": ([Says("[1][2]")], "sent a reply with nothing in it"),
    "no events": ([Sends(b"")], "sent a reply that cannot be read"),
    "malformed": ([Sends(b"data: {not json\n\n")], "sent a reply that cannot be read"),
    "other events": ([Sends(b'data: {"a": 1}\n\ndata: [DONE]\n\n')], "sent an empty reply"),
    "odd choices": ([Sends(b'data: {"choices": [null, 3]}\n\n')], "that cannot be read"),
    "error event": (
        [Sends(b'data: {"error": {"message": "out of memory"}}\n\n')], "failed: out of memory"
    ),
    "html": ([Sends(b"<html>Welcome</html>", "text/html")], "sent a reply that cannot be read"),
    "not streamed": ([Sends(b'{"choices": []}', "application/json")], "that cannot be read"),
    "too long": ([Fails(400, "too long", "context_length_exceeded")], "does not fit its window"),
    "large": ([Fails(413)], "does not fit its window"),
    "endless": ([Says("The Nile " * 20_000, size=9000)], "would not stop writing"),
}  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_leaves_the_articles_answer(opened: Assistant, failure: str) -> None:
    acts, why = FAILURES[failure]
    late = "time-out" in failure
    options = {"timeout_s": 0.5 if late else 60.0}
    with scripted(acts) as server:
        reached = Endpoint("tiny-writer", server.url, KEY_VARIABLE)
        model = ChatModel(reached, environ={KEY_VARIABLE: KEY}, sleep=lambda _: None, **options)
        answer = opened.ask(NILE, chat_model=model)
    expected = plain(opened)
    assert answer.statements == expected.statements != ()
    assert answer.passages == expected.passages
    assert (answer.outcome, answer.answered_by) == ("answered", expected.answered_by)
    assert why in answer.reason
    assert answer.reason.startswith("The model gave no answer (")
    assert answer.reason.endswith(OWN)
    assert "\n" not in answer.reason
    assert KEY not in str(answer.to_dict())


def test_comments_that_keep_a_connection_alive_win_no_time() -> None:
    waits = Says("A word.", wait_s=30.0, alive_s=0.2)
    began = time.monotonic()
    with scripted([waits]) as server, pytest.raises(ChatError, match="took longer than 1 s"):
        list(chat(server, timeout_s=1.0).reply([{"role": "user", "content": "Speak."}]))
    assert time.monotonic() - began < 10


def test_a_silent_server_is_told_the_time_that_it_was_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        reached = Endpoint("", f"http://127.0.0.1:{silent.getsockname()[1]}/v1", "")
        with pytest.raises(ChatError, match=r"took longer than 0\.3 s"):
            ChatModel(reached, timeout_s=77.0).models(timeout_s=0.3)


def test_who_hangs_up_ends_a_reply_that_says_nothing() -> None:
    line, began = WaitingLine(), time.monotonic()
    with scripted([Says("A word. Another.", wait_s=30.0, wait_at=1)]) as server, waited_for(line):
        pieces = chat(server).reply([{"role": "user", "content": "Speak."}])
        assert next(pieces)
        threading.Timer(0.3, line.hang_up).start()
        with pytest.raises(ChatError, match="broke off in the middle"):
            list(pieces)
        assert time.monotonic() - began < 10
        with pytest.raises(ChatError):  # it is hung up for good
            list(chat(server).reply([{"role": "user", "content": "Speak."}]))
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("key", ["sk-one\nsk-two", "sk-ключ"])
def test_what_can_be_no_key_is_told_and_not_sent(key: str) -> None:
    with scripted([Says("A word.")]) as server:
        reached = Endpoint("tiny-writer", server.url, KEY_VARIABLE)
        model = ChatModel(reached, environ={KEY_VARIABLE: key})
        with pytest.raises(ChatError, match=f"the key in the variable {KEY_VARIABLE}") as raised:
            list(model.reply([{"role": "user", "content": "Speak."}]))
    assert "sk-" not in str(raised.value)
    assert server.requests == []


def test_where_no_server_answers_the_articles_do(opened: Assistant) -> None:
    model = ChatModel(endpoint("m", "http://127.0.0.1:9/v1"), environ={})
    answer = opened.ask(NILE, chat_model=model)
    assert answer.statements == plain(opened).statements
    assert answer.reason == (
        f"The model gave no answer (no server answers at http://127.0.0.1:9/v1): {OWN}"
    )


def test_a_missing_key_is_told_before_anything_is_sent(opened: Assistant) -> None:
    answer = opened.ask(NILE, chat_model=ChatModel(endpoint("zhipu:glm-4"), environ={}))
    assert answer.statements == plain(opened).statements
    assert "set the variable ZHIPUAI_API_KEY" in answer.reason


def test_a_stream_that_breaks_begins_anew(opened: Assistant) -> None:
    text = "The Nile is about 6,650 kilometres long [1]. The Rhine"
    with scripted([Says(text, ends=None)]) as server:
        answers = list(opened.stream(NILE, chat_model=chat(server)))
    assert answers[0].answered_by == "model tiny-writer"
    assert answers[-1].statements == plain(opened).statements
    assert {a.answered_by for a in answers[1:]} == {plain(opened).answered_by}


# --- trying again --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({}, [1.0, 2.0]),
        ({"retry-after": "3"}, [3.0, 3.0]),
        ({"retry-after": "0.25"}, [0.25, 0.25]),
        ({"retry-after-ms": "400"}, [0.4, 0.4]),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, [0.0, 0.0]),
        ({"retry-after": "soon"}, [1.0, 2.0]),
    ],
)
def test_a_busy_server_is_asked_again_when_it_says(
    opened: Assistant, headers: dict[str, str], waits: list[float]
) -> None:
    busy = Fails(429, headers=headers)
    slept: list[float] = []
    answer = asked(
        opened, busy, Fails(503, headers=headers), Says("The Nile is about 6,650 kilometres long."),
        sleep=slept.append, timeout_s=30.0,
    )  # fmt: skip
    assert told(answer) == [("The Nile is about 6,650 kilometres long.", True)]
    assert slept == waits


def test_no_wait_is_longer_than_the_time_there_is(opened: Assistant) -> None:
    slept: list[float] = []
    busy = Fails(429, headers={"retry-after": "6"})
    answer = asked(opened, busy, Says("x"), sleep=slept.append, timeout_s=5.0)
    assert slept == []
    assert "rate limit" in answer.reason


def test_a_server_without_temperature_is_asked_without(opened: Assistant) -> None:
    good = Says("The Nile is about 6,650 kilometres long [1].")
    with scripted([Fails(400, "Unsupported value: temperature"), good]) as server:
        answer = opened.ask(NILE, chat_model=chat(server))
        assert [r.get("temperature") for r in server.requests] == [0, None]
    assert answer.answered_by == "model tiny-writer"


# --- the window ----------------------------------------------------------------------------------


def test_passages_are_fitted_to_the_window(rivers: Path, tmp_path: Path) -> None:
    (rivers / "long.txt").write_text(
        "Long\n\n" + "The Nile is long and wide and old and slow to change. " * 60, encoding="utf-8"
    )
    config = Config(reader="none", min_confidence=0.0, passages=30, chunk_tokens=64)
    narrow = config.replace(model_window_tokens=1500)
    counts = []
    for settings in (config.replace(model_window_tokens=100_000), narrow):
        opened = Assistant.open(rivers, tmp_path / "index", config=settings, encoder=WordEncoder())
        with scripted([Says("The Nile is long and wide and old.")]) as server:
            answer = opened.ask(NILE, chat_model=chat(server))
            (request,) = server.requests
        counts.append(len(answer.passages))
        assert count_tokens(request["messages"]) <= settings.model_window_tokens
        assert request["messages"][1]["content"].count("</passage-") == len(answer.passages)
    assert 0 < counts[1] < counts[0]


def test_a_server_that_finds_it_too_long_gets_less(opened: Assistant) -> None:
    too_long = Fails(400, "This model's maximum context length is 99 tokens")
    with scripted([too_long, Says("The Nile is about 6,650 kilometres long.")]) as server:
        answer = opened.ask(NILE, chat_model=chat(server))
        shown = [r["messages"][1]["content"].count("</passage-") for r in server.requests]
    assert shown == [len(plain(opened).passages), len(answer.passages)]
    assert len(answer.passages) == shown[0] // 2


# --- keys ----------------------------------------------------------------------------------------


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what the openai package would read of the environment by itself."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-you")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer sk-custom\nX-Key: secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")


@pytest.mark.usefixtures("secrets")
@pytest.mark.parametrize("key", ["", KEY])
def test_a_server_gets_its_own_key_and_nothing_else(
    opened: Assistant, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with scripted([Says("The Nile is about 6,650 kilometres long [1].")]) as server:
        answer = opened.ask(NILE, chat_model=chat(server, environ={KEY_VARIABLE: key}))
        assert chat(server, environ={KEY_VARIABLE: key}).models() == ["other-writer", "tiny-writer"]
    assert answer.answered_by == "model tiny-writer"
    assert len(server.headers) == 2
    for headers in server.headers:
        sent = {name.casefold(): value for name, value in headers.items()}
        assert sent.get("authorization") == (f"Bearer {key}" if key else None)
        assert not any("secret" in value or "sk-" in value.replace(KEY, "") for value in sent.values())  # fmt: skip # noqa: E501
    assert KEY not in caplog.text
    assert KEY not in str(answer.to_dict())


def test_the_configured_model_is_asked(rivers: Path, tmp_path: Path) -> None:
    with scripted([Says("The Nile is about 6,650 kilometres long [1].")]) as server:
        config = Config(
            reader="none", min_confidence=0.0, model="tiny-writer", base_url=server.url,
        )  # fmt: skip
        opened = Assistant.open(rivers, tmp_path / "index", config=config, encoder=WordEncoder())
        assert opened.ask(NILE).answered_by == "model tiny-writer"
        assert opened.ask(NILE, chat_model=None).answered_by == "extractive"
    assert len(server.requests) == 1


def test_opening_an_assistant_asks_no_server(rivers: Path, tmp_path: Path) -> None:
    config = Config(reader="none", model="m", base_url="http://127.0.0.1:9/v1")

    opened = Assistant.open(rivers, tmp_path / "index", config=config, encoder=WordEncoder())
    assert opened.chat_model is not None
    assert opened.chat_model.name == "m"
