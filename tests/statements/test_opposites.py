"""What is of the asked pole goes before what is of the other one."""

from __future__ import annotations

import pytest

from rag.answerer import Draft
from rag.cite import Place
from rag.datatypes import Article
from rag.statements.opposites import of_the_asked_pole
from tests.making import make_article

FERRY = make_article(
    """# The ferry of Orm

The first ferry crossed to Orm in May 1902. It was slow. One boat after the other was sold, and the
last, the Ida, crossed in 1971. The last year was a poor one.

At its height, in the 1920s, the yard employed 80 people. Today there are six. Geese came in 1930.
""",
    name="ferry",
)
KETTLE = make_article(
    """# The Brask kettle

By Ana Ruiz

The advantage is that it is quiet. The lid is heavy. What I did not like: the cord is short.

**For:** quiet; looks good

**Against:** heavy lid; short cord
""",
    name="kettle",
)
ARTICLES = {"ferry": FERRY, "kettle": KETTLE}


def told(question: str, article: Article, *starts: str) -> list[str]:
    """Return what is stated of a draft of the sentences that start so."""
    places = []
    for start in starts:
        at = article.text.index(start)
        ends = [article.text.find(mark, at) for mark in (".", "\n\n")]
        end = min(end if end > 0 else len(article.text) for end in ends)
        places.append(Place(article.id, at, end + (article.text[end : end + 1] == ".")))
    found = of_the_asked_pole(Draft(tuple(places), 0.9, ""), question, ARTICLES)
    return [article.text[one.start : one.end] for one in found.places]


def test_the_last_goes_before_the_first_where_it_is_asked_for() -> None:
    first, slow, last = "The first ferry", "It was slow", "One boat after the other"
    found = told("When did the last ferry to Orm run?", FERRY, first, slow, last)
    assert [text.split()[0] for text in found] == ["One", "The", "It"]
    for question in ("When did the first ferry to Orm run?", "When did the last boat run?"):
        assert told(question, FERRY, first, last)[0].startswith(first)
    only_a_time = told("When did the last ferry to Orm run?", FERRY, first, "The last year")
    assert only_a_time[0].startswith(first)


def test_what_is_against_a_thing_goes_first_where_its_drawbacks_are_asked_for() -> None:
    starts = ("**For:**", "The advantage", "The lid", "What I did not")
    found = told("What are the drawbacks of the Brask kettle?", KETTLE, *starts)
    assert found == [
        "What I did not like: the cord is short.",
        "**Against:** heavy lid; short cord",
        "The lid is heavy.",
    ]
    found = told("What are the advantages of the Brask kettle?", KETTLE, *reversed(starts))
    assert found == ["**For:** quiet; looks good", "The advantage is that it is quiet.",
                     "The lid is heavy."]  # fmt: skip
    starts = ("The lid", "The advantage")
    assert [text[:7] for text in told("How heavy is it?", KETTLE, *starts)] == [
        "The lid",
        "The adv",
    ]


@pytest.mark.parametrize(
    "question", ["How many people work there?", "How many people does it employ?"]
)
def test_a_number_of_once_is_stated_with_todays(question: str) -> None:
    found = told(question, FERRY, "At its height", "Today there", "It was")
    assert found[0].endswith("80 people. Today there are six.")
    assert found[1:] == ["It was slow."]


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("How many people did it employ?", "At its height"),
        ("How many people worked there in the 1920s?", "At its height"),
        ("Who works there?", "At its height"),
        ("How many people work there?", "Today there"),
        ("How many geese live there?", "Geese came"),
    ],
)
def test_any_other_number_stands_as_it_is(question: str, start: str) -> None:
    [found] = told(question, FERRY, start)
    assert found.count(".") == 1
