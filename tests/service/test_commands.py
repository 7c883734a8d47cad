"""`rag serve` and `app.py`: what is asked of whoever comes, from flags, variables and a prompt."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

import app
import rag.service
from rag.cli import program
from rag.config import Config
from rag.errors import ConfigError, ServeError
from rag.service import Login
from tests.conftest import SEEDS
from tests.making import write_folder
from tests.started import eventually, serving


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A rag.toml of whoever runs the tests must not change them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_CORPUS", str(SEEDS))


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Config, dict[str, Any]]]:
    """Return what is served, in place of serving it."""
    calls: list[tuple[Config, dict[str, Any]]] = []

    def record(open_assistant: Any, config: Config, **more: Any) -> None:
        calls.append((config, more))

    monkeypatch.setattr(rag.service, "serve", record)
    monkeypatch.setattr(app, "serve", record)
    return calls


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


@pytest.mark.parametrize(
    ("arguments", "environ", "typed", "header"),
    [
        (["--auth", "ada:secret"], {}, "", basic("ada:secret")),
        (["--auth", "ada"], {}, "secret\n", basic("ada:secret")),
        (["--token", "t"], {}, "", "Bearer t"),
        ([], {"RAG_AUTH": "ada:secret"}, "", basic("ada:secret")),
        ([], {"RAG_TOKEN": "t"}, "", "Bearer t"),
    ],
    ids=["flag", "prompt", "token", "variable", "token's variable"],
)
def test_a_login_is_asked_for(
    served: list[tuple[Config, dict[str, Any]]],
    arguments: list[str],
    environ: dict[str, str],
    typed: str,
    header: str,
):
    done = CliRunner().invoke(program, ["serve", *arguments], env=environ, input=typed)
    assert done.exit_code == 0, done.output
    assert "secret" not in done.output
    ((_, more),) = served
    assert isinstance(more["login"], Login)
    assert more["login"].admits(header)
    assert not more["login"].admits(header + "x")


def test_without_a_login_nothing_is_asked_for(served: list[tuple[Config, dict[str, Any]]]):
    assert CliRunner().invoke(program, ["serve", "--no-page"]).exit_code == 0
    ((config, more),) = served
    assert more["login"] is None
    assert more["page"] is False
    assert config.public == "login"


def test_everyone_is_let_in_only_where_that_is_asked_for_twice(
    served: list[tuple[Config, dict[str, Any]]],
):
    arguments = ["serve", "--host", "0.0.0.0", "--public-without-login"]
    assert CliRunner().invoke(program, arguments).exit_code == 0
    assert [(config.host, config.public) for config, _ in served] == [("0.0.0.0", "open")]


def test_serving_to_others_without_a_login_is_refused():
    refused = CliRunner().invoke(program, ["serve", "--host", "0.0.0.0"])
    assert isinstance(refused.exception, ServeError)
    assert "RAG_AUTH" in str(refused.exception)


def test_a_login_without_a_password_is_refused():
    refused = CliRunner().invoke(program, ["serve", "--auth", "ada:"])
    assert isinstance(refused.exception, ConfigError)


def test_the_script_asks_for_the_login_of_the_variables(
    served: list[tuple[Config, dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("RAG_AUTH", "ada:secret")
    assert app.main() == 0
    ((_, more),) = served
    assert more["login"].admits(basic("ada:secret"))


def test_no_secret_is_printed_with_the_settings():
    environ = {"RAG_AUTH": "ada:secret", "RAG_TOKEN": "s3cret"}
    done = CliRunner().invoke(program, ["config"], env=environ)
    assert done.exit_code == 0
    assert "secret" not in done.output
    assert "s3cret" not in done.output


def test_what_is_served_follows_the_folder(tmp_path: Path):
    folder = write_folder(tmp_path / "articles", {"otters.txt": "Otters sleep in the river."})
    words = ["--corpus", str(folder), "--index", str(tmp_path / "index"), "--set", "reader=none"]

    def are_served(url: str, names: list[str]) -> bool:
        told = httpx.get(f"{url}/api/articles", timeout=30).json()
        return [one["id"] for one in told.get("articles", [])] == names

    with serving(
        "-m", "rag", "serve", "--watch", "--no-page", "--port", "{port}", *words, folder=tmp_path
    ) as server:
        assert eventually(lambda: are_served(server.url, ["otters"]))
        write_folder(folder, {"beavers.txt": "Beavers build dams."})
        assert eventually(lambda: are_served(server.url, ["beavers", "otters"]))
        (folder / "otters.txt").unlink()
        assert eventually(lambda: are_served(server.url, ["beavers"]))
