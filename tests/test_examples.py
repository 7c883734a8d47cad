"""The questions that a visitor is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.examples import example_questions
from tests.making import make_article

if TYPE_CHECKING:
    from rag.assistant import Assistant


def test_the_project_s_own_articles_give_four_questions_that_are_answered(seeds: Assistant) -> None:
    questions = example_questions(seeds.articles)
    assert len(questions) == len(set(questions)) == 4
    assert [seeds.ask(question).outcome for question in questions] == ["answered"] * 4


def test_a_heading_that_asks_comes_first() -> None:
    article = make_article(
        "Otters of the coast\n\nThey live by the sea and dive for shellfish all day long.\n\n"
        "## Why do they hold hands?\n\nThey hold hands so as not to drift apart while they sleep.\n"
    )
    assert example_questions({"a": article})[0] == "Why do they hold hands?"


def test_a_name_and_what_is_counted_beside_it_make_a_question() -> None:
    article = make_article(
        "The harbour was busy. Last year the port of Duisburg Harbour handled 4 million steel "
        "containers and grew again."
    )
    assert (
        "What do the articles say about Duisburg Harbour and steel containers?"
        in example_questions({"a": article})
    )


def test_another_language_gives_titles_and_an_empty_collection_nothing() -> None:
    chinese = make_article("水獭的生活\n\n水獭睡觉时手牵手。它们生活在海边。", language="zh")
    assert example_questions({"a": chinese}) == [chinese.title]
    assert example_questions({}) == []


def test_count_is_kept(seeds: Assistant) -> None:
    assert example_questions(seeds.articles, count=0) == []
    assert len(example_questions(seeds.articles, count=2)) == 2
