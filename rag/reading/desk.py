"""What is worked out of one generation of the index, and kept for the questions to come.

Which statements a passage holds, what these stand below, their vectors, the words of lists' items.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from rag.chunk import statement_spans
from rag.datatypes import Article, Passage
from rag.encoder import Encoder, Vectors
from rag.reading.items import Items
from rag.reading.lead import Lead, Span, first_rows, leads
from rag.retrieve import Retrieved
from rag.store import Generation
from rag.text import is_bare_number
from rag.words.terms import term_share

_NEAREST = 5  # passages beside one, by which it is told how alike those around it are
_TYPICAL = 0.3  # the cosine of two passages, where there is but one
_MOST_LISTS = 64  # whose items are kept by their words
_MOST_VECTORS = 20_000  # sentence vectors that are kept for later questions


class Desk:
    """The desk of a generation; several threads may use it."""

    def __init__(self, generation: Generation, encoder: Encoder) -> None:
        self._generation = generation
        self._encoder = encoder
        self.statements = lru_cache(maxsize=512)(self._statements_of)
        self.leads = lru_cache(maxsize=512)(self._leads_of)
        self._vectors: dict[str, Vectors] = {}
        self._listed: dict[tuple[str, tuple[Span, ...]], Items] = {}

    @property
    def searched(self) -> int:
        """How many passages a question is searched in."""
        return len(self._generation.chunks)

    @property
    def encoder(self) -> str:
        """The name of the encoder that makes its vectors."""
        return self._encoder.model_id

    def sentences(self, passage: Passage) -> list[tuple[int, int]]:
        """Return the (start, end) in the article of the statements that `passage` holds whole.

        Rows that name a table's columns are none, nor is what answers nothing: a question, the
        number of a clause or a single word by itself.
        """
        leads, text = self.leads(passage.article.id), passage.article.text
        named = first_rows(leads)
        return [
            (start, end)
            for start, end in self.statements(passage.article.id)
            if passage.chunk.start <= start and end <= passage.chunk.end
            if start not in named and not is_bare_number(text[start:end])
            if start in leads or not _answers_nothing(text[start:end])
        ]

    def _statements_of(self, article_id: str) -> list[Span]:
        return statement_spans(self._generation.articles[article_id])

    def _leads_of(self, article_id: str) -> dict[int, Lead]:
        return leads(self._generation.articles[article_id], self.statements(article_id))

    def items(self, article: Article, spans: tuple[Span, ...]) -> Items:
        """Return the items of a list by their words; those of some lists are kept."""
        key = article.id, spans
        if (found := self._listed.get(key)) is None:
            if len(self._listed) >= _MOST_LISTS:
                self._listed = {}  # a new mapping, as of the vectors
            found = self._listed[key] = Items(article, spans)
        return found

    def coverage(self, found: Retrieved, passages: Sequence[Passage]) -> list[float]:
        """Return the share of the question's terms, weighted by idf, that each passage holds."""
        idf = self.idf(found.terms)
        return [term_share(idf, passage.titled, passage.article) for passage in passages]

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """Return the idf of each of the terms."""
        return {term: self._generation.lexical.idf(term) for term in terms}

    def near(self, vector: Vectors) -> float:
        """Return the mean cosine of a passage's vector, (d,), with the passages nearest to it.

        The nearest is taken for the passage itself and left out; of `_NEAREST` after it.
        """
        found = self._generation.vectors.search(vector.astype(np.float32), k=_NEAREST + 1)[1:]
        return float(np.mean([cosine for _, cosine in found])) if found else _TYPICAL

    def query(self, question: str, found: Retrieved) -> Vectors:
        """Return the vector of a question, (d,): that by which it was searched for, or its own."""
        return found.query if found.query is not None else self._encoder.encode([question])[0]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`, (n, d), n at least 1; those of before are kept."""
        kept = self._vectors
        new = list(dict.fromkeys(text for text in texts if text not in kept))
        if len(kept) + len(new) > _MOST_VECTORS:
            # A new mapping: another thread may be reading the old one.
            kept = self._vectors = {}
            new = list(dict.fromkeys(texts))
        kept.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([kept[text] for text in texts])


def _answers_nothing(sentence: str) -> bool:
    """Return whether a sentence asks or is one word: "Is it too dear?", "Books."."""
    bare = sentence.strip(" *_\"'“”‘’()")
    return bare.endswith("?") or (len(bare.split()) == 1 and bare.endswith("."))
