"""What is the latest on a thing? What the newest article about it says, then what older ones say.

    "What's the latest on the quarry?"  ->  two sentences of the newest article about it,
                                            then one of each of the two before it

An article is about a thing where its title or its opening holds most of the words, or where two of
its sentences do. Of one in which the thing is named further below, those sentences are taken.
Where no article is about it, those with a sentence that names all of it are.
"""

from __future__ import annotations

from itertools import islice

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.coverage import LEAST_SHARE, CoverageAnswerer, Covered, telling_idf
from rag.datatypes import Article, DateFilter
from rag.datewise import age, is_allowed
from rag.extract import term_share
from rag.gist import Encode, gist
from rag.store import Generation
from rag.text import tokenise

_OPENING = 2  # statements of an article
_ROUNDING = 1e-9
_LEAST_SENTENCES = 2  # about a thing, of an article that is about it


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
        terms in the best sentence.
        """
        idf = telling_idf(topic, self._generation)
        covering = [
            (article, one)
            for one in self._coverage.covering(topic)
            if is_allowed(article := self._generation.articles[one.place.article_id], dates)
        ]
        found = [
            (article, one)
            for article, one in covering
            if one.sentences >= _LEAST_SENTENCES
            or term_share(idf, _opening(article), article) >= LEAST_SHARE
        ] or [each for each in covering if each[1].share >= 1.0 - _ROUNDING]
        found.sort(key=lambda each: age(each[0]))
        if not found or found[0][0].published is None:
            return None
        places = self._telling(idf, *found[0], most=(self._most + 1) // 2)
        for article, one in found[1 : 1 + self._most - len(places)]:
            places += self._telling(idf, article, one, most=1)
        rest = len(found) - len({place.article_id for place in places})
        told = f"{rest:,} older article{'s say' if rest > 1 else ' says'} something about it, too."
        share = max(LEAST_SHARE, *(one.share for _, one in found))
        return Draft(tuple(places), share, told if rest else "")

    def _telling(
        self, idf: dict[str, float], article: Article, covered: Covered, *, most: int
    ) -> list[Place]:
        """Return up to `most` sentences of an article on a thing, in its order.

        Those that hold what its title and opening do not hold of the thing, where some do.
        """
        opening = _opening(article)
        below = idf.keys() - set(tokenise(opening, article.language))
        held = [
            span
            for span in statement_spans(article)
            if not below.isdisjoint(tokenise(article.text[slice(*span)], article.language))
        ]
        if held:
            spans = held[:most]
        elif term_share(idf, opening, article) < LEAST_SHARE:
            return [covered.place]
        else:
            spans = sorted(gist(article, self._encode)[:most])
        return [Place(article.id, *span) for span in spans]


def _opening(article: Article) -> str:
    """Return the title and the first sentences of an article."""
    spans = islice(statement_spans(article), _OPENING)
    return "\n".join((article.title, *(article.text[start:end] for start, end in spans)))
