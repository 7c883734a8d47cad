"""What is on on a day: the lines of a programme below that day, or those that begin with it.

"What is on on Sunday afternoon?"   ->   SUNDAY, 10 AUGUST
                                         13.30  Puppet theatre
                                         15.00  Race of the optimists
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answerer import Draft
from rag.datatypes import Article, Passage
from rag.lead import Lead, Span
from rag.led import MOST_ITEMS, Leads, stating
from rag.months import MONTH, NUMBER_OF_MONTH, WEEKDAYS
from rag.reader.features import says_nothing
from rag.slots import clock_in, slot_of
from rag.text import content_terms, tokenise

_ASKED = re.compile(
    r"\W*(?:and\s+|so\s+)?(?:what(?:['’]s|\s+is|\s+was|\s+are|\s+were|\s+will\s+be|\s+else\s+is)?\s+"
    r"(?:there\s+)?(?:to\s+(?:do|see)|on|happening|happens|happened|going\s+on|planned|scheduled|"
    r"taking\s+place|takes\s+place|(?:the\s+)?(?:programme|program|schedule|events?|activities))\b"
    r"|what\s+(?:can|could|do|shall)\s+(?:i|we|you|one)\s+(?:see|do|go\s+to|visit)\b"
    r"|what\s+will\s+(?:happen|take\s+place)\b|which\s+events\b|(?:the\s+)?programme\b)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b", re.IGNORECASE)
_DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\.?\s(?:of\s)?(?P<m1>{MONTH})"
    rf"|\b(?P<m2>{MONTH})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)
_PARTS = {"morning": (0, 720), "afternoon": (720, 1080), "evening": (1080, 1440),
          "night": (1200, 1440)}  # fmt: skip
_PART = re.compile(rf"\b({'|'.join(_PARTS)})s?\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?P<how>at|after|from|before|until)\s+(?=\d)", re.IGNORECASE)
_SHORT_WEEKDAY = re.compile(rf"\b({'|'.join(day[:3] for day in WEEKDAYS)})", re.IGNORECASE)
_SURE = 0.9  # of an answer from a programme
_ON = frozenset("what on happening happens going planned scheduled taking takes place".split())


@dataclass(frozen=True, slots=True)
class Asked:
    """The day that is asked for: a weekday's first letters, a day and month, each "" or None.

    `low` and `high` are the minutes of the day from and below which things begin; `rest` are the
    terms that say of what the programme is.
    """

    weekday: str
    date: tuple[int, int] | None
    low: int = 0
    high: int = 1440
    rest: frozenset[str] = frozenset()

    @property
    def whole_day(self) -> bool:
        """Whether no part of the day is asked for."""
        return (self.low, self.high) == (0, 1440)


def programme_asked(question: str) -> Asked | None:
    """Return the day of which `question` asks what is on, None of another question.

    >>> programme_asked("What is on at the fair on Sunday afternoon?")
    Asked(weekday='sun', date=None, low=720, high=1080, rest=frozenset({'fair'}))
    """
    asks = _ASKED.match(question)
    weekday, day = _WEEKDAY.search(question), _day(question)
    if asks is None or (weekday is None and day is None):
        return None
    low, high = 0, 1440
    part, clock = _PART.search(question), _CLOCK.search(question)
    minutes = clock_in(question[clock.end() :]) if clock else None
    if clock and minutes is not None:
        how = clock["how"].lower()
        low = minutes if how in ("at", "after", "from") else 0
        high = minutes + (how == "at") if how in ("at", "before", "until") else high
    elif part:
        low, high = _PARTS[part[1].lower()]
    rest = question[asks.end() :]
    for pattern in (_WEEKDAY, _DATE, _PART, _CLOCK):
        rest = pattern.sub(" ", rest)
    rest = re.sub(r"\d\S*", " ", rest) if clock else rest
    terms = frozenset(term for term in content_terms(rest) if not says_nothing(term)) - _ON
    return Asked(weekday[1][:3].lower() if weekday else "", day, low, high, terms)


def programme_of(
    asked: Asked, draft: Draft, passages: Sequence[Passage], leads: Leads
) -> Draft | None:
    """Return the draft that states what is on, None where no article of the passages tells.

    `leads` gives the leads of an article's statements, by its id.
    """
    articles = {passage.article.id: passage.article for passage in passages}
    for article in articles.values():
        if not asked.rest <= set(tokenise(f"{article.title}\n{article.text}", article.language)):
            continue
        for lead in _programmes(article, leads):
            if items := _on(asked, article, lead):
                told = replace(draft, confidence=max(draft.confidence, _SURE), reason="")
                return stating(told, article, replace(lead, items=items), MOST_ITEMS)
    return None


def _programmes(article: Article, leads: Leads) -> Iterator[Lead]:
    """Yield the lead of each list of lines that begin with a time or a day."""
    seen: set[int] = set()
    for lead in leads(article.id).values():
        if lead.timed and lead.items and lead.items[0][0] not in seen:
            seen.add(lead.items[0][0])
            yield lead


def _on(asked: Asked, article: Article, lead: Lead) -> tuple[Span, ...]:
    """Return the items of a list that are on on the day that is asked for, in order."""
    text = article.text
    above = [text[start:end] for start, end in lead.headings]
    is_day = any(_names(asked, heading) for heading in above)
    found: list[Span] = []
    is_on = False
    for start, end in lead.items:
        if slot := slot_of(_line(text, start)):
            of_day = is_day or (
                slot.kind == "day" and _names(asked, text[start : start + slot.end])
            )
            in_time = slot.minutes is not None and asked.low <= slot.minutes < asked.high
            is_on = of_day and (asked.whole_day or in_time)
        if is_on:
            found.append((start, end))
    return tuple(found)


def _line(text: str, start: int) -> str:
    """Return the line from `start` on."""
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _names(asked: Asked, words: str) -> bool:
    """Return whether some words name the day: both its weekday and its date where both are told."""
    weekday, day = _SHORT_WEEKDAY.search(words), _day(words)
    if asked.weekday and weekday and weekday[1].lower() != asked.weekday:
        return False
    if asked.date and day and day != asked.date:
        return False
    return bool((asked.weekday and weekday) or (asked.date and day))


def _day(words: str) -> tuple[int, int] | None:
    """Return the day and the month that some words name first."""
    found = _DATE.search(words)
    if found is None:
        return None
    month = NUMBER_OF_MONTH[(found["m1"] or found["m2"])[:3].lower()]
    return int(found["d1"] or found["d2"]), month
