"""Sentences judged by the reading model beside the retriever's signals.

What the reader tells is how likely the passage answers at all, which of its sentences answers, and
where. Weights are those of logistic regressions, fitted by tests/benchmarks/fit_read.py on
questions that the reader was not trained on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.articles.first_person import who_says_i
from rag.changes.claim import LEAST_SHOWN
from rag.cite import Place
from rag.datatypes import Passage
from rag.odds import logistic, weigh
from rag.reader import Reading
from rag.reading.kin import Kin
from rag.reading.measured import Measure
from rag.reading.met import ANSWER_CONSTANT as MET_CONSTANT
from rag.reading.met import ANSWER_WEIGHT as MET_WEIGHT
from rag.reading.met import SENTENCE_WEIGHT as MET_SENTENCE_WEIGHT
from rag.reading.met import Encode, MetWord, likeness
from rag.reading.mismatch import Mismatch
from rag.reading.of_another import ANSWER_WEIGHT as OTHER_WEIGHT
from rag.reading.of_another import SENTENCE_WEIGHT as OTHER_SENTENCE_WEIGHT
from rag.reading.rows import Cell
from rag.reading.signals import Judged, answer_logit
from rag.searching.subject import portrayed

# (log-odds by the retriever's signals, the passage's log-odds, the sentence's score, 1 where the
# best span lies in the sentence, that span's margin, the share of the question's names that the
# passage lacks, how far into its article it stands) -> does the sentence answer? Fitted anew, all
# of them together, the last weight is -0.73; with a seventh of it the right sentence comes first as
# often as without on the development part (20 of 23 of clapnq, 80 of 96 of news), with more less.
SENTENCE_WEIGHTS = (0.85, 0.21, 0.25, 0.93, 0.1, -1.29, -0.1)
SENTENCE_CONSTANT = 0.56
# (log-odds by the retriever's signals, the same times the square of `size_share`, the mean log-odds
# of the likeliest passage and of that which the best sentence stands in; of the latter, the share
# of names that it lacks, and 1 where it lacks a time that is asked of) -> is it answered? In a
# small folder what asks of a thing that is only mentioned shares as many words with it as what is
# answered; among many passages the signals tell more. So the first two were chosen, on written
# pieces kept apart (141 passages) and on 300 questions of realtimeqa-2023 (47,025 passages).
ANSWER_WEIGHTS = (0.1, 1.6, 1.1, -2.0, -2.0)
ANSWER_CONSTANT = -0.25
# The more passages are searched, the better the best wrong one looks: by where their number lies
# between these two, none to all of this is taken off the answer's log-odds. Chosen on 300 questions
# of realtimeqa-2023 over 49,422 passages, 62% of them without an answer there; beyond that it is
# not measured.
SIZE_WEIGHT = 2.73
SIZES = (100, 50_000)
# What is stated beside the best sentence has at least this share of its score: where the reader
# finds an answer in it, and where its span is only the best of a passage that hardly answers.
SURE_SHARE, UNSURE_SHARE = 0.05, 0.15

# What is added to the log-odds of a table's row where the question names what it is of, in the
# place of how far it is met: to the reader a row says less than a sentence with a word or two of
# the question. And what is added to the answer's where such a row is the best. Chosen on some
# twenty questions over a price list.
ROW_WEIGHT, ROW_ANSWER_WEIGHT = 2.0, 1.5

_STEP_CHARS = 100  # what of an article counts as one step into it
_BOUND = 8.0  # logits are cut here: beyond it they say the same


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence as the retriever's signals and the reader judged it."""

    judged: Judged
    reading: Reading
    sentence: float
    inside: bool  # the passage's best span lies in this sentence
    lacks: Mismatch  # what the question names and the passage does not
    terse: float = 0.0  # how little of its article is running prose, 0 to 1
    met: float = 1.0  # the share of the question's words that it meets, 0 to 1
    named: bool = False  # a row of a table, and the question names what it is of
    untold: Measure | Kin | None = None  # what of a kind is asked for and it tells none of
    of_another: bool = False  # it tells of another than who does what is asked for
    cell: Cell | None = None  # of such a row, where the question names its column

    @property
    def place(self) -> Place:
        """Where it stands in its article."""
        return self.judged.place

    @property
    def passage(self) -> Passage:
        """The best passage that holds it."""
        return self.judged.passage

    @property
    def text(self) -> str:
        """Its words."""
        return self.judged.text

    @property
    def score(self) -> float:
        """How likely the sentence answers, 0 to 1."""
        return logistic(self.logit)

    @property
    def logit(self) -> float:
        """The log-odds that the sentence answers."""
        met = MET_SENTENCE_WEIGHT * self.terse * (self.met - 1)
        said = ROW_WEIGHT if self.named else met
        said += OTHER_SENTENCE_WEIGHT * self.of_another
        said += self.untold.sentence_weight if self.untold else 0.0
        return weigh(self.vector(), SENTENCE_WEIGHTS, SENTENCE_CONSTANT) + said

    def vector(self) -> tuple[float, ...]:
        """The features in the order of SENTENCE_WEIGHTS."""
        margin = _bounded(self.reading.margin) if self.inside else 0.0
        return (
            self.judged.logit,
            _bounded(self.reading.logit),
            _bounded(self.sentence),
            float(self.inside),
            margin,
            self.lacks.names,
            math.log1p(self.place.start / _STEP_CHARS),
        )


