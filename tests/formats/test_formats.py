"""Files of each format become the article that they hold, or a line that says why not."""

from __future__ import annotations

import json
import random
import struct
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag import formats
from rag.articles.layout import layout
from rag.cite import Place, cite
from rag.corpus import Kept, Known, Reading, list_folder, read_corpus
from rag.datatypes import Article, BlockKind
from rag.formats import Options, Read, UnreadableError
from tests.formats import files
from tests.formats.pages import FLOOD, SavedPage, saved_pages

PARAGRAPH, HEADING, TITLE, ITEM = (
    BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.TITLE, BlockKind.ITEM,
)  # fmt: skip
LONG = " ".join(FLOOD)


def read(suffix: str, data: bytes, **columns: str) -> Read:
    return formats.read(suffix, data, Options(columns=columns))


def one(suffix: str, data: bytes) -> Article:
    (article,) = read(suffix, data).articles
    return article


def blocks(article: Article) -> list[tuple[str, BlockKind]]:
    return [(article.text[b.start : b.end], b.kind) for b in article.blocks]


def refusal(suffix: str, data: bytes) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(suffix, data)
    return str(caught.value)


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", saved_pages(), ids=lambda page: page.name)
def test_a_saved_page_is_its_story(page: SavedPage) -> None:
    article = one(".html", page.html.encode())
    told = blocks(article)
    assert told[0] == (page.title, TITLE)
    assert tuple(text for text, _ in told[1:]) == page.paragraphs
    assert (article.title, article.published) == (page.title, page.published)
    assert article.byline == page.byline
    for phrase in page.around:
        assert phrase not in article.text


def test_headings_and_lists_of_a_page_are_what_they_are() -> None:
    page = (
        f"<html><head></head><body><article><h1>Flood in Vell</h1><p>{FLOOD[0]}</p>"
        f"<h2>What to do</h2><ul><li>{FLOOD[1]}</li><li>{FLOOD[2]}</li></ul></article>"
    )
    assert blocks(one(".html", page.encode())) == [
        ("Flood in Vell", TITLE), (FLOOD[0], PARAGRAPH), ("What to do", HEADING),
        (FLOOD[1], ITEM), (FLOOD[2], ITEM),
    ]  # fmt: skip


MENU = '<nav><a href="/">Home</a> <a href="/fees">Fees</a></nav>'
ANSWERS = [f"{sentence} {FLOOD[0]}" for sentence in ("Yes.", "On foot.", "No.", "At noon.")]
ASKED = ["Is there a lift?", "How do I get there?", "May I bring a dog?", "When is lunch?"]


def faq(heading: str, *, top: str = MENU, foot: str = "<footer>Vell Hall</footer>") -> bytes:
    pairs = "".join(
        f"<{heading}>{ask}</{heading}><p>{answer}</p>"
        for ask, answer in zip(ASKED, ANSWERS, strict=True)
    )
    head = "<html><head><title>Vell Hall: questions</title></head><body>"
    intro = "<h1>Vell Hall: questions</h1><p>Here is what visitors ask us most of all.</p>"
    return f"{head}{top}{intro}{pairs}{foot}</body></html>".encode()


def test_a_page_that_marks_no_main_text_keeps_its_headings() -> None:
    told = blocks(one(".html", faq("h2")))
    assert told[0] == ("Vell Hall: questions", TITLE)
    assert [text for text, kind in told if kind is HEADING] == ASKED
    assert [text for text, kind in told if kind is PARAGRAPH][1:] == ANSWERS
    assert not any("Fees" in text or text == "Vell Hall" for text, _ in told)
    assert blocks(one(".html", faq("h2", top="", foot=""))) == told


