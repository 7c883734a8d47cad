"""Question sets with their own documents, opened as an assistant over those documents.

A folder holds questions.jsonl.gz (`_id`, `text`, `answers`, `answerable`, and where known
`relevant` and `candidates`, ids of documents, and `history`, the turns before) and corpus.jsonl.gz
(`_id`, `title`, `text`).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.assistant import Assistant
from rag.cli import progress_bar
from rag.config import Config
from rag.datatypes import Message
from rag.evaluate.answers import contains_any
from rag.evaluate.documents import Document, write_documents


@dataclass(frozen=True)
class Asked:
    """A question of a set; `relevant` holds article ids."""

    id: str
    text: str
    answers: tuple[str, ...]
    answerable: bool
    relevant: frozenset[str]
    candidates: frozenset[str] = frozenset()
    history: tuple[Message, ...] = ()

    @property
    def held_back(self) -> bool:
        """Whether the question is of the half that nothing is chosen on."""
        return hashlib.sha256(self.id.split(":")[0].encode()).digest()[0] % 2 == 1

    def answered_by(self, text: str) -> bool:
        """Return whether `text` contains a right answer."""
        return bool(contains_any(text, self.answers))


@dataclass(frozen=True)
class Yardstick:
    """Some questions of a set, and an assistant over the documents they are asked of."""

    name: str
    questions: Sequence[Asked]
    assistant: Assistant


def open_yardstick(
    folder: Path, *, config: Config, limit: int | None = None, candidates_only: bool = False
) -> Yardstick:
    """Return the yardstick in `folder`; its index is kept in the temporary folder between runs.

    See `read_questions` for `limit` and `candidates_only`.
    """
    work = Path(tempfile.gettempdir()) / "rag-yardsticks" / f"{folder.name}-{limit or 'all'}"
    questions = read_questions(
        folder, work / "articles", limit=limit, candidates_only=candidates_only
    )
    with progress_bar() as progress:
        assistant = Assistant.open(
            work / "articles", work / "index", config=config, progress=progress
        )
    return Yardstick(folder.name, questions, assistant)


def read_questions(
    folder: Path, articles: Path, *, limit: int | None = None, candidates_only: bool = False
) -> list[Asked]:
    """Return the questions of the set in `folder`; its documents are written into `articles`.

    `limit` takes that many questions, by the hash of their ids. With `candidates_only` the corpus
    is the documents that come with those questions, not the whole set's.
    """
    rows = sorted(
        rows_of(folder / "questions.jsonl.gz"),
        key=lambda row: hashlib.sha256(row["_id"].encode()).hexdigest(),
    )[:limit]
    wanted = {name for row in rows for name in row.get("candidates", ())}
    documents = [
        Document(id=row["_id"], title=row.get("title", ""), text=row["text"])
        for row in rows_of(folder / "corpus.jsonl.gz")
        if not candidates_only or row["_id"] in wanted
    ]
    names = write_documents(documents, articles)
    return [
        Asked(
            id=row["_id"],
            text=row["text"],
            answers=tuple(row.get("answers") or ()),
            answerable=bool(row.get("answerable", True)),
            relevant=frozenset(names.get(name, name) for name in row.get("relevant") or ()),
            candidates=frozenset(names[c] for c in row.get("candidates") or () if c in names),
            history=tuple(row.get("history") or ()),
        )
        for row in rows
    ]


def open_news(folder: Path, *, config: Config, only: Collection[str] | None = None) -> Yardstick:
    """Return the passages and questions in `folder` (*.jsonl: `title`, `text`, `qas`) pooled.

    `only` names those that are taken, as FILE-LINE from 0; all where it is None. A question is
    right where a sentence holds its answer and is the sentence that was marked.
    """
    documents, questions = [], []
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            name = f"{file.stem}-{number}"
            if only is not None and name not in only:
                continue
            documents.append(Document(id=name, title=row["title"], text=row["text"]))
            questions += [
                Asked(
                    id=f"{name}:{at}",
                    text=each["q"],
                    answers=(each["sentence"],) if each["a"] else (),
                    answerable=bool(each["a"]),
                    relevant=frozenset({name}),
                )
                for at, each in enumerate(row["qas"])
            ]
    work = Path(tempfile.gettempdir()) / "rag-yardsticks" / folder.name
    write_documents(documents, work / "articles")
    with progress_bar() as progress:
        assistant = Assistant.open(
            work / "articles", work / "index", config=config, progress=progress
        )
    return Yardstick(folder.name, questions, assistant)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
