"""British and American spellings: the articles' own is asked for, and nothing else is touched."""

from __future__ import annotations

import pytest

from rag.text import tokenise
from rag.words.dialect import in_their_spelling, spellings
from rag.words.wordlist import WordList
from tests.making import make_article

ARTICLE = make_article(
    """The labor of organizations

Organizations analyze the color of gray tires at the center of town. Traveling farmers in Orwell
fulfill a program. The defense of a judgment takes skillful people. Meters and dialogs, a practice
of anemia, and the theatre of the Mill Company. Prizes are for the actor, the letter and the hour.
"""
)
WORDS = WordList.from_articles([ARTICLE])
STEMS = set(tokenise(f"{ARTICLE.title}\n{ARTICLE.text}"))


def is_known(word: str) -> bool:
    return STEMS.issuperset(tokenise(word))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which organisations do they name?", "Which organizations do they name?"),
        ("Organisations of labour?", "Organizations of labor?"),
        ("WHICH ORGANISATIONS ANALYSE THE COLOUR?", "WHICH ORGANIZATIONS ANALYZE THE COLOR?"),
        ("grey tyres in the centre", "gray tires in the center"),
        ("Who is travelling on a programme?", "Who is travelling on a program?"),
        ("a skilful defence, a judgement", "a skillful defense, a judgment"),
        ("how many metres of dialogues", "how many meters of dialogs"),
        ("do they practise against anaemia", "do they practice against anemia"),
        ("what about the theater", "what about the theatre"),  # and the other way
    ],
)
def test_the_articles_spelling_is_asked_for(question: str, asked: str) -> None:
    assert in_their_spelling(question, WORDS, is_known) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Which organizations do they name?",
        "Who leads the Labour party at the Centre?",  # names
        "Which flour is prised off in four hours?",
        "Did the actress pour a liter?",
        "Wie organisieren sie die Labour?",
        "",
    ],
)
def test_all_else_is_left_exactly_alone(question: str) -> None:
    assert in_their_spelling(question, WORDS, is_known) == question


def test_no_articles_change_nothing() -> None:
    nothing = WordList.from_articles([])
    assert in_their_spelling("organisations", nothing, lambda word: False) == "organisations"


def test_both_ways_of_a_pair_lead_to_each_other() -> None:
    for british, american in (
        ("organisations", "organizations"), ("labourers", "laborers"), ("greys", "grays"),
        ("centres", "centers"), ("modelling", "modeling"), ("offence", "offense"),
        ("encyclopaedia", "encyclopedia"), ("instalments", "installments"),
    ):  # fmt: skip
        assert american in spellings(british)
        assert british in spellings(american)
