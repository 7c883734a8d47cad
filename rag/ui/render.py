"""The page's HTML, made from values by pure functions.

All text passes through `rag.ui.markup.escape`: whatever it holds, it is shown as text. Stretches of
such text stand in elements with `dir="auto"` (or `bdi`), so that their direction stays their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from rag.articles.catalogue import catalogue_of
from rag.corpus import COPY
from rag.datatypes import (
    UNSUPPORTED,
    Answer,
    Article,
    Citation,
    Statement,
    articles_counted,
    day_in_words,
)
from rag.reading.rows import cells
from rag.statements.sureness import sureness
from rag.ui import feedback
from rag.ui.conversation import Turn, Turns
from rag.ui.form import sign_at
from rag.ui.markup import escape, shorten
from rag.ui.quoting import bare, time_html
from rag.ui.sources import FEWEST_COLUMNS, declined_html, sources_html
from rag.ui.why import Shown, why_html

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
    known = catalogue_of(articles)
    told = articles_counted(len(known))
    if (oldest := known.oldest) and (newest := known.newest):
        told += f", {time_html(oldest)}"
        told += f" to {time_html(newest)}" if newest != oldest else ""
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
            parts.append(declined_html(answer, at))
        else:
            parts.append(_statements(answer, at))
            # What stands below the statements comes when there are no more to move it down.
            if turn.state != "working":
                parts.append(_sureness(answer) if turn.state == "done" else "")
                parts.append(sources_html(answer, at))
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
    question = escape(answer.question)
    stands = ' data-stands="yes"' if answer.as_it_stands else ""
    every = (
        f' <button type="button" class="every" data-do="ask" data-question="{question}"'
        f' data-every="yes"{stands}{_from(done)}>Ask all articles</button>'
    )
    only = (
        f'<p class="heeded"><span><bdi>Asked only {asked}</bdi>{every}</span></p>' if count else ""
    )
    if answer.as_it_stands:
        back = (
            f' <button type="button" data-do="ask" data-question="{question}"{_from(done)}'
            ' aria-label="Take this back and ask again"'
            ' title="Take this back and ask again">×</button>'
        )
        only += f'<p class="heeded"><span>Asked as it stands{back}</span></p>'
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
    day = ""
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
        elif answer.stands_beside(statement):
            look += " class='beside'"  # the answer itself stands in bold before it
        dated = ""
        if statement.when:
            look += " class='dated again'" if statement.when == day else " class='dated'"
            dated = f"<span class='when'>{escape(statement.when)}</span> "
            day = statement.when
        named = answer.articles.get(statement.article_id)
        named = named if named is not None and named.text else None
        sign = "" if dated else _sign(statement, answer)
        if sign:
            look = look.replace("'", "'item ", 1) if "class=" in look else look + " class='item'"
            sign = f"<span class='sign'>{escape(sign)}</span> "
        told.append(f"<p{look}>{dated}{sign}{_direct(statement, article=named)}{marks}</p>")
    reason = escape(answer.reason)
    reason = _DATED.sub(_day_in_words, reason) if answer.differing else reason
    note = f'<p class="note" dir="auto">{reason}</p>' if reason else ""
    return f'<div class="answer">{"".join(told)}{note}</div>'


def _sign(statement: Statement, answer: Answer) -> str:
    """What stands before a statement that is one whole item of a list, "" before any other."""
    first = next(iter(statement.citations), None)
    article = answer.articles.get(first.article_id) if first else None
    return sign_at(article, first.start) if first and article is not None else ""


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
    if columns < FEWEST_COLUMNS or not statement.citations or statement.when:
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
    dated = article.published if article is not None else None
    told = f' data-date="{day_in_words(dated)}"' if dated else ""
    quote = escape(shorten(bare(citation.quote, article), 320))
    read = (
        f' data-do="read" data-turn="{at.removeprefix("t")}" data-marker="{marker}"'
        if article is not None and article.text
        else ""
    )
    return (
        f'<sup><a class="cite"{anchor} href="#{at}-s{marker}"{read} data-title="{title}"{told}'
        f' data-quote="{quote}" aria-label="Source {marker}: {title}">{marker}</a></sup>'
    )


def _title(answer: Answer, article_id: str) -> str:
    article = answer.articles.get(article_id)
    return article.title if article is not None else article_id


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
        '<details><summary>Export</summary><div class="formats">'
        f"{export_html(turn.kept.conversation)}</div></details>"
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


def notice_html(message: str, *, until_typed: bool = False) -> str:
    """A message beside the question box; "" shows nothing. It may go once something is typed.

    Its first letter is large, unless it begins with a path or a name that must stay as it is.
    """
    if not message:
        return ""
    is_word = message.partition(" ")[0].rstrip(",:;").isalpha()
    shown = message[:1].upper() + message[1:] if is_word else message
    until = ' data-until="typed"' if until_typed else ""
    return f'<p role="alert" dir="auto"{until}>{escape(shown)}</p>'


# The reading pane