def test_lists_between_paragraphs_are_the_articles_however_long() -> None:
    head = "<html><head><title>How to bail</title></head><body>"
    said = [f"<h2>{ask}</h2><p>{text}</p>" for ask, text in zip(ASKED, ANSWERS, strict=True)]
    items = [f"Bucket {number} stands by the {place} door." for number, place in enumerate(ASKED)]
    listed = "".join(f"<li>{item}</li>" for item in items * 2)
    page = f"{head}{MENU}{said[0]}{said[1]}<ul>{listed}</ul>{said[2]}{said[3]}</body></html>"
    told = blocks(one(".html", page.encode()))
    assert [text for text, kind in told if kind is BlockKind.ITEM] == items * 2
    assert [text for text, kind in told if kind is PARAGRAPH] == ANSWERS


def test_headings_do_not_bring_in_what_is_around_a_text() -> None:
    links = "".join(f"<p><a href='/{n}'>{sentence}</a></p>" for n, sentence in enumerate(FLOOD * 9))
    told = blocks(one(".html", faq("h2", foot=f"<div class='related'>{links}</div>")))
    assert sum(len(text) for text, _ in told) < 1.5 * sum(map(len, [*ASKED, *ANSWERS]))


def test_code_and_quotes_within_a_sentence_do_not_part_it() -> None:
    page = (
        f"<html><head></head><body><article><h1>Flood in Vell</h1><p>{FLOOD[0]}</p>"
        f"<p>Run <code>pip install pumps</code> before the first flood, said <q>the mayor</q>.</p>"
        f"<p>{FLOOD[1]}</p></article>"
    )
    said = [text for text, _ in blocks(one(".html", page.encode()))]
    assert any("Run pip install pumps before the first flood, said" in text for text in said)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
def test_the_encoding_that_a_page_states_is_used(encoding: str) -> None:
    story = "Der Bürgermeister von Köln öffnete am Freitag die neue Brücke über den großen Fluss. "
    page = f'<html><head><meta charset="{encoding}"></head><body><p>{story * 3}</p></body></html>'
    assert "öffnete" in one(".htm", page.encode(encoding)).text


def test_an_address_that_could_run_something_is_not_kept() -> None:
    page = saved_pages()[0].html
    assert one(".html", page.encode()).url == "https://courier.example/vell/river-floods"
    hostile = page.replace("https://courier.example/vell/river-floods", "javascript:alert(1)")
    assert one(".html", hostile.encode()).url == ""


def test_a_page_without_a_story_says_so() -> None:
    assert refusal(".html", b"<html><body></body></html>").startswith("no text")


# --- PDF -----------------------------------------------------------------------------------------


def pdf_pages(count: int = 4) -> list[list[str]]:
    return [
        [
            *(["Flood in Vell"] if not n else []),
            f"On page {n + 1} stands this. {LONG}",
            FLOOD[n % 4],
        ]
        for n in range(count)
    ]


def test_a_pdf_is_paragraphs_with_their_pages() -> None:
    article = one(".pdf", files.pdf(pdf_pages()))
    told = blocks(article)
    assert told[0] == ("Flood in Vell", TITLE)
    expected = [text for page in pdf_pages() for text in page][1:]
    assert [text for text, kind in told if kind in (PARAGRAPH, BlockKind.REPEAT)] == expected
    assert [page.number for page in article.pages] == [1, 2, 3, 4]
    for page in article.pages:
        assert f"On page {page.number} stands this." in article.text[page.start : page.end]


def test_the_pages_cover_the_text_without_gaps() -> None:
    article = one(".pdf", files.pdf(pdf_pages()))
    assert (article.pages[0].start, article.pages[-1].end) == (0, len(article.text))
    for page, following in zip(article.pages, article.pages[1:], strict=False):
        assert page.end == following.start
    assert [article.page_at(article.text.index(f"On page {n}")) for n in (1, 2, 3, 4)] == [
        1,
        2,
        3,
        4,
    ]
    assert article.page_at(len(article.text)) is None


def test_a_paragraph_that_goes_on_over_the_page_stays_whole() -> None:
    article = one(".pdf", files.pdf([["Flood in Vell", "The river rose and"], ["fell again."]]))
    assert article.text == "Flood in Vell\n\nThe river rose and fell again."
    assert article.page_at(article.text.index("rose")) == 1
    assert article.page_at(article.text.index("fell")) == 2


