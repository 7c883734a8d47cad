"""An article is shown in the form that it has: lists, tables, code, quotations, and its words."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from rag.articles.layout import layout
from rag.articles.marks import without_marks
from rag.cite import Place, cite
from rag.datatypes import Article, BlockKind, Citation
from rag.formats.document import Part as Stated
from rag.formats.document import article_of_parts
from rag.ui import form, reading, render
from rag.ui.conversation import Turn
from tests.ui.test_rendering import answered as answer_with

GUIDE = """\
# The mill: a guide

By Jo Beck, 4 May 2021

The mill stands on the Ister. It grinds on Sundays, and *only* with **both** stones.

## What it costs

| Visit | Adult | Child |
|-------|-------|-------|
| Tour  | 6 €   | 3 €   |
| Flour | 2 €   |       |

### Steps

1. Ring the bell.
2. Wait for `Ada`.
   - by the gate
   - or the well

Not allowed in:

* dogs
* open fire

> It shook the whole valley.

```sh
mill --grind rye
    --sacks 3  # <b>*fine*</b>
```

See [the plan](javascript:alert(1)) of 1870.
"""


def guide(text: str = GUIDE, source: str = "mill.md") -> Article:
    made = layout(text)
    return Article(
        id="mill",
        title=made.title,
        text=text,
        source=source,
        published=made.published,
        byline=made.byline,
        language="en",
        blocks=made.blocks,
    )


def opened(article: Article, quote: str = "", *others: str) -> str:
    start = article.text.index(quote)
    cited = [place(article, number, each) for number, each in enumerate(others, start=2)]
    return reading.reading_html(article, (start, start + len(quote)), cited)


def place(article: Article, marker: int, quote: str) -> Citation:
    start = article.text.index(quote)
    return Citation(marker, article.id, start, start + len(quote), quote)


def said(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_lists_have_their_signs_and_steps():
    page = opened(guide())
    items = re.findall(r"<li( data-depth=\"1\")?>(.*?)</li>", page)
    assert [(bool(deep), said(item)) for deep, item in items] == [
        (False, "1.Ring the bell."),
        (False, "2.Wait for Ada."),
        (True, "•by the gate"),
        (True, "•or the well"),
        (False, "•dogs"),
        (False, "•open fire"),
    ]
    assert page.count('<ul class="items"') == 2  # a paragraph stands between them


def test_a_table_has_its_rows_and_an_empty_cell():
    page = opened(guide())
    rows = re.findall(r"<tr>(.*?)</tr>", page)
    assert [re.findall(r"<(t[hd])[^>]*>(.*?)</t", row) for row in rows] == [
        [("th", "Visit"), ("th", "Adult"), ("th", "Child")],
        [("td", "Tour"), ("td", "6 €"), ("td", "3 €")],
        [("td", "Flour"), ("td", "2 €"), ("td", "")],
    ]


def test_code_keeps_its_lines_and_every_character():
    (code,) = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", opened(guide()), re.DOTALL)
    assert html.unescape(code) == "mill --grind rye\n    --sacks 3  # <b>*fine*</b>"
    assert "<b>" not in code


def test_headings_have_their_ranks_and_a_quotation_its_own_place():
    page = opened(guide())
    assert '<h3 class="heading" dir="auto">What it costs</h3>' in page
    assert '<h4 class="heading" dir="auto">Steps</h4>' in page
    assert '<blockquote><p dir="auto">It shook the whole valley.</p></blockquote>' in page


def test_marks_of_markdown_are_shown_as_what_they_mean_and_lead_nowhere():
    page = opened(guide())
    assert "and <em>only</em> with <strong>both</strong> stones" in page
    assert "<code>Ada</code>" in page
    assert "See the plan of 1870." in page
    assert "javascript" not in page


def test_of_another_text_a_mark_is_a_character():
    page = opened(guide("The stones\n\nA grain of 2 * 3 * 4 mm, **not** more, is ground.", "a.txt"))
    assert "2 * 3 * 4 mm, **not** more" in page


def test_the_title_stands_once_with_marks_too():
    page = opened(guide("# The **old** [mill](http://a.b/c_(d))\n\nIt stands. It grinds."))
    assert page.count("mill") == 1 + len(["data-place", "data-article", "mill.md"])
    assert '<h2 dir="auto" tabindex="-1">The old mill</h2>' in page


@pytest.mark.parametrize(
    "quote",
    [
        "It grinds on Sundays, and *only* with **both** stones.",
        "| Tour  | 6 €   | 3 €   |",
        "Wait for `Ada`.",
        "or the well",
        "mill --grind rye\n    --sacks 3",
        "It shook the whole valley.",
    ],
)
def test_what_is_cited_is_marked_to_the_letter(quote: str):
    page = opened(guide(), quote)
    marked = "".join(re.findall(r'<mark class="here">(.*?)</mark>', page, re.DOTALL))
    wanted = quote if quote.startswith("mill") else without_marks(quote)[0]
    assert re.sub(r"[\s|]", "", said(marked)) == re.sub(r"[\s|]", "", wanted)


def test_other_citations_are_marked_more_lightly():
    page = opened(guide(), "dogs", "| Flour | 2 €   |       |")
    assert '<mark class="here">dogs</mark>' in page
    assert '<td dir="auto"><mark class="also">Flour</mark></td>' in page


def test_every_block_is_shown_whatever_the_form():
    article = guide()
    kept = re.sub(r"[\s•]|\d\.", "", said(opened(article)))
    for block in article.blocks:
        if block.kind is not BlockKind.TITLE:
            text = article.text[block.start : block.end]
            told = text if text.startswith("mill") else without_marks(text)[0]
            assert re.sub(r"[\s|]|\d\.", "", told) in kept.replace("|", "")


def test_items_of_a_file_without_marks_have_bullets_and_a_programme_none():
    stated = [
        Stated("The fair", BlockKind.TITLE),
        Stated("Two things are sold there."),
        Stated("honey", BlockKind.ITEM),
        Stated("wax", BlockKind.ITEM),
    ]
    parts = form.parts_of(article_of_parts(stated))
    assert [part.sign for part in parts if part.shape is form.Shape.ITEM] == ["•", "•"]
    day = guide("The fair\n\nSunday 4 May\n9.00 Race\n10.30 Prizes\n12.00 Lunch\n", "fair.txt")
    items = [part for part in form.parts_of(day) if part.shape is form.Shape.ITEM]
    assert items
    assert {part.sign for part in items} == {""}


def test_two_tables_are_two():
    rows = "| a | 1 |\n| b | 2 |\n\n| c | 3 |\n| d | 4 |\n"
    article = guide(f"# Figures\n\nThey are told below.\n\n{rows}")
    runs = form.together(article, form.parts_of(article))
    assert [len(run) for run in runs if run[0].shape is form.Shape.ROW] == [2, 2]


def answered(article: Article, *quotes: str) -> str:
    starts = [article.text.index(quote) for quote in quotes]
    places = [
        Place(article.id, at, at + len(quote)) for at, quote in zip(starts, quotes, strict=True)
    ]
    answer = answer_with(article, statements=cite(places, {article.id: article}))
    return render.turn_html(Turn(1, "?", answer, state="done"), last=True)


def test_a_list_in_an_answer_has_its_signs_and_its_source_stands_once():
    page = answered(guide(), "Not allowed in:", "dogs", "open fire")
    assert "<p class='item'><span class='sign'>•</span> dogs" in re.sub(r" dir='auto'", "", page)
    sources = page[page.index('<section class="sources"') :]
    quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", sources, re.DOTALL)
    above, alone, below = map(said, quotes)
    assert above.endswith("\nor the well\nNot allowed in:")
    assert alone == "dogs"
    assert below.startswith("open fire\nIt shook")
    assert sources.count("Read in the article") == 1
    assert 'data-marker="1" aria-label="Read source 1' in sources


def test_numbered_steps_keep_their_numbers():
    page = answered(guide(), "Ring the bell.", "Wait for `Ada`.")
    assert re.findall(r"<span class='sign'>(.*?)</span>", page) == ["1.", "2."]


def test_what_stands_apart_has_surroundings_of_its_own():
    page = answered(guide(), "Ring the bell.", "dogs")
    sources = page[page.index('<section class="sources"') :]
    assert sources.count("Read in the article") == 2
    assert "source next" not in sources


def test_a_list_after_a_sentence_is_shown_in_lines():
    page = answered(guide(), "Not allowed in:")
    assert '<blockquote dir="auto" class="lines">' in page
    assert "\ndogs" in page


def test_a_part_of_an_item_or_a_changed_article_has_no_sign():
    article = guide()
    page = answered(article, "for `Ada`.")
    assert "class='sign'" not in page
    assert form.sign_at(replace(article, blocks=()), article.text.index("dogs")) == ""
