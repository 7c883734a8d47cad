"""What a question is asked of: the articles, the speaker and the time that it names."""

from __future__ import annotations

import pytest

from rag.assistant import Assistant
from rag.config import Config
from rag.repliers import Asked
from rag.replies.sayings import Said
from rag.scope import Scope, scope_of
from tests.making import write_folder


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("scope")
    corpus = write_folder(
        folder / "corpus",
        {
            "mill.md": "---\ntitle: Guide to the mill\ndate: 2024-03-04\n---\nThe mill of Velm was "
            "built in 1890. Ana Ruiz said that it was old.\n",
            "pool.md": "---\ntitle: The pool opens\ndate: 2024-07-08\n---\nThe pool of Velm opened "
            "in July. Tom Hall swims in it.\n",
        },
    )
    return Assistant.open(corpus, folder / "index", config=Config(reader="none"))


def scope(town: Assistant, question: str) -> Scope:
    serving = town._serving([])
    asked = Asked(question, serving, pytest.fail, serving.newest, alone=True)
    return scope_of(asked, town._generations)


def test_a_question_that_names_nothing_is_asked_of_all(town: Assistant) -> None:
    found = scope(town, "When was it built?")
    assert list(found.serving.articles) == ["mill", "pool"]
    assert (found.dates.filter, found.said) == (None, None)


def test_an_article_that_is_named_is_asked_alone(town: Assistant) -> None:
    found = scope(town, "According to the guide to the mill, when was it built?")
    assert list(found.serving.articles) == ["mill"]
    assert "guide" not in found.dates.question


def test_whose_words_are_asked_for_is_told(town: Assistant) -> None:
    assert scope(town, "What did Ana Ruiz say about the mill?").said == Said("Ana Ruiz", "the mill")


def test_a_time_filters_unless_a_timeline_is_asked_for(town: Assistant) -> None:
    heeded = scope(town, "What do the articles from March 2024 say about Velm?").dates.filter
    assert heeded is not None
    assert heeded.only
    assert scope(town, "Give me a timeline of March 2024").dates.filter is None
