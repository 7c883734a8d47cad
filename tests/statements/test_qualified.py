"""A sentence for the very case that is asked about goes before the general one."""

from __future__ import annotations

import pytest

from rag.answerer import Draft
from rag.cite import Place
from rag.statements.qualified import with_qualified
from tests.making import make_article

GENERAL, CASE = "Take ten metres of rope.", "Where two boats lie astern, take twenty metres."
OVEN, WET = "Dry the clay for three days.", "It needs nine days if the weather is wet."
GLOVES = "When cleaning the kiln, wear gloves."
TEXT = f"# Afloat\n\n{GENERAL} {CASE} Coil it up.\n\n{OVEN} {GLOVES} {WET}\n\nIf it rains, stop.\n"
ARTICLE = make_article(TEXT)


def stated(question: str, *texts: str) -> list[str]:
    places = [Place("a", TEXT.index(text), TEXT.index(text) + len(text)) for text in texts]
    draft = with_qualified(Draft(tuple(places), 0.9, ""), question, {"a": ARTICLE})
    return [TEXT[place.start : place.end] for place in draft.places]


@pytest.mark.parametrize(
    ("question", "texts", "wanted"),
    [
        ("How much rope do I need with two boats astern?", [GENERAL], [CASE, GENERAL]),
        ("How much rope when two boats lie astern?", [GENERAL, CASE], [CASE, GENERAL]),
        ("How much rope with two boats astern?", [CASE, GENERAL], [CASE, GENERAL]),
        ("How much rope do I need?", [GENERAL], [GENERAL]),
        ("How much rope with two dogs?", [GENERAL], [GENERAL]),
        ("How many days must clay dry in wet weather?", [OVEN], [WET, OVEN]),
        # its case is asked for, but it says something else
        ("How long must clay dry before cleaning the kiln?", [OVEN], [OVEN]),
        ("When do two boats lie astern?", [GENERAL], [GENERAL]),
        ("Must the clay dry if it rains?", [OVEN], [OVEN]),  # of another paragraph
        ("anything", [], []),
    ],
)
def test_the_sentence_for_the_case_goes_first(
    question: str, texts: list[str], wanted: list[str]
) -> None:
    assert stated(question, *texts) == wanted
