"""Replies to questions about a statement that was just shown: the second one, "the July one".

    "Tell me more about the second statement of the answer to “...”"
                                -> it, and what stands behind it
    "Which article has ...?"    -> its article, and it below
    "When was ...?"             -> it, and the date that it names

What is told is cited. Where the answer has no such statement, that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from rag.chunk import statement_spans
from rag.cite import Place, cite, numbered
from rag.conversation.shown import Picked, ShownAsked, at_place, place_said
from rag.datatypes import Article, Statement, day_in_words
from rag.questions.dates import times_in, told_date
from rag.replies.about import told_line
from rag.replies.about_one import stated_in
from rag.text import tokenise

MOST_BEHIND = 3  # sentences that are told of more at once
MOST_WITH_WORDS = 5  # statements that hold the words, and are told again


def about_shown(
    asked: ShownAsked,
    shown: Sequence[Statement],
    articles: Mapping[str, Article],
    newest: Callable[[], date | None],
) -> tuple[Statement, ...]:
    """Return the reply to what is `asked` of one of the statements `shown`, cited.

    `newest` tells the date of the newest article, by which a date without a year is reckoned.
    """
    cited = [statement for statement in shown if statement.citations]
    picked = _picked(asked.of, cited)
    if asked.ask in ("after", "before") and picked:
        places = [cited.index(one) + 1 for one in picked]
        next_to = max(places) + 1 if asked.ask == "after" else min(places) - 1
        beside = at_place(cited, next_to)
        told = f"Nothing was shown {asked.ask} that."
        return told_line(told) if beside is None else numbered([beside])
    if not picked:
        return told_line(_none_such(asked.of, len(cited)))
    if asked.ask == "source":
        return stated_in([place for one in picked for place in _places(one)], articles)
    if asked.ask == "when":
        return numbered([_with_its_date(one, articles, newest) for one in picked])
    if asked.ask == "only":
        return numbered(picked[:1])
    if len(picked) > 1:
        return numbered(picked[:MOST_WITH_WORDS])
    [one] = picked
    at = _places(one)[0]
    spans = statement_spans(articles[at.article_id])
    behind = [Place(at.article_id, *span) for span in spans if span[0] >= at.end]
    passed = asked.page * MOST_BEHIND
    more = cite(behind[passed : passed + MOST_BEHIND], articles)
    if asked.page:
        return more or told_line("The article says no more behind that.")
    if not more:  # it is what the article closes with
        before = [Place(at.article_id, *span) for span in spans if span[1] <= at.start]
        return numbered([*cite(before[-MOST_BEHIND:], articles), one])
    return numbered([one, *more])


def _picked(of: Picked, statements: Sequence[Statement]) -> list[Statement]:
    """Return the statement at a place, or those that hold the words, or stand under such a date."""
    if of.at:
        one = at_place(statements, of.at)
        return [] if one is None else [one]
    wanted = set(tokenise(of.words))
    return [one for one in statements if wanted <= set(tokenise(f"{one.when} {one.text}"))]


def _none_such(of: Picked, count: int) -> str:
    if of.words:
        return f"None of the statements that were shown has “{of.words}”."
    if count == 0:
        return f"There is no {place_said(of.at)} statement: none was shown."
    were = "only one statement was" if count == 1 else f"only {count:,} statements were"
    return f"There is no {place_said(of.at)} one: {were} shown."


def _places(statement: Statement) -> list[Place]:
    return [Place(one.article_id, one.start, one.end) for one in statement.citations]


def _with_its_date(
    statement: Statement, articles: Mapping[str, Article], newest: Callable[[], date | None]
) -> Statement:
    """Return a statement under the date that it names, or with that of its article."""
    if statement.when:
        return statement
    article = articles[statement.citations[0].article_id]
    if named := times_in(statement.text, article.published or newest()):
        _, first, last = named[0]
        return replace(statement, when=told_date(first, last))
    of_a_day = f", in an article of {day_in_words(article.published)}" if article.published else ""
    told = f"No date is named there{of_a_day}: “{statement.text}”"
    return replace(statement, text=told, highlight=None)
