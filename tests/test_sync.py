"""Sync: the index follows the folder, and only what is new is encoded."""

from __future__ import annotations

import ast
import json
import shutil
import threading
from pathlib import Path

import pytest

import rag
from rag import store
from rag.assembly import Assembly
from rag.config import Config
from rag.corpus import Reading, list_folder
from rag.datatypes import Moved, Skipped
from rag.encoder import SentenceEncoder
from rag.errors import CorpusError, IndexFormat, IndexWrite
from rag.indexing import mapped
from rag.store import Generation
from rag.sync import SHAPING, stale_reason, sync
from tests.conftest import make_tiny_model
from tests.making import RIVERS, CountingEncoder, indexed_texts, write_folder
from tests.test_store import rewrite_manifest, same


@pytest.fixture
def config(rivers: Path, tmp_path: Path) -> Config:
    return Config(
        corpus=str(rivers), index=str(tmp_path / "index"), chunk_tokens=40, overlap_sentences=1,
        bm25_k1=1.2, bm25_b=0.75,
    )  # fmt: skip


def loaded(config: Config) -> Generation:
    return store.load(Path(config.index))


def test_a_first_sync_indexes_the_folder(config: Config, counting: CountingEncoder) -> None:
    report = sync(config, counting)
    generation = loaded(config)
    assert (report.built, report.generation) == (True, generation.name)
    assert report.added == ["danube.txt", "nile.txt", "rhine.txt"]
    assert (report.changed, report.removed, report.unchanged) == ([], [], [])
    assert (report.articles, report.chunks) == (3, len(generation.chunks))
    assert list(generation.articles) == ["danube", "nile", "rhine"]
    assert sorted(counting.encoded) == sorted(set(indexed_texts(generation)))
    assert report.encoded == len(counting.encoded)
    assert stale_reason(generation.manifest, config, counting) is None


def test_each_chunk_has_the_vector_of_its_own_text(
    config: Config, counting: CountingEncoder, tiny: SentenceEncoder, rivers: Path
) -> None:
    """After a first sync, and after one that kept some of the vectors."""
    sync(config, counting)
    (rivers / "nile.txt").write_text("The Nile is long.\n\nIt ends in the sea, at Alexandria.\n")
    (rivers / "amazon.txt").write_text("The Amazon carries most water of all the rivers.\n")
    sync(config, counting)
    generation = loaded(config)
    found = generation.vectors.vectors(list(range(len(generation.chunks))))
    assert abs(found - tiny.encode(indexed_texts(generation))).max() < 1e-6


def test_nothing_changed_is_nothing_done(config: Config, counting: CountingEncoder) -> None:
    first = sync(config, counting)
    counting.encoded.clear()
    before = {p: p.stat().st_mtime_ns for p in Path(config.index).rglob("*") if p.name != "lock"}
    report = sync(config, counting)
    assert (report.built, report.encoded, counting.encoded) == (False, 0, [])
    assert (report.generation, report.chunks) == (first.generation, first.chunks)
    assert report.unchanged == ["danube.txt", "nile.txt", "rhine.txt"]
    assert (report.added, report.changed, report.removed) == ([], [], [])
    after = {p: p.stat().st_mtime_ns for p in Path(config.index).rglob("*") if p.name != "lock"}
    assert after == before


def test_one_edited_file_of_three_encodes_what_changed(
    config: Config, counting: CountingEncoder, rivers: Path
) -> None:
    sync(config, counting)
    before = set(indexed_texts(loaded(config)))
    counting.encoded.clear()
    path = rivers / "nile.txt"
    path.write_text(path.read_text().replace("finished in 1970", "finished in July 1970"))
    report = sync(config, counting)
    after = set(indexed_texts(loaded(config)))
    assert (report.built, report.changed) == (True, ["nile.txt"])
    assert report.unchanged == ["danube.txt", "rhine.txt"]
    assert set(counting.encoded) == after - before
    assert report.encoded == len(counting.encoded) == len(after - before) == 1


def test_a_renamed_file_encodes_nothing(
    config: Config, counting: CountingEncoder, rivers: Path
) -> None:
    sync(config, counting)
    counting.encoded.clear()
    (rivers / "sub").mkdir()
    (rivers / "nile.txt").rename(rivers / "sub" / "nile.md")
    report = sync(config, counting)
    assert (report.added, report.removed) == ([], [])
    assert report.moved == [Moved("nile.txt", "sub/nile.md")]
    assert report.unchanged == ["danube.txt", "rhine.txt"]
    assert (report.encoded, counting.encoded) == (0, [])
    assert list(loaded(config).articles) == ["danube", "rhine", "sub/nile"]


