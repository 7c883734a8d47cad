"""Some articles asked alone: the others are as if they were not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from rag.assistant import Assistant
from rag.config import Config
from rag.datatypes import Answer, Article, Message, Passage, Statement
from rag.errors import QuestionError, RagError
from rag.evaluate import load_questions
from rag.given import with_articles
from rag.indexing.chosen import checked_choice, of_those_asked, only_told, rows_among
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
TESTS = Path(__file__).parents[1]
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


@pytest.mark.parametrize(
    ("reason", "asked", "told"),
    [
        ("The articles don’t say it.", 1, "The article that was asked doesn’t say it."),
        ("The articles don’t say it.", 2, "The articles that were asked don’t say it."),
        ("No article seems to say it.", 1, "No article that was asked seems to say it."),
        ("The articles quote nothing of Ana.", 1, "The articles quote nothing of Ana."),
        ("", 1, ""),
    ],
)
def test_what_some_articles_do_not_say_is_not_told_of_all(reason: str, asked: int, told: str):
    assert of_those_asked(reason, asked) == told


# --- the law: whatever is asked, the others are as if they were not -------------------------------

TOWN = {
    "garden.md": """# Allotment rules

By Vera Holm

## 1. Plots

A plot has 90 square metres and is dug over by the end of March.

## 2. Water

Water is taken from the weir before nine in the morning.

## 3. Fires

No fire is lit on a plot between May and September.
""",
    "pool.md": """# Rules of the baths

## 1. Hours

The baths are open until eight in the evening.

## 2. Lockers

A locker is emptied each day and costs one crown.

## 3. Slides

Nobody under six goes down the slide alone.
""",
    "mill.txt": """The mill at Orsk is sold

By Jon Ebner | Orsk Courier

Published: May 04, 2021

The mill was sold to a baker on 3 May 2021. It stands beside the weir and has 12 rooms.

"The weir is 40 metres long and leaks," said Vera Holm, who keeps it. It is mended in June 2021.
""",
    "weir.txt": """The weir is mended

By Ida Lund | Velm Gazette

Published: Aug 11, 2022

The weir was mended in July 2022. It is now 43 metres long and cost 9,000 crowns.

"The weir holds," said Jon Ebner on 2 August 2022. The mill gets its water from it again.
""",
    "fair.txt": """A fair on the green

