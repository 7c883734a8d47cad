"""What is known of all articles at once, so that not each question reads them all.

Dates, bylines, lengths and titles, and the words that stand around the texts: read when a question
first asks for them, and kept as long as the generation that serves. Some twenty bytes an article,
and four for each of these words.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    ValuesView,
)
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import takewhile
from pathlib import PurePosixPath
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from rag.articles.credits import Credits, Named, credits_in, is_credited, names_of
from rag.articles.kept import kept_by_article
from rag.articles.typography import ends_sentence
from rag.datatypes import Article, BlockKind, DateFilter
from rag.text import spaced_words, tokenise

# What stands behind the thing that a title is of: "Orlava (river)", "Ana Ruiz, who ran the mill".
_BEHIND_SUBJECT = re.compile(r"(?<=\S)(?:[\"”’'»]*(?::\s| [(|–—-]|,\s+(?:who|which|whose)\b))")
_NO_DAY = 0  # of an article that states no date
_ABOVE_BLOCKS, _ABOVE_CHARS = 4, 120  # lines that may stand above a text, and how long one may be
_OLDEST = ("oldest", "earliest")

Holding = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class _Facts:
    """A row for each article, in order: arrays of shape (articles,).

    `days` are ordinals, `lengths` words, `titles` hashes of plain titles, `subjects` of what these
    begin with; `bylines` are rows of `credited`, in which each byline stands once, in the order in
    which they come.
    """

    days: NDArray[np.int32]
    lengths: NDArray[np.int32]
    titles: NDArray[np.int64]
    subjects: NDArray[np.int64]
    bylines: NDArray[np.int32]
    credited: Sequence[tuple[str, Named]]

    @classmethod
    def of(cls, articles: Iterable[Article]) -> _Facts:
        """Read them of `articles`."""
        days, lengths, bylines = array("i"), array("i"), array("i")
        titles, subjects = array("q"), array("q")
        rows: dict[tuple[str, Named], int] = {}
        for article in articles:
            days.append(article.published.toordinal() if article.published else _NO_DAY)
            lengths.append(len(article.text.split()))
            titles.append(hash(plain_title(article.title)))
            subjects.append(hash(thing_titled(article.title)))
            bylines.append(rows.setdefault((article.byline, names_of(article)), len(rows)))
        return cls(
            np.array(days, np.int32), np.array(lengths, np.int32), np.array(titles, np.int64),
            np.array(subjects, np.int64), np.array(bylines, np.int32), list(rows),
        )  # fmt: skip

    def picked(self, rows: NDArray[np.intp]) -> _Facts:
        """Return those of the articles in `rows`."""
        return _Facts(
            self.days[rows], self.lengths[rows], self.titles[rows], self.subjects[rows],
            self.bylines[rows], self.credited,
        )  # fmt: skip


class _Words:
    """The rows of the articles by the words of a text that each has."""

    def __init__(self) -> None:
        self._rows: dict[str, array[int]] = {}

    def add(self, row: int, text: str, language: str = "en") -> None:
        """Add the text of the article in `row`; rows come in order."""
        for term in set(tokenise(text, language)):
            self._rows.setdefault(term, array("i")).append(row)

    def counts(self, terms: Collection[str], size: int) -> NDArray[np.intp]:
        """Return how many of the terms each of the `size` articles has."""
        held = [np.array(self._rows[term], np.intp) for term in terms if term in self._rows]
        return np.bincount(np.concatenate([np.empty(0, np.intp), *held]), minlength=size)


class Catalogue(Mapping[str, Article]):
    """Articles by id, and what is known of all of them; an article is read when it is asked for.

    Ids come in the order of `articles`. `holding` gives the ids of those whose texts may hold some
    words, where an index tells.
    """

    def __init__(
        self,
        articles: Mapping[str, Article],
        facts: _Facts | None = None,
        *,
        holding: Holding | None = None,
    ) -> None:
        self._articles = articles
        self._holding = holding
        self._lock = RLock()
        self._read: _Facts | None = facts
        self._heard: tuple[_Words, _Words] | None = None
        self._heads: _Words | None = None

    def __getitem__(self, name: str) -> Article:
        return self._articles[name]

    def __contains__(self, name: object) -> bool:
        """Return whether there is such an article, which is not read for it."""
        return name in self._articles

    def __iter__(self) -> Iterator[str]:
        return iter(self._articles)

    def __len__(self) -> int:
        """Return the number of articles."""
        return len(self._articles)

    def values(self) -> ValuesView[Article]:
        """Return the articles, as what they are read from gives all of them."""
        return self._articles.values()

    def among(self, names: Collection[str]) -> Catalogue:
        """Return the catalogue of the articles `names`, in this order; what is read stays so.

        Raises:
            KeyError: there is no such article.
        """
        rows = np.array([self._rows[name] for name in names], np.intp)
        return Catalogue(
            _Some(self._articles, tuple(names)),
            self._read and self._read.picked(rows),
            holding=self._holding,
        )

    @cached_property
    def names(self) -> Sequence[str]:
        """The ids, in order."""
        return tuple(self._articles)

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        return {name: row for row, name in enumerate(self.names)}

    @property
    def _facts(self) -> _Facts:
        with self._lock:  # read once, whoever asks
            if self._read is None:
                self._read = _Facts.of(self._articles.values())
            return self._read

    @property
    def _words(self) -> tuple[_Words, _Words]:
        """The words around the texts, and those of what says what the articles are called."""
        with self._lock:
            if self._heard is None:
                around, called = _Words(), _Words()
                for row, article in enumerate(self._articles.values()):
                    around.add(row, _around(article))
                    called.add(row, re.sub(r"[_\W]+", " ", "\n".join(called_by(article))))
                self._heard = around, called
            return self._heard

    def headed_with(self, terms: Collection[str]) -> list[str]:
        """Return the ids of those that have all the terms in their title and byline.

        Terms are tokens in the language of the article.
        """
        with self._lock:
            if self._heads is None:
                self._heads = _Words()
                for row, article in enumerate(self._articles.values()):
                    head = f"{article.title}\n{article.byline}"
                    self._heads.add(row, head, article.language)
        counts = self._heads.counts(terms, len(self))
        return self._named(np.flatnonzero(counts == len(terms)))

    def _named(self, rows: NDArray[np.intp]) -> list[str]:
        return [self.names[row] for row in rows.tolist()]

    @property
    def newest(self) -> date | None:
        """The newest date that an article states, or None."""
        latest = int(self._facts.days.max(initial=_NO_DAY))
        return date.fromordinal(latest) if latest != _NO_DAY else None

    @property
    def oldest(self) -> date | None:
        """The oldest date that an article states, or None."""
        days = self._facts.days
        stated = days[days != _NO_DAY]
        return date.fromordinal(int(stated.min())) if len(stated) else None

    @property
    def oldest_first(self) -> list[str]:
        """The ids of the articles that state their date, by it; those of one day in order."""
        days = self._facts.days
        order = np.argsort(days, kind="stable")
        return self._named(order[days[order] != _NO_DAY])

    @property
    def dated(self) -> list[str]:
        """The ids of the articles that state their date."""
        return self._named(np.flatnonzero(self._facts.days != _NO_DAY))

    @property
    def undated(self) -> list[str]:
        """The ids of the articles that state no date."""
        return self._named(np.flatnonzero(self._facts.days == _NO_DAY))

    @property
    def anonymous(self) -> list[str]:
        """The ids of the articles without a byline."""
        return self._of_bylines(lambda byline: not byline)

    def credited_to(self, name: str) -> list[str]:
        """Return the ids of the articles whose bylines name `name`."""
        return self._of_bylines(lambda byline: is_credited(name, byline))

    def _of_bylines(self, holds: Callable[[str], bool]) -> list[str]:
        facts = self._facts
        found = [row for row, (byline, _) in enumerate(facts.credited) if holds(byline)]
        return self._named(np.flatnonzero(np.isin(facts.bylines, found)))

    def credits(self) -> list[tuple[Credits, int]]:
        """Return the authors and outlets of each byline, and how many articles have it."""
        facts = self._facts
        counts = Counter(facts.bylines.tolist())
        there = [row for row in range(len(facts.credited)) if counts[row]]
        decided = credits_in([facts.credited[row][1] for row in there])
        return [(one, counts[row]) for row, one in zip(there, decided, strict=True)]

    @cached_property
    def authors(self) -> frozenset[str]:
        """The names of the authors in all bylines."""
        return frozenset(name for one, _ in self.credits() for name in one["author"])

    def allowed_by(self, dates: DateFilter | None) -> int:
        """Return how many articles the filter leaves in: one without a date always."""
        return len(self.left_in(dates))

    def left_in(self, dates: DateFilter | None) -> Catalogue:
        """Return the catalogue of those that the filter leaves in: one without a date always."""
        if dates is None or not dates.only:
            return self
        return self._of_days(dates.leaves_in)

    def published_in(self, span: DateFilter) -> Catalogue:
        """Return the catalogue of the articles whose date lies in the time of the filter."""
        return self._of_days(lambda day: day is not None and span.holds(day))

    def after(self, day: date) -> Catalogue:
        """Return the catalogue of the articles that were published after a day."""
        return self._of_days(lambda one: one is not None and one > day)

    def _of_days(self, holds: Callable[[date | None], bool]) -> Catalogue:
        """Return the catalogue of the articles of the days that hold, None for one without."""
        days = self._facts.days
        there = np.unique(days).tolist()
        held = [day for day in there if holds(None if day == _NO_DAY else date.fromordinal(day))]
        rows = np.flatnonzero(np.isin(days, held))
        some = _Some(self._articles, self._named(rows))
        return Catalogue(some, self._facts.picked(rows), holding=self._holding)

    def by_age(self, age: str) -> str | None:
        """Return the id of the oldest or newest article by the dates that they state; or None.

        Of several of one day the first id is the oldest, the last the newest.
        """
        days = self._facts.days
        stated = days[days != _NO_DAY]
        if not len(stated):
            return None
        is_oldest = age in _OLDEST
        day = stated.min() if is_oldest else stated.max()
        return (min if is_oldest else max)(self._named(np.flatnonzero(days == day)))

    def by_length(self, most: str) -> tuple[str, int]:
        """Return the id of the "longest" or the shortest article, and its words; ties like those.

        Raises:
            ValueError: there is no article.
        """
        lengths, is_longest = self._facts.lengths, most == "longest"
        words = int(lengths.max() if is_longest else lengths.min())
        pick = max if is_longest else min
        return pick(self._named(np.flatnonzero(lengths == words))), words

    def titled_so(self, phrase: str) -> tuple[str, ...]:
        """Return the ids of those whose title is `phrase`, but for case, marks and "the"."""
        wanted = plain_title(phrase)
        alike = self._named(np.flatnonzero(self._facts.titles == hash(wanted)))
        return tuple(name for name in alike if plain_title(self[name].title) == wanted)

    def titled_after(self, phrase: str) -> tuple[str, ...]:
        """Return the ids of those titled after `phrase`, and a mark: "Orlava (river)"."""
        wanted = plain_title(phrase)
        alike = self._named(np.flatnonzero(self._facts.subjects == hash(wanted)))
        return tuple(name for name in alike if thing_titled(self[name].title) == wanted)

    def nearest(self, terms: Collection[str]) -> tuple[float, list[str]]:
        """Return the most of the terms that stand around one text, as a share, and whose these are.

        0 and none where no term does.
        """
        counts = self._words[0].counts(terms, len(self))
        best = int(counts.max(initial=0))
        if not best:
            return 0.0, []
        return best / len(terms), self._named(np.flatnonzero(counts == best))

    def may_hold(self, words: str) -> Iterator[str]:
        """Yield the ids of those whose texts may hold the words, all where no index tells."""
        for name in self._holding(words) if self._holding else self.names:
            if name in self._articles:
                yield name

    def may_be_called(self, names: Iterable[str]) -> list[str]:
        """Return the ids of those that have all words of a name in what says what they are called.

        That is the name of the file, the title and the lines above the text.
        """
        held = np.zeros(len(self), np.bool_)
        for name in names:
            terms = set(tokenise(name))
            held |= self._words[1].counts(terms, len(self)) == len(terms)
        return self._named(np.flatnonzero(held))


def catalogue_of(articles: Mapping[str, Article]) -> Catalogue:
    """Return the catalogue of `articles`: themselves, where they are one."""
    return articles if isinstance(articles, Catalogue) else Catalogue(articles)


class _Some(Mapping[str, Article]):
    """Some of the articles, each read when it is asked for; `names` are their ids."""

    def __init__(self, articles: Mapping[str, Article], names: Sequence[str]) -> None:
        self._articles, self._names = articles, dict.fromkeys(names)

    def __getitem__(self, name: str) -> Article:
        if name not in self._names:
            raise KeyError(name)
        return self._articles[name]

    def __contains__(self, name: object) -> bool:
        """Return whether it is one of them."""
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@kept_by_article
def terms_of(article: Article) -> frozenset[str]:
    """Return the terms that an article's title and text hold."""
    return frozenset(tokenise(f"{article.title}\n{article.text}", article.language))


