"""The reading pane: a whole article, opened at a stretch of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.articles.marks import is_markdown, marks_in, styles_in, without_marks
from rag.datatypes import Answer, Article, BlockKind, Citation
from rag.reading.lead import names_columns
from rag.reading.rows import cells
from rag.ui.citations import steps_html
from rag.ui.form import Part, Shape, Span, parts_of, together
from rag.ui.markup import escape
from rag.ui.quoting import bare, date_html

_MINOR = 3  # a heading of this level is a small one
_NO: tuple[list[Span], list[tuple[int, int, str]]] = ([], [])
_ALONE = "Ask about this article alone"


def gone_html(title: str = "", quote: str = "") -> str:
    """What stands in the pane where an article has been removed since it was listed or cited.

    Its title and what was quoted of it are told, where they are known.
    """
    named = f'<h2 dir="auto" tabindex="-1">{escape(title or "An article that was removed")}</h2>'
    quoted = f"<p>Quoted of it was:</p><blockquote dir='auto'>{escape(quote)}</blockquote>"
    return (
        f'<div class="reading" data-place="gone"><header><div>{named}</div>'
        '<button type="button" data-do="close" aria-label="Close the article">Close</button>'
        '</header><div class="text" tabindex="0">'
        "<p>This article is not in the index any more: its file was removed or renamed.</p>"
        f"{quoted if quote else ''}"
        '<p>What was removed on this page can be brought back in <a href="#articles">Articles</a>.'
        "</p></div></div>"
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
    body = _body(article, stretch, light)
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
        f"<p><bdi>{escape(article.source)}</bdi>{date_html(article)}{place}{link}</p>"
        f'<div class="ways">{steps}{alone}</div></div>'
        '<button type="button" data-do="close" aria-label="Close the article">Close</button>'
        f'</header><div class="text" tabindex="0">{body}</div></div>'
    )


def _body(article: Article, stretch: Span, light: Sequence[Span]) -> str:
    """The text in the form that it has: its lists, its tables, its code."""
    text = _Text(article, stretch, light)
    parts = [
        part
        for part in parts_of(article) or _lines(article.text)
        if not (
            part.kind is BlockKind.TITLE
            and bare(article.text[part.start : part.end], article).strip() == article.title
        )
    ]
    return "".join(_run(text, run) for run in together(article, parts))


def _lines(text: str) -> list[Part]:
    return [
        Part(match.start(), match.end(), BlockKind.PARAGRAPH)
        for match in re.finditer(r"[^\n]*\S[^\n]*", text)
    ]


def _run(text: _Text, run: Sequence[Part]) -> str:
    """One part, or those of one list, table or quotation."""
    first = run[0]
    if first.shape is Shape.ROW:
        return _table(text, run)
    if first.shape is Shape.CODE:
        code = text.html(first.start, first.end, marked=False)
        return f'<pre dir="ltr" tabindex="0"><code>{code}</code></pre>'
    if first.shape is Shape.ITEM:
        items = "".join(_item(text, part) for part in run)
        return f'<ul class="items" role="list">{items}</ul>'
    if first.shape is Shape.QUOTE:
        quoted = "".join(f'<p dir="auto">{text.html(part.start, part.end)}</p>' for part in run)
        return f"<blockquote>{quoted}</blockquote>"
    tag = "p"
    if first.kind in (BlockKind.TITLE, BlockKind.HEADING):
        tag = "h4" if first.level >= _MINOR else "h3"
    shown = text.html(first.start, first.end)
    return f'<{tag} class="{first.kind.value}" dir="auto">{shown}</{tag}>'


def _item(text: _Text, part: Part) -> str:
    depth = f' data-depth="{part.depth}"' if part.depth else ""
    sign = f'<span class="sign">{escape(part.sign)}</span>' if part.sign else ""
    return f'<li{depth}>{sign}<span dir="auto">{text.html(part.start, part.end)}</span></li>'


def _table(text: _Text, rows: Sequence[Part]) -> str:
    named = names_columns(text.article, [(row.start, row.end) for row in rows])
    lines = []
    for number, row in enumerate(rows):
        tag = 'th scope="col"' if named and number == 0 else "td"
        shown = [
            text.html(row.start + low, row.start + high)
            for low, high in cells(text.article.text[row.start : row.end])
        ]
        lines.append("".join(f'<{tag} dir="auto">{cell}</{tag[:2]}>' for cell in shown))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="rows" tabindex="0"><table>{body}</table></div>'


@dataclass(frozen=True, slots=True)
class _Text:
    """An article's text, the stretch of it that is opened, and more lightly marked ones."""

    article: Article
    stretch: Span
    light: Sequence[Span]

    def html(self, start: int, end: int, *, marked: bool = True) -> str:
        """A part of the text, with what falls into a stretch in a mark.

        Of Markdown it is without its marks, where it is `marked` with such, and in their styles.
        """
        text = self.article.text
        gone, styles = (
            _markdown(text, start, end) if marked and is_markdown(self.article.source) else _NO
        )
        edges = {start, end}
        for low, high in (self.stretch, *self.light, *gone, *((a, b) for a, b, _ in styles)):
            edges |= {min(max(low, start), end), min(max(high, start), end)}
        parts = []
        for low, high in pairwise(sorted(edges)):
            if any(first <= low and high <= past for first, past in gone):
                continue
            piece = escape(text[low:high])
            for first, past, style in styles:
                if first <= low and high <= past:
                    piece = f"<{style}>{piece}</{style}>"
            if self.stretch[0] <= low and high <= self.stretch[1]:
                piece = f'<mark class="here">{piece}</mark>'
            elif any(first <= low and high <= past for first, past in self.light):
                piece = f'<mark class="also">{piece}</mark>'
            parts.append(piece)
        return "".join(parts)


def _markdown(text: str, start: int, end: int) -> tuple[list[Span], list[tuple[int, int, str]]]:
    """Where marks stand in a stretch of Markdown, and what they show in another way.

    None of what is nothing but marks: that is shown as it stands.
    """
    gone: list[Span] = []
    styles: list[tuple[int, int, str]] = []
    for line in re.finditer(r"[^\n]+", text[start:end]):
        at = start + line.start()
        gone += [(at + low, at + high) for low, high in marks_in(line[0])]
        styles += [(at + low, at + high, style) for low, high, style in styles_in(line[0])]
    return (gone, styles) if without_marks(text[start:end])[0].strip() else _NO
