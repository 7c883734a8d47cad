"""A folder to its articles: which files are read, what each is called, what is left out and why.

The folder is only ever read. rag.formats reads the files' content.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from rag import formats
from rag.datatypes import Article, Skipped
from rag.errors import CorpusError, NoArticles

MAX_BYTES = 50_000_000
KINDS = ", ".join(formats.SUFFIXES)
COPY = "duplicate of "  # and the file that it is a copy of: why it is not read

_NAME_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds, without reading what the files say.

    `digests` is path below the folder -> SHA-256 of the bytes of each file that is to be read, in
    hexadecimal, or why it cannot be. Two equal ones mean equal articles. `skipped` are the others;
    `paths` is where each file to be read lies.
    """

    digests: Mapping[str, str]
    skipped: tuple[Skipped, ...]
    paths: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class Known:
    """What files were read as before, by the reader's name and the SHA-256 of their bytes.

    `articles` are the ids that these had, `sources` the path of each id's file, and `article` gives
    the article with an id.
    """

    articles: Mapping[tuple[str, str], Sequence[str]]
    sources: Mapping[str, str]
    article: Callable[[str], Article]
    refused: Mapping[tuple[str, str], str] = field(default_factory=dict)
    remarks: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """An article that is known: what was called `before`, in all but its id and path."""

    id: str
    source: str
    before: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles below a folder, and what was left out.

    `articles` are in id order. `skipped` is everything that is no article, with the reason;
    `refused` are those of them that were read, as path -> reason. `remarks` is path -> lines worth
    telling. `digests` is article id -> SHA-256 of its file's bytes. `scanned` is the folder's
    `Listing.digests`.
    """

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]
    refused: Mapping[str, str]
    remarks: Mapping[str, tuple[str, ...]]
    digests: Mapping[str, str]
    scanned: Mapping[str, str]

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks, and the ids that are longer than usual, as plain lines."""
        return told(self.remarks, {article.id: article.source for article in self.articles})


def read_corpus(
    folder: Path,
    *,
    max_bytes: int | None = None,
    options: formats.Options | None = None,
) -> Corpus:
    """Return the articles of the files below `folder` whose format is known.

    The same files give the same corpus. Hidden, empty, unsupported, broken, unreadable and
    oversized files, those without text, copies of another file, and links that leave the folder
    are reported in `skipped`, never fatal.

    Raises:
        CorpusError: no such folder, it cannot be listed, or it holds nothing to read.
    """
    reading = Reading(
        folder, list_folder(folder, max_bytes=max_bytes), max_bytes=max_bytes, options=options
    )
    articles = {found.id: found for found in reading if isinstance(found, Article)}
    reading.check()
    return Corpus(
        articles=tuple(articles[name] for name in sorted(articles)),
        skipped=reading.skipped(),
        refused=MappingProxyType(reading.refused),
        remarks=MappingProxyType(reading.remarks),
        digests=MappingProxyType({name: reading.digests[name] for name in sorted(articles)}),
        scanned=MappingProxyType(reading.scanned),
    )


