"""What the tests are made of: articles, folders, and a small encoder that counts."""

from __future__ import annotations

import random
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from rag.articles.layout import layout
from rag.chunk import chunk_article, indexed_text
from rag.datatypes import Article, Block, BlockKind
from rag.encoder import Encoder, Vectors
from rag.lexical import LexicalIndex
from rag.store import Generation, Manifest
from rag.text import tokenise
from rag.vectors import VectorIndex
from rag.words.wordlist import WordList

RIVERS = {
    "danube.txt": """The Danube crosses ten countries

Published: Mar 04, 2021

The Danube flows through ten countries, more than any other river in the world. It rises in the
Black Forest of Germany. The river reaches the Black Sea after 2,850 kilometres.

Four national capitals lie on its banks: Vienna, Bratislava, Budapest and Belgrade.
""",
    "nile.txt": """Measuring the Nile

By Amira Hassan

The Nile is about 6,650 kilometres long. Its two great tributaries meet at Khartoum in Sudan.
The Aswan High Dam was finished in 1970 and holds Lake Nasser.
""",
    "rhine.txt": """Ships on the Rhine

Barges carry 300 million tonnes of goods on the Rhine in a usual year. The port of Duisburg is the
largest inland port of the world. Low water in 2018 stopped many ships for weeks.
""",
}


def write_folder(folder: Path, files: Mapping[str, str]) -> Path:
    """Write `files` (path below the folder -> text) and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def make_article(text: str, *, name: str = "a", language: str = "en") -> Article:
    """Return `text` as the corpus would read it."""
    made = layout(text)
    return Article(
        id=name,
        title=made.title,
        text=text,
        source=f"{name}.txt",
        published=made.published,
        byline=made.byline,
        language=language,
        blocks=made.blocks,
    )


def dated(head: str, name: str = "a") -> Article:
    """Return an article whose head is `head`, below a headline."""
    text = f"The harbour of Velm grows\n\n{head}\n\nThe harbour of Velm gets a third quay.\n"
    laid = layout(text)
    return replace(make_article(text, name=name), byline=laid.byline, blocks=laid.blocks)


def beside(byline: str, name: str = "a") -> Article:
    """Return an article whose byline stands beside its text, as in a table's columns."""
    return replace(make_article("It grows.", name=name), byline=byline)


def blocks_article(*parts: tuple[str, BlockKind], name: str = "a", language: str = "en") -> Article:
    """Return an article of the given blocks, a blank line between each two."""
    text, blocks = "", []
    for written, kind in parts:
        if text:
            text += "\n\n"
        blocks.append(Block(len(text), len(text) + len(written), kind))
        text += written
    return Article(name, parts[0][0], text, f"{name}.txt", language=language, blocks=tuple(blocks))


def make_generation(
    articles: Sequence[Article], encoder: Encoder, *, chunk_tokens: int = 32, overlap: int = 0
) -> Generation:
    """Return a generation over `articles` that was never on a disk; chunks hold their own text."""
    chunks = [
        chunk
        for article in articles
        for chunk in chunk_article(
            article,
            count_tokens=encoder.count_tokens,
            chunk_tokens=chunk_tokens,
            overlap_sentences=overlap,
        )
    ]
    vectors = encoder.encode([chunk.text for chunk in chunks])
    by_id = {article.id: article for article in articles}
    tokens = [tokenise(chunk.text, by_id[chunk.article_id].language) for chunk in chunks]
    manifest = Manifest(
        encoder.model_id, encoder.fingerprint, vectors.shape[1], {"chunk_tokens": chunk_tokens},
        "code", {a.id: f"digest of {a.id}" for a in articles}, {a.id: a.source for a in articles},
        {a.source: f"digest of {a.id}" for a in articles}, len(articles), len(chunks),
        languages=dict(sorted(Counter(a.language for a in articles).items())),
    )  # fmt: skip
    lexical = LexicalIndex.from_tokens(tokens, k1=1.2, b=0.75)
    found = VectorIndex.from_vectors(vectors)
    words = WordList.from_articles(articles)
    return Generation("made", manifest, by_id, chunks, lexical, found, words)


class CountedArticles(Mapping[str, Article]):
    """Articles that count how often one is read."""

    def __init__(self, articles: Mapping[str, Article]) -> None:
        self._articles = articles
        self.read = 0

    def __getitem__(self, name: str) -> Article:
        self.read += 1
        return self._articles[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._articles)

    def __len__(self) -> int:
        return len(self._articles)


