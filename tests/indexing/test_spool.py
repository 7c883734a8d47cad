"""Texts on the disk without a name: they come back, and nothing stays behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.indexing.spool import Spool


@given(st.lists(st.text(st.characters()), max_size=10))
def test_texts_come_back_as_they_went(tmp_path: Path, texts: list[str]) -> None:
    spool = Spool(tmp_path)
    for number, text in enumerate(texts):
        assert spool.append(text) == number
        assert spool[number] == text
    assert list(spool) == texts
    assert spool[1:3] == texts[1:3]
    assert [spool[at - len(texts)] for at in range(len(texts))] == texts
    with pytest.raises(IndexError):
        spool[len(texts)]
    assert list(tmp_path.iterdir()) == []
    spool.close()
