"""The vector index: what brute force finds, with brute force's values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import IndexCorrupt
from rag.indexing import mapped
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
    index.save(tmp_path)
    assert len(VectorIndex.load(tmp_path)) == 0


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


def clustered(seed: int, n: int, d: int, centres: int = 40) -> np.ndarray:
    """Return unit vectors around random centres, (n, d) float32."""
    draw = np.random.default_rng(seed)
    around = unit_vectors(seed, centres, d)[draw.integers(0, centres, n)]
    moved = around + draw.normal(scale=0.7 / np.sqrt(d), size=(n, d))
    return (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def many() -> tuple[np.ndarray, VectorIndex]:
    """Return 6,000 vectors and an approximate index over them."""
    vectors = clustered(1, 6000, 48)
    return vectors, VectorIndex.from_vectors(vectors, exact_up_to=1000)


def test_the_approximate_search_finds_what_brute_force_finds(
    many: tuple[np.ndarray, VectorIndex],
) -> None:
    """Recall at 10 with an eighth of the cells, and every value to the last digit but one."""
    vectors, index = many
    assert index.cells is not None
    assert index.cells.shape == (128, 48)
    hits = 0
    for query in clustered(1, 6100, 48)[6000:]:
        cosines = vectors.astype(np.float64) @ query.astype(np.float64)
        found = index.search(query, k=10, probes=16)
        assert [value for _, value in found] == pytest.approx(
            [cosines[row] for row, _ in found], abs=1e-6
        )
        assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
        hits += len({row for row, _ in found} & set(np.argsort(-cosines)[:10].tolist()))
    assert hits / 1000 >= 0.99


@pytest.mark.parametrize("k", [1, 7, 100])
def test_with_every_cell_searched_the_approximate_search_is_exact(
    many: tuple[np.ndarray, VectorIndex], k: int
) -> None:
    vectors, index = many
    exact = VectorIndex.from_vectors(vectors)
    assert exact.cells is None
    for query in unit_vectors(9, 20, 48):
        expected = exact.search(query, k=k)
        found = index.search(query, k=k, probes=10_000)
        assert [row for row, _ in found] == [row for row, _ in expected]
        assert [v for _, v in found] == pytest.approx([v for _, v in expected], abs=1e-6)


def test_more_probes_find_no_less(many: tuple[np.ndarray, VectorIndex]) -> None:
    vectors, index = many
    (query,) = unit_vectors(3, 1, 48)
    best = [index.search(query, k=5, probes=probes)[0][1] for probes in (1, 4, 16, 64)]
    assert best == sorted(best)
    assert best[-1] == pytest.approx(float((vectors @ query).max()), abs=1e-6)


def test_the_cells_may_hold_fewer_than_are_asked_for(
    many: tuple[np.ndarray, VectorIndex],
) -> None:
    _, index = many
    (query,) = unit_vectors(3, 1, 48)
    assert 0 < len(index.search(query, k=6000, probes=1)) < 6000
    assert len(index.search(query, k=6000, probes=128)) == 6000


def test_the_same_vectors_give_the_same_index(
    many: tuple[np.ndarray, VectorIndex], tmp_path: Path
) -> None:
    vectors, index = many
    again = VectorIndex.from_vectors(vectors, exact_up_to=1000)
    for name, each in (("one", index), ("two", again)):
        (tmp_path / name).mkdir()
        each.save(tmp_path / name)
    for file in ("vectors.npy", "nearest.faiss"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_cells_serve_again_while_about_as_many_are_wanted(
    many: tuple[np.ndarray, VectorIndex],
) -> None:
    vectors, index = many
    kept = VectorIndex.from_vectors(vectors[:5500], exact_up_to=1000, cells=index.cells)
    assert np.array_equal(kept.cells, index.cells)
    fresh = VectorIndex.from_vectors(vectors[:2000], exact_up_to=1000, cells=index.cells)
    assert fresh.cells.shape == (32, 48)
    (query,) = unit_vectors(5, 1, 48)
    best = int((vectors[:5500] @ query).argmax())
    assert kept.search(query, k=1, probes=128)[0][0] == best


@pytest.mark.parametrize("most", [10**9, 0], ids=["read", "mapped"])
def test_old_vectors_stay_in_their_cells(
    many: tuple[np.ndarray, VectorIndex], tmp_path: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows left out, in another order, one of them twice, and new ones: searched in all cells the
    index finds what brute force does, and an old row's cell is the one that it had.
    """
    vectors, index = many
    index.save(tmp_path)
    monkeypatch.setattr(mapped, "WHOLE_UP_TO_BYTES", most)
    before = VectorIndex.load(tmp_path)
    draw = np.random.default_rng(8)
    rows = np.concatenate([np.arange(0, 4000), draw.permutation(np.arange(4100, 6000)), [17]])
    rows = np.insert(rows, [0, 900, 900, len(rows)], -1)
    added = unit_vectors(4, 4, 48)
    every = np.empty((len(rows), 48), np.float32)
    old = np.flatnonzero(rows >= 0)
    before.copy(rows[old], every, old)
    assert np.array_equal(every[old], vectors[rows[old]])
    every[rows < 0] = added
    joined = VectorIndex.joined(before, rows, every, exact_up_to=1000)
    assert np.array_equal(joined.cells, index.cells)
    exact = VectorIndex.from_vectors(every)
    for query in [*unit_vectors(9, 20, 48), *added]:
        expected = exact.search(query, k=10)
        found = joined.search(query, k=10, probes=10_000)
        assert [row for row, _ in found] == [row for row, _ in expected]
    again = VectorIndex.joined(before, np.arange(6000), vectors, exact_up_to=1000)
    for query in unit_vectors(9, 20, 48):
        assert again.search(query, k=10, probes=3) == before.search(query, k=10, probes=3)


