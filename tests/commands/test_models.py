"""`rag models`, and a chat model behind `rag ask`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag import cli
from rag.chat_model import FOR_A_WORD
from rag.providers import KEY_VARIABLE, PROVIDERS
from tests.making import RIVERS, write_folder
from tests.scripted import Fails, Says, ScriptedServer, scripted

Rag = Callable[..., tuple[int, str, str]]
KEY = "sk-0123456789"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted(
        [Says("The Nile is about 6,650 kilometres long [1]. It is blue [2].")]
    ) as serving:
        yield serving


def test_the_presets_are_listed_without_any_key(rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIPUAI_API_KEY", KEY)
    code, out, err = rag("models")
    assert (code, err) == (0, "")
    for preset in PROVIDERS.values():
        assert preset.title in out
    assert "ZHIPUAI_API_KEY (set)" in out
    assert KEY not in out
    assert all(one.base_url in out for one in PROVIDERS.values())  # none is cut in a pipe
    assert all(line == line.rstrip() for line in out.splitlines())
    here = "LM Studio runs here" in out or "No server of a model answers on this machine" in out
    assert here or " runs here with " in out
    rows = {row["name"]: row for row in json.loads(rag("models", "--json")[1])}
    assert list(rows) == list(PROVIDERS)
    assert rows["zhipu"]["key_is_set"]
    assert rows["zhipu"]["models"] is None


def test_a_server_without_a_list_of_models_is_told(rag: Rag, server: ScriptedServer) -> None:
    server.lists = False
    code, out, err = rag("models", "--base-url", server.url.removesuffix("/v1"))
    assert (code, out) == (2, "")
    assert "has no list of models at /: the path of most servers is /v1" in err


def test_the_models_of_a_server_are_listed(rag: Rag, server: ScriptedServer) -> None:
    assert rag("models", "--base-url", server.url) == (0, "other-writer\ntiny-writer\n", "")
    assert json.loads(rag("models", "ollama", "--base-url", server.url, "--json")[1]) == [
        "other-writer", "tiny-writer",
    ]  # fmt: skip


@pytest.fixture
def openai_s(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """Serve what stands for OpenAI's own server, with a key for it."""
    with scripted([Says("The Nile is about 6,650 kilometres long [1].")]) as serving:
        preset = replace(PROVIDERS["openai"], base_url=serving.url)
        monkeypatch.setitem(PROVIDERS, "openai", preset)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield serving


def key_of(server: ScriptedServer) -> list[str | None]:
    """Return the key that each request brought."""
    return [
        headers.get("authorization", headers.get("Authorization")) for headers in server.headers
    ]


