"""Why this answer: the scores as they are, what was left out and why, the words that were found."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rag.articles.layout import layout
from rag.datatypes import (
    Chunk,
    Grounds,
    LeftOut,
    Passage,
    Score,
    Scores,
    Statement,
)
from rag.text import tokenise
from rag.ui.markup import bar
from rag.ui.why import milliseconds, term_spans, why_html
from tests.ui.test_rendering import answered, article, check_ours, cite, passage

QUOTES = ["The tower was built in 1904.", "It is 31 metres high.", "Nobody lives in it."]
GROUNDS = Grounds(("tower", "high"), 40, 0.1)


def near(count: int = 3) -> tuple[Passage, ...]:
    return tuple(passage(article(), quote, rank) for rank, quote in enumerate(QUOTES[:count], 1))


@given(st.text("tower high! ,.塔高ある", min_size=1), st.sampled_from(["en", "zh", "de"]))
def test_marked_words_are_the_words_that_hold_a_term(text: str, language: str):
    terms = set(tokenise("towers higher 塔高", language))
    spans = term_spans(text, terms, language)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(set(tokenise(text[low:high], language)) & terms for low, high in spans)
    assert term_spans(text, (), language) == []


def test_marked_words_by_hand():
    text = "The Tower’s towers, the tower; a towering one"
    terms = set(tokenise("the tower", "en"))
    assert [text[low:high] for low, high in term_spans(text, terms, "en")] == [
        "Tower’s", "towers", "tower", "towering",
    ]  # fmt: skip
    chinese = "维尔姆的灯塔每天"
    found = term_spans(chinese, set(tokenise("姆的灯塔", "zh")), "zh")
    assert [chinese[low:high] for low, high in found] == ["姆的灯塔"]


def test_each_passage_is_told_its_fate():
    reasons: dict[str, LeftOut] = {}
    passages = near()
    reasons[passages[2].chunk.id] = "weak"
    statement = Statement(QUOTES[1], (cite(article(), QUOTES[1], 1),))
    markup = why_html(
        answered(
            article(),
            statements=(statement,),
            passages=passages,
            grounds=replace(GROUNDS, left_out=reasons),
        ),
        "t1",
    )
    assert re.findall('class="fate">(.*?)<', markup) == [
        "No statement was taken from it.",
        "Holds citation 1.",
        "Left out: far behind the best sentence.",
    ]
    assert "40 passages were compared, the best 3 were kept." in markup
    assert "Confidence 90%; below 10% the question would have been declined." in markup
    assert '<b class="term">tower</b>' in markup
    assert re.findall("<li><bdi>(.*?)</bdi>", markup) == ["high"]


def test_a_declined_answer_says_why_too():
    declined = answered(
        article(), statements=(), outcome="declined", passages=near(), confidence=0.04,
        grounds=GROUNDS,
    )  # fmt: skip
    markup = why_html(declined, "t1")
    assert "<summary>Why no answer</summary>" in markup
    assert "a confidence of 4%; below 10% a question is declined" in markup
    assert markup.count("Not enough for an answer.") == 3


def test_scores_are_shown_as_they_are_and_none_where_a_stage_gave_none():
    first, second = near(2)
    scored = (
        replace(first, scores=Scores(Score(1, 8.0), Score(3, 0.25), reader=Score(1, math.log(3)))),
        replace(second, scores=Scores(Score(2, 2.0), None, reader=None)),
    )
    markup = why_html(answered(article(), statements=(), passages=scored), "t1")
    rows = re.findall(r"<dt>(.*?)</dt><dd(?:>(.*?)| class=\"none\">(.*?))</dd>", markup)
    shown = [(name, re.findall(r'rect width="([\d.]+)"', bars)[1:], re.sub("<.*?>", "", bars) or no)
             for name, bars, no in rows][:6]  # fmt: skip
    assert shown == [
        ("Words (BM25)", ["100.0"], "8.0, rank 1"),
        ("Meaning (vectors)", ["25.0"], "0.25, rank 3"),
        ("Reader", ["75.0"], "75%, rank 1"),
        ("Words (BM25)", ["25.0"], "2.0, rank 2"),
        ("Meaning (vectors)", [], "not among its best"),
        ("Reader", [], "not read"),
    ]


def test_nothing_searched_for_gives_no_panel_and_a_bar_stays_a_bar():
    assert why_html(answered(article(), statements=()), "t1") == ""
    assert 'width="0.0"' in bar(-3)
    assert 'width="100.0"' in bar(7)
    assert [milliseconds(s) for s in (0.0004, 0.0123, 2)] == ["0.4 ms", "12 ms", "2.0 s"]


@given(st.text(min_size=1), st.text())
def test_whatever_a_passage_holds_is_text(text: str, term: str):
    hostile = article(text, title=text, name=text)
    whole = Passage(replace(passage(article(), QUOTES[0]).chunk, text=text), hostile, Scores())
    grounds = Grounds((term, *tokenise(text)), 1, 0.5)
    check_ours(
        why_html(
            answered(
                hostile, statements=(), passages=(whole,), grounds=grounds, answered_by=text,
                searched_for=text, seconds={text: 0.1},
            ),
            "t1",
        )
    )  # fmt: skip


def test_what_was_likelier_after_the_answer_before_is_told():
    likelier = replace(GROUNDS, likelier=(article().id,))
    statement = Statement(QUOTES[1], (cite(article(), QUOTES[1], 1),))
    told = "sentences of what the answers before it cited were preferred"
    for grounds in (likelier, GROUNDS):
        markup = why_html(
            answered(article(), statements=(statement,), passages=near(), grounds=grounds), "t1"
        )
        assert (told in markup) is (grounds is likelier)


def test_a_passage_is_shown_without_the_marks_of_its_file():
    text = "# The mill\n\nIt grinds.\n\n```sh\nmill --rye\n```\n\nIt is **old**."
    made = layout(text)
    mill = replace(article(), text=text, title=made.title, source="mill.md", blocks=made.blocks)
    chunk = Chunk("c", mill.id, 0, len(text), text)
    whole = replace(near()[0], chunk=chunk, article=mill)
    page = why_html(answered(mill, statements=(), passages=(whole,), grounds=GROUNDS), "t1")
    assert "```" not in page
    assert "**" not in page
    assert "mill --rye" in page
