"""Every metric: its name, what it means, which way is better. The order is that of the tables."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import Literal

Group = Literal["retrieval", "answers", "citations", "declining", "time"]
GROUPS: tuple[Group, ...] = ("answers", "declining", "citations", "retrieval", "time")


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `better` says which way; `unit` is "share" (0..1), "words" or "s"."""

    name: str
    label: str
    group: Group
    meaning: str
    better: Literal["higher", "lower", "neither"] = "higher"
    unit: Literal["share", "words", "s"] = "share"

    def improves(self, before: float, after: float) -> bool:
        """Whether going from one value to the other is for the better."""
        return after > before if self.better == "higher" else after < before

    def text(self, value: float | None) -> str:
        """The value as tables show it: 3 decimals for a share; "–" for None or nan."""
        if value is None or math.isnan(value):
            return "–"
        if self.unit == "share":
            return f"{value:.3f}"
        return f"{value:.1f}" if self.unit == "words" else seconds_text(value)


def seconds_text(seconds: float) -> str:
    """A time for people.

    >>> seconds_text(0.0042), seconds_text(1.5)
    ('4.2 ms', '1.50 s')
    """
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def chance_text(p: float) -> str:
    """A p value for people.

    >>> chance_text(0.0004), chance_text(0.25)
    ('<0.001', '0.250')
    """
    return "<0.001" if p < 0.001 else f"{p:.3f}"


METRICS: tuple[Metric, ...] = (
    Metric(
        "right",
        "Right",
        "answers",
        "Share of all questions with a right outcome: the answer names what it must, or the "
        "articles do not say and it was declined",
    ),
    Metric(
        "contains",
        "Contains",
        "answers",
        "A right answer stands in the answer, whole words, normalised; a declined one counts 0",
    ),
    Metric(
        "all_of",
        "All of",
        "answers",
        "Share of what must all be named that the answer names; a declined one counts 0",
    ),
    Metric(
        "em",
        "Exact match",
        "answers",
        "The highlighted words (else the whole answer) are a right answer, as in SQuAD",
    ),
    Metric(
        "f1",
        "Token F1",
        "answers",
        "F1 of the highlighted words (else the whole answer) against the right one, as in SQuAD",
    ),
    Metric(
        "rouge_l",
        "ROUGE-L",
        "answers",
        "F1 of the longest common subsequence of words of the whole answer and the right one",
    ),
    Metric(
        "em_all",
        "Exact match, all",
        "answers",
        "Exact match over all questions as SQuAD 2.0 counts: declining one that the articles do "
        "not answer counts 1",
    ),
    Metric(
        "f1_all",
        "Token F1, all",
        "answers",
        "Token F1 over all questions as SQuAD 2.0 counts",
    ),
    Metric("words", "Length", "answers", "Words of an answer that was given", "neither", "words"),
    Metric(
        "answered",
        "Answered",
        "declining",
        "Share of all questions that were answered",
        "neither",
    ),
    Metric(
        "answered_answerable",
        "Answered where answerable",
        "declining",
        "Share of the questions the articles answer that were answered",
    ),
    Metric(
        "decline_precision",
        "Declining: precision",
        "declining",
        "Of the declined questions, the share that the articles do not answer",
    ),
    Metric(
        "decline_recall",
        "Declining: recall",
        "declining",
        "Of the questions that the articles do not answer, the share that was declined",
    ),
    Metric(
        "decline_f1",
        "Declining: F1",
        "declining",
        "Harmonic mean of precision and recall of declining",
    ),
    Metric(
        "auroc",
        "AUROC of confidence",
        "declining",
        "Chance that the confidence is higher for a question that the articles answer than for "
        "one that they do not",
    ),
    Metric(
        "risk_coverage_area",
        "Risk-coverage area",
        "declining",
        "Mean share of errors among the surest questions, over all coverages",
        "lower",
    ),
    Metric(
        "calibration_error",
        "Calibration error",
        "declining",
        "Expected distance of the confidence of given answers from the share of them that is "
        "right, 10 bins",
        "lower",
    ),
    Metric("cited", "Statements cited", "citations", "Share of statements that have a citation"),
    Metric(
        "slices",
        "Quotes exact",
        "citations",
        "Share of citations whose quote is, letter by letter, that place of the article",
    ),
    Metric(
        "support",
        "Words supported",
        "citations",
        "Share of a statement's words that stand in the quotes it cites",
    ),
    Metric(
        "citation_precision",
        "Citation precision",
        "citations",
        "Share of citations that touch the evidence; a declined answer counts 0",
    ),
    Metric(
        "citation_recall",
        "Citation recall",
        "citations",
        "Share of the places of evidence that a citation touches; a declined answer counts 0",
    ),
    Metric(
        "right_article",
        "Right article",
        "citations",
        "Share of citations that are of a right article; a declined answer counts 0",
    ),
    Metric("hit@1", "Hit@1", "retrieval", "The first passage is relevant"),
    Metric("hit@5", "Hit@5", "retrieval", "One of the first 5 passages is relevant"),
    Metric("hit@10", "Hit@10", "retrieval", "One of the first 10 passages is relevant"),
    Metric("recall@5", "Recall@5", "retrieval", "Share of the evidence in the first 5 passages"),
    Metric("recall@10", "Recall@10", "retrieval", "Share of the evidence in the first 10 passages"),
    Metric("mrr", "MRR", "retrieval", "1 / rank of the first relevant passage"),
    Metric("ndcg@5", "nDCG@5", "retrieval", "The same as nDCG@10, of the first 5 passages"),
    Metric(
        "ndcg@10",
        "nDCG@10",
        "retrieval",
        "Discounted gain of the first 10 passages over that of the best order",
    ),
    Metric(
        "context_precision",
        "Context precision",
        "retrieval",
        "Share of the passages that the answer was made from that are relevant",
    ),
    Metric(
        "context_recall",
        "Context recall",
        "retrieval",
        "Share of the evidence in the passages that the answer was made from",
    ),
    Metric("seconds_p50", "Time, median", "time", "Time of a question, median", "lower", "s"),
    Metric(
        "seconds_p95",
        "Time, 95th percentile",
        "time",
        "Time of the slowest in twenty",
        "lower",
        "s",
    ),
)

# What a table by kind of question shows, of a whole run and of a search alone.
KIND_METRICS = ("right", "answered", "contains", "f1", "citation_precision", "hit@5")
SEARCH_KIND_METRICS = ("hit@1", "hit@5", "recall@10", "mrr", "ndcg@10")

BY_NAME = {metric.name: metric for metric in METRICS}


def near_names(name: str) -> str:
    """A hint at the metric that was meant.

    >>> near_names("contain")
    'did you mean contains?'
    """
    near = difflib.get_close_matches(name, BY_NAME, n=1)
    return f"did you mean {near[0]}?" if near else f"known metrics: {', '.join(BY_NAME)}"
