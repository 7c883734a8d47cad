"""A statement is stated with what it stands below, and a list that is asked for whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answerer import Draft
from rag.assistant import Assistant
from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.datatypes import Chunk, Passage, Scores
from rag.encoder import SentenceEncoder
from rag.reading.desk import Desk
from rag.reading.lead import Lead, leads
from rag.statements.led import MOST_ITEMS, rows_picked, told_above, with_leads
from rag.text import tokenise
from tests.making import WordEncoder, make_article, make_generation, write_folder
from tests.reading.test_lead import LEAFLET, TROUBLES

ARTICLE = make_article(LEAFLET)
LEADS = leads(ARTICLE, statement_spans(ARTICLE))
WHOLE = Passage(Chunk("c", "a", 0, len(LEAFLET), LEAFLET), ARTICLE, Scores())
OPENS, ALLERGIC, ULCER = (
    "Do not take Velfin",
    "if you are allergic to it",
    "if you have an ulcer. Ask a doctor.",
)


def stated(question: str, *texts: str, share: float = 0.0, most: int = 6) -> list[str]:
    places = [Place("a", LEAFLET.index(t), LEAFLET.index(t) + len(t)) for t in texts]
    draft = with_leads(
        Draft(tuple(places), 0.9, ""),
        question,
        [WHOLE],
        lambda _: LEADS,
        lambda lead, _: share if any(LEAFLET[slice(*s)] == OPENS for s in lead.above) else 0.0,
        most=most,
    )
    return [LEAFLET[place.start : place.end] for place in draft.places]


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ([ALLERGIC], [OPENS, ALLERGIC]),
        (["if you have an ulcer.", "Read all of this.", ALLERGIC],
         [OPENS, ALLERGIC, "if you have an ulcer.", "Read all of this."]),
        (["Adults: two"], ["Adults: two"]),
        (["Take it like this:"], ["Take it like this:", "Open the pack.", "Swallow one."]),
        (["| 18  | 2       |"], ["| Age | Tablets |", "| 18  | 2       |"]),
        (["Yes, as a rule."], ["May I drive?\n\nYes, as a rule."]),
        (["It may make you dizzy."], ["It may make you dizzy."]),
        (["Read all of this."], ["Read all of this."]),
    ],
)  # fmt: skip
def test_what_stands_below_something_is_stated_with_it(
    chosen: Sequence[str], wanted: Sequence[str]
) -> None:
    assert stated("Is it safe?", *chosen) == wanted


def test_a_list_of_which_several_items_are_chosen_is_all_that_is_stated() -> None:
    chosen = ["Read all of this.", ALLERGIC, "if you have an ulcer."]
    of_several = "Which people must stay away from it?"
    assert stated(of_several, *chosen, share=0.3) == [OPENS, ALLERGIC, ULCER]
    for question, share in ((of_several, 0.2), ("Is it safe?", 0.3)):
        assert "Read all of this." in stated(question, *chosen, share=share)
    assert "Read all of this." in stated(of_several, *chosen[:2], share=0.3)


def test_the_steps_that_are_asked_for_are_told_by_little_above_them() -> None:
    assert stated("What rules are given?", ALLERGIC, share=0.3) == [OPENS, ALLERGIC, ULCER]
    assert stated("What doses are given?", ALLERGIC, share=0.3) == [OPENS, ALLERGIC]


def test_the_name_of_whoever_wrote_it_is_not_asked_of_a_list(tiny: SentenceEncoder) -> None:
    text = (
        "# The pond\n\nBy Ana Ruiz, 3 May 2024\n\nI keep newts.\n\n## Feeding the newts\n\n"
        "1. I chop the worms.\n2. I wait for dusk.\n"
    )
    generation = make_generation([article := make_article(text)], tiny)
    desk, found = Desk(generation, tiny), leads(article, statement_spans(article))
    lead = found[article.text.index("I wait")]
    asked, of_her = tokenise("feeding newts"), tokenise("Ana Ruiz")
    assert told_above(desk, (*asked, *of_her), lead, article) == told_above(
        desk, tuple(asked), lead, article
    )
    other = told_above(desk, (*asked, *tokenise("Bo Lind")), lead, article)
    assert other < told_above(desk, tuple(asked), lead, article)


@pytest.mark.parametrize(
    ("question", "share", "wanted"),
    [
        ("Who should not take it?", 0.5, [OPENS, ALLERGIC, ULCER]),
        ("Who should not take it?", 0.2, [OPENS, ALLERGIC]),
        ("Is it safe?", 1.0, [OPENS, ALLERGIC]),
    ],
)
def test_a_list_is_stated_whole_where_it_is_asked_for(
    question: str, share: float, wanted: Sequence[str]
) -> None:
    assert stated(question, ALLERGIC, share=share) == wanted


def test_no_list_is_stated_whole_of_a_question_of_several_parts() -> None:
    asked = "Who should not take it, and what is it?"
    assert stated(asked, ALLERGIC, share=1.0, most=0) == [OPENS, ALLERGIC]
    assert stated(asked, "Take it like this:", most=0) == ["Take it like this:"]


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("What is the second step?", ULCER),
        ("What is the last point of it?", ULCER),
        ("What is the first of them?", None),
        ("What is the third step?", None),  # it has two
        ("Who was the first pilot?", None),  # not of a list of pilots
    ],
)
def test_of_an_ordinal_that_item_of_the_list_is_stated(question: str, item: str | None) -> None:
    wanted = ["Read all of this."] if item is None else [OPENS, item]
    assert stated(question, "Read all of this.", share=1.0) == wanted


def test_a_list_below_all_that_is_asked_is_the_answer() -> None:
    asked = "Who should not take it?"
    assert stated(asked, "Read all of this.", share=1.0) == [OPENS, ALLERGIC, ULCER]
    assert stated(asked, "Read all of this.", share=0.9) == ["Read all of this."]


def test_a_labelled_line_is_stated_with_its_record() -> None:
    text = (
        "# Pump\n\nAll about it.\n\nProblem: It is loud.\nRemedy: Open the knob. Wait.\n"
        "Problem: It leaks.\nRemedy: Call us.\n\nPower: 12 W\nWeight: 4 kg\n"
    )
    article = make_article(text)
    found = leads(article, statement_spans(article))
    passage = Passage(Chunk("c", "a", 0, len(text), text), article, Scores())

    def told(*chosen: str) -> list[str]:
        places = [Place("a", text.index(one), text.index(one) + len(one)) for one in chosen]
        draft = Draft(tuple(places), 0.9, "")
        draft = with_leads(draft, "Is it loud?", [passage], lambda _: found, lambda *_: 0.0, most=6)
        return [text[place.start : place.end] for place in draft.places]

    whole = "Problem: It is loud.\nRemedy: Open the knob. Wait."
    assert told("Problem: It is loud.", "Remedy: Open the knob.") == [whole]
    assert told("Remedy: Call us.") == ["Problem: It leaks.\nRemedy: Call us."]
    assert told("Power: 12 W") == ["Power: 12 W"]


def test_a_short_answer_goes_on() -> None:
    article = make_article("# Help\n\nWe do.\n\n## May I drive?\n\nYes. Drive with care. Or walk.")
    found = leads(article, statement_spans(article))
    start = article.text.index("Yes.")
    passage = Passage(Chunk("c", "a", 0, len(article.text), article.text), article, Scores())
    draft = with_leads(
        Draft((Place("a", start, start + 4, (start, start + 3)),), 0.9, ""),
        "May I drive?", [passage], lambda _: found, lambda *_: 0.0, most=6,
    )  # fmt: skip
    (place,) = draft.places
    assert article.text[place.start : place.end] == "May I drive?\n\nYes. Drive with care."
    assert place.highlight == (start, start + 3)


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("Where can I leave my car?", "Cars stay at the old dairy above the village."),
        (
            "May I leave it?",
            "Where can I leave my car?\n\nCars stay at the old dairy above the village.",
        ),
    ],
)
def test_a_heading_that_asks_the_very_question_is_not_said_back(question: str, stated: str) -> None:
    told = "Cars stay at the old dairy above the village."
    text = f"# Help\n\nWe do.\n\n## Where can I leave my car?\n\n{told}"
    article = make_article(text)
    found = leads(article, statement_spans(article))
    start = article.text.index("Cars")
    passage = Passage(Chunk("c", "a", 0, len(article.text), article.text), article, Scores())
    draft = Draft((Place("a", start, len(article.text)),), 0.9, "")
    draft = with_leads(draft, question, [passage], lambda _: found, lambda *_: 0.0, most=6)
    (place,) = draft.places
    assert article.text[place.start : place.end] == stated


def test_of_a_long_list_it_is_told_how_many_more_there_are() -> None:
    text = "# Help\n\nWe help.\n\n## The colours are:\n\n" + "\n".join(
        f"- colour {at}" for at in range(20)
    )
    article = make_article(text)
    found: dict[int, Lead] = leads(article, statement_spans(article))
    start = text.index("colour 3\n")
    passage = Passage(Chunk("c", "a", 0, len(text), text), article, Scores())
    draft = Draft((Place("a", start, start + 8),), 0.9, "")

    def asked(question: str) -> Draft:
        share = 1.0
        return with_leads(draft, question, [passage], lambda _: found, lambda *_: share, most=6)

    whole = asked("What are the colours?")
    assert len(whole.places) == 1 + MOST_ITEMS
    assert whole.reason == "The list there has 8 more."
    assert len(asked("Is it blue?").places) == 2


def test_what_differs_and_what_is_told_by_date_stays() -> None:
    place = Place("a", LEAFLET.index(ALLERGIC), LEAFLET.index(ALLERGIC) + len(ALLERGIC))
    told = Draft((place,), 0.9, "", by_date=True)
    assert with_leads(told, "Who?", [WHOLE], lambda _: LEADS, lambda *_: 1.0, most=6) is told
    kept = replace(told, by_date=False)
    articles = {"a": WHOLE.article}
    lacking = with_leads(kept, "Who?", [], lambda _: {}, lambda *_: 0.0, most=6, articles=articles)
    assert lacking.places == kept.places, "a part's passage is not among those that are left"
    none = replace(told, places=(), by_date=False)
    assert with_leads(none, "Who?", [WHOLE], lambda _: LEADS, lambda *_: 1.0, most=6) is none


def test_a_heading_with_a_number_that_is_asked_of_is_stated(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "notes",
        {
            "notes.md": "# Quill notes\n\nWhat changed in Quill.\n\n## 4.2.0 (3 September)\n\n"
            "### Fixed\n\n- Pasting no longer freezes.\n\n## 4.1.0 (20 May)\n\n### Fixed\n\n"
            "- Search no longer stops.\n"
        },
    )
    config = Config(reader="none", min_confidence=0.0)
    opened = Assistant.open(folder, tmp_path / "index", config=config, encoder=WordEncoder())
    answer = opened.ask("What was fixed in 4.1.0?")
    assert [s.text for s in answer.statements][:2] == [
        "4.1.0 (20 May)",
        "Search no longer stops.",
    ]


@pytest.mark.parametrize(
    "chosen", ["Lamp 4 blinks.", "The filter is full, as it should be after a month."]
)
def test_a_trouble_and_its_remedy_are_one_statement(chosen: str) -> None:
    article = make_article(TROUBLES)
    found = leads(article, statement_spans(article))
    at = TROUBLES.index(chosen)
    draft = with_leads(
        Draft((Place("a", at, at + len(chosen)),), 0.9, ""), "What if lamp 4 blinks?", [],
        lambda _: found, lambda *_: 0.0, most=6, articles={"a": article},
    )  # fmt: skip
    assert [TROUBLES[place.start : place.end] for place in draft.places] == [
        "Lamp 4 blinks.\nThe filter is full, as it should be after a month."
    ]


WEEKS = """# Course

