"""What "it" and "the second one" mean after articles were told of."""

from __future__ import annotations

import pytest

from rag.assistant import Assistant
from rag.config import Config
from rag.conversation.articles_meant import with_articles_named
from rag.datatypes import Answer, Message
from rag.encoder import SentenceEncoder
from tests.making import write_folder

MENTION = "Which articles mention the dam?"
LIST = "Which articles are from 2022?"
ANSWER = "Who runs Orion?"


@pytest.mark.parametrize(
    ("before", "message", "whole"),
    [
        (MENTION, "Summarise it", "Summarise the article that mentions “the dam”"),
        (MENTION, "summarise them, please", ""),
        (MENTION, "Please summarise them.",
         "Please summarise the articles that mention “the dam”."),
        (MENTION, "Can you sum up the second one?",
         "Can you sum up the second article that mentions “the dam”?"),
        (MENTION, "When was it published?",
         "When was the article that mentions “the dam” published?"),
        (MENTION, "Who wrote the last of them?",
         "Who wrote the last article that mentions “the dam”?"),
        (MENTION, "Which outlet is it from?",
         "Which outlet is the article that mentions “the dam” from?"),
        (MENTION, "Who is quoted in those articles?",
         "Who is quoted in the articles that mention “the dam”?"),
        (MENTION, "What does it say about fish?",
         "What does the article that mentions “the dam” say about fish?"),
        (MENTION, "Which one is the newest?",
         "Which is the newest article that mentions “the dam”?"),
        (MENTION, "Summarise the first", "Summarise the first article that mentions “the dam”"),
        (MENTION, "Summarise both", "Summarise the articles that mention “the dam”"),
        (MENTION, "Which one is older?", "Which is the oldest article that mentions “the dam”?"),
        (MENTION, "How many are there?", "How many articles mention the dam?"),
        (MENTION, "Which of them mention fish?", "Which articles mention the dam and fish?"),
        (MENTION, "Who is its author?", "Who wrote the article that mentions “the dam”?"),
        (MENTION, "What is its title?",
         "What is the title of the article that mentions “the dam”?"),
        (MENTION, "Open the last one", "Open the last article that mentions “the dam”"),
        (MENTION, "What else does it say?", "Summarise the article that mentions “the dam”"),
        (MENTION, "Who else is quoted there?",
         "Who is quoted in the article that mentions “the dam”?"),
        (LIST, "Summarise the second one",
         "Summarise the second article listed for “Which articles are from 2022?”"),
        (LIST, "Who wrote them?",
         "Who wrote the articles listed for “Which articles are from 2022?”?"),
        (LIST, "Which one is the newest?",
         "What is the title of the newest article listed for “Which articles are from 2022?”?"),
        ("Which articles do you have?", "Summarise the second one", ""),  # of all
        # The one that was picked stays picked, until others are meant.
        ("Which is the oldest article that mentions “the dam”?", "When was it published?",
         "When was the oldest article that mentions “the dam” published?"),
        ("Who wrote the first article that mentions “the dam”?", "And the second?",
         "Who wrote the second article that mentions “the dam”?"),
        ("Who wrote the first article that mentions “the dam”?", "Summarise them",
         "Summarise the articles that mention “the dam”"),
        # Of the dam itself
        (MENTION, "When was it built?", ""),
        (MENTION, "How high is it?", ""),
        (MENTION, "Which article says that?",
         "What is the title of the articles that mention “the dam”?"),
        ("Summarise the second article that mentions “the dam”", "Which article is that?",
         "What is the title of the second article that mentions “the dam”?"),
        ("What do the articles say about energy?", "Summarise the first one",
         "Summarise the first article that mentions “energy”"),
        ("Who is quoted?", "Summarise it", ""),
        ("Summarise the second article that mentions “the dam”", "Who wrote the first one?",
         "Who wrote the first article that mentions “the dam”?"),
        (ANSWER, "Which article says that?", "Which article answers “Who runs Orion?”?"),
        (ANSWER, "Says who?", "Which article answers “Who runs Orion?”?"),
        (ANSWER, "Where does it say so?", "Which article answers “Who runs Orion?”?"),
        (ANSWER, "When was that article published?",
         "When was the article that answers “Who runs Orion?” published?"),
        ("Which article answers “Who runs Orion?”?", "Who wrote it?",
         "Who wrote the article that answers “Who runs Orion?”?"),
        ("When was the article that answers “Who runs Orion?” published?", "Summarise it",
         "Summarise the article that answers “Who runs Orion?”"),
        # The novel, not the article
        ("What is the novel Ash about?", "Who wrote it?", ""),
        (ANSWER, "Who founded it?", ""),
        ("x" * 400, "Which article says that?", ""),
    ],
)  # fmt: skip
def test_what_is_asked_of_articles_names_them(before: str, message: str, whole: str) -> None:
    assert with_articles_named(message, before) == whole


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, tiny: SentenceEncoder) -> Assistant:
    made = tmp_path_factory.mktemp("made")
    files = {"a.txt": (
        "A dam for Velm\nBy Ana Quispe, 4 March 2021\n\nThe dam at Velm holds two lakes of water. "
        "The dam was built by Orion Works in 1911. It leaks."
    ), "b.txt": (
        "Rain on the hills\nBy Jane Doe, 2 May 2023\n\nIt rained for a week on the hills. "
        "The dam at Velm held. “We slept well,” said Jim Hall."
    ), "c.txt": "Chess in Lima\n\nThe open was won by a pupil of eleven years."}  # fmt: skip
    config = Config(reader="none", min_confidence=0.0)
    folder = write_folder(made / "articles", files)
    return Assistant.open(folder, made / "index", config=config, encoder=tiny)


