"""The reader's judgement beside the retriever's: the order of the two together."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from rag import Assistant, Config
from rag.cli import program
from rag.datatypes import Passage, Score, Scores
from rag.errors import ConfigError
from rag.odds import logistic
from rag.searching.reorder import (
    READER_WEIGHT,
    ReorderingRetriever,
    combined,
    reordered,
    with_readings,
)
from tests.making import CountingEncoder
from tests.searching.test_rerank import QUESTION, Fixed, passages

FOUND = passages(0, 0, 0, 0)  # fused scores 1, 1/2, 1/3, 1/4


def ids(found: Sequence[Passage]) -> list[str]:
    return [passage.chunk.id for passage in found]


def test_by_hand() -> None:
    """Log-odds of 0 are a half: 1 + .1 = 1.1 and 1/2 + .05 = .55; of -100 none, of 100 all."""
    read = with_readings(FOUND, {"c1": -100.0, "c2": 0.0, "c3": 100.0})
    assert [p.scores.reader and p.scores.reader.rank for p in read] == [3, 2, 1, None]
    light = reordered(read, weight=0.1)
    assert ids(light) == ["c1", "c2", "c3", "c4"]
    assert [p.scores.reordered and p.scores.reordered.value for p in light[:3]] == pytest.approx(
        [1, 0.55, 1 / 3 + 0.1]
    )
    heavy = reordered(read, weight=1.0)
    assert ids(heavy) == ["c3", "c1", "c2", "c4"]  # 1.333, 1, 1
    assert heavy[0].scores.reordered == Score(1, pytest.approx(4 / 3))  # type: ignore[arg-type]
    assert heavy[3].scores.reordered is None


def test_a_reranker_stands_in_the_fused_score_s_place() -> None:
    fused, reranker, reader = Score(1, 0.9), Score(2, 0.0), Score(1, 100.0)
    assert combined(Scores(fused=fused, reader=reader), weight=0.5) == pytest.approx(1.4)
    both = Scores(fused=fused, reranker=reranker, reader=reader)
    assert combined(both, weight=0.5) == pytest.approx(1.0)
    assert combined(Scores()) == 0.0


@given(
    st.dictionaries(st.sampled_from(["c1", "c2", "c3", "c4"]), st.floats(-30, 30)),
    st.floats(0, 5),
)
def test_it_is_an_order_of_the_same_passages_that_follows_both_signals(
    readings: Mapping[str, float], weight: float
) -> None:
    read = with_readings(FOUND, readings)
    found = reordered(read, weight=weight)
    assert sorted(ids(found)) == ids(FOUND)
    assert ids(found)[len(readings) :] == [name for name in ids(FOUND) if name not in readings]
    for first, second in itertools.pairwise(found[: len(readings)]):
        assert combined(first.scores, weight=weight) >= combined(second.scores, weight=weight)
        # What is behind in both signals stays behind.
        retrieved = [p.scores.fused.value for p in (first, second) if p.scores.fused]
        judged = [p.scores.reader.value for p in (first, second) if p.scores.reader]
        assert retrieved[0] > retrieved[1] or judged[0] >= judged[1]
    assert [p.scores.fused for p in sorted(found, key=lambda p: p.chunk.id)] == [
        p.scores.fused for p in FOUND
    ]


def test_what_the_reranker_did_not_see_stays_behind_what_it_judged() -> None:
    """Of two scales: .02 and .12 by the reranker's logits -4 and -2, fused 1/3 and 1/4."""
    judged = [
        replace(p, scores=replace(p.scores, reranker=Score(rank, logit)))
        for rank, (p, logit) in enumerate(zip(FOUND, (-2.0, -4.0), strict=False), start=1)
    ]
    found = reordered(
        with_readings((*judged, *FOUND[2:]), {"c1": -100.0, "c2": 100.0, "c3": 0.0, "c4": 100.0})
    )
    # .018 + .25 before .119 + 0; then .25 + .25 before .333 + .125
    assert ids(found) == ["c2", "c1", "c4", "c3"]
    assert [p.scores.reordered and p.scores.reordered.rank for p in found] == [1, 2, 3, 4]
    assert [p.scores.reordered and p.scores.reordered.value for p in found] == pytest.approx(
        [0.268, 0.1192, 0.5, 0.4583], abs=1e-3
    )
    unread = reordered(with_readings((*judged, *FOUND[2:]), {"c1": 0.0, "c3": 0.0}))
    assert ids(unread) == ["c1", "c3", "c2", "c4"]


