"""What stands below a heading is stated where the question asks for the heading."""

from __future__ import annotations

import pytest

from rag.answerer import Draft
from rag.datatypes import Chunk, Passage, Scores
from rag.statements.headed import section_asked
from tests.making import make_article

MILL = """# We moved our mill to the river

By Ada Brink. For nine years the oats were ground in a cellar in Ford Street.

## Why we did it

The cellar was damp. The landlord wanted it back, too.

## Drawbacks

The road to the river is steep.

- Vans need chains in winter.
- There is no bus.

## Would we do it again?

Yes, at once. It paid for itself.
"""


def told(question: str, most: int = 6) -> list[str] | None:
    article = make_article(MILL)
    passage = Passage(Chunk("c", "a", 0, len(MILL), MILL), article, Scores())
    draft = section_asked(question, Draft((), 0.1, "no"), [passage], most=most)
    if draft is None:
        return None
    assert draft.confidence == 0.6
    return [MILL[place.start : place.end] for place in draft.places]


DRAWBACKS = [
    "The road to the river is steep.",
    "Vans need chains in winter.",
    "There is no bus.",
]
WHY = ["The cellar was damp.", "The landlord wanted it back, too."]
AGAIN = ["Yes, at once.", "It paid for itself."]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What are the drawbacks of the mill by the river?", DRAWBACKS),
        ("Which drawbacks are there?", DRAWBACKS),
        ("What was the drawback of the river, according to the article?", DRAWBACKS),
        ("What are its drawbacks?", DRAWBACKS),
        ("What are drawbacks?", None),
        ("Who are the drawbacks?", None),
        ("What are the drawbacks of the cellar in winter?", None),
        ("How many drawbacks are there?", None),
        ("Why did Ada Brink shift the mill to the river?", WHY),
        ("Why was the price of oats at the mill raised?", None),
        ("Why is Ada Brink famous?", None),
        ("How did they move the mill?", None),
        ("Would Ada Brink do it again?", AGAIN),
        ("Did they do it again?", None),
        ("What is the mill?", None),
    ],
)
def test_a_section_is_stated_where_its_heading_is_asked_for(
    question: str, wanted: list[str] | None
) -> None:
    assert told(question) == wanted


def test_no_more_is_stated_than_may_be() -> None:
    assert told("What are the drawbacks of the mill?", most=2) == DRAWBACKS[:2]
    assert told("What are the drawbacks of the mill?", most=0) is None


LETTER = """# A winter without the stove

By Ada Brink, 3 May 2024

Last autumn I sold the stove to a neighbour, and I promised to say how it went.

## What I lost

The smell of pine.

- My seat by the window.
- Toast.

## So what did it cost?

Four blankets.
"""
PARTS = """# My stove

By Ada Brink

I made it myself.

## Parts

- A flue.
- A pan.
"""
VIEW = """# My stove

By Ada Brink

I was asked by many.

## So what do I make of the new rule?

Ten crowns is fair. So is it for a van.
"""
RULES = """# Four rules I broke in the garden

By Ada Brink

I had told all of you to keep them.

## 1. Sow early

I sowed in June.

## 2. Water at night

I did not.

## 3. Never dig

I dug.
"""


def told_of(text: str, question: str) -> list[str] | None:
    article = make_article(text)
    passages = [
        Passage(Chunk(f"c{at}", "a", at, at + 200, article.text[at : at + 200]), article, Scores())
        for at in range(0, len(article.text), 200)
    ]
    draft = section_asked(question, Draft((), 0.1, "no"), passages, most=6)
    return draft and [article.text[place.start : place.end] for place in draft.places]


VALLEY = """# The lost valley

Few have seen it.

## Rules

Stay on the path.

## Found things

A spoon.
"""
FAIR = ["Ten crowns is fair.", "So is it for a van."]
LOST = ["The smell of pine.", "My seat by the window.", "Toast."]
BROKEN = ["1. Sow early", "2. Water at night", "3. Never dig"]


@pytest.mark.parametrize(
    ("text", "question", "wanted"),
    [
        (LETTER, "What did Ada Brink lose?", LOST),
        (LETTER, "What did Ada Brink lose by going without the stove?", LOST),
        (LETTER, "What has Ada Brink lost?", LOST),
        (LETTER, "What did Ada Brink lose in the fire?", None),
        (LETTER, "What did Bo Lind lose?", None),
        (LETTER, "Why did Ada Brink lose?", None),
        (LETTER, "What did it cost Ada Brink?", ["Four blankets."]),
        (PARTS, "Which parts did Ada Brink buy for the stove?", ["A flue.", "A pan."]),
        (PARTS, "Which parts did Ada Brink buy for the boat?", None),
        (PARTS.replace("- ", ""), "Which parts did Ada Brink buy for the stove?", None),
        (VIEW, "What does Ada Brink make of the new van permits?", FAIR),
        (VIEW, "What does Ada Brink think of the rule for vans?", FAIR),
        (VIEW, "What does Ada Brink think of the new mayor?", None),
        (VIEW, "What does Bo Lind think of the rule for vans?", None),
        (VIEW, "What does Ada Brink pay for vans?", None),
        (RULES, "Which rules did Ada Brink break?", BROKEN),
        (RULES, "Which rule did Ada Brink break?", None),
        (RULES, "Which rules did Ada Brink break in the orchard?", None),
        (VALLEY, "What are the rules of the lost valley?", ["Stay on the path."]),
        (VALLEY, "What are the rules of the Lost Valley?", ["Stay on the path."]),
        (VALLEY, "What are the found things of the valley?", ["A spoon."]),
        (RULES.replace("## 2. W", "## W"), "Which rules did Ada Brink break?", None),
    ],
)
def test_headings_of_a_letter_are_asked_for_by_who_wrote_it(
    text: str, question: str, wanted: list[str] | None
) -> None:
    assert told_of(text, question) == wanted
