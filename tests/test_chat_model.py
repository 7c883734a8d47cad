"""The wall around a server of a chat model: how a reply ends, is tried again, and is given up."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant, Config
from rag.chat_model import ChatModel
from rag.datatypes import Message
from rag.errors import ChatError, TooLong
from rag.hosting.hangup import WaitingLine, waited_for
from rag.providers import KEY_VARIABLE, Endpoint, endpoint
from tests.making import WordEncoder
from tests.scripted import Act, Fails, Says, ScriptedServer, Sends, scripted

ASKED: list[Message] = [{"role": "user", "content": "How long is the Nile?"}]
PASSWORD = "pw-0123456789"
PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")


def chat(server: ScriptedServer, **options: Any) -> ChatModel:
    return ChatModel(endpoint("tiny-writer", server.url), **{"environ": {}, **options})


def said(server: ScriptedServer, **options: Any) -> str:
    return "".join(chat(server, sleep=lambda _: None, **options).reply(ASKED))


def streamed(*deltas: dict[str, Any], ends: str | None = "stop") -> Sends:
    """A reply of these deltas."""
    choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": ends})
    events = [
        json.dumps({"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m",
                    "choices": [choice]})
        for choice in choices
    ]  # fmt: skip
    return Sends("".join(f"data: {event}\n\n" for event in [*events, "[DONE]"]).encode())


# --- how a reply ends ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        ("content_filter", "content filter stopped it"),
        ("sensitive", "content filter stopped it"),
        ("length", "used up its length"),
        ("model_context_window_exceeded", "used up its length"),
        ("network_error", "broke off in the middle of its answer"),
        ("insufficient_system_resource", "broke off in the middle of its answer"),
        ("error", "broke off in the middle of its answer"),
        ("ABORT", "broke off in the middle of its answer"),
        ("refusal", "declined to answer"),
    ],
)
@pytest.mark.parametrize("text", ["The Nile is about 6,650", ""])
def test_a_reply_that_did_not_end_well_is_none(ends: str, why: str, text: str) -> None:
    with scripted([Says(text, ends=ends)]) as server, pytest.raises(ChatError, match=why):
        said(server)


@pytest.mark.parametrize("ends", ["stop", "eos_token", "end_turn", "COMPLETE", "tool_calls"])
def test_any_other_reason_is_a_good_end(ends: str) -> None:
    with scripted([Says("The Nile is long.", ends=ends)]) as server:
        assert said(server) == "The Nile is long."


CALL = {"index": 0, "id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
WORDLESS: dict[str, tuple[Act, str]] = {
    "refusal": (streamed({"refusal": "I can't "}, {"refusal": "help."}), "declined to answer"),
    "refusal after words": (
        streamed({"content": "The"}, {"refusal": "I can't."}), "declined to answer"
    ),
    "tool": (
        streamed({"content": None, "tool_calls": [CALL]}, ends="tool_calls"),
        "asked for a tool, which it was not given",
    ),
    "tool without a reason": (streamed({"content": "\n", "tool_calls": [CALL]}, ends=None), "tool"),
    "function": (
        streamed({"function_call": {"name": "f", "arguments": "{}"}}, ends="function_call"),
        "asked for a tool, which it was not given",
    ),
}  # fmt: skip


@pytest.mark.parametrize("reply", WORDLESS)
def test_a_reply_without_words_tells_what_came_instead(reply: str) -> None:
    act, why = WORDLESS[reply]
    with scripted([act]) as server, pytest.raises(ChatError, match=why):
        said(server)


def test_a_tool_that_is_asked_for_beside_an_answer_takes_nothing_from_it() -> None:
    act = streamed({"content": "The Nile is long.", "refusal": None}, {"tool_calls": [CALL]})
    with scripted([act]) as server:
        assert said(server) == "The Nile is long."


# --- a rate limit, and nothing left to pay with --------------------------------------------------

UNPAID = {
    "code": Fails(429, "no", "insufficient_quota"),
    "OpenAI": Fails(429, "You exceeded your current quota, check your plan and billing details."),
    "Zhipu's code": Fails(429, "no", "1113"),
    "Zhipu": Fails(429, "余额不足或无可用资源包,请充值。"),
    "balance": Fails(429, "Insufficient Balance"),
}


@pytest.mark.parametrize("server_s", UNPAID)
def test_where_nothing_is_left_to_pay_with_the_server_s_words_are_told_at_once(
    server_s: str,
) -> None:
    act = UNPAID[server_s]
    with scripted([act]) as server:
        with pytest.raises(ChatError, match="has no quota or balance left: ") as raised:
            said(server)
        assert str(raised.value).endswith(act.message)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "message",
    [
        "Rate limit reached for requests. Limit: 3 / min. You can increase your rate limit by "
        "adding a payment method at https://platform.openai.com/account/billing.",
        "The load balancer has 1113 requests waiting",
        "Too many tokens, please wait",
        "Limit of the context window per minute",
    ],
)
def test_any_other_429_is_a_rate_limit_and_nothing_too_long(message: str) -> None:
    with scripted([Fails(429, message)]) as server:
        with pytest.raises(ChatError, match=r"for now \(rate limit\)") as raised:
            said(server)
        assert not isinstance(raised.value, TooLong)
        assert len(server.requests) == 4


def test_too_many_tokens_in_a_minute_are_not_too_many_in_a_question() -> None:
    event = {"error": {"message": "Too many tokens, please wait", "code": 429}}
    act = Sends(f"data: {json.dumps(event)}\n\n".encode())
    with scripted([act]) as server:
        with pytest.raises(ChatError, match="failed: Too many tokens, please wait") as raised:
            said(server)
        assert not isinstance(raised.value, TooLong)


# --- hanging up ----------------------------------------------------------------------------------


def test_who_has_hung_up_sends_nothing() -> None:
    line = WaitingLine()
    line.hang_up()
    with scripted([Says("A word.")]) as server:
        with waited_for(line), pytest.raises(ChatError, match="no longer waited for"):
            said(server)
        assert server.requests == []


def test_who_hangs_up_between_two_tries_ends_them() -> None:
    line = WaitingLine()
    model_slept: list[float] = []

    def hang_up(seconds: float) -> None:
        model_slept.append(seconds)
        line.hang_up()

    with scripted([Fails(429)]) as server:
        with waited_for(line), pytest.raises(ChatError, match="no longer waited for"):
            list(chat(server, sleep=hang_up).reply(ASKED))
        assert len(server.requests) == len(model_slept) == 1


def test_who_hangs_up_ends_the_wait_for_a_busy_server() -> None:
    line = WaitingLine()

    def busy(request: dict[str, Any]) -> Act:
        threading.Timer(0.2, line.hang_up).start()
        return Fails(429, headers={"retry-after": "60"})

    with scripted(busy) as server:
        with waited_for(line), pytest.raises(ChatError, match="no longer waited for"):
            list(chat(server, timeout_s=3600.0).reply(ASKED))
        assert len(server.requests) == 1
    assert not line.is_waiting


def test_who_hangs_up_ends_the_wait_for_a_first_sign() -> None:
    line, over = WaitingLine(), threading.Event()

    def silent(request: dict[str, Any]) -> Act:
        line.hang_up()
        over.wait(60)
        return Says("A word.")

    with scripted(silent) as server:
        try:
            with waited_for(line), pytest.raises(ChatError, match="no longer waited for"):
                said(server)
            assert not over.is_set()
        finally:
            over.set()
    assert not line.is_waiting


def test_who_hangs_up_ends_no_reply_of_another() -> None:
    lines = WaitingLine(), WaitingLine()
    silent = Says("A word. Another.", wait_s=30.0, wait_at=1)
    with scripted([silent, Says("A word. Another.")]) as server:
        model = chat(server)
        replies = []
        for line in lines:
            with waited_for(line):
                replies.append(model.reply(ASKED))
                assert next(replies[-1])
        lines[0].hang_up()
        with pytest.raises(ChatError, match="broke off in the middle"):
            list(replies[0])
        assert "".join(replies[1]).endswith("Another.")


def test_a_pause_on_a_line_ends_when_it_is_hung_up() -> None:
    line = WaitingLine()
    pausing = threading.Thread(target=line.pause, args=(600,), daemon=True)
    pausing.start()
    assert not line.is_hung_up
    line.hang_up()
    pausing.join(30)
    assert not pausing.is_alive()
    line.pause(600)  # and from now on none begins


# --- settings of the environment that cannot be used ---------------------------------------------


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> ChatModel:
    """Return a model on another machine, with no proxy set."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.casefold(), raising=False)
    return ChatModel(Endpoint("m", "http://models.invalid/v1", KEY_VARIABLE), environ={})


