"""What stands below a heading is stated where the question asks for the heading."""

from __future__ import annotations

import pytest

from rag.answerer import Draft
from rag.datatypes import Chunk, Passage, Scores
from rag.headed import section_asked
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
