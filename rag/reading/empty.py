"""A cell of a table that a question asks for and that is empty.

    | Boat | Seats | Half day | Full day |
    | Gannet | 3 |  | 85 |                    "What is the half-day price of the Gannet?"

is answered neither by what stands beside it nor by another row. The row is the one of which the
question says most, the column the one whose name it says, or whose name is likest to one of its
words ("Who leads it?": "Leader").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.datatypes import Article
from rag.reading.desk import Desk
from rag.reading.drafting import Sentence
from rag.reading.lead import NO_LEAD, Lead
from rag.reading.met import Encode, MetWord, met_in, total
from rag.reading.rows import cells, columns

_LEAST_LIKE = 0.5  # the cosine of a question's word and a column's name that it may stand for


@dataclass(frozen=True, slots=True)
class EmptyCell:
    """An empty cell: the name of its column, and the words of its row that were asked of."""

    column: str
    row: str

    def __str__(self) -> str:
        return f"The table leaves “{self.column}” empty for “{self.row}”."


def left_empty(
    words: Sequence[MetWord], sentences: Sequence[Sentence], desk: Desk
) -> EmptyCell | None:
    """Return the empty cell that the `words` of a question ask for, None where they ask for none.

    `sentences` are those that were found. Of each table that has a row among them all its rows
    are looked at.
    """
    seen: set[tuple[str, int]] = set()
    for each in sentences:
        name = each.place.article_id
        lead = desk.leads(name).get(each.place.start, NO_LEAD)
        if not lead.columns or lead.opens is None or (name, lead.opens[0]) in seen:
            continue
        seen.add((name, lead.opens[0]))
        if found := _empty_of(words, each.passage.article, lead, desk.vectors):
            return found
    return None


def _empty_of(
    words: Sequence[MetWord], article: Article, lead: Lead, encode: Encode
) -> EmptyCell | None:
    """Return the empty cell of one table that is asked for."""
    names = columns(article.text, lead)
    rows = [row for row in _rows(article.text, lead) if len(row) == len(names)]
    if not any("" in row for row in rows):
        return None
    said = [[met_in(words, cell) for cell in row] for row in rows]
    held = [total(set().union(*row)) for row in said]
    best = max(held, default=0.0)
    if not best or held.count(best) > 1:
        return None
    at = held.index(best)
    row, own = rows[at], said[at]
    key = max(range(len(row)), key=lambda cell: total(own[cell]))
    others = [cell for cell in range(len(names)) if not own[cell] and names[cell]]
    of_the_row = set().union(*own)
    rest = [word for word in words if word not in of_the_row]
    asked = _column(rest, {cell: names[cell] for cell in others}, encode)
    if asked is None or row[asked] or not any(row[asked] for row in rows):
        return None
    return EmptyCell(names[asked], row[key])


def _rows(text: str, lead: Lead) -> Iterator[list[str]]:
    """Yield the cells of each row of a table, as they are written."""
    for start, end in lead.items:
        row = text[start:end]
        yield [row[low:high] for low, high in cells(row)]


def _column(words: Sequence[MetWord], names: Mapping[int, str], encode: Encode) -> int | None:
    """Return which of the columns the words name, the one of which they say most."""
    said = {at: total(met_in(words, name)) for at, name in names.items()}
    best = max(said.values(), default=0.0)
    if best:
        told = [at for at, weight in said.items() if weight == best]
        return told[0] if len(told) == 1 else None
    if not words or not names:
        return None
    vectors = encode([*(word.word for word in words), *names.values()])
    cosines = (vectors[: len(words)] @ vectors[len(words) :].T).max(axis=0)
    likest = int(cosines.argmax())
    return list(names)[likest] if cosines[likest] >= _LEAST_LIKE else None