def test_what_every_page_repeats_at_its_edge_is_left_out() -> None:
    article = one(".pdf", files.pdf(pdf_pages(5), head="The Vell Courier 12"))
    assert "Courier" not in article.text
    assert "Page" not in article.text
    assert "On page 5 stands this." in article.text


def test_a_word_cut_at_the_end_of_a_line_is_whole_again() -> None:
    text = one(".pdf", files.pdf([["Flood in Vell", "The engi-\nneers said that it held."]])).text
    assert "The engineers said that it held." in text


def test_a_citation_says_the_page() -> None:
    article = one(".pdf", files.pdf(pdf_pages()))
    start = article.text.index("On page 3")
    (statement,) = cite([Place("", start, start + 22)], {"": article})
    (citation,) = statement.citations
    assert (citation.quote, citation.page) == ("On page 3 stands this.", 3)
    assert citation.to_dict()["page"] == 3


def test_a_byline_of_a_pdf_is_no_part_of_its_first_paragraph() -> None:
    head = "Vell Courier, 21 January 2025\nBy Nils Aker\nThe river rose and fell again in a night."
    article = one(".pdf", files.pdf([["Flood in Vell", head, FLOOD[0]]]))
    assert (article.byline, article.published) == ("Vell Courier | Nils Aker", date(2025, 1, 21))
    told = [text for text, kind in blocks(article) if kind is PARAGRAPH]
    assert told[0] == "The river rose and fell again in a night."


def test_the_name_of_a_site_is_an_outlet_and_its_address_is_none() -> None:
    page = (
        '<html><head><title>Flood in Vell</title><meta name="author" content="Nils Aker">{}</head>'
        f"<body><article><h1>Flood in Vell</h1><p>{FLOOD[0]}</p><p>{FLOOD[1]}</p></article></body>"
        "</html>"
    )
    site = '<meta property="og:site_name" content="{}">'
    for name, byline in (
        ("Vell Courier", "Nils Aker | Vell Courier"), ("courier.example", "Nils Aker"),
        ("Aker", "Nils Aker"),
    ):  # fmt: skip
        assert one(".html", page.format(site.format(name)).encode()).byline == byline


@pytest.mark.parametrize(
    "kind", ['class="byline"', 'class="article-meta"', 'itemprop="author"', ""]
)
def test_the_byline_that_a_page_prints_is_read_as_in_any_text(kind: str) -> None:
    page = (
        "<html><head><title>Flood in Vell</title></head><body><article><h1>Flood in Vell</h1>"
        f"<p {kind}>By Nils Aker | Vell Courier | Updated: June 6, 2021 09:15</p>"
        f"<p>{FLOOD[0]}</p><p>{FLOOD[1]}</p></article></body></html>"
    )
    article = one(".html", page.encode())
    assert (article.byline, article.published) == ("Nils Aker | Vell Courier", date(2021, 6, 6))


def test_a_table_names_the_outlet_but_no_address() -> None:
    rows = f'text,author,outlet\n"{FLOOD[0]}",Nils Aker,Vell Courier\n"{FLOOD[2]}",,vell.example\n'
    first, second = read(".csv", rows.encode()).articles
    assert (first.byline, second.byline) == ("Nils Aker | Vell Courier", "")


def test_a_pdf_of_pictures_is_probably_a_scan() -> None:
    assert refusal(".pdf", files.scanned_pdf()) == "no text: probably a scan"


def test_a_locked_pdf_is_told() -> None:
    assert refusal(".pdf", files.pdf([["Secret"]], password="x")).startswith("encrypted")


# --- Word, e-books -------------------------------------------------------------------------------


