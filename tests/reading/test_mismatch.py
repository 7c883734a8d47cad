"""What a question names and a passage does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.datatypes import Chunk, Passage, Scores
from rag.reading.mismatch import mismatches
from tests.making import make_article


def passage(text: str, *, published: date | None = None) -> Passage:
    article = replace(make_article(text), title="News", published=published)
    return Passage(Chunk("c", article.id, 0, len(text), text), article, Scores())


TOLD_OF = "Kestrel sells lamps and has Moonshot for a rival. It sold 40 in 2024."
OF_THE_COMPANY = "The company sold 40 lamps, and Americans bought most in March."


@pytest.mark.parametrize(
    ("question", "shares"),
    [
        ("How many lamps did Kestrel sell?", (0.0, 1.0)),
        ("How many lamps did Kestrel and Moonshot sell?", (0.0, 1.0)),
        ("How many lamps did Americans buy from Kestrel?", (0.5, 0.5)),
        ("How do Americans compare with Kestrel?", (0.0, 0.0)),  # one of them will do
        ("How many lamps did Kestrel sell in America?", (0.5, 0.5)),  # "Americans" is a form of it
        ("How many lamps did Halcyon sell?", (0.0, 0.0)),  # none tells of it: not known
        ("How many lamps did Chinese people buy from Kestrel?", (0.0, 1.0)),  # no demonyms
        ("how many lamps did kestrel sell?", (0.0, 0.0)),
        ("Kestrel lamps sold", (0.0, 1.0)),  # the first word is a name: no passage has it small
        ("Most lamps sold", (0.0, 0.0)),
        ("Wie viele Lampen hat die Firma Kestrel in diesem Jahr verkauft?", (0.0, 0.0)),
        ("", (0.0, 0.0)),
    ],
)
def test_the_share_of_known_names_that_a_passage_lacks(
    question: str, shares: tuple[float, float]
) -> None:
    found = mismatches(question, [passage(TOLD_OF), passage(OF_THE_COMPANY)])
    assert tuple(each.names for each in found) == shares


def test_a_portrait_lacks_the_name_of_none_of_its_passages() -> None:
    said = "The keeper\n\n" + "By day it rains at the weir. " * 12
    text = f"{said}\n\nAda Solvang says that she is well.\n\n" + "She has her key. " * 6
    portrait = make_article(text)
    end = len(portrait.text)
    whole = Passage(Chunk("a#0", "a", end - 30, end, portrait.text[-30:]), portrait, Scores())
    news = passage("Ada Solvang left.")
    assert mismatches("Has Ada Solvang a key?", [whole, news])[0].names == 0


def test_what_an_article_opens_with_need_not_be_named_again() -> None:
    lamps = "The firm sold 40 lamps."
    filler = "Nobody knew why. " * 30
    for opening, share in (("Kestrel has news.", 0.0), ("There is news.", 1.0)):
        article = replace(make_article(f"{opening} {filler}{lamps}\n"), title="News")
        at = article.text.index(lamps)
        later = Passage(Chunk("c", article.id, at, at + len(lamps), lamps), article, Scores())
        found = mismatches("How many lamps did Kestrel sell?", [passage(TOLD_OF), later])
        assert found[1].names == share


@pytest.mark.parametrize(
    ("question", "text", "published", "lacks"),
    [
        ("How many were sold in 2021?", "It sold 40 lamps.", None, True),
        ("How many were sold in 2021?", "It sold 40 lamps in 2021.", None, False),
        ("How many were sold in 2021?", "It sold 40 lamps.", date(2021, 5, 2), False),
        ("How many were sold in 2021?", "It sold 40 lamps.", date(2022, 5, 2), True),
        ("How many were sold in 2021?", "From 2019 to 2023 it sold 40.", None, False),
        ("How many were sold in 2021?", "In 2019-23 it sold 40 lamps.", None, False),
        ("How many were sold in 2021?", "In 2014-2020 it sold 40 lamps.", None, True),
        ("How many were sold by March 2023?", "It sold 40 by March 2024.", None, True),
        ("How many were sold by March 2023?", "It sold 40 by May 2023.", None, True),
        ("How many were sold by March 2023?", "It sold 40 by Mar. 2023.", None, False),
        ("What was the price in May?", "It was 20 in August, it may rise.", None, True),
        ("What was the price in May?", "It was 20.", date(2024, 5, 31), False),
        ("What did Theresa May say?", "The prime minister said no.", None, False),
        ("What has changed since 2019?", "The price has doubled.", None, False),
        ("What came before the 2019 vote?", "A long campaign.", None, False),
        ("Who gives 2000 tokens?", "Kestrel gives 2,000 tokens.", None, False),
        ("What does the GPT-2000 cost?", "It costs 40.", None, False),
        ("Who paid $2000?", "Kestrel paid.", None, False),
    ],
)
def test_a_time_that_a_passage_lacks(
    question: str, text: str, published: date | None, lacks: bool
) -> None:
    (found,) = mismatches(question, [passage(text, published=published)])
    assert found.time is lacks


HOSES = "Hosepipes are banned from June to August."
FIRES = "Fires are allowed only from 1 November to 31 March."


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("Were hosepipes banned in July?", HOSES, False),
        ("Were hosepipes banned in September?", HOSES, True),
        ("Were fires made in January?", FIRES, False),  # the span goes on in the next year
        ("Were fires made in July?", FIRES, True),
        ("Can I make a fire in July?", FIRES, False),  # it tells that one may not
        ("Can I make a fire in July?", "He made a fire in May.", True),
    ],
)
def test_a_span_of_months_names_those_between(question: str, text: str, lacks: bool) -> None:
    assert mismatches(question, [passage(text)])[0].time is lacks
