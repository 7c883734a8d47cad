"""The extractive answerer: the sentences that answer, verbatim, or a decline.

A sentence is judged by the retriever's own two signals: the cosine of its vector with the
question's, and the share of the question's terms that it holds, weighted by their idf; beside them,
whether it holds a number, a date or a name where the question asks for one. The weights are those
of logistic regressions, fitted by tests/benchmarks/fit_extract.py.

These signals tell what a sentence is about, not whether it says what is asked: they decline a
question that the articles have nothing to do with, and cannot tell a near miss.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from rag.asked import expected_kind
from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.datatypes import Article, Passage
from rag.encoder import Encoder, Vectors
from rag.retrieve import Retrieved
from rag.store import Generation
from rag.text import normalise, tokenise


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer found: places best first, how sure it is, and why it declines if it does.

    `places` is empty exactly where the answerer declines.
    """

    places: tuple[Place, ...]
    confidence: float
    reason: str


class Answerer(Protocol):
    """What turns passages into an answer: sentences as here, a reading model, a chat model."""

    @property
    def name(self) -> str:
        """The answerer's name, as `answered_by` gives it."""

    def answer(self, question: str, found: Retrieved) -> Draft:
        """Return the places that answer `question` among the passages found for it."""


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

_LEAST_SHARE = 0.2  # a sentence with less than this share of the best one's score is left out
_MOST_VECTORS = 20_000  # sentence vectors that are kept for later questions


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: Place
    passage: Passage
    rank: int
    text: str


class ExtractiveAnswerer:
    """Picks sentences; needs no language model."""

    name = "extractive"

    def __init__(self, generation: Generation, encoder: Encoder, config: Config) -> None:
        self._generation = generation
        self._encoder = encoder
        self._config = config
        self._statements = lru_cache(maxsize=512)(self._statement_spans)
        self._vectors: dict[str, Vectors] = {}

    def answer(self, question: str, found: Retrieved) -> Draft:
        """Return the best sentences of the passages, best first, or none where they are too weak.

        At most `most_statements` places; a sentence far weaker than the best is left out.
        """
        candidates = self._candidates(found.passages)
        if not candidates:
            return Draft((), 0.0, "The articles hold nothing that matches this question.")
        features = self._features(question, found, candidates)
        scores = [_logistic(f.vector(), SENTENCE_WEIGHTS, SENTENCE_CONSTANT) for f in features]
        confidence = _logistic(answer_features(features), ANSWER_WEIGHTS, ANSWER_CONSTANT)
        if confidence < self._config.min_confidence:
            return Draft((), confidence, "The articles don’t seem to answer this question.")
        order = sorted(range(len(scores)), key=lambda at: (-scores[at], candidates[at].rank, at))
        best = scores[order[0]]
        chosen: list[Place] = []
        stated: set[str] = set()
        for at in order:
            if scores[at] < best * _LEAST_SHARE:
                break
            same = normalise(candidates[at].text)
            if same not in stated and len(stated) == self._config.most_statements:
                break
            stated.add(same)
            chosen.append(candidates[at].place)
        return Draft(tuple(chosen), confidence, "")

    def _statement_spans(self, article_id: str) -> list[tuple[int, int]]:
        return statement_spans(self._generation.articles[article_id])

    def _candidates(self, passages: Sequence[Passage]) -> list[_Candidate]:
        """Return the sentences of the passages, each once, with the best passage that holds it."""
        found: dict[tuple[str, int], _Candidate] = {}
        for rank, passage in enumerate(passages, start=1):
            article = passage.article
            for start, end in self._statements(article.id):
                if passage.chunk.start <= start and end <= passage.chunk.end:
                    place = Place(article.id, start, end)
                    candidate = _Candidate(place, passage, rank, article.text[start:end])
                    found.setdefault((article.id, start), candidate)
        return list(found.values())

    def _features(
        self, question: str, found: Retrieved, candidates: Sequence[_Candidate]
    ) -> list[Features]:
        query = found.query if found.query is not None else self._encoder.encode([question])[0]
        vectors = self._sentence_vectors([candidate.text for candidate in candidates])
        idf = {term: self._generation.lexical.idf(term) for term in found.terms}
        kind = expected_kind(question)
        features = []
        for candidate, cosine in zip(candidates, vectors @ query, strict=True):
            passage = candidate.passage
            features.append(
                Features(
                    cosine=float(cosine),
                    coverage=_coverage(idf, candidate.text, passage.article),
                    expected=float(kind is None or bool(kind.search(candidate.text))),
                )
            )
        return features

    def _sentence_vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`, (n, d); those of earlier questions are kept."""
        kept = self._vectors
        new = list(dict.fromkeys(text for text in texts if text not in kept))
        if len(kept) + len(new) > _MOST_VECTORS:
            # A new mapping: another thread may be reading the old one.
            kept = self._vectors = {}
            new = list(dict.fromkeys(texts))
        kept.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([kept[text] for text in texts])


def answer_features(features: Sequence[Features]) -> tuple[float, ...]:
    """Return the best of each signal over the sentences, in the order of ANSWER_WEIGHTS."""
    return (
        max(f.cosine for f in features),
        max(f.coverage for f in features),
    )


def _coverage(idf: Mapping[str, float], text: str, article: Article) -> float:
    """Return the share of the terms of `idf` that `text` holds, weighted by their idf."""
    total = sum(idf.values())
    if not total:
        return 0.0
    held = set(tokenise(text, article.language))
    return sum(weight for term, weight in idf.items() if term in held) / total


def _logistic(values: Sequence[float], weights: Sequence[float], constant: float) -> float:
    total = constant + sum(v * w for v, w in zip(values, weights, strict=True))
    return 1 / (1 + math.exp(-total)) if total > -700 else 0.0
