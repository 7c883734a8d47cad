"""Articles and chunks as columns on disk, made when they are asked for.

A million chunks are one array of 36 bytes each, and an article's line is read when one of its
chunks is found; nothing is made at opening. A chunk's text is cut from its article's. What did not
change is copied from one generation to the next as it was written.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, ValuesView
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from rag.chunk import indexed_text, text_key
from rag.datatypes import Article, Block, BlockKind, Chunk, Page
from rag.errors import IndexCorrupt
from rag.indexing.mapped import load_array, load_bytes

_OF_ALL = 16  # looks at ids to find one among very many
_KEPT_ARTICLES = 256  # articles that are kept once made
_ID, _ARTICLE, _START, _END, _KEY = "id", "article", "start", "end", "key"
_ID_CHARS = 16
# A chunk as it is kept: its id, its article's row, its place there, the key of its indexed text.
Records = NDArray[np.void]
RECORD = np.dtype(
    [(_ID, f"S{_ID_CHARS}"), (_ARTICLE, "<i4"), (_START, "<i4"), (_END, "<i4"), (_KEY, "<u8")]
)


class RawLines(Protocol):
    """Lines of UTF-8 text by their number."""

    def raw(self, row: int) -> bytes:
        """Return the line, without a line feed."""
        ...


class Texts(Sequence[str], ABC):
    """Texts that are read when they are asked for, from what is written of them."""

    @abstractmethod
    def raw(self, row: int) -> bytes:
        """Return the text in place `row`, which there is, as it is written."""

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        return self.raw(_row(at, len(self))).decode("utf-8", "surrogatepass")


class Lines(Texts):
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
    def save(folder: Path, name: str, lines: Iterable[bytes]) -> None:
        """Write `lines`, none of which holds a line feed, as `name` in `folder`, and their ends."""
        path = folder / name
        ends = []
        end = 0
        with path.open("wb") as file:
            for line in lines:
                end += file.write(line + b"\n")
                ends.append(end)
        np.save(_ends_path(path), np.asarray(ends, np.int64), allow_pickle=False)

    def raw(self, row: int) -> bytes:
        """Return the line in place `row`, without its line feed."""
        start = int(self._ends[row - 1]) if row else 0
        return self._data[start : int(self._ends[row]) - 1].tobytes()

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self._ends)


class JoinedLines:
    """Lines of several sources: each place is (source, number there)."""

    def __init__(self, places: Sequence[tuple[RawLines, int]]) -> None:
        self._places = places

    def raw(self, row: int) -> bytes:
        """Return the line in place `row`."""
        source, number = self._places[row]
        return source.raw(number)


class _Held:
    """Lines in memory."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines

    def raw(self, row: int) -> bytes:
        return self._lines[row]


class StoredArticles(Mapping[str, Article]):
    """The articles by id, in the order of their ids; each is made when it is asked for.

    `lines` are the articles as they are written, in the same order.
    """

    def __init__(self, ids: Sequence[str], lines: RawLines) -> None:
        self._ids = ids
        self.lines = lines
        self.at = lru_cache(maxsize=_KEPT_ARTICLES)(self.read)

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

    @classmethod
    def of(cls, articles: Iterable[Article]) -> StoredArticles:
        """Return `articles` in the order of their ids, in memory."""
        ordered = sorted(articles, key=lambda article: article.id)
        lines = [written(article).encode("ascii") for article in ordered]
        return cls([article.id for article in ordered], _Held(lines))

    def save(self, folder: Path) -> None:
        """Write the articles into `folder`, as they are written already."""
        ids = (name.encode("utf-8", "surrogatepass") for name in self._ids)
        Lines.save(folder, "article_ids.txt", ids)
        lines = (self.lines.raw(row) for row in range(len(self)))
        Lines.save(folder, "articles.jsonl", lines)

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

    def values(self) -> ValuesView[Article]:
        """Return the articles, each read when it comes; none is kept for it, nor looked for."""
        return _Values(self)

    def row_of(self, name: str) -> int | None:
        """Return the place of the article's id in the order, or None where there is none."""
        row = bisect_left(self._ids, name)
        return row if row < len(self._ids) and self._ids[row] == name else None

    def read(self, row: int) -> Article:
        """Return the article in place `row` of the order, made anew."""
        try:
            return _from_dict(json.loads(self.lines.raw(row)))
        except (ValueError, KeyError, TypeError) as error:
            raise IndexCorrupt(
                f"article {row} of the index cannot be read ({error!r}): "
                "run `rag sync --rebuild` to build it again from the articles"
            ) from error


class _Values(ValuesView[Article]):
    """The articles in their order."""

    def __init__(self, articles: StoredArticles) -> None:
        super().__init__(articles)
        self._articles = articles

    def __iter__(self) -> Iterator[Article]:
        return map(self._articles.read, range(len(self._articles)))


