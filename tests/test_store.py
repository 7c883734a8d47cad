"""The index on disk: it comes back as it went, and whatever is wrong with it is named."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import store
from rag.encoder import SentenceEncoder
from rag.errors import IndexCorrupt, IndexFormat, IndexMissing, IndexStale, IndexWrite
from rag.indexing import hold, mapped
from rag.indexing.columns import StoredArticles, StoredChunks
from rag.store import Generation
from rag.vectors import VectorIndex
from rag.words.wordlist import WordForms
from tests.making import RIVERS, make_article, make_generation

FILES = [*store._FILES, "manifest.json"]


@pytest.fixture(scope="session")
def made(tiny: SentenceEncoder) -> Generation:
    """Return a generation over three articles, one of them with everything an article can state."""
    articles = [make_article(text, name=Path(name).stem) for name, text in RIVERS.items()]
    articles[0] = replace(
        articles[0], published=date(2021, 3, 4), byline="A and B", language="de", title="“Ö” 智 😀"
    )
    return make_generation(articles, tiny)


def publish(index: Path, made: Generation) -> str:
    articles = StoredArticles.of(made.articles.values())
    with store.writing(index):
        return store.publish(
            index, made.manifest, articles, StoredChunks.of(made.chunks, articles), made.lexical,
            made.vectors, WordForms.from_articles(made.articles.values()),
        )  # fmt: skip


@pytest.fixture
def index(tmp_path: Path, made: Generation) -> Path:
    """Return the folder of a published index."""
    publish(tmp_path / "index", made)
    return tmp_path / "index"


def folder_of(index: Path) -> Path:
    return index / "generations" / store.current(index)[0]


def same(one: Generation, other: Generation) -> bool:
    """Say whether two generations hold the same, to the bit."""
    rows = list(range(len(one.chunks)))
    query = one.vectors.vectors(rows[:1])[0]
    return (
        dict(one.articles) == dict(other.articles)
        and list(one.articles) == list(other.articles)
        and list(one.chunks) == list(other.chunks)
        and one.manifest == other.manifest
        and (one.words.forms, one.words.counts) == (other.words.forms, other.words.counts)
        and dict(one.lexical.vocabulary) == dict(other.lexical.vocabulary)
        and all(
            one.lexical.scores([term]).tobytes() == other.lexical.scores([term]).tobytes()
            for term in one.lexical.vocabulary
        )
        and one.vectors.vectors(rows).tobytes() == other.vectors.vectors(rows).tobytes()
        and one.vectors.search(query, k=99) == other.vectors.search(query, k=99)
    )


def test_a_generation_comes_back_as_it_went(index: Path, made: Generation) -> None:
    found = store.load(index)
    assert same(made, found)
    assert re.fullmatch(r"g000001-[0-9a-f]{12}", found.name)
    assert store.read_manifest(index) == made.manifest


def test_the_same_content_gives_the_same_bytes(tmp_path: Path, made: Generation) -> None:
    names = [publish(tmp_path / name, made) for name in ("one", "two")]
    assert names[0] == names[1]
    for name in FILES:
        one, two = ((folder_of(tmp_path / index) / name) for index in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name


def test_nothing_but_one_generation_and_its_pointer_is_left(index: Path, made: Generation) -> None:
    second = publish(index, made)
    assert second.startswith("g000002-")
    assert sorted(path.name for path in index.iterdir()) == ["CURRENT", "generations", "lock"]
    assert [path.name for path in (index / "generations").iterdir()] == [second]
    assert sorted(path.name for path in folder_of(index).iterdir()) == sorted(FILES)


def test_no_file_is_a_pickle(index: Path) -> None:
    for path in folder_of(index).iterdir():
        head = path.read_bytes()[:6]
        assert head[:1] != b"\x80", path.name
        assert path.suffix != ".npy" or head == b"\x93NUMPY"


def test_a_missing_index_says_how_to_build_one(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none", Path(__file__), Path(__file__) / "below"):
        with pytest.raises(IndexMissing, match=r"there is no index in .*: run `rag sync`"):
            store.load(place)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(index: Path, name: str) -> None:
    (folder_of(index) / name).unlink()
    with pytest.raises(IndexCorrupt, match=f"{name} is missing.*run `rag sync --rebuild`"):
        store.load(index)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("keep", ["nothing", "half", "all but one byte"])
def test_a_truncated_file_is_named(index: Path, name: str, keep: str) -> None:
    path = folder_of(index) / name
    data = path.read_bytes()
    path.write_bytes(data[: {"nothing": 0, "half": len(data) // 2}.get(keep, len(data) - 1)])
    with pytest.raises(
        IndexCorrupt, match=rf"{name} (has|is missing or cannot).*rag sync --rebuild"
    ):
        store.load(index)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_anywhere_is_named(index: Path, name: str) -> None:
    """In the manifest too, where the bit may be in the number of the format."""
    path = folder_of(index) / name
    data = path.read_bytes()
    step = max(1, len(data) // 60)
    places = {*range(0, len(data), step), len(data) - 1}
    if name == "manifest.json":
        places.add(data.index(b'"format": %d' % store.FORMAT) + len('"format": '))
    for at in sorted(places):
        path.write_bytes(data[:at] + bytes([data[at] ^ 2]) + data[at + 1 :])
        with pytest.raises(IndexCorrupt, match=f"{name} .*rag sync --rebuild"):
            store.load(index)
    path.write_bytes(data)
    assert len(store.load(index).chunks) > 0


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    data = path.read_bytes()
    at = len(data) // 2
    path.write_bytes(data[:at] + bytes([data[at] ^ 2]) + data[at + 1 :])


@pytest.mark.parametrize("name", store._FILES)
def test_a_large_file_is_hashed_when_the_index_is_verified(
    index: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too large to hash at each opening is compared by its size there, which is quick."""
    assert same(store.load(index, whole=True), store.load(index))
    whole = folder_of(index) / name
    monkeypatch.setattr(mapped, "WHOLE_UP_TO_BYTES", whole.stat().st_size - 1)
    data = whole.read_bytes()
    flip(whole)
    with pytest.raises(IndexCorrupt, match=f"{name} was changed.*rag sync --rebuild"):
        store.load(index, whole=True)
    whole.write_bytes(data[:-1])
    with pytest.raises(IndexCorrupt, match=f"{name} has .*rag sync --rebuild"):
        store.load(index)


