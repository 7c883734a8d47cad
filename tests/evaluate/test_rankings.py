"""Ranking metrics: units by hand, and every measure against its plain formula on random data."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluate.observe import SeenPassage
from rag.evaluate.places import Span, Target
from rag.evaluate.ranking import (
    Ranking,
    context_precision,
    context_recall,
    leg_ranks,
    measure,
    rank_units,
)
from tests.evaluate.keyword_assistant import ARTICLES


def passage(article_id: str, start: int, end: int, **ranks: int) -> SeenPassage:
    scores = {leg: (rank, 1 / rank) for leg, rank in ranks.items()}
    return SeenPassage(article_id, start, end, scores)


OPENED = Target("evidence-1", spans=(Span("bridge", 0, 32),))
ARCH = Target("evidence-2", spans=(Span("bridge", 56, 83),))


def test_a_passage_counts_for_each_target_it_is_the_first_to_meet() -> None:
    passages = [
        passage("tower", 0, 10),
        passage("bridge", 20, 60),  # Meets both.
        passage("bridge", 0, 20),  # Meets one again: takes no place.
        passage("canal", 0, 10),
    ]
    ranking = rank_units(passages, [OPENED, ARCH], ARTICLES)
    assert ranking.units == ("tower:0-10", "evidence-1", "evidence-2", "canal:0-10")
    assert ranking.grades == {"evidence-1": 1, "evidence-2": 1}


def test_article_targets_make_a_ranking_of_articles() -> None:
    passages = [passage(name, i, i + 1) for i, name in enumerate(["tower", "tower", "bridge"])]
    ranking = rank_units(passages, [Target("bridge", article_id="bridge", grade=2)], ARTICLES)
    assert ranking == Ranking(("tower", "bridge"), {"bridge": 2})


def test_text_targets_are_met_by_the_words() -> None:
    named = Target("answer-1", texts=("dorothy hale", "Hale"))
    assert named.met_by(Span("bridge", 56, 83), ARTICLES["bridge"])
    assert not named.met_by(Span("bridge", 0, 32), ARTICLES["bridge"])
    assert not named.met_by(Span("gone", 0, 32), None)


def test_touching_is_not_overlapping() -> None:
    assert Span("a", 0, 5).overlaps(Span("a", 4, 9))
    assert not Span("a", 0, 5).overlaps(Span("a", 5, 9))
    assert not Span("a", 0, 5).overlaps(Span("b", 0, 5))


def test_every_measure_by_hand() -> None:
    # Right ones at ranks 2 and 4 of three that there are.
    ranking = Ranking(("x", "a", "y", "b"), {"a": 1, "b": 1, "c": 1})
    gain = 1 / math.log2(3) + 1 / math.log2(5)
    best = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    expected = {
        "hit@1": 0,
        "hit@5": 1,
        "hit@10": 1,
        "recall@5": 2 / 3,
        "recall@10": 2 / 3,
        "mrr": 1 / 2,
        "ndcg@5": gain / best,
        "ndcg@10": gain / best,
    }
    assert measure({"one": ranking})["one"] == pytest.approx(expected)


def test_a_question_for_which_nothing_was_found_counts_0() -> None:
    measured = measure({"none": Ranking((), {"a": 1}), "free": Ranking(("a",), {})})
    assert set(measured) == {"none"}
    assert set(measured["none"].values()) == {0.0}


@st.composite
def rankings(draw: st.DrawFn) -> Ranking:
    names = [f"d{i}" for i in range(30)]
    units = draw(st.permutations(names))[: draw(st.integers(0, 30))]
    grades = draw(st.dictionaries(st.sampled_from(names), st.integers(1, 3), min_size=1))
    return Ranking(tuple(units), grades)


def plain(ranking: Ranking) -> dict[str, float]:
    """The textbook formulas, one by one."""
    units, grades = ranking.units, ranking.grades
    hits = [unit in grades for unit in units]
    gains = [grades.get(unit, 0) for unit in units]
    ideal = sorted(grades.values(), reverse=True)
    first = hits.index(True) + 1 if any(hits) else None

    def discounted(values: list[int]) -> float:
        return sum(value / math.log2(place + 1) for place, value in enumerate(values, start=1))

    return {
        "hit@1": float(any(hits[:1])),
        "hit@5": float(any(hits[:5])),
        "hit@10": float(any(hits[:10])),
        "recall@5": sum(hits[:5]) / len(grades),
        "recall@10": sum(hits[:10]) / len(grades),
        "mrr": 1 / first if first else 0.0,
        "ndcg@5": discounted(gains[:5]) / discounted(ideal[:5]),
        "ndcg@10": discounted(gains[:10]) / discounted(ideal[:10]),
    }


@given(st.lists(rankings(), min_size=1, max_size=6))
def test_every_measure_is_its_formula(drawn: list[Ranking]) -> None:
    named = {f"question {i}": ranking for i, ranking in enumerate(drawn)}
    measured = measure(named)
    for name, ranking in named.items():
        assert measured[name] == pytest.approx(plain(ranking))


def test_each_leg_has_its_own_rank_of_the_evidence() -> None:
    passages = [
        passage("tower", 0, 10, lexical=1, fused=1),
        passage("bridge", 0, 10, lexical=7, fused=2),
        passage("bridge", 10, 20, vector=3, fused=3),
    ]
    found = leg_ranks(passages, [OPENED], ARTICLES)
    unseen = dict.fromkeys(("reranker", "reader", "reordered"))
    assert found == {"lexical": 7, "vector": 3, "fused": 2, **unseen}


def test_context_precision_and_recall_by_hand() -> None:
    passages = [passage("bridge", 0, 10), passage("tower", 0, 10), passage("bridge", 5, 9)]
    assert context_precision(passages, [OPENED, ARCH], ARTICLES) == pytest.approx(2 / 3)
    assert context_recall(passages, [OPENED, ARCH], ARTICLES) == 0.5
    assert context_precision([], [OPENED], ARTICLES) == 0
