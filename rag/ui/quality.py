"""The HTML of the Quality view, made from values by pure functions.

Names of files and kinds of question pass through `escape`, as all text on the page does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rag.ui.evaluating import EvaluationProgress
from rag.ui.markup import escape
from rag.ui.render import dots_html

if TYPE_CHECKING:
    from rag.evaluate import Run
    from rag.evaluate.summary import Figure

LIMITS = {"20": 20, "50": 50, "100": 100, "200": 200, "all": None}
USUAL = "50"

NO_SETS = (
    "There is no question set here yet. Put one, a .jsonl file, into the folder "
    "<code>questions</code> where the program was started. Each of its lines is a question with "
    'what is right: <code>{"id": "1", "question": "Who built the mill?", "answers": ["Ada Beck"]}'
    "</code>"
)

REPORT_HTML = (
    '<section class="report" aria-label="Report" hidden><header>'
    '<button type="button" data-do="back">Back to the figures</button>'
    '<a download="report.html">Save</a></header><div class="sheet"></div></section>'
)


def form_html(
    names: Iterable[str], *, chosen: str = "", limit: str = USUAL, is_running: bool = False
) -> str:
    """The heading and the choice of a question set; with Stop in place of Run while one runs."""
    offered = "".join(_option(name, name, chosen=name == chosen) for name in names)
    if not offered:
        return f'{_HEADING}<p class="about">{NO_SETS}</p></section>'
    limits = "".join(
        _option(value, "all" if number is None else str(number), chosen=value == limit)
        for value, number in LIMITS.items()
    )
    disabled = " disabled" if is_running else ""
    button = (
        '<button type="button" data-do="halt">Stop</button>'
        if is_running
        else '<button type="submit">Run</button>'
    )
    return (
        f'{_HEADING}<form data-form="run">'
        '<div class="set"><label for="set">Question set</label>'
        f'<select id="set" name="set"{disabled}>{offered}</select></div>'
        '<div><label for="limit">How many questions</label>'
        f'<select id="limit" name="limit"{disabled}>{limits}</select></div>'
        f"{button}</form></section>"
    )


_HEADING = (
    '<section class="quality"><h2>Quality</h2>'
    '<p class="lead">Asks the questions of a question set and compares each answer with what is '
    "expected: whether it is right, whether its citations show it, and whether it was declined "
    "where the articles do not say.</p>"
)


def _option(value: str, shown: str, *, chosen: bool) -> str:
    selected = " selected" if chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(shown)}</option>'


def waiting_html(what: str) -> str:
    """A line that says what is being waited for."""
    return f'<p class="waiting" role="status">{dots_html()}{escape(what)}…</p>'


def progress_html(progress: EvaluationProgress) -> str:
    """How far the questions are: a bar, and "37 of 50, 4 s left"."""
    if not progress.total:
        return waiting_html("Reading the question set")
    if progress.done == progress.total:
        return waiting_html("Working out the figures")
    return (
        f'<p class="asking">{progress_text(progress)}</p>'
        f'<progress max="{progress.total}" value="{progress.done}" '
        'aria-label="Questions asked"></progress>'
    )


def progress_text(progress: EvaluationProgress) -> str:
    """How far the questions are: "37 of 50, 4 s left"; no time before one has been asked."""
    told = f"{progress.done:,} of {progress.total:,}"
    if not progress.done or not progress.total:
        return told
    left = progress.seconds / progress.done * (progress.total - progress.done)
    return f"{told}, {seconds_text(left)} left"


def seconds_text(seconds: float) -> str:
    """A wait in the largest unit that fits, rounded up: 61.0 -> "2 min"."""
    whole = max(math.ceil(seconds), 1)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{math.ceil(whole / 60)} min"
    return f"{math.ceil(whole / 3600)} h"


def stopped_html(progress: EvaluationProgress) -> str:
    """The line for a run that was stopped."""
    after = f" after {progress.done:,} of {progress.total:,} questions" if progress.total else ""
    return f'<p class="stopped" role="status">Stopped{after}. There are no figures of it.</p>'


def done_html(progress: EvaluationProgress) -> str:
    """The line for a run that is whole."""
    asked = f"{progress.total:,} question{'s' if progress.total != 1 else ''}"
    return (
        f'<p class="finished" role="status">Asked {asked} in {seconds_text(progress.seconds)}.</p>'
    )


def busy_text(progress: EvaluationProgress) -> str:
    """What a visitor is told who wants to run a set while another one does."""
    at = f" ({progress_text(progress)})" if progress.total else ""
    return f"Another visitor's run is at work{at}. Only one runs at a time: try again later."


def figures_html(run: Run, *, report: str) -> str:
    """The run's main figures with their intervals, its table by kind, and the way to its report.

    `report` is the report's address; "" offers none.
    """
    from rag.evaluate.metrics import BY_NAME
    from rag.evaluate.report import HEADLINES

    told = [(BY_NAME[name], run.figures[name]) for name in HEADLINES if name in run.figures]
    heads = "".join(
        f'<div title="{escape(metric.meaning)}"><dt>{escape(metric.label)}</dt>'
        f'<dd class="value">{metric.text(figure.value)}</dd>'
        f'<dd class="interval">{metric.text(figure.low)} – {metric.text(figure.high)}</dd></div>'
        for metric, figure in told
    )
    unanswerable = sum(not record.question.answerable for record in run.records)
    opens = (
        f'<button type="button" data-do="report" data-address="{escape(report)}" '
        f'data-name="{escape(run.name)}">Open the report</button>'
        if report
        else ""
    )
    return (
        '<section class="figures" aria-label="Figures">'
        f"<header><h3><bdi>{escape(run.name)}</bdi></h3>{opens}</header>"
        f'<p class="about">{len(run.records):,} questions, {unanswerable:,} of them not answered '
        "by the articles. Below each figure stands its 95% interval.</p>"
        f"<dl>{heads}</dl>{_kinds(run)}</section>"
    )


def _kinds(run: Run) -> str:
    """The table by kind of question; "" where there is but one kind."""
    from rag.evaluate.metrics import BY_NAME, KIND_METRICS

    if not run.kinds:
        return ""
    counts = Counter(record.question.kind or "other" for record in run.records)
    head = "".join(f'<th scope="col">{escape(BY_NAME[name].label)}</th>' for name in KIND_METRICS)
    rows = "".join(
        f'<tr><th scope="row"><bdi>{escape(kind)}</bdi></th><td>{counts[kind]:,}</td>'
        + "".join(f"<td>{_value(figures.get(name), name)}</td>" for name in KIND_METRICS)
        + "</tr>"
        for kind, figures in run.kinds.items()
    )
    return (
        '<h4 id="by-kind">By kind of question</h4>'
        '<div class="wide" tabindex="0" role="region" aria-labelledby="by-kind"><table><thead><tr>'
        f'<th scope="col">Kind</th><th scope="col">Questions</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _value(figure: Figure | None, name: str) -> str:
    from rag.evaluate.metrics import BY_NAME

    return BY_NAME[name].text(None if figure is None else figure.value)
