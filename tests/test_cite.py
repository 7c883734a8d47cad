"""Citations: `article.text[citation.start:citation.end] == citation.quote`, always."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cite import Place, broken_citations, cite
from rag.datatypes import Answer, Article, Citation, Statement
from rag.text import normalise
from tests.making import texts

LONE = Article("a", "T", "Rivers flow. The sea waits.\nRivers flow.", "a.txt")
PAIR = {
    "a": LONE,
    "b": Article("b", "U", "Ships wait. RIVERS  flow. The end.", "b.txt"),
}


@st.composite
def cited(draw: st.DrawFn) -> tuple[dict[str, Article], list[Place]]:
    """Draw articles, two of them the same, and places in them, some of them twice."""
    one, two = draw(texts(3)), draw(texts(3))
    articles = {
        name: Article(name, name, text, f"{name}.txt")
        for name, text in (("a", one), ("b", two), ("c", one + two))
    }
    chance = random.Random(draw(st.integers(0, 2**32)))
    places = []
    for _ in range(draw(st.integers(0, 8))):
        name = chance.choice("abc")
        length = len(articles[name].text)
        start = chance.randrange(length)
        end = chance.randint(start + 1, min(length, start + 80))
        low, high = sorted(chance.choices(range(start, end + 1), k=2))
        places.append(Place(name, start, end, chance.choice([None, (low, high)])))
        if name == "a":
            places.append(Place("c", start, end))
    return articles, places + chance.sample(places, k=len(places) // 3)


@given(cited())
def test_a_quote_is_the_slice_it_claims(drawn: tuple[dict[str, Article], list[Place]]) -> None:
    articles, places = drawn
    for statement in cite(places, articles):
        for citation in statement.citations:
            text = articles[citation.article_id].text
            assert text[citation.start : citation.end] == citation.quote != ""
            assert normalise(citation.quote) == normalise(statement.text)
        first = statement.citations[0]
        assert statement.text.split() == first.quote.split()
        assert not re.search(r"\s\s|\n", statement.text)


@given(cited())
def test_markers_count_from_one_in_the_order_of_first_use(
    drawn: tuple[dict[str, Article], list[Place]],
) -> None:
    articles, places = drawn
    statements = cite(places, articles)
    markers = [c.marker for statement in statements for c in statement.citations]
    assert markers == list(range(1, len(markers) + 1))
    firsts = list(dict.fromkeys(normalise(_text(p, articles)) for p in places))
    assert [normalise(statement.text) for statement in statements] == firsts


@given(cited())
def test_a_text_is_stated_once_and_cited_once_an_article(
    drawn: tuple[dict[str, Article], list[Place]],
) -> None:
    articles, places = drawn
    for statement in cite(places, articles):
        names = [citation.article_id for citation in statement.citations]
        assert len(set(names)) == len(names)
        same = [p for p in places if normalise(_text(p, articles)) == normalise(statement.text)]
        assert names == list(dict.fromkeys(place.article_id for place in same))


@given(cited())
def test_a_highlight_marks_the_same_characters_in_the_statement(
    drawn: tuple[dict[str, Article], list[Place]],
) -> None:
    articles, places = drawn
    for statement in cite(places, articles):
        first = statement.citations[0]
        where = (first.article_id, first.start, first.end)
        place = next(p for p in places if (p.article_id, p.start, p.end) == where)
        if place.highlight is None:
            assert statement.highlight is None
        else:
            assert statement.highlight is not None
            start, end = statement.highlight
            slice_ = articles[first.article_id].text[slice(*place.highlight)]
            assert statement.text[start:end].split() == slice_.split()


def _text(place: Place, articles: dict[str, Article]) -> str:
    return articles[place.article_id].text[place.start : place.end]


def test_the_same_text_in_two_articles_is_one_statement_with_two_citations() -> None:
    places = [Place("b", 0, 11), Place("a", 0, 12), Place("b", 12, 25)]
    first, second = cite(places, PAIR)
    assert (first.text, [c.marker for c in first.citations]) == ("Ships wait.", [1])
    assert second.text == "Rivers flow."
    assert second.citations == (
        Citation(2, "a", 0, 12, "Rivers flow."),
        Citation(3, "b", 12, 25, "RIVERS  flow."),
    )


def test_a_text_that_an_article_repeats_is_cited_once() -> None:
    (only,) = cite([Place("a", 0, 12), Place("a", 28, 40), Place("a", 0, 12)], PAIR)
    assert only.citations == (Citation(1, "a", 0, 12, "Rivers flow."),)


def test_a_statement_is_on_one_line_and_its_quote_as_printed() -> None:
    (only,) = cite([Place("a", 13, 40, highlight=(28, 34))], PAIR)
    assert only.text == "The sea waits. Rivers flow."
    assert only.citations[0].quote == "The sea waits.\nRivers flow."
    assert only.highlight == (15, 21)
    assert only.text[15:21] == "Rivers"


def test_no_places_give_no_statements() -> None:
    assert cite([], PAIR) == ()


@pytest.mark.parametrize(
    "place",
    [Place("none", 0, 1), Place("a", -1, 3), Place("a", 3, 3), Place("a", 5, 3), Place("a", 0, 41)],
    ids=["article", "before", "empty", "backwards", "past-the-end"],
)
def test_a_place_that_is_in_no_article_is_refused(place: Place) -> None:
    with pytest.raises(ValueError, match="no such place in the articles: Place"):
        cite([place], PAIR)


def test_citations_that_do_not_hold_are_found() -> None:
    good = Citation(1, "a", 0, 12, "Rivers flow.")
    bad = [
        replace(good, quote="Rivers flow"),
        replace(good, quote="rivers flow."),
        replace(good, start=1, end=13),
        replace(good, article_id="b"),
        replace(good, article_id="none"),
        replace(good, end=400),
    ]
    statements = (Statement("Rivers flow.", (good, *bad[:3])), Statement("x", tuple(bad[3:])))
    answer = Answer("q", "q", statements, (), "answered", "", 1.0, "hand")
    assert broken_citations(answer, PAIR) == bad
    assert broken_citations(replace(answer, statements=(Statement("x", (good,)),)), PAIR) == []
