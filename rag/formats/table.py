""".csv, .tsv and .jsonl: a row or an object an article; one for all where none has a text."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from rag.articles.dateline import dates_in
from rag.datatypes import Article
from rag.formats.decode import decode
from rag.formats.document import (
    Options,
    Read,
    UnreadableError,
    article_of_text,
    iso_date,
    one_line,
)
from rag.formats.grid import MOST_COLUMNS, article_of_table, in_words
from rag.text import holds_words

# The columns that are looked for, best first, where none is named.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "full_text", "maintext"),
    "title": ("title", "headline", "heading"),
    "date": ("date", "published", "published_at", "publication_date", "date_published", "pubdate"),
    "url": ("url", "link", "source_url"),
    "author": ("author", "authors", "byline"),
    "outlet": ("outlet", "publisher", "publication", "newspaper", "source", "site"),
    "id": ("id", "_id", "key"),
}
_TOLD = 3  # faulty lines that are told one by one
# Columns that are none of these stand below the text, as "Entry: 8 euros", where they are short.
_MOST_BELOW = 12
_BELOW_CHARS = 120
_MACHINE = re.compile(
    r"https?://\S+|[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}", re.IGNORECASE
)


def read(suffix: str, data: bytes, options: Options) -> Read:
    """Return an article for each row that has a text, in order; its other columns stand below it.

    `part` is the row's id where the rows have ids of their own, or else its number, from 1. A
    column that was not named for it is taken only where no two rows share a value. Where no row has
    a column of texts, and none was named, they are one article: a table.

    Raises:
        UnreadableError: no column is the one that was named for the text, or no row has one.
    """
    text, encoding = decode(data)
    faults: list[str] = []
    is_json = suffix == ".jsonl"
    rows = _json_rows(text, faults) if is_json else _csv_rows(text, suffix, faults)
    without: Mapping[str, Any] = {}
    told: list[tuple[int, dict[str, str]]] = []
    chosen: dict[str, str] | None = None
    blank = 0
    for number, row in rows:
        if chosen is None or is_json:  # the objects of a .jsonl need not be alike
            names = _choose(row, options.columns)
            if "text" not in names:
                without = without or row
                if not is_json:
                    break
                faults.append(f"row {number}: {_no_text_column(row)}")
                continue
            chosen = names
        cells = {
            what: _cell(row.get(name), between="\n\n" if what == "text" else ", ")
            for what, name in chosen.items()
        }
        if not any(map(str.isalnum, cells["text"])):
            blank += 1
            continue
        if below := _below(row, chosen, cells["text"]):
            cells["text"] = f"{cells['text'].rstrip()}\n\n{below}"
        told.append((number, cells))
    if without and not told and not blank:
        if "text" in options.columns:
            raise UnreadableError(_no_text_column(without))
        faults = []
        lines = _json_cells(text, faults) if is_json else _csv_cells(text, suffix, faults)
        article, notes = _one_table(lines, options.name, without)
        return Read((article,), (*_first_notes(encoding, faults), *notes))
    parts = _parts(told, named="id" in options.columns)
    articles = [
        article_of_text(
            cells["text"],
            title=cells.get("title", ""),
            published=_date(cells.get("date", "")),
            byline=cells.get("author", ""),
            outlet=cells.get("outlet", ""),
            url=cells.get("url", ""),
            part=part,
        )
        for part, (_, cells) in zip(parts, told, strict=True)
    ]
    if not articles:
        raise UnreadableError(
            f"no row with a text ({faults[0]})" if faults else "no row with a text"
        )
    notes = _first_notes(encoding, faults)
    if blank:
        notes.append(f"{blank} row{'s' * (blank != 1)} without a text")
    return Read(tuple(articles), tuple(notes))


def _first_notes(encoding: str, faults: Sequence[str]) -> list[str]:
    notes = [f"read as {encoding}"] if encoding else []
    notes += faults[:_TOLD]
    if len(faults) > _TOLD:
        notes.append(f"{len(faults) - _TOLD} more rows cannot be read")
    return notes


def _one_table(
    rows: Iterator[Sequence[str]], name: str, first: Mapping[str, Any]
) -> tuple[Article, list[str]]:
    """Return a table as one article, and what is worth telling of it; `first` is a row of it."""
    article, count = article_of_table(rows, name=name)
    notes = []
    if rest := sum(any(map(str.strip, row)) for row in rows):
        notes.append(f"the first {count:,} rows are read, {rest:,} are not: a table is one article")
    notes.append(f"read as one table, {_no_text_column(first)} to have an article a row")
    return article, notes


def _csv_rows(text: str, suffix: str, faults: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the number and the cells of each row, by the names of their columns in small letters.

    Cells that lack are None, those beyond the named columns are left out.
    """
    rows = _csv_cells(text, suffix, faults)
    names = [one_line(name).casefold() for name in next(rows, ())]
    for number, row in enumerate(rows, start=1):
        cells = zip_longest(names, row[: len(names)])
        yield number, {name: cell for name, cell in cells if name}


