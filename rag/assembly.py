"""The next generation, row by row, before its vectors: what is new, and what is the last one's.

Articles are taken one after the other and not kept: what is new lies in files without a name, what
is not is copied from the last generation. So memory grows by some bytes a passage, not by texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag import chunk
from rag.config import Config
from rag.corpus import Kept, Reading
from rag.datatypes import Article
from rag.encoder import Encoder, Vectors
from rag.indexing.columns import (
    JoinedLines,
    RawLines,
    Records,
    StoredArticles,
    StoredChunks,
    Texts,
    joined_records,
    records_of,
    written,
)
from rag.indexing.postings import Postings
from rag.indexing.spool import Spool
from rag.store import Generation
from rag.text import tokenise
from rag.words.wordlist import WordForms, forms_in

Rows = NDArray[np.int64]
_NEW = -1


@dataclass(frozen=True, slots=True)
class Last:
    """The last generation, and of its parts what serves again.

    `rows` has each article's row, `bounds` where its chunks begin. `rules` say that articles are
    read as they were, `cuts` that they are cut into chunks as they were; `forms` are its words.
    """

    generation: Generation
    articles: StoredArticles
    chunks: StoredChunks
    rows: Mapping[str, int]
    bounds: Rows
    rules: bool
    cuts: bool
    forms: WordForms

    @classmethod
    def of(cls, generation: Generation, forms: WordForms, *, rules: bool, cuts: bool) -> Last:
        """Return the last generation, which was loaded from a disk."""
        articles, chunks = generation.articles, generation.chunks
        if not isinstance(articles, StoredArticles) or not isinstance(chunks, StoredChunks):
            raise TypeError("the last generation is one that was loaded")
        rows = {name: row for row, name in enumerate(articles)}
        return cls(
            generation, articles, chunks, rows, chunks.bounds(), rules, rules and cuts, forms
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    """An article: where its line is, its chunks, and where they come from.

    These are rows of the last generation from `first` on, or texts of the spool from `text` on.
    """

    line: tuple[RawLines, int]
    records: Records
    first: int = _NEW
    text: int = _NEW
    language: str = ""


class Assembly:
    """What `reading` gives, with what `last` has of it already.

    `names` are the articles' ids in order; `records` the chunks. For each of these `vector_rows`
    has the row in `last` of one with the same indexed text, and `token_rows` of one with the same
    tokens, -1 otherwise; `to_encode` are those whose text has to be encoded, each once.
    """

    def __init__(
        self, reading: Reading, last: Last | None, config: Config, encoder: Encoder,
        *, folder: Path | None,
    ) -> None:  # fmt: skip
        """Go through `reading`; what is new takes its space on the disk in `folder`."""
        self._last, self._config, self._encoder = last, config, encoder
        self._lines, self._texts = Spool(folder), Spool(folder)
        counted = last is not None and last.rules
        self._forms = last.forms if last and counted else WordForms({}, {})
        self._tally = Counter[str]()
        self._languages = Counter(last.generation.manifest.languages if last and counted else {})
        entries: dict[str, _Entry] = {}
        stay: set[str] = set()
        for found in reading:
            if not isinstance(found, Kept):
                entries[found.id] = self._read(found)
            elif self._stays(found):
                entries[found.id] = self._same(found)
                stay.add(found.id)
            else:
                entries[found.id] = self._renamed(found)
        if last and counted:
            for name in last.articles:
                if name not in stay:
                    self._count(last.articles[name], -1)
        self.names = sorted(entries)
        self._entries = [entries[name] for name in self.names]
        self.records = joined_records([entry.records for entry in self._entries])
        self._sizes = np.array([len(entry.records) for entry in self._entries], np.int64)
        self._entry_of = np.repeat(np.arange(len(self._entries)), self._sizes)
        self._text_rows = self._laid_out([entry.text for entry in self._entries])
        self.vector_rows, self.token_rows = self._known_texts()
        self.to_encode, self._copies = self._each_once()

    def articles(self) -> StoredArticles:
        """Return the articles."""
        return StoredArticles(self.names, JoinedLines([entry.line for entry in self._entries]))

    def forms(self) -> WordForms:
        """Return the words of the articles."""
        return self._forms.changed(self._tally)

    def languages(self) -> dict[str, int]:
        """Return how many articles are in each language, in the order of these."""
        return {name: count for name, count in sorted(self._languages.items()) if count > 0}

    def texts_to_encode(self) -> Sequence[str]:
        """Return the indexed text of each of `to_encode`, read from the disk when asked for."""
        return _Picked(self._texts, self._text_rows[self.to_encode])

    def postings(self) -> Postings:
        """Return how often each term stands in each chunk."""
        fresh = Postings.from_tokens(self._tokens())
        if self._last is None or (self.token_rows == _NEW).all():
            return fresh
        return Postings.joined(self._last.generation.lexical.postings, self.token_rows, fresh)

    def fill(self, vectors: Vectors) -> None:
        """Put in the vectors that are there already: of the last generation, and of equal texts.

        `vectors`, (chunks, d), has those of `to_encode`.
        """
        if self._last is not None:
            places = np.flatnonzero(self.vector_rows != _NEW)
            self._last.generation.vectors.copy(self.vector_rows[places], vectors, places)
        for place, first in self._copies:
            vectors[place] = vectors[first]

    def close(self) -> None:
        """Give the space on the disk back."""
        self._lines.close()
        self._texts.close()

    def _stays(self, found: Kept) -> bool:
        """Whether an article is the same in everything, its id and path too."""
        if self._last is None:
            raise AssertionError("unreachable: what is known is of the last generation")
        sources = self._last.generation.manifest.sources
        return found.id == found.before and found.source == sources[found.id]

    def _same(self, found: Kept) -> _Entry:
        line, first, records = self._place(found.before)
        if self._last is not None and self._last.cuts:
            return _Entry(line, records, first=first)
        article = self._article(found)
        return replace(self._cut(article), line=line)

    def _renamed(self, found: Kept) -> _Entry:
        article = self._article(found)
        self._count(article, 1)
        line = (self._lines, self._lines.append(written(article)))
        if self._last is None or not self._last.cuts:
            return replace(self._cut(article), line=line)
        _, first, records = self._place(found.before)
        moved = records.copy()
        moved["id"] = [
            chunk.chunk_id(article.id, start, article.text[start:end]).encode("ascii")
            for start, end in zip(records["start"].tolist(), records["end"].tolist(), strict=True)
        ]
        return _Entry(line, moved, first=first)

    def _read(self, article: Article) -> _Entry:
        self._count(article, 1)
        return replace(self._cut(article), line=(self._lines, self._lines.append(written(article))))

    def _cut(self, article: Article) -> _Entry:
        """Return the entry of an article that is cut anew; its line is still to be set."""
        chunks = chunk.chunk_article(
            article,
            count_tokens=self._encoder.count_tokens,
            chunk_tokens=self._config.chunk_tokens,
            overlap_sentences=self._config.overlap_sentences,
        )
        texts = [chunk.indexed_text(c, article) for c in chunks]
        first = len(self._texts)
        for text in texts:
            self._texts.append(text)
        records = records_of(chunks, texts)
        return _Entry((self._lines, 0), records, text=first, language=article.language)

    def _article(self, found: Kept) -> Article:
        if self._last is None:
            raise AssertionError("unreachable: what is known is of the last generation")
        article = self._last.articles[found.before]
        return replace(article, id=found.id, source=found.source)

    def _place(self, name: str) -> tuple[tuple[RawLines, int], int, Records]:
        """Return an article's line in the last generation, its first chunk, and its chunks."""
        last = self._last
        if last is None:
            raise AssertionError("unreachable: what is known is of the last generation")
        row = last.rows[name]
        first, end = int(last.bounds[row]), int(last.bounds[row + 1])
        return (last.articles.lines, row), first, last.chunks.records[first:end]

    def _count(self, article: Article, times: int) -> None:
        self._languages[article.language] += times
        for form in forms_in(article):
            self._tally[form] += times

    def _laid_out(self, firsts: Sequence[int]) -> Rows:
        """Return a row for each chunk: from its article's first on, or -1 where that is."""
        sizes = self._sizes
        first = np.array(firsts, np.int64)[self._entry_of]
        within = np.arange(len(first)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.where(first == _NEW, _NEW, first + within)

    def _known_texts(self) -> tuple[Rows, Rows]:
        """Return for each chunk a row of the last generation with the same indexed text, and one
        whose tokens are the same too, for being of one language and told apart by the same rules.
        """
        same_text = self._laid_out([entry.first for entry in self._entries])
        same_tokens = same_text.copy()
        new = np.flatnonzero(same_text == _NEW)
        last = self._last
        if last is None or not len(new):
            return same_text, same_tokens
        keys, chunks = last.chunks.keys, last.chunks
        order = np.argsort(keys, kind="stable")
        wanted = self.records["key"][new]
        firsts, ends = (np.searchsorted(keys, wanted, s, sorter=order) for s in ("left", "right"))
        article: Article | None = None
        for at, first, end in zip(new.tolist(), firsts.tolist(), ends.tolist(), strict=True):
            if first == end:
                continue
            # Of several the article's own: rows then rise as before, and are copied in runs.
            own = last.bounds[last.rows.get(self.names[self._entry_of[at]], 0)]
            row = int(order[min(first + np.searchsorted(order[first:end], own), end - 1)])
            known = chunks[row]
            if article is None or article.id != known.article_id:
                article = last.articles[known.article_id]
            # A key tells nearly all texts apart; a vector is taken over for an equal one.
            if chunk.indexed_text(known, article) != self._text(at):
                continue
            same_text[at] = row
            if last.rules and article.language == self._language(at):
                same_tokens[at] = row
        return same_text, same_tokens

    def _each_once(self) -> tuple[list[int], list[tuple[int, int]]]:
        """Return the chunks to encode, and those that get the vector of an equal one's text."""
        firsts: dict[int, int] = {}
        once: list[int] = []
        copies: list[tuple[int, int]] = []
        new = np.flatnonzero(self.vector_rows == _NEW)
        for at, key in zip(new.tolist(), self.records["key"][new].tolist(), strict=True):
            first = firsts.setdefault(key, at)
            if first != at and self._text(first) == self._text(at):
                copies.append((at, first))
            else:
                once.append(at)
        return once, copies

    def _text(self, at: int) -> str:
        return self._texts[int(self._text_rows[at])]

    def _language(self, at: int) -> str:
        """Return the language of a chunk of an article that was read or cut anew."""
        return self._entries[int(self._entry_of[at])].language

    def _tokens(self) -> Iterator[list[str]]:
        for at in np.flatnonzero(self.token_rows == _NEW).tolist():
            yield tokenise(self._text(at), self._language(at))


class _Picked(Texts):
    """Some of `texts`, in the order of `rows`."""

    def __init__(self, texts: Spool, rows: Rows) -> None:
        self._texts, self._rows = texts, rows

    def __len__(self) -> int:
        return len(self._rows)

    def raw(self, row: int) -> bytes:
        return self._texts.raw(int(self._rows[row]))
