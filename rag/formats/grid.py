"""A table without a column of texts: one article, a line for the names of its columns and each row.

    Item,Daily rate,Notes           | Item | Daily rate | Notes |
    Barrow,4,                  ->   | --- | --- | --- |
    "Ladder, long",7,Two men        | Barrow | 4 |  |
                                    | Ladder, long | 7 | Two men |

as such a table is written in Markdown, so that it is read and shown as those are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from rag.datatypes import Article, Block, BlockKind
from rag.formats.document import UnreadableError, one_line
from rag.text import question_language

MOST_ROWS = 5_000
MOST_CHARS = 2_000_000
MOST_COLUMNS = 60
_SAMPLE = 2000  # characters, by which the language is told
_NUMBER = re.compile(r"[^\w]*\d[\d.,:% /-]*\D{0,3}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


def article_of_table(rows: Iterator[Sequence[str]], *, name: str) -> tuple[Article, int]:
    """Return the article of a table's `rows`, the first of which names the columns, and how many.

    It is titled by the `name` of its file, and has at most MOST_ROWS rows, MOST_COLUMNS columns and
    MOST_CHARS characters. Rows without a letter or a figure are left out; a bar in a cell is a
    stroke. A first row that holds numbers is a row as the others.

    Raises:
        UnreadableError: it has no row below its first.
    """
    said = ([one_line(cell).replace("|", "/") for cell in row[:MOST_COLUMNS]] for row in rows)
    told = (row for row in said if any(any(map(str.isalnum, cell)) for cell in row))
    lines: list[str] = []
    length = wide = 0
    for row in islice(told, MOST_ROWS + 1):
        wide = wide or len(row)
        lines.append("| " + " | ".join([*row, *[""] * (wide - len(row))]) + " |")
        if len(lines) == 1 and _names_columns(row):
            lines.append("|" + " --- |" * wide)
        length += len(lines[-1]) + 1
        if length > MOST_CHARS:
            break
    ruled = len(lines) > 1 and not any(map(str.isalnum, lines[1]))
    if len(lines) < 2 + ruled:
        raise UnreadableError("no row below the names of the columns")
    title = in_words(name) or "Table"
    text = f"{title}\n\n" + "\n".join(lines)
    blocks = [Block(0, len(title), BlockKind.TITLE)]
    at = len(title) + 2
    for number, line in enumerate(lines):
        if not (ruled and number == 1):
            blocks.append(Block(at, at + len(line), BlockKind.ITEM))
        at += len(line) + 1
    article = Article(
        id="",
        title=title,
        text=text,
        source="",
        published=None,
        byline="",
        language=question_language(text[:_SAMPLE]),
        blocks=tuple(blocks),
    )
    return article, len(lines) - 1 - ruled


def _names_columns(row: Sequence[str]) -> bool:
    """Return whether a table's first row names its columns: none but years are numbers."""
    return not any(_NUMBER.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in row)


def in_words(name: str) -> str:
    """Return the name of a file or a column in words.

    >>> in_words("tool-prices_2025")
    'Tool prices 2025'
    """
    words = one_line(_BETWEEN_WORDS.sub(" ", name))
    return f"{words[:1].upper()}{words[1:]}"
