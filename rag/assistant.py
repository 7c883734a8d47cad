"""Assistant: open, sync, retrieve, ask. Whoever reads this module knows the program."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from rag import store
from rag.about import (
    about_articles,
    about_dated_articles,
    about_some_of,
    about_the_age_of_those,
    about_those_without,
    articles_listed,
    naming_articles,
    small_talk,
)
from rag.about_one import about_one, stated_in
from rag.answerer import Draft, Writer
from rag.antecedent import with_antecedents
from rag.articles_meant import Meant, meant_in, picked, some_of, source_asked, which_asked
from rag.beside import Beside
from rag.bylines import about_bylines
from rag.chat_model import ChatModel
from rag.chosen import checked_choice, only_told
from rag.cite import Place, broken_citations, cite
from rag.claim import Claim
from rag.compiled import open_encoder
from rag.compound import AnsweredPart, asked_parts, merge_drafts, merge_found
from rag.config import Config
from rag.credits import author_called
from rag.datatypes import (
    Answer,
    Article,
    Chunk,
    DateFilter,
    Grounds,
    Message,
    Passage,
    Statement,
    SyncReport,
)
from rag.dates import Dated, dated
from rag.datewise import DatedRetriever, in_date_order, is_allowed, makes_a_difference
from rag.declining import NO_WORD, PLAIN, TOO_LITTLE
from rag.disagreement import in_words, told
from rag.encoder import Encoder
from rag.errors import ChatError, IndexCorrupt, IndexMissing, IndexStale, RagError
from rag.followup import asked_alone
from rag.led import with_leads
from rag.library import Library
from rag.more import told_in, with_more
from rag.named import asked_of
from rag.numbered import numbered_asked, numbered_part
from rag.parts import Part
from rag.plane import Plane
from rag.providers import NO_MODEL, endpoint
from rag.question import checked_history, checked_question, unbroken
from rag.read import ReadingAnswerer
from rag.reader.bundled import BUNDLED_READER
from rag.reader.features import says_nothing
from rag.reorder import reordered, with_readings
from rag.retrieve import Retrieved
from rag.sayings import Said, what_was_said, without_others
from rag.serving import Generations, Serving
from rag.sync import Progress, stale_reason, sync
from rag.text import query_terms
from rag.timeline import timeline_asked
from rag.topic import Topic, absent_topic, coverage_topic
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
        return self._generations.now().generation.articles

    @property
    def chunks(self) -> Sequence[Chunk]:
        """The chunks of the index, in the order of their rows."""
        return self._generations.now().generation.chunks

    @property
    def held(self) -> tuple[Mapping[str, Article], Sequence[Chunk]]:
        """The articles and the chunks of one and the same generation."""
        generation = self._generations.now().generation
        return generation.articles, generation.chunks

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
            ValueError: `k` is negative.
        """
        asked = self._checked(question)
        serving, _ = self._serving(articles)
        return list(serving.searcher.retrieve(asked, k=self._k(k)).passages)

    def _serving(self, names: Collection[str]) -> tuple[Serving, tuple[str, ...]]:
        """Return what searches the articles `names`, all where there are none, and their ids."""
        serving = self._generations.now()
        among = checked_choice(names, serving.generation.articles)
        return (self._generations.among(serving, among) if among else serving), among

    def whole_question(self, question: str, history: Sequence[Message] = ()) -> str:
        """Return what `ask` searches for: the question itself where it is whole and well spelled.

        Raises:
            QuestionError: the question is empty or too long.
            IndexCorrupt: the index on the disk cannot be read.
        """
        checked_history(history)
        serving = self._generations.now()
        every = serving.generation.articles
        return self._understood(self._checked(question), history, serving, every)[0]

    def _understood(
        self, message: str, history: Sequence[Message], serving: Serving,
        heard: Mapping[str, Article], as_it_stands: bool = False,
    ) -> tuple[str, tuple[Statement, ...]]:  # fmt: skip
        """Return what is asked, and the reply to what no turn before changes: talk, and bylines."""
        spelled = message if as_it_stands else serving.means.spelled(message)
        talk = small_talk(spelled, len(heard), alone=not history)
        if reply := talk or about_bylines(spelled, heard):
            return spelled, reply
        return message if as_it_stands else serving.means.meant(message, spelled, history), ()

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
        serving, among = self._serving(articles)
        means, every = serving.means, serving.generation.articles
        heard = {name: every[name] for name in among} if among else every
        newest = _of_no_time if as_it_stands else serving.newest
        asked, reply = self._understood(message, history, serving, heard, as_it_stands)
        if reply:
            yield replace(_told(question, asked, reply, every), among=among)
            return
        # What was asked for a list that is meant says which articles, not of what time.
        dates = Dated(None, asked) if meant_in(asked) else dated(asked, newest)
        if about := self._of_the_collection(asked, dates, heard, serving, newest):
            yield replace(_told(question, asked, about, every), among=among)
            return
        said = what_was_said(asked)  # by somebody whose words alone answer
        if named := asked_of(asked, heard, partial(self._meant, serving=serving)):
            dates = dated(named.question, newest)
            author = author_called(named.called, map(every.__getitem__, named.articles))
            if words := serving.sayings.asking("" if named.wrote else author, dates):
                # Of an author, what any article quotes comes before what they wrote.
                dates = replace(dates, question=words)
            else:
                said = Said(author, "")
                among, heard = named.articles, {name: every[name] for name in named.articles}
                serving = self._generations.among(serving, among)
        if timeline_asked(dates.question, serving.newest):  # its dates are what is asked for
            dates = Dated(None, dates.question)
        is_told = told_in(() if as_it_stands else history[-1:], every)
        found, draft, seconds = self._answered(message, dates, serving, is_told)
        if said is not None:
            draft = without_others(draft, said, every)
        heeded = dates.filter
        if heeded is not None and not makes_a_difference(heeded, found.passages):
            heeded = None
        if asked != message and means.is_foreign(message):
            draft = self._as_far_as_understood(draft, means.share(message))
        if not draft.by_date:  # there the sentence before has a date of its own
            draft = with_antecedents(draft, found.passages, serving.plain.sentences)
        draft = with_more(
            draft, message, asked, () if as_it_stands else history, every,
            found.passages, serving.plain.sentences,
        )  # fmt: skip
        note = means.language_note(message)
        statements = cite(draft.places, every)
        differing = in_words(statements, draft.differing)
        whole = Answer(
            question=question,
            searched_for=asked,
            statements=statements,
            passages=found.passages,
            outcome="answered" if draft.places else "declined",
            reason=_joined(draft.reason, told(differing), _none_of_the_time(heeded, heard), note),
            confidence=draft.confidence,
            answered_by=serving.answerer.name,
            seconds=seconds,
            differing=differing,
            dates=heeded,
            among=among,
            grounds=Grounds(found.terms, found.candidates, draft.threshold, draft.left_out),
        )
        if chat is not None and not draft.by_date and self._is_asked(dates.question, draft, found):
            # What was searched for of a question in another language is a few words of it.
            put = message if means.is_foreign(message) else asked
            yield from self._written_by(chat, put, whole, draft, note, serving)
        else:
            yield from _growing(whole, every)

    def _written_by(
        self, chat: ChatModel, question: str, whole: Answer, draft: Draft, note: str,
        serving: Serving,
    ) -> Iterator[Answer]:  # fmt: skip
        """Yield what the model makes of the passages of `whole`; that one itself where it fails."""
        answerer, every, reads = serving.answerer, serving.generation.articles, None
        if isinstance(answerer, ReadingAnswerer) and self.config.reader == BUNDLED_READER:
            reads = answerer.borne_out
        writer = WritingAnswerer(serving.plain, chat, self.config, reads=reads)
        began = time.perf_counter()
        try:
            for written in _written(writer, question, whole, note, draft.differing):
                took = {**whole.seconds, "model": time.perf_counter() - began}
                yield _checked_answer(replace(written, seconds=took), every)
        except ChatError as error:
            log.info("The model gave no answer: %s", error)
            took = {**whole.seconds, "model": time.perf_counter() - began}
            told_why = f"The model gave no answer ({error})" + (
                ": these are the articles’ own sentences." if whole.statements else "."
            )
            whole = replace(whole, reason=_joined(whole.reason, told_why), seconds=took)
            yield from _growing(whole, every)

    def _of_the_collection(
        self, asked: str, dates: Dated, heard: Mapping[str, Article], serving: Serving,
        newest: Callable[[], date | None],
    ) -> tuple[Statement, ...]:  # fmt: skip
        """Return the reply to a question about the articles themselves, else ()."""

        mentioning = partial(_mentioning, serving=serving)
        if some := some_of(asked):
            those = self._meant(some.meant, serving)
            return about_some_of(self._listed_for(asked, serving), len(those), heard)
        if question := source_asked(asked):
            return stated_in(self._draft_of(question, serving).places, heard)
        if (named := naming_articles(asked)) != asked:
            dates = dated(named, newest)
        if absent := absent_topic(asked):
            return about_those_without(absent.text, mentioning(absent.text), heard)
        return (
            about_articles(asked, heard)
            or about_one(asked, heard, mentioning, partial(self._meant, serving=serving))
            or about_dated_articles(dates, heard)
            or about_the_age_of_those(asked, mentioning, heard)
        )

    def _meant(self, meant: Meant, serving: Serving) -> tuple[str, ...]:
        """Return the ids of the articles that are meant, in the order in which they were told."""
        every = serving.generation.articles
        if meant.how == "list":
            names = self._listed_for(meant.what, serving)
        else:
            asked = meant.what
            if meant.how == "mention":
                asked = f"Which articles mention {meant.what}?"
            places = self._draft_of(asked, serving).places
            names = tuple(dict.fromkeys(place.article_id for place in places))
        days = [(day, name) for name in names if (day := every[name].published) is not None]
        return picked(meant, names, [name for _, name in sorted(days)])

    def _listed_for(self, question: str, serving: Serving) -> tuple[str, ...]:
        """Return the ids of the articles that a question lists, in the order of the list."""
        those = serving.generation.articles
        if some := some_of(question):
            those = {name: those[name] for name in self._meant(some.meant, serving)}
            question = some.question
        which = which_asked(question)
        at = dated(naming_articles(which), serving.newest)
        return articles_listed(which, at, those, partial(_mentioning, serving=serving))

    def _draft_of(self, question: str, serving: Serving) -> Draft:
        """Return what is made of a question that was asked before."""
        found, draft, _ = self._answered(question, dated(question, serving.newest), serving)
        return with_antecedents(draft, found.passages, serving.plain.sentences)

    def _is_asked(self, asked: str, draft: Draft, found: Retrieved) -> bool:
        """Return whether a chat model is asked: not about the collection, nor without evidence."""
        enough = bool(draft.places) or self.config.below_evidence == "ask"
        return enough and bool(found.passages) and coverage_topic(asked) is None

    def _answered(
        self,
        message: str,
        dates: Dated,
        serving: Serving,
        is_told: Callable[[Place], bool] = lambda _: False,
    ) -> tuple[Retrieved, Draft, Mapping[str, float]]:
        """Return what was found for a message, what was made of it, and the time of each stage.

        `dates` holds the message as a whole question, and what it says of the articles' dates. One
        about the whole collection is answered from all of it; one that is made of several is
        searched for and answered part by part. `is_told` says of a place whether it was just told.
        """
        answered, seconds, asked = [], 0.0, dates.question
        retriever, means = serving.retriever, serving.means
        if dates.filter is not None:
            retriever = self._generations.reranked(DatedRetriever(serving.hybrid, dates.filter))
        began = time.perf_counter()
        if (of_all := _of_all(dates, serving)) is not None:
            seconds, topic = time.perf_counter() - began, coverage_topic(asked)
            found = retriever.retrieve(topic.text if topic else asked, k=self.config.passages)
            return found, of_all, {**found.seconds, "answer": seconds}
        # A question before that only stands beside the message is not asked again.
        alone = asked_alone(asked, message)
        for part in (Part(asked),) if alone else asked_parts(asked):
            found = retriever.retrieve(part.question, k=self.config.passages)
            began = time.perf_counter()
            draft = Draft((), 0.0, TOO_LITTLE, threshold=self.config.least_confidence)
            if not means.has_a_known_word(part.question):
                draft = replace(draft, reason=NO_WORD)
            elif alone and alone != asked:
                terms = tuple(query_terms(alone, serving.generation.manifest.languages))
                own = replace(found, query=None, terms=terms)
                both = Beside(asked, found, is_told)
                draft = serving.answerer.answer(alone, own, both)
            elif not _says_too_little(part.question):
                draft = serving.answerer.answer(part.question, found)
            seconds += time.perf_counter() - began
            passages = reordered(with_readings(found.passages, draft.readings))
            found = replace(found, passages=passages)
            answered.append(AnsweredPart(part, found, draft))
        if len(answered) > 1:
            found = merge_found(answered, k=self.config.passages)
            draft = merge_drafts(answered, serving.generation.articles)
        draft = _in_date_order(draft, dates.filter, serving.generation.articles)
        draft = self._with_leads(draft, alone or asked, found, serving, whole=len(answered) == 1)
        return found, draft, {**found.seconds, "answer": seconds}

    def _with_leads(
        self, draft: Draft, question: str, found: Retrieved, serving: Serving, *, whole: bool
    ) -> Draft:
        """Return the draft with what its places stand below; `whole`: a list that is asked for."""
        terms = query_terms(question, serving.generation.manifest.languages)
        share = partial(serving.plain.told_above, tuple(terms))
        picked = partial(serving.plain.rows_picked, tuple(terms))
        most = self.config.list_statements if whole else 0
        leads = serving.plain.leads
        return with_leads(draft, question, found.passages, leads, share, most=most, picked=picked)

    def _k(self, k: int | None) -> int:
        if k is None:
            return self.config.passages
        if k < 0:
            raise ValueError(f"k must be at least 0, got {k}")
        return k

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


