"""Places in articles -> statements with numbered citations that hold.

The law: `article.text[citation.start:citation.end] == citation.quote`, for every citation of every
answer. Quotes are cut from the article here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from rag.articles.marks import is_markdown, without_marks
from rag.datatypes import Answer, Article, Citation, Statement
from rag.text import normalise

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article; `highlight` is the part of it, in the article, that answers.

    `when` is the date that it is told under, in words, where places are in the order of dates.
    """

    article_id: str
    start: int
    end: int
    highlight: tuple[int, int] | None = None
    when: str = ""


def cite(places: Sequence[Place], articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    """Return one verbatim statement for each place, numbered in order from 1.

    Of an article that is written in Markdown the marks are not stated; the quote has them.

    A text that was stated already gives no second statement: said in another article too, that
    article's place becomes one more citation of the first; in the same article, it is left out.

    Raises:
        ValueError: a place is not in its article.
    """
    texts: dict[str, list[Place]] = {}
    for place in places:
        article = articles.get(place.article_id)
        if article is None or not 0 <= place.start < place.end <= len(article.text):
            raise ValueError(f"no such place in the articles: {place}")
        same = texts.setdefault(normalise(article.text[place.start : place.end]), [])
        if all(place.article_id != other.article_id for other in same):
            same.append(place)
    statements: list[Statement] = []
    marker = 0
    for same in texts.values():
        citations = []
        for place in same:
            marker += 1
            article = articles[place.article_id]
            quote, page = article.text[place.start : place.end], article.page_at(place.start)
            citations.append(
                Citation(marker, place.article_id, place.start, place.end, quote, page)
            )
        first = same[0]
        highlight = first.highlight and (
            first.highlight[0] - first.start,
            first.highlight[1] - first.start,
        )
        text, highlight = _stated(first, articles[first.article_id], highlight)
        statements.append(Statement(text, tuple(citations), highlight, when=first.when))
    return tuple(statements)


def numbered(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements with the markers of their citations in order, from 1."""
    markers = count(1)
    return tuple(
        replace(one, citations=tuple(replace(c, marker=next(markers)) for c in one.citations))
        for one in statements
    )


def stated(place: Place, article: Article) -> str:
    """Return the text of a place as it is stated."""
    return _stated(place, article, None)[0]


def _stated(
    place: Place, article: Article, highlight: tuple[int, int] | None
) -> tuple[str, tuple[int, int] | None]:
    text = article.text[place.start : place.end]
    if is_markdown(article.source):
        bare, inside = without_marks(text, highlight)
        if bare.strip():
            text, highlight = bare, inside
    return _on_one_line(text, highlight)


def _on_one_line(
    text: str, highlight: tuple[int, int] | None
) -> tuple[str, tuple[int, int] | None]:
    """Return a text with a space for each run of white space, and where the highlight is then."""
    if highlight is None:
        return _SPACE.sub(" ", text), None
    start, end = (len(_SPACE.sub(" ", text[:at])) for at in highlight)
    return _SPACE.sub(" ", text), (start, end)


def broken_citations(answer: Answer, articles: Mapping[str, Article]) -> list[Citation]:
    """Return the citations of `answer` that are not the slice of their article that they claim."""
    return [
        citation
        for citation in _all(answer.statements)
        if citation.article_id not in articles
        or articles[citation.article_id].text[citation.start : citation.end] != citation.quote
    ]


def _all(statements: Iterable[Statement]) -> Iterable[Citation]:
    return (citation for statement in statements for citation in statement.citations)
