"""The index in a folder that changes: edits drawn at random, kills, readers, watching, checking."""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import store
from rag.assistant import Assistant
from rag.config import Config
from rag.datatypes import SyncReport
from rag.errors import CorpusError, IndexMissing, IndexWrite, RagError
from rag.indexing import unfinished
from rag.indexing.watch import follow
from rag.retrieve import HybridRetriever
from rag.store import Generation
from rag.sync import sync
from rag.verify import Check, generations, verify
from tests.making import CountingEncoder, WordEncoder, indexed_texts, write_folder

WORDS = "river bank water flood weir town mayor bridge boat rain hill school soup dawn".split()
QUERIES = ("flood in the town", "bridge and boat", "soup at dawn", "who is the mayor?")


def config_of(folder: Path, index: Path) -> Config:
    return Config(
        corpus=str(folder), index=str(index), chunk_tokens=24, overlap_sentences=1, reader="none"
    )


def prose(draw: random.Random) -> str:
    """Return an article of a few paragraphs."""
    return "\n\n".join(
        " ".join(
            " ".join(draw.choices(WORDS, k=draw.randint(3, 9))).capitalize()
            + f" {draw.randrange(40)}."
            for _ in range(draw.randint(1, 5))
        )
        for _ in range(draw.randint(1, 4))
    )


def results(generation: Generation, config: Config) -> list[list[tuple[object, ...]]]:
    retriever = HybridRetriever(generation, WordEncoder(), config)
    return [
        [(p.chunk, p.article, p.scores) for p in retriever.retrieve(query, k=10).passages]
        for query in QUERIES
    ]


def broken(checks: list[Check]) -> list[Check]:
    return [check for check in checks if not check.holds]


def on_disk(index: Path) -> set[str]:
    """Return what lies in the index folder, generations by their place."""
    return {
        path.relative_to(index).as_posix().replace(store.current(index)[0], "G")
        for path in index.rglob("*")
    }


# --- edits drawn at random -----------------------------------------------------------------------


class Folder:
    """A folder of articles, edited at random; what was deleted may come back."""

    def __init__(self, path: Path, draw: random.Random) -> None:
        self.path, self.draw = path, draw
        self.bin: list[str] = []
        write_folder(path, {f"{n}.txt": prose(draw) for n in range(3)})

    def files(self) -> list[Path]:
        return sorted(path for path in self.path.rglob("*") if path.is_file())

    def edit(self) -> None:
        draw, files = self.draw, self.files()
        one = draw.choice(files)
        match draw.randrange(8):
            case 0:
                (self.path / f"new{draw.randrange(1000)}.txt").write_text(prose(draw))
            case 1:  # a typo in one word
                text = one.read_text()
                at = draw.randrange(len(text))
                one.write_text(text[:at] + "x" + text[at:])
            case 2:
                (self.path / "deep").mkdir(exist_ok=True)
                one.rename(self.path / "deep" / f"moved{draw.randrange(1000)}.md")
            case 3:  # two files change places
                other = draw.choice(files)
                texts = one.read_text(), other.read_text()
                one.write_text(texts[1])
                other.write_text(texts[0])
            case 4 if len(files) > 1:
                self.bin.append(one.read_text())
                one.unlink()
            case 5 if self.bin:
                (self.path / f"back{draw.randrange(1000)}.txt").write_text(self.bin.pop())
            case 6:
                shutil.copy(one, self.path / f"copy{draw.randrange(1000)}.txt")
            case _:
                os.utime(one)


