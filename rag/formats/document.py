"""What every reader of a format gives: articles that have no name yet, or why there are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rag.articles.layout import layout
from rag.articles.slots import is_day, slot_of
from rag.datatypes import Article, Block, BlockKind, Page
from rag.text import detect_language, whole_characters

_NOT_PROSE = (BlockKind.REPEAT, BlockKind.BYLINE, BlockKind.CAPTION, BlockKind.CREDIT)
_ADDRESS = re.compile(r"\S\.\S|/")  # of a page or a file
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class UnreadableError(Exception):
    """Why a file gives no article, as the report says it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader may be told: `columns` names a table's columns, what it is -> its name.

    `name` is that of the file, without its suffix.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """The articles of one file, `id` and `source` empty, and plain lines worth telling.

    Where a file holds several, `part` of each tells it from the others.
    """

    articles: tuple[Article, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, a heading or the like, as a structured format states it."""

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0  # of a heading


def article_of_parts(
    parts: Iterable[Part],
    *,
    title: str = "",
    published: date | None = None,
    byline: str = "",
    outlet: str = "",
    url: str = "",
) -> Article:
    """Return the article of `parts`, a blank line between each two.

    A `title` that no part states opens the text. What the file does not state of itself (title,
    date, byline, captions, repeated text) is read from the text by the rules for plain text. The
    `outlet` goes behind a byline that does not name it.

    Raises:
        UnreadableError: the parts hold no text.
    """
    said = [Part(clean, part.kind, part.level) for part in parts if (clean := one_line(part.text))]
    if not any(any(map(str.isalnum, part.text)) for part in said):
        raise UnreadableError("no text")
    title = one_line(title)
    titled = [at for at, part in enumerate(said) if part.kind is BlockKind.TITLE]
    if title and not titled:
        same = [at for at, part in enumerate(said[:3]) if part.text.casefold() == title.casefold()]
        if same:
            said[same[0]] = Part(said[same[0]].text, BlockKind.TITLE)
        else:
            said.insert(0, Part(title, BlockKind.TITLE))
        titled = same or [0]
    text = "\n\n".join(part.text for part in said)
    made = layout(text)
    found = {block.start: block for block in made.blocks}
    blocks: list[Block] = []
    at = 0
    for part in said:
        end = at + len(part.text)
        guess = found.get(at)
        kind = part.kind
        if kind is BlockKind.PARAGRAPH and guess is not None:
            headline = guess.kind in (BlockKind.TITLE, BlockKind.SUBTITLE) and not titled
            # The lines of a programme, and the days above them.
            timed = guess.kind is BlockKind.ITEM and slot_of(part.text) is not None
            day = guess.kind is BlockKind.HEADING and is_day(part.text)
            if headline or timed or day or guess.kind in _NOT_PROSE:
                kind = guess.kind
        blocks.append(Block(at, end, kind, part.level))
        at = end + 2
    return Article(
        id="",
        title=said[titled[0]].text if titled else made.title,
        text=text,
        source="",
        published=published or made.published,
        byline=_with_outlet(one_line(byline) or made.byline, outlet),
        language=detect_language(text),
        blocks=tuple(blocks),
        url=web_address(url),
    )


def _with_outlet(byline: str, outlet: str) -> str:
    """Return a byline with the outlet behind it, unless it names it; an address is no outlet."""
    outlet = one_line(outlet)
    if _ADDRESS.search(outlet) or outlet.casefold() in byline.casefold():
        return byline
    return " | ".join(filter(None, (byline, outlet)))


def _is(text: str, block: Block, title: str) -> bool:
    return one_line(text[block.start : block.end]).casefold() == title.casefold()


def article_of_text(
    text: str,
    *,
    title: str = "",
    published: date | None = None,
    byline: str = "",
    outlet: str = "",
    url: str = "",
    part: str = "",
    pages: Sequence[Page] = (),
) -> Article:
    """Return the article of plain `text`, which stays as it is, below its `title` if one is given.

    The `outlet` goes behind a byline that does not name it.

    Raises:
        UnreadableError: there is no text.
    """
    title, text = one_line(title), whole_characters(text)
    opens = text.lstrip().casefold().startswith(title.casefold())
    if not opens:
        text = f"{title}\n\n{text}"
    made = layout(text)
    if title and opens and made.blocks and not _is(text, made.blocks[0], title):
        text = f"{title}\n\n{text}"  # a sentence that only begins as the title does
        made = layout(text)
    if not made.blocks:
        raise UnreadableError("empty")
    blocks = made.blocks
    if title:
        first, *rest = blocks
        others = (
            Block(b.start, b.end, BlockKind.HEADING) if b.kind is BlockKind.TITLE else b
            for b in rest
        )
        blocks = (Block(first.start, first.end, BlockKind.TITLE), *others)
    return Article(
        id="",
        title=title or made.title,
        text=text,
        source="",
        published=published or made.published,
        byline=_with_outlet(one_line(byline) or made.byline, outlet),
        language=detect_language(text),
        blocks=blocks,
        pages=tuple(pages),
        url=web_address(url),
        part=part,
    )


def text_of(element: Any) -> str:
    """Return all text of an element of a page or book, a space for each break of a line."""
    if element.tag in ("br", "lb"):
        return " "
    said = [element.text or ""]
    for child in element:
        said.append(text_of(child) if isinstance(child.tag, str) else "")
        said.append(child.tail or "")
    return "".join(said)


def one_line(text: str) -> str:
    """Return the text on one line, without what no file or page can hold.

    >>> one_line(" a\\n b\\x00 ")
    'a b'
    """
    return " ".join(_UNWRITABLE.sub(" ", text).split())


def iso_date(text: str | None) -> date | None:
    """Return the date that `text` begins with in the form 2024-07-25, or None."""
    try:
        return date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None


def web_address(text: str) -> str:
    """Return `text` where it is a plain address of the web, or ""."""
    text = text.strip()
    return text if re.fullmatch(r"https?://[^\s<>\"']{1,2000}", text) else ""
