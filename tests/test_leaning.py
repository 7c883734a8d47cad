"""What leans on a conversation without a name or a pronoun of its own, and what it then means."""

from __future__ import annotations

import pytest

from rag.datatypes import Message
from rag.followup import standalone
from rag.leaning import names_nothing


def said(*turns: str) -> list[Message]:
    """Return the questions of the user, each answered with what stands behind its " / "."""
    found: list[Message] = []
    for turn in turns:
        asked, _, answer = turn.partition(" / ")
        found += [
            {"role": "user", "content": asked},
            {"role": "assistant", "content": answer or "Yes."},
        ]
    return found


TOLL = said("Why did the toll rise?")


@pytest.mark.parametrize(
    "message",
    [
        "Who disagrees?", "who objected?", "Did anybody apologise?", "Was anybody hurt?",
        "Is anybody still doing it?", "How many were asked?", "What may I bring?", "and if I fail?",
        "What was changed?", "Which faults are known?", "How many drivers were asked?", "how high?",
        "Is that still true?", "How much is that per household?", "How did that end?",
        "What if it rains?", "How long did the whole thing take?", "Do others do it as well?",
        "Did they ever agree?",
    ],
)  # fmt: skip
def test_what_names_nothing_stands_beside_the_question_before(message: str) -> None:
    assert standalone(message, TOLL) == f"Why did the toll rise? {message}"


@pytest.mark.parametrize(
    "message",
    [
        "Who disagrees with the mayor?", "When is the next meeting?", "What can you tell me?",
        "How many drivers left?", "What will rents be this year?", "Who is the lecturer?",
        "What happened when bacteria were found?", "Which lineage includes land plants?",
        "What are those who smoke told?", "What do those with a dog pay?",
    ],
)  # fmt: skip
def test_what_names_something_is_left_exactly_alone(message: str) -> None:
    assert standalone(message, TOLL) == message


@pytest.mark.parametrize("text", ["", "?", "...", "Baichuan", "the", "42"])
def test_what_asks_nothing_names_nothing_either(text: str) -> None:
    assert not names_nothing(text)


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        (["What's the tram plan in Harwick?"], "Whose idea was it?",
         "Whose idea was the tram plan in Harwick?"),
        (["How many people were moved by the weir in Tarnland?"], "How high is it?",
         "How high is the weir in Tarnland?"),
        (["What happens at the fair on Friday?"], "Is it free?", "Is the fair free?"),
        (["When is the fair on 9 August?"], "Is it free?", "Is the fair free?"),
        (["My boiler shows F4"], "How heavy is it?", "How heavy is the boiler?"),
        (["My boiler shows F4", "And F7?"], "What is its warranty?",
         "What is the boiler’s warranty?"),
        (["What engine does the A380 have?"], "How heavy is it?", "How heavy is the A380?"),
        (["What happens if the pumps fail?"], "Who pays for them?", "Who pays for the pumps?"),
        (["Is the Orrin lake full?"], "Do they still sell ice?",
         "Is the Orrin lake full? Do they still sell ice?"),
        (["What did the library in Velm do about fines?"], "Did it work?",
         "What did the library in Velm do about fines? Did it work?"),
        (["How does the Kite heater work?"], "What did it cost?", "What did the Kite heater cost?"),
        (["How many people were moved in Tarnland?"], "Why do they differ?",
         "How many people were moved in Tarnland? Why do they differ?"),
        (["Who is Mira Tolan?", "Where does she live? / In Upper Velm."], "How's the water there?",
         "How's the water in Upper Velm?"),
        (["What happened with the raft?", "Who helped?"], "How old was he?",
         "What happened with the raft? Who helped? How old was he?"),
        (["What is the usual dose of Cortal?"], "What does it do?", "What does Cortal do?"),
    ],
)  # fmt: skip
def test_what_it_and_they_are(turns: list[str], message: str, whole: str) -> None:
    assert standalone(message, said(*turns)) == whole
