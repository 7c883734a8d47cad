"""A question that stands on its own -> what was found for it, and a draft of its answer.

One that wants all articles followed through is answered by the first of `FROM_ALL` that it is for.
Any other is searched for and answered from its passages; one that is made of several, part by part.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from rag.answerer import Draft
from rag.cite import Place
from rag.config import Config
from rag.conversation.leaning import asks_only_why, judges_what_was_told, without_completion
from rag.conversation.pronouns import unresolved
from rag.datatypes import DateFilter
from rag.finishing import OF_WORDS, Finishing, by_date, finished, stepped
from rag.followup import asked_alone
from rag.questions.asked import telling_query_terms
from rag.questions.code_names import named_nowhere
from rag.questions.dates import Dated, of_that_time
from rag.questions.parts import MOST_PARTS, Part
from rag.questions.topic import coverage_topic, latest_topic
from rag.reader.features import says_nothing
from rag.reading.declining import NO_WORD, TOO_LITTLE, not_said
from rag.replies.age import tells_when_made, when_made
from rag.replies.compound import AnsweredPart, asked_parts, merge_drafts, merge_found
from rag.replies.numbered import numbered_asked, numbered_part
from rag.replies.sayings import what_was_said
from rag.replies.timeline import timeline_asked
from rag.retrieve import PassageRetriever, Retrieved
from rag.searching.beside import Beside
from rag.searching.cited_before import NONE_BEFORE, is_told_without_reason, likelier_of
from rag.searching.datewise import dated_retriever
from rag.searching.reorder import reordered, with_readings
from rag.serving import Serving
from rag.statements.staying import staying
from rag.text import query_terms

# How sure an answer is of the articles of a time alone, where the time itself was not found.
SURE_OF_THEN = 0.25


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found for a question, what was made of it, and the time of each stage."""

    found: Retrieved
    draft: Draft
    seconds: Mapping[str, float]


def _never_told(_: Place) -> bool:
    """Return that a place was not told before."""
    return False


class Answering:
    """Answers from one generation of the index, or some of its articles, as `serving` does.

    `reranked` puts the reranker behind a retriever, where one is set.
    """

    def __init__(
        self,
        serving: Serving,
        config: Config,
        reranked: Callable[[PassageRetriever], PassageRetriever],
    ) -> None:
        self._serving, self._config, self._reranked = serving, config, reranked

    def answer(
        self,
        message: str,
        dates: Dated,
        is_told: Callable[[Place], bool] = _never_told,
        before: Mapping[str, float] = NONE_BEFORE,
    ) -> Answered:
        """Return what was found and made of a message.

        `dates` holds the message as a whole question, and what it says of the articles' dates;
        `is_told` says of a place whether it was just told, and `before` of an article how likely
        it is meant by what names nothing.
        """
        serving, retriever, asked = self._serving, self._serving.retriever, dates.question
        if dates.filter is not None:
            retriever = self._reranked(
                dated_retriever(
                    serving.hybrid,
                    dates.filter,
                    partial(serving.articles.left_in, dates.filter),
                    most=self._config.exact_up_to,
                )
            )
        began = time.perf_counter()
        if (of_all := _of_all(dates, serving)) is not None:
            seconds, topic = time.perf_counter() - began, coverage_topic(asked)
            found = retriever.retrieve(topic.text if topic else asked, k=self._config.passages)
            if what_was_said(asked):  # of two trusts, that which was spoken of
                terms = self._telling(asked)
                of_all = staying(of_all, asked, terms, before, serving.articles)
                of_all = stepped(of_all, self._finishing(asked, found, dates, before), OF_WORDS)
            return Answered(found, of_all, {**found.seconds, "answer": seconds})
        # A question before that only stands beside the message is not asked again.
        alone = asked_alone(asked, message)
        if judges_what_was_told(message):
            is_told = _never_told
        only_why = asks_only_why(message)  # "Why?", in whatever form it was made whole
        gives_way = is_told
        if only_why:
            gives_way = partial(is_told_without_reason, is_told=is_told, articles=serving.articles)
        answered, seconds = [], 0.0
        parts = (Part(asked),) if alone else asked_parts(asked)
        for part in parts[:MOST_PARTS]:
            found = retriever.retrieve(part.question, k=self._config.passages)
            is_message = only_why or alone == asked
            own = message if is_message else without_completion(alone or part.question)
            found = likelier_of(
                part.question, found, before, serving.hybrid, serving.generation,
                own=own, leans=bool(alone) or only_why,
                whole=dates.filter is None,
                is_told=is_told,
            )  # fmt: skip
            began = time.perf_counter()
            of_all = _said(replace(dates, question=part.question), serving) if part.about else None
            draft = of_all or self._draft(part.question, found, alone, gives_way)
            # What was put for a pronoun is of what was told, and no topic of its own.
            typed = message if len(parts) == 1 else ""
            terms = self._telling(typed if unresolved(typed) else own)
            draft = staying(draft, own, terms, before, serving.articles, typed=typed)
            seconds += time.perf_counter() - began
            passages = reordered(with_readings(found.passages, draft.readings))
            found = replace(found, passages=passages)
            answered.append(AnsweredPart(part, found, draft))
        if len(answered) > 1:
            found = merge_found(answered, k=self._config.passages)
            draft = merge_drafts(answered, serving.articles)
        if len(parts) > MOST_PARTS:
            told = f"Of {len(parts)} parts the first {MOST_PARTS} were answered."
            draft = replace(draft, reason=f"{draft.reason} {told}".strip())
        of = self._finishing(alone or asked, found, dates, before, whole=len(answered) == 1)
        draft = finished(draft, of)
        if not (draft.places or alone):  # what says nothing is asked in other words
            for other, is_so in self._asked_otherwise(dates):
                again = self.answer(other.question, other, is_told, before)
                if is_so(again.draft):
                    return again
        return Answered(found, draft, {**found.seconds, "answer": seconds})

    def _asked_otherwise(self, dates: Dated) -> Iterator[tuple[Dated, Callable[[Draft], bool]]]:
        """Yield what a question may be asked as, and whether a draft answers it so."""
        if then := of_that_time(dates):
            yield then, partial(self._is_of_that_time, time=then.filter)
        if made := when_made(dates.question):
            yield replace(dates, question=made), partial(self._tells_when_made, made=made)

    def _tells_when_made(self, draft: Draft, *, made: str) -> bool:
        """Return whether the first place of a draft tells what `made` asks."""
        articles = self._serving.articles
        return any(
            tells_when_made(article.text[place.start : place.end], made, article.title)
            for place in draft.places[:1]
            for article in [articles[place.article_id]]
        )

    def _finishing(
        self, question: str, found: Retrieved, dates: Dated, before: Mapping[str, float],
        *, whole: bool = True,
    ) -> Finishing:  # fmt: skip
        """Return what finishes a draft for the question; `whole`: it is of one part."""
        most, in_lists = self._config.most_statements, self._config.list_statements
        return Finishing(
            question, self._serving, found, whole, most, in_lists, dates.filter, before
        )

    def _is_of_that_time(self, draft: Draft, *, time: DateFilter | None) -> bool:
        """Return whether a draft is surely told by articles that state a date of that time."""
        if not draft.places or time is None or draft.confidence < SURE_OF_THEN:
            return False
        articles = self._serving.articles
        days = [articles[place.article_id].published for place in draft.places]
        return all(day is not None and time.holds(day) for day in days)

    def _draft(
        self, question: str, found: Retrieved, alone: str, is_told: Callable[[Place], bool]
    ) -> Draft:
        """Return what is made of the passages of a question; `alone` is it without the one before.

        That is "" where no question stands beside it.
        """
        serving = self._serving
        if not serving.means.has_a_known_word(question):
            return self._declined(NO_WORD)
        texts = {each.article.id: each.article.text for each in found.passages}
        if named_nowhere(alone or question, texts.values()):
            return self._declined(not_said(alone or question))
        if alone and alone != question:
            terms = tuple(query_terms(alone, serving.generation.manifest.languages))
            own = replace(found, query=None, terms=terms)
            return serving.answerer.answer(alone, own, Beside(question, found, is_told))
        if _says_too_little(question):
            return self._declined(TOO_LITTLE)
        return serving.answerer.answer(question, found)

    def _telling(self, question: str) -> list[str]:
        """Return the terms of a question that tell something."""
        return telling_query_terms(question, self._serving.generation.manifest.languages)

    def _declined(self, reason: str) -> Draft:
        return Draft((), 0.0, reason, threshold=self._config.least_confidence)


