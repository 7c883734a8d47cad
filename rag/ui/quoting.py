"""Stretches of articles as they are shown: without marks, with what stands around them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import date
from operator import attrgetter

from rag.articles.marks import is_markdown, without_marks
from rag.datatypes import Article, BlockKind, day_in_words
from rag.ui.markup import SPACE, escape

REACH_CHARS = 240  # how far the surroundings of a quote reach to either side
_CONTENT = (BlockKind.PARAGRAPH, BlockKind.ITEM)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|[。！？][”’」』）]*\s*|\n+")


def surroundings(article: Article, start: int, end: int) -> tuple[str, str]:
    """What stands before and after `article.text[start:end]`, a sentence or so of each.

    Neither side goes beyond the run of paragraphs that the stretch stands in; an ellipsis marks
    a side that was cut inside a sentence. White space is folded, in a list or a table line by line,
    and marks of headings, lists, tables and front matter, which are of no block, are left out.
    """
    low, high = 0, len(article.text)
    for block in article.blocks:
        if block.kind not in _CONTENT:
            if block.end <= start:
                low = max(low, block.end)
            elif block.start >= end:
                high = min(high, block.start)
    by_line = in_lines(article, start, end)
    before, after = _before(told(article, low, start)), _after(told(article, end, high))
    return _folded(before, by_line=by_line), _folded(after, by_line=by_line)


def in_lines(article: Article, start: int, end: int) -> bool:
    """Whether a stretch is of a list or a table, or stands right beside one."""
    first = bisect_right(article.blocks, start, key=attrgetter("start")) - 1
    last = bisect_left(article.blocks, end, key=attrgetter("start"))
    near = article.blocks[max(first - 1, 0) : last + 1]
    return any(block.kind is BlockKind.ITEM for block in near)


def _folded(text: str, *, by_line: bool) -> str:
    lines = text.splitlines() if by_line else [text]
    return "\n".join(filter(None, (SPACE.sub(" ", line).strip() for line in lines)))


def told(article: Article, start: int, end: int) -> str:
    """What the blocks of an article hold of a stretch, a line each; all of it without blocks.

    Of Markdown it is without marks.
    """
    if not article.blocks:
        return article.text[start:end]
    within = [(max(b.start, start), min(b.end, end)) for b in article.blocks]
    return "\n".join(bare(article.text[low:high], article) for low, high in within if low < high)


def _before(text: str) -> str:
    text = text.rstrip()
    window = text[-REACH_CHARS:]
    starts = [match.end() for match in _SENTENCE_END.finditer(window)]
    if len(window) == len(text):
        starts.insert(0, 0)
    enough = [at for at in starts if len(window) - at >= 40] or starts[:1]
    if enough:
        return window[enough[-1] :]
    word = window.find(" ")
    return "…" + (window[word + 1 :] if word >= 0 else window)


def _after(text: str) -> str:
    text = text.lstrip()
    window = text[:REACH_CHARS]
    ends = [match.end() for match in _SENTENCE_END.finditer(window)]
    if len(window) == len(text):
        ends.append(len(window))
    enough = [at for at in ends if at >= 40] or ends[-1:]
    if enough:
        return window[: enough[0]]
    word = window.rfind(" ")
    return (window[:word] if word >= 0 else window) + "…"


def bare(text: str, article: Article | None) -> str:
    """What is shown of a stretch of an article: of Markdown, without its marks."""
    if article is None or not is_markdown(article.source):
        return text
    shown = "\n".join(without_marks(line)[0] for line in text.split("\n"))
    return shown if shown.strip() else text


def heading_html(article: Article | None, article_id: str) -> str:
    """The title and the date above the quotes of an article."""
    title = article.title if article is not None else article_id
    return f'<h4><bdi class="title">{escape(title)}</bdi>{date_html(article)}</h4>'


def date_html(article: Article | None) -> str:
    """The date of an article behind its title, or that it has none."""
    if article is None or article.published is None:
        return ' <span class="date">undated</span>'
    return f' <span class="date">{time_html(article.published)}</span>'


def time_html(published: date) -> str:
    """A day in words, told to programs, too."""
    return f'<time datetime="{published.isoformat()}">{day_in_words(published)}</time>'