def test_a_word_file_is_what_its_styles_say() -> None:
    article = one(".docx", files.docx(
        [("Title", "Flood in Vell"), ("", "By Nils Aker"), ("", FLOOD[0]),
         ("heading 1", "What now"),
         ("List Paragraph", FLOOD[1]), ("caption", "Boats on Mill Lane"), ("", FLOOD[2])],
        table=[["Year", "Metres"], ["1954", "3.2"]],
    ))  # fmt: skip
    assert blocks(article) == [
        ("Flood in Vell", TITLE), ("By Nils Aker", BlockKind.BYLINE), (FLOOD[0], PARAGRAPH),
        ("What now", HEADING), (FLOOD[1], ITEM), ("Boats on Mill Lane", BlockKind.CAPTION),
        (FLOOD[2], PARAGRAPH), ("Year | Metres", ITEM), ("1954 | 3.2", ITEM),
    ]  # fmt: skip
    assert (article.title, article.byline) == ("Flood in Vell", "Nils Aker")


def test_equal_cells_of_a_word_table_are_all_there_and_so_is_what_was_inserted() -> None:
    inserted = (
        "It opened in </w:t></w:r><w:ins><w:r><w:t>1932</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>1931</w:delText></w:r></w:del><w:r><w:t>, a dry year."
    )
    article = one(".docx", files.docx([("", FLOOD[0]), ("", inserted)],
                                      table=[["2023", "15", "15", "12"]]))  # fmt: skip
    assert [text for text, _ in blocks(article)][-2:] == [
        "It opened in 1932, a dry year.", "2023 | 15 | 15 | 12",
    ]  # fmt: skip


def test_an_office_file_with_a_password_is_told() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    assert refusal(".docx", data).startswith("encrypted, or of an old format")


def test_a_book_is_its_chapters_in_their_order() -> None:
    book = files.epub(
        [f"<h1>The flood</h1><div><p>{FLOOD[0]}</p><p>{FLOOD[1]} <i>Quite so.</i></p></div>",
         f"<h1>The weir</h1>{FLOOD[2]}<ul><li>{FLOOD[3]}</li></ul>"],
        title="A year in Vell",
        more="<dc:creator>Nils Aker</dc:creator><dc:date>2023-11-04</dc:date>",
    )  # fmt: skip
    article = one(".epub", book)
    assert blocks(article) == [
        ("A year in Vell", TITLE), ("The flood", HEADING), (FLOOD[0], PARAGRAPH),
        (f"{FLOOD[1]} Quite so.", PARAGRAPH), ("The weir", HEADING), (FLOOD[2], PARAGRAPH),
        (FLOOD[3], ITEM),
    ]  # fmt: skip
    assert (article.byline, article.published) == ("Nils Aker", date(2023, 11, 4))


def test_a_line_break_within_a_book_s_heading_parts_words() -> None:
    chapter = f"<h1><span>CHAPTER I<br/>Down the Hole</span></h1><p>{FLOOD[0]}</p>"
    said = [text for text, _ in blocks(one(".epub", files.epub([chapter], title="Vell")))]
    assert "CHAPTER I Down the Hole" in said


def test_a_locked_book_is_told() -> None:
    assert refusal(".epub", files.epub(["<p>x</p>"], locked=True)).startswith("encrypted")


@pytest.mark.parametrize("suffix", [".docx", ".epub"])
def test_a_file_that_swells_without_end_is_not_unpacked(suffix: str) -> None:
    data = files.zipped({"word/document.xml": bytes(1000)})
    # The size that the directory states, made to be 4 GB.
    at = data.index(b"PK\x01\x02") + 24
    data = data[:at] + struct.pack("<I", 0xFFFFFFF0) + data[at + 4 :]
    assert refusal(suffix, data).startswith("too large: unpacks to")


def test_entities_do_not_swell() -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'flood '>" + "".join(
        f"<!ENTITY a{n} '{f'&a{n - 1};' * 20}'>" if n else "<!ENTITY a0 '&a;&a;'>" for n in range(9)
    )
    book = files.zipped({"META-INF/container.xml": f"{bomb}]><container>&a8;</container>"})
    assert "broken" in refusal(".epub", book)


