"""Who does a thing: what names somebody who does it before what names nobody, or who did it once.

    "Who leads the choir?"       "A leaflet of the choir."         -> "It is led by Ana Ruiz."
                                 "Bo Lind led it until May."       -> "Since May she has led it."
    "Who was the last miller?"   "The last miller lives in Orm."   -> and then "Ana Ruiz is 83."

What comes first instead is of the same article and says the very same verb. English only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.conversation.called import people_in
from rag.conversation.leaning import words_of
from rag.datatypes import Article, Passage
from rag.questions.asked import is_of_the_present, telling_terms
from rag.questions.manners import LED
from rag.reading.antecedent import MOST_CHARS, overlap
from rag.searching.subject import portrayed
from rag.text import tokenise
from rag.words.person import are_people
from rag.words.role import is_role
from rag.words.verbs import base_of, third

_WHO_DOES = re.compile(
    rf"(?i:{LED}who\s+(?:(?:has|have|had|now|currently)\s+)?)(?P<does>[a-z]+)\s+\S"
)
_WHO_IS_THE = re.compile(
    r"(?i:who\s+(?:is|was)\s+the\s+)(?:[a-z-]+\s+){0,2}?(?P<what>[a-z]+)(?:\s+(?:of|at|in|for)\b.*)?[\s?.!]*"
)
_HE = re.compile(r"\b(?:[Ss]he|[Hh]e|[Tt]hey|I|[Ww]e)\b")
_HELPS = frozenset("has have is are was were be been".split())
_NOW = frozenset("has have is are".split())
_MOST_BACK = 3  # sentences from "she" back to the name


def naming_somebody(
    draft: Draft, question: str, passages: Sequence[Passage], articles: Mapping[str, Article]
) -> Draft:
    """Return the draft with its first place naming who does what `question` asks for, if any can.

    What goes before that is of the draft, or of the `passages`; `articles` are those of the places.
    """
    if not draft.places or draft.differing or draft.by_date:
        return draft
    if "?" in question.rstrip("?!. "):  # "Who built it? Why?" does not ask who
        return draft
    first = draft.places[0]
    if (whole := _with_who_it_is(first, question, articles)) != first:
        rest = (place for place in draft.places[1:] if not overlap(place, whole))
        return replace(draft, places=(whole, *rest))
    does = _WHO_DOES.match(question)
    verb = base_of(does["does"]) if does else ""
    if does is None or not verb or does["does"] in _HELPS:
        return draft
    of_now = is_of_the_present(question)
    text = _text(first, articles)
    if _does(verb, text, of_now=of_now) or not (_does(verb, text) or _names_nobody(text)):
        return draft
    every = {**articles, **{one.article.id: one.article for one in passages}}
    terms = set(telling_terms(question)) - set(tokenise(does["does"]))
    of_passages = (place for one in passages for place in _places(one))
    for place in (*draft.places[1:], *of_passages):
        told = _text(place, every)
        held = terms & set(tokenise(told))
        if place.article_id != first.article_id or len(held) * 2 < len(terms):
            continue
        if _does(verb, told, of_now=of_now) and (
            named := _with_name(place, every[place.article_id])
        ):
            rest = (one for one in draft.places if not overlap(one, named))
            return replace(draft, places=(named, *rest))
    return draft


def _with_who_it_is(place: Place, question: str, articles: Mapping[str, Article]) -> Place:
    """Return a place that only says what somebody does with the next sentence, if that has a name.

    "Who was the last miller?": "The last miller lives in Orm. Ana Ruiz is 83."
    """
    asked = _WHO_IS_THE.fullmatch(question.strip())
    article = articles[place.article_id]
    text = article.text[place.start : place.end]
    if asked is None or asked["what"] not in words_of(text) or people_in(text):
        return place
    spans = statement_spans(article)
    at = bisect_left(spans, (place.end, place.end))
    if at == len(spans) or "\n\n" in article.text[place.end : spans[at][0]]:
        return place
    start, end = spans[at]
    after = article.text[start:end]
    opens = people_in(after)[:1]
    is_beside = not article.text[place.end : start].strip() and end - place.start <= MOST_CHARS
    return replace(place, end=end) if is_beside and opens and after.startswith(opens[0]) else place


def _does(verb: str, text: str, *, of_now: bool = False) -> bool:
    """Return whether a text has a verb, in any form; `of_now`: in the present, or the perfect.

    >>> _does("lead", "Since May she has led it.", of_now=True)
    True
    >>> _does("lead", "He led it."), _does("lead", "He led it.", of_now=True)
    (True, False)
    """
    words = words_of(text)
    for at, word in enumerate(words):
        if base_of(word) != verb:
            continue
        if not of_now or word in (third(verb), verb) or _NOW & set(words[max(0, at - 3) : at]):
            return True
    return False


def _names_nobody(text: str) -> bool:
    """Return whether a text has no person's name, no word for somebody, and no "she"."""
    words = words_of(text)
    is_of_people = any(is_role(word) or are_people(word) for word in words)
    return not (people_in(text) or is_of_people or _HE.search(text))


def _with_name(place: Place, article: Article) -> Place | None:
    """Return a place that names somebody: from the sentence before that does, where it has "she".

    None where it has neither, or "she" is not whom the article is mostly of.
    """
    text = article.text[place.start : place.end]
    person, word = portrayed(article)
    last = person.rsplit(maxsplit=1)[-1] if person else ""
    if not last or last in text or not re.search(rf"\b{word}\b", text):
        return place if people_in(text) else None
    spans = statement_spans(article)
    at = bisect_left(spans, (place.start, place.start))
    for start, _ in reversed(spans[max(0, at - _MOST_BACK) : at]):
        if place.end - start > MOST_CHARS or "\n\n" in article.text[start : place.start]:
            break
        if last in article.text[start : place.start]:
            return replace(place, start=start)
    return place


def _places(passage: Passage) -> Iterator[Place]:
    """Yield the places of the statements that a passage holds whole."""
    for start, end in statement_spans(passage.article):
        if passage.chunk.start <= start and end <= passage.chunk.end:
            yield Place(passage.article.id, start, end)


def _text(place: Place, articles: Mapping[str, Article]) -> str:
    return articles[place.article_id].text[place.start : place.end]
