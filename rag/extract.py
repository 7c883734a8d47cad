"""The extractive answerer: the sentences that answer, verbatim, or a decline.

A sentence is judged by the retriever's own two signals: the cosine of its vector with the
question's, and the share of the question's terms that it holds, weighted by their idf; beside them,
whether it holds a number, a date or a name where the question asks for one. The weights are those
of logistic regressions, fitted by tests/benchmarks/fit_extract.py.

These signals tell what a sentence is about, not whether it says what is asked: they decline a
question that the articles have nothing to do with, and cannot tell a near miss.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from rag.answerer import Draft
from rag.antecedent import start_with_antecedent
from rag.asked import asks_for_judgement, expected_kind, wants_several
from rag.beside import Beside, in_both, together, with_new
from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.datatypes import Article, LeftOut, Passage
from rag.declining import not_said
from rag.encoder import Encoder, Vectors
from rag.items import Items
from rag.lead import NO_LEAD, Lead, Span, first_rows, leads
from rag.odds import logistic, weigh
from rag.reader.features import says_nothing
from rag.retrieve import Retrieved
from rag.shown import ORDINALS
from rag.store import Generation
from rag.subject import said_by_another, subjects_named
from rag.text import holds_words, is_bare_number, normalise, tokenise


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of one sentence against one question; each is about 0 to 1."""

    cosine: float  # of the sentence's vector and the question's
    coverage: float  # idf-weighted share of the question's terms in the sentence
    expected: float  # 1 where the sentence holds the kind of thing that is asked for, else 0

    def vector(self) -> tuple[float, ...]:
        """The features in the order of the weights."""
        return (self.cosine, self.coverage, self.expected)


# Weights of Features.vector() and the constant of a logistic regression: does the sentence answer?
# Fitted on half of 312 pieces of news and of 700 questions of SQuAD 1.1; on the other halves the
# right sentence is first for 52% and 73%, among the first three for 71% and 90%.
SENTENCE_WEIGHTS = (4.6, 3.7, 0.9)
SENTENCE_CONSTANT = -6.7
# The same for the whole answer: (best cosine, best coverage) -> is it answered? Fitted on half of
# 700 questions of SQuAD 1.1, 1,000 of SQuAD 2.0 and CLAPNQ; on the other half AUC .64 and .94.
ANSWER_WEIGHTS = (6.6, 3.2)
ANSWER_CONSTANT = -5.8

NOTHING_MATCHES = "The articles hold nothing that matches this question."

NO_SPANS: Mapping[int, float] = MappingProxyType({})

_LEAST_SHARE = 0.2  # a sentence with less than this share of the best one's score is left out
_SAME_VALUE = 2  # statements that give the same value, while others are there
_NEAREST = 5  # passages beside one, by which it is told how alike those around it are
_LISTING = " ".join(
    (
        *ORDINALS,
        "last step steps list lists item items way ways thing things point stage all",
        "still already yet now currently",
    )
)
_MOST_LISTS = 64  # whose items are kept by their words
_ASKING = re.compile(r"\W*(?:what|how|when|where|who|which|why)\b", re.IGNORECASE)
_TYPICAL = 0.3  # the cosine of two passages, where there is but one
_MOST_VECTORS = 20_000  # sentence vectors that are kept for later questions


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of a passage and what the retriever's signals say of it."""

    place: Place
    passage: Passage
    text: str
    features: Features
    vector: Vectors = field(compare=False, repr=False)  # of the text, (d,)
    understood: str = ""  # the text below what it stands below
    likelier: float = 0.0  # log-odds that its article adds, where a conversation is about that

    @property
    def logit(self) -> float:
        """The log-odds that the sentence answers."""
        return weigh(self.features.vector(), SENTENCE_WEIGHTS, SENTENCE_CONSTANT) + self.likelier


