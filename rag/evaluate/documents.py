"""Documents that come with a question set, written out as a folder of articles.

Each document becomes one text file: its title, its date where one is known, a blank line, its
text. The file is named by the document's id, so that the id of the article is the id of the
document wherever a file can bear that name; `write_documents` returns the ids it had to change.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.errors import QuestionSetError

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}")


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a question set."""

    id: str
    text: str
    title: str = ""
    published: date | None = None


def article_id(document_id: str) -> str:
    """The id of the article that a document becomes.

    >>> article_id("ram-1-0"), article_id("Types of cheese:19")
    ('ram-1-0', 'Types-of-cheese-19-5262dcbe')
    """
    if _PLAIN_NAME.fullmatch(document_id):
        return document_id
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", document_id).strip("-")[:60]
    mark = hashlib.sha256(document_id.encode()).hexdigest()[:8]
    return f"{readable}-{mark}" if readable else mark


def as_file(document: Document) -> str:
    """The text file that a document becomes."""
    head = [" ".join(document.title.split())] if document.title.strip() else []
    if document.published:
        head.append(f"Published: {document.published.isoformat()}")
    body = document.text.strip()
    return "\n".join([*head, "", body] if head else [body]) + "\n"


def fingerprint(documents: Sequence[Document]) -> str:
    """12 hex digits that change when a document does."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(f"{document.id}\0{as_file(document)}\0".encode())
    return digest.hexdigest()[:12]


def write_documents(documents: Sequence[Document], folder: Path) -> dict[str, str]:
    """Write the documents as articles into a folder; returns document id -> article id.

    Files that are as they should be are left alone. Documents without any text are left out.
    Raises QuestionSetError where the folder cannot be written or holds other files.
    """
    names: dict[str, str] = {}
    wanted: dict[str, str] = {}
    for document in documents:
        if document.text.strip():
            names[document.id] = article_id(document.id)
            wanted[f"{names[document.id]}.txt"] = as_file(document)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        other = sorted({path.name for path in folder.iterdir()} - wanted.keys())
        if other:
            raise QuestionSetError(
                f"{folder} holds {other[0]!r}, which is not of this question set; empty the folder"
            )
        for name, text in wanted.items():
            path = folder / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise QuestionSetError(f"{folder}: cannot be written ({error.strerror})") from error
    return names
