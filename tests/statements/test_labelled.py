"""Lines are picked by their labels and what stands above them."""

from __future__ import annotations

import pytest

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.datatypes import Chunk, Passage, Scores
from rag.reading.lead import leads
from rag.statements.labelled import labelled_lines
from tests.making import make_article

LEAFLET = """# Calvo drops

Calvo drops are for the eyes. Read this before you use them.

## Use

Adults: two drops a day.

## Unwanted effects

Often (1 in 10 people): red eyes, a dry mouth.
Very often (more than 1 in 10 people): tears.
Rarely (1 in 1,000 people): a swollen lid. See a doctor.

## Driving

Wait for an hour, since the effects on the sight may last.
"""
OFTEN, VERY, RARELY, DOCTOR = (
    "Often (1 in 10 people): red eyes, a dry mouth.",
    "Very often (more than 1 in 10 people): tears.",
    "Rarely (1 in 1,000 people): a swollen lid. See a doctor.",
    "See a doctor.",
)


def told(question: str) -> list[str] | None:
    article = make_article(LEAFLET)
    found = leads(article, statement_spans(article))
    passage = Passage(Chunk("c", "a", 0, len(LEAFLET), LEAFLET), article, Scores())
    draft = labelled_lines(question, Draft((), 0.1, "no"), [passage], lambda _: found)
    if draft is None:
        return None
    assert (draft.confidence, draft.reason) == (0.6, "")
    return [LEAFLET[place.start : place.end] for place in draft.places]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What are the unwanted effects that Calvo drops often have?", [OFTEN]),
        ("What are the very often unwanted effects of the drops?", [VERY]),
        ("What are rarely unwanted effects of Calvo?", [RARELY]),
        ("What are the unwanted effects of Calvo?", [OFTEN, VERY, RARELY]),
        ("What are the unwanted effects of aspirin?", None),
        ("What are the rarely seen unwanted effects in dogs?", None),
        ("What are Calvo drops?", None),
        ("Are unwanted effects often?", None),
    ],
)
def test_lines_are_picked_by_their_labels(question: str, wanted: list[str] | None) -> None:
    assert told(question) == wanted


def test_lines_with_labels_of_their_own_are_a_list_below_their_heading() -> None:
    article = make_article(LEAFLET)
    found = leads(article, statement_spans(article))
    lead = found[LEAFLET.index(DOCTOR)]
    assert (len(lead.items), lead.labelled, lead.opens) == (4, True, None)
    assert [LEAFLET[slice(*span)] for span in lead.above] == ["Unwanted effects"]
    assert lead.read_below == lead.headings[-1]
    assert LEAFLET.index("Adults: two") not in found
