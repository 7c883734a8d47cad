"""The Model view without a browser: what a choice reaches, and who may make one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rag.config import Config
from rag.errors import ConfigError
from rag.providers import KEY_VARIABLE, PROVIDERS, Endpoint
from rag.service.login import Login
from rag.service.serving import models_of
from rag.ui import model_settings
from rag.ui.model_events import may_choose

OWN = Endpoint("qwen3", "https://models.example/v1", KEY_VARIABLE, key="sk-typed")
EVERY_KEY = {one.key_variable: f"sk-{one.name}" for one in PROVIDERS.values() if one.key_variable}
EVERY_KEY[KEY_VARIABLE] = "sk-own"


@pytest.mark.parametrize(
    "address",
    [
        "https://api.openai.com/v1",  # a preset's, typed
        "https://models.example/v1/more",
        "https://models.example.elsewhere.example/v1",
        "http://models.example/v1",
        "https://models.example:8443/v1",
        "http://127.0.0.1:11434/v1",
    ],
)
def test_a_typed_address_is_sent_no_key(address: str) -> None:
    found = model_settings.reached("address", address, "m", OWN)
    assert (found.model, found.base_url) == ("m", address)
    assert found.found_key(EVERY_KEY) == ""


def test_the_configured_address_keeps_its_key_however_it_is_chosen() -> None:
    for server, address in (("configured", ""), ("address", "https://models.example/v1/")):
        found = model_settings.reached(server, address, "other", OWN)
        assert (found.model, found.found_key({})) == ("other", "sk-typed")


@pytest.mark.parametrize("name", [one.name for one in PROVIDERS.values() if one.base_url])
def test_a_preset_is_reached_at_its_own_address_whatever_else_is_sent(name: str) -> None:
    preset = PROVIDERS[name]
    found = model_settings.reached(name, "https://elsewhere.example/v1", " m:1 ", OWN)
    assert (found.model, found.base_url) == ("m:1", preset.base_url)
    assert found.found_key(EVERY_KEY) == EVERY_KEY.get(preset.key_variable, "")


@pytest.mark.parametrize(
    ("server", "address", "message"),
    [
        ("address", " ", "type the server's address first"),
        ("address", "file:///etc/passwd", "^the address must be like http"),
        ("address", "http://me:secret@x/v1", "keys stand in variables"),
        ("azure", "https://elsewhere.example/v1", "not offered here"),
        ("nobody", "", "not offered here"),
        ("configured", "", "not offered here"),
    ],
)
def test_what_is_no_server_is_refused(server: str, address: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        model_settings.reached(server, address, "m", None)


def test_the_way_back_to_no_model_is_told_where_there_is_one() -> None:
    assert 'class="writer"' in model_settings.line_html("m")
    assert ">Change</a>" in model_settings.line_html("m")
    plain = model_settings.line_html("")
    assert 'class="writer plain"' in plain
    assert ">Use a model</a>" in plain
    assert "--model azure:NAME" in model_settings.view_html(None, {})


def test_the_view_tells_variables_and_no_keys() -> None:
    shown = model_settings.view_html(OWN, EVERY_KEY)
    assert "sk-" not in shown
    for one in PROVIDERS.values():
        if one.base_url and one.key_variable:
            assert f"Its key is set, in the variable {one.key_variable}." in shown
    assert "is set" not in model_settings.view_html(None, {}).replace("is not set", "")


def test_names_of_models_are_shown_as_text() -> None:
    hostile = '"><script>window.pwned = 1</script>'
    for shown in (
        model_settings.pick_html("address", hostile, [hostile], ""),
        model_settings.pick_html("address", hostile, [], hostile),
        model_settings.line_html(hostile),
        model_settings.told_html(hostile),
    ):
        assert "<script" not in shown


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ({"host": "127.0.0.1:7860"}, True),
        ({"host": "localhost:7860"}, True),
        ({"host": "[::1]:7860"}, True),
        ({"host": "rebound.example:7860"}, False),
        ({"host": "127.0.0.1.example:7860"}, False),
        ({}, False),
        ({"host": "127.0.0.1:7860", "x-forwarded-for": "192.0.2.7"}, False),
        ({"host": "127.0.0.1:7860", "forwarded": "for=192.0.2.7"}, False),
    ],
)
def test_only_a_browser_on_this_machine_chooses(headers: dict[str, str], may: bool) -> None:
    assert may_choose(SimpleNamespace(headers=headers)) is may


def test_a_model_is_offered_where_the_page_is_served_to_this_machine_alone() -> None:
    assert models_of(Config(), None).configured is None
    assert models_of(Config(host="::1"), None) is not None
    assert models_of(Config(host="0.0.0.0", public="open"), None) is None
    assert models_of(Config(hosts=("articles.example",)), None) is None
    assert models_of(Config(), Login.from_environment({"RAG_TOKEN": "secret"})) is None
    alone = models_of(Config(base_url="http://127.0.0.1:9/v1/"), None).configured
    assert alone == Endpoint("", "http://127.0.0.1:9/v1", KEY_VARIABLE)
    both = models_of(Config(model="ollama:qwen3"), None).configured
    assert (both.model, both.base_url) == ("qwen3", PROVIDERS["ollama"].base_url)