def read_logit(
    words: Sequence[MetWord], read: Sequence[Read], *, searched: int, encode: Encode
) -> float:
    """Return the log-odds that the best of the sentences answer a question of these `words`.

    `searched` is how many passages were, `encode` makes the vectors of words.
    """
    logit = weigh(answer_features(read, searched), ANSWER_WEIGHTS, ANSWER_CONSTANT)
    logit -= size_penalty(searched)
    best = max(read, key=lambda each: each.score)
    of_another = best.of_another or any(
        # What the reader finds where the best sentence stands is another's.
        each.of_another and each.inside and each.passage.chunk.id == best.passage.chunk.id
        for each in read
    )
    logit += ROW_ANSWER_WEIGHT * best.named + OTHER_WEIGHT * of_another
    # The measure that is asked for may stand in what would be stated beside the best.
    near = (each for each in read if each.score >= UNSURE_SHARE * best.score)
    logit += (_weight(best) + max(map(_weight, near))) / 2
    if not best.terse:
        return logit
    told, passage = whole_of(best.judged), whose(best.passage)
    like = likeness(words, told, passage, encode)
    return logit + best.terse * (MET_WEIGHT * (like - 1) + MET_CONSTANT)


def _weight(each: Read) -> float:
    return each.untold.weight if each.untold else 0.0


def answer_features(read: Sequence[Read], searched: int) -> tuple[float, ...]:
    """Return what tells whether the question is answered, in the order of ANSWER_WEIGHTS.

    `searched` is how many passages were.
    """
    best = max(read, key=lambda each: each.score)
    likeliest = max(_bounded(each.reading.logit) for each in read)
    signals = answer_logit([each.judged for each in read])
    return (
        signals,
        signals * size_share(searched) ** 2,
        (likeliest + _bounded(best.reading.logit)) / 2,
        best.lacks.names,
        float(best.lacks.time),
    )


def size_share(passages: int) -> float:
    """Return where a number of passages lies between those of SIZES, 0 to 1, by its logarithm.

    >>> size_share(62), round(size_share(10_000), 2), size_share(1_000_000)
    (0.0, 0.74, 1.0)
    """
    low, high = SIZES
    return math.log(min(max(passages, low), high) / low) / math.log(high / low)


def size_penalty(passages: int) -> float:
    """Return what is taken off an answer's log-odds where so many passages were searched.

    >>> size_penalty(62), round(size_penalty(10_000), 2), round(size_penalty(1_000_000), 2)
    (0.0, 2.02, 2.73)
    """
    return SIZE_WEIGHT * size_share(passages)


def with_span(each: Read) -> Place | None:
    """Return the sentence's place with the reader's span as its highlight, None if it has none."""
    place, offset = each.place, each.passage.chunk.start
    span = each.reading.span
    if span is None or not each.inside:
        return None
    if each.cell is not None:
        return _with_cell(place, each.cell)
    return replace(place, highlight=(span[0] + offset, min(span[1] + offset, place.end)))


def highlighted(each: Read) -> Place:
    """Return the sentence's place, with its highlight where the reader is sure enough of it.

    A cell that the question names the row and the column of needs no reader.
    """
    if each.cell is not None:
        return _with_cell(each.place, each.cell)
    place = with_span(each)
    return each.place if place is None or each.reading.margin < LEAST_SHOWN else place


def _with_cell(row: Place, cell: Cell) -> Place:
    return replace(row, highlight=(row.start + cell.start, row.start + cell.end))


def whole_of(judged: Judged) -> str:
    """Return a sentence with its article's title, all that it stands below, and whom it is of.

    That is who says "I" in it, or whom its article portrays.
    """
    article, start = judged.passage.article, judged.place.start
    heads = [article.text[head.start : head.end] for head in article.headings_above(start)]
    who = who_says_i(article, start, judged.place.end) or portrayed(article)[0]
    return "\n".join(filter(None, [article.title, *heads, who, judged.understood]))


def whose(passage: Passage) -> str:
    """Return a passage with its title and headings, and the name of whom it is of."""
    article, chunk = passage.article, passage.chunk
    who = who_says_i(article, chunk.start, chunk.end) or portrayed(article)[0]
    return f"{who}\n{passage.titled}".strip()


def _bounded(logit: float) -> float:
    return max(-_BOUND, min(_BOUND, logit)) if not math.isnan(logit) else -_BOUND
