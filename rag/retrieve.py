"""Question -> passages: BM25 and vectors, fused, every score kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.datatypes import Passage, Score, Scores
from rag.encoder import Encoder, Vectors
from rag.indexing.chosen import rows_among
from rag.store import Generation
from rag.text import query_terms


class Likelier(Protocol):
    """What is likelier to be asked for than the question itself says."""

    @property
    def articles(self) -> tuple[str, ...]:
        """The ids of the articles."""

    def of(self, article_id: str, start: int, end: int) -> float:
        """Return what is added to the log-odds that a sentence answers."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for a question: passages best first, and what the next steps reuse.

    `query` is the question's unit vector, (d,) float32, or None where no vector was asked for.
    `seconds` is the time of each stage, `candidates` the number of passages that were compared.
    `likelier` says what is added to the log-odds of sentences; None: to none.
    """

    passages: tuple[Passage, ...]
    terms: tuple[str, ...]
    query: Vectors | None
    seconds: Mapping[str, float]
    candidates: int = 0
    likelier: Likelier | None = None


class PassageRetriever(Protocol):
    """What turns a question into passages: the hybrid, or one that reorders what another found."""

    def retrieve(self, question: str, *, k: int) -> Retrieved:
        """Return the best `k` passages for `question`; fewer where fewer are found."""


def retrieve_ordered(
    inner: PassageRetriever,
    question: str,
    *,
    k: int,
    depth: int,
    stage: str,
    order: Callable[[tuple[Passage, ...]], tuple[Passage, ...]],
) -> Retrieved:
    """Return the best `k` of what `inner` found, at least `depth` passages, after `order`.

    The time that `order` takes is that of `stage`. It is not called where `k` is below 1.
    """
    if k < 1:
        return inner.retrieve(question, k=k)
    found = inner.retrieve(question, k=max(k, depth))
    began = time.perf_counter()
    passages = order(found.passages)
    seconds = {**found.seconds, stage: time.perf_counter() - began}
    return replace(found, passages=passages[:k], seconds=seconds)


def in_order_of(
    passages: Sequence[Passage], values: Sequence[float], *, name: str, first: int = 1
) -> tuple[Passage, ...]:
    """Return the passages by `values`, best first, equal ones as given; ranks count from `first`.

    The field `name` of their scores holds value and rank.
    """
    order = sorted(range(len(passages)), key=lambda at: (-values[at], at))
    return tuple(
        replace(
            passages[at],
            scores=replace(passages[at].scores, **{name: Score(rank, values[at])}),
        )
        for rank, at in enumerate(order, start=first)
    )


class HybridRetriever:
    """Searches one generation of the index, or `among` some rows of it, which are in order.

    What is `among` them scores as it does among all: BM25's idf stays that of the whole index.
    """

    def __init__(
        self,
        generation: Generation,
        encoder: Encoder,
        config: Config,
        *,
        among: NDArray[np.int32] | None = None,
    ) -> None:
        self._among = among
        self._generation = generation
        self._encoder = encoder
        self._config = config
        self.languages = generation.manifest.languages

    def among(self, names: Collection[str]) -> HybridRetriever:
        """Return what searches of the same rows those of the articles `names` alone."""
        rows = rows_among(self._generation.chunks, names)
        if self._among is not None:
            rows = np.intersect1d(rows, self._among, assume_unique=True)
        return HybridRetriever(self._generation, self._encoder, self._config, among=rows)

    @property
    def size(self) -> int:
        """The number of rows that are searched."""
        return len(self._generation.chunks if self._among is None else self._among)

    def retrieve(self, question: str, *, k: int) -> Retrieved:
        """Return the best `k` passages for `question`; fewer where fewer are found."""
        seconds: dict[str, float] = {}
        config, generation = self._config, self._generation
        depth = max(config.candidates, k)
        lexical: list[tuple[int, float]] = []
        vector: list[tuple[int, float]] = []
        query: Vectors | None = None
        began = time.perf_counter()
        terms = tuple(query_terms(question, self.languages))
        if config.retriever != "vector":
            lexical = generation.lexical.search(terms, k=depth, among=self._among)
        seconds["lexical"] = time.perf_counter() - began
        if config.retriever != "lexical":
            began = time.perf_counter()
            query = self._encoder.encode([question])[0]
            seconds["encode"] = time.perf_counter() - began
            began = time.perf_counter()
            vector = generation.vectors.search(
                query, k=depth, probes=config.probes, among=self._among
            )
            seconds["vector"] = time.perf_counter() - began
        began = time.perf_counter()
        if config.retriever == "hybrid" and query is not None:
            rows = sorted({row for row, _ in lexical} | {row for row, _ in vector})
            cosines = dict(zip(rows, generation.vectors.cosines(query, rows), strict=True))
            scores = generation.lexical.scores_of(terms, rows).tolist()
            bm25 = dict(zip(rows, scores, strict=True))
            ceiling = generation.lexical.ceiling(terms, k1=config.bm25_k1)
            fused = fuse(bm25, cosines, ceiling=ceiling, vector_weight=config.vector_weight)
        else:
            fused = lexical or vector
        passages = self._passages(fused[: max(k, 0)], lexical, vector)
        seconds["fuse"] = time.perf_counter() - began
        return Retrieved(passages, terms, query, seconds, len(fused))

    def _passages(
        self,
        fused: Sequence[tuple[int, float]],
        lexical: Sequence[tuple[int, float]],
        vector: Sequence[tuple[int, float]],
    ) -> tuple[Passage, ...]:
        wanted = {row for row, _ in fused}
        by_lexical, by_vector = _ranked(lexical, wanted), _ranked(vector, wanted)
        found = []
        for row, score in _ranked(fused, wanted).items():
            chunk = self._generation.chunks[row]
            scores = Scores(lexical=by_lexical.get(row), vector=by_vector.get(row), fused=score)
            found.append(Passage(chunk, self._generation.articles[chunk.article_id], scores))
        return tuple(found)


def _ranked(hits: Sequence[tuple[int, float]], wanted: Collection[int]) -> dict[int, Score]:
    """Return the scores of the hits that are wanted, with their ranks among all."""
    return {
        row: Score(rank, value) for rank, (row, value) in enumerate(hits, start=1) if row in wanted
    }


def fuse(
    bm25: Mapping[int, float],
    cosines: Mapping[int, float],
    *,
    ceiling: float,
    vector_weight: float,
) -> list[tuple[int, float]]:
    """Return (row, score) of the rows of both mappings, best first, ties by row.

    score = w * cosine + (1 - w) * bm25 / ceiling

    A convex combination of normalised scores (Bruch, Gai and Ingber, An Analysis of Fusion
    Functions for Hybrid Retrieval, 2023). `ceiling` is the most that BM25 could give for this
    question, so that a passage that holds every term of it comes near 1, and the lexical part of a
    question whose terms no article holds stays small. tests/benchmarks/fusion.py compares it with
    reciprocal rank fusion and other normalisations.
    """
    scored = [
        (
            row,
            vector_weight * cosines[row]
            + (1 - vector_weight) * (bm25[row] / ceiling if ceiling else 0.0),
        )
        for row in cosines
    ]
    return sorted(scored, key=lambda hit: (-hit[1], hit[0]))