class Reading:
    """The articles of a folder, one after the other: each is read when it is asked for.

    Going through it gives every article once, in the order of the files, as one that was read or
    one that `known` holds. Then `digests`, `sources`, `refused`, `remarks` and `scanned` hold what
    those of `Corpus` do. `progress` is told (files done, files in all).
    """

    def __init__(
        self,
        folder: Path,
        listing: Listing,
        *,
        max_bytes: int | None = None,
        options: formats.Options | None = None,
        known: Known | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._folder, self._listing, self._max_bytes = folder, listing, max_bytes
        self._known, self._options = known, options or formats.Options()
        self._progress = progress or (lambda done, total: None)
        self.digests: dict[str, str] = {}
        self.sources: dict[str, str] = {}
        self.scanned = dict(listing.digests)
        self.refused: dict[str, str] = {}
        self.remarks: dict[str, tuple[str, ...]] = {}
        self._originals: dict[tuple[str, str], str] = {}
        for source in sorted(listing.digests, key=lambda path: (len(path), path)):
            self._originals.setdefault(self._key(source), source)

    def __iter__(self) -> Iterator[Article | Kept]:
        firsts: dict[tuple[str, str], str] = {}
        bases: set[str] = set()
        for number, source in enumerate(self._listing.digests):
            self._progress(number, len(self._listing.digests))
            try:
                key, data = self._key(source), b""
                if not self._is_known(source, key):
                    data = _read(self._listing.paths[source], self._max_bytes)
                    self.scanned[source] = _digest(data)
                    key = self._key(source)
                first = firsts.get(key) or self._original(source)
                if first != source:
                    raise formats.UnreadableError(f"{COPY}{first}")
                articles, notes = self._articles(source, key, data)
            except formats.UnreadableError as exc:
                self.refused[source] = str(exc)
                if len(self.scanned[source]) != _DIGEST_CHARS:
                    self.scanned[source] = str(exc)
                continue
            firsts[key] = source
            base = _free_id(source, bases)
            bases.add(base)
            if notes:
                self.remarks[source] = tuple(notes)
            for part, found in articles:
                name = f"{base}#{part}" if part else base
                while name in self.digests:  # a file that is called like a row of another
                    name += "~"
                self.digests[name] = self.scanned[source]
                self.sources[name] = source
                if isinstance(found, Article):
                    yield replace(found, id=name, source=source)
                else:
                    yield Kept(name, source, found)
        self._progress(len(self._listing.digests), len(self._listing.digests))

    def _key(self, source: str) -> tuple[str, str]:
        return formats.reader_of(Path(source).suffix), self.scanned[source]

    def _original(self, source: str) -> str:
        """Return the file that this one is a copy of, or itself.

        Of equal files that is the one with the shortest path: copies are called "a (2).txt",
        "a copy.txt" or "Copy of a.txt", or lie in a folder of their own.
        """
        key = self._key(source)
        first = self._originals.get(key, source)
        if first == source or self.scanned[first] != key[1]:
            return source
        try:  # it may have been written since the folder was listed
            same = _digest(_read(self._listing.paths[first], self._max_bytes)) == key[1]
        except formats.UnreadableError:
            same = False
        return first if same else source

    def _is_known(self, source: str, key: tuple[str, str]) -> bool:
        """Return whether the file was read before, and under its name where that is its title."""
        known = self._known
        if known is None or key not in known.articles:
            return known is not None and key in known.refused
        before = known.sources[known.articles[key][0]]
        return key[0] not in formats.NAMED or Path(before).stem == Path(source).stem

    def _articles(
        self, source: str, key: tuple[str, str], data: bytes
    ) -> tuple[Sequence[tuple[str, Article | str]], Sequence[str]]:
        """Return the part and the article of each of a file's, and what is worth telling of it.

        A known article is told by the id that it had.
        """
        known = self._known
        if known is None or not self._is_known(source, key):
            options = replace(self._options, name=Path(source).stem)
            read = formats.read(Path(source).suffix, data, options)
            return [(article.part, article) for article in read.articles], read.notes
        if key in known.refused:
            raise formats.UnreadableError(known.refused[key])
        ids = known.articles[key]
        # Where an id is that of the whole file, the article need not be made to see that.
        whole = len(ids) == 1 and "#" not in ids[0].removeprefix(_short_id(known.sources[ids[0]]))
        parts = ["" if whole else known.article(name).part for name in ids]
        return list(zip(parts, ids, strict=True)), known.remarks.get(key, ())

    def skipped(self) -> tuple[Skipped, ...]:
        """Return everything that is no article, with the reason."""
        refused = (Skipped(source, why) for source, why in self.refused.items())
        found = (*self._listing.skipped, *refused)
        return tuple(sorted(found, key=lambda one: one.source.split("/")))

    def notes(self) -> tuple[str, ...]:
        """Return the remarks, and the ids that are longer than usual, as plain lines."""
        return told(self.remarks, {name: self.sources[name] for name in sorted(self.sources)})

    def check(self) -> None:
        """Raise where there was no article.

        Raises:
            NoArticles: none.
        """
        if not self.digests:
            told = _nothing_to_read(self._folder, self.skipped())
            raise NoArticles(told, str(self._folder.resolve()), self.refused)


def check_folder(folder: Path) -> None:
    """Raise CorpusError where `folder` is no folder."""
    if not folder.exists():
        raise CorpusError(
            f"there is no folder of articles at {folder}: "
            "create it and put articles in it, or name another one with --corpus"
        )
    if not folder.is_dir():
        raise CorpusError(f"{folder} is a file, not a folder: name the folder that holds it")


def list_folder(
    folder: Path,
    *,
    max_bytes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Listing:
    """Return what is below `folder`; every file of a known format is hashed.

    Raises:
        CorpusError: no such folder, or it cannot be listed.
    """
    digests: dict[str, str] = {}
    skipped: list[Skipped] = []
    paths: dict[str, Path] = {}
    for found in _walk(folder):
        if found.reason:
            skipped.append(Skipped(found.source, found.reason))
            continue
        paths[found.source] = found.path
        try:
            digests[found.source] = _digest(_read(found.path, max_bytes))
        except formats.UnreadableError as exc:
            digests[found.source] = str(exc)
    return Listing(MappingProxyType(digests), tuple(skipped), MappingProxyType(paths))


def scan(folder: Path, *, max_bytes: int | None = None) -> Mapping[str, str]:
    """Return path below `folder` -> SHA-256 of the file's bytes, for every file to be read.

    A file that cannot be read stands with the reason in place of the digest. Two equal scans
    mean that `read_corpus` would give the same articles.

    Raises:
        CorpusError: no such folder, or it cannot be listed.
    """
    return list_folder(folder, max_bytes=max_bytes).digests


def told(remarks: Mapping[str, Sequence[str]], sources: Mapping[str, str]) -> tuple[str, ...]:
    """Return `remarks` as lines, and the ids that are not the path without its suffix.

    `sources` is article id -> path.
    """
    lines = []
    first = {source: name for name, source in reversed(list(sources.items()))}
    for source in sorted({*remarks, *first}, key=lambda path: path.split("/")):
        name, short = first.get(source, ""), _short_id(source)
        if name and name != short and not name.startswith(f"{short}#"):
            lines.append(f"{source}: its id is {name}, as another file has the shorter one")
        lines += [f"{source}: {remark}" for remark in remarks.get(source, ())]
    return tuple(lines)


_DIGEST_CHARS = 64


@dataclass(frozen=True, slots=True)
class _Found:
    """A file below the folder; `reason` says why it is not to be read, and is "" where it is."""

    path: Path
    source: str
    reason: str = ""


def _walk(folder: Path) -> Iterator[_Found]:
    """Yield the files below `folder` in the order of their path parts."""
    check_folder(folder)
    try:
        names = _names(folder)
    except OSError as exc:
        raise CorpusError(
            f"the folder {folder} cannot be listed ({exc.strerror}): "
            "give yourself the right to read it, or name another folder"
        ) from exc
    root = folder.resolve()
    yield from _walk_names(folder, names, folder, root)


def _walk_names(parent: Path, names: list[str], top: Path, root: Path) -> Iterator[_Found]:
    for name in names:
        path = parent / name
        source = _shown(path.relative_to(top).as_posix())
        if name.startswith("."):
            kind = "folder" if path.is_dir() else "file"
            yield _Found(path, source, f"hidden {kind}")
            continue
        try:
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                yield _Found(path, source, _link_reason(path, root))
            elif stat.S_ISDIR(mode):
                yield from _walk_names(path, _names(path), top, root)
            elif not stat.S_ISREG(mode):
                yield _Found(path, source, "not a regular file")
            else:
                yield _Found(path, source, _suffix_reason(path))
        except OSError as exc:
            yield _Found(path, source, f"cannot be read ({exc.strerror})")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _suffix_reason(path: Path) -> str:
    if formats.reader_of(path.suffix):
        return ""
    return f"unsupported ({path.suffix or 'no suffix'}): not one of {KINDS}"


def _link_reason(path: Path, root: Path) -> str:
    """Return why the link is not read, or "" where it is the one way to a file of the folder."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a loop, on Python 3.11 and 3.12
        return "a link that leads nowhere" if not _loops(path) else "a link that leads to itself"
    if not target.is_relative_to(root):
        return "a link that leaves the folder"
    if target.is_dir():
        return "a link to a folder, which is not followed"
    if not target.is_file():
        return "not a regular file"
    parts = target.relative_to(root).parts
    if not any(part.startswith(".") for part in parts) and not _suffix_reason(target):
        return f"a link to {_shown('/'.join(parts))}, which is read itself"
    return _suffix_reason(path)


def _loops(path: Path) -> bool:
    seen: set[Path] = set()
    while path.is_symlink():
        if path in seen:
            return True
        seen.add(path)
        path = Path(os.path.normpath(path.parent / path.readlink()))
    return False


def _read(path: Path, max_bytes: int | None) -> bytes:
    """Return the bytes of the file.

    Raises:
        UnreadableError: it cannot be read or is too large.
    """
    most = MAX_BYTES if max_bytes is None else max_bytes
    try:
        size = path.stat().st_size
        if size > most:
            raise formats.UnreadableError(
                f"too large: {size / 1e6:.1f} MB, at most {most / 1e6:g} MB are read "
                "(--set max_file_mb=N changes that)"
            )
        return path.read_bytes()
    except OSError as exc:
        raise formats.UnreadableError(f"cannot be read ({exc.strerror})") from exc


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _shown(path: str) -> str:
    """Return the path as text that any file or terminal can hold."""
    printable = os.fsencode(path).decode("utf-8", "backslashreplace")
    return _NAME_CONTROL.sub("\N{REPLACEMENT CHARACTER}", printable)


def _short_id(source: str) -> str:
    return unicodedata.normalize("NFC", source.rpartition(".")[0])


def _free_id(source: str, taken: set[str]) -> str:
    """Return the path without its suffix, or with it where another file came first."""
    full = unicodedata.normalize("NFC", source)
    candidates = [_short_id(source), full]
    number = 2
    while candidates[0] in taken:
        candidates = [*candidates[1:], f"{full}~{number}"]
        number += 1
    return candidates[0]


def _nothing_to_read(folder: Path, skipped: Sequence[Skipped]) -> str:
    advice = f"put articles in it ({KINDS}), or name another folder"
    if not skipped:
        return f"the folder {folder} holds no articles: {advice}"
    listed = "; ".join(f"{item.source}: {item.reason}" for item in skipped[:5])
    more = f"; and {len(skipped) - 5} more" if len(skipped) > 5 else ""
    return f"the folder {folder} holds no article that can be read ({listed}{more}): {advice}"
