"""What a question wants measured, and whether a text tells a measure of that kind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.reading.measured import ANSWER_WEIGHT, AT_LAST_WEIGHT, measure_asked
from tests.making import write_folder


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How heavy is the buoy?", "weight"),
        ("how much do the oars weigh", "weight"),
        ("What is the weight of the buoy?", "weight"),
        ("What was the average humidity at the mill?", "share"),
        ("Which share of the members voted?", "share"),
        ("What time does the tour begin?", "clock"),
        ("How long does the crossing take?", "extent"),
        ("How old is the skipper?", "age"),
        ("How deep is the harbour?", "length"),
        ("How cold is the water?", "temperature"),
        ("What does a ticket cost?", "money"),
        ("How much does the skipper earn?", "pay"),
        ("When was the quay built?", "when"),
        ("In which year was the quay built?", "when"),
        ("How many boats are there?", "number"),
        ("How much oil does it burn?", "number"),
        ("Who built the quay? And when?", "when"),  # what is asked last
        ("how much are the stewards paid an hour", "pay"),
        ("What is the top speed of the ferry?", "speed"),
        ("How fast can it go?", "speed"),
        ("What is the fare for children?", "money"),
    ],
)
def test_what_is_to_be_measured(question: str, kind: str) -> None:
    asked = measure_asked(question)
    assert asked is not None
    assert asked.kind == kind


@pytest.mark.parametrize(
    "question",
    [
        "Which boats are there?",
        "How far did the prices fall?",
        "Who pays for the weights?",
        "What is the price?",  # whatever stands after it
        "How high is inflation?",
        "During what time was it built?",
        "By what time had the fleet grown?",
        "Wie lange dauert die Fahrt?",
    ],
)
def test_what_tells_no_kind_of_measure(question: str) -> None:
    assert measure_asked(question) is None


@pytest.mark.parametrize(
    ("question", "text", "is_told"),
    [
        ("How heavy is the buoy?", "It was moored in four minutes.", False),
        ("How heavy is the buoy?", "The buoy is 40kg.", True),
        ("How heavy is the buoy?", "Buoy | Weight\nRed | 40", True),  # the column says it
        ("How much does the skipper earn?", "The skipper said the bill was 2.9 million.", False),
        ("How much does the skipper earn?", "She is paid 30,000 euros.", True),
        ("How much does the skipper earn?", "She is on 900 euros a month.", True),
        ("When was the quay built?", "Ana Ruiz built it of oak.", False),
        ("When was the quay built?", "Ana Ruiz built it after the flood.", True),
        ("When is the quay open?", "On Thursdays the quay is open.", True),
        ("How many boats are there?", "The boats are painted in the harbour.", False),
        ("How many boats are there?", "Two boats are left.", True),
        ("How many boats are there?", "There are no boats.", True),
        ("How much oil does it burn?", "It burns a litre.", True),
        ("How long is the quay?", "It is 80 metres.", True),
        ("How deep is the quay?", "It is 80 metres long.", False),
        ("How deep is the quay?", "It is 80 metres long and 9 metres deep.", True),
        ("How deep is the quay?", "The depth at the quay, 80 metres long, is 9 metres.", True),
        ("How tall is the mast?", "The mast is 20 metres high.", True),
        ("How wide is the quay?", "It is 8 metres.", True),
        ("How long did it sail?", "It sailed from 1961 to 1972.", True),
        ("How long did it sail?", "It sailed for four summers.", True),
        ("How long did it sail?", "It sailed 12 times.", False),
        ("How old is the skipper?", "The skipper, 44, is from Velm.", True),
        ("How old is the skipper?", "The skipper has two boats.", False),
        ("How old is the skipper?", "“I am eighty-one,” she said.", True),
        ("How old is the skipper?", "It's 4.40 in the morning.", False),
        ("How old is the skipper?", "It's 5:15, and she sleeps.", False),
        ("How old is the skipper?", "She sold nine boats, up from two the year before.", False),
        ("How old is the skipper?", "She's 58.", True),
        ("How old is the quay?", "It is a 90-year-old quay.", True),
        ("How long did it last?", "It was shut between 09:12 and 11:53.", True),
        ("How long did it last?", "It was shut at 09:12.", False),
        ("What does a ticket cost?", "A ticket is 3 ducats.", True),  # money has any unit
        ("What does a ticket cost?", "It is free on Sundays.", True),
        ("What does a ticket cost?", "The crossing takes 20 minutes.", False),
        ("What does a ticket cost?", "The crossing takes 1,200 minutes.", False),
        ("What time does it begin?", "It begins at nine.", True),
        ("What time does it begin?", "It takes 40 minutes.", False),
        ("What time does it begin?", "9.30 Pancakes", True),
        ("Which share of them voted?", "Two thirds did.", True),
        ("Which share of them voted?", "The vote was in May.", False),
        ("How cold is the water?", "It is kept at 27 °C.", True),
        ("How cold is the water?", "The pool is 25 metres long.", False),
        ("How fast is the ferry?", "It leaves every eight minutes.", False),
        ("How fast is the ferry?", "It does 12 knots.", True),
        ("How fast is the ferry?", "It goes 20 kilometres an hour.", True),
    ],
)
def test_a_measure_of_the_kind_is_told(question: str, text: str, is_told: bool) -> None:
    asked = measure_asked(question)
    assert asked is not None
    assert asked.is_told(text) is is_told


@pytest.mark.parametrize("text", ["9" * 20_000, "1,1." * 5_000, "m" * 20_000, "how much is " * 170])
def test_long_texts_take_no_long_time(text: str) -> None:
    began = time.process_time()
    for question in ("How long is it?", "What does it cost?", "How heavy is it?", text):
        asked = measure_asked(question)
        assert asked is None or asked.is_told(text) in (True, False)
    assert time.process_time() - began < 2


def test_another_measure_of_the_same_thing_is_no_answer(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "trial",
        {
            "buoys.txt": "Three buoys on trial\n\nWe moored three buoys in the bay of Velm in "
            "spring, and looked at them each week.\n\nThe Tern is the steadiest of the three. It "
            "was moored in four minutes, and its light can be seen from two miles away. The crew "
            "liked its handles.\n\nThe Gull lost its light in a storm in May, and was towed back "
            "to the harbour.\n"
        },
    )
    assistant = Assistant.open(folder, tmp_path / "index")
    declined = assistant.ask("What is the weight of the Tern?")
    asked = assistant.ask("How long did it take to moor the Tern?")
    assert declined.outcome == "declined"
    assert asked.outcome == "answered"


def test_a_time_that_is_not_told_is_no_answer(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "quays",
        {
            "quays.txt": "The quays of Velm\n\nThe stone quay was built by the mason Ana Ruiz. The "
            "wooden quay was built in 1961 by her son.\n\nBoats lie at both of them.\n"
        },
    )
    assistant = Assistant.open(folder, tmp_path / "index")
    assert "1961" in assistant.ask("When was the wooden quay built?").text
    who = assistant.ask("Who built the stone quay?")
    history = [
        {"role": "user", "content": who.question},
        {"role": "assistant", "content": who.lines},
    ]
    when = assistant.ask("And when?", history=history)
    assert who.confidence > 0.5
    assert when.confidence < 0.5 * who.confidence or "1961" in when.text


@pytest.mark.parametrize(
    ("question", "weight"),
    [("When is it?", AT_LAST_WEIGHT), ("How many are there?", AT_LAST_WEIGHT),
     ("How heavy is it?", ANSWER_WEIGHT)],
)  # fmt: skip
def test_no_time_and_no_number_weigh_more(question: str, weight: float) -> None:
    asked = measure_asked(question)
    assert asked is not None
    assert asked.weight == weight
    assert (asked.sentence_weight < 0) is (weight == AT_LAST_WEIGHT)
