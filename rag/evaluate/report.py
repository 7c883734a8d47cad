"""The report: one run as one HTML file that needs nothing else, no network either.

`render_report` is a pure function of the run. All text from articles, questions and answers is
escaped; a content security policy forbids the page to load anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

import numpy as np

from rag.datatypes import counted
from rag.evaluate import plots
from rag.evaluate.compare import Comparison, Turned, said
from rag.evaluate.declining import reliability, risk_coverage
from rag.evaluate.judge import Record
from rag.evaluate.metrics import (
    BY_NAME,
    GROUPS,
    KIND_METRICS,
    METRICS,
    SEARCH_KIND_METRICS,
    Group,
    chance_text,
    seconds_text,
)
from rag.evaluate.observe import LEGS, SeenCitation, SeenPassage, SeenStatement
from rag.evaluate.questions import Evidence
from rag.evaluate.run import Run
from rag.evaluate.summary import Figure, outcomes

SHOWN_QUESTIONS = 1000
SHOWN_TURNED = 50
SHOWN_PASSAGES = 5
PASSAGE_CHARS = 420
HEADLINES = (
    "right",
    "answered_answerable",
    "decline_recall",
    "citation_precision",
    "hit@5",
    "seconds_p50",
)
SEARCH_HEADLINES = ("hit@1", "hit@5", "recall@10", "mrr", "ndcg@10", "seconds_p50")
GROUP_TITLES: dict[Group, str] = {
    "answers": "Answers",
    "declining": "Declining and confidence",
    "citations": "Citations",
    "retrieval": "Retrieval",
    "time": "Time",
}
LEG_NAMES = {
    "lexical": "BM25",
    "vector": "vectors",
    "fused": "fused",
    "reranker": "reranker",
    "reader": "reader",
    "reordered": "reordered",
}
RANK_GROUPS = (("1", 1), ("2–3", 3), ("4–5", 5), ("6–10", 10), ("11+", 10**9))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def render_report(run: Run, comparison: Comparison | None = None) -> str:
    """The report as the text of an HTML file; with a comparison, what changed against a baseline.

    Of a run with more than 1,000 questions it shows 1,000: those that were not right first.
    """
    shown = _shown(run.records)
    parts = [
        _heading(run),
        _headlines(run, comparison),
        _changes(comparison) if comparison else "",
        _kinds(run),
        _plots(run),
        _figures(run),
        _questions(run, shown, comparison),
        _settings(run),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(run.name)}: evaluation</title>\n<style>\n{_asset('report.css')}</style>\n"
        f"</head>\n<body>\n<main>\n{''.join(parts)}</main>\n"
        f"<script>\n{_asset('report.js')}</script>\n</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return files("rag.evaluate").joinpath(name).read_text(encoding="utf-8")


def _shown(records: Sequence[Record]) -> list[Record]:
    """The records to show in detail, in the order of the set."""
    if len(records) <= SHOWN_QUESTIONS:
        return list(records)
    order = sorted(range(len(records)), key=lambda i: (records[i].is_right is True, i))
    return [records[index] for index in sorted(order[:SHOWN_QUESTIONS])]


def _heading(run: Run) -> str:
    unanswerable = sum(not record.question.answerable for record in run.records)
    part = {"all": "", "retrieval": " · retrieval only", "answers": " · answers only"}[run.part]
    return (
        f"<header><h1>{escape(run.name)}</h1>"
        f'<p class="soft">{counted(len(run.records), "question")}, {unanswerable:,} of them not '
        f"answered by the articles · {counted(run.articles, 'article')}{part} · "
        f"{escape(run.started[:16].replace('T', ' '))} UTC</p>"
        "</header>\n"
    )


def _headlines(run: Run, comparison: Comparison | None) -> str:
    names = SEARCH_HEADLINES if run.part == "retrieval" else HEADLINES
    changes = {d.metric: d for d in comparison.differences} if comparison else {}
    cards = []
    for name in names:
        figure = run.figures.get(name)
        if figure is None or figure.value is None:
            continue
        metric = BY_NAME[name]
        change = ""
        if name in changes:
            told = _change(name, changes[name].change)
            change = f'<span class="change {changes[name].verdict}">{told}</span> '
        span = f"{metric.text(figure.low)} – {metric.text(figure.high)}"
        cards.append(
            f'<div class="card head" title="{escape(metric.meaning)}">'
            f"<b>{metric.text(figure.value)}</b>{escape(metric.label)}"
            f'<div class="soft">{change}{span}</div></div>'
        )
    return f'<section class="heads" aria-label="Main figures">{"".join(cards)}</section>\n'


def _change(name: str, change: float) -> str:
    """A difference with its sign."""
    sign = "+" if change > 0 else "−" if change else "±"
    return f"{sign}{BY_NAME[name].text(abs(change))}"


def _figures(run: Run) -> str:
    cards = []
    for group in GROUPS:
        rows = [
            _figure_row(metric.name, run.figures[metric.name])
            for metric in METRICS
            if metric.group == group and metric.name in run.figures
        ]
        if rows:
            cards.append(
                f'<div class="card"><table class="figures"><caption>{GROUP_TITLES[group]}</caption>'
                '<thead><tr><th scope="col">metric</th>'
                '<th scope="col">value, 95% interval, questions</th></tr></thead>'
                f"<tbody>{''.join(rows)}</tbody></table></div>"
            )
    return (
        "<section><h2>All figures</h2>"
        '<p class="soft">Intervals are bootstrapped over the questions. A question that got no '
        "answer counts 0 where the articles do answer it.</p>"
        f'<div class="columns">{"".join(cards)}</div></section>\n'
    )


def _figure_row(name: str, figure: Figure) -> str:
    metric = BY_NAME[name]
    better = {"higher": "", "lower": " Lower is better.", "neither": ""}[metric.better]
    bar = ""
    if metric.unit == "share" and figure.value is not None:
        bar = plots.interval_bar(figure.value, figure.low, figure.high)
    return (
        f'<tr><th scope="row">{escape(metric.label)}'
        f'<span class="meaning">{escape(metric.meaning)}.{better}</span></th>'
        f'<td class="number"><b>{metric.text(figure.value)}</b><br>'
        f'<span class="soft">{metric.text(figure.low)} – {metric.text(figure.high)}, '
        f"n {figure.count:,}</span>{bar}</td></tr>"
    )


def _kinds(run: Run) -> str:
    if not run.kinds:
        return ""
    names = SEARCH_KIND_METRICS if run.part == "retrieval" else KIND_METRICS
    counts: dict[str, int] = {}
    for record in run.records:
        counts[record.question.kind or "other"] = counts.get(record.question.kind or "other", 0) + 1
    head = "".join(
        f'<th scope="col" class="number">{escape(BY_NAME[name].label)}</th>' for name in names
    )
    rows = []
    for kind, figures in run.kinds.items():
        cells = "".join(_heat_cell(figures.get(name), name) for name in names)
        rows.append(
            f'<tr><th scope="row"><a href="#questions" data-kind-link="{escape(kind)}">'
            f'{escape(kind)}</a></th><td class="number">{counts[kind]}</td>{cells}</tr>'
        )
    return (
        '<section><h2 id="kinds">By kind of question</h2>'
        '<div class="card wide" tabindex="0" role="region" aria-labelledby="kinds"><table><thead>'
        f'<tr><th scope="col">kind</th><th scope="col" class="number">questions</th>{head}</tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table></div></section>\n"
    )


def _heat_cell(figure: Figure | None, name: str) -> str:
    """A number on a ground of the accent's colour, the fuller the higher."""
    if figure is None or figure.value is None:
        return '<td class="number soft">–</td>'
    share = round(100 * min(max(figure.value, 0), 1) * 0.45)
    ground = f"background: color-mix(in srgb, var(--accent) {share}%, transparent)"
    return (
        f'<td class="number"><span class="heat" style="{ground}">'
        f"{BY_NAME[name].text(figure.value)}</span></td>"
    )


