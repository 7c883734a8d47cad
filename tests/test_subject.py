"""What an article is about, as a question names it: "it" in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.subject import subject_named
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
