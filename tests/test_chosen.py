"""Some articles asked alone: the others are as if they were not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.assistant import Assistant
from rag.chosen import checked_choice, only_told, rows_among
from rag.config import Config
from rag.datatypes import Article, Passage
from rag.errors import QuestionError
from rag.retrieve import HybridRetriever
from rag.vectors import VectorIndex
from tests.making import (
    RIVERS,
    WordEncoder,
    make_article,
    make_generation,
    unit_vectors,
    write_folder,
)

QUESTION = "How long is the water of a river?"
COUNT = 60
WORDS = WordEncoder()
CHOICES = [("a007",), ("a001", "a030"), tuple(f"a{n:03}" for n in range(0, COUNT, 2))]


def articles() -> tuple[Article, ...]:
    return tuple(
        make_article(f"The water of river {n} was {n % 7} metres long.", name=f"a{n:03}")
        for n in range(COUNT)
    )


def found(retriever: HybridRetriever, k: int) -> list[Passage]:
    return list(retriever.retrieve(QUESTION, k=k).passages)


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "vector"])
@pytest.mark.parametrize("chosen", CHOICES, ids=len)
def test_a_choice_is_the_whole_search_with_the_others_left_out(chosen: tuple[str, ...], mode: str):
    generation = make_generation(articles(), WORDS)
    config = Config(candidates=5, retriever=mode)
    rows = rows_among(generation.chunks, chosen)
    among = found(HybridRetriever(generation, WORDS, config, among=rows), 8)
    whole = found(HybridRetriever(generation, WORDS, config), 500)
    left = [p for p in whole if p.article.id in chosen][:8]
    scores = [p.scores.fused.value for p in left if p.scores.fused]
    assert [p.scores.fused.value for p in among if p.scores.fused] == pytest.approx(scores)
    assert {p.chunk.id for p in among} <= {p.chunk.id for p in whole if p.article.id in chosen}
    assert len(among) == min(8, len(left))


@pytest.mark.parametrize("chosen", CHOICES, ids=len)
def test_a_choice_finds_what_an_index_of_it_alone_finds(chosen: tuple[str, ...]):
    generation = make_generation(articles(), WORDS)
    alone = make_generation(tuple(a for a in articles() if a.id in chosen), WORDS)
    rows = rows_among(generation.chunks, chosen)
    among = found(HybridRetriever(generation, WORDS, Config(), among=rows), 500)
    assert {p.chunk.id for p in among} == {
        p.chunk.id for p in found(HybridRetriever(alone, WORDS, Config()), 500)
    }


def test_every_vector_of_a_choice_is_looked_at_where_cells_are_searched():
    vectors = unit_vectors(1, 3000, 16)
    index = VectorIndex.from_vectors(vectors, exact_up_to=100)
    rows = np.arange(0, 3000, 3, dtype=np.int32)
    query = unit_vectors(2, 1, 16)[0]
    by_hand = sorted(rows.tolist(), key=lambda row: (-float(vectors[row] @ query), row))[:10]
    assert [row for row, _ in index.search(query, k=10, probes=1, among=rows)] == by_hand


@pytest.fixture
def rivers(tmp_path: Path) -> Assistant:
    folder = write_folder(tmp_path / "articles", RIVERS)
    config = Config(reader="none")
    return Assistant.open(folder, tmp_path / "index", config=config, encoder=WordEncoder())


def test_an_answer_comes_from_the_chosen_articles_alone(rivers: Assistant):
    for name in rivers.articles:
        answer = rivers.ask("How long is the Nile?", articles=[name])
        answered = answer.outcome == "answered"
        assert answered or name != "nile"
        assert {p.article.id for p in answer.passages} == {name}
        assert {c.article_id for c in answer.citations} == ({name} if answered else set())
        assert answer.among == (name,)
        assert answer.to_dict()["among"] == [name]
        told = only_told(1, len(rivers.articles))
        assert (told in answer.reason) == (not answered)
        assert {p.article.id for p in rivers.retrieve("the Nile", articles=[name])} == {name}


def test_all_articles_chosen_are_asked_as_if_none_were(rivers: Assistant):
    every = rivers.ask("How long is the Nile?", articles=list(rivers.articles))
    assert every.statements == rivers.ask("How long is the Nile?").statements


def test_questions_about_the_collection_are_of_the_chosen_articles(rivers: Assistant):
    name, *others = rivers.articles
    assert name == "danube"  # which alone mentions a river
    listed = str(rivers.ask("Which articles do you have?", articles=[name]))
    assert rivers.articles[name].title in listed
    assert not any(rivers.articles[other].title in listed for other in others)
    told = rivers.ask("Which articles mention the river?", articles=[name])
    assert (told.outcome, {c.article_id for c in told.citations}) == ("answered", {name})
    assert told.reason == "1 of 1 article mentions “the river”."


def test_a_list_that_was_told_of_is_that_of_the_chosen_articles(rivers: Assistant):
    listed = "listed for “Which articles have no date?”"
    question = f"Which of the articles {listed} have no author?"
    assert rivers.ask(question).statements[-1].text == "1. Ships on the Rhine"
    chosen = rivers.ask(question, articles=["danube", "nile"])
    assert [one.text for one in chosen.statements] == ["Not that one."]
    summary = rivers.ask(f"Summarise the first article {listed}", articles=["danube", "rhine"])
    assert {c.article_id for c in summary.citations} == {"rhine"}


def test_an_article_that_is_not_there_is_told(rivers: Assistant):
    with pytest.raises(QuestionError, match="no article 'nowhere': the ids are"):
        rivers.ask("How long is the Nile?", articles=["nowhere"])


def test_a_choice_is_each_article_once_and_in_order():
    assert checked_choice(["b", "a", "b"], ["a", "b", "c"]) == ("a", "b")
    assert checked_choice([], ["a"]) == ()
    assert only_told(1, 5) == "Only 1 of 5 articles was asked."
    assert only_told(2, 5) == "Only 2 of 5 articles were asked."