def test_a_deleted_file_is_gone_from_every_part(
    config: Config, counting: CountingEncoder, rivers: Path
) -> None:
    sync(config, counting)
    assert loaded(config).lexical.search(["khartoum"], k=1)
    counting.encoded.clear()
    (rivers / "nile.txt").unlink()
    report = sync(config, counting)
    generation = loaded(config)
    assert (report.removed, report.encoded, counting.encoded) == (["nile.txt"], 0, [])
    assert list(generation.articles) == ["danube", "rhine"]
    assert all(c.article_id != "nile" for c in generation.chunks)
    assert "khartoum" not in generation.lexical.vocabulary
    assert len(generation.vectors) == len(generation.chunks) == generation.lexical.documents
    written = b"".join(p.read_bytes() for p in Path(config.index).rglob("*") if p.is_file())
    assert b"Khartoum" not in written
    assert b"nile" not in written.lower()


def test_syncing_step_by_step_ends_where_one_sync_does(
    config: Config, tiny: SentenceEncoder, rivers: Path, tmp_path: Path
) -> None:
    """The same folder gives the same chunks and scores, whatever was indexed before."""
    sync(config, tiny)
    (rivers / "rhine.txt").write_text("Barges carry goods on the Rhine.\n")
    sync(config, tiny)
    shutil.copy(rivers / "rhine.txt", rivers / "copy.txt")
    (rivers / "danube.txt").unlink()
    sync(config, tiny)
    fresh = config.replace(index=str(tmp_path / "fresh"))
    sync(fresh, tiny)
    stepped, once = loaded(config), loaded(fresh)
    assert list(stepped.chunks) == list(once.chunks)
    assert stepped.articles == once.articles
    assert stepped.manifest == once.manifest
    rows = list(range(len(once.chunks)))
    assert abs(stepped.vectors.vectors(rows) - once.vectors.vectors(rows)).max() < 1e-6


def test_a_text_in_two_files_is_encoded_once(
    config: Config, counting: CountingEncoder, rivers: Path
) -> None:
    text = (rivers / "rhine.txt").read_text()
    (rivers / "rhine again.txt").write_text(text + "Ships are long.\n")
    report = sync(config, counting)
    assert report.chunks > report.encoded == len(set(indexed_texts(loaded(config))))


@pytest.mark.parametrize("copy", ["rhine again.txt", "copy of rhine.txt", "a/rhine.txt"])
def test_a_copy_is_told_and_takes_over_where_the_first_goes(
    config: Config, counting: CountingEncoder, rivers: Path, copy: str
) -> None:
    before = sync(config, counting)
    (rivers / copy).parent.mkdir(exist_ok=True)
    shutil.copy(rivers / "rhine.txt", rivers / copy)
    report = sync(config, counting)
    assert report.skipped == (Skipped(copy, "duplicate of rhine.txt"),)
    assert (report.moved, report.encoded) == ([], 0), "it does not take the place of the first"
    assert set(loaded(config).articles) == {"danube", "nile", "rhine"}
    assert sync(config, counting).skipped == list(report.skipped), "told again, nothing built"
    counting.encoded.clear()
    (rivers / "rhine.txt").unlink()
    report = sync(config, counting)
    assert report.moved == [Moved("rhine.txt", copy)]
    assert (report.skipped, counting.encoded) == ((), [])
    assert set(loaded(config).articles) == {"danube", "nile", copy.removesuffix(".txt")}
    assert report.chunks == before.chunks


def test_a_copy_is_read_where_the_first_was_written_while_the_folder_was_read(
    rivers: Path,
) -> None:
    shutil.copy(rivers / "rhine.txt", rivers / "a copy of rhine.txt")
    listing = list_folder(rivers)
    (rivers / "rhine.txt").write_text("The Rhine is another text now.")
    found = {article.source for article in Reading(rivers, listing)}
    assert found == {"a copy of rhine.txt", "danube.txt", "nile.txt", "rhine.txt"}


