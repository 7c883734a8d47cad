"""What the README and docs/ promise, kept: commands, scripts, answers, links, the tour."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click import Context
from click.testing import CliRunner

from rag.cli import program
from rag.config import SECRETS, Config, load_config
from rag.evaluate.gate import read_gate
from rag.providers import PROVIDERS, Provider
from tests.readme import DOCS, PAGES, README, ROOT, blocks, text_of, with_answers
from tests.started import variables

if TYPE_CHECKING:
    from rag.assistant import Assistant

ALL = "\n".join(text_of(page) for page in PAGES)
TOUR = DOCS / "architecture.md"
BY_NAME = {"argvalues": PAGES, "ids": [page.stem for page in PAGES]}


def commands() -> list[str]:
    """Return every line that the pages tell to type, and the commands in their prose."""
    typed = [
        re.sub(r"^(?:[A-Z_]+=\S+ )+", "", line.removeprefix("$ ").split("  #")[0].strip())
        for block in blocks("sh", "console")
        for line in block.splitlines()
    ]
    named = re.findall(r"`((?:rag|make) [^`]+)`", ALL)
    return [line for line in dict.fromkeys([*typed, *named]) if line]


def test_the_readme_tells_commands() -> None:
    found = commands()
    assert "make chat" in found
    assert "make test" in found
    assert sum(line.startswith("rag ") for line in found) >= 5


def test_no_other_command_is_told() -> None:
    """So that none is told that no check looks at; curl is called in tests/service."""
    for line in commands():
        assert line.startswith(("make ", "rag ", "curl ")) or line == "source .venv/bin/activate"


def test_every_command_is_told() -> None:
    told = re.findall(r"^\| `rag (\w+)` +\|", text_of(DOCS / "programs.md"), re.M)
    assert sorted(told) == sorted(program.list_commands(Context(program)))


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


def test_every_setting_in_prose_is_there() -> None:
    names = {setting.name for setting in fields(Config)}
    named = re.findall(r"--set[ \n]'?([a-z_]+)=", ALL) + re.findall(r"`([a-z_]+) = ", ALL)
    assert {"uploads", "min_confidence", "reader"} <= set(named) <= names
    variables = set(re.findall(r"\bRAG_[A-Z_]+\b", ALL)) - set(SECRETS)
    assert {name.removeprefix("RAG_").lower() for name in variables} <= names


@pytest.mark.parametrize("page", **BY_NAME)
def test_the_answers_shown_are_the_answers_given(page: Path, seeds: Assistant) -> None:
    shown = text_of(page)
    assert with_answers(shown, seeds) == shown, "run: python -m tests.readme"


def test_an_answer_that_is_shown_is_marked_as_one() -> None:
    """So that none is shown that the check above does not make anew."""
    for page in PAGES:
        text = text_of(page)
        printed = [block for block in blocks("text", pages=[page]) if "Sources:\n" in block]
        assert len(printed) <= text.count("<!-- answer: ") == text.count("<!-- /answer -->")
        outside = re.sub(r"<!-- answer: .*?<!-- /answer -->", "", text, flags=re.S)
        assert "Sources:\n" not in outside, page
    readme = text_of(README)
    assert "\n\nSources:\n[1] " in readme
    assert "\nThe articles don’t say what " in readme  # a decline


def ran(script: str, index: Path) -> str:
    """Return what a script of the README prints, run over an index of its own."""
    moved = script.replace('index="index"', f"index={str(index)!r}")
    moved = moved.replace("Assistant.open()", f"Assistant.open(index={str(index)!r})")
    run = subprocess.run(
        [sys.executable, "-c", moved], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (run.returncode, run.stderr.count("Traceback")) == (0, 0), run.stderr
    return run.stdout


SCRIPTS = blocks("python")


@pytest.mark.parametrize("script", [one for one in SCRIPTS if "rag.evaluate" not in one])
def test_the_scripts_run(script: str, tmp_path: Path) -> None:
    printed = ran(script, tmp_path / "index")
    assert printed.count("Scores(") == 5 * script.count("print(passage.scores")
    assert printed.count("\nSources:\n[1] ") == script.count("print(answer)")
    for told in re.findall(r"print\(.*searched_for\)  # (.+)", script):
        assert told in printed


def test_the_script_that_evaluates_runs(tmp_path: Path) -> None:
    (evaluating,) = (one for one in SCRIPTS if "rag.evaluate" in one)
    whole = "tests/questions.jsonl"  # make test evaluates all of it once already
    few = tmp_path / "questions.jsonl"
    lines = (ROOT / whole).read_text(encoding="utf-8").splitlines(keepends=True)
    few.write_text("".join(lines[:10]), encoding="utf-8")
    assert whole in evaluating
    assert "Figure(" in ran(evaluating.replace(whole, few.as_posix()), tmp_path / "index")


def in_the_tour(page: Path = TOUR) -> list[str]:
    """Return the paths that the tour of the files names, in its order; of the README its map."""
    (tour,) = [block for block in blocks("", "text", pages=[page]) if "rag/datatypes.py  " in block]
    return [line.split()[0] for line in tour.splitlines() if line and not line[0].isspace()]


def test_the_readmes_map_is_drawn_of_the_tour() -> None:
    named, tour = in_the_tour(README), in_the_tour()
    for path in named:
        assert (ROOT / path).exists(), path
    # A chapter stands where its first module does.
    first = {
        path: next((n for n, one in enumerate(tour) if one.startswith(path)), -1) for path in named
    }
    of_both = [path for path in named if first[path] >= 0]
    assert of_both == sorted(of_both, key=first.__getitem__)
    assert {path for path in named if first[path] < 0} == {"seeds/", "index/"}


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


def test_every_toml_is_read(tmp_path: Path) -> None:
    gates = [block for block in blocks("toml") if "[minimum]" in block]
    shown = [block for block in blocks("toml") if block not in gates]
    for gate in gates:
        (tmp_path / "gate.toml").write_text(gate, encoding="utf-8")
        assert len(read_gate(tmp_path / "gate.toml")) == 4
    for settings in shown:
        (tmp_path / "rag.toml").write_text(settings, encoding="utf-8")
        found = load_config(folder=tmp_path, environ={})
        told = tomllib.loads(settings)
        assert {name: getattr(found.config, name) for name in told} == told
        assert {name for name, source in found.sources.items() if source == "rag.toml"} == set(told)
    assert gates
    assert shown


def test_every_setting_is_told_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` +\| +(?:`([^|]*)`)? +\|", text_of(DOCS / "settings.md"), re.M)
    told = {name: json.loads(default or "null") for name, default in rows}
    assert len(told) == len(rows)
    assert told == json.loads(json.dumps({one.name: one.default for one in fields(Config)}))


def test_the_thresholds_told_are_those_in_force() -> None:
    held = Config().least_confidence, Config(reader="none").least_confidence
    for page in (README, DOCS / "settings.md"):
        told = re.findall(r'(\.\d+) unless given, (\.\d+)\s+with reader "none"', text_of(page))
        assert told, page
        assert {tuple(float(share) for share in one) for one in told} == {held}


def test_the_servers_known_by_name_are_told_with_their_variables() -> None:
    (table,) = re.findall(r"^\| preset .*\n\|[ |-]+\n((?:\|.*\n)+)", ALL, re.M)
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
    whole = tuple(path for path in named if path.endswith("/"))
    modules = [path.relative_to(ROOT).as_posix() for path in (ROOT / "rag").rglob("*.py")]
    for path in modules:
        if not path.rpartition("/")[2].startswith("__"):
            assert path in named or path.startswith(whole), path


def imported(path: Path) -> set[str]:
    """Return what of rag/ a file imports anywhere, as the tour names it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module == "rag":
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rag."):
            below = str(node.module).removeprefix("rag.").replace(".", "/")
            names = [below, *(f"{below}/{alias.name}" for alias in node.names)]
        for name in names:
            found |= {f"rag/{name}.py"} if (ROOT / "rag" / f"{name}.py").is_file() else set()
            package = f"rag/{name.split('/')[0]}/"
            found |= {package} if (ROOT / package).is_dir() else set()
    return found


