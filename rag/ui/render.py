"""The page's HTML, made from values by pure functions.

All text passes through `rag.ui.markup.escape`: whatever it holds, it is shown as text. Stretches of
such text stand in elements with `dir="auto"` (or `bdi`), so that their direction stays their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise, zip_longest
from types import MappingProxyType

from rag.corpus import COPY
from rag.datatypes import (
    UNSUPPORTED,
    Answer,
    Article,
    Block,
    BlockKind,
    Citation,
    Passage,
    Statement,
    articles_counted,
    day_in_words,
)
from rag.marks import MARKDOWN, without_marks
from rag.rows import cells
from rag.ui import feedback
from rag.ui.citations import steps_html
from rag.ui.conversation import Turn, Turns
from rag.ui.markup import SPACE, escape, shorten
from rag.ui.why import Shown, sureness, why_html

REACH_CHARS = 240  # how far the surroundings of a quote reach to either side
NEAREST_CHARS = 360  # how much of a nearest passage a declined answer shows
NEAREST_SHOWN = 3
UNREAD_SHOWN = 50  # files that could not be read
QUESTION_CHARS = 2000  # how much of a question the conversation repeats

ADD_FILES = "Drop files anywhere on the page: text, saved pages, PDF, Word, e-books, tables."
DROP_HTML = '<label class="drop"><input type="file" multiple><span>Choose files</span></label>'

_DAY = re.compile(r"\(\d{4}-\d\d-\d\d\)")
# Of the line that tells of different answers: "“18%” [1] (2024-07-09, newest)".
_DATED = re.compile(r"(?<=\] \()(\d{4}-\d\d-\d\d)(?=[,)])")
# A line of a list is "1. Title (2024-07-09)", "1. Title:", "1. Name: 3 articles".
_ROW = re.compile(
    r"(?P<at>\d+\. )(?P<what>.+?)(?P<rest>(?: \(\d{4}-\d\d-\d\d\))?(?:: [\d,]+ articles?|:)?)"
)
_NAMED = re.compile(r"“([^”]+)”")
_SINCE = "The article was changed or removed since."
_ALONE = "Ask about this article alone"
_FEWEST_COLUMNS = 2
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
    by_line = article.is_item(start)
    before, after = _before(_told(article, low, start)), _after(_told(article, end, high))
    return _folded(before, by_line=by_line), _folded(after, by_line=by_line)


def _folded(text: str, *, by_line: bool) -> str:
    lines = text.splitlines() if by_line else [text]
    return "\n".join(filter(None, (SPACE.sub(" ", line).strip() for line in lines)))


def _told(article: Article, start: int, end: int) -> str:
    """What the blocks of an article hold of a stretch, a line each; all of it without blocks.

    Of Markdown it is without marks.
    """
    if not article.blocks:
        return article.text[start:end]
    within = [(max(b.start, start), min(b.end, end)) for b in article.blocks]
    return "\n".join(_bare(article.text[low:high], article) for low, high in within if low < high)


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


# The conversation


def top_html(*, history: bool = False) -> str:
    """The name, and the views; `history` says whether conversations are kept."""
    past = '<a href="#history">History</a>' if history else ""
    return (
        '<header class="top"><h1 class="name">Ask the articles</h1>'
        '<button type="button" data-do="new">New<span class="more"> conversation</span></button>'
        '<nav class="views" aria-label="Views"><a href="#chat" aria-current="page">Ask</a>'
        f'{past}<a href="#articles">Articles</a><a href="#quality">Quality</a></nav></header>'
    )


def welcome_html(
    articles: Mapping[str, Article],
    examples: Sequence[str],
    *,
    status: str,
    unread: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """What an empty conversation shows; `status` is what is being waited for, or "".

    `unread` are files of the folder that are no articles, as path -> reason. Copies are not told.
    """
    about = f'<p class="about">{collection_html(articles)}</p>' if articles else ""
    lost = {source for source, why in unread.items() if not why.startswith(COPY)}
    if articles and lost:
        about += f'<p class="lost"><a href="#articles">{unread_told(lost)}</a></p>'
    waiting = (
        f'<p class="waiting" role="status">{dots_html()}{escape(status)}…</p>' if status else ""
    )
    offered = "".join(
        f'<li><button type="button" data-do="ask" data-question="{escape(question)}" dir="auto">'
        f"{escape(question)}</button></li>"
        for question in examples
    )
    return (
        '<section class="welcome"><h1>Ask the articles</h1>'
        "<p class='lead'>Each statement of an answer shows the place in an article that it comes "
        "from. Where the articles don’t say, the answer says so.</p>"
        + about
        + waiting
        + (f'<h2>For example</h2><ul class="examples">{offered}</ul>' if offered else "")
        + "</section>"
    )


def failed_html(message: str) -> str:
    """What the page shows in place of the welcome when there is nothing to ask."""
    return (
        '<section class="welcome failed" role="alert"><h1>The articles could not be opened</h1>'
        f'<p class="lead" dir="auto">{escape(message[:1].upper() + message[1:])}</p></section>'
    )


def empty_html(folder: str, unread: Mapping[str, str]) -> str:
    """What stands in place of the welcome where the folder has no article yet, and what to do.

    `unread` are its files that cannot be read, as path -> reason.
    """
    lines = "".join(
        f'<li class="bad"><bdi>{escape(source)}</bdi>: {escape(reason)}</li>'
        for source, reason in list(unread.items())[:UNREAD_SHOWN]
    )
    more = len(unread) - UNREAD_SHOWN
    rest = f"<p>and {more:,} more</p>" if more > 0 else ""
    listed = f'<h2>Not read</h2><ul class="report-lines">{lines}</ul>{rest}' if lines else ""
    return (
        '<section class="welcome empty"><h1>There are no articles yet</h1>'
        f'<p class="lead">{ADD_FILES} They are kept in <bdi>{escape(folder)}</bdi>.</p>'
        f"{DROP_HTML}"
        '<p class="about">Or put files into that folder and load this page again. To ask another '
        "folder, start the program with its name: <code>rag serve --corpus FOLDER</code></p>"
        f"{listed}</section>"
    )


def unread_told(unread: Collection[str]) -> str:
    """How many files of the folder are not among the articles."""
    files, were = ("file", "was") if len(unread) == 1 else ("files", "were")
    return f"{len(unread):,} {files} in the folder {were} not read"


def collection_html(articles: Mapping[str, Article]) -> str:
    """How many articles there are, and from when to when."""
    count = len(articles)
    days = sorted(article.published for article in articles.values() if article.published)
    told = articles_counted(count)
    if days and days[0] == days[-1]:
        told += f", {_time(days[0])}"
    elif days:
        told += f", {_time(days[0])} to {_time(days[-1])}"
    return told


def turns_html(turns: Turns, *, last: bool, why: int | None = None) -> str:
    """The turns, one below the other; `last` offers what only the last turn has."""
    return "".join(turn_html(turn, last=last, why=turn.number == why) for turn in turns)


def turn_html(turn: Turn, *, last: bool, why: bool = False) -> str:
    """A question and its answer as far as it has been made; `why` opens what tells why."""
    busy = turn.state == "working"
    shown: Shown = "folded" if last else "open" if why else "asked for"
    kept = turn.kept
    talk = f' data-conversation="{kept.conversation}" data-kept="{kept.turn}"' if kept else ""
    return (
        f'<article class="turn" id="t{turn.number}" data-turn="{turn.number}"{talk}'
        f' data-state="{turn.state}"'
        f' aria-busy="{"true" if busy else "false"}" aria-label="Question {turn.number}">'
        f'<h2 class="question" dir="auto">{escape(shorten(turn.question, QUESTION_CHARS))}</h2>'
        f'<div class="body" aria-live="polite">{_body(turn, shown)}</div>'
        f"{'' if busy else _actions(turn, last=last)}</article>"
    )


def _body(turn: Turn, why: Shown) -> str:
    answer, at = turn.answer, f"t{turn.number}"
    parts = []
    if answer is not None and (answer.statements or turn.state == "done"):
        parts.append(_searched(answer, done=turn.state == "done"))
        parts.append(_heeded(answer, done=turn.state == "done"))
        if turn.state == "done" and answer.outcome == "declined":
            parts.append(_declined(answer, at))
        else:
            parts.append(_statements(answer, at))
            # What stands below the statements comes when there are no more to move it down.
            if turn.state != "working":
                parts.append(_sureness(answer) if turn.state == "done" else "")
                parts.append(_sources(answer, at))
        if turn.state == "done":
            parts.append(why_html(answer, at, shown=why))
    if turn.state == "working":
        parts.append(f'<p class="waiting">{dots_html()}{escape(turn.waiting)}…</p>')
    elif turn.state == "stopped":
        parts.append('<p class="stopped">Stopped before the answer was complete.</p>')
    return "".join(parts)


def dots_html() -> str:
    """Three dots that move while something is waited for."""
    return '<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>'


def _searched(answer: Answer, *, done: bool) -> str:
    """What was searched for where it is not the question itself, and the way to ask that."""
    if not answer.reworded:
        return ""
    asked = escape(answer.question)
    button = (
        f' <button type="button" data-do="ask" data-question="{asked}" data-stands="yes"'
        f"{_from(done)}>Ask it as it stands</button>"
    )
    told = f'Searched for <q dir="auto">{escape(answer.searched_for)}</q>'
    return f'<p class="searched"><span>{told}</span>{button}</p>'


def _from(done: bool) -> str:
    """The attribute of a button that keeps its place, unseen, until the answer is whole."""
    return "" if done else " disabled"


def _heeded(answer: Answer, *, done: bool) -> str:
    """That some articles alone were asked, or the words as they stand; the filter by date that was
    read out of the question, and the way to ask without it.
    """
    count = len(answer.among)
    one = answer.articles.get(answer.among[0]) if count == 1 else None
    asked = f"<bdi>{escape(shorten(one.title, 60))}</bdi>" if one else articles_counted(count)
    only = f'<p class="heeded"><span>Asked only {asked}</span></p>' if count else ""
    if answer.as_it_stands:
        only += '<p class="heeded"><span>Asked as it stands</span></p>'
    if answer.dates is None:
        return only
    button = (
        f' <button type="button" data-do="ask" data-question="{escape(answer.dates.rest)}"'
        f' data-stands="yes"{_from(done)} aria-label="Remove this and ask again"'
        ' title="Remove this and ask again">×</button>'
    )
    told = f'<p class="heeded"><span>{escape(answer.dates.told)}{button}</span></p>'
    return only + told


def _sureness(answer: Answer) -> str:
    told = sureness(answer)
    return f'<p class="sure" data-sure="{told.split(":")[0].lower()}">{told}</p>' if told else ""


def _statements(answer: Answer, at: str) -> str:
    met: set[int] = set()
    told = []
    first, day = answer.statements[0] if answer.statements else None, ""
    for rows in _tables(answer.statements):
        if len(rows) > 1:
            told.append(_table(rows, answer, at, met))
            continue
        (statement,) = rows
        marks = _marks_of(statement, answer, at, met)
        look = " dir='auto'"
        if not statement.citations and statement.supported:
            # What is told of the collection is a list, a line for each article.
            look = " class='listed'"  # in English, whatever language its titles are in
        elif first and first.highlight and not (statement.highlight or answer.differing):
            look += " class='beside'"  # the answer itself stands in bold before it
        dated = ""
        if statement.when:
            look += " class='dated again'" if statement.when == day else " class='dated'"
            dated = f"<span class='when'>{escape(statement.when)}</span> "
            day = statement.when
        named = answer.articles.get(statement.article_id)
        named = named if named is not None and named.text else None
        told.append(f"<p{look}>{dated}{_direct(statement, article=named)}{marks}</p>")
    reason = escape(answer.reason)
    reason = _DATED.sub(_day_in_words, reason) if answer.differing else reason
    note = f'<p class="note" dir="auto">{reason}</p>' if reason else ""
    return f'<div class="answer">{"".join(told)}{note}</div>'


def _day_in_words(match: re.Match[str]) -> str:
    """A date as the sources below tell it."""
    try:
        return f"<span class='day'>{day_in_words(date.fromisoformat(match[1]))}</span>"
    except ValueError:  # what a value holds
        return match[1]


def _marks_of(statement: Statement, answer: Answer, at: str, met: set[int]) -> str:
    """The numbers of a statement's citations, and what is told of one that is not borne out."""
    marks = "".join(_mark(answer, citation, at, met) for citation in statement.citations)
    doubt = "" if statement.supported else f' <em class="unsupported">{UNSUPPORTED}</em>'
    return marks + doubt


