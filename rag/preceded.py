"""Who came before: "Who was mayor before Lind?" is answered by what tells of the change of hands.

    "Lind had taken it over from Jan Holt."      Jan Holt
    "Holt was voted out. Mara Lind won."         Holt
    "Her predecessor Jan Holt called it a pity."  Jan Holt, after a sentence about Lind

English only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.answerer import Draft
from rag.antecedent import overlap, place_from
from rag.asked import telling_terms
from rag.catalogue import Catalogue, terms_of
from rag.chunk import statement_spans
from rag.cite import Place
from rag.phrases import names
from rag.succession import called, held_before
from rag.text import tokenise

_MOST_ARTICLES = 20  # that are read, the newest ones with the name
_LEAST_HELD = 0.5  # of what is asked of, in an article that speaks of it
_WHO = re.compile(r"\bwho(?:['’]s|m|se)?\b|\bpredecessor\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?:before|prior\s+to|ahead\s+of|predecessor\s+(?:of|to)|preceded)\s+(?:the\s+)?"
    r"(?:[a-z]+\s+)?$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"['’]s?\s+(?:(?:immediate|direct)\s+)?predecessor\b"
    r"|\s+(?:take\s+(?:it\s+)?over\s+from|succeed|replace)\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Told:
    place: Place
    held: int  # of the question's terms


def later_holder(question: str) -> str:
    """Return before whom it is asked who held an office or a thing, "" of any other question.

    >>> later_holder("Who was mayor of Orrel before Mara Lind?"), later_holder("Who was mayor?")
    ('Mara Lind', '')
    """
    if not _WHO.search(question):
        return ""
    for start, end in names(question):
        if _BEFORE.search(question, 0, start) or _BEHIND.match(question, end):
            return question[start:end]
    return ""


def with_earlier(draft: Draft, question: str, articles: Catalogue, *, most: int) -> Draft:
    """Return the draft with what tells who came before first, where that is asked.

    That answers a question that was declined, too: it names whoever came after. As many places as
    before are stated, or `most`.
    """
    told = _told(question, articles)
    if told is None:
        return draft
    rest = [place for place in draft.places if not overlap(place, told)]
    places = (told, *rest)[: max(most, len(draft.places))]
    sure = max(draft.confidence, draft.threshold or 0.0)
    reason = draft.reason if draft.places else ""
    return replace(draft, places=places, confidence=sure, reason=reason, differing=())


def _told(question: str, articles: Catalogue) -> Place | None:
    """Return the sentences that tell who came before the one who is asked about."""
    later = later_holder(question)
    name = called(later)
    if not name:
        return None
    own = set(tokenise(later))
    terms = set(telling_terms(question)) - own
    named = {term for span in names(question) for term in tokenise(question[slice(*span)])}
    about = (named - own) or terms
    holding = set(articles.may_hold(name.split()[-1]))
    ids = [each for each in reversed(articles.oldest_first) if each in holding]
    found: list[_Told] = []
    for article in (articles[each] for each in ids[:_MOST_ARTICLES]):
        if article.language != "en":
            continue
        if len(about & terms_of(article)) < _LEAST_HELD * len(about):
            continue
        spans = statement_spans(article)
        sentences = [article.text[start:end] for start, end in spans]
        over = held_before(sentences, later, about)
        if over is not None:
            place = place_from(article, spans, over.first, over.last, over.who)
            said = article.text[place.start : place.end]
            found.append(_Told(place, len(terms & set(tokenise(said)))))
    best = max(found, key=lambda one: one.held, default=None)
    return best.place if best else None
