"""Articles and chunks on disk: they come back as they went, made only when they are asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chunk import chunk_article
from rag.datatypes import Article, Chunk
from rag.indexing import columns
from rag.indexing.columns import Lines, StoredArticles, StoredChunks
from rag.searching.plane import rows_with
from tests.making import block_articles, count_words

# Whatever a name or a title may hold: a line feed, a lone surrogate, other scripts.
_NAMES = st.lists(st.text(st.characters(), max_size=6), unique=True, max_size=12)


@given(st.lists(st.text(st.characters()), max_size=10))
def test_lines_come_back_as_they_went(tmp_path: Path, lines: list[str]) -> None:
    Lines.save(tmp_path, "lines.txt", [line.encode("utf-8", "surrogatepass") for line in lines])
    again = Lines.load(tmp_path, "lines.txt")
    assert list(again) == lines
    assert [again[at - len(lines)] for at in range(len(lines))] == lines
    assert again[1:3] == lines[1:3]
    with pytest.raises(IndexError):
        again[len(lines)]


def saved(
    folder: Path, articles: list[Article], chunks: list[Chunk]
) -> tuple[StoredArticles, StoredChunks]:
    held = StoredArticles.of(articles)
    held.save(folder)
    StoredChunks.of(chunks, held).save(folder)
    found = StoredArticles.load(folder)
    return found, StoredChunks.load(folder, found)


@given(_NAMES, st.data())
def test_articles_and_chunks_come_back_as_they_went(
    tmp_path: Path, names: list[str], data: st.DataObject
) -> None:
    drawn = data.draw(block_articles(3))
    articles = [
        replace(drawn, id=name, title=name, published=date(2024, 7, 1), byline="A and B")
        for name in sorted(names)
    ]
    chunks = [
        chunk
        for article in articles
        for chunk in chunk_article(
            article, count_tokens=count_words, chunk_tokens=16, overlap_sentences=1
        )
    ]
    found, pieces = saved(tmp_path, articles, chunks)
    assert list(found) == [article.id for article in articles]
    assert dict(found) == {article.id: article for article in articles}
    assert list(pieces) == chunks
    assert pieces[1:4] == chunks[1:4]
    assert len(found) == len(articles)
    assert len(pieces) == len(chunks)
    assert pieces.counts() == {
        article.id: sum(chunk.article_id == article.id for chunk in chunks) for article in articles
    }
    for chunk in chunks[:4]:
        place = (chunk.article_id, chunk.start, min(chunk.start + 1, chunk.end))
        assert pieces.rows_with(*place) == rows_with(chunks, place)
    assert pieces.rows_with("\0 no such article", 0, 1) == []


def three(folder: Path) -> tuple[StoredArticles, StoredChunks]:
    articles = [
        Article(name, name, f"Text of {name}.", f"{name}.txt") for name in ("a", "b/c", "d")
    ]
    return saved(folder, articles, [Chunk(a.id * 2, a.id, 0, 4, "Text") for a in articles])


def test_an_article_that_is_not_there_is_no_key(tmp_path: Path) -> None:
    articles, chunks = three(tmp_path)
    for name in ("", "aa", "b", "c", "e", "D"):
        assert name not in articles
        with pytest.raises(KeyError):
            articles[name]
    for row in (3, -4):
        with pytest.raises(IndexError, match="of 3"):
            chunks[row]


def test_nothing_is_made_before_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles, chunks = three(tmp_path)
    made: list[str] = []
    read = columns._from_dict
    monkeypatch.setattr(columns, "_from_dict", lambda w: made.append(w["id"]) or read(w))
    assert ("d" in list(articles), len(chunks), made) == (True, 3, [])
    assert chunks[1].article_id == "b/c"
    assert articles["b/c"] is articles["b/c"]
    assert made == ["b/c"]


def test_chunks_of_an_article_that_is_not_there_are_refused(tmp_path: Path) -> None:
    articles, _ = three(tmp_path)
    rows = np.load(tmp_path / "chunks.npy")
    for wrong in (3, -1):
        rows["article"][2] = wrong
        np.save(tmp_path / "chunks.npy", rows)
        with pytest.raises(ValueError, match="articles that are not there"):
            StoredChunks.load(tmp_path, articles)


@pytest.mark.parametrize("name", ["article_ids.txt", "articles.jsonl"])
def test_lines_of_another_length_are_refused(tmp_path: Path, name: str) -> None:
    three(tmp_path)
    with (tmp_path / name).open("a") as file:
        file.write("more\n")
    with pytest.raises(ValueError, match="do not fit"):
        StoredArticles.load(tmp_path)


def test_every_line_is_json_of_its_own(tmp_path: Path) -> None:
    three(tmp_path)
    lines = (tmp_path / "articles.jsonl").read_text(encoding="ascii").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a", "b/c", "d"]
