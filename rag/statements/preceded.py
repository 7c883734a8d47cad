"""Who came before: "Who was mayor before Lind?" is answered by what tells of the change of hands.

    "Lind had taken it over from Jan Holt."      Jan Holt
    "Holt was voted out. Mara Lind won."         Holt
    "Her predecessor Jan Holt called it a pity."  Jan Holt, after a sentence about Lind

English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answerer import Draft
from rag.articles.catalogue import Catalogue, terms_of
from rag.changes.succession import Handover, called, handed_over, held_before, leaving_to
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article
from rag.questions.asked import telling_terms
from rag.reading.antecedent import overlap, place_from
from rag.searching.subject import portrayed
from rag.text import tokenise
from rag.words.phrases import names

_MOST_ARTICLES = 20  # that are read, the newest ones with the name
_LEAST_HELD = 0.5  # of what is asked of, in an article that speaks of it
_WHO = re.compile(r"\bwho(?:['’]s|m|se)?\b|\bpredecessor\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"\b(?:before|prior\s+to|ahead\s+of|(?P<as>predecessor\s+(?:of|to)|preceded))\s+(?:the\s+)?"
    r"(?:[a-z]+\s+)?$",
    re.IGNORECASE,
)
# "Who spoke before Lind?" asks of no office and of no thing that changed hands.
_HOLDS = re.compile(
    r"\b(?:c[ao]me\s*\Z|(?:ha[sd]|have)\s+(?:the|it|this|that|her|his|their|charge|been)\b"
    r"|look\w*\s+after\b|did\s+(?:the|it|this|that|her|his|their)\b|taught\b|wore\b"
    r"|(?:h[eo]ld|r[au]n|led|lead|s[ai]t|kept|keep|own|head|chair|manag|coach|captain|skipper"
    r"|direct|edit|govern|rul|reign|serv|occup|train|teach|play|work)(?:e|e?s|e?d|y|ie[sd]|n?ing)?\b"
    # "was mayor", "was in charge", but not "was at the meeting", "was asked", "was singing"
    r"|(?:(?:who|it)['’]s|is|are|was|were|been)(?!\s+(?:here|there|(?!elect|appoint|hir|nam)[a-z]+(?:ed"
    r"|ing)\b|(?:at|in|on)\s+(?!(?:the\s+)?(?:charge|office|power|post|head|helm|top|chair|job"
    r"|throne|board|council|seat)\b)))\b)",
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
        before = _BEFORE.search(question, 0, start)
        is_held = before and (before["as"] or _HOLDS.search(question, 0, before.start()))
        if is_held or _BEHIND.match(question, end):
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
    if not called(later):
        return None
    own = set(tokenise(later))
    terms = set(telling_terms(question)) - own
    named = {term for span in names(question) for term in tokenise(question[slice(*span)])}
    about = frozenset((named - own) or terms)
    found: list[_Told] = []
    left: dict[str, None] = {}
    for article, spans, sentences in _of(called(later), about, articles):
        over = held_before(sentences, later, about)
        if over is not None and _is_of(terms, article, sentences, later, over):
            place = place_from(article, spans, over.first, over.last, over.who)
            said = article.text[place.start : place.end]
            found.append(_Told(place, len(terms & set(tokenise(said)))))
        left |= dict.fromkeys(leaving_to(sentences, later, about))
    if best := max(found, key=lambda one: one.held, default=None):
        return best.place
    return next(filter(None, (_left(who, about, terms, articles) for who in left)), None)


def _left(who: str, about: frozenset[str], terms: set[str], articles: Catalogue) -> Place | None:
    """Return what tells that somebody left what was taken up later, if any article surely does."""
    for article, spans, sentences in _of(called(who), about, articles):
        over = handed_over(sentences, who, about)
        if over is None or not over.is_surely or over.who:
            continue
        if _is_of(terms, article, sentences, who, over):
            return place_from(article, spans, over.first, over.last, who)
    return None


def _is_of(
    terms: set[str], article: Article, sentences: Sequence[str], who: str, over: Handover
) -> bool:
    """Return whether what changed hands is what is asked of, as far as `terms` tell of that.

    One of them stands in the title, in a sentence that names `who`, in what tells of the change, or
    right before that.
    """
    is_named = re.compile(rf"\b{re.escape(called(who))}\b")
    near = sentences[max(0, over.first - 1) : over.last + 1]
    said = [article.title, *filter(is_named.search, sentences), *near]
    return not terms or not terms.isdisjoint(tokenise("\n".join(said)))


def _of(
    name: str, about: frozenset[str], articles: Catalogue
) -> Iterator[tuple[Article, list[tuple[int, int]], list[str]]]:
    """Yield the articles in English with a name that speak of what is asked, and their sentences.

    The newest first, undated ones last; with the name for whoever an article portrays by it.
    """
    holding = set(articles.may_hold(name.rsplit(maxsplit=1)[-1]))
    in_order = (*reversed(articles.oldest_first), *articles.undated)
    ids = [each for each in in_order if each in holding]
    for article in (articles[each] for each in ids[:_MOST_ARTICLES]):
        if article.language == "en" and len(about & terms_of(article)) >= _LEAST_HELD * len(about):
            spans = statement_spans(article)
            said = [article.text[start:end] for start, end in spans]
            who, pronoun = portrayed(article)
            if name in who.split():  # "She follows Jan Holt", in a portrait of hers
                said = [re.sub(rf"^{pronoun}\b", name, one, flags=re.I) for one in said]
            yield article, spans, said
