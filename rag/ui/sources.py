"""What stands below an answer: the cited articles with their quotes, or what came nearest."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from operator import attrgetter

from rag.datatypes import Answer, Article, BlockKind, Citation, Passage
from rag.reading.rows import cells
from rag.ui.markup import SPACE, apart, escape, shorten
from rag.ui.quoting import bare, heading_html, in_lines, surroundings, told

NEAREST_CHARS = 360  # how much of a nearest passage a declined answer shows
NEAREST_SHOWN = 3
_SINCE = "The article was changed or removed since."
FEWEST_COLUMNS = 2  # of what is shown as a table


def sources_html(answer: Answer, at: str) -> str:
    """The cited articles in the order of their first marker, each with its quotes."""
    if not answer.citations:
        return ""
    by_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_article.setdefault(citation.article_id, []).append(citation)
    listed = "".join(
        f"<li>{heading_html(answer.articles.get(article_id), article_id)}"
        + "".join(
            _run(answer, run, at, alone=_names_columns(article_id, answer, run[-1], below))
            for run, below in _with_next(_runs(answer.articles.get(article_id), citations))
        )
        + "</li>"
        for article_id, citations in by_article.items()
    )
    return (
        f'<section class="sources" aria-label="Sources"><h3>Sources</h3>'
        f'<ul role="list">{listed}</ul></section>'
    )


def _names_columns(
    article_id: str, answer: Answer, citation: Citation, below: Citation | None
) -> bool:
    """Whether it is of a table of which a row is cited next: that shows the table."""
    article = answer.articles.get(article_id)
    if article is None or below is None or not citation.end <= below.start:
        return False
    rows = [cells(each.quote) for each in (citation, below)]
    between = article.text[citation.end : below.start]
    return len(rows[0]) == len(rows[1]) >= FEWEST_COLUMNS and "\n\n" not in between


def _runs(article: Article | None, citations: Sequence[Citation]) -> list[list[Citation]]:
    """The citations, those together that are lines of a list one right below the other."""
    runs: list[list[Citation]] = []
    for citation in citations:
        if runs and article is not None and _goes_on(article, runs[-1][-1], citation):
            runs[-1].append(citation)
        else:
            runs.append([citation])
    return runs


def _with_next(runs: Sequence[list[Citation]]) -> Iterator[tuple[list[Citation], Citation | None]]:
    """Yield each run, and the citation that comes after it."""
    for run, after in zip_longest(runs, runs[1:]):
        yield run, after[0] if after else None


def _goes_on(article: Article, above: Citation, below: Citation) -> bool:
    """Whether an item or a row stands right below what is cited before it."""
    at = bisect_left(article.blocks, below.start, key=attrgetter("start"))
    if not 0 < at < len(article.blocks) or article.blocks[at].start != below.start:
        return False
    before = article.blocks[at - 1]
    is_item = article.blocks[at].kind is BlockKind.ITEM
    return is_item and before.start <= above.start and above.end == before.end


def _run(answer: Answer, run: Sequence[Citation], at: str, *, alone: bool) -> str:
    """Quotes that stand one below the other, with what stands around them all, or `alone`."""
    article = answer.articles.get(run[0].article_id)
    before, after = (
        surroundings(article, run[0].start, run[-1].end) if article and not alone else ("", "")
    )
    return "".join(
        _source(
            answer,
            citation,
            at,
            before=before if citation is run[0] else "",
            after=after if citation is run[-1] else "",
            reads=run[0].marker if citation is run[-1] else None,
            goes_on=citation is not run[0],
        )
        for citation in run
    )


def _source(
    answer: Answer,
    citation: Citation,
    at: str,
    *,
    before: str,
    after: str,
    reads: int | None,
    goes_on: bool,
) -> str:
    """A quote with what stands around it.

    `reads` is the citation that its button opens the article at, if it has one.
    """
    article = answer.articles.get(citation.article_id)
    quote = bare(citation.quote, article)
    marker, turn = citation.marker, at.removeprefix("t")
    joints, look = (" ", " "), ""
    if article is not None and in_lines(article, citation.start, citation.end):
        starts = {block.start for block in article.blocks}
        ends = {block.end for block in article.blocks}
        joints = (" \n"[citation.start in starts], " \n"[citation.end in ends])
        look = ' class="lines"'
    whole = before + quote + after
    text = (
        (f"{apart(before, within=whole)}{joints[0]}" if before else "")
        + f"<mark>{apart(SPACE.sub(' ', quote), within=whole)}</mark>"
        + (f"{joints[1]}{apart(after, within=whole)}" if after else "")
    )
    read = ""
    if reads is not None:
        read = (
            f'<button type="button" class="read" data-do="read" data-turn="{turn}"'
            f' data-marker="{reads}" aria-label="Read source {reads} in its article">'
            "Read in the article</button>"
            if article is not None and article.text
            else f'<span class="page">{_SINCE}</span>'
        )
    place = escape(json.dumps([citation.article_id, citation.start, citation.end]))
    page = "" if citation.page is None else f'<span class="page">Page {citation.page}</span> '
    return (
        f'<div class="{"source next" if goes_on else "source"}" id="{at}-s{marker}"'
        f' tabindex="-1" data-cited="{place}">'
        f'<a class="number" href="#{at}-r{marker}" aria-label="Back to citation {marker}">'
        f"{marker}</a>"
        f'<div class="quoted"><blockquote dir="auto"{look}>{text}</blockquote>{page}{read}</div>'
        "</div>"
    )


def declined_html(answer: Answer, at: str) -> str:
    """That the articles don't say it, and below it what came nearest."""
    nearest: dict[str, list[tuple[int, Passage]]] = {}
    telling = [each for each in _apart(answer.passages) if not each[1].is_headings]
    for rank, passage in telling[:NEAREST_SHOWN]:
        nearest.setdefault(passage.article.id, []).append((rank, passage))
    listed = "".join(
        f"<li>{heading_html(ranked[0][1].article, article_id)}"
        + "".join(_nearest(passage, at, rank) for rank, passage in ranked)
        + "</li>"
        for article_id, ranked in nearest.items()
    )
    return (
        '<div class="declined">'
        f'<p dir="auto">{escape(answer.reason or "The articles do not answer this.")}</p></div>'
        + (
            '<section class="sources nearest" aria-label="Nearest passages, not an answer">'
            "<h3>What came nearest <small>not an answer</small></h3>"
            f'<ul role="list">{listed}</ul></section>'
            if listed
            else ""
        )
    )