@settings(max_examples=6)
@given(seed=st.integers(0, 2**32))
def test_after_any_edits_the_index_is_that_of_a_build_from_nothing(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_edits(seed, tmp_path_factory.mktemp("edits"), rounds=4)


@pytest.mark.slow
@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_after_many_edits_the_index_is_that_of_a_build_from_nothing(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_edits(seed, tmp_path_factory.mktemp("edits"), rounds=8)


def check_edits(seed: int, at: Path, *, rounds: int) -> None:
    draw = random.Random(seed)
    folder = Folder(at / "articles", draw)
    config, fresh = config_of(folder.path, at / "index"), config_of(folder.path, at / "fresh")
    encoder = CountingEncoder(WordEncoder())
    sync(config, encoder)
    for _ in range(rounds):
        before = set(indexed_texts(store.load(at / "index")))
        for _ in range(draw.randint(1, 3)):
            folder.edit()
        encoder.encoded.clear()
        planned = sync(config, encoder, dry_run=True)
        assert encoder.encoded == []
        report = sync(config, encoder)
        shutil.rmtree(at / "fresh", ignore_errors=True)
        built = sync(fresh, WordEncoder())
        stepped, once = store.load(at / "index"), store.load(at / "fresh")
        assert list(stepped.chunks) == list(once.chunks)
        assert dict(stepped.articles) == dict(once.articles)
        assert stepped.manifest == once.manifest
        assert results(stepped, config) == results(once, fresh)
        # What truly changed, each text once, and nothing else.
        assert sorted(encoder.encoded) == sorted(set(indexed_texts(stepped)) - before)
        assert report.encoded == planned.encoded == len(encoder.encoded)
        assert (planned.built, planned.skipped) == (report.built, report.skipped)
        assert {s.source for s in report.skipped} == {s.source for s in built.skipped}
        told = [*report.added, *report.changed, *report.unchanged]
        told += [moved.after for moved in report.moved]
        told += [skipped.source for skipped in report.skipped]
        assert sorted(told) == sorted(
            path.relative_to(folder.path).as_posix() for path in folder.files()
        )
        assert broken(verify(config)) == []
        assert not sync(config, encoder).built
        del stepped, once
    assert sum(path.name.startswith("g") for path in (at / "index/generations").iterdir()) == 1


# --- what is done again and what is not ----------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    draw = random.Random(3)
    return write_folder(tmp_path / "articles", {f"{n}.txt": prose(draw) for n in range(6)})


@pytest.fixture(autouse=True)
def _let_go_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.serving.COLLECT_S", 0.0)


@pytest.fixture
def config(folder: Path, tmp_path: Path) -> Config:
    return config_of(folder, tmp_path / "index")


def test_a_dry_run_writes_nothing(config: Config, folder: Path) -> None:
    report = sync(config, WordEncoder(), dry_run=True)
    assert (report.built, report.dry_run, report.encoded) == (True, True, report.encoded)
    assert len(report.added) == 6
    assert not Path(config.index).exists()
    sync(config, WordEncoder())
    (folder / "0.txt").unlink()
    before = {p: p.stat().st_mtime_ns for p in Path(config.index).rglob("*")}
    assert sync(config, WordEncoder(), dry_run=True).removed == ["0.txt"]
    assert {p: p.stat().st_mtime_ns for p in Path(config.index).rglob("*")} == before


def test_a_file_that_is_known_is_not_read_again(
    config: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(config, WordEncoder())
    read: list[bytes] = []
    from rag import formats

    original = formats.read
    monkeypatch.setattr(
        formats, "read", lambda suffix, data, o: read.append(data) or original(suffix, data, o)
    )
    (folder / "0.txt").rename(folder / "z.md")
    (folder / "1.txt").write_text("Something new stands here.")
    report = sync(config, WordEncoder())
    assert read == [b"Something new stands here."]
    assert [(m.before, m.after) for m in report.moved] == [("0.txt", "z.md")]
    assert report.changed == ["1.txt"]


def test_a_file_above_the_limit_is_read_once_the_limit_is_raised(
    config: Config, folder: Path
) -> None:
    (folder / "large.txt").write_text("A word. " * 200_000)
    low = config.replace(max_file_mb=1)
    (skipped,) = sync(low, WordEncoder()).skipped
    assert skipped.reason.startswith("too large: 1.6 MB, at most 1 MB are read")
    assert sync(config, WordEncoder()).added == ["large.txt"]


# --- kills ---------------------------------------------------------------------------------------

BUILD = """
import random, sys, time
from pathlib import Path
from rag.indexing import unfinished
from tests.making import WordEncoder
from tests.test_living import config_of
from rag.sync import sync

class Slow(WordEncoder):
    def encode(self, texts, *, progress=None):
        time.sleep(0.001 * len(texts))
        return super().encode(texts, progress=progress)

unfinished.SAVE_EVERY_S = 0.02
unfinished._FIRST_SLICE = 8
unfinished._MOST_SLICE = 16
config = config_of(Path(sys.argv[1]), Path(sys.argv[2]))
encoder = Slow()
# Everything is imported before: the kill is to find the build, not what comes before it.
sync(config.replace(index=sys.argv[2] + "-warm"), encoder, rebuild=True)
print("ready", flush=True)
sys.stdin.readline()
sync(config, encoder)
print("done", flush=True)
"""


def build_apart(folder: Path, index: Path, *, kill_after_s: float | None) -> tuple[bool, float]:
    """Build in another process; return whether it was killed before its end, and the seconds."""
    with subprocess.Popen(
        [sys.executable, "-c", BUILD, str(folder), str(index)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as building:  # fmt: skip
        assert building.stdin is not None
        assert building.stdout is not None
        assert building.stdout.readline() == "ready\n"
        began = time.monotonic()
        building.stdin.write("\n")
        building.stdin.flush()
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            building.send_signal(signal.SIGKILL)
        told = building.stdout.readline()
        took_s = time.monotonic() - began
    return told == "", took_s


def kill_builds(folder: Path, index: Path, *, kills: int, seed: int) -> tuple[int, int]:
    """Kill that many builds, check what each leaves, and return (died while building, resumed)."""
    draw = random.Random(seed)
    config = config_of(folder, index)
    sync(config, WordEncoder())
    died = resumed = 0

    def edit() -> None:
        for _ in range(8):
            name = f"{draw.randrange(6)}.txt"
            (folder / name).write_text("\n\n".join(prose(draw) for _ in range(6)))

    edit()
    _, whole_s = build_apart(folder, index, kill_after_s=None)
    for kill in range(kills):
        edit()
        before, shown = store.current(index)[0], None
        if kill % 5 == 0:
            shown = results(store.load(index), config)
        after_s = draw.uniform(0.0, 1.1 * whole_s) if kill else 0.0
        killed, _ = build_apart(folder, index, kill_after_s=after_s)
        serving = store.load(index)
        if killed and serving.name == before:
            died += 1
            if shown is not None:
                assert results(serving, config) == shown, "the old generation answers"
        del serving
        report = sync(config, WordEncoder())
        resumed += report.resumed
        assert broken(verify(config)) == []
        files = on_disk(index)
        assert not any("unfinished" in name or "half" in name for name in files)
        assert sum(name.count("/") == 1 for name in files) == 1, "one generation"
        fresh = config_of(folder, index.with_name("fresh"))
        shutil.rmtree(fresh.index, ignore_errors=True)
        sync(fresh, WordEncoder())
        assert list(store.load(index).chunks) == list(store.load(Path(fresh.index)).chunks)
    return died, resumed


def test_a_build_that_is_killed_leaves_the_old_index_and_goes_on(
    folder: Path, tmp_path: Path
) -> None:
    died, _ = kill_builds(folder, tmp_path / "index", kills=5, seed=1)
    assert died


@pytest.mark.slow
def test_a_hundred_builds_are_killed(folder: Path, tmp_path: Path) -> None:
    died, resumed = kill_builds(folder, tmp_path / "index", kills=120, seed=2)
    assert died >= 30
    assert resumed


def test_a_build_goes_on_where_it_was_stopped(
    config: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was saved is not encoded again, in whatever slice it stops; no text is kept with it."""
    monkeypatch.setattr(unfinished, "SAVE_EVERY_S", 0.0)
    monkeypatch.setattr(unfinished, "_FIRST_SLICE", 4)
    monkeypatch.setattr(unfinished, "_MOST_SLICE", 4)
    encoder = CountingEncoder(WordEncoder())
    calls = 0

    def stop(texts: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt

    encoder.before = stop
    with pytest.raises(KeyboardInterrupt):
        sync(config, encoder)
    first = list(encoder.encoded)
    assert len(first) == 8
    saved = b"".join(
        p.read_bytes() for p in Path(config.index, "unfinished").rglob("*") if p.is_file()
    )
    assert not any(text.encode() in saved for text in first)
    encoder.encoded.clear()
    report = sync(config, encoder)
    assert (report.resumed, report.encoded) == (8, len(encoder.encoded))
    assert not set(first) & set(encoder.encoded)
    generation = store.load(Path(config.index))
    rows = list(range(len(generation.chunks)))
    assert np.array_equal(
        generation.vectors.vectors(rows), WordEncoder().encode(indexed_texts(generation))
    )
    assert unfinished.is_clear(Path(config.index))


@pytest.mark.parametrize("damage", ["cut", "noise", "another model"])
def test_what_was_saved_and_is_not_sound_is_encoded_again(damage: str, tmp_path: Path) -> None:
    encoder = CountingEncoder(WordEncoder())
    texts = [f"text {n}" for n in range(10)]
    keys = [unfinished._key(text) for text in texts]
    folder = tmp_path / "unfinished" / encoder.fingerprint[:16]
    unfinished._save(folder, keys, encoder.encode(texts))
    (path,) = folder.iterdir()
    data = path.read_bytes()
    if damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "noise":
        path.write_bytes(bytes(len(data)))
    else:
        encoder = CountingEncoder(WordEncoder(), fingerprint="another")
    vectors, encoded = unfinished.encode_resumably(tmp_path, encoder, texts)
    assert encoded == 10
    assert np.array_equal(vectors, WordEncoder().encode(texts))


# --- readers -------------------------------------------------------------------------------------


def test_a_running_assistant_moves_to_a_generation_that_another_program_built(
    config: Config, folder: Path
) -> None:
    assistant = Assistant.open(folder, config.index, config=config, encoder=WordEncoder())
    before = assistant.chunks
    (folder / "new.txt").write_text("The zebra crossed the bridge at dawn. It was alone.")
    stream = assistant.stream("the bridge at dawn")
    first = next(stream)
    sync(config, WordEncoder())
    assert "zebra" in str(assistant.ask("which zebra crossed the bridge?"))
    assert {c.article_id for c in before} < set(assistant.articles)
    for answer in stream:  # one that is being answered keeps to its own
        assert set(answer.articles) <= {c.article_id for c in before}
    del stream, first, before
    (folder / "new.txt").unlink()
    sync(config, WordEncoder())
    answer = assistant.ask("which zebra crossed the bridge?")
    assistant.ask("the bridge")
    assert "zebra" not in str(answer.to_dict()["statements"]) + str(answer.to_dict()["passages"])
    left = list((Path(config.index) / "generations").iterdir())
    assert [path.name for path in left] == [store.current(Path(config.index))[0]]


def test_an_index_of_other_settings_or_a_lost_one_is_not_moved_to(
    config: Config, folder: Path
) -> None:
    assistant = Assistant.open(folder, config.index, config=config, encoder=WordEncoder())
    shown = results(assistant._generations.now().generation, config)
    sync(config.replace(chunk_tokens=16), WordEncoder())
    assert results(assistant._generations.now().generation, config) == shown
    shutil.rmtree(config.index)
    assert results(assistant._generations.now().generation, config) == shown


def readers_and_syncs(config: Config, folder: Path, *, publishes: int, readers: int) -> None:
    assistant = Assistant.open(folder, config.index, config=config, encoder=WordEncoder())
    index, stop = Path(config.index), threading.Event()
    faults: list[BaseException | str] = []
    asked = [0] * readers

    def ask(number: int) -> None:
        while not stop.is_set():
            try:
                answer = assistant.ask(f"which town stands at stage {number}?")
                stages = {p.article.text.split("stage ")[1][:4] for p in answer.passages}
                if len(stages) > 1:
                    faults.append(f"a mixed generation: {stages}")
                asked[number] += 1
            except BaseException as error:
                faults.append(error)
                return

    def write(stage: int) -> None:
        for n in range(6):
            text = f"The town of number {n} stands at stage {stage:04}. It is by the river."
            (folder / f"{n}.txt").write_text(text)

    write(0)
    sync(config, WordEncoder())
    threads = [threading.Thread(target=ask, args=(n,)) for n in range(readers)]
    for thread in threads:
        thread.start()
    for stage in range(1, publishes + 1):
        write(stage)
        sync(config, WordEncoder())
        assert assistant.ask("which town?").passages[0].article.text.count(f"{stage:04}")
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert all(asked)
    assistant.ask("which town?")
    sync(config, WordEncoder())
    left = [path.name for path in (index / "generations").iterdir()]
    assert left == [store.current(index)[0]], "nothing piles up on the disk"


def test_readers_ask_while_generations_are_published(config: Config, folder: Path) -> None:
    readers_and_syncs(config, folder, publishes=8, readers=3)


@pytest.mark.slow
def test_memory_is_flat_over_many_generations(config: Config, folder: Path) -> None:
    def resident() -> int:
        pages = Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    readers_and_syncs(config, folder, publishes=40, readers=3)
    before = resident()
    readers_and_syncs(config, folder, publishes=160, readers=3)
    assert resident() - before < 40_000_000


# --- watching ------------------------------------------------------------------------------------


@contextmanager
def followed(
    folder: Path, bring_in_step: Callable[[], SyncReport]
) -> Iterator[tuple[list[SyncReport], list[RagError]]]:
    """Follow the folder in a thread; yield what is reported, and the errors."""
    reports: list[SyncReport] = []
    errors: list[RagError] = []
    stop = threading.Event()
    thread = threading.Thread(
        target=follow,
        args=(folder, bring_in_step),
        kwargs={"stop": stop, "on_report": reports.append, "on_error": errors.append},
    )
    thread.start()
    try:
        yield reports, errors
    finally:
        stop.set()
        thread.join(timeout=60)
    assert not thread.is_alive()


@pytest.fixture
def following(config: Config, folder: Path) -> Iterator[tuple[list[SyncReport], list[RagError]]]:
    sync(config, WordEncoder())
    with followed(folder, lambda: sync(config, WordEncoder())) as seen:
        yield seen


def wait_for(seen: list[object], count: int) -> None:
    for _ in range(600):
        if len(seen) >= count:
            return
        time.sleep(0.1)
    raise AssertionError(f"{len(seen)} of {count} came: {seen}")


def test_a_followed_folder_is_brought_in_step_and_survives_its_own_loss(
    following: tuple[list[SyncReport], list[RagError]], folder: Path
) -> None:
    reports, errors = following
    (folder / "new.txt").write_text("Something new stands here.")
    wait_for(reports, 1)
    assert reports[0].added == ["new.txt"]
    (folder / "new.txt").unlink()
    wait_for(reports, 2)
    assert reports[1].removed == ["new.txt"]
    kept = folder.with_name("kept")
    folder.rename(kept)
    wait_for(errors, 1)
    assert isinstance(errors[0], CorpusError)
    (kept / "0.txt").write_text("Back again, and another text.")
    kept.rename(folder)
    wait_for(reports, 3)
    assert reports[2].changed == ["0.txt"]
    assert len(errors) == 1


def test_a_sync_that_found_the_index_locked_is_made_again(config: Config, folder: Path) -> None:
    refusals = [IndexWrite("another sync is writing")] * 2

    def bring_in_step() -> SyncReport:
        if refusals:
            raise refusals.pop()
        return sync(config, WordEncoder())

    with followed(folder, bring_in_step) as (reports, errors):
        wait_for(reports, 1)  # though no file changes
    assert [type(error) for error in errors] == [IndexWrite]  # told once


# --- looking and checking ------------------------------------------------------------------------


def test_the_generations_are_told(config: Config, folder: Path) -> None:
    assert generations(Path(config.index)) == []
    sync(config, WordEncoder())
    held = store.load(Path(config.index))
    (folder / "0.txt").unlink()
    report = sync(config, WordEncoder())
    old, new = generations(Path(config.index))
    assert (old.name, old.current, old.held, old.articles) == (held.name, False, True, 6)
    assert (new.name, new.current, new.held, new.articles) == (report.generation, True, False, 5)
    assert new.chunks == report.chunks
    path = Path(config.index) / "generations" / new.name
    assert new.size == sum(file.stat().st_size for file in path.iterdir())
    assert new.model == "words"


def forge(index: Path, name: str, change: object) -> None:
    """Change a file of the generation and make every checksum right again."""
    import hashlib
    import json

    generation, _ = store.current(index)
    folder = index / "generations" / generation
    path = folder / name
    path.write_bytes(change(path.read_bytes()))  # type: ignore[operator]
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = {
        "bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }  # fmt: skip
    text = json.dumps(manifest)
    (folder / "manifest.json").write_text(text)
    pointer = {
        "generation": generation,
        "manifest_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    (index / "CURRENT").write_text(json.dumps(pointer))


def start_changed(data: bytes) -> bytes:
    rows = np.load(io.BytesIO(data))
    rows["start"][0] += 1
    written = io.BytesIO()
    np.save(written, rows)
    return written.getvalue()


def scores_changed(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    ("name", "change", "law"),
    [
        ("articles.jsonl", lambda data: data.replace(b"river", b"revir", 1), "the slice"),
        ("chunks.npy", start_changed, "the slice"),
        ("term_scores.npy", scores_changed, "the BM25 scores"),
    ],
)
def test_verify_finds_what_checksums_cannot(
    config: Config, name: str, change: object, law: str
) -> None:
    sync(config, WordEncoder())
    assert broken(verify(config)) == []
    forge(Path(config.index), name, change)
    found = broken(verify(config))
    assert any(law in check.law for check in found)


def test_verify_names_a_changed_file_and_an_absent_index(config: Config) -> None:
    with pytest.raises(IndexMissing, match="run `rag sync`"):
        verify(config)
    sync(config, WordEncoder())
    path = next(Path(config.index).rglob("articles.jsonl"))
    path.write_bytes(path.read_bytes() + b" ")
    (check,) = verify(config)
    assert not check.holds
    assert "articles.jsonl has" in check.seen
    assert "rag sync --rebuild" in check.seen