def _of_all(dates: Dated, serving: Serving) -> Draft | None:
    """Return what is made of all articles for a question that wants them followed through."""
    asked, at, articles = dates.question, dates.filter, serving.generation.articles
    if (topic := coverage_topic(asked)) is not None:
        return _in_date_order(serving.coverage.answer(topic, at), at, articles)
    if (said := what_was_said(asked)) is not None:
        draft = serving.sayings.answer(said, at)
        return _in_date_order(draft, at, articles) if draft else None
    if (times := timeline_asked(asked, serving.newest)) is not None:
        return serving.timeline.answer(times)
    if (numbered := numbered_asked(asked)) is not None:
        return numbered_part(asked, numbered, articles)
    return None


def _mentioning(topic: str, serving: Serving) -> Collection[str]:
    """Return the ids of the articles that mention a topic."""
    return serving.coverage.mentioning(Topic(topic, whole=True))


def _growing(whole: Answer, articles: Mapping[str, Article]) -> Iterator[Answer]:
    """Yield the answer as it grows, a statement at a time."""
    for count in range(min(1, len(whole.statements)), len(whole.statements) + 1):
        yield _checked_answer(replace(whole, statements=whole.statements[:count]), articles)


def _in_date_order(
    draft: Draft, dates: DateFilter | None, articles: Mapping[str, Article]
) -> Draft:
    if dates is None:
        return draft
    return replace(draft, places=in_date_order(draft.places, dates, articles))


