"""Follow-ups: what leans on the conversation is completed, all else is left exactly alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Message
from rag.followup import asked_alone, standalone
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
FLOOD = said("How many people died in the flood?", "Twelve.")
INFLATION = said("How high was inflation in 2022?", "8%.")
FIRMS = said("Who runs Kaltwerk and Siltron?", "Ana Ruiz runs both.")
BACKERS = said(
    "Who backs Kaltwerk?", "Velm and Kaltwerk grew, backed by Orvo and the Siltron Fund."
)
LISTED = said("Which articles do you have?", "8 articles: ...")
NEWEST = said("What's the newest article?", "The newest is “Bridges”.")
PATENTS = said("How many AI patents did Chile file?", "90.")
ROBOTS = said("What share of Chilean firms use generative AI?", "A third.")
STUDY = said("What did the study about bogs find?", "That they store carbon.")
POOL = said("When does the swimming pool in Harwick open?", "On 14 September.")
KESTREL = said("When does the Kestrel Street pool open?", "On 14 September.")
UNICORN = said("Who founded 01.AI?", "The unicorn 01.AI, founded by Ana Ruiz, sells models.")
BLIK = said("Where was Blik 5.5 shown?", "Orvo showed Blik 5.5 in Lima.")
DOGS = said("What are good ways to train a dog?", "Use rewards.")


WEEK = said("What is the topic of week 4?", "Explosive eruptions.")
PRICE = said("What is the price of the Haulier?", "It costs 2,890.")
PEOPLE = said("What is the population of Velm?", "64,000.")
WALK = said("Which walk is easy?", "Walk | Leader | Grade Wrenfold | Ana Ruiz | Easy")
TOKYO = said("How was AI used at Tokyo 2020?", "It timed the races.")
MAY = said("How much power may Kaltwerk need in a day?", "Some 50 megawatts.")


@pytest.mark.parametrize(
    ("history", "message", "whole"),
    [
        (FACTORY, "And Siltron?", "How many people work at Siltron?"),
        (WEEK, "And week 6?", "What is the topic of week 6?"),
        (WEEK, "No, I meant week 7", "What is the topic of week 7?"),
        (PRICE, "And its weight?", "the Haulier’s weight?"),
        (PRICE, "Which brakes does it have?", "Which brakes does the Haulier have?"),
        (PEOPLE, "When was it founded?", "When was Velm founded?"),
        (WALK, "Who leads it?", "Who leads the walk that is easy?"),  # "Leader" is a column
        (FACTORY, "What about Infineon?", "How many people work at Infineon?"),
        (FACTORY, "and in Austria?", "How many people work at Kaltwerk in Austria?"),
        (FACTORY, "What comes right after it?", "What comes right after Kaltwerk?"),
        (FACTORY, "Over what period?", "How many people work at Kaltwerk? Over what period?"),
        (FACTORY, "according to whom?", "How many people work at Kaltwerk? according to whom?"),
        (
            FACTORY,
            "And how many of those live in Lima?",
            "How many people work at Kaltwerk? And how many of those live in Lima?",
        ),
        (FACTORY, "why so many?", "How many people work at Kaltwerk? why so many?"),
        (FACTORY, "Why there?", "How many people work at Kaltwerk? Why there?"),
        (CHESS, "What's her age?", "What's Ana Quispe’s age?"),
        (CHESS, "When did she join Alibaba?", "When did Ana Quispe join Alibaba?"),
        (
            CHESS,
            "In which year did she join Alibaba?",
            "In which year did Ana Quispe join Alibaba?",
        ),
        (CHESS, "What company did she found?", "What company did Ana Quispe found?"),
        (FACTORY, "When was it moved to Lakeside?", "When was Kaltwerk moved to Lakeside?"),
        (FACTORY, "Did it lead to job losses?", "Did Kaltwerk lead to job losses?"),
        (FACTORY, "How does it plan to use the money?", "How does Kaltwerk plan to use the money?"),
        (FACTORY, "And April Jones?", "How many people work at April Jones?"),
        (TOKYO, "And Paris 2024?", "How was AI used at Paris 2024?"),
        (TOKYO, "And in 2024?", "How was AI used at Tokyo 2024?"),
        (MAY, "And in 2025?", "How much power may Kaltwerk need in a day in 2025?"),
        (FIRMS, "Where is the second one based?", "Where is Siltron based?"),
        (
            FIRMS,
            "which of the two is older?",
            "which of the two is older, Kaltwerk or Siltron?",
        ),
        (BACKERS, "How old is the first one?", "How old is Orvo?"),
        (BACKERS, "How old is the third one?", "Who backs Kaltwerk? How old is the third one?"),
        (LISTED, "Who wrote the second one?", "Who wrote the second article?"),
        (LISTED, "what is the newest one?", "what is the newest article?"),
        (NEWEST, "Who wrote it?", "Who wrote the newest article?"),
        (PATENTS, "And Peru?", "How many AI patents did Peru file?"),
        (ROBOTS, "And Peru?", "What share of Peru firms use generative AI?"),
        (
            [*PATENTS, *said("And Peru?", "80.")],
            "Which of the two is first?",
            "How many AI patents did Chile file? How many AI patents did Peru file? "
            "Which of the two is first?",
        ),
        (STUDY, "Who led it?", "Who led the study about bogs?"),
        (POOL, "How much did it cost?", "How much did the swimming pool in Harwick cost?"),
        (KESTREL, "And what about the one in Velm?", "When does the pool in Velm open?"),
        (UNICORN, "What do they sell?", "What does 01.AI sell?"),
        (BLIK, "How many do they sell?", "How many does Orvo sell?"),
        (BLIK, "How much does it cost?", "How much does Blik 5.5 cost?"),
        (FACTORY, "Where is it based?", "Where is Kaltwerk based?"),
        (FACTORY, "Who founded it?", "Who founded Kaltwerk?"),
        (FACTORY, "What is its revenue?", "What is Kaltwerk’s revenue?"),
        (FACTORY, "Who leads the company?", "Who leads the company? (Kaltwerk)"),
        (FACTORY, "Why?", "How many people work at Kaltwerk? Why?"),
        (
            FACTORY,
            "And what did the council decide?",
            "How many people work at Kaltwerk? And what did the council decide?",
        ),
        (
            FACTORY,
            "But how did the mayor react?",
            "How many people work at Kaltwerk? But how did the mayor react?",
        ),
        (FACTORY, "What about the pay?", "How many people work at Kaltwerk? What about the pay?"),
        (CHESS, "Where does she live?", "Where does Ana Quispe live?"),
        (
            said("What did Orion announce about its ferries?", "It will stop them."),
            "When did it take effect?",
            "What did Orion announce about its ferries? When did it take effect?",
        ),
        (
            said("What does the new law forbid?", "It forbids kites."),
            "When did it take effect?",
            "When did the new law take effect?",
        ),
        (CHESS, "And in 2019?", "Who won the Lima chess open in 2019?"),
        (
            said("Who warned the Tarn Library?", "Keeper Theo Blanchard of Delft University did."),
            "Where does he work?",
            "Where does Keeper Theo Blanchard work?",
        ),
        (
            said("Who paid the Night Library?", "The Night Library was paid by Ana Ruiz."),
            "Where does she live?",
            "Where does Ana Ruiz live?",
        ),
        (
            said("What did Ana Ruiz say about the harbour?", "It is full."),
            "How large is it?",
            "How large is the harbour?",
        ),
        (
            said("What did Ana Ruiz say about the harbour?", "It is full."),
            "Where does she live?",
            "Where does Ana Ruiz live?",
        ),
        (
            said("Who is the chief executive of Orion Foods?", "Ana Ruiz is."),
            "Where is it based?",
            "Where is Orion Foods based?",
        ),
        (
            said("Who is Orion Foods' chief executive?", "Ana Ruiz is."),
            "When was it founded?",
            "When was Orion Foods founded?",
        ),
        (
            said("Who is the mayor of Riverton?", "Ana Ruiz is."),
            "How old is she?",
            "How old is Ana Ruiz?",
        ),
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
        (INFLATION, "and 2023?", "How high was inflation in 2023?"),
        (INFLATION, "What about before 2020?", "How high was inflation before 2020?"),
        (INFLATION, "since 2022?", "How high was inflation since 2022?"),
        (INFLATION, "between 2020 and 2022?", "How high was inflation between 2020 and 2022?"),
        (INFLATION, "and last year?", "How high was inflation last year?"),
        (
            said("How many jobs were lost from 2019 to 2021?", "9,000."),
            "and in 2022?",
            "How many jobs were lost in 2022?",
        ),
        (said("What was the 2022 budget?", ""), "and in 2023?", "What was the 2023 budget?"),
        (
            said("What was the 2022 budget?", ""),
            "before the 2020 election?",
            "What was the 2022 budget before the 2020 election?",
        ),
        (
            said("Who is the mayor of Riverton?", "Ana Ruiz."),
            "and in Lakeside?",
            "Who is the mayor of Lakeside?",
        ),
        (
            said("What did the council decide about school meals?", "They are free."),
            "and about the bridge?",
            "What did the council decide about the bridge?",
        ),
        (BRIDGE, "How much did it cost in 2023?", "How much did the Velm bridge cost in 2023?"),
        (BRIDGE, "who built it?", "who built the Velm bridge?"),
        (
            said("Which chain warned investors?", "The grocer Brams has told investors so."),
            "Where is it based?",
            "Where is Brams based?",
        ),
        (
            said("Which bridge is the longest?", "The longest is Velm Bridge, says Ana Ruiz."),
            "When was it built?",
            "When was Velm Bridge built?",
        ),
        (
            said("Which company owns Kestrel?", "Kestrel belongs to Orvo Holdings."),
            "Who runs it?",
            "Who runs Orvo Holdings?",
        ),
        (
            said("Which prize was the mill given?", "The mill won the Orvo Prize."),
            "Where is it?",
            "Where is the mill?",
        ),
        (
            said("In which year was the mill built?", "In 1901, by Orvo."),
            "Who owns it?",
            "Who owns the mill?",
        ),
        (
            BRIDGE,
            "What do the articles say about it?",
            "What do the articles say about the Velm bridge?",
        ),
        (said("Who is Ana Ruiz?", "A mayor."), "who elected her?", "who elected Ana Ruiz?"),
        (
            said("Which mills make flour?", "Three."),
            "How many of them are in Velm?",
            "Which mills make flour? How many of the mills are in Velm?",
        ),
        (BRIDGE, "tell me more", "Is the Velm bridge closed? Tell me more."),
        (BRIDGE, "Can you elaborate?", "Is the Velm bridge closed? Tell me more."),
        (BRIDGE, "And then?", "Is the Velm bridge closed? And then?"),
        (BRIDGE, "What happened next?", "Is the Velm bridge closed? What happened next?"),
        (
            said("Which articles mention the bridge?", "Two."),
            "and otters?",
            "Which articles mention otters?",
        ),
        (FLOOD, "Did this flood end?", "How many people died in the flood? Did this flood end?"),
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
        "How many of those surveyed said yes?",
        "In which city was Mozart born?",
        "And how tall is the Eiffel Tower?",
        "Is it true that cats sleep all day?",
        "How long does it take to fly to Rome?",
        "Is it safe for dogs to swim in Velm?",
        "Is it allowed to swim in Velm?",
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
        "Thank you, that helped a lot.",
        "ok, thank you for the answer",
        "That's great!",
        "who are you?",
        "What can you do?",
        "智谱AI提供多少免费令牌？",
    ],
)
@pytest.mark.parametrize("history", [FACTORY, BRIDGE], ids=["factory", "bridge"])
def test_what_stands_on_its_own_is_left_exactly_alone(history: list[Message], message: str) -> None:
    assert standalone(message, history) == message


@pytest.mark.parametrize("message", ["What caused the flood?", "When was the flood?"])
def test_what_names_what_was_spoken_of_is_left_exactly_alone(message: str) -> None:
    assert standalone(message, FLOOD) == message


@pytest.mark.parametrize(
    "talk",
    ["Thank you, that helped!", "lol", "who are you?", "ok", "haha, nice story", "That's a lot!"],
)
def test_what_was_said_before_small_talk_is_leant_on(talk: str) -> None:
    after = [*FACTORY, *said(talk, "Ask on.")]
    assert standalone("And Siltron?", after) == "How many people work at Siltron?"


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
    # What is put in is a question before, or what it or its answer names: each is cut.
    assert len(standalone(message, said(*turns))) <= len(message) + 1000


def test_a_long_conversation_counts_by_its_last_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    long = [turn for _ in range(50) for turn in CHESS] + [*FACTORY, *said("Thank you!", "Ask on.")]
    assert standalone("And Siltron?", long) == "How many people work at Siltron?"
    monkeypatch.setattr("rag.followup.MOST_TURNS", 1)  # what was said before the thanks is too old
    assert standalone("And Siltron?", long) == "And Siltron?"


def test_a_message_is_completed_in_bounds_however_long_the_question_before() -> None:
    history = said("word " * 100_000 + "at Kaltwerk?", "An answer. " * 100_000)
    assert len(standalone("Why?", history)) < 400


ELECTION = said(
    "Who is Lise Ankerholm?", "Lise Ankerholm is the mayor.",
    "Who ran against her?", "Lise Ankerholm beat Odd Tvedt by 90 votes.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("history", "message", "whole"),
    [
        (ELECTION, "What did he say?", "What did Odd Tvedt say?"),
        (ELECTION[:2], "Did she lose her job?", "Did Lise Ankerholm lose her job?"),
        # "It" is nobody.
        ([*ELECTION[:2], *said("What did she announce?", "A new pool.")], "How much will it cost?",
         "What did Lise Ankerholm announce? How much will it cost?"),
        (said("How many workers went on strike?", "310."), "What did they demand?",
         "What did workers demand?"),
        (said("Was anyone hurt?", "Nobody."), "Who rescued them?",
         "Was anyone hurt? Who rescued them?"),
        (said("Who is the head of Orion?", "Orion is led by Ida Berg."),
         "And who was it before her?", "Who was the head of Orion before Ida Berg?"),
        (said("Which articles are from 2022?", "2 of 5 articles: ..."), "Do they agree?",
         "Which articles are from 2022? Do they agree?"),
        (said("What did Orion earn in 2023?", "90.", "And the year before?", "80."), "And in 2021?",
         "What did Orion earn in 2021?"),
    ],
)  # fmt: skip
def test_who_and_what_is_meant_after_several_turns(
    history: list[Message], message: str, whole: str
) -> None:
    assert standalone(message, history) == whole


@pytest.mark.parametrize(
    ("asked", "answered", "message", "whole"),
    [
        ("How many jobs did Solenta cut?", "In April 2023 Solenta cut 40 jobs in Norwick.",
         "Who lives there?", "Who lives in Norwick?"),  # a month is no place
        ("Who asked for the recount?", "Martin Quill asked for a recount.",
         "Was it granted?", "Was the recount granted?"),
        ("What did Quill say about the bridge?", "“It will reopen,” Quill said.",
         "When does it open?", "When does the bridge open?"),
        ("Who is the newest article by?", "“Ice” is by China Daily.",
         "What is it about?", "What is the newest article about?"),
        ("What happened in May 2023?", "A lot.", "And in June?", "What happened in June 2023?"),
        ("What happened in December 2023?", "A lot.",
         "And in January?", "What happened in January?"),
        ("How many jobs will Norvane cut?", "300 jobs.",
         "What about Brightwell, will they cut jobs too?", "Will Brightwell cut jobs too?"),
        ("Who runs the Northmoor hospital trust?", "Anil Kapoor.", "And Terravolt?",
         "Who runs Terravolt?"),
        ("How many Zhipu AI employees are there?", "900.", "And Alibaba?",
         "How many Alibaba employees are there?"),
        ("Compare Bern with Basel by rent.", "Bern is dearer.", "and by size?",
         "Compare Bern with Basel by size?"),
        ("What is the newest article about the mine?", "“Ice”.", "Summarise it",
         "Summarise the newest article about the mine"),
        ("When was the article that quotes Kim Moss published?", "In May.", "Who wrote it?",
         "Who wrote the article that quotes Kim Moss?"),
        ("Summarise the article about the transfer", "He left.", "when was it published",
         "When was the article about the transfer published?"),
        ("Which outlet is the second article from?", "The Post.", "Tell me about it",
         "Summarise the second article"),
        ("Which articles do you have?", "5 articles.", "Which one is the newest?",
         "Which is the newest article?"),
        ("Which articles are from 2024?", "2.", "how many?", "How many articles are from 2024?"),
        ("Who founded Solenta?", "Ana Ruiz.", "how many employees?",
         "how many employees (Solenta)?"),
        ("Who founded Solenta?", "Ana Ruiz.", "How many employees left?",
         "How many employees left?"),
        ("How many jobs will Norvane cut?", "300 jobs.",
         "And what about Brightwell, what is its plan?", "What is Brightwell’s plan?"),
    ],
)  # fmt: skip
def test_what_newcomers_asked_next(asked: str, answered: str, message: str, whole: str) -> None:
    said: list[Message] = [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": answered},
    ]
    assert standalone(message, said) == whole


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        # What asks for one is about the one that the answer names, else about what it asks for.
        (("Which mill is the most modern?", "It is Kestrel."), "How tall is it?",
         "How tall is Kestrel?"),
        (("Which mill is the most modern?", "It has steel rollers."), "How tall is it?",
         "How tall is the most modern mill?"),
        (("Which mill has the blue sails?", "One on the dyke."), "How tall is it?",
         "How tall is the mill that has the blue sails?"),
        # A thing that brings its own word for what it is, or "one" for it.
        (("How much does the Basic tariff cost?", "9."), "And the Family tariff?",
         "How much does the Family tariff cost?"),
        (("How much does the Basic tariff cost?", "9."), "What about the Family one?",
         "How much does the Family tariff cost?"),
        (("Who runs Orvo?", "Ana Ruiz.", "How much is the ticket?", "9."), "And for the ferry?",
         "How much is the ticket for the ferry?"),
        (("How wide is the old dam of Velm?", "90 m."), "Which is wider, the weir or the dam?",
         "Which is wider, the weir or the dam?"),
        (("How wide is the old dam of Velm?", "90 m."), "How high is the dam?",
         "How high is the old dam of Velm?"),
        # Weather and the way there are nobody's.
        (("How many people does Orvo employ?", "90."), "How cold is it in Lima?",
         "How cold is it in Lima?"),
        (("How many people does Orvo employ?", "90."), "How far is it to Lima?",
         "How far is it to Lima?"),
        (("How many people does Orvo employ?", "90."), "How old is it?", "How old is Orvo?"),
        (("What did the dam cost according to the owners?", "9."), "and according to the press?",
         "What did the dam cost according to the press?"),
        # "Who" is answered with one name.
        (("And who objected?", "Ivan objected."), "What will he do?", "What will Ivan do?"),
        (("Who objected?", "Velm, led by Ana Ruiz, objected."), "How old is she?",
         "How old is Ana Ruiz?"),
        # Corrections.
        (("How much is a ferry to Lima?", "9."), "No, I meant the bus",
         "How much is the bus to Lima?"),
        (("How many days of spring leave are there?", "9."), "I meant winter leave",
         "How many days of winter leave are there?"),
        (("Did you mean spring leave or winter leave?", "Both."), "I meant winter leave",
         "Did you mean spring leave or winter leave? I meant winter leave"),
        # Versions and conditions.
        (("What did version 4.1.0 add?", "Tags."), "And 4.2.0?", "What did version 4.2.0 add?"),
        (("How do I report a leak?", "By phone."), "And if it's small?",
         "How do I report a leak? if the leak's small?"),
        (("Which mill has the blue sails?", "One on the dyke.", "How tall is it?", "9 m."),
         "And the tower?", "How tall is the tower?"),
        # What is quoted below an answer is not what was spoken of.
        (("Who objected?", "Ivan objected. [1] Sources: [1] Velm Rises: “Ivan objected.”"),
         "Where does he live?", "Where does Ivan live?"),
        # Nothing of its own to ask about.
        (("How do I renew the card?", "Online."), "What if I don't?",
         "How do I renew the card? What if I don't?"),
        (("How do I renew the card?", "Online."), "And how long do I have?",
         "How do I renew the card? And how long do I have?"),
        (("Where are the mills?", "In Velm."), "Which one is the tallest?",
         "Where are the mills? Which one is the tallest?"),
        (("How many mills joined?", "Nine."), "Why did the others leave?",
         "How many mills joined? Why did the others leave?"),
        (("How long did it take by bus?", "An hour."), "So was the difference large?",
         "How long did it take by bus? So was the difference large?"),
        (("Which article is about mills?", "“Sails”."), "What were its findings?",
         "What were the findings of the article that mentions “mills”?"),
        # Who was spoken of is no thing; what was spoken of before is.
        (("Why did the king build the wall?", "For peace."), "How much did he pay?",
         "How much did the king pay?"),
        (("Why did the king build the wall?", "For peace.", "How much did he pay?", "9."),
         "When was it demolished?", "When was the wall demolished?"),
        (("When was the wall demolished?", "In 1603."), "By whom?",
         "By whom was the wall demolished?"),
        # Other people.
        (("How many days off do nurses get?", "26."), "And for doctors?",
         "How many days off do doctors get?"),
        (("How much does a ticket cost?", "9."), "And for children?",
         "How much does a ticket cost for children?"),
        (("How many days of leave do nurses get?", "26.", "Can they save any up?", "Five."),
         "What if I don't take them?", "What if I don't take days of leave?"),
        # Another thing.
        (("When is the mill open?", "Daily."), "And the tower?", "When is the tower open?"),
        (("When is the mill open?", "Daily."), "And the price?",
         "What is the price of the mill?"),
        (("How many pupils came?", "148."), "How many of them stayed?",
         "How many pupils came? How many of the pupils stayed?"),
        # What says the contrary takes the place of what it contradicts; people are asked for too.
        (("How many cups does it make without the filter?", "Six."), "And with the filter?",
         "How many cups does it make with the filter?"),
        (("Is the pool open before noon?", "Yes."), "And after six?",
         "Is the pool open after six?"),
        (("How much are tickets for the mill?", "9."), "And for children?",
         "How much are tickets for the mill for children?"),
        # A person is expected, and one.
        (("What did Sam Port say?", "“We won.”"), "Where does he live?",
         "Where does Sam Port live?"),
        (("Who opened the fair?", "The fair was opened by Sam Port."), "How old is she?",
         "How old is Sam Port?"),
        (("Does Ingrid use lead?", "INGRID: No."), "How many people work with her?",
         "How many people work with Ingrid?"),
        (("Does INGRID use lead?", "INGRID: No."), "Who taught her?", "Who taught INGRID?"),
        (("How do I install it for JavaScript?", "Run it."), "What school did he enroll in?",
         "What school did he enroll in?"),
        (("Who taught Ingrid Solheim?", "Lino Barovelli. He was old."), "What is she making?",
         "What is Ingrid Solheim making?"),
        (("Who was Ana Ruiz’s father?", "Ana Ruiz was born in Velm. She left."), "How did he die?",
         "How did Ana Ruiz’s father die?"),
        (("Who led the towns?", "Count Albert Dorn fought towns under Captain Margit Hesse."),
         "How many men did she have?", "How many men did Captain Margit Hesse have?"),
        (("What does `load` do?", "It reads."), "And `save`?", "What does `save` do?"),
        # The last answer once more, and more of what somebody said.
        (("When is the mill open?", "Daily.", "thanks", "Ok."), "repeat that",
         "When is the mill open?"),
        (("What did Ana Ruiz say?", "“No.”"), "any more?", "What else did Ana Ruiz say?"),
        # Whoever asked for the source goes on with what it was asked of.
        (("How much is the Basic tariff?", "9.", "source?", "The Echo."), "And the Family tariff?",
         "How much is the Family tariff?"),
        (("How long is the wait at Velm General?", "9."), "How many beds does it have?",
         "How many beds does Velm General have?"),
    ],
)  # fmt: skip
def test_what_fresh_eyes_asked_next(turns: tuple[str, ...], message: str, whole: str) -> None:
    assert standalone(message, said(*turns)) == whole


MAYORS = (
    "Who is the mayor of Velm?",
    "Ana Ruiz was elected mayor of Velm in May. Bo Lind resigned as mayor after his trial.",
)
ADVISER = ("Who is Ana Ruiz?", "Ana Ruiz keeps bees. She sold the mill to Emil Sand.")
OF_A_HOUSE = ("Who is the matron at St Elwin’s?", "Ida Berg, the matron, came in May.")


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        # "Who is the ..." asks for somebody whom the answer names; a house is nobody.
        (OF_A_HOUSE, "When did she come?", "When did Ida Berg come?"),
        (("Who’s the matron at St Elwin’s?", OF_A_HOUSE[1]), "When did she come?",
         "When did Ida Berg come?"),
        (("What is served at Ana Brandt’s?", "Soup, by Ida Berg."), "How old is she?",
         "How old is Ida Berg?"),
        (("Who is Ana Brandt?", "Ana Brandt bakes."), "Who’s her partner?",
         "Who is Ana Brandt’s partner?"),
        # Who was called "he" is no "she": by the answer, or by the user.
        ((*MAYORS, "How old is she?", "52."), "Why did he resign?", "Why did Bo Lind resign?"),
        (("Who resigned in Velm?", "Bo Lind did, after his trial. Ana Ruiz came after Bo Lind."),
         "When did she come?", "When did Ana Ruiz come?"),
        (("Who owns Orvo?", "A trust.", "Who leads the company?", "Ana Ruiz leads. Bo Lind left."),
         "Is she rich?", "Is Ana Ruiz rich?"),
        ((*ADVISER, "When was the mill sold?", "Jo Moss and Ana Ruiz sold it in May."),
         "Why did she sell?", "Why did Ana Ruiz sell?"),
        (ADVISER, "What does he say?", "What does Emil Sand say?"),
        ((*ADVISER, "Who was Emil Sand?", "Emil Sand was a miller. He died."), "Is she married?",
         "Is Ana Ruiz married?"),
        (("What did Ana Ruiz buy?", "Ana Ruiz bought a mill. Her brother, Bo Ruiz, sold it."),
         "Why did he sell?", "Why did Bo Ruiz sell?"),
        (("Who is Ana Ruiz’s deputy?", "Ana Ruiz left; her deputy as curator, Bo Lind, stays."),
         "What does he earn?", "What does Bo Lind earn?"),
        # Nobody can be meant: no guess.
        (("Who is Ana Ruiz?", "Ana Ruiz sold the mill. She left."), "Why was he angry?",
         "Who is Ana Ruiz? Why was he angry?"),
        # What the user calls somebody who was only guessed at tells nothing of them.
        (("Did the critic like the book?", "The book is by Ana Ruiz.", "Why didn’t he?", "No idea.",
          "Who wrote the book?", "It is by Ana Ruiz."), "Where does she live?",
         "Where does Ana Ruiz live?"),
    ],
)  # fmt: skip
def test_she_and_he_are_nobody_who_was_called_otherwise(
    turns: tuple[str, ...], message: str, whole: str
) -> None:
    assert standalone(message, said(*turns)) == whole


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        # Who held an office before.
        (("Who is the mayor of Velm?", "Bo Lind was elected mayor."), "And before him?",
         "Who was the mayor of Velm before Bo Lind?"),
        (("Who is the mayor of Velm?", "Bo Lind was elected.", "And before him?", "Ana Ruiz was."),
         "And before her?", "Who was the mayor of Velm before Ana Ruiz?"),
        (("Who runs Orvo?", "Bo Lind runs Orvo."), "Who did it before?",
         "Who ran Orvo before Bo Lind?"),
        (("who is mayor of Velm", "Bo Lind was elected mayor."), "who was it before",
         "Who was mayor of Velm before Bo Lind?"),
        (("who owns Orvo", "Orvo now belongs to Terravolt."), "who did before",
         "Who owned Orvo before that?"),
        (("When does the bridge open?", "In March."), "wasn’t that planned for last May?",
         "When does the bridge open? wasn’t that planned for last May?"),
        # What asks anew takes the place of what was asked.
        (("How long has Ana Ruiz been a nurse?", "For nine years."), "where",
         "Where has Ana Ruiz been a nurse?"),
        (("Did Ana Ruiz work at the mill?", "Yes."), "how long?",
         "How long did Ana Ruiz work at the mill?"),
        # Nobody is the captain of Ana Ruiz, and last May is no thing.
        (("Who’s the captain of Velm?", "Bo Lind."), "What about Ana Ruiz?",
         "Who is the captain of Velm? Ana Ruiz?"),
        (("Was that not to be last May?", "They said so in May."), "How much will it cost?",
         "Was that not to be last May? How much will it cost?"),
        (("What happened to Ana Ruiz?", "Ana Ruiz was there on Monday afternoon."),
         "How fast can they go?", "How fast can Ana Ruiz go?"),
        (("How did Velm do?", "Well.", "Who’s the coach?", "Bo Lind coaches."), "And before that?",
         "Who was the coach before Bo Lind?"),
        # "One" is of the thing that was spoken of last as "a new pump".
        (("What does Ana Ruiz want?", "Ana Ruiz would rather have a new pump."), "Did she get one?",
         "Did Ana Ruiz get a new pump?"),
        (("Did the town buy a pump?", "Yes."), "Does Velm have one too?",
         "Does Velm have a pump too?"),
        (("Did the town buy a pump?", "Yes."), "Did you say one?", "Did you say one?"),
        # The question that counted the same is filled.
        (("What was the first plan?", "A dam.", "Who rejected it?", "The town.", "Why?", "Cost."),
         "And the second plan?", "What was the second plan?"),
        # What is filled in agrees with its verb.
        (("What does the trust say?", "No."), "And the residents?", "What do the residents say?"),
        (("What do the residents say?", "No."), "And the trust?", "What does the trust say?"),
        (("When is the pool shut?", "In May."), "And the trust, what do they say?",
         "What does the trust say?"),
        (("When is the pool shut?", "In May."), "So Friday, when do they open?",
         "So Friday, when do they open?"),
        # A bus is one, and offers nothing.
        (("When will the bus end?", "In May."), "What do they offer instead?",
         "When will the bus end? What do they offer instead?"),
        # Who can be told is named, though another can't be, if the question before does not.
        (("Who is Ana Ruiz?", "A smith.", "How old is she?", "9", "When does the bus end?", "May"),
         "What do they offer her?", "When does the bus end? What do they offer Ana Ruiz?"),
        (("Who was Bo Lind?", "Bo Lind was a smith. He died.", "Who is Ana Ruiz?", "A smith.",
          "Has Ana Ruiz found an apprentice?", "Ana Ruiz has. She looked long."),
         "What does she think of him?",
         "Has Ana Ruiz found an apprentice? What does she think of him?"),
    ],
)  # fmt: skip
def test_who_held_it_one_of_them_and_the_second(
    turns: tuple[str, ...], message: str, whole: str
) -> None:
    assert standalone(message, said(*turns)) == whole


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        # The name of a setting is one word.
        (("What is the default `open_limit` in Orvo?", "9."), "and `read_limit`?",
         "What is the default `read_limit` in Orvo?"),
        (("What is the default open_limit in Orvo?", "9."), "and `read_limit`?",
         "What is the default `read_limit` in Orvo?"),
        (("What is `read_limit` for?", "Reads."), "Can it be changed?",
         "Can `read_limit` be changed?"),
        # Of two that were asked about alike.
        (("How much is the Norta 2?", "9.", "And the Sensa 4?", "12."), "Which one is more exact?",
         "Which one is more exact, Norta 2 or Sensa 4?"),
        (("How much is the Norta 2?", "9.", "And the Sensa 4?", "12."), "And which is cheaper?",
         "And which is cheaper, Norta 2 or Sensa 4?"),
        (("How much is the Norta 2?", "9.", "Who runs Orvo?", "Ana Ruiz."), "Which is cheaper?",
         "Which is cheaper?"),
        (("Which is older, Norta 2 or Sensa 4?", "The Sensa 4 dates from 1990."), "Is it heavy?",
         "Is Sensa 4 heavy?"),
        (("Which is older, Norta 2 or Sensa 4?", "Both are old."), "Is it heavy?",
         "Which is older, Norta 2 or Sensa 4? Is it heavy?"),
        # What can be released is a thing, and what was decided is not.
        (("What was new in Orvo 3.1.0?", "Tags."), "When was that released?",
         "When was Orvo 3.1.0 released?"),
        (("What was new in Orvo 3.1.0?", "Tags."), "When was that decided?",
         "What was new in Orvo 3.1.0? When was that decided?"),
    ],
)  # fmt: skip
def test_settings_versions_and_two_that_are_compared(
    turns: tuple[str, ...], message: str, whole: str
) -> None:
    assert standalone(message, said(*turns)) == whole


@pytest.mark.parametrize(
    ("whole", "message", "alone"),
    [
        ("How many came? Did the mill close?", "Did the mill close?", "Did the mill close?"),
        ("Who came? Did the mill do that? (Orvo)", "Did the mill do that?",
         "Did the mill do that? (Orvo)"),
        ("Is it open? Who wrote “Why? Oh”?", "Who wrote “Why? Oh”?", "Who wrote “Why? Oh”?"),
        ("Who wrote “Why? Oh”?", "Who wrote “Why? Oh”?", ""),
        ("What is it? I ask for a friend.", "what si it? I ask for a friend.", ""),
        ("Is it open? And the price", "And the price", "And the price"),
        ("Is it open? Why?", "Why?", "Is it open? Why?"),
        ("Is it open?", "Is it open?", ""),
        ("Is it open? Why is it?", "Is it open? Why is it?", ""),
    ],
)  # fmt: skip
def test_what_a_message_asks_with_the_question_before_beside_it(
    whole: str, message: str, alone: str
) -> None:
    assert asked_alone(whole, message) == alone


@pytest.mark.parametrize(
    ("message", "whole"),
    [
        ("Interesting, and who pays?", "Who built the Kite pier? Interesting, and who pays?"),
        ("Why?", "Who built the Kite pier? Why?"),
        ("Is that still true?", "Who built the Kite pier? Is that still true?"),
        ("Right-wing parties won where?", "Right-wing parties won where?"),
        ("Fine dust is measured where?", "Fine dust is measured where?"),
    ],
)
def test_a_nod_before_a_question_is_no_part_of_it(message: str, whole: str) -> None:
    history = [
        Message(role="user", content="Who built the Kite pier?"),
        Message(role="assistant", content="The town built it."),
    ]
    assert standalone(message, history) == whole


def test_only_the_last_question_that_names_something_stands_beside_why() -> None:
    history = [
        Message(role="user", content="What is new in Velm?"),
        Message(role="assistant", content="The school of Velm is closed."),
        Message(role="user", content="What about the swimming pool?"),
        Message(role="assistant", content="The swimming pool is closed, too."),
    ]
    assert standalone("Why?", history) == "What about the swimming pool? Why?"


def test_whether_it_is_still_so_is_judged_with_what_was_asked() -> None:
    whole = "When does the pier close? Is that still true?"
    assert asked_alone(whole, "Is that still true?") == whole


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        # Neither is "it" who took the time, nor is the person what took it.
        (
            (("Cora Lund, what is she known for?", "For rowing round the isle of Orm."),),
            "How long did it take her?",
            "Cora Lund, what is she known for? How long did it take her?",
        ),
        # The place that was asked of, and not the last that the answer names.
        (
            (("Tell me about Orm", "Orm is the smallest island of the Kells, off Lund."),),
            "How many people live there?",
            "How many people live in Orm?",
        ),
        (
            (("Tell me about Orm", "Orm is the smallest island of the Kells, off Lund."),),
            "How do I get there?",
            "How do I get to Orm?",
        ),
        (
            (("What does the museum in Harwick show?", "It shows ships of the Lund yard."),),
            "What does it cost to get in there?",
            "What does it cost to get in Harwick?",
        ),
        (
            (("Where was Cora Lund born?", "She was born in Velm."),),
            "How many people live there?",
            "How many people live in Velm?",
        ),
        # Of two people "them" are these, whatever things were spoken of.
        (
            (
                ("Cora Lund on tolls?", "She is against them."),
                ("And Otto Krantz?", "He is for them."),
            ),
            "Which of them is older?",
            "Which of them is older, Cora Lund or Otto Krantz?",
        ),
        (
            (
                ("Cora Lund on tolls?", "She is against them."),
                ("And Otto Krantz?", "He is for them."),
            ),
            "Which of them has children?",
            "Otto Krantz on tolls? Which of them has children?",
        ),
        (
            (("How much is the Kolb 3?", "It costs 80 euros."),),
            "And the other one, the Anker 5?",
            "How much is the Anker 5?",
        ),
        # What has it is meant, and not what it has.
        (
            (("How much is the Kolb 3?", "80 euros."), ("Which has the better seat?", "It does.")),
            "Does it come in red?",
            "Does the Kolb 3 come in red?",
        ),
        (
            (
                ("Who wrote the article about otters?", "Cora Lund"),
                ("What else did she write?", "1. Otters return 2. Tolls for Orm"),
            ),
            "What's the main point of it?",
            "summarise the article about otters",
        ),
        (
            (("What did the study of kale find?", "It is good for the heart."),),
            "What's the main point of it?",
            "What did the study of kale find? What's the main point of it?",
        ),
    ],
)
def test_what_is_meant_stays_what_was_spoken_of(
    turns: tuple[tuple[str, str], ...], message: str, whole: str
) -> None:
    history = [
        turn
        for question, answer in turns
        for turn in (
            Message(role="user", content=question),
            Message(role="assistant", content=answer),
        )
    ]
    assert standalone(message, history) == whole


@pytest.mark.parametrize(
    ("turns", "message", "whole"),
    [
        # Each is whole, and the next one leans on it.
        (
            (("How long will the dredging take?", "A year."), ("And the price?", "90 euros.")),
            "Who was against it?",
            "Who was against the dredging?",
        ),
        (
            (("How do I get to Lund?", "By boat."), ("How long does it take?", "An hour.")),
            "And the price?",
            "What does it cost to get to Lund?",
        ),
        # Why it takes so long is not why it takes.
        (
            (("How long will the dredging take?", "A year."),),
            "Why?",
            "How long will the dredging take? Why?",
        ),
        # What was asked before is done with.
        (
            (
                ("Who owns the mill at Ebb?", "Ana Ruiz."),
                ("Did they say whether it works?", "No."),
                ("When was the weir built?", "In 1920."),
            ),
            "Why?",
            "Why was the weir built?",
        ),
        # A new thing stands alone; what people do is asked of no thing.
        ((("Who is Ana Ruiz?", "A miller."),), "What about the farmer?", "What about the farmer?"),
        (
            (("Who is Ana Ruiz?", "A miller."), ("What about the farmer?", "He left.")),
            "How much did he get?",
            "How much did the farmer get?",
        ),
        (
            (("How much did the pupils ask for?", "90 euros."),),
            "And the long breaks?",
            "How much did the pupils ask for? And the long breaks?",
        ),
        # What happened to one thing is asked of another.
        (
            (("What is happening with the mill?", "It is sold."),),
            "What about the weir?",
            "What is happening with the weir?",
        ),
        # The phrase is the thing alone, and the way to a place is one.
        (
            (("Where was the Kite bell found?", "In Velm."),),
            "Who stole it?",
            "Who stole the Kite bell?",
        ),
        (
            (("What does the ferry to Velm cost?", "9 euros."),),
            "How long does it take?",
            "How long does the ferry to Velm take?",
        ),
        (
            (("When does the ferry from Ebb to Lund leave?", "At nine."),),
            "And the price?",
            "What is the price of the ferry from Ebb to Lund?",
        ),
        (
            (("Why did the council sell the mill to Velm?", "It was old."),),
            "Where is it?",
            "Where is Velm?",
        ),
        (
            (("Was the punt faster than the Lark?", "Yes."),),
            "Who built it?",
            "Who built the punt?",
        ),
        # What was told is judged.
        (
            (("How many punts sank?", "Six."),),
            "Is that a lot?",
            "How many punts sank? Is that a lot?",
        ),
        (
            (("How much did the farmer get?", "6 euros."),),
            "Is that enough for him?",
            "How much did the farmer get? Is that enough for the farmer?",
        ),
    ],
)  # fmt: skip
def test_a_short_message_is_of_what_was_asked_last(
    turns: tuple[tuple[str, str], ...], message: str, whole: str
) -> None:
    assert standalone(message, said(*(part for turn in turns for part in turn))) == whole


def test_it_is_nothing_of_which_it_was_asked_in_vain_whether_there_is_any() -> None:
    ferry = said("How long is the ferry of Velm?", "The ferry of Velm is 80 metres long.")
    vain = said("Is there parking?", "The articles don’t say whether there is parking.")
    assert standalone("How old is it?", ferry + vain) == "How old is the ferry of Velm?"
    told = said("Is there parking?", "There is parking for 40 cars.")
    assert "ferry" not in standalone("How old is it?", ferry + told)


@pytest.mark.parametrize(
    ("history", "message", "whole"),
    [
        # A bare word stands for the one that is as bare.
        (said("how much is the sauna for adults", "6 euros."), "and kids?",
         "how much is the sauna for kids?"),
        (said("how long does ash take", "A year."), "and willow", "how long does willow take?"),
        (said("how long does ash take", "A year."), "and nettles",
         "how long does ash take? and nettles"),
        (said("how long do ash and elm take", "A year."), "and willow",
         "how long do ash and elm take? and willow"),
        # How a thing is is no part of what it is called, and no thing.
        (said("is the corn hall old?", "It was built in 1830."), "who built it",
         "who built the corn hall"),
        (said("how many people used the lift", "900.", "is that new", "It came in May."),
         "what does it cost", "how many people used the lift? is that new? what does it cost"),
        # Somebody's word says whether it is a man or a woman.
        (said("Is Rosa Lund the first woman to coach them?", "Rosa Lund is the first woman to do "
              "so. She came in May."), "how old is she", "how old is Rosa Lund"),
        (said("what did the first woman say", "Nothing."), "how old is he", "how old is he"),
        # Several things of an earlier turn are "they", rather than the one person of the last.
        (said("who merged the schools", "Ada Finch did.", "who was the other head",
              "Bo Daly was.", "is he still there", "Bo Daly left the schools."),
         "how many pupils do they have", "how many pupils do the schools have"),
        # "It" is one thing, and none of several.
        (said("how big is the sauna", "For ten.", "what are the opening hours", "7 to 9."),
         "is it heated", "is the sauna heated"),
        (said("what are the opening hours", "7 to 9."), "is it new", "is the opening hours new"),
        # What corrects may ask something else of the same.
        (said("how much is the sauna in winter", "6 euros."), "no, I meant the opening times",
         "What are the opening times of the sauna in winter?"),
        # The keeper's bridge is pointed at, and not the keeper.
        (said("Who is the keeper of Orm Bridge?", "Ana Ruiz."), "Who painted the bridge?",
         "Who painted Orm Bridge?"),
        (said("Who is the keeper of Orm Bridge?", "Ana Ruiz."), "who else is quoted",
         "who else is quoted"),
    ],
)  # fmt: skip
def test_what_is_meant_is_told_by_its_form(
    history: list[Message], message: str, whole: str
) -> None:
    assert standalone(message, history) == whole
