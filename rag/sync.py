"""folder -> generation: read what is there, encode what is new, publish the whole.

A chunk whose indexed text stood in the last generation keeps its vector; only the others are
encoded.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rag import chunk, corpus, dateline, layout, lines, store, text, typography
from rag.config import Config
from rag.datatypes import Article, Chunk, SyncReport
from rag.encoder import Encoder, Vectors
from rag.errors import CorpusError, IndexCorrupt, IndexMissing, IndexStale
from rag.lexical import LexicalIndex
from rag.vectors import VectorIndex

# (stage, done, total): how far a long piece of work is.
Progress = Callable[[str, int, int], None]


def stale_reason(manifest: store.Manifest, config: Config, encoder: Encoder) -> str | None:
    """Return why an index with `manifest` is out of step with `config`, or None if it is in step.

    The articles are compared by the hash of their files.
    """
    if manifest.model_fingerprint != encoder.fingerprint:
        return f"the index was made with the model {manifest.model_id}, not {encoder.model_id}"
    settings = config.index_settings()
    for name, value in settings.items():
        if manifest.settings.get(name) != value:
            return f"the index was made with {name} {manifest.settings.get(name)}, not {value}"
    if manifest.code != code_fingerprint():
        return "the index was made by other rules of this program"
    if dict(manifest.seen) != dict(corpus.scan(Path(config.corpus))):
        return f"the articles in {config.corpus} have changed"
    return None


def sync(
    config: Config, encoder: Encoder, *, rebuild: bool = False, progress: Progress | None = None
) -> SyncReport:
    """Bring the index in step with the folder of articles and return what was done.

    Nothing is written where everything is in step. `rebuild` builds anew whatever is there.

    Raises:
        CorpusError: the folder is missing or holds no article that can be read.
        IndexFormat: the index was written by a newer version.
        IndexWrite: the index cannot be written.
    """
    began = time.perf_counter()
    tell = progress or (lambda stage, done, total: None)
    index = Path(config.index)
    with store.writing(index):
        before = None if rebuild else _before(index, config, encoder)
        tell("reading", 0, 1)
        found = corpus.read_corpus(Path(config.corpus))
        tell("reading", 1, 1)
        digests, seen = dict(found.digests), dict(found.scanned)
        sources = {article.id: article.source for article in found.articles}
        old = _sources_to_digests(before.manifest) if before else {}
        new = {sources[name]: digest for name, digest in digests.items()}
        compared = {
            "added": sorted(new.keys() - old.keys()),
            "removed": sorted(old.keys() - new.keys()),
            "changed": sorted(s for s in new.keys() & old.keys() if new[s] != old[s]),
            "unchanged": sorted(s for s in new.keys() & old.keys() if new[s] == old[s]),
        }
        rest: dict[str, Any] = {"skipped": found.skipped, "notes": found.notes, **compared}
        if before and stale_reason(before.manifest, config, encoder) is None:
            return SyncReport(
                built=False, articles=len(before.articles), chunks=len(before.chunks), encoded=0,
                seconds=time.perf_counter() - began, generation=before.name, **rest,
            )  # fmt: skip
        chunks = [
            piece
            for article in found.articles
            for piece in chunk.chunk_article(
                article,
                count_tokens=encoder.count_tokens,
                chunk_tokens=config.chunk_tokens,
                overlap_sentences=config.overlap_sentences,
            )
        ]
        if not chunks:
            raise CorpusError(
                f"the articles in {config.corpus} hold no sentence to index: "
                "add .txt or .md files with some prose"
            )
        articles = {article.id: article for article in found.articles}
        vectors, encoded = _vectors(chunks, articles, before, encoder, tell)
        lexical = LexicalIndex.from_tokens(
            [
                text.tokenise(
                    chunk.indexed_text(c, articles[c.article_id]), articles[c.article_id].language
                )
                for c in chunks
            ],
            k1=config.bm25_k1,
            b=config.bm25_b,
        )
        manifest = store.Manifest(
            model_id=encoder.model_id,
            model_fingerprint=encoder.fingerprint,
            dimension=vectors.shape[1],
            settings=config.index_settings(),
            code=code_fingerprint(),
            digests=digests,
            sources=sources,
            seen=seen,
            articles=len(articles),
            chunks=len(chunks),
        )
        tell("writing", 0, 1)
        name = store.publish(
            index, manifest, found.articles, chunks, lexical, VectorIndex.from_vectors(vectors)
        )
        tell("writing", 1, 1)
    return SyncReport(
        built=True, articles=len(articles), chunks=len(chunks), encoded=encoded,
        seconds=time.perf_counter() - began, generation=name, **rest,
    )  # fmt: skip


@lru_cache(maxsize=1)
def code_fingerprint() -> str:
    """Return a hash of the modules whose rules shape an index."""
    digest = hashlib.sha256()
    for module in (corpus, typography, dateline, lines, layout, text, chunk):
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()


def _before(index: Path, config: Config, encoder: Encoder) -> store.Generation | None:
    """Return the current generation where its vectors can serve again."""
    try:
        before = store.load(index)
    except (IndexMissing, IndexCorrupt, IndexStale):
        return None
    same_model = before.manifest.model_fingerprint == encoder.fingerprint
    return before if same_model else None


def _sources_to_digests(manifest: store.Manifest) -> Mapping[str, str]:
    return {manifest.sources[name]: digest for name, digest in manifest.digests.items()}


def _vectors(
    chunks: Sequence[Chunk],
    articles: Mapping[str, Article],
    before: store.Generation | None,
    encoder: Encoder,
    tell: Progress,
) -> tuple[Vectors, int]:
    """Return the vectors of `chunks` and how many had to be encoded."""
    texts = [chunk.indexed_text(c, articles[c.article_id]) for c in chunks]
    kept: dict[str, int] = {}
    if before is not None:
        kept = {
            chunk.indexed_text(c, before.articles[c.article_id]): row
            for row, c in enumerate(before.chunks)
        }
    new = list(dict.fromkeys(text for text in texts if text not in kept))
    tell("encoding", 0, len(new))
    found = encoder.encode(new, progress=lambda done: tell("encoding", done, len(new)))
    row_of = {text: row for row, text in enumerate(new)}
    if before is None:
        return found[[row_of[text] for text in texts]], len(new)
    old_rows = sorted({kept[text] for text in texts if text in kept})
    old = before.vectors.vectors(old_rows)
    place = {row: at for at, row in enumerate(old_rows)}
    rows = [old[place[kept[text]]] if text in kept else found[row_of[text]] for text in texts]
    return np.ascontiguousarray(np.stack(rows), dtype=np.float32), len(new)
