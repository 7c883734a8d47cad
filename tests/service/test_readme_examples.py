"""What the README and docs/programs.md show of asking from other programs, done."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.assistant import Assistant
from rag.cli import program
from tests.readme import DOCS, blocks, text_of
from tests.service.serving import door, running, same

PROGRAMS = DOCS / "programs.md"
CURLS = dict.fromkeys(
    line for block in blocks("sh") for line in block.splitlines() if line.startswith("curl ")
)
SHOWN = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def address(seeds: Assistant) -> Iterator[str]:
    with running(door(seeds)) as url:
        yield url


@pytest.mark.parametrize("line", CURLS)
def test_every_curl_gets_an_answer(seeds: Assistant, address: str, line: str):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    command = shlex.split(line.replace(SHOWN, address))
    done = subprocess.run([*command, "--silent"], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert "error" not in answer
    if "/api/ask" in line:
        assert same(answer) == same(seeds.ask("Who founded 01.AI?").to_dict())


def test_the_client_of_openai_prints_the_answer(seeds: Assistant, address: str):
    (script,) = blocks("py")
    done = subprocess.run(
        [sys.executable, "-c", script.replace(SHOWN, address)],
        capture_output=True,
        text=True,
        check=True,
    )
    answer = seeds.ask("Who founded 01.AI?")
    assert done.stdout.startswith(str(answer))
    assert answer.citations
    for citation in answer.citations:
        assert citation.quote in done.stdout.removeprefix(str(answer))


def test_the_settings_for_mcp_name_a_command_that_there_is():
    (block,) = (block for block in blocks("json") if "mcpServers" in block)
    ((name, server),) = json.loads(block)["mcpServers"].items()
    assert (name, Path(server["command"]).name) == ("articles", "rag")
    shown = CliRunner().invoke(program, [server["args"][0], "--help"])
    assert shown.exit_code == 0
    for flag in server["args"][1::2]:
        assert flag in shown.output


def test_every_flag_of_serving_that_is_shown_is_there():
    text = CliRunner().invoke(program, ["serve", "--help"]).output
    (section,) = re.findall(r"^## Who is let in\n(.*?)^## ", text_of(PROGRAMS), re.S | re.M)
    shown = set(re.findall(r"--[a-z-]+", section))
    assert len(shown) >= 4
    for flag in shown:
        assert flag in text, flag
