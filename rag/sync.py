"""folder -> generation: read what is new, encode what is new, publish the whole.

A file whose bytes are known is not read again, an article that is the same is not cut and tokenised
again, and a chunk whose indexed text stood in the last generation keeps its vector. What comes out
is what a build from nothing gives.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rag import corpus, formats, store
from rag.assembly import Assembly, Last
from rag.compiled import runtime_of
from rag.config import Config
from rag.datatypes import Moved, Progress, Skipped, SyncReport
from rag.encoder import Encoder
from rag.errors import (
    CorpusError,
    IndexCorrupt,
    IndexMissing,
    IndexStale,
    IndexWrite,
    NoArticles,
)
from rag.indexing import unfinished
from rag.indexing.columns import StoredChunks
from rag.lexical import LexicalIndex
from rag.vectors import VectorIndex

# The modules whose rules shape an index, beside all of rag.formats: those that `assembly` comes to
# through its imports, but for what is in the manifest otherwise, and what only reads and writes.
SHAPING = (
    "articles.captions", "articles.credit_line", "articles.credits", "articles.dateline",
    "articles.first_person", "articles.layout", "articles.lines", "articles.repeats",
    "articles.slots", "articles.typography", "assembly", "chunk", "corpus", "datatypes",
    "indexing.columns", "indexing.postings", "lexical", "text", "words.lexicon", "words.months",
    "words.person", "words.verbs", "words.wordlist",
)  # fmt: skip
# Sentences, stems, languages, dates, encodings and scores are theirs.
_SHAPING = (
    "sentencex", "snowballstemmer", "py3langid", "python-dateutil", "charset-normalizer",
    "rank-bm25", "symspellpy",
)  # fmt: skip


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
        if manifest.model_id == encoder.model_id:
            return f"the index was made with another form of the model {encoder.model_id}"
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
        return _plan(config, encoder, rebuild, True, tell).report
    index = Path(config.index)
    check(config)
    with store.writing(index):
        try:
            plan = _plan(config, encoder, rebuild, False, tell)
        except CorpusError as error:
            if _manifest(index) is None:
                raise
            # Not NoArticles: a disk that is not there looks the same, and takes no files.
            raise CorpusError(
                f"{error}; the index in {index} was left as it is: "
                "a page that is open goes on answering from it"
            ) from error
        if plan.assembly is not None:
            return _build(plan, plan.assembly, config, encoder, tell)
        store.remove_old(index)
        unfinished.clear(index)
        return plan.report


def check(config: Config) -> None:
    """Tell what is sure to keep an index from being made, before anything is written or served.

    Raises:
        CorpusError: there is no index, and no folder to make one from.
        IndexWrite: the index would stand among the articles.
    """
    index, folder = Path(config.index), Path(config.corpus)
    if index.exists() and folder.exists() and index.samefile(folder):
        raise IndexWrite(
            f"the index would be written among the articles in {folder}: "
            "name another folder with --index"
        )
    if _manifest(index) is None:
        corpus.check_folder(folder)


def articles_of(config: Config) -> corpus.Corpus:
    """Return the articles of the folder as a sync reads them.

    Raises:
        CorpusError: the folder is missing or holds no article that can be read.
    """
    return corpus.read_corpus(
        Path(config.corpus), max_bytes=_max_bytes(config), options=_options(config)
    )


@lru_cache(maxsize=1)
def code_fingerprint() -> str:
    """Return a hash of the rules that shape an index: modules of this program, and libraries."""
    versions = [*formats.versions(), *(f"{name} {version(name)}" for name in _SHAPING)]
    digest = hashlib.sha256("\n".join(versions).encode())
    here = Path(__file__).parent
    paths = [here.joinpath(*name.split(".")).with_suffix(".py") for name in SHAPING]
    for path in [*paths, *sorted(Path(formats.__file__).parent.glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done: `assembly` is None where the index is in step."""

    report: SyncReport
    reading: corpus.Reading
    assembly: Assembly | None = None
    last: Last | None = None
    began: float = 0.0


def _plan(config: Config, encoder: Encoder, rebuild: bool, dry_run: bool, tell: Progress) -> _Plan:
    began = time.perf_counter()
    index, folder = Path(config.index), Path(config.corpus)
    tell("reading", 0, 1)
    listing = corpus.list_folder(folder, max_bytes=_max_bytes(config))
    manifest = None if rebuild else _manifest(index)
    reason = (
        ""
        if manifest is None
        else stale_reason(manifest, config, encoder, digests=listing.digests)
        or ("" if store.intact(index) else f"the index in {index} is damaged")
    )
    if manifest is not None and not reason:
        tell("reading", 1, 1)
        report = _in_step(manifest, listing, store.current(index)[0], began)
        return _Plan(report, corpus.Reading(folder, listing))
    last = None if rebuild else _last(config, encoder)
    reading = corpus.Reading(
        folder,
        listing,
        max_bytes=_max_bytes(config),
        options=_options(config),
        known=_known(last.generation) if last is not None and last.rules else None,
        progress=lambda done, total: tell("reading", done, max(total, 1)),
    )
    assembly = Assembly(reading, last, config, encoder, folder=None if dry_run else index)
    reading.check()
    if not len(assembly.records):
        raise NoArticles(
            f"the articles in {config.corpus} hold no sentence to index: "
            "add articles with some prose",
            str(folder.resolve()),
        )
    report = SyncReport(
        built=True, articles=len(assembly.names), chunks=len(assembly.records),
        encoded=len(assembly.to_encode),
        seconds=time.perf_counter() - began, generation=last.generation.name if last else "",
        skipped=reading.skipped(), notes=reading.notes(), dry_run=True,
        anew="" if last else reason, **_compared(manifest, reading),
    )  # fmt: skip
    return _Plan(report, reading, assembly, last, began)


