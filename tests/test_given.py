"""An answer leaves as it grows, with the articles that it names, and held to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.assistant import Assistant
from rag.config import Config
from rag.datatypes import Answer
from rag.errors import RagError
from rag.given import checked, growing, joined
from tests.making import write_folder


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("given")
    corpus = write_folder(
        folder / "corpus",
        {
            "mill.txt": "The mill\n\nThe mill of Velm was built in 1890. Ana Ruiz runs the mill.\n",
            "pool.txt": "The pool\n\nThe pool of Velm opened in 1931. Tom Hall swims there.\n",
        },
    )
    return Assistant.open(corpus, folder / "index", config=Config(reader="none"))


@pytest.fixture(scope="module")
def answer(town: Assistant) -> Answer:
    found = town.ask("Who runs the mill of Velm?")
    assert len(found.statements) > 1
    return found


def test_an_answer_grows_by_a_statement_at_a_time(town: Assistant, answer: Answer) -> None:
    grown = list(growing(answer, town._serving([])))
    assert [len(one.statements) for one in grown] == list(range(1, len(answer.statements) + 1))
    assert grown[-1] == answer
    for one in grown:
        assert set(one.articles) >= {c.article_id for s in one.statements for c in s.citations}


def test_a_decline_comes_once_and_says_that_not_all_were_asked(
    town: Assistant, answer: Answer
) -> None:
    none = replace(answer, statements=(), passages=(), outcome="declined", reason="No.")
    assert next(iter(growing(none, town._serving([])))).reason == "No."
    some = replace(none, among=("mill",))
    assert checked(some, town._serving(["mill"])).reason == "No. Only 1 of 2 articles was asked."


def test_a_citation_that_is_not_its_slice_never_leaves(town: Assistant, answer: Answer) -> None:
    statement = answer.statements[0]
    wrong = replace(statement.citations[0], quote="Nobody runs it.")
    with pytest.raises(RagError, match="a citation does not hold"):
        checked(
            replace(answer, statements=(replace(statement, citations=(wrong,)),)), town._serving([])
        )


def test_reasons_are_joined_where_there_are_any() -> None:
    assert joined("One.", "", "Two.") == "One. Two."
    assert joined("", "") == ""
