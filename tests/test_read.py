"""The reading answerer over a small reader whose every word can be checked by eye."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.changes import disagreement
from rag.cite import Place, cite
from rag.config import Config
from rag.encoder import SentenceEncoder
from rag.odds import logistic, weigh
from rag.read import ReadingAnswerer
from rag.reader import Reading, Span
from rag.reader.datatypes import mean_of
from rag.reading import weighed
from rag.reading.desk import Desk
from rag.reading.weighed import (
    ANSWER_CONSTANT,
    ANSWER_WEIGHTS,
    SENTENCE_CONSTANT,
    SENTENCE_WEIGHTS,
    answer_features,
)
from rag.retrieve import HybridRetriever, Retrieved
from rag.searching.beside import Beside
from rag.searching.reorder import with_readings
from rag.store import Generation
from tests.making import RIVERS, make_article, make_generation

QUESTION = "How long is the Nile?"
CONFIG = Config(min_confidence=0.5, most_statements=3)


class WordReader:
    """A Reader that finds one word: a passage that holds it answers, surely; others surely not."""

    model_id = "word"
    fingerprint = "word"

    def __init__(self, word: str, *, margin: float = 5.0) -> None:
        self.word = word
        self.margin = margin
        self.questions: list[str] = []

    def read(
        self, question: str, passages: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> list[Reading]:
        self.questions.append(question)
        found = []
        for passage, spans in zip(passages, sentences, strict=True):
            at = passage.find(self.word)
            span = (at, at + len(self.word)) if at >= 0 else (0, 1)
            logit = 6.0 if at >= 0 else -6.0
            scores = tuple(4.0 if start <= at < end else -4.0 for start, end in spans)
            found.append(Reading(span, self.margin, logit, logistic(logit), scores))
        return found


class UnsureReader(WordReader):
    """Doubts where its word is not, but finds another one there, with a margin of its own."""

    def __init__(self, word: str, other: str, *, margin: float) -> None:
        super().__init__(word)
        self.other = other
        self.other_margin = margin

    def read(
        self, question: str, passages: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> list[Reading]:
        found = super().read(question, passages, sentences)
        for number, passage in enumerate(passages):
            at = passage.find(self.other)
            if self.word in passage:
                continue
            span = (at, at + len(self.other)) if at >= 0 else (0, 1)
            margin = self.other_margin if at >= 0 else -9.0
            found[number] = replace(found[number], span=span, margin=margin)
        return found


@pytest.fixture(scope="module")
def generation(tiny: SentenceEncoder) -> Generation:
    articles = [make_article(text, name=name) for name, text in sorted(RIVERS.items())]
    return make_generation(articles, tiny, chunk_tokens=60, overlap=1)


@pytest.fixture
def found(generation: Generation, tiny: SentenceEncoder) -> Retrieved:
    return HybridRetriever(generation, tiny, CONFIG).retrieve(QUESTION, k=8)


def answerer(
    generation: Generation, tiny: SentenceEncoder, reader: WordReader, config: Config = CONFIG
) -> ReadingAnswerer:
    return ReadingAnswerer(Desk(generation, tiny), lambda: reader, config)


@pytest.mark.parametrize("word", ["6,650 kilometres", "Duisburg", "ten countries"])
def test_the_sentence_that_the_reader_finds_comes_first_its_span_highlighted(
    generation: Generation, tiny: SentenceEncoder, found: Retrieved, word: str
) -> None:
    draft = answerer(generation, tiny, WordReader(word)).answer("What is told of rivers?", found)
    first = draft.places[0]
    text = generation.articles[first.article_id].text
    assert word in text[first.start : first.end]
    assert first.highlight is not None
    assert text[slice(*first.highlight)] == word
    assert all(place.highlight is None for place in draft.places[1:])
    statement = cite(draft.places, generation.articles)[0]
    assert statement.highlight is not None
    assert statement.text[slice(*statement.highlight)] == word


class WillingReader(WordReader):
    """Finds its word in one place, and every other sentence about as good."""

    def read(
        self, question: str, passages: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> list[Reading]:
        found = super().read(question, passages, sentences)
        return [replace(one, sentences=tuple(5.0 for _ in one.sentences)) for one in found]


INTERVIEW = """Glass with Ingrid Solheim

DARA: Do you still use lead?

INGRID: No, I stopped in 2009.

DARA: How hot is the furnace?

INGRID: About 1,120 degrees, day and night.

DARA: Who taught you the most?