def test_a_preset_s_key_goes_to_no_server_of_the_settings(
    rag: Rag,
    server: ScriptedServer,
    openai_s: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RAG_BASE_URL", server.url)
    assert rag("models", "openai")[0] == 0
    assert rag("models", "openai:gpt")[0] == 0
    assert rag("models", "--model", "openai:gpt")[0] == 0
    monkeypatch.setenv("RAG_MODEL", "qwen3")
    assert rag("models", "openai")[0] == 0
    assert key_of(openai_s) == [f"Bearer {KEY}"] * 4
    assert server.headers == []


def test_a_preset_s_key_goes_where_a_base_url_was_given_for_it(
    rag: Rag,
    server: ScriptedServer,
    openai_s: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert rag("models", "openai", "--base-url", server.url)[0] == 0
    monkeypatch.setenv("RAG_BASE_URL", server.url)
    monkeypatch.setenv("RAG_MODEL", "openai:gpt")
    assert rag("models", "openai")[0] == rag("models", "openai:other")[0] == rag("models")[0] == 0
    assert key_of(server) == [f"Bearer {KEY}"] * 4
    assert openai_s.headers == []


def test_a_model_without_a_preset_is_tried_on_the_server_of_the_settings(
    rag: Rag, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_BASE_URL", server.url)
    assert rag("models", "tiny-writer")[0] == 0
    assert rag("models") == (0, "other-writer\ntiny-writer\n", "")


def test_a_question_to_a_preset_goes_to_no_server_of_the_settings(
    rag: Rag,
    server: ScriptedServer,
    openai_s: ScriptedServer,
    tmp_path: Path,
    tiny_model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = write_folder(tmp_path / "in", RIVERS)
    (tmp_path / "rag.toml").write_text(f'base_url = "{server.url}"\nmodel = "tiny-writer"\n')
    monkeypatch.chdir(tmp_path)
    code, out, _ = rag(
        "ask", "How long is the Nile?", "--corpus", str(folder), "--encoder", str(tiny_model),
        "--set", "runtime=torch", "--set", "reader=none", "--set", "min_confidence=0",
        "--model", "openai:gpt",
    )  # fmt: skip
    assert code == 0
    assert out.startswith("The Nile is about 6,650 kilometres long. [1]")
    assert key_of(openai_s) == [f"Bearer {KEY}"]
    assert server.headers == []


def test_a_model_is_tried_out(rag: Rag, server: ScriptedServer) -> None:
    code, out, _ = rag("models", "--model", "tiny-writer", "--base-url", server.url)
    assert code == 0
    assert out.startswith("tiny-writer answered in ")
    assert server.prompts == [FOR_A_WORD]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["models", "nope"], "no preset is called 'nope'"),
        (["models", "--base-url", "http://127.0.0.1:9/v1"], "no server answers at http://127."),
        (["models", "zhipu"], "set the variable ZHIPUAI_API_KEY"),
        (["models", "azure"], "no base_url of its own"),
        (["models", "--base-url", "http://x\x00/v1"], "base_url is not an address"),
        (["ask", "Why?", "--base-url", "http://127.0.0.1:9/v1"], "add --model NAME"),
        (["ask", "Why?", "--model", "qwen3"], "such as ollama:qwen3"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_reached_is_one_line(rag: Rag, words: list[str], said: str) -> None:
    code, out, err = rag(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_proxy_that_cannot_be_used_is_one_line(rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://me:secret@127.0.0.1:1080")
    for words in (["models", "qwen3"], ["models"]):
        code, out, err = rag(*words, "--base-url", "http://models.invalid/v1")
        assert (code, out) == (2, "")
        assert "a SOCKS proxy needs the package socksio; unset ALL_PROXY" in err
        assert "secret" not in err
        assert err.count("\n") == 1


def test_an_answer_of_a_model_in_the_terminal(
    rag: Rag,
    server: ScriptedServer,
    tmp_path: Path,
    tiny_model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    words = [
        "ask", "How long is the Nile?", "--corpus", str(write_folder(tmp_path / "in", RIVERS)),
        "--index", str(tmp_path / "index"), "--encoder", str(tiny_model),
        "--set", "runtime=torch", "--set", "reader=none", "--set", "min_confidence=0",
        "--base-url", server.url,
    ]  # fmt: skip
    code, out, _ = rag(*words, "--model", "tiny-writer")
    assert code == 0
    assert out.startswith("The Nile is about 6,650 kilometres long. [1] It is blue. ")
    assert "(not borne out by the passages)" in out
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    server.script = [Fails(401, f"wrong key {KEY}")]
    code, out, err = rag(*words, "--model", "tiny-writer", "--json")
    found = json.loads(out)
    assert (code, found["outcome"]) == (0, "answered")
    assert "refused the key (the variable RAG_MODEL_KEY)" in found["reason"]
    assert KEY not in out + err
    assert KEY not in str(rag("config"))


def test_a_key_that_is_not_set_is_asked_for_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.providers import endpoint

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(cli.click, "prompt", lambda text, **_: f" {KEY} ")
    found = cli.with_key(endpoint("zhipu:glm-4"))
    assert found.found_key({}) == KEY
    assert KEY not in repr(found)
    assert cli.with_key(endpoint("ollama:m")).key == ""
