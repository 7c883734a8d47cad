"""What leans on a conversation without a name or a pronoun of its own, and what it then means."""

from __future__ import annotations

import time

import pytest

from rag.conversation.leaning import names_nothing, without_false_start
from rag.datatypes import Message
from rag.followup import standalone


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
        "What happened today?",
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


CURE = "What is the usual dose of Cortal?"
COUNCIL = "What did the council decide about the skate park?"


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        ([CURE, "and for children?"], "What about people over 70?",
         "What is the usual dose of Cortal for people over 70?"),
        ([CURE, "and for people over 70?"], "Can they drink wine with it?",
         "Can people over 70 drink wine with Cortal?"),
        ([CURE, "and for people over 70?"], "And children?",
         "What is the usual dose of Cortal for children?"),
        ([COUNCIL, "Who voted against it?"], "What about the footpath?",
         "What did the council decide about the footpath?"),
        ([COUNCIL], "What about Elm Lane?", "What did the council decide about Elm Lane?"),
        (["What did the mayor say about the skate park?"], "What about Ines Vale?",
         "What did Ines Vale say about the skate park?"),
        ([COUNCIL], "What about the ministry?",
         "What did the ministry decide about the skate park?"),
        (["Can I keep a parrot in the flat?"], "And a lizard?",
         "Can I keep a lizard in the flat?"),
        (["What does it cost to hire a drill for a day?"], "And a circular saw?",
         "What does it cost to hire a circular saw for a day?"),
        (["What does it cost to hire a circular saw for a day?"], "No, I meant the sander",
         "What does it cost to hire the sander for a day?"),
        (["What does a day ticket cost?"], "And a week ticket?", "What does a week ticket cost?"),
        (["Is she for the tunnel?"], "no, I meant Tolan", "Is Tolan for the tunnel?"),
        (["What is new in version 5.2?"], "And in 5.0, what was removed?",
         "What is new in version 5.0? What was removed?"),
        (["Does Mira Tolan row?"], "no, I meant Ines Vale", "Does Ines Vale row?"),
    ],
)  # fmt: skip
def test_what_about_another(turns: list[str], message: str, whole: str) -> None:
    assert standalone(message, said(*turns)) == whole


@pytest.mark.parametrize(
    ("message", "whole"),
    [
        ("How deep is the ... sorry, when is the pool open?", "When is the pool open?"),
        ("How deep is the pool, no wait, I meant how long is it?", "How long is it?"),
        ("Who is the, er, scratch that, is the pool open?", "Is the pool open?"),
    ],
)
def test_a_question_that_was_broken_off_is_not_asked(message: str, whole: str) -> None:
    assert standalone(message, []) == whole
    assert standalone(message, TOLL) in (
        whole,
        f"Why did the toll rise? {whole}",
        "How long is the toll?",
    )


@pytest.mark.parametrize(
    "message",
    [
        "Why is the museum sorry, and for what?", "Who was sorry when the mill closed?",
        "Is it better to say sorry, or to wait?", "sorry, when is the pool open?",
        "How much is a wait, and why?",
    ],
)  # fmt: skip
def test_sorry_alone_breaks_nothing_off(message: str) -> None:
    assert without_false_start(message) == message


@pytest.mark.parametrize(
    "message", ["sorry, " * 3_000, "a" * 20_000 + "sorry", "no, wait, " * 3_000]
)
def test_a_false_start_is_looked_for_in_bounds(message: str) -> None:
    assert without_false_start(message) == message


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        (["What is Kite Weekly about?"], "Did the editor like it?",
         "Did the editor like Kite Weekly?"),
        (["How many people were moved by the weir in Tarnland?"],
         "What does the ministry say about it?",
         "What does the ministry say about the weir in Tarnland?"),
        (["How many species does the survey list?"], "What share of them is rare?",
         "How many species does the survey list? What share of the species is rare?"),
        (["Who runs Kaltwerk?"], "Does the council own it?", "Does the council own Kaltwerk?"),
        (["Who runs Kaltwerk?"], "Did the council say it would close?",
         "Did the council say it would close?"),
        (["Who runs Kaltwerk?"], "Does the mill stop when the wind bends it?",
         "Does the mill stop when the wind bends it?"),
        (["Why did the bees leave?", "What does Orlan answer?"], "What did it cost?",
         "What does Orlan answer? What did it cost?"),
        (["What do people in Elm Lane fear?", "What does Orlan answer?"], "Did they sue?",
         "Did people in Elm Lane sue?"),
        (["How did Casper strip the paint?", "Why didn't he use a gun?", "How long did it take?"],
         "Which oil did he choose?", "Which oil did Casper choose?"),
    ],
)  # fmt: skip
def test_what_does_something_to_it_is_another(turns: list[str], message: str, whole: str) -> None:
    assert standalone(message, said(*turns)) == whole


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        (["Which oil is best?"], "Who wrote that?",
         "Who wrote the article that answers “Which oil is best?”?"),
        (["What does the letter say?"], "Who wrote that?", "Who wrote the letter?"),
        (["How many were moved?"], "Which article is newer?",
         "What is the title of the newest article that answers “How many were moved?”?"),
        (["Which articles mention the weir?"], "What's the newest one?",
         "Which is the newest article that mentions “the weir”?"),
        (["What does the mill make? / Flour. Admission is free."], "How do I get there?",
         "What does the mill make? How do I get there?"),
        (["Which side sank? / Borrowing adds 31 crowns."], "Could they build it again?",
         "Which side sank? Could they build it again?"),
    ],
)  # fmt: skip
def test_articles_and_places_of_what_was_told(turns: list[str], message: str, whole: str) -> None:
    assert standalone(message, said(*turns)) == whole


def test_a_message_of_many_pronouns_is_read_in_bounds() -> None:
    began = time.perf_counter()
    standalone("does it a " * 400, TOLL)
    assert time.perf_counter() - began < 5