def _apart(passages: Sequence[Passage]) -> list[tuple[int, Passage]]:
    """The passages that overlap none before them, each with its rank from 1."""
    kept: list[tuple[int, Passage]] = []
    for rank, passage in enumerate(passages, start=1):
        chunk = passage.chunk
        if not any(
            other.chunk.article_id == chunk.article_id
            and other.chunk.start < chunk.end
            and chunk.start < other.chunk.end
            for _, other in kept
        ):
            kept.append((rank, passage))
    return kept


def _nearest(passage: Passage, at: str, rank: int) -> str:
    read = (
        f'<button type="button" class="read" data-do="read" data-turn="{at.removeprefix("t")}"'
        f' data-passage="{rank}" aria-label="Read passage {rank} in its article">'
        "Read in the article</button>"
        if passage.article.text
        else ""
    )
    shown = _in_lines(passage)
    return (
        '<div class="source"><div class="quoted">'
        f'<blockquote dir="auto" class="lines">{apart(shown, within=shown)}</blockquote>'
        f"{read}</div></div>"
    )


def _in_lines(passage: Passage) -> str:
    """What a passage says, without marks, as far as it is shown; in lines where it is of a list."""
    article, chunk = passage.article, passage.chunk
    text = told(article, chunk.start, chunk.end) if article.text else chunk.text
    within = (b for b in article.blocks if b.start < chunk.end and chunk.start < b.end)
    if not any(block.kind is BlockKind.ITEM for block in within):
        return shorten(text, NEAREST_CHARS)
    shown, left = [], NEAREST_CHARS
    for line in text.splitlines():
        if left > 0:
            shown.append(shorten(line, left))
        left -= len(line)
    return "\n".join(shown)
