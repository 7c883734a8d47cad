"""The vector index: what brute force finds, with brute force's values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import IndexCorrupt
from rag.vectors import VectorIndex
from tests.making import unit_vectors


@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 40), st.integers(-1, 80))
def test_search_is_brute_force(seed: int, n: int, d: int, k: int) -> None:
    vectors, query = unit_vectors(seed, n, d), unit_vectors(seed + 1, 1, d)[0]
    found = VectorIndex.from_vectors(vectors).search(query, k=k)
    cosines = vectors.astype(np.float64) @ query.astype(np.float64)
    assert len(found) == max(0, min(k, n))
    assert [value for _, value in found] == pytest.approx(
        sorted(cosines, reverse=True)[: len(found)], abs=1e-6
    )
    assert [value for _, value in found] == pytest.approx(
        [cosines[row] for row, _ in found], abs=1e-6
    )
    assert len({row for row, _ in found}) == len(found)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))


@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 6), st.integers(1, 40))
def test_equal_vectors_come_in_the_order_of_their_rows(
    seed: int, different: int, copies: int, k: int
) -> None:
    """Also at the border: where only some of several equal vectors fit, the first rows do."""
    vectors = np.tile(unit_vectors(seed, different, 8), (copies, 1))
    query = unit_vectors(seed + 1, 1, 8)[0]
    index = VectorIndex.from_vectors(vectors)
    every = index.search(query, k=len(vectors))
    assert every == sorted(every, key=lambda hit: (-hit[1], hit[0]))
    assert index.search(query, k=k) == every[:k]


def test_cosines_by_hand() -> None:
    index = VectorIndex.from_vectors(np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32))
    query = np.array([0.8, 0.6], np.float32)
    assert index.search(query, k=3) == [
        (2, pytest.approx(0.96)), (0, pytest.approx(0.8)), (1, pytest.approx(0.6)),
    ]  # fmt: skip
    assert index.search(query, k=1) == index.search(query, k=3)[:1]
    assert index.search(query, k=0) == []
    assert index.search(-query, k=1) == [(1, pytest.approx(-0.6))]
    assert index.cosines(query, [1, 2, 1]) == pytest.approx([0.6, 0.96, 0.6])
    assert index.cosines(query, []) == []


def test_vectors_come_back_as_they_went_in() -> None:
    vectors = unit_vectors(3, 20, 7)
    index = VectorIndex.from_vectors(vectors)
    assert np.array_equal(index.vectors([4, 0, 19, 4]), vectors[[4, 0, 19, 4]])
    assert index.vectors([]).shape == (0, 7)
    assert (len(index), index.dimension) == (20, 7)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = VectorIndex.from_vectors(np.zeros((0, 5), np.float32))
    assert index.search(unit_vectors(0, 1, 5)[0], k=3) == []
    index.save(tmp_path / "empty")
    assert len(VectorIndex.load(tmp_path / "empty")) == 0


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.ones((2, 3), np.float32), "unit vectors, got lengths 1.732 to 1.732"),
        (np.full((2, 3), np.nan, np.float32), "unit vectors"),
        (np.zeros((2, 3), np.float32), "unit vectors, got lengths 0.000 to 0.000"),
        (np.eye(3), "float32, got .* float64"),
        (np.ones(3, np.float32), r"\(n, d\) float32, got \(3,\)"),
    ],
    ids=["long", "nan", "zero", "double", "flat"],
)
def test_vectors_of_another_form_are_refused(vectors: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        VectorIndex.from_vectors(vectors)


def test_an_index_comes_back_from_disk_to_the_bit(tmp_path: Path) -> None:
    vectors, query = unit_vectors(5, 30, 9), unit_vectors(6, 1, 9)[0]
    index = VectorIndex.from_vectors(vectors)
    index.save(tmp_path / "vectors.faiss")
    again = VectorIndex.load(tmp_path / "vectors.faiss")
    assert again.search(query, k=30) == index.search(query, k=30)
    assert np.array_equal(again.vectors(list(range(30))), vectors)


@pytest.mark.parametrize("keep", [0, 3, 20, 200, -1])
def test_a_truncated_file_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "vectors.faiss"
    VectorIndex.from_vectors(unit_vectors(5, 30, 9)).save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        VectorIndex.load(path)


@pytest.mark.parametrize("data", [b"", b"not an index at all", bytes(500)])
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "vectors.faiss").write_bytes(data)
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        VectorIndex.load(tmp_path / "vectors.faiss")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        VectorIndex.load(tmp_path / "vectors.faiss")


def test_a_place_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file or directory"):
        VectorIndex.from_vectors(unit_vectors(1, 2, 3)).save(tmp_path / "no folder" / "file")
