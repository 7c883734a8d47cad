"""Articles and chunks as columns on disk, made when they are asked for.

A million chunks are one array of 28 bytes or so each, and an article's line is read when one of its
chunks is found; nothing is made at opening. A chunk's text is cut from its article's.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Article, Block, BlockKind, Chunk, Page
from rag.errors import IndexCorrupt
from rag.mapped import load_array, load_bytes

_KEPT_ARTICLES = 256  # articles that are kept once made
_ID, _ARTICLE, _START, _END = "id", "article", "start", "end"


class Lines(Sequence[str]):
    """The lines of a file of UTF-8 text, read when they are asked for.

    `ends` holds the byte that follows each line, its line feed included.
    """

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self._data = data
        self._ends = ends

    @classmethod
    def load(cls, folder: Path, name: str) -> Lines:
        """Return the lines of `name` in `folder`.

        Raises:
            OSError, EOFError, ValueError: a file is missing, or does not fit the other.
        """
        path = folder / name
        data, ends = load_bytes(path), load_array(_ends_path(path))
        last = int(ends[-1]) if len(ends) else 0
        if ends.dtype != np.int64 or ends.ndim != 1 or last != len(data):
            raise ValueError(f"{path} and its line ends do not fit")
        return cls(data, ends)

    @staticmethod
    def save(folder: Path, name: str, lines: Iterable[str]) -> None:
        """Write `lines`, none of which holds a line feed, as `name` in `folder`, and their ends."""
        path = folder / name
        ends = []
        end = 0
        with path.open("wb") as file:
            for line in lines:
                end += file.write(line.encode("utf-8", "surrogatepass") + b"\n")
                ends.append(end)
        np.save(_ends_path(path), np.asarray(ends, np.int64), allow_pickle=False)

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self._ends)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        row = _row(at, len(self))
        start = int(self._ends[row - 1]) if row else 0
        data = self._data[start : int(self._ends[row]) - 1].tobytes()
        return data.decode("utf-8", "surrogatepass")


class StoredArticles(Mapping[str, Article]):
    """The articles by id, in the order of their ids; each is made when it is asked for."""

    def __init__(self, ids: Lines, written: Lines) -> None:
        self._ids = ids
        self._written = written
        self.at = lru_cache(maxsize=_KEPT_ARTICLES)(self._at)

    @classmethod
    def load(cls, folder: Path) -> StoredArticles:
        """Return the articles that were saved in `folder`.

        Raises:
            OSError, EOFError, ValueError: a file is missing, or the files do not fit each other.
        """
        ids, written = Lines.load(folder, "article_ids.txt"), Lines.load(folder, "articles.jsonl")
        if len(ids) != len(written):
            raise ValueError(f"{len(ids)} article ids, {len(written)} articles")
        return cls(ids, written)

    @staticmethod
    def save(folder: Path, articles: Sequence[Article]) -> None:
        """Write `articles`, which are in the order of their ids, into `folder`."""
        Lines.save(folder, "article_ids.txt", (article.id for article in articles))
        Lines.save(
            folder,
            "articles.jsonl",
            (json.dumps(_to_dict(article), ensure_ascii=True) for article in articles),
        )

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __getitem__(self, name: str) -> Article:
        row = self.row_of(name)
        if row is None:
            raise KeyError(name)
        return self.at(row)

    def row_of(self, name: str) -> int | None:
        """Return the place of the article's id in the order, or None where there is none."""
        row = bisect_left(self._ids, name)
        return row if row < len(self._ids) and self._ids[row] == name else None

    def _at(self, row: int) -> Article:
        """Return the article in place `row` of the order."""
        try:
            return _from_dict(json.loads(self._written[row]))
        except (ValueError, KeyError, TypeError) as error:
            raise IndexCorrupt(
                f"article {row} of the index cannot be read ({error!r}): "
                "run `rag sync --rebuild` to build it again from the articles"
            ) from error


