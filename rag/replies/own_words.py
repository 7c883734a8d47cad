"""What whoever says "I" in an article says of a thing, though a sentence of it has no "I".

By Ana Ruiz: "I walk by the quay. The lamps go out at ten."   it is she who says so
"Do you like the lamps?" "They go out at ten."                so does who answers, of the lamps
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.articles.first_person import answers_in, first_person, is_told_as_i, says_i
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, BlockKind
from rag.reading.antecedent import MOST_CHARS
from rag.replies.quoted import is_same, whose_words

_LEAST_SHARE = 1 / 2  # of a topic's terms, in a sentence that is somebody's without saying so
_LEAST_OF_QUESTION = 1 / 3 - 1e-9  # of the same, in the question that an answer is for
_QUOTES = re.compile(r"[“”\"]")
# What goes on about a thing without naming it.
_OF_IT = re.compile(r"\b(?:it|its|they|them|their|theirs)\b", re.IGNORECASE)

Span = tuple[int, int]


def told_as_i(article: Article, name: str) -> tuple[Place, ...]:
    """Return the sentences of `article` in which whoever has `name` says "I"."""
    if not _is_theirs(article, name):
        return ()
    return tuple(
        Place(article.id, start, end)
        for start, end in statement_spans(article)
        if says_i(article, start, end)
    )


def told_on(
    article: Article, name: str, share_of: Callable[[str], float]
) -> list[tuple[float, Place]]:
    """Return what whoever has `name` says of a topic in what they wrote or answered.

    `share_of` returns how much of the topic a text holds. That is a sentence of theirs with those
    behind it that go on about it, and a whole answer to a question about the topic.
    """
    if not _is_theirs(article, name):
        return []
    if answers := answers_in(article):
        found = []
        for asked, start, end in answers:
            share = share_of(article.text[asked:start])
            spans = [span for span in statement_spans(article) if start <= span[0] < end]
            if spans and share >= _LEAST_OF_QUESTION:
                found.append((share, _whole(article, spans)))
            else:
                found += _sentences(article, spans, share_of)
        return found
    return _sentences(article, _own(article), share_of) if is_told_as_i(article) else []


def question_at(article: Article, start: int) -> str:
    """Return the question of an interview whose answer has the text at `start`, "" of no such."""
    asked = (
        article.text[asked:begins]
        for asked, begins, end in answers_in(article)
        if asked <= start < end
    )
    return next(asked, "")


def _is_theirs(article: Article, name: str) -> bool:
    who = first_person(article)
    return bool(who) and is_same(who, name)


def _own(article: Article) -> list[Span]:
    """Return the sentences of running text in which nobody else is heard."""
    prose = [
        block for block in article.blocks if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
    ]
    others = whose_words(article)
    return [
        (start, end)
        for start, end in statement_spans(article)
        if start not in others
        and not _QUOTES.search(article.text, start, end)
        and any(block.start <= start < block.end for block in prose)
    ]


def _sentences(
    article: Article, spans: list[Span], share_of: Callable[[str], float]
) -> list[tuple[float, Place]]:
    """Return the sentences of a topic, each with those behind it that go on about it."""
    opening = {block.start for block in article.blocks}
    found = []
    for at, (start, end) in enumerate(spans):
        share = share_of(article.text[start:end])
        if share < _LEAST_SHARE:
            continue
        going_on = [(start, end)]
        for span in spans[at + 1 :]:
            gap = article.text[going_on[-1][1] : span[0]].strip()
            if span[0] in opening or gap or not _OF_IT.search(article.text, *span):
                break
            going_on.append(span)
        found.append((share, _whole(article, going_on)))
    return found


def _whole(article: Article, spans: list[Span]) -> Place:
    """Return the place of sentences that follow each other, as many as can be read at once."""
    start, end = spans[0]
    for span in spans[1:]:
        if span[1] - start > MOST_CHARS:
            break
        end = span[1]
    return Place(article.id, start, end)
