"""Authors and outlets are counted from the bylines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.datatypes import Article
from rag.replies.bylines import MOST_NAMED, about_author, about_bylines
from tests.making import beside, dated, make_article

ARTICLES = {
    "a": dated("By Ana Ruiz, Velm Daily\n4 March 2021", "a"),
    "b": beside("Tom Hall | The Velm Post", "b"),
    "c": beside("Ana Ruiz | Velm Post", "c"),
    "d": beside("", "d"),
}


def told(question: str, articles: dict[str, Article] = ARTICLES) -> list[str]:
    return [statement.text for statement in about_bylines(question, articles)]


AUTHORS = [
    "2 authors of 4 articles, by their bylines:",
    "1. Ana Ruiz: 2 articles",
    "2. Tom Hall: 1 article",
    "1 of 4 articles names no author.",
]
OUTLETS = [
    "2 outlets of 4 articles, by their bylines:",
    "1. The Velm Post: 2 articles",
    "2. Velm Daily: 1 article",
    "1 of 4 articles names no outlet.",
]


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("Who are the authors?", AUTHORS),
        ("who wrote these articles", AUTHORS),
        ("How many journalists are there?", AUTHORS),
        ("List all the authors of the articles", AUTHORS),
        ("How many articles did each author write?", AUTHORS),
        ("Which outlets are there?", OUTLETS),
        ("Where are the articles from?", OUTLETS),
        ("Which newspapers published the articles?", OUTLETS),
        ("show me the outlets", OUTLETS),
        ("articles per outlet", OUTLETS),
        (
            "Who wrote the most articles?",
            ["By their bylines, Ana Ruiz wrote the most: 2 of 4 articles.", AUTHORS[-1]],
        ),
        (
            "Which newspaper has the fewest articles?",
            ["By their bylines, Velm Daily published the fewest: 1 of 4 articles.", OUTLETS[-1]],
        ),
    ],
)
def test_they_are_counted(question: str, lines: list[str]) -> None:
    assert told(question) == lines


@pytest.mark.parametrize(
    "question",
    ["Who wrote the harbour article?", "Who wrote the most about energy?", "Who are they?",
     "Which companies have the most articles?", "What are the sources?", "Who wrote them?"],
)  # fmt: skip
def test_other_questions_are_left_alone(question: str) -> None:
    assert told(question) == []


def test_several_that_have_as_many_and_none_at_all() -> None:
    two = {"b": ARTICLES["b"], "c": ARTICLES["c"]}
    assert told("Who wrote the most?", two) == [
        "By their bylines, Ana Ruiz and Tom Hall wrote the most: 1 of 2 articles each."
    ]
    assert told("Who are the authors?", {"d": ARTICLES["d"]}) == [
        "None of the 1 article names an author."
    ]


def test_a_long_list_is_cut_and_says_so() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [f"B{a}{b}o Ruiz" for a in letters[:4] for b in letters[:8]]
    many = {str(at): beside(name, str(at)) for at, name in enumerate(names)}
    lines = told("List the authors", many)
    assert lines[0] == "32 authors of 32 articles, by their bylines:"
    assert lines[-2:] == [f"{MOST_NAMED}. Bdfo Ruiz: 1 article", "and 2 more"]
    assert "Bdeo Ruiz, Bdfo Ruiz and 2 more wrote the most" in told("Who wrote most?", many)[0]


def who(question: str, articles: dict[str, Article] = ARTICLES, *mentioning: str) -> list[str]:
    return [one.text for one in about_author(question, articles, lambda _: mentioning)]


def test_an_author_of_whom_no_article_tells_is_told_of_by_the_byline() -> None:
    assert who("And who is tom hall?")[0] == "By the bylines, Tom Hall wrote 1 article:"
    two = who("Who is Ana Ruiz?")
    assert two[0] == "By the bylines, Ana Ruiz wrote 2 articles:"
    assert [line[:2] for line in two[1:]] == ["1.", "2."]


def test_whoever_an_article_tells_of_is_looked_for() -> None:
    of_him = replace(make_article("Tom Hall keeps bees.", name="b"), byline="Tom Hall")
    told = {**ARTICLES, "b": of_him}
    assert who("Who is Tom Hall?", told) == []
    assert who("Who is Tom Hall?", ARTICLES, "a") == []
    assert who("Who is Hall?") == who("Who is Bo Lind?") == who("Who is Velm Daily?") == []
    assert who("Who is Tom Hall to you?") == []
