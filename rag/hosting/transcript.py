"""A kept conversation as a document: Markdown, a page of HTML, or JSON.

Each answer has numbered references, and its sources with title, date and the quoted words. All
text is escaped: an article cannot bring markup into a document, and the HTML runs no script.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from rag.datatypes import UNSUPPORTED, Answer, Citation, source_line
from rag.hosting.conversations import Conversation, KeptTurn
from rag.hosting.recall import recalled

Form = Literal["markdown", "html", "json"]
FORMS: tuple[Form, ...] = get_args(Form)
SUFFIXES: dict[Form, str] = {"markdown": ".md", "html": ".html", "json": ".json"}
MEDIA_TYPES: dict[Form, str] = {
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_LINE_MARK = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.M)
_NO_NAME = re.compile(r"[^\w]+")
_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem;
  font: 1.0625rem/1.6 Georgia, "Noto Serif", serif; overflow-wrap: anywhere; }
h1, h2, .about, .searched, .note, ol { font-family: system-ui, sans-serif; }
h2 { margin-top: 2.5rem; font-size: 1.1875rem; }
.about, .searched, .note { color: GrayText; font-size: 0.9375rem; }
ol { padding-inline-start: 1.5rem; font-size: 0.9375rem; }
blockquote { margin: 0.25rem 0 0.75rem; padding-inline-start: 0.75rem;
  border-inline-start: 3px solid GrayText; font-family: Georgia, "Noto Serif", serif; }
"""


def transcript(conversation: Conversation, turns: Sequence[KeptTurn], form: Form) -> str:
    """Return the conversation as a document of that form.

    Raises:
        ValueError: a kept answer cannot be read.
    """
    if form == "json":
        return _json(conversation, turns)
    told = [(turn, recalled(turn.answer, {})) for turn in turns]
    return _markdown(conversation, told) if form == "markdown" else _html(conversation, told)


def file_name(conversation: Conversation, form: Form) -> str:
    """Return a name for the document: of its title, in letters that every system takes.

    A title of "Who founded 01.AI?" gives "who-founded-01-ai.md".
    """
    plain = _NO_NAME.sub("-", conversation.title.encode("ascii", "ignore").decode()).strip("-")
    return f"{plain[:60].strip('-').lower() or 'conversation'}{SUFFIXES[form]}"


def _json(conversation: Conversation, turns: Sequence[KeptTurn]) -> str:
    written = {
        "title": conversation.title,
        "created": conversation.created.isoformat(),
        "updated": conversation.updated.isoformat(),
        "turns": [
            {"question": t.question, "asked": t.asked.isoformat(), "answer": dict(t.answer)}
            for t in turns
        ],
    }
    return json.dumps(written, ensure_ascii=False, indent=2) + "\n"


def _about(conversation: Conversation) -> str:
    count = conversation.questions
    return f"{count} question{'s' * (count != 1)}, {_day(conversation.created)}"


def _day(time: datetime) -> str:
    return f"{time.day} {time:%B %Y, %H:%M} UTC"


def _source(answer: Answer, citation: Citation) -> str:
    article = answer.articles.get(citation.article_id)
    named = source_line(article) if article else citation.article_id
    return named if citation.page is None else f"{named}, p. {citation.page}"


def _quote(citation: Citation) -> str:
    return " ".join(citation.quote.split())


def _markdown(conversation: Conversation, told: Sequence[tuple[KeptTurn, Answer]]) -> str:
    parts = [f"# {_plain(conversation.title)}", _about(conversation)]
    for turn, answer in told:
        parts.append(f"## {_plain(turn.question)}")
        parts += [f"*{_plain(line)}*" for line in answer.above if line]
        for statement in answer.statements:
            marks = "".join(f" [{c.marker}]" for c in statement.citations)
            doubt = "" if statement.supported else f" ({UNSUPPORTED})"
            dated = f"**{_plain(statement.when)}** " if statement.when else ""
            parts.append(dated + _plain(statement.text) + marks + doubt)
        if answer.reason:
            parts.append(_plain(answer.reason))
        if answer.citations:
            lines = [
                f"- [{c.marker}] {_plain(_source(answer, c))}\n  > {_plain(_quote(c))}"
                for c in answer.citations
            ]
            parts.append("Sources:\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Return `text` on one line as Markdown that shows it: "*a*" -> "\\\\*a\\\\*"."""
    escaped = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return _LINE_MARK.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", escaped)


def _html(conversation: Conversation, told: Sequence[tuple[KeptTurn, Answer]]) -> str:
    title = _shown(conversation.title)
    turns = "".join(_html_turn(turn, answer, at) for at, (turn, answer) in enumerate(told, start=1))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>"
        f'<h1 dir="auto">{title}</h1><p class="about">{_about(conversation)}</p>{turns}'
        "</body></html>\n"
    )


def _html_turn(turn: KeptTurn, answer: Answer, number: int) -> str:
    parts = [f'<h2 dir="auto">{_shown(turn.question)}</h2>']
    parts += [f'<p class="searched"><bdi>{_shown(line)}</bdi></p>' for line in answer.above if line]
    for statement in answer.statements:
        marks = "".join(
            f' <a href="#s{number}-{c.marker}">[{c.marker}]</a>' for c in statement.citations
        )
        doubt = "" if statement.supported else f" <em>({UNSUPPORTED})</em>"
        dated = f"<b>{_shown(statement.when)}</b> " if statement.when else ""
        parts.append(f'<p dir="auto">{dated}{_shown(statement.text)}{marks}{doubt}</p>')
    if answer.reason:
        parts.append(f'<p class="note" dir="auto">{_shown(answer.reason)}</p>')
    if answer.citations:
        listed = "".join(
            f'<li value="{c.marker}" id="s{number}-{c.marker}"><bdi>{_shown(_source(answer, c))}'
            f'</bdi><blockquote dir="auto">{_shown(_quote(c))}</blockquote></li>'
            for c in answer.citations
        )
        parts.append(f"<ol>{listed}</ol>")
    return f"<section>{''.join(parts)}</section>"


def _shown(text: str) -> str:
    kept = "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
    return html.escape(kept, quote=True)
