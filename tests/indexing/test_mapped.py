"""Arrays of a file: the same whether they are read or mapped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.indexing import mapped
from rag.indexing.mapped import load_array, load_bytes, load_rows


@pytest.mark.parametrize("most", [10**6, 0], ids=["read", "mapped"])
def test_an_array_comes_back_as_it_went(
    tmp_path: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped, "WHOLE_UP_TO_BYTES", most)
    path = tmp_path / "array.npy"
    array = np.arange(35, dtype=np.float32).reshape(7, 5)
    np.save(path, array)
    found = load_array(path)
    assert np.array_equal(found, array)
    assert load_bytes(path).tobytes() == path.read_bytes()
    rows = load_rows(path, found)
    assert (rows is None) == (most > 0)
    if rows is not None:
        wanted = np.array([6, 0, 6, 3])
        assert np.array_equal(rows.read(wanted), array[wanted])
        assert rows.read(np.zeros(0, np.int64)).shape == (0, 5)
        run = np.empty((4, 5), np.float32)
        rows.read_run(2, run)
        assert np.array_equal(run, array[2:6])
        with pytest.raises(OSError, match="ends before row 9"):
            rows.read_run(5, run)
        path.unlink()
        assert np.array_equal(rows.read(wanted), array[wanted]), "after the file is gone too"


@pytest.mark.parametrize("most", [10**6, 0], ids=["read", "mapped"])
def test_a_pickled_array_is_refused(
    tmp_path: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped, "WHOLE_UP_TO_BYTES", most)
    np.save(tmp_path / "array.npy", np.array([print, {}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match=r"allow_pickle|Python objects"):
        load_array(tmp_path / "array.npy")
