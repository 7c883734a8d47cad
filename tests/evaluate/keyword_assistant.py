"""A small real assistant: it matches words. Its parts can be spoiled, to see that it is noticed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.datatypes import (
    Answer,
    Article,
    Chunk,
    Citation,
    Message,
    Passage,
    Score,
    Scores,
    Statement,
)
from rag.errors import QuestionError
from rag.evaluate.questions import Evidence, Question, QuestionSet
from rag.evaluate.run import Run, evaluate

TEXTS = {
    "bridge": (
        "The bridge opened in March 1932. It is 503 metres long. Dorothy Hale drew its arch. "
        "Ships of every size pass below. A toll of six pence was asked at first."
    ),
    "tower": (
        "The tower stands in the old harbour. Masons finished it in 1881. "
        "Its bell weighs nine tonnes. Ivo Brandt cast the bell in Lindau."
    ),
    "canal": (
        "The canal joins two lakes. Digging took eleven years. The toll ended in 1950. "
        "Barges carry grain along it."
    ),
}


def article(article_id: str, text: str) -> Article:
    return Article(article_id, article_id.title(), text, f"{article_id}.txt")


ARTICLES = {name: article(name, TEXTS[name]) for name in sorted(TEXTS)}


def words(text: str) -> set[str]:
    common = {"the", "a", "of", "in", "is", "it", "its", "was", "did", "how", "what", "who", "when"}
    return set(re.findall(r"\w+", text.lower())) - common


def letters(text: str) -> set[str]:
    """Runs of four letters: a second leg that forgives misspellings."""
    squeezed = " ".join(sorted(words(text)))
    return {squeezed[i : i + 4] for i in range(len(squeezed) - 3)}


@dataclass(frozen=True)
class Settings:
    """What can be spoiled."""

    lexical: bool = True
    vector: bool = True
    declines: bool = True
    shift: int = 0


@dataclass
class KeywordAssistant:
    """Sentences are its chunks; a question without a shared word is declined."""

    articles: Mapping[str, Article] = field(default_factory=lambda: ARTICLES)
    config: Settings = field(default_factory=Settings)
    asked: list[str] = field(default_factory=list)
    fails_at: int | None = None

    @property
    def chunks(self) -> list[Chunk]:
        return [
            Chunk(f"{name}-{m.start()}", name, m.start(), m.end(), m.group())
            for name, item in self.articles.items()
            for m in re.finditer(r"[^.\s][^.]*\.", item.text)
        ]

    def retrieve(self, question: str, *, k: int | None = None) -> list[Passage]:
        chunks = self.chunks
        legs: dict[str, dict[str, Score]] = {"lexical": {}, "vector": {}}
        for leg, features in (("lexical", words), ("vector", letters)):
            if getattr(self.config, leg):
                asked = features(question)
                values = {c.id: len(asked & features(c.text)) for c in chunks}
                order = sorted((c for c in chunks if values[c.id]), key=lambda c: -values[c.id])
                legs[leg] = {c.id: Score(i, values[c.id]) for i, c in enumerate(order, start=1)}
        total = {
            chunk.id: sum(1 / (60 + leg[chunk.id].rank) for leg in legs.values() if chunk.id in leg)
            for chunk in chunks
        }
        found = sorted((c for c in chunks if total[c.id]), key=lambda c: -total[c.id])
        return [
            Passage(
                chunk,
                self.articles[chunk.article_id],
                Scores(
                    lexical=legs["lexical"].get(chunk.id),
                    vector=legs["vector"].get(chunk.id),
                    fused=Score(rank, total[chunk.id]),
                ),
            )
            for rank, chunk in enumerate(found[:k], start=1)
        ]

    def ask(self, question: str, *, history: Sequence[Message] = ()) -> Answer:
        if self.fails_at is not None and len(self.asked) == self.fails_at:
            raise KeyboardInterrupt
        self.asked.append(question)
        if not words(question):
            raise QuestionError("the question is empty: type a question")
        spoken = [turn["content"] for turn in history if turn["role"] == "user"]
        searched = " ".join([*spoken[-1:], question])
        passages = self.retrieve(searched, k=4)
        confidence = 0.0
        if passages:
            shared = words(searched) & words(passages[0].chunk.text)
            confidence = len(shared) / len(words(searched))
        declined = not passages or (self.config.declines and confidence < 0.4)
        statements = () if declined else (self._statement(passages[0].chunk),)
        return Answer(
            question=question,
            searched_for=searched,
            statements=statements,
            passages=tuple(passages),
            outcome="declined" if declined else "answered",
            reason="The articles do not say." if declined else "",
            confidence=confidence,
            answered_by="keywords",
            seconds={"search": 0.001, "answer": 0.002},
            articles=self.articles,
        )

    def _statement(self, chunk: Chunk) -> Statement:
        own = [c for c in self.chunks if c.article_id == chunk.article_id]
        cited = own[(own.index(chunk) + self.config.shift) % len(own)]
        citation = Citation(1, cited.article_id, cited.start, cited.end, cited.text)
        return Statement(chunk.text, (citation,))

    def spoiled(self, **changes: object) -> KeywordAssistant:
        return KeywordAssistant(self.articles, replace(self.config, **changes))


def asked(
    number: int, text: str, answer: str, where: str, quote: str, kind: str = "fact"
) -> Question:
    return Question(
        f"q{number}", text, answers=(answer,), evidence=(Evidence(where, quote),), kind=kind
    )


QUESTIONS = QuestionSet(
    "small",
    Path("small.jsonl"),
    (
        asked(1, "When did the bridge open?", "1932", "bridge", "opened in March 1932", "date"),
        asked(2, "How long is the bridge, in metres?", "503", "bridge", "It is 503 metres long."),
        asked(3, "Who drew the arch?", "Dorothy Hale", "bridge", "Dorothy Hale drew its arch."),
        asked(4, "Who cast the bell?", "Ivo Brandt", "tower", "Ivo Brandt cast the bell"),
        asked(5, "What weighs nine tonnes?", "bell", "tower", "Its bell weighs nine tonnes."),
        asked(6, "When did masons finish?", "1881", "tower", "Masons finished it in 1881.", "date"),
        asked(7, "How many years of digging?", "eleven", "canal", "Digging took eleven years."),
        asked(8, "When ended the toll?", "1950", "canal", "The toll ended in 1950.", "date"),
        asked(9, "brges carring grane?", "grain", "canal", "Barges carry grain", "misspelt"),
        asked(10, "shps passng belw?", "every size", "bridge", "Ships of every size", "misspelt"),
        Question("q11", "Who paints museums?", answerable=False, kind="unanswerable"),
        Question("q12", "Which king visited Lindau?", answerable=False, kind="unanswerable"),
        Question("q13", "How tall, deep, red was Vesuvius?", answerable=False, kind="unanswerable"),
        Question("q14", "Which sailor swam farthest?", answerable=False, kind="unanswerable"),
    ),
)

HOSTILE = "<script>window.pwned = 1</script><img src=x onerror='window.pwned=2'>\"'&"


def hostile_run() -> Run:
    """A run in which every text that a report shows tries to be markup."""
    texts = {**TEXTS, "bad": f"Odilo the heron {HOSTILE} sleeps. "}
    articles = {name: article(name, text) for name, text in texts.items()}
    articles["bad"] = replace(articles["bad"], title=HOSTILE)
    question = Question(
        f"q{HOSTILE}",
        f"Odilo the heron sleeps {HOSTILE}",
        history=({"role": "user", "content": HOSTILE},),
        answers=(HOSTILE,),
        kind=HOSTILE,
        relevant={"bad": 1},
    )
    questions = QuestionSet(HOSTILE, Path("x"), (question, *QUESTIONS.questions))
    return evaluate(KeywordAssistant(articles), questions, name=HOSTILE)
