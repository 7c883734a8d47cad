"""Answers that were liked or not, as rows of a question set. They stay in the visitor's browser."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from rag.datatypes import Answer
from rag.evaluate.questions import Evidence, Question
from rag.ui.markup import escape

VIEW_HTML = (
    '<section class="feedback" aria-label="Feedback" hidden><h2>Your feedback</h2>'
    '<p class="told" role="status"></p><p><button type="button" data-do="download">'
    'Download as a question set</button><button type="button" data-do="forget">Delete all of it'
    '</button><button type="button" data-do="unforget" hidden>Undo</button></p></section>'
)

CORRECTION_HTML = (
    '<form class="correction" data-form="correction" hidden>'
    "<label><span>What would be right?</span>"
    '<input name="right" dir="auto" autocomplete="off"></label>'
    '<button type="submit">Keep</button>'
    '<button type="button" data-do="unsaid">The articles don’t say</button></form>'
)


def liked(answer: Answer) -> Question:
    """The row that asks for this answer again: its evidence and direct words, or the decline."""
    name = row_id(answer)
    if answer.outcome == "declined":
        return Question(name, answer.question, answerable=False, kind="liked")
    first = answer.statements[0] if answer.statements else None
    direct = first.text[slice(*first.highlight)] if first and first.highlight else ""
    return Question(
        name,
        answer.question,
        answers=(direct,) if direct.strip() else (),
        evidence=tuple(Evidence(c.article_id, c.quote, c.start, c.end) for c in answer.citations),
        kind="liked",
    )


def row_id(answer: Answer) -> str:
    """A name that is the same for the same question and answer: "page-" and eight hex digits."""
    said = json.dumps([answer.question, answer.searched_for, answer.text])
    return f"page-{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()[:8]}"


def rating(answer: Answer) -> dict[str, Any]:
    """What the page's script makes a row of: that of a like, and what was said, for the history.

    An answer that was not liked gives a row once the visitor has said what would be right.
    """
    row = liked(answer).to_dict()
    wrong = row.get("answers") or [s.text for s in answer.statements[:1]]
    return {"row": row, "wrong": wrong, "said": [answer.question, answer.text]}


def rating_html(answer: Answer) -> str:
    """Two buttons, and what to ask of who presses the second; "" where there is nothing to rate."""
    if not answer.citations and answer.outcome != "declined":
        return ""
    data = escape(json.dumps(rating(answer), ensure_ascii=False))
    return (
        f'<span class="rate" data-rating="{data}"><button type="button" data-do="like"'
        ' aria-pressed="false">Good answer</button><button type="button" data-do="dislike"'
        ' aria-pressed="false">Bad answer</button></span>'
    )
