"""A summary takes the sentences that are most like the whole, and none that leans on another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings

from rag.chunk import statement_spans
from rag.datatypes import Article
from rag.encoder import Vectors
from rag.replies.gist import gist
from tests.making import block_articles, make_article

# A scene opens it; what it is about comes later. Its title names the ferry, the price and the plan.
FEATURE = (
    "The lamp above the hut buzzes like a wasp. "
    "A man in a white coat is asleep on his feet there. "
    "The plan for a new ferry will double its price to eight crowns. "
    "But the price was promised for ten years to come. "
    "It was never put to the vote of anybody. "
    "Would you pay the price of a dinner for a ferry? "
    "The price of the ferry will rise with the plan for a new one. "
    "Two women share a bag of warm rolls in silence. "
    "The council answers that the plan for the ferry cannot wait. "
    "A gull walks along the rail from end to end. "
    "The first buses of the morning turn at the quay. "
    "Somebody has painted the bollards in bright red. "
    "However, the ferry and its price are the talk of the town."
)
TOLD = ("ferry", "price", "plan", "lamp", "council", "gull", "buses", "women", "bollards")


def of_words(texts: Sequence[str]) -> Vectors:
    """Return a vector of each text by the words of `TOLD` in it."""
    found = [[text.lower().count(word) for word in TOLD] for text in texts]
    vectors = np.array([[*row, not any(row)] for row in found], dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def told(article: Article, count: int) -> list[str]:
    return [article.text[start:end] for start, end in gist(article, of_words)[:count]]


def feature() -> Article:
    return make_article(f"The price of the ferry and the plan\n\n{FEATURE}\n")


def test_what_the_article_is_about_comes_first_wherever_it_stands() -> None:
    assert told(feature(), 1) == ["The plan for a new ferry will double its price to eight crowns."]


def test_what_says_the_same_again_comes_later() -> None:
    first = told(feature(), 2)
    again = "The price of the ferry will rise with the plan for a new one."
    assert again not in first
    assert again in told(feature(), 20)


@pytest.mark.parametrize(
    "left_out",
    [
        "But the price was promised for ten years to come.",  # goes on with the one before
        "However, the ferry and its price are the talk of the town.",
        "It was never put to the vote of anybody.",  # what was not?
        "Would you pay the price of a dinner for a ferry?",
    ],
)
def test_what_says_nothing_by_itself_is_left_out(left_out: str) -> None:
    assert left_out in feature().text
    assert left_out not in told(feature(), 20)


def test_a_text_with_little_prose_is_told_in_its_order() -> None:
    article = make_article("The ferry\n\nThe ferry is old. It is late. The price is high.\n")
    assert told(article, 9) == ["The ferry is old.", "It is late.", "The price is high."]


def test_of_a_long_text_a_part_is_read() -> None:
    paragraphs = (f"Ferry number {at} sails at dawn each day. {FEATURE}" for at in range(60))
    article = make_article("\n\n".join(["The ferry", *paragraphs]))
    read: list[int] = []

    def counted(texts: Sequence[str]) -> Vectors:
        read.append(len(texts))
        return of_words(texts)

    assert gist(article, counted)
    assert read == [60 + 1]  # what opens each paragraph, and the title


@settings(max_examples=30)
@given(block_articles())
def test_of_any_article_each_sentence_comes_at_most_once(article: Article) -> None:
    ranked = gist(article, of_words)
    assert len(set(ranked)) == len(ranked)
    assert set(ranked) <= set(statement_spans(article))
