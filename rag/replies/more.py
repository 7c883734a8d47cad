"""A message that asks for more is not answered with what was told just before.

"Tell me more about that."   -> the rest of the paragraph, what else is told of what was named,
                                how the article goes on
"What else did she say?"     -> what else she said, or that there is no more
"Why though?"                -> what stands beside what was told, where that has no cause
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place, stated
from rag.conversation.leaning import asks_for_others, asks_only_why, asks_to_go_on
from rag.conversation.turns import MOST_TURNS, statements_of
from rag.datatypes import Article, Message, Passage
from rag.reading.antecedent import Sentences
from rag.statements.causes import gives_a_cause
from rag.text import holds_words
from rag.words.phrases import names

MOST_MORE = 3  # sentences
MORE = "This is what else the articles say there."
NO_MORE = "Nothing was found on this beside what was told before."


def with_more(
    draft: Draft,
    message: str,
    question: str,
    history: Sequence[Message],
    articles: Mapping[str, Article],
    passages: Sequence[Passage],
    sentences: Sentences,
) -> Draft:
    """Return the draft as it stands, unless `message` asks for more than `history` has told.

    `question` is what it means, and `passages` were found for that; `sentences` gives the (start,
    end) in the article of the statements of one. The draft is then without the places whose texts
    stand in answers before: where it is to go on, what else is told beside these; a decline where
    nothing is left. So it is where only "Why?" is asked and all of it was told, with no cause.
    """
    for_others = asks_for_others(message) or asks_for_others(question)
    only_why = asks_only_why(message)
    goes_on = (asks_to_go_on(message) or only_why) and not for_others
    if not history or not (goes_on or for_others):
        return draft
    is_told = told_in(history[-2 * MOST_TURNS :], articles)
    known = [place for place in draft.places if is_told(place)]
    if not known:
        return draft
    if only_why and (len(known) < len(draft.places) or _is_cause(known[0], articles)):
        return draft
    if goes_on:
        named = _naming(question, passages, sentences)
        more = dict.fromkeys(_beside(known, articles, named))
        if rest := tuple(place for place in more if not is_told(place))[:MOST_MORE]:
            return replace(draft, places=rest, differing=(), reason=MORE)
    new = tuple(place for place in draft.places if place not in known)
    kept = tuple(claim for claim in draft.differing if claim.place in new)
    differing = kept if len(kept) > 1 else ()
    if not new:
        return replace(draft, places=(), differing=(), confidence=0.0, reason=NO_MORE)
    return replace(draft, places=new, differing=differing)


def _is_cause(place: Place, articles: Mapping[str, Article]) -> bool:
    return gives_a_cause(stated(place, articles[place.article_id]))


def told_in(history: Sequence[Message], articles: Mapping[str, Article]) -> Callable[[Place], bool]:
    """Return what tells of a place whether its text stands in an answer of `history`.

    What a declined one came nearest to was not told.
    """
    told = " ".join(
        word
        for turn in history
        if turn.get("role") == "assistant"
        for word in statements_of(turn["content"]).split()
    )
    return lambda place: " ".join(stated(place, articles[place.article_id]).split()) in told


def _beside(
    known: Sequence[Place], articles: Mapping[str, Article], named: Sequence[Place]
) -> Iterator[Place]:
    """Yield the rest of the paragraphs of the `known` places, `named`, and what follows further."""
    after: list[Place] = []
    for name in dict.fromkeys(place.article_id for place in known):
        last = max(place.end for place in known if place.article_id == name)
        end = next((block.end for block in articles[name].blocks if last <= block.end), last)
        statements = statement_spans(articles[name])
        following = [Place(name, *span) for span in statements if span[0] >= last]
        yield from (place for place in following if place.end <= end)
        after += following
    yield from named
    yield from after


def _naming(question: str, passages: Sequence[Passage], sentences: Sentences) -> list[Place]:
    """Return the sentences of the passages that hold a name of `question`."""
    asked = [question[slice(*name)] for name in names(question)]
    return [
        Place(passage.article.id, start, end)
        for passage in passages
        for start, end in sentences(passage)
        if any(holds_words(passage.article.text[start:end], name) for name in asked)
    ]
