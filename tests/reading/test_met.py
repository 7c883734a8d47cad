"""How far a question's words are met by a statement of an article that is no running prose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rag.encoder import Vectors
from rag.reading.met import asked_words, likeness, share_met, terseness
from tests.making import make_article

PROSE = (
    "The council met on Monday and spoke at length of the ferry, which nobody had seen since May."
)
PRICES = "# Boats\n\n| Boat | Price |\n|---|---|\n| Teal | 18 |\n| Coot | 20 |\n| Gannet | 30 |\n"
# Words as vectors: a price is like a cost, nothing else is like anything.
NEAR = {"cost": (0.6, 0.8, 0.0), "price": (1.0, 0.0, 0.0)}


def encode(words: Sequence[str]) -> Vectors:
    return np.array([NEAR.get(word, (0.0, 0.0, 1.0)) for word in words], dtype=np.float32)


@pytest.mark.parametrize(
    ("text", "terse"),
    [
        (PRICES, 1.0),
        (f"# News\n\n{PROSE}\n\n{PROSE.replace('ferry', 'bridge')}\n", 0.0),
        (
            f"# News\n\n## One\n\n{PROSE}\n\n## Two\n\n{PROSE.replace('ferry', 'bridge')}\n",
            (0.5 - 0.3) / 0.3,
        ),
        ("# Rules\n\n1.1 Be quiet.\n\n1.2 Be kind.\n\n1.3 Be clean.\n\n1.4 Be happy.\n", 1.0),
        ("# News\n\n" + f"{PROSE[:72]}\n{PROSE[73:]}\n\n" * 3, 0.0),  # wrapped by hand
        ("# The Nile\n\nIt is long.\n", 0.0),  # too little to tell
        ("", 0.0),
    ],
    ids=["table", "news", "between", "rules", "wrapped", "note", "empty"],
)
def test_how_little_of_an_article_is_running_prose(text: str, terse: float) -> None:
    assert terseness(make_article(text)) == pytest.approx(terse)
    assert terseness(replace(make_article(text), language="de")) == 0.0


LETTER = (
    "# The pond\n\nBy Ana Ruiz, 3 May 2024\n\nI have kept newts since I was nine, and this week I "
    "emptied their pond for the first time in my life.\n\n## What I found\n\n"
    "- I found a spoon that I had lost.\n- My sister found eleven newts there.\n"
    "- One of them was mine to begin with.\n\n"
    "## What I will do\n\n- I will plant a willow for them.\n- I am going to write less.\n"
)


def test_the_items_of_a_letter_are_prose_where_they_are_sentences() -> None:
    assert terseness(make_article(LETTER)) == 0.0
    nobody = LETTER.replace("By Ana Ruiz, 3 May 2024\n\n", "")
    of_all = LETTER.replace(" I ", " they ").replace("My", "Their").replace("mine", "theirs")
    words = LETTER.replace(".\n-", "\n-").replace("less.", "less")
    for text in (nobody, of_all.replace("\nI ", "\nThey ").replace("- I ", "- They "), words):
        assert terseness(make_article(text)) == 1.0


def test_a_short_record_of_a_file_is_no_prose() -> None:
    assert terseness(replace(make_article("Ladder. Location: Yard.\n"), part="T05")) == 1.0


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("What is the price of the Teal?", 1.0),
        ("What are the prices?", 1.0),
        ("What is the price of the Heron?", 0.5),
        ("What does 18.5 mean?", 0.0),  # no part of a number, nor of a word
        ("How old is the Teal?", 0.5),
        ("What is it?", 1.0),
    ],
)
def test_the_share_of_the_words_that_a_statement_meets(question: str, share: float) -> None:
    assert share_met(asked_words(question, {}), "Boats\nBoat | Price\nTeal | 18") == share


def test_how_long_a_thing_is_is_met_by_its_length() -> None:
    assert share_met(asked_words("How long is the cable?", {}), "Cable length: 90 cm") == 1.0


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("What did the crew lose?", "The crew has lost its compass.", 1.0),
        ("What was taught at the mill?", "We teach sums at the mill.", 1.0),
        ("Who sold the mill?", "They will sell the mill.", 1.0),
        ("Who sold the mill?", "The mill has a cellar.", 0.5),
        ("How strong is the wind?", "The wound is deep.", 0.0),
        ("What does a rose cost?", "Prices rise.", 0.0),
        ("What did Ana saw?", "They see it.", 0.5),
    ],
)
def test_a_verb_is_met_by_its_other_forms(question: str, text: str, share: float) -> None:
    assert share_met(asked_words(question, {}), text) == share


def test_a_word_weighs_as_much_as_its_idf() -> None:
    words = asked_words("What is the price of the Heron?", {"price": 1.0, "heron": 3.0})
    assert share_met(words, "Boat | Price") == 0.25


@pytest.mark.parametrize(
    ("question", "like"),
    [
        ("What is the price?", 1.0),
        ("What is the cost?", 0.6),  # the cosine of "cost" and "price"
        ("What is the cost of the Heron?", 0.3),
        ("What is the cost of the Coot?", (0.6 + 0.5) / 2),  # another row of the passage tells it
        ("What is 12?", 0.0),
    ],
)
def test_what_is_not_said_is_met_as_far_as_the_likest_word_is_like_it(
    question: str, like: float
) -> None:
    told, passage = "Price: 18", "Price: 18\nCoot: 20"
    assert likeness(asked_words(question, {}), told, passage, encode) == pytest.approx(like)