The fair had 300 visitors. Its stalls stood between the mill and the green until 9 July 2022.
""",
}
ASKED = (
    "How long is the weir?",
    "What does rule 3 say?",
    "What does rule 3 of the allotment rules say?",
    "What is the latest on the weir?",
    "What happened in May 2021?",
    "Give me a timeline",
    "Which articles mention the weir?",
    "Who is quoted?",
    "What did Vera Holm say about the weir?",
    "Which articles do you have?",
    "Which articles are from 2022?",
    "What is the newest article?",
    "Summarise the last article",
    "Who wrote the allotment rules?",
    "According to the Velm Gazette, how long is the weir?",
    "What does the first article say about fires?",
    "Which of the articles that mention “the weir” are from 2022?",
    "Which is longer, the weir or the slide, and what does a locker cost?",
)
THEN = (
    "Which article says that?",
    "Tell me more about the first statement",
    "Tell me more about the second one",
    "What happened next?",
    "Summarise it",
    "When was it published?",
    "Which of them are from 2021?",
    "List them",
    "Show the rest",
    "Tell me more.",
    "And the mill?",
)


def ids_cited(answer: Answer) -> set[str]:
    """Return the ids of the articles that an answer cites."""
    return {one.article_id for one in answer.citations}


def ids_told(answer: Answer) -> set[str]:
    """Return the ids of the articles that an answer tells of, in any way."""
    cited = {one.article_id for told in answer.statements for one in told.citations}
    named = {told.article_id for told in answer.statements} - {""}
    return cited | named | {p.article.id for p in answer.passages} | set(answer.articles)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = write_folder(tmp_path_factory.mktemp("town") / "articles", TOWN)
    config = Config(reader="none")
    return Assistant.open(folder, folder.parent / "index", config=config, encoder=WordEncoder())


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    index, config = tmp_path_factory.mktemp("seeds"), Config(reader="none")
    return Assistant.open(TESTS.parent / "seeds", index, config=config, encoder=WordEncoder())


def choices(assistant: Assistant) -> Iterator[tuple[str, ...]]:
    """Yield choices of articles, each one and pairs of them, over and over."""
    names = list(assistant.articles)
    pairs = zip(names, [*names[2:], *names[:2]], strict=True)
    return cycle([*((name,) for name in names), *map(tuple, pairs)])


@pytest.mark.parametrize("question", ASKED)
def test_a_question_is_answered_from_the_chosen_articles_alone(town: Assistant, question: str):
    for name in town.articles:
        assert ids_told(town.ask(question, articles=[name])) <= {name}


@pytest.mark.parametrize("question", ASKED)
def test_a_follow_up_is_answered_from_the_chosen_articles_alone(town: Assistant, question: str):
    """Whether the question before was asked of all articles or of those alone."""
    chosen = choices(town)
    for then in THEN:
        for asked_of in ((), only := next(chosen)):
            before = town.ask(question, articles=asked_of)
            history: list[Message] = [
                {"role": "user", "content": question},
                {"role": "assistant", "content": before.text},
            ]
            answer = town.ask(then, history=history, articles=only)
            assert ids_told(answer) <= set(only), (then, only, answer.searched_for)


@pytest.mark.parametrize("of", ["questions", "collection"])
def test_no_question_of_the_sets_is_answered_from_another_article(seeds: Assistant, of: str):
    chosen = choices(seeds)
    for question in load_questions(TESTS / f"{of}.jsonl").limited(100).questions:
        answer = seeds.ask(question.question, articles=next(chosen))
        assert ids_told(answer) <= set(answer.among), question.id


def test_what_has_a_number_is_of_the_articles_that_are_asked(town: Assistant):
    asked = "What does rule 3 say?"
    told = {name: town.ask(asked, articles=[name]) for name in ("garden", "pool")}
    assert "No fire is lit" in told["garden"].text
    assert "goes down the slide" in told["pool"].text
    assert ids_cited(town.ask(asked)) == {"garden", "pool"}
    assert ids_cited(town.ask("According to Vera Holm, what does rule 3 say?")) == {"garden"}


def test_what_has_a_number_is_of_the_time_that_is_asked_for(tmp_path: Path):
    old = TOWN["garden.md"].replace("By Vera Holm", "By Vera Holm, 4 May 2019")
    new = old.replace("2019", "2022").replace("between May and September", "at all")
    folder = write_folder(tmp_path / "articles", {"old.md": old, "new.md": new})
    config = Config(reader="none")
    rules = Assistant.open(folder, tmp_path / "index", config=config, encoder=WordEncoder())
    asked = "What does rule 3 say, in articles from 2022?"
    assert ids_cited(rules.ask("What does rule 3 say?")) == {"old", "new"}
    answer = rules.ask(asked)
    assert answer.dates is not None
    assert answer.dates.only
    assert ids_cited(answer) == {"new"}


def test_an_answer_from_an_article_that_is_not_asked_is_none(town: Assistant):
    """Whoever answers: the check stands where answers are made."""
    serving = town._serving(["pool"])
    others = town.ask("How long is the weir?", articles=["weir"])
    named = Statement("The weir is mended", (), article_id="weir")
    without = {"passages": (), "articles": {}}
    for strange in (
        others,
        replace(others, **without),
        replace(others, statements=(named,), **without),
    ):
        with pytest.raises(RagError, match="not asked was answered from: weir"):
            with_articles(strange, serving)


def test_what_serves_some_articles_knows_of_no_others(town: Assistant):
    some = town._serving(["mill", "pool"])
    assert list(some.articles) == list(some.generation.articles) == ["mill", "pool"]
    assert (some.total, some.among) == (5, ("mill", "pool"))
    fewer = town._generations.among(some, ["pool"])
    assert list(fewer.generation.articles) == ["pool"]
    with pytest.raises(KeyError):
        town._generations.among(fewer, ["mill"])
    assert town._serving([]).among == ()


def test_what_serves_tells_which_texts_may_hold_words(town: Assistant):
    serving = town._serving([])
    assert list(serving.articles.may_hold("9,000 crowns")) == ["weir"]
    assert list(serving.articles.may_hold("the weir")) == ["garden", "mill", "weir"]
    some = town._serving(["garden", "pool"])
    assert list(some.articles.may_hold("the weir")) == ["garden"]
    assert list(some.articles.may_hold("nowhere")) == []
