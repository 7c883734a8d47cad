"""Why-questions: a statement that only says the question back gives way to one that gives a cause.

    "Why wasn't the till affected?"   "Affected: the lift, the gate; the till was not affected."
                                   -> "The till kept working because it has a battery."

English words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, Passage
from rag.questions.asked import telling_terms
from rag.questions.manners import LED
from rag.text import tokenise
from rag.words.months import MONTHS, WEEKDAYS

_WHY = re.compile(rf"\W*{LED}(?:why|for what reason|how come)\b", re.IGNORECASE)
# "Since March" tells when.
_TIMES = "|".join((*MONTHS, *WEEKDAYS, "then", "last", "yesterday", "early", "late", r"\d"))
_CAUSE = re.compile(
    rf"\b(?:because|since(?! (?:the )?(?:{_TIMES}))|so that|due to|owing to|thanks to|in order to|"
    r"the reason)\b",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(r"[\w”\"’)]:\s+(?=[a-z])")
# Words by which a sentence may give a cause in another way: "It was shut after a flood."
_MAY_GIVE_ONE = re.compile(
    r"\b(?:after|as|by|for|from|to|with|when|if|which|who|that|so|reasons?|caus(?:e[sd]?|ing)|"
    r"meant|means?|led|lead|hence|therefore|\w+ing)\b|\d",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b\w+n['’]t\b", re.IGNORECASE)


def gives_a_cause(text: str) -> bool:
    """Return whether a sentence says that it gives a cause, or explains itself behind a colon.

    >>> gives_a_cause("It sank because of a rope."), gives_a_cause("It has been shut since March.")
    (True, False)
    >>> gives_a_cause("Leave the gate shut: the goats are clever.")
    True
    """
    return _CAUSE.search(text) is not None or _EXPLAINS.search(text) is not None


def with_cause(
    draft: Draft, question: str, passages: Sequence[Passage], articles: Mapping[str, Article]
) -> Draft:
    """Return the draft with a cause first, where `question` asks why and its first place has none.

    That place holds all that the question says and no word by which it could give a cause. What
    comes before it is of the same article, names the question's subject, and meets half of it; one
    of the draft's places before others of the `passages`. `articles` are those of the places.
    """
    if not draft.places or draft.differing or draft.by_date or not _WHY.match(question):
        return draft
    asked = _NOT.sub(" ", question)
    said = telling_terms(asked)
    first = draft.places[0]
    text = _text(first, articles)
    if not said or not set(said) <= set(tokenise(text)):
        return draft
    if _CAUSE.search(text) or _MAY_GIVE_ONE.search(text):
        return draft
    of_passages = (place for one in passages for place in _places(one))
    every = {**articles, **{one.article.id: one.article for one in passages}}
    for place in (*draft.places[1:], *of_passages):
        told = _text(place, every)
        held = set(said) & set(tokenise(told))
        meets = said[0] in held and len(held) * 2 >= len(set(said))
        if place.article_id == first.article_id and meets and _CAUSE.search(told):
            rest = (one for one in draft.places if one != place)
            return replace(draft, places=(place, *rest))
    return draft


def _places(passage: Passage) -> Iterator[Place]:
    """Yield the places of the statements that a passage holds whole."""
    for start, end in statement_spans(passage.article):
        if passage.chunk.start <= start and end <= passage.chunk.end:
            yield Place(passage.article.id, start, end)


def _text(place: Place, articles: Mapping[str, Article]) -> str:
    return articles[place.article_id].text[place.start : place.end]
