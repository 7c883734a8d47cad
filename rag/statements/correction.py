"""What an article takes back: "we wrote that ...", and the sentence with what is right.

    "We wrote that 1,900 people cross. That number is wrong. The right one is 1,190."

The three are stated together, before all else; who states the 1,900 elsewhere is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answerer import Draft
from rag.articles.kept import kept_by_article
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, Passage
from rag.reading.antecedent import holds
from rag.text import content_terms, holds_words

_VERSION = (
    r"(?:this\s+(?:newspaper|paper|magazine|site|article|report|story|page)"
    r"|(?:an?|the|our)\s+(?:earlier|previous|original|first|printed)\s+"
    r"(?:version|report|article|story|edition)(?:\s+of\s+(?:this|the|our)\s+\w+)?"
    r"|our\s+(?:report|article|story|piece)(?:\s+of\s+[^,.]{1,40})?)"
)
_WROTE = re.compile(
    r"\b(?:we\s+(?:(?!not\b|never\b)\w+\s+){0,2}(?:wrote|reported|stated|printed|published)"
    r"|we\s+(?:wrongly|incorrectly|mistakenly)\s+\w+|we\s+misstated"
    rf"|{_VERSION}\s+(?:(?!not\b|never\b)\w+\s+){{0,2}}"
    r"(?:wrote|reported|said|stated|gave|printed|claimed|misstated|misspelled|named))\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\b(?:wrote|reported|stated)\b[^.;]{0,40}?\bthat\b", re.IGNORECASE)
_WRONG = re.compile(
    r"\b(?:is|was|are|were)\s+(?:\w+\s+)?(?:wrong|incorrect|mistaken|untrue|false|not\s+true)\b"
    r"|\b(?:wrongly|incorrectly|mistakenly|erroneously|in\s+error|misstated|misspelled)\b",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"\b(?:right|correct|true|actual|real)\s+(?:one|figure|number|name|date|value|spelling|amount|"
    r"price|total|time|answer|sum|year|distance|height|length)\s+(?:is|was)\b"
    r"|\bshould\s+have\s+(?:read|said|been|given|named)\b|\bin\s+fact\b|,\s+(?:and\s+)?not\s+\w",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d|(?<![\w.,])\d(?!\w)")
_DAY = re.compile(
    r"\b\d{1,2}\s+[A-Z][a-z]{2,8}(?:\s+\d{4})?|\b[A-Z][a-z]{2,8}\s+\d{1,2}(?:,\s+\d{4})?\b"
    r"|\b(?:in|since|until|of)\s+(?:[A-Z][a-z]{2,8}\s+)?\d{4}\b"
)
_FOLLOW = 2  # sentences, behind the one that tells what was written
_LEAST_ALIKE = 0.3  # of what was written, by its words, in who states it elsewhere
_MOST_CHARS = 600


@dataclass(frozen=True, slots=True)
class Correction:
    """What stands in an article from "we wrote" to what is right; `wrote` is the first sentence.

    `right` is the rest, and `withdraws` says that it calls what was written wrong.
    """

    place: Place
    wrote: str
    right: str
    withdraws: bool

    def takes_back(self, value: str) -> bool:
        """Return whether a value was written, and is not what is right.

        The number of a day is none: "in our report of 12 March".
        """
        is_number = _NUMBER.fullmatch(value) is not None
        wrote = _DAY.sub(" ", self.wrote) if is_number else self.wrote
        return self.withdraws and holds_words(wrote, value) and not holds_words(self.right, value)


@kept_by_article
def corrections_in(article: Article) -> tuple[Correction, ...]:
    """Return what an article in English takes back, in order."""
    if article.language != "en" or not _WROTE.search(article.text):
        return ()
    return tuple(_corrections(article))


def _corrections(article: Article) -> Iterator[Correction]:
    spans, text = statement_spans(article), article.text
    for at, (start, end) in enumerate(spans):
        if not _WROTE.search(text, start, end):
            continue
        last, withdraws = at, _WRONG.search(text, start, end) is not None
        for below in range(at + 1, min(at + 1 + _FOLLOW, len(spans))):
            if text[spans[below - 1][1] : spans[below][0]].strip(" "):  # another paragraph
                break
            if spans[below][1] - start > _MOST_CHARS:
                break
            is_right = _RIGHT.search(text, *spans[below]) is not None
            is_wrong = _WRONG.search(text, *spans[below]) is not None
            if is_right or is_wrong or below == at + 1:
                last, withdraws = below, withdraws or is_right or is_wrong
            if is_right:
                break
        if not (withdraws or _THAT.search(text, start, end)):
            continue
        place = Place(article.id, start, spans[last][1])
        yield Correction(place, text[start:end], text[end : spans[last][1]], withdraws)


def with_corrections(draft: Draft, passages: Sequence[Passage]) -> Draft:
    """Return the draft with each correction that is stated in part stated whole.

    A statement with a value that an article of the `passages` takes back is left out, and the
    correction stands first.
    """
    articles = {passage.article.id: passage.article for passage in passages}
    found = [one for article in articles.values() for one in corrections_in(article)]
    if not found or not draft.places:
        return draft
    first: list[Place] = []
    places: list[Place] = []
    for place in draft.places:
        article = articles.get(place.article_id)
        own = next((one for one in found if holds(one.place, place)), None)
        back = None
        if own is None and article is not None:
            back = next((one for one in found if _is_taken_back(place, article, one)), None)
        if back is not None:
            first.append(back.place)
        else:
            places.append(place if own is None else own.place)
    stated = tuple(dict.fromkeys((*first, *places)))
    if stated == draft.places:
        return draft
    claims = tuple(claim for claim in draft.differing if claim.place in stated)
    return replace(draft, places=stated, differing=claims if len(claims) > 1 else ())


def _is_taken_back(place: Place, article: Article, correction: Correction) -> bool:
    """Return whether a statement gives what the correction takes back, of the same thing."""
    text = article.text[place.start : place.end]
    value = [article.text[slice(*place.highlight)]] if place.highlight else []
    if not any(map(correction.takes_back, [*value, *_NUMBER.findall(_DAY.sub(" ", text))])):
        return False
    wrote = set(content_terms(correction.wrote, article.language))
    shared = wrote & set(content_terms(text, article.language))
    return len(shared) >= max(2, _LEAST_ALIKE * len(wrote))
