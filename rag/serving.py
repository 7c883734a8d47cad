"""What serves: the current generation of the index, and what searches it and answers from it.

A question is answered from one generation whole. When another is published, here or by another
program, the next question moves to it; the one before is removed once nothing is answered from it.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from threading import Lock
from weakref import ref

from rag import store
from rag.answerer import Answerer
from rag.articles.catalogue import Catalogue
from rag.config import Config
from rag.encoder import Encoder
from rag.errors import RagError
from rag.extract import ExtractiveAnswerer
from rag.indexing.chosen import rows_among
from rag.indexing.hold import Hold
from rag.read import ReadingAnswerer
from rag.reader import Reader, open_reader
from rag.reading.desk import Desk
from rag.replies.coverage import CoverageAnswerer
from rag.replies.latest import LatestAnswerer
from rag.replies.sayings import SayingsAnswerer
from rag.replies.timeline import TimelineAnswerer
from rag.retrieve import HybridRetriever, PassageRetriever
from rag.searching.of_person import OfPersonRetriever
from rag.searching.plane import Plane
from rag.searching.reorder import ReorderingRetriever
from rag.searching.rerank import CrossReranker, Reranker, RerankingRetriever
from rag.text import tokenise
from rag.understanding import Understanding

log = logging.getLogger("rag")

_MOST_HOLDING = 1000  # passages with words that may tell one article from the others
COLLECT_S = 5.0  # how often what was left behind is looked for, while there is something


@dataclass(frozen=True, slots=True)
class Serving:
    """A generation, or some of its articles, and what searches these and answers from them.

    `retriever` finds what is answered from, `searcher` what `retrieve` returns; `hybrid` is what
    both begin with. `articles` are those that are asked, and `generation` holds no others: whatever
    answers from them cannot tell of another one. Chunks, words and vectors are those of the whole
    index; `total` is how many articles that has, `among` the ids of the asked where these are not
    all. `newest` is the date of the newest one that is asked.
    """

    generation: store.Generation
    articles: Catalogue
    among: tuple[str, ...]
    total: int
    retriever: PassageRetriever
    searcher: PassageRetriever
    desk: Desk
    answerer: Answerer
    coverage: CoverageAnswerer
    sayings: SayingsAnswerer
    latest: LatestAnswerer
    timeline: TimelineAnswerer
    hybrid: HybridRetriever
    means: Understanding
    newest: Callable[[], date | None]
    plane: Plane


def _holding(generation: store.Generation, words: str) -> Iterator[str]:
    """Yield the ids of the articles with a passage that holds all the words, in order.

    None where so many passages do that they tell no article from another.
    """
    lexical, chunks = generation.lexical, generation.chunks
    terms = {tuple(tokenise(words, language)) for language in generation.manifest.languages}
    rows = {row for each in terms for row in lexical.rows_with(each)}
    if len(rows) <= _MOST_HOLDING:
        for name, _ in groupby(chunks[row].article_id for row in sorted(rows)):
            yield name


class Generations:
    """Keeps up with the generations of an index; the models are loaded once for all of them."""

    def __init__(self, config: Config, encoder: Encoder, generation: store.Generation) -> None:
        self._config = config
        self._encoder = encoder
        self._loading = Lock()
        self._moving = Lock()
        self._leaving = Lock()
        self._collected = float("-inf")
        self._told = ""  # why the current generation could not be read
        self._refused = ""  # a generation that cannot be moved to
        self._left: list[ref[Hold]] = []  # generations left behind, while they are held
        self._loaded_reader: Reader | None = None
        self._loaded_reranker: Reranker | None = None
        self._use(generation)

    def now(self) -> Serving:
        """Return what serves, after moving to the generation that is current now."""
        # No name here for the generation: it would hold what is to be left behind.
        if self._serving.generation.hold is None:  # one that was never on a disk
            return self._serving
        index = Path(self._config.index)
        if self._left:
            self._clean(index)
        try:
            name = store.current(index)[0]
            if name not in (self._serving.generation.name, self._refused):
                with self._moving:
                    self._move(index, name)
        except RagError as error:
            if str(error) != self._told:
                self._told = str(error)
                log.warning("The index cannot be read, the one before serves on: %s", error)
        return self._serving

    def at_hand(self) -> Serving:
        """Return what serves, without looking for another generation: nothing is waited for."""
        return self._serving

    def _move(self, index: Path, name: str) -> None:
        before = self._serving.generation
        if before.name == name or before.hold is None:
            return  # another thread was faster
        fresh = store.load(index)
        made_as = (fresh.manifest.model_fingerprint, fresh.manifest.settings)
        if made_as != (self._encoder.fingerprint, self._config.index_settings()):
            self._refused = name
            log.warning("The index was built with other settings: start anew to use it")
            return
        with self._leaving:
            self._left.append(ref(before.hold))
        self._use(fresh)
        del before
        self._collected = float("-inf")
        self._clean(index)

    def _clean(self, index: Path) -> None:
        """Remove the generations left behind that no question is answered from any more."""
        if time.monotonic() - self._collected >= COLLECT_S:
            gc.collect()  # what served refers to itself, and would stay in memory for a while
            self._collected = time.monotonic()
        with self._leaving:  # another thread may leave one behind
            held = [hold for hold in self._left if hold() is not None]
            gone = len(self._left) - len(held)
            self._left = held
        if gone:
            with suppress(RagError), store.writing(index, wait_s=0):  # or the next sync does
                store.remove_old(index)

    def _use(self, generation: store.Generation) -> None:
        config = self._config
        hybrid = HybridRetriever(generation, self._encoder, config)
        retriever = searcher = self.reranked(hybrid)
        desk = Desk(generation, self._encoder)
        answerer: Answerer = ExtractiveAnswerer(desk, config)
        if config.reader != "none":
            reading = ReadingAnswerer(desk, self._reader, config)
            if config.reorder == "reader":
                searcher = ReorderingRetriever(retriever, reading.readings, depth=config.passages)
            answerer = reading
        # One value, set in one step: a question keeps to the generation that it began with.
        articles = Catalogue(generation.articles, holding=partial(_holding, generation))
        coverage = CoverageAnswerer(generation, config, articles)

        def newest() -> date | None:
            return articles.newest

        self._serving = Serving(
            generation=generation,
            articles=articles,
            among=(),
            total=len(articles),
            retriever=OfPersonRetriever(retriever, hybrid),
            searcher=searcher,
            desk=desk,
            answerer=answerer,
            coverage=coverage,
            sayings=SayingsAnswerer(generation, config),
            latest=LatestAnswerer(generation, coverage, desk.vectors, config),
            timeline=TimelineAnswerer(generation, config, newest, articles),
            hybrid=hybrid,
            means=Understanding(generation, config.encoder),
            newest=newest,
            plane=Plane(generation.chunks, generation.vectors),
        )

    def among(self, serving: Serving, names: Collection[str]) -> Serving:
        """Return what searches the articles `names` alone, of the same generation.

        Of what serves some articles `names` are some of these.

        Raises:
            KeyError: one of them is not asked.
        """
        config, chosen = self._config, serving.articles.among(sorted(names))
        generation = replace(serving.generation, articles=chosen)
        rows = rows_among(generation.chunks, names)
        hybrid = HybridRetriever(generation, self._encoder, config, among=rows)
        retriever = searcher = self.reranked(hybrid)
        if isinstance(serving.answerer, ReadingAnswerer) and config.reorder == "reader":
            readings = serving.answerer.readings
            searcher = ReorderingRetriever(retriever, readings, depth=config.passages)
        coverage = CoverageAnswerer(generation, config, chosen, among=names)
        return replace(
            serving,
            generation=generation,
            articles=chosen,
            among=tuple(names),
            retriever=OfPersonRetriever(retriever, hybrid),
            searcher=searcher,
            coverage=coverage,
            sayings=SayingsAnswerer(generation, config, among=names),
            latest=LatestAnswerer(generation, coverage, serving.desk.vectors, config),
            timeline=serving.timeline.among(names),
            hybrid=hybrid,
            newest=lambda: chosen.newest,
        )

    def reranked(self, retriever: PassageRetriever) -> PassageRetriever:
        """Return the retriever, and the reranker after it where one is set."""
        if self._config.reranker == "none":
            return retriever
        return RerankingRetriever(retriever, self._reranker, depth=self._config.reranked)

    def _reader(self) -> Reader:
        """Return the reader, loaded once whatever the number of generations and threads."""
        with self._loading:
            if self._loaded_reader is None:
                self._loaded_reader = open_reader(self._config)
            return self._loaded_reader

    def _reranker(self) -> Reranker:
        """Return the reranker, loaded once like the reader."""
        with self._loading:
            if self._loaded_reranker is None:
                self._loaded_reranker = CrossReranker.from_name(self._config.reranker)
            return self._loaded_reranker

    def warm(self) -> None:
        """Load the models now rather than at the first question."""
        self._encoder.encode(["warm"])
        if self._config.reader != "none":
            self._reader()
        if self._config.reranker != "none":
            self._reranker()
