"""A conversation stays on its articles: what leans on them is not answered from a stranger's.

    "How long has Ana Ruiz been a nurse?", "What's her salary?"

Another article may tell what somebody else was paid. Who asks means hers: where her article, and
those that tell of the same people, say nothing of it, the question is declined. What has a word of
its own that these lack and another article has is a change of topic, and is answered from that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from rag.answerer import Draft
from rag.articles.catalogue import terms_of
from rag.articles.kept import kept_by_article
from rag.cite import Place
from rag.conversation.leaning import opened
from rag.conversation.pronouns import unresolved
from rag.datatypes import Article
from rag.reading.declining import not_said
from rag.searching.cited_before import leans_by_a_word, names_nothing_itself
from rag.text import tokenise
from rag.words.person import looks_like_a_person
from rag.words.phrases import names

# Articles that name so many of the same people tell of one story.
_KIN = 2
# What an article is or who made it, with nothing said of which: "the study", "the author".
_OF_THE_ARTICLE = re.compile(
    r"\bthe\s+(?:authors?|writers?|reviewers?|researchers|study|trial|survey|experiment|paper)\b"
    r"(?!\s+(?:of|on|about|by|at|in|from|with|that|who|which)\b|['’-])",
    re.IGNORECASE,
)
# What only something else has, with nothing said of what: "How much is the ticket?"
_OF_SOMETHING = re.compile(
    r"\b(?:is|are|was|were)\s+the\s+(?:tickets?|fares?|prices?|fees?|entry|entrance|admission|rent|deposit|toll)"
    r"(?=\W*$)",
    re.IGNORECASE,
)


def staying(
    draft: Draft, own: str, terms: Collection[str], before: Collection[str],
    articles: Mapping[str, Article], *, typed: str = "",
) -> Draft:  # fmt: skip
    """Return the draft for a message after answers that cited the articles `before`.

    `own` is the message, with what its pronouns were found to mean, and `terms` are those of its
    that tell something. Where it names nothing, what other articles say is left out if these say
    anything; it is declined where these say nothing and it leans on them, in the words that were
    `typed` or in its own: "their" leans, which was found to be "children’s".
    """
    if not before or not draft.places or draft.by_date or not names_nothing_itself(own):
        return draft
    is_home = _home(before, articles)
    home = tuple(place for place in draft.places if is_home(place))
    if is_home(draft.places[0]):
        return draft if draft.differing else replace(draft, places=home)
    leans, strictly = leaning_on(own)
    leans |= not home and any(leaning_on(typed))
    is_new = _has_a_new_word(terms, draft.places[0], before, articles)
    of_something = not home and _OF_SOMETHING.search(own) is not None
    if not home and not is_new and terms and not (set(terms) & _terms(draft.places[0], articles)):
        leans = True
    if strictly or of_something or (leans and not is_new):
        return replace(
            draft, places=(), confidence=0.0, differing=(), left_out={}, reason=not_said(own)
        )
    return replace(draft, places=home, differing=()) if home and not is_new else draft


def still_staying(
    draft: Draft, newer: Draft, own: str, before: Collection[str], articles: Mapping[str, Article]
) -> Draft:
    """Return `newer`, a draft with more places; `draft` where these leave what was spoken of.

    That is where `draft` is all of the articles `before` or of their story, and `own` names
    nothing.
    """
    if not before or not draft.places or not names_nothing_itself(own):
        return newer
    is_home = _home(before, articles)
    stays = all(map(is_home, draft.places)) and not all(map(is_home, newer.places))
    return draft if stays else newer


def leaning_on(own: str) -> tuple[bool, bool]:
    """Return whether a message leans on what was spoken of, and whether on that alone.

    >>> leaning_on("What is her salary?"), leaning_on("How did it end?"), leaning_on("Who won?")
    ((True, True), (True, False), (False, False))
    """
    core, *_ = opened(own)
    pronouns = unresolved(core)
    strictly = any(one.person for one in pronouns) or _OF_THE_ARTICLE.search(core) is not None
    return strictly or bool(pronouns) or leans_by_a_word(own), strictly


def _home(before: Collection[str], articles: Mapping[str, Article]) -> Callable[[Place], bool]:
    """Return what tells of a place whether it is of the articles `before`, or of their story."""
    people = [_people_of(articles[name]) for name in before if name in articles]

    def is_home(place: Place) -> bool:
        if place.article_id in before:
            return True
        own = _people_of(articles[place.article_id])
        return any(len(own & others) >= _KIN for others in people)

    return is_home


def _has_a_new_word(
    terms: Collection[str], place: Place, before: Collection[str], articles: Mapping[str, Article]
) -> bool:
    """Return whether the article of a place holds a term that none of those `before` does."""
    known = frozenset[str]().union(*(terms_of(articles[b]) for b in before if b in articles))
    return not (set(terms) & terms_of(articles[place.article_id])) <= known


def _terms(place: Place, articles: Mapping[str, Article]) -> set[str]:
    article = articles[place.article_id]
    return set(tokenise(article.text[place.start : place.end], article.language))


@kept_by_article
def _people_of(article: Article) -> frozenset[str]:
    """Return the full names of people in an article."""
    found = (article.text[start:end] for start, end in names(article.text))
    return frozenset(filter(looks_like_a_person, found))
