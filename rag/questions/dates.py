"""A question -> what it says of the dates of the articles, and what else it asks.

    "What do the articles before July 9 say about tokens?"  -> only those published before
    "What had Alibaba announced as of March 2024?"          -> those up to then first, newest first
    "What is the latest on chips?"                          -> the newest first
    "What happened on July 9?", "How much was it in 2023?"  -> nothing: the date is asked about
    "May I make a fire in July?"                  -> nothing: any July, in whatever year

Articles are left out only where the question speaks of articles and when they were published.
Where it may mean the date of what happened, those of that time, or whose passage names it, come
first and none is left out. A date without a year is the last one that does not begin long after the
newest article; today's date is never used.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.datatypes import DateFilter, day_in_words
from rag.questions.manners import JOINED
from rag.questions.topic import latest_topic
from rag.words.months import MONTH, NUMBER_OF_MONTH, YEAR
from rag.words.phrases import FUNCTION, VERBS
from rag.words.verbs import is_base, is_finite

_BETWEEN_LEAP_DAYS = 9  # years, about the end of a century
AHEAD = timedelta(days=92)  # articles speak of what is to come, and some have no date
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:{YEAR}-\d\d-\d\d|(?:the\s+)?{_DAY}\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?"
    rf"|{MONTH}\s+{_DAY}(?!\d)(?:,?\s+{YEAR})?|{MONTH}(?:,?\s+(?:of\s+)?{YEAR})?|{YEAR})\b"
)
_ONE = re.compile(
    rf"(?P<iso>{YEAR}-\d\d-\d\d)|(?:the\s+)?(?:(?P<day1>{_DAY})\s+(?:of\s+)?)?"
    rf"(?P<month>{MONTH})(?:\s+(?P<day2>{_DAY})(?!\d))?(?:,?\s+(?:of\s+)?(?P<year>{YEAR}))?"
    rf"|(?P<alone>{YEAR})",
    re.IGNORECASE,
)
_IN_TEXT = re.compile(rf"(?<!\w){_DATE}", re.IGNORECASE)  # not the end of "Myanmar"
_NO_UNIT = r"(?!\s*(?:%|percent|million|billion|people|tokens|[-–]\w))"
_REACH = (
    rf"(?:(?:in\s+(?:the\s+(?:period|time)\s+)?)?between\s+(?P<low>{_DATE})\s+and\s+(?P<high>{_DATE})"
    rf"|from\s+(?P<low2>{_DATE})\s+(?:to|until|till|through)\s+(?P<high2>{_DATE})"
    rf"|(?P<how>as\s+of|before|prior\s+to|earlier\s+than|until|till|up\s+to|by|after|later\s+than|"
    rf"since|in|during|on|of|from|dated|for)\s+(?:the\s+year\s+)?(?P<one>{_DATE})"
    rf"(?P<on>\s+(?:on|onwards?))?){_NO_UNIT}"
)
_AT_THE_END = re.compile(rf"(?:^|(?<=\s))(?P<when>{_REACH})[\s?.!]*$", re.IGNORECASE)
_AT_THE_BEGINNING = re.compile(
    rf"^(?P<when>{_REACH})\s+(?=(?:of|for|about|to|with)\s)", re.IGNORECASE
)
# What stands before a month or a year alone that is a time, and no name or number.
_SAYS_WHEN = re.compile(
    r"(?:\b(?:in|since|by|until|till|during|before|after|of|from|to|through|and|between|for|around|"
    r"this|last|next|early|late|mid)[\s-]+(?:the\s+)?|[(–-])$",
    re.IGNORECASE,
)
# "A crowd of 2000 people", but "the strike of 2019".
_COUNTS = re.compile(r"\b(?:of|to|and)\s+$", re.IGNORECASE)
_SEVERAL = re.compile(r"\s+(?:[a-z]+\s+)?(?:[a-z]{3,}s|people|men|women|children)\b")
_JOINS = re.compile(r"\b(?:of|to|and|from|by|for|between|through)\s+$", re.IGNORECASE)
_NAME = re.compile(r"\s+[A-Z][a-z]")
_OTHER_YEAR = re.compile(r",?\s+(?:of\s+)?\d{3,4}\b")
_BEFORE_CHARS = 40
_PARTS = tuple(
    re.compile(rf"{words}[\s-]+(?:of\s+|in\s+)?", re.IGNORECASE)
    for words in (
        r"\b(?:early|(?:the\s+)?(?:start|beginning))",
        r"\b(?:mid|(?:the\s+)?middle)",
        r"\b(?:late|(?:the\s+)?end)",
    )
)
_OF_A_PART = "(?:" + "|".join(part.pattern for part in _PARTS) + ")"
_PART = re.compile(rf"{_OF_A_PART}$", re.IGNORECASE)
_PART_AT_THE_END = re.compile(
    rf"(?:^|(?<=\s))(?P<when>(?:(?:in|at|by|around|during|towards?)\s+)?(?P<part>{_OF_A_PART})"
    rf"(?P<of>{_DATE}))[\s?.!]*$",
    re.IGNORECASE,
)
_PAPER = r"(?:articles?|news(?:\s+(?:articles?|stories|reports?|items?))?|coverage|stories|pieces?)"
_PUBLISHED = r"(?:(?:(?:that|which)\s+)?(?:were|was|are|is|appeared)\s+)?"
_PRINTED = r"(?:published|written|printed|posted|dated|appearing|released)"
_OF_ARTICLES = (
    re.compile(
        rf"\b{_PAPER}\s+(?P<cut>{_PUBLISHED}(?:{_PRINTED}\s+|from\s+(?=before|after|prior))?{_REACH})",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:the|all|any|those|which|what)\s+(?P<cut>(?P<before>{_DATE})(?:['’]s)?)\s+{_PAPER}\b",
        re.IGNORECASE,
    ),
)
# These are things of other kinds as well.
_COUNTED = re.compile(r"(?:coverage|pieces?)\s+(?:in|during|of|for)\b", re.IGNORECASE)
_OF_THE_PRESS = re.compile(
    r"(?:^|\b(?:news|press|media|articles?['’]?|newspaper|the|your|any|all|which|what)\s+)$",
    re.IGNORECASE,
)
_OTHERS = re.compile(rf"\b(?:those|ones|{_PAPER})\s+{_PUBLISHED}{_REACH}", re.IGNORECASE)
# Not "the year before 2023", "two days after 9 July", which are times of their own.
_RECKONED = "".join(
    rf"(?<!\b{unit} )" for name in ("year", "month", "week", "day") for unit in (name, f"{name}s")
)
_OF_EVENTS = re.compile(rf"\b{_RECKONED}(?P<cut>{_REACH})", re.IGNORECASE)
_ASKS_WHEN = re.compile(r"\bwhen\b|\b(?:what|which)\s+(?:date|day|month|year)\b", re.IGNORECASE)
# What may or must be done, or usually is, in any year: "Can I make a fire in July?"
_ANYBODY = r"(?:i|we|you|one|people|anyone|anybody|someone|somebody|everyone|everybody)"
_OF_ANY_YEAR = re.compile(
    rf"^\W*{JOINED}(?:can|may|must|should|shall|need)\b"
    rf"|\b(?:can(?:['’]t|not)?|must|should(?:n['’]t)?|shall|ought)\b"
    rf"|\b(?:may|do|does|am|are|need)(?:n['’]t)?\s+{_ANYBODY}\b"
    rf"|\b(?:has|have)\s+to\b"
    r"|\b(?:is|are)\b.*\b(?:allowed|permitted|forbidden|prohibited|banned|required|obligatory"
    r"|mandatory|compulsory|necessary|possible|usual|normal)\b"
    r"|\b(?:usually|normally|typically|generally|always|often|every\s+year|each\s+year)\b"
    r"|^how\b(?:\s+[\w’'-]+){0,3}?\s+(?:is|are|do|does)\b",
    re.IGNORECASE,
)
# Others are the date of what is asked: "on July 9", "in 2023", "between 2014 and 2023".
_SPEAKS_OF_TIME = ("as of", "before", "prior to", "earlier than", "until", "till", "up to", "after",
                   "later than", "since")  # fmt: skip
_RECENT = r"(?:latest|newest|most\s+recent)"
_FIGURE = (
    r"(?:news|articles?|reports?|stories|coverage|figures?|numbers?|counts?|estimates?|data|"
    r"information|updates?|developments?|status|situation|word)"
)
_LATEST = (
    re.compile(rf"\b{_RECENT}\s+(?:\w+\s+)?{_FIGURE}\b", re.IGNORECASE),
    re.compile(
        rf"\bwhat(?:['’]s|\s+is)\s+the\s+{_RECENT}\s+(?:on|about|with|regarding|concerning|in|from)\b",
        re.IGNORECASE,
    ),
)


_MONTH_DAYS = 31


@dataclass(frozen=True, slots=True)
class Dated:
    """What a question says of dates: `filter`, or None; `question` is what is searched for."""

    filter: DateFilter | None
    question: str


def dated(question: str, newest: Callable[[], date | None]) -> Dated:
    """Return what `question` says of the dates of articles.

    `newest` tells the newest date of publication; it is asked only where a date has no year. Where
    it is None, there is nothing to filter by.
    """
    for pattern in _OF_ARTICLES:
        for match in pattern.finditer(question):
            if _is_of_something_else(question, match):
                continue
            if _OTHERS.search(question, match.end("cut")):
                return Dated(None, question)  # two times that are compared
            # What is published already: no month to come is meant.
            if (newest_day := newest()) and (span := _span(match, newest_day, published=True)):
                rest = _without(question, match)
                return Dated(_filter(question, match, span, only=True, rest=rest), rest)
    if (words := _newest_asked(question)) and newest() is not None:
        found = DateFilter(words, question, None, None, only=False, newest=True, rest=question)
        return Dated(found, question)
    if _ASKS_WHEN.search(question):
        return Dated(None, question)
    any_year = is_of_any_year(question)
    for match in _OF_EVENTS.finditer(question):
        if not _may_mean_publication(match):
            continue
        if any_year and not re.search(YEAR, match["cut"]):
            continue
        if (newest_day := newest()) and (span := _span(match, newest_day)):
            return Dated(_filter(question, match, span, only=False, rest=question), question)
    return Dated(None, question)


def _newest_asked(question: str) -> str:
    """Return the words of a question that ask for the newest, "" where none do."""
    if asked := latest_topic(question):
        return asked.string[: asked.start("topic")].strip()
    recent = next(filter(None, (pattern.search(question) for pattern in _LATEST)), None)
    return recent[0] if recent else ""


def is_of_any_year(question: str) -> bool:
    """Return whether a question asks what may, must or usually happens, in whatever year.

    >>> is_of_any_year("Can I make a fire in July?"), is_of_any_year("Who made a fire in July?")
    (True, False)
    """
    return _OF_ANY_YEAR.search(question) is not None


def _is_of_something_else(question: str, match: re.Match[str]) -> bool:
    """Return whether a date is only a part of what follows: "by April Jones", "2024 elections".

    Or what is counted in it: "5G coverage in 2023", but "coverage published in 2023".
    """
    if _COUNTED.match(match[0]) and not _OF_THE_PRESS.search(question[: match.start()]):
        return True
    follows = re.match(r"\s+([^\W\d_]\S*)", question[match.end("cut") :])
    if follows is None or match.groupdict().get("before"):
        return False
    word = follows[1].strip(".,;:?!")
    return not (word in FUNCTION or word in VERBS or is_base(word) or is_finite(word))


def _may_mean_publication(match: re.Match[str]) -> bool:
    """Return whether a date may be that of publication where no article is spoken of."""
    if match["low2"]:
        return False  # "from 2014 to 2023": what is counted or compared
    if match["low"]:
        return not (match["low"].isdigit() and match["high"].isdigit())
    how = " ".join(match["how"].casefold().split())
    if how in _SPEAKS_OF_TIME:
        return True
    # "in August", "in August 2024": a month, and neither a day nor a year.
    one = _ONE.fullmatch(match["one"])
    return how in ("in", "during") and bool(
        one and one["month"] and not (one["day1"] or one["day2"])
    )


def _filter(
    question: str,
    match: re.Match[str],
    span: tuple[date | None, date | None],
    *,
    only: bool,
    rest: str,
) -> DateFilter:
    how = " ".join((match.groupdict().get("how") or "").casefold().split())
    words = " ".join(match["cut"].split())
    return DateFilter(words, question, *span, only=only, newest=how == "as of", rest=rest)


def _without(question: str, match: re.Match[str]) -> str:
    """Return the question without the words that speak of the date, on one line."""
    return _cut_out(question, *match.span("cut"))


def _cut_out(text: str, start: int, end: int) -> str:
    """Return the text without what stands at [start, end), on one line."""
    rest = " ".join(f"{text[:start]} {text[end:]}".split())
    return re.sub(r"\s+([?.!,;:])", r"\1", rest)


def of_that_time(dates: Dated) -> Dated | None:
    """Return a question of a day or a month without it, asked of the articles of that time alone.

    "What was the budget in May 2024?" may be told by an article of that month that names no month.
    None of a question that says nothing of a time, or of a longer one.
    """
    found = dates.filter
    if found is None or found.only or found.start is None or found.end is None:
        return None
    said = re.compile(rf"(?:\bback\s+)?{re.escape(found.words)}", re.IGNORECASE)
    text = " ".join(found.question.split())
    match = said.search(text)
    if match is None or (found.end - found.start).days >= _MONTH_DAYS:
        return None
    rest = _cut_out(text, *match.span())
    return Dated(replace(found, only=True, rest=rest), rest)


def _span(
    match: re.Match[str], newest: date, *, published: bool = False
) -> tuple[date | None, date | None] | None:
    """Return the first and the last day that are meant, None for no bound; None for no such day.

    With `published` they are days of articles that are there already.
    """
    groups = match.groupdict()
    low, high = groups.get("low") or groups.get("low2"), groups.get("high") or groups.get("high2")
    if low and high:
        last = _days(high, newest)
        first = _days(low, last[1] if last else newest)
        if first is None or last is None or first[0] > last[1]:
            return None
        return first[0], last[1]
    how = " ".join((groups.get("how") or "in").casefold().split())
    # Nothing is published in a month to come; but before one, or until then.
    ahead = (
        timedelta(0) if published and how in ("in", "during", "on", "of", "from", "for") else AHEAD
    )
    days = _days(groups.get("one") or groups.get("before") or "", newest, ahead)
    if days is None:
        return None
    if how in ("before", "prior to", "earlier than"):
        return None, days[0] - timedelta(days=1)
    if how in ("as of", "until", "till", "up to", "by"):
        return None, days[1]
    if how in ("after", "later than"):
        return days[1] + timedelta(days=1), None
    if how == "since" or (how == "from" and groups.get("on")):
        return days[0], None
    return days


def _days(written: str, newest: date, ahead: timedelta = AHEAD) -> tuple[date, date] | None:
    """Return the first and last day of a date as it is written; None for 31 June.

    Without a year it is the last one that does not begin more than `ahead` after `newest`.
    """
    match = _ONE.fullmatch(written.strip())
    if match is None:
        return None
    try:
        if match["iso"]:
            day = date.fromisoformat(match["iso"])
            return day, day
        if match["alone"]:
            return date(int(match["alone"]), 1, 1), date(int(match["alone"]), 12, 31)
        month = NUMBER_OF_MONTH[match["month"].casefold()[:3]]
        number = re.sub(r"\D", "", match["day1"] or match["day2"] or "")
        if match["year"]:
            year = int(match["year"])
        else:
            # "in January" under an article of December, and the other way round; a leap day is of
            # the last year that has one.
            years = range(newest.year + 1, newest.year - _BETWEEN_LEAP_DAYS, -1)
            first = int(number or 1)
            days = (date(y, month, first) for y in years if first <= monthrange(y, month)[1])
            year = next(day.year for day in days if day - newest <= ahead)
        if number:
            return date(year, month, int(number)), date(year, month, int(number))
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    except (ValueError, StopIteration):
        return None


def time_told(words: str, newest: Callable[[], date | None]) -> tuple[str, DateFilter | None]:
    """Return `words` without the time that they begin or end with, and that time, or None.

    `newest` tells the date of the newest article; without one a date needs a year.

    >>> time_told("of the strike since July 2024", lambda: None)[0]
    'of the strike'
    """
    for pattern in (_PART_AT_THE_END, _AT_THE_END, _AT_THE_BEGINNING):
        match = pattern.search(words)
        if match is None:
            continue
        near = newest()
        if near is None and not re.search(rf"{YEAR}\b", match["when"]):
            return words, None
        if pattern is _PART_AT_THE_END:
            days = _days(match["of"], near or date.max)
            span: tuple[date | None, date | None] | None = days and _third(match["part"], *days)
        else:
            span = _span(match, near or date.max)
        if span is None:
            return words, None
        time = DateFilter(match["when"], words, *span, only=False, newest=False)
        return f"{words[: match.start()]}{words[match.end() :]}".strip(), time
    return words, None


def times_in(text: str, near: date | None) -> list[tuple[tuple[int, int], date, date]]:
    """Return each date that `text` names: where, as (start, end), its first day and its last.

    A date without a year is the last one that does not begin more than AHEAD after `near`; where
    that is None, it is left out. A month or a year alone counts where a word before it makes it
    one. "Early", "mid", "late", "the beginning of" and the like mean a third of the month or year.
    """
    found = []
    for match, one in _named(text):
        before = text[max(0, match.start() - _BEFORE_CHARS) : match.start()]
        bare = one["month"] and not (one["day1"] or one["day2"] or one["year"])
        if (one["alone"] or bare) and not _SAYS_WHEN.search(before):
            continue  # "2000 people", "Theresa May", "June Lee"
        if one["alone"] and _COUNTS.search(before) and _SEVERAL.match(text, match.end()):
            continue
        if bare and _JOINS.search(before) and _NAME.match(text, match.end()):
            continue  # "by April Jones"
        if near is None and not (one["iso"] or one["year"] or one["alone"]):
            continue
        days = _days(match[0], near or date.max)
        if days is None:
            continue
        part = None if one["day1"] or one["day2"] else _PART.search(before)
        if part is None:
            found.append((match.span(), *days))
        else:
            begins = match.start() - len(before) + part.start()
            found.append(((begins, match.end()), *_third(part[0], *days)))
    return found


def _third(words: str, first: date, last: date) -> tuple[date, date]:
    """Return the first and last day of the third of a month or year that "early", "late" mean."""
    at = next(at for at, pattern in enumerate(_PARTS) if pattern.match(words))
    third = ((last - first).days + 1) // 3
    starts = [first + timedelta(days=n * third) for n in range(3)]
    return starts[at], starts[at + 1] - timedelta(days=1) if at < 2 else last


def told_date(first: date, last: date) -> str:
    """Return a time in words: a day, a month, a third of one, or a year.

    >>> told_date(date(2024, 7, 1), date(2024, 7, 10))
    'early July 2024'
    """
    if first == last:
        return day_in_words(first)
    is_month = (first.year, first.month) == (last.year, last.month)
    whole = f"{first:%B} {first.year}" if is_month else str(first.year)
    begins = first.day == 1 and (is_month or first.month == 1)
    ends = (last + timedelta(days=1)).day == 1 and (is_month or last.month == 12)
    if begins and ends:
        return whole
    return f"{'early ' if begins else 'late ' if ends else 'mid-'}{whole}"


def names_time(text: str, span: DateFilter, published: date | None) -> bool:
    """Return whether `text` names a date that lies wholly in the time of the filter.

    A date without a year is that nearest to `published`, or to the filter where that is unknown.
    """
    near = published or span.end or (span.start + timedelta(days=365) if span.start else None)
    if near is None:
        return False
    days = (_days(match[0], near) for match, _ in _named(text))
    return any(each and span.holds(each[0]) and span.holds(each[1]) for each in days)


def _named(text: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield where `text` names a date, and the parts of that date."""
    for match in _IN_TEXT.finditer(text):
        one = _ONE.fullmatch(match[0])
        if one is None or (one["month"] and one["month"].islower()):  # "may", "march"
            continue
        if one["month"] and not one["year"] and _OTHER_YEAR.match(text, match.end()):
            continue  # "May 1066"
        yield match, one
