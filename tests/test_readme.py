"""What the README promises, kept: its commands, its script, its answers, its tour."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from rag.cli import program
from rag.config import Config, load_config
from rag.evaluate.gate import read_gate
from rag.providers import PROVIDERS, Provider
from tests.readme import README, with_answers
from tests.started import variables

if TYPE_CHECKING:
    from rag.assistant import Assistant

ROOT = README.parent
TEXT = README.read_text(encoding="utf-8")
MEASURED = ROOT / "docs" / "measurements.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.S)


def commands() -> list[str]:
    """Return every line that the README tells to type, and the commands in prose, docs/'s too."""
    typed = [
        line.removeprefix("$ ").split("  #")[0].strip()
        for kind, block in BLOCKS
        if kind in ("sh", "console")
        for line in block.splitlines()
    ]
    named = re.findall(r"`((?:rag|make) [^`]+)`", TEXT + MEASURED.read_text(encoding="utf-8"))
    return [line for line in dict.fromkeys([*typed, *named]) if line]


def test_the_readme_tells_commands() -> None:
    found = commands()
    assert "make chat" in found
    assert "make test" in found
    assert sum(line.startswith("rag ") for line in found) >= 5


@pytest.mark.parametrize("command", [line for line in commands() if line.startswith("make ")])
def test_every_make_command_has_its_target(command: str) -> None:
    target, *settings = command.split()[1:]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.M)
    for setting in settings:
        name = setting.split("=")[0]
        assert re.search(rf"^{name} \?=|\(call given,{name},", makefile, re.M)


@pytest.mark.parametrize("command", [line for line in commands() if line.startswith("rag ")])
def test_every_rag_command_and_flag_is_there(command: str) -> None:
    _, name, *rest = command.split()
    if name.startswith("-"):
        assert name in CliRunner().invoke(program, ["--help"]).output
        return
    help_text = CliRunner().invoke(program, [name, "--help"]).output
    assert f"rag {name}" in help_text or f"program {name}" in help_text
    for flag in re.findall(r"--[a-z-]+", " ".join(rest)):
        assert flag in help_text


def test_the_answers_shown_are_the_answers_given(seeds: Assistant) -> None:
    assert with_answers(TEXT, seeds) == TEXT, "run: python -m tests.readme"