def test_without_a_weight_or_a_reading_nothing_moves() -> None:
    assert ids(reordered(with_readings(FOUND, {"c4": 9.0, "c1": -9.0}), weight=0)) == [
        "c1", "c4", "c2", "c3",
    ]  # fmt: skip
    assert reordered(FOUND) == FOUND


def test_it_reads_the_first_passages_only_and_cuts_after() -> None:
    asked: list[list[str]] = []

    def readings(question: str, given: Sequence[Passage]) -> dict[str, float]:
        asked.append(ids(given))
        return {"c1": -50.0, "c2": -50.0, "c3": 50.0}

    retriever = ReorderingRetriever(Fixed(passages(*[0] * 9)), readings, depth=3)
    assert ids(retriever.retrieve(QUESTION, k=1).passages) == ["c1"]
    # By rank 1, 1/2 and 1/3, to which the reader adds a quarter for c3 alone.
    assert READER_WEIGHT == 0.25
    found = retriever.retrieve(QUESTION, k=5)
    assert ids(found.passages) == ["c1", "c3", "c2", "c4", "c5"]
    assert list(found.seconds) == ["lexical", "reorder"]
    assert retriever.retrieve(QUESTION, k=0).passages == ()
    assert asked == [["c1", "c2", "c3"]] * 2


def test_an_answer_s_passages_stand_in_the_order_of_both_and_a_search_s_on_demand(
    rivers: Path, tmp_path: Path, counting: CountingEncoder
) -> None:
    config = Config(min_confidence=0.0, chunk_tokens=32)
    plain = Assistant.open(rivers, tmp_path / "index", config=config, encoder=counting)
    answer = plain.ask(QUESTION)
    ranks = [p.scores.reordered.rank for p in answer.passages if p.scores.reordered]
    assert ranks == list(range(1, len(answer.passages) + 1))
    for passage in answer.passages:
        fused, reader, both = passage.scores.fused, passage.scores.reader, passage.scores.reordered
        values = [score.value for score in (fused, reader, both) if score]
        assert values[2] == pytest.approx(values[0] + READER_WEIGHT * logistic(values[1]))
    searched = plain.retrieve(QUESTION)
    assert sorted(ids(searched)) == sorted(ids(answer.passages))
    assert [p.scores.fused and p.scores.fused.rank for p in searched] == list(
        range(1, len(searched) + 1)
    )
    assert all(p.scores.reader is None for p in searched)
    reading = Assistant.open(
        rivers, tmp_path / "index", config=config.replace(reorder="reader"), encoder=counting
    )
    assert ids(reading.retrieve(QUESTION)) == ids(answer.passages)
    assert ids(reading.retrieve(QUESTION, k=2)) == ids(answer.passages)[:2]


def test_the_terminal_shows_both_scores(
    rivers: Path, tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    flags = [
        "search", QUESTION, "--corpus", str(rivers), "--index", str(tmp_path / "index"),
        "--encoder", str(tiny_model), "--set", "runtime=torch",
    ]  # fmt: skip
    shown = CliRunner().invoke(program, [*flags, "--set", "reorder=reader"])
    assert shown.exit_code == 0
    assert "# reader + fused reader fused" in " ".join(shown.output.split())


def test_reordering_needs_a_reader() -> None:
    with pytest.raises(ConfigError, match="reorder 'reader' needs a reader, got reader 'none'"):
        Config(reorder="reader", reader="none")
    with pytest.raises(ConfigError, match="reorder must be one of none, reader, got 'both'"):
        Config(reorder="both")  # type: ignore[arg-type]
