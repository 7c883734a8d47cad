"""Passages and statements by date: what is meant comes, the undated is never dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.catalogue import Catalogue
from rag.assistant import Assistant
from rag.cite import Place
from rag.config import Config
from rag.datatypes import Article, Chunk, DateFilter, Passage, Score, Scores
from rag.retrieve import HybridRetriever, PassageRetriever, Retrieved
from rag.searching.datewise import (
    DatedRetriever,
    dated_retriever,
    in_date_order,
    makes_a_difference,
)
from tests.making import CountedArticles, make_article, make_generation, write_folder

if TYPE_CHECKING:
    from rag.encoder import SentenceEncoder

FIRST_DAY = date(2024, 1, 1)


@cache
def articles(count: int) -> tuple[Article, ...]:
    """Return articles of one sentence each, one a day; every fifth has no date."""
    return tuple(
        replace(
            make_article(f"The water of river {n} was {n % 7} metres long.", name=f"a{n:03}"),
            published=None if n % 5 == 4 else FIRST_DAY + timedelta(days=n),
        )
        for n in range(count)
    )


@pytest.fixture(scope="module")
def hybrid(tiny: SentenceEncoder) -> HybridRetriever:
    return HybridRetriever(make_generation(articles(120), tiny), tiny, Config(candidates=10))


def found(retriever: PassageRetriever, k: int = 8) -> list[Passage]:
    return list(retriever.retrieve("How long is the water of a river?", k=k).passages)


def only(start: date | None, end: date | None) -> DateFilter:
    return DateFilter("", "", start, end, only=True, newest=False)


@pytest.mark.parametrize("days", [0, 1, 3, 40, 119])
def test_a_restricted_search_is_the_whole_search_with_the_others_left_out(
    hybrid: HybridRetriever, days: int
):
    dates = only(None, FIRST_DAY + timedelta(days=days))
    whole = [
        p for p in found(hybrid, k=500) if p.article.published is None or
        dates.holds(p.article.published)
    ]  # fmt: skip
    assert [p.chunk.id for p in found(DatedRetriever(hybrid, dates), k=8)] == [
        p.chunk.id for p in whole[:8]
    ]
    assert len(found(DatedRetriever(hybrid, dates), k=500)) == len(whole)


@pytest.mark.parametrize("most", [0, 30, 500])
@pytest.mark.parametrize("days", [0, 1, 40, 119])
def test_what_is_searched_alone_is_what_the_whole_search_finds_of_it(
    hybrid: HybridRetriever, days: int, most: int
) -> None:
    dates = only(None, FIRST_DAY + timedelta(days=days))
    allowed = Catalogue({a.id: a for a in articles(120)}).left_in(dates)
    retriever = dated_retriever(hybrid, dates, lambda: allowed, most=most)
    whole = [p.chunk.id for p in found(hybrid, k=500) if dates.leaves_in(p.article.published)]
    assert [p.chunk.id for p in found(retriever)] == whole[:8]
    assert {p.chunk.id for p in found(retriever, k=500)} == set(whole)
    some = hybrid.among([f"a{n:03}" for n in range(0, 120, 3)])
    part = found(dated_retriever(some, dates, lambda: allowed, most=most), k=500)
    assert [p.chunk.id for p in part] == [
        p.chunk.id for p in found(some, k=500) if dates.leaves_in(p.article.published)
    ]


def test_for_a_rare_date_no_more_articles_are_read_than_are_found(tiny: SentenceEncoder) -> None:
    generation = make_generation(articles(120), tiny)
    counted = CountedArticles(generation.articles)
    hybrid = HybridRetriever(replace(generation, articles=counted), tiny, Config(candidates=10))
    day = FIRST_DAY + timedelta(days=77)
    retriever = dated_retriever(hybrid, only(day, day), lambda: ["a077", "a084"], most=50)
    assert {p.article.id for p in found(retriever)} == {"a077", "a084"}
    assert counted.read == 2


def test_a_time_that_is_preferred_is_not_looked_for_among_what_is_too_far_off() -> None:
    asked = []

    class Falling:
        """Finds passages of which each is worth less: one in ten of all is near the best."""

        def retrieve(self, question: str, *, k: int) -> Retrieved:
            asked.append(k)
            passages = [
                Passage(Chunk(f"{n:04}", "a000", 0, 9, "The water"), articles(1)[0],
                        Scores(fused=Score(n + 1, 1 - n / 2500)))
                for n in range(min(k, 2500))
            ]  # fmt: skip
            return Retrieved(tuple(passages), (), None, {})

    rare = replace(only(date(1900, 1, 1), date(1900, 1, 2)), only=False)
    assert len(found(DatedRetriever(Falling(), rare))) == 8
    assert asked == [32, 128, 1024]


def test_one_article_among_many_is_found(hybrid: HybridRetriever):
    day = FIRST_DAY + timedelta(days=77)
    dated = [p.article.id for p in found(DatedRetriever(hybrid, only(day, day)), k=500)
             if p.article.published]  # fmt: skip
    assert dated == ["a077"]


def test_a_preference_leaves_nothing_out_and_gives_the_time_its_share(hybrid: HybridRetriever):
    day = FIRST_DAY + timedelta(days=77)
    preferred = replace(only(day, day), only=False)
    plain, meant = found(hybrid), found(DatedRetriever(hybrid, preferred))
    assert len(meant) == len(plain)
    assert "a077" in [p.article.id for p in meant]
    assert {p.chunk.id for p in plain[:7]} <= {p.chunk.id for p in meant}
    values = [p.scores.fused.value for p in meant if p.scores.fused]
    assert values == sorted(values, reverse=True)


def test_the_newest_get_half_of_the_places(hybrid: HybridRetriever):
    latest = DateFilter("", "", None, None, only=False, newest=True)
    near = found(hybrid, k=32)
    dates = sorted((p.article.published for p in near if p.article.published), reverse=True)
    got = [p.article.published for p in found(DatedRetriever(hybrid, latest))]
    assert set(dates[:4]) <= set(got)


def test_no_passages_are_no_trouble(hybrid: HybridRetriever):
    assert found(DatedRetriever(hybrid, only(None, FIRST_DAY)), k=0) == []


@given(st.lists(st.integers(0, 119), max_size=12), st.integers(0, 119), st.booleans())
def test_statements_are_put_in_order_and_none_is_lost(rows: list[int], day: int, newest: bool):
    made = {a.id: a for a in articles(120)}
    places = [Place(f"a{row:03}", 0, len(made[f"a{row:03}"].text)) for row in rows]
    limit = FIRST_DAY + timedelta(days=day)
    dates = DateFilter("", "", None, limit, only=True, newest=newest)
    ordered = in_date_order(places, dates, made)
    assert sorted(p.article_id for p in ordered) == sorted(p.article_id for p in places)
    published = [made[p.article_id].published for p in ordered]
    meant = [dates.holds(each) for each in published]
    assert meant == sorted(meant, reverse=True)
    if newest:
        kept = [each for each in published if dates.holds(each)]
        assert kept == sorted(kept, key=lambda each: each or limit, reverse=True)
    else:
        assert [p for p in ordered if dates.holds(made[p.article_id].published)] == [
            p for p in places if dates.holds(made[p.article_id].published)
        ]


def test_a_preference_for_what_all_or_none_are_is_not_told(hybrid: HybridRetriever):
    passages = found(hybrid)
    for day, told in ((FIRST_DAY - timedelta(days=1), False), (date(2030, 1, 1), True)):
        preferred = DateFilter("", "", None, day, only=False, newest=False)
        is_mixed = len({preferred.holds(p.article.published) for p in passages}) == 2
        assert makes_a_difference(preferred, passages) is (told and is_mixed)


NEWS = {
    f"{name}.txt": f"{title}\n\nPublished: {published}\n\n{text}\n"
    for name, title, published, text in (
        ("a", "Tolls in spring", "Mar 04, 2024", "The toll of the Rhine bridge is 4 euros."),
        ("b", "Tolls in summer", "Jul 09, 2024", "The toll of the Rhine bridge is 6 euros."),
    )
} | {"c.txt": "Bridges\n\nThe toll of the Rhine bridge is paid in coins of two euros.\n"}


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory, tiny: SentenceEncoder) -> Assistant:
    folder = tmp_path_factory.mktemp("bridge")
    write_folder(folder / "articles", NEWS)
    config = Config(reader="none", min_confidence=0.0)
    return Assistant.open(folder / "articles", folder / "index", config=config, encoder=tiny)


QUESTION = "What do the articles before July 1 say about the toll of the Rhine bridge?"


def test_an_answer_is_of_the_time_and_says_so_and_the_undated_comes_last(bridge: Assistant):
    answer = bridge.ask(QUESTION)
    assert [c.article_id for c in answer.citations] == ["a", "c"]
    assert answer.reason.startswith("2 of 2 articles ")
    assert str(answer).startswith(
        "Only articles published up to 30 June 2024, or without a date (“before July 1”)\n\n"
    )
    assert answer.searched_for == QUESTION
    written = answer.to_dict()["dates"]
    assert written["start"] is None
    assert (written["end"], written["only"]) == ("2024-06-30", True)


def test_as_it_stands_there_is_no_filter(bridge: Assistant):
    answer = bridge.ask(QUESTION, as_it_stands=True)
    assert answer.dates is None
    assert "b" in answer.articles


def test_without_its_time_a_question_goes_the_ordinary_way(bridge: Assistant):
    filtered = bridge.ask(QUESTION).dates
    assert filtered is not None
    assert filtered.rest == "What do the articles say about the toll of the Rhine bridge?"
    answer, ordinary = bridge.ask(filtered.rest, as_it_stands=True), bridge.ask(filtered.rest)
    assert {c.article_id for c in answer.citations} == {"a", "b", "c"}
    assert answer.statements == ordinary.statements
    assert answer.reason == ordinary.reason
    latest = bridge.ask("What is the latest on the toll of the Rhine bridge?").dates
    assert latest is not None
    assert latest.rest == latest.question  # its words are what is asked


def test_the_latest_is_stated_first(bridge: Assistant):
    answer = bridge.ask("What is the latest on the toll of the Rhine bridge?")
    assert [c.article_id for c in answer.citations][:2] == ["b", "a"]
    assert answer.to_dict()["dates"]["newest"] is True


def test_a_time_without_articles_is_told(bridge: Assistant):
    answer = bridge.ask("What do the articles from 2019 say about the toll of the Rhine bridge?")
    assert [c.article_id for c in answer.citations] == ["c"]
    assert answer.reason.endswith("No article is dated in 2019.")


def test_a_date_that_is_asked_about_hides_nothing(bridge: Assistant):
    answer = bridge.ask("How much was the toll of the Rhine bridge on July 9?")
    assert answer.dates is None
    assert {"a", "b", "c"} <= set(answer.articles)
