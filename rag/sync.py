"""folder -> generation: read what is new, encode what is new, publish the whole.

A file whose bytes are known is not read again, an article that is the same is not cut and tokenised
again, and a chunk whose indexed text stood in the last generation keeps its vector. What comes out
is what a build from nothing gives.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from rag import (
    chunk,
    corpus,
    dateline,
    formats,
    layout,
    lines,
    store,
    text,
    typography,
    unfinished,
    wordlist,
)
from rag.columns import StoredChunks
from rag.compiled import runtime_of
from rag.config import Config
from rag.datatypes import Article, Chunk, Moved, Skipped, SyncReport
from rag.encoder import Encoder, Vectors
from rag.errors import CorpusError, IndexCorrupt, IndexMissing, IndexStale
from rag.lexical import LexicalIndex
from rag.tokens import TokenTable
from rag.vectors import VectorIndex

_END_CHARS = 16  # by so many characters a text is told from most others

# (stage, done, total): how far a long piece of work is.
Progress = Callable[[str, int, int], None]


def stale_reason(
    manifest: store.Manifest,
    config: Config,
    encoder: Encoder,
    *,
    digests: Mapping[str, str] | None = None,
) -> str | None:
    """Return why an index with `manifest` is out of step with `config`, or None if it is in step.

    The articles are compared by the hash of their files; `digests` holds these where the folder
    was listed already.
    """
    if manifest.model_fingerprint != encoder.fingerprint:
        made, asked = runtime_of(manifest.model_fingerprint), runtime_of(encoder.fingerprint)
        if manifest.model_id == encoder.model_id and made != asked:
            return f"the index was made with the runtime {made}, not {asked}"
        return f"the index was made with the model {manifest.model_id}, not {encoder.model_id}"
    settings = config.index_settings()
    for name, value in settings.items():
        if manifest.settings.get(name) != value:
            return f"the index was made with {name} {manifest.settings.get(name)}, not {value}"
    if manifest.code != code_fingerprint():
        return "the index was made by other rules of this program"
    if digests is None:
        digests = corpus.scan(Path(config.corpus), max_bytes=_max_bytes(config))
    if dict(manifest.seen) != dict(digests):
        return f"the articles in {config.corpus} have changed"
    return None


def sync(
    config: Config,
    encoder: Encoder,
    *,
    rebuild: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Bring the index in step with the folder of articles and return what was done.

    Nothing is written where everything is in step. `rebuild` builds anew whatever is there,
    `dry_run` only says what would be done. A sync that was stopped, however it was, goes on where
    it was; meanwhile the last generation serves.

    Raises:
        CorpusError: the folder is missing or holds no article that can be read.
        IndexFormat: the index was written by a newer version.
        IndexWrite: the index cannot be written.
    """
    tell = progress or (lambda stage, done, total: None)
    if dry_run:
        return _plan(config, encoder, rebuild, tell).report
    index = Path(config.index)
    with store.writing(index):
        plan = _plan(config, encoder, rebuild, tell)
        if plan.report.built:
            return _build(plan, config, encoder, tell)
        store.remove_old(index)
        unfinished.clear(index)
        return plan.report


