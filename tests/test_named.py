"""Which articles a question names, and what it asks of them alone."""

from __future__ import annotations

import pytest

from rag.named import article_named, asked_of
from tests.making import make_article

TEXTS = {
    "a": "The harbour of Velm grows\n\nBy Ana Quispe | Velm Daily\n\nThe quay costs 3 million.\n",
    "b": "A mill burns in Lima\n\nThe mill burned on Sunday. The fire brigade was late.\n",
    "c": "Ferries\n\nBy Jon Dahl | Velm Daily\n\nThe harbour gets two ferries.\n",
}
ARTICLES = {name: make_article(text, name=name) for name, text in TEXTS.items()}


@pytest.mark.parametrize(
    ("question", "articles", "asked"),
    [
        ("What does the second article say about the fire?", "b",
         "What do the articles say about the fire?"),
        ("what did the mill piece report on fire brigades?", "b",
         "What do the articles say on fire brigades?"),
        ("What does Velm Daily say about the harbour?", "ac",
         "What do the articles say about the harbour?"),
        ("According to the Velm Daily article, what does the quay cost?", "ac",
         "What does the quay cost?"),
        ("According to Ana Quispe what does the quay cost?", "a", "What does the quay cost?"),
        ("How many ferries does the harbour get, according to Jon Dahl?", "c",
         "How many ferries does the harbour get?"),
        ("What does the fire brigade article say about the mill?", "b",
         "What do the articles say about the mill?"),
        ("What does the quay article say about the mill?", "a",
         "What do the articles say about the mill?"),
        ("Who is quoted in the second article?", "b", "Who is quoted?"),
        ("who is quoted in the article about the mill?", "b", "Who is quoted?"),
        ("Who is quoted in the articles?", "", ""),
        ("Who is quoted?", "", ""),
        ("What does the two millions article say about the mill?", "", ""),
        ("What is said, according to the last article, of ferries?", "", ""),
        ("What does the brigade say about the fire?", "", ""),
        ("According to experts, what does the quay cost?", "", ""),
        ("What does the tenth article say about the fire?", "", ""),
        ("What does the quay cost?", "", ""),
    ],
)  # fmt: skip
def test_a_question_asks_the_articles_that_it_names(
    question: str, articles: str, asked: str
) -> None:
    found = asked_of(question, ARTICLES)
    assert (found is None) is (not articles)
    if found:
        assert ("".join(found.articles), found.question) == (articles, asked)


def test_an_only_article_is_not_asked_apart_from_others() -> None:
    assert asked_of("What does the first article say about fire?", {"b": ARTICLES["b"]}) is None


def test_of_two_that_are_named_as_well_none_is_meant() -> None:
    assert article_named("velm daily", ARTICLES) is None
    found = article_named("mill", ARTICLES)
    assert found is not None
    assert found.id == "b"
    assert article_named("ninth", ARTICLES) is None


def test_the_articles_that_are_meant_are_asked_where_the_question_names_them() -> None:
    that = "the article that mentions “mill”"
    found = asked_of(f"What does {that} say about the fire?", ARTICLES, lambda _: ("b",))
    assert found is not None
    assert found.articles == ("b",)
    other = f"According to Ana Quispe, what does {that} say?"
    assert asked_of(other, ARTICLES, lambda _: ("b",)) is None


def test_what_stands_around_a_text_names_it_and_not_the_text_of_another() -> None:
    found = article_named("harbour", ARTICLES)  # in the title of a, in the text of c
    assert found is not None
    assert found.id == "a"


def test_of_more_articles_than_are_looked_through_none_is_named_by_its_words() -> None:
    many = {**ARTICLES, **{f"n{at}": ARTICLES["a"] for at in range(5001)}}
    assert article_named("mill", many) is None
