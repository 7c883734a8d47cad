"""The values in a text: numbers with what they count, sums, shares, days, months, times of day.

    "On 3 May 400 guests paid £7 at 9.30pm."     "3 May", "400 guests paid", "£7", "9.30pm"

English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.text import tokenise
from rag.words.months import MONTH, MONTHS, YEARS
from rag.words.numbers import numbers_in
from rag.words.phrases import FUNCTION

_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{MONTH})(?:,?\s+\d{{4}})?\b"
    rf"|\b(?P<month2>{MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?",
    re.IGNORECASE,
)
_IN_MONTH = re.compile(rf"\b(?P<month>{'|'.join(month.title() for month in MONTHS)})\b")
CLOCK = re.compile(
    r"(?<![\w.:])\d{1,2}(?:[.:]\d\d)?\s?[ap]\.?m\b|(?<![\w.:])\d{1,2}:\d\d(?::\d\d)?(?![\w:])",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s*(?:%|per\s?cent\b)", re.IGNORECASE)
_UNIT = re.compile(r"[\s-]+(?P<word>[a-z][\w'’-]*)")
_ARE = re.compile(r"\s+(?:are|were)(?=\s+[a-z])")
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)$")
_MOST_UNITS = 2  # words behind a number that tell what is counted
_LARGE = 1e6  # from here a number needs no unit to be one of the same: "203 million"
_MOST_TIMES = 10  # what holds now is of the size of what held
TIMES = ("day", "month", "clock")  # kinds of a value that answer "when"


@dataclass(frozen=True, slots=True)
class Value:
    """A value at [start, end) of a text, with what it counts: its kind, and what it says.

    `number` is where it ends without that; `units` are the stems of what is counted.
    """

    start: int
    number: int
    end: int
    kind: str
    says: str
    units: frozenset[str] = frozenset()

    def is_like(self, other: Value) -> bool:
        """Return whether both are of one kind: two days, two sums, two numbers of people."""
        if self.kind != other.kind:
            return False
        if self.kind != "count":
            return True
        large = min(float(self.says), float(other.says)) >= _LARGE
        bare = not (self.units or other.units)
        some = large and not (self.units and other.units)
        return bare or some or bool(self.units & other.units)

    def is_near(self, other: Value) -> bool:
        """Return whether neither number is many times the other."""
        try:
            low, high = sorted((float(self.says), float(other.says)))
        except ValueError:
            return True
        return high <= _MOST_TIMES * max(low, 1.0)


def values_in(text: str) -> list[Value]:
    """Return the values in an English text, in order.

    >>> text = "On 3 May 400 guests paid £7 at 9.30pm."
    >>> [text[one.start : one.end] for one in values_in(text)]
    ['3 May', '400 guests paid', '£7', '9.30pm']
    """
    return sorted(_values(text), key=lambda one: one.start)


def _values(text: str) -> Iterator[Value]:
    taken: list[tuple[int, int]] = []

    def is_free(start: int, end: int) -> bool:
        return all(end <= low or start >= high for low, high in taken)

    for match in _DAY.finditer(text):
        taken.append(match.span())
        month = (match["month"] or match["month2"])[:3].lower()
        yield Value(*match.span(), match.end(), "day", f"{match['day'] or match['day2']} {month}")
    for match in CLOCK.finditer(text):
        if is_free(*match.span()):
            taken.append(match.span())
            says = re.sub(r"[\s.:]", "", match[0]).lower()
            kind = "lap" if match[0].count(":") == 2 else "clock"
            yield Value(*match.span(), match.end(), kind, says)
    for match in _IN_MONTH.finditer(text):
        if is_free(*match.span()):
            yield Value(*match.span(), match.end(), "month", match[0].lower())
    for number in numbers_in(text):
        start, end = number.start, number.end
        if not is_free(start, end) or _ORDINAL.search(text[start:end]):
            continue
        says = repr(number.value)
        if text[start - 1 : start] in ("£", "$", "€") and start:
            yield Value(start - 1, end, end, text[start - 1], says)
        elif share := _PERCENT.match(text, end):
            yield Value(start, end, share.end(), "percent", says)
        elif not (number.value in YEARS and "," not in text[start:end]) and start >= 0:
            units, behind = _units(text, end)
            if units or number.value >= _LARGE or not number.value.is_integer():
                yield Value(start, end, behind, "count", says, units)


def _units(text: str, end: int) -> tuple[frozenset[str], int]:
    """Return the stems of what a number counts, and where these words end."""
    found: list[str] = []
    are = _ARE.match(text, end)  # "14 are missing"
    end = are.end() if are else end
    while len(found) < _MOST_UNITS and (match := _UNIT.match(text, end)):
        if match["word"] in FUNCTION:
            break
        found += tokenise(match["word"])[:1]
        end = match.end()
    return frozenset(found), end
