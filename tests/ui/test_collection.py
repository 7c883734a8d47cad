"""The Articles view's table and picture: what is asked for, in its order, and as text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.catalogue import Catalogue
from rag.datatypes import Article, Chunk
from rag.errors import ServeError
from rag.indexing.library import Removed
from rag.searching.plane import Drawn, Point
from rag.ui.collection import (
    COLUMNS,
    SHOWN,
    Listing,
    Row,
    Wanted,
    chosen,
    cited_in,
    passage_counts,
    rows_of,
    table_html,
    view_html,
    wanted_of,
)
from rag.ui.picture import BINS, binned, map_html, timeline_html
from rag.ui.render import collection_html
from tests.making import CountedArticles, make_article
from tests.ui.test_rendering import HOSTILE, Seen

ROWS = (
    Row("a", "Zebras of the plain", "a.txt", date(2024, 7, 9), 300, "en", 3, 0),
    Row("b", "Äpfel", "b.pdf", None, 100, "de", 1, 2),
    Row("c", "ducks", "old/c.txt", date(2019, 1, 2), 200, "en", 2, 1),
)


def ids(rows: list[Row]) -> str:
    return "".join(row.id for row in rows)


@pytest.mark.parametrize(
    ("by", "up", "down"),
    [
        ("title", "bca", "acb"),
        ("published", "cab", "acb"),  # what is not known comes last either way
        ("length", "bca", "acb"),
        ("language", "bac", "acb"),
        ("passages", "bca", "acb"),
        ("cited", "acb", "bca"),
    ],
)
def test_rows_are_sorted_by_each_column(by: str, up: str, down: str):
    assert ids(chosen(ROWS, Wanted(by=by))) == up
    assert ids(chosen(ROWS, Wanted(by=by, down=True))) == down


@pytest.mark.parametrize(
    ("find", "found"),
    [("", "bca"), ("  ZEBRAS ", "a"), ("july 2024", "a"), ("2019-01", "c"), ("txt", "ca"),
     ("de", "b"), ("zebras 2019", ""), ("old/", "c"), ("apfel", "b")],
)  # fmt: skip
def test_rows_are_those_with_every_word(find: str, found: str):
    assert ids(chosen(ROWS, Wanted(find))) == found


def test_a_word_may_stand_in_the_text_too():
    texts = {
        "a": "They graze near Orrby.",
        "b": "Wächst überall, auch in Orrby.",
        "c": "They quack.",
    }
    found = [
        ids(chosen(ROWS, Wanted(find), texts.__getitem__))
        for find in ("orrby", "wachst", "überall", "orrby 2024", "zebras graze", "graze quack", "")
    ]
    assert found == ["ba", "b", "b", "a", "a", "", "bca"]

    def unread(name: str) -> str:
        raise AssertionError("a text is read where the table tells all that is looked for")

    assert ids(chosen(ROWS[:1], Wanted("zebras"), unread)) == "a"
    markup = table_html(ROWS, Wanted("quack"), "", changes=False, says=texts.__getitem__)
    assert re.findall("<bdi>([^<]*)</bdi></button>", markup) == ["ducks"]


def test_the_language_is_told_where_there_are_several():
    assert 'class="language"' in table_html(ROWS, Wanted(), "", changes=False)
    only = [row for row in ROWS if row.language == "en"]
    assert 'class="language"' not in table_html(only, Wanted(), "", changes=False)


def test_what_was_not_read_stands_above_the_table_and_what_was_removed_below():
    unread = {f"{at}.pdf": "no text: probably a scan" for at in range(5)}
    removed = [Removed("0" * 16, HOSTILE), *[Removed(f"{at:016}", "a.txt") for at in range(70)]]
    markup = table_html(ROWS, Wanted(), "", changes=True, unread=unread, removed=removed)
    seen = Seen(markup).text
    assert seen.index("5 files in the folder were not read") < seen.index("Zebras")
    assert "0.pdf: no text, probably a scan" in seen
    assert '<details class="unread" open>' in markup
    assert seen.index("Recently removed (71)") > seen.index("Zebras")
    assert HOSTILE in seen
    assert "and 21 more, in the folder .removed" in seen
    assert markup.count(f'data-do="restore" data-ticket="{"0" * 16}"') == 2
    many = table_html(ROWS, Wanted(), "", changes=True, unread={**unread, "x.pdf": "empty"})
    assert '<details class="unread">' in many
    assert "1 file in the folder was not read" in table_html(
        ROWS, Wanted(), "", changes=True, unread={"x.pdf": "empty"}
    )


def test_a_row_tells_of_its_article():
    text = "Ducks swim. Ducks fly."
    article = Article("x/y", "Ducks", text, "x/y.txt", date(2020, 2, 3), language="nl")
    chunks = [Chunk("1", "x/y", 0, 11, text[:11]), Chunk("2", "x/y", 12, 22, text[12:])]
    rows = rows_of({"x/y": article}, passage_counts(chunks))
    (row,) = cited_in(rows, [("x/y", 0, 5), ("z", 0, 5)])
    assert row == Row("x/y", "Ducks", "x/y.txt", date(2020, 2, 3), 22, "nl", 2, 1)
    markup = table_html([row], Wanted(), "1 article", changes=True)
    assert re.findall("<t[dh][^>]*>(.*?)</t[dh]>", markup.split("<tbody>")[1])[2:] == [
        '<time datetime="2020-02-03">3 February 2020</time>', "22", "2", "1",
        '<button type="button" data-do="remove" data-source="x/y.txt" aria-label="Remove x/y.txt"'
        ' title="Remove x/y.txt">Remove</button>',
    ]  # fmt: skip
    assert "Remove" not in table_html([row], Wanted(), "1 article", changes=False)


def test_articles_are_read_once_however_often_they_are_listed():
    counted = CountedArticles({name: make_article("Ducks swim.", name=name) for name in "abc"})
    articles, listing = Catalogue(counted), Listing()
    rows = listing.rows(articles, ())
    told = collection_html(articles)
    counted.read = 0
    assert listing.rows(articles, ()) is rows
    assert collection_html(articles) == told == "3 articles"
    assert counted.read == 0
    others = Catalogue({"d": make_article("Geese honk.", name="d")})
    assert [row.id for row in listing.rows(others, ())] == ["d"]
    left = ref(others)
    del others
    assert left() is None  # a generation that is left is not held by its list


def test_a_file_of_several_articles_is_removed_as_a_whole_and_says_so():
    rows = [Row(f"rows#{at}", f"Row {at}", "rows.csv", None, 9, "en", 1, 0) for at in (1, 2)]
    markup = table_html([*rows, ROWS[0]], Wanted("row 1"), "3 articles", changes=True)
    assert 'aria-label="Remove rows.csv, with 2 articles"' in markup
    assert ">Remove all 2</button>" in markup
    assert "<bdi>rows.csv</bdi>, one of 2</span>" in markup
    only = table_html(rows, Wanted(), "", changes=False)
    assert "Remove" not in only


def test_the_table_says_how_it_is_sorted_and_what_is_not_shown():
    many = [replace(ROWS[0], id=f"{at:04}") for at in range(SHOWN + 7)]
    markup = table_html(many, Wanted(by="cited", down=True), "", changes=False)
    assert markup.count("aria-sort") == 1
    assert 'class="cited" aria-sort="descending"' in markup
    assert markup.count("<tr>") == SHOWN + 1
    assert "and 7 more: filter to see them" in markup
    assert "No article has these words" in table_html(many, Wanted("quagga"), "", changes=False)
    assert "<table" not in table_html([], Wanted(), "0 articles", changes=False)
    assert 'type="file"' in view_html(changes=True)
    assert 'type="file"' not in view_html(changes=False)


def test_what_the_page_sends_is_read_and_nothing_else():
    assert wanted_of(b"") == Wanted()
    sent = {"find": "a", "by": "cited", "down": True, "cited": [["x", 1, 2]], "lit": []}
    assert wanted_of(json.dumps(sent).encode()) == Wanted("a", "cited", True, (("x", 1, 2),), ())
    assert len(wanted_of(json.dumps({"find": "x" * 9999}).encode()).find) == 200
    for bad in (b"{", b"[]", b'{"by": "x"}', b'{"cited": [["a"]]}', b'{"lit": 3}', b'{"by": []}'):
        with pytest.raises(ServeError, match="reload it"):
            wanted_of(bad)


@given(st.lists(st.tuples(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.booleans()), min_size=1))
def test_each_article_stands_in_the_column_of_its_day(dated: list[tuple[date, bool]]):
    columns = binned(dated)
    assert len(columns) <= BINS
    assert columns[0][0] == min(when for when, _ in dated)
    assert columns[-1][1] == max(when for when, _ in dated)
    for (_, end, _), (start, _, _) in pairwise(columns):
        assert start - end == timedelta(1)
    for first, last, found in columns:
        assert sorted(found) == sorted(flag for when, flag in dated if first <= when <= last)


def test_the_timeline_tells_its_columns():
    articles = {
        name: Article(name, name, "x", name, when)
        for name, when in (("a", date(2024, 7, 9)), ("b", date(2024, 7, 9)),
                           ("c", date(2024, 7, 11)), ("d", None))
    }  # fmt: skip
    markup = timeline_html(articles, {"b"})
    assert re.findall("<title>(.*?)</title>", markup) == [
        "9 July 2024: 2 articles, 1 cited",
        "9 July 2024: 2 articles, 1 cited",
        "11 July 2024: 1 article",
    ]
    assert "3 articles, 9 July 2024 to 11 July 2024, up to 2 of one day, 1 without a date" in markup
    assert "<span>9 July 2024</span><span>11 July 2024</span>" in markup  # below the columns
    assert "1 without a date" in timeline_html({"d": articles["d"]})
    assert "No articles" in timeline_html({})


def test_the_map_lights_what_the_answer_rests_on():
    one, two = (Chunk(str(at), "a", at, at + 4, "text") for at in range(2))
    points = (Point(one, 0.0, 0.0, False), Point(two, 2.0, 1.0, True))
    markup = map_html(Drawn(points, 2, 0.25))
    assert re.findall('cx="([0-9.]+)" cy="([0-9.]+)"', markup) == [
        ("12.0", "408.0"), ("708.0", "12.0"),
    ]  # fmt: skip
    assert markup.count('class="lit" tabindex="0" role="button"') == 1
    assert "2 passages, 1 of them behind the last answer" in markup
    assert "25% of all their differences" in markup
    assert "1 of 9 passages" in map_html(Drawn(points[:1], 9, 1.0))
    assert map_html(Drawn((), 0, 1.0)) == ""


@given(st.text(min_size=1))
def test_whatever_an_article_is_called_is_text(text: str):
    name = text + HOSTILE
    row = Row(name, name, name, None, 1, name, 1, 1)
    article = Article(name, name, name, name, date(2020, 1, 1))
    point = Point(Chunk("1", name, 0, len(name), name), 0.0, 0.0, True)
    markup = (
        table_html([row], Wanted(), "", changes=True)
        + timeline_html({name: article}, {name})
        + map_html(Drawn((point,), 1, 1.0))
    )
    seen = Seen(markup)
    assert seen.open == []
    shown = {attributes.get("class") for attributes in seen.all("th")}
    assert set(COLUMNS) - {"language"} <= shown | {"title"}
    assert {tag for tag, _ in seen.elements} <= set(
        "div p table thead tbody tr th td input button span bdi time figure figcaption svg rect "
        "line title circle".split()
    )
