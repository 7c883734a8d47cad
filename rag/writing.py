"""The writing answerer: prose of a chat model, each statement held against what it was given.

A statement is taken as it streams. The sentence of a passage that bears it out becomes its
citation, an exact slice; where the passages that the model named do not, but another does, that one
is cited. A number that names no passage never comes out. A statement that nothing bears out is
marked, or dropped; where that leaves nothing, the model has declined if it said so itself, and else
there is no answer of the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.answerer import Written
from rag.chat_model import ChatModel
from rag.cite import Place
from rag.config import BUNDLED_MODEL, Config
from rag.datatypes import Article, Citation, Passage, Statement
from rag.errors import ChatError, TooLong
from rag.prose.courtesy import is_courtesy
from rag.prose.plain import addresses
from rag.prose.prompt import fitted, messages_for
from rag.prose.reply import ReplyReader, Sentence
from rag.prose.support import PARAGRAPH, Evidence, Support, support, to_read
from rag.reading.declining import not_said
from rag.reading.desk import Desk

# A claim and some sentences -> the log-odds that these, read together, bear it out.
Reads = Callable[[str, Sequence[str]], float]
MOST_CITED = 3  # places that one statement cites
_BEFORE_CHARS = 300  # before a sentence, where whom it is about may be named
LEFT_OPEN = "The articles don’t seem to answer all of this."


@dataclass(frozen=True, slots=True)
class _Held:
    """A sentence that may bear a statement out, and the passages, by number, that hold it."""

    place: Place
    text: str
    before: str
    numbers: frozenset[int]


class WritingAnswerer:
    """Lets a chat model write. `desk` cuts passages into sentences and keeps their vectors.

    `reads` is what the bundled reader makes of a claim and sentences; None where it is another one.
    """

    def __init__(self, desk: Desk, chat: ChatModel, config: Config, *, reads: Reads | None) -> None:
        self._desk = desk
        self._chat = chat
        self._config = config
        self._reads = reads

    @property
    def name(self) -> str:
        """The answerer's name, as `answered_by` gives it."""
        return f"model {self._chat.name}"

    def write(self, question: str, passages: Sequence[Passage]) -> Iterator[Written]:
        """Yield what the model has written so far, whenever a statement is whole; then the end.

        Raises:
            ChatError: the model gave no answer, or none that the passages bear out. What was
                yielded before does not count then.
        """
        given = fitted(question, passages, window_tokens=self._config.model_window_tokens)
        while True:
            try:
                yield from self._write(question, given)
                return
            except TooLong:
                if len(given) == 1:
                    raise
                given = given[: len(given) // 2]

    def _write(self, question: str, given: tuple[Passage, ...]) -> Iterator[Written]:
        drops = self._config.unsupported == "drop"
        reply = _Reply(self._desk, given, self._reads, drops=drops)
        reader = ReplyReader(addresses("\n".join(_held(given))), passages=len(given))
        with closing(self._chat.reply(messages_for(question, given))) as pieces:
            for piece in pieces:
                reader.read(piece)
                if reply.take(reader.sentences):
                    yield Written(reply.statements, given)
        reader.end()
        reply.take(reader.sentences)
        if reader.declined and not reply.supported:
            yield Written((), given, reason=not_said(question))
            return
        if not reader.sentences:
            raise ChatError(f"{self._chat.name} sent a reply with nothing in it")
        if not reply.supported:
            raise ChatError(f"nothing that {self._chat.name} wrote stands in the passages")
        reason = LEFT_OPEN if reader.declined else ""
        yield Written(reply.statements, given, reason, supported=reply.supported / reply.met)


class _Reply:
    """Where the sentences of one reply become statements; each is looked at once."""

    def __init__(
        self,
        desk: Desk,
        given: tuple[Passage, ...],
        reads: Reads | None,
        *,
        drops: bool,
    ) -> None:
        self._desk = desk
        self._given = given
        self._reads = reads
        self._drops = drops
        self._articles: Mapping[str, Article] = {p.article.id: p.article for p in given}
        self._evidence = _evidence(desk, given)
        self._taken: list[Sentence] = []
        self._begin()

    def _begin(self) -> None:
        self._taken = []
        self._markers: dict[Place, int] = {}
        self.statements: tuple[Statement, ...] = ()
        self.met = self.supported = 0

    def take(self, sentences: Sequence[Sentence]) -> bool:
        """Take the sentences that are new, and return whether there are other statements now."""
        before = self.statements
        if list(sentences[: len(self._taken)]) != self._taken:
            self._begin()
        for sentence in sentences[len(self._taken) :]:
            self._taken.append(sentence)
            self._look_at(sentence)
        return self.statements != before

    def _look_at(self, sentence: Sentence) -> None:
        named = frozenset(n for n in sentence.numbers if 1 <= n <= len(self._given))
        again = bool(self.statements) and self.statements[-1].text == sentence.text
        if again or (not sentence.numbers and is_courtesy(sentence.text)):
            return
        places, share, holds = self._borne_out(sentence.text, named)
        self.met += 1
        self.supported += holds
        if not holds and self._drops:
            return
        statement = Statement(
            sentence.text,
            tuple(self._citation(place) for place in places),
            supported=holds,
            support=round(share, 4),
        )
        self.statements = (*self.statements, statement)

    def _borne_out(self, claim: str, named: frozenset[int]) -> tuple[list[Place], float, bool]:
        """Return the places to cite for a claim, how surely they bear it out, and whether they do.

        First each named passage for itself, then these together, then all; where nothing bears
        it out, the nearest sentences of the named passages are cited, to be compared.
        """
        if not self._evidence:
            return [], 0.0, False
        cosines = self._cosines(claim)
        found: list[tuple[Support, list[Place]]] = []
        for number in sorted(named):
            one = self._held_against(claim, cosines, frozenset({number}))
            if one[0].holds:
                found.append(one)
        nearest: tuple[Support, list[Place]] | None = None
        for numbers in (named, frozenset(range(1, len(self._given) + 1))):
            if not found and numbers:
                one = self._held_against(claim, cosines, numbers)
                nearest = nearest or (one if named else None)
                if one[0].holds:
                    found.append(one)
        if not found:
            share, places = (nearest[0].share, nearest[1]) if nearest else (0.0, [])
            return places, share, False
        found.sort(key=lambda one: -one[0].share)
        places = list(dict.fromkeys(place for _, places in found for place in places))
        return places[:MOST_CITED], found[0][0].share, True

    def _cosines(self, claim: str) -> Sequence[float | None]:
        """Return how near each sentence is to the claim, as far as the check knows the encoder."""
        if self._desk.encoder != BUNDLED_MODEL:
            return [None] * len(self._evidence)
        *vectors, asked = self._desk.vectors([*(one.text for one in self._evidence), claim])
        return [float(vector @ asked) for vector in vectors]

    def _held_against(
        self, claim: str, cosines: Sequence[float | None], numbers: frozenset[int]
    ) -> tuple[Support, list[Place]]:
        held = [
            Evidence(at, one.text, cosines[at], one.before)
            for at, one in enumerate(self._evidence)
            if one.numbers & numbers
        ]
        found = support(claim, held, reading=self._reading(claim, held))
        return found, [self._evidence[at].place for at in found.sentences]

    def _reading(self, claim: str, held: Sequence[Evidence]) -> float | None:
        """Return the log-odds that the reader gives what says most of the claim to bear it out."""
        if self._reads is None:
            return None
        texts = to_read(claim, held)
        return self._reads(claim, texts) if texts else None

    def _citation(self, place: Place) -> Citation:
        marker = self._markers.setdefault(place, len(self._markers) + 1)
        article = self._articles[place.article_id]
        quote = article.text[place.start : place.end]
        page = article.page_at(place.start)
        return Citation(marker, place.article_id, place.start, place.end, quote, page)


def _evidence(desk: Desk, given: Sequence[Passage]) -> list[_Held]:
    """Return the sentences of the passages, each place once, in order."""
    found: dict[Place, set[int]] = {}
    for number, passage in enumerate(given, start=1):
        for start, end in desk.sentences(passage):
            found.setdefault(Place(passage.article.id, start, end), set()).add(number)
    articles = {passage.article.id: passage.article for passage in given}
    return [
        _Held(
            place,
            articles[place.article_id].text[place.start : place.end],
            before(articles[place.article_id], place.start),
            frozenset(numbers),
        )
        for place, numbers in found.items()
    ]


def before(article: Article, start: int) -> str:
    """Return what tells of whom a sentence at `start` speaks: the title and what stands before."""
    return f"{article.title}{PARAGRAPH}{article.text[max(0, start - _BEFORE_CHARS) : start]}"


def _held(given: Sequence[Passage]) -> Iterator[str]:
    for passage in given:
        yield passage.chunk.text
        yield passage.article.url
