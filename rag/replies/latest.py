"""What is the latest on a thing? What the newest article about it says, then what older ones say.

    "What's the latest on the quarry?"  ->  two sentences of the newest article about it,
                                            then one of each of the two before it

An article is about a thing where its title holds the words, or two of its sentences do: all of
them, or most of them where no article holds them all. Where none is about it, those with a sentence
that names it are taken; and so is what is newer than those that are about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.datatypes import Article, DateFilter
from rag.replies.coverage import LEAST_SHARE, CoverageAnswerer, telling_idf
from rag.replies.gist import Encode, gist
from rag.searching.datewise import age, is_allowed
from rag.store import Generation
from rag.words.terms import term_share

_WHOLE = 1.0 - 1e-9
_LEAST_SENTENCES = 2  # of an article that is about a thing
_LEAST_NAMING = 2  # sentences, of one whose title holds most of it
_MOST_READ = 300  # articles, the newest ones


class _Sentence(NamedTuple):
    """A sentence with any of a topic's terms: the share of them in it, and with the title."""

    share: float
    titled: float
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _About:
    """An article, the share of a topic's terms in its title, and its sentences with any of them."""

    article: Article
    titled: float
    sentences: Sequence[_Sentence]

    def is_about(self, least: float, count: int) -> bool:
        """Return whether the title holds `least` of the terms, or so many sentences do."""
        held = sum(one.share >= least for one in self.sentences)
        return self.titled >= least or held >= count

    @property
    def naming(self) -> int:
        """How many of the sentences hold, with the title, all of the terms."""
        return sum(one.titled >= _WHOLE for one in self.sentences)

    def naming_alone(self) -> _About:
        """Return the same with those sentences alone."""
        return replace(self, sentences=[one for one in self.sentences if one.titled >= _WHOLE])

    @property
    def is_all_of_it(self) -> bool:
        """Whether what the article tells first is of the thing.

        Its title holds that, or most of it, and the first sentence something or no other one all.
        """
        if not self.sentences:
            return True
        most = self.titled >= LEAST_SHARE and self.naming >= _LEAST_NAMING
        opens = next(iter(statement_spans(self.article))) == self.sentences[0].span
        elsewhere = any(one.share >= _WHOLE for one in self.sentences)
        return (self.titled >= _WHOLE or most) and (opens or not elsewhere)


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
        newest = [_about(idf, each) for each in sorted(covering, key=age)[:_MOST_READ]]
        found = _most_about(newest)
        if found:  # what is newer, and names the thing only, is the latest of it all the same
            newer = newest[: newest.index(found[0])]
            naming = (one.naming_alone() for one in newer if one.naming)
            found = [*islice(naming, 1), *found]
        if not found or found[0].article.published is None:
            return None
        places = self._telling(found[0], most=(self._most + 1) // 2)
        for one in found[1 : 1 + self._most - len(places)]:
            places += self._telling(one, most=1)
        rest = len(found) - len({place.article_id for place in places})
        told = f"{rest:,} older article{'s say' if rest > 1 else ' says'} something about it, too."
        least = "At least " if len(covering) > _MOST_READ else ""
        share = max(max([one.titled, *(each.titled for each in one.sentences)]) for one in found)
        return Draft(tuple(places), share, f"{least}{told}" if rest else "")

    def _telling(self, about: _About, *, most: int) -> list[Place]:
        """Return up to `most` sentences of an article on a thing.

        Where it is all of the thing, what is told first and what tells the most, in its order; else
        those sentences that hold the most of it, the best first.
        """
        if about.is_all_of_it:
            ranked = gist(about.article, self._encode)
            first = list(dict.fromkeys((*sorted(ranked)[:1], *ranked)))
            spans = sorted(first[:most])
        else:
            enough = [one for one in about.sentences if one.titled >= LEAST_SHARE]
            best = sorted(enough, key=lambda one: (-one.titled, -one.share))
            spans = [one.span for one in best[:most]]
        return [Place(about.article.id, *span) for span in spans]


def _about(idf: dict[str, float], article: Article) -> _About:
    held: list[_Sentence] = []
    for start, end in statement_spans(article):
        text = article.text[start:end]
        if share := term_share(idf, text, article):
            titled = term_share(idf, f"{article.title}\n{text}", article)
            held.append(_Sentence(share, titled, (start, end)))
    return _About(article, term_share(idf, article.title, article), held)


def _most_about(found: Sequence[_About]) -> list[_About]:
    """Return those that are about the thing: all of it, else most of it; or those that name it."""
    for least, count in ((_WHOLE, _LEAST_SENTENCES), (LEAST_SHARE, _LEAST_SENTENCES), (_WHOLE, 1)):
        if about := [one for one in found if one.is_about(least, count)]:
            return about
    return []