# --- tables --------------------------------------------------------------------------------------


def test_what_no_other_column_is_for_stands_below_the_text() -> None:
    data = (
        "title,entry_fee,colour,link,note,text\n"
        "Mill,3 crowns,red,https://a.example/1,,The mill is red and open on Sundays.\n"
    )
    mill = one(".csv", data.encode())
    # "Red" is said already, an address tells nobody anything, and the note is empty.
    assert mill.text.endswith("The mill is red and open on Sundays.\n\n- Entry fee: 3 crowns")
    assert blocks(mill)[-1] == ("Entry fee: 3 crowns", ITEM)
    wide = {"text": "The mill is old and open to all."} | {
        f"column {at}": f"value {at}" for at in range(40)
    }
    assert one(".jsonl", json.dumps(wide).encode()).text.count("\n- Column") == 12
    long = {"text": "The mill is old.", "more": "word " * 40}
    assert "More" not in one(".jsonl", json.dumps(long).encode()).text


def test_each_row_of_a_csv_file_is_an_article() -> None:
    data = (
        "Headline;Body;Date;Link;Author;ID\n"
        f'Flood;"{FLOOD[0]}\n\nIt ""fell"" again.";2023-11-04;https://x.example/a;Nils Aker;n1\n'
        f"Weir;{FLOOD[2]};November 5, 2023;ftp://x;;n1\n"
        "Empty;;;;;n3\n"
    ).encode("utf-8-sig")
    found = read(".csv", data, id="ID")
    flood, weir = found.articles
    assert flood.text == f'Flood\n\n{FLOOD[0]}\n\nIt "fell" again.'
    assert (flood.title, flood.published, flood.url, flood.byline, flood.part) == (
        "Flood", date(2023, 11, 4), "https://x.example/a", "Nils Aker", "n1",
    )  # fmt: skip
    assert (weir.title, weir.published, weir.url, weir.part) == (
        "Weir", date(2023, 11, 5), "", "n1~2",
    )  # fmt: skip
    assert blocks(weir) == [("Weir", TITLE), (FLOOD[2], PARAGRAPH)]
    assert found.notes == ("1 row without a text",)


def test_the_lines_of_a_programme_are_items_in_any_format() -> None:
    lines = [("", f"{hour}.30 Boats to island {hour}") for hour in (9, 11, 14)]
    data = files.docx([("Title", "Fair"), ("", FLOOD[0]), ("", "Sunday, 4 May"), *lines])
    assert [kind for _, kind in blocks(one(".docx", data))] == [
        TITLE, PARAGRAPH, HEADING, ITEM, ITEM, ITEM,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ids", "parts"),
    [
        (["n1", "n2"], ["n1", "n2"]),
        (["n1", ""], ["n1", "2"]),
        (["2", ""], ["2", "2~2"]),
        (["sport", "sport"], ["1", "2"]),  # it tells no row from the others
        (["n" * 80 + "1", "n" * 80 + "2"], ["n" * 80, "n" * 80 + "~2"]),
    ],
)
def test_a_column_tells_rows_apart_only_where_none_share_a_value(
    ids: list[str], parts: list[str]
) -> None:
    rows = [{"key": id, "text": text} for id, text in zip(ids, FLOOD[:2], strict=True)]
    found = read(".jsonl", "\n".join(map(json.dumps, rows)).encode())
    assert [article.part for article in found.articles] == parts


def test_rows_that_share_the_value_of_a_named_column_are_told_apart_in_little_time() -> None:
    def read_rows(keys: list[str]) -> tuple[list[str], float]:
        rows = [json.dumps({"key": key, "text": "It rained."}) for key in keys]
        began = time.process_time()
        found = read(".jsonl", "\n".join(rows).encode(), id="key")
        return [article.part for article in found.articles], time.process_time() - began

    _, own_s = read_rows([str(number) for number in range(6_000)])
    parts, shared_s = read_rows(["sport"] * 6_000)
    assert parts[:3] == ["sport", "sport~2", "sport~3"]
    assert len(set(parts)) == 6_000
    assert shared_s < 2 * own_s


