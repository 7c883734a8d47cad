"""Compares fusions of the two legs on question sets, as paragraph or article retrieval.

    python -m tests.benchmarks.fusion YARDSTICKS_FOLDER [SET ...]

The index, the tokens, the vectors and the legs are the program's own. A document is as good as its
best chunk. Weights are chosen on half of the questions (by the hash of their ids) of all sets
together; the table gives nDCG@10 on all questions, and on the half that nothing was chosen on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rag.compiled import open_encoder
from rag.config import Config
from rag.retrieve import fuse
from rag.text import query_terms
from tests.benchmarks.yardsticks import Asked, Yardstick, open_yardstick

SETS = {"xquad-en": None, "squad-1.1": None, "realtimeqa-2023": 200}
DEPTH = 100
WEIGHTS = [round(0.1 * tenth, 1) for tenth in range(1, 10)]

Scored = dict[int, float]
# (BM25 by row, cosine by row, ceiling of BM25, weight of the vectors) -> score by row
Fusion = Callable[[Scored, Scored, float, float], Scored]


def reciprocal_ranks(k: int) -> Fusion:
    """Return reciprocal rank fusion, ranks from 1, of the first DEPTH of each leg."""

    def fused(bm25: Scored, cosine: Scored, _: float, __: float) -> Scored:
        total: Scored = dict.fromkeys(cosine, 0.0)
        for leg in (bm25, cosine):
            best = sorted((row for row in leg if leg[row] > 0), key=lambda row: (-leg[row], row))
            for rank, row in enumerate(best[:DEPTH], 1):
                total[row] += 1 / (k + rank)
        return total

    return fused


def spread(leg: Scored) -> Scored:
    """Return a leg's scores from 0 for its lowest to 1 for its highest."""
    low, high = min(leg.values()), max(leg.values())
    return {row: (value - low) / ((high - low) or 1) for row, value in leg.items()}


def min_max(bm25: Scored, cosine: Scored, _: float, weight: float) -> Scored:
    """Return the convex sum of the two legs, each spread over the candidates."""
    left, right = spread(bm25), spread(cosine)
    return {row: weight * right[row] + (1 - weight) * left[row] for row in cosine}


def by_ceiling(bm25: Scored, cosine: Scored, ceiling: float, weight: float) -> Scored:
    """Return the program's own fusion."""
    return dict(fuse(bm25, cosine, ceiling=ceiling, vector_weight=weight))


FUSIONS: dict[str, tuple[Fusion, Sequence[float]]] = {
    "BM25 alone": (by_ceiling, [0.0]),
    "vectors alone": (by_ceiling, [1.0]),
    **{f"reciprocal ranks, k={k}": (reciprocal_ranks(k), [0.5]) for k in (1, 10, 60)},
    "convex, min-max": (min_max, WEIGHTS),
    "convex, BM25 / ceiling": (by_ceiling, WEIGHTS),
}


def main(folder: Path, names: Sequence[str]) -> None:
    """Measure and print."""
    config = Config()
    encoder = open_encoder(config)
    found: dict[str, dict[tuple[str, float], np.ndarray]] = {}
    held: dict[str, np.ndarray] = {}
    for name in names:
        yardstick = open_yardstick(
            folder / name, config=config, limit=SETS[name], candidates_only=name.startswith("real")
        )
        asked = [each for each in yardstick.questions if relevant(yardstick, each)]
        vectors = encoder.encode([each.text for each in asked])
        found[name] = measured(yardstick, asked, vectors)
        held[name] = np.array([each.held_back for each in asked])
        print(f"{name}: {len(asked)} questions, {len(yardstick.assistant.articles)} documents")
    print(f"{'nDCG@10, all (held-back half)':<34}" + "".join(f"{name:>24}" for name in names))
    best: dict[str, tuple[str, float]] = {}
    for label, (_, weights) in FUSIONS.items():
        chosen = max(
            weights,
            key=lambda w, f=label: sum(found[n][f, w][~held[n]].mean() for n in names),
        )
        best[label] = (label, chosen)
        cells = [found[name][label, chosen] for name in names]
        shown = "".join(
            f"{cell.mean() * 100:>15.2f} ({cell[held[name]].mean() * 100:.2f})"
            for cell, name in zip(cells, names, strict=True)
        )
        note = f" w={chosen}" if len(weights) > 1 else ""
        print(f"{label + note:<34}{shown}")
    for name in names:
        own = found[name][best["convex, BM25 / ceiling"]]
        for leg in ("BM25 alone", "vectors alone"):
            low, high = interval(own - found[name][best[leg]])
            print(f"{name}: hybrid - {leg}: 95% interval {low * 100:+.2f} to {high * 100:+.2f}")


def relevant(yardstick: Yardstick, asked: Asked) -> frozenset[str]:
    """Return the right documents: those named, or those that hold a right answer's words."""
    if asked.relevant or not asked.answerable:
        return asked.relevant
    articles = yardstick.assistant.articles
    return frozenset(name for name in asked.candidates if asked.answered_by(articles[name].text))


def measured(
    yardstick: Yardstick, asked: Sequence[Asked], vectors: np.ndarray
) -> dict[tuple[str, float], np.ndarray]:
    """Return the nDCG@10 of every question by (fusion, weight)."""
    generation = yardstick.assistant._generations.now().generation
    languages = sorted({article.language for article in generation.articles.values()})
    result: dict[tuple[str, float], list[float]] = {}
    for each, vector in zip(asked, vectors, strict=True):
        terms = query_terms(each.text, languages)
        scores = generation.lexical.scores(terms)
        rows = {row for row, _ in generation.lexical.search(terms, k=DEPTH)}
        rows |= {row for row, _ in generation.vectors.search(vector, k=DEPTH)}
        order = sorted(rows)
        cosine = dict(zip(order, generation.vectors.cosines(vector, order), strict=True))
        bm25 = {row: float(scores[row]) for row in order}
        ceiling = generation.lexical.ceiling(terms, k1=yardstick.assistant.config.bm25_k1)
        right = relevant(yardstick, each)
        for label, (fusion, weights) in FUSIONS.items():
            for weight in weights:
                fused = fusion(bm25, cosine, ceiling, weight)
                best = sorted(fused, key=lambda row: (-fused[row], row))
                documents = list(dict.fromkeys(generation.chunks[row].article_id for row in best))
                result.setdefault((label, weight), []).append(ndcg(documents[:10], right))
    return {key: np.array(values) for key, values in result.items()}


def ndcg(documents: Sequence[str], right: frozenset[str]) -> float:
    """Return nDCG of the first ten `documents`, each right one worth 1."""
    gain = sum(1 / np.log2(rank + 1) for rank, name in enumerate(documents, 1) if name in right)
    ideal = sum(1 / np.log2(rank + 1) for rank in range(1, min(len(right), 10) + 1))
    return float(gain / ideal)


def interval(differences: np.ndarray, *, draws: int = 2000) -> tuple[float, float]:
    """Return the bootstrap 95% interval of the mean of `differences`."""
    generator = np.random.default_rng(0)
    means = [generator.choice(differences, len(differences)).mean() for _ in range(draws)]
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(SETS))
