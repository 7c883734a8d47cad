"""Questions about the whole collection: which articles mention a thing, what they say of it.

    "Which articles mention the dam?"  -> one cited sentence from each of them, and their number
    "What do the articles say about energy?"
    "Who is quoted?"                  -> the same of each person that an article quotes

Answered article by article from every passage that holds the words, not from the few passages that
an answer is else made of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import chain, islice

from rag.answerer import Draft
from rag.articles.catalogue import Catalogue
from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.datatypes import Article, BlockKind, DateFilter, articles_counted
from rag.indexing.chosen import rows_among
from rag.questions.dates import time_told
from rag.questions.topic import Topic
from rag.reader.features import says_nothing
from rag.replies.quoted import Speaker, each_once, speakers
from rag.searching.datewise import is_allowed, is_of_time
from rag.store import Generation
from rag.text import query_terms, tokenise
from rag.words.terms import term_share, terms_for

MOST_NAMED = 5  # of those that are not stated
MOST_ROWS = 5000  # passages that are looked through
MOST_PARTS = 8  # of "A, B, C or D"
MOST_HEARD = 1000  # articles that are looked through for who is quoted
LEAST_SHARE = 0.5  # of the topic's terms, by idf, in a sentence that is about it

_OR = re.compile(r"\s*,?\s*\bor\b\s*|\s*,\s*", re.IGNORECASE)
_AND = re.compile(
    r"\s*,?\s*\b(?:and(?:\s+also)?|as\s+well\s+as|together\s+with|along\s+with)\b\s*|\s*,\s*",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"\s*,?\s*\b(?:but\s+(?:do\s+)?not|and\s+not"  # "Doctors Without Borders" is a name
    r"|(?:without|except)\s+(?:ever\s+)?(?:mention|nam|cit|quot|tell)ing)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Covered:
    """An article that covers a topic: its best sentence, and how many hold as much of the topic."""

    place: Place
    share: float
    sentences: int


class CoverageAnswerer:
    """Answers from all articles of a generation, or `among` some, one sentence each.

    `catalogue` is that of all of them, where there is one already.
    """

    def __init__(
        self,
        generation: Generation,
        config: Config,
        catalogue: Catalogue | None = None,
        *,
        among: Collection[str] = (),
    ) -> None:
        self._generation = generation
        every = catalogue or Catalogue(generation.articles)
        self._articles = every.among(sorted(among)) if among else every
        self._rows = rows_among(generation.chunks, among) if among else None
        self._config = config
        self._speaking: dict[str, Sequence[Speaker]] = {}  # by article, what was found before

    def answer(self, topic: Topic, dates: DateFilter | None = None) -> Draft:
        """Return the best sentence of each article that covers `topic`, and how many there are.

        Articles come in the order of how many sentences cover it, ties by id; at most
        `list_statements` are stated, the others named. The confidence is the share of the topic's
        terms in the stated sentences. Articles that `dates` leaves out are as if they were not.
        """
        if topic.speakers:
            return self._speakers(dates)
        covered = self._allowed(topic, dates) if topic.whole else []
        verb = "mention" if topic.whole else "say something about"
        named = f"“{topic.text}”"
        if not covered:
            text, time = time_told(topic.text, lambda: self._articles.newest)
            of = replace(topic, text=text)
            if text and time and (covered := self._allowed(of, dates, time)):
                topic, named = of, f"“{text}” {time.time}"
            elif not topic.whole:
                covered = self._allowed(topic, dates)
        if len(self._articles) == 1 and not topic.whole:
            if covered:
                return self._of_one(topic.text, covered[0])
            if places := self._below_a_heading(topic.text):
                return Draft(places, 1.0, "")
        if not covered:
            return Draft((), 0.0, f"No article seems to {verb} {named}.")
        stated = covered[: max(self._config.list_statements, self._config.most_statements)]
        places = tuple(one.place for one in stated)
        confidence = sum(one.share for one in stated) / len(stated)
        told = self._told(covered, len(stated), verb, named, self._total(dates))
        if topic.whole:
            if any(len(parts) > MOST_PARTS for parts in _parts_of(topic)[:2]):
                told = f"{told} Of a list no more than {MOST_PARTS} are looked for."
        else:
            terms = telling_idf(topic.text, self._generation)
            if sum(map(self._generation.lexical.held_by, terms)) > MOST_ROWS:
                told = f"At least {told}"
        return Draft(places, confidence, told)

    def _allowed(
        self, topic: Topic, dates: DateFilter | None, time: DateFilter | None = None
    ) -> list[Covered]:
        """Return what covers the topic, of the articles that `dates` leaves in.

        Of a `time` it is what was published then, or names it.
        """
        articles = self._generation.articles
        return [
            one
            for one in self._covered(topic)
            if is_allowed(articles[one.place.article_id], dates)
            and (time is None or is_of_time(one.place, time, articles))
        ]

    def _of_one(self, text: str, best: Covered) -> Draft:
        """Return what the only article says about `text`: its sentences in their order."""
        article = self._generation.articles[best.place.article_id]
        idf = telling_idf(text, self._generation)
        shares = [(_share(idf, article, span)[1], span) for span in statement_spans(article)]
        most = max(self._config.list_statements, self._config.most_statements)
        enough = sorted((s for s in shares if s[0] >= LEAST_SHARE - 1e-9), key=lambda s: -s[0])
        places = [Place(article.id, *span) for span in sorted(span for _, span in enough[:most])]
        more = len(enough) - len(places)
        say = "sentence says" if more == 1 else "sentences say"
        told = f"{more:,} more {say} something about “{text}”." if more else ""
        return Draft(tuple(places), best.share, told)

    def _below_a_heading(self, text: str) -> tuple[Place, ...]:
        """Return what the only article says below a heading that holds `text`."""
        [article] = self._articles.values()
        wanted = set(telling_idf(text, self._generation))
        heads = [block for block in article.blocks if block.kind is BlockKind.HEADING]
        ends = [*(block.start for block in heads[1:]), len(article.text)]
        most = max(self._config.list_statements, self._config.most_statements)
        for head, end in zip(heads, ends, strict=False):
            if wanted <= set(tokenise(article.text[head.start : head.end])):
                below = within(statement_spans(article), [(head.end, end)])
                return tuple(Place(article.id, *span) for span in islice(below, most))
        return ()

    def mentioning(self, topic: Topic) -> set[str]:
        """Return the ids of the articles that mention `topic`."""
        return {one.place.article_id for one in self._covered(topic)}

    def covering(self, text: str) -> list[Covered]:
        """Return the articles that say something about `text`, in the order of their ids.

        Those, too, of which only the title or the byline names it.
        """
        covered = {one.place.article_id: one for one in self._covering(text, whole=False)}
        idf = telling_idf(text, self._generation)
        headed = (
            self._covered_by_heads(cache(partial(terms_for, idf, text)), covered) if idf else {}
        )
        return [one for _, one in sorted({**covered, **headed}.items())]

    def _total(self, dates: DateFilter | None) -> int:
        """Return how many articles there are that `dates` does not leave out."""
        return self._articles.allowed_by(dates)

    def _speakers(self, dates: DateFilter | None) -> Draft:
        """Return a sentence of each person that is quoted, the first, and how many there are."""
        able = (a for a in self._articles.values() if is_allowed(a, dates))
        quoting = {
            article.id: found
            for article in islice(able, MOST_HEARD)
            if (found := self._speakers_of(article))
        }
        if not quoting:
            return Draft((), 0.0, "No article seems to quote anybody by name.")
        everyone = each_once(chain.from_iterable(quoting.values()))
        stated = everyone[: max(self._config.list_statements, self._config.most_statements)]
        total = self._total(dates)
        are = "person is" if len(everyone) == 1 else "people are"
        among = f" in {_articles(len(quoting), total)}" if total > 1 else ""
        told = f"{len(everyone):,} {are} quoted by name{among}"
        rest = [one.name for one in everyone[len(stated) :]]
        more = f"; {len(rest):,} more: {_listed(rest)}" if rest else ""
        first = f" Only the first {MOST_HEARD:,} were looked through." if total > MOST_HEARD else ""
        return Draft(tuple(one.place for one in stated), 1.0, f"{told}{more}.{first}")

    def _speakers_of(self, article: Article) -> Sequence[Speaker]:
        """Return who is quoted in an article; of as many as are looked through it is kept."""
        if (found := self._speaking.get(article.id)) is None:
            found = speakers(article)
            if len(self._speaking) < MOST_HEARD:
                self._speaking[article.id] = found
        return found

    def _told(
        self, covered: Sequence[Covered], stated: int, verb: str, named: str, total: int
    ) -> str:
        count = len(covered)
        articles = _articles(count, total)
        singular = {"mention": "mentions", "say something about": "says something about"}
        told = f"{articles} {singular[verb] if count == 1 else verb} {named}"
        rest = [self._generation.articles[c.place.article_id].title for c in covered[stated:]]
        if not rest:
            return f"{told}."
        return f"{told}; {len(rest):,} more: {_listed(rest)}."

    def _covered(self, topic: Topic) -> list[Covered]:
        """Return what covers the topic: "A or B" by either, "A and B" by both, "A but not B".

        Both may stand in sentences of their own. Of many the first `MOST_PARTS` are looked for.
        """
        parts, unwanted, either = _parts_of(topic)
        found = [self._covering(part, topic.whole) for part in parts[:MOST_PARTS]]
        names = [{one.place.article_id for one in covered} for covered in found]
        allowed = set().union(*names) if either else names[0].intersection(*names[1:])
        for part in unwanted[:MOST_PARTS]:
            allowed -= {one.place.article_id for one in self._covering(part, True)}
        best: dict[str, Covered] = {}
        for one in chain.from_iterable(found):
            name = one.place.article_id
            if name in allowed and (name not in best or one.sentences > best[name].sentences):
                best[name] = one
        return sorted(best.values(), key=lambda one: (-one.sentences, one.place.article_id))

    def _covering(self, text: str, whole: bool) -> list[Covered]:
        """Return the articles with a sentence that holds `text`: all its words, if `whole`."""
        idf = telling_idf(text, self._generation)
        lexical = self._generation.lexical
        rows = sorted(row for row, _ in lexical.search(list(idf), k=MOST_ROWS, among=self._rows))
        passages: dict[str, list[tuple[int, int]]] = {}
        for row in rows:
            chunk = self._generation.chunks[row]
            passages.setdefault(chunk.article_id, []).append((chunk.start, chunk.end))
        least = 1.0 if whole else LEAST_SHARE
        own = cache(partial(terms_for, idf, text))  # by language
        found: dict[str, Covered] = {}
        for name, spans in passages.items():
            article = self._generation.articles[name]
            if (one := _best(article, spans, own(article.language), least)) is not None:
                found[name] = one
        if whole and len(rows) == MOST_ROWS:
            # More than are read: these hold the words in one passage, if not in one sentence.
            for row in lexical.rows_with(list(idf), among=self._rows):
                chunk = self._generation.chunks[row]
                place = Place(chunk.article_id, chunk.start, chunk.end)
                found.setdefault(chunk.article_id, Covered(place, 1.0, 0))
        if whole:
            found |= self._covered_by_heads(own, found)
        return [found[name] for name in sorted(found)]

    def _covered_by_heads(
        self, own: Callable[[str], dict[str, float]], found: Collection[str]
    ) -> dict[str, Covered]:
        """Return what covers the terms in a title or a byline, by article, of those not `found`.

        `own` gives the terms of a language.
        """
        headed = {}
        for name in self._may_be_headed(own) - set(found):
            article = self._articles[name]
            if (one := _headed(article, own(article.language))) is not None:
                headed[name] = one
        return headed

    def _may_be_headed(self, own: Callable[[str], Collection[str]]) -> set[str]:
        """Return the ids of the articles that have all the terms of their language in their heads.

        `own` gives these terms.
        """
        asked = {frozenset(own(language)) for language in self._generation.manifest.languages}
        return {name for terms in asked if terms for name in self._articles.headed_with(terms)}


def _parts_of(topic: Topic) -> tuple[list[str], list[str], bool]:
    """Return what is looked for, what is not to be there, and whether one of the former will do."""
    if not topic.whole:
        return [topic.text], [], False
    wanted, *without = _WITHOUT.split(topic.text)
    if not wanted.strip():  # "without" is what is looked for
        wanted, without = topic.text, []
    either = re.search(r"\bor\b", wanted, re.IGNORECASE) is not None
    parts = [part for part in (_OR if either else _AND).split(wanted) if part.strip()]
    return parts or [wanted], [part for text in without for part in _OR.split(text)], either


def telling_idf(text: str, generation: Generation) -> dict[str, float]:
    """Return the terms of `text` that tell what it is about, each with its idf."""
    telling = [word for word in text.split() if not says_nothing(word)]
    terms = query_terms(" ".join(telling) or text, generation.manifest.languages)
    return {term: generation.lexical.idf(term) for term in terms}


def _share(idf: dict[str, float], article: Article, span: tuple[int, int]) -> tuple[float, float]:
    """Return what a sentence holds of the terms, and with the title, if it holds any itself."""
    sentence = article.text[slice(*span)]
    share = term_share(idf, sentence, article)
    return share, share and term_share(idf, f"{article.title} {sentence}", article)


def _headed(article: Article, idf: dict[str, float]) -> Covered | None:
    """Return the article's title or byline, where it holds all that no sentence does."""
    for line in (article.title, article.byline):
        start = article.text.find(line) if line else -1
        if start >= 0 and term_share(dict.fromkeys(idf, 1.0), line, article) >= 1.0 - 1e-9:
            return Covered(Place(article.id, start, start + len(line)), 1.0, 1)
    return None