INGRID: Lino Barovelli, on Murano."""


def test_who_speaks_alone_is_not_what_is_asked(tiny: SentenceEncoder) -> None:
    spoken = make_generation([make_article(INTERVIEW)], tiny, chunk_tokens=200, overlap=0)
    asked = "Does Ingrid use lead?"
    found = HybridRetriever(spoken, tiny, CONFIG).retrieve(asked, k=8)
    draft = answerer(spoken, tiny, WillingReader("stopped in 2009")).answer(asked, found)
    told = [INTERVIEW[place.start : place.end] for place in draft.places]
    assert told[0] == "INGRID: No, I stopped in 2009."
    assert not any("1,120" in text or "Lino" in text for text in told)


def test_what_the_reader_does_not_find_is_declined(
    generation: Generation, tiny: SentenceEncoder, found: Retrieved
) -> None:
    draft = answerer(generation, tiny, WordReader("Amazon")).answer(QUESTION, found)
    assert draft.places == ()
    assert draft.confidence < 0.5
    assert draft.reason == "The articles don’t say how long the Nile is."
    assert set(draft.readings.values()) == {-6.0}


def test_a_span_that_is_not_likelier_than_none_is_not_shown(
    generation: Generation, tiny: SentenceEncoder, found: Retrieved
) -> None:
    unsure = WordReader("6,650 kilometres", margin=-0.1)
    draft = answerer(generation, tiny, unsure).answer(QUESTION, found)
    assert draft.places
    assert draft.places[0].highlight is None


def test_the_more_passages_are_searched_the_less_sure_it_is(
    generation: Generation,
    tiny: SentenceEncoder,
    found: Retrieved,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answerer(generation, tiny, WordReader("6,650 kilometres"))
    before = asked.answer(QUESTION, found).confidence
    signals = answer_features(asked.read(QUESTION, found), asked.searched)[0]
    monkeypatch.setattr(weighed, "SIZES", (1, 10**6))
    share = math.log(len(generation.chunks)) / math.log(10**6)
    moved = math.log(before / (1 - before)) + 1.6 * share**2 * signals - 2.73 * share
    assert asked.answer(QUESTION, found).confidence == pytest.approx(logistic(moved))


@pytest.mark.parametrize(
    ("margin", "said"), [(1.0, "**2,850 kilometres**"), (-1.0, "2,850 kilometres")]
)
def test_the_last_statement_is_another_article_s_where_it_gives_another_value(
    generation: Generation,
    tiny: SentenceEncoder,
    found: Retrieved,
    margin: float,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The rivers' lengths are hardly as likely to be of one thing as it asks of real articles.
    monkeypatch.setattr(disagreement, "LEAST_BESIDE", 0.03)
    reader = UnsureReader("6,650 kilometres", "2,850 kilometres", margin=margin)
    two = replace(CONFIG, most_statements=2)
    unnamed = "How many kilometres?"
    draft = answerer(generation, tiny, reader, two).answer(unnamed, found)
    assert draft.differing == ()
    first, *others = cite(draft.places, generation.articles)
    assert first.citations[0].article_id == "nile.txt"
    (other,) = others
    bold = other.highlight and f"**{other.text[slice(*other.highlight)]}**"
    assert said.strip("*") in other.text
    assert bold == (said if said.startswith("*") else None)
    one = replace(CONFIG, most_statements=1)
    alone = answerer(generation, tiny, reader, one).answer(unnamed, found)
    assert alone.places == draft.places[:1]
    named = answerer(generation, tiny, reader, two).answer(QUESTION, found)
    texts = [each.text for each in cite(named.places, generation.articles)]
    assert not any(said.strip("*") in text for text in texts)  # that is not the Nile's


def test_it_is_as_sure_as_the_formula_says(
    generation: Generation, tiny: SentenceEncoder, found: Retrieved
) -> None:
    asked = answerer(generation, tiny, WordReader("6,650 kilometres"))
    read = asked.read(QUESTION, found)
    best = max(each.reading.logit for each in read)
    features = answer_features(read, asked.searched)
    assert features[1:] == (0.0, best, 0.0, 0.0) == (0.0, 6.0, 0.0, 0.0)
    signals, by_size, *_ = answer_features(read, 2236)  # half way between 100 and 50,000
    assert signals == features[0] != 0.0
    assert by_size == pytest.approx(signals / 4, rel=1e-4)
    expected = logistic(
        ANSWER_CONSTANT + sum(w * v for w, v in zip(ANSWER_WEIGHTS, features, strict=True))
    )
    assert asked.answer(QUESTION, found).confidence == pytest.approx(expected)
    inside = next(each for each in read if each.inside and each.sentence > 0)
    step = math.log(1 + inside.judged.place.start / 100)
    assert inside.vector()[1:] == pytest.approx((6.0, 4.0, 1.0, 5.0, 0.0, step))
    by_hand = SENTENCE_CONSTANT + sum(
        weight * value for weight, value in zip(SENTENCE_WEIGHTS, inside.vector(), strict=True)
    )
    assert weigh(inside.vector(), SENTENCE_WEIGHTS, SENTENCE_CONSTANT) == pytest.approx(by_hand)


def test_the_model_is_loaded_at_the_first_question_and_once(
    generation: Generation, tiny: SentenceEncoder, found: Retrieved
) -> None:
    loaded: list[WordReader] = []

    def load() -> WordReader:
        loaded.append(WordReader("Nile"))
        return loaded[-1]

    asked = ReadingAnswerer(Desk(generation, tiny), load, CONFIG)
    assert loaded == []
    asked.answer(QUESTION, found)
    asked.answer(QUESTION, found)
    assert [reader.questions.count(QUESTION) for reader in loaded] == [2]


def test_nothing_found_is_declined_without_reading(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    nothing = Retrieved((), ("nile",), None, {})
    draft = answerer(generation, tiny, WordReader("Nile")).answer(QUESTION, nothing)
    assert (draft.places, draft.confidence) == ((), 0.0)
    assert draft.reason == "The articles hold nothing that matches this question."


def test_the_reader_s_scores_stand_beside_the_others_ranked_from_1(found: Retrieved) -> None:
    first, second, third = found.passages[:3]
    read = {first.chunk.id: -1.0, second.chunk.id: 3.0}
    shown = with_readings((first, second, third), read)
    assert [passage.chunk for passage in shown] == [p.chunk for p in (first, second, third)]
    assert [passage.scores.fused for passage in shown] == [
        passage.scores.fused for passage in (first, second, third)
    ]
    ranked = [p.scores.reader and (p.scores.reader.rank, p.scores.reader.value) for p in shown]
    assert ranked == [(2, -1.0), (1, 3.0), None]


class TwoReader(WordReader):
    """Finds one word for the question that is named, and another for every other one."""

    def __init__(self, question: str, word: str, other: str) -> None:
        super().__init__(word)
        self.question, self.own, self.other = question, word, other

    def read(
        self, question: str, passages: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> list[Reading]:
        self.word = self.own if question == self.question else self.other
        return super().read(question, passages, sentences)


def test_an_article_on_what_is_asked_of_is_read_with_it_in_the_place_of_the_name(
    tiny: SentenceEncoder,
) -> None:
    text = "For forty kilometres the Orlava is a stream. It flows for 318 kilometres."
    river = replace(make_article(text, name="one"), title="Orlava")
    other = replace(make_article(text, name="other"), title="Rivers")
    generation = make_generation([river, other], tiny, chunk_tokens=60, overlap=1)
    question = "How long is the Orlava?"
    reader = TwoReader(question, "forty", "318")
    read = answerer(generation, tiny, reader)
    found = HybridRetriever(generation, tiny, CONFIG).retrieve(question, k=8)
    scores: dict[str, list[float]] = {}
    for each in read.read(question, found):
        scores.setdefault(each.judged.place.article_id, []).append(each.sentence)
    assert reader.questions == [question, "How long is it?"]
    assert scores == {river.id: [0.0, 0.0], other.id: [4.0, -4.0]}
    shares = {
        each.judged.text: each.judged.features.coverage
        for each in read.read(question, found)
        if each.judged.place.article_id == river.id
    }
    assert len(set(shares.values())) == 1, "the river's name is in none of them more than in others"


def test_the_mean_of_two_readings_has_the_span_that_is_surer() -> None:
    one = Reading((0, 1), 2.0, -1.0, logistic(-1.0), (1.0, -math.inf))
    other = Reading((4, 5), 6.0, 3.0, logistic(3.0), (2.0, -math.inf))
    mean = mean_of(one, other, share=0.25)
    assert mean == Reading((4, 5), 3.0, 0.0, 0.5, (1.25, -math.inf))


@pytest.mark.parametrize(("told", "again"), [("", True), ("6,650 kilometres", False)])
def test_a_message_is_judged_with_the_question_beside_it_and_what_was_told_gives_way(
    generation: Generation, tiny: SentenceEncoder, told: str, again: bool
) -> None:
    both = f"{QUESTION} Where is the port?"
    found = HybridRetriever(generation, tiny, CONFIG).retrieve(both, k=8)
    own = replace(found, query=None, terms=("port",))
    reader = TwoReader("Where is the port?", "Duisburg", "6,650 kilometres")

    def words(place: Place) -> str:
        return generation.articles[place.article_id].text[place.start : place.end]

    read = answerer(generation, tiny, reader)
    beside = Beside(both, found, lambda place: told != "" and told in words(place))
    draft = read.answer("Where is the port?", own, beside)
    first, *rest = map(words, draft.places)
    assert "Duisburg" in first
    assert any("6,650 kilometres" in text for text in rest) is again
    alone, together = (
        read.answer(question, each).confidence
        for question, each in (("Where is the port?", own), (both, found))
    )
    assert min(alone, together) <= draft.confidence <= max(alone, together)
