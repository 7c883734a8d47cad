"""Misspelled names of two words -> as the articles say them: "bela lui" is Bella Liu.

Alone, a short word that is one letter off may be another name, and one that a dictionary has may be
meant as it is. Side by side with a second that fits as well they are not, where the articles say
both together and never the one that is asked: "Olympic venus" are the Olympic venues. So less is
asked of each than in `rag.words.spelling`. One of the two is always a name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise, product

from rag.text import normalise, question_language
from rag.words.lexicon import ranks
from rag.words.spelling import as_written, farness, within_two_edits
from rag.words.wordlist import WORD, WordList

_LEAST = 3  # letters of a word that is put right
# Letters of a word that stands for nothing but a name, in which none is wrong: two are swapped, or
# one is left out or too many.
_BRIEF = 4
_RARE = 8_000  # the rank from which on an English word may stand for another
_MOST_PAIRS = 20  # of names that may be meant by two words, to be looked for


def with_full_names(question: str, words: WordList, is_said: Callable[[str, str], bool]) -> str:
    """Return `question` with its misspelled names of two words as the articles write them.

    `is_said` tells whether an article says two folded words one right after the other. Where
    several pairs may be meant, nothing is changed.
    """
    options = cache(partial(_options, words=words))  # a word stands in two pairs
    meant: dict[int, str] = {}  # by where each word starts
    for first, second in pairwise(WORD.finditer(question)):
        if first.start() in meant or not question[first.end() : second.start()].isspace():
            continue
        asked = (normalise(first[0]), normalise(second[0]))
        pairs = [
            pair
            for pair in product(*map(options, asked))
            if pair != asked and any(map(words.is_name, pair))
        ][:_MOST_PAIRS]
        said = [pair for pair in pairs if is_said(*pair)]
        if len(said) == 1:
            for match, word in zip((first, second), said[0], strict=True):
                meant[match.start()] = as_written(match[0], words.forms[word])
    if not meant or question_language(question) != "en":
        return question
    return WORD.sub(lambda match: meant.get(match.start(), match[0]), question)


def _options(word: str, words: WordList) -> list[str]:
    """Return the words of the articles that a folded one may stand for: itself, or near ones."""
    if word in words.forms:
        return [word]
    if len(word) < _LEAST or not (word.isascii() and word.isalpha()):
        return []
    if ranks().get(word, _RARE) < _RARE:
        return []
    near = [other for other in within_two_edits(word, words.openings) if other[0] == word[0]]
    return [
        other
        for other in near
        if _is_meant(word, other, as_name=words.is_name(other))
        and not (
            word in ranks() and (_only_opens(other, words) or _differs_at_its_end(word, other))
        )
    ]


def _differs_at_its_end(word: str, other: str) -> bool:
    """Return whether two words are one and its plural: "ambulance" is no name "Ambulances"."""
    longer, shorter = sorted((word, other), key=len, reverse=True)
    return longer in (f"{shorter}s", f"{shorter}es")


def _only_opens(word: str, words: WordList) -> bool:
    """Return whether an everyday word stands large in the articles, at a sentence's start maybe.

    "Complaints about the noise": whoever "complains about it" means no such name.
    """
    return words.is_name(word) and ranks().get(word, _RARE) < _RARE


def _is_meant(word: str, other: str, *, as_name: bool) -> bool:
    if farness(word, other)[0] > 1:
        return False
    if len(word) > _BRIEF:
        return True
    return as_name and (len(word) != len(other) or sorted(word) == sorted(other))
