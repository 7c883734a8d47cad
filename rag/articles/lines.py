"""A text to its lines: the markup taken off, front matter read, hand-wrapped lines joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from rag.articles.dateline import Dates, Rank, first_date, starts_with_date
from rag.articles.typography import BLANK, ends_sentence, width
from rag.datatypes import BlockKind


class Mark(StrEnum):
    """The markup a line carries."""

    PLAIN = "plain"
    HEADING = "heading"
    BOLD = "bold"
    ITEM = "item"
    NUMBER = "number"
    QUOTE = "quote"
    TABLE = "table"
    IMAGE = "image"
    CODE = "code"
    FRONT = "front"


@dataclass(slots=True)
class Line:
    """A block while it is being read.

    `gap`: a blank line stands before it. `width` and `reach` are columns, `reach` from the left
    margin; `level` is that of a heading with a mark. `names` and `dates` are those of a byline,
    `details` its end that tells of something else; `foot` says that it closes the article.
    """

    start: int
    end: int
    text: str
    mark: Mark = Mark.PLAIN
    gap: bool = False
    indent: int = 0
    width: int = 0
    reach: int = 0
    level: int = 0
    kind: BlockKind | None = None
    names: str = ""
    dates: Dates = ()
    details: str = ""
    foot: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing but its shape says what the line is."""
        return self.kind is None and self.mark is Mark.PLAIN

    @property
    def prose(self) -> bool:
        """Whether the line reads as running text: it ends a sentence, or it is long."""
        if self.kind is not None or self.mark not in (Mark.PLAIN, Mark.QUOTE):
            return False
        return self.width > 160 or (self.width >= 12 and ends_sentence(self.text))


_RULE = re.compile(r"[-*_=~#•·—–+|:\s]{3,}")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_FENCE = re.compile(r"(?:```|~~~)[^`]*")
_HEADING_MARK = re.compile(r"#{1,6}\s+(?=[^\s#])")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(?P<inner>[^*_]+)(?<=\S)\1:?")
_ITEM_MARK = re.compile(r"(?:[-*+·–]\s+|[•‣◦▪●∙]\s*)(?:\[[ xX]\]\s+)?(?=\S)")
_NUMBER_MARK = re.compile(
    r"(?:(?:\d{1,3}[.)]|\(\d{1,3}\)|[a-zA-Z]\)|\([a-z]\))\s+|\d{1,3}、\s*|[①-⑳]\s*)(?=\S)"
)
_QUOTE_MARK = re.compile(r"(?:>\s?)+(?=\S)")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_FRONT_FENCES = ("---", "+++")
_FRONT_KEY = re.compile(r"([A-Za-z][\w -]{0,40})\s*[:=]\s*")
_FRONT_TITLES = ("title", "headline")
_FRONT_SUBTITLES = ("subtitle", "description", "summary", "excerpt", "abstract")
_FOLDED = re.compile(r"[>|][+-]?\d?")
_ENTRY = re.compile(r"(?P<key>[a-z][\w-]*):\s+", re.IGNORECASE)
_FRONT_AUTHORS = ("author", "authors", "byline", "by", "creator")
_ADDRESS = re.compile(r"://|^www\.|[\w-]\.[a-z]{2,6}(?:/|$)")  # of a page or a file
_FRONT_OUTLETS = ("outlet", "publisher", "publication", "newspaper", "magazine", "source", "site")
_FRONT_PUBLISHED = re.compile(
    r"(?:date|pub(?:lish(?:ed)?)?[ _-]?(?:date|at|on)?|date[ _-]?published)"
)
_FRONT_UPDATED = re.compile(
    r"(?:(?:date|last)?[ _-]?(?:updated?|modified|mod)(?:[ _-]?(?:at|on))?)"
)


def _physical(text: str, begin: int) -> Iterator[tuple[int, str, str]]:
    """Yield offset, line and trimmed line of every line from `begin` on."""
    offset = begin
    for line in text[begin:].splitlines(keepends=True):
        yield offset, line, line.strip(BLANK)
        offset += len(line)


