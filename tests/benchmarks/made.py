"""Generations of any size to measure on: recombined sentences of public text, drawn vectors.

BM25 is real: the tokens are those of the text. Encoding a million passages takes hours, so a
passage's vector is drawn around the centre of its first sentence's group.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag import store
from rag.chunk import indexed_text
from rag.datatypes import Article, Block, BlockKind, Chunk
from rag.indexing.columns import StoredArticles, StoredChunks
from rag.lexical import LexicalIndex
from rag.text import sentence_spans, tokenise
from rag.vectors import VectorIndex, Vectors
from rag.words.wordlist import WordForms

DIMENSION = 384
SPREAD = 1.0  # how far from its centre a vector lies, against the centre's own length
PASSAGES_AN_ARTICLE = 10
SENTENCES_A_PASSAGE = 5


def sentences_of(folder: Path, *, most: int = 50_000) -> list[str]:
    """Return the sentences of the documents in `folder` (corpus.jsonl.gz), each once."""
    found: dict[str, None] = {}
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            text = " ".join(json.loads(line)["text"].split())
            for start, end in sentence_spans(text, "en"):
                if 40 <= end - start <= 400:
                    found[text[start:end]] = None
            if len(found) >= most:
                break
    return list(found)


@dataclass(frozen=True)
class Made:
    """What a generation is made of: row i is the sentences `drawn[i]`, around centre `group[i]`."""

    sentences: Sequence[str]
    drawn: np.ndarray
    centres: Vectors
    group: np.ndarray

    def vectors(self, seed: int, group: np.ndarray) -> Vectors:
        """Return unit vectors around the centres of `group`, (len(group), d) float32."""
        draw = np.random.default_rng(seed)
        found = np.empty((len(group), DIMENSION), np.float32)
        for first in range(0, len(group), 50_000):
            part = slice(first, first + 50_000)
            moved = draw.standard_normal((len(group[part]), DIMENSION), dtype=np.float32)
            moved *= SPREAD / np.sqrt(DIMENSION)
            moved += self.centres[group[part]]
            found[part] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        return found


def make(sentences: Sequence[str], passages: int, *, seed: int = 1) -> Made:
    """Return the recipe of `passages` passages; a centre stands for about 200 of them."""
    draw = np.random.default_rng(seed)
    drawn = draw.integers(0, len(sentences), (passages, SENTENCES_A_PASSAGE), dtype=np.int32)
    count = max(8, passages // 200)
    centres = draw.standard_normal((count, DIMENSION), dtype=np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return Made(sentences, drawn, centres, drawn[:, 0] % count)


def articles_of(made: Made) -> Iterator[tuple[Article, list[Chunk]]]:
    """Yield each article with its chunks, in the order of the ids."""
    rows = len(made.drawn)
    for number, first in enumerate(range(0, rows, PASSAGES_AN_ARTICLE)):
        name, text, blocks, chunks = f"made/{number:08}", "", [], []
        for row in range(first, min(first + PASSAGES_AN_ARTICLE, rows)):
            if text:
                text += "\n\n"
            start = len(text)
            text += " ".join(made.sentences[at] for at in made.drawn[row])
            blocks.append(Block(start, len(text), BlockKind.PARAGRAPH))
            chunks.append(Chunk(f"{row:016x}", name, start, len(text), text[start:]))
        title = made.sentences[made.drawn[first][0]][:60] + "…"
        yield Article(name, title, text, f"{name}.txt", blocks=tuple(blocks)), chunks


def tokens_of(made: Made) -> Iterator[list[str]]:
    """Yield the tokens of each passage."""
    known = [tokenise(sentence) for sentence in made.sentences]
    for row in made.drawn:
        yield [token for at in row for token in known[at]]


def publish(made: Made, index: Path) -> None:
    """Build the generation and publish it in the folder `index`."""
    articles, chunks = [], []
    for article, pieces in articles_of(made):
        assert indexed_text(pieces[0], article) == pieces[0].text
        articles.append(article)
        chunks += pieces
    lexical = LexicalIndex.from_tokens(tokens_of(made), k1=0.6, b=0.75)
    vectors = VectorIndex.from_vectors(made.vectors(2, made.group))
    names = {article.id: article.source for article in articles}
    manifest = store.Manifest(
        "made", "made", DIMENSION, {}, "made", dict.fromkeys(names, "0" * 64), names,
        dict.fromkeys(names.values(), "0" * 64), len(articles), len(chunks),
        languages={"en": len(articles)},
    )  # fmt: skip
    stored = StoredArticles.of(articles)
    with store.writing(index):
        store.publish(
            index, manifest, stored, StoredChunks.of(chunks, stored), lexical, vectors,
            WordForms.from_articles(articles),
        )  # fmt: skip
