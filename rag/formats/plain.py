""".txt and .md: the text as it is written."""

from __future__ import annotations

from rag.formats.decode import decode
from rag.formats.document import Options, Read, article_of_text


def read(suffix: str, data: bytes, options: Options) -> Read:
    """Return the one article of the file; its text is as written but for line ends and marks."""
    text, encoding = decode(data)
    return Read((article_of_text(text),), (f"read as {encoding}",) if encoding else ())
