"""Sentences as the retriever's signals judge them: with what they stand below and lean on."""

from __future__ import annotations

import pytest

from rag.config import Config
from rag.encoder import SentenceEncoder
from rag.reading.desk import Desk
from rag.reading.signals import judged
from rag.retrieve import HybridRetriever
from tests.making import make_article, make_generation
from tests.reading.test_lead import TROUBLES


@pytest.mark.parametrize("leaning", ["It is 6,650 km long.", "Among them, two are 6,650 km long."])
def test_a_sentence_that_leans_on_the_one_before_is_judged_with_it(
    tiny: SentenceEncoder, leaning: str
) -> None:
    question = "How long are the rivers of the atlas?"

    def coverage(text: str) -> float:
        generation = make_generation([make_article(text)], tiny, chunk_tokens=60, overlap=0)
        found = HybridRetriever(generation, tiny, Config()).retrieve(question, k=8)
        sentences = judged(Desk(generation, tiny), question, found)
        return next(each.features.coverage for each in sentences if each.text == leaning)

    opening = "The atlas has rivers."
    assert coverage(f"{opening} {leaning}\n") > coverage(f"{leaning} {opening}\n")


def test_a_line_that_opens_a_paragraph_of_its_own_leans_on_none_before(
    tiny: SentenceEncoder,
) -> None:
    text = TROUBLES[TROUBLES.index("The pump is loud") :]
    generation = make_generation([make_article(text)], tiny, chunk_tokens=60, overlap=0)
    question = "Why does it leak?"
    found = HybridRetriever(generation, tiny, Config()).retrieve(question, k=8)
    sentences = judged(Desk(generation, tiny), question, found)
    told = {each.text: each.understood for each in sentences}
    assert told["It leaks."] == "It leaks."
    assert told["It must not be forced."].startswith("It leaks.\nTighten the ring")


def test_a_sentence_with_i_is_judged_by_what_whoever_says_it_is_asked(
    tiny: SentenceEncoder,
) -> None:
    text = "The pond\n\nBy Ana Ruiz, 3 May 2024\n\nI have kept newts for years. The pond is deep.\n"
    generation = make_generation([make_article(text)], tiny, chunk_tokens=60, overlap=0)
    question = "How long has Ana Ruiz kept newts?"
    found = HybridRetriever(generation, tiny, Config()).retrieve(question, k=8)
    cosines = {
        each.text: each.features.cosine for each in judged(Desk(generation, tiny), question, found)
    }
    asked, to_her = tiny.encode([question]), tiny.encode(["How long have you kept newts?"])
    for sentence, cosine in cosines.items():
        [own] = tiny.encode([sentence])
        by_name, by_you = float(asked[0] @ own), float(to_her[0] @ own)
        says_i = sentence.startswith("I have")
        assert cosine == pytest.approx((by_name + by_you) / 2 if says_i else by_name, abs=1e-5)


def test_the_name_of_whom_an_article_portrays_tells_nothing_of_a_sentence(
    tiny: SentenceEncoder,
) -> None:
    text = (
        "The keeper\n\nAda Solvang has no coat. She keeps the lamp, and she likes rain. "
        "She was taught in Brenn. Her cat is old. She has a boat, and she rows it.\n"
    )
    generation = make_generation([make_article(text)], tiny)
    desk = Desk(generation, tiny)
    question = "Where was Ada Solvang taught?"
    found = HybridRetriever(generation, tiny, Config()).retrieve(question, k=3)
    told = {each.text: each.features for each in judged(desk, question, found)}
    named, unnamed = told["Ada Solvang has no coat."], told["She was taught in Brenn."]
    whole, she = desk.query(question, found), desk.vectors(["Where was she taught?"])[0]
    vector = desk.vectors(["She has no coat."])[0]
    assert named.cosine == pytest.approx(float(vector @ whole + vector @ she) / 2, abs=1e-5)
    assert unnamed.coverage > named.coverage
