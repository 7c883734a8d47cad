"""What is on on a day or at a time, and when something starts: the lines of a programme.

"What is on on Sunday afternoon?"   ->   SUNDAY, 10 AUGUST
                                         13.30  Puppet theatre
                                         15.00  Race of the optimists
"What starts at 3 pm?"              ->   15.00  Race of the optimists
"When does the theatre start?"      ->   13.30  Puppet theatre
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answerer import Draft
from rag.articles.slots import clock_in, slot_of
from rag.datatypes import Article, Passage
from rag.questions.asked import telling_terms
from rag.questions.manners import LED
from rag.reading.lead import Lead, Span
from rag.statements.led import MOST_ITEMS, Leads, stating
from rag.text import tokenise
from rag.words.months import MONTH, NUMBER_OF_MONTH, WEEKDAYS

_ASKED = re.compile(
    rf"\W*{LED}(?:what(?:\s+else)?(?:['’]s|\s+is|\s+was|\s+are|\s+were|\s+will\s+be)?\s+"
    r"(?:there\s+)?(?:to\s+(?:do|see)|on|happening|happens|happened|going\s+on|planned|scheduled|"
    r"taking\s+place|takes\s+place|(?:the\s+)?(?:programme|program|schedule|events?|activities))\b"
    r"|what\s+(?:can|could|do|shall)\s+(?:i|we|you|one)\s+(?:see|do|go\s+to|visit)\b"
    r"|what(?:\s+else)?\s+(?:(?:will\s+)?(?:starts?|begins?|opens?)|(?:is\s+)?(?:starting|beginning|opening))"
    r"(?=\W*\Z|\s+(?:at|on|in|after|from|before|until|this|next)\b)"
    r"|what\s+will\s+(?:happen|take\s+place)\b|which\s+events\b|(?:the\s+)?programme\b)",
    re.IGNORECASE,
)
_WHEN = re.compile(rf"\W*{LED}(?:(?:at\s+)?what\s+time|when)\s+(?:does|do|will)\s", re.IGNORECASE)
_STARTS = re.compile(r"\b(?:start|begin|take\s+place)\b", re.IGNORECASE)
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b", re.IGNORECASE)
_WHEN_TOLD = re.compile(rf"\d|\b(?:{'|'.join(WEEKDAYS)}|noon|midnight)", re.IGNORECASE)
_DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\.?\s(?:of\s)?(?P<m1>{MONTH})"
    rf"|\b(?P<m2>{MONTH})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)
_PARTS = {"morning": (0, 720), "afternoon": (720, 1080), "evening": (1080, 1440),
          "night": (1200, 1440)}  # fmt: skip
_PART = re.compile(rf"\b({'|'.join(_PARTS)})s?\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?P<how>at|after|from|before|until)\s+(?=\d)", re.IGNORECASE)
_TOLD_CLOCK = re.compile(r"\d[^\s?!,;]*(?:\s?[ap]\.?m\b\.?)?", re.IGNORECASE)
_SHORT_WEEKDAY = re.compile(rf"\b({'|'.join(day[:3] for day in WEEKDAYS)})", re.IGNORECASE)
_SURE = 0.9  # of an answer from a programme
_ON = frozenset("what on happening happens going planned scheduled taking takes place".split())


@dataclass(frozen=True, slots=True)
class ProgrammeAsked:
    """The day that is asked for: a weekday's first letters, a day and month, each "" or None.

    `low` and `high` are the minutes of the day from and below which things begin; `rest` are the
    terms that say of what the programme is, or, where `when` is asked, what it is that starts.
    """

    weekday: str
    date: tuple[int, int] | None
    low: int = 0
    high: int = 1440
    rest: frozenset[str] = frozenset()
    when: bool = False

    @property
    def whole_day(self) -> bool:
        """Whether no part of the day is asked for."""
        return (self.low, self.high) == (0, 1440)

    @property
    def any_day(self) -> bool:
        """Whether no day is told."""
        return not self.weekday and self.date is None


def programme_asked(question: str) -> ProgrammeAsked | None:
    """Return what `question` asks of a programme: what is on when, or when something starts.

    None of another question: what is on is asked of a day or a time of day.

    >>> asked = programme_asked("What is on at the fair on Sunday afternoon?")
    >>> asked.weekday, asked.low, asked.high, set(asked.rest), asked.when
    ('sun', 720, 1080, {'fair'}, False)
    >>> asked = programme_asked("When does the dance start?")
    >>> asked.weekday, asked.low, asked.high, set(asked.rest), asked.when
    ('', 0, 1440, {'danc'}, True)
    """
    asks, starts = _ASKED.match(question), _start_asked(question)
    weekday, day = _WEEKDAY.search(question), _day(question)
    part, clock = _PART.search(question), _CLOCK.search(question)
    minutes = clock_in(question[clock.end() :]) if clock else None
    is_told = weekday is not None or day is not None or minutes is not None
    if starts is None and (asks is None or not is_told):
        return None
    low, high = 0, 1440
    if clock and minutes is not None:
        how = clock["how"].lower()
        low = minutes if how in ("at", "after", "from") else 0
        high = minutes + (how == "at") if how in ("at", "before", "until") else high
    elif part:
        low, high = _PARTS[part[1].lower()]
    rest = starts or (question[asks.end() :] if asks else "")
    for pattern in (_WEEKDAY, _DATE, _PART, _CLOCK):
        rest = pattern.sub(" ", rest)
    rest = _TOLD_CLOCK.sub(" ", rest) if clock else rest
    terms = frozenset(telling_terms(rest)) - _ON
    if starts and not terms:
        return None  # "When does it start?"
    return ProgrammeAsked(
        weekday[1][:3].lower() if weekday else "", day, low, high, terms, starts is not None
    )


def _start_asked(question: str) -> str | None:
    """Return the words beside the verb of "When does the dance start?", None of another one."""
    when = _WHEN.match(question)
    verbs = list(_STARTS.finditer(question, when.end())) if when else []
    if when is None or not verbs:
        return None
    return f"{question[when.end() : verbs[-1].start()]} {question[verbs[-1].end() :]}"


def programme_of(
    asked: ProgrammeAsked, draft: Draft, passages: Sequence[Passage], leads: Leads
) -> Draft | None:
    """Return the draft that states what is on, None where no article of the passages tells.

    `leads` gives the leads of an article's statements, by its id. Where it is asked when something
    starts, claims that differ stay, and what else was found that may tell it comes after the lines.
    """
    if asked.when and draft.differing:
        return None
    articles = list({passage.article.id: passage.article for passage in passages}.values())
    if asked.any_day and not asked.when:
        articles = _meant(asked, articles, leads)
    for article in articles:
        if not asked.rest <= _terms(f"{article.title}\n{article.text}", article):
            continue
        told: list[Lead] = []
        for lead in _programmes(article, leads):
            items = _starting(asked, article, lead) if asked.when else _on(asked, article, lead)
            if items:
                told.append(replace(lead, items=items))
        if told:
            stated = _stating_each(draft, article, told if asked.any_day else told[:1])
            return _with_the_rest(asked, stated, draft, articles) if asked.when else stated
    return None


def _meant(asked: ProgrammeAsked, articles: Sequence[Article], leads: Leads) -> list[Article]:
    """Return the article with the programme that a time alone is asked of.

    The only one with times of day, or the only one of which a title or headings hold `rest`.
    """
    timed = [
        article
        for article in articles
        if any(_has_times(article, lead) for lead in _programmes(article, leads))
    ]
    named = [
        article
        for article in timed
        if asked.rest
        and any(asked.rest <= _above(article, lead) for lead in _programmes(article, leads))
    ]
    meant = named or timed
    return meant if len(meant) == 1 else []


def _has_times(article: Article, lead: Lead) -> bool:
    slots = (slot_of(_line(article.text, start)) for start, _ in lead.items)
    return any(slot is not None and slot.minutes is not None for slot in slots)


def _above(article: Article, lead: Lead) -> frozenset[str]:
    """Return the terms of the title and of what stands above a list."""
    above = (article.text[start:end] for start, end in lead.above)
    return _terms("\n".join((article.title, *above)), article)


def _terms(text: str, article: Article) -> frozenset[str]:
    return frozenset(tokenise(text, article.language))


def _stating_each(draft: Draft, article: Article, told: Sequence[Lead]) -> Draft:
    """Return the draft that states some lists of an article, each below its day."""
    sure = replace(draft, confidence=max(draft.confidence, _SURE), reason="")
    drafts = [stating(sure, article, lead, MOST_ITEMS) for lead in told]
    places = dict.fromkeys(place for one in drafts for place in one.places)
    reason = next((one.reason for one in drafts if one.reason), "")
    return replace(drafts[0], places=tuple(places), reason=reason, differing=())


def _with_the_rest(
    asked: ProgrammeAsked, stated: Draft, draft: Draft, articles: Sequence[Article]
) -> Draft:
    """Return what is stated, and after it those places of `draft` that may tell it, too.

    They hold all the words of what starts, and a number, a weekday, noon or midnight.
    """
    by_id = {article.id: article for article in articles}
    rest = [
        place
        for place in draft.places
        if (article := by_id.get(place.article_id)) is not None
        and _WHEN_TOLD.search(said := article.text[place.start : place.end])
        and asked.rest <= _terms(said, article)
        and not any(
            place.article_id == one.article_id and one.start <= place.start < one.end
            for one in stated.places
        )
    ]
    return replace(stated, places=(*stated.places, *rest))


def _programmes(article: Article, leads: Leads) -> Iterator[Lead]:
    """Yield the lead of each list of lines that begin with a time or a day."""
    seen: set[int] = set()
    for lead in leads(article.id).values():
        if lead.timed and lead.items and lead.items[0][0] not in seen:
            seen.add(lead.items[0][0])
            yield lead


def _on(asked: ProgrammeAsked, article: Article, lead: Lead) -> tuple[Span, ...]:
    """Return the items of a list that are on on the day that is asked for, in order."""
    text = article.text
    above = [text[start:end] for start, end in lead.headings]
    is_day = asked.any_day or any(_names(asked, heading) for heading in above)
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


def _starting(asked: ProgrammeAsked, article: Article, lead: Lead) -> tuple[Span, ...]:
    """Return the items of a list that are on then, of those lines that hold what starts.

    All of its words; without such a line those that neither title nor headings hold.
    """
    on, own = _on(asked, article, lead), asked.rest - _above(article, lead)
    for wanted in (asked.rest, own) if own else (asked.rest,):
        found: list[Span] = []
        holds = False
        for start, end in on:
            line = _line(article.text, start)
            if slot := slot_of(line):
                holds = wanted <= _terms(line[slot.end :], article)
            if holds:
                found.append((start, end))
        if found:
            return tuple(found)
    return ()


def _line(text: str, start: int) -> str:
    """Return the line from `start` on."""
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _names(asked: ProgrammeAsked, words: str) -> bool:
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
