"""Which statements come first and last: where the articles differ, and what is newer.

the answers differ                -> one of each, the newest first
it is less sure that they do      -> the best ones with other values come last
another is newer, about as good   -> it comes first; so it does where it is asked for now
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from rag.changes.claim import Claim
from rag.changes.disagreement import disagreeing, newest_answer, newest_sentence, other_answers
from rag.cite import Place
from rag.config import Config
from rag.reading.drafting import Step, most_statements

# Statements that give another value than the best one, told by other articles.
MOST_OTHER_ANSWERS = 2


class Able(NamedTuple):
    """A sentence that may be stated.

    Its score and the share of the question's terms that it holds, both 0 to 1; its article's date.
    """

    score: float
    place: Place
    text: str
    published: date | None
    coverage: float


def arranging(
    question: str,
    claims: Sequence[Claim],
    able: Sequence[Able],
    best: int,
    near: Callable[[Claim], float],
    config: Config,
) -> tuple[list[Step], tuple[Claim, ...]]:
    """Return the steps that put the places of an answer in order, and the claims that differ.

    `claims` are those of the sentences, `best` which of the `able` is the best one, and `near` is
    as `other_answers` takes it.
    """
    most = most_statements(question, config)
    differing = disagreeing(question, claims)
    differing = differing[: most_statements(question, config, several=True)]
    if differing:
        return [partial(_first, [claim.place for claim in differing], most=most)], differing
    most_others = min(MOST_OTHER_ANSWERS, most - 1)
    others = other_answers(question, claims, near, most=most_others)
    answer = newest_answer(question, claims, near, others)
    newest = [answer.shown] if answer else _newest(question, able, best)
    return [
        partial(_last, [claim.shown for claim in others], most=most),
        partial(_first, newest, most=most),
    ], ()


def _newest(question: str, able: Sequence[Able], best: int) -> list[Place]:
    """Return the newer sentence that comes first, where none gives a value."""
    told = [(each.score, each.published, each.coverage) for each in able]
    at = newest_sentence(question, best, told)
    return [] if at is None else [able[at].place]


def _first(stated: Sequence[Place], places: Sequence[Place], *, most: int) -> tuple[Place, ...]:
    """Return all of `stated`, and others of `places` up to `most` in all."""
    if not stated:
        return tuple(places)
    known = {(place.article_id, place.start) for place in stated}
    others = [place for place in places if (place.article_id, place.start) not in known]
    return (*stated, *others[: max(0, most - len(stated))])


def _last(last: Sequence[Place], places: Sequence[Place], *, most: int) -> tuple[Place, ...]:
    """Return `places` with all of `last` among them: where they are too many, for their last."""
    wanted = {(place.article_id, place.start): place for place in last}
    kept = [(place.article_id, place.start) for place in places]
    spare = [at for at in range(len(places) - 1, 0, -1) if kept[at] not in wanted]
    new = [place for at, place in wanted.items() if at not in kept]
    gone = set(spare[: max(0, len(places) + len(new) - most)])
    held = [wanted.get(kept[at], place) for at, place in enumerate(places) if at not in gone]
    return (*held, *new[: max(0, most - len(held))])
