"""The report: it holds what the run holds, escapes what it shows, and loads nothing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from rag.evaluate import evaluate, plots
from rag.evaluate.compare import compare
from rag.evaluate.questions import Question
from rag.evaluate.report import SHOWN_QUESTIONS, render_report
from rag.evaluate.run import Run
from tests.evaluate.keyword_assistant import QUESTIONS, KeywordAssistant, hostile_run


@pytest.fixture(scope="module")
def run() -> Run:
    return evaluate(KeywordAssistant(), QUESTIONS)


@pytest.fixture(scope="module")
def hostile() -> Run:
    return hostile_run()


class Tags(HTMLParser):
    """Counts the tags of a page, and refuses those that are closed without being open."""

    def __init__(self) -> None:
        super().__init__()
        self.count: dict[str, int] = {}
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in {"meta", "br", "input"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(page: str) -> dict[str, int]:
    parser = Tags()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser.count


def test_every_tag_is_closed_and_every_question_is_there(run: Run) -> None:
    page = render_report(run)
    assert tags(page)["figure"] == 5
    assert page.count('<details class="question"') == 14
    for question in QUESTIONS.questions:
        assert question.question in page


def test_it_shows_every_figure_of_the_run(run: Run) -> None:
    page = render_report(run)
    for name in ("right", "decline_f1", "citation_precision", "mrr"):
        assert f"<b>{run.figures[name].value:.3f}</b>" in page


def test_it_loads_nothing(run: Run) -> None:
    page = render_report(run)
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import|<link|<img|<iframe", page)


def test_what_it_shows_is_never_markup(hostile: Run) -> None:
    page = render_report(hostile, compare(hostile, hostile))
    assert "<script>window" not in page
    assert "<img" not in page
    assert tags(page)["script"] == 1


def test_a_comparison_lists_what_turned(run: Run) -> None:
    after = evaluate(KeywordAssistant().spoiled(declines=False), QUESTIONS, name="eager")
    page = render_report(after, compare(run, after))
    tags(page)
    assert "2 turned right" in page
    assert "Compared with small" in page
    assert "(declined) The articles do not say." in page


def test_a_search_has_a_report_too() -> None:
    page = render_report(evaluate(KeywordAssistant(), QUESTIONS, part="retrieval"))
    assert tags(page)["figure"] == 2
    assert "Reliability" not in page


def test_of_many_questions_it_shows_those_that_are_not_right(run: Run) -> None:
    def named(number: int, index: int) -> Question:
        return replace(run.records[index].question, id=f"n{number}-{index}")

    records = tuple(
        replace(run.records[index], question=named(number, index))
        for number in range(100)
        for index in range(len(run.records))
    )
    page = render_report(replace(run, records=records))
    assert page.count('<details class="question"') == SHOWN_QUESTIONS
    assert f"{len(records) - SHOWN_QUESTIONS} right ones are left out" in page
    assert page.count('data-tags="wrong') == sum(record.is_right is False for record in records)


def elements(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter())


def test_bars_are_as_high_as_their_values() -> None:
    svg = plots.bars_plot("t", "x", "y", ["a", "b"], {"one": [0.5, 1.0], "two": [0.0, 0.25]})
    bars = [e for e in elements(svg) if e.get("class", "").startswith("bar") and len(e)]
    heights = [float(bar.get("height", "")) for bar in bars]
    whole = plots.HEIGHT - plots.TOP - plots.BOTTOM
    assert heights == pytest.approx([0.5 * whole, whole, 0, 0.25 * whole], abs=0.11)


def test_a_line_goes_through_its_points() -> None:
    svg = plots.risk_coverage_plot([plots.PlotLine("l", [(0, 0), (0.5, 1), (1, 0.5)])], (0.5, 1))
    (line,) = [e for e in elements(svg) if e.tag == "polyline"]
    points = [tuple(map(float, p.split(","))) for p in line.get("points", "").split()]
    left, right = plots.LEFT, plots.WIDTH - plots.RIGHT
    top, bottom = plots.TOP, plots.HEIGHT - plots.BOTTOM
    assert points == [(left, bottom), ((left + right) / 2, top), (right, (top + bottom) / 2)]


@pytest.mark.parametrize(
    "svg",
    [
        pytest.param(plots.reliability_plot([]), id="no bins"),
        pytest.param(plots.times_plot({}), id="no stages"),
        pytest.param(plots.times_plot({"<b>&": (0.0, 0.0)}), id="no time"),
        pytest.param(plots.bars_plot("<t>", "&", '"', ["<g>"], {"<s>": [0.0]}), id="escaped"),
        pytest.param(plots.interval_bar(0, None, None), id="no interval"),
    ],
)
def test_plots_of_next_to_nothing_are_whole(svg: str) -> None:
    assert elements(svg)[0].tag == "svg"