def _covered(dates: Dated, serving: Serving) -> Draft | None:
    """Return what answers "Which articles mention the dam?" and "Who is quoted?"."""
    topic = coverage_topic(dates.question)
    return serving.coverage.answer(topic, dates.filter) if topic else None


def _said(dates: Dated, serving: Serving) -> Draft | None:
    """Return what answers "What did Ana Ruiz say?"; None, too, where no words of hers are found."""
    said = what_was_said(dates.question)
    return serving.sayings.answer(said, dates.filter) if said else None


def _latest(dates: Dated, serving: Serving) -> Draft | None:
    """Return what answers "What is the latest on the ferry?"; None, too, of undated articles."""
    if dates.filter is None or not (asked := latest_topic(dates.question)):
        return None
    return serving.latest.answer(asked["topic"], dates.filter)


def _by_date(dates: Dated, serving: Serving) -> Draft | None:
    """Return what answers "Give me a timeline" and "What happened in July?"."""
    times = timeline_asked(dates.question, serving.newest)
    return serving.timeline.answer(times) if times else None


def _by_number(dates: Dated, serving: Serving) -> Draft | None:
    """Return what answers "What does clause 3 say?"; None, too, where no article numbers so."""
    asked = dates.question
    numbered = numbered_asked(asked)
    if numbered is None:
        return None
    return numbered_part(asked, numbered, serving.articles.left_in(dates.filter))


# Each answers its own questions from all articles that are asked; no question is for two of them.
FROM_ALL = (_covered, _said, _latest, _by_date, _by_number)


def _of_all(dates: Dated, serving: Serving) -> Draft | None:
    """Return what is made of all articles for a question that wants them followed through."""
    for answer in FROM_ALL:
        if (draft := answer(dates, serving)) is not None:
            if draft.by_date:
                return draft
            return by_date(draft, dates.filter, serving.articles)
    return None


# "What did she say?", where nobody was spoken of.
_OF_NOBODY = re.compile(
    r"\W*what (?:did|do|does|has|have|had) (?:he|she|they|it) "
    r"(?:say|said|think|thought|tell|told|write|written|mean|meant|do|done)\W*",
    re.IGNORECASE,
)


def _says_too_little(question: str) -> bool:
    """Return whether `question` says nothing of what it asks about: "Who?", "What did she say?"."""
    words = re.findall(r"\w+", question)
    return _OF_NOBODY.fullmatch(question) is not None or all(
        re.fullmatch("[a-z]", word) or says_nothing(word) for word in words
    )