def test_an_index_of_another_size_is_made_anew(many: tuple[np.ndarray, VectorIndex]) -> None:
    vectors, index = many
    mostly_new = VectorIndex.joined(index, np.full(5500, -1), vectors[:5500], exact_up_to=1000)
    assert mostly_new.search(vectors[3], k=1)[0][0] == 3
    exact = VectorIndex.joined(index, np.arange(900), vectors[:900], exact_up_to=1000)
    assert exact.cells is None
    with pytest.raises(ValueError, match="unit vectors"):
        VectorIndex.joined(index, np.append(np.arange(5999), -1), vectors * 2, exact_up_to=1000)


@pytest.mark.parametrize("exact_up_to", [1000, 10], ids=["exact", "approximate"])
def test_an_index_comes_back_from_disk_to_the_bit(tmp_path: Path, exact_up_to: int) -> None:
    vectors, query = unit_vectors(5, 300, 9), unit_vectors(6, 1, 9)[0]
    index = VectorIndex.from_vectors(vectors, exact_up_to=exact_up_to)
    index.save(tmp_path)
    again = VectorIndex.load(tmp_path)
    assert again.search(query, k=30) == index.search(query, k=30)
    assert np.array_equal(again.vectors(list(range(300))), vectors)
    assert (again.cells is None) == (index.cells is None) == (exact_up_to == 1000)


@pytest.mark.parametrize("name", ["vectors.npy", "nearest.faiss"])
@pytest.mark.parametrize("keep", [0, 3, 20, 200, -1])
def test_a_truncated_file_is_refused(tmp_path: Path, name: str, keep: int) -> None:
    VectorIndex.from_vectors(unit_vectors(5, 30, 9), exact_up_to=10).save(tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        VectorIndex.load(tmp_path)


@pytest.mark.parametrize("name", ["vectors.npy", "nearest.faiss"])
@pytest.mark.parametrize("data", [b"", b"not an index at all", bytes(500)])
def test_a_file_that_is_no_index_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    VectorIndex.from_vectors(unit_vectors(5, 30, 9), exact_up_to=10).save(tmp_path)
    (tmp_path / name).write_bytes(data)
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        VectorIndex.load(tmp_path)


def test_an_array_of_another_form_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.eye(3))
    with pytest.raises(IndexCorrupt, match=r"\(3, 3\) float64"):
        VectorIndex.load(tmp_path)
    np.save(tmp_path / "vectors.npy", np.array([print, {}], dtype=object), allow_pickle=True)
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        VectorIndex.load(tmp_path)


def test_two_files_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    VectorIndex.from_vectors(unit_vectors(5, 30, 9), exact_up_to=10).save(tmp_path)
    np.save(tmp_path / "vectors.npy", unit_vectors(5, 29, 9))
    with pytest.raises(IndexCorrupt, match=r"over 30 vectors of 9, vectors.npy holds \(29, 9\)"):
        VectorIndex.load(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexCorrupt, match="cannot be read"):
        VectorIndex.load(tmp_path)


def test_a_place_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file or directory"):
        VectorIndex.from_vectors(unit_vectors(1, 2, 3)).save(tmp_path / "no folder")
