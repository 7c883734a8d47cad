"""What the lines of a programme or a plan begin with: a time, a date, a weekday, a numbered week.

    SATURDAY, 9 AUGUST                        the day that they stand below
    9.00   Race of the cutters                a time of day
    Week 3: Graphs                            a week that is counted

English dates and weekdays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.words.months import MONTH, WEEKDAYS, YEAR

LEAST_LINES = 3  # of a programme
_MOST_CHARS = 240  # of one of its lines
_DAY_CHARS = 60
_SHORT_DAYS = "|".join(f"{day[:3]}(?:{day[3:]})?s?" for day in WEEKDAYS)
_WEEKDAY = rf"(?:{_SHORT_DAYS}|tues|thurs?)\b\.?"
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\.?\s(?:of\s)?{MONTH}\b|{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?\b(?!:\d))"
    rf"(?:,?\s{YEAR}\b)?|\b\d{{4}}-\d\d-\d\d\b"
)
_DAY = rf"(?:{_WEEKDAY}(?:,?\s(?:the\s)?(?:{_DATE}))?|{_DATE})"
_CLOCK = (
    r"(?P<{0}hour>[01]?\d|2[0-4])(?:[.:h](?P<{0}minute>[0-5]\d)(?:\s?(?P<{0}half>[ap])\.?m\b\.?|\s?h\b)?"
    r"|\s?(?P<{0}half_of_hour>[ap])\.?m\b\.?)"
)
_TO = r"\s?(?:[-–—]|to|until)\s?"
_TIME = rf"{_CLOCK.format('')}(?:{_TO}{_CLOCK.format('end_')})?"
_CLOCK_ALONE = re.compile(_CLOCK.format(""), re.IGNORECASE)
_COUNTED = r"(?P<counted>day|week|month|year|hour|night)\s(?P<number>\d{1,3})"
_OPENED = r"[*_(\[]{0,3}(?:(?:from|at)\s)?"
_CLOSED = r"[*_)\]]{0,3}"
_BETWEEN = r"(?:\s*[-–—:|]\s*|,?\s+)" + _CLOSED + r"\s?"
_SLOT = re.compile(
    rf"{_OPENED}(?:(?P<day>{_DAY}(?:{_TO}{_DAY})?)(?:,?\s{_TIME})?|{_TIME.replace('?P<', '?P<t_')}"
    rf"|{_COUNTED}){_CLOSED}{_BETWEEN}(?=[^\n]*[^\W\d_])",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*[*_)\]]{0,3}(?:\s*[-–—:.|]|\s\s)|[*_]{2}")  # "Monday:", "**Week 2**"
_OF_A_DAY = re.compile(
    rf"{_OPENED}(?:on\s)?(?:{_DAY}){_CLOSED}[\s:.,]*(?:{YEAR})?{_CLOSED}[\s:.]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Slot:
    """What a line begins with: the `kind` of it, and a time of day in minutes, where it has one.

    `end` is where what is told of it starts.
    """

    kind: str  # "time", "day", or what is counted: "week"
    minutes: int | None
    end: int


def slot_of(line: str) -> Slot | None:
    """Return what a line of a programme begins with, None where it begins with no such thing.

    >>> slot_of("9.30 pm - Doors open")
    Slot(kind='time', minutes=1290, end=10)
    >>> slot_of("Week 3: Graphs").kind, slot_of("14 May Parade").kind, slot_of("Sunday 4 May")
    ('week', 'day', None)
    """
    found = _SLOT.match(line) if len(line) <= _MOST_CHARS else None
    if found is None or is_day(line):
        return None
    if found["counted"] or (found["day"] and not re.search(r"\d", found["day"])):
        ends = _ENDS.match(line, found.end("number" if found["counted"] else "day"))
        if ends is None and not found["hour"]:
            return None  # "Monday was cold."
    if found["counted"]:
        return Slot(found["counted"].lower(), None, found.end())
    prefix = "" if found["day"] else "t_"
    return Slot("day" if found["day"] else "time", _minutes(found, prefix), found.end())


def clock_in(text: str) -> int | None:
    """Return the time of day that a text begins with, in minutes; None where it does not.

    >>> clock_in("17.30 on Sunday"), clock_in("5 pm"), clock_in("5 boats")
    (1050, 1020, None)
    """
    found = _CLOCK_ALONE.match(text)
    return _minutes(found, "") if found else None


def _minutes(found: re.Match[str], prefix: str) -> int | None:
    if not found[f"{prefix}hour"]:
        return None
    hour, minute = int(found[f"{prefix}hour"]), int(found[f"{prefix}minute"] or 0)
    half = (found[f"{prefix}half"] or found[f"{prefix}half_of_hour"] or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    return 60 * hour + minute


def is_day(line: str) -> bool:
    """Return whether a line is a day and nothing else.

    >>> is_day("SATURDAY, 9 AUGUST"), is_day("Sunday"), is_day("Sunday walks")
    (True, True, False)
    """
    return len(line) <= _DAY_CHARS and _OF_A_DAY.fullmatch(line) is not None


def programme_lines(lines: Sequence[str]) -> set[int]:
    """Return which of some lines are those of a programme, by what they begin with.

    Of one kind at least LEAST_LINES stand in a run; then those of shorter runs are, too. In a run a
    time of day is no earlier than that above it.

    >>> sorted(programme_lines(["9.00 Swim", "10.30 Race", "17.00 End", "Sunday", "8.00 Walk"]))
    [0, 1, 2, 4]
    """
    runs: list[tuple[str, list[int]]] = []
    last: Slot | None = None
    for at, line in enumerate(lines):
        slot = slot_of(line)
        if slot is not None:
            if last is None or last.kind != slot.kind or _is_earlier(slot, last):
                runs.append((slot.kind, []))
            runs[-1][1].append(at)
        last = slot
    kinds = {kind for kind, run in runs if len(run) >= LEAST_LINES}
    return {at for kind, run in runs for at in run if kind in kinds}


def _is_earlier(slot: Slot, than: Slot) -> bool:
    return slot.kind == "time" and (slot.minutes or 0) < (than.minutes or 0)
