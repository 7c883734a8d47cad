"""A message that asks for more is not answered with what was told just before.

"Tell me more about that."   -> how the article goes on
"What else did she say?"     -> what else she said, or that there is no more
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, Message
from rag.followup import MOST_TURNS
from rag.leaning import asks_for_others, asks_to_go_on
from rag.phrases import names
from rag.retrieve import Retrieved
from rag.text import holds_words

MOST_MORE = 3  # sentences
MORE = "This is what else the articles say there."
NO_MORE = "The articles say no more on this than was told before."


def with_more(
    draft: Draft,
    message: str,
    question: str,
    history: Sequence[Message],
    articles: Mapping[str, Article],
    found: Retrieved,
) -> Draft:
    """Return the draft as it stands, unless `message` asks for more than `history` has told.

    `question` is what it means, and `found` was found for that. The draft is then without the
    places whose texts stand in answers before: where it is to go on, what else is told beside
    these; a decline where nothing is left.
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
    if goes_on:
        more = dict.fromkeys(_beside(known, articles, question, found))
        if rest := tuple(place for place in more if not is_told(place))[:MOST_MORE]:
            return replace(draft, places=rest, differing=(), reason=MORE)
    new = tuple(place for place in draft.places if place not in known)
    kept = tuple(claim for claim in draft.differing if claim.place in new)
    differing = kept if len(kept) > 1 else ()
    if not new:
        return replace(draft, places=(), differing=(), confidence=0.0, reason=NO_MORE)
    return replace(draft, places=new, differing=differing)


def _beside(
    known: Sequence[Place], articles: Mapping[str, Article], question: str, found: Retrieved
) -> Iterator[Place]:
    """Yield what stands beside the `known` places: in their paragraphs, of their names, after them.

    The names are those of `question`, in the passages that were found for it.
    """
    after: list[Place] = []
    for name in dict.fromkeys(place.article_id for place in known):
        last = max(place.end for place in known if place.article_id == name)
        end = next((block.end for block in articles[name].blocks if last <= block.end), last)
        statements = statement_spans(articles[name])
        following = [Place(name, *span) for span in statements if span[0] >= last]
        yield from (place for place in following if place.end <= end)
        after += following
    asked = [question[slice(*name)] for name in names(question)]
    for passage in found.passages:
        text, chunk = passage.article.text, passage.chunk
        for start, end in statement_spans(passage.article):
            inside = chunk.start <= start and end <= chunk.end
            if inside and any(holds_words(text[start:end], name) for name in asked):
                yield Place(passage.article.id, start, end)
    yield from after
