"""What a layout says of made-up articles of every shape, and the laws it keeps for any text."""

# ruff: noqa: E501

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.layout import layout
from rag.datatypes import BlockKind

LETTERS = {
    "T": BlockKind.TITLE,
    "S": BlockKind.SUBTITLE,
    "B": BlockKind.BYLINE,
    "C": BlockKind.CAPTION,
    "H": BlockKind.HEADING,
    "P": BlockKind.PARAGRAPH,
    "I": BlockKind.ITEM,
    "R": BlockKind.REPEAT,
    "K": BlockKind.CREDIT,
}
RIVER = (
    "The river rose by two metres in one night and flooded the lower streets of the old town, "
    "where the market had opened only a week before."
)
MAYOR = (
    "Mayor Ada Lind said that the barriers would be raised before the winter, and that the town "
    "would pay for the damage out of its reserve."
)
WRAPPED = """\
The harbour of Vell was dredged again this spring, for the third time in
ten years, and the sand that was taken out of it was spread along the
beach to the north of the town.

Fishermen had asked for the work since the boats of the larger owners
could no longer leave at low tide.
"""
TOWN = "市政府周二宣布，将在明年春天之前修复被洪水冲毁的三座桥梁，并为受灾居民提供补助。"
RAIN = "专家表示，今年的降雨量是过去五十年来最高的，河流水位在一夜之间上升了两米多。"
PORT = (
    "أعلنت بلدية المدينة يوم الثلاثاء أنها ستصلح الجسور الثلاثة التي جرفتها الفيضانات قبل الربيع."
)

