"""A question asked of another time than it was: "and in 2023?", "the year before?"."""

from __future__ import annotations

import re

from rag.conversation.put_in import put_in
from rag.conversation.spoken_of import MONTH, MONTH_NAMES, TIME, Context
from rag.words.months import YEAR

_LONG_AGO = 9  # months: after December, January is not surely that of the same year
_WHEN = re.compile(
    r"(?:\b(?P<how>(?i:in|on|during|since|before|after|until|till|by|from|between|as of|around))\s+"
    rf"(?i:the\s+)?)?(?P<time>{TIME.pattern})"
    rf"(?P<on>\s+(?:to|and|until|till|through)\s+{TIME.pattern})?"
)
_RELATIVE = re.compile(r"(?:this|last|next) \w+|today|yesterday|tomorrow")


def at_another_time(base: str, preposition: str, thing: str) -> str:
    """Return the question asked of the time `thing`; `preposition` is the message's, or "".

    With it, or "last year", goes what stands before the time in the question; a year or a month
    alone keeps that: "in 2022", and 2023? -> "in 2023"; and before 2020? -> "before 2020".
    """
    found = _WHEN.search(base)
    if found is not None:
        thing = _of_the_same_year(thing, found["time"])
    relative = not re.search(rf"\b(?:{MONTH}|{YEAR})", thing)
    said = f"{preposition} {thing}" if preposition else thing if relative else f"in {thing}"
    if found is None:
        return f"{base} {said}?"
    before, after = base[: found.start()], base[found.end() :]
    if not preposition and not relative and not found["on"]:
        return put_in(base, found.start("time"), found.end(), thing)
    if found["how"] or _RELATIVE.fullmatch(found["time"]):
        return f"{before}{said}{after}?"
    if preposition in ("in", "of", "for", ""):  # the 2022 budget, and in 2023?
        return f"{before}{thing}{after}?"
    return f"{base} {said}?"


def _of_the_same_year(thing: str, before: str) -> str:
    """Return a time with the year of the one before, where a month has none: "June" -> "June 2023".

    But January after December is the next year's, or the same one's.
    """
    year, months = re.search(YEAR, before), re.findall(MONTH, f"{before} {thing}")
    if year is None or re.search(YEAR, thing) or len(months) != 2 or not re.search(MONTH, thing):
        return thing
    passed = MONTH_NAMES.index(months[0]) - MONTH_NAMES.index(months[1])
    return f"{thing} {year[0]}" if passed < _LONG_AGO else thing


def at_relative_time(relative: re.Match[str], context: Context) -> tuple[str, str] | None:
    """Return the last question asked of the month or year beside the one that it names.

    And the same without what it was reckoned from. None where it names none.
    """
    later = (relative["side"] or relative["order"]).lower() in (
        "after",
        "later",
        "next",
        "following",
    )
    span = (relative["late"] or relative["early"]).lower()
    base = context.base.rstrip("?!. ")
    if span == "month" and (named := re.search(rf"\b(?:{MONTH})\b", base)):
        other = MONTH_NAMES[(MONTH_NAMES.index(named[0]) + (1 if later else -1)) % 12]
    elif span == "year" and (named := re.search(rf"\b{YEAR}\b", base)):
        other = str(int(named[0]) + (1 if later else -1))
    else:
        return None
    said = f"{other}, the {span} {'after' if later else 'before'} {named[0]}"
    before, after = base[: named.start()], base[named.end() :]
    return f"{before}{said}{after}?", f"{before}{other}{after}?"