All about the course.

| Week | Read | Due |
|---|---|---|
| 5 | Salt | Task 2 |
| 6 | None | Notes |
| 15 | Tides | Task 5 |

Day 1: Arrival
Day 2: Boats
Day 3: Birds
"""


@pytest.mark.parametrize(
    ("question", "chosen", "wanted"),
    [
        ("What do we read in week 5?", ["| 15 |", "| 5 |", "| 6 |"], ["| Week |", "| 5 |"]),
        ("What do we read in week 7?", ["| 6 |", "| 5 |"], ["| Week |", "| 5 |", "| 6 |"]),
        ("What is on day 2?", ["Day 1", "| 6 |", "Day 2"], ["| Week |", "| 6 |", "Day 2"]),
        ("Why are 5 boats late?", ["| 6 |"], ["| Week |", "| 6 |"]),
    ],
)
def test_rows_of_another_number_than_is_asked_for_are_left_out(
    question: str, chosen: list[str], wanted: list[str]
) -> None:
    article = make_article(WEEKS)
    spans = {span[0]: span for span in statement_spans(article)}
    places = [Place("a", *spans[WEEKS.index(text)]) for text in chosen]
    found = leads(article, statement_spans(article))
    draft = with_leads(
        Draft(tuple(places), 0.9, ""), question, [], lambda _: found, lambda *_: 0.0,
        most=0, articles={"a": article},
    )  # fmt: skip
    told = [WEEKS[place.start : place.end] for place in draft.places]
    assert [text[: len(start)] for text, start in zip(told, wanted, strict=True)] == wanted


BASKET = """# The mushroom basket