def _plots(run: Run) -> str:
    figures = []
    if run.part != "retrieval":
        figures += [_risk(run), _reliability(run), _confidences(run)]
    figures += [_ranks(run), _times(run)]
    cards = "".join(f'<div class="card">{figure}</div>' for figure in figures if figure)
    return f'<section><h2>Plots</h2><div class="grid">{cards}</div></section>\n'


def _risk(run: Run) -> str:
    of = outcomes(run.records)
    curve = risk_coverage(of.confidence, of.answered, of.right)
    points = list(zip(curve.coverage.tolist(), curve.risk.tolist(), strict=True))
    if not points:
        return ""
    best = np.sort(~of.right)
    bound = np.cumsum(best) / np.arange(1, len(best) + 1)
    ideal = list(zip(curve.coverage.tolist(), bound.tolist(), strict=True))
    answered = int(of.answered.sum())
    operating = points[answered - 1] if answered else None
    lines = [plots.PlotLine("this run", points), plots.PlotLine("best order", ideal)]
    rows = [
        (f"{x:.2f}", f"{y:.3f}", f"{z:.3f}")
        for (x, y), (_, z) in zip(
            points[:: max(1, len(points) // 10)], ideal[:: max(1, len(points) // 10)], strict=True
        )
    ]
    return _figure(
        "Risk and coverage",
        "Does the confidence put the right answers first? Lower is better.",
        plots.risk_coverage_plot(lines, operating),
        ("coverage", "risk", "best order"),
        rows,
    )


def _reliability(run: Run) -> str:
    of = outcomes(run.records)
    bins = reliability(of.confidence[of.answered], of.right[of.answered])
    if not bins:
        return ""
    rows = [
        (f"{b.low:.1f}–{b.high:.1f}", str(b.count), f"{b.confidence:.2f}", f"{b.right:.2f}")
        for b in bins
    ]
    return _figure(
        "Reliability of the confidence",
        "Of the answers given with a confidence, how many were right? On the line is best.",
        plots.reliability_plot([(b.confidence, b.right, b.count) for b in bins]),
        ("confidence", "answers", "mean", "right"),
        rows,
    )


def _confidences(run: Run) -> str:
    of = outcomes(run.records)
    groups = [f".{tenth}" for tenth in range(10)]
    series: dict[str, list[float]] = {}
    for name, chosen in (
        ("the articles answer", of.answerable),
        ("they do not", ~of.answerable),
    ):
        if chosen.any():
            tenths = np.clip((of.confidence[chosen] * 10).astype(int), 0, 9)
            counts = np.bincount(tenths, minlength=10)
            series[name] = (counts / counts.sum()).tolist()
    rows = [
        (f"{i / 10:.1f}–{(i + 1) / 10:.1f}", *(f"{values[i]:.2f}" for values in series.values()))
        for i in range(10)
    ]
    return _figure(
        "Confidence",
        "Questions that the articles answer should stand to the right, the others to the left.",
        plots.bars_plot("Confidence", "confidence from", "share of questions", groups, series),
        ("confidence", *series),
        rows,
    )


def _ranks(run: Run) -> str:
    """Where each leg ranks the best passage of the evidence."""
    asked = [record for record in run.records if record.ranking.grades]
    if not asked:
        return ""
    groups = [*(name for name, _ in RANK_GROUPS), "not"]
    series: dict[str, list[float]] = {}
    for leg in LEGS:
        ranks = [record.leg_ranks.get(leg) for record in asked]
        if any(rank is not None for rank in ranks):
            counts = [0.0] * len(groups)
            for rank in ranks:
                counts[_rank_group(rank)] += 1 / len(ranks)
            series[LEG_NAMES[leg]] = counts
    if not series:
        return ""
    rows = [
        (group, *(f"{values[index]:.3f}" for values in series.values()))
        for index, group in enumerate(groups)
    ]
    return _figure(
        "Rank of the evidence",
        f"Where each part of the search ranks it; “not”: not among the {run.depth} passages found.",
        plots.bars_plot("Rank of the evidence", "rank", "share of questions", groups, series),
        ("rank", *series),
        rows,
    )


def _rank_group(rank: int | None) -> int:
    if rank is None:
        return len(RANK_GROUPS)
    return next(index for index, (_, most) in enumerate(RANK_GROUPS) if rank <= most)


def _times(run: Run) -> str:
    if not run.stages:
        return ""
    rows = [(s, seconds_text(p50), seconds_text(p95)) for s, (p50, p95) in run.stages.items()]
    return _figure(
        "Time per stage",
        "Of one question; “total” is all of it.",
        plots.times_plot(run.stages),
        ("stage", "median", "95th percentile"),
        rows,
    )


def _figure(
    title: str,
    explained: str,
    plot: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
) -> str:
    """A plot with its title, a line on how to read it, and the numbers as a table."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><p class="soft">{escape(explained)}</p>'
        f'{plot}</figure><details class="asked-as-table"><summary>As a table</summary><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"
    )


def _changes(comparison: Comparison) -> str:
    rows = []
    same = []
    for difference in comparison.differences:
        metric = BY_NAME[difference.metric]
        if not difference.change:
            same.append(f"{metric.label} ({metric.text(difference.after)})")
            continue
        mark = {"better": "▲ ", "worse": "▼ ", "": ""}[difference.verdict]
        spoken = f' title="surely {difference.verdict}"' if difference.verdict else ""
        rows.append(
            f'<tr><th scope="row">{escape(metric.label)}</th>'
            f'<td class="number">{metric.text(difference.before)}</td>'
            f'<td class="number">{metric.text(difference.after)}</td>'
            f'<td class="number {difference.verdict}"{spoken}>'
            f"{mark}{_change(difference.metric, difference.change)}</td>"
            f'<td class="number p">{chance_text(difference.p)}</td></tr>'
        )
    unchanged = f'<p class="soft">The same in both: {escape(", ".join(same))}.</p>' if same else ""
    table = (
        '<table class="changes"><thead><tr><th scope="col">metric</th>'
        '<th scope="col" class="number">before</th><th scope="col" class="number">after</th>'
        '<th scope="col" class="number">change</th><th scope="col" class="number p">p</th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
    )
    return (
        f"<section><h2>Compared with {escape(comparison.before.name)}</h2>"
        f'<p class="soft">{comparison.shared:,} questions are in both. ▲ better, ▼ worse: p below '
        "0.05 in a paired permutation test.</p>"
        f'<div class="card">{table if rows else ""}{unchanged}</div>'
        f'<div class="grid below">{_turned("Turned right", comparison.turned_right)}'
        f"{_turned('Turned wrong', comparison.turned_wrong)}</div></section>\n"
    )


def _turned(title: str, turned: Sequence[Turned]) -> str:
    items = "".join(
        f'<li><a href="#{_anchor(pair.after)}">{escape(pair.after.question.question)}</a><br>'
        f'<span class="soft">before:</span> {escape(_clipped(said(pair.before)))}<br>'
        f'<span class="soft">after:</span> {escape(_clipped(said(pair.after)))}</li>'
        for pair in turned[:SHOWN_TURNED]
    )
    more = len(turned) - SHOWN_TURNED
    rest = f'<p class="soft">and {more} more</p>' if more > 0 else ""
    inside = f"<ul>{items}</ul>{rest}" if turned else '<p class="soft">none</p>'
    opened = " open" if len(turned) <= 8 else ""
    return (
        f'<details class="card turned"{opened}><summary><b>{len(turned)} {title.lower()}</b>'
        f"</summary>{inside}</details>"
    )


def _questions(run: Run, shown: Sequence[Record], comparison: Comparison | None) -> str:
    turned: dict[str, str] = {}
    before: dict[str, Record] = {}
    if comparison:
        turned |= {pair.after.question.id: "turned-right" for pair in comparison.turned_right}
        turned |= {pair.after.question.id: "turned-wrong" for pair in comparison.turned_wrong}
        before = {record.question.id: record for record in comparison.before.records}
    kinds = sorted({record.question.kind or "other" for record in shown})
    select = ""
    if len(kinds) > 1:
        options = "".join(f'<option value="{escape(k)}">{escape(k)}</option>' for k in kinds)
        select = f'<select aria-label="Kind"><option value="">every kind</option>{options}</select>'
    choices = [("all", "All"), ("wrong", "Wrong"), ("right", "Right"), ("declined", "Declined")]
    if run.part == "retrieval":
        choices.pop()
    if comparison:
        choices += [("turned-right", "Turned right"), ("turned-wrong", "Turned wrong")]
    buttons = "".join(
        f'<button type="button" data-show="{show}" aria-pressed="{str(show == "all").lower()}">'
        f"{label}</button>"
        for show, label in choices
    )
    cut = len(run.records) - len(shown)
    note = (
        f'<p class="soft">{cut:,} right ones are left out; the run’s JSON holds all.</p>'
        if cut
        else ""
    )
    details = "".join(
        _question(record, run, turned.get(record.question.id, ""), before.get(record.question.id))
        for record in shown
    )
    return (
        f'<section><h2 id="questions">Questions</h2>{note}'
        f'<div class="filters" role="group" aria-label="Filter" hidden>{buttons}{select}'
        '<input type="search" placeholder="Search in questions and answers" '
        'aria-label="Search in questions and answers"></div>'
        f'<p class="soft" id="shown" aria-live="polite">{len(shown)} shown</p>{details}</section>\n'
    )


def _anchor(record: Record) -> str:
    return "q-" + "".join(c if c.isalnum() else f"_{ord(c):x}" for c in record.question.id)


def _question(record: Record, run: Run, turned: str, before: Record | None) -> str:
    question, seen = record.question, record.seen
    verdict = {True: "right", False: "wrong", None: ""}[record.is_right]
    tags = [verdict, turned, "declined" if seen.outcome == "declined" else ""]
    marks = [f'<span class="tag {verdict}">{_verdict(record)}</span>']
    if question.kind:
        marks.append(f'<span class="tag">{escape(question.kind)}</span>')
    answered = _answered(record, run.titles) if run.part != "retrieval" else ""
    baseline = ""
    if before is not None and said(before) != said(record):
        baseline = f"<div><h3>Baseline answered</h3><p>{escape(said(before))}</p></div>"
    inside = [
        _asked(record),
        f'<div class="two">{answered}{_expected(record, run.titles)}</div>',
        baseline,
        _evidence_ranks(record, run.depth),
        _passages(record, run.titles),
        _marks(record),
    ]
    return (
        f'<details class="question" id="{_anchor(record)}" '
        f'data-kind="{escape(question.kind or "other")}" '
        f'data-tags="{" ".join(filter(None, tags))}"><summary>{marks[0]}'
        f'<span class="asked">{escape(question.question)}</span>{"".join(marks[1:])}</summary>'
        f'<div class="inside">{"".join(inside)}</div></details>\n'
    )


def _verdict(record: Record) -> str:
    """The outcome in a word or two, with a sign for those who do not see the colour."""
    sign = {True: "✓ ", False: "✗ ", None: ""}[record.is_right]
    if record.seen.outcome == "searched":
        return sign + {True: "found", False: "not found", None: "searched"}[record.is_right]
    if record.seen.error:
        return sign + "error"
    return sign + record.seen.outcome


def _asked(record: Record) -> str:
    turns = "".join(
        f'<p class="turn">{escape(turn["role"])}: {escape(_clipped(turn["content"]))}</p>'
        for turn in record.question.history
    )
    searched = record.seen.searched_for
    told = ""
    if searched != record.question.question:
        told = f"<div><h3>Searched for</h3><p>{escape(searched)}</p></div>"
    return (f"<div><h3>Conversation</h3>{turns}</div>" if turns else "") + told


def _answered(record: Record, titles: Mapping[str, str]) -> str:
    seen = record.seen
    if seen.outcome == "declined":
        body = f"<p>Declined: {escape(seen.error or seen.reason)}</p>"
    else:
        prose = " ".join(_statement(statement) for statement in seen.statements)
        cited = "".join(_cited(c, record, titles) for c in seen.citations)
        body = f"<p>{prose}</p>" + (f"<ul>{cited}</ul>" if cited else "")
    return (
        f"<div><h3>Answered (confidence {seen.confidence:.2f}, "
        f"by {escape(seen.answered_by or '–')})</h3>{body}</div>"
    )


def _statement(statement: SeenStatement) -> str:
    text = escape(statement.text)
    if statement.highlight is not None:
        start, end = statement.highlight
        raw = statement.text
        text = f"{escape(raw[:start])}<mark>{escape(raw[start:end])}</mark>{escape(raw[end:])}"
    return text + "".join(f"<sup>[{c.marker}]</sup>" for c in statement.citations)


def _cited(citation: SeenCitation, record: Record, titles: Mapping[str, str]) -> str:
    verdict = ""
    if record.question.answerable and record.ranking.grades:
        met = citation.marker in record.right_markers
        verdict = (
            '<span class="better">✓ evidence</span> '
            if met
            else '<span class="worse">✗ elsewhere</span> '
        )
    if not citation.is_slice:
        verdict += '<span class="worse">the quote is not in the article</span> '
    return (
        f"<li>[{citation.marker}] {verdict}<q>{escape(_clipped(citation.quote, 240))}</q> "
        f'<span class="soft">{escape(_title(citation.article_id, titles))} '
        f"[{citation.start}:{citation.end}]</span></li>"
    )


def _expected(record: Record, titles: Mapping[str, str]) -> str:
    question = record.question
    rows = []
    if not question.answerable:
        rows.append("<p>To decline: the articles do not say.</p>")
    if question.answers:
        rows.append(f"<p>{' <span class=soft>or</span> '.join(map(escape, question.answers))}</p>")
    if question.all_of:
        groups = (" / ".join(map(escape, group)) for group in question.all_of)
        rows.append(f"<p>all of: {' <span class=soft>and</span> '.join(groups)}</p>")
    if question.none_of:
        rows.append(f"<p>none of: {', '.join(map(escape, question.none_of))}</p>")
    places = [_evidence(evidence, titles) for evidence in question.evidence]
    if not places:
        places = [f"<li>{escape(_title(name, titles))}</li>" for name in question.relevant]
    if places:
        rows.append(f"<ul>{''.join(places)}</ul>")
    return f"<div><h3>Expected</h3>{''.join(rows)}</div>"


def _evidence(evidence: Evidence, titles: Mapping[str, str]) -> str:
    where = _title(evidence.article, titles) if evidence.article is not None else "any article"
    quote = evidence.quote or f"[{evidence.start}:{evidence.end}]"
    return (
        f'<li><q>{escape(_clipped(quote, 240))}</q> <span class="soft">{escape(where)}</span></li>'
    )


def _evidence_ranks(record: Record, depth: int) -> str:
    if not record.ranking.grades:
        return ""
    cells = ", ".join(
        f"{LEG_NAMES[leg]} <b>{rank if rank is not None else '–'}</b>"
        for leg in LEGS
        if (rank := record.leg_ranks.get(leg)) is not None or leg in ("lexical", "vector", "fused")
    )
    return (
        f'<div><h3>Rank of the evidence</h3><p>{cells} <span class="soft">(–: not among '
        f"the {depth} passages found)</span></p></div>"
    )


def _passages(record: Record, titles: Mapping[str, str]) -> str:
    """The first passages, each with its ranks; a text not kept with the ranking is the answer's."""
    seen = record.seen
    texts = {
        (p.article_id, p.start, p.end): p.text for p in (*seen.ranked, *seen.context) if p.text
    }
    passages = seen.ranked or seen.context
    items = [
        _passage(
            passage,
            texts.get((passage.article_id, passage.start, passage.end), ""),
            place in record.right_places,
            titles,
        )
        for place, passage in enumerate(passages[:SHOWN_PASSAGES], start=1)
    ]
    if not items:
        return ""
    return (
        f"<details><summary>First {len(items)} of {len(passages)} passages</summary>"
        f"<ol>{''.join(items)}</ol></details>"
    )


def _passage(passage: SeenPassage, text: str, met: bool, titles: Mapping[str, str]) -> str:
    ranks = " · ".join(
        f"{LEG_NAMES[leg]} {score[0]} ({score[1]:.3f})"
        for leg in LEGS
        if (score := passage.scores.get(leg)) is not None
    )
    mark = '<span class="better">✓ evidence</span> ' if met else ""
    return (
        f"<li>{mark}<b>{escape(_title(passage.article_id, titles))}</b> "
        f'<span class="soft">{ranks}</span><br>{escape(_clipped(text, PASSAGE_CHARS))}</li>'
    )


def _marks(record: Record) -> str:
    cells = " · ".join(
        f"{escape(BY_NAME[name].label)} {BY_NAME[name].text(value)}"
        for name, value in record.marks.items()
    )
    seconds = " · ".join(f"{escape(s)} {seconds_text(v)}" for s, v in record.seen.seconds.items())
    return (
        f"<details><summary>Marks and times</summary><p>{cells}</p>"
        f'<p class="soft">{seconds}</p>'
        f'<p class="soft">id: {escape(record.question.id)}</p></details>'
    )


def _settings(run: Run) -> str:
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>"
        for name, value in {
            **run.settings,
            "passages looked at": run.depth,
            "question set": f"sha256 {run.questions_sha256}",
        }.items()
    )
    return (
        '<section><h2>Settings</h2><details class="card settings"><summary>What this run was made '
        f"with</summary><dl>{rows}</dl></details></section>\n"
    )


def _title(article_id: str, titles: Mapping[str, str]) -> str:
    return titles.get(article_id) or article_id


def _clipped(text: str, most: int = 300) -> str:
    """The text on one line, cut at a space before `most` characters."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0] + " …"