# name, text, kinds, title, byline, published
ARTICLES = [
    ("headline and prose", f"River floods old town\n{RIVER}\n{MAYOR}", "TPP",
     "River floods old town", "", None),
    ("no headline", f"{RIVER}\n{MAYOR}", "PP",
     "The river rose by two metres in one night and…", "", None),
    ("a question as headline", f"Who pays for the flood?\n\n{RIVER}\n\n{MAYOR}", "TPP",
     "Who pays for the flood?", "", None),
    ("a standfirst and a byline with a date",
     f"River floods old town\nMarket closed as water rises in the lower streets\n"
     f"By Ida Berg and Tom O'Hara | Vell Courier | Updated: 2023-11-04 06:54\n{RIVER}", "TSBP",
     "River floods old town", "Ida Berg and Tom O'Hara | Vell Courier", date(2023, 11, 4)),
    ("published and updated", f"River floods old town\nBy Ida Berg\n"
     f"Published: Nov 03, 2023 11:11 PM | Updated: Nov 05, 2023\n{RIVER}", "TBBP",
     "River floods old town", "Ida Berg", date(2023, 11, 3)),
    ("updated before published", f"River floods old town\nLast updated 5 November 2023\n"
     f"First published on 3 November 2023 at 10:20 GMT\n{RIVER}", "TBBP",
     "River floods old town", "", date(2023, 11, 3)),
    ("a time before the date", f"River floods old town\nIda Berg\n"
     f"Updated 11:20 AM EDT, Wed July 10, 2024\n{RIVER}", "TBBP",
     "River floods old town", "Ida Berg", date(2024, 7, 10)),
    ("a date alone", f"River floods old town\nJuly 9, 2024\n{RIVER}\n{MAYOR}", "TBPP",
     "River floods old town", "", date(2024, 7, 9)),
    ("names in one block with the date",
     f"River floods old town\n\nThe Vell Courier\n4 November 2023\nWords: Ida Berg\n\n{RIVER}", "TBBBP",
     "River floods old town", "The Vell Courier | Ida Berg", date(2023, 11, 4)),
    ("an author below the day", f"River floods old town\n14.11.2023\nIda Berg\n\n{RIVER}\n\n{MAYOR}",
     "TBBPP", "River floods old town", "Ida Berg", date(2023, 11, 14)),
    ("a heading below the date", f"River floods old town\n14.11.2023\n\nOld Town\n\n{RIVER}\n\n{MAYOR}",
     "TBHPP", "River floods old town", "", date(2023, 11, 14)),
    ("a word above the headline", f"COMMENT\n\nRiver floods old town\n\n{RIVER}\n\n{MAYOR}\n\n"
     "This article appeared in the Sunday Courier of 5 November 2023.", "STPPK",
     "River floods old town", "", date(2023, 11, 5)),
    ("a date alone at the foot", f"River floods old town\n{RIVER}\n{MAYOR}\n9 July 2024", "TPPB",
     "River floods old town", "", date(2024, 7, 9)),
    ("a date in the prose", "River floods old town\nThe river rose on July 9, 2024 and flooded "
     f"the market.\n{MAYOR}", "TPP", "River floods old town", "", None),
    ("a date of something else", f"River floods old town\nDeadline: July 20, 2024\n{RIVER}\n{MAYOR}",
     None, "River floods old town", "", None),
    ("a date in the headline", f"Weekly Report, July 9, 2024\n{RIVER}\n{MAYOR}", "TPP",
     "Weekly Report, July 9, 2024", "", None),
    ("a date of two readings", f"River floods old town\nPublished: 03/04/2024\n{RIVER}", "TBP",
     "River floods old town", "", None),
    ("a date of one reading", f"River floods old town\nPublished: 23/04/2024\n{RIVER}", "TBP",
     "River floods old town", "", date(2024, 4, 23)),
    ("a day that does not exist", f"River floods old town\nPublished: 31 June 2024\n{RIVER}", "TBP",
     "River floods old town", "", None),
    ("two dates that differ", f"River floods old town\nPublished: 3 June 2024\nPosted: 4 June 2024\n"
     f"{RIVER}", "TBBP", "River floods old town", "", None),
    ("a diary", f"Notes from the harbour\nJuly 9, 2024\n{RIVER}\nJuly 12, 2024\n{MAYOR}", "THPHP",
     "Notes from the harbour", "", None),
    ("German", "Fluss überschwemmt die Altstadt\nVon Ida Berg\nVeröffentlicht am 9. März 2024\n"
     "Der Fluss stieg in einer Nacht um zwei Meter und überschwemmte die unteren Straßen.", "TBBP",
     "Fluss überschwemmt die Altstadt", "Ida Berg", date(2024, 3, 9)),
    ("French", "La rivière inonde la vieille ville\nPublié le 1er août 2024 à 10h30\n"
     "La rivière est montée de deux mètres en une nuit et a inondé les rues basses.", "TBP",
     "La rivière inonde la vieille ville", "", date(2024, 8, 1)),
    ("Spanish", "El río inunda el casco viejo\nPublicado: 9 de julio de 2024\n"
     "El río subió dos metros en una noche e inundó las calles bajas de la ciudad.", "TBP",
     "El río inunda el casco viejo", "", date(2024, 7, 9)),
    ("Chinese", f"洪水冲毁三座桥梁\n2024年7月9日 10:20 来源：河畔日报\n{TOWN}\n{RAIN}\n（责任编辑：李明）",
     "TBPPK", "洪水冲毁三座桥梁", "河畔日报", date(2024, 7, 9)),
    ("Chinese with labels", f"洪水冲毁三座桥梁\n作者：王小明\n发布时间：2024-07-09 10:20\n{TOWN}\n{RAIN}",
     "TBBPP", "洪水冲毁三座桥梁", "王小明", date(2024, 7, 9)),
    ("Chinese without a headline", f"{TOWN}\n{RAIN}", "PP", "市政府周二宣布，将在明年春天之前修复被洪…",
     "", None),
    ("Japanese", "洪水で三つの橋が流される\n公開日：2024年7月9日\n市は火曜日、春までに三つの橋を修復すると発表した。",
     "TBP", "洪水で三つの橋が流される", "", date(2024, 7, 9)),
    ("Arabic", f"الفيضانات تجرف ثلاثة جسور\nبقلم: ليلى حداد\nنشر في: ٩ يوليو ٢٠٢٤\n{PORT}", "TBBP",
     "الفيضانات تجرف ثلاثة جسور", "ليلى حداد", date(2024, 7, 9)),
    ("Russian", "Река затопила старый город\nАвтор: Анна Белова\nОпубликовано: 9 июля 2024 г.\n"
     "Река поднялась на два метра за одну ночь и затопила нижние улицы города.", "TBBP",
     "Река затопила старый город", "Анна Белова", date(2024, 7, 9)),
    ("captions", f"River floods old town\nA street under water. Photo: Ann Low/Getty Images\n{RIVER}\n"
     f"[Photo/Xinhua]\n{MAYOR}", "TCPCP", "River floods old town", "", None),
    ("a caption printed twice", f"River floods old town\nVell harbour Photo: VCG\n\n"
     f"Vell harbour Photo: VCG\n\n{RIVER}", "TCRP", "River floods old town", "", None),
    ("headings", f"River floods old town\n{RIVER[:90]}.\nA long night\n{MAYOR[:90]}.\nWho Will Pay for the "
     f"Repair of the Walls?\n{RIVER[4:]}\n{MAYOR[6:]}", "TPHPHPP",
     "River floods old town", "", None),
    ("a speaker before a quotation", f"River floods old town\n{RIVER}\nAda Lind, mayor of Vell, told "
     f"the Courier:\n“{MAYOR}”\n{RIVER[:80]}.", "TPPPP", "River floods old town", "", None),
    ("pull quotes", f"River floods old town\n{RIVER}\n{MAYOR}\nIt was a long night. {RIVER} Nobody "
     f"slept.\n{MAYOR}", "TRPPR", "River floods old town", "", None),
    ("closing lines", f"River floods old town\n{RIVER}\n{MAYOR}\nReporting by Ida Berg; Editing by "
     "Tom Hall\nIB (according to Vell News)", "TPPKK", "River floods old town", "", None),
    ("a byline at the foot", f"River floods old town\n{RIVER}\n{MAYOR}\nBy Ida Berg", "TPPK",
     "River floods old town", "Ida Berg", None),
    ("markdown", f"# River notes\n\n{RIVER}\n\n## Costs ##\n\n- walls: 3 million\n- pumps\n  of the "
     "new kind\n\n> Nobody slept.\n\n1. Raise the walls.\n2. Clean the drains.\n\n"
     "```\n# not a heading\nrun pumps\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n![The river](r.png)\n",
     "TPHIIPIIPIIC", "River notes", "", None),
    ("underlined headings", f"River notes\n===========\n\n{RIVER}\n\nCosts\n-----\n\n{MAYOR}", "TPHP",
     "River notes", "", None),
    ("front matter", f"---\ntitle: \"River: the notes\"\nauthor: Ida Berg\ndate: 2024-07-09T10:00:00Z\n"
     f"tags: [water]\n---\n\n{RIVER}\n", "TBBBP", "River: the notes", "Ida Berg", date(2024, 7, 9)),
    ("folded front matter", f"---\ntitle: >-\n  River notes of\n  the year\nauthors:\n  - name: Ida Berg\n"
     f"    email: i@x.example\n---\n\n{RIVER}\n", "BTTBBBP", "River notes of", "Ida Berg", None),
    ("a headline that is no credit", f"The Big Picture: Why Rivers Matter\n{RIVER}\n{MAYOR}", "TPP",
     "The Big Picture: Why Rivers Matter", "", None),
    ("last lines that are prose", f"River floods old town\n{RIVER}\n{MAYOR}\nThis report was commissioned "
     "after the flood of 9 July 2021.", "TPPP", "River floods old town", "", None),
    ("a last line on a law", f"River floods old town\n{RIVER}\n{MAYOR}\nCopyright law remains unsettled, "
     "and the court will rule in May.", "TPPP", "River floods old town", "", None),
    ("a last line that reserves", f"River floods old town\n{RIVER}\n{MAYOR}\nCopyright 2024 Vell News. All "
     "rights reserved.", "TPPK", "River floods old town", "", None),
    ("a rule that is no front matter", f"---\n\n{RIVER}\n\n---\n\n{MAYOR}\n", "PP",
     "The river rose by two metres in one night and…", "", None),
    ("labels at the top", f"Title: River floods old town\nAuthor: Ida Berg\nDate: 9 July 2024\n\n{RIVER}",
     "TBBP", "River floods old town", "Ida Berg", date(2024, 7, 9)),
    ("a markup title with a link", f"# The **big** [flood](http://x)\n\n{RIVER}", "TP",
     "The big flood", "", None),
    ("wrapped by hand", f"THE HARBOUR OF VELL\n\n{WRAPPED}", "TPP", "THE HARBOUR OF VELL", "", None),
    ("wrapped by hand without a headline", WRAPPED, "PP",
     "The harbour of Vell was dredged again this spring, for…", "", None),
    ("a label above its date", f"River floods old town\nPublished\n3 May 2024\n{RIVER}", "TBBP",
     "River floods old town", "", date(2024, 5, 3)),
    ("a time in a part of its own", f"River floods old town\nBy IDA BERG\nMay 3, 2024 | 10:31am\n{RIVER}",
     "TBBP", "River floods old town", "IDA BERG", date(2024, 5, 3)),
    ("a year and a time that touch", f"River floods old town\nPublished Tue, Jul 9 20244:30 AM EDT\n{RIVER}",
     "TBP", "River floods old town", "", date(2024, 7, 9)),
    ("an update in brackets", f"River floods old town\n9 Jul 2024 11:00AM (Updated: 10 Jul 2024 09:00AM)\n"
     f"{RIVER}", "TBP", "River floods old town", "", date(2024, 7, 9)),
    ("an interview", f"Interview: the engineer\n\nQ: Why did it crack?\n\nA: {RIVER}\n\nQ: And the cost?\n\n"
     f"A: {MAYOR}", "THPHP", "Interview: the engineer", "", None),
    ("a press release", f"River floods old town\nVELL, July 9, 2024 (Xinhua) -- {RIVER}\n{MAYOR}", "TPP",
     "River floods old town", "Xinhua", date(2024, 7, 9)),
    ("numbered sections", "Two bridges\n\n1. The Long Bridge\n\nThe Long Bridge was opened in 1937 and is "
     "two kilometres long and red.\n\n2. The Tower\n\nThe Tower was opened in 1894 and carries forty "
     "thousand people every day.", "THPHP", "Two bridges", "", None),
    ("numbered sections of few words", f"Two bridges\n\n1. The Long Bridge\n\n{RIVER}\n\n2. The Tower\n\n"
     f"Do not climb it\n- at night\n- in rain\n\n3. The money\n\nNone is left.\n\n4. What next?\n\n{MAYOR}",
     "THPHHIIHPIP", "Two bridges", "", None),
    ("numbered things", f"Two bridges\n\n{RIVER}\n\n1. The Long Bridge\n\n2. The Tower\n\nBoth are old.",
     "TPIIP", "Two bridges", "", None),
    ("headings in capitals", f"The machine\n\nFIRST USE\n\n{RIVER}\n\nCLEANING\n\n{MAYOR}\n\n"
     f"TECHNICAL DATA\n\nPower: 1350 W\nWeight: 4.6 kg\n\n{RIVER[4:]}", "THPHPHPPR",
     "The machine", "", None),
    ("a paper", f"Tablets and Sleep\n\nMarta Oliveira, J. L. Halvorsen, Amina de Silva\nDepartment of "
     f"Psychology, University of Vell\n\nAbstract\n\n{RIVER}\n\n{MAYOR}", "TBSHPP",
     "Tablets and Sleep", "Marta Oliveira, J. L. Halvorsen, Amina de Silva", None),
    ("towns are no authors", f"Two rivers\n\nVienna, Budapest, Novi Sad\n\n{RIVER}\n\n{MAYOR}", None,
     "Two rivers", "", None),
    ("an interview with emphasis", f"# The clock\n\n*Interview by Ida Berg, 22 October 2023*\n\n{RIVER}\n",
     "TBP", "The clock", "Ida Berg", date(2023, 10, 22)),
    ("a date beside other things", f"# Leave\n\nStaff handbook, section 4. Owner: People team. Last "
     f"reviewed: 12 January 2025\n\n{RIVER}\n\n{MAYOR}\n", "TSPP", "Leave", "", date(2025, 1, 12)),
    ("minutes", f"Vell Garden Club\nMinutes of the meeting\nHeld on 6 March 2025 at 19:00 in the Scout Hut\n"
     f"\nPresent: Ida Berg, Tom Hall\n\n{RIVER}\n\n{MAYOR}", None, "Vell Garden Club…", "",
     date(2025, 3, 6)),
    ("something else that was held", f"River floods old town\nHeld on 6 March 2025 in Vell\n\n{RIVER}", None,
     "River floods old town", "", None),
    ("a law in Chinese", "第一章 总则\n\n第一条 为了保护桥梁，制定本法。\n\n第二章 附则\n\n"
     "第三条 本法自2024年7月9日起施行。", "TPHP", "第一章 总则", "", None),
    ("a letter", f"Dear Tom,\n\n{RIVER}\n\n{MAYOR}\n\nYours sincerely,\nIda Berg", "PPPKK",
     "Dear Tom…", "", None),
    ("words that look like captions", "The town said that (image) rights matter.\nHe took a photo: it was "
     "bad.\nPublished in 2024, the book sold well.", "PPP",
     "The town said that (image) rights matter…", "", None),
    ("sources at the foot", f"{RIVER}\nSource: Xinhua\nEditor: Li Ming", "PKK",
     "The river rose by two metres in one night and…", "", None),
    ("one sentence", "The river rose by two metres.", "P", "The river rose by two metres…", "", None),
    ("one short line", "Hello", "P", "Hello…", "", None),
    ("one long line", " ".join([RIVER] * 20), "P", "The river rose by two metres in one night and…",
     "", None),
    ("a poem", "Slow is the water under the stone,\nslow is the moon above the hill,\n"
     "and I who walk the bank alone\nam slower still.", "PPPP", "Slow is the water under the stone…",
     "", None),
    ("a poem without marks", "slow water\nunder the stone\nmoon\nabove the hill\nwho walks\nhere",
     "PPPPPP", "slow water…", "", None),
    ("a poem with a title", "The Bank\n\nSlow is the water under the stone,\nslow is the moon above "
     "the hill,\nand I who walk the bank alone\nam slower still.", "TPPPP", "The Bank", "", None),
    ("a list of things", "Shopping\n- milk\n- eggs\n* bread", "TIII", "Shopping", "", None),
    ("a recipe", "Flat bread\nServes four hungry people on a cold evening.\nIngredients:\n- 200 g flour\n"
     "- water\nMethod\nMix the flour and the water, and bake the dough on a hot stone until brown.",
     "TPHIIHP", "Flat bread", "", None),
    ("facts without full stops", "Opening hours: 9 to 17\nPrice: 30 euros\nPhone: 555 0101", "PPP",
     "Opening hours: 9 to 17…", "", None),
    ("a talk", "Ida: is the river rising?\nTom: yes, by a metre.\nIda: then we go.", "PPP",
     "Ida: is the river rising?…", "", None),
    ("a novel with dialogue", f"“Where is the boat?” he asked, and nobody at the table answered.\n{RIVER}",
     "PP", "“Where is the boat?” he asked, and nobody at the…", "", None),
    ("no words", "!!! ???", "P", "!!! ???…", "", None),
    ("long word", "x" * 300, "P", "x" * 40 + "…", "", None),
    ("markup stays text", f"<script>alert(1)</script>\n{RIVER}", "TP", "<script>alert(1)</script>", "",
     None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kinds", "title", "byline", "published"),
    [pytest.param(*article[1:], id=article[0]) for article in ARTICLES],
)
def test_articles_of_many_shapes(text, kinds, title, byline, published):
    found = layout(text)
    assert (found.title, found.byline, found.published) == (title, byline, published)
    if kinds is not None:
        assert [block.kind for block in found.blocks] == [LETTERS[letter] for letter in kinds]
    check_blocks(text, found)


def check_blocks(text, found):
    end = 0
    for block in found.blocks:
        assert end <= block.start < block.end <= len(text)
        piece = text[block.start : block.end]
        assert piece == piece.strip() != ""
        end = block.end


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n", "\u200b\ufeff\u3000", "-----\n\n***\n"])
def test_nothing_to_read_has_no_blocks(text):
    found = layout(text)
    assert (found.title, found.byline, found.published, found.blocks) == ("", "", None, ())


def test_blocks_leave_markers_out():
    text = "# Costs #\n\n- [x] walls\n1) pumps\n> Nobody slept.\n**Bold**\n\nEnd of it."
    found = layout(text)
    assert [text[block.start : block.end] for block in found.blocks] == [
        "Costs", "walls", "pumps", "Nobody slept.", "Bold", "End of it.",
    ]  # fmt: skip


def test_a_wrapped_paragraph_is_one_block():
    text = f"THE HARBOUR OF VELL\nBy Ida Berg\n\n{WRAPPED}\n* a boat that could no longer leave the\n  harbour"
    pieces = [text[block.start : block.end] for block in layout(text).blocks]
    first, second = WRAPPED.strip().split("\n\n")
    assert pieces == [
        "THE HARBOUR OF VELL",
        "By Ida Berg",
        first,
        second,
        "a boat that could no longer leave the\n  harbour",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_every_line_end_parts_blocks(end):
    text = end.join(["River floods old town", RIVER, MAYOR])
    assert [text[b.start : b.end] for b in layout(text).blocks] == [
        "River floods old town",
        RIVER,
        MAYOR,
    ]


@pytest.mark.parametrize(
    "printed",
    [
        "2024-07-09", "2024/7/9", "2024.07.09", "2024-07-09T23:59:00+08:00", "July 9, 2024",
        "Jul. 9th, 2024", "Tuesday, July 9, 2024", "Tue 9 Jul 2024 11:11 PM ET", "9-Jul-2024",
        "9. Juli 2024", "9 juillet 2024", "9 de julho de 2024", "9 luglio 2024", "9 lipca 2024",
        "9 июля 2024", "9 Temmuz 2024", "٩ يوليو ٢٠٢٤", "2024年7月9日", "２０２４年７月９日",
        "2024년 7월 9일",
    ],
)  # fmt: skip
@pytest.mark.parametrize("label", ["", "Published: ", "Posted on ", "发布于 ", "Updated "])
def test_dates_as_articles_print_them(label, printed):
    text = f"River floods old town\n{label}{printed}\n{RIVER}"
    assert layout(text).published == date(2024, 7, 9)


@pytest.mark.parametrize(
    "line",
    [
        "July 2024", "9 July", "Summer fair, July 9, 2024", "Born July 9, 1950", "Accessed: 2024-07-09",
        "By July 9, 2024 all walls were built", "Since July 9, 2024 it rains", "7/8/2024", "07.08.2024",
        "Effective July 9, 2024", "Version 2024.07.09.1", "Report no. 12024-07-091",
        "The report was published July 9, 2024 in a journal", "10.1000/2024-07-09",
    ],
)  # fmt: skip
def test_lines_that_state_no_day_of_publication(line):
    assert layout(f"River floods old town\n{line}\n{RIVER}\n{MAYOR}").published is None


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("By Jane Doe", "Jane Doe"),
        ("BY JANE DOE, STAFF WRITER", "JANE DOE, STAFF WRITER"),
        ("Written by Jane van der Berg", "Jane van der Berg"),
        ("By Jane Doe | July 9, 2024", "Jane Doe"),
        ("July 9, 2024 by Jane Doe", "Jane Doe"),
        ("July 9, 2024 | By Jane Doe | 5 min read", "Jane Doe"),
        ("Reuters | July 9, 2024 11:00 AM UTC", "Reuters"),
        ("Published July 8, 2024 by Jane Doe in Politics", "Jane Doe in Politics"),
        ("By the sea nobody was warned", ""),
        ("By 2030 the town will be dry", ""),
        ("本报记者 张三 李四", "张三 李四"),
    ],
)
def test_bylines_as_articles_print_them(line, byline):
    assert layout(f"River floods old town\n{line}\n\n{RIVER}\n\n{MAYOR}").byline == byline


