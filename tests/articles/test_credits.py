"""Authors and outlets are told apart as far as bylines tell, and found by their names."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.credits import credits_of, is_credited, names_in
from rag.datatypes import Article
from rag.replies.about import about_articles
from rag.replies.bylines import about_bylines
from tests.making import beside, dated


@pytest.mark.parametrize(
    ("article", "authors", "outlets"),
    [
        (dated("By Ana Ruiz, Velm Daily\n4 March 2021"), ("Ana Ruiz",), ("Velm Daily",)),
        (dated("By Ana Ruiz and Tom Hall"), ("Ana Ruiz", "Tom Hall"), ()),
        (dated("Ana Ruiz, Tom Hall, Jo Lind"), ("Ana Ruiz", "Tom Hall", "Jo Lind"), ()),
        (dated("*Interview by Ana Ruiz, 4 March 2021*"), ("Ana Ruiz",), ()),
        (dated("By Ana Ruiz, Environment Correspondent"), ("Ana Ruiz",), ()),
        (dated("By Ana Ruiz, Tom Hall"), ("Ana Ruiz", "Tom Hall"), ()),
        (dated("By Ana Ruiz with Tom Hall"), ("Ana Ruiz", "Tom Hall"), ()),
        (dated("By Ana Ruiz / Tom Hall"), ("Ana Ruiz", "Tom Hall"), ()),
        (dated("By Ana Ruiz / China Daily"), ("Ana Ruiz",), ("China Daily",)),
        (dated("By Ana Ruiz – China Daily"), ("Ana Ruiz",), ("China Daily",)),
        (dated("By Ana Ruiz (China Daily)"), ("Ana Ruiz",), ("China Daily",)),
        (dated("By Miriam Castell in Ghent"), ("Miriam Castell",), ()),
        (beside("Norvik Wire"), (), ("Norvik Wire",)),
        (beside("Ana Ruiz | Coast Now"), ("Ana Ruiz",), ("Coast Now",)),
        (beside("The Velm Post"), (), ("The Velm Post",)),
        (
            replace(dated("By Ana Ruiz and Bo Li"), byline="Velm Daily | Ana Ruiz and Bo Li"),
            ("Ana Ruiz", "Bo Li"),
            ("Velm Daily",),
        ),
        (beside("Mia Castell in Ghent | The Velm Post"), ("Mia Castell",), ("The Velm Post",)),
        (beside(""), (), ()),
    ],
)  # fmt: skip
def test_who_is_an_author_and_what_an_outlet(
    article: Article, authors: tuple[str, ...], outlets: tuple[str, ...]
) -> None:
    [found] = credits_of([article])
    assert (found["author"], found["outlet"]) == (authors, outlets)


def test_an_outlet_beside_an_author_is_one_where_it_stands_alone() -> None:
    alone = beside("Coast Now", "b")
    assert credits_of([alone])[0]["author"] == ("Coast Now",)  # as a name may be
    assert credits_of([dated("By Ana Ruiz | Coast Now"), alone])[1]["outlet"] == ("Coast Now",)


@pytest.mark.parametrize(
    ("name", "byline", "credited"),
    [
        ("China Daily", "Fan Feifei and Cheng Yu | China Daily", True),
        ("the velm post", "Ana Ruiz | The Velm Post", True),
        ("Feifei", "Fan Feifei and Cheng Yu | China Daily", True),
        ("China", "Fan Feifei and Cheng Yu | China Daily", False),
        ("the Courier", "Ana Ruiz | The Velm Courier", True),
        ("Velm", "Ana Ruiz | The Velm Courier", False),
        ("Ana Ruiz, Velm Daily", "Ana Ruiz, Velm Daily", True),
        ("Ana Ruiz", "Ana Ruiz with Tom Hall", True),
        ("Miriam Castell", "Miriam Castell in Ghent", True),
        ("China Daily", "Ana Ruiz / China Daily", True),
        ("Food & Wine", "Ana Ruiz | Food & Wine", True),
        ("Ghent", "Miriam Castell in Ghent", False),
        ("", "Ana Ruiz", False),
    ],
)
def test_who_is_credited(name: str, byline: str, credited: bool) -> None:
    assert is_credited(name, byline) is credited


NAMES = st.sampled_from(
    ["Ana Ruiz", "Tom O'Neil", "J. K. Ruiz", "Ludwig van Dyk", "China Daily", "The Velm Post",
     "Food & Wine", "Åsa Berg", "Coast Now", "Reuters", "张伟", "Staff Writer"]
)  # fmt: skip
BETWEEN = st.sampled_from(
    [" | ", ", ", " and ", ", and ", " & ", " with ", " / ", "/", " – ", " - ", " · ", "; ", "、",
     " in Ghent and ", " in Ghent, "]
)  # fmt: skip


@given(st.lists(st.tuples(NAMES, BETWEEN), min_size=1, max_size=4), st.sampled_from(["By ", ""]))
def test_whoever_is_listed_is_found_by_name(parts: list[tuple[str, str]], by: str) -> None:
    line = "".join(name + between for name, between in parts[:-1]) + parts[-1][0]
    articles = {"a": dated(by + line), "b": beside(line, "b"), "c": beside("", "c")}
    for asked in ("Who are the authors?", "Which outlets are there?"):
        told = "\n".join(one.text for one in about_bylines(asked, articles))
        for name, count in re.findall(r"^\d+\. (.+): (\d) articles?$", told, re.MULTILINE):
            found = about_articles(f"Which articles are by {name}?", articles)
            assert found, name
            assert int(found[0].text.split()[0]) >= int(count), name


def test_the_names_of_a_byline_stand_without_places_and_posts() -> None:
    assert names_in("Ana Ruiz, Reporter in Ghent; with Tom Hall (Velm Post)") == (
        "Ana Ruiz", "Tom Hall", "Velm Post",
    )  # fmt: skip
    assert names_in("") == ()


def test_a_name_with_an_ampersand_is_one_where_no_person_stands_beside_it() -> None:
    assert names_in("Bread & Butter | Ana Ruiz & Bo Li") == ("Bread & Butter", "Ana Ruiz", "Bo Li")
