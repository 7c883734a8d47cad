"""The form that an article's text has: its lists, tables, code and quotations.

    2. Photo identification         an item, with its sign "2."
    | Adult | 8.50 |                a row, with where its cells stand
    print("a")  between fences      code, with the indents of its lines
    > It was loud.                  a quotation

Told by the article's blocks, and by the marks before them where it is a text with such.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from rag.articles.lines import Line, Mark, front_matter, read_lines
from rag.articles.slots import slot_of
from rag.chunk import is_row
from rag.datatypes import Article, Block, BlockKind

Span = tuple[int, int]

_BULLET = "•"
_TICKS = {"[ ]": "☐", "[x]": "☑", "[X]": "☑"}  # of a list of things to do
_INDENT = 2  # columns that set an item below another
_DEEPEST = 3  # steps that items are set in by


class Shape(StrEnum):
    """What a part of an article is shown as."""

    TEXT = "text"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an article, `article.text[start:end]`, and what it is shown as.

    `sign` stands before an item, which is `depth` steps below the outermost; "" is none.
    """

    start: int
    end: int
    kind: BlockKind
    shape: Shape = Shape.TEXT
    level: int = 0
    sign: str = ""
    depth: int = 0


def parts_of(article: Article) -> list[Part]:
    """Return an article's blocks in the form that they have, in order."""
    _, begin = front_matter(article.text)
    lines = {line.start: line for line in read_lines(article.text, begin)}
    return [_part(article, block, lines.get(block.start)) for block in article.blocks]


def _part(article: Article, block: Block, line: Line | None) -> Part:
    start, end, kind = block.start, block.end, block.kind
    mark = line.mark if line is not None else Mark.PLAIN
    if kind is BlockKind.PARAGRAPH and mark is Mark.CODE:
        while start and article.text[start - 1] in " \t":
            start -= 1
        return Part(start, end, kind, Shape.CODE)
    if kind is BlockKind.PARAGRAPH and mark is Mark.QUOTE:
        return Part(start, end, kind, Shape.QUOTE)
    if is_row(article, block) or (kind is BlockKind.ITEM and mark is Mark.TABLE):
        return Part(start, end, kind, Shape.ROW)
    if kind is BlockKind.ITEM:
        sign = _sign(article.text, block, mark)
        depth = min(line.indent // _INDENT, _DEEPEST) if line is not None else 0
        return Part(start, end, kind, Shape.ITEM, sign=sign, depth=depth)
    return Part(start, end, kind, level=block.level)


def _sign(text: str, block: Block, mark: Mark) -> str:
    """Return what is set before an item: its number, or a bullet; none before a time or a date."""
    before = text[text.rfind("\n", 0, block.start) + 1 : block.start].strip()
    if mark is Mark.NUMBER:
        return before
    if mark is Mark.ITEM:
        return _TICKS.get(before[-3:], _BULLET)
    return "" if slot_of(text[block.start : block.end]) else _BULLET


def sign_at(article: Article, start: int) -> str:
    """Return what is set before the item that starts there; "" where none does."""
    at = bisect_left(article.blocks, start, key=attrgetter("start"))
    block = article.blocks[at] if at < len(article.blocks) else None
    if block is None or (block.start, block.kind) != (start, BlockKind.ITEM):
        return ""
    if is_row(article, block):
        return ""
    begin = article.text.rfind("\n", 0, start) + 1
    line = next(iter(read_lines(article.text[begin : block.end], 0)), None)
    is_marked = line is not None and begin + line.start == start
    return _sign(article.text, block, line.mark if line and is_marked else Mark.PLAIN)


def together(article: Article, parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Yield the parts, those of one list, one table or one quotation together."""
    for shape, same in groupby(parts, key=lambda part: part.shape):
        if shape in (Shape.TEXT, Shape.CODE):
            yield from ([part] for part in same)
            continue
        run: list[Part] = []
        for part in same:
            if run and shape is Shape.ROW and _is_apart(article.text, run[-1], part):
                yield run
                run = []
            run.append(part)
        yield run


def _is_apart(text: str, row: Part, below: Part) -> bool:
    """Return whether a row with bars around it is of another table: a blank line is between."""
    between = text[row.end : below.start].split("\n")[1:-1]
    return text[below.start] == "|" and any(not line.strip() for line in between)
