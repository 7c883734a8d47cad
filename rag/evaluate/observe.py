"""What was seen when a question was asked: the plain values that a run keeps and a journal holds.

Nothing is judged here. `observe` asks; `to_dict` and `observed` write and read one line of JSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

from rag.datatypes import Answer, Article, Citation, Message, Passage, Score, by_marker
from rag.errors import RagError
from rag.evaluate.questions import Question

Part = Literal["all", "retrieval", "answers"]
LEGS = ("lexical", "vector", "fused", "reranker", "reader", "reordered")
KEPT_TEXTS = 3


class Retriever(Protocol):
    """What evaluating retrieval needs of an assistant."""

    @property
    def articles(self) -> Mapping[str, Article]:
        """The articles by id."""
        ...

    def retrieve(self, question: str, *, k: int | None = None) -> list[Passage]:
        """The best passages for a question, best first."""
        ...


class Answerer(Retriever, Protocol):
    """What evaluating answers needs of an assistant."""

    def ask(self, question: str, *, history: Sequence[Message] = ()) -> Answer:
        """The answer to a question in its conversation."""
        ...


Standalone = Callable[[str, Sequence[Message]], str]


@dataclass(frozen=True, slots=True)
class SeenPassage:
    """A retrieved passage: its place, and per leg its rank (from 1) and value, None if absent.

    `text` is "" beyond the first few of a long ranking, to keep runs small.
    """

    article_id: str
    start: int
    end: int
    scores: Mapping[str, tuple[int, float] | None]
    text: str = ""


@dataclass(frozen=True, slots=True)
class SeenCitation:
    """A citation, and whether its quote was the slice of the article that it names."""

    marker: int
    article_id: str
    start: int
    end: int
    quote: str
    is_slice: bool


@dataclass(frozen=True, slots=True)
class SeenStatement:
    """A statement, the stretch of it that answers, and its citations."""

    text: str
    highlight: tuple[int, int] | None
    citations: tuple[SeenCitation, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of one question. `ranked` is the search's order, `context` the answer's passages.

    `outcome` is "searched" where only retrieval was evaluated. `error` is the message of an error
    that took the answer's place, or "".
    """

    id: str
    searched_for: str
    outcome: Literal["answered", "declined", "searched"]
    reason: str = ""
    confidence: float = 0.0
    answered_by: str = ""
    statements: tuple[SeenStatement, ...] = ()
    context: tuple[SeenPassage, ...] = ()
    ranked: tuple[SeenPassage, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    error: str = ""

    @property
    def text(self) -> str:
        """The statements as prose; "" where there are none."""
        return " ".join(statement.text for statement in self.statements)

    @property
    def short(self) -> str:
        """The stretch that answers: the first highlight, else the whole text."""
        for statement in self.statements:
            if statement.highlight is not None:
                return statement.text[slice(*statement.highlight)]
        return self.text

    @property
    def citations(self) -> tuple[SeenCitation, ...]:
        """The citations of all statements, each marker once, in their order."""
        return by_marker(c for statement in self.statements for c in statement.citations)

    def to_dict(self) -> dict[str, Any]:
        """The observation as a line of JSON holds it."""
        return asdict(self)


def observe(
    assistant: Answerer,
    question: Question,
    *,
    part: Part,
    depth: int,
    standalone: Standalone | None = None,
) -> Observation:
    """What comes of asking the question and of searching for it `depth` passages deep.

    An error of this package takes the answer's place: the question then counts as declined.
    `standalone` gives what is searched for where only retrieval is evaluated.
    """
    started = time.perf_counter()
    try:
        if part == "retrieval":
            asked = question.question
            if standalone is not None:
                asked = standalone(asked, question.history)
            ranked = _ranked(assistant, asked, depth)
            spent = {"total": time.perf_counter() - started}
            return Observation(question.id, asked, "searched", ranked=ranked, seconds=spent)
        answer = assistant.ask(question.question, history=question.history)
        seconds = {**answer.seconds, "total": time.perf_counter() - started}
        ranked = _ranked(assistant, answer.searched_for, depth) if part == "all" else ()
    except RagError as error:
        outcome: Literal["searched", "declined"] = "searched" if part == "retrieval" else "declined"
        return Observation(question.id, question.question, outcome, error=str(error))
    return Observation(
        id=question.id,
        searched_for=answer.searched_for,
        outcome=answer.outcome,
        reason=answer.reason,
        confidence=float(answer.confidence),
        answered_by=answer.answered_by,
        statements=tuple(
            SeenStatement(
                statement.text,
                statement.highlight,
                tuple(_citation(c, assistant.articles) for c in statement.citations),
            )
            for statement in answer.statements
        ),
        context=tuple(_passage(passage, keep_text=True) for passage in answer.passages),
        ranked=ranked,
        seconds=seconds,
    )


def _ranked(assistant: Retriever, question: str, depth: int) -> tuple[SeenPassage, ...]:
    passages = assistant.retrieve(question, k=depth)[:depth]
    return tuple(_passage(p, keep_text=rank < KEPT_TEXTS) for rank, p in enumerate(passages))


def _passage(passage: Passage, *, keep_text: bool) -> SeenPassage:
    return SeenPassage(
        article_id=passage.article.id,
        start=passage.chunk.start,
        end=passage.chunk.end,
        scores={leg: _score(getattr(passage.scores, leg)) for leg in LEGS},
        text=passage.chunk.text if keep_text else "",
    )


def _score(score: Score | None) -> tuple[int, float] | None:
    return None if score is None else (score.rank, round(float(score.value), 6))


def _citation(citation: Citation, articles: Mapping[str, Article]) -> SeenCitation:
    article = articles.get(citation.article_id)
    is_slice = article is not None and (
        article.text[citation.start : citation.end] == citation.quote != ""
    )
    return SeenCitation(
        citation.marker,
        citation.article_id,
        citation.start,
        citation.end,
        citation.quote,
        is_slice,
    )


def observed(row: Mapping[str, Any]) -> Observation:
    """The observation that `to_dict` wrote. Raises KeyError or TypeError for anything else."""
    return Observation(
        id=row["id"],
        searched_for=row["searched_for"],
        outcome=row["outcome"],
        reason=row["reason"],
        confidence=row["confidence"],
        answered_by=row["answered_by"],
        statements=tuple(
            SeenStatement(
                statement["text"],
                None if statement["highlight"] is None else tuple(statement["highlight"]),
                tuple(SeenCitation(**citation) for citation in statement["citations"]),
            )
            for statement in row["statements"]
        ),
        context=tuple(_passage_of(passage) for passage in row["context"]),
        ranked=tuple(_passage_of(passage) for passage in row["ranked"]),
        seconds=row["seconds"],
        error=row["error"],
    )


def _passage_of(row: Mapping[str, Any]) -> SeenPassage:
    scores = {leg: None if s is None else (s[0], s[1]) for leg, s in row["scores"].items()}
    return SeenPassage(row["article_id"], row["start"], row["end"], scores, row["text"])