def test_an_article_that_was_changed_in_a_large_file_is_told_when_it_is_read(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped, "WHOLE_UP_TO_BYTES", 0)
    path = folder_of(index) / "articles.jsonl"
    path.write_bytes(b"!" + path.read_bytes()[1:])
    loaded = store.load(index)
    with pytest.raises(IndexCorrupt, match=r"article 0 .*rag sync --rebuild"):
        loaded.chunks[0]
    assert loaded.chunks[-1].text


def test_the_file_that_foreign_code_reads_is_always_hashed(
    tmp_path: Path, made: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = list(range(len(made.chunks)))
    approximate = VectorIndex.from_vectors(made.vectors.vectors(rows), exact_up_to=1)
    index = tmp_path / "index"
    publish(index, replace(made, vectors=approximate))
    assert store.load(index).vectors.cells is not None
    monkeypatch.setattr(mapped, "WHOLE_UP_TO_BYTES", 0)
    flip(folder_of(index) / "nearest.faiss")
    with pytest.raises(IndexCorrupt, match=r"nearest.faiss was changed"):
        store.load(index)
    (folder_of(index) / "nearest.faiss").unlink()
    with pytest.raises(IndexCorrupt, match=r"nearest.faiss is missing"):
        store.load(index)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"null", b"[]", b"{}", b"3", b'{"generation": "g000001-0123456789ab"}',
        b"[" * 100_000, b'{"generation": null, "manifest_sha256": null}',
    ],
    ids=["empty", "bytes", "null", "list", "object", "number", "half", "deep", "nulls"],
)  # fmt: skip
def test_a_pointer_that_is_none_is_refused(index: Path, content: bytes) -> None:
    (index / "CURRENT").write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"CURRENT .*rag sync --rebuild"):
        store.load(index)


@pytest.mark.parametrize(
    "name",
    ["../../elsewhere", "/etc", "..", ".", "", "g000001-0123456789ab/../..", "g000001-0123456789AB",
     "g000001-0123456789ab\n", ".half-1"],
)  # fmt: skip
def test_a_pointer_out_of_the_folder_is_refused(index: Path, name: str) -> None:
    pointer = json.loads((index / "CURRENT").read_text())
    (index / "CURRENT").write_text(json.dumps({**pointer, "generation": name}))
    with pytest.raises(IndexCorrupt, match="names no generation"):
        store.load(index)


def test_a_pointer_to_a_generation_that_is_gone_is_refused(index: Path) -> None:
    pointer = {"generation": "g000009-0123456789ab", "manifest_sha256": "0" * 64}
    (index / "CURRENT").write_text(json.dumps(pointer))
    with pytest.raises(IndexCorrupt, match=r"manifest.json is missing"):
        store.load(index)


