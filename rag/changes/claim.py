"""What a sentence claims: the value that answers, and of what it tells.

A claim is the span that the reader found in a passage, with the sentence that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rag.cite import Place
from rag.encoder import Vectors
from rag.questions.asked import DATE, NUMBER, expected_kind
from rag.text import content_terms, holds_words, normalise, spaced_words, tokenise
from rag.words.months import MONTHS, WEEKDAYS
from rag.words.phrases import AUXILIARIES
from rag.words.quantities import CLOCK
from rag.words.verbs import is_finite

LEAST_NAMES = 0.5  # of the question's names, that another answer's passage must hold
LEAST_TERMS = 0.6  # of the words of one without names, as far as the best passage holds them
LEAST_SHOWN = 0.0  # of a span's margin, in logits: it is likelier than "no answer here"
MOST_WORDS = 9  # of an answer: a longer span is a clause, and differs from any other

_MOST_OF_A_NAME = 6  # words of a title that names a thing
_SHORT_NAME = 3  # letters: a word that begins with it is another one
# A name or a number that does not open a sentence.
_TOLD = re.compile(r"(?<=\w )(?:[A-Z][\w&.-]*\w|\d[\w.,]*)")
_NAME = re.compile(r"(?<=\s)[“\"'(]?(?P<name>[A-Z0-9][\w&.-]*\w|[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence answers: `value` is the span, `place` the sentence with it as highlight.

    `passage` is the article's title and the passage's text; `score` is how likely the sentence
    answers, 0 to 1; `margin` the span's, in logits; `coverage` and `cosine` are the retriever's
    signals, `told` the coverage of the passage; `vector` is the sentence's, (d,), unit length,
    `about` that of the passage, `meaning` that of the value.
    """

    value: str
    place: Place
    sentence: str
    passage: str
    published: date | None
    score: float
    margin: float
    coverage: float
    cosine: float
    told: float
    vector: Vectors = field(compare=False, repr=False)
    about: Vectors = field(compare=False, repr=False)
    meaning: Vectors = field(compare=False, repr=False)

    @property
    def shown(self) -> Place:
        """The place, with its highlight where the reader is sure enough of it."""
        return self.place if self.margin >= LEAST_SHOWN else replace(self.place, highlight=None)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question asks of: its names as words in lower case, and its words, stemmed."""

    names: frozenset[str]
    terms: frozenset[str]

    def is_spoken_of(self, passage: str) -> bool:
        """Whether a passage may answer the question beside the best one.

        By its names where it has any: articles that tell of the same otherwise use other words.
        """
        if self.names:
            return self.names_in(passage) >= LEAST_NAMES
        return self.terms_in(passage) >= LEAST_TERMS

    def names_in(self, passage: str) -> float:
        """Return the share of the names that a passage holds; 1 where there are none."""
        held = spaced_words(passage)
        return _share(sum(_holds(held, name) for name in self.names), len(self.names))

    def terms_in(self, passage: str) -> float:
        """Return the share of the words that a passage holds; 1 where there are none."""
        return _share(len(self.terms & set(tokenise(passage))), len(self.terms))


def subject_of(question: str, passage: str) -> Subject:
    """Return what `question` asks of, as far as the passage of its best answer holds it."""
    held = spaced_words(passage)
    names = {spaced_words(match["name"]).strip() for match in _NAME.finditer(question)}
    return Subject(
        frozenset(name for name in names if _holds(held, name)),
        frozenset(content_terms(question)) & frozenset(tokenise(passage)),
    )


def best_of_each(claims: Sequence[Claim]) -> list[Claim]:
    """Return the best claim of each article, the best of all first."""
    found: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda each: -each.score):
        found.setdefault(claim.place.article_id, claim)
    return list(found.values())


def gives_value(question: str, claim: Claim) -> bool:
    """Whether the claim gives what is asked for, in few words."""
    kind = expected_kind(question)
    fits = kind not in (NUMBER, DATE) or bool(kind and kind.search(claim.value))
    fits = fits or (kind is DATE and CLOCK.search(claim.value) is not None)
    return fits and len(claim.value.split()) <= MOST_WORDS


def told_by_both(claim: Claim, other: Claim) -> bool:
    """Whether the sentence of one holds the other's value too."""
    return holds_words(other.sentence, claim.value) or holds_words(claim.sentence, other.value)


def tell_of_two_things(question: str, one: Claim, other: Claim) -> bool:
    """Return whether the articles of two claims are each on a thing of its own.

    Each is titled after one, and they have neither a word of the titles nor a name in common; the
    question names neither of the two, and nothing else: "What does the tree cost?", asked of a
    nursery's list.
    """
    titles = [claim.passage.partition("\n")[0] for claim in (one, other)]
    if _NAME.search(question) or not all(_names_a_thing(title) for title in titles):
        return False
    first, second = (set(content_terms(title)) for title in titles)
    if first & second or (first | second) & set(content_terms(question)):
        return False
    return not (_named_in(one.passage) & _named_in(other.passage))


def _names_a_thing(title: str) -> bool:
    """Return whether a title is no headline nor the opening of a text: "Acer griseum"."""
    words = re.findall(r"[^\W\d_]+", title.casefold())
    return 0 < len(words) <= _MOST_OF_A_NAME and not (
        title.endswith("…") or any(is_finite(word) or word in AUXILIARIES for word in words)
    )


def _named_in(passage: str) -> set[str]:
    """Return the names in a passage below its title, without those of months and weekdays."""
    text = passage.partition("\n")[2]
    found = {normalise(match[0]) for match in _TOLD.finditer(text) if not match[0][0].isdigit()}
    return found - {*MONTHS, *WEEKDAYS}


def names_shared(one: str, other: str) -> float:
    """Return the share of the names and numbers of two passages that both hold, of the fewer.

    >>> names_shared("On 3 May the Kestrel sank.", "It was the Kestrel, on 4 May.")
    0.6666666666666666
    """
    found, more = ({normalise(name) for name in _TOLD.findall(text)} for text in (one, other))
    return len(found & more) / max(1, min(len(found), len(more)))


def _holds(words: str, name: str) -> bool:
    """Whether a name stands among words, or begins one: America, but not US, in "American"."""
    return f" {name} " in words or (len(name) > _SHORT_NAME and f" {name}" in words)


def _share(count: int, total: int) -> float:
    return count / total if total else 1.0
