"""What an article is about, as a question names it: "it" in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.searching.subject import opening_of, portrayed, subject_named, subjects_named
from tests.making import make_article

BLOCK = "Will the Firm's Block of Velm Slow Things Down?"


@pytest.mark.parametrize(
    ("title", "question", "without"),
    [
        ("Orlava (river)", "How long is the Orlava?", "How long is it?"),
        ("Orlava (river)", "how long is the orlava", "how long is it"),
        ("Orlava (river)", "When could people swim in the lower Orlava again?",
         "When could people swim in the lower it again?"),
        ("Hollin fever explained", "What are the symptoms of Hollin fever?",
         "What are the symptoms of it?"),
        ("Ada Solvang", "Who was Solvang's teacher?", "Who was its teacher?"),
        ("Ada Solvang", "Where did Ada Solvang study?", "Where did it study?"),
        ("Brandt & Osei: bells", "How many work at Brandt & Osei?", "How many work at it?"),
        ("Battle of Carrow Ford", "How many fell in the Battle of Carrow Ford in 1644?",
         "How many fell in it in 1644?"),
        ("Footbridge at Sarn Lock collapses", "How many people were on the footbridge?",
         "How many people were on it?"),
        (BLOCK, "How many firms are in Velm?", "How many firms are in it?"),
    ],
)  # fmt: skip
def test_the_subject_is_left_out(title: str, question: str, without: str) -> None:
    article = replace(make_article("He, Solvang, came by boat to Velm."), title=title)
    named = subject_named(question, article)
    assert named is not None
    assert named.question == without
    assert named.words.lower() in question.lower()


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Orlava (river)", "How long is the Teme?"),
        ("Orlava (river)", "How long is it?"),
        ("Orlava (river)", "What is the Orlava?"),  # there is nothing else to be asked of it
        ("Ada Solvang", "who was ada solvang?"),
        ("Orlava (river)", ""),
        (BLOCK, "Does the block slow trains?"),  # capitals of a title that has one in each word
        ("The river Orlava rises on a mountain in …", "How long is the Orlava?"),  # no title
    ],
)
def test_nothing_is_left_out(title: str, question: str) -> None:
    article = replace(make_article("He, Solvang, came by boat to Velm."), title=title)
    assert subject_named(question, article) is None


PROFILE = """The keeper of the lamps

At dusk Ada Solvang climbs to the lamp of Velm. She is 61, and she has kept it for ten years.

She was born in Lima. Bo Lind, a smith, taught her the trade, and left her his bench. Her pupil, Ida
Berg, came in May. “She is quick,” Solvang says. She wants to stop when her knees do.
"""


@pytest.mark.parametrize(
    ("question", "without"),
    [
        ("Who taught Ada Solvang?", "Who taught her?"),
        ("Who is Solvang's pupil?", "Who is her pupil?"),
        ("How old is Ada Solvang?", "How old is she?"),
        ("Where was Ada Solvang born?", "Where was she born?"),
    ],
)
def test_whom_an_article_portrays_is_she(question: str, without: str) -> None:
    article = make_article(PROFILE)
    assert portrayed(article) == ("Ada Solvang", "she")
    named = subjects_named(question, [article])[article.id]
    assert named is not None
    assert (named.question, named.says_i) == (without, False)


def test_an_opening_need_not_tell_what_they_are_called_of_whom_all_of_it_is() -> None:
    opening = "The keeper\n\nBy Tom Hall\n\nAda Solvang keeps no cat. We climb, and it rains.\n\n"
    rest = "She has the key. The mayor wrote to her. "
    assert portrayed(make_article(opening + rest * 6)) == ("Ada Solvang", "she")
    assert portrayed(make_article(opening + rest * 3)) == ("", "")
    elsewhere = opening.replace("Ada Solvang", "Back in Port Velm, Ada Solvang")
    assert portrayed(make_article(elsewhere + rest * 6)) == ("Ada Solvang", "she")
    other = opening + "We met Ida Berg. Nobody spoke. " + rest * 6 + "Berg paints."
    assert portrayed(make_article(other)) == ("", "")
    his = "I like her. I ask her why. "  # what its author tells of themselves is more
    assert portrayed(make_article(opening + his * 12)) == ("", "")
    both = opening.replace("no cat.", "no cat. Ida Berg has two.")  # either may be she
    assert portrayed(make_article(both + rest * 6)) == ("", "")


def test_a_sentence_has_what_they_are_called_in_the_place_of_the_name() -> None:
    named = subjects_named("Where was Solvang born?", [article := make_article(PROFILE)])[
        article.id
    ]
    assert named is not None
    assert named.unnamed("In May Solvang's pupil saw Ada Solvang.") == "In May her pupil saw her."
    assert named.unnamed("Ada Solvang left. Solvang slept.") == "She left. She slept."
    assert named.unnamed("Bo Lind left.") == "Bo Lind left."


def test_nobody_is_portrayed() -> None:
    news = PROFILE.replace("She was", "He was").replace("Her pupil", "His pupil")
    assert portrayed(make_article(news.replace("She wants", "He wants"))) == ("", "")
    assert portrayed(make_article("Ada Solvang left. She is 61.")) == ("", "")
    article = make_article(PROFILE)
    for question in ("Who is Ada Solvang?", "Who taught Bo Lind?", ""):
        assert subjects_named(question, [article])[article.id] is None


def test_an_opening_ends_before_what_it_is_asked_for() -> None:
    article = make_article("# Weir rules\n\nFor all who row.\n\n## Fees\n\nTen a day.\n")
    fees = article.text.index("Fees")
    assert opening_of(article, fees).splitlines()[0] == article.title
    assert "row" in opening_of(article, fees)
    assert "Fees" not in opening_of(article, fees)
    assert "Fees" in opening_of(article)
