"""Which statements come first and last: by hand, over made-up claims."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from rag.changes.claim import Claim
from rag.cite import Place
from rag.config import Config
from rag.reading.arranging import Able, arranging

OLD, NEW = date(2024, 3, 1), date(2024, 6, 1)
QUESTION = "How many boats does Velmouth have?"


def claim(
    article: str, value: str, *, published: date | None = None, score: float = 0.9,
    margin: float = 2.0,
) -> Claim:  # fmt: skip
    sentence = f"Velmouth has {value} boats."
    at = sentence.index(value)
    return Claim(
        value=value,
        place=Place(article, 0, len(sentence), (at, at + len(value))),
        sentence=sentence,
        passage=f"Velmouth\n{sentence}",
        published=published,
        score=score,
        margin=margin,
        coverage=1.0,
        cosine=0.9,
        told=1.0,
        vector=np.array([1.0, 0.0]),
        about=np.array([1.0, 0.0]),
        meaning=np.array([1.0, 0.0]),
    )


def arranged(
    question: str, claims: Sequence[Claim], *, most: int = 3, before: str = ""
) -> tuple[str, str]:
    """Return the articles of the places in order, and those of the claims that differ.

    `before` are the articles of the places before that; without it those of the claims.
    """
    able = [Able(one.score, one.place, one.sentence, one.published, one.coverage) for one in claims]
    config = Config(most_statements=most)
    steps, differing = arranging(question, claims, able, 0, lambda _: 0.5, config)
    places = tuple(Place(name, 0, 9) for name in before) or tuple(one.place for one in claims)
    for step in steps:
        places = step(places)
    names = [[one.article_id for one in places], [one.place.article_id for one in differing]]
    return "".join(names[0]), "".join(names[1])


def test_different_answers_are_stated_the_newest_first_before_what_is_stated_besides() -> None:
    claims = [claim("a", "14", published=OLD), claim("b", "22", published=NEW)]
    assert arranged(QUESTION, claims, before="acd") == ("bac", "ba")
    assert arranged(QUESTION, claims, before="acd", most=2) == ("ba", "ba")


def test_what_is_about_as_good_and_newer_comes_first_where_it_is_asked_for_now() -> None:
    claims = [claim("a", "14", published=OLD), claim("b", "14", published=NEW, score=0.8)]
    assert arranged(QUESTION, claims) == ("ab", "")
    assert arranged("How many boats does Velmouth have now?", claims) == ("ba", "")


def test_nothing_moves_without_another_answer_or_a_date() -> None:
    claims = [claim("a", "14"), claim("b", "14", score=0.8), claim("c", "14", score=0.7)]
    assert arranged(QUESTION, claims) == ("abc", "")


@pytest.mark.parametrize(("margin", "highlight"), [(0.0, (13, 15)), (-0.1, None)])
def test_a_claim_is_shown_with_its_span_where_that_is_sure(
    margin: float, highlight: tuple[int, int] | None
) -> None:
    assert claim("a", "14", margin=margin).shown.highlight == highlight