def test_a_pointer_that_is_a_folder_is_refused(index: Path) -> None:
    (index / "CURRENT").unlink()
    (index / "CURRENT").mkdir()
    with pytest.raises(IndexCorrupt, match="CURRENT cannot be read"):
        store.load(index)


def rewrite_manifest(index: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change the manifest the way another version of the program would have written it."""
    path = folder_of(index) / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    pointer = json.loads((index / "CURRENT").read_text())
    (index / "CURRENT").write_text(json.dumps({**pointer, "manifest_sha256": digest}))


def test_a_newer_format_is_refused(index: Path) -> None:
    rewrite_manifest(index, lambda m: m.update(format=store.FORMAT + 1, unheard_of=[]))
    with pytest.raises(
        IndexFormat,
        match=rf"format {store.FORMAT + 1}, this version reads up to {store.FORMAT}: use",
    ):
        store.load(index)


@pytest.mark.parametrize("found", [0, "1", None, -1, 0.5])
def test_an_older_format_is_stale(index: Path, found: object) -> None:
    rewrite_manifest(index, lambda m: m.update(format=found))
    with pytest.raises(IndexStale, match=f"the old format {found!r}"):
        store.load(index)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(more=1),
        lambda m: m.pop("digests"),
        lambda m: m.pop("files"),
        lambda m: m.update(files={}),
        lambda m: m.update(files=[]),
    ],
    ids=["one-more", "one-less", "no-files", "empty-files", "list-files"],
)
def test_a_manifest_of_another_form_is_refused(
    index: Path, change: Callable[[dict[str, object]], None]
) -> None:
    rewrite_manifest(index, change)
    with pytest.raises(IndexCorrupt, match="rag sync --rebuild"):
        store.load(index)


def test_what_a_crash_left_behind_does_no_harm_and_goes(index: Path, made: Generation) -> None:
    half = index / "generations" / ".half-99999"
    half.mkdir()
    (half / "articles.jsonl").write_text("{half a li")
    (index / "CURRENT.half").write_text('{"gener')
    assert same(store.load(index), made), "the old generation serves"
    name = publish(index, made)
    assert [path.name for path in (index / "generations").iterdir()] == [name]
    assert not (index / "CURRENT.half").exists()


@pytest.mark.parametrize("at", range(1, len(FILES) + 1))
def test_a_crash_at_any_step_leaves_the_old_generation(
    index: Path, made: Generation, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """The flush of each file in turn fails, as a disk that goes away makes it."""
    before = store.current(index)
    count = 0
    flush = store._flush

    def fail(path: Path) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise OSError(5, "Input/output error")
        flush(path)

    with monkeypatch.context() as patch:
        patch.setattr(store, "_flush", fail)
        with pytest.raises(IndexWrite, match="Input/output error"):
            publish(index, made)
    assert store.current(index) == before
    assert same(store.load(index), made)
    assert [path.name for path in (index / "generations").iterdir()] == [before[0]]


FULL = """
import resource, sys
from pathlib import Path
from rag.indexing import mapped
from rag import store
from rag.errors import IndexWrite

index = Path(sys.argv[1])
old = store.load(index)
for limit in map(int, sys.argv[2:]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        with store.writing(index):
            store.publish(index, old.manifest, old.articles, old.chunks, old.lexical,
                          old.vectors, store.word_forms(index, old))
    except IndexWrite as error:
        left = sorted(path.name for path in (index / "generations").iterdir())
        sys.stdout.write(f"{left} {store.load(index).name} {error}\\n")
"""


def test_a_full_disk_leaves_the_old_generation(index: Path, made: Generation) -> None:
    """The system refuses to write past a size: within each file of the generation in turn."""
    sizes = {(folder_of(index) / name).stat().st_size for name in FILES}
    limits = sorted({0, 10, *(size - 1 for size in sizes), *(size // 2 for size in sizes)})
    limits = [limit for limit in limits if limit < max(sizes)]
    before, _ = store.current(index)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(index), *map(str, limits)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"['{before}'] {before} the index folder {index} cannot be written (File too large): free "
        "some space or choose another folder with --index; the index there is unchanged"
    ] * len(limits)
    assert same(store.load(index), made)


@pytest.mark.parametrize("place", ["below a file", "on a file", "in /proc"])
def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, made: Generation, place: str
) -> None:
    (tmp_path / "file").write_text("of somebody")
    index = {
        "below a file": tmp_path / "file" / "index",
        "on a file": tmp_path / "file",
        "in /proc": Path("/proc/index"),
    }[place]
    told = {
        "below a file": f"cannot be written to {index}, which is a file or lies below one: name",
        "on a file": f"cannot be written to {index}, which is a file or lies below one: name",
        "in /proc": rf"{index} cannot be written \(.+\): free some space or",
    }[place]
    with pytest.raises(IndexWrite, match=told):
        publish(index, made)
    assert (tmp_path / "file").read_text() == "of somebody"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(index: Path, made: Generation) -> None:
    (index / "generations").chmod(0o500)
    try:
        with pytest.raises(IndexWrite, match="Permission denied"):
            publish(index, made)
        assert same(store.load(index), made)
    finally:
        (index / "generations").chmod(0o700)


def test_one_sync_at_a_time(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that another process holds is waited for, then told."""
    code = (
        "import sys; from pathlib import Path; from rag import store\n"
        "with store.writing(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(index)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        monkeypatch.setattr(store, "_LOCK_S", 0.2)
        with (
            pytest.raises(
                IndexWrite, match=r"another sync .process [0-9]+. has been writing .*: wait for it"
            ),
            store.writing(index),
        ):
            pass
        other.communicate("")
    with store.writing(index):
        pass


def test_a_reader_is_not_disturbed_by_a_sync_in_between(
    index: Path, made: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The generation that a reader has begun to read is replaced: it reads that one whole."""
    check = store._check
    first = store.current(index)[0]
    published: list[str] = []

    def swapped(path: Path, expected: Any, **rest: Any) -> None:
        if not published:
            published.append("soon")
            published[0] = publish(index, made)
        check(path, expected, **rest)

    monkeypatch.setattr(store, "_check", swapped)
    loaded = store.load(index)
    assert loaded.name == first != published[0]
    assert same(loaded, made)


def test_a_reader_that_comes_too_late_reads_the_new_generation(
    index: Path, made: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that CURRENT named is removed before the reader can hold it."""
    of = hold.Hold.of
    published: list[str] = []

    def late(folder: Path) -> hold.Hold | None:
        if not published:
            published.append("soon")
            published[0] = publish(index, made)
        return of(folder)

    monkeypatch.setattr(hold.Hold, "of", late)
    assert store.load(index).name == published[0]


def generations(index: Path) -> list[str]:
    return sorted(path.name for path in (index / "generations").iterdir())


def test_a_generation_that_is_held_is_kept_and_then_removed(index: Path, made: Generation) -> None:
    loaded = store.load(index)
    second = publish(index, made)
    assert generations(index) == [loaded.name, second]
    assert loaded.hold is not None
    loaded.hold.let_go()
    with store.writing(index):
        store.remove_old(index)
    assert generations(index) == [second]


def test_another_process_holds_until_it_ends_however_it_ends(index: Path, made: Generation) -> None:
    code = (
        "import sys; from pathlib import Path; from rag import store\n"
        "held = store.load(Path(sys.argv[1])); print(held.name, flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(index)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        first = other.stdout.readline().strip()
        second = publish(index, made)
        assert generations(index) == [first, second]
        other.kill()
        other.wait()
        with store.writing(index):
            store.remove_old(index)
        assert generations(index) == [second]


def test_intact_looks_at_every_file(index: Path) -> None:
    assert store.intact(index)
    for name in FILES:
        path = folder_of(index) / name
        data = path.read_bytes()
        path.write_bytes(data[:-1])
        assert not store.intact(index), name
        path.unlink()
        assert not store.intact(index), name
        path.write_bytes(data)
    assert store.intact(index)


def test_what_was_loaded_serves_on_after_its_files_are_gone(index: Path, made: Generation) -> None:
    loaded = store.load(index)
    publish(index, made)
    assert loaded.name != store.current(index)[0]
    assert same(loaded, made)


def test_what_becomes_of_small_files_does_not_matter_to_what_was_loaded(
    index: Path, made: Generation
) -> None:
    loaded = store.load(index)
    for name in FILES:
        (folder_of(index) / name).write_bytes(b"")
    assert same(loaded, made)


def test_large_files_are_mapped_and_hold_the_same(
    index: Path, made: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped, "WHOLE_UP_TO_BYTES", 0)
    loaded = store.load(index)
    assert same(loaded, made)
    publish(index, made)
    assert same(loaded, made), "also after its files are gone"


def test_a_file_that_is_read_is_not_called_one_that_cannot_be_written(index: Path) -> None:
    model = str(index.parent / "models" / "model.onnx")
    with (
        pytest.raises(IndexWrite, match=r"unchanged: .*model\.onnx cannot be used \(gone\)$"),
        store.writing(index),
    ):
        raise FileNotFoundError(2, "gone", model)
    for error in (OSError(28, "full"), OSError(13, "denied", str(index / "generations" / "a"))):
        with pytest.raises(IndexWrite, match="free some space"), store.writing(index):
            raise error
