"""Assistant: open, sync, retrieve, ask. Whoever reads this module knows the program."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import Literal

from rag import store
from rag.answerer import Draft
from rag.answering import Answered, Answering
from rag.changes.disagreement import in_words, told
from rag.chat_model import ChatModel
from rag.cite import Place, cite
from rag.compiled import open_encoder
from rag.config import Config
from rag.datatypes import (
    Answer,
    Article,
    Chunk,
    Grounds,
    Message,
    Passage,
    Progress,
    SyncReport,
)
from rag.encoder import Encoder
from rag.errors import ChatError, IndexCorrupt, IndexMissing, IndexStale
from rag.given import as_written, checked, growing, joined, none_left, of_the_collection
from rag.indexing.chosen import checked_choice
from rag.indexing.library import Library
from rag.providers import NO_MODEL, endpoint
from rag.questions.question import checked_history, checked_question, unbroken
from rag.questions.topic import coverage_topic
from rag.read import ReadingAnswerer
from rag.reader.bundled import BUNDLED_READER
from rag.reading.antecedent import with_antecedents
from rag.reading.declining import PLAIN
from rag.repliers import AT_ONCE, OF_THE_ARTICLES, Asked, Reply, first_reply
from rag.replies.first_names import with_names_in_full
from rag.replies.more import told_in, with_more
from rag.replies.sayings import Said, in_own_words, without_others
from rag.scope import Scope, scope_of
from rag.searching.cited_before import NONE_BEFORE, cited_before, people_of
from rag.searching.datewise import makes_a_difference
from rag.searching.plane import Plane
from rag.serving import Generations, Serving
from rag.sync import stale_reason, sync
from rag.understanding import MOST_GUESSED
from rag.writing import WritingAnswerer

log = logging.getLogger("rag")


class Assistant:
    """Answers questions over a folder of articles.

    >>> assistant = Assistant.open(corpus="seeds", index="index")  # doctest: +SKIP
    >>> answer = assistant.ask("How many free tokens does Zhipu AI offer?")  # doctest: +SKIP
    >>> print(answer)  # doctest: +SKIP

    Questions may be asked from several threads at once. When the index is brought in step, here or
    by another program, the next question is answered from the new generation; one that is being
    answered keeps to its own.
    """

    def __init__(
        self,
        config: Config,
        encoder: Encoder,
        generation: store.Generation,
        *,
        chat_model: ChatModel | None = None,
    ) -> None:
        self.config = config
        self._encoder = encoder
        self.chat_model = chat_model
        self._library = Library(
            Path(config.corpus),
            lambda progress: self.sync(progress=progress),
            lambda: self.articles,
            max_bytes=config.max_file_mb * 1_000_000,
            unread=lambda: self._generations.now().generation.manifest.refused,
            sources=lambda: self._generations.now().generation.manifest.sources,
        )
        self._generations = Generations(config, encoder, generation)

    @classmethod
    def open(
        cls,
        corpus: str | Path = "seeds",
        index: str | Path = "index",
        *,
        config: Config | None = None,
        encoder: Encoder | None = None,
        chat_model: ChatModel | None = None,
        progress: Progress | None = None,
    ) -> Assistant:
        """Return an assistant over `corpus`; an index that is not in step is built or refreshed.

        `config` gives the other settings (default: the defaults); `encoder` and `chat_model`
        replace the models that the configuration names. No model is loaded until it is needed, and
        a chat model is not connected to before it is asked.

        Raises:
            CorpusError: the folder is missing or holds nothing to read.
            IndexFormat: the index was written by a newer version.
            IndexWrite: the index has to be written, and cannot be.
            ModelError: the model cannot be loaded.
        """
        config = (config or Config()).replace(corpus=str(corpus), index=str(index))
        encoder = encoder or open_encoder(config)
        try:
            manifest = store.read_manifest(Path(config.index))
            if stale_reason(manifest, config, encoder) is not None:
                raise IndexStale("the index is out of step")
            generation = store.load(Path(config.index))
        except (IndexMissing, IndexStale, IndexCorrupt):
            report = sync(config, encoder, progress=progress)
            if report.anew:
                log.warning("%s: all was built anew", report.anew)
            generation = store.load(Path(config.index))
        if chat_model is None and config.model != NO_MODEL:
            reached = endpoint(config.model, config.base_url)
            chat_model = ChatModel(reached, timeout_s=config.model_timeout_s)
        return cls(config, encoder, generation, chat_model=chat_model)

    @property
    def articles(self) -> Mapping[str, Article]:
        """The articles by id, in the order of their ids."""
        return self._generations.now().articles

    @property
    def at_hand(self) -> Mapping[str, Article]:
        """The articles of what serves: none is waited for that another program has published."""
        return self._generations.at_hand().articles

    @property
    def chunks(self) -> Sequence[Chunk]:
        """The chunks of the index, in the order of their rows."""
        return self._generations.now().generation.chunks

    @property
    def held(self) -> tuple[Mapping[str, Article], Sequence[Chunk]]:
        """The articles and the chunks of one and the same generation."""
        serving = self._generations.now()
        return serving.articles, serving.generation.chunks

    @property
    def plane(self) -> Plane:
        """The passages as points of a plane, drawn when they are asked for."""
        return self._generations.now().plane

    @property
    def library(self) -> Library:
        """The files of the folder, to add and to remove some."""
        return self._library

    def sync(self, *, progress: Progress | None = None) -> SyncReport:
        """Bring the index in step with the folder, use it from now on, and return what was done."""
        report = sync(self.config, self._encoder, progress=progress)
        self._generations.now()
        return report

    def warm(self) -> None:
        """Load the models now rather than at the first question."""
        self._generations.warm()

    def retrieve(
        self, question: str, *, k: int | None = None, articles: Collection[str] = ()
    ) -> list[Passage]:
        """Return the best `k` passages, best first (default: as many as the setting `passages`).

        In the retriever's order, or with `reorder` "reader" in that of the reader beside it.
        `k` 0 gives none; more than there are gives all that were found. `articles` are the ids of
        those that alone are looked at; none: all of them.

        Raises:
            QuestionError: the question is empty or too long, or there is no such article.
            ModelError: a model that is needed cannot be loaded.
            IndexCorrupt: the index on the disk cannot be read.
            ValueError: `k` is negative, or no whole number.
        """
        asked = self._checked(question)
        return list(self._serving(articles).searcher.retrieve(asked, k=self._k(k)).passages)

    def _serving(self, names: Collection[str]) -> Serving:
        """Return what searches the articles `names`, all where there are none."""
        serving = self._generations.now()
        among = checked_choice(names, serving.articles)
        return self._generations.among(serving, among) if among else serving

    def whole_question(self, question: str, history: Sequence[Message] = ()) -> str:
        """Return what `ask` searches for: the question itself where it is whole and well spelled.

        Raises:
            QuestionError: the question is empty or too long.
            IndexCorrupt: the index on the disk cannot be read.
        """
        checked_history(history)
        asked, _ = self._understood(self._checked(question), history, self._generations.now())
        return asked.question

    def _understood(
        self,
        message: str,
        history: Sequence[Message],
        serving: Serving,
        as_it_stands: bool = False,
    ) -> tuple[Asked, Reply]:
        """Return what is asked, and the reply to it where it changes with no turn before."""
        means = serving.means
        newest = _of_no_time if as_it_stands else serving.newest
        spelled = message if as_it_stands else means.spelled(message)
        draft_of = partial(self._draft_of, serving)
        asked = Asked(spelled, serving, draft_of, newest, alone=not history)
        if reply := first_reply(AT_ONCE, asked):
            return asked, reply
        if as_it_stands:
            return replace(asked, question=message), ()
        people = partial(people_of, generation=serving.generation)
        whole = means.meant(message, spelled, history, people)
        return replace(asked, question=with_names_in_full(whole, serving.articles)), ()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        as_it_stands: bool = False,
        articles: Collection[str] = (),
        chat_model: ChatModel | Literal["configured"] | None = "configured",
    ) -> Answer:
        """Return the answer to `question`, cited, or a decline with the nearest passages.

        `history` holds the earlier turns, oldest first. A question that leans on them, or is
        misspelled, is searched for as what it means (`searched_for`), and a time of publication in
        it says which articles are meant (`dates`); with `as_it_stands` neither: its words are
        searched for, or answered from the articles' own data, as they are.
        `articles` are the ids of those that alone are asked; none: all of them.
        `chat_model` writes the answer; None answers in the articles' own sentences.

        Raises:
            QuestionError: the question is empty or too long, or there is no such article.
            ModelError: a model that is needed cannot be loaded.
            IndexCorrupt: the index on the disk cannot be read.
            RagError: a citation does not hold, and so there is no answer.
        """
        *_, answer = self.stream(
            question,
            history=history,
            as_it_stands=as_it_stands,
            articles=articles,
            chat_model=chat_model,
        )
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        as_it_stands: bool = False,
        articles: Collection[str] = (),
        chat_model: ChatModel | Literal["configured"] | None = "configured",
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, a statement at a time; the last one is whole.

        Where a chat model fails in the middle, the answer begins anew in the articles' own
        sentences: each one that is yielded replaces the one before.

        Raises:
            QuestionError: the question is empty or too long, or there is no such article.
            ModelError: a model that is needed cannot be loaded.
            IndexCorrupt: the index on the disk cannot be read.
            RagError: a citation does not hold, and so there is no answer.
        """
        question = unbroken(question)
        message = self._checked(question)
        checked_history(history)
        chat = self.chat_model if chat_model == "configured" else chat_model
        asked, reply = self._understood(message, history, self._serving(articles), as_it_stands)
        if reply := reply or first_reply(OF_THE_ARTICLES, asked):
            yield of_the_collection(question, asked.question, reply, asked.serving, as_it_stands)
            return
        before = () if as_it_stands else history
        scope = scope_of(asked, self._generations)
        serving = scope.serving
        whole, draft = self._answer(question, message, asked.question, before, scope)
        whole = replace(whole, as_it_stands=as_it_stands)
        if chat is None:
            yield from growing(whole, serving)
            return
        said = scope.said
        given = in_own_words(whole.passages, said) if said is not None else whole.passages
        if given and self._is_written(scope.dates.question, draft):
            # What was searched for of a question in another language is a few words of it.
            put = message if serving.means.is_foreign(message) else asked.question
            note = serving.means.language_note(message)
            yield from self._written_by(chat, put, given, whole, draft, note, serving)
        else:
            yield from growing(whole, serving)

    def _answer(
        self, question: str, message: str, asked: str, history: Sequence[Message], scope: Scope
    ) -> tuple[Answer, Draft]:
        """Return the whole answer in the articles' own sentences, and the draft that it is of."""
        serving, dates = scope.serving, scope.dates
        every, means = serving.articles, serving.means
        before = cited_before(history, serving.generation)
        is_told = told_in(history[-1:], every)
        answered = self._read(message, scope, is_told, before)
        found, draft = answered.found, answered.draft
        likelier = found.likelier.articles if found.likelier else ()
        heeded = dates.filter
        if heeded is not None and not makes_a_difference(heeded, found.passages):
            heeded = None
        if asked != message and means.is_foreign(message):
            draft = self._as_far_as_understood(draft, means.share(message))
        elif asked != message and not history and draft.places:
            first = draft.places[0]
            text = every[first.article_id].text[first.start : first.end]
            if means.rests_on_a_guess(message, asked, text):
                draft = replace(draft, confidence=min(draft.confidence, MOST_GUESSED))
        draft = with_more(
            draft, message, asked, history, every, found.passages, serving.desk.sentences
        )
        statements = cite(draft.places, every)
        differing = in_words(statements, draft.differing)
        of_no_article = none_left(heeded, every)
        note = means.language_note(message)
        whole = Answer(
            question=question,
            searched_for=asked,
            statements=statements,
            passages=found.passages,
            outcome="answered" if draft.places else "declined",
            reason=joined(draft.reason, told(differing), of_no_article, note),
            confidence=draft.confidence,
            answered_by=serving.answerer.name,
            seconds=answered.seconds,
            differing=differing,
            dates=heeded,
            among=serving.among,
            grounds=Grounds(
                found.terms,
                found.candidates,
                draft.threshold,
                draft.left_out,
                likelier,
            ),
        )
        return whole, draft

    def _read(
        self,
        message: str,
        scope: Scope,
        is_told: Callable[[Place], bool] = lambda _: False,
        before: Mapping[str, float] = NONE_BEFORE,
    ) -> Answered:
        """Return what was found for a message in its scope, and what was made of it."""
        serving = scope.serving
        answering = Answering(serving, self.config, self._generations.reranked)
        answered = answering.answer(message, scope.dates, is_told, before)
        draft = answered.draft
        if scope.said is not None:
            whole = Said(scope.said.name, "")
            draft = without_others(
                draft, scope.said, serving.articles,
                lambda: serving.sayings.answer(whole, quoted=True) is not None,
            )  # fmt: skip
        if not draft.by_date:  # there the sentence before has a date of its own
            draft = with_antecedents(draft, answered.found.passages, serving.desk.sentences)
        return replace(answered, draft=draft)

    def _draft_of(self, serving: Serving, question: str) -> Draft:
        """Return what is made of a question that was asked before."""
        draft_of = partial(self._draft_of, serving)
        asked = Asked(question, serving, draft_of, serving.newest, alone=False)
        return self._read(question, scope_of(asked, self._generations)).draft

    def _written_by(
        self, chat: ChatModel, question: str, given: tuple[Passage, ...], whole: Answer,
        draft: Draft, note: str, serving: Serving,
    ) -> Iterator[Answer]:  # fmt: skip
        """Yield what the model makes of the passages `given`; `whole` itself where it fails."""
        answerer, reads = serving.answerer, None
        if isinstance(answerer, ReadingAnswerer) and self.config.reader == BUNDLED_READER:
            reads = answerer.borne_out
        writer = WritingAnswerer(serving.desk, chat, self.config, reads=reads)
        began = time.perf_counter()
        try:
            plain = replace(whole, passages=given)
            for written in as_written(writer, question, plain, note, draft.differing):
                took = {**whole.seconds, "model": time.perf_counter() - began}
                yield checked(replace(written, seconds=took), serving)
        except ChatError as error:
            log.info("The model gave no answer: %s", error)
            took = {**whole.seconds, "model": time.perf_counter() - began}
            told_why = f"The model gave no answer ({error})" + (
                ": these are the articles’ own sentences." if whole.statements else "."
            )
            whole = replace(whole, reason=joined(whole.reason, told_why), seconds=took)
            yield from growing(whole, serving)

    def _is_written(self, asked: str, draft: Draft) -> bool:
        """Return whether a chat model is asked: on evidence, and not what all articles answer."""
        enough = bool(draft.places) or self.config.below_evidence == "ask"
        return enough and not draft.by_date and coverage_topic(asked) is None

    def _k(self, k: int | None) -> int:
        if k is None:
            return self.config.passages
        if isinstance(k, bool) or not isinstance(k, Integral):
            raise ValueError(f"k must be a whole number, got {k!r}")
        if k < 0:
            raise ValueError(f"k must be at least 0, got {k}")
        return int(k)

    def _checked(self, question: str) -> str:
        return checked_question(question, most_chars=self.config.question_chars)

    def _as_far_as_understood(self, draft: Draft, share: float) -> Draft:
        """Return the draft for a question of which `share` was searched for, less sure by that.

        An answer to a part is declined like any other.
        """
        confidence = draft.confidence * share
        if draft.places and confidence >= self.config.least_confidence:
            return replace(draft, confidence=confidence)
        return replace(draft, places=(), confidence=confidence, reason=PLAIN)


def _of_no_time() -> None:
    """Return no newest date: a question that is asked as it stands is filtered by none."""
