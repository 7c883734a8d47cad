"""The command line as its users meet it: what is printed, where, and the exit code."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from rag import cli, store
from rag.commands.terminal import in_terminal
from rag.datatypes import Answer, Statement
from rag.errors import RagError
from rag.indexing import mapped
from tests.conftest import SEEDS, Rag
from tests.started import started, variables

if TYPE_CHECKING:
    from rag.assistant import Assistant

COMMANDS = [
    *(
        "sync",
        "index",
        "search",
        "ask",
        "chat",
        "conversations",
        "serve",
        "eval",
        "bench",
        "config",
    ),
]
QUESTION = "How many free tokens does Zhipu AI offer?"


@pytest.fixture(scope="session")
def index(seeds: Assistant) -> str:
    """Return the folder of an index that is built already."""
    return seeds.config.index


@pytest.fixture
def rag(rag: Rag, index: str, monkeypatch: pytest.MonkeyPatch) -> Rag:
    """Return a function that runs a command line over the built index: (code, stdout, stderr)."""
    monkeypatch.setenv("RAG_CORPUS", str(SEEDS))
    monkeypatch.setenv("RAG_INDEX", index)
    return rag


def test_help_names_every_command(rag) -> None:
    code, out, err = rag("--help")
    assert (code, err) == (0, "")
    for command in COMMANDS:
        assert f"\n  {command}" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(rag, command: str) -> None:
    code, out, _ = rag(command, "--help")
    assert code == 0
    assert out.startswith(f"Usage: rag {command}")
    assert len(out.splitlines()) > 6


def test_ask_prints_the_answer_and_its_sources(rag, seeds: Assistant) -> None:
    code, out, err = rag("ask", QUESTION)
    assert (code, err) == (0, "")
    assert out == f"{seeds.ask(QUESTION)}\n"
    assert "150 million free tokens" in out
    assert "\nSources:\n[1] " in out


def test_a_chosen_article_alone_is_asked(rag, seeds: Assistant) -> None:
    name, *_ = seeds.articles
    code, out, _ = rag("search", "--json", "--article", name, "Who founded 01.AI?")
    assert code == 0
    assert {passage["article_id"] for passage in json.loads(out)} == {name}
    code, _, err = rag("ask", "--article", "nowhere", "Who founded 01.AI?")
    assert code == 2
    assert "no article 'nowhere'" in err


def test_ask_json_is_the_answer_object(rag, seeds: Assistant) -> None:
    code, out, _ = rag("ask", QUESTION, "--json")
    said, own = json.loads(out), json.loads(json.dumps(seeds.ask(QUESTION).to_dict()))
    assert code == 0
    assert said.pop("seconds").keys() == own.pop("seconds").keys()
    assert said == own


def test_a_question_may_be_typed_without_quotes(rag, seeds: Assistant) -> None:
    assert rag("ask", *QUESTION.split())[1] == f"{seeds.ask(QUESTION)}\n"


def test_a_declined_question_exits_with_1_and_shows_the_nearest(rag) -> None:
    code, out, err = rag("ask", "What is the best recipe for pancakes?")
    assert (code, err) == (1, "")
    assert "\nNearest: " in out


def test_search_shows_every_score(rag, seeds: Assistant) -> None:
    code, out, _ = rag("search", QUESTION, "-k", "2")
    assert code == 0
    best = seeds.retrieve(QUESTION, k=2)[0]
    assert f"{best.scores.fused.value:.3f}" in out
    assert f"{best.scores.lexical.value:.3f}" in out
    assert f"{best.scores.vector.value:.3f}" in out


def test_search_json_is_a_list_of_passages(rag, seeds: Assistant) -> None:
    _, out, _ = rag("search", QUESTION, "-k", "3", "--json")
    assert json.loads(out) == [passage.to_dict() for passage in seeds.retrieve(QUESTION, k=3)]


def test_search_for_no_passages_says_so(rag) -> None:
    assert rag("search", QUESTION, "-k", "0")[:2] == (0, "No passages: -k 0 asks for none.\n")


def test_sync_says_what_it_did(rag, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "one.txt").write_text("Otters hold hands while they sleep.", encoding="utf-8")
    (folder / "two.txt").write_bytes(b"\x00\x01\x02")
    code, out, _ = rag("sync", str(folder), "--index", str(tmp_path / "built"))
    assert code == 0
    assert re.search(r"^added +one\.txt", out, re.M)
    assert re.search(r"^skipped +two\.txt +not text \(it holds NUL bytes\)", out, re.M)
    assert "1 article (1 added, 1 skipped), 1 passage, 1 encoded (" in out
    assert out.rstrip().endswith("passages/s).")
    code, out, _ = rag("sync", str(folder), "--index", str(tmp_path / "built"), "--json")
    report = json.loads(out)
    assert (report["built"], report["encoded"], report["unchanged"]) == (False, 0, ["one.txt"])
    assert report["skipped"] == [{"source": "two.txt", "reason": "not text (it holds NUL bytes)"}]


def test_a_dry_run_says_what_would_be_done(rag, tmp_path: Path) -> None:
    folder, built = tmp_path / "articles", str(tmp_path / "built")
    folder.mkdir()
    (folder / "one.txt").write_text("Otters hold hands while they sleep.", encoding="utf-8")
    code, out, _ = rag("sync", str(folder), "--index", built, "--dry-run")
    assert code == 0
    assert "would be built" in out
    assert "1 to encode." in out
    assert not Path(built).exists()
    assert rag("index", "--index", built)[1].startswith("There is no index in")
    assert rag("sync", str(folder), "--dry-run", "--watch")[0] == 2


def test_a_moved_file_is_told_as_moved(rag, tmp_path: Path) -> None:
    folder, built = tmp_path / "articles", str(tmp_path / "built")
    folder.mkdir()
    (folder / "one.txt").write_text("Otters hold hands while they sleep.", encoding="utf-8")
    rag("sync", str(folder), "--index", built)
    (folder / "one.txt").rename(folder / "two.txt")
    out = rag("sync", str(folder), "--index", built)[1]
    assert re.search(r"^moved +two\.txt +was one\.txt", out, re.M)
    assert "(1 moved), 1 passage, 0 encoded." in out


def test_index_shows_the_generations_and_verify_checks_them(rag, seeds: Assistant) -> None:
    name = seeds._generations.now().generation.name
    code, out, _ = rag("index")
    assert code == 0
    assert name in out
    assert "serves held" in out
    (one,) = json.loads(rag("index", "--json")[1])
    assert (one["name"], one["chunks"], one["current"]) == (name, len(seeds.chunks), True)
    code, out, err = rag("index", "verify")
    assert (code, err) == (0, "")
    assert out.count("\n") == out.count("ok  ") >= 6
    assert all(check["holds"] for check in json.loads(rag("index", "verify", "--json")[1]))
    code, out, err = rag("index", "--index", "elsewhere", "verify")  # not the default one instead
    assert (code, out) == (2, "")
    assert "put the options after verify" in err


def test_verify_of_a_broken_index_fails_and_says_what_to_do(
    rag, seeds: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large file too is hashed, which is not done at opening."""
    copy = tmp_path / "copy"
    shutil.copytree(seeds.config.index, copy)
    vectors = next(copy.rglob("vectors.npy"))
    data = vectors.read_bytes()
    vectors.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    monkeypatch.setattr(mapped, "WHOLE_UP_TO_BYTES", 0)
    assert store.load(copy).chunks, "its size is right, and it is not hashed at opening"
    code, out, err = rag("index", "verify", "--index", str(copy))
    assert code == 2
    assert out.startswith("BROKEN")
    assert "vectors.npy was changed after it was written" in out
    assert "rag sync --rebuild" in err
    assert err.count("\n") == 1


