"""The page's HTML: whatever a text holds is shown as text, and every link leads somewhere."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.layout import layout
from rag.datatypes import (
    Answer,
    Article,
    Block,
    BlockKind,
    Chunk,
    Citation,
    DateFilter,
    Differing,
    Passage,
    Score,
    Scores,
    Statement,
)
from rag.ui import conversation, markup, quoting, reading, render
from rag.ui.conversation import Turn

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror='x()'> \" ' & ![a](http://b) [1] ${x} </mark>"
)
TEXT = (
    "The tower\n"
    "By A. Writer\n"
    "The tower was built in 1904. It is 31 metres high. Nobody lives in it.\n"
    "Later\n"
    "It burned down in 1950."
)
KINDS = [
    BlockKind.TITLE,
    BlockKind.BYLINE,
    BlockKind.PARAGRAPH,
    BlockKind.HEADING,
    BlockKind.PARAGRAPH,
]


def article(text: str = TEXT, title: str = "The tower", name: str = "a/tower") -> Article:
    lines = list(re.finditer(r"[^\n]+", text))
    kinds = KINDS if text == TEXT else [BlockKind.PARAGRAPH] * len(lines)
    blocks = tuple(
        Block(line.start(), line.end(), kind) for line, kind in zip(lines, kinds, strict=True)
    )
    return Article(
        id=name,
        title=title,
        text=text,
        source=f"{name}.txt",
        published=date(2024, 7, 9) if name == "a/tower" else None,
        blocks=blocks,
    )


def cite(of: Article, quote: str, marker: int) -> Citation:
    start = of.text.index(quote)
    return Citation(marker, of.id, start, start + len(quote), quote)


def passage(of: Article, quote: str, rank: int = 1) -> Passage:
    start = of.text.index(quote)
    chunk = Chunk(f"{of.id}:{start}", of.id, start, start + len(quote), quote)
    return Passage(chunk, of, Scores(lexical=Score(rank, 1.0)))


def answered(*articles: Article, statements: tuple[Statement, ...], **changes: object) -> Answer:
    answer = Answer(
        question="How high is it?",
        searched_for="How high is it?",
        statements=statements,
        passages=(),
        outcome="answered",
        reason="",
        confidence=0.9,
        answered_by="test",
        seconds={"retrieve": 0.2, "answer": 0.3},
        articles={each.id: each for each in articles},
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


def shown(answer: Answer, *, last: bool = True, number: int = 1, state: str = "done") -> str:
    turn = Turn(number=number, question=answer.question, answer=answer, state=state)  # type: ignore[arg-type]
    return render.turn_html(turn, last=last)


class Seen(HTMLParser):
    """What a browser would see: the elements with their attributes, and the text in them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] == "input" != tag:
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


OURS = set(
    "article h2 h3 h4 p q div section ul li small sup a bdi span time strong mark blockquote "
    "button footer header i b details summary ol dl dt dd svg rect form label input".split()
)
ATTRIBUTES = re.compile(
    "class|id|dir|role|href|title|tabindex|type|datetime|viewbox|preserveaspectratio|width|height|"
    "for|name|autocomplete|hidden|(data|aria)-[a-z]+"
)


def check_ours(markup: str) -> Seen:
    """The markup is whole and holds nothing but the page's own elements and attributes."""
    seen = Seen(markup)
    assert set(seen.open) <= {"input"}  # which has no end
    assert {tag for tag, _ in seen.elements} <= OURS
    assert all(ATTRIBUTES.fullmatch(name) for _, named in seen.elements for name in named)
    assert all(link["href"].startswith("#t") for link in seen.all("a"))  # type: ignore[union-attr]
    return seen


@given(st.text())
def test_escaped_text_is_text_and_nothing_is_lost(text: str):
    escaped = render.escape(text)
    assert not set("<>\"'") & set(escaped)
    shown = html.unescape(escaped)
    assert len(shown) == len(text)
    assert all(a == b or (ord(a) < 32 or 127 <= ord(a) < 160) for a, b in zip(text, shown))  # noqa: B905


