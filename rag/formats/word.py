"""Word files (.docx). Owns python-docx."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from rag.datatypes import BlockKind
from rag.formats.document import Options, Part, Read, UnreadableError, article_of_parts
from rag.formats.zipped import open_zip

# How the built-in styles begin, in English whatever the language of the program that wrote them.
_STYLES = (
    ("title", BlockKind.TITLE),
    ("subtitle", BlockKind.SUBTITLE),
    ("heading", BlockKind.HEADING),
    ("caption", BlockKind.CAPTION),
    ("list", BlockKind.ITEM),
)
# Not of a text box either, whose paragraphs lie within a run of this one.
_RUNS = ".//w:r[not(ancestor::w:del or ancestor::w:moveFrom or ancestor::w:txbxContent)]"


def read(suffix: str, data: bytes, options: Options) -> Read:
    """Return the file's one article: its paragraphs, headings, lists and table rows, in order."""
    open_zip(data, suffix).close()
    import docx

    document = docx.Document(io.BytesIO(data))
    try:
        article = article_of_parts(
            _parts(document.iter_inner_content()), title=document.core_properties.title or ""
        )
    except UnreadableError as error:
        images = any("image" in rel.reltype for rel in document.part.rels.values())
        raise UnreadableError("no text: probably a scan" if images else str(error)) from error
    return Read((article,))


def _parts(content: Any) -> Iterator[Part]:
    titled = False
    for item in content:
        if hasattr(item, "rows"):
            for row in item.rows:
                # A merged cell is given once for each column that it spans.
                cells = {cell._tc: cell for cell in row.cells}.values()
                said = (" ".join(map(_said, cell.paragraphs)).strip() for cell in cells)
                yield Part(" | ".join(filter(None, said)), BlockKind.ITEM)
            continue
        style = str(item.style.name if item.style is not None else "").casefold()
        kind = next((k for name, k in _STYLES if style.startswith(name)), BlockKind.PARAGRAPH)
        text = _said(item)
        if kind is BlockKind.TITLE and text.strip():
            kind, titled = (BlockKind.HEADING, True) if titled else (kind, True)
        level = re.fullmatch(r"heading (\d)", style)
        yield Part(text, kind, int(level[1]) if level else 0)


def _said(paragraph: Any) -> str:
    """Return the paragraph's text, with what was inserted or tagged, without what was deleted.

    python-docx passes over the runs within such elements.
    """
    return "".join(run.text for run in paragraph._p.xpath(_RUNS))