def test_sync_watch_follows_the_folder_until_ctrl_c(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "one.txt").write_text("Otters hold hands while they sleep.", encoding="utf-8")
    words = ["sync", str(folder), "--index", str(tmp_path / "built"), "--watch", "--json"]
    with started("-m", "rag", *words, folder=tmp_path) as watching:
        assert watching.stdout is not None
        assert json.loads(watching.stdout.readline())["added"] == ["one.txt"]
        (folder / "two.txt").write_text("Beavers build dams.", encoding="utf-8")
        assert json.loads(watching.stdout.readline())["added"] == ["two.txt"]
        watching.send_signal(signal.SIGINT)
        assert watching.wait(timeout=60) == 0


def test_ask_says_what_a_misspelled_question_was_taken_for(rag) -> None:
    code, out, _ = rag("ask", "how", "many", "free", "toekns", "did", "zhipu", "offfer")
    assert code == 0
    assert out.startswith("Searched for “how many free tokens did Zhipu offer”\n\n")
    assert "150 million" in out
    _, out, _ = rag("ask", "--as-it-stands", "--json", "how many toekns did zhipu offfer")
    assert json.loads(out)["searched_for"] == "how many toekns did zhipu offfer"


def test_chat_reads_a_follow_up_into_the_conversation_and_asks_it_as_it_stands(rag) -> None:
    typed = f"/asis\n{QUESTION}\nAnd Alibaba Cloud?\n/asis\n\n"
    code, out, _ = rag("chat", typed=typed)
    assert code == 0
    assert "There is no question to ask as it stands yet" in out
    searched = "Searched for “How many free tokens does Alibaba Cloud offer?”"
    assert out.count("Searched for") == 1
    followed, as_it_stands = out.split(searched)[1].split("(/asis asks it as it stands)")
    assert "22 million" in followed
    assert "Alibaba" in as_it_stands


