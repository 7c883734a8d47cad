"""British spellings of a question -> the articles' American ones, or the other way.

A word is written as the articles write it only where they have the other spelling and not this one,
by its stem either: "organisations" becomes "organizations" over articles that know these alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.text import normalise, question_language
from rag.words.spelling import as_written
from rag.words.wordlist import WORD, WordList

_LEAST = 5  # letters of a word that is written in two ways by a rule
# What stands before, the British letters, the American ones, what stands after.
_RULES: tuple[tuple[str, str, str, str], ...] = (
    ("(?<=...)", "is", "iz", "(?=(?:e[ds]?|ers?|ing|ations?|ational|able)$)"),
    ("", "ys", "yz", "(?=(?:e[ds]?|ers?|ing)$)"),
    ("", "our", "or", "(?=(?:s|ed|ing|ers?|able|ful|less|hoods?|ites?|ists?|al|ally|y)?$)"),
    ("", "re", "er", "(?=s?$)"),
    ("", "ogue", "og", "(?=s?$)"),
    ("", "ence", "ense", "(?=s?$)"),
    ("", "ll", "l", "(?=(?:ed|ing|ings|ers?|ous|ery)$)"),
    ("", "l", "ll", "(?=(?:s|ment|ments|ful)?$)"),
    ("", "mme", "m", "(?=s?$)"),
    ("", "gement", "gment", "(?=s?$)"),
    ("", "ae", "e", ""),
    ("", "oe", "e", ""),
)
_PAIRS = (
    ("grey", "gray"), ("tyre", "tire"), ("kerb", "curb"), ("plough", "plow"), ("mould", "mold"),
    ("sceptic", "skeptic"), ("aluminium", "aluminum"), ("aeroplane", "airplane"),
    ("moustache", "mustache"), ("pyjamas", "pajamas"), ("jewellery", "jewelry"),
    ("manoeuvre", "maneuver"), ("cosy", "cozy"), ("practise", "practice"),
    ("practised", "practiced"), ("practising", "practicing"),
)  # fmt: skip
_OTHER = {**dict(_PAIRS), **{american: british for british, american in _PAIRS}}


def in_their_spelling(question: str, words: WordList, is_known: Callable[[str], bool]) -> str:
    """Return `question` with its words as the articles spell them, where they do otherwise.

    `is_known` tells whether the index finds something for a folded word as it stands. Names, which
    are told by a capital within the question, stay.
    """

    def theirs(match: re.Match[str]) -> str:
        written = match[0]
        folded = normalise(written)
        named = not written.islower() and match.start() > 0 and not question.isupper()
        if named or folded in words.forms or is_known(folded):
            return written
        other = next((other for other in spellings(folded) if other in words.forms), "")
        return as_written(written, other) if other else written

    spelled = WORD.sub(theirs, question)
    return spelled if spelled == question or question_language(question) == "en" else question


def spellings(word: str) -> Iterator[str]:
    """Yield how else a lower-case word may be spelled; mostly none of them is a word.

    >>> sorted(spellings("organisation"))
    ['organization']
    >>> "labour" in spellings("labor"), "theater" in spellings("theatre")
    (True, True)
    """
    for end in ("", "s"):
        if word.endswith(end) and (stem := word.removesuffix(end)) in _OTHER:
            yield _OTHER[stem] + end
    if len(word) < _LEAST:
        return
    for before, british, american, after in _RULES:
        for found, there in ((british, american), (american, british)):
            for match in re.finditer(before + found + after, word):
                yield word[: match.start()] + there + word[match.end() :]