@given(st.text(max_size=400))
def test_blocks_hold_for_any_text(text):
    found = layout(text)
    check_blocks(text, found)
    assert bool(found.blocks) == bool(found.title)
    assert "\n" not in found.title + found.byline


LINES = st.sampled_from(
    ["", " ", RIVER, MAYOR, "A long night", "- milk", "1. eggs", "# Costs", "> said", "```", "---", "+++",
     "title: x", "By Ida Berg", "Published: 2024-07-09", "July 9, 2024", "Photo: VCG", "| a | b |",
     "(Xinhua)", "Costs:", "Who pays?", "市政府宣布。", "*", "**b**", "\u200b", "===", "x: 1", "\tpumps"]
)  # fmt: skip


@given(st.lists(LINES, max_size=14), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_every_line_that_says_something_is_in_a_block(lines, end):
    text = end.join(lines)
    found = layout(text)
    check_blocks(text, found)
    held = {i for block in found.blocks for i in range(block.start, block.end)}
    lost = {char for i, char in enumerate(text) if char.isalpha() and i not in held}
    # Markup is left out: the key of a front matter's title.
    assert not lost or (lost <= set("title") and "title: x" in lines)


@given(st.lists(LINES, max_size=14))
def test_only_one_title_and_no_repeat_without_its_twin(lines):
    text = "\n".join(lines)
    blocks = layout(text).blocks
    assert sum(block.kind is BlockKind.TITLE for block in blocks) <= 1 or text.startswith(
        ("---", "+++")
    )
    for block in blocks:
        if block.kind is BlockKind.REPEAT:
            piece = text[block.start : block.end].strip("\"' .…").casefold()
            assert text.casefold().count(piece) > 1


@pytest.mark.parametrize(
    "text",
    [
        f"# a{' ' * 40_000}b",
        f"# {'[' * 40_000}",
        f"# {'[](' * 14_000}",
        f"---\nauthor: a{' ' * 1_000}b\n---\nIt rained.",
    ],
    ids=["spaces in a heading", "brackets", "links", "spaces in front matter"],
)
def test_a_line_of_one_character_over_and_over_is_read_at_once(text: str):
    started = time.process_time()
    assert layout(text).blocks
    assert time.process_time() - started < 1


def test_lines_that_repeat_within_each_other_are_read_at_once():
    boat = "Row the boat gently "
    lines = [f"{boat * (n % 60 + 2)}{'abc'[n % 3] * (n % 37)} x{n}." for n in range(900)]
    started = time.process_time()
    assert len(layout("\n\n".join(lines)).blocks) == 900
    assert time.process_time() - started < 1.5


def test_of_lines_that_grow_each_is_a_repeat_but_the_longest():
    lines = [f"{'Sing the river down and sing it ' * (n + 1)}again." for n in range(60)]
    kinds = [block.kind for block in layout("\n\n".join(lines)).blocks]
    assert kinds == [BlockKind.REPEAT] * 59 + [BlockKind.PARAGRAPH]


def test_long_texts_take_time_that_grows_with_their_length():
    lines = [f"{RIVER} It was day {n} of the rain, and {RIVER.lower()}" for n in range(4000)]
    started = time.perf_counter()
    found = layout("\n".join(lines))
    assert len(found.blocks) == 4000
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    ("head", "published", "byline"),
    [
        ("Lorne Gazette, 21 January 2025\nBy Tom Adeyemi", (2025, 1, 21), "Lorne Gazette | Tom Adeyemi"),
        ("By Jonas Beck\nSelby Vale Courier, May 18, 2025", (2025, 5, 18),
         "Jonas Beck | Selby Vale Courier"),
        ("Signed in Berlin, 3 October 1990", None, ""),
        ("\nBerlin, 3 October 1990", None, ""),
    ],
)  # fmt: skip
def test_a_comma_sets_a_date_off_in_one_block_with_the_headline(
    head: str, published: tuple[int, int, int] | None, byline: str
) -> None:
    body = "The harbour seals moved to the outer pier after the storm, and fishermen saw it. One."
    found = layout(f"Seals move out\n{head}\n\n{body}\n")
    assert found.title == "Seals move out"
    assert found.published == (published and date(*published))
    assert found.byline == byline


