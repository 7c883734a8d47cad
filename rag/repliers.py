"""Who replies to a message without a search: to small talk, and of the collection itself.

A replier is given what is asked and returns its reply, or () where that is nothing for it; the
first that replies is heard. `AT_ONCE` hears the message as it stands, `OF_THE_ARTICLES` the whole
question that it is after the turns before. What none replies to is searched for: rag.answering.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from rag.answerer import Draft
from rag.articles.catalogue import Catalogue
from rag.cite import Place, cite
from rag.conversation.meant import Meant, meant_in, picked, some_of, source_asked, which_asked
from rag.conversation.shown import shown_asked
from rag.datatypes import Statement
from rag.questions.dates import Dated, dated
from rag.questions.talk import asks_to_repeat
from rag.questions.topic import Topic, absent_topic
from rag.replies.about import (
    about_articles,
    about_dated_articles,
    about_some_of,
    about_the_age_of_those,
    about_those_without,
    articles_listed,
    naming_articles,
    small_talk,
)
from rag.replies.about_one import about_one, stated_in
from rag.replies.about_shown import about_shown
from rag.replies.bylines import about_author, about_bylines
from rag.replies.gist import gist
from rag.serving import Serving


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, what serves the articles it is asked of, and what finds those that it means.

    `draft_of` makes the draft of a question that was asked before. `alone` tells that nothing was
    said before; `newest` is the date from which one without a year is reckoned, or None where the
    question is filtered by none.
    """

    question: str
    serving: Serving
    draft_of: Callable[[str], Draft]
    newest: Callable[[], date | None]
    alone: bool

    @property
    def articles(self) -> Catalogue:
        """The articles that it is asked of."""
        return self.serving.articles

    @property
    def dates(self) -> Dated:
        """What the question says of dates, and what it asks without that.

        What was asked for a list that is meant says which articles, not of what time; so does the
        question whose answer a statement is of.
        """
        if meant_in(self.question) or shown_asked(self.question):
            return Dated(None, self.question)
        return self._dated(self.question)

    @property
    def dates_of_articles(self) -> Dated:
        """The same of what was published, which is asked for by the name of articles."""
        named = naming_articles(self.question)
        return self.dates if named == self.question else self._dated(named)

    def _dated(self, question: str) -> Dated:
        return dated(question, self.newest)

    def mentioning(self, topic: str) -> Collection[str]:
        """Return the ids of the articles that mention a topic."""
        return self.serving.coverage.mentioning(Topic(topic, whole=True))

    def meant(self, meant: Meant) -> tuple[str, ...]:
        """Return the ids of the articles that are meant, in the order in which they were told."""
        if meant.how == "list":
            names = self.listed_for(meant.what)
        else:
            asked = meant.what
            if meant.how == "mention":
                asked = f"Which articles mention {meant.what}?"
            places = self.draft_of(asked).places
            names = tuple(dict.fromkeys(place.article_id for place in places))
        days = [(day, name) for name in names if (day := self.articles[name].published) is not None]
        return picked(meant, names, [name for _, name in sorted(days)])

    def listed_for(self, question: str) -> tuple[str, ...]:
        """Return the ids of the articles that a question lists, in the order of the list."""
        those = self.articles
        if some := some_of(question):
            those = those.among(self.meant(some.meant))
            question = some.question
        which = which_asked(question)
        at = dated(naming_articles(which), self.serving.newest)
        return articles_listed(which, at, those, self.mentioning)

    def shown(self, question: str) -> tuple[Statement, ...]:
        """Return the statements of the answer to a question that was asked before."""
        if told := first_reply(OF_THE_ARTICLES, replace(self, question=question)):
            return told
        return cite(self.draft_of(question).places, self.articles)


Reply = tuple[Statement, ...]
Replier = Callable[[Asked], Reply]


def first_reply(repliers: tuple[Replier, ...], asked: Asked) -> Reply:
    """Return the reply of the first of the repliers that has one, () where none has."""
    return next(filter(None, (replier(asked) for replier in repliers)), ())


def _small_talk(asked: Asked) -> Reply:
    if not asked.alone and asks_to_repeat(asked.question):  # of the answer before
        return ()
    return small_talk(asked.question, len(asked.articles), alone=asked.alone)


def _bylines(asked: Asked) -> Reply:
    return about_bylines(asked.question, asked.articles)


def _one_of_those_shown(asked: Asked) -> Reply:
    one = shown_asked(asked.question)
    if one is None:
        return ()
    return about_shown(one, asked.shown(one.of.what), asked.articles, asked.newest)


def _some_of_those_told(asked: Asked) -> Reply:
    some = some_of(asked.question)
    if some is None:
        return ()
    names = asked.listed_for(asked.question)
    return about_some_of(names, len(asked.meant(some.meant)), asked.articles)


def _source(asked: Asked) -> Reply:
    if not (question := source_asked(asked.question)):
        return ()
    cited = [one for statement in asked.shown(question) for one in statement.citations]
    return stated_in([Place(one.article_id, one.start, one.end) for one in cited], asked.articles)


def _those_without(asked: Asked) -> Reply:
    absent = absent_topic(asked.question)
    if absent is None:
        return ()
    return about_those_without(absent.text, asked.mentioning(absent.text), asked.articles)


def _all_of_them(asked: Asked) -> Reply:
    return about_articles(asked.question, asked.articles)


def _author(asked: Asked) -> Reply:
    return about_author(asked.question, asked.articles, asked.mentioning)


def _one_of_them(asked: Asked) -> Reply:
    telling = partial(gist, encode=asked.serving.desk.vectors)
    return about_one(asked.question, asked.articles, asked.mentioning, asked.meant, telling)


def _those_of_a_time(asked: Asked) -> Reply:
    return about_dated_articles(asked.dates_of_articles, asked.articles)


def _newest_on_a_topic(asked: Asked) -> Reply:
    return about_the_age_of_those(asked.question, asked.mentioning, asked.articles)


# No turn before changes what these ask; a question made of such a turn would not be theirs.
AT_ONCE: tuple[Replier, ...] = (
    _small_talk,  # "hello", "what can you do?"
    _bylines,  # "Who are the authors?", "Which outlet published the most?"
)
OF_THE_ARTICLES: tuple[Replier, ...] = (
    # These name other articles, or a question, in quotation marks or behind a "not": before
    # whoever would answer what is quoted or denied.
    _one_of_those_shown,  # "Which article has the first statement of the answer to “...”?"
    _some_of_those_told,  # "Which of the articles that mention “the dam” are from 2022?"
    _source,  # "Which article answers “Who runs Orion?”?"
    _those_without,  # "Which articles don't mention the dam?"
    # The most there are first: all of them, one, those of a time, and one of those on a topic.
    # "The newest article" is one of all; "the article on the dam" is called so before "on" is of
    # a time; and only what is none of these is looked for in the articles' texts.
    _all_of_them,  # "Which articles do you have?", "What is the newest article?"
    _author,  # "Who is Ana Ruiz?", of whom the bylines alone tell
    _one_of_them,  # "Summarise the third article", "Who wrote the guide to Velm?"
    _those_of_a_time,  # "Which articles are from March 2024?"
    _newest_on_a_topic,  # "What is the newest article about the dam?"
)
