"""Presets of model servers: what is reached, and with which key."""

from __future__ import annotations

import pytest

from rag.config import Config, load_config
from rag.errors import ConfigError
from rag.providers import KEY_VARIABLE, PROVIDERS, checked_url, endpoint

LOCAL = ("ollama", "llama.cpp", "vllm", "lmstudio")


def test_every_preset_is_reached_at_its_own_address() -> None:
    for name, preset in PROVIDERS.items():
        if not preset.base_url:
            continue
        found = endpoint(f"{name}:some-model")
        assert (found.model, found.base_url) == ("some-model", preset.base_url)
        assert checked_url(preset.base_url) == preset.base_url
        assert found.needs_key == (name not in LOCAL)
        assert preset.base_url.startswith("http://127." if name in LOCAL else "https://")


def test_no_two_servers_share_a_key() -> None:
    variables = [one.key_variable for one in PROVIDERS.values() if one.key_variable]
    assert len(variables) == len(set(variables))
    assert KEY_VARIABLE not in variables


def test_a_model_of_a_preset_may_have_a_colon_in_its_name() -> None:
    assert endpoint("ollama:qwen3:8b").model == "qwen3:8b"
    assert endpoint("qwen3:8b", "http://127.0.0.1:11434/v1").model == "qwen3:8b"
    assert endpoint("OpenAI:gpt").key_variable == "OPENAI_API_KEY"


def test_a_server_of_one_s_own_gets_the_key_of_its_own_alone() -> None:
    found = endpoint("m", "http://10.0.0.5:8000/v1/")
    assert (found.base_url, found.key_variable) == ("http://10.0.0.5:8000/v1", KEY_VARIABLE)
    environ = {"OPENAI_API_KEY": "sk-theirs", KEY_VARIABLE: " mine "}
    assert found.found_key(environ) == "mine"
    assert endpoint("ollama:m").found_key(environ) == ""
    assert endpoint("openai:m").found_key(environ) == "sk-theirs"


@pytest.mark.parametrize(
    ("model", "base_url", "message"),
    [
        ("qwen3", "", "does not say where it runs"),
        ("intfloat/e5", "", "write encoder = 'intfloat/e5'"),
        ("azure:gpt", "", "no base_url of its own"),
        ("m", "ftp://x/v1", "must be like http"),
        ("m", "127.0.0.1:80", "must be like http"),
        ("m", "http://", "must be like http"),
        ("m", "http://x:99999/v1", "is not an address"),
        ("m", "http://x\x00/v1", "is not an address"),
        ("m", "http://x/v1\n/more", "is not an address"),
        ("m", "http://me:secret@x/v1", "keys stand in variables"),
        ("m", "http://x/v1?key=secret", "without a"),
    ],
)
def test_what_cannot_be_reached_is_told_without_what_may_be_a_key(
    model: str, base_url: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        Config(model=model, base_url=base_url)
    assert "secret" not in str(caught.value)


def test_a_preset_alone_is_no_model() -> None:
    with pytest.raises(ConfigError, match="write zhipu:NAME"):
        Config(model="zhipu")


def test_a_key_is_no_setting() -> None:
    found = load_config({"model": "ollama:m"}, environ={KEY_VARIABLE: "sk-secret"})
    assert found.config.model == "ollama:m"
    assert "sk-secret" not in str(found.to_dict())
    assert "sk-secret" not in repr(endpoint("m", "http://x/v1"))