def ran(script: str, index: Path) -> str:
    """Return what a script of the README prints, run over an index of its own."""
    moved = script.replace('index="index"', f"index={str(index)!r}")
    moved = moved.replace("Assistant.open()", f"Assistant.open(index={str(index)!r})")
    run = subprocess.run(
        [sys.executable, "-c", moved], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (run.returncode, run.stderr.count("Traceback")) == (0, 0), run.stderr
    return run.stdout


def test_the_scripts_run(tmp_path: Path) -> None:
    asking, evaluating = (block for kind, block in BLOCKS if kind == "python")
    printed = ran(asking, tmp_path / "index")
    assert printed.count("Scores(") == 5
    assert "\nSources:\n[1] " in printed
    whole = "tests/questions.jsonl"  # make test evaluates all of it once already
    few = tmp_path / "questions.jsonl"
    lines = (ROOT / whole).read_text(encoding="utf-8").splitlines(keepends=True)
    few.write_text("".join(lines[:10]), encoding="utf-8")
    assert whole in evaluating
    assert "Figure(" in ran(evaluating.replace(whole, few.as_posix()), tmp_path / "index")


def in_the_tour() -> list[str]:
    """Return the paths that the tour of the files names, in its order."""
    (tour,) = [
        block
        for kind, block in re.findall(r"```(\w*)\n(.*?)```", TEXT, re.S)
        if "app.py  " in block
    ]
    return [line.split()[0] for line in tour.splitlines() if line and not line[0].isspace()]


OFFLINE = """
import atexit, sys
tried = []

def refuse(event, args):
    if event == "socket.connect":
        place = args[1]
        if isinstance(place, tuple) and place[0] not in ("127.0.0.1", "::1"):
            tried.append(place)
            raise OSError("there is no network")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        tried.append(args)
        raise OSError("there is no network")

sys.addaudithook(refuse)
atexit.register(lambda: print("tried:", tried, file=sys.stderr))
from rag.cli import main
main()
"""


def test_no_network_is_needed_to_index_and_ask(rivers: Path, tmp_path: Path) -> None:
    words = ["ask", "How long is the Nile?", "--corpus", str(rivers), "--index"]
    run = subprocess.run(
        [sys.executable, "-c", OFFLINE, *words, str(tmp_path / "index")],
        capture_output=True, text=True, check=False, cwd=tmp_path, env=variables(),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stderr.splitlines()[-1] == "tried: []"
    assert run.stdout.startswith("The Nile is about 6,650 kilometres long.")


def test_its_toml_is_read(tmp_path: Path) -> None:
    gate, shown = (block for kind, block in BLOCKS if kind == "toml")
    (tmp_path / "gate.toml").write_text(gate, encoding="utf-8")
    assert len(read_gate(tmp_path / "gate.toml")) == 4
    (tmp_path / "rag.toml").write_text(shown, encoding="utf-8")
    found = load_config(folder=tmp_path, environ={})
    told = tomllib.loads(shown)
    assert {name: getattr(found.config, name) for name in told} == told
    assert {name for name, source in found.sources.items() if source == "rag.toml"} == set(told)


def test_the_thresholds_told_are_those_in_force() -> None:
    (told,) = re.findall(r'(\.\d+) unless given, (\.\d+) with reader "none"', TEXT)
    held = Config().least_confidence, Config(reader="none").least_confidence
    assert tuple(float(share) for share in told) == held


def test_the_servers_known_by_name_are_told_with_their_variables() -> None:
    (table,) = re.findall(r"^\| preset .*\n\|[ |-]+\n((?:\|.*\n)+)", TEXT, re.M)
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()]
    told = [
        (name.strip("`"), title.partition(", with")[0], "--base-url" in title, key)
        for name, title, key in rows
    ]
    assert told == [
        (name, one.title, not one.base_url, key_told(one)) for name, one in PROVIDERS.items()
    ]


def key_told(one: Provider) -> str:
    if not one.key_variable:
        return "none"
    return f"`{one.key_variable}`" + ", if it has one" * one.local


def test_the_tour_names_every_module_once() -> None:
    named = in_the_tour()
    assert len(named) == len(set(named))
    for path in named:
        assert (ROOT / path).exists(), path
    modules = {f"rag/{path.name}" for path in (ROOT / "rag").glob("*.py") if path.name[:2] != "__"}
    packages = {f"rag/{path.parent.name}/" for path in (ROOT / "rag").glob("*/__init__.py")}
    assert modules | packages <= set(named)


def imported(path: Path) -> set[str]:
    """Return what of rag/ a file imports anywhere, as the tour names it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module == "rag":
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rag."):
            names = [str(node.module).split(".")[1]]
        for name in names:
            if (ROOT / "rag" / name).is_dir():
                found.add(f"rag/{name}/")
            elif (ROOT / "rag" / f"{name}.py").is_file():
                found.add(f"rag/{name}.py")
    return found


def test_a_module_imports_only_from_those_above_it() -> None:
    named = in_the_tour()
    below = {name: set(named[at + 1 :]) for at, name in enumerate(named)}
    below["rag/cli.py"] -= {name for name in named if name.startswith("rag/cli_")}
    for name in named:
        if name.startswith("rag/"):
            path = ROOT / name
            for file in path.rglob("*.py") if path.is_dir() else [path]:
                assert not imported(file) & below[name], file


@pytest.mark.parametrize("page", [README, MEASURED], ids=lambda page: page.name)
def test_links_to_files_and_benchmarks_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    assert links
    for link in links:
        assert (page.parent / link).exists(), link
    for module in re.findall(r"python -m (tests\.[\w.]+)", text):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_its_picture_is_there_and_small_enough_to_load() -> None:
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT):
        assert 10_000 < (ROOT / picture).stat().st_size < 400_000


def test_index_readme_names_every_file_of_a_generation(seeds: Assistant) -> None:
    text = (ROOT / "index" / "README.md").read_text(encoding="utf-8")
    (generation,) = (Path(seeds.config.index) / "generations").iterdir()
    for path in [*generation.iterdir(), *Path(seeds.config.index).iterdir()]:
        assert path.name in text, path.name