def test_a_module_imports_only_from_those_above_it() -> None:
    named = in_the_tour()
    below = {name: set(named[at + 1 :]) for at, name in enumerate(named)}
    below["rag/cli.py"] -= {name for name in named if name.startswith("rag/commands/")}
    for name in named:
        if name.startswith("rag/"):
            path = ROOT / name
            for file in path.rglob("*.py") if path.is_dir() else [path]:
                assert not imported(file) & below[name], file


def anchors(page: Path) -> set[str]:
    """Return the names that a code host gives to the headings of a page."""
    prose = re.sub(r"^```.*?^```", "", text_of(page), flags=re.S | re.M)
    titles = re.findall(r"^#+ (.+)$", prose, re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


OTHERS = [ROOT / "CHANGELOG.md", ROOT / "index" / "README.md"]


@pytest.mark.parametrize(
    "page", [*PAGES, *OTHERS], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_links_to_files_and_benchmarks_lead_somewhere(page: Path) -> None:
    text = text_of(page)
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", text)
    assert links or page in OTHERS
    for link, heading in links:
        target = page.parent / link if link else page
        assert target.exists(), link
        assert not heading or heading in anchors(target), (link, heading)
    for module in re.findall(r"python -m (tests\.[\w.]+)", text):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


def test_every_chapter_is_linked_from_the_readme_and_links_back() -> None:
    for page in PAGES[1:]:
        assert f"](docs/{page.name}" in text_of(README), page
        assert "](../README.md" in text_of(page), page


def test_the_pages_that_messages_and_modules_name_are_there() -> None:
    named = {
        (name, path)
        for folder in ("rag", "tests")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"docs/\w+\.md", text_of(path))
    }
    assert all((ROOT / name).exists() for name, _ in named), named


def test_its_pictures_are_there_and_small_enough_to_load() -> None:
    pictures = {
        page.parent / picture
        for page in PAGES
        for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text_of(page))
    }
    assert {path.resolve() for path in pictures} == set(DOCS.glob("*.png"))
    for path in pictures:
        assert 10_000 < path.stat().st_size < 400_000, path


def test_index_readme_names_every_file_of_a_generation(seeds: Assistant) -> None:
    text = (ROOT / "index" / "README.md").read_text(encoding="utf-8")
    (generation,) = (Path(seeds.config.index) / "generations").iterdir()
    for path in [*generation.iterdir(), *Path(seeds.config.index).iterdir()]:
        assert path.name in text, path.name
