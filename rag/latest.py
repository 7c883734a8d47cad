"""What is the latest on a thing? What the newest article about it says, then what older ones say.

    "What's the latest on the quarry?"  ->  two sentences of the newest article about it,
                                            then one of each of the two before it

An article is about a thing where its title holds the words, or two of its sentences do: all of
them, or most of them where no article holds them all. Where none is about it, those with a sentence
that names it are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.coverage import LEAST_SHARE, CoverageAnswerer, telling_idf
from rag.datatypes import Article, DateFilter
from rag.datewise import age, is_allowed
from rag.extract import term_share
from rag.gist import Encode, gist
from rag.store import Generation

_ROUNDING = 1e-9
_LEAST_SENTENCES = 2  # of an article that is about a thing
_MOST_READ = 300  # articles, the newest ones


@dataclass(frozen=True, slots=True)
class _About:
    """An article, the share of a topic's terms in its title, and its sentences with any of them.

    Each of these has its own share of the terms.
    """

    article: Article
    titled: float
    sentences: Sequence[tuple[float, tuple[int, int]]]

    def is_about(self, least: float, count: int) -> bool:
        """Return whether the title holds `least` of the terms, or so many sentences do."""
        held = sum(share >= least for share, _ in self.sentences)
        return self.titled >= least or held >= count


class LatestAnswerer:
    """Answers from the newest articles of a generation that `coverage` finds about a thing."""

    def __init__(
        self, generation: Generation, coverage: CoverageAnswerer, encode: Encode, config: Config
    ) -> None:
        self._generation = generation
        self._coverage = coverage
        self._encode = encode
        self._most = config.most_statements

    def answer(self, topic: str, dates: DateFilter | None = None) -> Draft | None:
        """Return what is newest on `topic`, the newest first; None where no article has a date.

        An article without a date comes after the others. The confidence is the share of the topic's
        terms in the title or the best sentence.
        """
        idf = telling_idf(topic, self._generation)
        named = (one.place.article_id for one in self._coverage.covering(topic))
        covering = [
            article
            for name in named
            if is_allowed(article := self._generation.articles[name], dates)
        ]
        newest = sorted(covering, key=age)[:_MOST_READ]
        found = _most_about([_about(idf, article) for article in newest])
        if not found or found[0].article.published is None:
            return None
        places = self._telling(found[0], most=(self._most + 1) // 2)
        for one in found[1 : 1 + self._most - len(places)]:
            places += self._telling(one, most=1)
        rest = len(found) - len({place.article_id for place in places})
        told = f"{rest:,} older article{'s say' if rest > 1 else ' says'} something about it, too."
        least = "At least " if len(covering) > _MOST_READ else ""
        share = max(max([one.titled, *(share for share, _ in one.sentences)]) for one in found)
        return Draft(tuple(places), share, f"{least}{told}" if rest else "")

    def _telling(self, about: _About, *, most: int) -> list[Place]:
        """Return up to `most` sentences of an article on a thing, in its order.

        Where the title holds the thing, what is told first and what tells the most; else those
        sentences that hold the most of the thing.
        """
        if about.titled >= LEAST_SHARE or not about.sentences:
            ranked = gist(about.article, self._encode)
            spans = list(dict.fromkeys((*sorted(ranked)[:1], *ranked)))
        else:
            spans = [span for _, span in sorted(about.sentences, key=lambda one: -one[0])]
        return [Place(about.article.id, *span) for span in sorted(spans[:most])]


def _about(idf: dict[str, float], article: Article) -> _About:
    shares = (
        (term_share(idf, article.text[start:end], article), (start, end))
        for start, end in statement_spans(article)
    )
    held = [(share, span) for share, span in shares if share]
    return _About(article, term_share(idf, article.title, article), held)


def _most_about(found: Sequence[_About]) -> list[_About]:
    """Return those that are about the thing: all of it, else most of it; or those that name it."""
    whole = 1.0 - _ROUNDING
    for least, count in ((whole, _LEAST_SENTENCES), (LEAST_SHARE, _LEAST_SENTENCES), (whole, 1)):
        if about := [one for one in found if one.is_about(least, count)]:
            return about
    return []
