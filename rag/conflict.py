"""How likely do two claims of different articles answer one question, each with its own value?

"50 million" and "22 million" tokens are those of two companies, and no conflict; two dates of one
event are one. A logistic regression over what the reader and the retriever say of both, and over
how alike the passages are that they stand in. Fitted by tests/benchmarks/fit_conflict.py.
"""

from __future__ import annotations

import math

from rag.claim import Claim, Subject
from rag.extract import logistic, weigh
from rag.values import apart

# In the order of `features`.
WEIGHTS = (-0.08, 0.02, 0.09, -0.07, -0.54, -1.66, 1.79, 8.38, 1.52, 0.59, -0.4)
CONSTANT = -9.1

_BOUND = 10.0  # logits are cut here
_LEAST_SCORE = 0.001


def conflict(subject: Subject, first: Claim, other: Claim) -> float:
    """Return how likely `other` answers what `first` answers, 0 to 1, their values different."""
    return logistic(weigh(features(subject, first, other), WEIGHTS, CONSTANT))


def features(subject: Subject, first: Claim, other: Claim) -> tuple[float, ...]:
    """Return what tells a conflict; `subject` is what the question asks of.

    The log-odds of both sentences, the margins of both spans, the other's coverage of the question
    as a share of the first's, how much less its cosine is, the cosines of the sentences and of
    the passages, the shares of the question's names and words in the other's passage, and how far
    apart the values are.
    """
    return (
        _log_odds(other.score),
        _log_odds(first.score),
        _bounded(other.margin),
        _bounded(first.margin),
        min(other.coverage / max(first.coverage, 0.05), 2.0),
        first.cosine - other.cosine,
        float(other.vector @ first.vector),
        float(other.about @ first.about),
        subject.names_in(other.passage),
        subject.terms_in(other.passage),
        apart(first.value, other.value),
    )


def _log_odds(score: float) -> float:
    bounded = min(max(score, _LEAST_SCORE), 1 - _LEAST_SCORE)
    return math.log(bounded / (1 - bounded))


def _bounded(logit: float) -> float:
    return max(-_BOUND, min(_BOUND, logit))
