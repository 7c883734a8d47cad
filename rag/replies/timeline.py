"""What happened when: the sentences of the articles that name a date, in the order of these dates.

    "Give me a timeline", "What happened when?"  -> of all articles
    "A timeline of the ferry"                     -> of the sentences about it
    "What happened in July 2024?", "... to the ferry on July 9?" -> of that time alone
    "Give me a timeline, the further dates"       -> those that were not told before

Told by the dates that the sentences name: a day, a month, or a year that something happened in. One
without a year is that nearest to its article's date. Where the article has none, it stands where
the last one would that does not begin long after the newest article, and is told without a year;
where a year is asked for, it is left out, and that is told.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, pairwise

from rag.answerer import Draft
from rag.articles.catalogue import Catalogue
from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.conversation.meant import dates_wanted
from rag.datatypes import DateFilter, day_in_words
from rag.indexing.chosen import rows_among
from rag.questions.dates import time_told, times_in, told_date
from rag.questions.kinds import SOURCE
from rag.questions.manners import LED, PLEASE
from rag.reader.features import says_nothing
from rag.reading.antecedent import leans_back
from rag.replies.coverage import LEAST_SHARE, MOST_ROWS, telling_idf, within
from rag.store import Generation
from rag.text import query_terms, tokenise
from rag.words.months import MONTHS, YEAR, YEARS
from rag.words.phrases import AUXILIARIES, WORD
from rag.words.terms import term_share
from rag.words.verbs import is_finite, is_participle

MOST_DATES = 12  # sentences that are stated, unless a list may be longer
MOST_FURTHER = 60  # of them, where all or the others are asked for
MOST_READ = 500  # articles that are read for dates: what is told of more says "at least"
_LEAST_AT_ALL = 1 / 3  # of a topic, where nothing holds LEAST_SHARE of it
_YEARS_BACK = 10  # that a date without a year may mean, where the last one is none
_LEAST_TOLD = 2  # words of a sentence that tell something beside its date
_OPENING = 2  # sentences that tell what an article is about

_OF = r"(?:of|for|to|about|on|in|at|from|with|around|regarding)"
_HERE = rf"(?:(?:the|these|all|all\s+the|my|your)\s+)?(?:{SOURCE}|news)"
_EVERYTHING = re.compile(
    r"^(?:all\s+)?(?:the\s+)?(?:main\s+|key\s+|important\s+)?(?:events?|dates?|developments?|things|"
    rf"everything|what\s+happened|it\s+all)(?:\s+(?:in|of|from)\s+{_HERE})?$|^{_HERE}$",
    re.IGNORECASE,
)
_PLEASE = re.compile(rf"{PLEASE}$", re.IGNORECASE)
# What a follow-up's year was reckoned from: "in June 2022, the year before 2023"
_RECKONED = re.compile(r", the (?:year|month) (?:before|after) \S+$")
_LINE = r"(?:time\s?line|chronology)"
_TIMELINE = re.compile(
    rf"^{LED}(?:(?:give|show|make|draw|write|create|build|list)\s+"
    r"(?:me\s+|up\s+)?|what(?:['’]s|\s+is)\s+|is\s+there\s+)?"
    rf"(?:an?\s+|the\s+)?(?:short\s+|brief\s+|full\s+)?{_LINE}(?P<rest>[\s:].*)?$",
    re.IGNORECASE,
)
# "Kestrel bridge timeline"; but not "who drew the timeline"
_TIMELINE_OF = re.compile(
    rf"^(?:{LED}(?:give|show)\s+me\s+)?(?:an?\s+|the\s+)?"
    r"(?!(?:who|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|can|will)\b)"
    rf"(?P<topic>\S+(?:\s+\S+){{0,4}})(?<!\bthe)(?<!\ba)(?<!\bthis)(?<!\bthat)\s+{_LINE}$",
    re.IGNORECASE,
)
_TOPIC = re.compile(rf"^(?:{_OF}|:)\s+(?P<topic>[^?]+)$", re.IGNORECASE)
_KEY = r"(?:the\s+)?(?:key\s+|main\s+|important\s+)"
_WHEN = re.compile(
    rf"^{LED}(?:what\s+happened(?:,)?\s+(?:and\s+)?when|when\s+did\s+what\s+happen"
    rf"|(?:what\s+are\s+)?{_KEY}dates"
    rf"|(?:list|show(?:\s+me)?|give\s+me)\s+(?:all\s+)?(?:the\s+)?(?:{_KEY})?"
    r"(?:dates|events(?:\s+in\s+(?:chronological\s+|date\s+)?order|\s+by\s+date)))(?P<rest>\s.*)?$",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    rf"^{LED}(?:what(?:\s+(?:else|all))?\s+(?:happ?en\w{{0,2}}|took\s+place|occurred|"
    r"was\s+going\s+on|went\s+on|(?:has\s+)?changed)|(?:all\s+|the\s+|main\s+)*events)(?P<rest>\s.+)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Times:
    """What is to be put in order: `topic` is "" for all; `time` None for any time.

    `happened`: it asks what happened, which may be told without a date, too. `page` counts how
    often those that were not told before are asked for; `every`: all at once.
    """

    topic: str
    time: DateFilter | None = None
    happened: bool = False
    page: int = 0
    every: bool = False


def timeline_asked(question: str, newest: Callable[[], date | None]) -> Times | None:
    """Return what `question` wants told by date; None where it wants nothing such.

    `newest` tells the date of the newest article, of which a date without a year is reckoned.

    >>> timeline_asked("Give me a timeline of the ferry strike.", lambda: None)
    Times(topic='the ferry strike', time=None, happened=False, page=0, every=False)
    """
    wanted = dates_wanted(question)
    times = _times_asked(wanted.question, newest)
    return times and replace(times, page=wanted.page, every=wanted.every)


def _times_asked(question: str, newest: Callable[[], date | None]) -> Times | None:
    asked = _PLEASE.sub("", " ".join(question.split()).rstrip("?.! "))
    asked = _RECKONED.sub("", asked)
    match = _TIMELINE.match(asked) or _WHEN.match(asked) or _HAPPENED.match(asked)
    if match is None:
        of = _TIMELINE_OF.match(asked)
        return Times(of["topic"]) if of else None
    rest, time = time_told((match["rest"] or "").strip(), newest)
    happened = match.re is _HAPPENED
    if happened and time is None:
        return None
    if not rest:
        return Times("", time, happened)
    if (of := _TOPIC.match(rest)) is None:
        return None
    return Times("" if _EVERYTHING.match(of["topic"]) else of["topic"], time, happened)


# What stands before a date that something is told from or up to, and does not happen at.
_SIDE = re.compile(r"\b(?P<side>since|until|till|before|after|by)\s+(?:the\s+)?$", re.IGNORECASE)
# "Three more than in May", "every 31 March", "by 31 March each year" tell of no event.
_NO_EVENT = re.compile(
    r"\b(?:than|as)\s+(?:(?:in|on|at|for)\s+)?(?:the\s+)?$|\b(?:each|every|any)\s+$", re.IGNORECASE
)
_YEARLY = re.compile(r"\s*(?:of\s+)?(?:(?:each|every|any)\s+year|annually|yearly)\b", re.IGNORECASE)
_NAMED_YEAR = re.compile(rf",?\s*{YEAR}")
_MOST_DAYS = 92  # of a time in which a date without a year is looked for, of an undated article
_ORDER = {"before": -1, "after": 1}  # beside what happens on the day itself


@dataclass(frozen=True, slots=True)
class _Event:
    """A sentence and the date that it names, the highlight of its place."""

    first: date
    last: date
    share: float  # of the topic's terms, in the sentence or around it
    place: Place
    of_no_year: bool = False  # neither the sentence nor its article tells one

    @property
    def days(self) -> int:
        """How many days the date may mean: 1, those of a month, or of a year."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class _Count:
    """How many events were found, and whether more articles might have some."""

    events: int
    cut: bool
    left: int = 0  # that may be of the year that is asked for, and may not


