"""The files of the folder, added, moved aside and brought back: what the page may do to them.

Nothing is ever overwritten or deleted: a name that is taken gets a number, and what is removed is
moved to .removed/ in the folder, which is not read.
"""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from rag import formats
from rag.corpus import KINDS
from rag.datatypes import Article, Progress, SyncReport
from rag.errors import CorpusError, RagError

_ASIDE = ".removed"
_NAME_BYTES = 180
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\ud800-\udfff]')
_TICKET = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Removed:
    """A file that was moved aside, and the ticket that brings it back."""

    ticket: str
    source: str


class Library:
    """The files of `folder`; `sync` brings the index in step, `articles` are those it holds.

    `unread` are the files that could not be read for it, each with the reason; `sources` are those
    of the articles, by id.
    `progress` is the stage of the sync that runs, what of it is done and of how much; None where
    none does.
    """

    def __init__(
        self,
        folder: Path,
        sync: Callable[[Progress], SyncReport],
        articles: Callable[[], Mapping[str, Article]],
        *,
        max_bytes: int,
        unread: Callable[[], Mapping[str, str]] = dict,
        sources: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self.max_bytes = max_bytes
        self._unread = unread
        self._sources = sources
        self._folder = folder
        self._bring_in_step = sync
        self._articles = articles
        self.progress: tuple[str, int, int] | None = None
        self._changing = Lock()

    def articles(self) -> Mapping[str, Article]:
        """Return the articles by id."""
        return self._articles()

    def unread(self) -> Mapping[str, str]:
        """Return path -> why it was not read, of the files that hold no article for it."""
        return self._unread()

    def sync(self) -> SyncReport:
        """Bring the index in step with the folder. Raises what `rag.sync.sync` does."""

        def tell(stage: str, done: int, total: int) -> None:
            self.progress = (stage, done, total)

        try:
            return self._bring_in_step(tell)
        finally:
            self.progress = None

    def add(self, name: str, data: bytes) -> str:
        """Write a file into the folder and return the name that it got there.

        The same bytes under the same name are left as they are.

        Raises:
            CorpusError: it is empty, too large, of no known format, a copy of another file, or
                cannot be written.
        """
        name = safe_name(name)
        stem, dot, suffix = name.rpartition(".")
        if not formats.reader_of(f".{suffix}" if dot else ""):
            raise CorpusError(f"{name} is of no format that is read: {KINDS}")
        if not data.strip():
            raise CorpusError(f"{name} is empty")
        if len(data) > self.max_bytes:
            raise CorpusError(
                f"{name} is too large: {len(data) / 1e6:.1f} MB, at most "
                f"{self.max_bytes / 1e6:g} MB are taken"
            )
        with self._changing, _translated(f"{name} cannot be kept"):
            half = self._folder / f".half-{secrets.token_hex(8)}"
            try:
                half.write_bytes(data)
                number = 1
                while True:
                    free = name if number == 1 else f"{stem} ({number}).{suffix}"
                    target = self._folder / free
                    if target.is_file() and target.read_bytes() == data:
                        return free
                    if not target.exists():
                        self._check_new(name, data)
                        with suppress(FileExistsError):
                            _place(half, target)
                            return free
                    number += 1
            finally:
                half.unlink(missing_ok=True)

    def _check_new(self, name: str, data: bytes) -> None:
        """Raise CorpusError where another file holds these bytes and is read in the same way."""
        reader = formats.reader_of(Path(name).suffix)
        for folder, below, names in os.walk(self._folder):
            below[:] = sorted(each for each in below if not each.startswith("."))
            for each in sorted(names):
                path = Path(folder, each)
                alike = not each.startswith(".") and formats.reader_of(path.suffix) == reader
                if alike and path.is_file() and path.stat().st_size == len(data):
                    if path.read_bytes() != data:
                        continue
                    there = path.relative_to(self._folder).as_posix()
                    raise CorpusError(f"{name} is the same as {there}, which is there already")

    def held(self, source: str) -> int:
        """Return how many articles the index has of a file: of a table, one for each row."""
        return sum(one == source for one in self._sources().values())

    def remove(self, source: str) -> tuple[str, SyncReport]:
        """Move a file aside, bring the index in step, and return a ticket to bring it back.

        Where the index cannot be brought in step, the file stays where it is.

        Raises:
            CorpusError: there is no such file, it is the last one, or the index cannot be written.
        """
        path = self._folder / source
        parts = Path(source).parts
        inside = bool(parts) and not any(part.startswith(".") for part in parts)
        inside = inside and not Path(source).is_absolute()
        inside = inside and path.parent.resolve().is_relative_to(self._folder.resolve())
        if not inside or not path.is_file():
            raise CorpusError(f"there is no file {source!r} in the folder of articles")
        ticket = secrets.token_hex(8)
        aside = self._folder / _ASIDE / ticket / source
        with self._changing, _translated(f"{source} cannot be moved aside"):
            aside.parent.mkdir(parents=True)
            path.rename(aside)
        try:
            return ticket, self.sync()
        except RagError as error:  # nothing would be left, or another sync writes the index
            self._bring_back(ticket)
            raise CorpusError(f"{source} stays: {error}") from error

    def restore(self, ticket: str) -> tuple[str, SyncReport]:
        """Bring back what was removed, bring the index in step, and return the file's path.

        Raises:
            CorpusError: there is no such ticket.
        """
        return self._bring_back(ticket), self.sync()

    def removed(self) -> list[Removed]:
        """Return the files that were moved aside and can be brought back, the last one first."""
        folders = []
        with suppress(OSError):  # none was
            folders = [each for each in (self._folder / _ASIDE).iterdir() if each.is_dir()]
        found = []
        for folder in folders:
            with suppress(OSError):  # it is brought back at this moment
                files = [path for path in folder.rglob("*") if path.is_file()]
                if _TICKET.fullmatch(folder.name) and len(files) == 1:
                    source = files[0].relative_to(folder).as_posix()
                    found.append((folder.stat().st_mtime_ns, Removed(folder.name, source)))
        found.sort(key=lambda each: (-each[0], each[1].ticket))
        return [removed for _, removed in found]

    def _bring_back(self, ticket: str) -> str:
        known = _TICKET.fullmatch(ticket) is not None  # nowhere else is looked otherwise
        aside = self._folder / _ASIDE / ticket
        with self._changing, _translated("the file cannot be brought back"):
            found = [path for path in aside.rglob("*") if path.is_file()] if known else []
            if len(found) != 1:
                raise CorpusError("the file cannot be brought back: it is not there any more")
            source = found[0].relative_to(aside)
            number = 1
            while True:
                name = source.name if number == 1 else f"{source.stem} ({number}){source.suffix}"
                target = self._folder / source.parent / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileExistsError):
                    _place(found[0], target)
                    break
                number += 1
            found[0].unlink(missing_ok=True)
            for folder in (*found[0].parents,):
                if folder == self._folder:
                    break
                with suppress(OSError):
                    folder.rmdir()
            return target.relative_to(self._folder).as_posix()


def safe_name(name: str) -> str:
    """Return `name` as a file may be called in any folder: no path, no hidden file, not too long.

    >>> safe_name("../../etc/.passwd:1.txt")
    'passwd_1.txt'
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = " ".join(_UNSAFE.sub("_", name).split()).lstrip(". ").rstrip(". ")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    suffix = suffix.encode()[:20].decode("utf-8", "ignore")
    stem = stem.encode()[:_NAME_BYTES].decode("utf-8", "ignore").rstrip(". ") or "article"
    return f"{stem}{dot}{suffix}"


def _place(half: Path, target: Path) -> None:
    """Put the file `half` at `target` in one step. Raises FileExistsError where one is."""
    try:
        os.link(half, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with target.open("xb") as file:
            file.write(half.read_bytes())


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Turn an OSError from within into a CorpusError that begins with `what`."""
    try:
        yield
    except OSError as error:
        raise CorpusError(f"{what} ({error.strerror or error})") from error
