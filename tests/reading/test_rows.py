"""A passage as the reading model is given it, and what it points at put back."""

from __future__ import annotations

import pytest
from hypothesis import given

from rag.chunk import statement_spans
from rag.datatypes import Article, Chunk, Passage, Scores
from rag.reading.lead import first_rows, leads
from rag.reading.rows import Readable, cell_asked, is_measure_of, readable
from rag.text import tokenise
from tests.making import make_article, texts

PLANS = (
    "# Quill\n\nAll about it.\n\n## Plans\n\n| Plan | Price a month | Storage |\n|---|---|---|\n"
    "| Team | $9 | 100 GB |\n| Free | nothing | - |\n\nPay by card. Or wait.\n"
)


def read(article: Article, start: int = 0) -> tuple[Readable, list[tuple[int, int]]]:
    text = article.text[start:]
    passage = Passage(Chunk("c", "a", start, len(article.text), text), article, Scores())
    found = leads(article, statement_spans(article))
    named = first_rows(found)
    spans = [
        (a - start, b - start) for a, b in statement_spans(article) if a >= start and a not in named
    ]
    return readable(passage, spans, found), spans


def test_a_row_is_read_with_the_names_of_its_columns() -> None:
    one, _ = read(make_article(PLANS), PLANS.index("## Plans"))
    assert [one.text[a:b] for a, b in one.statements] == [
        "Team: Price a month $9, Storage 100 GB.",
        "Free: Price a month nothing, Storage -.",
        "Pay by card.",
        "Or wait.",
    ]


def test_a_line_of_a_programme_is_read_with_its_day() -> None:
    text = "# Fair\n\nFor all.\n\nSunday 4 May\n9.00 Swim\n10.30 Race\n17.00 End\n"
    one, spans = read(make_article(text))
    told = [one.text[a:b] for a, b in one.statements]
    assert told[1:3] == ["Sunday 4 May: 9.00 Swim", "Sunday 4 May: 10.30 Race"]
    at = one.text.index("10.30")
    assert one.back((at, at + 5)) == (spans[2][0], spans[2][0] + 5)


def test_an_empty_cell_leaves_the_others_in_their_columns() -> None:
    text = (
        "# Bikes\n\nAll about them.\n\n| | Brillo | Fenner |\n|---|---|---|\n"
        "| Price | | 30 |\n| | 4 | 5 |\n| Open? | Daily. Not on 1 May. | ? |\n"
    )
    one, _ = read(make_article(text))
    assert [one.text[a:b] for a, b in one.statements][1:] == [
        "Price: Fenner 30.",
        "Brillo 4, Fenner 5.",
        "Open?: Brillo Daily. Not on 1 May., Fenner ?.",
    ]


@pytest.mark.parametrize(
    ("pointed", "stands"),
    [
        ("$9", "$9"),
        ("100 GB", "100 GB"),
        ("Team", "Team"),
        ("Price a month $9", "$9"),
        ("$9, Storage 100", "$9 | 100"),
        ("$9, Storage", "$9"),
        ("Pay by card", "Pay by card"),
        ("GB.", "GB"),
    ],
)
def test_what_is_pointed_at_is_put_back_to_where_it_stands(pointed: str, stands: str) -> None:
    start = PLANS.index("## Plans")
    one, _ = read(make_article(PLANS), start)
    at = one.text.index(pointed)
    a, b = one.back((at, at + len(pointed)))
    assert PLANS[start + a : start + b] == stands


@pytest.mark.parametrize(
    ("question", "row", "named"),
    [
        ("How much does the Kolb 3 cost?", "Price (euros) | 90 | 70", True),
        ("How long does the battery of the Auer last?", "Battery life | 2 h | 3 h", True),
        ("How accurate is the Auer?", "Accuracy | 1 g | 2 g", True),
        ("What is the weight of the Auer?", "Accuracy | 1 g | 2 g", False),
        ("How much does the Kolb 4 cost?", "Price | 90 | 70", False),  # no such column
        ("How much does a kettle cost?", "Price | 90 | 70", False),  # which one?
        ("How much does the Auer cost?", "Price | 90", False),  # not a cell for each column
        ("How much does the Auer cost?", " | 90 | 70", False),
    ],
)
def test_a_row_measures_what_is_asked_of_a_column(question: str, row: str, named: bool) -> None:
    names = ["Kettle", "Kolb 3", "Auer"]
    assert is_measure_of(tokenise(question), names, row, "en") == named


@pytest.mark.parametrize(
    ("question", "row", "cell"),
    [
        ("How much is the return for a large boat?", "| Large boat | 8 | 15 |", "15"),
        ("What does a single cost for a boat?", "| Large boat | 8 | 15 |", "8"),
        ("What does a boat cost, single or return?", "| Large boat | 8 | 15 |", ""),  # both
        ("What does a large boat cost?", "| Large boat | 8 | 15 |", ""),  # none is named
        ("Which size is 15 for the return?", "| Large boat | 8 | 15 |", ""),  # the row is asked for
        ("How much is the return for a boat?", "| Large boat | 8 |", ""),  # a cell is missing
        ("How much is the return for a boat?", "| Large boat | 8 | |", ""),
    ],
)
def test_the_cell_below_the_column_that_is_named(question: str, row: str, cell: str) -> None:
    names = ["Size", "Single (euros)", "Return (euros)"]
    found = cell_asked(tokenise(question), names, row, "en")
    assert (row[found.start : found.end] if found else "") == cell


@given(texts())
def test_text_without_tables_is_read_as_it_is(text: str) -> None:
    article = make_article(text)
    one, spans = read(article)
    if first_rows(leads(article, statement_spans(article))):
        return
    assert one.text == text
    assert list(one.statements) == spans
    for span in spans:
        assert one.back(span) == span