def test_a_rebuild_encodes_everything_again(config: Config, counting: CountingEncoder) -> None:
    first = sync(config, counting)
    counting.encoded.clear()
    again = sync(config, counting, rebuild=True)
    assert (again.built, again.encoded, len(counting.encoded)) == (
        True, first.encoded, first.encoded,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"chunk_tokens": 20}, "the index was made with chunk_tokens 40, not 20"),
        ({"overlap_sentences": 0}, "the index was made with overlap_sentences 1, not 0"),
        ({"bm25_k1": 2.0}, "the index was made with bm25_k1 1.2, not 2.0"),
        ({"bm25_b": 0.0}, "the index was made with bm25_b 0.75, not 0.0"),
    ],
)
def test_other_settings_make_an_index_stale(
    config: Config, counting: CountingEncoder, change: dict[str, float], reason: str
) -> None:
    sync(config, counting)
    other = config.replace(**change)
    assert stale_reason(loaded(config).manifest, other, counting) == reason
    before = set(indexed_texts(loaded(config)))
    counting.encoded.clear()
    report = sync(other, counting)
    assert report.built
    assert set(counting.encoded) == set(indexed_texts(loaded(other))) - before
    assert stale_reason(loaded(other).manifest, other, counting) is None


def test_settings_that_shape_no_index_leave_it(config: Config, counting: CountingEncoder) -> None:
    sync(config, counting)
    other = config.replace(passages=3, min_confidence=0.1, vector_weight=0.1, batch_size=2)
    assert not sync(other, counting).built


def test_another_model_encodes_everything(
    config: Config, tiny: SentenceEncoder, tmp_path: Path
) -> None:
    first = sync(config, tiny)
    other = CountingEncoder(
        SentenceEncoder.from_name(str(make_tiny_model(tmp_path / "other", seed=8)))
    )
    manifest = loaded(config).manifest
    assert stale_reason(manifest, config, other) == (
        f"the index was made with the model {tiny.model_id}, not {other.model_id}"
    )
    report = sync(config, other)
    assert (report.built, report.encoded) == (True, first.encoded)
    assert report.anew == f"the index was made with the model {tiny.model_id}, not {other.model_id}"
    assert (report.added, report.unchanged) == ([], first.added)  # the files are the same
    assert sync(config, other).anew == first.anew == ""
    generation = loaded(config)
    rows = list(range(len(generation.chunks)))
    assert abs(
        generation.vectors.vectors(rows) - other.encode(indexed_texts(generation))
    ).max() < 1e-6  # fmt: skip


def test_the_same_name_with_other_weights_is_another_model(
    config: Config, tiny: SentenceEncoder
) -> None:
    sync(config, tiny)
    other = CountingEncoder(tiny, fingerprint="of other weights")
    assert stale_reason(loaded(config).manifest, config, other) == (
        f"the index was made with another form of the model {tiny.model_id}"
    )
    assert sync(config, other).built


