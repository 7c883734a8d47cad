"""What says the opposite of what is asked for goes behind what says that: the last tram, no first.

"When did the last tram run?"   "The first tram ran in 1881."     -> "The last one ran in 1953."
"What are its drawbacks?"       "For: strong brakes"              -> "Against: weak on hills"
"How many people work there?"   "In 1890 it employed 112 people." -> and "Today there are nine."

English only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.conversation.leaning import words_of
from rag.datatypes import Article
from rag.questions.asked import NUMBER, asks_for_then, expected_kind, is_of_the_present
from rag.reading.antecedent import overlap
from rag.text import tokenise
from rag.words.months import YEAR
from rag.words.numbers import numbers_in
from rag.words.verbs import base_of

_POLES = (
    ("first", "last"),
    ("first", "final"),
    ("oldest", "newest"),
    ("oldest", "youngest"),
    ("largest", "smallest"),
    ("biggest", "smallest"),
    ("highest", "lowest"),
    ("longest", "shortest"),
    ("fastest", "slowest"),
    ("best", "worst"),
)
_OPPOSITE: dict[str, tuple[str, ...]] = {}
for _one, _other in _POLES:
    _OPPOSITE[_one] = (*_OPPOSITE.get(_one, ()), _other)
    _OPPOSITE[_other] = (*_OPPOSITE.get(_other, ()), _one)
# Of a time these tell which: "last year".
_TIME = (
    r"(?:years?|months?|weeks?|days?|nights?|summer|winter|spring|autumn|fall|season|century|decade"
    r"|time|few|two|three|four|five|ten)"
)
_ASKS_FOR_ONE = re.compile(
    rf"\b(?:the|its|their|his|her|['’]s)\s+(?P<pole>{'|'.join(_OPPOSITE)})\s+(?!{_TIME}\b)"
    r"(?P<what>[a-z]+)\b",
    re.IGNORECASE,
)
_BAD = (
    r"(?:drawbacks?|downsides?|disadvantages?|weakness(?:es)?|weak(?:er)?\s+points?|cons|flaws?"
    r"|shortcomings?|(?:do|did)(?:es)?(?:\s+not|n['’]t)\s+like|dislike[sd]?|bad\s+(?:points|about))"
)
_GOOD = (
    r"(?:advantages?|benefits?|strengths?|strong(?:er)?\s+points?|pros|upsides?|merits?"
    r"|good\s+(?:points|about))"
)
_AGAINST = rf"(?:against|cons?|minus(?:es)?|bad|(?:what\s+)?(?:we|I)\s+{_BAD}|{_BAD})"
_FOR = rf"(?:for|pros?|plus(?:es)?|good|(?:what\s+)?(?:we|I)\s+liked|likes|{_GOOD})"
_SIDES = tuple(
    (
        re.compile(rf"\b{word}\b", re.IGNORECASE),
        re.compile(rf"[^\w\n]*{label}[*_]*\s*:", re.IGNORECASE),
    )
    for word, label in ((_BAD, _AGAINST), (_GOOD, _FOR))
)
_BY_NOW = re.compile(r"\W*(?:today|now|nowadays|these\s+days|at\s+present|currently)\b", re.I)
_ONCE = re.compile(
    rf"\b(?:at\s+(?:its|their|the)\s+(?:height|peak)|once|used\s+to|in\s+(?:the\s+)?{YEAR}s?)\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:now|today|currently|still)\b", re.IGNORECASE)
_PAST_HELP = re.compile(r"\b(?:was|were|did|had|been)(?:n['’]t)?\b", re.IGNORECASE)


def of_the_asked_pole(draft: Draft, question: str, articles: Mapping[str, Article]) -> Draft:
    """Return the draft with what is of the asked pole before what is of the other one.

    `articles` are those of the places, by id.
    """
    if not draft.places or draft.differing or draft.by_date:
        return draft
    places = _of_the_last(draft.places, question, articles)
    places = _of_a_side(places, question, articles)
    return replace(draft, places=_by_now(places, question, articles))


def _of_the_last(
    places: Sequence[Place], question: str, articles: Mapping[str, Article]
) -> tuple[Place, ...]:
    """Return the places, "the last" first where it is asked for and the first one tells the first.

    What goes first instead is of the same article.
    """
    asked = _ASKS_FOR_ONE.search(question)
    if asked is None:
        return tuple(places)
    pole, stems = asked["pole"].lower(), tokenise(asked["what"])
    own = re.compile(rf"\b{pole}\b(?!\s+{_TIME}\b)", re.IGNORECASE)
    others = re.compile(rf"\b(?:{'|'.join(_OPPOSITE[pole])})\s+(?P<what>[a-z]+)", re.IGNORECASE)
    text = _text(places[0], articles)
    is_other = any(tokenise(one["what"]) == stems for one in others.finditer(text))
    if not is_other or own.search(text):
        return tuple(places)
    for place in places[1:]:
        if place.article_id == places[0].article_id and own.search(_text(place, articles)):
            return (place, *(one for one in places if one != place))
    return tuple(places)


def _of_a_side(
    places: Sequence[Place], question: str, articles: Mapping[str, Article]
) -> tuple[Place, ...]:
    """Return the places by the side that is asked for: what is for a thing, or against it.

    The lines of the first one's article that are labelled so go first; what is of the other side
    alone is left out, as long as anything is stated.
    """
    asked = [side for side in _SIDES if side[0].search(question)]
    if len(asked) != 1:
        return tuple(places)
    [(word, label)] = asked
    [(other_word, other_label)] = (side for side in _SIDES if side not in asked)
    article = articles[places[0].article_id]
    labels: dict[str, list[Place]] = {}
    for span in statement_spans(article):
        if found := label.match(article.text, *span):
            labels.setdefault(found[0], []).append(Place(article.id, *span))
    # One line a label: of an article on several things it is not known of which each is.
    lines = [one for own in labels.values() for one in own] if _are_alone(labels) else []
    own: list[Place] = []
    rest: list[Place] = []
    for place in places:
        text = _text(place, articles)
        if word.search(text) or label.match(text):
            own.append(place)
        elif not (other_word.search(text) or other_label.match(text)):
            rest.append(place)
    own = [*lines, *(one for one in own if not any(overlap(one, line) for line in lines))]
    return (*own, *rest)[: max(len(places), 1)] if own else tuple(places)


def _are_alone(labels: Mapping[str, Sequence[Place]]) -> bool:
    return all(len(lines) == 1 for lines in labels.values())


def _by_now(
    places: Sequence[Place], question: str, articles: Mapping[str, Article]
) -> tuple[Place, ...]:
    """Return the places, a number of once with the sentence behind it that tells today's."""
    first, *rest = places
    text = _text(first, articles)
    if (
        expected_kind(question) is not NUMBER
        or not _is_put_in_the_present(question)
        or not _ONCE.search(text)
        or _NOW.search(text)
    ):
        return tuple(places)
    article = articles[first.article_id]
    spans = statement_spans(article)
    behind = next((span for span in spans if span[0] >= first.end), None)
    if behind is None or "\n" in article.text[first.end : behind[0]]:
        return tuple(places)
    told = article.text[slice(*behind)]
    number = next(iter(numbers_in(told)), None) if _BY_NOW.match(told) else None
    if number is None:
        return tuple(places)
    at = behind[0]
    whole = Place(article.id, first.start, behind[1], (at + number.start, at + number.end))
    return (whole, *(one for one in rest if not overlap(one, whole)))


def _is_put_in_the_present(question: str) -> bool:
    """Return whether a question is of how things stand, also by its verb: "how many work there"."""
    if is_of_the_present(question):
        return True
    words = words_of(question)
    at = words.index("many") if "many" in words else len(words)
    verbs = [word for word in words[at + 2 : at + 4] if base_of(word) == word]
    return bool(verbs) and not (_PAST_HELP.search(question) or asks_for_then(question))


def _text(place: Place, articles: Mapping[str, Article]) -> str:
    return articles[place.article_id].text[place.start : place.end]