def read_lines(text: str, begin: int) -> list[Line]:
    """Return the lines from `begin` on that hold something, their markup taken off."""
    physical = list(_physical(text, begin))
    fences = [i for i, (_, _, core) in enumerate(physical) if _FENCE.fullmatch(core)]
    pairs = zip(fences[::2], fences[1::2], strict=False)  # a fence without its twin is text
    fenced = {i for first, last in pairs for i in range(first, last + 1)}
    lines: list[Line] = []
    gap = False
    for i, (offset, full, core) in enumerate(physical):
        if not core or (i in fenced and _FENCE.fullmatch(core)):
            gap = True
            continue
        if i not in fenced and _RULE.fullmatch(core):
            if lines and not gap and lines[-1].mark is Mark.PLAIN and _UNDERLINE.fullmatch(core):
                lines[-1].mark, lines[-1].level = Mark.HEADING, 1 if core[0] == "=" else 2
            gap = True
            continue
        indent = len(full) - len(full.lstrip(BLANK))
        columns = width(core)
        line = Line(
            start=offset + indent,
            end=offset + indent + len(core),
            text=core,
            gap=gap,
            indent=indent,
            width=columns,
            reach=indent + columns,
        )
        if i in fenced:
            line.mark = Mark.CODE
        else:
            _read_mark(line)
        if line.mark is Mark.CODE and lines and lines[-1].mark is Mark.CODE and i - 1 in fenced:
            _extend(lines[-1], line)
        else:
            lines.append(line)
        gap = False
    return _cut_blocks(lines, text)


def _read_mark(line: Line) -> None:
    """Set the line's mark and take the marker off its block."""
    text = line.text
    if found := _HEADING_MARK.match(text):
        line.mark, line.level = Mark.HEADING, text.count("#", 0, found.end())
        title = text.rstrip("#")  # "# Title ##" is closed, "# About C#" is not
        trim(line, found.end(), len(title.rstrip() if title[-1].isspace() else text))
    elif _IMAGE.fullmatch(text):
        line.mark = Mark.IMAGE
    elif found := _BOLD.fullmatch(text):
        line.mark = Mark.BOLD
        trim(line, *found.span("inner"))
    elif text.startswith("|") and text.endswith("|") and len(text) > 2:
        line.mark = Mark.TABLE
    elif found := _QUOTE_MARK.match(text):
        line.mark = Mark.QUOTE
        trim(line, found.end(), len(text))
    elif found := _ITEM_MARK.match(text):
        line.mark = Mark.ITEM
        trim(line, found.end(), len(text))
    elif (found := _NUMBER_MARK.match(text)) and not starts_with_date(text):
        line.mark = Mark.NUMBER
        trim(line, found.end(), len(text))


def trim(line: Line, start: int, end: int) -> None:
    """Cut the line's block to `line.text[start:end]`."""
    line.start, line.end = line.start + start, line.start + end
    line.text = line.text[start:end]
    line.width = width(line.text)


def _extend(line: Line, other: Line) -> None:
    """Let the line's block reach to the end of the other; its text is still to be cut."""
    line.end = other.end
    line.width += 1 + other.width


def _cut_blocks(lines: list[Line], text: str) -> list[Line]:
    for line in lines:
        if len(line.text) != line.end - line.start:
            line.text = text[line.start : line.end]
    return lines


def front_matter(text: str) -> tuple[list[Line], int]:
    """Return the lines of the front matter, marked, and the offset where the text begins."""
    physical = _physical(text, 0)
    _, _, fence = next(physical, (0, "", ""))
    if fence not in _FRONT_FENCES:
        return [], 0
    lines: list[Line] = []
    key = ""
    for count, (offset, full, core) in enumerate(physical):
        if core == fence and lines:
            return lines, offset + len(full)
        found = _FRONT_KEY.match(core)
        nested = full[:1].isspace() or core.startswith(("-", "#"))
        if count > 100 or (core and not found and not nested):
            break
        if not core:
            continue
        indent = len(full) - len(full.lstrip(BLANK))
        line = Line(offset + indent, offset + indent + len(core), core, Mark.FRONT)
        line.kind = BlockKind.BYLINE
        if found and not nested:
            key = found[1].strip().lower()
            value = found.end()
        else:
            value = 1 if core.startswith("-") else 0
        _read_front(line, key, value)
        lines.append(line)
    return [], 0


