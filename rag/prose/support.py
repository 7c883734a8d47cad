"""Does a passage bear out a claim? The sentences that do, and how surely.

A claim is held against sentences: how much of what it says, rare words weighing more, stands in
a few that follow each other (on a long page every word stands somewhere); how near its meaning is
to that of one of them; whether its numbers, dates and names stand there; and what the reader, which
was trained on claims too, makes of the sentences that say most of it, read together, since what
bears a claim out may stand far apart. The weights are those of a logistic regression, fitted by
tests/benchmarks/fit_support.py on sentences of answers that were written and judged for it, on
claims that try to deceive, and on such as are made of public questions and their answers.

A sentence that talks to a model ("ignore all previous instructions") bears out nothing, nor does
what stands close behind it in its paragraph.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.odds import logistic, weigh
from rag.prose.orders import talks_to_models
from rag.prose.reply import claimed
from rag.prose.roles import denied, opposite, turned_round
from rag.reader.features import is_function_word
from rag.text import normalise, tokenise
from rag.words.lexicon import ranks
from rag.words.numbers import numbers_in
from rag.words.phrases import names

# Weights of Signals.vector() and the constant, by which of the signals are known: the cosine is
# where the encoder is the bundled one, the reading where the reader is. Those without a reading are
# fitted without the claims by hand, whose false ones share as many words as the true ones.
FITTED: Mapping[tuple[bool, bool], tuple[tuple[float, ...], float]] = {
    (False, False): ((5.06, -0.2, -0.77), -2.54),
    (True, False): ((3.43, 3.77, -0.37, -0.69), -4.02),
    (False, True): ((3.64, 0.04, -0.47, 0.66), -1.67),
    (True, True): ((2.66, 2.5, -0.11, -0.44, 0.6), -2.68),
}
PARAGRAPH = "\n\n"  # what parts two of them
LEAST_SUPPORT = 0.5  # a claim below this is not borne out
READ_SENTENCES = 6  # that the reader is given of all the evidence
RUN_SENTENCES = 3  # that follow each other, in which the words of a claim are looked for

_MOST_SENTENCES = 2  # that bear out one claim
_LEAST_ADDED = 0.15  # of the claim, that a second sentence must add

_LEAST_WORDS = 2  # of a claim that says anything
_FEW_WORDS, _LEAST_SAID = 3, 0.6  # of so few words so much must stand there
_BOUND = 8.0  # readings are cut here: beyond it they say the same

_QUOTES = "\"'“”‘’( "
# What a sentence of a reply begins with, beside adverbs in -ly.
_OPENERS = frozenset(
    "according additionally alternatively answer apart aside based beyond besides compared "
    "conversely currently despite elsewhere finally following furthermore hence however indeed "
    "instead likewise meanwhile moreover namely nevertheless next nonetheless otherwise overall "
    "regarding second since summary then therefore third thus today together turning unlike yes "
    "yesterday yet "
    "analysts buyers clients companies consumers critics customers developers employees experts "
    "firms investors officials organisations organizations participants people prices readers "
    "reporters reports researchers residents respondents sales scientists shares sources startups "
    "students studies tourists users viewers visitors voters workers".split()
)

_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_PART = re.compile(r"[,;](?!\d)|\b(?:and|while|whereas|but)\b")
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may bear out a claim.

    `before` is what stands before it, such as the article's title and the sentence that says whom
    "the company" means; an empty line parts paragraphs there. `cosine` is that of its vector and
    the claim's, by the bundled encoder, or None; `number` tells which sentence it is.
    """

    number: int
    text: str
    cosine: float | None
    before: str = ""

    @property
    def read(self) -> str:
        """The sentence with what stands before it."""
        return f"{self.before} {self.text}"

    @property
    def counts(self) -> bool:
        """Whether it may bear anything out: its paragraph, as far as it, talks to no model."""
        return not talks_to_models(f"{self.before.rpartition(PARAGRAPH)[2]} {self.text}")


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a claim against sentences; each is 0 to 1, but for the reading."""

    said: float  # of the claim's words, in the best run of sentences; the rare ones weigh more
    cosine: float | None  # of the claim's vector and the nearest sentence's, where it is known
    numbers: float  # 1 where a number of the claim is said of nobody whom the claim names
    names: float  # the share of its names that stand neither in the picked ones nor before them
    reading: float | None = None  # the reader's log-odds that they bear it out, -8 to 8

    def vector(self) -> tuple[float, ...]:
        """The signals in order, those that are not known left out."""
        near = () if self.cosine is None else (self.cosine,)
        read = () if self.reading is None else (self.reading,)
        return (self.said, *near, self.numbers, self.names, *read)

    def share(self) -> float:
        """How surely the claim is borne out, 0 to 1."""
        weights, constant = FITTED[self.cosine is not None, self.reading is not None]
        return logistic(weigh(self.vector(), weights, constant))


@dataclass(frozen=True, slots=True)
class Support:
    """How surely sentences bear out a claim, 0 to 1, and which ones, by number, best first.

    `missing` are the claim's numbers that none of them says of whom the claim does, and its names
    that stand in none. `swapped` are those that stand where the best sentence, between the same
    words, has others, and what it says the other way round (rag.prose.roles). `unsaid` is a claim
    of few words, of which too many stand nowhere: that it is near in meaning tells little then
    ("the Nile is closed").
    """

    share: float
    sentences: tuple[int, ...]
    missing: tuple[str, ...]
    swapped: tuple[str, ...] = ()
    unsaid: bool = False

    @property
    def holds(self) -> bool:
        """Whether the claim is borne out: surely enough, said, its numbers there, none swapped."""
        lacks = (
            self.unsaid
            or self.swapped
            or any(_DIGIT.search(m) or _is_number(m) for m in self.missing)
        )
        return self.share >= LEAST_SUPPORT and not lacks


def support(claim: str, evidence: Sequence[Evidence], *, reading: float | None = None) -> Support:
    """Return how surely `evidence` bears out `claim`, of which its markers are no part.

    `reading` is the log-odds that the bundled reader gives the sentences of `to_read` when it reads
    the claim in the place of a question; None where it was not asked.
    """
    claim = claimed(claim)
    usable, words = [one for one in evidence if one.counts], len(_weights(claim))
    if not usable or words < _LEAST_WORDS:
        return Support(0.0, (), ())
    picked = _picked(claim, usable)
    missing = (
        *_missing_numbers(claim, usable),
        *_missing_names(claim, " ".join(one.read for one in usable)),
    )
    known = signals(claim, usable, picked, reading=reading)
    return Support(
        known.share(),
        tuple(one.number for one in picked),
        missing,
        _swapped_or_turned(claim, [one.text for one in picked]),
        unsaid=words <= _FEW_WORDS and known.said < _LEAST_SAID,
    )


def signals(
    claim: str,
    evidence: Sequence[Evidence],
    picked: Sequence[Evidence],
    *,
    reading: float | None = None,
) -> Signals:
    """Return what is known of a claim against `evidence`, of which `picked` bears it out."""
    weights, named = _weights(claim), len(_names(claim))
    beside = " ".join(one.read for one in picked)
    cosines = [one.cosine for one in evidence]
    return Signals(
        said=max(
            _share(weights, frozenset().union(*(_tokens(one.text) for one in run)))
            for run in _runs(evidence)
        ),
        cosine=None if None in cosines else max(0.0, *(c for c in cosines if c is not None)),
        numbers=float(bool(_missing_numbers(claim, evidence))),
        names=len(_missing_names(claim, beside)) / named if named else 0.0,
        reading=None if reading is None else max(-_BOUND, min(_BOUND, reading)),
    )


def _runs(evidence: Sequence[Evidence]) -> list[Sequence[Evidence]]:
    """Return every RUN_SENTENCES that follow each other; all of the evidence where it is less."""
    last = max(1, len(evidence) - RUN_SENTENCES + 1)
    return [evidence[at : at + RUN_SENTENCES] for at in range(last)]


def to_read(claim: str, evidence: Sequence[Evidence]) -> list[str]:
    """Return the few sentences for the reader that say most of the claim, in their order."""
    weights = _weights(claimed(claim))
    usable = [one for one in evidence if one.counts]
    near = sorted(range(len(usable)), key=lambda at: -_nearness(weights, usable[at]))
    return [usable[at].text for at in sorted(near[:READ_SENTENCES])]


def pick(claim: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the best sentence for the claim, and a second one where it says more of it."""
    return _picked(claim, evidence)


