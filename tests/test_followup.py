"""Follow-ups: what leans on the conversation is completed, all else is left exactly alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Message
from rag.followup import MOST_TURNS, standalone
from tests.making import texts


def said(*turns: str) -> list[Message]:
    """Return the turns as a conversation that the user begins."""
    return [
        {"role": "assistant" if at % 2 else "user", "content": turn}
        for at, turn in enumerate(turns)
    ]


FACTORY = said("How many people work at Kaltwerk?", "Kaltwerk Semiconductor employs 4,000 people.")
CHESS = said("Who won the Lima chess open?", "Ana Quispe won the Lima chess open on Sunday.")
RENT = said("How much did rent cost in Porto in March?", "Rents rose to 900 euros in March.")
BRIDGE = said("Is the Velm bridge closed?", "Yes, it is closed for repairs.")
DOGS = said("What are good ways to train a dog?", "Use rewards.")


@pytest.mark.parametrize(
    ("history", "message", "whole"),
    [
        (FACTORY, "And Siltron?", "How many people work at Siltron?"),
        (FACTORY, "What about Infineon?", "How many people work at Infineon?"),
        (FACTORY, "and in Austria?", "How many people work at Kaltwerk in Austria?"),
        (FACTORY, "Where is it based?", "Where is Kaltwerk based?"),
        (FACTORY, "Who founded it?", "Who founded Kaltwerk?"),
        (FACTORY, "What is its revenue?", "What is Kaltwerk’s revenue?"),
        (FACTORY, "Who leads the company?", "Who leads the company? (Kaltwerk)"),
        (FACTORY, "Why?", "How many people work at Kaltwerk? Why?"),
        (FACTORY, "What about the pay?", "How many people work at Kaltwerk? What about the pay?"),
        (CHESS, "Where does she live?", "Where does Ana Quispe live?"),
        (CHESS, "And in 2019?", "Who won the Lima chess open in 2019?"),
        (
            RENT,
            "How much was it the month before?",
            "How much did rent cost in Porto in February, the month before March?",
        ),
        (RENT, "and in May?", "How much did rent cost in Porto in May?"),
        (RENT, "And in Lisbon?", "How much did rent cost in Lisbon in March?"),
        (BRIDGE, "Until when?", "Until when is the Velm bridge closed?"),
        (BRIDGE, "Why?", "Why is the Velm bridge closed?"),
        (BRIDGE, "How long is it?", "How long is the Velm bridge?"),
        (BRIDGE, "Who decided that?", "Is the Velm bridge closed? Who decided that?"),
        (BRIDGE, "To everybody?", "Is the Velm bridge closed? To everybody?"),
        (DOGS, "Do they bite?", "What are good ways to train a dog? Do they bite?"),
        (
            said("What is the capital of Peru?", "The articles don’t say."),
            "And of Chile?",
            "What is the capital of Chile?",
        ),
        (
            said("What share of Chinese farms uses drones?", "A third."),
            "and in the US?",
            "What share of farms uses drones in the US?",
        ),
        (
            said("What does a credit card cost?", "50 euros a year."),
            "And a debit card?",
            "What does a debit card cost?",
        ),
        (
            said("Where did Orvo open a mill?", "Orvo opened a mill in Lima."),
            "How many people live there?",
            "How many people live in Lima?",
        ),
    ],
)
def test_a_follow_up_becomes_a_whole_question(
    history: list[Message], message: str, whole: str
) -> None:
    assert standalone(message, history) == whole


@pytest.mark.parametrize(
    "message",
    [
        "When was the Eiffel Tower built?",
        "And how tall is the Eiffel Tower?",
        "Is it true that cats sleep all day?",
        "How long does it take to fly to Rome?",
        "When did Rome adopt its first laws?",
        "After its founding, what did Rome build?",
        "Which university has its origins in a school of surgery?",
        "Who lost his job at the mill?",
        "Is there a bridge in Velm?",
        "What happened on that day in Lima?",
        "In 1890, who ruled Prussia?",
        "What will rents be this year?",
        "Alibaba free tokens",
        "hello",
        "thanks",
        "What can you do?",
        "智谱AI提供多少免费令牌？",
    ],
)
@pytest.mark.parametrize("history", [FACTORY, BRIDGE], ids=["factory", "bridge"])
def test_what_stands_on_its_own_is_left_exactly_alone(history: list[Message], message: str) -> None:
    assert standalone(message, history) == message


def test_a_person_is_not_made_of_what_was_spoken_of() -> None:
    assert standalone("Where does he live?", DOGS) == "Where does he live?"


def test_each_turn_is_read_into_the_next() -> None:
    history = said(
        "Tell me about Marie Curie", "Marie Curie was a physicist.",
        "What did she discover?", "Radium.",
        "hello?", "Hello.",
        "When?", "In 1898.",
    )  # fmt: skip
    assert standalone("Where was she born?", history) == "Where was Marie Curie born?"
    assert standalone("Why?", history) == "What did Marie Curie discover? Why?"


def test_a_new_topic_takes_the_place_of_the_old() -> None:
    history = [*FACTORY, *said("Who runs Siltron?", "Eva Lind runs Siltron.")]
    assert standalone("Where is it based?", history) == "Where is Siltron based?"


@given(texts(), st.lists(texts(), max_size=6))
def test_any_text_is_taken_and_without_a_conversation_nothing_changes(
    message: str, turns: list[str]
) -> None:
    assert standalone(message, []) == message
    assert standalone(message, said(*turns)) == standalone(message, said(*turns))


def test_a_long_conversation_counts_by_its_last_turns() -> None:
    long = [turn for _ in range(50) for turn in CHESS] + [*RENT, *FACTORY] * MOST_TURNS
    assert standalone("And Siltron?", long) == standalone("And Siltron?", long[-2 * MOST_TURNS :])


def test_a_message_is_completed_in_bounds_however_long_the_question_before() -> None:
    history = said("word " * 100_000 + "at Kaltwerk?", "An answer. " * 100_000)
    assert len(standalone("Why?", history)) < 400