def test_each_object_of_a_json_lines_file_is_an_article() -> None:
    rows = [{"title": "Flood", "text": FLOOD[0], "date": "2023-11-04T06:54"}, {"text": FLOOD[1]}]
    data = "\n".join([json.dumps(rows[0]), "{not json", "[1]", json.dumps(rows[1])]).encode()
    found = read(".jsonl", data)
    assert [(a.part, a.published) for a in found.articles] == [
        ("1", date(2023, 11, 4)),
        ("4", None),
    ]
    assert found.notes == ("line 2: not JSON (JSONDecodeError)", "line 3: not an object")


def test_objects_of_a_json_lines_file_need_not_be_alike() -> None:
    rows = [
        {"text": FLOOD[0]},
        {"text": [FLOOD[1], FLOOD[2]], "title": "Weir", "pubDate": "Thu, 25 Jul 2024 06:54:00 GMT",
         "author": "Nils Aker"},
    ]  # fmt: skip
    first, second = read(".jsonl", "\n".join(map(json.dumps, rows)).encode()).articles
    assert (first.byline, first.published) == ("", None)
    assert (second.title, second.byline) == ("Weir", "Nils Aker")
    assert second.published == date(2024, 7, 25)
    assert [text for text, _ in blocks(second)] == ["Weir", FLOOD[1], FLOOD[2]]


def test_columns_may_be_named() -> None:
    data = f"kopf,inhalt\nFlood,{FLOOD[0].replace(',', '')}\n".encode()
    with pytest.raises(UnreadableError, match=r"for the text \(columns: inhalt, kopf\)"):
        read(".csv", data, text="body")
    (article,) = read(".csv", data, text="Inhalt", title="kopf").articles
    assert article.title == "Flood"


PRICES = """Boat,Seats,Half day,Notes
Gannet,3,,"with a sail, no motor"
Heron,5,48,licence | photo

,,,
Tern,2,31
"""
PRICES_ROWS = [
    "| Boat | Seats | Half day | Notes |",
    "| Gannet | 3 |  | with a sail, no motor |",
    "| Heron | 5 | 48 | licence / photo |",
    "| Tern | 2 | 31 |  |",
]


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".csv", PRICES),
        (".csv", PRICES.replace("sail, no", "sail; no").replace(",", ";").replace("; no", ", no")),
        (".tsv", PRICES.replace("l, no", "l; no").replace(",", "\t").replace("l; no", "l, no")),
    ],
    ids=["commas", "semicolons", "tabs"],
)
def test_a_table_without_a_text_is_one_article(suffix: str, data: str) -> None:
    found = formats.read(suffix, data.encode(), Options(name="boat-hire_2025"))
    (article,) = found.articles
    assert blocks(article) == [("Boat hire 2025", TITLE), *((row, ITEM) for row in PRICES_ROWS)]
    assert article.text.splitlines()[3] == "| --- | --- | --- | --- |"
    assert (article.language, article.part) == ("en", "")
    assert found.notes == (
        "read as one table, no column for the text (columns: boat, half day, notes, seats): "
        "name it with --set columns=text=NAME to have an article a row",
    )
    made = layout(article.text)  # as the same table in a file of Markdown
    assert [block.kind for block in made.blocks] == [block.kind for block in article.blocks]


def test_a_table_of_numbers_has_no_names_of_columns() -> None:
    (article,) = read(".csv", b"Anna Beck,12,Elm Row\nPaul Orr,7,Mill Lane\n").articles
    assert [text for text, _ in blocks(article)[1:]] == [
        "| Anna Beck | 12 | Elm Row |", "| Paul Orr | 7 | Mill Lane |",
    ]  # fmt: skip
    assert "---" not in article.text
    (years,) = read(".csv", b"Town,2023,2024\nVell,12,14\n").articles
    assert "---" in years.text


