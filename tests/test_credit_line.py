"""The line below a headline that credits an article, and what is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.about_one import about_one
from rag.credit_line import read_credit_line, reviewed_in
from rag.credits import credits_of
from rag.datatypes import BlockKind
from rag.layout import layout
from tests.making import make_article

DAY = date(2024, 5, 3)
BODY = "The harbour seals moved to the outer pier after the storm, and fishermen saw it. One."


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


@given(
    st.lists(st.sampled_from(["Ana Ruiz", "By", "3 May 2024", ". ", ", ", " | ", "Comment", "x"]))
)
def test_every_name_that_is_read_stands_in_the_line(parts: list[str]) -> None:
    line = " ".join(parts)
    credit = read_credit_line(line)
    assert credit is None or all(name in line for name in credit.names)
