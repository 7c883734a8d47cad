"""What a statement stands below is told from the blocks of its article."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import indexed_text, statement_spans
from rag.datatypes import Article, Block, BlockKind, Chunk
from rag.reading.lead import Lead, first_rows, leads
from tests.making import make_article

LEAFLET = """# Velfin leaflet

Read all of this.

## Do not take Velfin

- if you are allergic to it
- if you have an ulcer. Ask a doctor.

## Doses

- Adults: two
- Children: none

Take it like this:

1. Open the pack.
2. Swallow one.

| Age | Tablets |
|-----|---------|
| 12  | 1       |
| 18  | 2       |

## May I drive?

Yes, as a rule. It may make you dizzy.

See a doctor else.
"""


def led(article: Article) -> dict[str, Lead]:
    spans = statement_spans(article)
    found = leads(article, spans)
    return {article.text[a:b]: found[a] for a, b in spans if a in found}


def shown(article: Article, span: tuple[int, int] | None) -> str | None:
    return span and article.text[slice(*span)]


@pytest.fixture(scope="module")
def leaflet() -> Article:
    return make_article(LEAFLET)


@pytest.mark.parametrize(
    ("statement", "opens", "count", "heading"),
    [
        ("if you are allergic to it", "Do not take Velfin", 3, "Do not take Velfin"),
        ("Ask a doctor.", "Do not take Velfin", 3, "Do not take Velfin"),
        ("Adults: two", None, 2, "Doses"),
        ("Open the pack.", "Take it like this:", 2, "Take it like this:"),
        ("| 18  | 2       |", "| Age | Tablets |", 2, "Take it like this:"),
    ],
)
def test_an_item_stands_below_what_opens_its_list(
    leaflet: Article, statement: str, opens: str | None, count: int, heading: str
) -> None:
    lead = led(leaflet)[statement]
    assert shown(leaflet, lead.opens) == opens
    assert len(lead.items) == count
    assert shown(leaflet, lead.headings[-1]) == heading
    assert lead.asks is None


def test_a_row_that_names_columns_has_no_lead_and_is_known(leaflet: Article) -> None:
    found = leads(leaflet, statement_spans(leaflet))
    (row,) = first_rows(found)
    assert leaflet.text[row:].startswith("| Age | Tablets |")
    assert row not in found


def test_an_answer_stands_below_the_question_right_above_it(leaflet: Article) -> None:
    found = led(leaflet)
    for sentence in ("Yes, as a rule.", "It may make you dizzy."):
        assert shown(leaflet, found[sentence].asks) == "May I drive?"
    assert "See a doctor else." not in found
    assert "Read all of this." not in found


def test_an_interviewer_asks_without_a_heading() -> None:
    article = make_article(
        "The keeper\n\nAna Ruiz keeps the light. She is 71.\n\nHow many work here now?\n\n"
        "Three of us. My niece is one.\n\nIt was late. Was it dark? It was.\n\nShe left.\n"
    )
    found = led(article)
    assert shown(article, found["Three of us."].asks) == "How many work here now?"
    assert "She left." not in found


def test_rows_without_a_rule_name_columns_where_only_others_hold_figures() -> None:
    article = make_article(
        "Rooms\n\n- Name | Price\n- Agda | 95\n- Meri | 185\n\n- A | b\n- C | d\n"
    )
    found = led(article)
    assert shown(article, found["Agda | 95"].opens) == "Name | Price"


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (("Kettle | Kolb 3 | Auer", "Price | 90 euros | €70", "Lid | no | yes"), True),
        (("Kettle | Kolb 3 | Auer", "Price | 90 euros | €70", "a | b | c", "d | e | f"), False),
        (("Agda | 95", "Meri | 185"), False),
        (("Bus 14 | Hill", "Bus 15 | Quay"), False),
    ],
)
def test_names_with_figures_name_columns_where_cells_below_begin_with_one(
    rows: tuple[str, ...], names: bool
) -> None:
    found = led(make_article("Rooms\n\n" + "".join(f"- {row}\n" for row in rows)))
    assert found[rows[1]].columns == names


def test_headings_are_those_of_the_sections_around() -> None:
    article = make_article(
        "# Notes\n\n## 4.2\n\n### Added\n\n- Tables.\n\n### Fixed\n\n- Pasting.\n\n## 4.1\n\n"
        "**Fixed**\n\n- Search.\n"
    )

    def above(words: str) -> list[str]:
        headings = article.headings_above(article.text.index(words))
        return [article.text[b.start : b.end] for b in headings]

    assert above("Tables.") == ["4.2", "Added"]
    assert above("Pasting.") == ["4.2", "Fixed"]
    assert above("Search.") == ["4.1", "Fixed"]
    assert above("Fixed\n\n- Pasting") == ["4.2"]
    assert above("4.1") == []
    assert article.headings_over(article.text.index("Pasting.")) == ["4.2", "Fixed"]


def headings_by_hand(article: Article, offset: int) -> list[Block]:
    """Return the headings above by going up block for block, from each heading to its own."""
    blocks = [block for block in article.blocks if block.start <= offset]
    inner = blocks.pop() if blocks and blocks[-1].start == offset else None
    if inner is not None and inner.kind is not BlockKind.HEADING:
        inner = None
    above: list[Block] = []
    while blocks:
        block = blocks.pop()
        is_next = inner is not None and inner.level == 0 and inner.start == block.end + 1
        if block.kind is BlockKind.HEADING and (
            inner is None or is_next or 0 < block.level < (inner.level or 10)
        ):
            above.insert(0, block)
            inner = block
    return above


KINDS = st.sampled_from([BlockKind.HEADING, BlockKind.HEADING, BlockKind.ITEM])


@given(st.lists(st.tuples(KINDS, st.integers(0, 4)), max_size=40))
def test_headings_above_are_those_found_by_going_up(drawn: list[tuple[BlockKind, int]]) -> None:
    blocks = [Block(2 * at, 2 * at + 1, kind, level) for at, (kind, level) in enumerate(drawn)]
    article = Article("a", "A", "x " * len(blocks), "a.txt", blocks=tuple(blocks))
    for offset in range(2 * len(blocks) + 2):
        assert article.headings_above(offset) == headings_by_hand(article, offset)


def test_a_row_has_its_headings_however_far_below_them_it_stands() -> None:
    rows = "\n".join(f"| Model {n} | {1000 + n} |" for n in range(700))
    table = f"| Model | Price |\n|---|---|\n{rows}\n"
    article = make_article(f"# Prices\n\n## Skis\n\n{table}\n## Sledges\n\n{table}")
    last = [article.text.index("| Model 699 |"), article.text.rindex("| Model 699 |")]
    assert [article.headings_over(offset) for offset in last] == [["Skis"], ["Sledges"]]
    chunk = Chunk("c", "a", last[1], last[1] + 18, article.text[last[1] : last[1] + 18])
    assert indexed_text(chunk, article).splitlines()[:2] == ["Prices", "Sledges"]


@pytest.mark.parametrize("level", [0, 1, 3], ids="level {}".format)
def test_headings_are_found_in_linear_time(level: int) -> None:
    kinds = [BlockKind.HEADING, BlockKind.ITEM] if level else [BlockKind.HEADING]
    blocks = tuple(Block(2 * n, 2 * n + 1, kinds[n % len(kinds)], level) for n in range(20_000))
    article = Article("a", "A", "x " * len(blocks), "a.txt", blocks=blocks)
    began = time.perf_counter()
    assert all(len(article.headings_above(block.start)) <= 100 for block in blocks)
    assert time.perf_counter() - began < 2


def test_a_heading_opens_the_lines_of_a_programme() -> None:
    article = make_article(
        "# Fair\n\n## Sunday\n\n9.00 Swim\n10.30 Race. Bring a boat.\n17.00 End\n\n"
        "## Prizes\n\n- Cups\n"
    )
    found = led(article)
    for text in ("9.00 Swim", "Bring a boat."):
        assert (shown(article, found[text].opens), found[text].timed) == ("Sunday", True)
    assert (found["Cups"].opens, found["Cups"].timed) == (None, False)


TROUBLES = """# Pump

