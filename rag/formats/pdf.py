"""PDF: the text in paragraphs, with its page numbers. Owns pypdfium2.

A PDF states where glyphs stand, not what a paragraph is: lines are joined by where they stand and
how they end, and what every page repeats at its head or foot is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from threading import Lock
from typing import Any

from rag.articles.dateline import read_byline
from rag.articles.typography import ends_sentence
from rag.datatypes import Page
from rag.formats.document import Options, Read, UnreadableError, article_of_text, one_line

_ONE_AT_A_TIME = Lock()  # PDFium is not made for several threads
_SOFT_HYPHEN = "\u00ad"
_HYPHENS = "-\u2010" + _SOFT_HYPHEN
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.|s\.)?\s*[-–—]?\s*\d{1,4}\s*(?:(?:of|von|/)\s*\d{1,4})?\s*[-–—]?", re.I
)
_SHORT = 0.8  # a line that reaches less far than this share of the widest may end a paragraph
_HEAD_CHARS = 70  # a running head is at most so long
_HEAD_LINES = 8  # of the first page, among which bylines stand
_REPEATED_ON = 3  # pages that must show the same line for it to be a running head


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page in points, y upwards."""

    text: str
    left: float
    right: float
    top: float
    height: float


def read(suffix: str, data: bytes, options: Options) -> Read:
    """Return the file's one article; `pages` covers its text without gaps.

    Raises:
        UnreadableError: it is encrypted, broken, or has no text.
    """
    with _ONE_AT_A_TIME:
        pages = _lines_of_pages(data)
    blank = [n for n, lines in enumerate(pages, start=1) if not lines]
    if len(blank) == len(pages):
        raise UnreadableError("no text: probably a scan")
    pages = _without_running_heads(pages)
    text, starts = _joined(
        [list(_paragraphs(lines, opens=not at)) for at, lines in enumerate(pages)]
    )
    if not any(map(str.isalnum, text)):
        raise UnreadableError("no text: probably a scan")
    ends = [*(start for _, start in starts[1:]), len(text)]
    article = article_of_text(
        text,
        pages=[Page(number, start, end) for (number, start), end in zip(starts, ends, strict=True)],
    )
    notes = [f"no text on page {_listed(blank)}: probably scanned"] if blank else []
    return Read((article,), tuple(notes))


def _lines_of_pages(data: bytes) -> list[list[_Line]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise UnreadableError(
                "encrypted: save it without a password to have it read"
            ) from error
        raise UnreadableError("broken: not readable as .pdf") from error
    try:
        pages: list[list[_Line]] = []
        for number in range(len(document)):
            try:
                page = document[number]
            except pypdfium2.PdfiumError:
                pages.append([])
                continue
            shown = page.get_textpage()
            pages.append(list(_lines(shown)))
            shown.close()
            page.close()
        return pages
    finally:
        document.close()


def _lines(page: Any) -> Iterator[_Line]:
    at = 0  # PDFium counts UTF-16 units
    # It gives a hyphen at the end of a line as U+FFFE, and no line end after it.
    pieces = re.split(r"(\r\n|\ufffe)", page.get_text_range(errors="replace"))
    for written, end in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        units = len(written.encode("utf-16-le", "replace")) // 2
        shown = [i for i, char in enumerate(written) if not char.isspace()]
        if shown and (text := one_line(written)):
            first = page.get_charbox(min(at + shown[0], at + units - 1), loose=True)
            last = page.get_charbox(min(at + shown[-1], at + units - 1), loose=True)
            text += _SOFT_HYPHEN if end == "\ufffe" else ""
            yield _Line(text, first[0], last[2], first[3], first[3] - first[1])
        at += units + len(end)


def _without_running_heads(pages: Sequence[list[_Line]]) -> list[list[_Line]]:
    """Return the pages without page numbers and the lines that most of them repeat at an edge."""
    edges = Counter(
        key for lines in pages for key in {_key(line) for line in (*lines[:2], *lines[-2:])}
    )
    least = max(_REPEATED_ON, len(pages) / 2)
    repeated = {key for key, n in edges.items() if n >= least and len(key) <= _HEAD_CHARS}
    kept = []
    for lines in pages:
        left = list(lines)
        for edge in (0, -1):
            for _ in range(2):
                if len(left) > 1 and (
                    _key(left[edge]) in repeated or _PAGE_NUMBER.fullmatch(left[edge].text)
                ):
                    del left[edge]
        kept.append(left)
    return kept


def _key(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold())


def _paragraphs(lines: Sequence[_Line], *, opens: bool) -> Iterator[str]:
    """Yield the paragraphs of a page; where it `opens` the file, each byline alone."""
    bylines = _bylines(lines) if opens else frozenset()
    steps = [a.top - b.top for a, b in pairwise(lines) if a.top > b.top]
    step = median(steps) if steps else 0.0
    right = max((line.right for line in lines), default=0.0)
    left = min((line.left for line in lines), default=0.0)
    paragraph = ""
    reach = left + _SHORT * (right - left)
    for at, (above, line) in enumerate(zip((None, *lines), lines, strict=False)):
        if above is not None and (
            {at - 1, at} & bylines or _breaks(above, line, step=step, reach=reach)
        ):
            yield paragraph
            paragraph = ""
        paragraph = _glued(paragraph, line.text)
    if paragraph:
        yield paragraph


def _bylines(lines: Sequence[_Line]) -> frozenset[int]:
    """Return which lines of a page's head hold a byline or a date and nothing else."""
    return frozenset(
        at
        for at, line in enumerate(lines[:_HEAD_LINES])
        if at and read_byline(line.text, first=False, joined=True) is not None
    )


def _breaks(above: _Line, line: _Line, *, step: float, reach: float) -> bool:
    """Whether a paragraph ends with `above`."""
    down = above.top - line.top
    if down < 0:  # the next column
        return ends_sentence(above.text) and above.right < reach
    larger, smaller = max(above.height, line.height), min(above.height, line.height)
    if larger > 1.15 * smaller or down > 1.35 * max(step, 0.8 * larger):
        return True
    indented = line.left > above.left + 0.7 * line.height
    return ends_sentence(above.text) and (above.right < reach or indented)


def _glued(above: str, below: str) -> str:
    if above[-1:] and above[-1] in _HYPHENS and above[-2:-1].isalpha() and below[:1].islower():
        return above[:-1] + below
    if above.endswith(_SOFT_HYPHEN):
        return f"{above[:-1]}-{below}"
    return f"{above} {below}" if above else below


def _joined(pages: Sequence[Sequence[str]]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text and, for each page that has some, its number and where it begins."""
    text = ""
    starts: list[tuple[int, int]] = []
    for number, paragraphs in enumerate(pages, start=1):
        for at, paragraph in enumerate(paragraphs):
            if not at and text and not ends_sentence(text) and paragraph[:1].islower():
                glued = _glued(text, paragraph)  # a paragraph that goes on over the page
                start = len(glued) - len(paragraph)
                text = glued
            else:
                text = f"{text}\n\n" if text else ""
                start = len(text)
                text += paragraph
            if not at:
                starts.append((number, start if starts else 0))
    return text, starts


def _listed(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return ", ".join(map(str, numbers[:5])) + more
