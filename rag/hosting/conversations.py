"""Conversations that are kept: one local SQLite file. Owns sqlite3.

Each belongs to an owner (a visitor of the page, or the terminal) and to a collection (the folder
of articles that was asked). An owner sees his own; without one, as whoever has the file could
anyway, all are seen. A turn is kept when its answer is whole.

Every call opens the file anew and closes it: threads and programs may use it side by side.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rag.config import Config
from rag.datatypes import Answer
from rag.errors import ConversationsError
from rag.hosting.recall import kept_form
from rag.text import normalise, whole_characters

TERMINAL = "terminal"  # the owner of what is asked there
TITLE_CHARS = 80  # of the first question, as a title
RENAMED_CHARS = 200
EXCERPT_WORDS, EXCERPT_CHARS = 9, 80  # to either side of a word that is found; of one word
UNDO_S = 3600  # how long what was deleted can be brought back; then it is wiped
LOCKED_S = 5.0  # how long another program's write is waited for

_VERSION = 1
_SCHEMA = """
CREATE TABLE conversations (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, collection TEXT NOT NULL, title TEXT NOT NULL,
  words TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL, deleted TEXT
);
CREATE TABLE turns (
  id TEXT PRIMARY KEY, position INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
  words TEXT NOT NULL, asked TEXT NOT NULL,
  conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE
);
CREATE INDEX turns_of ON turns (conversation, position);
CREATE INDEX conversations_of ON conversations (collection, owner, updated);
"""
_OF_THE_COLLECTION = """
SELECT c.id, c.title, c.created, c.updated, c.owner, count(t.id), c.deleted FROM conversations c
LEFT JOIN turns t ON t.conversation = c.id WHERE c.collection = ?
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A kept conversation; `questions` counts its turns. Times are in UTC."""

    id: str
    title: str
    created: datetime
    updated: datetime
    owner: str
    questions: int


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and its answer; `answer` is the form that rag.hosting.recall makes and reads."""

    id: str
    question: str
    answer: Mapping[str, Any]
    asked: datetime


@dataclass(frozen=True, slots=True)
class KeptAt:
    """Where a turn is kept: the ids of its conversation and of itself."""

    conversation: str
    turn: str


