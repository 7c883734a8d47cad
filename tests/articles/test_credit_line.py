"""The line below a headline that credits an article, and what is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.credit_line import read_credit_line, reviewed_in
from rag.articles.credits import credits_of
from rag.articles.layout import layout
from rag.datatypes import BlockKind
from rag.replies.about_one import about_one
from tests.making import make_article

DAY = date(2024, 5, 3)
BODY = "The harbour seals moved to the outer pier after the storm, and fishermen saw it. One."


def test_a_credit_line_may_stand_below_what_leads_in_and_a_name_in_a_line_of_its_own() -> None:
    lead = "*Seals are said to keep to one pier. A storm in May shows that they need not.*"
    below = layout(
        f"# Seals move out\n\n{lead}\n\n*Fen Mail, 3 May 2024*\n\n*Ana Ruiz*\n\n{BODY}\n"
    )
    assert (below.byline, below.published) == ("Fen Mail | Ana Ruiz", DAY)
    plain = lead.strip("*")
    text = f"# Seals move out\n\n{plain} They swam.\n\nBo Li\n\nAna Ruiz saw them.\n\n{BODY}\n"
    assert layout(text).byline == ""


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(
    ("line", "byline", "published"),
    [
        ("*Velm Courier, 3 May 2024. By Ana Ruiz*", "Velm Courier | Ana Ruiz", DAY),
        ("Velm Courier, May 3, 2024. By Ana Ruiz", "Velm Courier | Ana Ruiz", DAY),
        ("Coast & Fen, 3 May 2024. By Ana Ruiz and Bo Li", "Coast & Fen | Ana Ruiz and Bo Li", DAY),
        ("Velm Courier, 3 May 2024", "Velm Courier", DAY),
        ("Velm Courier, 3 May 2024. From the editors", "Velm Courier | the editors", DAY),
        ("Opinion | Ana Ruiz | The Southern Mail, 3 May 2024", "Ana Ruiz | The Southern Mail", DAY),
        ("Comment. By Ana Ruiz, Velm Courier, 3 May 2024", "Ana Ruiz | Velm Courier", DAY),
        ("_Study Digest, May 2024. Summary by Ana Ruiz_", "Study Digest | Ana Ruiz", None),
        ("Pier Magazine, Summer 2024. Interview: Ana Ruiz", "Pier Magazine | Ana Ruiz", None),
        ("Profile | Pier Magazine, Spring 2024 | by Ana Ruiz", "Pier Magazine | Ana Ruiz",
         None),
        ("Reviewed by Ana Ruiz in Southern Mail, 3 May 2024", "Ana Ruiz | Southern Mail", DAY),
        ("By Ana Ruiz · 3 May 2024 · 5 min read", "Ana Ruiz", DAY),
        ("An essay by Ana Ruiz. The Plain Reader, 3 May 2024", "Ana Ruiz | The Plain Reader", DAY),
        ("Fen Mail, 3 May 2024 — Words: Ana Ruiz; Photographs: Bo Li", "Fen Mail | Ana Ruiz", DAY),
        ("Photos: Bo Li; Text: Ana Ruiz; 3 May 2024", "Ana Ruiz", DAY),
        ("*Fen Today | Reporter: Ana Ruiz | Published 3 May 2024*", "Fen Today | Ana Ruiz", DAY),
        ("From the magazine Salt & Sea, issue 12, May 2024. Interview by Ana Ruiz",
         "Salt & Sea | Ana Ruiz", None),
        ("From the Southern Mail, 3 May 2024. Words: Ana Ruiz", "Southern Mail | Ana Ruiz", DAY),
        ("Words: Ana Ruiz, who lives on the quay", "Ana Ruiz", None),
        ("Velm Courier, 3 May 2024, corrected edition", "Velm Courier", DAY),
        ("By Ana Ruiz, our reporter in Velm, 3 May 2024", "Ana Ruiz", DAY),
        ("**Reviewed by Ana Ruiz · 3 May 2024 · Price: £9 · Rating: 7/10**", "Ana Ruiz", DAY),
        ("Review by Ana Ruiz | Velm Courier, 3 May 2024 | 4 stars", "Ana Ruiz | Velm Courier", DAY),
        ("Ana Ruiz | Velm Courier | 3 May 2024 | Film review | ★★★☆☆", "Ana Ruiz | Velm Courier",
         DAY),
        ("*The Salt Pot. Posted by Ana Ruiz on 3 May 2024*", "The Salt Pot | Ana Ruiz", DAY),
        ("**Velm Courier Sport** | 3 May 2024 | by Ana Ruiz", "Velm Courier Sport | Ana Ruiz", DAY),
        ("**Health | Ana Ruiz | The Velm Courier, 3 May 2024**",
         "Ana Ruiz | The Velm Courier", DAY),
    ],
)  # fmt: skip
def test_a_line_of_names_dates_and_kinds_below_the_headline_is_a_byline(
    gap: str, line: str, byline: str, published: date | None
) -> None:
    text = f"# Seals move out{gap}{line}\n\n{BODY}\n"
    found = layout(text)
    assert (found.title, found.byline) == ("Seals move out", byline)
    assert found.published == published
    assert [block.kind for block in found.blocks[:2]] == [BlockKind.TITLE, BlockKind.BYLINE]
    [credited] = credits_of([make_article(text)])
    assert credited["author"][:1] == (("Ana Ruiz",) if "Ana Ruiz" in line else ())


@pytest.mark.parametrize(
    ("line", "byline", "told"),
    [
        ("**Reviewed by Ana Ruiz · 3 May 2024 · Price: £9 · Rating: 7/10**",
         "Reviewed by Ana Ruiz · 3 May 2024", "Price: £9 · Rating: 7/10"),
        ("By Ana Ruiz, 3 May 2024. Pages: 212", "By Ana Ruiz, 3 May 2024", "Pages: 212"),
        ("Price: £9 · Reviewed by Ana Ruiz · 3 May 2024",
         "Price: £9 · Reviewed by Ana Ruiz · 3 May 2024", ""),  # a citation is of one stretch
        ("By Ana Ruiz | Updated: 3 May 2024", "By Ana Ruiz | Updated: 3 May 2024", ""),
    ],
)  # fmt: skip
def test_what_the_end_of_the_line_tells_of_a_thing_is_text(
    line: str, byline: str, told: str
) -> None:
    text = f"# The lamp\n\n{line}\n\n{BODY}\n"
    blocks = [(block.kind, text[block.start : block.end]) for block in layout(text).blocks[1:]]
    own = [(BlockKind.PARAGRAPH, told)] if told else []
    assert blocks == [(BlockKind.BYLINE, byline), *own, (BlockKind.PARAGRAPH, BODY)]


@pytest.mark.parametrize(
    "line",
    [
        "Velm, 3 October 1990",
        "Velm, Summer 1940",
        "Seals, storms and the Velm Courier, 3 May 2024",
        "The Velm Courier was sold on 3 May 2024. By Ana Ruiz it was bought.",
        "Summer fair, July 9, 2024",
        "By the sea nobody was warned. Velm Courier",
        "In May 2024 Ana Ruiz moved out.",
        "Ana Ruiz",
        "Letters to Ana Ruiz",
        "Opinion",
        "Who is Ana Ruiz? Velm Courier, 3 May 2024",
        "From Velm, 3 October 1990",
        "From the village of Velm, 3 May 2024",
        "Photographs: Bo Li",
        "Songs of the sea, by Ana Ruiz, 3 May 2024",
        "Talk on seals, Sun Hall, 3 May 2025",
        "Written by Ana Ruiz, the play opened on the quay",
        "Velm Courier, 3 May 2024, and then it sank.",
        "Ana Ruiz told Velm Courier, 3 May 2024, that seals had moved",
    ],
)
def test_a_line_with_another_word_credits_nothing(line: str) -> None:
    assert read_credit_line(line) is None


def test_a_review_is_by_who_reviewed_and_what_it_tells_of_the_book_stays() -> None:
    line = "Books. *Salt* by Jo Lund. Pier Press. Reviewed by Ana Ruiz in The Mail, 3 May 2024."
    article = make_article(f"# Of brine\n\n{line}\n\n{BODY}\n")
    assert (article.byline, article.published) == ("Ana Ruiz | The Mail", date(2024, 5, 3))
    assert article.blocks[1].kind is BlockKind.PARAGRAPH
    assert credits_of([article])[0]["author"] == ("Ana Ruiz",)
    assert reviewed_in("The plan was reviewed by Ana Ruiz in The Mail, 3 May 2024.") is None


def test_who_wrote_it_and_when_is_told_from_the_line() -> None:
    text = f"# Seals move out\n\n*Study Digest, May 2024. Summary by Ana Ruiz*\n\n{BODY}\n"
    articles = {"a": make_article(text)}
    line = "Study Digest, May 2024. Summary by Ana Ruiz"
    [who] = about_one("Who wrote “Seals move out”?", articles, lambda _: [])
    assert line in who.text
    [when] = about_one("When was “Seals move out” published?", articles, lambda _: [])
    assert when.text.startswith("“Seals move out” states no day, but")
    assert line in when.text


def test_what_stands_beside_a_reporter_is_an_outlet_and_who_took_the_pictures_is_none() -> None:
    lines = [
        "Fen Today | Reporter: Ana Ruiz | 3 May 2024; Pictures: Bo Li",
        "From the magazine Salt & Sea, May 2024. Photos by Bo Li; interview by Ana Ruiz",
    ]
    found = credits_of(make_article(f"# Seals move out\n\n{line}\n\n{BODY}\n") for line in lines)
    assert [one["author"] for one in found] == [("Ana Ruiz",), ("Ana Ruiz",)]
    assert [one["outlet"] for one in found] == [("Fen Today",), ("Salt & Sea",)]


def test_who_took_a_picture_stays_a_caption() -> None:
    found = layout(f"# Seals move out\n\n{BODY}\n\nThe pier. Photo: Bo Li\n\n{BODY[:70]}\n")
    assert found.blocks[2].kind is BlockKind.CAPTION
    assert found.byline == ""


@pytest.mark.parametrize(
    ("question", "line", "what"),
    [
        ("Who wrote “Seals move out”?", "Penned upon the quay by Ana Ruiz", "who wrote it"),
        ("When was “Seals move out” published?", "Set down in the wet May 2024, on the quay",
         "when it was published"),
        ("When was “Seals move out” published?", "Set down on a wet 3 May 2024, on the quay",
         "when it was published"),
    ],
)  # fmt: skip
def test_a_line_above_the_text_that_may_state_it_is_quoted(
    question: str, line: str, what: str
) -> None:
    article = make_article(f"# Seals move out\n\n{line}\n\n{BODY}\n")
    [told] = about_one(question, {"a": article}, lambda _: [])
    assert told.text == (
        f"“Seals move out” does not say {what} in a form that is understood; above its text"
        f" stands: “{line}”"
    )
    assert [article.text[c.start : c.end] for c in told.citations] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "A day at the old pier",
        "Part 2 of the tale",
        "A seal. Photo: Bo Li",
        "A seal. Photo: Bo Li\n\nA seal. Photo: Bo Li",
    ],
)
def test_another_line_above_the_text_is_not_quoted(line: str) -> None:
    article = make_article(f"# Seals move out\n\n{line}\n\n{BODY}\n")
    for question, what in (
        ("Who wrote “Seals move out”?", "who wrote it"),
        ("When was “Seals move out” published?", "when it was published"),
    ):
        [told] = about_one(question, {"a": article}, lambda _: [])
        assert told.text == f"“Seals move out” does not state {what}."


@given(
    st.lists(
        st.sampled_from(
            ["Ana Ruiz", "By", "Words:", "3 May 2024", ". ", "; ", ", ", " | ", "Comment", "x"]
        )
    )
)
def test_every_name_that_is_read_stands_in_the_line(parts: list[str]) -> None:
    line = " ".join(parts)
    credit = read_credit_line(line)
    assert credit is None or all(name in line for name in credit.names)