def test_below_a_byline_and_at_the_foot_a_comma_sets_a_date_off_too() -> None:
    body = "The harbour seals moved to the outer pier after the storm, and fishermen saw it. One."
    below = layout(f"Seals move out\n\nBy Jonas Beck\n\nVale Courier, May 18, 2025\n\n{body}\n")
    assert (below.published, below.byline) == (date(2025, 5, 18), "Jonas Beck | Vale Courier")
    foot = layout(f"Seals move out\n\n{body}\n\n{body[::-1]}.\n\nVale Courier, 18 May 2025\n")
    assert (foot.published, foot.byline) == (date(2025, 5, 18), "Vale Courier")


@pytest.mark.parametrize(
    ("opening", "published"),
    [
        ("LIMA, 18 May 2025 (Reuters) - The seals moved to the outer pier.", (2025, 5, 18)),
        ("SAN JUAN, Peru, May 18, 2025 — The seals moved to the outer pier.", (2025, 5, 18)),
        ("ST. JOHN’S, Newfoundland, 2025-05-18 (AP) -- The seals moved.", (2025, 5, 18)),
        ("LIMA, May 18 (Reuters) - The seals moved to the outer pier.", None),
        ("LIMA saw the seals on 18 May 2025 - and the fishermen did too.", None),
        ("On 18 May 2025 - a Sunday - the seals moved to the outer pier.", None),
        ("Lima, 18 May 2025: the seals moved to the outer pier.", None),
        ("NASA, 18 May 2025 was the day on which the seals moved.", None),
    ],
)
def test_where_and_when_it_was_filed_dates_an_article(
    opening: str, published: tuple[int, int, int] | None
) -> None:
    body = "The harbour seals moved to the outer pier after the storm, and fishermen saw it. One."
    found = layout(f"Seals move out\n\n{opening}\n\n{body}\n")
    assert found.published == (published and date(*published))
    assert found.blocks[1].kind is BlockKind.PARAGRAPH
    if published:  # a date of its own goes before
        dated = layout(f"Seals move out\nPublished: 20 May 2025\n\n{opening}\n\n{body}\n")
        assert dated.published == date(2025, 5, 20)