def conversation(assistant: Assistant, *messages: str) -> list[Answer]:
    history: list[Message] = []
    answers = []
    for message in messages:
        answers.append(assistant.ask(message, history=history))
        history += [
            {"role": "user", "content": message},
            {"role": "assistant", "content": answers[-1].text},
        ]
    return answers


def test_the_articles_that_were_told_of_are_asked_in_their_order(assistant: Assistant) -> None:
    told, second, quoted, newest, none = conversation(
        assistant, MENTION, "Summarise the second one", "Who is quoted in it?",
        "Which one is the newest?", "Who wrote the fifth one?",
    )  # fmt: skip
    assert [c.article_id for c in told.citations] == ["a", "b"]
    assert {c.article_id for c in second.citations} == {"b"}
    assert second.text.startswith("It rained for a week on the hills.")
    assert quoted.searched_for == "Who is quoted in the second article that mentions “the dam”?"
    assert [c.quote for c in quoted.citations] == ["“We slept well,” said Jim Hall."]
    assert "Rain on the hills" in newest.text
    assert none.text == "There is no such article among those."


def test_several_are_told_of_below_their_titles(assistant: Assistant) -> None:
    *_, wrote = conversation(assistant, MENTION, "Who wrote them?")
    assert [statement.text for statement in wrote.statements] == [
        "A dam for Velm (2021-03-04):", "Ana Quispe", "Rain on the hills (2023-05-02):", "Jane Doe",
    ]  # fmt: skip
    assert [c.marker for c in wrote.citations] == [1, 2]


def test_the_source_of_an_answer_is_told(assistant: Assistant) -> None:
    first, source, when = conversation(
        assistant,
        "What did Orion Works build in 1911?",
        "Which article says that?",
        "When was it published?",
    )
    assert source.searched_for == "Which article answers “What did Orion Works build in 1911?”?"
    heading, sentence, *_ = source.statements
    assert heading.text == "A dam for Velm (2021-03-04):"
    assert sentence.citations[0].quote == first.citations[0].quote
    assert when.text.startswith("“A dam for Velm” states that it was published on 4 March 2021")


def test_who_said_it_is_told_with_its_source(assistant: Assistant) -> None:
    for asked in ("Who said that?", "Which article says that?"):
        _, source = conversation(assistant, "Who slept well?", asked)
        lines = [statement.text for statement in source.statements]
        at = lines.index("“We slept well,” said Jim Hall.")
        assert lines[at - 1] == "Rain on the hills (2023-05-02), words of Jim Hall:"


def test_those_of_a_list_are_asked_in_its_order(assistant: Assistant) -> None:
    asked = (
        "Which articles have no date?", "Which articles did Jane Doe write?",
        "Which articles don't mention chess?", "Which articles were published in 2023?",
    )  # fmt: skip
    wanted = ("c", "b", "a", "b")
    for question, name in zip(asked, wanted, strict=True):
        _, first = conversation(assistant, question, "Summarise the first one")
        assert first.searched_for == f"Summarise the first article listed for “{question}”"
        assert {c.article_id for c in first.citations} == {name}


