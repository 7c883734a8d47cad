"""A sentence for the very case that is asked about goes before the general one beside it.

    "How much rope with two boats astern?"   "Take ten metres of rope."  is for one boat:
    "Where two boats lie astern, take twenty metres."                    goes first

Told by its clause: what this says is asked for, and something of it the general one lacks.
English only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, BlockKind
from rag.statements.said_back import terms_said, words_said
from rag.text import tokenise
from rag.words.verbs import base_of

_CLAUSE = re.compile(
    r"(?:\b(?:where|when|whenever|if|while|once|during|in case of)|\A(?:for|with|in))\s+"
    r"(?P<said>[^,.;:()]{3,80})(?=[,.;:()]|\Z)",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(r"\W*(?:when|where)\b", re.IGNORECASE)
_BESIDE = 2  # sentences before and after the general one that are looked at


def with_qualified(draft: Draft, question: str, articles: Mapping[str, Article]) -> Draft:
    """Return the draft with the sentence for the case that `question` tells before the general one.

    That is one beside it in its paragraph, which says of other things the same as the general one
    or the question. `articles` are those of the places, by id.
    """
    if not draft.places or draft.differing or draft.by_date or _ASKS_WHEN.match(question):
        return draft
    first = draft.places[0]
    asked, article = terms_said(question), articles[first.article_id]
    general = terms_said(article.text[first.start : first.end])
    for place in _beside(first, article):
        text = article.text[place.start : place.end]
        for clause in _CLAUSE.finditer(text):
            case = _case(clause["said"], asked)
            rest = terms_said(text[: clause.start()] + text[clause.end() :])
            if case and case <= asked and case - general and rest & (general | asked) - case:
                others = (other for other in draft.places if other.start != place.start)
                return replace(draft, places=(place, *others))
    return draft


def _beside(place: Place, article: Article) -> list[Place]:
    """Return the sentences beside one in its paragraph, those behind it first, nearest first."""
    block = next((b for b in article.blocks if b.start <= place.start < b.end), None)
    if block is None or block.kind is not BlockKind.PARAGRAPH:
        return []
    spans = [(s, e) for s, e in statement_spans(article) if block.start <= s and e <= block.end]
    behind = [span for span in spans if span[0] >= place.end][:_BESIDE]
    before = [span for span in spans if span[1] <= place.start][-_BESIDE:]
    return [Place(place.article_id, *span) for span in (*behind, *reversed(before))]


def _case(text: str, asked: Collection[str]) -> set[str]:
    """Return the terms of a clause that say something, of its verbs those that are `asked`.

    "With a pump upstream" and "where a pump is fitted upstream" are one case.
    """
    return {
        term
        for word in words_said(text)
        for term in tokenise(word)
        if term in asked or not base_of(word.lower())
    }
