"""Misspelled words of a question -> the words of the articles that were surely meant.

A word is taken for another only where it is none itself: neither the articles nor an English
dictionary have it (or it is a rare word there with two letters swapped), nor the index its stem;
and where the other is near, and no everyday word that the articles lack is nearer. A name is held
to more, since another name would be another question, and numbers are never touched. Owns rapidfuzz
(distances).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from rag.text import normalise, question_language
from rag.words.lexicon import by_frequency, english, ranks
from rag.words.phrases import AUXILIARIES, FUNCTION
from rag.words.verbs import gerund, is_base, past, third
from rag.words.wordlist import WORD, WordList, by_opening

_SHORT = 3  # letters of a word in which only a swap or a letter left out is one misspelled
_BRIEF = 4  # letters of a word that has no wrong letter, and none too many
_LONG = 7  # letters from which two edits are allowed in a word
_LEAST_NAME, _LONG_NAME = 5, 9  # letters from which one edit, and two, are allowed in a name
_EVERYDAY = 30_000  # English words, the most frequent first, that may have been meant as well
_RARE = 50_000  # the words behind these are hardly ever meant: but "untied" may be
MOST_CORRECTED = 50  # strange words of a message that are looked up, the first ones
_COMMON = 500  # of those, the ones that a word of three letters may be short of a letter of
# What asks of the collection; it and the small words are understood without an article of theirs.
_OF_THE_COLLECTION = frozenset(
    """article articles document documents thank thanks hello goodbye summarise summarize summary
    newest latest oldest compare mention mentions mentioned published""".split()
)
_OURS = FUNCTION | _OF_THE_COLLECTION
# Question words by their sound; some are words too, but none that opens a question.
_BY_SOUND = {
    sound: word
    for word, sounds in {
        "what": "wat wot whut", "when": "wen", "where": "wher wair", "who": "hoo",
        "why": "wy", "which": "wich witch whitch", "how": "hau",
    }.items()
    for sound in sounds.split()
}  # fmt: skip
_OPENING = re.compile(
    rf"\W*(?P<word>{'|'.join(_BY_SOUND)})\s+(?:{'|'.join(map(re.escape, sorted(AUXILIARIES)))})\s",
    re.IGNORECASE,
)
# What a form ends in, and what its base has there.
_ENDINGS = (
    ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"), ("s", ""), ("es", ""), ("ies", "y"),
    ("ied", "y"), *((f"{letter}{end}", "") for letter in "bdgklmnprtvz" for end in ("ing", "ed")),
)  # fmt: skip
_ONE_SYLLABLE = re.compile(r"[^\Waeiou]*[aeiou][^\Waeiouwxy]")  # its last letter is doubled
_DOUBLING = re.compile(r"([^\Waeiou])(ing|ed)$")
_DOUBLE = re.compile(r"([^\Waeiou])\1(ing|ed)$")
_NEXT = re.compile(r"\s+(?P<word>[^\W\d_]+)")
# What is written without its apostrophe: "whos", "dont".
_CONTRACTED = {word.replace("'", ""): word for word in FUNCTION if "'" in word}


def corrected(question: str, words: WordList, is_known: Callable[[str], bool]) -> str:
    """Return `question` with its misspelled words as the articles write them, else as it is.

    `is_known` tells whether the index finds something for a folded word as it stands. Of more than
    MOST_CORRECTED strange words the first are corrected: who writes so many asks of no article.
    """
    asked = _with_apostrophes(_opened(question, words), words)
    strange = [
        match
        for match in WORD.finditer(asked)
        if len(folded := normalise(match[0])) >= _SHORT
        and folded not in words.forms
        and not is_known(folded)
        and (folded not in english() or _is_rare_and_swapped(folded, words))
        and not is_form(folded)
    ]
    if (asked == question and not strange) or question_language(question) != "en":
        return question
    if not words.forms:
        return asked
    parts, at = [], 0
    for match in strange[:MOST_CORRECTED]:
        if word := nearest(match[0], words, is_known, opens=match.start() == 0):
            parts += [asked[at : match.start()], as_written(match[0], word)]
            at = match.end()
    return "".join([*parts, asked[at:]])


def _is_rare_and_swapped(word: str, words: WordList) -> bool:
    """Return whether an English word that few know is one of the articles with two letters swapped.

    "Chian" is one of Chios, who asks of Chinese companies means China.
    """
    if ranks()[word] <= _RARE:
        return False
    swaps = (f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(len(word) - 1))
    return any(swap in words.forms for swap in swaps)


def is_form(word: str) -> bool:
    """Return whether a word, in lower case, is formed of an English one by the rules.

    It is none where a letter is only doubled, or not doubled, that should not be, or should.

    >>> [is_form(word) for word in ("sharding", "sharded", "shards", "runing", "bakerys")]
    [True, True, True, False, False]
    """
    others = (_DOUBLING.sub(r"\1\1\2", word), _DOUBLE.sub(r"\1\2", word))
    if any(other != word and other in english() for other in others):
        return False
    return any(
        word.endswith(ending)
        and (base := word.removesuffix(ending) + put) in english()
        and word in _forms(base)
        for ending, put in _ENDINGS
    )


def _forms(base: str) -> tuple[str, ...]:
    if is_base(base) or not _ONE_SYLLABLE.fullmatch(base):
        return third(base), gerund(base), past(base)
    return third(base), f"{base}{base[-1]}ing", f"{base}{base[-1]}ed"


def _opened(question: str, words: WordList) -> str:
    """Return `question` with the question word that it opens with by its sound."""
    opens = _OPENING.match(question)
    if opens is None or (sound := normalise(opens["word"])) in words.forms:
        return question
    start, end = opens.span("word")
    return question[:start] + as_written(opens["word"], _BY_SOUND[sound]) + question[end:]


def _with_apostrophes(question: str, words: WordList) -> str:
    """Return `question` with the apostrophe of a name that owns what follows: "kaltwerks flour"."""

    def owning(match: re.Match[str]) -> str:
        folded = normalise(match[0])
        name, after = folded.removesuffix("s"), _NEXT.match(question, match.end())
        owns = after is not None and normalise(after["word"]) not in FUNCTION
        if folded == name or name not in words.forms or folded in words.forms or not owns:
            return match[0]
        if not words.is_name(name) or folded in english():
            return match[0]
        return f"{as_written(match[0][:-1], words.forms[name])}'s"

    return WORD.sub(owning, question)


def nearest(word: str, words: WordList, is_known: Callable[[str], bool], *, opens: bool) -> str:
    """Return the form of the one word of the articles that `word` surely stands for, or "".

    A small word ("which") will do, one that asks of the collection ("articles"), and an everyday
    one of which the articles have a form. `opens` tells that `word` opens the question, where a
    capital letter says nothing.
    """
    folded = normalise(word)
    if not (folded.isascii() and folded.isalpha()):
        return ""
    if folded in _CONTRACTED:
        return _CONTRACTED[folded]
    able = {*within_two_edits(folded, words.openings), *within_two_edits(folded, _everyday())}
    if not able:
        return ""

    def order(other: str) -> tuple[int, bool, bool, bool, float, int, str]:
        edits, differ, unlike = farness(folded, other)
        ours = other in words.forms or other in _OURS or is_known(other)
        # At one edit the articles' word is likelier, at two the likest.
        is_collection = edits == 1 and other in _OF_THE_COLLECTION
        likest = (edits == 1 and not ours, differ, not is_collection, unlike)
        return edits, *likest, -words.counts.get(other, 0), other

    best = min(able, key=order)
    form = words.forms.get(best, best)
    if best not in words.forms and best not in _OURS and not is_known(best):
        return ""
    capital = word[0].isupper() and not opens
    if capital and form.islower():
        return ""  # a name that the articles lack stands for none of their words
    as_name = capital or not form.islower()
    return form if farness(folded, best)[0] <= _most_edits(folded, best, as_name=as_name) else ""


def as_written(written: str, form: str) -> str:
    """Return `form` with the capitals of the word that it stands in for, unless it has its own."""
    if not form.islower():
        return form
    if written.isupper() and len(written) > 1:
        return form.upper()
    return form.capitalize() if written[0].isupper() else form


def within_two_edits(word: str, openings: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the words at most two edits from `word` that begin as it does.

    With its first letter, or its first two swapped: who misspells a word knows how it begins, and
    so only some of the words, by their `openings`, have to be measured.
    """
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    others = [*openings.get(word[:1], ())]
    if (swapped := word[1::-1]) != word[:2]:
        others += openings.get(swapped, ())
    found = extract(word, others, scorer=OSA.distance, score_cutoff=2, limit=None)
    return [other for other, *_ in found]