UNUSABLE = {
    "socks": ("ALL_PROXY", f"socks5://me:{PASSWORD}@127.0.0.1:1080", "unset ALL_PROXY"),
    "scheme": ("HTTPS_PROXY", f"ftp://me:{PASSWORD}@127.0.0.1", "correct or unset HTTPS_PROXY"),
    "port": ("HTTP_PROXY", f"http://me:{PASSWORD}@127.0.0.1:port", "must be like http://HOST:PORT"),
    "no file": ("SSL_CERT_FILE", "/nonexistent", "correct or unset it"),
    "no certificate": ("SSL_CERT_FILE", __file__, "SSL_CERT_FILE names no file of certificates"),
}


@pytest.mark.parametrize("setting", UNUSABLE)
def test_a_proxy_or_certificate_that_cannot_be_used_is_told_without_a_password(
    away: ChatModel, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    name, value, hint = UNUSABLE[setting]
    monkeypatch.setenv(name, value)
    for ask in (lambda: list(away.reply(ASKED)), away.models):
        with pytest.raises(ChatError, match="settings of the environment cannot be used") as raised:
            ask()
        assert hint in str(raised.value)
        assert PASSWORD not in str(raised.value)
        assert "\n" not in str(raised.value)


def test_with_a_proxy_that_cannot_be_used_the_articles_answer(
    away: ChatModel, monkeypatch: pytest.MonkeyPatch, rivers: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    config = Config(reader="none", min_confidence=0.0)
    opened = Assistant.open(rivers, tmp_path / "index", config=config, encoder=WordEncoder())
    answer = opened.ask("How long is the Nile?", chat_model=away)
    assert answer.statements == opened.ask("How long is the Nile?", chat_model=None).statements
    assert "a SOCKS proxy needs the package socksio" in answer.reason


def test_a_model_of_this_machine_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent")
    with scripted([Says("A word.")]) as server:
        assert said(server) == "A word."


def test_what_is_no_address_is_told() -> None:
    model = ChatModel(Endpoint("m", "http://127.0.0.1\x00/v1", ""), environ={})
    for ask in (lambda: list(model.reply(ASKED)), model.models):
        with pytest.raises(ChatError, match=r"'http://127.0.0.1\\x00/v1' is not the address of a"):
            ask()