Bring a basket and a knife.

These you can dry, as they keep their taste:

| Mushroom | Time in the oven |
|---|---|
| Penny bun | about 5 hours |
| Horn of plenty | 3 hours, cut in half |

## Care

Some should ask a nurse before they eat any:

- Whoever has a weak liver.
- Whoever takes pills for gout. These harden the blood, and mushrooms add to it.

Leave these alone:

- Red caps.
- White gills.
- Slime.
- Rings.
- Yellow stains.
"""
DRY = "These you can dry, as they keep their taste:"
ASK, LIVER = "Some should ask a nurse before they eat any:", "Whoever has a weak liver."
GOUT = "Whoever takes pills for gout. These harden the blood, and mushrooms add to it."
BUN, HORN = "| Penny bun | about 5 hours |", "| Horn of plenty | 3 hours, cut in half |"


@pytest.mark.parametrize(
    ("question", "share", "chosen", "wanted"),
    [
        # a table's names are left out where its rows tell themselves, and what opens it is told
        ("Which mushrooms can I dry?", 1.0, [BUN], [DRY, BUN, HORN]),
        ("Is a penny bun dried?", 0.0, [BUN], [BUN]),
        ("Is it dried?", 0.0, ["Bring a basket and a knife.", DRY],
         ["Bring a basket and a knife.", DRY, BUN, HORN]),
        # what opens a list is not stated without it, and an item not from its middle
        ("Is it wise?", 0.0, ["Bring a basket and a knife.", ASK, GOUT[30:]],
         ["Bring a basket and a knife.", ASK, GOUT]),
        ("Is it wise?", 0.0, ["Bring a basket and a knife.", "Leave these alone:"],
         ["Bring a basket and a knife."]),
        ("Who should see a nurse first?", 0.3, [GOUT[30:]], [ASK, LIVER, GOUT]),
        ("Does a nurse come?", 0.3, [GOUT[30:]], [ASK, GOUT]),
    ],
)  # fmt: skip
def test_what_opens_a_list_is_stated_with_items_of_it(
    question: str, share: float, chosen: Sequence[str], wanted: Sequence[str]
) -> None:
    article = make_article(BASKET)
    found = leads(article, statement_spans(article))
    places = [Place("a", BASKET.index(one), BASKET.index(one) + len(one)) for one in chosen]
    passage = Passage(Chunk("c", "a", 0, len(BASKET), BASKET), article, Scores())
    draft = with_leads(
        Draft(tuple(places), 0.9, ""), question, [passage], lambda _: found,
        lambda *_: share, most=6,
    )  # fmt: skip
    assert [BASKET[place.start : place.end] for place in draft.places] == wanted


KITE = """# The kite