@lru_cache(maxsize=1)
def code_fingerprint() -> str:
    """Return a hash of the rules that shape an index: modules of this program, and libraries."""
    digest = hashlib.sha256("\n".join(formats.versions()).encode())
    modules = [corpus, typography, dateline, lines, layout, text, chunk, wordlist]
    paths = [Path(str(module.__file__)) for module in modules]
    for path in [*paths, *sorted(Path(formats.__file__).parent.glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done. `rows` gives each chunk's row in `before`, where it keeps its place.

    `texts` are the indexed texts of the chunks that have none; `new` those of them, each once,
    that must be encoded.
    """

    report: SyncReport
    found: corpus.Corpus | None = None
    before: store.Generation | None = None
    chunks: Sequence[Chunk] = ()
    rows: Sequence[int | None] = ()
    texts: Mapping[int, str] | None = None
    kept: Mapping[str, int] | None = None
    new: Sequence[str] = ()
    began: float = 0.0


def _plan(config: Config, encoder: Encoder, rebuild: bool, tell: Progress) -> _Plan:
    began = time.perf_counter()
    index, folder = Path(config.index), Path(config.corpus)
    tell("reading", 0, 1)
    listing = corpus.list_folder(folder, max_bytes=_max_bytes(config))
    manifest = None if rebuild else _manifest(index)
    stale = (
        manifest is None
        or stale_reason(manifest, config, encoder, digests=listing.digests) is not None
        or not store.intact(index)
    )
    if manifest is not None and not stale:
        tell("reading", 1, 1)
        return _Plan(_in_step(manifest, listing, store.current(index)[0], began))
    before = None if rebuild else _before(index, encoder)
    same_rules = before is not None and before.manifest.code == code_fingerprint()
    same_rules = same_rules and before is not None and before.manifest.settings.get(
        "columns"
    ) == list(config.columns)  # fmt: skip
    # Made once: they are asked for one by one below, and would be read from the disk each time.
    old = list(before.articles.values()) if before is not None else []
    old_chunks = _cut(before, old) if before is not None else []
    columns = dict(pair.split("=", 1) for pair in config.columns)
    found = corpus.read_corpus(
        folder,
        max_bytes=_max_bytes(config),
        options=formats.Options(columns=columns),
        known=_known(before.manifest, old) if before is not None and same_rules else None,
        listing=listing,
        progress=lambda done, total: tell("reading", done, max(total, 1)),
    )
    same_cuts = same_rules and before is not None and all(
        before.manifest.settings.get(name) == getattr(config, name)
        for name in ("chunk_tokens", "overlap_sentences")
    )  # fmt: skip
    kept_articles, kept_chunks = (old, old_chunks) if same_cuts else ([], [])
    chunks, rows = _chunks(found.articles, kept_articles, kept_chunks, config, encoder)
    if not chunks:
        raise CorpusError(
            f"the articles in {config.corpus} hold no sentence to index: "
            "add articles with some prose"
        )
    articles = {article.id: article for article in found.articles}
    texts = {
        at: chunk.indexed_text(c, articles[c.article_id])
        for at, (c, row) in enumerate(zip(chunks, rows, strict=True))
        if row is None
    }
    kept = _kept(set(texts.values()), old, old_chunks)
    new = [text for text in dict.fromkeys(texts.values()) if text not in kept]
    report = SyncReport(
        built=True, articles=len(articles), chunks=len(chunks), encoded=len(new),
        seconds=time.perf_counter() - began, generation=before.name if before else "",
        skipped=found.skipped, notes=found.notes, dry_run=True,
        **_compared(before.manifest if before else None, found),
    )  # fmt: skip
    return _Plan(report, found, before, chunks, rows, texts, kept, new, began)


def _build(plan: _Plan, config: Config, encoder: Encoder, tell: Progress) -> SyncReport:
    if plan.found is None or plan.texts is None or plan.kept is None:
        raise AssertionError("unreachable: a plan to build has what it takes")
    index, found = Path(config.index), plan.found
    articles = {article.id: article for article in found.articles}
    began = time.perf_counter()
    made, encoded = unfinished.encode_resumably(
        index, encoder, plan.new, progress=lambda done: tell("encoding", done, len(plan.new))
    )
    took = time.perf_counter() - began
    vectors = _vectors(plan, made)
    tell("writing", 0, 1)
    tokens = _tokens(plan, articles)
    lexical = LexicalIndex.from_table(tokens, k1=config.bm25_k1, b=config.bm25_b)
    manifest = store.Manifest(
        model_id=encoder.model_id,
        model_fingerprint=encoder.fingerprint,
        dimension=vectors.shape[1],
        settings=config.index_settings(),
        code=code_fingerprint(),
        digests=dict(found.digests),
        sources={article.id: article.source for article in found.articles},
        seen=dict(found.scanned),
        articles=len(articles),
        chunks=len(plan.chunks),
        refused=dict(found.refused),
        remarks={source: list(lines) for source, lines in found.remarks.items()},
        languages=sorted({article.language for article in found.articles}),
    )
    index_of_vectors = VectorIndex.from_vectors(
        vectors,
        exact_up_to=config.exact_up_to,
        cells=plan.before.vectors.cells if plan.before else None,
    )
    if plan.before is not None and plan.before.hold is not None:
        plan.before.hold.let_go()  # so that publishing removes it
    name = store.publish(
        index, manifest, found.articles, plan.chunks, lexical, index_of_vectors,
        wordlist.WordList.from_articles(found.articles), tokens=tokens,
    )  # fmt: skip
    unfinished.clear(index)
    tell("writing", 1, 1)
    return replace(
        plan.report, dry_run=False, encoded=encoded, resumed=len(plan.new) - encoded,
        encoded_per_s=encoded / took if encoded and took else 0.0,
        seconds=time.perf_counter() - plan.began, generation=name,
    )  # fmt: skip


def _in_step(
    manifest: store.Manifest, listing: corpus.Listing, generation: str, began: float
) -> SyncReport:
    skipped = [*listing.skipped, *(Skipped(*pair) for pair in manifest.refused.items())]
    return SyncReport(
        built=False,
        added=[],
        changed=[],
        unchanged=sorted(set(manifest.sources.values())),
        removed=[],
        skipped=sorted(skipped, key=lambda one: one.source.split("/")),
        notes=corpus.told(manifest.remarks, manifest.sources),
        articles=manifest.articles,
        chunks=manifest.chunks,
        encoded=0,
        seconds=time.perf_counter() - began,
        generation=generation,
    )


def _compared(manifest: store.Manifest | None, found: corpus.Corpus) -> dict[str, Any]:
    """Return the report's lists of files."""
    old = {manifest.sources[n]: d for n, d in manifest.digests.items()} if manifest else {}
    new = {article.source: found.digests[article.id] for article in found.articles}
    left: dict[str, list[str]] = {}
    for source in sorted(old.keys() - new.keys()):
        left.setdefault(old[source], []).append(source)
    moved = [
        Moved(left[new[source]].pop(0), source)
        for source in sorted(new.keys() - old.keys())
        if left.get(new[source])
    ]
    both = new.keys() & old.keys()
    return {
        "added": sorted(new.keys() - old.keys() - {m.after for m in moved}),
        "removed": sorted(old.keys() - new.keys() - {m.before for m in moved}),
        "changed": sorted(source for source in both if new[source] != old[source]),
        "unchanged": sorted(source for source in both if new[source] == old[source]),
        "moved": moved,
    }


def _manifest(index: Path) -> store.Manifest | None:
    try:
        return store.read_manifest(index)
    except (IndexMissing, IndexCorrupt, IndexStale):
        return None


def _before(index: Path, encoder: Encoder) -> store.Generation | None:
    """Return the current generation where its vectors can serve again."""
    try:
        # What is kept is written again: no changed byte may pass.
        before = store.load(index, whole=True)
    except (IndexMissing, IndexCorrupt, IndexStale):
        return None
    same_model = before.manifest.model_fingerprint == encoder.fingerprint
    return before if same_model else None


def _cut(before: store.Generation, articles: Sequence[Article]) -> list[Chunk]:
    """Return the chunks of `before`, whose articles are `articles`."""
    if isinstance(before.chunks, StoredChunks):
        return before.chunks.cut_from(articles)
    return list(before.chunks)


def _kept(texts: Set[str], articles: Sequence[Article], chunks: Sequence[Chunk]) -> dict[str, int]:
    """Return the row of each of `texts` that is the indexed text of one of `chunks`."""
    by_id = {article.id: article for article in articles}
    ends = {text[-_END_CHARS:] for text in texts}
    kept: dict[str, int] = {}
    for row, c in enumerate(chunks):
        # An indexed text ends as its chunk does: most need not be put together to see that.
        if len(c.text) < _END_CHARS or c.text[-_END_CHARS:] in ends:
            text = chunk.indexed_text(c, by_id[c.article_id])
            if text in texts:
                kept[text] = row
    return kept


def _known(manifest: store.Manifest, old: Sequence[Article]) -> corpus.Known:
    keys = {
        source: (formats.reader_of(Path(source).suffix), digest)
        for source, digest in manifest.seen.items()
    }
    articles: dict[tuple[str, str], list[Article]] = {}
    # A file's articles in the order in which it was read, whatever the order of their ids.
    for article in old:
        articles.setdefault(keys[article.source], []).append(article)
    return corpus.Known(
        articles=articles,
        refused={
            keys[source]: why
            for source, why in manifest.refused.items()
            if keys[source] not in articles
        },
        remarks={keys[source]: lines for source, lines in manifest.remarks.items()},
    )


def _chunks(
    articles: Sequence[Article],
    old_articles: Sequence[Article],
    old_chunks: Sequence[Chunk],
    config: Config,
    encoder: Encoder,
) -> tuple[list[Chunk], list[int | None]]:
    """Return the chunks of `articles` and, for each, its row in `old_chunks` if it was there."""
    old = {article.text: article for article in old_articles}
    old_rows: dict[str, list[int]] = {}
    for row, c in enumerate(old_chunks):
        old_rows.setdefault(c.article_id, []).append(row)
    chunks: list[Chunk] = []
    rows: list[int | None] = []
    for article in articles:
        known = old.get(article.text)
        if known is not None and _cut_alike(known, article):
            kept = old_rows.get(known.id, [])
            chunks += [chunk.moved(old_chunks[row], article.id) for row in kept]
            rows += kept
            continue
        cut = chunk.chunk_article(
            article,
            count_tokens=encoder.count_tokens,
            chunk_tokens=config.chunk_tokens,
            overlap_sentences=config.overlap_sentences,
        )
        chunks += cut
        rows += [None] * len(cut)
    return chunks, rows


def _cut_alike(one: Article, other: Article) -> bool:
    """Whether two articles of the same text give the same chunks with the same indexed texts."""
    return (one.title, one.language, one.blocks) == (other.title, other.language, other.blocks)


def _vectors(plan: _Plan, made: Vectors) -> Vectors:
    """Return the vector of each chunk: of the last generation, or one of `made`."""
    place = {text: at for at, text in enumerate(plan.new)}
    texts, kept = plan.texts or {}, plan.kept or {}
    old_row = [kept.get(texts[at]) if row is None else row for at, row in enumerate(plan.rows)]
    vectors = np.empty((len(plan.chunks), made.shape[1]), np.float32)
    if plan.before is not None:
        at_old = [at for at, row in enumerate(old_row) if row is not None]
        rows = [row for row in old_row if row is not None]
        vectors[at_old] = plan.before.vectors.vectors(rows)
    at_new = [at for at, row in enumerate(old_row) if row is None]
    vectors[at_new] = made[[place[texts[at]] for at in at_new]]
    return vectors


def _tokens(plan: _Plan, articles: Mapping[str, Article]) -> TokenTable:
    """Return the tokens of each chunk's indexed text."""
    texts = plan.texts or {}
    table = plan.before.tokens if plan.before is not None else None
    if plan.before is None or table is None or len(table) != len(plan.before.chunks):
        rows: Sequence[int | None] = [None] * len(plan.chunks)
    else:
        rows = plan.rows

    def fresh() -> Iterator[Sequence[str]]:
        for at, (c, row) in enumerate(zip(plan.chunks, rows, strict=True)):
            if row is None:
                article = articles[c.article_id]
                shown = texts[at] if at in texts else chunk.indexed_text(c, article)
                yield text.tokenise(shown, article.language)

    if table is None or rows is not plan.rows:
        return TokenTable.from_tokens(fresh())
    return TokenTable.joined(table, rows, fresh())


def _max_bytes(config: Config) -> int:
    return config.max_file_mb * 1_000_000
