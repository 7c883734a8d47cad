"""What did somebody say, of a thing or at all? Answered from every sentence that gives their words.

    "What did Ana Ruiz say about the ferry?"  -> her sentences that hold enough of "the ferry"
    "What does Ruiz think?"                   -> all of hers, as many as a list has

Who speaks is told by rules (rag.replies.quoted), so where they find nobody of that name, or nothing
that the person says of the thing, there is no answer from here: the passages are read for one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from rag.answerer import Draft
from rag.chunk import chunk_id, statement_spans
from rag.cite import Place
from rag.config import Config
from rag.conversation.called import HE, SHE, only_ones
from rag.datatypes import Article, BlockKind, Chunk, DateFilter, Passage
from rag.indexing.chosen import rows_among
from rag.questions.asked import telling_terms
from rag.questions.dates import Dated
from rag.questions.manners import LED
from rag.reading.antecedent import MOST_CHARS, overlap
from rag.replies.by_role import Role, is_told_of, role_named, said_as
from rag.replies.coverage import MOST_ROWS, telling_idf
from rag.replies.own_words import question_at, told_as_i, told_on
from rag.replies.quoted import PRONOUN_SPEAKS, is_same, sayings, without_quotations, words_of_others
from rag.searching.datewise import is_allowed
from rag.searching.subject import portrayed
from rag.store import Generation
from rag.text import holds_words, query_terms, tokenise
from rag.words.person import is_somebody, looks_like_a_person, without_titles
from rag.words.phrases import names
from rag.words.terms import term_share

_MOST_WORDS = 5  # of a name
# Of a topic's terms, by idf, in a sentence: that it is this person's tells the most already.
_LEAST_SHARE = 1 / 3
# The same of a question that is put to somebody's words: "According to Ana Ruiz, what is small?"
_LEAST_OF_A_QUESTION = 1 / 2
_ROUNDING = 1e-9
_SURE = 0.5  # of an answer that was read from the passages
_NOBODY = "-"
_LEAST_OF_PROSE = 90  # characters: a shorter paragraph may be a line above the text
_MOST_BELOW = 3  # sentences of somebody that are told of an article's topic, whatever they hold
_MOST_OF_A_ROLE = 500  # passages that are looked through for what a mayor or a council says
_SAY = (
    r"(?:have\s+to\s+say|say|said|think|thought|tell(?:\s+(?:us|them|reporters))?|told|explain(?:ed)?|"
    r"argued?|comment(?:ed)?|remark(?:ed)?|note[d]?|point(?:ed)?\s+out|believed?|warn(?:ed)?|"
    r"predict(?:ed)?|stated?|add(?:ed)?)"
)
_ASKS = re.compile(
    rf"^{LED}what\s+(?:else\s+|exactly\s+)?(?:do|does|did|has|have|had)\s+"
    rf"(?P<name>\S+(?:\s+\S+){{0,{_MOST_WORDS}}}?)\s+(?:also\s+|exactly\s+)?{_SAY}"
    r"(?:\s+(?:about|on|of|regarding|concerning)\s+(?P<topic>.+?))?[\s?.!]*$",
    re.IGNORECASE,
)
# "What is Ana Ruiz's view on the ferry?"
_ASKS_VIEW = re.compile(
    rf"^(?:(?:and|but|so)\s+)?what(?:['’]s|\s+(?:is|was|are|were))\s+(?P<name>\S+(?:\s+\S+){{0,{_MOST_WORDS}}}?)"
    r"['’]s?\s+(?:own\s+)?(?:opinions?|views?|take|stance|position|thoughts|verdict)"
    r"(?:\s+(?:about|on|of|regarding|concerning)\s+(?P<topic>.+?))?[\s?.!]*$",
    re.IGNORECASE,
)
_OF_PEOPLE = {"she": SHE, "he": HE}
_PRONOUN = re.compile(rf"\b(?:{'|'.join(sorted(SHE | HE))}|its?|itself|they|them|theirs?)\b")
# What a topic begins with that the words themselves need not hold: the effect on customers.
_ASPECT = re.compile(
    r"^(?:the\s+|its\s+|their\s+)?(?:\w+\s+)?(?:effects?|impacts?|consequences?|influence|importance|role|"
    r"future|state|prospects?|chances|use|reasons?|causes?)\s+(?:of|on|for|in)\s+(?=\w)",
    re.IGNORECASE,
)


_OF_THE_ARTICLES = re.compile(r"What do the articles say (?:about|on|of) (?P<topic>.+)")


@dataclass(frozen=True, slots=True)
class Said:
    """A question for what somebody said; `topic` is "" where it is asked for all.

    `name` is a name, or what somebody is: "the mayor".
    """

    name: str
    topic: str


def what_was_said(question: str) -> Said | None:
    """Return of whose words a question asks, and of what; None where it asks nothing such.

    >>> what_was_said("What did Professor Ana Ruiz say about the ferry?")
    Said(name='Ana Ruiz', topic='the ferry')
    >>> what_was_said("What did the mayor say?")
    Said(name='the mayor', topic='')
    """
    match = _ASKS.match(question.strip()) or _ASKS_VIEW.match(question.strip())
    if match is None or "?" in (match["topic"] or ""):
        return None
    name = without_titles(match["name"])
    if not name or not all(word[0].isupper() for word in name.split()):
        name = match["name"]
        if role_named(name) is None:
            return None
    return Said(name, _ASPECT.sub("", match["topic"] or ""))


def put_to(name: str, question: str) -> Said:
    """Return the question for what `name` said that a question to the articles is, if put to them.

    >>> put_to("Ana Ruiz", "What do the articles say about the ferry?")
    Said(name='Ana Ruiz', topic='the ferry')
    >>> put_to("Ana Ruiz", "What is too small?")
    Said(name='Ana Ruiz', topic='What is too small')
    """
    asked = question.rstrip("?!. ")
    match = _OF_THE_ARTICLES.fullmatch(asked)
    return Said(name, _ASPECT.sub("", match["topic"]) if match else asked)


def without_others(
    draft: Draft,
    said: Said,
    articles: Mapping[str, Article],
    is_quoted: Callable[[], bool] = lambda: False,
) -> Draft:
    """Return the draft without what somebody else says; a decline where nothing else was there.

    What is asked of an outlet or a firm may be told by whoever speaks for it, and stays. One that
    is not sure is a decline, too, where no statement has a word of the topic. `is_quoted` tells
    whether the person is quoted anywhere: what on cannot always be told.
    """
    others = _others(said, {place.article_id for place in draft.places}, articles)
    kept = tuple(
        place
        for place in draft.places
        if not any(
            place.start < end and start < place.end for start, end in others[place.article_id]
        )
    )
    if draft.confidence < _SURE and not _any_on(said.topic, kept, articles):
        kept = ()
    if kept == draft.places:
        if draft.differing or not looks_like_a_person(said.name):
            return draft
        return replace(draft, places=_whole_words(kept, said.name, articles))
    claims = tuple(claim for claim in draft.differing if claim.place in kept)
    differing = claims if len(claims) > 1 else ()
    if kept:
        places = kept if differing else _whole_words(kept, said.name, articles)
        return replace(draft, places=places, differing=differing)
    on = f" on {said.topic}" if said.topic else ""
    reason = f"The articles quote nothing of {said.name}{on}."
    if on and is_quoted():
        reason = f"The articles quote {said.name}, but nothing{on} that I can tell."
    return replace(draft, places=(), differing=(), confidence=0.0, reason=reason)


def _whole_words(
    places: Sequence[Place], name: str, articles: Mapping[str, Article]
) -> tuple[Place, ...]:
    """Return the places, each with all of the quotation that it is of."""
    found: dict[tuple[str, int, int], Place] = {}
    for place in places:
        article = articles[place.article_id]
        quoted = _going_on(article, sayings(article, name))
        of = (one for one in quoted if one.start <= place.start < place.end <= one.end)
        whole = next(of, place)
        whole = replace(place, start=whole.start, end=whole.end)
        found.setdefault((place.article_id, whole.start, whole.end), whole)
    return tuple(found.values())


def _any_on(topic: str, places: Sequence[Place], articles: Mapping[str, Article]) -> bool:
    """Return whether one of the places has a word of a topic; of none, any."""
    for place in places:
        article = articles[place.article_id]
        terms = set(telling_terms(topic, article.language))
        told = f"{question_at(article, place.start)}\n{_with_meant(topic, article, place)}"
        if not terms or terms & set(tokenise(told, article.language)):
            return True
    return False


def _start_before(article: Article, start: int) -> int:
    """Return where the sentence before begins, in the same paragraph; `start` itself of the first.

    "The board turned the offer down. Its chairman called it low."
    """
    spans = statement_spans(article)
    at = bisect_left(spans, (start, start))
    opens = any(block.start == start for block in article.blocks)
    return start if opens or at == 0 else spans[at - 1][0]


def in_own_words(passages: Sequence[Passage], said: Said) -> tuple[Passage, ...]:
    """Return the passages without what somebody else says, for whoever writes of them.

    One that is cut into several keeps its scores; one that is nothing else is left out.
    """
    articles = {passage.article.id: passage.article for passage in passages}
    others = _others(said, articles, articles)
    return tuple(
        piece for passage in passages for piece in _pieces(passage, others[passage.article.id])
    )


def _others(
    said: Said, names: Collection[str], articles: Mapping[str, Article]
) -> dict[str, list[tuple[int, int]]]:
    """Return the (start, end) of what others say in the articles `names`.

    That is all of an article without a word for the one person whose role is asked for.
    """
    role = role_named(said.name)
    if role and is_somebody(role.head):
        return {name: _of_other_roles(articles[name], role) for name in names}
    if not looks_like_a_person(said.name):
        return {name: [] for name in names}
    return {name: words_of_others(articles[name], said.name) for name in names}


def _of_other_roles(article: Article, role: Role) -> list[tuple[int, int]]:
    if not is_told_of(article, role):
        return [(0, len(article.text))]
    heard, called = said_as(article, role)
    own = {place.start for place in heard}
    spans = words_of_others(article, next(iter(called), _NOBODY))
    return [(start, end) for start, end in spans if start not in own]


def _pieces(passage: Passage, others: Sequence[tuple[int, int]]) -> Iterator[Passage]:
    """Yield the passage, or what of it lies between the stretches of `others`."""
    chunk, text = passage.chunk, passage.article.text
    left_out = [(start, end) for start, end in others if start < chunk.end and chunk.start < end]
    if not left_out:
        yield passage
        return
    ends = [chunk.start, *(end for _, end in left_out)]
    starts = [*(start for start, _ in left_out), chunk.end]
    for start, end in zip(ends, starts, strict=True):
        own = text[start:end].strip()
        if re.search(r"\w", own):
            at = text.index(own, start)
            identity = chunk_id(chunk.article_id, at, own)
            piece = Chunk(identity, chunk.article_id, at, at + len(own), own)
            yield replace(passage, chunk=piece)


def _going_on(article: Article, heard: Sequence[Place]) -> list[Place]:
    """Return the sentences with somebody's words, those that a quotation goes on in together."""
    opening = {block.start for block in article.blocks}
    found: list[Place] = []
    for place in heard:
        text = article.text[place.start : place.end]
        last = found[-1] if found else place
        is_open = without_quotations(article.text[last.start : last.end], False)[1]
        goes_on = (
            last is not place
            and place.start not in opening
            and not article.text[last.end : place.start].strip()
            and place.end - last.start <= MOST_CHARS
            and not re.search(r"\w", without_quotations(text, is_open)[0])
        )
        if goes_on:
            found[-1] = replace(last, end=place.end)
        else:
            found.append(place)
    return found


