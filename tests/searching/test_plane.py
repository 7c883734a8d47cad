"""The plane of passages: the directions of an independent decomposition, and what is lit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from rag.datatypes import Chunk
from rag.searching.plane import SAMPLE, Plane, principal, rows_with
from rag.vectors import VectorIndex
from tests.making import unit_vectors


def chunks(count: int) -> list[Chunk]:
    """Chunks of 10 characters that overlap by 5, 20 of each article."""
    return [
        Chunk(str(at), f"a{at // 20}", start, start + 10, "x" * 10)
        for at in range(count)
        for start in (at % 20 * 5,)
    ]


def test_the_directions_are_those_of_scikit_learn() -> None:
    vectors = unit_vectors(0, 200, 8)
    mean, axes, share = principal(vectors)
    judge = PCA(n_components=2).fit(vectors)
    assert np.allclose(mean, judge.mean_, atol=1e-6)
    for ours, theirs in zip(axes, judge.components_, strict=True):
        assert abs(float(ours @ theirs)) == pytest.approx(1, abs=1e-4)
        assert ours[np.abs(ours).argmax()] > 0
    assert share == pytest.approx(judge.explained_variance_ratio_.sum(), abs=1e-4)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_vectors_have_a_plane_too(count: int) -> None:
    drawn = Plane(chunks(count), VectorIndex.from_vectors(unit_vectors(0, count, 8))).drawn()
    assert [point.chunk for point in drawn.points] == chunks(count)
    assert np.isfinite([(p.x, p.y) for p in drawn.points]).all()
    assert drawn.share == pytest.approx(1.0)
    assert Plane([], VectorIndex.from_vectors(np.zeros((0, 8), np.float32))).drawn().points == ()


def test_of_many_a_spread_sample_is_drawn_and_whatever_is_lit_last() -> None:
    count = SAMPLE * 3 + 1
    plane = Plane(chunks(count), VectorIndex.from_vectors(unit_vectors(0, count, 8)))
    alone = plane.drawn()
    assert (len(alone.points), alone.passages) == (SAMPLE, count)
    drawn = plane.drawn(
        [("a100", 6, 9)]
    )  # within the second chunk (5 to 15) and the first (0 to 10)
    lit = [point for point in drawn.points if point.lit]
    assert [(p.chunk.article_id, p.chunk.start) for p in lit] == [("a100", 0), ("a100", 5)]
    assert drawn.points[-2:] == tuple(lit)
    where = {point.chunk.id: (point.x, point.y) for point in alone.points}
    for point in drawn.points:  # lit or not, a passage stays in its place
        if point.chunk.id in where:
            assert where[point.chunk.id] == pytest.approx((point.x, point.y), abs=1e-5)


@given(st.integers(0, 45), st.integers(0, 12))
def test_rows_with_a_place_are_the_chunks_that_hold_it_whole(start: int, length: int) -> None:
    all_chunks = chunks(40)
    found = rows_with(all_chunks, ("a1", start, start + length))
    assert found == [
        row
        for row, chunk in enumerate(all_chunks)
        if chunk.article_id == "a1"
        and set(range(start, start + length + 1)) <= set(range(chunk.start, chunk.end + 1))
    ]