def farness(word: str, other: str) -> tuple[int, bool, float]:
    """Return how far two words are: the edits between them, whether letters differ, how unlike.

    Optimal string alignment, in which a swap of neighbours is one edit; then Jaro and Winkler,
    to which a letter left out is less than a letter changed.
    """
    from rapidfuzz.distance import OSA, JaroWinkler

    unlike = round(JaroWinkler.distance(word, other), 2)
    return OSA.distance(word, other), sorted(word) != sorted(other), unlike


def _most_edits(word: str, other: str, *, as_name: bool) -> int:
    """Return how many edits `word` may be from `other` and surely stand for it.

    A short one may be a name in small letters ("opec"): it has two letters swapped or one left out.
    """
    if len(word) <= _BRIEF and len(other) <= len(word) and sorted(word) != sorted(other):
        return 0
    length = max(len(word), len(other))
    if as_name:
        return (length >= _LEAST_NAME) + (length >= _LONG_NAME)
    if len(word) <= _SHORT:
        return int(sorted(word) == sorted(other) or other in by_frequency()[:_COMMON])
    return 2 if len(word) >= _LONG else 1


@lru_cache(maxsize=1)
def _everyday() -> Mapping[str, Sequence[str]]:
    return by_opening(sorted(_OURS.union(by_frequency()[:_EVERYDAY])))