def indexed_texts(generation: Generation) -> list[str]:
    """Return what of each chunk is searched and encoded."""
    return [indexed_text(c, generation.articles[c.article_id]) for c in generation.chunks]


class CountingEncoder:
    """A real encoder that keeps what it was asked to encode, and calls `before` ahead of it."""

    def __init__(self, inner: Encoder, *, fingerprint: str | None = None) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self.model_id = inner.model_id
        self.fingerprint = fingerprint or inner.fingerprint
        self.encoded: list[str] = []
        self.before: Callable[[Sequence[str]], None] = lambda texts: None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._inner.count_tokens(texts)

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        self.before(texts)
        with self._lock:
            self.encoded.extend(texts)
        return self._inner.encode(texts, progress=progress)


class WordEncoder:
    """An Encoder that costs nothing: a text's vector is the sum of vectors drawn for its words."""

    model_id = "words"
    fingerprint = "words of 32 numbers"

    def __init__(self) -> None:
        self._drawn: dict[str, Vectors] = {}

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return count_words(texts)

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        vectors = np.zeros((len(texts), 32), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = sum((self._of(word) for word in text.split()), self._of(""))
        if progress is not None:
            progress(len(texts))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _of(self, word: str) -> Vectors:
        if word not in self._drawn:
            seed = zlib.crc32(word.encode("utf-8", "surrogatepass"))
            self._drawn[word] = np.random.default_rng(seed).normal(size=32).astype(np.float32)
        return self._drawn[word]


def count_words(texts: Sequence[str]) -> list[int]:
    """Return the number of words of each text: a token count that can be checked by eye."""
    return [len(text.split()) for text in texts]


def unit_vectors(seed: int, n: int, d: int) -> Vectors:
    """Return n random unit vectors, (n, d) float32."""
    drawn = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


# --- generated text ------------------------------------------------------------------------------

_LATIN = (
    "river bank water Danube flows through ten countries the of a in 2,850 3.5 U.S. Mr. Dr. e.g. "
    "naïve Straße İstanbul O'Neill said GPT-4 01.AI “quoted” (aside) 50% … --"
).split()
_CJK = "智谱清言模型的人工智能是在北京东京カナかな한국어"
_ODD = [
    "😀", "👩‍👩‍👧", "🇩🇪", "e\u0301", "\u202eabc\u202c", "مرحبا بالعالم", "שלום",
    "<script>alert(1)</script>",
    "&amp;", "\u200b", "\u00a0", "x" * 300, "智" * 200, "\x07", "\ufeff", "𠮷野家", "ﬁﬂ",
]  # fmt: skip
_ENDS = [".", "!", "?", "。", "！", "？", "...", '."', "", ";"]
_MARKS = ["", "", "", "# ", "- ", "1. ", "> "]


# Drawn from a seed rather than word by word, which takes hypothesis far longer than the tests.
def _sentence(draw: random.Random) -> str:
    words = [
        draw.choice(_ODD)
        if draw.random() < 0.15
        else "".join(draw.choices(_CJK, k=draw.randint(1, 30)))
        if draw.random() < 0.2
        else draw.choice(_LATIN)
        for _ in range(draw.randint(1, 14))
    ]
    return draw.choice([" ", " ", "  ", ""]).join(words) + draw.choice(_ENDS)


def _paragraph(draw: random.Random) -> str:
    """Return a paragraph, a heading or a list item."""
    line = draw.choice([" ", ""]).join(_sentence(draw) for _ in range(draw.randint(1, 6)))
    return draw.choice(_MARKS) + line


def _text(seed: int, size: int) -> str:
    draw = random.Random(seed)
    lines = [_paragraph(draw) for _ in range(size)]
    lines += draw.choices(lines, k=draw.randint(0, 2))
    return draw.choice(["\n\n", "\n", "\n\n\n"]).join(lines)


def _block_article(seed: int, size: int) -> Article:
    draw = random.Random(seed)
    kinds = [BlockKind.PARAGRAPH] * len(BlockKind) + list(BlockKind)
    one = [_sentence, _paragraph]
    parts = [(draw.choice(one)(draw).strip() or "x", draw.choice(kinds)) for _ in range(size)]
    return blocks_article(*parts)


_SEEDS = st.integers(0, 2**32)


def texts(most: int = 8) -> st.SearchStrategy[str]:
    """Draw the text of an article, with some of its paragraphs repeated."""
    return st.builds(_text, _SEEDS, st.integers(1, most))


def block_articles(most: int = 8) -> st.SearchStrategy[Article]:
    """Draw an article of blocks of every kind."""
    return st.builds(_block_article, _SEEDS, st.integers(1, most))