class ExtractiveAnswerer:
    """Picks sentences; needs no language model."""

    name = "extractive"

    def __init__(self, generation: Generation, encoder: Encoder, config: Config) -> None:
        self._generation = generation
        self._encoder = encoder
        self._config = config
        self._statements = lru_cache(maxsize=512)(self._statement_spans)
        self.leads = lru_cache(maxsize=512)(self._found_leads)
        self._vectors: dict[str, Vectors] = {}
        self._listed: dict[tuple[str, tuple[Span, ...]], Items] = {}

    @property
    def searched(self) -> int:
        """How many passages a question is searched in."""
        return len(self._generation.chunks)

    @property
    def encoder(self) -> str:
        """The name of the encoder that makes its vectors."""
        return self._encoder.model_id

    def answer(self, question: str, found: Retrieved, beside: Beside | None = None) -> Draft:
        """Return the best sentences of the passages, best first, or none where they are too weak.

        As many places as `most_statements` says; a sentence far weaker than the best is left out.
        """
        least = self._config.least_confidence
        judged, both = self.judge(question, found), []
        if beside is not None:
            both = self.judge(beside.question, beside.found)
            judged, both = in_both(judged, both, lambda each: each.place)
        if not judged:
            return Draft((), 0.0, NOTHING_MATCHES, threshold=least)
        logits, logit = [each.logit for each in judged], answer_logit(judged)
        scores = [logistic(each) for each in logits]
        if beside is not None:
            told = [beside.is_told(each.place) for each in judged]
            scores = together(logits, [each.logit for each in both], told)
            logit = (logit + answer_logit(both)) / 2
        confidence = logistic(logit)
        if confidence < least:
            return Draft((), confidence, not_said(question), threshold=least)
        places = best_places(
            [(score, each.place, each.text) for score, each in zip(scores, judged, strict=True)],
            most=most_statements(question, self._config),
            articles=articles_heard(question, self._config),
        )
        scored = [(score, each.place) for score, each in zip(scores, judged, strict=True)]
        places = with_new(places, scored, beside)
        without = left_out(found.passages, judged, scores, places)
        return Draft(places, confidence, "", threshold=least, left_out=without)

    def judge(self, question: str, found: Retrieved) -> list[Judged]:
        """Return the sentences of the passages, each once, with the best passage that holds it."""
        candidates: dict[tuple[str, int], tuple[Place, Passage]] = {}
        is_another_s = said_by_another(question, (passage.article for passage in found.passages))
        for passage in found.passages:
            for start, end in self.sentences(passage):
                if is_another_s(passage.article, start, end):
                    continue
                place = Place(passage.article.id, start, end)
                candidates.setdefault((place.article_id, start), (place, passage))
        kept = list(candidates.values())
        if not kept:
            return []
        texts = [passage.article.text[place.start : place.end] for place, passage in kept]
        vectors = self.vectors(texts)
        whole = [self._understood(place, passage) for place, passage in kept]
        meant = vectors if whole == texts else self.vectors(whole)
        features = self._features(question, found, kept, whole, meant)
        likelier = found.likelier.of if found.likelier else _as_likely
        return [
            Judged(
                place,
                passage,
                text,
                each,
                vector,
                understood,
                likelier(place.article_id, place.start, place.end),
            )
            for (place, passage), text, each, vector, understood in zip(
                kept, texts, features, vectors, whole, strict=True
            )
        ]

    def _understood(self, place: Place, passage: Passage) -> str:
        """Return a sentence's text below what it stands below, and that which it leans on."""
        text, spans = passage.article.text, self._statements(place.article_id)
        at = bisect_left(spans, (place.start, place.end))
        lead = self.leads(place.article_id).get(place.start, NO_LEAD)
        start = start_with_antecedent(text, spans, at)
        if lead.record and start < lead.record[0]:
            start = place.start
        above = [text[slice(*span)] for span in lead.above if span[1] <= start]
        return "\n".join([*above, text[start : place.end]])

    def sentences(self, passage: Passage) -> list[tuple[int, int]]:
        """Return the (start, end) in the article of the statements that `passage` holds whole.

        Rows that name a table's columns are none, nor is what answers nothing: a question, the
        number of a clause or a single word by itself.
        """
        leads, text = self.leads(passage.article.id), passage.article.text
        named = first_rows(leads)
        return [
            (start, end)
            for start, end in self._statements(passage.article.id)
            if passage.chunk.start <= start and end <= passage.chunk.end
            if start not in named and not is_bare_number(text[start:end])
            if start in leads or not _answers_nothing(text[start:end])
        ]

    def _statement_spans(self, article_id: str) -> list[tuple[int, int]]:
        return statement_spans(self._generation.articles[article_id])

    def _found_leads(self, article_id: str) -> dict[int, Lead]:
        return leads(self._generation.articles[article_id], self._statements(article_id))

    def _features(
        self,
        question: str,
        found: Retrieved,
        candidates: Sequence[tuple[Place, Passage]],
        texts: Sequence[str],
        vectors: Vectors,
    ) -> list[Features]:
        query = found.query if found.query is not None else self._encoder.encode([question])[0]
        idf = self.idf(found)
        kind = expected_kind(question)
        subjects = subjects_named(question, (passage.article for _, passage in candidates))
        told = [
            f"{subject.words}\n{text}"
            if (subject := subjects[place.article_id])
            and subject.is_of(passage.article, place.start, place.end)
            else text
            for (place, passage), text in zip(candidates, texts, strict=True)
        ]
        return [
            Features(
                cosine=float(cosine),
                coverage=term_share(idf, below, passage.article),
                expected=float(kind is None or bool(kind.search(text))),
            )
            for (_, passage), text, below, cosine in zip(
                candidates, texts, told, vectors @ query, strict=True
            )
        ]

    def told_above(self, terms: Sequence[str], lead: Lead, article: Article) -> float:
        """Return the share of a question's `terms`, weighted by idf, above a list's items.

        The article's title is above them, too, where one of the terms stands below that. Those
        count that tell what is asked of: neither "what" nor "the steps" do. It is 0 where another
        of them is in some of the items alone, which is what is asked for, and where the nearest
        heading asks for something else ("What to bring on a walk").
        """
        listing, telling = _listing_terms(article.language), _telling(terms, article.language)
        idf = {term: self._generation.lexical.idf(term) for term in telling}
        texts = [article.text[slice(*span)] for span in lead.above]
        if not term_share(idf, "\n".join(texts), article):
            return 0.0
        nearest = texts[-1]
        asked = {term for term in tokenise(nearest, article.language) if not says_nothing(term)}
        if _ASKING.match(nearest) and not asked <= {*terms, *listing}:
            return 0.0
        above = "\n".join([article.title, *texts])
        rest = telling - set(tokenise(above, article.language))
        if rest and self._items(article, lead.items).differ_in(rest):
            return 0.0
        return term_share(idf, above, article)

    def rows_picked(self, terms: Sequence[str], lead: Lead, article: Article) -> tuple[Span, ...]:
        """Return the rows of a table, but not all, that a question's `terms` pick.

        "Which walks are hard?": the walks are told above, in the title, the headings or the names
        of the columns, and "hard" in some of the rows. A row holds all that is not told above.
        """
        language = article.language
        telling = _telling(terms, language)
        texts = [article.title, *(article.text[slice(*span)] for span in lead.above)]
        rest = telling - set(tokenise("\n".join(texts), language))
        if not lead.columns or not rest or rest == telling:
            return ()
        rows = self._items(article, lead.items).holding(rest)
        return tuple(rows) if len(rows) < len(lead.items) else ()

    def _items(self, article: Article, spans: tuple[Span, ...]) -> Items:
        """Return the items of a list by their words; those of some lists are kept."""
        key = article.id, spans
        if (found := self._listed.get(key)) is None:
            if len(self._listed) >= _MOST_LISTS:
                self._listed = {}  # a new mapping, as of the vectors
            found = self._listed[key] = Items(article, spans)
        return found

    def coverage(self, found: Retrieved, passages: Sequence[Passage]) -> list[float]:
        """Return the share of the question's terms, weighted by idf, that each passage holds."""
        idf = self.idf(found)
        return [term_share(idf, passage.titled, passage.article) for passage in passages]

    def idf(self, found: Retrieved) -> dict[str, float]:
        """Return the idf of each of the question's terms."""
        return {term: self._generation.lexical.idf(term) for term in found.terms}

    def near(self, vector: Vectors) -> float:
        """Return the mean cosine of a passage's vector, (d,), with the passages nearest to it.

        The nearest is taken for the passage itself and left out; of `_NEAREST` after it.
        """
        found = self._generation.vectors.search(vector.astype(np.float32), k=_NEAREST + 1)[1:]
        return float(np.mean([cosine for _, cosine in found])) if found else _TYPICAL

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`, (n, d), n at least 1; those of before are kept."""
        kept = self._vectors
        new = list(dict.fromkeys(text for text in texts if text not in kept))
        if len(kept) + len(new) > _MOST_VECTORS:
            # A new mapping: another thread may be reading the old one.
            kept = self._vectors = {}
            new = list(dict.fromkeys(texts))
        kept.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([kept[text] for text in texts])


def _as_likely(article_id: str, start: int, end: int) -> float:
    return 0.0


def _answers_nothing(sentence: str) -> bool:
    """Return whether a sentence asks or is one word: "Is it too dear?", "Books."."""
    bare = sentence.strip(" *_\"'“”‘’()")
    return bare.endswith("?") or (len(bare.split()) == 1 and bare.endswith("."))


@lru_cache(maxsize=64)
def _listing_terms(language: str) -> frozenset[str]:
    """Return the terms in a language that only say that a list is asked for."""
    return frozenset(tokenise(_LISTING, language))


def _telling(terms: Sequence[str], language: str) -> set[str]:
    """Return those of a question's terms that tell what is asked of: neither "what" nor "steps"."""
    listing = _listing_terms(language)
    return {term for term in terms if term not in listing and not says_nothing(term)}


def most_statements(question: str, config: Config, *, several: bool = False) -> int:
    """Return how many statements an answer has at most; `several`: whatever `question` asks for."""
    several = several or wants_several(question) or asks_for_judgement(question)
    return (
        max(config.list_statements, config.most_statements) if several else config.most_statements
    )


def articles_heard(question: str, config: Config) -> int:
    """Return how many articles give a statement each before one gives a second; 0: no matter.

    Where a question asks for a judgement, articles may differ on it.
    """
    return config.list_statements if asks_for_judgement(question) else 0


def best_places(
    scored: Sequence[tuple[float, Place, str]],
    *,
    most: int,
    articles: int = 0,
    value: str = "",
    spans: Mapping[int, float] = NO_SPANS,
) -> tuple[Place, ...]:
    """Return the places of the `most` best texts, best first, equal scores in the order given.

    `scored` holds (score, place, text), scores above 0. A text with less than `_LEAST_SHARE` of the
    best one's score is left out; places of the same text count as one and stay together. The best
    texts of up to so many `articles` come before any article's second one. Where the best text
    gives `value`, one other may bear it out; further ones come after those that say something else.
    `spans` are the texts, by their number, that hold what a reader would answer with from their
    passage: they come before others, with as small a share of the best score as is given.
    """

    def is_left_out(at: int) -> bool:
        return scored[at][0] < scored[order[0]][0] * spans.get(at, _LEAST_SHARE)

    order = sorted(range(len(scored)), key=lambda at: (-scored[at][0], at))
    again: list[int] = []
    if value:
        again = [at for at in order if holds_words(scored[at][2], value)][_SAME_VALUE:]
        order = [at for at in order if at not in again] + again
    if articles:
        firsts: dict[str, int] = {}
        for at in order:
            if not is_left_out(at):
                firsts.setdefault(scored[at][1].article_id, at)
        first = list(firsts.values())[:articles]
        order = first + [at for at in order if at not in first]
    elif spans:
        first = [at for at in order[1:] if at in spans and at not in again]
        order[1:] = first + [at for at in order[1:] if at not in first]
    chosen: dict[str, list[Place]] = {}
    for at in order:
        _, place, text = scored[at]
        if is_left_out(at):
            continue
        same = normalise(text)
        if same in chosen or len(chosen) < most:
            chosen.setdefault(same, []).append(place)
    return tuple(place for places in chosen.values() for place in places)


def left_out(
    passages: Sequence[Passage],
    judged: Sequence[Judged],
    scores: Sequence[float],
    places: Sequence[Place],
) -> dict[str, LeftOut]:
    """Return why each passage that gives none of the statements does not, by chunk id.

    `scores` are those of the sentences `judged`, and `places` what was chosen among these.
    """
    chosen = {(place.article_id, place.start) for place in places}
    stated: set[tuple[str, str]] = set()  # texts that rag.cite would not state again
    gave: set[str] = set()
    by_place = {(each.place.article_id, each.place.start): each for each in judged}
    for place in places:
        each = by_place[place.article_id, place.start]
        text = (place.article_id, normalise(each.text))
        if text not in stated:
            gave.add(each.passage.chunk.id)
        stated.add(text)
    best: dict[str, tuple[float, Judged]] = {}
    for score, each in zip(scores, judged, strict=True):
        name = each.passage.chunk.id
        if name not in best or score > best[name][0]:
            best[name] = score, each
    reasons: dict[str, LeftOut] = {}
    for name in dict.fromkeys(passage.chunk.id for passage in passages):
        if name in gave:
            continue
        if name not in best:
            reasons[name] = "held"
            continue
        score, each = best[name]
        if (each.place.article_id, each.place.start) in chosen or (
            (each.place.article_id, normalise(each.text)) in stated
        ):
            reasons[name] = "repeated"
        else:
            reasons[name] = "weak" if score < max(scores) * _LEAST_SHARE else "enough"
    return reasons


def answer_features(features: Sequence[Features]) -> tuple[float, ...]:
    """Return the best of each signal over the sentences, in the order of ANSWER_WEIGHTS."""
    return (
        max(each.cosine for each in features),
        max(each.coverage for each in features),
    )


def answer_logit(judged: Sequence[Judged]) -> float:
    """Return the log-odds that the best of the sentences answer the question."""
    features = answer_features([each.features for each in judged])
    return weigh(features, ANSWER_WEIGHTS, ANSWER_CONSTANT)


def terms_for(idf: Mapping[str, float], asked: str, language: str) -> dict[str, float]:
    """Return the terms of `idf` that `asked` has in the language of an article.

    A search has those of all languages: "robots" is "robot" in English and "robots" in Chinese, and
    no article holds both.
    """
    own = set(tokenise(asked, language))
    return {term: weight for term, weight in idf.items() if term in own}


def term_share(idf: Mapping[str, float], text: str, article: Article) -> float:
    """Return the share of the terms of `idf` that `text` holds, weighted by their idf."""
    total = sum(idf.values())
    if not total:
        return 0.0
    held = set(tokenise(text, article.language))
    return sum(weight for term, weight in idf.items() if term in held) / total
