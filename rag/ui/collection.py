"""The Articles view: the articles in a table that can be sorted and filtered."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any
from weakref import ref

from rag.articles.catalogue import Catalogue
from rag.datatypes import Article, Chunk, day_in_words
from rag.errors import ServeError
from rag.indexing.columns import StoredChunks
from rag.indexing.library import Removed
from rag.searching.plane import Place
from rag.text import normalise
from rag.ui.markup import escape
from rag.ui.render import ADD_FILES, DROP_HTML, UNREAD_SHOWN, unread_told

SHOWN = 500  # articles that are listed at once
_FIND_CHARS = 200
_FEW = 5  # files that could not be read, told without being asked for
_ACCENTS = re.compile("[\u0300-\u036f]+")


@dataclass(frozen=True, slots=True)
class Row:
    """An article as the table tells it; `cited` is how often this conversation cites it."""

    id: str
    title: str
    source: str
    published: date | None
    chars: int
    language: str
    passages: int
    cited: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page asks for: words to find, a column to sort by, and what its answers cite.

    `cited` are the places that the conversation cites, `lit` those of its last answer.
    """

    find: str = ""
    by: str = "title"
    down: bool = False
    cited: tuple[Place, ...] = ()
    lit: tuple[Place, ...] = ()


def _unaccented(text: str) -> str:
    """The text as it is searched, of any length: "Äpfel" -> "apfel"."""
    if text.isascii():
        return text.casefold()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()


def _plain(text: str) -> str:
    """The text as it is compared: "Äpfel" -> "apfel"."""
    apart = unicodedata.normalize("NFKD", normalise(text))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


# The table's columns: (name, title, what is sorted by; what is not known comes last either way).
COLUMNS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "title": ("Article", lambda row: _plain(row.title)),
    "published": ("Date", lambda row: row.published),
    "length": ("Characters", lambda row: row.chars),
    "language": ("Language", lambda row: row.language),
    "passages": ("Passages", lambda row: row.passages),
    "cited": ("Cited", lambda row: row.cited),
}


def view_html(*, changes: bool) -> str:
    """The view before its articles are listed; `changes`: some can be added and removed."""
    add = (
        f'<p class="lead">{ADD_FILES} They are kept in the folder of articles and can be asked '
        f"about at once.</p>{DROP_HTML}"
        if changes
        else '<p class="lead">What the answers come from.</p>'
    )
    return (
        f'<section class="articles" aria-label="Articles"><h2>Articles</h2>{add}'
        '<div class="said" role="status"></div>'
        '<details class="picture"><summary>Picture of the collection</summary>'
        '<div class="drawn" aria-live="polite"></div></details>'
        '<label class="find"><span>Filter</span><input type="search" dir="auto" maxlength="200"'
        ' autocomplete="off" placeholder="Title, text, file or year"></label>'
        '<div class="files"></div></section>'
    )


def wanted_of(body: bytes) -> Wanted:
    """What the page's script sent. Raises ServeError where it is not of that form."""
    if not body:
        return Wanted()
    try:
        sent = json.loads(body)
        cited, lit = (
            tuple((str(name), int(start), int(end)) for name, start, end in sent.get(key, ()))
            for key in ("cited", "lit")
        )
        by = sent.get("by", "title")
        if by not in COLUMNS:
            raise ValueError(by)
        find = str(sent.get("find", ""))[:_FIND_CHARS]
        return Wanted(find, by, bool(sent.get("down")), cited, lit)
    except (ValueError, TypeError, AttributeError) as error:
        raise ServeError("the page asked for what is no list of articles: reload it") from error


def passage_counts(chunks: Sequence[Chunk]) -> Mapping[str, int]:
    """How many passages each article has."""
    if isinstance(chunks, StoredChunks):
        return chunks.counts()
    return Counter(chunk.article_id for chunk in chunks)


def rows_of(articles: Mapping[str, Article], passages: Mapping[str, int]) -> list[Row]:
    """A row for each article, in the order of their ids, none of which is cited."""
    return [
        Row(
            article.id,
            article.title,
            article.source,
            article.published,
            len(article.text),
            article.language,
            passages.get(article.id, 0),
            cited=0,
        )
        for article in articles.values()
    ]