def test_short_objects_without_a_text_are_one_table() -> None:
    rows = [{"Boat": "Gannet", "Seats": 3}, {"Boat": "Heron", "tags": ["sail", "cabin"]}]
    data = "\n".join([json.dumps(rows[0]), "{not json", json.dumps(rows[1])]).encode()
    found = formats.read(".jsonl", data, Options(name="boats"))
    assert blocks(found.articles[0]) == [
        ("Boats", TITLE), ("| boat | seats | tags |", ITEM), ("| Gannet | 3 |  |", ITEM),
        ("| Heron |  | sail, cabin |", ITEM),
    ]  # fmt: skip
    assert found.notes[0] == "line 2: not JSON (JSONDecodeError)"


def test_of_a_long_table_the_first_rows_are_read() -> None:
    rows = "\n".join(f"Boat {number},{number}" for number in range(60_000))
    began = time.process_time()
    found = read(".csv", f"Name,Seats\n{rows}\n".encode())
    assert time.process_time() - began < 10
    assert len(found.articles[0].blocks) == 2 + 5_000
    assert found.notes[0] == (
        "the first 5,000 rows are read, 55,000 are not: a table is one article"
    )
    assert "no row below the names of the columns" in refusal(".csv", b"Name,Seats\n,\n")


def test_a_table_is_titled_anew_where_its_file_is_renamed(tmp_path: Path) -> None:
    (tmp_path / "boats.csv").write_text(PRICES, encoding="utf-8")
    (tmp_path / "rowing.csv").write_text(PRICES, encoding="utf-8")
    before = read_corpus(tmp_path)
    assert [(a.id, a.title) for a in before.articles] == [("boats", "Boats")]
    (digest,) = set(before.digests.values())
    known = Known(
        articles={("table", digest): ["boats"]},
        sources={"boats": "boats.csv"},
        article={article.id: article for article in before.articles}.__getitem__,
    )
    again = list(Reading(tmp_path, list_folder(tmp_path), known=known))
    assert again == [Kept("boats", "boats.csv", "boats")]
    (tmp_path / "boats.csv").unlink()
    (renamed,) = Reading(tmp_path, list_folder(tmp_path), known=known)
    assert isinstance(renamed, Article)
    assert (renamed.id, renamed.title) == ("rowing", "Rowing")


def test_a_long_cell_is_read_whole() -> None:
    (article,) = read(".csv", ("text\n" + "flood " * 100_000).encode()).articles
    assert len(article.text) > 599_000


def test_a_text_that_begins_as_its_title_does_is_no_title() -> None:
    """The first sentence of a row often names what the row is about."""
    row = {"title": "Tram line 9", "text": "Tram line 9 will be extended by 2027."}
    (article,) = read(".jsonl", json.dumps(row).encode()).articles
    shown = [(article.text[b.start : b.end], b.kind) for b in article.blocks]
    assert shown == [
        ("Tram line 9", BlockKind.TITLE),
        ("Tram line 9 will be extended by 2027.", BlockKind.PARAGRAPH),
    ]
    row["text"] = "Tram line 9\n\nIt will be extended by 2027."
    (article,) = read(".jsonl", json.dumps(row).encode()).articles
    assert article.text == row["text"]


def test_half_a_character_is_no_text() -> None:
    data = b'{"title": "Cut \\ud83d", "text": "It rained. \\ud83d\\ude00 It broke off \\ud83d"}'
    (article,) = read(".jsonl", data).articles
    assert article.text.endswith("It rained. \U0001f600 It broke off \ufffd")
    article.title.encode("utf-8")


def test_rows_have_ids_of_their_own_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "news.csv").write_text(f'text\n"{FLOOD[0]}"\n"{FLOOD[1]}"\n', encoding="utf-8")
    (tmp_path / "news#1.txt").write_text(FLOOD[2], encoding="utf-8")
    corpus = read_corpus(tmp_path)
    assert sorted(a.text for a in corpus.articles) == sorted(FLOOD[:3])
    assert {a.source for a in corpus.articles} == {"news.csv", "news#1.txt"}
    assert "news#2" in corpus.digests