class TimelineAnswerer:
    """Answers from the dates that the articles of a generation name, or `among` some.

    `newest` tells the date of the newest article of all; `catalogue` is that of all of them, where
    there is one already.
    """

    def __init__(
        self,
        generation: Generation,
        config: Config,
        newest: Callable[[], date | None],
        catalogue: Catalogue | None = None,
        *,
        among: Collection[str] = (),
    ) -> None:
        self._generation, self._config, self._newest = generation, config, newest
        self._every = catalogue or Catalogue(generation.articles)
        self._articles = self._every.among(sorted(among)) if among else self._every
        self._rows = rows_among(generation.chunks, among) if among else None
        self._most = max(config.list_statements, MOST_DATES)

    def among(self, names: Collection[str]) -> TimelineAnswerer:
        """Return what answers from the articles `names` alone."""
        return TimelineAnswerer(
            self._generation, self._config, self._newest, self._every, among=names
        )

    def answer(self, times: Times) -> Draft | None:
        """Return the sentences in the order of the dates they name.

        Where there are none, None of a question for what happened to something, and else a decline.
        Where there are more than are stated, those that hold more of the topic go first, then those
        that name a day before those that name a month or a year, then the newest.
        """
        idf = self._known_idf(times.topic)
        for asked in _in_any_year(times):
            read = self._candidates(list(idf), asked.time)
            found = list(self._events(asked, idf, read, LEAST_SHARE))
            if idf and not found:
                found = list(self._events(asked, idf, read, _LEAST_AT_ALL))
            of_a_year = asked.time is not None and _is_long(asked.time)
            events = [event for event in found if not (of_a_year and event.of_no_year)]
            opened = self._published(asked, {event.place.article_id for event in events})
            if events or opened:
                times = asked
                break
        count = _Count(len(events), cut=len(read) >= MOST_READ, left=len(found) - len(events))
        passed = self._most + (times.page - 1) * MOST_FURTHER if times.page else 0
        most = MOST_FURTHER if times.page or times.every else self._most
        places = [event.place for event in _in_order(events, passed, most)]
        opened = opened[max(0, passed - len(events)) :][: most - len(places)]
        if times.page and not (places or opened):
            return Draft((), 0.0, "No further sentence names a date.", by_date=True)
        if not places and not opened:
            # What happened to something may be told without a date.
            is_told = times.happened and times.topic
            told = self._told(times, count, 0, [])
            return None if is_told else Draft((), 0.0, told, by_date=True)
        told = self._told(times, count, passed + len(places), opened)
        return Draft((*places, *opened), 1.0, told, by_date=True)

    def _told(self, times: Times, count: _Count, stated: int, opened: list[Place]) -> str:
        when = f" {times.time.time}" if times.time else ""
        about = f" about “{times.topic}”" if times.topic else ""
        if not (stated or opened):
            return f"No sentence{about} names a date{when}."
        told = [f"No article has the word “{word}”." for word in self._unknown_words(times.topic)]
        if (more := count.events - stated) > 0:
            sentences, name = ("sentence", "names") if more == 1 else ("sentences", "name")
            least = "At least " if count.cut else ""
            told.append(f"{least}{more:,} more {sentences}{about} {name} a date{when}.")
        if count.left:
            one = count.left == 1
            told.append(
                f"{count.left:,} more {'sentence names' if one else 'sentences name'} a date "
                "without a year, in articles without a date."
            )
        if opened:
            one = len(opened) == 1
            those = "The last one" if one else f"The last {len(opened):,}"
            if not stated:
                those = "This" if one else "These"
            are = "is the opening of an article" if one else "are the openings of articles"
            told.append(f"{those} {are} published{when}.")
        return " ".join(told)

    def _events(
        self,
        times: Times,
        idf: dict[str, float],
        passages: Mapping[str, list[tuple[int, int]]],
        least: float,
    ) -> Iterable[_Event]:
        """Yield an event for each sentence that names a date of that time, by its closest one.

        Of the `passages`, by article. `least` is the share of the topic in a sentence, or in what
        its article opens with; then all of the article is looked through.
        """
        generation, newest = self._generation, self._newest()
        for name, spans in passages.items():
            article = generation.articles[name]
            near = article.published or newest
            every = statement_spans(article)
            opening = " ".join(article.text[a:b] for a, b in every[:_OPENING])
            of_it = term_share(idf, f"{article.title} {opening}", article) if idf else 1.0
            whole = of_it >= least - 1e-9  # an article about it: all that it tells by date
            told = every if whole else list(within(every, spans))
            behind = dict(pairwise(every))
            for (opens, closes), (start, end) in zip([(0, 0), *told], told, strict=False):
                sentence = article.text[start:end]
                best = _closest(sentence, near, times.time)
                if best is None:
                    continue
                beside = closes and not article.text[closes:start].strip()
                around = article.text[opens if beside else start : end]
                share = term_share(idf, around, article) if idf else 1.0
                if whole or share >= least - 1e-9:
                    (low, high), first, last, when = best
                    of_no_year = not article.published and not re.search(YEAR, sentence[low:high])
                    when = _NAMED_YEAR.sub("", when) if of_no_year else when
                    # "It opened in May": what did? Where the sentence before has a date of its own,
                    # it stands for itself.
                    leans = beside and leans_back(sentence) and not times_in(around, near)[1:]
                    span = (start + low, start + high)
                    # "Once, in Kampen in 1991." What did?
                    after = behind.get((start, end))
                    goes_on = (
                        after is not None
                        and "\n" not in article.text[end : after[0]]
                        and _tells_little(f"{sentence[:low]} {sentence[high:]}", idf)
                        and not times_in(article.text[slice(*after)], near)
                    )
                    last_at = after[1] if after and goes_on else end
                    place = Place(name, opens if leans else start, last_at, span, when)
                    yield _Event(first, last, share, place, of_no_year)

    def _unknown_words(self, topic: str) -> list[str]:
        """Return the words of `topic` that tell something and that no article has."""
        known = self._generation.lexical.vocabulary
        words = [word.strip(".,“”\"'") for word in topic.split() if not says_nothing(word)]
        return [word for word in words if not any(term in known for term in tokenise(word))]

    def _known_idf(self, topic: str) -> dict[str, float]:
        """Return the terms of `topic` that the articles have, with their idf; all where none."""
        idf = telling_idf(topic, self._generation) if topic else {}
        known = self._generation.lexical.vocabulary
        return {term: weight for term, weight in idf.items() if term in known} or idf

    def _candidates(
        self, terms: list[str], time: DateFilter | None
    ) -> dict[str, list[tuple[int, int]]]:
        """Return the passages that hold a term, or without any a date, by their articles.

        Of a time those alone that name a date of it. Of many articles those with the best passages.
        """
        generation, newest = self._generation, self._newest()
        if not terms:
            terms = list(query_terms(_words_of(time), generation.manifest.languages))
        found: dict[str, list[tuple[int, int]]] = {}
        for row, _ in generation.lexical.search(terms, k=MOST_ROWS, among=self._rows):
            chunk = generation.chunks[row]
            if chunk.article_id not in found and len(found) >= MOST_READ:
                continue
            if time is not None:
                near = generation.articles[chunk.article_id].published or newest
                if not any(_lies_in(one, time) for one in times_in(chunk.text, near)):
                    continue
            found.setdefault(chunk.article_id, []).append((chunk.start, chunk.end))
        return found

    def _published(self, times: Times, told: Collection[str]) -> list[Place]:
        """Return the openings of the articles of that time of which nothing else is told."""
        if times.time is None or times.topic:
            return []
        of_it = self._articles.published_in(times.time).oldest_first
        opened = []
        for name in islice((name for name in of_it if name not in told), self._most):
            article = self._articles[name]
            if article.published and (spans := statement_spans(article)):
                when = f"published {day_in_words(article.published)}"
                opened.append(Place(name, *spans[0], when=when))
        return opened