All about the pump.

## Troubles

The pump is loud.
Air has got in. Open the knob. Wait a minute. Close it. Then go on.

Lamp 4 blinks.
The filter is full, as it should be after a month.

It leaks.
Tighten the ring by hand. It must not be forced.

Nothing helps? Then call us, or write to the shop that sold it to you.
"""


def test_a_short_line_opens_the_paragraph_right_below_it_where_such_pairs_follow() -> None:
    article = make_article(TROUBLES)
    found = led(article)
    told = "The pump is loud.\nAir has got in. Open the knob. Wait a minute."
    for text in ("The pump is loud.", "Air has got in.", "Wait a minute."):
        assert shown(article, found[text].record) == told
    assert shown(article, found["Open the knob."].asks) == "The pump is loud."
    assert shown(article, found["Close it."].asks) == "The pump is loud."
    assert found["Close it."].record is None
    leaks = "It leaks.\nTighten the ring by hand. It must not be forced."
    assert shown(article, found["It leaks."].record) == leaks
    assert "Then call us, or write to the shop that sold it to you." not in found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Lamp 4 blinks.\n", "Lamp 4 blinks.\n\n"),  # two paragraphs
        (
            "Lamp 4 blinks.\n",
            "Lamp 4 blinks. It goes on and off for as long as it is not pressed.\n",
        ),
        ("Lamp 4 blinks.\n", "Lamp 4 blinks.\nIt is red then, and not to be missed.\n"),
    ],
)
def test_lines_that_do_not_pair_are_running_text(before: str, after: str) -> None:
    found = led(make_article(TROUBLES.replace(before, after)))
    assert "The pump is loud." not in found
    assert "Tighten the ring by hand." not in found