def cited_in(rows: Sequence[Row], cited: Sequence[Place]) -> list[Row]:
    """The rows, each with how often `cited` are places in its article."""
    times = Counter(name for name, _, _ in cited)
    return [replace(row, cited=times[row.id]) if row.id in times else row for row in rows]


class Listing:
    """The rows of the articles, made once as long as these are the same; it does not hold them."""

    def __init__(self) -> None:
        self._kept: tuple[Callable[[], object], Sequence[Row]] = (lambda: None, ())

    def rows(self, articles: Mapping[str, Article], chunks: Sequence[Chunk]) -> Sequence[Row]:
        """A row for each article, as `rows_of` makes it; `chunks` are those of the articles."""
        there, rows = self._kept
        if there() is not articles:
            rows = rows_of(articles, passage_counts(chunks))
            if isinstance(articles, Catalogue):
                self._kept = ref(articles), rows  # in one step: several may ask at once
        return rows


def chosen(
    rows: Sequence[Row], wanted: Wanted, says: Callable[[str], str] = lambda name: ""
) -> list[Row]:
    """The rows that hold every word of `find`, sorted; equal ones by id, unknown dates last.

    `says` gives the text of the article with an id: a word may stand there too.
    """
    words = _plain(wanted.find).split()
    found = [row for row in rows if _holds(row, words, says)]
    key = COLUMNS[wanted.by][1]
    known = sorted((row for row in found if key(row) is not None), key=lambda row: row.id)
    known.sort(key=key, reverse=wanted.down)
    return [*known, *(row for row in found if key(row) is None)]


def _holds(row: Row, words: Sequence[str], says: Callable[[str], str]) -> bool:
    said = _said(row)
    left = [word for word in words if word not in said]
    if not left:
        return True
    text = _unaccented(says(row.id))
    return all(word in text for word in left)


def _said(row: Row) -> str:
    told = f" {day_in_words(row.published)} {row.published.isoformat()}" if row.published else ""
    return _plain(f"{row.title} {row.source} {row.language}{told}")


def table_html(
    rows: Sequence[Row],
    wanted: Wanted,
    collection: str,
    *,
    changes: bool,
    unread: Mapping[str, str] = MappingProxyType({}),
    removed: Sequence[Removed] = (),
    says: Callable[[str], str] = lambda name: "",
) -> str:
    """The table; `collection` is what the welcome says of all articles, `says` is as in `chosen`.

    Above it the files of the folder that are `unread`, as path -> reason; below it those that were
    `removed`.
    """
    found = chosen(rows, wanted, says)
    columns = _columns(rows)
    heads = "".join(_head(name, COLUMNS[name][0], wanted) for name in columns)
    last = '<td class="do"></td>' if changes else ""
    held = Counter(row.source for row in rows)
    body = "".join(_row(row, held[row.source], columns, changes=changes) for row in found[:SHOWN])
    more = f"<p>and {len(found) - SHOWN:,} more: filter to see them</p>"
    count = f'<p class="found" role="status">{len(found):,} of {len(rows):,}</p>'
    table = (
        f'<table><thead><tr><td class="pick" title="Only ticked articles are asked">Only</td>'
        f"{heads}{last}</tr></thead><tbody>{body}</tbody></table>"
        if found
        else '<p class="none">No article has these words in its text, title, file or date.</p>'
        if rows
        else ""
    )
    return (
        f'<div class="files"><p class="collection">{collection}</p>'
        f"{_unread_html(unread, changes=changes)}"
        f"{count if wanted.find.strip() else ''}{table}{more if len(found) > SHOWN else ''}"
        f"{_removed_html(removed)}</div>"
    )


def _columns(rows: Sequence[Row]) -> list[str]:
    """The table's columns; where all articles are in one language that is none."""
    several = len({row.language for row in rows}) > 1
    return [name for name in COLUMNS if several or name != "language"]


