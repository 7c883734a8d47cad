"""What a question is made of: by example, and laws that hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.questions.parts import Part, question_parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "When did the bridge open, and who paid for it?",
            ["When did the bridge open?", "who paid for it?"],
        ),
        (
            "Which firms gave tokens away, and how many did each give?",
            ["Which firms gave tokens away, and how many did each give?"],
        ),
        (
            "Where was the ship built and in which harbour does it lie; who owns it now?",
            ["Where was the ship built?", "in which harbour does it lie?", "who owns it now?"],
        ),
        ("When did it open? Who paid for it?", ["When did it open?", "Who paid for it?"]),
        ("When did it open? And who paid for it?", ["When did it open?", "who paid for it?"]),
        ("1. When did it open? 2. Who paid for it?", ["When did it open?", "Who paid for it?"]),
        ("- When did it open?\n- Who paid for it?", ["When did it open?", "Who paid for it?"]),
        (
            "Who built the mill, what did it cost and when was it shut?",
            ["Who built the mill?", "what did it cost?", "when was it shut?"],
        ),
        (
            "How tall are the Nordturm and the Westturm each?",
            ["How tall is the Nordturm?", "How tall is the Westturm?"],
        ),
        (
            "How many members do Aarau, Baden and Chur each have?",
            [
                "How many members does Aarau have?",
                "How many members does Baden have?",
                "How many members does Chur have?",
            ],
        ),
        (
            "Which is longer, the Aare or the Limmat?",
            ["Which is longer, the Aare?", "Which is longer, the Limmat?"],
        ),
        (
            "Which costs more per month: gas or oil?",
            ["Which costs more per month, gas?", "Which costs more per month, oil?"],
        ),
        (
            "Aldi or Lidl: whose milk is dearer?",
            ["Aldi: whose milk is dearer?", "Lidl: whose milk is dearer?"],
        ),
        (
            "Do more people ski in Norway or in Sweden?",
            ["Do more people ski in Norway?", "Do more people ski in Sweden?"],
        ),
        (
            "Compare Norway and Sweden by number of lakes",
            ["Norway: number of lakes?", "Sweden: number of lakes?"],
        ),
        (
            "How does Norway compare with Sweden in oil exports?",
            ["Norway: oil exports?", "Sweden: oil exports?"],
        ),
        ("Compare Bern with Basel.", ["What about Bern?", "What about Basel?"]),
        (
            "Compare Bern, Basel and Chur by rent",
            ["Bern: rent?", "Basel: rent?", "Chur: rent?"],
        ),
        ("Bern vs Basel: rent", ["Bern: rent?", "Basel: rent?"]),
        ("Bern vs. Basel", ["What about Bern?", "What about Basel?"]),
        ("Norvane versus Solenta employees", ["Norvane: employees?", "Solenta: employees?"]),
        (
            "Compare the tidal plant with the ferry by cost",
            ["the tidal plant: cost?", "the ferry: cost?"],
        ),
        (
            "How do the plant and the ferry differ in terms of jobs?",
            ["the plant: jobs?", "the ferry: jobs?"],
        ),
        (
            "Compare prices in 2020 with prices in 2021.",
            ["What about prices in 2020?", "What about prices in 2021?"],
        ),
        (
            "How does the new bridge compare to the old one?",
            ["What about the new bridge?", "What about the old one?"],
        ),
        (
            "Do Ana Ruiz and Tom Hall disagree about the ferry?",
            ["What does Ana Ruiz say about the ferry?", "What does Tom Hall say about the ferry?"],
        ),
        (
            "What do Ruiz and Hall agree on?",
            ["What does Ruiz say?", "What does Hall say?"],
        ),
        (
            "Does Ruiz agree with Hall that the ferry is late?",
            [
                "What does Ruiz say about the ferry is late?",
                "What does Hall say about the ferry is late?",
            ],
        ),
        (
            "What did Ana Ruiz and Tom Hall think of it?",
            ["What does Ana Ruiz think about it?", "What does Tom Hall think about it?"],
        ),
    ],
)  # fmt: skip
def test_a_question_of_several(question: str, parts: list[str]) -> None:
    assert [part.question for part in question_parts(question)] == parts


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which is longer, the Aare or the Limmat?", ["Aare", "Limmat"]),
        ("Is Alice's or Bob's garden bigger?", ["Alice", "Bob"]),
        ("Who scored more, the Boston Red Sox or Chicago?", ["Boston Red Sox", "Chicago"]),
        ("Do more people ski in Norway or in Sweden?", ["Norway", "Sweden"]),
    ],
)
def test_a_part_knows_what_it_is_about(question: str, names: list[str]) -> None:
    assert [part.about for part in question_parts(question)] == names


@pytest.mark.parametrize(
    "question",
    [
        "When and where did the ship sink?",
        "When it rains, what happens to the lake?",
        "Who founded Marks and Spencer?",
        "Who wrote Pride and Prejudice?",
        "Why did prices rise between July and August?",
        "Which firms other than Shell, BP and Total drill for more oil?",
        "Did the mayor or the council decide?",
        "What did Anna and Otto found?",
        "What was the launch vehicle, which Boeing built?",
        "2. Who paid for the bridge?",
        "How many came? And why?",
        "bridge opening year",
        "How does it compare with the ferry?",
        "Compare these with the others",
        "Compare the two articles",
        "Do they agree on anything?",
        "Do the articles agree on the price?",
        "Did the council and the mayor agree to build it?",
        "",
        "?",
    ],
)  # fmt: skip
def test_one_question_stays_as_it_is(question: str) -> None:
    assert [part.question for part in question_parts(question)] == [question]


@given(st.text(max_size=200))
def test_any_text_has_a_part(question: str) -> None:
    parts = question_parts(question)
    assert parts
    if len(parts) == 1:
        assert parts[0] == Part(question)


@given(
    st.lists(st.sampled_from("Aare Limmat Reuss Inn Rhone".split()), min_size=2, unique=True),
    st.sampled_from(["How long are {} each?", "Which of {} is longest?", "Compare {}"]),
)
def test_each_name_is_asked_about_once(names: list[str], form: str) -> None:
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    parts = question_parts(form.format(listed))
    if len(parts) > 1:
        assert [part.about for part in parts] == names
        for part in parts:
            assert [name for name in names if name in part.question] == [part.about]