def _none_of_the_time(dates: DateFilter | None, articles: Mapping[str, Article]) -> str:
    """Return what to tell where a filter leaves no article but those without a date, or ""."""
    if dates is None or not dates.only:
        return ""
    if any(a.published is not None and is_allowed(a, dates) for a in articles.values()):
        return ""
    return "No article is dated so."


def _says_too_little(question: str) -> bool:
    """Return whether `question` says nothing of what it asks about: "Who?", "a"."""
    words = re.findall(r"\w+", question)
    return all(re.fullmatch("[a-z]", word) or says_nothing(word) for word in words)


def _told(
    question: str,
    asked: str,
    statements: tuple[Statement, ...],
    articles: Mapping[str, Article],
) -> Answer:
    """Return the answer that tells of the collection itself; nothing was searched for it."""
    cited = sorted({c.article_id for s in statements for c in s.citations})
    return Answer(
        question=question,
        searched_for=asked,
        statements=statements,
        passages=(),
        outcome="answered",
        reason="",
        confidence=1.0,
        answered_by="the collection",
        articles={name: articles[name] for name in cited},
    )


def _written(
    writer: Writer, asked: str, plain: Answer, note: str, claims: Sequence[Claim]
) -> Iterator[Answer]:
    """Yield the answer that `writer` writes of the passages of `plain`, as it grows.

    It is as sure as the evidence, as far as what was written is borne out. Of `claims` that differ
    between articles those that it cites are told.

    Raises:
        ChatError: the writer has no answer.
    """
    for written in writer.write(asked, plain.passages):
        differing = in_words(written.statements, claims)
        yield replace(
            plain,
            differing=differing if len(differing) > 1 else (),
            grounds=plain.grounds and replace(plain.grounds, left_out={}),
            statements=written.statements,
            passages=written.passages,
            outcome="answered" if written.statements else "declined",
            reason=_joined(written.reason, told(differing), note),
            confidence=plain.confidence * written.supported,
            answered_by=writer.name,
        )


def _checked_answer(answer: Answer, articles: Mapping[str, Article]) -> Answer:
    """Return the answer with the articles that it names; a decline says that not all were asked.

    Raises:
        RagError: a citation is not the slice that it claims.
    """
    if broken := broken_citations(answer, articles):
        raise RagError(f"a citation does not hold: {broken[0]}")
    named = {p.article.id for p in answer.passages} | {c.article_id for c in answer.citations}
    if answer.among and answer.outcome == "declined":
        only = only_told(len(answer.among), len(articles))
        answer = replace(answer, reason=_joined(answer.reason, only))
    return replace(answer, articles={name: articles[name] for name in sorted(named)})


def _of_no_time() -> None:
    """Return no newest date: a question that is asked as it stands is filtered by none."""


def _joined(*reasons: str) -> str:
    return " ".join(filter(None, reasons))
