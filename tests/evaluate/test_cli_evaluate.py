"""`rag eval` as its users meet it: what is printed and written, and the exit code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.evaluate.run import Run
from tests.conftest import Rag
from tests.making import RIVERS, write_folder

if TYPE_CHECKING:
    from rag.assistant import Assistant

ROWS = [
    {
        "id": "a",
        "question": "How long is the Nile?",
        "answers": ["6,650 kilometres"],
        "evidence": [{"article": "nile", "quote": "The Nile is about 6,650 kilometres long."}],
        "kind": "number",
    },
    {
        "id": "b",
        "question": "What is the largest inland port of the world?",
        "answers": ["Duisburg"],
        "evidence": [{"article": "rhine", "quote": "The port of Duisburg"}],
        "kind": "name",
    },
    {"id": "c", "question": "Who won the chess game in Lima?", "answerable": False},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the articles, a question set and gates; its index is built by the first run."""
    folder = tmp_path_factory.mktemp("eval")
    write_folder(folder / "rivers", RIVERS)
    write(folder / "set.jsonl", *ROWS)
    (folder / "low.toml").write_text('[minimum]\n"hit@10" = 0.1\n')
    (folder / "high.toml").write_text("[minimum]\ncited = 0.9\n[maximum]\nwords = 0\n")
    return folder


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def rag(rag: Rag, folder: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Rag:
    """Return a function that runs a command line in the folder: (code, stdout, stderr)."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RAG_CORPUS", "rivers")
    monkeypatch.setenv("RAG_ENCODER", str(tiny_model))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    return rag


def test_a_run_prints_its_figures_and_writes_what_is_asked_for(rag, folder: Path) -> None:
    code, out, err = rag(
        "eval", "set.jsonl", "--json", "run.json", "--report", "report.html", "--export", "out"
    )
    assert code == 0
    assert out.startswith("set: 3 questions, 3 articles")
    assert "hit@10" in out
    assert "number" in out
    assert "wrote report.html" in err
    assert len(Run.load(folder / "run.json").records) == 3
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (folder / "out" / "qrels.trec").exists()
    assert not (folder / "run.json.part").exists()


def test_a_second_run_gives_the_same_numbers(rag, folder: Path) -> None:
    rag("eval", "set.jsonl", "--json", "one.json")
    code, out, _ = rag("eval", "set.jsonl", "--json", "two.json", "--baseline", "one.json")
    assert code == 0
    assert "0 turned right" in out
    assert "0 turned wrong" in out
    one, two = (Run.load(folder / name) for name in ("one.json", "two.json"))
    assert [r.marks for r in one.records] == [r.marks for r in two.records]


def test_a_gate_that_holds_and_one_that_does_not(rag) -> None:
    code, _, err = rag("eval", "set.jsonl", "--gate", "low.toml")
    assert code == 0
    assert err.endswith("the gate low.toml holds\n")
    code, out, err = rag("eval", "set.jsonl", "--gate", "high.toml")
    assert code == 1
    assert "hit@10" in out
    last = err.splitlines()[-1]
    assert last.startswith("rag: set does not keep its gate: words is")


def test_retrieval_alone_and_a_limit(rag) -> None:
    code, out, _ = rag("eval", "set.jsonl", "--only", "retrieval", "--limit", "2")
    assert code == 0
    assert out.startswith("set: 2 questions")
    assert "right " not in out


def test_a_set_with_its_own_documents(rag, folder: Path) -> None:
    own = folder / "own"
    own.mkdir()
    write(own / "corpus.jsonl", {"_id": "d:1", "title": "The heron", "text": "Odilo eats herring."})
    write(own / "questions.jsonl", {"_id": "1", "text": "What eats Odilo?", "answers": ["herring"],
                                    "relevant": ["d:1"]})  # fmt: skip
    code, out, err = rag("eval", "own")
    assert code == 0
    assert out.startswith("own: 1 question, 1 article ")
    assert "1 document of the set in" in err
    assert len(list((folder / "cache" / "rag-eval").glob("own-*"))) == 1
    code, _, err = rag("eval", "own", "--corpus", "rivers")
    assert code == 2
    assert "there is no article 'd:1'" in err


def test_only_the_documents_that_come_with_the_questions(rag, folder: Path) -> None:
    pooled = folder / "pooled"
    pooled.mkdir()
    write(
        pooled / "corpus.jsonl",
        *(
            {"_id": f"d{n}", "title": f"Bird {n}", "text": f"Bird {n} eats herring."}
            for n in range(5)
        ),
    )
    asked = {"text": "What does it eat?", "answers": ["herring"]}
    write(
        pooled / "questions.jsonl",
        {"_id": "a", **asked, "candidates": ["d0", "d3"]},
        {"_id": "b", **asked, "candidates": ["d3", "d4"]},
        {"_id": "c", **asked},
    )
    code, out, _ = rag("eval", "pooled", "--candidates", "--only", "retrieval")
    assert code == 0
    assert out.startswith("pooled: 3 questions, 3 articles")
    _, out, _ = rag("eval", "pooled", "--limit", "1", "--candidates", "--only", "retrieval")
    assert out.startswith("pooled: 1 question, 2 articles")
    code, _, err = rag("eval", "set.jsonl", "--candidates")
    assert code == 2
    assert "does not tell which documents come with a question" in err


def test_check_lists_every_problem(rag, folder: Path) -> None:
    assert rag("eval", "--check", "set.jsonl")[:2] == (
        0,
        "set.jsonl: 3 questions (1 not answered by the articles), 2 kinds, no problems\n",
    )
    bad = [
        ROWS[0],
        {**ROWS[1], "evidence": [{"article": "rhein", "quote": "x"}]},
        {**ROWS[2], "answers": ["x"]},
        {"id": "d", "question": "Why?", "evidence": [{"article": "nile", "quote": "It is dry."}]},
    ]
    write(folder / "bad.jsonl", *bad)
    code, out, err = rag("eval", "bad.jsonl", "--check")
    assert code == 1
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "bad.jsonl, line 2",
        "bad.jsonl, line 3",
        "bad.jsonl, line 4",
    ]
    assert "3 problems" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["none.jsonl"], "there is no such file", id="no set"),
        pytest.param(["set.jsonl", "--limit", "0"], "at least 1, got 0", id="limit"),
        pytest.param(["set.jsonl", "--gate", "none.toml"], "there is no such file", id="no gate"),
        pytest.param(["set.jsonl", "--baseline", "set.jsonl"], "not a run", id="baseline"),
        pytest.param(["set.jsonl", "--resume"], "--resume needs", id="resume"),
        pytest.param(["set.jsonl", "--only", "all"], "'all' is not one of", id="only"),
        pytest.param(["compare", "run.json"], "at least two runs", id="one run"),
        pytest.param(["ablate", "none.jsonl"], "there is no such file", id="ablate"),
    ],
)
def test_an_error_is_one_line(rag, words: list[str], message: str) -> None:
    code, out, err = rag("eval", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_compare_two_runs_and_more(rag, folder: Path) -> None:
    rag("eval", "set.jsonl", "--json", "hybrid.json")
    rag("eval", "set.jsonl", "--json", "vector.json", "--set", "retriever=vector")
    code, out, _ = rag("eval", "compare", "hybrid.json", "vector.json", "--report", "c.html")
    assert code == 0
    assert out.lstrip().startswith("hybrid → vector, 3 questions in both")
    assert (folder / "c.html").exists()
    code, out, _ = rag("eval", "compare", "hybrid.json", "vector.json", "hybrid.json", "--json")
    assert code == 0
    assert [row["after"] for row in json.loads(out)] == ["vector.json", "hybrid.json"]
    shutil.copy(folder / "hybrid.json", folder / "one.json")
    code, out, _ = rag("eval", "compare", "hybrid.json", "vector.json", "one.json")
    assert code == 0
    assert out.splitlines()[0].split() == ["metric", "hybrid", "vector", "one"]


def test_ablation_prints_a_table(rag, folder: Path) -> None:
    code, out, _ = rag("eval", "ablate", "set.jsonl", "--only", "retrieval", "--json", "ablated")
    assert code == 0
    assert "lexical only" in out
    assert (folder / "ablated" / "vector-only.json").exists()


def test_help_shows_the_options_and_the_commands_beside(rag) -> None:
    code, out, _ = rag("eval", "--help")
    assert code == 0
    assert out.startswith("Usage: rag eval [OPTIONS] QUESTIONS")
    for word in ("--gate", "--resume", "rag eval compare", "rag eval ablate"):
        assert word in out


def test_each_figure_that_is_printed_is_explained(rag) -> None:
    code, printed, told = rag("eval", "set.jsonl")
    assert code == 0
    assert "rag eval metrics" in told
    names = re.findall(r"^  ([a-z]\S*)", printed.partition("kind ")[0], re.MULTILINE)
    assert {"right", "hit@10", "seconds_p50"} <= {*names}
    _, explained, _ = rag("eval", "metrics")
    meanings = dict(re.findall(r"^  ([a-z]\S*) +(\S.*)$", explained, re.MULTILINE))
    for name in names:
        assert len(meanings[name].split()) > 3, name


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['rag', 'eval', '--help']\n"
        "from rag.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'torch', 'ir_measures', 'faiss', 'gradio'} & sys.modules.keys()\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_the_projects_own_assistant_is_an_answerer(seeds: Assistant) -> None:
    from rag.evaluate import evaluate
    from rag.evaluate.questions import Question, QuestionSet

    questions = QuestionSet("s", Path("s"), (Question("a", "What is AI?", answerable=False),))
    run = evaluate(seeds, questions)
    assert run.settings["retriever"] == "hybrid"
