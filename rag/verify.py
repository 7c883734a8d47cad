"""Looking at an index and checking it: every checksum, and every law that a build keeps."""

from __future__ import annotations

import filecmp
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from rag import chunk, store, text
from rag.config import Config
from rag.datatypes import Chunk, Progress
from rag.errors import IndexCorrupt, IndexMissing, IndexStale
from rag.indexing import unfinished
from rag.indexing.columns import StoredChunks
from rag.indexing.hold import is_held
from rag.lexical import LexicalIndex
from rag.words.wordlist import WordForms, WordList

_OTHERS = "a rebuild writes other bytes into {}"
_AT_ONCE = 4096  # vectors that are looked at together


@dataclass(frozen=True, slots=True)
class GenerationInfo:
    """A generation as it lies on the disk; `size` is in bytes, `written` a local time."""

    name: str
    current: bool
    held: bool
    size: int
    articles: int
    chunks: int
    model: str
    settings: dict[str, Any]
    written: str

    def to_dict(self) -> dict[str, Any]:
        """The generation as `rag index --json` prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Check:
    """A law, whether it holds, and what was seen."""

    law: str
    holds: bool
    seen: str

    def to_dict(self) -> dict[str, Any]:
        """The check as `rag index verify --json` prints it."""
        return asdict(self)


def generations(index: Path) -> list[GenerationInfo]:
    """Return every generation in the folder, oldest first; counts are 0 if it is not readable."""
    try:
        serving = store.current(index)[0]
    except (IndexMissing, IndexCorrupt):
        serving = ""
    found = []
    folders = (index / "generations").glob("g*") if (index / "generations").is_dir() else ()
    for folder in sorted(folders):
        manifest = store.manifest_of(folder)
        sizes = [path.stat().st_size for path in folder.iterdir()]
        written = datetime.fromtimestamp(folder.stat().st_mtime).isoformat(" ", "seconds")
        found.append(
            GenerationInfo(
                name=folder.name,
                current=folder.name == serving,
                held=is_held(folder),
                size=sum(sizes),
                articles=manifest.articles if manifest else 0,
                chunks=manifest.chunks if manifest else 0,
                model=manifest.model_id if manifest else "not readable",
                settings=dict(manifest.settings) if manifest else {},
                written=written,
            )
        )
    return found


def verify(config: Config, *, progress: Progress | None = None) -> list[Check]:
    """Return every law with whether it holds for the generation that serves.

    Where the files are not what was written, that is the only check.

    Raises:
        IndexMissing: there is no index.
        IndexFormat: it was written by a newer version.
    """
    index = Path(config.index)
    tell = progress or (lambda stage, done, total: None)
    try:
        generation = store.load(index, whole=True)
    except (IndexCorrupt, IndexStale) as error:
        return [Check("every file is the one that was written", False, str(error))]
    files = len(list((index / "generations" / generation.name).iterdir()))
    checks = [Check("every file is the one that was written", True, f"{files} files, sha256")]
    laws = (_rows, _offsets, _unit_vectors, _bm25, _words, _leftovers)
    for number, law in enumerate(laws):
        tell("checking", number, len(laws))
        checks += law(generation, index)
    tell("checking", len(laws), len(laws))
    return checks


def _rows(generation: store.Generation, index: Path) -> Iterator[Check]:
    counts = {
        "manifest": generation.manifest.chunks,
        "chunks": len(generation.chunks),
        "BM25": generation.lexical.documents,
        "vectors": len(generation.vectors),
    }
    seen = ", ".join(f"{name} {count}" for name, count in counts.items())
    yield Check("the rows of every part are aligned", len(set(counts.values())) == 1, seen)
    named = generation.manifest.articles == len(generation.articles) == len(
        generation.manifest.digests
    )  # fmt: skip
    yield Check("every article is in the manifest", named, f"{len(generation.articles)} articles")


def _offsets(generation: store.Generation, index: Path) -> Iterator[Check]:
    wrong = []
    ids = set()
    keys = generation.chunks.keys if isinstance(generation.chunks, StoredChunks) else None
    for row, c in enumerate(generation.chunks):
        article = generation.articles[c.article_id]
        sound = 0 <= c.start < c.end <= len(article.text)
        sound = sound and article.text[c.start : c.end] == c.text == c.text.strip()
        if sound and keys is not None:
            sound = chunk.text_key(chunk.indexed_text(c, article)) == keys[row]
        if not sound or chunk.chunk_id(c.article_id, c.start, c.text) != c.id or c.id in ids:
            wrong.append(c.id)
        ids.add(c.id)
    for article in generation.articles.values():
        edges = [0, *(edge for block in article.blocks for edge in (block.start, block.end))]
        pages = [0, *(edge for page in article.pages for edge in (page.start, page.end))]
        if edges != sorted(edges) or pages != sorted(pages) or edges[-1] > len(article.text):
            wrong.append(article.id)
    seen = f"{len(generation.chunks)} passages" if not wrong else f"wrong: {', '.join(wrong[:5])}"
    yield Check("every passage is the slice of its article that it claims", not wrong, seen)


def _unit_vectors(generation: store.Generation, index: Path) -> Iterator[Check]:
    worst = 0.0
    count = len(generation.vectors)
    for first in range(0, count, _AT_ONCE):
        rows = list(range(first, min(first + _AT_ONCE, count)))
        lengths = np.linalg.norm(generation.vectors.vectors(rows), axis=1)
        worst = max(worst, float(np.abs(lengths - 1).max()))
    holds = worst <= 1e-3 and generation.vectors.dimension == generation.manifest.dimension
    seen = f"{count} vectors of {generation.vectors.dimension}, at most {worst:.1e} off"
    yield Check("every vector has unit length", holds, seen)


def _bm25(generation: store.Generation, index: Path) -> Iterator[Check]:
    fresh = LexicalIndex.from_tokens(
        (_said(generation, c) for c in generation.chunks),
        k1=generation.manifest.settings["bm25_k1"],
        b=generation.manifest.settings["bm25_b"],
    )
    wrong = _others(fresh.save, index / "generations" / generation.name)
    seen = f"{len(fresh.vocabulary)} terms" if not wrong else _OTHERS.format(", ".join(wrong))
    yield Check("the BM25 scores are those of a rebuild", not wrong, seen)


def _words(generation: store.Generation, index: Path) -> Iterator[Check]:
    fresh = WordForms.from_articles(generation.articles.values())
    folder = index / "generations" / generation.name
    wrong = _others(fresh.save, folder) + _others(WordList.from_forms(fresh).save, folder)
    seen = f"{len(fresh.counts)} forms" if not wrong else _OTHERS.format(", ".join(wrong))
    yield Check("the words for spelling are those of a rebuild", not wrong, seen)


def _others(save: Callable[[Path], None], folder: Path) -> list[str]:
    """Return the names of the files that `save` writes with other bytes than are in `folder`."""
    with tempfile.TemporaryDirectory() as made:
        save(Path(made))
        return [
            path.name
            for path in sorted(Path(made).iterdir())
            if not filecmp.cmp(path, folder / path.name, shallow=False)
        ]


def _leftovers(generation: store.Generation, index: Path) -> Iterator[Check]:
    left = [
        path.name
        for path in (index / "generations").iterdir()
        if path.name != generation.name and not is_held(path)
    ]
    if not unfinished.is_clear(index):
        left.append("unfinished")
    # Not a fault: the next sync takes them away or goes on with them.
    yield Check("nothing is left over", True, ", ".join(left) or "nothing")


def _said(generation: store.Generation, c: Chunk) -> list[str]:
    article = generation.articles[c.article_id]
    return text.tokenise(chunk.indexed_text(c, article), article.language)
