"""What an author says to others is told from what they write, through the assistant."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.chat_model import ChatModel
from rag.providers import endpoint
from tests.making import write_folder
from tests.scripted import Says, scripted

TEXTS = {
    "a.txt": "The ferry of Velm\n\nBy Ana Ruiz\n\nThe ferry of Velm is too small for the island. "
    "It carries forty people and two cars. The old ferry was sold in May.\n",
    "b.txt": "The budget of Velm\n\nBy Tom Hall\n\nThe council met on Monday. “The budget is too "
    "small by half,” said Ana Ruiz. The budget of the harbour grows by a third in 2024.\n",
    "c.txt": "The bridge\n\nBy Eva Lund | Velm Daily\n\nIt was closed in March. “A "
    "bridge of air is a bridge,” said Tom Berg. Nobody knows when it opens.\n",
}
QUOTED = "“The budget is too small by half,” said Ana Ruiz."
GROWS = "The budget of the harbour grows by a third in 2024."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("authors")
    return Assistant.open(write_folder(folder / "corpus", TEXTS), folder / "index")


@pytest.mark.parametrize(
    ("question", "stated", "among"),
    [
        ("What did Ana Ruiz say about the budget?", [QUOTED], ()),
        ("what did ana ruiz say about the budget", [QUOTED], ()),
        ("What did Ruiz say about the budget?", [QUOTED], ()),
        ("According to Ana Ruiz, what is too small?", [QUOTED], ()),
        ("What is too small, according to Ana Ruiz?", [QUOTED], ()),
        # What she wrote and is not quoted with.
        ("What did Ana Ruiz write about the budget?", [], ("a",)),
        ("According to Ana Ruiz, when was the old ferry sold?",
         ["The old ferry was sold in May."], ("a",)),
        ("What did Tom Hall say about the budget?", [GROWS], ("b",)),
        ("According to Tom Hall, what is too small?", [], ("b",)),
        # An outlet says what it quotes.
        ("What does Velm Daily say about a bridge of air?",
         ["“A bridge of air is a bridge,” said Tom Berg."], ("c",)),
    ],
)  # fmt: skip
def test_what_somebody_said_is_looked_for_in_all_articles_and_then_in_theirs(
    assistant: Assistant, question: str, stated: list[str], among: tuple[str, ...]
) -> None:
    answer = assistant.ask(question)
    assert [one.text for one in answer.statements] == stated
    assert answer.among == among


def test_a_decline_says_that_only_the_words_of_others_were_found(assistant: Assistant) -> None:
    answer = assistant.ask("According to Tom Hall, what is too small?")
    assert answer.outcome == "declined"
    assert answer.reason.startswith("The articles quote nothing of Tom Hall.")


@pytest.mark.parametrize(
    ("question", "left_out", "given"),
    [
        ("According to Tom Hall, by how much does the budget grow in 2024?", "too small", GROWS),
        # An outlet says what it quotes.
        ("According to Velm Daily, what is a bridge of air?", "", "A bridge of air is a bridge,"),
        ("Who said that the budget is too small by half?", "", QUOTED),
    ],
)
def test_a_model_is_not_given_the_words_of_others_as_an_author_s(
    assistant: Assistant, question: str, left_out: str, given: str
) -> None:
    with scripted([Says(f"{given} [1]")]) as server:
        chat = ChatModel(endpoint("tiny-writer", server.url), environ={}, sleep=lambda _: None)
        answer = assistant.ask(question, chat_model=chat)
    [prompt] = server.prompts
    assert given in prompt
    assert not left_out or left_out not in prompt
    for passage in answer.passages:
        chunk = passage.chunk
        assert passage.article.text[chunk.start : chunk.end] == chunk.text