def test_more_of_a_summary_goes_on_behind_it(assistant: Assistant) -> None:
    _, summed, further, end = conversation(
        assistant, MENTION, "Summarise the first one", "Tell me more", "Go on"
    )
    assert summed.text.endswith("It leaks.")
    assert further.searched_for == "Summarise more of the first article that mentions “the dam”"
    assert further.text == "“A dam for Velm” says no more than that."
    assert end.searched_for.startswith("Summarise more of more of the first article")


@pytest.mark.parametrize("before", ["What are the articles about?", "What are the main topics?"])
def test_what_is_told_of_each_article_is_a_list_too(before: str) -> None:
    assert with_articles_named("Tell me more about the second one", before) == (
        f"Summarise the second article listed for “{before}”"
    )


@pytest.mark.parametrize(
    ("before", "message", "means"),
    [
        ("Summarise the third article", "And the fourth?", "Summarise the fourth article"),
        ("Who is quoted in the third article?", "And in the second?",
         "Who is quoted in the second article?"),
        ("What does the third article say about Baidu?", "What about the last article?",
         "What does the last article say about Baidu?"),
        ("Which articles were published in July?", "How many are there?",
         "How many articles were published in July?"),
        ("Which articles mention the dam?", "In which article?",
         "What is the title of the articles that mention “the dam”?"),
    ],
)  # fmt: skip
def test_another_article_and_how_many(before: str, message: str, means: str) -> None:
    assert with_articles_named(message, before) == means


def test_all_articles_are_asked_for_what_they_say_after_a_list_too() -> None:
    before = "Which articles were published in July?"
    assert with_articles_named("What do the articles say about tolls?", before) == ""
    assert with_articles_named("What do these articles say about tolls?", before) == (
        f"What do the articles listed for “{before}” say about tolls?"
    )


@pytest.mark.parametrize(
    ("before", "message", "means"),
    [
        ("Who wrote the guide to Port Aldren?", "When was it published?",
         "When was the guide to Port Aldren published?"),
        ("Summarise the staff handbook", "Who wrote it?", "Who wrote the staff handbook?"),
        ("Who wrote A weekend in Port Aldren?", "When was it published?",
         "When was A weekend in Port Aldren published?"),
        ("Who is the author of Hamlet?", "Summarise it", "Summarise Hamlet"),
        ("When was the manual published?", "What is it about?", "What is the manual about?"),
        ("Summarise the staff handbook", "Tell me more", "Summarise more of the staff handbook"),
        ("Summarise more of the guide to Velm", "go on",
         "Summarise more of more of the guide to Velm"),
        ("Tell me about the minutes", "more, please", "Summarise more of the minutes"),
        ("Tell me about the dam", "more, please", ""),
        ("Who wrote about the dam?", "When was it published?", ""),
        ("What does the study find about sleep?", "When was it published?", ""),
    ],
)  # fmt: skip
def test_it_is_the_document_that_was_asked_of(before: str, message: str, means: str) -> None:
    assert with_articles_named(message, before) == means


@pytest.mark.parametrize(
    ("before", "message", "means"),
    [
        ("Who wrote the mill piece?", "And when?", "When was the mill piece published?"),
        ("Which outlet is the mill piece from?", "who by?", "Who wrote the mill piece?"),
        ("When was the mill piece published?", "from which paper",
         "Which outlet is the mill piece from?"),
        ("Who wrote the mill piece?", "what's the headline",
         "What is the title of the mill piece?"),
        ("Who wrote the article that mentions “the dam”?", "and the date?",
         "When was the article that mentions “the dam” published?"),
        ("What does the mill piece say about flour?", "does it mention bread?",
         "Does the mill piece mention bread?"),
        ("Does the mill piece mention bread?", "is Kim quoted in it",
         "Is Kim quoted in the mill piece?"),
        ("Which articles do you have?", "who wrote the third", "who wrote the third article?"),
        ("when was the second article published?", "summarise the last",
         "summarise the last article"),
        # What is asked of a thing is not asked of the article.
        ("What does the mill piece say about the fire?", "And when?", ""),
        ("Who runs the mill?", "does it mention bread?", ""),
        ("Who runs the mill?", "And when?", ""),
    ],
)  # fmt: skip
def test_short_messages_ask_on_of_the_article_that_was_asked_of(
    before: str, message: str, means: str
) -> None:
    assert with_articles_named(message, before) == means


