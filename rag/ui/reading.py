"""The reading pane: a whole article, opened at a stretch of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rag.datatypes import Answer, Article, Block, BlockKind, Citation
from rag.ui.citations import steps_html
from rag.ui.markup import escape
from rag.ui.quoting import date_html

_ALONE = "Ask about this article alone"


def gone_html() -> str:
    """What stands in the pane where an article has been removed since it was listed."""
    return (
        '<div class="reading" data-place="gone"><header><div><h2 tabindex="-1">'
        "This article is not in the index any more</h2></div>"
        '<button type="button" data-do="close" aria-label="Close the article">Close</button>'
        "</header></div>"
    )


def citation_html(answer: Answer, citation: Citation, turn: int) -> str:
    """The article of a citation, opened at it, with the way to those before and after it."""
    steps = steps_html(turn, citation.marker, len(answer.citations))
    article, stretch = answer.articles[citation.article_id], (citation.start, citation.end)
    return reading_html(article, stretch, answer.citations, steps=steps)


def reading_html(
    article: Article,
    stretch: tuple[int, int],
    others: Iterable[Citation],
    *,
    steps: str = "",
) -> str:
    """The whole article with the stretch marked, and more lightly the other citations in it."""
    light = [(c.start, c.end) for c in others if c.article_id == article.id]
    blocks = article.blocks or _lines(article.text)
    body = "".join(
        _block(article, block, stretch, light)
        for block in blocks
        if not (
            block.kind is BlockKind.TITLE
            and article.text[block.start : block.end].strip() == article.title
        )
    )
    if not article.text:  # an answer from a past conversation
        body = '<p class="credit">This article was changed or removed since it was quoted.</p>'
    page = article.page_at(stretch[0])
    place = "" if page is None else f' <span class="page">Page {page}</span>'
    link = (
        f' <a href="{escape(article.url)}" target="_blank" rel="noopener noreferrer">Original</a>'
        if article.url
        else ""
    )
    alone = (
        f'<button type="button" class="alone" data-do="only" data-article="{escape(article.id)}">'
        f"{_ALONE}</button>"
        if article.text
        else ""
    )
    return (
        f'<div class="reading" data-place="{escape(article.id)}:{stretch[0]}"><header><div>'
        f'<h2 dir="auto" tabindex="-1">{escape(article.title)}</h2>'
        f"<p><bdi>{escape(article.source)}</bdi>{date_html(article)}{place}{link}</p>{steps}{alone}"
        "</div>"
        '<button type="button" data-do="close" aria-label="Close the article">Close</button>'
        f'</header><div class="text" tabindex="0">{body}</div></div>'
    )


def _lines(text: str) -> tuple[Block, ...]:
    return tuple(
        Block(start=match.start(), end=match.end(), kind=BlockKind.PARAGRAPH)
        for match in re.finditer(r"[^\n]*\S[^\n]*", text)
    )


def _block(
    article: Article, block: Block, stretch: tuple[int, int], light: Sequence[tuple[int, int]]
) -> str:
    tag = "h3" if block.kind in (BlockKind.TITLE, BlockKind.HEADING) else "p"
    text = _marked(article.text, block.start, block.end, stretch, light)
    return f'<{tag} class="{block.kind.value}" dir="auto">{text}</{tag}>'


def _marked(
    text: str, start: int, end: int, stretch: tuple[int, int], light: Sequence[tuple[int, int]]
) -> str:
    """`text[start:end]` as HTML, with what falls into a stretch in a mark."""
    edges = {start, end}
    for low, high in (stretch, *light):
        edges |= {min(max(low, start), end), min(max(high, start), end)}
    cuts = sorted(edges)
    parts = []
    for low, high in pairwise(cuts):
        piece = escape(text[low:high])
        if stretch[0] <= low and high <= stretch[1]:
            piece = f'<mark class="here">{piece}</mark>'
        elif any(first <= low and high <= past for first, past in light):
            piece = f'<mark class="also">{piece}</mark>'
        parts.append(piece)
    return "".join(parts)
