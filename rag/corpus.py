"""Files to articles: the .txt and .md files below a folder, decoded and laid out.

Owns charset-normalizer (encodings). The folder is only ever read.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from rag.datatypes import Article, Skipped
from rag.errors import CorpusError
from rag.layout import layout

SUFFIXES = (".md", ".txt")
MAX_BYTES = 50_000_000

# Encodings seen in the wild, in the order of preference where several give the same text.
_ENCODINGS = (
    "cp1252", "gb18030", "shift_jis", "cp932", "big5", "euc_jp", "euc_kr", "cp1251", "koi8_r",
    "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859_15", "iso8859_2",
    "iso8859_5", "iso8859_7", "cp874",
)  # fmt: skip
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NAME_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles below a folder, and what was left out.

    `articles` are in id order. `notes` are plain lines worth telling. `digests` is article id ->
    SHA-256 of the file's bytes, in hexadecimal. `scanned` is what `scan` gives for the folder.
    """

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    digests: Mapping[str, str]
    scanned: Mapping[str, str]


def read_corpus(folder: Path) -> Corpus:
    """Return the articles of the .txt and .md files below `folder`.

    The same files give the same corpus. Hidden, empty, unsupported, binary, unreadable and
    oversized files and links that leave the folder are reported in `skipped`, never fatal.
    Line ends become "\\n" and a byte order mark goes; the text is otherwise as written.

    Raises:
        CorpusError: no such folder, it cannot be listed, or it holds nothing to read.
    """
    from rag.text import detect_language

    articles: dict[str, Article] = {}
    digests: dict[str, str] = {}
    scanned: dict[str, str] = {}
    skipped: list[Skipped] = []
    notes: list[str] = []
    for found in _walk(folder):
        source = found.source
        if found.reason:
            skipped.append(Skipped(source, found.reason))
            continue
        try:
            data = _read(found.path)
            scanned[source] = _digest(data)
            text, encoding = _decode(data)
        except _UnreadableError as exc:
            scanned.setdefault(source, str(exc))
            skipped.append(Skipped(source, str(exc)))
            continue
        made = layout(text)
        if not made.blocks:
            skipped.append(Skipped(source, "empty"))
            continue
        article_id = _free_id(source, articles)
        if article_id != _short_id(source):
            notes.append(f"{source}: its id is {article_id}, as another file has the shorter one")
        if encoding:
            notes.append(f"{source}: read as {encoding}")
        digests[article_id] = scanned[source]
        articles[article_id] = Article(
            id=article_id,
            title=made.title,
            text=text,
            source=source,
            published=made.published,
            byline=made.byline,
            language=detect_language(text),
            blocks=made.blocks,
        )
    if not articles:
        raise CorpusError(_nothing_to_read(folder, skipped))
    return Corpus(
        articles=tuple(articles[article_id] for article_id in sorted(articles)),
        skipped=tuple(skipped),
        notes=tuple(notes),
        digests=MappingProxyType(
            {article_id: digests[article_id] for article_id in sorted(digests)}
        ),
        scanned=MappingProxyType(scanned),
    )


def scan(folder: Path) -> Mapping[str, str]:
    """Return path below `folder` -> SHA-256 of the file's bytes, for every .txt and .md file.

    A file that cannot be read stands with the reason in place of the digest. Two equal scans
    mean that `read_corpus` would give the same articles.

    Raises:
        CorpusError: no such folder, or it cannot be listed.
    """
    scanned: dict[str, str] = {}
    for found in _walk(folder):
        if found.reason:
            continue
        try:
            scanned[found.source] = _digest(_read(found.path))
        except _UnreadableError as exc:
            scanned[found.source] = str(exc)
    return MappingProxyType(scanned)


class _UnreadableError(Exception):
    """Why a file is skipped, as the report says it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A file below the folder; `reason` says why it is not to be read, and is "" where it is."""

    path: Path
    source: str
    reason: str = ""


def _walk(folder: Path) -> Iterator[_Found]:
    """Yield the files below `folder` in the order of their path parts."""
    if not folder.exists():
        raise CorpusError(
            f"there is no folder of articles at {folder}: "
            "create it and put .txt or .md files in it, or name another folder"
        )
    if not folder.is_dir():
        raise CorpusError(f"{folder} is a file, not a folder: name the folder that holds it")
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
    if path.suffix.lower() in SUFFIXES:
        return ""
    return f"not a .txt or .md file ({path.suffix or 'no suffix'})"


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


def _read(path: Path) -> bytes:
    """Return the bytes of the file.

    Raises:
        _UnreadableError: it cannot be read or is too large.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _UnreadableError(
                f"too large: {size / 1e6:.1f} MB, at most {MAX_BYTES / 1e6:g} MB are read"
            )
        return path.read_bytes()
    except OSError as exc:
        raise _UnreadableError(f"cannot be read ({exc.strerror})") from exc


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _decode(data: bytes) -> tuple[str, str]:
    """Return the text, line ends as "\\n", and the encoding where it is worth telling.

    UTF-8 is not worth telling and gives "".

    Raises:
        _UnreadableError: the bytes are not text.
    """
    if not data:
        raise _UnreadableError("empty")
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not encoding:
        if b"\x00" in data:
            raise _UnreadableError("not text (it holds NUL bytes)")
        encoding = "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as exc:
        if not encoding.startswith("utf-8"):
            raise _UnreadableError(f"not text (marked as {encoding}, but it is not)") from exc
        text, encoding = _detect(data)
    if "\x00" in text:
        raise _UnreadableError("not text (it holds NUL characters)")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, "" if encoding.startswith("utf-8") else encoding


def _detect(data: bytes) -> tuple[str, str]:
    """Return the text and the encoding that fits bytes which are not UTF-8."""
    from charset_normalizer import from_bytes

    refused = _UnreadableError("not text (no known encoding fits)")
    best = from_bytes(data, cp_isolation=list(_ENCODINGS)).best()
    if best is None:
        raise refused
    text = str(best)
    if len(_CONTROL.findall(text)) > len(text) * 0.01:
        raise refused
    for name in _ENCODINGS:
        try:
            if data.decode(name) == text:
                return text, name
        except UnicodeDecodeError:
            continue
    return text, best.encoding


def _shown(path: str) -> str:
    """Return the path as text that any file or terminal can hold."""
    printable = os.fsencode(path).decode("utf-8", "backslashreplace")
    return _NAME_CONTROL.sub("\N{REPLACEMENT CHARACTER}", printable)


def _short_id(source: str) -> str:
    return unicodedata.normalize("NFC", source.rpartition(".")[0])


def _free_id(source: str, taken: Mapping[str, Article]) -> str:
    """Return the path without its suffix, or with it where another file came first."""
    full = unicodedata.normalize("NFC", source)
    candidates = [_short_id(source), full]
    number = 2
    while candidates[0] in taken:
        candidates = [*candidates[1:], f"{full}~{number}"]
        number += 1
    return candidates[0]


def _nothing_to_read(folder: Path, skipped: list[Skipped]) -> str:
    advice = "put .txt or .md files in it, or name another folder"
    if not skipped:
        return f"the folder {folder} holds no articles: {advice}"
    listed = "; ".join(f"{item.source}: {item.reason}" for item in skipped[:5])
    more = f"; and {len(skipped) - 5} more" if len(skipped) > 5 else ""
    return f"the folder {folder} holds no article that can be read ({listed}{more}): {advice}"
