"""Files to articles: one module a format, imported when a file of it is read.

document.py   what every reader gives, and what they share
decode.py     bytes -> text, whatever the encoding
plain.py      .txt .md
html.py       .html .htm .xhtml: the main text of a saved page, without its menus
pdf.py        .pdf, with page numbers
word.py       .docx
book.py       .epub
table.py      .csv .tsv .jsonl: a row an article, or
grid.py       a table that is one article
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module, metadata
from types import MappingProxyType

from rag.formats.document import Options, Read, UnreadableError

__all__ = [
    "NAMED",
    "SUFFIXES",
    "Options",
    "Read",
    "UnreadableError",
    "read",
    "reader_of",
    "versions",
]

_READERS = MappingProxyType(
    {
        ".txt": "plain",
        ".md": "plain",
        ".html": "html",
        ".htm": "html",
        ".xhtml": "html",
        ".pdf": "pdf",
        ".docx": "word",
        ".epub": "book",
        ".csv": "table",
        ".tsv": "table",
        ".jsonl": "table",
    }
)
# What each reader needs beyond what is always installed: the extra "formats".
_PACKAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "html": ("trafilatura", "lxml"),
        "pdf": ("pypdfium2",),
        "word": ("python-docx",),
        "book": ("lxml",),
    }
)
SUFFIXES = tuple(_READERS)
# The readers that may title an article by its file's name.
NAMED = frozenset({"table"})


def reader_of(suffix: str) -> str:
    """Return the name of the reader for files that end in `suffix`; "" where there is none."""
    return _READERS.get(suffix.lower(), "")


def read(suffix: str, data: bytes, options: Options) -> Read:
    """Return the articles in `data`, the content of a file that ends in `suffix`.

    Raises:
        UnreadableError: there are none; it says why. Nothing else comes out of broken files.
    """
    name = _READERS[suffix.lower()]
    if not data:
        raise UnreadableError("empty")
    try:
        found = import_module(f"rag.formats.{name}").read(suffix.lower(), data, options)
    except UnreadableError:
        raise
    except ImportError as error:
        packages = " ".join(_PACKAGES.get(name, ()))
        raise UnreadableError(
            f"{suffix.lower()} files need {packages}: pip install {packages} "
            "(all formats, in this project's folder: pip install '.[formats]')"
        ) from error
    # The libraries raise whatever they come across in a broken file.
    except Exception as error:
        raise UnreadableError(
            f"broken: not readable as {suffix.lower()} ({_said(error)})"
        ) from error
    if not isinstance(found, Read):
        raise TypeError(f"the reader {name} gave {found!r}")
    return found


def versions() -> tuple[str, ...]:
    """Return "package version" for each package that shapes what is read; "none" if not there."""
    found = []
    for package in sorted({name for names in _PACKAGES.values() for name in names}):
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            found.append(f"{package} none")
    return tuple(found)


def _said(error: Exception) -> str:
    said = " ".join(str(error).split())[:120]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
