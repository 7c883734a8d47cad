"""How right an answer's citations are, against the evidence of the question. All in 0..1.

What is a property of statements is None where there are none, as in a declined answer; what
measures the evidence found counts 0 there, so that declining does not flatter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rag.datatypes import Article
from rag.evaluate.answers import support
from rag.evaluate.observe import SeenCitation, SeenStatement
from rag.evaluate.places import Span, Target


def cited_share(statements: Sequence[SeenStatement]) -> float | None:
    """The share of statements with a citation; None without statements."""
    if not statements:
        return None
    return sum(bool(statement.citations) for statement in statements) / len(statements)


def slice_share(citations: Sequence[SeenCitation]) -> float | None:
    """The share of citations whose quote is the slice of the article; None without citations."""
    if not citations:
        return None
    return sum(citation.is_slice for citation in citations) / len(citations)


def supported_share(statements: Sequence[SeenStatement]) -> float | None:
    """The mean share of a statement's words that its quotes hold; None without statements."""
    if not statements:
        return None
    shares = [support(s.text, [c.quote for c in s.citations]) for s in statements]
    return sum(shares) / len(shares)


def citation_precision(
    citations: Sequence[SeenCitation],
    targets: Sequence[Target],
    articles: Mapping[str, Article],
) -> float:
    """The share of citations that meet a target; 0 without citations."""
    met = len(right_markers(citations, targets, articles))
    return met / len(citations) if citations else 0.0


def right_markers(
    citations: Sequence[SeenCitation],
    targets: Sequence[Target],
    articles: Mapping[str, Article],
) -> tuple[int, ...]:
    """The markers of the citations that meet a target."""
    return tuple(c.marker for c in citations if _met(c, targets, articles))


def citation_recall(
    citations: Sequence[SeenCitation],
    targets: Sequence[Target],
    articles: Mapping[str, Article],
) -> float:
    """The share of targets that a citation meets; 0 without targets."""
    met = {name for citation in citations for name in _met(citation, targets, articles)}
    return len(met) / len(targets) if targets else 0.0


def right_article_share(citations: Sequence[SeenCitation], right: Collection[str]) -> float:
    """The share of citations that are of a right article; 0 without citations."""
    met = sum(citation.article_id in right for citation in citations)
    return met / len(citations) if citations else 0.0


def _met(
    citation: SeenCitation, targets: Sequence[Target], articles: Mapping[str, Article]
) -> list[str]:
    span = Span(citation.article_id, citation.start, citation.end)
    article = articles.get(citation.article_id)
    return [target.name for target in targets if target.met_by(span, article)]
