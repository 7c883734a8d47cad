"""A question's parts, each standing on its own; their passages and drafts -> those of the whole.

Each part gives its best places; a part about a name, those that name it before others. What a part
asks for and the articles don't say is told beside what they do say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answerer import Draft
from rag.articles.credits import is_of_its_author
from rag.articles.first_person import who_says_i
from rag.cite import Place
from rag.datatypes import Article, Message, Passage
from rag.followup import standalone
from rag.questions.parts import Part, question_parts
from rag.reading.declining import PLAIN
from rag.replies.quoted import is_same
from rag.retrieve import Retrieved
from rag.text import holds_words

PLACES_OF_TWO, PLACES_OF_MORE = 2, 1  # places of a part: where there are two parts, and more


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """A part of a question, what was found for it, and what was made of that."""

    part: Part
    found: Retrieved
    draft: Draft


def asked_parts(question: str) -> tuple[Part, ...]:
    """Return the parts of `question`; where one leans on those before, what it means is put in.

    >>> [part.question for part in asked_parts("When did the Elbe flood, and how long is it?")]
    ['When did the Elbe flood?', 'how long is the Elbe?']
    """
    parts: list[Part] = []
    for part in question_parts(question):
        before: list[Message] = [{"role": "user", "content": one.question} for one in parts]
        parts.append(part if part.about else Part(standalone(part.question, before)))
    return tuple(parts)


def merge_found(parts: Sequence[AnsweredPart], *, k: int) -> Retrieved:
    """Return the best `k` passages of all parts: each part's first, then each one's second, ...

    A passage that several parts found stands where the first of them has it. Times are added up;
    the terms are those of all parts.
    """
    passages: dict[str, Passage] = {}
    for rank in range(max((len(one.found.passages) for one in parts), default=0)):
        for one in parts:
            if rank < len(one.found.passages):
                passage = one.found.passages[rank]
                passages.setdefault(passage.chunk.id, passage)
    seconds: dict[str, float] = {}
    for one in parts:
        for stage, value in one.found.seconds.items():
            seconds[stage] = seconds.get(stage, 0.0) + value
    terms = dict.fromkeys(term for one in parts for term in one.found.terms)
    candidates = sum(one.found.candidates for one in parts)
    return Retrieved(tuple(passages.values())[:k], tuple(terms), None, seconds, candidates)


def merge_drafts(parts: Sequence[AnsweredPart], articles: Mapping[str, Article]) -> Draft:
    """Return one draft of the parts' drafts: their best places in the order of the parts.

    It declines where all parts do, with their reason where they have the same, and else is as sure
    as its surest part; its `reason` then names the parts that found nothing.
    """
    most = PLACES_OF_TWO if len(parts) == 2 else PLACES_OF_MORE
    places: dict[tuple[str, int, int], Place] = {}
    missing = []
    for one in parts:
        best = _about(one.part, one.draft.places, articles)[:most]
        if not best:
            missing.append(one.part)
        for place in best:
            places.setdefault((place.article_id, place.start, place.end), place)
    readings = {name: value for one in parts for name, value in one.draft.readings.items()}
    surest = max(parts, key=lambda one: one.draft.confidence).draft
    if not places:
        reasons = {one.draft.reason for one in parts}
        reason = reasons.pop() if len(reasons) == 1 else PLAIN
        return Draft((), surest.confidence, reason, readings, threshold=surest.threshold)
    left_out = {name: why for one in parts for name, why in one.draft.left_out.items()}
    return Draft(
        tuple(places.values()),
        surest.confidence,
        _told(missing),
        readings,
        threshold=surest.threshold,
        left_out=left_out,
    )


def _about(part: Part, places: Sequence[Place], articles: Mapping[str, Article]) -> Sequence[Place]:
    """Return the places that name what the part is about, in order; all where none does.

    Whoever says "I" there is named, too. What only says who wrote an article is none of them.
    """
    if not part.about:
        return places
    able = [
        place for place in places if not is_of_its_author(articles[place.article_id], place.start)
    ]
    naming = [place for place in able if _names(articles[place.article_id], place, part.about)]
    return naming or able


def _names(article: Article, place: Place, name: str) -> bool:
    """Return whether a place names somebody or something, or is what they say as "I"."""
    if holds_words(article.text[place.start : place.end], name):
        return True
    who = who_says_i(article, place.start, place.end)
    return bool(who) and is_same(name, who)


def _told(missing: Sequence[Part]) -> str:
    if not missing:
        return ""
    named = ", ".join(f"“{part.about or part.question}”" for part in missing)
    return f"The articles don’t seem to answer a part of this: {named}."