def _tables(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Yield the statements, those together that are rows of one table."""
    rows: list[Statement] = []
    for statement in statements:
        if rows and not _columns(statement) == _columns(rows[-1]) != ("", 0):
            yield rows
            rows = []
        rows.append(statement)
    if rows:
        yield rows


def _columns(statement: Statement) -> tuple[str, int]:
    """The article and the number of columns of a row of a table; ("", 0) of what is none."""
    columns = len(cells(statement.text))
    if columns < _FEWEST_COLUMNS or not statement.citations or statement.when:
        return "", 0
    return statement.citations[0].article_id, columns


def _table(rows: Sequence[Statement], answer: Answer, at: str, met: set[int]) -> str:
    """Rows of a table as one; the first names the columns where it holds no figure."""
    named = not re.search(r"\d", rows[0].text)
    lines = []
    for number, row in enumerate(rows):
        tag = "th" if named and number == 0 else "td"
        shown = [_direct(row, span) for span in cells(row.text)]
        last = max((n for n, cell in enumerate(shown) if cell), default=0)  # not an empty one
        shown[last] += _marks_of(row, answer, at, met)
        lines.append("".join(f"<{tag}>{cell}</{tag}>" for cell in shown))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="rows" dir="auto"><table>{body}</table></div>'


def _direct(
    statement: Statement, part: tuple[int, int] | None = None, article: Article | None = None
) -> str:
    """A statement, or a part of it, with the words that answer in bold.

    `article` is the one that it names, where it can be read.
    """
    low, high = part or (0, len(statement.text))
    if statement.highlight is None:
        if part or statement.citations or not statement.supported:
            return escape(statement.text[low:high])
        # Of a list, the date behind a title stays in one piece, and on its side of it.
        return _DAY.sub(r"<span class='day'>\g<0></span>", _listed(statement.text, article))
    start, end = (min(max(at, low), high) for at in statement.highlight)
    bold = f"<strong>{escape(statement.text[start:end])}</strong>" if start < end else ""
    return escape(statement.text[low:start]) + bold + escape(statement.text[end:high])


def _listed(text: str, article: Article | None) -> str:
    """What is told of the collection, with each title in a direction of its own.

    The title of the `article` that it names opens that.
    """
    before, title, after = text.partition(article.title) if article else (text, "", "")
    if article and title:
        return (
            f'{escape(before)}<a class="named" href="#articles" data-do="read"'
            f' data-article="{escape(article.id)}"><bdi>{escape(title)}</bdi></a>'
            f"{escape(after)}"
        )
    if (row := _ROW.fullmatch(text)) is not None:
        return f"{row['at']}<bdi>{escape(row['what'])}</bdi>{escape(row['rest'])}"
    return _NAMED.sub(r"“<bdi>\g<1></bdi>”", escape(text))


def _mark(answer: Answer, citation: Citation, at: str, met: set[int]) -> str:
    """The small number of a citation: it shows its quote and opens its article at it.

    The first of each number can be come back to from the source below.
    """
    marker = citation.marker
    anchor = "" if marker in met else f' id="{at}-r{marker}"'
    met.add(marker)
    title = escape(shorten(_title(answer, citation.article_id), 80))
    article = answer.articles.get(citation.article_id)
    quote = escape(shorten(_bare(citation.quote, article), 320))
    read = (
        f' data-do="read" data-turn="{at.removeprefix("t")}" data-marker="{marker}"'
        if article is not None and article.text
        else ""
    )
    return (
        f'<sup><a class="cite"{anchor} href="#{at}-s{marker}"{read} data-title="{title}"'
        f' data-quote="{quote}" aria-label="Source {marker}: {title}">{marker}</a></sup>'
    )


def _title(answer: Answer, article_id: str) -> str:
    article = answer.articles.get(article_id)
    return article.title if article is not None else article_id


def _sources(answer: Answer, at: str) -> str:
    """The cited articles in the order of their first marker, each with its quotes."""
    if not answer.citations:
        return ""
    by_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_article.setdefault(citation.article_id, []).append(citation)
    listed = "".join(
        f"<li>{_heading(answer.articles.get(article_id), article_id)}"
        + "".join(
            _source(answer, citation, at, alone=_names_columns(article_id, answer, citation, below))
            for citation, below in zip_longest(citations, citations[1:])
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
    return len(rows[0]) == len(rows[1]) >= _FEWEST_COLUMNS and "\n\n" not in between


def _heading(article: Article | None, article_id: str) -> str:
    title = article.title if article is not None else article_id
    return f'<h4><bdi class="title">{escape(title)}</bdi>{_date(article)}</h4>'


def _date(article: Article | None) -> str:
    if article is None or article.published is None:
        return ' <span class="date">undated</span>'
    return f' <span class="date">{_time(article.published)}</span>'


def _time(published: date) -> str:
    return f'<time datetime="{published.isoformat()}">{day_in_words(published)}</time>'


def _source(answer: Answer, citation: Citation, at: str, *, alone: bool) -> str:
    """A quote with what stands around it, or `alone`, and the way to its article."""
    article = answer.articles.get(citation.article_id)
    before, after = (
        surroundings(article, citation.start, citation.end) if article and not alone else ("", "")
    )
    quote = _bare(citation.quote, article)
    marker, turn = citation.marker, at.removeprefix("t")
    joints, look = (" ", " "), ""
    if article is not None and article.is_item(citation.start):
        starts = {block.start for block in article.blocks}
        ends = {block.end for block in article.blocks}
        joints = (" \n"[citation.start in starts], " \n"[citation.end in ends])
        look = ' class="lines"'
    text = (
        (f"{escape(before)}{joints[0]}" if before else "")
        + f"<mark>{escape(SPACE.sub(' ', quote))}</mark>"
        + (f"{joints[1]}{escape(after)}" if after else "")
    )
    read = (
        f'<button type="button" class="read" data-do="read" data-turn="{turn}"'
        f' data-marker="{marker}" aria-label="Read source {marker} in its article">'
        "Read in the article</button>"
        if article is not None and article.text
        else f'<span class="page">{_SINCE}</span>'
    )
    place = escape(json.dumps([citation.article_id, citation.start, citation.end]))
    page = "" if citation.page is None else f'<span class="page">Page {citation.page}</span> '
    return (
        f'<div class="source" id="{at}-s{marker}" tabindex="-1" data-cited="{place}">'
        f'<a class="number" href="#{at}-r{marker}" aria-label="Back to citation {marker}">'
        f"{marker}</a>"
        f'<div class="quoted"><blockquote dir="auto"{look}>{text}</blockquote>{page}{read}</div>'
        "</div>"
    )


def _bare(text: str, article: Article | None) -> str:
    """What is shown of a stretch of an article: of Markdown, without its marks."""
    if article is None or not article.source.lower().endswith(MARKDOWN):
        return text
    shown = "\n".join(without_marks(line)[0] for line in text.split("\n"))
    return shown if shown.strip() else text


def _declined(answer: Answer, at: str) -> str:
    nearest: dict[str, list[tuple[int, Passage]]] = {}
    telling = [each for each in _apart(answer.passages) if not each[1].is_headings]
    for rank, passage in telling[:NEAREST_SHOWN]:
        nearest.setdefault(passage.article.id, []).append((rank, passage))
    listed = "".join(
        f"<li>{_heading(ranked[0][1].article, article_id)}"
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
    return (
        '<div class="source"><div class="quoted">'
        f'<blockquote dir="auto" class="lines">{escape(_in_lines(passage))}</blockquote>'
        f"{read}</div></div>"
    )


def _in_lines(passage: Passage) -> str:
    """What a passage says, without marks, as far as it is shown; in lines where it is of a list."""
    article, chunk = passage.article, passage.chunk
    told = _told(article, chunk.start, chunk.end) if article.text else chunk.text
    within = (b for b in article.blocks if b.start < chunk.end and chunk.start < b.end)
    if not any(block.kind is BlockKind.ITEM for block in within):
        return shorten(told, NEAREST_CHARS)
    shown, left = [], NEAREST_CHARS
    for line in told.splitlines():
        if left > 0:
            shown.append(shorten(line, left))
        left -= len(line)
    return "\n".join(shown)


def _actions(turn: Turn, *, last: bool) -> str:
    copied = str(turn.answer) if turn.answer is not None and turn.state == "done" else ""
    copy = (
        f'<button type="button" data-do="copy" data-text="{escape(copied)}">Copy</button>'
        if copied
        else ""
    )
    anew = (
        '<button type="button" data-do="again">Ask again</button>'
        '<button type="button" data-do="edit">Edit question</button>'
        if last
        else ""
    )
    took = ""
    if turn.answer is not None and turn.state == "done" and turn.answer.seconds:
        seconds = sum(turn.answer.seconds.values())
        told = f"{seconds:.1f} s" if seconds >= 0.1 else "under 0.1 s"
        took = f'<span class="took">{_written_by(turn.answer)}{told}</span>'
    rate = correction = ""
    if turn.answer is not None and turn.state == "done":
        rate = feedback.rating_html(turn.answer)
        correction = feedback.CORRECTION_HTML if rate else ""
    export = (
        f"<details><summary>Export</summary>{export_html(turn.kept.conversation)}</details>"
        if last and turn.kept
        else ""
    )
    return f'<footer class="actions">{copy}{anew}{export}{rate}{took}{correction}</footer>'


def _written_by(answer: Answer) -> str:
    """Which chat model wrote the answer, if one did."""
    kind, _, name = answer.answered_by.partition(" ")
    return f"Written by <bdi>{escape(shorten(name, 60))}</bdi>, " if kind == "model" else ""


def export_html(conversation: str) -> str:
    """The ways to save a kept conversation."""
    return "".join(
        f'<a href="history/export?id={conversation}&amp;form={form}" download>{told}</a>'
        for form, told in (("markdown", "Markdown"), ("html", "HTML"), ("json", "JSON"))
    )


def scope_html(titles: Sequence[str], total: int) -> str:
    """The articles that alone are asked, beside the question box, and the way to ask all again."""
    if not titles:
        return ""
    named = escape(shorten(titles[0], 60)) if len(titles) == 1 else f"{len(titles):,} of {total:,}"
    word = "" if len(titles) == 1 else " articles"
    listed = escape(shorten("; ".join(titles), 600))
    return (
        f'<p class="heeded" role="status"><span title="{listed}">'
        f"<bdi>Asking only <bdi>{named}</bdi>{word}</bdi>"
        ' <button type="button" data-do="choose" aria-label="Ask all articles again"'
        ' title="Ask all articles again">×</button></span></p>'
    )


def editing_html(number: int) -> str:
    """That what is in the box takes the place of that turn once it is answered, and the way out."""
    return (
        f'<p class="heeded" role="status" data-turn="{number}"><span>'
        "Editing the last question: its answer stays until you ask"
        ' <button type="button" data-do="keep"'
        ' aria-label="Keep it as it was" title="Keep it as it was">×</button></span></p>'
    )


def notice_html(message: str) -> str:
    """A message beside the question box; "" shows nothing.

    Its first letter is large, unless it begins with a path or a name that must stay as it is.
    """
    if not message:
        return ""
    is_word = message.partition(" ")[0].rstrip(",:;").isalpha()
    shown = message[:1].upper() + message[1:] if is_word else message
    return f'<p role="alert" dir="auto">{escape(shown)}</p>'


# The reading pane


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
        f"<p><bdi>{escape(article.source)}</bdi>{_date(article)}{place}{link}</p>{steps}{alone}"
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
