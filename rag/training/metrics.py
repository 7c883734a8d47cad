"""How well a reader reads: F1, AUC and the right sentence first, as published for these sets."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from rag.evaluate.answers import word_f1
from rag.reader.datatypes import Reader, Reading
from rag.training.examples import CLAIMS, Example

_PUNCTUATION = str.maketrans("", "", string.punctuation)
SETS = ("squad-1.1", "squad-2.0", "news", "written", "clapnq", CLAIMS)
THRESHOLDS = tuple(step / 20 for step in range(1, 20))


@dataclass(frozen=True, slots=True)
class Figures:
    """A set's figures; a share is None where the set has nothing to measure it on.

    `span_f1` and `exact` are over the answerable questions, the passage given and no declining;
    `f1_with_declining` is over all questions (a declined unanswerable one counts 1, a declined
    answerable one 0), declining below `answers_from`; `best_f1_with_declining` with the
    best threshold for this very set, as the SQuAD 2.0 script gives it beside. `auc` is of the
    probability that the passage answers; `first_sentence` how often the best sentence answers.
    """

    answerable: int
    unanswerable: int
    span_f1: float | None
    exact: float | None
    f1_with_declining: float | None
    best_f1_with_declining: float | None
    auc: float | None
    first_sentence: float | None

    def to_dict(self) -> dict[str, float | int | None]:
        """The figures by name, shares rounded to four digits."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


def figures(
    examples: Sequence[Example], readings: Sequence[Reading], *, answers_from: float = 0.5
) -> Figures:
    """Return the figures of one set; below a probability of `answers_from` it is declined."""
    pairs = list(zip(examples, readings, strict=True))
    positive = [(e, r) for e, r in pairs if e.answerable]
    negative = [(e, r) for e, r in pairs if not e.answerable]
    spans = [(e, r) for e, r in positive if e.answers]
    f1s = [best_f1(_text(e, r), e.answers) for e, r in spans]
    exacts = [float(_normal(_text(e, r)) in map(_normal, e.answers)) for e, r in spans]
    sentences = [
        float(int(np.argmax(r.sentences)) in e.gold)
        for e, r in positive
        if e.gold and len(e.sentences) > 1
    ]
    both = bool(f1s) and bool(negative)
    logits = [r.logit for _, r in spans], [r.logit for _, r in negative]
    return Figures(
        answerable=len(positive),
        unanswerable=len(negative),
        span_f1=_mean(f1s),
        exact=_mean(exacts),
        f1_with_declining=_declining(f1s, *logits, _logit(answers_from)) if both else None,
        best_f1_with_declining=(
            # Above all logits every question is declined.
            max(_declining(f1s, *logits, at) for at in (*logits[0], *logits[1], math.inf))
            if both
            else None
        ),
        auc=auc([r.logit for _, r in positive], [r.logit for _, r in negative]),
        first_sentence=_mean(sentences),
    )


def measure(
    reader: Reader, examples: Sequence[Example], *, answers_from: float = 0.5
) -> dict[str, Figures]:
    """Return the figures by set; "squad-2.0" is all questions of the articles that have both.

    Of "claims", a claim that is borne out counts as answerable.
    """
    readings = read_all(reader, examples)
    return {
        name: figures(
            [examples[at] for at in members],
            [readings[at] for at in members],
            answers_from=answers_from,
        )
        for name, members in _sets(examples).items()
    }


def best_threshold(examples: Sequence[Example], readings: Sequence[Reading]) -> float:
    """Return the probability from which on it is best to answer: 0.05, 0.1, ... 0.95.

    Best is the highest mean of the sets' F1 with declining. Unlike 1 / (1 + F1), from which on an
    answer would be worth more than declining if each set had the probabilities that it is told,
    this needs no set to be calibrated by itself. Without a set that has both kinds of questions
    it is 0.5.
    """
    parts = [
        ([examples[at] for at in members], [readings[at] for at in members])
        for members in _sets(examples).values()
    ]

    def reached(threshold: float) -> float:
        found = [figures(*part, answers_from=threshold).f1_with_declining for part in parts]
        return float(np.mean([f1 for f1 in found if f1 is not None] or [0.0]))

    # Of those that are equally good the one that is nearest to one half.
    return max(THRESHOLDS, key=lambda at: (reached(at), -abs(at - 0.5)))


def of_sets(examples: Sequence[Example], names: Collection[str]) -> list[Example]:
    """Return the examples of the sets named, in their order; names are those of SETS."""
    members = _sets(examples)
    wanted = {at for name in names for at in members.get(name, ())}
    return [example for at, example in enumerate(examples) if at in wanted]


def _sets(examples: Sequence[Example]) -> dict[str, list[int]]:
    both = {example.group for example in examples if example.source == "squad-2.0"}
    sets = {
        name: [
            at
            for at, example in enumerate(examples)
            if (example.group in both if name == "squad-2.0" else example.source == name)
        ]
        for name in SETS
    }
    return {name: members for name, members in sets.items() if members}


def read_all(reader: Reader, examples: Sequence[Example]) -> list[Reading]:
    """Return one reading for each example, its own passage given."""
    return [reader.read(e.question, [e.passage], [e.sentences])[0] for e in examples]


def best_f1(text: str, answers: Sequence[str]) -> float:
    """Return the F1 of the words of `text` against the nearest of `answers`, as SQuAD counts it.

    >>> best_f1("the 3 May", ["3 May 1999"])
    0.8
    """
    return max(word_f1(_normal(text).split(), _normal(answer).split()) for answer in answers)


def auc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Return how often a positive scores above a negative, ties half; None if there is no pair."""
    if not positive or not negative:
        return None
    above = np.asarray(positive)[:, None] - np.asarray(negative)[None, :]
    return float((above > 0).mean() + (above == 0).mean() / 2)


def _normal(text: str) -> str:
    """Return the text as SQuAD's script has it, whose figures these are set beside: of punctuation
    that of ASCII alone goes.
    """
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def _text(example: Example, reading: Reading) -> str:
    return "" if reading.span is None else example.passage[slice(*reading.span)]


def _logit(probability: float) -> float:
    return math.log(probability / (1 - probability))


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _declining(
    f1s: Sequence[float], positive: Sequence[float], negative: Sequence[float], threshold: float
) -> float:
    """Return the mean F1 over both when logits below the threshold are declined."""
    kept = np.where(np.asarray(positive) >= threshold, f1s, 0.0).sum()
    right = (np.asarray(negative) < threshold).sum()
    return float(kept + right) / (len(positive) + len(negative))