def test_control_characters_are_shown_as_such():
    assert render.escape("a\0b\x1b[1m\tc\nd") == "a\ufffdb\ufffd[1m\tc\nd"


@given(st.text(st.sampled_from("ab .<>&\"'\n"), min_size=1), st.data())
def test_whatever_an_article_holds_only_our_own_elements_are_made(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    hostile = Article(id=HOSTILE + text, title=text, text=text, source=HOSTILE)
    citation = Citation(1, hostile.id, start, end, text[start:end])
    statement = Statement(text, (citation,), highlight=(start, end))
    answer = answered(hostile, statements=(statement,), question=text, searched_for=text + HOSTILE)
    check_ours(shown(answer))
    check_ours(reading.reading_html(hostile, (start, end), [citation]))
    chunk = Chunk("c", hostile.id, start, end, text[start:end])
    near = Passage(chunk, hostile, Scores())
    check_ours(shown(replace(answer, outcome="declined", reason=text, passages=(near,))))
    check_ours(render.notice_html(text))
    check_ours(
        render.welcome_html({"x": hostile}, [text, HOSTILE], status=text).replace("h1", "h2")
    )


def test_hostile_text_is_shown_whole_in_an_answer_its_sources_and_the_article():
    hostile = article(f"One. {HOSTILE} Two.", title=HOSTILE, name=HOSTILE)
    statement = Statement(HOSTILE, (cite(hostile, HOSTILE, 1),))
    answer = answered(hostile, statements=(statement,), question=HOSTILE)
    assert check_ours(shown(answer)).text.count(HOSTILE) == 4  # question, statement, title, quote
    assert HOSTILE in check_ours(reading.reading_html(hostile, (0, 4), ())).text


def test_each_marker_leads_to_its_source_and_back_in_every_turn():
    tower, other = article(), article("It is 40 feet.", title="Feet", name="feet")
    high, late = cite(tower, "It is 31 metres high.", 1), cite(tower, "burned down", 3)
    feet = cite(other, "It is 40 feet.", 2)
    statements = (Statement("a", (high, feet)), Statement("b", (late, high)))
    turns = [shown(answered(tower, other, statements=statements), number=n) for n in (1, 2)]
    seen = check_ours("".join(turns))
    ids = [a["id"] for _, a in seen.elements if "id" in a]
    assert len(ids) == len(set(ids)) == 2 * (1 + 3 + 3)  # a turn, its markers, its sources
    assert {link["href"].removeprefix("#") for link in seen.all("a")} < set(ids)  # type: ignore[union-attr]
    first = Seen(turns[0])
    marks = [link for link in first.all("a") if link["class"] == "cite"]
    assert [mark["href"] for mark in marks] == ["#t1-s1", "#t1-s2", "#t1-s3", "#t1-s1"]


def test_sources_stand_below_their_article_with_its_date():
    tower, other = article(), article("It is 40 feet.", title="Feet", name="feet")
    statements = (
        Statement("a", (cite(tower, "It is 31 metres high.", 1), cite(other, "It is 40 feet.", 2))),
        Statement("b", (cite(tower, "It burned down in 1950.", 3),)),
    )
    markup = shown(answered(tower, other, statements=statements))
    assert [re.sub("<.*?>", "", h) for h in re.findall("<h4>.*?</h4>", markup)] == [
        "The tower 9 July 2024",
        "Feet undated",
    ]
    assert re.findall(r'<mark>(.*?)</mark>', markup) == [
        "It is 31 metres high.",
        "It burned down in 1950.",
        "It is 40 feet.",
    ]  # fmt: skip


def test_the_direct_answer_is_bold():
    tower = article()
    statement = Statement("It is 31 metres high.", (cite(tower, "31", 1),), highlight=(6, 15))
    assert "It is <strong>31 metres</strong> high.<sup>" in shown(
        answered(tower, statements=(statement,))
    )


def test_what_stands_beside_a_bold_answer_is_quieter_unless_it_differs_from_it():
    tower = article("It is 31 metres high. It is 40 feet.")
    bold = Statement("It is 31 metres high.", (cite(tower, "31", 1),), highlight=(6, 15))
    plain = Statement("It is 40 feet.", (cite(tower, "40 feet", 2),))
    other = replace(plain, highlight=(6, 13))
    quiet = "<p dir='auto' class='beside'>"
    assert shown(answered(tower, statements=(bold, plain))).count(quiet) == 1
    assert quiet not in shown(answered(tower, statements=(bold, other)))
    assert quiet not in shown(answered(tower, statements=(plain, bold)))
    differing = (Differing("31 metres", 1), Differing("40 feet", 2))
    assert quiet not in shown(answered(tower, statements=(bold, plain), differing=differing))


def test_a_listed_title_opens_its_article_where_that_can_be_read():
    tower = replace(article(), title="A tower <b>")
    line = Statement("1. A tower <b> (2024-07-09)", (), article_id=tower.id)
    page = shown(answered(tower, statements=(line,)))
    named = f'<a class="named" href="#articles" data-do="read" data-article="{tower.id}"><bdi>'
    assert f"1. {named}A tower &lt;b&gt;</bdi></a> <span class='day'>(2024" in page
    for gone in (
        answered(statements=(line,)),
        answered(replace(tower, text=""), statements=(line,)),
    ):
        assert "data-article" not in shown(gone)
        assert "1. <bdi>A tower &lt;b&gt;</bdi>" in shown(gone)


def test_an_article_that_is_read_can_be_asked_about_alone():
    page = reading.reading_html(article(), (0, 0), ())
    assert f'data-do="only" data-article="{article().id}">Ask about this article alone' in page
    assert 'data-do="only"' not in reading.reading_html(replace(article(), text=""), (0, 0), ())


def test_marks_of_markdown_are_shown_in_no_source():
    text = "Velm has **34 listed barns** now.\n\n| Year | Oats (t) |\n| --- | --- |\n| 2021 | 385 |"
    spans = ((0, 33), (35, 54), (71, 85))
    blocks = tuple(
        Block(*span, BlockKind.ITEM if span[0] else BlockKind.PARAGRAPH) for span in spans
    )
    barns = Article("barns", "Barns", text, "barns.MD", blocks=blocks)
    said = tuple(
        Statement(text[low:high], (Citation(at, "barns", low, high, text[low:high]),))
        for at, (low, high) in enumerate((spans[0], spans[2]), start=1)
    )
    seen = Seen(shown(answered(barns, statements=said)))
    sources = seen.text.partition("Sources")[2]
    assert "Velm has 34 listed barns now." in sources
    assert "Year | Oats (t)" in sources
    assert "2021 | 385" in sources
    assert "**" not in sources
    assert "| Year" not in sources
    plain = replace(barns, source="barns.txt")
    assert "**34 listed barns**" in Seen(shown(answered(plain, statements=said))).text


def test_the_row_that_names_the_columns_does_not_show_the_table_once_more():
    text = "| Year | Oats (t) |\n| --- | --- |\n| 2020 | 410 |\n| 2021 | 385 |\n\n| Day | Rye |"
    spans = ((0, 19), (34, 48), (49, 63), (65, 78))
    blocks = tuple(Block(*span, BlockKind.ITEM) for span in spans)
    barns = Article("barns", "Barns", text, "barns.md", blocks=blocks)

    def told(*at: int) -> str:
        said = tuple(
            Statement(text[low:high], (Citation(number, "barns", low, high, text[low:high]),))
            for number, (low, high) in enumerate((spans[each] for each in at), start=1)
        )
        return Seen(shown(answered(barns, statements=said))).text.partition("Sources")[2]

    assert told(0, 2).count("2020 | 410") == 1
    assert told(0, 3).startswith("Barns undated1Year | Oats (t)\n2020 | 410")  # another table's row
    assert told(0).count("2020 | 410") == 1


def test_dates_of_different_answers_are_told_as_those_of_the_sources():
    tower = article()
    first = Statement(tower.text[:6], (Citation(1, tower.id, 0, 6, tower.text[:6]),))
    differing = (Differing("31 metres", 1, date(2024, 7, 9)), Differing("40 feet", 2))
    reason = (
        "The articles give different answers: “31 metres” [1] (2024-07-09, newest), "
        "“2024-01-02 feet” [2] (no date), “x” [3] (2024-99-99)."
    )
    seen = Seen(shown(answered(tower, statements=(first,), differing=differing, reason=reason)))
    assert "“31 metres” [1] (9 July 2024, newest), “2024-01-02 feet” [2] (no date)" in seen.text
    assert "(2024-99-99)" in seen.text


def test_a_source_whose_article_is_gone_says_why_it_cannot_be_read():
    whole, gone = article(), replace(article(), text="")
    said = Statement("It is.", (Citation(1, whole.id, 0, 6, whole.text[:6]),))
    assert "changed or removed" not in shown(answered(whole, statements=(said,)))
    page = shown(answered(gone, statements=(said,)))
    assert "The article was changed or removed since." in page
    assert "Read in the article" not in page


def test_what_was_asked_as_it_stands_is_told_so():
    asked = answered(article(), statements=(), as_it_stands=True)
    assert "<span>Asked as it stands <button" in shown(asked)
    assert "Asked as it stands" not in shown(replace(asked, as_it_stands=False))


def test_what_is_told_by_date_stands_below_its_date_each_date_once():
    tower = article("It was built in 1931. It opened in 1931. It burned down in 1950.")
    told = tuple(
        Statement(f"{text}.", (cite(tower, text, at),), when=text[-4:])
        for at, text in enumerate(tower.text.rstrip(".").split(". "), start=1)
    )
    page = shown(answered(tower, statements=told))
    assert re.findall(r"<p dir='auto' class='(dated[^']*)'><span class='when'>(\d+)<", page) == [
        ("dated", "1931"), ("dated again", "1931"), ("dated", "1950"),
    ]  # fmt: skip


def test_the_date_behind_a_listed_title_stays_in_one_piece():
    listed = Statement("1. A tower <b> (2024-07-09)", ())
    page = shown(answered(article(), statements=(listed,)))
    assert "1. <bdi>A tower &lt;b&gt;</bdi> <span class='day'>(2024-07-09)</span>" in page


def test_surroundings_are_a_sentence_or_so_and_stay_in_the_run_of_paragraphs():
    tower = article()
    high, built = cite(tower, "It is 31 metres high.", 1), cite(tower, "The tower was built", 1)
    late = cite(tower, "It burned down in 1950.", 1)
    assert quoting.surroundings(tower, high.start, high.end) == (
        "The tower was built in 1904.",
        "Nobody lives in it.",
    )
    assert quoting.surroundings(tower, built.start, built.end)[0] == ""  # not the byline
    assert quoting.surroundings(tower, late.start, late.end) == ("", "")  # not the heading


def test_surroundings_without_sentences_are_cut_at_words_with_an_ellipsis():
    text = "word " * 100 + "HERE" + " word" * 100
    before, after = quoting.surroundings(article(text), 500, 504)
    assert before.startswith("…word word")
    assert after.endswith("word word…")
    assert quoting.REACH_CHARS - 10 < len(before) <= quoting.REACH_CHARS + 1


@given(st.text(st.sampled_from("ab.!? \n。…"), min_size=1), st.data())
def test_surroundings_are_what_stands_there(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = Article(id="x", title="x", text=text, source="x")
    before, after = quoting.surroundings(source, start, end)
    assert " ".join(text[:start].split()).endswith(before)
    assert " ".join(text[end:].split()).startswith(after)


@given(st.text(st.sampled_from("ab<&\n"), min_size=1), st.data())
def test_the_reading_pane_holds_the_article_and_marks_exactly_what_is_cited(
    text: str, data: st.DataObject
):
    def stretch() -> tuple[int, int]:
        start = data.draw(st.integers(0, len(text)))
        return start, data.draw(st.integers(start, len(text)))

    here, also = stretch(), stretch()
    source = Article(id="x", title="x", text=text, source="x")
    markup = reading.reading_html(source, here, [Citation(2, "x", *also, text[slice(*also)])])
    body = markup.split('tabindex="0">', 1)[1]
    assert Seen(body.removesuffix("</div></div>")).text == text.replace("\n", "")
    marked = html.unescape("".join(re.findall(r'<mark class="here">(.*?)</mark>', body)))
    assert marked == text[slice(*here)].replace("\n", "")


def test_a_declined_answer_says_so_and_marks_what_came_nearest_as_no_answer():
    tower = article()
    quotes = ["It is 31 metres high.", "Nobody lives in it.", "It burned down in 1950.", "Later"]
    near = tuple(passage(tower, quote, rank) for rank, quote in enumerate(quotes, start=1))
    declined = answered(
        tower, statements=(), outcome="declined", reason="Nothing tells <b>why</b>.", passages=near
    )
    check_ours(shown(declined))
    seen = Seen(shown(declined).split("<details")[0] + "</div></article>")
    assert "Nothing tells <b>why</b>." in seen.text
    assert "What came nearest not an answer" in seen.text
    assert all(quote in seen.text for quote in quotes[:3])
    assert quotes[3] not in seen.text
    assert "cite" not in [attributes.get("class") for attributes in seen.all("a")]


def test_of_overlapping_nearest_passages_the_first_is_shown_and_keeps_its_rank():
    tower = article()
    quotes = ["1904. It is 31", "It is 31 metres high.", "Nobody lives in it."]
    near = tuple(passage(tower, quote, rank) for rank, quote in enumerate(quotes, start=1))
    markup = shown(answered(tower, statements=(), outcome="declined", passages=near))
    markup = markup.split("<details")[0]
    assert re.findall('data-passage="(.)"', markup) == ["1", "3"]
    assert re.findall("<blockquote.*?>(.*?)<", markup) == [quotes[0], quotes[2]]


@pytest.mark.parametrize(
    ("searched_for", "told"),
    [("How high is it?", False), ("  how HIGH is\nit? ", False), ("", False), ("The tower", True)],
    ids=["same", "same but for case and space", "nothing", "another"],
)
def test_what_was_searched_for_is_told_where_it_differs(searched_for: str, told: bool):
    markup = shown(answered(article(), statements=(), searched_for=searched_for))
    assert ("Searched for" in markup) is told
    assert ('data-question="How high is it?" data-stands="yes"' in markup) is told


def test_a_growing_answer_is_busy_and_never_declined_before_its_end():
    growing = answered(article(), statements=(), outcome="declined", reason="not yet")
    markup = shown(growing, state="working")
    assert 'aria-busy="true"' in markup
    assert "not yet" not in markup
    assert "data-do" not in markup
    assert 'aria-busy="false"' in shown(growing)


def test_only_the_last_turn_can_be_edited_and_only_a_whole_one_copied():
    answer = answered(article(), statements=())
    assert 'data-do="edit"' in shown(answer)
    assert 'data-do="edit"' not in shown(answer, last=False)
    assert 'data-do="copy"' in shown(answer, last=False)
    assert 'data-do="copy"' not in shown(answer, state="stopped")
    assert "Stopped" in shown(answer, state="stopped")
    assert ">0.5 s<" in shown(answer)


@given(st.text(), st.integers(1, 50))
def test_shortened_text_is_within_its_limit_and_begins_the_same(text: str, limit: int):
    short = render.shorten(text, limit)
    folded = " ".join(text.split())
    assert short == folded or (
        len(short) <= limit + 1 and short.endswith("…") and folded.startswith(short[:-1])
    )


def test_the_welcome_tells_what_there_is_and_what_is_waited_for():
    tower = article()
    later = replace(tower, id="b", published=date(2024, 7, 25))
    one = Seen(render.welcome_html({"a": tower}, ["Why?"], status="")).text
    assert "1 article, 9 July 2024For exampleWhy?" in one
    two = render.welcome_html({"a": tower, "b": later}, [], status="Loading the models")
    assert "2 articles, 9 July 2024 to 25 July 2024Loading the models…" in Seen(two).text
    assert "For example" not in two
    undated = replace(tower, published=None)
    lost = {"scan.pdf": "no text", "b.txt": "duplicate of a.txt", "x.csv": "no row with a text"}
    told = Seen(render.welcome_html({"a": tower}, [], status="", unread=lost))
    assert "2 files in the folder were not read" in told.text  # a copy is none that is missing
    assert "not read" not in render.welcome_html(
        {"a": tower}, [], status="", unread={"b.txt": "duplicate of a.txt"}
    )
    assert "1 article<" in render.welcome_html({"a": undated}, [], status="")


def test_a_message_begins_with_a_capital_and_no_message_shows_nothing():
    assert render.notice_html("") == ""
    assert Seen(render.notice_html("the <b> is 3 long")).text == "The <b> is 3 long"
    assert Seen(render.notice_html("tests/set.jsonl: is empty")).text == "tests/set.jsonl: is empty"


def test_a_conversation_counts_remembers_and_forgets():
    answer = answered(article(), statements=(Statement("It is 31 metres high.", ()),))
    first = conversation.finish(conversation.grow(conversation.begin((), "How high?"), answer))
    both = conversation.begin(first, "And old?")
    assert [turn.number for turn in both] == [1, 2]
    assert conversation.history(both) == [
        {"role": "user", "content": "How high?"},
        {"role": "assistant", "content": "It is 31 metres high."},
    ]
    stopped = conversation.stop(both)
    assert [turn.state for turn in stopped] == ["done", "stopped"]
    assert conversation.history(stopped) == conversation.history(first)
    assert conversation.undo(stopped) == (first, "And old?")
    assert conversation.undo(()) == ((), "")
    assert conversation.stop(first) is first


def luminance(colour: str) -> float:
    """WCAG 2.2: relative luminance of "#rrggbb", 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_by_hand():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [":root", ".dark"])
def test_text_stands_out_from_its_ground(theme: str):
    css = (Path(render.__file__).parent / "style.css").read_text(encoding="utf-8")
    block = re.search(re.escape(theme) + r" \{(.*?)\}", css, re.DOTALL)
    assert block is not None
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1]))
    text = {
        "ink": ("paper", "sheet", "wash", "accent-wash", "mark-light"),
        "soft": ("paper", "sheet", "wash", "accent-wash"),
        "accent": ("paper", "sheet", "accent-wash"),
        "accent-ink": ("accent",),
        "mark-ink": ("mark", "mark-light"),
        "warn": ("paper",),
    }
    for ink, grounds in text.items():
        for ground in grounds:
            assert contrast(colour[ink], colour[ground]) >= 4.5, (ink, ground)
    for ground in ("paper", "sheet"):  # the border of the question box
        assert contrast(colour["edge"], colour[ground]) >= 3


def test_a_filter_is_told_with_the_way_to_ask_without_it_and_escaped():
    asked, rest = f"articles before July 9 {HOSTILE}", f"articles {HOSTILE}"
    day = date(2024, 7, 8)
    dates = DateFilter("before July 9", asked, None, day, only=True, newest=False, rest=rest)
    tower = article()
    given = answered(tower, statements=(), dates=dates)
    shown = render.turn_html(Turn(1, "q", given, "done"), last=True)
    assert "Only articles published up to 8 July 2024, or without a date" in shown
    assert f'data-do="ask" data-question="{html.escape(rest)}" data-stands="yes"' in shown
    assert "<img" not in shown
    working = render.turn_html(Turn(1, "q", given, "working"), last=True)
    assert "data-stands" not in working


@pytest.mark.parametrize(
    ("told", "markup"),
    [
        ("1. שמן <b> (2024-07-09)",
         "1. <bdi>שמן &lt;b&gt;</bdi> <span class='day'>(2024-07-09)</span>"),
        ("2. שמן", "2. <bdi>שמן</bdi>"),
        ("3. שמן (2024-07-09):", "3. <bdi>שמן</bdi> <span class='day'>(2024-07-09)</span>:"),
        ("4. דן: 3 articles", "4. <bdi>דן</bdi>: 3 articles"),
        ("The newest is “שמן” (2024-07-09).",
         "The newest is “<bdi>שמן</bdi>” <span class='day'>(2024-07-09)</span>."),
        ("2 articles published in July:", "2 articles published in July:"),
    ],
)  # fmt: skip
def test_a_title_in_a_list_keeps_its_direction_to_itself(told: str, markup: str) -> None:
    given = answered(article(), statements=(Statement(told, ()),))
    shown = render.turn_html(Turn(1, "q", given, "done"), last=True)
    assert f"<p class='listed'>{markup}</p>" in shown


def test_what_came_nearest_is_no_heading() -> None:
    text = "Oil\nAbout oil\nThe lamp burns oil."
    kinds = (BlockKind.TITLE, BlockKind.HEADING, BlockKind.PARAGRAPH)
    blocks = tuple(map(Block, (0, 4, 14), (3, 13, 33), kinds))
    lamp = Article("lamp", "Oil", text, "lamp.txt", blocks=blocks)
    heading, sentence = (
        Passage(Chunk(str(start), "lamp", start, end, text[start:end]), lamp, Scores())
        for start, end in ((0, 13), (14, 33))
    )
    assert (heading.is_headings, sentence.is_headings) == (True, False)
    near = (heading, sentence)
    given = answered(lamp, statements=(), outcome="declined", passages=near, reason="No.")
    shown = render.turn_html(Turn(1, "q", given, "done"), last=True)
    nearest = shown.split("What came nearest")[1].split("</section>")[0]
    assert "About oil" not in nearest
    assert 'data-passage="2"' in nearest
    assert "The lamp burns oil." in str(given)


def test_what_alone_is_asked_is_told_as_text_and_can_be_removed() -> None:
    assert render.scope_html((), 4) == ""
    one = render.scope_html(["<b>Otters</b>"], 4)
    assert "Asking only <bdi>&lt;b&gt;Otters&lt;/b&gt;</bdi>" in one
    assert 'data-do="choose"' in one
    assert "<bdi>2 of 4</bdi> articles</bdi>" in render.scope_html(["A", "B"], 4)


def test_rows_of_a_table_are_shown_as_one_with_the_words_that_answer_in_bold():
    plans = article("Plan | Price. Team | $9 <b>. It rains. Free | $0.")
    rows = ("Plan | Price", "Team | $9 <b>", "It rains.", "Free | $0.")
    told = [Statement(row, (cite(plans, row, at),)) for at, row in enumerate(rows, start=1)]
    told[1] = replace(told[1], highlight=(7, 9))
    page = shown(answered(plans, statements=tuple(told)))
    assert "<table><tr><th>Plan</th><th>Price<sup>" in page
    assert "<tr><td>Team</td><td><strong>$9</strong> &lt;b&gt;<sup>" in page
    assert page.count("<table>") == 1  # the last row stands alone, as it is written
    assert "Free | $0." in page


def test_an_empty_cell_of_a_table_stays_and_holds_no_number():
    rows = ("| | Brillo | Fenner |", "| Price | | 30 |", "| Bell | | |")
    bikes = article(" ".join(rows))
    told = [Statement(row, (cite(bikes, row, at),)) for at, row in enumerate(rows, start=1)]
    page = shown(answered(bikes, statements=tuple(told)))
    assert page.count("<table>") == 1
    assert "<tr><th></th><th>Brillo</th><th>Fenner<sup>" in page
    assert "<tr><td>Price</td><td></td><td>30<sup>" in page
    assert page.count("</sup></td><td></td><td></td></tr>") == 1


def test_surroundings_hold_no_marks_of_what_stands_around():
    rows = "| Plan | Price |\n|---|---|\n| Team | $9 |\n"
    text = f"---\ntitle: x\n---\n\n{rows}\n## Next\n\nAll of it is over.\n"
    made = layout(text)
    plans = Article(id="x", title="x", text=text, source="x.md", blocks=made.blocks)
    row = cite(plans, "| Team | $9 |", 1)
    assert quoting.surroundings(plans, row.start, row.end) == ("Plan | Price", "")
    found = shown(answered(plans, statements=(Statement("Team | $9", (row,)),)))
    quote = "Plan | Price\n<mark>Team | $9</mark></blockquote>"
    assert f'<blockquote dir="auto" class="lines">{quote}' in found
    whole = passage(plans, rows.strip())
    declined = answered(plans, statements=(), outcome="declined", passages=(whole,))
    assert 'class="lines">Plan | Price\nTeam | $9</blockquote>' in shown(declined)


def test_of_an_article_that_is_gone_its_title_and_what_was_quoted_are_told():
    page = reading.gone_html(HOSTILE, HOSTILE)
    assert page.count(html.escape(HOSTILE)) == 2
    assert 'href="#articles"' in page
    assert "Quoted of it" not in reading.gone_html("A title")
    assert "An article that was removed" in reading.gone_html()


def test_only_what_nothing_was_typed_for_ends_by_typing():
    assert 'data-until="typed"' in render.notice_html("Write a question.", until_typed=True)
    assert "data-until" not in render.notice_html("The disk is full.")


def test_a_sentence_from_the_right_keeps_its_stop_on_its_side():
    arabic = "يقام المهرجان كل عام."
    both = f"The fair is in May. {arabic} It <b>ends</b> at noon."
    assert markup.apart(both, within=both) == (
        f"The fair is in May. <bdi>{arabic}</bdi> It &lt;b&gt;ends&lt;/b&gt; at noon."
    )
    assert markup.apart("It ends.", within=f"{arabic} It ends.") == "<bdi>It ends.</bdi>"
    assert markup.apart(arabic, within=f"{arabic} It ends.") == arabic  # tells the whole's own
    assert markup.apart("One. <Two>.", within="One. <Two>.") == "One. &lt;Two&gt;."


def test_where_some_articles_were_asked_one_click_asks_all_and_what_was_taken_back_comes_back():
    some = replace(answered(article(), statements=()), among=(article().id,), as_it_stands=True)
    page = render.turn_html(Turn(1, some.question, some, state="done"), last=True)
    every = re.search(r"<button[^>]*class=\"every\"[^>]*>Ask all articles</button>", page)
    assert every
    assert 'data-every="yes" data-stands="yes"' in every[0]
    back = re.search(r"Asked as it stands <button[^>]*>", page)
    assert back
    assert 'data-do="ask"' in back[0]
    assert "data-stands" not in back[0]
    all_of_them = answered(article(), statements=())
    assert "Ask all" not in render.turn_html(Turn(1, "?", all_of_them, state="done"), last=True)
