"""More passages of an article by or about whom a question names, found without the name.

"Where did Ada Solvang study?", of a portrait of her: most of its passages say "she", and some hold
her name, which tells nothing there. So they are searched for "Where did she study?", too, and the
letters of whoever says "I" in them for "Where did I study?".
"""

from __future__ import annotations

from dataclasses import replace

from rag.retrieve import HybridRetriever, PassageRetriever, Retrieved
from rag.searching.subject import portrayed_named, speaker_named

_MORE_PASSAGES = 4
_MOST_ASKED = 3  # questions that are searched for, too


class OfPersonRetriever:
    """A retriever whose passages are followed by more of the articles of whom a question names.

    These are searched with `hybrid`; only articles are of which a passage was found with the name.
    """

    def __init__(self, inner: PassageRetriever, hybrid: HybridRetriever) -> None:
        self._inner = inner
        self._hybrid = hybrid

    def retrieve(self, question: str, *, k: int) -> Retrieved:
        """Return the best `k` passages, and behind them those that are found without the name."""
        found = self._inner.retrieve(question, k=k)
        named: dict[str, list[str]] = {}
        for article in {one.article.id: one.article for one in found.passages}.values():
            subject = speaker_named(question, article) or portrayed_named(question, article)
            if subject is not None:
                named.setdefault(subject.to_them, []).append(article.id)
        known = {passage.chunk.id for passage in found.passages}
        behind = []
        for asked, names in list(named.items())[:_MOST_ASKED]:
            more = self._hybrid.among(names).retrieve(asked, k=_MORE_PASSAGES)
            behind += [passage for passage in more.passages if passage.chunk.id not in known]
            known |= {passage.chunk.id for passage in behind}
        return replace(found, passages=(*found.passages, *behind)) if behind else found