def _with_meant(topic: str, article: Article, place: Place) -> str:
    """Return what a place tells, with the names of a topic that its pronouns mean.

    "She" is whom the article portrays, or nobody else of whom it tells; or, as "it" and "they",
    what the paragraph names before. Who only says it ("she said") is whoever speaks.
    """
    told = article.text[place.start : place.end]
    said = set(_PRONOUN.findall(PRONOUN_SPEAKS.sub(" ", told).lower()))
    meant = [name for word, name in only_ones(article).items() if said & _OF_PEOPLE[word]]
    who, word = portrayed(article)
    if who and said & _OF_PEOPLE[word]:
        meant.append(who)
    at = max(0, bisect_right(article.blocks, place.start, key=lambda block: block.start) - 1)
    before = article.text[article.blocks[at].start : place.start] if said else ""
    for start, end in names(topic):
        name = re.sub(r"['’]s?$", "", topic[start:end])
        if any(is_same(name, one) for one in meant) or holds_words(before, name):
            told = f"{name}\n{told}"
    return told


def _share_of(idf: dict[str, float], article: Article, text: str) -> float:
    return term_share(idf, text, article)


def _lead_of(article: Article) -> tuple[str, int]:
    """Return how an article opens, as far as its first paragraph of prose, and its end."""
    prose = (
        block.end
        for block in article.blocks
        if block.kind is BlockKind.PARAGRAPH and block.end - block.start >= _LEAST_OF_PROSE
    )
    end = next(prose, len(article.text))
    return f"{article.title}\n{article.text[:end]}", end


