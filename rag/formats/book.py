"""E-books (.epub): the chapters in reading order. Owns lxml, which reads them."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from rag.datatypes import BlockKind
from rag.formats.document import (
    Options,
    Part,
    Read,
    UnreadableError,
    article_of_parts,
    iso_date,
    text_of,
)
from rag.formats.zipped import open_zip

_CONTAINER = "META-INF/container.xml"
_LOCKS = "META-INF/encryption.xml"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")
_KINDS = {
    **dict.fromkeys(_HEADS, BlockKind.HEADING),
    **dict.fromkeys(("p", "blockquote", "pre", "dd", "dt"), BlockKind.PARAGRAPH),
    **dict.fromkeys(("li", "tr"), BlockKind.ITEM),
    "figcaption": BlockKind.CAPTION,
}
_SILENT = ("head", "script", "style", "nav", "svg", "math")
_INLINE = (
    "a abbr b bdi bdo br cite code em i img kbd mark q rp rt ruby s small span strong sub sup "
    "time u var wbr"
).split()


def read(suffix: str, data: bytes, options: Options) -> Read:
    """Return the book as one article; its chapters' headings are headings of it.

    Raises:
        UnreadableError: it is locked, broken, or has no text.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    with open_zip(data, suffix) as book:
        _refuse_locked(book, parser)
        root = etree.fromstring(book.read(_CONTAINER), parser)
        path = next((e.get("full-path") for e in root.iter("{*}rootfile")), None)
        if not path:
            raise UnreadableError("broken: the book does not say where its contents stand")
        package = etree.fromstring(book.read(path), parser)
        stated = {tag: _first(package, tag) for tag in ("title", "creator", "date", "source")}
        folder = posixpath.dirname(path)
        parts: list[Part] = []
        missing = 0
        for name in _chapters(package):
            try:
                page = book.read(posixpath.normpath(posixpath.join(folder, name)))
            except KeyError:
                missing += 1
                continue
            chapter = etree.fromstring(page, etree.HTMLParser(encoding="utf-8", no_network=True))
            if chapter is not None:
                parts += _parts(chapter)
    article = article_of_parts(
        parts,
        title=stated["title"],
        published=iso_date(stated["date"]),
        byline=stated["creator"],
        url=stated["source"],
    )
    notes = (f"{missing} of its chapters are missing",) if missing else ()
    return Read((article,), notes)


def _refuse_locked(book: zipfile.ZipFile, parser: Any) -> None:
    from lxml import etree

    if _LOCKS not in book.namelist():
        return
    root = etree.fromstring(book.read(_LOCKS), parser)
    methods = [e.get("Algorithm") for e in root.iter("{*}EncryptionMethod")]
    if any(method not in _FONTS for method in methods):
        raise UnreadableError("encrypted: the book is locked to a reader (DRM)")


def _first(package: Any, tag: str) -> str:
    found = next(package.iter(f"{{http://purl.org/dc/elements/1.1/}}{tag}"), None)
    return "" if found is None else "".join(found.itertext())


def _chapters(package: Any) -> Iterator[str]:
    """Yield the paths of the chapters below the package's folder, in reading order."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no":
            continue
        if "nav" in (item.get("properties") or "").split():
            continue
        if item.get("media-type") in ("application/xhtml+xml", "text/html") and item.get("href"):
            yield unquote(item.get("href"))


def _parts(element: Any, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> Iterator[Part]:
    """Yield the blocks below `element`; text outside of any block is a paragraph."""
    said = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SILENT:
            said.append(child.tail or "")
            continue
        if child.tag in _INLINE and all(inner.tag in _INLINE for inner in child.iterdescendants()):
            said.append(text_of(child))
        elif child.tag == "tr":
            yield Part("".join(said), kind)
            said = [""]
            cells = (" ".join(text_of(cell).split()) for cell in child)
            yield Part(" | ".join(cells), BlockKind.ITEM)
        else:
            yield Part("".join(said), kind)
            said = [""]
            own = _KINDS.get(child.tag, kind)
            heads = own is BlockKind.HEADING
            yield from _parts(
                child, own, int(child.tag[1]) if child.tag in _HEADS else level * heads
            )
        said.append(child.tail or "")
    yield Part("".join(said), kind, level)
