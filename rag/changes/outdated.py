"""An older value that a text tells in the past, and the one that holds now, beside it.

    "A sack, which used to be 4.50 crowns, is 5.20 crowns."        4.50 -> 5.20
    "Nobody sails before 3 May. The first date was 9 April."       9 April -> 3 May
    "Eleven people died. At first there had been talk of four."    four people -> Eleven people
    "Open in June? No. The owner speaks of August."                June -> August
    "The final cost is £6 million."       of what was to cost £4 million: £6 million

What a value is: rag.words.quantities. English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.text import content_terms
from rag.words.numbers import NUMBER_WORDS
from rag.words.quantities import TIMES, Value, values_in

_FAR = 2  # sentences, from the old value to the one that holds now
_CHANGE = (
    r"(?:raised|lowered|increased|cut|revised|put\s+(?:off|back|up)|postponed|delayed"
    r"|pushed\s+back|moved|brought\s+forward|risen|corrected)"
)
_COUNTED = rf"(?:[^\s.;]{{0,3}}\d|(?:{'|'.join(NUMBER_WORDS)})\b)"
CHANGED = re.compile(
    rf"\b(?:up|down)\s+from\b|\bfrom\s+{_COUNTED}[^.;]{{0,60}}?\bto\b"
    r"|\b(?:instead\s+of|rather\s+than|no\s+longer|not\s+until|originally|initially|previously"
    r"|formerly|earlier|once|used\s+to|until\s+(?:now|recently)"
    r"|(?:was|were)\s+(?:to|due|expected|meant|planned|supposed|set)"
    r"|(?:first|had)\s+(?:been\s+)?(?:planned|promised|given|put|expected|announced|said|reported"
    rf"|set)|(?:has|have|had|was|were|been|is|are)\s+(?:now\s+)?{_CHANGE}"
    r"|rose|raised|rises|climbed|fell|dropped|slipped|grew|went\s+(?:up|down))\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\bhad\s+(?:(?:once|first|long|always|\w+ly)\s+)?(?:been|stood|cost|held|paid|lasted|\w{2,}ed)\b"
    r"|\bused\s+to\b|\buntil\s+(?:last|now|recently)\b"
    r"|\b(?:first|second|third|old|former|previous|earlier|original|initial)\s+(?:\w+\s+){0,2}?"
    r"(?:was|were|had)\b|\b(?:was|were)\s+(?:to|due|expected|meant|planned|supposed|set|scheduled)\b"
    r"|\b(?:originally|initially|previously|formerly|at\s+first)\b|\bshould\s+have\s+\w+"
    r"|\bno\s+longer\b|\bany\s?more\b|\b(?:is|are|has|have)\s+(?:now\s+|since\s+)?gone\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"^\W*(?:nor|neither)\s+(?:is|are|was|were|will|does|do|has|have)\b", re.IGNORECASE
)
_NO = re.compile(r"\W*no\b\W*$|\W*no,\s", re.IGNORECASE)
# "He said that it had cost 4": in a report this is how any time before is told.
_REPORTED = re.compile(
    r"\b(?:said|says|told|added|wrote|explained|admitted|claimed|argued|noted)\b[^;]*?\bhad\b",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:will|would|shall|is\s+to|are\s+to|now|until|before|of|for|not)\b[^.;:]{0,60}$",
    re.IGNORECASE,
)
# What was told before it was over, and what a thing came to when it was.
_NOT_YET = re.compile(
    r"\b(?:will|would|could|may|might|(?:is|are|was|were)\s+to|expect(?:s|ed)?|estimate[sd]?|plan(?:s|ned)?"
    r"|budget(?:ed)?|forecast|put\s+at|so\s+far|at\s+least)\b",
    re.IGNORECASE,
)
_FINALLY = re.compile(
    r"\b(?:(?:final|eventual|ultimate)\s+(?:[a-z]+\s+)?"
    r"(?P<what>costs?|bill|price|sum|total|figure|number|count|tally|toll)\b"
    r"|ended\s+up\s+(?:costing|at)\b)(?!\s+(?:has|have)\s+not\b)",
    re.IGNORECASE,
)
_COSTS = re.compile(
    r"\b(?:costs?|bill|price|pay|paid|spen[dt]|expensive|how\s+much)\b", re.IGNORECASE
)
_OF = re.compile(r"\s+(?:of|for)\s+(?P<of>[^,.;:]{1,80}?)\s+(?:is|was|came|comes|stood|stands)\b")
_MONEY = ("£", "$", "€")


@dataclass(frozen=True, slots=True)
class Now:
    """The sentences, from `first` to `last`, on a value that held; `says` is the one that holds.

    That stands in the sentence `at`; "" where none is told.
    """

    first: int
    last: int
    at: int
    says: str


def tells_of_change(sentence: str, value: str, older: str) -> bool:
    """Return whether a sentence tells that something was changed, its value like the older one.

    >>> tells_of_change("The last boat has been moved to 9.30pm.", "9.30pm", "10.45pm")
    True
    >>> tells_of_change("The last boat has been moved to 9.30pm.", "9.30pm", "400 people")
    False
    """
    like = any(one.is_like(two) for one in values_in(value) for two in values_in(older))
    return like and CHANGED.search(sentence) is not None


def final_value(
    sentence: str, old: Sequence[Value], said: str, question: str, terms: frozenset[str]
) -> Value | None:
    """Return what a sentence tells that a thing came to at last, of which `old` values were `said`.

    These were told of what was still to come, or had changed. `terms` are those of the question.

    >>> told, asked = "It will cost £4 million.", "How much did the pier cost?"
    >>> last = "The final cost is £6 million."
    >>> found = final_value(last, values_in(told), told, asked, frozenset(["pier", "cost"]))
    >>> last[found.start : found.end]
    '£6 million'
    """
    if not (_NOT_YET.search(said) or CHANGED.search(said)):
        return None
    at = _FINALLY.search(sentence)
    if at is None:
        return None
    if (of := _OF.match(sentence, at.end())) and not terms & set(content_terms(of["of"])):
        return None
    known = {one.says for one in values_in(said)}
    for one in values_in(sentence):
        if one.start < at.end() or one.says in known or one.kind in TIMES:
            continue
        if one.kind in _MONEY and not _COSTS.search(question):
            continue
        if any(one.is_like(each) and one.is_near(each) for each in old):
            return one
    return None


def holds_now(
    sentences: Sequence[str], breaks: Sequence[int], old: Value, said: str, terms: frozenset[str]
) -> Now | None:
    """Return what holds in the place of an `old` value, which a sentence tells in the past.

    The old one was `said` by another text; `terms` are those of the question. `breaks` tells of
    each sentence how many line breaks stand before it.
    """
    given = values_in(said)
    told = frozenset(content_terms(said)) | terms
    alone: Now | None = None
    for at, sentence in enumerate(sentences):
        own = values_in(sentence)
        if not any(_is_again(one, old, sentence, told) for one in own):
            continue
        denied = _DENIED.search(sentence) is not None
        no = sentence.endswith("?") and _NO.match("".join(sentences[at + 1 : at + 2])) is not None
        if not (denied or no or _is_past(sentence)):
            continue
        like = _like(old, own)
        known = {one.says for one in (*own, *given)}
        near = _around(sentences, breaks, at, further=no)
        found = [
            (other, one)
            for other in near
            for one in values_in(sentences[other])
            if any(one.is_like(each) and one.is_near(each) for each in like)
            and one.says not in known
            and _is_of_it(sentences, at, other, one, told, close=denied or no)
        ]
        if found:
            other, one = found[0]
            rival = [two for far, two in found if abs(far - at) == abs(other - at) and far != other]
            if not rival:
                value = sentences[other][one.start : one.end]
                return Now(min(at, other), max(at, other), other, value)
        before = at - 1 if at and breaks[at] <= 2 else at
        alone = alone or Now(before, at, at, "")
    return alone


def _is_again(one: Value, old: Value, sentence: str, told: frozenset[str]) -> bool:
    """Return whether a value of a sentence is the old one: of the same thing, as far as is told."""
    if one.kind != old.kind or one.says != old.says:
        return False
    if one.kind != "count" or len(re.sub(r"\D", "", old.says.removesuffix(".0"))) > 2:
        return one.kind != "count" or one.is_like(old) or not one.units
    rest = f"{sentence[: one.start]} {sentence[one.number :]}"
    shared = (set(content_terms(rest)) & told) - one.units
    return len(shared) >= (1 if one.units & old.units else 2)


def _like(old: Value, own: Sequence[Value]) -> list[Value]:
    """Return the old value as it was said, and as it is said now."""
    return [old, *(one for one in own if one.kind == old.kind and one.says == old.says)]


def _is_past(sentence: str) -> bool:
    match = _PAST.search(sentence)
    if match is None:
        return False
    return not (match[0].lower().startswith("had") and _REPORTED.search(sentence))


def _around(
    sentences: Sequence[str], breaks: Sequence[int], at: int, *, further: bool
) -> list[int]:
    """Return the sentences beside one, the nearest first, no further than the next paragraph."""
    far = _FAR + further
    found = []
    for step in range(1, far + 1):
        for other in (at - step, at + step):
            low, high = sorted((at, other))
            if not 0 <= low <= high < len(sentences):
                continue
            parts = [breaks[n] for n in range(low + 1, high + 1)]
            if max(parts) <= 2 and sum(part > 0 for part in parts) <= 1:
                found.append(other)
    return [one for one in found if not further or one > at]


def _is_of_it(
    sentences: Sequence[str],
    at: int,
    other: int,
    one: Value,
    told: frozenset[str],
    *,
    close: bool,
) -> bool:
    """Return whether a value of another sentence may stand in the old one's place."""
    text = sentences[other]
    if one.kind in ("day", "month") and not _HOLDS.search(text[: one.start]):
        return False
    if one.kind == "lap" or abs(at - other) == 1 or close:
        return True
    rest = set(content_terms(f"{text[: one.start]} {text[one.end :]}"))
    return bool(rest & (told | set(content_terms(sentences[at]))))