def _tells_little(words: str, idf: Mapping[str, float]) -> bool:
    """Return whether the words of a sentence around its date tell hardly anything but the topic.

    >>> _tells_little("Once, in Kampen in .", {"kampen": 1.0}), _tells_little("It fell in .", {})
    (True, False)
    """
    telling = [
        word
        for word in WORD.findall(words.lower())
        if not says_nothing(word) and not set(tokenise(word)) <= set(idf)
    ]
    is_told = any(is_finite(w) or is_participle(w) or w in AUXILIARIES for w in telling)
    return len(telling) < _LEAST_TOLD and not is_told


def _in_any_year(times: Times) -> Iterator[Times]:
    """Yield what is asked; where it names no year, the same of the years before as well."""
    yield times
    time = times.time
    if time is None or time.start is None or time.end is None or re.search(YEAR, time.words):
        return
    for ago in range(1, _YEARS_BACK + 1):
        start, end = (_years_ago(day, ago) for day in (time.start, time.end))
        yield replace(times, time=replace(time, start=start, end=end))


def _years_ago(day: date, years: int) -> date:
    last = monthrange(day.year - years, day.month)[1]
    return day.replace(year=day.year - years, day=min(day.day, last))


def _words_of(time: DateFilter | None) -> str:
    """Return the words of which a passage must hold one to name a date, or one of that time."""
    months = range(1, 13)
    if time is None or time.start is None or time.end is None:
        years: Iterable[int] = YEARS
    else:
        years = range(time.start.year, time.end.year + 1)
        if time.start.year == time.end.year:
            months = range(time.start.month, time.end.month + 1)
    names = [MONTHS[month - 1] for month in months]
    return " ".join((*names, *(name[:3] for name in names), "sept", *map(str, years)))