def _articles(count: int, total: int) -> str:
    return f"{count:,} of {articles_counted(total)}"


def _listed(names: Sequence[str]) -> str:
    return "; ".join(names[:MOST_NAMED]) + ("; …" if len(names) > MOST_NAMED else "")


def within(
    inner: Iterable[tuple[int, int]], outer: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield those of the stretches `inner`, which are in order, that lie within one of `outer`.

    >>> list(within([(0, 3), (4, 6), (7, 9)], [(4, 9)]))
    [(4, 6), (7, 9)]
    """
    left = iter(sorted(outer))
    low, high = next(left, (0, -1))
    for start, end in inner:
        while high < end and (following := next(left, None)) is not None:
            low, high = following
        if low <= start and end <= high:
            yield start, end


def _best(
    article: Article, spans: Sequence[tuple[int, int]], idf: dict[str, float], least: float
) -> Covered | None:
    """Return the article's first best sentence within `spans`; None where none holds enough."""
    best: tuple[float, tuple[int, int]] | None = None
    enough = 0
    for start, end in within(statement_spans(article), spans):
        share, titled = _share(idf, article, (start, end))
        if titled >= least - 1e-9:
            enough += 1
            if best is None or share > best[0]:
                best = share, (start, end)
    if best is None:
        return None
    return Covered(Place(article.id, *best[1]), best[0], enough)
