"""How likely do two claims of different articles answer one question, each with its own value?

"50 million" and "22 million" tokens are those of two companies, and no conflict; two dates of one
event are one. A logistic regression, above all over whether the values are of one kind, and the
passages name the same and are more alike than the nearest ones of the whole collection: two that
tell of one event are nearly as near as any. What the reader thinks of the sentences adds nothing.
Fitted by tests/benchmarks/fit_conflict.py.
"""

from __future__ import annotations

from rag.changes.claim import Claim, Subject, names_shared
from rag.changes.values import apart
from rag.odds import logistic, weigh

# In the order of `features`.
WEIGHTS = (-0.51, 0.68, -3.43, 7.07, 0.78, -0.87, 4.9, 5.31, 1.72)
CONSTANT = -5.34


def conflict(subject: Subject, first: Claim, other: Claim, near: float) -> float:
    """Return how likely `other` answers what `first` answers, 0 to 1, their values different.

    `near` is the mean cosine of the first claim's passage with those nearest to it, of all.
    """
    return logistic(weigh(features(subject, first, other, near), WEIGHTS, CONSTANT))


def features(subject: Subject, first: Claim, other: Claim, near: float) -> tuple[float, ...]:
    """Return what tells a conflict; `subject` is what the question asks of.

    How much less the other's cosine with the question is; the cosine of the two sentences; that of
    the passages, and by how much this is more than `near` (where all articles tell of one topic,
    all are alike); the share of the question's names in the other's passage; how far apart the
    values are, and their cosine: two airlines are of one kind, an airline and a fine are not; the
    share of names and numbers that both passages hold; and that of the question's terms, by their
    idf, in the other's.
    """
    alike = float(other.about @ first.about)
    return (
        first.cosine - other.cosine,
        float(other.vector @ first.vector),
        alike,
        alike - near,
        subject.names_in(other.passage),
        apart(first.value, other.value),
        float(other.meaning @ first.meaning),
        names_shared(first.passage, other.passage),
        other.told,
    )