# --- whatever is wrong ---------------------------------------------------------------------------

GOOD = {
    ".html": saved_pages()[0].html.encode(),
    ".pdf": files.pdf(pdf_pages(2)),
    ".docx": files.docx([("Title", "Flood"), ("", FLOOD[0])], table=[["a", "b"]]),
    ".epub": files.epub([f"<p>{FLOOD[0]}</p>"], title="Flood"),
    ".tsv": b"name\tseats\nHeron\t5\n",
    ".csv": f"title,text\nFlood,\"{FLOOD[0]}\"\n".encode(),
    ".jsonl": json.dumps({"text": FLOOD[0]}).encode(),
    ".txt": FLOOD[0].encode(),
}  # fmt: skip


@pytest.mark.parametrize("suffix", GOOD)
def test_an_empty_file_is_empty(suffix: str) -> None:
    assert refusal(suffix, b"") == "empty"


@pytest.mark.parametrize("suffix", GOOD)
@settings(max_examples=60)
@example(seed=0, damage=1.0)
@given(seed=st.integers(0, 2**32), damage=st.floats(0, 1))
def test_a_broken_file_is_an_article_or_a_line(suffix: str, seed: int, damage: float) -> None:
    """Cut short, bytes changed, parts lost or doubled: never anything but an UnreadableError."""
    draw = random.Random(seed)
    data = bytearray(GOOD[suffix])
    for _ in range(1 + int(damage * 30)):
        at = draw.randrange(len(data) + 1)
        match draw.randrange(4):
            case 0:
                del data[at : at + draw.randrange(1, 40)]
            case 1:
                data[at:at] = draw.randbytes(draw.randrange(1, 20))
            case 2:
                data[at:at] = data[at : at + draw.randrange(1, 200)]
            case _ if damage > 0.9:
                del data[at:]
            case _ if at < len(data):
                data[at] = draw.randrange(256)
    said, articles = "read", ()
    try:
        articles = read(suffix, bytes(data)).articles
    except UnreadableError as error:
        said = str(error)
    assert said
    assert "\n" not in said
    for article in articles:
        assert article.blocks
        for block in article.blocks:
            assert article.text[block.start : block.end].strip()
        article.text.encode("utf-8")


@pytest.mark.parametrize(
    ("suffix", "package", "told"),
    [(".pdf", "pypdfium2", "pip install pypdfium2"), (".docx", "docx", "pip install python-docx"),
     (".html", "trafilatura", "pip install trafilatura"), (".epub", "lxml", "pip install lxml")],
)  # fmt: skip
def test_a_format_that_is_not_installed_gives_the_line_to_type(
    suffix: str, package: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    if package == "lxml":
        monkeypatch.setitem(sys.modules, "lxml.etree", None)
    said = refusal(suffix, GOOD[suffix])
    assert told in said
    assert "'.[formats]'" in said


def test_every_format_of_a_folder_is_read(tmp_path: Path) -> None:
    for suffix, data in GOOD.items():
        (tmp_path / f"flood{suffix}").write_bytes(data)
    (tmp_path / "scan.pdf").write_bytes(files.scanned_pdf())
    (tmp_path / "large.pdf").write_bytes(bytes(300_000))
    corpus = read_corpus(tmp_path, max_bytes=200_000)
    assert {a.source for a in corpus.articles} == {f"flood{suffix}" for suffix in GOOD}
    told = {skipped.source: skipped.reason for skipped in corpus.skipped}
    assert told["scan.pdf"] == "no text: probably a scan"
    assert told["large.pdf"].startswith("too large: 0.3 MB, at most 0.2 MB are read")
    assert read_corpus(tmp_path, max_bytes=200_000) == corpus
