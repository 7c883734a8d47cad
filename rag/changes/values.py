"""Do two short answers say the same? Numbers, dates and names as texts write them.

"50 million" and "over 50,000,000"   -> the same
"July 9" and "9 July 2024"           -> the same
"18%" and "5%"                       -> different
"Tuesday" and "July 9"               -> no telling
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Literal

from rag.reader.features import is_function_word
from rag.text import normalise, tokenise
from rag.words.months import MONTH, MONTHS, WEEKDAYS, YEAR
from rag.words.numbers import numbers_in

Likeness = Literal["same", "different", "unclear"]

_TIMES = {"once": 1.0, "twice": 2.0, "half": 0.5, "dozen": 12.0}
_TIME = re.compile(rf"\b(?:{'|'.join(_TIMES)})\b")
_WITHIN = re.compile(r"[^\W_]|\.")  # before a number that is a part of something
_ISO = re.compile(rf"\b(?P<year>{YEAR})-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)\b")
_DAY = re.compile(r"(?<![\w.,])(\d{1,2})(?:st|nd|rd|th)?(?![\w-])")
_CURRENCIES = {
    "dollar": re.compile(r"\$|\bdollars?\b|\busd\b"),
    "euro": re.compile(r"€|\beuros?\b|\beur\b"),
    "pound": re.compile(r"£|\bpounds?\b|\bgbp\b"),
    "yuan": re.compile(r"\byuan\b|\brmb\b|\brenminbi\b|\bcny\b"),
    "yen": re.compile(r"\byen\b|\bjpy\b"),
    "won": re.compile(r"\bwon\b|\bkrw\b"),
    "rupee": re.compile(r"₹|\brupees?\b|\binr\b"),
}
_ROUNDED = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|some|over|more than|at least|under|approximately|"
    r"up to|less than|fewer than|close to|just)\b|~"
)
_ROUNDED_BY = 0.05  # "about 4,500" and 4,487
_CALENDAR = re.compile(rf"\b(?:{MONTH}|{'|'.join(WEEKDAYS)})(?!\w)|\b{YEAR}\b")
_UNITS = {
    "date": _CALENDAR,
    **_CURRENCIES,
    "percent": re.compile(r"%|\bper ?cent\b"),
    "time": re.compile(r"\b\d{1,2}[.:]\d\d\b"),
}
_MOST_TIMES = 1000
_UNLIKE_UNITS = 1.5
_FARTHEST = 3.0
_LEAST_TAG = 8  # letters of a name that is written in one word
_ACRONYM = re.compile(r"[A-Z][A-Z.&]{1,6}")


def likeness(one: str, other: str) -> Likeness:
    """Return whether two values say the same.

    "unclear" where they cannot be compared: a number beside words, a weekday beside a date. One
    that says more ("Sam Altman" beside "Altman") says the same. Symmetric.

    >>> likeness("about 4,500", "4,487"), likeness("22 million", "50 million")
    ('same', 'different')
    >>> likeness("the Ministry of Defence", "the defence ministry"), likeness("Tuesday", "July 9")
    ('same', 'unclear')
    >>> likeness("#KeithRichards", "Keith Richards")
    'same'
    """
    a, b = normalise(one), normalise(other)
    if a == b:
        return "same"
    if _CALENDAR.search(a) and _CALENDAR.search(b):
        return _dates(a, b)
    monies = [{name for name, form in _CURRENCIES.items() if form.search(t)} for t in (a, b)]
    if all(monies) and not monies[0] & monies[1]:
        return "different"
    numbers, others = _numbers(a), _numbers(b)
    if bool(numbers) != bool(others):
        return "same" if _one_holds_the_other(a, b) else "unclear"
    if numbers:
        rounded = _ROUNDED.search(a) or _ROUNDED.search(b)
        near = _ROUNDED_BY if rounded else 1e-12
        return (
            "same"
            if any(abs(x - y) <= near * max(abs(x), abs(y)) for x in numbers for y in others)
            else "different"
        )
    if _one_holds_the_other(a, b) or _abbreviates(one, other) or _abbreviates(other, one):
        return "same"
    if _run_together(a, b) or _run_together(b, a):
        return "same"
    words, more = _content(a), _content(b)
    if not words or not more:
        return "unclear"
    return "unclear" if words & more else "different"


def apart(one: str, other: str) -> float:
    """Return how far apart two values are: of numbers the logarithm of their ratio, 3 at most.

    0 of values without numbers, 1.5 where but one has any, or they are of different units.

    >>> round(apart("50 million", "25 million"), 2), apart("Ada", "Altman"), apart("5%", "5")
    (0.69, 0.0, 1.5)
    """
    a, b = normalise(one), normalise(other)
    units = [
        next((name for name, form in _UNITS.items() if form.search(text)), "") for text in (a, b)
    ]
    numbers, others = _numbers(a), _numbers(b)
    if units[0] != units[1] or bool(numbers) != bool(others):
        return _UNLIKE_UNITS
    if not numbers or units[0] == "date" or min(numbers[0], others[0]) <= 0:
        return 0.0
    return min(abs(math.log(numbers[0] / others[0])), _FARTHEST)


def may_count_one_thing(one: str, other: str) -> bool:
    """Return whether two values may count the same: no number is a thousand times the other one.

    >>> may_count_one_thing("345 pence", "312 pence"), may_count_one_thing("345", "890 million")
    (True, False)
    """
    numbers, others = _numbers(normalise(one)), _numbers(normalise(other))
    pairs = [sorted((abs(x), abs(y))) for x in numbers for y in others]
    return not pairs or any(high <= _MOST_TIMES * max(low, 1) for low, high in pairs)


def _dates(a: str, b: str) -> Likeness:
    """Compare what both of two dates state: years, months, days of the month, weekdays."""
    parts, others = _date_parts(a), _date_parts(b)
    shared = parts.keys() & others.keys()
    if not shared:
        return "unclear"
    return "same" if all(parts[name] & others[name] for name in shared) else "different"


def _date_parts(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for iso in _ISO.finditer(text):
        found.setdefault("year", set()).add(iso["year"])
        found.setdefault("month", set()).add(MONTHS[int(iso["month"]) - 1][:3])
        found.setdefault("day", set()).add(str(int(iso["day"])))
    text = _ISO.sub(" ", text)
    for match in _CALENDAR.finditer(text):
        word = match.group()
        name = "year" if word.isdigit() else "weekday" if word.endswith("day") else "month"
        found.setdefault(name, set()).add(word[:3] if name == "month" else word)
    if days := {str(int(match[1])) for match in _DAY.finditer(text)}:
        found.setdefault("day", set()).update(days)
    return {name: frozenset(values) for name, values in found.items()}


@lru_cache(maxsize=4096)
def _numbers(text: str) -> tuple[float, ...]:
    """Return the numbers in a normalised text.

    >>> _numbers("50 million of 1,600")
    (50000000.0, 1600.0)
    """
    found = tuple(
        number.value
        for number in numbers_in(text)
        if not _WITHIN.match(text[: number.start][-1:])  # "GPT4", "v.5"
    )
    return found or tuple(_TIMES[word] for word in _TIME.findall(text))


@lru_cache(maxsize=4096)
def _content(text: str) -> frozenset[str]:
    return frozenset(
        token
        for word in text.split()
        if not is_function_word(word.strip(".,;:!?\"'“”‘’()"))
        for token in tokenise(word)
    )


def _one_holds_the_other(a: str, b: str) -> bool:
    words, more = _content(a), _content(b)
    return bool(words and more) and (words <= more or more <= words)


def _run_together(tag: str, name: str) -> bool:
    """Whether `tag` is `name`, or most of it, in one word: "#KeithRichards" of "Keith Richards"."""
    letters = "".join(filter(str.isalnum, tag))
    return (
        len(letters) >= _LEAST_TAG
        and " " not in tag
        and " " in name
        and letters in "".join(filter(str.isalnum, name))
    )


def _abbreviates(short: str, full: str) -> bool:
    """Whether `short` is made of the initials of `full`: "U.S." of "United States"."""
    letters = short.strip().removeprefix("the ").replace(".", "")
    initials = "".join(word[0] for word in full.split() if word[:1].isupper())
    return bool(_ACRONYM.fullmatch(letters)) and letters == initials