def test_chat_holds_a_conversation_and_survives_an_empty_looking_question(rag) -> None:
    code, out, err = rag("chat", typed=f"{QUESTION}\n???\nWho founded 01.AI?\n\n")
    assert code == 0
    assert "150 million free tokens" in out
    assert "Kai-Fu Lee" in out
    assert err == "rag: the question '???' holds no letter or digit: type a question\n"


def test_config_says_where_each_value_is_from(rag, tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text("passages = 5\n", encoding="utf-8")
    _, out, _ = rag("config", "--set", "port=8000", "--json")
    rows = json.loads(out)
    assert rows["passages"] == {"value": 5, "from": "rag.toml"}
    assert rows["port"] == {"value": 8000, "from": "flag"}
    assert rows["corpus"]["from"] == "RAG_CORPUS"
    assert rows["host"]["from"] == "default"
    table = rag("config")[1]
    assert all(name in table for name in rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask"], "Missing argument"),
        (["ask", "   "], "the question is empty"),
        (["ask", "x" * 2001], "2,001 characters, at most 2,000"),
        (["search", QUESTION, "-k", "-1"], "-k must be at least 0, got -1"),
        (["search", QUESTION, "-k", "many"], "'many' is not a valid integer"),
        (["ask", QUESTION, "--set", "pasages=3"], "did you mean passages?"),
        (["ask", QUESTION, "--set", "passages"], "--set takes NAME=VALUE, got 'passages'"),
        (
            ["ask", QUESTION, "--set", "nosuch=1"],
            "'nosuch' in a flag: `rag config` lists them",
        ),
        (["ask", QUESTION, "--corpus", "/no/such/folder"], "/no/such/folder"),
        (["serve", "--corpus", "/no/such/folder", "--index", "/no/index"], "/no/such/folder"),
        (["ask", QUESTION, "--encoder", "/no/such/model"], "/no/such/model"),
        (["serve", "--port", "99999"], "port must be at most 65535, got 99999"),
        (["frobnicate"], "there is no command 'frobnicate'"),
        (["ask", "--frobnicate", "x"], "No such option"),
        (["sync", "/no/such/folder"], "/no/such/folder"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value)[:40],
)
def test_bad_input_is_one_line_on_stderr_and_exit_code_2(rag, words: list[str], said: str) -> None:
    code, out, err = rag(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("rag: ")
    assert err.count("\n") == 1


def test_an_unexpected_error_is_one_line_too(rag, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr(cli, "open_assistant", fail)
    code, out, err = rag("ask", QUESTION)
    assert (code, out) == (2, "")
    assert "ZeroDivisionError: by design" in err
    assert err.count("\n") == 1


def test_bench_tells_every_stage(rag) -> None:
    code, out, _ = rag("bench", "-n", "2", "--set", "reader=none", "--json")
    measured = json.loads(out)
    assert (code, measured["questions"], measured["articles"]) == (0, 2, 5)
    names = [stage["name"] for stage in measured["stages"]]
    assert names == ["encode", "lexical", "vector", "fuse", "read", "whole"]
    code, out, _ = rag("bench", "-n", "2", "--set", "reader=none")
    assert code == 0
    assert all(f"\n{name} " in out for name in names)
    assert " passages a second" in out


def test_help_and_input_errors_load_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from rag import cli\n"
        "sys.argv = ['rag', *sys.argv[1:]]\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'numpy', 'faiss', 'gradio', 'onnxruntime', 'scipy', 'sentencex'}\n"
        "print('loaded', sorted(heavy & set(sys.modules)))\n"
    )
    for words in (["--help"], ["ask", "--help"], ["ask", " "], ["ask", "x", "--set", "k=3"]):
        run = subprocess.run(
            [sys.executable, "-c", program, *words],
            capture_output=True, text=True, check=True, cwd=tmp_path,
        )  # fmt: skip
        assert run.stdout.splitlines()[-1] == "loaded []", words


def test_python_dash_m_rag_is_the_same_program(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "rag", "ask", ""],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env=variables(),
    )  # fmt: skip
    assert run.returncode == 2
    assert run.stderr == "rag: the question is empty: type a question\n"


def test_what_an_article_holds_cannot_steer_the_terminal(rag, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    text = "Otters hold \x1b[31mhands\x1b]0;owned\x07 while they sleep in the river.\n"
    (folder / "one.txt").write_text(text, encoding="utf-8")
    flags = ["--corpus", str(folder), "--index", str(tmp_path / "built")]
    for command in ("ask", "search"):
        _, out, _ = rag(command, "Do otters hold hands while they sleep?", *flags)
        assert "while they sleep in the river" in " ".join(out.split())
        assert "\x1b" not in out
        assert "\x07" not in out


def test_an_index_is_asked_about_the_folder_that_it_was_made_from(
    rag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAG_CORPUS")
    monkeypatch.setenv("RAG_INDEX", str(tmp_path / "index"))
    for name, text in (("otters", "Otters sleep."), ("storks", "Storks fly."), ("seeds", "Corn.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.txt").write_text(f"{text}\n", encoding="utf-8")
    assert rag("sync", "otters")[0] == 0
    _, out, told = rag("ask", "--json", "which articles do you have?")
    assert "Otters sleep" in out
    assert told == ""
    _, out, _ = rag("config", "--json")
    assert json.loads(out)["corpus"] == {"value": str(tmp_path / "otters"), "from": "the index"}
    _, out, told = rag("ask", "--json", "--corpus", "storks", "which articles do you have?")
    assert "Storks fly" in out
    assert told.startswith("rag: the index in ")
    assert str(tmp_path / "otters") in told
    (tmp_path / "storks").rename(tmp_path / "away")  # a disk that is not there
    code, out, told = rag("ask", "--json", "which articles do you have?")
    assert (code, out) == (2, "")
    assert f"there is no folder of articles at {tmp_path / 'storks'}" in told
    (tmp_path / "away").rename(tmp_path / "storks")  # and its index was left alone
    assert "Storks fly" in rag("ask", "--json", "which articles do you have?")[1]


def test_a_program_that_was_moved_reads_the_articles_that_moved_with_it(
    rag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAG_CORPUS")
    monkeypatch.delenv("RAG_INDEX", raising=False)
    (tmp_path / "old" / "seeds").mkdir(parents=True)
    (tmp_path / "old" / "seeds" / "one.txt").write_text("Corn grows.\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "old")
    assert rag("sync")[0] == 0
    (tmp_path / "old").rename(tmp_path / "new")
    monkeypatch.chdir(tmp_path / "new")
    assert "Corn grows" in rag("ask", "--json", "which articles do you have?")[1]


@pytest.mark.parametrize("word", ["exit", "QUIT", "/quit", "/q"])
def test_a_word_ends_a_chat(rag, word: str) -> None:
    code, out, _ = rag("chat", typed=f"/help\n{word}\nWho founded 01.AI?\n")
    assert code == 0
    assert "/asis asks the last question as it stands, /quit ends the conversation." in out
    assert "There is no /help" not in out
    assert "Kai-Fu Lee" not in out


def test_an_empty_line_ends_no_chat(rag) -> None:
    code, out, _ = rag("chat", typed="\n  \nWho founded 01.AI?\n\n")
    assert code == 0
    assert "Kai-Fu Lee" in out


def test_ctrl_c_takes_back_what_was_typed_and_ends_a_chat_when_pressed_twice(
    rag, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    typed = "^C\n\n^C\nWho founded 01.AI?\n^C\n^C\nHow many free tokens does Zhipu AI offer?\n"
    code, out, _ = rag("chat", typed=typed)
    assert code == 0
    assert out.count("Ctrl-C once more or /quit ends it.") == 3
    assert "Kai-Fu Lee" in out
    assert "150 million" not in out
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False))
    assert "once more" not in rag("chat", typed=typed)[1]


def test_each_command_is_told_in_a_whole_sentence(rag) -> None:
    _, out, _ = rag("--help")
    commands = out.partition("Commands:")[2]
    assert "..." not in commands
    assert commands.count("\n  sync ") == 1


def test_a_table_in_a_pipe_is_whole_and_not_padded(rag, tmp_path: Path) -> None:
    long = f"{'a long name ' * 11}of a file.txt"
    (tmp_path / "many").mkdir()
    (tmp_path / "many" / long).write_text("Corn grows.\n", encoding="utf-8")
    (tmp_path / "many" / "b.txt").write_text("Rye grows.\n", encoding="utf-8")
    _, out, _ = rag("sync", "many", "--index", "many-index")
    assert long in out
    assert all(line == line.rstrip() for line in out.splitlines())


def test_a_reader_of_a_pipe_that_has_gone_is_no_decline(index: str, tmp_path: Path) -> None:
    own = Path(sys.executable).with_name("rag")
    command = f'"{own}" config --index "{index}" | true; exit ${{PIPESTATUS[0]}}'
    run = subprocess.run(["bash", "-c", command], capture_output=True, check=False, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, b"")


def test_every_rag_error_says_what_it_means() -> None:
    def below(kind: type) -> list[type]:
        return [kind, *(deeper for each in kind.__subclasses__() for deeper in below(each))]

    assert len(below(RagError)) > 10
    assert all(kind.__doc__ for kind in below(RagError))


def test_a_chat_is_kept_gone_on_with_and_shown(rag, tmp_path: Path) -> None:
    assert rag("chat", typed=f"{QUESTION}\n\n")[0] == 0
    assert rag("chat", typed="Who founded 01.AI?\n\n")[0] == 0
    _, out, _ = rag("conversations", "search", "zhipu", "--json")
    (found,) = json.loads(out)
    assert (found["title"], found["questions"], found["held_in"]) == (QUESTION, 1, "terminal")
    code, out, _ = rag("chat", "--resume", found["id"][:8], typed="And Alibaba Cloud?\n\n")
    assert code == 0
    assert out.startswith(f"Going on with “{QUESTION}”.")
    assert "Searched for “How many free tokens does Alibaba Cloud offer?”" in out
    _, out, _ = rag("conversations", "list")
    assert re.findall(r" (\d) +terminal ", out) == ["2", "1"]
    assert (
        "22 million" in rag("chat", "--resume", typed="/asis\n\n")[1]
    )  # the last one, and its last
    _, out, _ = rag("conversations", "show", found["id"])
    assert out.count("\n> ") == 3
    assert "Sources:\n[1] " in out

    assert rag("conversations", "rename", found["id"], "Free", "tokens")[0] == 0
    code, out, _ = rag("conversations", "export", found["id"])
    assert out.startswith("# Free tokens\n")
    assert rag("conversations", "export", found["id"], "talk.html")[0] == 0
    assert "<title>Free tokens</title>" in (tmp_path / "talk.html").read_text("utf-8")
    code, _, err = rag("conversations", "export", found["id"], "talk.pdf")
    assert (code, err) == (2, "rag: a file ends with .md, .html, .json, got 'talk.pdf'\n")

    assert rag("conversations", "delete", found["id"], "--yes")[0] == 0
    code, _, err = rag("conversations", "show", found["id"])
    assert (code, err) == (
        2,
        f"rag: there is no conversation '{found['id']}' (`rag conversations list` shows them)\n",
    )


def test_a_chat_goes_on_where_nothing_can_be_kept(rag, tmp_path: Path) -> None:
    (tmp_path / "talks").write_text("no database, but " * 100, encoding="utf-8")
    code, out, err = rag("chat", "--set", "conversations=talks", typed=f"{QUESTION}\n\n")
    assert code == 0
    assert "150 million" in out
    assert err.startswith("rag: the conversations in talks cannot be ")
    assert err.count("\n") == 1
    code, _, err = rag("chat", "--resume", "--set", "conversations=none")
    assert (code, err) == (2, 'rag: none are kept: the setting `conversations` is "none"\n')
    assert rag("chat", "--resume")[2] == "rag: there is no conversation to go on with yet\n"


def test_what_answers_is_bold_in_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The dam\x1b[2J held  for a week."
    said = Statement(text, (), highlight=(text.index("for"), text.index(".")))
    answer = Answer("How long?", "How long?", (said,), (), "answered", "", 1.0, "x")
    assert in_terminal(answer) == "The dam[2J held \x1b[1mfor a week\x1b[22m."
    monkeypatch.setenv("NO_COLOR", "1")
    assert in_terminal(answer) == str(answer).replace("\x1b", "") == "The dam[2J held for a week."
