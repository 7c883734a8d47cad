"""The questions that a visitor is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rag.replies.examples import example_questions
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


@pytest.mark.parametrize(
    "heading",
    ["Why roofs?", "How did you come to the ferries?", "What we do all day long?"],
)
def test_a_heading_that_says_too_little_or_asks_somebody_is_not_offered(heading: str) -> None:
    article = make_article(
        f"The ferries\n\nThey cross the bay.\n\n## {heading}\n\nThey cross it at dawn.\n"
    )
    assert heading not in example_questions({"a": article})


def test_one_of_each_kind_comes_before_another_of_the_same() -> None:
    text = (
        "{title}\n\nThe plan of Harbour Lines was told in Velm on 4 March 2021. “It is late,” said "
        "Ana Ruiz of Harbour Lines. Ana Ruiz said that the ferry of Port Aldren was sold on 2 May "
        "2021.\n"
    )
    articles = {
        name: make_article(text.format(title=f"The {name} story"), name=name) for name in "abcd"
    }
    assert example_questions(articles, count=5) == [
        "What do the articles say about Harbour Lines?",
        "What did Ana Ruiz say?",
        "Which articles mention Ana Ruiz?",
        "Give me a timeline",
        "What do the articles say about Ana Ruiz?",
    ]
    alone = example_questions({"a": articles["a"]}, count=9)
    assert not [question for question in alone if question.startswith("Which articles")]


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        (
            "The ferry crosses the Ister Sound, and nobody swims in the Ister Sound.",
            "the Ister Sound",
        ),
        (
            "A ferry crosses to Port Aldren, and most of it is of the Port Aldren yard.",
            "Port Aldren",
        ),
        ("They join the Port Aldren crews, and the Port Aldren boats sail.", "Port Aldren"),
    ],
    ids=["with the", "as often without", "before a noun"],
)
def test_a_name_is_asked_of_as_the_articles_write_it(sentence: str, asked: str) -> None:
    article = make_article(f"# The crossing\n\n{sentence}\n")
    questions = example_questions({"a": article})
    assert questions[0] == f"What do the articles say about {asked}?"


def test_of_a_title_that_asks_nothing_it_is_asked_what_it_is_about() -> None:
    bakery = make_article("# The old bakery\n\nIt sells rye bread. It opens at six.\n")
    asks = make_article("# Why is it shut?\n\nIt is being painted. It opens in May.\n", name="b")
    assert example_questions({"a": bakery, "b": asks}) == [
        "Why is it shut?",
        "What is “The old bakery” about?",
    ]


def test_another_language_gives_titles_and_an_empty_collection_nothing() -> None:
    chinese = make_article("水獭的生活\n\n水獭睡觉时手牵手。它们生活在海边。", language="zh")
    assert example_questions({"a": chinese}) == [f"What is “{chinese.title}” about?"]
    assert example_questions({}) == []


def test_count_is_kept(seeds: Assistant) -> None:
    assert example_questions(seeds.articles, count=0) == []
    assert len(example_questions(seeds.articles, count=2)) == 2
