"""Generations of the index on disk: write, publish, load, check.

A generation is a folder that is written whole beside the others, its manifest last, and then
renamed into place; CURRENT, a small file that is replaced in one step, names the one that serves.
A crash at any moment leaves the old generation serving. index/README.md describes every file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from rag.datatypes import Article, Chunk
from rag.errors import (
    IndexCorrupt,
    IndexFormat,
    IndexMissing,
    IndexStale,
    IndexStoreError,
    IndexWrite,
)
from rag.indexing.columns import StoredArticles, StoredChunks
from rag.indexing.hold import Hold, is_held
from rag.indexing.mapped import is_small
from rag.lexical import LexicalIndex
from rag.vectors import NEAREST, VectorIndex
from rag.words.wordlist import WordForms, WordList

Item = TypeVar("Item")
Found = TypeVar("Found")

FORMAT = 5
_NAME = re.compile(r"g[0-9]{6}-[0-9a-f]{12}")
_FILES = (
    "articles.jsonl", "articles_ends.npy", "article_ids.txt", "article_ids_ends.npy", "chunks.npy",
    "vocabulary.json", "term_starts.npy", "term_rows.npy", "term_counts.npy", "term_scores.npy",
    "vectors.npy", "words.json", "word_forms.txt",
)  # fmt: skip
_LOCK_S = 30.0  # how long a sync waits for another one
_REBUILD = "run `rag sync --rebuild` to build it again from the articles"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made from and with.

    `digests` gives the sha256 of each article's file by article id, `sources` its path below the
    corpus folder, `seen` what the folder held (rag.corpus.scan), `refused` which of that gave no
    article and why, `remarks` what was worth telling of a file. `settings` are those that shape an
    index, `code` a hash of the rules that did. `languages` are those of the articles in order, each
    with the number of articles in it. `corpus` is the folder that they were read from.
    """

    model_id: str
    model_fingerprint: str
    dimension: int
    settings: Mapping[str, Any]
    code: str
    digests: Mapping[str, str]
    sources: Mapping[str, str]
    seen: Mapping[str, str]
    articles: int
    chunks: int
    refused: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    corpus: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The manifest as JSON holds it, without the list of files."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of the index. Row i of each part belongs to `chunks[i]`.

    Articles and chunks that were loaded are made when they are asked for. `hold` is None where it
    was never on a disk.
    """

    name: str
    manifest: Manifest
    articles: Mapping[str, Article]
    chunks: Sequence[Chunk]
    lexical: LexicalIndex
    vectors: VectorIndex
    words: WordList
    hold: Hold | None = None


@contextmanager
def writing(index: Path, *, wait_s: float | None = None) -> Iterator[None]:
    """Hold the index's lock; one sync at a time may write, `wait_s` waits for another.

    Raises:
        IndexWrite: the folder cannot be written, or another sync holds the lock.
    """
    from filelock import FileLock, Timeout

    try:
        (index / "generations").mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / "lock", timeout=_LOCK_S if wait_s is None else wait_s)
        with lock:
            with suppress(OSError):  # Windows lets nobody write a locked file
                (index / "lock").write_text(f"{os.getpid()}\n", encoding="utf-8")
            yield
    except Timeout as error:
        waited = _LOCK_S if wait_s is None else wait_s
        raise IndexWrite(
            f"another sync{_holder(index)} has been writing {index} for over {waited:g} s: "
            "wait for it, or stop it"
        ) from error
    except (FileExistsError, NotADirectoryError) as error:
        raise IndexWrite(
            f"the index cannot be written to {index}, which is a file or lies below one: "
            "name a folder with --index"
        ) from error
    except OSError as error:
        raise IndexWrite(_unwritten(index, error)) from error


def _unwritten(index: Path, error: OSError) -> str:
    """Return why the index was not written: the file of the error may be one that was read."""
    why = error.strerror or error
    if isinstance(error.filename, str | Path) and not _lies_in(index, Path(error.filename)):
        return f"the index in {index} is unchanged: {error.filename} cannot be used ({why})"
    return (
        f"the index folder {index} cannot be written ({why}): "
        "free some space or choose another folder with --index; the index there is unchanged"
    )


def _lies_in(folder: Path, path: Path) -> bool:
    return path.absolute().is_relative_to(folder.absolute())


def publish(
    index: Path,
    manifest: Manifest,
    articles: StoredArticles,
    chunks: StoredChunks,
    lexical: LexicalIndex,
    vectors: VectorIndex,
    words: WordForms,
) -> str:
    """Write a generation, make it the current one, and return its name.

    The others are removed but for those that a reader holds.

    To be called while holding `writing(index)`, which also translates an OSError from here.
    """
    generations = index / "generations"
    _remove_leftovers(generations)
    half = generations / f".half-{os.getpid()}"
    half.mkdir()
    try:
        listed = WordList.from_forms(words)
        parts = [vectors.save, lexical.save, articles.save, chunks.save, words.save, listed.save]
        _side_by_side(lambda save: save(half), parts)
        files = dict(_side_by_side(_put_on_disk, sorted(half.iterdir())))
        text = json.dumps(
            {"format": FORMAT, **manifest.to_dict(), "files": files}, indent=1, sort_keys=True
        )
        _write(half / "manifest.json", text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        name = f"g{_next_number(generations):06}-{digest[:12]}"
        half.rename(generations / name)
        _flush(generations)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    pointer = index / "CURRENT.half"
    named = {"generation": name, "manifest_sha256": digest, "corpus": manifest.corpus}
    _write(pointer, json.dumps(named) + "\n")
    pointer.replace(index / "CURRENT")
    _flush(index)
    remove_old(index)
    return name


def remove_old(index: Path) -> None:
    """Remove every generation but the current one and those that a reader holds, and leftovers.

    To be called while holding `writing(index)`.
    """
    name = current(index)[0]
    for old in (index / "generations").iterdir():
        if old.name != name and not is_held(old):
            # Renamed first: a reader then finds it whole or not at all.
            gone = old.with_name(f".half-{old.name.removeprefix('.half-')}")
            with suppress(OSError):
                old.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)


def current(index: Path) -> tuple[str, str]:
    """Return the name of the current generation and the sha256 of its manifest.

    Raises:
        IndexMissing: there is none.
        IndexCorrupt: the pointer is not what it should be.
    """
    try:
        pointer = json.loads((index / "CURRENT").read_text(encoding="utf-8"))
        name, digest = pointer["generation"], pointer["manifest_sha256"]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(f"there is no index in {index}: run `rag sync` to build it") from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexCorrupt(f"{index / 'CURRENT'} cannot be read: {_REBUILD}") from error
    if not _NAME.fullmatch(str(name)):
        raise IndexCorrupt(f"{index / 'CURRENT'} names no generation ({name!r}): {_REBUILD}")
    return str(name), str(digest)


def load(index: Path, *, whole: bool = False) -> Generation:
    """Return the current generation, each file checked against its size and, if small, its hash.

    With `whole` the large ones are hashed too.

    Raises:
        IndexMissing: there is none.
        IndexFormat: it was written by a newer version of the program.
        IndexStale: it was written by an older version.
        IndexCorrupt: a file is missing, truncated or changed.
    """
    for attempt in (1, 2, 3):
        name, digest = current(index)
        try:
            return _load(index / "generations" / name, digest, whole=whole)
        except IndexCorrupt:
            if attempt == 3 or current(index)[0] == name:
                raise  # not a generation that a sync replaced while it was being read
    raise AssertionError("unreachable")


def intact(index: Path) -> bool:
    """Whether each file of the current generation is there with its size; none is read."""
    try:
        name, digest = current(index)
        folder = index / "generations" / name
        _, files = _read_manifest(folder, digest)
        return set(files) - {NEAREST} == set(_FILES) and all(
            (folder / file).stat().st_size == expected["bytes"] for file, expected in files.items()
        )
    except (OSError, IndexMissing, IndexCorrupt, IndexStale):
        return False


def read_manifest(index: Path) -> Manifest:
    """Return the manifest of the current generation; raises what `load` does."""
    name, digest = current(index)
    return _read_manifest(index / "generations" / name, digest)[0]


def word_forms(index: Path, generation: Generation) -> WordForms:
    """Return the forms of the words of `generation`, which was loaded from `index`.

    Raises:
        IndexCorrupt: they cannot be read.
    """
    return WordForms.load(index / "generations" / generation.name)


def manifest_of(folder: Path) -> Manifest | None:
    """Return the manifest of the generation in `folder`, unchecked, or None if it has none."""
    try:
        digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
        return _read_manifest(folder, digest)[0]
    except (OSError, IndexStoreError):
        return None


def _load(folder: Path, digest: str, *, whole: bool) -> Generation:
    hold = Hold.of(folder)
    manifest, files = _read_manifest(folder, digest)
    names = [*_FILES, *([NEAREST] if NEAREST in files else [])]
    try:
        # FAISS trusts the sizes that its file states: a changed one could end the process.
        _side_by_side(
            lambda name: _check(folder / name, files.get(name), whole=whole or name == NEAREST),
            names,
        )
        articles = StoredArticles.load(folder)
        chunks = StoredChunks.load(folder, articles)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(
            f"the index in {folder} cannot be read ({error!r}): {_REBUILD}"
        ) from error
    lexical = LexicalIndex.load(folder)
    vectors = VectorIndex.load(folder)
    rows = {len(chunks), lexical.documents, len(vectors)}
    if len(rows) != 1:
        raise IndexCorrupt(
            f"the index in {folder} is not whole ({len(chunks)} chunks, {lexical.documents} "
            f"documents, {len(vectors)} vectors): {_REBUILD}"
        )
    words = WordList.load(folder)
    return Generation(folder.name, manifest, articles, chunks, lexical, vectors, words, hold=hold)


def _read_manifest(folder: Path, digest: str) -> tuple[Manifest, Mapping[str, Mapping[str, Any]]]:
    path = folder / "manifest.json"
    try:
        data = path.read_bytes()
        written = json.loads(data)
        found = written.pop("format")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexCorrupt(f"{path} is missing or cannot be read: {_REBUILD}") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise IndexCorrupt(f"{path} was changed after it was written: {_REBUILD}")
    if isinstance(found, int) and found > FORMAT:
        raise IndexFormat(
            f"the index in {folder.parent.parent} has format {found}, this version reads up to "
            f"{FORMAT}: use the newer version, or another folder with --index"
        )
    if found != FORMAT:
        raise IndexStale(f"the index in {folder.parent.parent} has the old format {found!r}")
    try:
        files = dict(written.pop("files"))
        return Manifest(**written), files
    except (KeyError, TypeError, ValueError) as error:
        raise IndexCorrupt(f"{path} does not hold what it should: {_REBUILD}") from error


def _check(path: Path, expected: Mapping[str, Any] | None, *, whole: bool) -> None:
    if expected is None or not path.is_file():
        raise IndexCorrupt(f"{path} is missing: {_REBUILD}")
    size = path.stat().st_size
    if size != expected["bytes"]:
        raise IndexCorrupt(f"{path} has {size} bytes, expected {expected['bytes']}: {_REBUILD}")
    if (whole or is_small(path)) and _digest(path) != expected["sha256"]:
        raise IndexCorrupt(f"{path} was changed after it was written: {_REBUILD}")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    _flush(path)


def _flush(path: Path) -> None:
    """Ask the system to put a file or a folder on the disk now."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put_on_disk(path: Path) -> tuple[str, dict[str, Any]]:
    """Return a file's name, and its size and hash as the manifest has them; it is flushed."""
    _flush(path)
    return path.name, {"bytes": path.stat().st_size, "sha256": _digest(path)}


def _side_by_side(work: Callable[[Item], Found], items: Iterable[Item]) -> list[Found]:
    """Return what `work` gives for each of `items`, two at a time: a file is written and hashed
    without Python's lock.
    """
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, items))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _holder(index: Path) -> str:
    try:
        return f" (process {int((index / 'lock').read_text(encoding='utf-8'))})"
    except (OSError, ValueError):
        return ""


def _next_number(generations: Path) -> int:
    numbers = [int(path.name[1:7]) for path in generations.iterdir() if _NAME.fullmatch(path.name)]
    return max(numbers, default=0) + 1


def _remove_leftovers(generations: Path) -> None:
    for half in generations.glob(".half-*"):
        if not is_held(half):
            shutil.rmtree(half, ignore_errors=True)
