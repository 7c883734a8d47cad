"""The value that training works on, and how one is cut down."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.reader.datatypes import Span
from rag.reader.features import content_stems

CLAIMS = "claims"  # the source of examples whose question is a claim


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a passage, and what of the passage answers it.

    `group` is what splits go by: no group is in two parts. `spans` are all places that count as
    right; an answerable example without any trains sentences only. `gold` are the numbers of the
    sentences that answer: each alone, or, where `together`, only with the others. `answers` are the
    texts that count as right.
    """

    source: str
    group: str
    id: str
    question: str
    passage: str
    sentences: tuple[Span, ...]
    answerable: bool
    spans: tuple[Span, ...] = ()
    gold: frozenset[int] = frozenset()
    answers: tuple[str, ...] = ()
    together: bool = False

    def unanswered(self, passage: str, sentences: Sequence[Span]) -> Example:
        """Return the same question with a passage that does not answer it."""
        return replace(
            self, passage=passage, sentences=tuple(sentences),
            answerable=False, spans=(), gold=frozenset(),
        )  # fmt: skip


def sentence_at(sentences: Sequence[Span], place: int) -> int:
    """Return the number of the sentence that holds the code point `place`, or the one before it."""
    return max(0, bisect.bisect_right([start for start, _ in sentences], place) - 1)


def places_of(answer: str, text: str) -> list[Span]:
    """Return where an answer stands in a text: as whole words, or else within words.

    >>> places_of("5", "5 of 15"), places_of("5", "15")
    ([(0, 1)], [(1, 2)])
    """
    exact = re.escape(answer)
    found = [m.span() for m in re.finditer(rf"(?<!\w){exact}(?!\w)", text)]
    return found or [m.span() for m in re.finditer(exact, text)]


def answer_places(
    question: str, passage: str, sentences: Sequence[Span], answers: Sequence[str]
) -> tuple[Span, ...]:
    """Return where the answers stand in the passage, in order.

    Of each answer they are those of `places_of`. Where a text stands several times, the places
    whose sentence shares less than half as many of the question's words as the best one's go.
    """
    places = {place for answer in answers for place in places_of(answer, passage)}
    asked = content_stems(question)

    def shared(place: Span) -> int:
        start, end = sentences[sentence_at(sentences, place[0])]
        return len(asked & content_stems(passage[start:end]))

    best = max(map(shared, places), default=0)
    return tuple(sorted(place for place in places if 2 * shared(place) >= best))


def cut(example: Example, first: int, last: int) -> Example:
    """Return the example with only the sentences `first` to `last` of its passage (inclusive).

    An example whose every span would be lost comes back whole.
    """
    low, high = example.sentences[first][0], example.sentences[last][1]
    spans = tuple((a - low, b - low) for a, b in example.spans if low <= a and b <= high)
    if example.spans and not spans:
        return example
    return replace(
        example,
        passage=example.passage[low:high],
        sentences=tuple((a - low, b - low) for a, b in example.sentences[first : last + 1]),
        spans=spans,
        gold=frozenset(number - first for number in example.gold if first <= number <= last),
    )
