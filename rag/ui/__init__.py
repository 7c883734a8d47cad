"""The page: ask in a browser, read the answer beside its sources, measure the answers.

conversation.py   a conversation: turns, one tuple per browser session
shown.py          what an open page says that it shows, and its turns where none are held for it
markup.py         text -> HTML that shows it
citations.py      from one citation to the next
why.py            why this answer: scores, what was left out, times
feedback.py       answers that were liked or not -> rows of a question set
quoting.py        stretches of articles as they are shown, with what stands around them
form.py           the form that an article's text has: its lists, tables, code
sources.py        what stands below an answer: the cited articles, or what came nearest
reading.py        the reading pane: a whole article, opened at a stretch
render.py         values -> HTML, pure functions
question_sets.py  the question sets that are offered
evaluating.py     one evaluation at a time, in a thread of its own
reports.py        the reports that open pages can show
visitors.py       who is asking: a cookie for each browser
history.py        the History view: past conversations
collection.py     the Articles view's values -> HTML: the articles in a table
picture.py        the articles on a timeline, their passages on a map
articles.py       the Articles view's addresses: list, draw, add, remove, bring back
quality.py        the Quality view's values -> HTML
model_settings.py the Model view's values -> HTML
updates.py        what a part shows from now on
layout.py         what stands where
events.py         what happens on which event
quality_events.py the same for the Quality view
model_events.py   the same for the Model view
style.py, style.css, answer.css, collection.css, model.css
script.js, citations.js, feedback.js, collection.js, model.js, history.js
server.py         its addresses in an application
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.backend import Backend, Opening
from rag.datatypes import Progress

if TYPE_CHECKING:
    import gradio as gr

__all__ = ["Backend", "Opening", "Progress", "build"]


def build(assistant: Backend, *, examples: Sequence[str]) -> gr.Blocks:
    """The page over an open assistant, for a program that serves it itself."""
    from rag.ui.layout import page  # gradio takes seconds to import

    blocks: gr.Blocks = page(Opening.of(assistant), examples=examples)
    return blocks