class StoredChunks(Sequence[Chunk]):
    """The chunks in the order of their rows; each is made when it is asked for."""

    def __init__(self, records: Records, articles: StoredArticles) -> None:
        self.records = records
        self._articles = articles

    @classmethod
    def of(cls, chunks: Iterable[Chunk], articles: StoredArticles) -> StoredChunks:
        """Return `chunks`, which are of `articles` and in their order, in memory."""
        parts = []
        for name, some in groupby(chunks, key=lambda chunk: chunk.article_id):
            held, article = list(some), articles[name]
            part = records_of(held, [indexed_text(chunk, article) for chunk in held])
            part[_ARTICLE] = articles.row_of(name)
            parts.append(part)
        return cls(np.concatenate([np.empty(0, RECORD), *parts]), articles)

    @classmethod
    def load(cls, folder: Path, articles: StoredArticles) -> StoredChunks:
        """Return the chunks of `articles` that were saved in `folder`.

        Raises:
            OSError, EOFError, ValueError: the file is missing, or does not fit the articles.
        """
        records = load_array(folder / "chunks.npy")
        if records.dtype != RECORD or records.ndim != 1:
            raise ValueError(f"chunks.npy holds {records.dtype}")
        rows = records[_ARTICLE]
        if len(rows) and not 0 <= rows.min() <= rows.max() < len(articles):
            raise ValueError("chunks.npy names articles that are not there")
        return cls(records, articles)

    def save(self, folder: Path) -> None:
        """Write the chunks into `folder`."""
        np.save(folder / "chunks.npy", self.records, allow_pickle=False)

    def __len__(self) -> int:
        """Return the number of chunks."""
        return len(self.records)

    @overload
    def __getitem__(self, at: int) -> Chunk: ...
    @overload
    def __getitem__(self, at: slice) -> list[Chunk]: ...
    def __getitem__(self, at: int | slice) -> Chunk | list[Chunk]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        name, article_row, start, end, _ = self.records[_row(at, len(self))].item()
        article = self._articles.at(article_row)
        return Chunk(name.decode("ascii"), article.id, start, end, article.text[start:end])

    def counts(self) -> dict[str, int]:
        """Return how many chunks each article has, in the order of the articles."""
        found = np.bincount(self.records[_ARTICLE], minlength=len(self._articles))
        return dict(zip(self._articles, found.tolist(), strict=True))

    def rows_among(self, names: Iterable[str]) -> NDArray[np.int32]:
        """Return the rows of the chunks of the articles `names`, in order."""
        wanted = set(names)
        if len(wanted) * _OF_ALL > len(self._articles):  # one look at each id is less
            found = [at for at, name in enumerate(self._articles) if name in wanted]
        else:
            found = [at for name in wanted if (at := self._articles.row_of(name)) is not None]
        held: NDArray[np.int32] = np.flatnonzero(np.isin(self.records[_ARTICLE], found)).astype(
            np.int32
        )
        return held

    def rows_with(self, article_id: str, start: int, end: int) -> list[int]:
        """Return the rows of the article's chunks that hold `start` to `end` whole, in order."""
        if (article := self._articles.row_of(article_id)) is None:
            return []
        rows = self.records
        held = (rows[_ARTICLE] == article) & (rows[_START] <= start) & (end <= rows[_END])
        found: list[int] = np.flatnonzero(held).tolist()
        return found

    @property
    def keys(self) -> NDArray[np.uint64]:
        """The key of each chunk's indexed text (rag.chunk.text_key), (chunks,)."""
        found: NDArray[np.uint64] = self.records[_KEY]
        return found

    def bounds(self) -> NDArray[np.int64]:
        """Return where each article's chunks begin, (articles + 1,); article i's end at i + 1."""
        found = np.searchsorted(self.records[_ARTICLE], np.arange(len(self._articles) + 1))
        return found.astype(np.int64)


def records_of(chunks: Sequence[Chunk], texts: Sequence[str]) -> Records:
    """Return the records of an article's `chunks`, whose indexed texts are `texts`.

    The article's row is left to be set.

    Raises:
        ValueError: an id has more than 16 bytes.
    """
    ids = [chunk.id.encode("ascii") for chunk in chunks]
    if any(len(name) > _ID_CHARS for name in ids):
        raise ValueError(
            f"a chunk's id has at most {_ID_CHARS} characters, got {max(ids, key=len)!r}"
        )
    records = np.zeros(len(chunks), RECORD)
    records[_ID] = ids
    records[_START] = [chunk.start for chunk in chunks]
    records[_END] = [chunk.end for chunk in chunks]
    records[_KEY] = [text_key(text) for text in texts]
    return records


def joined_records(parts: Sequence[Records]) -> Records:
    """Return the records of all articles in order, of which each has one of `parts`."""
    records = np.concatenate([np.empty(0, RECORD), *parts])
    records[_ARTICLE] = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return records


def written(article: Article) -> str:
    """Return the line that stands for `article`, in ASCII."""
    return json.dumps(_to_dict(article), ensure_ascii=True)


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
        "blocks": [[b.start, b.end, b.kind.value, b.level] for b in article.blocks],
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
        blocks=tuple(
            Block(start, end, BlockKind(kind), level)
            for start, end, kind, level in written["blocks"]
        ),
        pages=tuple(Page(number, start, end) for number, start, end in written["pages"]),
        url=written["url"],
        part=written["part"],
    )