def _read_front(line: Line, key: str, value_at: int) -> None:
    """Mark the line of front matter by its key; titles and subtitles keep the value alone."""
    value = line.text[value_at:]
    stated = value.strip(" \t\"'[]")
    if _FOLDED.fullmatch(stated):  # the text stands in the lines below
        return
    if key in _FRONT_AUTHORS and (entry := _ENTRY.match(stated)):  # - name: Jane Doe
        stated = stated[entry.end() :].strip(" \"'") if entry["key"].lower() == "name" else ""
    if key in _FRONT_AUTHORS:
        line.names = ", ".join(name.strip(BLANK + "\"'") for name in stated.split(","))
    elif key in _FRONT_OUTLETS and not _ADDRESS.search(stated):
        line.names = stated
    elif _FRONT_PUBLISHED.fullmatch(key) or _FRONT_UPDATED.fullmatch(key):
        rank = Rank.PUBLISHED if _FRONT_PUBLISHED.fullmatch(key) else Rank.UPDATED
        if starts_with_date(stated):
            line.dates = ((rank, first_date(stated)),)
    elif stated and key in (*_FRONT_TITLES, *_FRONT_SUBTITLES):
        line.kind = BlockKind.TITLE if key in _FRONT_TITLES else BlockKind.SUBTITLE
        start = value_at + value.index(stated)
        trim(line, start, start + len(stated))


# --- text that is wrapped by hand -----------------------------------------------------------------


def unwrapped(lines: list[Line], text: str) -> list[Line]:
    """Return the lines with those joined that were one paragraph or item before wrapping.

    A text counts as wrapped where most of its line breaks could not have come later (the next
    word would not have fitted in the widest line) and many of them stand inside a sentence.
    """
    limit = _wrap_width(lines)
    joined: list[Line] = []
    previous: Line | None = None
    for line in lines:
        if previous is not None and _continues(previous, line, joined[-1], limit):
            _extend(joined[-1], line)
        else:
            joined.append(line)
        previous = Line(line.start, line.end, line.text, line.mark, indent=line.indent)
        previous.width, previous.reach = width(line.text), line.reach
    return _cut_blocks(joined, text)


_FLOWING = (Mark.PLAIN, Mark.QUOTE)
_HOLDING = (Mark.PLAIN, Mark.QUOTE, Mark.ITEM, Mark.NUMBER)


def _wrap_width(lines: Sequence[Line]) -> int:
    """Return the columns that the text is wrapped to, or 0 where it is not wrapped."""
    pairs = [
        (line, after)
        for line, after in pairwise(lines)
        if not after.gap and after.mark in _FLOWING and line.mark in _HOLDING
    ]
    if not pairs:
        return 0
    reaches = sorted(line.reach for line, _ in pairs)
    usual = reaches[int(0.95 * (len(reaches) - 1))]
    widest = max(reach for reach in reaches if reach <= 1.2 * usual)
    if not 35 <= widest <= 132:
        return 0
    full = sum(_is_full(line, after, widest) for line, after in pairs)
    flowing = sum(
        not ends_sentence(line.text) and after.text[0].isalpha() and not after.text[0].isupper()
        for line, after in pairs
    )
    return widest if full >= 0.6 * len(pairs) and flowing >= 0.3 * len(pairs) else 0


def _is_full(line: Line, after: Line, limit: int) -> bool:
    """Whether the first word of the next line would not have fitted in the line."""
    word = after.text.split(maxsplit=1)[0]
    wide = width(word[0]) == 2
    return line.reach + (6 if wide else 1 + width(word)) > limit


def _continues(previous: Line, line: Line, block: Line, limit: int) -> bool:
    if line.gap or line.mark not in _FLOWING or previous.mark not in _HOLDING:
        return False
    if block.mark in (Mark.ITEM, Mark.NUMBER) and line.indent > block.indent:
        return line.mark is Mark.PLAIN
    if not limit or (line.mark is Mark.QUOTE) != (block.mark is Mark.QUOTE):
        return False
    if line.indent > previous.indent + 1 and block.mark is Mark.PLAIN:
        return False
    if _is_full(previous, line, limit):
        return True
    word = line.text.split(maxsplit=1)[0]
    return not ends_sentence(previous.text) and previous.reach + 1 + width(word) > 0.75 * limit