def _build(
    plan: _Plan, assembly: Assembly, config: Config, encoder: Encoder, tell: Progress
) -> SyncReport:
    index, reading = Path(config.index), plan.reading
    before = plan.last.generation if plan.last else None
    began = time.perf_counter()
    texts = assembly.texts_to_encode()
    with ThreadPoolExecutor(1) as beside:  # words are counted while texts are encoded
        counting = beside.submit(_lexical, assembly, config)
        try:
            vectors, encoded = unfinished.encode_resumably(
                index, encoder, texts, rows=assembly.to_encode, count=len(assembly.records),
                progress=lambda done: tell("encoding", done, len(texts)),
            )  # fmt: skip
        except BaseException:
            assembly.close()  # ends the counting, which reads from it
            raise
        took = time.perf_counter() - began
        tell("writing", 0, 1)
        assembly.fill(vectors)
        if before is None:
            nearest = VectorIndex.from_vectors(vectors, exact_up_to=config.exact_up_to)
        else:
            nearest = VectorIndex.joined(
                before.vectors, assembly.vector_rows, vectors, exact_up_to=config.exact_up_to
            )
        lexical = counting.result()
    manifest = store.Manifest(
        model_id=encoder.model_id,
        model_fingerprint=encoder.fingerprint,
        dimension=vectors.shape[1],
        settings=config.index_settings(),
        code=code_fingerprint(),
        digests={name: reading.digests[name] for name in assembly.names},
        sources={name: reading.sources[name] for name in assembly.names},
        seen=dict(reading.scanned),
        articles=len(assembly.names),
        chunks=len(assembly.records),
        refused=dict(reading.refused),
        remarks={source: list(lines) for source, lines in reading.remarks.items()},
        languages=assembly.languages(),
        corpus=str(Path(config.corpus).resolve()),
    )
    if before is not None and before.hold is not None:
        before.hold.let_go()  # so that publishing removes it
    articles = assembly.articles()
    name = store.publish(
        index, manifest, articles, StoredChunks(assembly.records, articles), lexical, nearest,
        assembly.forms(),
    )  # fmt: skip
    assembly.close()
    unfinished.clear(index)
    tell("writing", 1, 1)
    return replace(
        plan.report, dry_run=False, encoded=encoded, resumed=len(texts) - encoded,
        encoded_per_s=encoded / took if encoded and took else 0.0,
        seconds=time.perf_counter() - plan.began, generation=name,
    )  # fmt: skip


def _lexical(assembly: Assembly, config: Config) -> LexicalIndex:
    return LexicalIndex.from_postings(assembly.postings(), k1=config.bm25_k1, b=config.bm25_b)


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


def _compared(manifest: store.Manifest | None, reading: corpus.Reading) -> dict[str, Any]:
    """Return the report's lists of files."""
    old = {manifest.sources[n]: d for n, d in manifest.digests.items()} if manifest else {}
    new = {reading.sources[name]: digest for name, digest in reading.digests.items()}
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


def _last(config: Config, encoder: Encoder) -> Last | None:
    """Return the current generation where its vectors can serve again."""
    index = Path(config.index)
    try:
        # What is kept is written again: no changed byte may pass.
        found = store.load(index, whole=True)
        forms = store.word_forms(index, found)
    except (IndexMissing, IndexCorrupt, IndexStale):
        return None
    made = found.manifest
    if made.model_fingerprint != encoder.fingerprint:
        return None
    cuts = ("chunk_tokens", "overlap_sentences")
    return Last.of(
        found,
        forms,
        rules=made.code == code_fingerprint()
        and made.settings.get("columns") == list(config.columns),
        cuts=all(made.settings.get(name) == getattr(config, name) for name in cuts),
    )


def _known(before: store.Generation) -> corpus.Known:
    manifest = before.manifest
    keys = {
        source: (formats.reader_of(Path(source).suffix), digest)
        for source, digest in manifest.seen.items()
    }
    articles: dict[tuple[str, str], list[str]] = {}
    for name, source in manifest.sources.items():
        articles.setdefault(keys[source], []).append(name)
    return corpus.Known(
        articles=articles,
        sources=manifest.sources,
        article=before.articles.__getitem__,
        refused={
            keys[source]: why
            for source, why in manifest.refused.items()
            if keys[source] not in articles
        },
        remarks={keys[source]: lines for source, lines in manifest.remarks.items()},
    )


def _options(config: Config) -> formats.Options:
    return formats.Options(columns=dict(pair.split("=", 1) for pair in config.columns))


def _max_bytes(config: Config) -> int:
    return config.max_file_mb * 1_000_000