def plain_title(title: str) -> str:
    """Return a title in words of one case, without the "the" that it begins with."""
    return spaced_words(title).strip().removeprefix("the ")


def thing_titled(title: str) -> str:
    """Return what a title begins with, before a mark, as a plain title.

    >>> thing_titled("“Brandt & Osei”: makers of doors"), thing_titled("Ana Ruiz, who ran")
    ('brandt osei', 'ana ruiz')
    """
    return plain_title(_BEHIND_SUBJECT.split(title, maxsplit=1)[0])


def file_name(article: Article) -> str:
    """Return the name of the article's file, in words: "staff handbook"."""
    return re.sub(r"[\W_]+", " ", PurePosixPath(article.source).stem)


def lines_above(article: Article) -> str:
    """Return the lines above the first sentence of the article, as far as all are short."""
    texts = [
        article.text[block.start : block.end]
        for block in article.blocks[:_ABOVE_BLOCKS]
        if block.kind is not BlockKind.TITLE
    ]
    short = takewhile(lambda text: len(text) <= _ABOVE_CHARS and not ends_sentence(text), texts)
    return "\n".join(short)


def called_by(article: Article) -> tuple[str, str, str]:
    """Return what says what the article is called: its file, its title, the lines above."""
    return file_name(article), article.title, lines_above(article)


def _around(article: Article) -> str:
    """Return what stands around the article's text: title, byline, captions, credits, its file."""
    text = (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.REPEAT)
    around = [
        article.text[block.start : block.end] for block in article.blocks if block.kind not in text
    ]
    return "\n".join([article.title, article.byline, article.source, *around])