def _unread_html(unread: Mapping[str, str], *, changes: bool) -> str:
    if not unread:
        return ""
    lines = "".join(
        file_html(source, f": {reason_told(reason)}", bad=True, changes=changes)
        for source, reason in list(unread.items())[:UNREAD_SHOWN]
    )
    more = len(unread) - UNREAD_SHOWN
    rest = f"<p>and {more:,} more</p>" if more > 0 else ""
    return (
        f'<details class="unread"{" open" if len(unread) <= _FEW else ""}>'
        f"<summary>{unread_told(unread)}</summary>"
        f'<ul class="report-lines">{lines}</ul>{rest}</details>'
    )


def _removed_html(removed: Sequence[Removed]) -> str:
    if not removed:
        return ""
    lines = "".join(
        f'<li><span><bdi>{escape(each.source)}</bdi></span> <button type="button"'
        f' data-do="restore" data-ticket="{each.ticket}"'
        f' aria-label="Bring back {escape(each.source)}">Bring back</button></li>'
        for each in removed[:UNREAD_SHOWN]
    )
    more = len(removed) - UNREAD_SHOWN
    rest = f"<p>and {more:,} more, in the folder <code>.removed</code></p>" if more > 0 else ""
    return (
        f'<details class="removed"><summary>Recently removed ({len(removed):,})</summary>'
        f"<ul>{lines}</ul>{rest}</details>"
    )


def reason_told(reason: str) -> str:
    """Why a file was not read, behind what ends in a colon itself.

    >>> reason_told("no text: probably a scan")
    'no text, probably a scan'
    """
    return reason.replace(": ", ", ", 1)


def file_html(name: str, became: str, *, bad: bool, changes: bool = True) -> str:
    """What became of a file, " added", a line of a list.

    A `bad` one is no article, so that no row of the table has a button to remove it: the line has.
    """
    told = f"<bdi>{escape(name)}</bdi>{escape(became)}"
    if not bad:
        return f"<li>{told}</li>"
    button = (
        f' <button type="button" data-do="remove" data-source="{escape(name)}"'
        f' aria-label="Remove {escape(name)}">Remove</button>'
        if changes
        else ""
    )
    return f'<li class="bad">{told}{button}</li>'


def _head(name: str, title: str, wanted: Wanted) -> str:
    sorted_so = ""
    if name == wanted.by:
        sorted_so = f' aria-sort="{"descending" if wanted.down else "ascending"}"'
    return (
        f'<th scope="col" class="{name}"{sorted_so}>'
        f'<button type="button" data-do="sort" data-by="{name}">{title}</button></th>'
    )


def _row(row: Row, beside: int, columns: Sequence[str], *, changes: bool) -> str:
    """An article; `beside` counts those of its file, which are removed together."""
    source, name = escape(row.source), escape(row.id)
    published = (
        f'<time datetime="{row.published.isoformat()}">{day_in_words(row.published)}</time>'
        if row.published
        else "undated"
    )
    together = f", with {beside:,} articles" if beside > 1 else ""
    one_of = f", one of {beside:,}" if beside > 1 else ""
    all_of_it = f"Remove {source}{together}"
    word = f"Remove all {beside:,}" if beside > 1 else "Remove"
    remove = (
        f'<td class="do"><button type="button" data-do="remove" data-source="{source}"'
        f' aria-label="{all_of_it}" title="{all_of_it}">{word}</button></td>'
        if changes
        else ""
    )
    cells = (
        ("length", "characters", f"{row.chars:,}"),
        ("language", "", escape(row.language)),
        ("passages", "passage" + "s" * (row.passages != 1), f"{row.passages:,}"),
        ("cited", "× cited", f"{row.cited:,}"),
    )
    told = "".join(
        f'<td class="{kind}" data-unit="{unit}">{value}</td>'
        for kind, unit, value in cells
        if kind in columns
    )
    return (
        f'<tr><td class="pick"><input type="checkbox" data-pick="{name}"'
        f' aria-label="Ask only: {escape(row.title)}"></td>'
        f'<th scope="row" class="title"><button type="button" data-do="read"'
        f' data-article="{name}"><bdi>{escape(row.title)}</bdi></button>'
        f'<span><bdi>{source}</bdi>{one_of}</span></th><td class="published">{published}</td>'
        f"{told}{remove}</tr>"
    )