def _apart(found: Sequence[tuple[float, Place]]) -> list[tuple[float, Place]]:
    """Return the places without those that share text with one that comes first."""
    kept: list[tuple[float, Place]] = []
    for share, place in found:
        if not any(overlap(place, other) for _, other in kept):
            kept.append((share, place))
    return kept


class SayingsAnswerer:
    """Answers from what a person says in the articles of a generation, or `among` some."""

    def __init__(
        self, generation: Generation, config: Config, *, among: Collection[str] = ()
    ) -> None:
        self._generation = generation
        self._rows = rows_among(generation.chunks, among) if among else None
        self._most = max(config.list_statements, config.most_statements)

    def answer(
        self, said: Said, dates: DateFilter | None = None, *, quoted: bool = False
    ) -> Draft | None:
        """Return the sentences with those words, or None where the rules find none.

        On a topic they come best first, by the share of its terms; else in the order of the
        articles. The confidence is the share of the terms that the best one holds. On a
        topic, what somebody writes as "I" counts, unless only what is `quoted` is asked for; and
        where nothing else is, what is said where the title and the sentence before hold the topic,
        or else the little that is said in an article that opens with it.
        """
        idf = telling_idf(said.topic, self._generation) if said.topic else {}
        found: list[tuple[float, Place, str]] = []  # with what is told there
        below: list[Place] = []  # in an article that opens with the topic
        role = role_named(said.name)
        names, cut = self._holding(role.head, list(idf)) if role else self._naming(said.name)
        for name in names:
            article = self._generation.articles[name]
            if not is_allowed(article, dates):
                continue
            if role:
                heard, called = said_as(article, role)
            else:
                heard, called = sayings(article, said.name), [said.name]
            as_i = called if said.topic and not quoted else ()
            own = [place for each in as_i for place in told_as_i(article, each)]
            if said.topic and not role:
                heard = _going_on(article, heard)
            share_of = partial(_share_of, idf, article)
            for each in as_i:
                found += [(share, place, "") for share, place in told_on(article, each, share_of)]
            for place in dict.fromkeys((*heard, *own)):
                told = _with_meant(said.topic, article, place)
                if place in own:  # an answer is of what its question is
                    told = "\n".join((*article.headings_over(place.start), told))
                share = term_share(idf, told, article)
                found.append((share if said.topic else 1.0, place, told))
            lead, end = _lead_of(article)
            if said.topic and share_of(lead) >= 1.0 - _ROUNDING:
                below += [place for place in heard if place.start >= end]
        enough = [(share, place) for share, place, _ in found if share >= _LEAST_SHARE - _ROUNDING]
        if not enough and not quoted:
            around = ((self._share_around(idf, place, told), place) for _, place, told in found)
            enough = [one for one in around if one[0] >= 1.0 - _ROUNDING]
        if not enough and not quoted and len(below) <= _MOST_BELOW:
            enough = [(_LEAST_OF_A_QUESTION, place) for place in below]
        if not enough:
            return None
        if said.topic:
            enough.sort(key=lambda one: -one[0])
            enough = _apart(enough)
        places = tuple(place for _, place in enough[: self._most])
        more = len(enough) - len(places)
        least = "At least " if cut else ""
        told = f"{least}{more:,} more sentence{'s' * (more != 1)} of {said.name}." if more else ""
        return Draft(places, enough[0][0], told)

    def _share_around(self, idf: dict[str, float], place: Place, told: str) -> float:
        """Return the share of the terms in what is told, the title and the sentence before it."""
        article = self._generation.articles[place.article_id]
        before = article.text[_start_before(article, place.start) : place.start]
        return term_share(idf, f"{article.title}\n{before}\n{told}", article)

    def asking(self, name: str, asked: Dated) -> str:
        """Return a question to the articles as one for what `name` said of it, "" if nothing."""
        if not name:
            return ""
        said = put_to(name, asked.question)
        is_of_a_thing = _OF_THE_ARTICLES.match(asked.question) is not None
        draft = self.answer(said, asked.filter, quoted=True)
        least = _LEAST_SHARE if is_of_a_thing else _LEAST_OF_A_QUESTION
        if draft is None or draft.confidence < least - _ROUNDING:
            return ""
        return f"What did {name} say about {said.topic[:1].lower()}{said.topic[1:]}?"

    def _holding(self, role: str, topic: Sequence[str]) -> tuple[list[str], bool]:
        """Return the same of the articles that hold a role, best first by the terms of a topic."""
        terms = list(query_terms(role, self._generation.manifest.languages))
        found = self._generation.lexical.search(
            [*terms, *topic], k=_MOST_OF_A_ROLE, among=self._rows
        )
        holding = set(self._generation.lexical.rows_with(terms, among=self._rows))
        chunks = self._generation.chunks
        names = sorted({chunks[row].article_id for row, _ in found if row in holding})
        return names, len(holding) > _MOST_OF_A_ROLE

    def _naming(self, name: str) -> tuple[list[str], bool]:
        """Return the ids of the articles with passages that hold the name, sorted.

        Where none holds all of it, those with a word of it. And whether there may be more of them
        than are looked through.
        """
        terms = list(query_terms(name, self._generation.manifest.languages))
        lexical, chunks = self._generation.lexical, self._generation.chunks
        whole = lexical.rows_with(terms, among=self._rows)
        found = lexical.search(terms, k=MOST_ROWS, among=self._rows) if not whole else ()
        rows = whole[:MOST_ROWS] or [row for row, _ in found]
        names = sorted({chunks[row].article_id for row in rows})
        return names, max(len(rows), len(whole)) >= MOST_ROWS
