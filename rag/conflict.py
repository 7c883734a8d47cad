"""How likely do two claims of different articles answer one question, each with its own value?

"50 million" and "22 million" tokens are those of two companies, and no conflict; two dates of one
event are one. A logistic regression, above all over how alike the passages are that they stand in;
what the reader thinks of the sentences adds nothing. Fitted by tests/benchmarks/fit_conflict.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.claim import Claim, Subject
from rag.extract import logistic, weigh
from rag.values import apart

# In the order of `features`.
WEIGHTS = (-0.98, 2.9, 3.27, 6.75, 1.31, -0.57)
CONSTANT = -7.74

TYPICAL = 0.3  # a passage's cosine with another article's, where there are no others to tell by


def conflict(subject: Subject, first: Claim, other: Claim, beside: Sequence[Claim]) -> float:
    """Return how likely `other` answers what `first` answers, 0 to 1, their values different.

    `beside` are claims of other articles than `first`'s, with `other` or without.
    """
    return logistic(weigh(features(subject, first, other, beside), WEIGHTS, CONSTANT))


def features(
    subject: Subject, first: Claim, other: Claim, beside: Sequence[Claim]
) -> tuple[float, ...]:
    """Return what tells a conflict; `subject` is what the question asks of.

    How much less the other's cosine with the question is; the cosine of the two sentences; that of
    the passages, and by how much this is more than the lower quartile of the first passage's with
    the rest of `beside` (where all articles tell of one topic, all are alike); the share of the
    question's names in the other's passage; and how far apart the values are.
    """
    alike = float(other.about @ first.about)
    rest = [float(claim.about @ first.about) for claim in beside if claim is not other]
    return (
        first.cosine - other.cosine,
        float(other.vector @ first.vector),
        alike,
        alike - (float(np.quantile(rest, 0.25)) if rest else TYPICAL),
        subject.names_in(other.passage),
        apart(first.value, other.value),
    )
