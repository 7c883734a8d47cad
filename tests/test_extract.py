"""The extractive answerer: which sentences it picks, and when it picks none."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.config import Config
from rag.datatypes import Article, BlockKind
from rag.encoder import SentenceEncoder
from rag.extract import ExtractiveAnswerer
from rag.questions.asked import asks_for_judgement
from rag.reading import signals
from rag.reading.declining import not_said
from rag.reading.desk import Desk
from rag.reading.signals import Features
from rag.retrieve import HybridRetriever, Retrieved
from rag.store import Generation
from rag.text import normalise, tokenise
from tests.making import RIVERS, CountingEncoder, blocks_article, make_article, make_generation

QUESTION = "How long is the Nile?"
ANY = Config(min_confidence=0.0, most_statements=3)


@pytest.fixture(scope="module")
def generation(tiny: SentenceEncoder) -> Generation:
    articles = [make_article(text, name=name) for name, text in sorted(RIVERS.items())]
    return make_generation(articles, tiny, chunk_tokens=60, overlap=1)


def found_for(
    question: str, generation: Generation, encoder: SentenceEncoder | CountingEncoder, k: int = 8
) -> Retrieved:
    return HybridRetriever(generation, encoder, Config()).retrieve(question, k=k)


def draft_for(
    question: str, generation: Generation, encoder: SentenceEncoder, config: Config = ANY
) -> Draft:
    answerer = ExtractiveAnswerer(Desk(generation, encoder), config)
    return answerer.answer(question, found_for(question, generation, encoder))


def texts_of(draft: Draft, generation: Generation) -> list[str]:
    return [generation.articles[p.article_id].text[p.start : p.end] for p in draft.places]


def test_it_picks_whole_sentences_of_the_passages(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    found = found_for(QUESTION, generation, tiny, k=2)
    draft = ExtractiveAnswerer(Desk(generation, tiny), ANY).answer(QUESTION, found)
    assert draft.places
    for place in draft.places:
        assert (place.start, place.end) in statement_spans(generation.articles[place.article_id])
        assert any(
            p.chunk.article_id == place.article_id
            and p.chunk.start <= place.start
            and place.end <= p.chunk.end
            for p in found.passages
        )
    assert len(set(draft.places)) == len(draft.places)


@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_it_keeps_to_the_number_of_statements(
    generation: Generation, tiny: SentenceEncoder, most: int
) -> None:
    draft = draft_for(QUESTION, generation, tiny, ANY.replace(most_statements=most))
    longest = draft_for(QUESTION, generation, tiny, ANY.replace(most_statements=50))
    stated = [normalise(text) for text in texts_of(draft, generation)]
    assert 1 <= len(set(stated)) <= most
    assert draft.places == longest.places[: len(draft.places)], "fewer are the head of more"


def test_it_is_as_sure_as_the_formula_says(generation: Generation, tiny: SentenceEncoder) -> None:
    """The features and the two logistic regressions, computed here in plain steps.

    No sentence of the first six passages leans on another one.
    """
    found = found_for(QUESTION, generation, tiny, k=6)
    draft = ExtractiveAnswerer(Desk(generation, tiny), ANY).answer(QUESTION, found)
    idf = {term: generation.lexical.idf(term) for term in found.terms}
    features: dict[str, Features] = {}
    for passage in found.passages:
        for start, end in statement_spans(passage.article):
            text = passage.article.text[start:end]
            if text not in passage.chunk.text or text in features:
                continue
            held = sum(weight for term, weight in idf.items() if term in tokenise(text))
            features[text] = Features(
                cosine=float(tiny.encode([text])[0] @ tiny.encode([QUESTION])[0]),
                coverage=held / sum(idf.values()),
                expected=float(any(character.isdigit() for character in text)
                               or "two" in text or "ten" in text.split()),
            )  # fmt: skip

    def logistic(values: Sequence[float], weights: Sequence[float], constant: float) -> float:
        return 1 / (1 + math.exp(-constant - sum(np.multiply(values, weights))))

    best = [max(f.cosine for f in features.values()), max(f.coverage for f in features.values())]
    assert draft.confidence == pytest.approx(
        logistic(best, signals.ANSWER_WEIGHTS, signals.ANSWER_CONSTANT), abs=1e-5
    )
    scores = {
        text: logistic(f.vector(), signals.SENTENCE_WEIGHTS, signals.SENTENCE_CONSTANT)
        for text, f in features.items()
    }
    chosen = texts_of(draft, generation)
    assert scores[chosen[0]] == pytest.approx(max(scores.values()), abs=1e-5)
    expected = sorted(scores.values(), reverse=True)[: len(chosen)]
    assert [scores[text] for text in chosen] == pytest.approx(expected, abs=1e-5), "best first"


def test_it_declines_below_the_confidence_that_is_asked_for(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    sure = draft_for(QUESTION, generation, tiny).confidence
    assert 0 < sure < 1
    above = draft_for(QUESTION, generation, tiny, ANY.replace(min_confidence=sure + 1e-6))
    assert (above.places, above.confidence) == ((), sure)
    assert above.reason == not_said(QUESTION)
    exactly = draft_for(QUESTION, generation, tiny, ANY.replace(min_confidence=sure))
    assert (len(exactly.places) > 0, exactly.reason) == (True, "")


def test_without_passages_it_declines(generation: Generation, tiny: SentenceEncoder) -> None:
    draft = ExtractiveAnswerer(Desk(generation, tiny), ANY).answer(
        "x", Retrieved((), ("x",), None, {})
    )
    assert draft == Draft(
        (), 0.0, "The articles hold nothing that matches this question.", threshold=0.0
    )


def test_passages_without_a_statement_decline(tiny: SentenceEncoder) -> None:
    article = blocks_article(("The length of the Nile", BlockKind.HEADING))
    draft = draft_for(QUESTION, make_generation([article], tiny), tiny)
    assert (draft.places, draft.confidence) == ((), 0.0)


def test_no_caption_byline_or_heading_is_picked(tiny: SentenceEncoder) -> None:
    said = "The Nile is about 6,650 kilometres long"
    article = blocks_article(
        *((f"{said}, {kind}.", kind) for kind in BlockKind if kind is not BlockKind.ITEM)
    )
    generation = make_generation([article], tiny)
    draft = draft_for(QUESTION, generation, tiny)
    assert texts_of(draft, generation) == [f"{said}, paragraph."]


def test_the_same_sentence_of_two_articles_takes_one_of_the_places(tiny: SentenceEncoder) -> None:
    """One statement of two sources, so that both articles stand behind it."""
    said = "The Nile is 6,650 kilometres long."
    articles: list[Article] = [
        blocks_article((said, BlockKind.PARAGRAPH), name="a"),
        blocks_article((said, BlockKind.PARAGRAPH), name="b"),
    ]
    generation = make_generation(articles, tiny)
    draft = draft_for(QUESTION, generation, tiny, ANY.replace(most_statements=1))
    assert [place.article_id for place in draft.places] == ["a", "b"]


def test_a_sentence_in_two_chunks_is_picked_once(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    counts = {
        (c.article_id, span): sum(
            other.article_id == c.article_id and other.start <= span[0] and span[1] <= other.end
            for other in generation.chunks
        )
        for c in generation.chunks
        for span in statement_spans(generation.articles[c.article_id])
    }
    assert max(counts.values()) == 2, "the chunks do overlap"
    draft = draft_for(QUESTION, generation, tiny, ANY.replace(most_statements=50))
    assert len(set(draft.places)) == len(draft.places)


def test_without_a_question_vector_it_makes_its_own(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    lexical = HybridRetriever(generation, tiny, Config(retriever="lexical"))
    found = lexical.retrieve(QUESTION, k=8)
    assert found.query is None
    draft = ExtractiveAnswerer(Desk(generation, tiny), ANY).answer(QUESTION, found)
    assert "6,650" in " ".join(texts_of(draft, generation))


def test_a_sentence_is_encoded_once(generation: Generation, counting: CountingEncoder) -> None:
    answerer = ExtractiveAnswerer(Desk(generation, counting), ANY)
    first = answerer.answer(QUESTION, found_for(QUESTION, generation, counting))
    counting.encoded.clear()
    again = answerer.answer(QUESTION, found_for(QUESTION, generation, counting))
    assert counting.encoded == [QUESTION], "the question alone is new"
    assert again == first


def test_the_kinds_of_answer_a_question_expects() -> None:
    from rag.questions.asked import DATE, NAME, NUMBER, expected_kind

    assert expected_kind("How MANY tokens?") is NUMBER
    assert expected_kind("What fraction of the firms is Dutch?") is NUMBER
    assert expected_kind("What is the total population of Malta?") is NUMBER
    assert expected_kind("What is the number one?") is None
    assert expected_kind("百度提供多少代币？") is NUMBER
    assert expected_kind("When was the dam finished?") is DATE
    assert expected_kind("Who finished it?") is NAME
    assert expected_kind("Tell me about the dam") is None
    assert NUMBER.search("It was about twice that")
    assert not NUMBER.search("None of it")
    assert DATE.search("finished in 1970")
    assert not DATE.search("finished at last")
    assert NAME.search("It was built by Egypt")
    assert not NAME.search("It was built by hand")


def test_a_draft_tells_by_what_it_was_judged(generation: Generation, tiny: SentenceEncoder) -> None:
    found = found_for(QUESTION, generation, tiny)
    config = Config(min_confidence=0.0, most_statements=1)
    draft = ExtractiveAnswerer(Desk(generation, tiny), config).answer(QUESTION, found)
    assert draft.threshold == 0.0
    assert found.candidates >= len(found.passages)
    gave = {p.chunk.id for p in found.passages} - set(draft.left_out)
    assert len(gave) == len(draft.places) == 1
    declined = ExtractiveAnswerer(Desk(generation, tiny), Config(min_confidence=1.0))
    assert declined.answer(QUESTION, found).threshold == 1.0


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Is the ban bad for local companies?", True),
        ("So will it speed things up or slow them down?", True),
        ("How badly were the farmers hit?", True),
        ("How many farmers were hit?", False),
        ("Which companies are hit?", False),
        ("What is it called?", False),
    ],
)
def test_a_judgement_is_told_from_a_fact(question: str, wanted: bool) -> None:
    assert asks_for_judgement(question) is wanted