FLAT = 'Which of the articles that mention "the dam" are from 2022?'


@pytest.mark.parametrize(
    ("before", "message", "means"),
    [
        ("Which articles do you have?", "Which of them are from 2022?",
         "Which articles are from 2022?"),
        ("List the articles", "How many of those are by Ana Ruiz?",
         "How many articles are by Ana Ruiz?"),
        ("How many articles are there?", "List them", "Which articles do you have?"),
        (MENTION, "Which of them are from 2022?",
         "Which of the articles that mention “the dam” are from 2022?"),
        (MENTION, "How many of these are newer than 2022?",
         "How many of the articles that mention “the dam” are newer than 2022?"),
        (LIST, "Which of them mention the mill?",
         "Which of the articles listed for “Which articles are from 2022?” mention the mill?"),
        (LIST, "Which of those have no author?",
         "Which of the articles listed for “Which articles are from 2022?” have no author?"),
        ("How many articles mention the dam?", "List them", "Which articles mention the dam?"),
        ("How many articles mention the dam?", "Which are they?",
         "Which articles mention the dam?"),
        ("How many articles are from 2022?", "Name them", "Which articles are from 2022?"),
        (LIST, "Please show them", "Which articles are from 2022?"),
        # Of those that were picked
        ("Which of the articles that mention “the dam” are from 2022?", "List them", FLAT),
        ("Which of the articles that mention “the dam” are from 2022?", "Summarise the first one",
         f"Summarise the first article listed for “{FLAT}”"),
        # Of what an answer tells
        (ANSWER, "Which of them are from Lima?", ""),
        (ANSWER, "List them", ""),
    ],
)  # fmt: skip
def test_some_of_a_list_and_the_list_itself(before: str, message: str, means: str) -> None:
    assert with_articles_named(message, before) == means


def test_some_of_the_articles_are_listed(assistant: Assistant) -> None:
    _, of_2023, listed, summed, none = conversation(
        assistant, MENTION, "Which of them are newer than 2021?", "List them",
        "Summarise the first one", "Which of them are by Ana Quispe?",
    )  # fmt: skip
    lines = ["1 of those 2 articles:", "1. Rain on the hills (2023-05-02)"]
    assert [statement.text for statement in of_2023.statements] == lines
    assert [statement.text for statement in listed.statements] == lines
    assert {c.article_id for c in summed.citations} == {"b"}
    assert none.text == "Not that one."


def test_those_of_a_list_that_mention_something(assistant: Assistant) -> None:
    _, some, older = conversation(
        assistant, "Which articles do you have?", "Which of them mention the dam?",
        "How many of them are older than 2022?",
    )  # fmt: skip
    assert some.searched_for == "Which articles mention the dam?"
    assert [statement.text for statement in older.statements] == [
        "1 of those 2 articles:", "1. A dam for Velm (2021-03-04)",
    ]  # fmt: skip


FURTHER = "Give me a timeline, the further dates?"


@pytest.mark.parametrize(
    ("before", "message", "means"),
    [
        ("Give me a timeline", "Show the rest", FURTHER),
        ("Give me a timeline", "more", FURTHER),
        ("Give me a timeline", "Tell me more, please", FURTHER),
        ("Give me a timeline", "show me the other 43", FURTHER),
        ("Give me a timeline", "Show all", "Give me a timeline, all dates?"),
        (FURTHER, "Show the rest", "Give me a timeline, the further dates, the further dates?"),
        (FURTHER, "Show all", "Give me a timeline, all dates?"),
        ("Give me a timeline, all dates?", "Show the rest", ""),
        ("What happened in July 2024?", "What are the other dates?",
         "What happened in July 2024, the further dates?"),
        ("What happened in July 2024?", "the other dates",
         "What happened in July 2024, the further dates?"),
        ("What happened in July 2024?", "Tell me more", ""),  # on what happened
        ("What happened to the mill?", "Show the rest", ""),
        (ANSWER, "Show the rest", ""),
    ],
)  # fmt: skip
def test_the_dates_that_were_not_told(before: str, message: str, means: str) -> None:
    assert with_articles_named(message, before) == means