def _csv_cells(text: str, suffix: str, faults: list[str]) -> Iterator[Sequence[str]]:
    """Yield the cells of each line, the names of the columns first; none of an empty line."""
    head = text.split("\n", 1)[0]
    delimiter = "\t" if suffix == ".tsv" else max(",;\t|", key=head.count)
    limit = csv.field_size_limit(sys.maxsize)  # an article may be longer than the module expects
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        yield from filter(None, rows)
    except csv.Error as error:
        faults.append(f"not CSV from line {rows.line_num} on ({error})")
    finally:
        csv.field_size_limit(limit)


def _json_cells(text: str, faults: list[str]) -> Iterator[Sequence[str]]:
    """Yield the names that the objects have, in order of first use, and the values of each."""
    names: dict[str, None] = {}
    for _, row in _json_rows(text, faults):
        names.update(dict.fromkeys(row) if len(names) < MOST_COLUMNS else {})
    yield list(names)
    for _, row in _json_rows(text, []):
        yield [_cell(row.get(name), between=", ") for name in names]


def _json_rows(text: str, faults: list[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            faults.append(f"line {number}: not JSON ({type(error).__name__})")
            continue
        if isinstance(row, dict):
            yield number, {one_line(str(name)).casefold(): row[name] for name in row}
        else:
            faults.append(f"line {number}: not an object")


def _choose(row: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, str]:
    """Return what each column is -> its name, for those that the row has."""
    chosen = {}
    for what, names in _NAMES.items():
        wanted = (named[what].casefold(),) if what in named else names
        found = next((name for name in wanted if name in row), None)
        if found is not None:
            chosen[what] = found
    return chosen


def _below(row: Mapping[str, Any], chosen: Mapping[str, str], text: str) -> str:
    """Return the row's other columns as a list, "- Entry: 8 euros"; without what the text holds."""
    lines = []
    for name, value in row.items():
        cell = "" if name in chosen.values() else one_line(_cell(value, between=", "))
        if not any(map(str.isalnum, cell)) or len(cell) > _BELOW_CHARS or _MACHINE.fullmatch(cell):
            continue
        if not holds_words(text, cell):
            lines.append(f"- {in_words(name)}: {cell}")
    return "\n".join(lines[:_MOST_BELOW])


def _no_text_column(row: Mapping[str, Any]) -> str:
    seen = ", ".join(sorted(row)[:8]) or "none"
    return f"no column for the text (columns: {seen}): name it with --set columns=text=NAME"


def _cell(value: Any, *, between: str) -> str:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    if isinstance(value, list):
        items = (item for item in value if isinstance(item, (str, int, float)))
        return between.join(_cell(item, between=between) for item in items)
    return str(value) if isinstance(value, (int, float)) else ""


def _date(text: str) -> date | None:
    # "Thu, 25 Jul 2024 06:54:00 GMT", as feeds write it, does not begin with its date.
    return iso_date(text) or next((day for _, day in dates_in(text[:200])), None)


def _parts(rows: Sequence[tuple[int, Mapping[str, str]]], *, named: bool) -> list[str]:
    """Return what tells each row, a number and its cells, from the others: its id or its number.

    Ids that rows share are taken only from a column that was `named`, with "~2" for the second.
    """
    ids = [one_line(cells.get("id", "")) for _, cells in rows]
    given = [id for id in ids if id]
    if not named and len(set(given)) < len(given):  # a category, a language: whatever it is
        ids = [""] * len(ids)
    taken: set[str] = set()
    seen: Counter[str] = Counter()
    parts = []
    for (number, _), id in zip(rows, ids, strict=True):
        part = free = id[:80] or str(number)
        while free in taken:
            seen[part] += 1
            free = f"{part}~{seen[part] + 1}"
        taken.add(free)
        parts.append(free)
    return parts