class StoredChunks(Sequence[Chunk]):
    """The chunks in the order of their rows; each is made when it is asked for."""

    def __init__(self, rows: NDArray[np.void], articles: StoredArticles) -> None:
        self._rows = rows
        self._articles = articles

    @classmethod
    def load(cls, folder: Path, articles: StoredArticles) -> StoredChunks:
        """Return the chunks of `articles` that were saved in `folder`.

        Raises:
            OSError, EOFError, ValueError: the file is missing, or does not fit the articles.
        """
        rows = load_array(folder / "chunks.npy")
        if rows.dtype.names != (_ID, _ARTICLE, _START, _END) or rows.ndim != 1:
            raise ValueError(f"chunks.npy holds {rows.dtype}")
        if len(rows) and not 0 <= rows[_ARTICLE].min() <= rows[_ARTICLE].max() < len(articles):
            raise ValueError("chunks.npy names articles that are not there")
        return cls(rows, articles)

    @staticmethod
    def save(folder: Path, chunks: Sequence[Chunk], articles: Sequence[Article]) -> None:
        """Write `chunks`, which are of `articles`, into `folder`."""
        row_of = {article.id: row for row, article in enumerate(articles)}
        ids = np.array([chunk.id.encode("ascii") for chunk in chunks], dtype=np.bytes_)
        kinds = [(_ID, ids.dtype), (_ARTICLE, "<i4"), (_START, "<i4"), (_END, "<i4")]
        rows = np.empty(len(chunks), kinds)
        rows[_ID] = ids
        rows[_ARTICLE] = [row_of[chunk.article_id] for chunk in chunks]
        rows[_START] = [chunk.start for chunk in chunks]
        rows[_END] = [chunk.end for chunk in chunks]
        np.save(folder / "chunks.npy", rows, allow_pickle=False)

    def __len__(self) -> int:
        """Return the number of chunks."""
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Chunk: ...
    @overload
    def __getitem__(self, at: slice) -> list[Chunk]: ...
    def __getitem__(self, at: int | slice) -> Chunk | list[Chunk]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        name, article_row, start, end = self._rows[_row(at, len(self))].item()
        article = self._articles.at(article_row)
        return Chunk(name.decode("ascii"), article.id, start, end, article.text[start:end])

    def counts(self) -> dict[str, int]:
        """Return how many chunks each article has, in the order of the articles."""
        found = np.bincount(self._rows[_ARTICLE], minlength=len(self._articles))
        return dict(zip(self._articles, found.tolist(), strict=True))

    def rows_among(self, names: Iterable[str]) -> NDArray[np.int32]:
        """Return the rows of the chunks of the articles `names`, in order."""
        found = [at for name in names if (at := self._articles.row_of(name)) is not None]
        held: NDArray[np.int32] = np.flatnonzero(np.isin(self._rows[_ARTICLE], found)).astype(
            np.int32
        )
        return held

    def rows_with(self, article_id: str, start: int, end: int) -> list[int]:
        """Return the rows of the article's chunks that hold `start` to `end` whole, in order."""
        if (article := self._articles.row_of(article_id)) is None:
            return []
        rows = self._rows
        held = (rows[_ARTICLE] == article) & (rows[_START] <= start) & (end <= rows[_END])
        found: list[int] = np.flatnonzero(held).tolist()
        return found

    def cut_from(self, articles: Sequence[Article]) -> list[Chunk]:
        """Return every chunk; `articles` are all of the index, in the order of their ids."""
        return [
            Chunk(name.decode("ascii"), articles[row].id, start, end, articles[row].text[start:end])
            for name, row, start, end in self._rows.tolist()
        ]


def _row(at: int, length: int) -> int:
    row = at + length if at < 0 else at
    if not 0 <= row < length:
        raise IndexError(f"row {at} of {length}")
    return row


def _ends_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}_ends.npy")


def _to_dict(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "byline": article.byline,
        "language": article.language,
        "blocks": [[block.start, block.end, block.kind.value] for block in article.blocks],
        "pages": [[page.number, page.start, page.end] for page in article.pages],
        "url": article.url,
        "part": article.part,
    }


def _from_dict(written: Mapping[str, Any]) -> Article:
    published = written["published"]
    return Article(
        id=written["id"],
        title=written["title"],
        text=written["text"],
        source=written["source"],
        published=date.fromisoformat(published) if published else None,
        byline=written["byline"],
        language=written["language"],
        blocks=tuple(Block(start, end, BlockKind(kind)) for start, end, kind in written["blocks"]),
        pages=tuple(Page(number, start, end) for number, start, end in written["pages"]),
        url=written["url"],
        part=written["part"],
    )
