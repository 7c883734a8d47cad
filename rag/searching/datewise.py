"""Passages and statements by the dates of their articles, as a question asks for.

Where the question leaves articles out, what is found is sought among the others, however few they
are; an article without a date is never left out. Else half of the passages are of the time that is
meant, or the newest, as far as they are about as near to the question as the best one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from math import inf

from rag.cite import Place
from rag.datatypes import Article, DateFilter, Passage
from rag.questions.dates import names_time
from rag.retrieve import HybridRetriever, PassageRetriever, Retrieved

NEAR = 0.6  # of the best passage's score: what may take the place of a better one
_WIDER = 4  # times as many passages as are wanted are looked through
_FARTHER = 8  # times as many again, as long as too few of them are of the time


def dated_retriever(
    hybrid: HybridRetriever, dates: DateFilter, allowed: Callable[[], Collection[str]], *, most: int
) -> PassageRetriever:
    """Return what finds passages with `hybrid`, heeding a filter.

    `allowed` tells the ids of the articles that the filter leaves in. Where these have at most
    `most` passages they alone are searched; of more, enough of what is found is looked through.
    """
    if dates.only and (narrow := hybrid.among(allowed())).size <= most:
        return narrow
    return DatedRetriever(hybrid, dates)


class DatedRetriever:
    """Finds passages with another retriever, heeding a filter; each keeps its scores and ranks."""

    def __init__(self, inner: PassageRetriever, dates: DateFilter) -> None:
        self._inner = inner
        self._dates = dates

    def retrieve(self, question: str, *, k: int) -> Retrieved:
        """Return `k` passages for `question` in the order of their score; fewer where not found."""
        if k < 1:
            return self._inner.retrieve(question, k=k)
        if self._dates.only:
            return self._within(question, k, lambda p: is_allowed(p.article, self._dates))
        found = self._inner.retrieve(question, k=k * _WIDER)
        if not found.passages:
            return found
        meant = found.passages
        least = NEAR * _score(found.passages[0])
        if self._dates.bounded:
            meant = self._within(question, k * _WIDER, self._is_meant, least=least).passages
        meant = tuple(p for p in meant if _score(p) >= least)
        if self._dates.newest:
            meant = tuple(sorted(meant, key=lambda p: age(p.article)))
        chosen = {p.chunk.id: p for p in meant[: (k + 1) // 2]}
        for passage in found.passages:
            if len(chosen) == k:
                break
            chosen.setdefault(passage.chunk.id, passage)
        ordered = sorted(chosen.values(), key=lambda p: (-_score(p), p.article.id, p.chunk.start))
        return replace(found, passages=tuple(ordered))

    def _is_meant(self, passage: Passage) -> bool:
        return _is_of_the_time(passage.chunk.text, passage.article, self._dates)

    def _within(
        self, question: str, k: int, holds: Callable[[Passage], bool], *, least: float = -inf
    ) -> Retrieved:
        """Return the best `k` of the passages that hold: all that are found, where they are few.

        What scores below `least` is not looked for.
        """
        depth = k * _WIDER
        while True:
            found = self._inner.retrieve(question, k=depth)
            kept = tuple(p for p in found.passages if holds(p))
            is_all = len(found.passages) < depth or _score(found.passages[-1]) < least
            if len(kept) >= k or is_all:
                return replace(found, passages=kept[:k])
            depth *= _FARTHER


def is_allowed(article: Article, dates: DateFilter | None) -> bool:
    """Return whether the filter leaves the article in: one without a date always."""
    return dates is None or dates.leaves_in(article.published)


def makes_a_difference(dates: DateFilter, passages: Sequence[Passage]) -> bool:
    """Return whether the filter is worth telling: it left articles out, or some passages are of the
    time that is meant and others are not.
    """
    if dates.only or dates.newest:
        return True
    return len({_is_of_the_time(p.chunk.text, p.article, dates) for p in passages}) == 2


def _is_of_the_time(text: str, article: Article, dates: DateFilter) -> bool:
    return dates.holds(article.published) or names_time(text, dates, article.published)


def is_of_time(place: Place, dates: DateFilter, articles: Mapping[str, Article]) -> bool:
    """Return whether a place is of the time that is meant: by its article's date, or its words."""
    article = articles[place.article_id]
    return _is_of_the_time(article.text[place.start : place.end], article, dates)


def in_date_order(
    places: Sequence[Place], dates: DateFilter, articles: Mapping[str, Article]
) -> tuple[Place, ...]:
    """Return the places, those of the time that is meant first, or the newest; equal ones as given.

    A place is of a time by the date of its article, or by a date in its own words.
    """

    def order(place: Place) -> tuple[bool, float]:
        article = articles[place.article_id]
        is_meant = is_of_time(place, dates, articles)
        if dates.only:
            is_meant = dates.holds(article.published)
        return not is_meant, age(article) if dates.newest else 0.0

    return tuple(sorted(places, key=order))


def _score(passage: Passage) -> float:
    return passage.scores.fused.value if passage.scores.fused else 0.0


def age(article: Article) -> float:
    """Return what orders articles, the newest first and those without a date last."""
    return float("inf") if article.published is None else -float(article.published.toordinal())
