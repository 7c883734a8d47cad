"""Saved pages: the main text, title, date and author, not the menus. Owns trafilatura."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from rag.articles.dateline import Rank, best_day, read_byline
from rag.datatypes import BlockKind
from rag.formats.document import (
    Options,
    Part,
    Read,
    UnreadableError,
    article_of_parts,
    iso_date,
    one_line,
    text_of,
)

_KINDS = {
    "head": BlockKind.HEADING,
    "p": BlockKind.PARAGRAPH,
    "quote": BlockKind.PARAGRAPH,
    "code": BlockKind.PARAGRAPH,
    "item": BlockKind.ITEM,
    "row": BlockKind.ITEM,
}
_OF_TEXT = ("p", "head", "item")  # in which quotes and code are a part of what is said
_BLOCKS = ("p", "head", "item", "row", "list", "table")
_OF_BYLINES = re.compile(r"by-?line|author|\bmeta\b|dateline|published|posted|timestamp", re.I)
_BYLINE_CHARS = 200
_AROUND = ("nav", "header", "footer", "aside", "script", "style", "noscript", "form", "template")
_HEADINGS = ("h1", "h2", "h3", "h4")
_LEAST_HEADINGS = 2  # that were left out, for which a page is read anew
# Of the text that was kept before: what may come in between its parts, and around them.
_MOST_BETWEEN, _MOST_AROUND = 1.0, 0.25
_SITE = re.compile(r"\s+[|–—·«-]\s+[^|–—·«]{2,40}$")


def read(suffix: str, data: bytes, options: Options) -> Read:
    """Return the page's one article.

    Raises:
        UnreadableError: the page holds no running text.
    """
    found = _extracted(data)
    if found is None or found.body is None:
        raise UnreadableError("no text: the page holds no article")
    parts = _with_headings(data, list(_parts(found.body)))
    title = found.title or ""
    headings = [p.text for p in parts[:2] if p.kind is BlockKind.HEADING]
    if headings and title != headings[0] and title.startswith(headings[0]):
        title = headings[0]  # the page's own headline, without the site's name behind it
    names, day = _stated(data)
    article = article_of_parts(
        parts,
        title=_SITE.sub("", title) if not headings else title,
        published=iso_date(found.date) or day,
        byline=names or (found.author or "").replace("; ", ", "),
        outlet=found.sitename or "",
        url=found.url or "",
    )
    return Read((article,))


def _extracted(page: Any) -> Any:
    """Return what trafilatura makes of a page, its bytes or its tree; None where it finds none."""
    import trafilatura

    return trafilatura.bare_extraction(
        page,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        # Only dates that the page states of itself; the day it was first published.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )


def _with_headings(data: bytes, parts: list[Part]) -> list[Part]:
    """Return the parts of a page, read anew where that keeps headings that stand between them.

    Of a page that does not mark its main text, trafilatura may keep the paragraphs alone. So its
    body is marked as such, without what is around a text; hardly more than that must come in.
    """
    from trafilatura import load_html

    if any(part.kind is BlockKind.HEADING for part in parts[1:]):
        return parts
    page: Any = load_html(data)
    body = None if page is None else page.find("body")
    if body is None or _left_out(body, parts) < _LEAST_HEADINGS:
        return parts
    main = body.makeelement("main")
    for child in list(body):
        if child.tag not in _AROUND:
            main.append(child)
    body.append(main)
    again = _extracted(page)
    if again is None or again.body is None:
        return parts
    whole = list(_parts(again.body))
    return whole if _is_the_same_text(whole, parts) else parts


def _is_the_same_text(whole: Sequence[Part], parts: Sequence[Part]) -> bool:
    """Return whether a page's text read anew is that of its `parts`, with what lies between them.

    A list between two paragraphs is the article's; what stands around them is rather the page's.
    """
    kept, known = ({_key(part.text) for part in each} for each in (whole, parts))
    if any(_key(p.text) not in kept for p in parts if p.kind is BlockKind.PARAGRAPH):
        return False
    places = [at for at, part in enumerate(whole) if _key(part.text) in known]
    if not places:
        return False
    new = [
        (at, len(part.text))
        for at, part in enumerate(whole)
        if part.kind is not BlockKind.HEADING and _key(part.text) not in known
    ]
    said = sum(len(part.text) for part in parts if part.kind is not BlockKind.HEADING)
    between = sum(chars for at, chars in new if places[0] < at < places[-1])
    around = sum(chars for _, chars in new) - between
    return between <= _MOST_BETWEEN * said and around <= _MOST_AROUND * said


def _left_out(body: Any, parts: Sequence[Part]) -> int:
    """Return how many headings of a page's body stand between two of the parts and are none."""
    kept = {_key(part.text) for part in parts}
    count = waiting = 0
    begun = False
    for element in body.iter("p", *_HEADINGS):
        is_kept = _key(text_of(element)) in kept
        if is_kept and element.tag == "p":
            count += waiting
            waiting, begun = 0, True
        elif begun and element.tag in _HEADINGS and not is_kept:
            waiting += not any(above.tag in _AROUND for above in element.iterancestors())
    return count


def _key(text: str) -> str:
    return one_line(text).casefold()


def _stated(data: bytes) -> tuple[str, date | None]:
    """Return the names and the day in the lines that a page marks as its byline, as printed."""
    from trafilatura import load_html

    page: Any = load_html(data)
    names = ""
    dates: list[tuple[Rank, date | None]] = []
    for element in () if page is None else page.iter("p", "div", "span", "address", "time", "li"):
        marks = f"{element.get('class', '')} {element.get('itemprop', '')}"
        if not _OF_BYLINES.search(marks) or element.getparent().tag == "a":
            continue
        line = one_line(text_of(element))
        found = read_byline(line, first=False, joined=True) if len(line) <= _BYLINE_CHARS else None
        if found is not None:
            names = names or found[0]
            dates += found[1]
    return names, best_day(dates)


def _level(element: Any) -> int:
    """Return the level of a heading, 0 of what is none."""
    found = re.fullmatch(r"h([1-6])", element.get("rend", ""))
    return int(found[1]) if found else 0


def _parts(element: Any) -> Iterator[Part]:
    """Yield the blocks below `element` of trafilatura's tree, in reading order."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        kind = _KINDS.get(child.tag)
        within = _BLOCKS if child.tag in _OF_TEXT else _KINDS
        if kind is None or any(inner.tag in within for inner in child.iter() if inner is not child):
            lead = Part(child.text or "", kind or BlockKind.PARAGRAPH)
            if lead.text.strip():
                yield lead
            yield from _parts(child)
        elif child.tag == "row":
            yield Part(" | ".join(text_of(cell) for cell in child), kind)
        else:
            yield Part(text_of(child), kind, _level(child))
        if (child.tail or "").strip():
            yield Part(child.tail)