@pytest.mark.parametrize(
    ("keys", "byline"),
    [
        ("author: Tom Adeyemi\noutlet: Lorne Gazette", "Tom Adeyemi | Lorne Gazette"),
        ('publisher: "The Moorland Post"', "The Moorland Post"),
        ("source: https://own.example/seals", ""),
        ("source: seals.pdf", ""),
    ],
)
def test_front_matter_names_the_outlet_but_no_address(keys: str, byline: str) -> None:
    found = layout(f"---\ntitle: Seals move\n{keys}\n---\n\nThe harbour seals moved out.\n")
    assert (found.title, found.byline) == ("Seals move", byline)


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("Priya Nair, The Morning Ledger", "Priya Nair, The Morning Ledger"),
        ("Tom Adeyemi | Lorne Gazette", "Tom Adeyemi | Lorne Gazette"),
        ("Mills, Mines and the Daily News", ""),
        ("Ana Ruiz, a pilot", ""),
    ],
)
def test_a_name_and_a_newspaper_below_the_headline_are_a_byline(line: str, byline: str) -> None:
    found = layout(f"Seals move out\n\n{line}\n\nThe harbour seals moved out. Nobody saw it.\n")
    assert (found.title, found.byline) == ("Seals move out", byline)


def test_lines_that_begin_with_a_time_are_items_below_their_day() -> None:
    day = "9.00  Swim\n10.30  Race over 800 m\n17.00  End"
    text = f"Regatta\n\n{RIVER}\n\nSaturday, 3 May\n{day}\n\nSUNDAY\n\n9.30  Walk. Bring boots.\n\n{MAYOR}"
    made = layout(text)
    assert [block.kind for block in made.blocks] == [LETTERS[letter] for letter in "TPHIIIHIP"]
    assert (made.byline, made.published) == ("", None)
    two = layout(text.replace("17.00  End", "The end"))
    assert BlockKind.ITEM not in {block.kind for block in two.blocks}


@pytest.mark.parametrize(
    ("head", "foot", "kinds"),
    [
        ("By Wren Holt", "Fair winds,\nWren", "TBPKK"),
        ("By Wren Holt", "Fair winds,\n\nWren\n\nP.S. The tea urn is from 1958, as three of you say.",
         "TBPKKP"),
        ("By Wren Holt", "Mind how you go, Wren", "TBPK"),
        ("By Wren Holt", "Mind how you go, Bo", "TBPP"),  # somebody else
        ("By Wren Holt", "Fair winds, said Wren.", "TBPP"),
        ("", "Fair winds, Wren\n\nP.S. The tea urn is from 1958, as three of you say.", "TPKP"),
        ("", "Yours, with a hat on,\n\nNimmi", "TPKK"),
        ("", "He sang to the winds,\nand Wren sang with him.", "TPPP"),
    ],
)  # fmt: skip
def test_the_name_that_a_letter_is_signed_with_says_nothing(
    head: str, foot: str, kinds: str
) -> None:
    top = f"A clock\n\n{head}\n\n" if head else "A clock\n\n"
    found = [block.kind for block in layout(f"{top}{RIVER}\n\n{foot}\n").blocks]
    assert found == [LETTERS[letter] for letter in kinds]