It flies.

## Colours

- red
- blue

## What to bring

- a kite
- tea
"""


@pytest.mark.parametrize(
    ("question", "item", "told"),
    [
        ("What are the colours of the kite?", "red", 1.0),
        ("What are all the colours?", "red", 1.0),
        ("Which colour is red?", "red", 0.0),  # one of the items is asked for
        ("What do kites cost?", "red", 0.0),  # the title alone tells of them
        ("What do I bring?", "tea", 1.0),
        ("Which colours?", "tea", 0.0),
        ("Which kites fly?", "a kite", 0.0),  # the heading asks for something else
    ],
)
def test_how_much_of_a_question_stands_above_a_list(
    tiny: SentenceEncoder, question: str, item: str, told: float
) -> None:
    generation = make_generation([make_article(KITE)], tiny)
    (article,) = generation.articles.values()
    desk = Desk(generation, tiny)
    lead = desk.leads(article.id)[KITE.index(item)]
    assert told_above(desk, tokenise(question), lead, article) == told


WALKS = """# Walks

| Date | Walk | Grade |
|---|---|---|
| 4 May | Gull Rock | easy |
| 18 May | Black Combe | hard |
| 1 June | Scar Edge | hard |

## What to bring on a hard walk

- a torch
- a map
"""


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Which walks are hard?", ["Black Combe", "Scar Edge"]),
        ("Which walks are still hard now?", ["Black Combe", "Scar Edge"]),
        ("Which walks are in June?", ["Scar Edge"]),
        ("Which hard walks are on 18 May?", ["Black Combe"]),
        ("Which walks are there?", []),  # all: nothing picks some
        ("Which boats are hard?", []),  # no table of boats
        ("Which walks are wet?", []),
    ],
)
def test_the_rows_that_a_question_picks(
    tiny: SentenceEncoder, question: str, rows: list[str]
) -> None:
    generation = make_generation([make_article(WALKS)], tiny)
    (article,) = generation.articles.values()
    desk = Desk(generation, tiny)
    found = desk.leads(article.id)
    lead, other = (found[WALKS.index(item)] for item in ("| 4 May", "a torch"))
    picked = rows_picked(desk, tokenise(question), lead, article)
    assert [WALKS[slice(*row)].split(" | ")[1] for row in picked] == rows
    assert rows_picked(desk, tokenise(question), other, article) == ()


def test_every_row_of_a_long_table_is_looked_at(tiny: SentenceEncoder) -> None:
    rows = "\n".join(
        f"| Path {n} | {n % 9 + 2} km | {'steep' if n in (3, 450, 799) else 'flat'} |"
        for n in range(800)
    )
    text = f"# Paths\n\n| Path | Length | Kind |\n|---|---|---|\n{rows}\n"
    generation = make_generation([make_article(text)], tiny)
    (article,) = generation.articles.values()
    desk = Desk(generation, tiny)
    lead = desk.leads(article.id)[text.index("| Path 0 ")]
    picked = rows_picked(desk, tokenise("Which paths are steep?"), lead, article)
    assert [text[slice(*row)].split(" | ", maxsplit=1)[0] for row in picked] == [
        "| Path 3", "| Path 450", "| Path 799",
    ]  # fmt: skip
    late = tokenise("What is the length of path 799?")
    assert told_above(desk, late, lead, article) == 0.0  # one of the rows is asked for