def _picked(claim: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    weights = _weights(claim)
    words = [_tokens(one.text) for one in evidence]
    rows = range(len(evidence))
    best = max(rows, key=lambda at: (_nearness(weights, evidence[at]), -at))
    picked, held = [best], words[best]
    while len(picked) < min(_MOST_SENTENCES, len(evidence)):
        before = _share(weights, held)
        gains = [_share(weights, held | words[at]) - before for at in rows]
        more = max(rows, key=lambda at: (gains[at], evidence[at].cosine or 0.0, -at))
        if gains[more] < _LEAST_ADDED:
            break
        picked.append(more)
        held |= words[more]
    return tuple(evidence[at] for at in picked)


@lru_cache(maxsize=4096)
def _tokens(text: str) -> frozenset[str]:
    """Return the stems of the words of `text`, and its numbers in figures: 17 for "seventeen"."""
    return frozenset(tokenise(text)) | {f"{value:.15g}" for value in _held_values(text)}


@lru_cache(maxsize=256)
def _weights(claim: str) -> Mapping[str, float]:
    """Return the stems of the claim's words, each with its weight: rarer in English is heavier."""
    known = ranks()
    rarest = math.log(len(known) + 1)
    found: dict[str, float] = {}
    for match in _WORD.finditer(claim):
        word = normalise(match[0]).removesuffix("'s")
        if is_function_word(word):
            continue
        rank = known.get(word)
        weight = math.log(rank + 1) / rarest if rank else 1.0
        for token in _in_figures(word) or tokenise(match[0]):
            found[token] = max(found.get(token, 0.0), weight)
    return found


def _in_figures(word: str) -> list[str]:
    """Return a number in words in figures, [] for any other word."""
    found = numbers_in(word)
    whole = len(found) == 1 and (found[0].start, found[0].end) == (0, len(word))
    return [f"{found[0].value:.15g}"] if whole and not _DIGIT.search(word) else []


def _share(weights: Mapping[str, float], held: Collection[str]) -> float:
    total = sum(weights.values())
    if not total:
        return 0.0
    return sum(weight for token, weight in weights.items() if token in held) / total


def _nearness(weights: Mapping[str, float], one: Evidence) -> float:
    """Return how near a sentence is to a claim of these words: its share of them and the cosine."""
    return _share(weights, _tokens(one.text)) + (one.cosine or 0.0)


def _missing_numbers(claim: str, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Return the claim's numbers, as written, that no sentence says of whom the claim does.

    A number stands in a sentence by its value. Whom it is said of is the first name in its part of
    the claim, which must stand in that sentence or before it.
    """
    held = [(_held_values(one.text), one.read) for one in evidence]
    missing = []
    for part in _parts(claim):
        of = next(iter(_names(part)), "")
        for written, value in _values(part).items():
            if not any(
                value in values and not (of and _missing_names(of, text, whole=True))
                for values, text in held
            ):
                missing.append(written)
    return tuple(dict.fromkeys(missing))


def _parts(claim: str) -> list[str]:
    """Return the claim in parts of one number or more, each as long as can be.

    >>> _parts("Ada, a startup, gives 150, while Bob gives 50.")
    ['Ada, a startup, gives 150, ', ' Bob gives 50.']
    """
    parts = [""]
    for piece in _PART.split(claim):
        if _DIGIT.search(parts[-1]) and _DIGIT.search(piece) and _names(piece):
            parts.append(piece)
        else:
            parts[-1] = f"{parts[-1]},{piece}".lstrip(",")
    return parts


@lru_cache(maxsize=4096)
def _held_values(text: str) -> frozenset[float]:
    """Return the values of all numbers in `text`."""
    return frozenset(number.value for number in numbers_in(normalise(text)))


def _values(text: str) -> dict[str, float]:
    """Return the numbers of `text` as written and their values: "50 million" -> 50e6.

    Small ones in words are no claim of their own: "two companies" may be counted by the reader.
    """
    text = normalise(text)
    return {text[n.start : n.end]: n.value for n in numbers_in(text) if not n.small}


def _is_number(written: str) -> bool:
    """Whether all of it is a number, and one that is a claim of its own."""
    found = numbers_in(written)
    return len(found) == 1 and not found[0].small and found[0].end == len(written)


def _missing_names(claim: str, evidence: str, *, whole: bool = False) -> tuple[str, ...]:
    """Return the names of the claim that do not stand in `evidence`; `whole`: it is one name."""
    held, folded = _beginnings(evidence), normalise(evidence)
    return tuple(
        name
        for name in ((claim,) if whole else _names(claim))
        if normalise(name) not in folded
        and not all(word[:5] in held for word in _words(name) if not is_function_word(word))
    )


def _swapped_or_turned(claim: str, sentences: Sequence[str]) -> tuple[str, ...]:
    return (
        *_swapped(claim, sentences),
        *turned_round(claim, sentences),
        *opposite(claim, sentences[0]),
        *denied(claim, sentences[0]),
    )


def _swapped(claim: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """Return the claim's names and numbers in whose place the first sentence has others.

    The place is told by the words on both sides. What stands in any of the sentences is not
    swapped, nor is another form of the same name.

    >>> _swapped("01.AI was founded by Ada Lovelace.", ["Zhipu was founded by Ada Lovelace."])
    ('01.AI',)
    >>> _swapped("China's firms grow.", ["Chinese firms grow."])
    ()
    """
    best, together = sentences[0], " ".join(sentences)
    found = []
    kinds: tuple[tuple[Callable[[str], Sequence[tuple[int, int]]], Callable[[str], bool]], ...] = (
        (names, lambda name: not _missing_names(name, together, whole=True)),
        (_numbers, lambda number: _held_values(number) <= _held_values(together)),
    )
    for stretches, is_told in kinds:
        places = {_beside(best, span): best[slice(*span)] for span in stretches(best)}
        for span in stretches(claim):
            written, there = claim[slice(*span)], places.get(_beside(claim, span), "")
            if there and not is_told(written) and not _is_form(written, there):
                found.append(written)
    return tuple(dict.fromkeys(found))


def _beside(text: str, span: tuple[int, int]) -> tuple[str, str]:
    """Return the words before and after a stretch of `text`; "" where it begins or ends."""
    before, after = _words(text[: span[0]]), _words(text[span[1] :])
    return (before[-1] if before else "", after[0] if after else "")


def _numbers(text: str) -> list[tuple[int, int]]:
    """Return where the numbers of `text` stand; those in digits without what scales them."""
    found = []
    for number in numbers_in(text):
        digits = _NUMBER.match(text, number.start)
        found.append((number.start, digits.end() if digits else number.end))
    return found


def _is_form(written: str, there: str) -> bool:
    """Return whether two names share a word, or one has the other's first letters."""
    left, right = _words(written), _words(there)
    letters = {"".join(word[0] for word in words) for words in (left, right)}
    return bool(
        {word[:5] for word in left} & {word[:5] for word in right}
    ) or not letters.isdisjoint({"".join(left), "".join(right)})


@lru_cache(maxsize=4096)
def _beginnings(text: str) -> frozenset[str]:
    """Return the beginnings of the words of `text`, so that China stands in Chinese."""
    return frozenset(word[:5] for word in _words(text))


@lru_cache(maxsize=256)
def _names(claim: str) -> tuple[str, ...]:
    found = [claim[start:end] for start, end in names(claim)]
    if found and claim.lstrip(_QUOTES).startswith(found[0]) and _only_opens(found[0]):
        found = found[1:]
    return tuple(dict.fromkeys(found))


def _only_opens(word: str) -> bool:
    """Whether a word has its capital for opening the claim: "However", "Customers", "Currently".

    >>> _only_opens("However"), _only_opens("Customers"), _only_opens("Apple")
    (True, True, False)
    """
    lower, known = word.lower(), ranks()
    is_adverb = lower.endswith("ly") and lower in known and lower.removesuffix("ly") in known
    return is_adverb or lower in _OPENERS


def _words(text: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(normalise(text))]
