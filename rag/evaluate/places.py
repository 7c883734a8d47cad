"""Where the evidence of a question stands, and whether a stretch of an article touches it.

A target is one thing to find. It is met by a stretch of an article

- that overlaps one of the target's spans, where the set gives evidence: a quote counts wherever it
  stands in the article, and white space in it matches any white space;
- that is of the target's article, where the set only names the right articles;
- that holds one of the target's texts, in normalised form, where the set gives only answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rag.datatypes import Article
from rag.evaluate.answers import contains, normalise
from rag.evaluate.lines import Problem
from rag.evaluate.questions import Evidence, Question

LONG_ANSWER_WORDS = 12


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of an article, in code points."""

    article_id: str
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether the two have a character in common."""
        same = self.article_id == other.article_id
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to find, by exactly one of: spans, an article's id, or texts.

    `grade` says how right it is, from 1.
    """

    name: str
    spans: tuple[Span, ...] = ()
    article_id: str | None = None
    texts: tuple[str, ...] = ()
    grade: int = 1

    def met_by(self, span: Span, article: Article | None) -> bool:
        """Whether that stretch of the article meets the target; `article` is None if unknown."""
        if self.spans:
            return any(span.overlaps(own) for own in self.spans)
        if self.article_id is not None:
            return span.article_id == self.article_id
        if article is None:
            return False
        text = _normalised(article.text[span.start : span.end])
        return any(contains(text, _normalised(wanted)) for wanted in self.texts)


@lru_cache(maxsize=4096)
def _normalised(text: str) -> str:
    return normalise(text)


def spans_of(evidence: Evidence, articles: Mapping[str, Article]) -> tuple[Span, ...]:
    """Every place of the evidence, in the order of the articles; empty where there is none.

    With offsets and a quote, the offsets hold if the quote stands there; otherwise the quote does.
    """
    named = [articles.get(evidence.article)] if evidence.article is not None else articles.values()
    spans: list[Span] = []
    for article in named:
        if article is None:
            continue
        start, end = evidence.start, evidence.end
        if (
            start is not None
            and end is not None
            and end <= len(article.text)
            and evidence.quote in ("", article.text[start:end])
        ):
            spans.append(Span(article.id, start, end))
        elif evidence.quote.strip():
            spans += [
                Span(article.id, *place) for place in occurrences(article.text, evidence.quote)
            ]
    return tuple(spans)


def occurrences(text: str, quote: str) -> list[tuple[int, int]]:
    """Where the quote stands in the text; white space in it matches any run of white space.

    >>> occurrences("a cat,  a\\ncat", "a cat")
    [(0, 5), (8, 13)]
    """
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    return [match.span() for match in re.finditer(pattern, text)]


def retrieval_targets(question: Question, articles: Mapping[str, Article]) -> tuple[Target, ...]:
    """What a search for the question should find; nothing for one the articles do not answer.

    The right articles where the set names them, else the evidence, else the answers' own words.
    """
    if not question.answerable:
        return ()
    return (
        _article_targets(question) or _span_targets(question, articles) or _text_targets(question)
    )


def citation_targets(question: Question, articles: Mapping[str, Article]) -> tuple[Target, ...]:
    """What the citations of an answer should touch: the evidence, else the articles, else words."""
    if not question.answerable:
        return ()
    return (
        _span_targets(question, articles) or _article_targets(question) or _text_targets(question)
    )


def right_articles(question: Question, articles: Mapping[str, Article]) -> frozenset[str]:
    """The ids of the articles that the set names or quotes for the question."""
    quoted = {span.article_id for item in question.evidence for span in spans_of(item, articles)}
    return frozenset(quoted | question.relevant.keys())


def _article_targets(question: Question) -> tuple[Target, ...]:
    return tuple(
        Target(article, article_id=article, grade=grade)
        for article, grade in question.relevant.items()
    )


def _span_targets(question: Question, articles: Mapping[str, Article]) -> tuple[Target, ...]:
    targets = []
    for number, evidence in enumerate(question.evidence, start=1):
        if spans := spans_of(evidence, articles):
            targets.append(Target(f"evidence-{number}", spans=spans))
    return tuple(targets)


def _text_targets(question: Question) -> tuple[Target, ...]:
    """The answers as texts to find; none where they are all too long to stand anywhere verbatim."""
    if question.all_of:
        return tuple(
            Target(f"answer-{number}", texts=spellings)
            for number, spellings in enumerate(question.all_of, start=1)
        )
    short = tuple(a for a in question.answers if len(a.split()) <= LONG_ANSWER_WORDS)
    return (Target("answer-1", texts=short),) if short else ()


def check_places(questions: Iterable[Question], articles: Mapping[str, Article]) -> list[Problem]:
    """A problem for each article that is not there and each quote or offset that is not in it."""
    problems = []
    for number, question in enumerate(questions, start=1):
        line = question.line or number
        problems += [
            Problem(line, _unknown(article_id, articles))
            for article_id in question.relevant
            if article_id not in articles
        ]
        for evidence in question.evidence:
            message = _misplaced(evidence, articles)
            if message:
                problems.append(Problem(line, message))
    return problems


def _misplaced(evidence: Evidence, articles: Mapping[str, Article]) -> str:
    if evidence.article is None:
        return ""  # Contexts of ragas may be from anywhere.
    article = articles.get(evidence.article)
    if article is None:
        return _unknown(evidence.article, articles)
    start, end = evidence.start, evidence.end
    if start is not None and end is not None:
        if end > len(article.text):
            return f"{evidence.article!r} has {len(article.text)} characters, 'end' is {end}"
        if evidence.quote and article.text[start:end] != evidence.quote:
            return f"{evidence.article!r} has {article.text[start:end]!r:.80} at [{start}:{end}]"
        return ""
    if not occurrences(article.text, evidence.quote):
        return f"the quote {evidence.quote!r:.80} is not in {evidence.article!r}"
    return ""


def _unknown(article_id: str, articles: Mapping[str, Article]) -> str:
    known = f", such as {min(articles)!r}" if articles else ""
    return f"there is no article {article_id!r}; there are {len(articles)}{known}"
