"""Does a claim say of two names, or of a thing, the opposite of what a sentence says?

    "Kestrel bought Orion."          beside "Orion bought Kestrel."         -> turned round
    "Orion fired 200 people."        beside "Orion hired 200 people."       -> the opposite
    "Orion has not caught up."       beside "Orion has caught up."          -> denied
    "Orion was bought by Kestrel."   beside "Kestrel bought Orion."         -> the same

Both sentences must use the same words for it, so what is told here is sure, and much is not told:
whoever asks must take "no" for "unknown". English, by rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from rag.text import normalise, tokenise
from rag.words.phrases import PREPOSITIONS, names
from rag.words.verbs import base_of, gerund, is_participle, participle, past, third

_MOST_BETWEEN = 8  # words between two names of which one does something to the other
_BE = frozenset("is are was were be been being gets got".split())
_NO_DOING = _BE | frozenset(
    "has have had having do does did can could may might must shall should will would".split()
)
_LEAST_ALIKE = 0.8  # of a claim's words, in a sentence that says all of it but for a "not"
_LEAST_SAID = 0.6  # of a claim's words, in the sentence that says the opposite
# Said of both at once, so that their order says nothing.
_MUTUAL = frozenset(
    "meet marry merge face fight resemble equal border neighbour match date divorce balance oppose "
    "compare connect link separate follow precede include share join partner compete collaborate "
    "cooperate agree disagree talk negotiate differ".split()
)
_DESCRIBED = (
    "higher lower; highest lowest; larger smaller; largest smallest; bigger smaller; biggest "
    "smallest; older younger; oldest newest; longer shorter; longest shortest; faster slower; "
    "cheaper dearer; cheaper costlier; better worse; best worst; stronger weaker; wider narrower; "
    "deeper shallower; earlier later; hotter colder; warmer colder; more less; more fewer; most "
    "least; most fewest; first last; legal illegal; guilty innocent; public private; possible "
    "impossible; likely unlikely; safe unsafe; male female; northern southern; eastern western"
)
_NOT = frozenset("not never neither nor cannot hardly".split())
# Not "buy" and "sell", which are one thing from two sides.
_OPPOSITES = (
    "hire fire; rise fall; increase decrease; gain lose; win lose; open close; "
    "accept reject; approve reject; support oppose; import export; raise cut; "
    "raise lower; allow ban; allow forbid; confirm deny; join leave; add remove; build demolish; "
    "grow shrink; expand shrink; strengthen weaken; arrive depart; admit deny; accept decline; "
    "accept refuse; enter leave; pass fail; succeed fail; praise criticise; praise criticize; "
    "acquit convict; overestimate underestimate; speed slow; begin end; start end; start stop"
)
_CLAUSE = re.compile(r"[.!?;:—–“”\"()]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

Role = tuple[str, str, str]  # who, whom, and what it is that who does


def turned_round(claim: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """Return the names of which the claim says what `sentences` say the other way round.

    >>> turned_round("Kestrel bought Orion in May.", ["In May Orion bought Kestrel for 3 million."])
    ('Kestrel', 'Orion')
    >>> turned_round("Kestrel was bought by Orion.", ["Orion bought Kestrel."])
    ()
    """
    told = {role for sentence in sentences for role in _roles(sentence)}
    for who, whom, what in _roles(claim):
        there = [(a, b) for a, b, done in told if done == what]
        if any(_same(whom, a) and _same(who, b) for a, b in there) and not any(
            _same(who, a) and _same(whom, b) for a, b in there
        ):
            return who, whom
    return ()


def opposite(claim: str, sentence: str) -> tuple[str, ...]:
    """Return the words of the claim for which `sentence` has the opposite, beside the same word.

    Only where it says most of the claim.

    >>> opposite("Orion fired 200 people.", "In May Orion hired 200 people.")
    ('fired',)
    >>> opposite("Prices rose and then fell.", "Prices fell.")
    ()
    """
    asked = set(tokenise(claim))
    if len(asked & set(tokenise(sentence))) < _LEAST_SAID * len(asked):
        return ()
    said, words = _WORD.findall(claim), _WORD.findall(sentence)
    forms, contrary = _forms(), _contraries()
    held = {forms[word.lower()] for word in words if word.lower() in forms}
    own = {forms[word.lower()] for word in said if word.lower() in forms}
    places = {
        (side, forms[word.lower()])
        for at, word in enumerate(words)
        if word.lower() in forms
        for side in _sides(words, at)
    }
    found = []
    for at, word in enumerate(said):
        verb = forms.get(word.lower())
        if verb is None or verb in held or own & contrary[verb]:
            continue
        if any((side, other) in places for side in _sides(said, at) for other in contrary[verb]):
            found.append(word)
    return tuple(found)


def denied(claim: str, sentence: str) -> tuple[str, ...]:
    """Return the verbs that the claim denies and `sentence` affirms, or the other way round.

    Only where the claim is said by the sentence but for that.

    >>> denied("Orion has not bought Kestrel.", "Orion has bought Kestrel.")
    ('bought',)
    >>> denied("Orion did not fall.", "Orion rose and did not fall.")
    ()
    """
    asked = set(tokenise(claim)) - _NOT
    if len(asked & set(tokenise(sentence))) < _LEAST_ALIKE * len(asked):
        return ()
    here, there = _polarity(claim), _polarity(sentence)
    return tuple(
        word for (verb, after), (word, negated) in here.items()
        if after and (verb, after) in there and there[verb, after][1] is not negated
    )  # fmt: skip


def _polarity(text: str) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return the verbs of `text` and what follows each: as written, and whether it is negated.

    One that is said both ways is left out.
    """
    found: dict[tuple[str, str], tuple[str, bool]] = {}
    both = set()
    words = [word.lower() for word in _WORD.findall(text)]
    for at, word in enumerate(words):
        if not _is_doing(word):
            continue
        before = words[max(0, at - 3) : at]
        negated = {"no", "longer"} <= {*before} or any(
            each in _NOT or each.endswith(("n't", "n’t")) for each in before
        )
        verb = base_of(word), words[at + 1] if at + 1 < len(words) else ""
        if verb in found and found[verb][1] is not negated:
            both.add(verb)
        found[verb] = word, negated
    return {verb: each for verb, each in found.items() if verb not in both}


