"""How sure the program is of an answer, in words."""

from __future__ import annotations

from itertools import combinations

from rag.changes.values import likeness
from rag.datatypes import Answer

SURE, FAIRLY = 0.75, 0.4  # confidences from which on an answer is told to be sure, fairly sure
UNSURE = "Unsure: check the source"


def sureness(answer: Answer) -> str:
    """How sure the program is of an answer, in words; "" where it is not judged by a threshold.

    The bands are of the probability that the passages answer the question. It says nothing of what
    a chat model made of them, so that its answers have no such word: each statement of theirs is
    held against its citations instead. Where the articles differ, or the answer leaves something
    open, nothing is sure.
    """
    if answer.outcome == "declined" or answer.grounds is None or answer.grounds.threshold is None:
        return ""
    if any(statement.support is not None for statement in answer.statements):
        return ""
    if answer.differing:
        return "The articles differ"
    if answer.confidence >= SURE and not answer.reason and not _values_differ(answer):
        return "Sure"
    return "Fairly sure" if answer.confidence >= FAIRLY else UNSURE


def _values_differ(answer: Answer) -> bool:
    """Whether statements of different articles give different words as what answers."""
    given = [
        (statement.citations[0].article_id, statement.text[slice(*statement.highlight)])
        for statement in answer.statements
        if statement.highlight is not None and statement.citations
    ]
    return any(
        one != other and likeness(value, another) == "different"
        for (one, value), (other, another) in combinations(given, 2)
    )
