"""A clause that is asked for by its number."""

from __future__ import annotations

import pytest

from rag.datatypes import Article
from rag.replies.numbered import Numbered, numbered_asked, numbered_part
from tests.making import make_article

RULES = """# House Rules

All who live here keep these rules of the house, their guests too.

## 1. Quiet

1.1 Quiet is kept from 22:00 to 6:00.

## 2. Waste

2.1 Waste is sorted:

- Glass is not thrown in at night.

2.2 Bulky waste is put out on Thursdays.

## Contact

| 2 | Holger Stam |
|---|---|
| 3 | Ines Calder |
"""
TERMS = """Terms of Carriage

1. Scope
These terms hold for all parcels that are handed in.

2. Size
A parcel may weigh up to 31.5 kilograms.
"""
MANUAL = "# Kettle\n\n## Use\n\n1. Fill it.\n2. Boil it.\n\n## Care\n\n1. Rinse it.\n2. Dry it.\n"
TOUR = "Audio guide\n\nStop 1. The hall\nWelcome to the hall.\n\nStop 2. The boat\nIt is old.\n"
BERTH = """# Berth Contract

**1. Berth.** The berth is six metres long.

**2. Fee.** The fee is 90 crowns a month. It is due in March.

**4** The harbour master may move boats.
"""
EVERY: dict[str, Article] = {
    name: make_article(text, name=name)
    for name, text in (
        ("rules", RULES),
        ("terms", TERMS),
        ("manual", MANUAL),
        ("tour", TOUR),
        ("berth", BERTH),
    )
}
WASTE = [
    "2. Waste",
    "2.1 Waste is sorted:",
    "Glass is not thrown in at night.",
    "2.2 Bulky waste is put out on Thursdays.",
]
FEE = ["**2. Fee.** The fee is 90 crowns a month.", "It is due in March."]
SIZE = ["2. Size", "A parcel may weigh up to 31.5 kilograms."]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What does clause 3 say?", Numbered("clause", "3", "")),
        ("What's section 4.1 of the lease?", Numbered("section", "4.1", "lease")),
        ("show me rule 2", Numbered("rule", "2", "")),
        ("What does section 2.1 of the house rules say about glass?",
         Numbered("section", "2.1", "house rules")),
        ("What is on stop 9?", Numbered("stop", "9", "")),
        ("What does article 7 cost?", None),
        ("Who pays under clause 3?", None),
        ("What is part 3 made from wood for?", None),
        ("What is clause 3-B?", None),
    ],
)  # fmt: skip
def test_what_is_asked_for_by_its_number(question: str, asked: Numbered | None) -> None:
    assert numbered_asked(question) == asked


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("What does rule 2 say?", WASTE),  # the terms have no rules
        ("What does rule 2.2 say?", WASTE[3:]),
        ("What does rule 2.1 say?", WASTE[1:3]),
        ("What does clause 2 of the terms of carriage say?", SIZE),
        ("What does clause 2 say?", [*WASTE, *SIZE, *FEE]),  # neither speaks of clauses
        ("What does clause 2 of the berth contract say?", FEE),
        (
            "What does clause 4 of the berth contract say?",
            ["**4** The harbour master may move boats."],
        ),
        ("What is stop 2?", ["Stop 2.", "The boat", "It is old."]),
        ("What does clause 9 say?", []),
        ("What does rule 2.3 say?", []),
        ("What does rule 3 say?", []),  # a row of a table is none
        ("What is clause 2 of the kettle's manual?", None),  # it has steps, and no clauses
    ],
)
def test_a_part_of_a_document_is_found_by_its_number(
    question: str, stated: list[str] | None
) -> None:
    asked = numbered_asked(question)
    assert asked is not None
    draft = numbered_part(question, asked, EVERY)
    if stated is None:
        assert draft is None
        return
    assert draft is not None
    texts = [EVERY[place.article_id].text[place.start : place.end] for place in draft.places]
    assert texts == stated
    assert (draft.confidence, bool(draft.reason)) == ((1.0, False) if stated else (0.0, True))


@pytest.mark.parametrize("number", [2, 9])
def test_that_not_all_of_many_documents_were_looked_through_is_told(number: int) -> None:
    question = f"What does rule {number} say?"
    asked = numbered_asked(question)
    assert asked is not None
    told = " Only the first 1,000 articles were looked through."
    few = {f"n{at}": EVERY["rules"] for at in range(1000)}
    of_few = numbered_part(question, asked, few)
    of_more = numbered_part(question, asked, {**few, "last": EVERY["terms"]})
    assert of_few is not None
    assert of_more is not None
    assert "Only" not in of_few.reason
    assert of_more.reason == f"{of_few.reason}{told}".strip()
