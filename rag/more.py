"""A message that asks for more is not answered with what was told just before.

"Tell me more about that."   -> how the article goes on
"What else did she say?"     -> what else she said, or that there is no more
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, Message
from rag.followup import MOST_TURNS
from rag.leaning import asks_for_others, asks_to_go_on

MOST_FOLLOWING = 3  # sentences of the article after what was told
GOES_ON = "This is how the article goes on."
NO_MORE = "The articles say no more on this than was told before."


def with_more(
    draft: Draft, message: str, history: Sequence[Message], articles: Mapping[str, Article]
) -> Draft:
    """Return the draft as it stands, unless `message` asks for more than `history` has told.

    Then it is without the places whose texts stand in answers before: where it is to go on, what
    follows these in the article; a decline where nothing is left.
    """
    goes_on = asks_to_go_on(message)
    if not history or not (goes_on or asks_for_others(message)):
        return draft
    told = " ".join(
        word
        for turn in history[-2 * MOST_TURNS :]
        if turn.get("role") == "assistant"
        for word in turn["content"].split()
    )

    def is_told(place: Place) -> bool:
        text = articles[place.article_id].text[place.start : place.end]
        return " ".join(text.split()) in told

    known = [place for place in draft.places if is_told(place)]
    if not known:
        return draft
    if goes_on and (following := _following(known, articles, is_told)):
        return replace(draft, places=following, differing=(), reason=GOES_ON)
    new = tuple(place for place in draft.places if place not in known)
    kept = tuple(claim for claim in draft.differing if claim.place in new)
    differing = kept if len(kept) > 1 else ()
    if not new:
        return replace(draft, places=(), differing=(), confidence=0.0, reason=NO_MORE)
    return replace(draft, places=new, differing=differing)


def _following(
    known: Sequence[Place], articles: Mapping[str, Article], is_told: Callable[[Place], bool]
) -> tuple[Place, ...]:
    """Return the sentences after the last of the `known` in the first article that goes on."""
    for name in dict.fromkeys(place.article_id for place in known):
        last = max(place.end for place in known if place.article_id == name)
        places = (Place(name, *span) for span in statement_spans(articles[name]))
        if new := [place for place in places if place.start >= last and not is_told(place)]:
            return tuple(new[:MOST_FOLLOWING])
    return ()
