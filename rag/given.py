"""An answer as it is given: as it grows, with the articles that it names, and held to them.

Whoever made its statements, an answer leaves here only where each article that it names was asked,
and each citation is the very slice that it claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answerer import Writer
from rag.articles.catalogue import Catalogue
from rag.changes.claim import Claim
from rag.changes.disagreement import in_words, told
from rag.cite import broken_citations
from rag.datatypes import Answer, DateFilter, Statement
from rag.errors import RagError
from rag.indexing.chosen import of_those_asked, only_told
from rag.replies.about import none_of_the_time
from rag.serving import Serving


def growing(whole: Answer, serving: Serving) -> Iterator[Answer]:
    """Yield the answer as it grows, a statement at a time."""
    for count in range(min(1, len(whole.statements)), len(whole.statements) + 1):
        yield checked(replace(whole, statements=whole.statements[:count]), serving)


def none_left(dates: DateFilter | None, articles: Catalogue) -> str:
    """Return what to tell where a filter leaves no article but those without a date, or ""."""
    if dates is None or not dates.only or articles.published_in(dates):
        return ""
    return none_of_the_time(dates)


def of_the_collection(
    question: str,
    asked: str,
    statements: tuple[Statement, ...],
    serving: Serving,
    as_it_stands: bool,
) -> Answer:
    """Return the answer that tells of the collection itself; nothing was searched for it.

    Raises:
        RagError: it names an article that is not asked, or a citation does not hold.
    """
    answer = Answer(
        question=question,
        searched_for=asked,
        statements=statements,
        passages=(),
        outcome="answered",
        reason="",
        confidence=1.0,
        answered_by="the collection",
        among=serving.among,
        as_it_stands=as_it_stands,
    )
    return with_articles(answer, serving)


def as_written(
    writer: Writer, asked: str, plain: Answer, note: str, claims: Sequence[Claim]
) -> Iterator[Answer]:
    """Yield the answer that `writer` writes of the passages of `plain`, as it grows.

    It is as sure as the evidence, as far as what was written is borne out. Of `claims` that differ
    between articles those that it cites are told.

    Raises:
        ChatError: the writer has no answer.
    """
    for written in writer.write(asked, plain.passages):
        differing = in_words(written.statements, claims)
        yield replace(
            plain,
            differing=differing if len(differing) > 1 else (),
            grounds=plain.grounds and replace(plain.grounds, left_out={}),
            statements=written.statements,
            passages=written.passages,
            outcome="answered" if written.statements else "declined",
            reason=joined(written.reason, told(differing), note),
            confidence=plain.confidence * written.supported,
            answered_by=writer.name,
        )


def checked(answer: Answer, serving: Serving) -> Answer:
    """Return the answer with the articles that it names; a decline says that not all were asked.

    Raises:
        RagError: it names an article that is not asked, or a citation does not hold.
    """
    if answer.among and answer.outcome == "declined":
        only = only_told(len(answer.among), serving.total)
        told = of_those_asked(answer.reason, len(answer.among))
        answer = replace(answer, reason=joined(told, only))
    return with_articles(answer, serving)


def with_articles(answer: Answer, serving: Serving) -> Answer:
    """Return the answer with the articles that it names: each one is asked, whoever answered.

    Raises:
        RagError: one is not, or a citation is not the slice that it claims.
    """
    articles = serving.articles
    named = {passage.article.id for passage in answer.passages}
    for statement in answer.statements:
        named |= {statement.article_id} - {""} | {one.article_id for one in statement.citations}
    if strange := sorted(name for name in named if name not in articles):
        raise RagError(f"an article that is not asked was answered from: {strange[0]}")
    if broken := broken_citations(answer, articles):
        raise RagError(f"a citation does not hold: {broken[0]}")
    return replace(answer, articles={name: articles[name] for name in sorted(named)})


def joined(*reasons: str) -> str:
    """Return the reasons that there are, one after the other."""
    return " ".join(filter(None, reasons))