def _lies_in(one: tuple[tuple[int, int], date, date], time: DateFilter) -> bool:
    return time.holds(one[1]) and time.holds(one[2])


def _closest(
    sentence: str, near: date | None, time: DateFilter | None
) -> tuple[tuple[int, int], date, date, str] | None:
    """Return the date of `sentence` to tell it under: where, its days, in words; None if none.

    Of several one that something happens at, then the closest to a day, then the first.
    """
    able = []
    for at, one in enumerate(times_in(sentence, near)):
        if time is None or _lies_in(one, time):
            span, first, last = one
            if _NO_EVENT.search(sentence, 0, span[0]) or _YEARLY.match(sentence, span[1]):
                continue
            side = _SIDE.search(sentence, 0, span[0])
            words = f"{side['side'].lower()} " if side else ""
            rank = (side is not None, (last - first).days, at)
            able.append((rank, (span, first, last, f"{words}{told_date(first, last)}")))
    return min(able)[1] if able else None


def _in_order(events: list[_Event], passed: int, most: int) -> list[_Event]:
    """Return the `most` best events behind the `passed` best ones, in the order of their dates.

    The vaguer stand before the closer.
    """
    best = sorted(events, key=lambda e: (-e.share, e.days > 1, e.days > 31, -e.last.toordinal()))
    return sorted(
        best[passed : passed + most],
        key=lambda e: (e.first, _side(e), -e.days, e.place.article_id, e.place.start),
    )


def _is_long(time: DateFilter) -> bool:
    """Return whether a time is more than a few months: which year is meant is then asked for."""
    return time.start is None or time.end is None or (time.end - time.start).days > _MOST_DAYS


def _side(event: _Event) -> int:
    """Return -1 for what was before its date, 1 for what was after it, else 0."""
    return _ORDER.get(event.place.when.partition(" ")[0], 0)
