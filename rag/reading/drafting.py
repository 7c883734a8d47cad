"""Sentences that were judged -> a draft: what is stated of them, or why it is declined.

The flow is one for every answerer: the sentences of a question, and where it stands beside another
one of both; how likely the best of them answer; the best ones, and their order. An answerer
supplies how it judges (`Heard`) and which of the sentences it would state (`Choice`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from rag.answerer import Draft
from rag.changes.claim import Claim
from rag.cite import Place
from rag.config import Config
from rag.datatypes import LeftOut, Passage
from rag.odds import logistic
from rag.questions.asked import asks_for_judgement, wants_several
from rag.reading.declining import not_said
from rag.retrieve import Retrieved
from rag.searching.beside import Beside, in_both, together, with_new
from rag.text import holds_words, normalise

NOTHING_MATCHES = "The articles hold nothing that matches this question."

NO_SPANS: Mapping[int, float] = MappingProxyType({})

_LEAST_SHARE = 0.2  # a sentence with less than this share of the best one's score is left out
_SAME_VALUE = 2  # statements that give the same value, while others are there

# What puts the places of an answer in another order, or others among them.
Step = Callable[[tuple[Place, ...]], tuple[Place, ...]]


class Sentence(Protocol):
    """A sentence of a passage, as an answerer judged it."""

    @property
    def place(self) -> Place:
        """Where it stands in its article."""

    @property
    def passage(self) -> Passage:
        """The best passage that holds it."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def logit(self) -> float:
        """The log-odds that it answers."""

    @property
    def named(self) -> bool:
        """Whether it is asked for by name: then it is told again, though it was told before."""


S = TypeVar("S", bound=Sentence)


