"""A passage as the reading model is given it: the rows of its tables with the names of the columns.

    | Plan | Price | Storage |         the row that names the columns
    | Team | $9 | 100 GB |        ->   "Team: Price $9, Storage 100 GB."
    9.00 Race                     ->   "Sunday, 4 May: 9.00 Race" where it stands below that day

What the model points at is put back to where it stands in the passage.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rag.datatypes import Passage
from rag.reading.lead import NO_LEAD, Lead, Span
from rag.text import tokenise

_UNIT = re.compile(r"\([^()]*\)")
# The stem of what a row measures -> those of other words that ask for it.
_ASKED_BY = {
    "price": ("cost",), "cost": ("price",), "life": ("long", "last"), "durat": ("long", "last"),
    "length": ("long",), "height": ("high", "tall"), "depth": ("deep",), "width": ("wide",),
    "weight": ("heavi", "weigh"), "speed": ("fast",), "size": ("big", "larg"),
    "accuraci": ("accur",), "precis": ("accur",), "age": ("old",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Readable:
    """What is read of a passage: its `text`, and its `statements` there as (start, end).

    `pieces` are (start in `text`, start in the passage, length) of what stands in both, in order.
    """

    text: str
    statements: tuple[Span, ...]
    pieces: tuple[tuple[int, int, int], ...]

    def back(self, span: Span) -> Span:
        """Return where a stretch of `text` stands in the passage, from piece to piece."""
        start, end = self._at(span[0], after=True), self._at(span[1], after=False)
        return (start, max(start, end))

    def _at(self, at: int, *, after: bool) -> int:
        """Return the place in the passage, for what was added that of what is `after` or before."""
        found = bisect_right(self.pieces, at if after else at - 1, key=lambda piece: piece[0]) - 1
        start, there, length = self.pieces[max(found, 0)]
        if at - start <= length - after:
            return there + max(at - start, 0)
        if after and found + 1 < len(self.pieces):
            return self.pieces[found + 1][1]
        return there + length


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that a question asks for: where it stands in its row, and what of it is `named`.

    These are the terms that the question shares with what the row is of, and with its column.
    """

    start: int
    end: int
    named: frozenset[str]


def readable(passage: Passage, statements: Sequence[Span], leads: Mapping[int, Lead]) -> Readable:
    """Return a passage as it is read; `statements` are its sentences, as (start, end) in it.

    `leads` are those of the article's statements.
    """
    offset, text = passage.chunk.start, passage.chunk.text
    out: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    spans: list[Span] = []
    length = at = 0

    def put(words: str, there: int | None = None) -> None:
        nonlocal length
        if words and there is not None:
            pieces.append((length, there, len(words)))
        out.append(words)
        length += len(words)

    for start, end in statements:
        put(text[at:start], at)
        begins = length
        lead = leads.get(start + offset, NO_LEAD)
        row = text[start:end]
        names, values = columns(passage.article.text, lead), cells(row)
        if len(names) == len(values) > 1:
            told = [cell for cell in zip(names, values, strict=True) if cell[1][0] < cell[1][1]]
            for number, (name, (low, high)) in enumerate(told):
                is_head = (low, high) == values[0]
                joint = "" if not number else ": " if told[number - 1][1] == values[0] else ", "
                put(joint + ("" if is_head or not name else f"{name} "))
                put(row[low:high], start + low)
            put(".")
        else:
            if lead.read_below is not None:
                put(f"{passage.article.text[slice(*lead.read_below)]}: ")
            put(row, start)
        spans.append((begins, length))
        at = end
    put(text[at:], at)
    return Readable("".join(out), tuple(spans), tuple(pieces) or ((0, 0, 0),))


def columns(text: str, lead: Lead) -> list[str]:
    """Return the names of the columns of the table that a row is of, [] of what is no row."""
    if not lead.columns or lead.opens is None:
        return []
    row = text[slice(*lead.opens)]
    return [row[low:high] for low, high in cells(row)]


def is_row_of(terms: Collection[str], row: str, language: str) -> bool:
    """Return whether a question's `terms` name what a table's row is of: all of its first cell.

    >>> is_row_of({"floor", "sander", "cost"}, "| Floor sander | 38 | 140 |", "en")
    True
    >>> is_row_of({"sander", "cost"}, "| Belt sander | 9 | 32 |", "en")
    False
    """
    [(start, end), *others] = cells(row)
    label = set(tokenise(row[start:end], language))
    return bool(others and label) and label <= set(terms)


def is_measure_of(terms: Collection[str], names: Sequence[str], row: str, language: str) -> bool:
    """Return whether `terms` name a column of a table and ask for what a row of it measures.

    `names` are the columns'. What a row measures may be asked for by another word.

    >>> names = ["", "Kolb 3", "Auer"]
    >>> is_measure_of({"kolb", "3", "cost"}, names, "Price | 90 euros | 70 euros", "en")
    True
    >>> is_measure_of({"auer", "cost"}, names, "Weight (kg) | 3 | 4", "en")
    False
    """
    [(start, end), *others] = cells(row)
    label = tokenise(_UNIT.sub("", row[start:end]), language)
    if len(names) != len(others) + 1 or not label:
        return False
    asked = set(terms)
    own = [set(tokenise(name, language)) for name in names[1:]]
    if not any(name and name <= asked for name in own):
        return False
    return all(not asked.isdisjoint({term, *_ASKED_BY.get(term, ())}) for term in label)


def cell_asked(
    terms: Collection[str], names: Sequence[str], row: str, language: str
) -> Cell | None:
    """Return the cell of a row below the one column that a question's `terms` name, None if none.

    `names` are the columns'. The terms name something of the row, too: where they name none of it,
    which row it is may be what is asked.

    >>> names, row = ["Size", "Single", "Return"], "Large boat | 8 euros | 15 euros"
    >>> cell = cell_asked({"return", "boat", "cost"}, names, row, "en")
    >>> row[cell.start : cell.end], sorted(cell.named)
    ('15 euros', ['boat', 'return'])
    >>> cell_asked({"return", "cost"}, names, row, "en") is None
    True
    """
    [head, *values] = cells(row)
    asked = set(terms)
    if len(names) != len(values) + 1:
        return None
    own = [set(tokenise(_UNIT.sub("", name), language)) for name in names]
    label = set(tokenise(_UNIT.sub("", row[slice(*head)]), language))
    below = [
        (name, value)
        for name, value in zip(own[1:], values, strict=True)
        if name and name <= asked and value[0] < value[1]
    ]
    of = label & (asked - own[0])
    if len(below) != 1 or not (of or is_measure_of(terms, names, row, language)):
        return None
    [(name, (start, end))] = below
    return Cell(start, end, frozenset(of | name))


def cells(row: str) -> list[Span]:
    """Return where the cells of a row stand, empty ones too; bars may stand around them all.

    >>> [row[low:high] for row in ["| Team | | 9 |"] for low, high in cells(row)]
    ['Team', '', '9']
    """
    low, high = (1, len(row) - 1) if row[:1] == row[-1:] == "|" and len(row) > 1 else (0, len(row))
    found: list[Span] = []
    for part in row[low:high].split("|"):
        start = low + len(part) - len(part.lstrip())
        found.append((start, max(start, low + len(part.rstrip()))))
        low += len(part) + 1
    return found