def _sides(words: Sequence[str], at: int) -> Iterator[tuple[str, int]]:
    """Yield the words before and after one, in lower case, each with the side it stands on."""
    for side in (-1, 1):
        if 0 <= at + side < len(words):
            yield words[at + side].lower(), side


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    """Return the words that have an opposite; the forms of a verb each with the verb."""
    verbs = {verb for pair in _OPPOSITES.split(";") for verb in pair.split()}
    return {word: word for pair in _DESCRIBED.split(";") for word in pair.split()} | {
        form: verb
        for verb in sorted(verbs)
        for form in (verb, past(verb), participle(verb), third(verb), gerund(verb))
    }


@lru_cache(maxsize=1)
def _contraries() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for pair in f"{_OPPOSITES};{_DESCRIBED}".split(";"):
        one, other = pair.split()
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


@lru_cache(maxsize=1024)
def _roles(text: str) -> tuple[Role, ...]:
    return tuple(_found(text))


def _found(text: str) -> Iterator[Role]:
    """Yield who does what to whom in `text`, as far as it stands between their names."""
    for (start, end), (other, last) in pairwise(names(text)):
        between = text[end:other]
        words = _WORD.findall(between)
        if not 0 < len(words) <= _MOST_BETWEEN or _CLAUSE.search(between):
            continue
        verbs = [at for at, word in enumerate(words) if _is_doing(word)]
        if not verbs:
            continue
        at = verbs[-1]
        after = [word for word in words[at + 1 :] if word in PREPOSITIONS]
        if "," in between[between.index(words[at]) :] or len(words) - at > 4:
            continue
        what = base_of(words[at])
        first, second = text[start:end], text[other:last]
        if what in _MUTUAL or "with" in after or "and" in words or "not" in words:
            continue
        passive = after[:1] == ["by"] and is_participle(words[at])
        if passive:
            yield second, first, what
        elif "," not in between and not (at and words[at - 1] in _BE):
            yield first, second, " ".join([what, *after])


def _is_doing(word: str) -> bool:
    return base_of(word) != "" and word not in _NO_DOING


def _same(one: str, other: str) -> bool:
    """Whether two names are one's: one holds all words of the other."""
    left, right = (set(normalise(name).split()) for name in (one, other))
    return left <= right or right <= left
