"""Citation metrics, each worked by hand."""

from __future__ import annotations

import pytest

from rag.evaluate import citations
from rag.evaluate.observe import SeenCitation, SeenStatement
from rag.evaluate.places import Span, Target
from tests.evaluate.keyword_assistant import ARTICLES, TEXTS


def cite(marker: int, article_id: str, start: int, end: int, *, exact: bool = True) -> SeenCitation:
    quote = TEXTS[article_id][start:end]
    return SeenCitation(marker, article_id, start, end, quote, exact)


OPENED = cite(1, "bridge", 0, 32)
LONG = cite(2, "bridge", 33, 55)
TOWER = cite(3, "tower", 0, 36, exact=False)
TARGETS = [
    Target("evidence-1", spans=(Span("bridge", 20, 30),)),
    Target("evidence-2", spans=(Span("canal", 0, 10),)),
]


def test_cited_share_is_over_statements() -> None:
    statements = [SeenStatement("a", None, (OPENED,)), SeenStatement("b", None, ())]
    assert citations.cited_share(statements) == 0.5
    assert citations.cited_share([]) is None


def test_slice_share_is_over_citations() -> None:
    assert citations.slice_share([OPENED, LONG, TOWER]) == pytest.approx(2 / 3)
    assert citations.slice_share([]) is None


def test_precision_and_recall_of_citations() -> None:
    cited = [OPENED, LONG, TOWER]
    assert citations.citation_precision(cited, TARGETS, ARTICLES) == pytest.approx(1 / 3)
    assert citations.citation_recall(cited, TARGETS, ARTICLES) == 0.5
    assert citations.right_markers(cited, TARGETS, ARTICLES) == (1,)


def test_without_citations_they_are_0() -> None:
    assert citations.citation_precision([], TARGETS, ARTICLES) == 0
    assert citations.citation_recall([], TARGETS, ARTICLES) == 0
    assert citations.right_article_share([], {"bridge"}) == 0


def test_right_article_share() -> None:
    assert citations.right_article_share([OPENED, LONG, TOWER], {"bridge"}) == pytest.approx(2 / 3)


def test_supported_share_is_the_mean_over_statements() -> None:
    statements = [
        SeenStatement("opened March 1932", None, (OPENED,)),  # All three words.
        SeenStatement("red bridge", None, (OPENED,)),  # One of two.
        SeenStatement("opened", None, ()),  # No quote.
    ]
    assert citations.supported_share(statements) == pytest.approx((1 + 0.5 + 0) / 3)
    assert citations.supported_share([]) is None
