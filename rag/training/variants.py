"""Honest variants of an example: other cuts of its passage, and pairs that have no answer.

Each takes the random numbers it uses, and returns None where the example does not allow it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice
from random import Random
from typing import overload

from rag.reader.datatypes import Span
from rag.reader.features import content_stems
from rag.text import put_together
from rag.training.examples import CLAIMS, Example, cut

_JOINED_CHARS = 1600
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
_YEAR_STEPS = (-20, -11, -7, -3, -2, -1, 1, 2, 3, 6, 10, 15)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")

_stems = lru_cache(maxsize=20_000)(content_stems)


@dataclass(frozen=True, slots=True)
class Text:
    """A passage of a pool, with its sentences."""

    passage: str
    sentences: tuple[Span, ...]


class Pool(Sequence[Text]):
    """The passages that may stand in for an example's own, each once, in the order of their text.

    They are of the same article, or of the same set.
    """

    def __init__(self, texts: Iterable[Text]) -> None:
        self._texts = sorted(set(texts), key=lambda text: text.passage)

    @overload
    def __getitem__(self, at: int) -> Text: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Text]: ...
    def __getitem__(self, at: int | slice) -> Text | Sequence[Text]:
        return self._texts[at]

    def __len__(self) -> int:
        return len(self._texts)

    @cached_property
    def _holding(self) -> dict[str, list[int]]:
        """The numbers of the passages that hold a word, by its stem."""
        holding: dict[str, list[int]] = defaultdict(list)
        for at, text in enumerate(self._texts):
            for word in _stems(text.passage):
                holding[word].append(at)
        return dict(holding)

    def by_likeness(self, question: str) -> Iterator[Text]:
        """Yield every passage; first those that share the question's rarest words."""
        shared: dict[int, list[float]] = defaultdict(list)
        for word in _stems(question):
            holding = self._holding.get(word, ())
            for at in holding:
                shared[at].append(math.log(1 + len(self) / len(holding)))
        alike = {at: math.fsum(weights) for at, weights in shared.items()}
        for at in sorted(alike, key=lambda at: (-alike[at], at)):
            yield self._texts[at]
        yield from (text for at, text in enumerate(self._texts) if at not in alike)


Pools = Mapping[str, Pool]
_NONE = Pool(())


def pool_of(example: Example) -> str:
    """Return the name of the example's pool."""
    return example.group if example.source.startswith("squad") else example.source


def cropped(example: Example, random: Random) -> Example | None:
    """Return a run of the passage's sentences with all that answer (any run where none does)."""
    count = len(example.sentences)
    if count < 3:
        return None
    low, high = (
        (min(example.gold), max(example.gold)) if example.gold else (random.randrange(count),) * 2
    )
    first, last = random.randint(0, low), random.randint(high, count - 1)
    if first == last:  # at least two sentences
        first, last = (first, last + 1) if last + 1 < count else (first - 1, last)
    return cut(example, first, last)


def tight(example: Example, random: Random) -> Example:
    """Return the sentences that answer, with up to two on either side; at least two in all.

    Where none answers, the sentence most like the question stands for them; where those that
    answer lie far apart and each can do alone, one of them does. Of a written claim, which
    sentences decide is not known: it keeps its passage.
    """
    count = len(example.sentences)
    if count < 4 or (example.source == CLAIMS and not example.answers):
        return example
    low, high = (min(example.gold), max(example.gold)) if example.gold else (0, 0)
    if not example.gold:
        asked = _stems(example.question)
        likeness = [
            (len(asked & _stems(example.passage[start:end])), random.random())
            for start, end in example.sentences
        ]
        low = high = likeness.index(max(likeness))
    elif high - low > 3 and example.spans:
        low = high = random.choice(sorted(example.gold))
    first = max(0, low - random.randint(0, 2))
    last = min(count - 1, high + random.randint(0, 2))
    if first == last:
        first, last = (first, last + 1) if last + 1 < count else (first - 1, last)
    return cut(example, first, last)


def joined(example: Example, pools: Pools, random: Random) -> Example | None:
    """Return the passage with another of its pool before or after it."""
    pool = pools.get(pool_of(example), _NONE)
    if len(pool) < 2 or (not example.answerable and example.source.startswith("squad")):
        return None  # the rest of the article may answer what the paragraph doesn't
    other = random.choice(pool)
    if (
        other.passage == example.passage
        or len(other.passage) + len(example.passage) > _JOINED_CHARS
        or _holds(other.passage, example.answers)
    ):
        return None
    if random.random() < 0.5:
        passage, (_, (shift, _)) = put_together([example.passage, other.passage], between="\n")
        return replace(
            example,
            passage=passage,
            sentences=example.sentences + _shifted(other.sentences, shift),
        )
    passage, (_, (shift, _)) = put_together([other.passage, example.passage], between="\n")
    return replace(
        example,
        passage=passage,
        sentences=other.sentences + _shifted(example.sentences, shift),
        spans=_shifted(example.spans, shift),
        gold=frozenset(number + len(other.sentences) for number in example.gold),
    )


def without_answer(example: Example) -> Example | None:
    """Return the passage without its sentences that answer; None where an answer still stands."""
    kept = [n for n in range(len(example.sentences)) if n not in example.gold]
    if len(kept) < 2:
        return None
    passage, sentences = put_together([example.passage[slice(*example.sentences[n])] for n in kept])
    return None if _holds(passage, example.answers) else example.unanswered(passage, sentences)


def other_passage(example: Example, pools: Pools, random: Random) -> Example | None:
    """Return the question with a passage of its pool that holds none of its answers.

    Mostly the one that shares the question's rarest words, and seldom one further down.
    """
    pool = pools.get(pool_of(example), _NONE)
    if len(pool) < 3:
        return None
    able = (
        text
        for text in pool.by_likeness(example.question)
        if example.passage not in text.passage and not _holds(text.passage, example.answers)
    )
    likest = list(islice(able, 1 + int(random.expovariate(0.7))))
    return example.unanswered(likest[-1].passage, likest[-1].sentences) if likest else None


def swapped(example: Example, pools: Pools, random: Random) -> Example | None:
    """Return the question asked about another year or name than the passage's."""
    question = example.question
    year = _YEAR.search(question)
    if year and year.group() in example.passage:
        other = str(int(year.group()) + random.choice(_YEAR_STEPS))
        return None if other in example.passage else _ask(example, year, other)
    names = [name for name in _NAME.finditer(question) if name.group() in example.passage]
    pool = pools.get(pool_of(example), _NONE)
    if not names or not pool:
        return None
    name = random.choice(names)
    for _ in range(5):
        others = [
            other
            for other in _NAME.findall(random.choice(pool).passage)
            if other not in example.passage and other.count(" ") == name.group().count(" ")
        ]
        if others:
            return _ask(example, name, random.choice(others))
    return None


def _ask(example: Example, place: re.Match[str], other: str) -> Example:
    question = example.question[: place.start()] + other + example.question[place.end() :]
    unanswered = example.unanswered(example.passage, example.sentences)
    return replace(unanswered, question=question)


def _holds(passage: str, answers: Sequence[str]) -> bool:
    lower = passage.lower()
    return any(answer.lower() in lower for answer in answers)


def _shifted(spans: Sequence[Span], by: int) -> tuple[Span, ...]:
    return tuple((start + by, end + by) for start, end in spans)
