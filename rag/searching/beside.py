"""A message that the question before stands beside is judged by itself and with that question.

    "How many pupils came?", "How many of them stayed?"
      searched for: "How many pupils came? How many of the pupils stayed?"
      judged by:    that, and "How many of the pupils stayed?" alone

By both together what answered the question before would be the answer once more, by the message
alone whatever is like its few words. And what was just told is told again only where the message
alone finds nothing likelier, and then not by itself: the best of what is new stands behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeVar

from rag.cite import Place
from rag.odds import logistic
from rag.retrieve import Retrieved

T = TypeVar("T")

_TOLD_SHARE = 1e-3  # what is left of the score of a sentence that gives way to a new one


@dataclass(frozen=True, slots=True)
class Beside:
    """A message with the question before beside it, what was found for that, and what was told."""

    question: str
    found: Retrieved
    is_told: Callable[[Place], bool]


def in_both(
    alone: Sequence[T], beside: Sequence[T], place: Callable[[T], Place]
) -> tuple[list[T], list[T]]:
    """Return what was judged by both questions, in order: one may leave out what the other takes.

    >>> at = [Place("a", 0, 5), Place("a", 6, 9)]
    >>> in_both(at, at[1:], lambda place: place) == (at[1:], at[1:])
    True
    """
    shared = {place(one) for one in alone} & {place(one) for one in beside}
    return [one for one in alone if place(one) in shared], [
        one for one in beside if place(one) in shared
    ]


def together(alone: Sequence[float], beside: Sequence[float], told: Sequence[bool]) -> list[float]:
    """Return the scores of sentences, 0 to 1, by their log-odds alone and beside a question before.

    That of the mean; one that was `told` gives way where `alone` has a new one before it.

    >>> together([1.0, -2.0], [-1.0, 2.0], [False, False])
    [0.5, 0.5]
    """
    new = [logit for logit, was in zip(alone, told, strict=True) if not was]
    return [
        logistic((one + other) / 2) * (_TOLD_SHARE if was and max(new, default=one) > one else 1.0)
        for one, other, was in zip(alone, beside, told, strict=True)
    ]


def with_new(
    places: Sequence[Place], scored: Iterable[tuple[float, Place]], beside: Beside | None
) -> tuple[Place, ...]:
    """Return the places, with the best new one of those `scored` behind them if all were told."""
    if beside is None or not places or not all(map(beside.is_told, places)):
        return tuple(places)
    articles = {place.article_id for place in places}
    new = [
        (score, -place.start, place)
        for score, place in scored
        if place.article_id in articles and not beside.is_told(place)
    ]
    # Two documents may open alike: of equal ones the first.
    return (*places, max(new, key=itemgetter(0, 1))[2]) if new else tuple(places)