class Conversations:
    """The conversations of one collection in one file, which is made when it is first written.

    Raises, from every call:
        ConversationsError: the file cannot be read or written, was written by a newer version, or
            there is no such conversation.
    """

    def __init__(self, path: Path, collection: str) -> None:
        self.path = path
        self._collection = collection

    @classmethod
    def of(cls, config: Config) -> Conversations | None:
        """Return those that the setting `conversations` names; None where it keeps nothing."""
        if config.conversations == "none":
            return None
        path = Path(config.conversations) if config.conversations else default_path()
        return cls(path.expanduser(), str(Path(config.corpus).expanduser().resolve()))

    def listed(self, owner: str | None, *, search: str = "") -> list[Conversation]:
        """Return those of `owner` (None: of all), the newest first.

        With `search` those that hold each of its words in the title, a question, an answer or a
        quote, as whole words or as parts of some.
        """
        clauses, values = ["c.deleted IS NULL"], []
        if owner is not None:
            clauses.append("c.owner = ?")
            values.append(owner)
        for word in normalise(search).split():
            clauses.append(
                "(instr(c.words, ?) OR c.id IN"
                " (SELECT conversation FROM turns WHERE instr(words, ?)))"
            )
            values += [word, word]
        rows = self._rows(clauses, values, order="c.updated DESC, c.id")
        return [_conversation(row) for row in rows]

    def deleted(self, owner: str) -> list[tuple[Conversation, datetime]]:
        """Return those that `owner` deleted and can bring back, each with the time until then.

        The last deleted first.
        """
        kept = timedelta(seconds=UNDO_S)
        rows = self._rows(
            ["c.owner = ?", "c.deleted >= ?"], [owner, _written(datetime.now(UTC) - kept)],
            order="c.deleted DESC, c.id",
        )  # fmt: skip
        return [(_conversation(row), _time(row[6]) + kept) for row in rows]

    def _rows(self, clauses: Sequence[str], values: Sequence[str], *, order: str) -> list[Any]:
        query = f"{_OF_THE_COLLECTION} AND {' AND '.join(clauses)} GROUP BY c.id ORDER BY {order}"
        with self._reading() as file:
            if file is None:
                return []
            return file.execute(query, [self._collection, *values]).fetchall()

    def excerpts(self, found: Sequence[Conversation], search: str) -> dict[str, str]:
        """Return by id what stands around a word of `search` in those whose titles lack one."""
        told: dict[str, str] = {}
        with self._reading() as file:
            for each in found if file is not None else ():
                title = normalise(each.title)
                words = [word for word in normalise(search).split() if word not in title]
                if words and file is not None:
                    told[each.id] = self._around(file, each.id, words)
        return told

    def _around(self, file: sqlite3.Connection, conversation: str, words: Sequence[str]) -> str:
        rows = file.execute(
            "SELECT question, answer FROM turns WHERE conversation = ? AND instr(words, ?)"
            " ORDER BY position",
            [conversation, words[0]],
        )
        for question, answer in rows:
            form = _read_form(answer, self.path)
            statements = form.get("statements", ())
            said = [question, form.get("reason", ""), *(each["text"] for each in statements)]
            quotes = [cited["quote"] for each in statements for cited in each["citations"]]
            for text in (*said, *quotes):
                if excerpt := _excerpt(text, words[0]):
                    return excerpt
        return ""

    def find(self, owner: str | None, conversation: str) -> Conversation:
        """Return the one with that id, or whose id alone begins so."""
        beginning = [c for c in self.listed(owner) if c.id.startswith(conversation)]
        found = [c for c in beginning if c.id == conversation] or beginning
        if not conversation or not found:
            raise ConversationsError(f"there is no conversation {conversation!r}")
        if len(found) > 1:
            raise ConversationsError(
                f"{len(found)} conversations begin with {conversation!r}: give more of the id"
            )
        return found[0]

    def turns(self, owner: str | None, conversation: str) -> list[KeptTurn]:
        """Return the turns of a conversation, the oldest first."""
        with self._reading() as file:
            if file is None or not self._is_there(file, owner, conversation):
                raise _gone()
            rows = file.execute(
                "SELECT id, question, answer, asked FROM turns WHERE conversation = ?"
                " ORDER BY position",
                [conversation],
            ).fetchall()
        return [
            KeptTurn(row[0], row[1], _read_form(row[2], self.path), _time(row[3])) for row in rows
        ]

    def add(self, owner: str, conversation: str | None, question: str, answer: Answer) -> KeptAt:
        """Keep a turn and return where: at the end of its conversation, or in a new one.

        A new one is begun where none is given, or the one given is not there any more; its title is
        the question. The terminal may go on in anybody's, everyone else in his own.
        """
        form, question = kept_form(answer), whole_characters(question)
        now = _now()
        turn = secrets.token_hex(8)
        cited = " ".join(citation.quote for citation in answer.citations)
        words = normalise(f"{question} {answer.text} {cited}")
        with self._writing() as file:
            seen_by = None if owner == TERMINAL else owner
            if conversation is None or not self._is_there(file, seen_by, conversation):
                conversation = secrets.token_hex(8)
                title = _title(question)
                file.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                    [conversation, owner, self._collection, title, normalise(title), now, now],
                )
            file.execute(
                "INSERT INTO turns SELECT ?, coalesce(max(position), 0) + 1, ?, ?, ?, ?, ?"
                " FROM turns WHERE conversation = ?",
                [turn, question, json.dumps(form, ensure_ascii=False), words, now, conversation,
                 conversation],
            )  # fmt: skip
            file.execute("UPDATE conversations SET updated = ? WHERE id = ?", [now, conversation])
        return KeptAt(conversation, turn)

    def take_back(self, kept: KeptAt) -> None:
        """Forget a turn, and its conversation where that was the only one."""
        with self._writing() as file:
            file.execute("DELETE FROM turns WHERE id = ?", [kept.turn])
            file.execute(
                "DELETE FROM conversations WHERE id = ? AND"
                " NOT EXISTS (SELECT 1 FROM turns WHERE conversation = ?)",
                [kept.conversation, kept.conversation],
            )

    def rename(self, owner: str | None, conversation: str, title: str) -> None:
        """Give a conversation another title, on one line and cut at RENAMED_CHARS."""
        title = " ".join(title.split())[:RENAMED_CHARS]
        if not title:
            raise ConversationsError("a title is empty: give one of at least a letter")
        self._change(
            owner, conversation, "title = ?, words = ?", [title, normalise(title)], deleted=False
        )

    def delete(self, owner: str | None, conversation: str) -> None:
        """Put a conversation away: for UNDO_S seconds `restore` brings it back."""
        self._change(owner, conversation, "deleted = ?", [_now()], deleted=False)

    def restore(self, owner: str | None, conversation: str) -> None:
        """Bring a deleted conversation back."""
        self._change(owner, conversation, "deleted = NULL", [], deleted=True)

    def forget(self, owner: str | None, conversation: str) -> None:
        """Wipe a conversation at once."""
        self.delete(owner, conversation)
        with self._writing() as file:
            file.execute("DELETE FROM conversations WHERE id = ?", [conversation])

    def _change(
        self, owner: str | None, conversation: str, change: str, values: list[str], *, deleted: bool
    ) -> None:
        with self._writing() as file:
            if not self._is_there(file, owner, conversation, deleted=deleted):
                raise _gone()
            file.execute(f"UPDATE conversations SET {change} WHERE id = ?", [*values, conversation])

    def _is_there(
        self,
        file: sqlite3.Connection,
        owner: str | None,
        conversation: str,
        *,
        deleted: bool = False,
    ) -> bool:
        row = file.execute(
            "SELECT owner FROM conversations WHERE id = ? AND collection = ?"
            f" AND deleted IS {'NOT ' if deleted else ''}NULL",
            [conversation, self._collection],
        ).fetchone()
        return row is not None and owner in (None, row[0])

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Yield the open file within one transaction; None where nothing was kept yet."""
        with self._translated("read"):
            if not self.path.exists():
                yield None
                return
            with closing(self._connect()) as file:
                file.execute("BEGIN")
                yield file if _version(file, self.path) else None
                file.execute("ROLLBACK")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the open file within one transaction, which holds as a whole or not at all.

        What was deleted longer ago than UNDO_S is wiped on the way.
        """
        with self._translated("written"):
            self._make()
            with closing(self._connect()) as file:
                file.execute("PRAGMA foreign_keys = ON")
                file.execute("PRAGMA secure_delete = ON")
                file.execute("BEGIN IMMEDIATE")  # closing without COMMIT undoes it
                _migrate(file, _version(file, self.path))
                long_ago = _written(datetime.now(UTC) - timedelta(seconds=UNDO_S))
                file.execute("DELETE FROM conversations WHERE deleted < ?", [long_ago])
                yield file
                file.execute("COMMIT")

    @contextmanager
    def _translated(self, done: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise ConversationsError(
                f"the conversations in {self.path} cannot be {done} ({error}): "
                "move the file aside, or name another with --set conversations=FILE "
                '("none" keeps nothing)'
            ) from error

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=LOCKED_S, isolation_level=None)

    def _make(self) -> None:
        """Make the file where there is none, for this user's eyes alone, with tables, in WAL mode.

        It is made aside and put in place as a whole: whoever opens it meanwhile, in this program
        or another, finds none yet or all of it. Of several that are made at once the first stays.
        """
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        os.close(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with closing(sqlite3.connect(aside, isolation_level=None)) as file:
                file.execute("PRAGMA journal_mode = WAL")
                file.execute("BEGIN")
                _migrate(file, 0)
                file.execute("COMMIT")
            _put_in_place(aside, self.path)
        finally:
            aside.unlink(missing_ok=True)


class Keeper:
    """Keeps turns for an owner; where that fails it says so once, and nothing else fails by it."""

    def __init__(self, conversations: Conversations | None, say: Callable[[str], None]) -> None:
        self._conversations = conversations
        self._say = say
        self._told = ""

    def keep(
        self, owner: str, before: KeptAt | None, question: str, answer: Answer
    ) -> KeptAt | None:
        """Keep the turn that comes after `before`, and return where; None where it is not kept."""
        if self._conversations is None or not owner:
            return None
        conversation = before.conversation if before is not None else None
        try:
            return self._conversations.add(owner, conversation, question, answer)
        except ConversationsError as error:
            self._tell(error)
            return None

    def take_back(self, kept: KeptAt | None) -> None:
        """Forget a turn."""
        if self._conversations is None or kept is None:
            return
        try:
            self._conversations.take_back(kept)
        except ConversationsError as error:
            self._tell(error)

    def _tell(self, error: ConversationsError) -> None:
        if str(error) != self._told:
            self._told = str(error)
            self._say(f"{error}; answering goes on without")


def default_path() -> Path:
    """Return the file in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("rag", appauthor=False) / "conversations.sqlite3"


def _version(file: sqlite3.Connection, path: Path) -> int:
    """Return the version of the file's tables, 0 where it has none yet."""
    (version,) = file.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        raise ConversationsError(
            f"the conversations in {path} were written by a newer version of the program: "
            "use that, or name another file with --set conversations=FILE"
        )
    (tables,) = file.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if version == 0 and tables:
        raise ConversationsError(
            f"{path} holds a database of another program: name another file with "
            "--set conversations=FILE"
        )
    return int(version)


def _migrate(file: sqlite3.Connection, version: int) -> None:
    """Bring the tables up to _VERSION, within the transaction that is open."""
    if version < 1:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            file.execute(statement)
    if version < _VERSION:
        file.execute(f"PRAGMA user_version = {_VERSION}")


def _put_in_place(aside: Path, path: Path) -> None:
    """Give the file `aside` the name `path`, unless there is one of that name by now."""
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links, as on a memory stick
        if not path.exists():
            aside.rename(path)


def _gone() -> ConversationsError:
    return ConversationsError("there is no such conversation any more")


def _title(question: str) -> str:
    words = " ".join(question.split())
    if len(words) <= TITLE_CHARS:
        return words
    return words[:TITLE_CHARS].rsplit(" ", 1)[0] + "…"


def _excerpt(text: str, word: str) -> str:
    """Return the words of `text` around the first that holds `word`, or "".

    >>> _excerpt("The heron sleeps.", "sleep")
    'The heron sleeps.'
    """
    spoken = text.split()
    at = next((n for n, each in enumerate(spoken) if word in normalise(each)), None)
    if at is None:
        return ""
    held = normalise(spoken[at]).find(word)  # in a script without spaces a word is a sentence
    beginning = max(0, held - EXCERPT_CHARS // 2)
    spoken[at] = spoken[at][beginning : beginning + EXCERPT_CHARS]
    first, last = max(0, at - EXCERPT_WORDS), at + EXCERPT_WORDS + 1
    before = "…" if first or beginning else ""
    return before + " ".join(spoken[first:last]) + "…" * (last < len(spoken))


def _now() -> str:
    return _written(datetime.now(UTC))


def _written(time: datetime) -> str:
    """Return the time as text whose order is that of the times."""
    return time.isoformat(timespec="microseconds")


def _time(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _conversation(row: Sequence[Any]) -> Conversation:
    return Conversation(row[0], row[1], _time(row[2]), _time(row[3]), row[4], row[5])


def _read_form(written: str, path: Path) -> Mapping[str, Any]:
    try:
        form = json.loads(written)
    except ValueError as error:
        raise ConversationsError(f"an answer kept in {path} cannot be read: {error}") from error
    if not isinstance(form, dict):
        raise ConversationsError(f"an answer kept in {path} cannot be read: {form!r:.40}")
    return form
