"""Settings: their layers, where each came from, and what is refused."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.config import Config, load_config
from rag.errors import ConfigError


def test_the_defaults_are_valid_and_come_from_nowhere(tmp_path: Path) -> None:
    found = load_config(folder=tmp_path, environ={})
    assert found.config == Config()
    assert set(found.sources.values()) == {"default"}
    assert list(found.sources) == [setting.name for setting in fields(Config)]


def test_a_later_layer_wins_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text('passages = 4\nport = 1\nencoder = "m"\nchunk_tokens = 64')
    environ = {"RAG_PORT": "2", "RAG_ENCODER": "from the environment", "HOME": "/"}
    found = load_config({"encoder": "from a flag", "host": None}, folder=tmp_path, environ=environ)
    assert (found.config.passages, found.config.port) == (4, 2)
    assert (found.config.encoder, found.config.host) == ("from a flag", "127.0.0.1")
    assert {name: found.sources[name] for name in ("passages", "port", "encoder", "host")} == {
        "passages": "rag.toml", "port": "RAG_PORT", "encoder": "flag", "host": "default",
    }  # fmt: skip


def test_pyproject_is_read_where_there_is_no_rag_toml(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n[tool.rag]\npassages = 4")
    found = load_config(folder=tmp_path, environ={})
    assert (found.config.passages, found.sources["passages"]) == (4, "pyproject.toml")
    (tmp_path / "rag.toml").write_text("passages = 5")
    assert load_config(folder=tmp_path, environ={}).config.passages == 5


def test_every_setting_can_be_given_as_a_variable(tmp_path: Path) -> None:
    default = Config(min_confidence=0.5)
    values = {s.name: getattr(default, s.name) for s in fields(Config)}
    given_ = {
        f"RAG_{name.upper()}": "|".join(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
    }
    found = load_config(folder=tmp_path, environ=given_)
    assert found.config == default
    assert {found.sources[s.name] for s in fields(Config)} <= {*given_, "default"}


@pytest.mark.parametrize(
    ("before", "model", "holds"),
    [
        ({"base_url": "http://x/v1"}, "openai:b", False),
        ({"base_url": "http://x/v1", "model": "qwen3"}, "openai:b", False),
        ({"base_url": "http://x/v1", "model": "ollama:qwen3"}, "openai:b", False),
        ({"base_url": "http://x/v1", "model": "openai:a"}, "OpenAI:b", True),
        ({"base_url": "http://x/v1", "model": "openai:a"}, "b", True),
        ({"base_url": "http://x/v1", "model": "qwen3"}, "qwen4", True),
        ({"base_url": "http://x/v1"}, "qwen3", True),
    ],
)
@pytest.mark.parametrize("place", ["rag.toml", "variables"])
def test_a_preset_named_later_is_reached_at_its_own_address(
    tmp_path: Path, before: dict[str, str], model: str, holds: bool, place: str
) -> None:
    environ = {f"RAG_{name.upper()}": value for name, value in before.items()}
    if place == "rag.toml":
        lines = [f'{name} = "{value}"' for name, value in before.items()]
        (tmp_path / "rag.toml").write_text("\n".join(lines))
        environ = {}
    found = load_config({"model": model}, folder=tmp_path, environ=environ)
    assert (found.config.model, found.config.base_url) == (model, "http://x/v1" if holds else "")
    told = "rag.toml" if place == "rag.toml" else "RAG_BASE_URL"
    assert found.sources["base_url"] == (told if holds else "flag")


def test_a_base_url_beside_a_preset_or_after_it_is_the_preset_s(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text('model = "azure:a"\nbase_url = "http://x/v1"')
    one = {"model": "openai:b", "base_url": "http://y/v1"}
    assert load_config(one, folder=tmp_path, environ={}).config.base_url == "http://y/v1"
    environ = {"RAG_BASE_URL": "http://z/v1"}
    after = load_config(folder=tmp_path, environ=environ)
    assert (after.config.model, after.config.base_url) == ("azure:a", "http://z/v1")
    assert load_config({"model": "azure:b"}, folder=tmp_path, environ={}).config.base_url
    with pytest.raises(ConfigError, match="azure has no base_url of its own: give yours beside"):
        load_config({"model": "azure:b"}, folder=tmp_path / "none", environ=environ)


def test_a_preset_of_a_variable_leaves_the_server_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text('base_url = "http://x/v1"')
    found = load_config(folder=tmp_path, environ={"RAG_MODEL": "openai:b"})
    assert (found.config.base_url, found.sources["base_url"]) == ("", "RAG_MODEL")


def test_a_variable_without_a_value_is_not_given(tmp_path: Path) -> None:
    assert load_config(folder=tmp_path, environ={"RAG_PORT": " "}).config.port == 7860


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("passages", "12", 12),
        ("passages", 12.0, 12),
        ("bm25_b", 1, 1.0),
        ("bm25_b", "0.25", 0.25),
        ("min_confidence", "0", 0.0),
        ("corpus", Path("my articles"), "my articles"),
        ("examples", "One? | Two?|", ("One?", "Two?")),
        ("examples", ["One?", " "], ("One?",)),
    ],
)
def test_values_are_read_as_the_type_of_their_setting(
    tmp_path: Path, name: str, written: Any, expected: Any
) -> None:
    found = load_config({name: written}, folder=tmp_path, environ={})
    value = getattr(found.config, name)
    assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("name", "written", "message"),
    [
        ("passages", "many", "passages in a flag must be a whole number, got 'many'"),
        ("passages", 1.5, "passages in a flag must be a whole number, got 1.5"),
        ("passages", True, "passages in a flag must be a whole number, got True"),
        ("passages", math.inf, "passages in a flag must be a whole number, got inf"),
        ("bm25_b", "a", "bm25_b in a flag must be a number, got 'a'"),
        ("encoder", 3, "encoder in a flag must be text, got 3"),
        ("examples", 3, "examples in a flag must be a list of texts, got 3"),
        ("passages", 0, "passages must be at least 1, got 0"),
        ("chunk_tokens", 15, "chunk_tokens must be at least 16, got 15"),
        ("overlap_sentences", -1, "overlap_sentences must be at least 0, got -1"),
        ("bm25_k1", -0.1, "bm25_k1 must be at least 0, got -0.1"),
        ("bm25_k1", "nan", "bm25_k1 must be at least 0, got nan"),
        ("bm25_k1", "inf", "bm25_k1 must be finite, got inf"),
        ("bm25_b", 1.1, "bm25_b must be from 0 to 1, got 1.1"),
        ("bm25_b", "nan", "bm25_b must be from 0 to 1, got nan"),
        ("vector_weight", -1, "vector_weight must be from 0 to 1, got -1.0"),
        ("min_confidence", 2, "min_confidence must be from 0 to 1, got 2.0"),
        ("min_confidence", "nan", "min_confidence must be from 0 to 1, got nan"),
        ("min_confidence", "low", "min_confidence in a flag must be a number, got 'low'"),
        ("port", 65536, "port must be at most 65535, got 65536"),
        ("port", -1, "port must be at least 0, got -1"),
        ("retriever", "both", "retriever must be one of hybrid, lexical, vector, got 'both'"),
        ("encoder", " ", "encoder must not be empty"),
        ("corpus", "", "corpus must not be empty"),
    ],
)
def test_a_value_that_is_not_valid_is_told_with_its_name(
    tmp_path: Path, name: str, written: Any, message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({name: written}, folder=tmp_path, environ={})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("key", "near"),
    [("chunk_token", "chunk_tokens"), ("pasages", "passages"), ("Encoder", "encoder")],
)
def test_an_unknown_setting_names_the_nearest(tmp_path: Path, key: str, near: str) -> None:
    (tmp_path / "rag.toml").write_text(f"{key} = 1")
    with pytest.raises(ConfigError, match=f"unknown setting '{key}' in .*rag.toml; .* {near}?"):
        load_config(folder=tmp_path, environ={})
    with pytest.raises(ConfigError, match=f"in a keyword argument; did you mean {near}?"):
        Config().replace(**{key: 1})


def test_the_encoder_under_its_old_name_is_told_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text('model = "intfloat/multilingual-e5-small"')
    with pytest.raises(
        ConfigError,
        match=r"model 'intfloat/multi.*' does not say .*write encoder = 'intfloat/multi",
    ):
        load_config(folder=tmp_path, environ={})


def test_an_unknown_setting_like_no_other_lists_them_all(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'zzz' in the RAG_ variables: `rag config` lists them"):
        load_config(folder=tmp_path, environ={"RAG_ZZZ": "1"})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rag.toml", b"passages ="),
        ("rag.toml", b"\xff\xfe"),
        ("pyproject.toml", b"[tool.rag"),
        ("pyproject.toml", b"[tool]\nrag = 3"),
        ("pyproject.toml", b"tool = 3"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=name):
        load_config(folder=tmp_path, environ={})


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_bytes(b"\xef\xbb\xbfpassages = 3")
    assert load_config(folder=tmp_path, environ={}).config.passages == 3


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=3))
def test_any_flags_give_a_configuration_or_a_config_error(
    tmp_path: Path, flags: dict[str, str]
) -> None:
    if flags:
        with pytest.raises(ConfigError, match=r"unknown setting|must be"):
            load_config(flags, folder=tmp_path, environ={})
    else:
        assert load_config(flags, folder=tmp_path, environ={}).config == Config()


@given(
    st.sampled_from([setting.name for setting in fields(Config)]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text())),
)
def test_any_value_is_taken_or_is_a_config_error(tmp_path: Path, name: str, value: Any) -> None:
    told = name
    try:
        found = load_config({name: value}, folder=tmp_path, environ={})
        assert found.config.replace(passages=3).passages == 3
    except ConfigError as error:
        told = str(error)
    assert name in told


def test_the_threshold_is_the_one_given_or_suits_the_reader(tmp_path: Path) -> None:
    read, plain = Config(), Config().replace(reader="none")
    assert read.least_confidence > plain.least_confidence > 0
    given = [config.replace(min_confidence=0.0).least_confidence for config in (read, plain)]
    assert given == [0.0, 0.0]
    assert plain.in_force()["min_confidence"] == plain.least_confidence
    told = load_config({"reader": "none"}, folder=tmp_path, environ={}).to_dict()
    assert told["min_confidence"] == {"value": plain.least_confidence, "from": "default"}


def test_only_what_shapes_an_index_makes_it_stale() -> None:
    config = Config()
    for name, value in {"port": 1, "passages": 3, "corpus": "x", "batch_size": 2}.items():
        assert config.replace(**{name: value}).index_settings() == config.index_settings()
    for name, value in {
        "chunk_tokens": 99, "overlap_sentences": 3, "bm25_k1": 2.0, "bm25_b": 0.5,
    }.items():  # fmt: skip
        assert config.replace(**{name: value}).index_settings()[name] == value


def test_a_configuration_prints_as_values_and_sources(tmp_path: Path) -> None:
    found = load_config({"port": 8000}, folder=tmp_path, environ={"RAG_PASSAGES": "3"}).to_dict()
    assert found["port"] == {"value": 8000, "from": "flag"}
    assert found["passages"] == {"value": 3, "from": "RAG_PASSAGES"}
    assert found["bm25_k1"] == {"value": Config().bm25_k1, "from": "default"}
    assert list(found) == [setting.name for setting in fields(Config)]