def test_other_rules_make_an_index_stale(
    config: Config, counting: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(config, counting)
    monkeypatch.setattr("rag.sync.code_fingerprint", lambda: "of a later version")
    assert stale_reason(loaded(config).manifest, config, counting) == (
        "the index was made by other rules of this program"
    )
    assert sync(config, counting).built


# What an index does not come to differ by: what the manifest has of its own (the settings, the
# model, the format), what says what is wrong, and what only keeps, reads or writes.
NOT_SHAPING = {
    "articles.kept", "config", "encoder", "errors", "hub", "indexing.hold", "indexing.mapped",
    "indexing.spool", "providers", "store", "vectors",
}  # fmt: skip


def imported(name: str) -> set[str]:
    """Return the modules of rag that a module imports, each as "formats.table" is named."""
    folder = Path(rag.__file__).parent
    path = folder.joinpath(*name.split("."))
    path = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "rag":
            below = str(node.module).split(".")[1:]
            for parts in (below, *([*below, alias.name] for alias in node.names)):
                target = folder.joinpath(*parts)
                if parts and (target.with_suffix(".py").is_file() or target.is_dir()):
                    found.add(".".join(parts))
    return found


def test_every_module_that_shapes_an_index_is_among_its_rules() -> None:
    formats = [f"formats.{path.stem}" for path in Path(rag.formats.__file__).parent.glob("*.py")]
    left, reached = ["assembly", "lexical", *formats], set[str]()  # formats are opened by name
    while left:
        if (name := left.pop()) not in reached and name not in NOT_SHAPING:
            reached.add(name)
            left += imported(name)
    assert {name for name in reached if name.split(".")[0] != "formats"} == set(SHAPING)


@pytest.mark.parametrize("part", ["vectors.npy", "articles.jsonl", "manifest.json", "CURRENT"])
def test_a_damaged_index_is_built_again(
    config: Config, counting: CountingEncoder, part: str
) -> None:
    sync(config, counting)
    good = loaded(config)
    path = next(Path(config.index).rglob(part))
    path.write_bytes(path.read_bytes()[:-7])
    report = sync(config, counting)
    assert (report.built, report.encoded) == (True, len(set(indexed_texts(good))))
    assert same(loaded(config), good)


def test_a_newer_index_is_left_as_it_is(config: Config, counting: CountingEncoder) -> None:
    sync(config, counting)
    index = Path(config.index)
    rewrite_manifest(index, lambda m: m.update(format=store.FORMAT + 1))
    before = {p: p.read_bytes() for p in index.rglob("*") if p.is_file()}
    with pytest.raises(IndexFormat, match="use the newer version"):
        sync(config, counting)
    assert {p: p.read_bytes() for p in index.rglob("*") if p.is_file()} == before


def test_nothing_is_written_where_there_is_no_folder_of_articles(
    config: Config, counting: CountingEncoder, tmp_path: Path
) -> None:
    alone = config.replace(corpus=str(tmp_path / "absent"))
    with pytest.raises(CorpusError, match=r"there is no folder of articles at .* with --corpus"):
        sync(alone, counting)
    assert not Path(config.index).exists()


def test_the_index_does_not_stand_among_the_articles(
    config: Config, counting: CountingEncoder, rivers: Path
) -> None:
    before = sorted(rivers.iterdir())
    with pytest.raises(IndexWrite, match=r"would be written among the articles in .*--index"):
        sync(config.replace(index=f"{rivers}/../{rivers.name}"), counting)
    assert sorted(rivers.iterdir()) == before


def test_a_folder_that_was_emptied_keeps_the_index(
    config: Config, counting: CountingEncoder, rivers: Path
) -> None:
    sync(config, counting)
    before = loaded(config)
    shutil.rmtree(rivers)
    with pytest.raises(CorpusError, match="there is no folder of articles at"):
        sync(config, counting)
    rivers.mkdir()
    with pytest.raises(CorpusError, match=r"holds no articles.*was left as it is"):
        sync(config, counting)
    assert same(loaded(config), before)


def test_articles_without_a_sentence_are_told(tmp_path: Path, counting: CountingEncoder) -> None:
    folder = write_folder(tmp_path / "c", {"a.txt": "Photo: Reuters\n"})
    config = Config(corpus=str(folder), index=str(tmp_path / "index"))
    with pytest.raises(CorpusError, match=r"hold no sentence to index: add articles with"):
        sync(config, counting)
    assert list((tmp_path / "index" / "generations").iterdir()) == []


def test_a_failing_encoder_leaves_the_old_generation(
    config: Config, counting: CountingEncoder, rivers: Path
) -> None:
    sync(config, counting)
    before = loaded(config)
    (rivers / "amazon.txt").write_text("The Amazon carries most water of all the rivers.\n")

    def fail(texts: object) -> None:
        raise KeyboardInterrupt

    counting.before = fail
    with pytest.raises(KeyboardInterrupt):
        sync(config, counting)
    assert same(loaded(config), before)
    counting.before = lambda texts: None
    assert sync(config, counting).added == ["amazon.txt"], "and the lock was let go"


def test_an_interrupted_encoding_ends_the_counting_beside_it(
    config: Config, counting: CountingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of all texts are not waited for: the second one is never looked at."""
    begun, interrupted, counted = threading.Event(), threading.Event(), []
    close = Assembly.close

    def closing(assembly: Assembly) -> None:
        close(assembly)
        interrupted.set()

    def tokens(text: str, language: str = "en") -> list[str]:
        counted.append(text)
        begun.set()
        assert interrupted.wait(60)
        return text.split()

    def interrupt(*_: object, **__: object) -> None:
        assert begun.wait(60)
        raise KeyboardInterrupt

    monkeypatch.setattr(Assembly, "close", closing)
    monkeypatch.setattr("rag.assembly.tokenise", tokens)
    monkeypatch.setattr(counting, "encode", interrupt)
    with pytest.raises(KeyboardInterrupt):
        sync(config, counting)
    assert len(counted) == 1


def test_progress_tells_each_stage_to_its_end(config: Config, counting: CountingEncoder) -> None:
    told: list[tuple[str, int, int]] = []
    report = sync(config, counting, progress=lambda *step: told.append(step))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["reading", "encoding", "writing"]
    for stage in stages:
        steps = [(done, total) for name, done, total in told if name == stage]
        assert steps[0][0] == 0
        assert steps[-1][0] == steps[-1][1]
        assert steps == sorted(steps)
    assert ("encoding", report.encoded, report.encoded) in told


def test_files_that_were_not_read_are_in_the_report(
    config: Config, counting: CountingEncoder, rivers: Path
) -> None:
    (rivers / "photo.txt").write_bytes(b"\x89PNG\x00\x00")
    (rivers / ".hidden.txt").write_text("Not read.")
    report = sync(config, counting)
    assert {s.source for s in report.skipped} == {"photo.txt", ".hidden.txt"}
    assert not sync(config, counting).built, "and they make no index stale"
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()


def test_an_index_that_cannot_be_written_is_told(
    config: Config, counting: CountingEncoder, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("of somebody")
    with pytest.raises(IndexWrite, match="cannot be written"):
        sync(config.replace(index=str(tmp_path / "file" / "index")), counting)
    assert counting.encoded == [], "before anything was encoded"


def test_the_articles_are_only_read(
    config: Config, counting: CountingEncoder, rivers: Path
) -> None:
    before = {p.name: (p.read_text(), p.stat().st_mtime_ns) for p in rivers.iterdir()}
    sync(config, counting)
    assert {p.name: (p.read_text(), p.stat().st_mtime_ns) for p in rivers.iterdir()} == before
    assert {name: text for name, (text, _) in before.items()} == RIVERS


def test_another_runtime_of_the_same_model_is_told(
    config: Config, counting: CountingEncoder, tiny: SentenceEncoder
) -> None:
    sync(config, counting)
    compiled = CountingEncoder(tiny, fingerprint=f"{tiny.fingerprint}-int8-2")
    reason = stale_reason(loaded(config).manifest, config, compiled)
    assert reason == "the index was made with the runtime torch, not onnx-int8"
    assert sync(config, compiled).built
    assert stale_reason(loaded(config).manifest, config, compiled) is None


def test_an_index_in_cells_is_carried_over(
    config: Config, counting: CountingEncoder, rivers: Path, tmp_path: Path
) -> None:
    """Searched in every cell, it finds what an index from nothing does."""
    config = config.replace(exact_up_to=1)
    sync(config, counting)
    (rivers / "nile.txt").write_text("The Nile is long.\n\nIt ends in the sea, at Alexandria.\n")
    (rivers / "danube.txt").rename(rivers / "aa.txt")
    sync(config, counting)
    fresh = config.replace(index=str(tmp_path / "fresh"))
    sync(fresh, counting)
    one, two = loaded(config), loaded(fresh)
    assert one.vectors.cells is not None
    assert list(one.chunks) == list(two.chunks)
    for query in two.vectors.vectors(range(len(two.chunks))):
        found, expected = (each.vectors.search(query, k=4, probes=99) for each in (one, two))
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert [v for _, v in found] == pytest.approx([v for _, v in expected], abs=1e-6)


def test_a_change_in_a_large_file_does_not_outlive_a_sync(
    config: Config, counting: CountingEncoder, rivers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vectors are carried over from files that opening does not hash: a sync does."""
    sync(config, counting)
    path = next(Path(config.index).rglob("vectors.npy"))
    data = path.read_bytes()
    path.write_bytes(data[:-2] + bytes([data[-2] ^ 64]) + data[-1:])
    monkeypatch.setattr(mapped, "WHOLE_UP_TO_BYTES", 0)
    assert loaded(config).chunks, "opened all the same"
    (rivers / "nile.txt").write_text("The Nile is long.\n")
    counting.encoded.clear()
    sync(config, counting)
    monkeypatch.undo()
    assert sorted(counting.encoded) == sorted(set(indexed_texts(loaded(config))))