@dataclass(frozen=True, slots=True)
class Heard(Generic[S]):
    """The sentences of the passages of one question, as an answerer judges them.

    `logit` gives the log-odds that some of them answer the question; `declines` why they don't,
    whatever these are, or "". `readings` are those of `Draft`.
    """

    sentences: Sequence[S]
    logit: Callable[[Sequence[S]], float]
    declines: Callable[[Sequence[S]], str] = lambda _: ""
    readings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be stated, and how it is put in order.

    `able`, `value` and `spans` are as `best_places` takes them; `steps` come after it, one after
    the other. `differing` are the claims of different answers, which are among the places then.
    """

    able: Sequence[tuple[float, Place, str]]
    value: str = ""
    spans: Mapping[int, float] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    differing: tuple[Claim, ...] = ()


class Judge(Protocol[S]):
    """What an answerer supplies to its drafts."""

    def heard(self, question: str, found: Retrieved) -> Heard[S]:
        """Return the sentences of the passages as the answerer judges them."""

    def choice(
        self, question: str, found: Retrieved, sentences: Sequence[S], scores: Sequence[float]
    ) -> Choice:
        """Return which of the sentences, at least one, may be stated; `scores` are theirs, 0..1."""


def drafted(
    judge: Judge[S], question: str, found: Retrieved, beside: Beside | None, config: Config
) -> Draft:
    """Return the draft of an answer to a question; `beside` as `Answerer.answer` takes it."""
    least = config.least_confidence
    if not found.passages:
        return Draft((), 0.0, NOTHING_MATCHES, threshold=least)
    heard = judge.heard(question, found)
    sentences, others, of_both = heard.sentences, list[S](), None
    if beside is not None:
        of_both = judge.heard(beside.question, beside.found)
        sentences, others = in_both(sentences, of_both.sentences, lambda each: each.place)
    if not sentences:
        return Draft((), 0.0, NOTHING_MATCHES, heard.readings, threshold=least)
    if reason := heard.declines(sentences):
        return Draft((), 0.0, reason, heard.readings, threshold=least)
    logits, logit = [each.logit for each in sentences], heard.logit(sentences)
    scores = [logistic(each) for each in logits]
    if beside is not None and of_both is not None:
        told = [
            beside.is_told(each.place) and not other.named
            for each, other in zip(sentences, others, strict=True)
        ]
        scores = together(logits, [each.logit for each in others], told)
        logit = (logit + of_both.logit(others)) / 2
    confidence = logistic(logit)
    if confidence < least:
        return Draft((), confidence, not_said(question), heard.readings, threshold=least)
    choice = judge.choice(question, found, sentences, scores)
    places = best_places(
        choice.able,
        most=most_statements(question, config),
        articles=articles_heard(question, config),
        value=choice.value,
        spans=choice.spans,
    )
    for step in choice.steps:
        places = step(places)
    if not choice.differing:
        places = with_new(places, [(score, place) for score, place, _ in choice.able], beside)
    without = left_out(found.passages, sentences, scores, places)
    return Draft(
        places, confidence, "", heard.readings, choice.differing, threshold=least, left_out=without
    )


def most_statements(question: str, config: Config, *, several: bool = False) -> int:
    """Return how many statements an answer has at most; `several`: whatever `question` asks for."""
    several = several or wants_several(question) or asks_for_judgement(question)
    return (
        max(config.list_statements, config.most_statements) if several else config.most_statements
    )


def articles_heard(question: str, config: Config) -> int:
    """Return how many articles give a statement each before one gives a second; 0: no matter.

    Where a question asks for a judgement, articles may differ on it.
    """
    return config.list_statements if asks_for_judgement(question) else 0


def best_places(
    scored: Sequence[tuple[float, Place, str]],
    *,
    most: int,
    articles: int = 0,
    value: str = "",
    spans: Mapping[int, float] = NO_SPANS,
) -> tuple[Place, ...]:
    """Return the places of the `most` best texts, best first, equal scores in the order given.

    `scored` holds (score, place, text), scores above 0. A text with less than `_LEAST_SHARE` of the
    best one's score is left out; places of the same text count as one and stay together. The best
    texts of up to so many `articles` come before any article's second one. Where the best text
    gives `value`, one other may bear it out; further ones come after those that say something else.
    `spans` are the texts, by their number, that hold what a reader would answer with from their
    passage: they come before others, with as small a share of the best score as is given.
    """

    def is_left_out(at: int) -> bool:
        return scored[at][0] < scored[order[0]][0] * spans.get(at, _LEAST_SHARE)

    order = sorted(range(len(scored)), key=lambda at: (-scored[at][0], at))
    again: list[int] = []
    if value:
        again = [at for at in order if holds_words(scored[at][2], value)][_SAME_VALUE:]
        order = [at for at in order if at not in again] + again
    if articles:
        firsts: dict[str, int] = {}
        for at in order:
            if not is_left_out(at):
                firsts.setdefault(scored[at][1].article_id, at)
        first = list(firsts.values())[:articles]
        order = first + [at for at in order if at not in first]
    elif spans:
        first = [at for at in order[1:] if at in spans and at not in again]
        order[1:] = first + [at for at in order[1:] if at not in first]
    chosen: dict[str, list[Place]] = {}
    for at in order:
        _, place, text = scored[at]
        if is_left_out(at):
            continue
        same = normalise(text)
        if same in chosen or len(chosen) < most:
            chosen.setdefault(same, []).append(place)
    return tuple(place for places in chosen.values() for place in places)


def left_out(
    passages: Sequence[Passage],
    judged: Sequence[Sentence],
    scores: Sequence[float],
    places: Sequence[Place],
) -> dict[str, LeftOut]:
    """Return why each passage that gives none of the statements does not, by chunk id.

    `scores` are those of the sentences `judged`, and `places` what was chosen among these.
    """
    chosen = {(place.article_id, place.start) for place in places}
    stated: set[tuple[str, str]] = set()  # texts that rag.cite would not state again
    gave: set[str] = set()
    by_place = {(each.place.article_id, each.place.start): each for each in judged}
    for place in places:
        each = by_place[place.article_id, place.start]
        text = (place.article_id, normalise(each.text))
        if text not in stated:
            gave.add(each.passage.chunk.id)
        stated.add(text)
    best: dict[str, tuple[float, Sentence]] = {}
    for score, each in zip(scores, judged, strict=True):
        name = each.passage.chunk.id
        if name not in best or score > best[name][0]:
            best[name] = score, each
    reasons: dict[str, LeftOut] = {}
    for name in dict.fromkeys(passage.chunk.id for passage in passages):
        if name in gave:
            continue
        if name not in best:
            reasons[name] = "held"
            continue
        score, each = best[name]
        if (each.place.article_id, each.place.start) in chosen or (
            (each.place.article_id, normalise(each.text)) in stated
        ):
            reasons[name] = "repeated"
        else:
            reasons[name] = "weak" if score < max(scores) * _LEAST_SHARE else "enough"
    return reasons
