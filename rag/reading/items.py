"""The items of a list by the words that they hold, however many there are."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence

from rag.datatypes import Article
from rag.text import tokenise

Span = tuple[int, int]


class Items:
    """The items of a list of an article, each read once: asked of again and again, it is kept.

    >>> article = Article("a", "A", "a red one, a blue one", "a.txt")
    >>> items = Items(article, [(0, 9), (11, 21)])
    >>> items.holding(["blue"]), items.holding(["one"]) == items.spans, items.differ_in(["one"])
    ([(11, 21)], True, False)
    """

    def __init__(self, article: Article, spans: Sequence[Span]) -> None:
        self.spans = list(spans)
        self._rows: dict[str, array[int]] = {}
        for row, (start, end) in enumerate(self.spans):
            for term in set(tokenise(article.text[start:end], article.language)):
                self._rows.setdefault(term, array("i")).append(row)

    def holding(self, terms: Collection[str]) -> list[Span]:
        """Return the items that hold all the terms, in order; all of them for none."""
        rows = set(range(len(self.spans)))
        for term in terms:
            rows.intersection_update(self._rows.get(term, ()))
        return [self.spans[row] for row in sorted(rows)]

    def differ_in(self, terms: Collection[str]) -> bool:
        """Return whether one of the terms is in some of the items and not in others."""
        return any(0 < len(self._rows.get(term, ())) < len(self.spans) for term in terms)
