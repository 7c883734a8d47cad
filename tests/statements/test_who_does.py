"""Where it is asked who does a thing, what names somebody who does it comes first."""

from __future__ import annotations

import pytest

from rag.answerer import Draft
from rag.cite import Place
from rag.datatypes import Chunk, Passage, Scores
from rag.statements.who_does import naming_somebody
from tests.making import make_article

TEXT = """# The Arden choir

By Jo Marsh

A leaflet of the Arden choir. The choir meets in the hall and is led by Petra Lund.

Otto Brandt led the choir of Arden for nine years. The council pays for the hall.

The last organist of the choir lives in Orm. Bo Lind is 83 and keeps goats.

The first organist left. He was tired.
"""
ARTICLE = make_article(TEXT)
LEAFLET, LED = (
    "A leaflet of the Arden choir.",
    "The choir meets in the hall and is led by Petra Lund.",
)
ONCE = "Otto Brandt led the choir of Arden for nine years."
PAYS = "The council pays for the hall."
LAST, NEXT = "The last organist of the choir lives in Orm.", "Bo Lind is 83 and keeps goats."
FIRST = "The first organist left."


def first_of(question: str, *texts: str, text: str = TEXT) -> str:
    article = make_article(text)
    places = [Place("a", text.index(one), text.index(one) + len(one)) for one in texts]
    passage = Passage(Chunk("c", "a", 0, len(text), text), article, Scores())
    draft = naming_somebody(Draft(tuple(places), 0.9, ""), question, [passage], {"a": article})
    return text[draft.places[0].start : draft.places[0].end]


@pytest.mark.parametrize(
    ("question", "texts", "wanted"),
    [
        ("Who leads the Arden choir?", [LEAFLET], LED),
        ("Who leads the Arden choir?", [ONCE, LED], LED),
        ("Who led the Arden choir?", [ONCE, LED], ONCE),
        ("Who leads the Arden choir? Why?", [LEAFLET], LEAFLET),  # a reason is asked for
        ("Who sings in the Arden choir?", [LEAFLET], LEAFLET),  # nobody is told to
        ("Who pays for the hall?", [PAYS], PAYS),  # a council does
        ("Who was the last organist?", [LAST], f"{LAST} {NEXT}"),
        ("Who was the first organist?", [FIRST], FIRST),
        ("Where does the last organist live?", [LAST], LAST),
    ],
)
def test_what_names_somebody_comes_first(question: str, texts: list[str], wanted: str) -> None:
    assert first_of(question, *texts) == wanted


def test_she_is_stated_with_her_name() -> None:
    text = """# The new voice of the choir

At seven Petra Lund unlocks the hall. She likes the cold. Since May she has led the Arden choir.

She follows Otto Brandt, who led the Arden choir for nine years. She teaches, and she sings.
She swims.
"""
    once = "She follows Otto Brandt, who led the Arden choir for nine years."
    told = first_of("Who leads the Arden choir?", once, text=text)
    assert told.startswith("At seven Petra Lund")
    assert told.endswith("she has led the Arden choir.")
