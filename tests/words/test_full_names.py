"""Names of two words: put right where the articles say both together, and nothing else is."""

from __future__ import annotations

import pytest

from rag.text import holds_words
from rag.words.full_names import with_full_names
from rag.words.wordlist import WordList
from tests.making import make_article

TEXT = """Bella Liu runs the Orby mill

Bella Liu of Orby met Zhou Hongyi in Velm. The Velm venues were full, and Liu left. Joan Hale and
Jean Hale stayed with Kim Olsen. Bella paid.
"""
WORDS = WordList.from_articles([make_article(TEXT)])


def is_said(first: str, second: str) -> bool:
    return holds_words(TEXT, f"{first} {second}")


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("who is bela lui", "who is Bella Liu"),
        ("Who is Bela Lui?", "Who is Bella Liu?"),
        ("What did Zou Hongyi do?", "What did Zhou Hongyi do?"),  # one is right as it is
        ("who is zou hongy, and bela lui?", "who is Zhou Hongyi, and Bella Liu?"),
        ("how many velm venus", "how many Velm venues"),  # a word, beside a name that is right
    ],
)
def test_two_words_that_the_articles_say_together_are_put_right(question: str, meant: str) -> None:
    assert with_full_names(question, WORDS, is_said) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who is Bella Liu?",
        "who is zou",  # alone, it may be another name
        "Who is Zou, Hongyi?",
        "Who is Bela Hongyi?",  # nobody says Bella Hongyi
        "Who is Joen Hale?",  # Joan or Jean
        "What did Kam Olsen do?",  # a letter changed in so short a name: another one
        "What is a venus in the mill?",  # no name beside it
        "What about the bell lie?",  # everyday words
        "Wer ist denn eigentlich dieser Zou Hongyi?",  # not English
        "",
    ],
)
def test_all_else_is_left_exactly_alone(question: str) -> None:
    assert with_full_names(question, WORDS, is_said) == question


def test_a_word_is_no_name_that_is_its_plural() -> None:
    text = "Gondolas take an hour.\n\nThe boats of Velm are slow. Zambonis take longer."
    words = WordList.from_articles([make_article(text)])

    def said(first: str, second: str) -> bool:
        return holds_words(text, f"{first} {second}")

    question = "How long does a gondola take?"
    assert with_full_names(question, words, said) == question


@pytest.mark.parametrize(
    "question", ["Who complains about lamps?", "Who explans about lamps?", "complaint about lamps"]
)
def test_a_word_that_only_opens_a_sentence_is_no_name(question: str) -> None:
    text = "Lamps\n\nComplaints about lamps were few. Complaints about dogs were many."
    words = WordList.from_articles([make_article(text)])
    assert (
        with_full_names(question, words, lambda one, other: holds_words(text, f"{one} {other}"))
        == question
    )
