"""How well a search ranks: hit@k, recall, MRR and nDCG, through ir_measures, which it owns.

A list of passages becomes a ranking of units: each target that a passage is the first to meet
(two at once take two places), and each passage that meets none. A passage that only meets
targets already met takes no place. Where the targets are articles, further passages of an article
seen before take no place either, so the ranking is one of articles, as in BEIR.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.datatypes import Article
from rag.evaluate.observe import LEGS, SeenPassage
from rag.evaluate.places import Span, Target

MEASURES = {
    "hit@1": "Success@1",
    "hit@5": "Success@5",
    "hit@10": "Success@10",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "mrr": "RR",
    "ndcg@5": "nDCG@5",
    "ndcg@10": "nDCG@10",
}


@dataclass(frozen=True, slots=True)
class Ranking:
    """The units found for a question, best first, and the grade of each right one."""

    units: tuple[str, ...]
    grades: Mapping[str, int]


def rank_units(
    passages: Sequence[SeenPassage],
    targets: Sequence[Target],
    articles: Mapping[str, Article],
) -> Ranking:
    """The ranking of units that a list of passages, best first, amounts to."""
    by_article = any(target.article_id is not None for target in targets)
    units: dict[str, None] = {}
    for passage in passages:
        met = [target.name for target in met_targets(passage, targets, articles)]
        if not met:
            place = f"{passage.article_id}:{passage.start}-{passage.end}"
            met = [passage.article_id if by_article else place]
        for unit in met:
            units.setdefault(unit)
    return Ranking(tuple(units), {target.name: target.grade for target in targets})


def met_targets(
    passage: SeenPassage, targets: Sequence[Target], articles: Mapping[str, Article]
) -> list[Target]:
    """The targets that the passage meets, in their order."""
    span = Span(passage.article_id, passage.start, passage.end)
    article = articles.get(passage.article_id)
    return [target for target in targets if target.met_by(span, article)]


def measure(rankings: Mapping[str, Ranking]) -> dict[str, dict[str, float]]:
    """Every measure of every question: question id -> measure -> value in 0..1.

    A question without a right unit is left out; one for which nothing was found has 0 throughout.
    """
    asked = {name: ranking for name, ranking in rankings.items() if ranking.grades}
    if not asked:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import ir_measures

    names = {ir_measures.parse_measure(theirs): ours for ours, theirs in MEASURES.items()}
    # Names of our own, as some providers split at white space.
    numbers = {name: f"q{number}" for number, name in enumerate(asked)}
    ids = {number: name for name, number in numbers.items()}
    qrels = {numbers[name]: dict(ranking.grades) for name, ranking in asked.items()}
    run = {
        numbers[name]: {unit: -float(rank) for rank, unit in enumerate(ranking.units)}
        for name, ranking in asked.items()
        if ranking.units
    }
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(MEASURES, 0.0) for name in asked}
    if run:
        for metric in ir_measures.iter_calc(list(names), qrels, run):
            values[ids[metric.query_id]][names[metric.measure]] = float(metric.value)
    return values


def leg_ranks(
    passages: Sequence[SeenPassage],
    targets: Sequence[Target],
    articles: Mapping[str, Article],
) -> dict[str, int | None]:
    """Per leg, the best rank it gave to a passage that meets a target; None where it gave none."""
    best: dict[str, int | None] = dict.fromkeys(LEGS)
    for passage in passages:
        if not met_targets(passage, targets, articles):
            continue
        for leg in LEGS:
            score = passage.scores.get(leg)
            before = best[leg]
            if score is not None and (before is None or score[0] < before):
                best[leg] = score[0]
    return best


def right_places(
    passages: Sequence[SeenPassage],
    targets: Sequence[Target],
    articles: Mapping[str, Article],
) -> tuple[int, ...]:
    """The places, from 1, of the passages that meet a target."""
    return tuple(
        place
        for place, passage in enumerate(passages, start=1)
        if met_targets(passage, targets, articles)
    )


def context_precision(
    passages: Sequence[SeenPassage],
    targets: Sequence[Target],
    articles: Mapping[str, Article],
) -> float:
    """The share of the passages that meet a target; 0 where there are no passages."""
    met = len(right_places(passages, targets, articles))
    return met / len(passages) if passages else 0.0


def context_recall(
    passages: Sequence[SeenPassage],
    targets: Sequence[Target],
    articles: Mapping[str, Article],
) -> float:
    """The share of the targets that a passage meets; 0 where there are no targets."""
    met = {t.name for passage in passages for t in met_targets(passage, targets, articles)}
    return len(met) / len(targets) if targets else 0.0
