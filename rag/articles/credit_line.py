"""The line below a headline that credits an article: outlet, date, kind of piece and author.

    "Kellmouth Courier, 12 March 2024. By Ana Ruiz"    names Kellmouth Courier, Ana Ruiz
    "Opinion | Ana Ruiz | The Ledger, 2 March 2025"    names Ana Ruiz, The Ledger
    "Digest, October 2024. Summary by Ana Ruiz"        names Digest, Ana Ruiz; no day

    "Words: Ana Ruiz; Photographs: Bo Li"              names Ana Ruiz
    "From the magazine Salt & Sea, May 2024"           names Salt & Sea; no day

    "Reviewed by Ana Ruiz | 3 May 2024 | Price: £9"    names Ana Ruiz; the price is a detail

Every part of it is a name, a date, a kind of piece, a detail or who did what. Of other parts it may
have one, of a few words, behind an outlet or an author with a date, or beside an author who is
called so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rag.articles.dateline import PAPERS, Dates, are_names, bare_line, is_short_name, read_byline
from rag.articles.typography import width
from rag.words.months import MONTH, YEAR
from rag.words.person import looks_like_a_person

_MOST_WIDTH = 200
_KINDS = (
    r"opinion|comment(?:ary)?|analysis|editorial|letters?|column|feature|interview|profile|essay|"
    r"(?:book |film |theatre |music )?reviews?|books|explainer|report(?:age)?|news|obituary|"
    r"investigation|dispatch|special report|long read|viewpoint|perspective|q ?& ?a|podcast|digest|"
    r"science|culture|sports?|world|business|politics|health|travel|food|technology|environment|"
    r"education|arts|lifestyle|money|society|history|nature|summary|study|blog|blog post|"
    r"guest (?:post|column|essay)"
)
_KIND = re.compile(rf"(?:an?\s+)?(?:{_KINDS})", re.IGNORECASE)
_WORK = (
    r"written|reported|words|story|text|posted|published|interview(?:ed)?|reporting|report|article|"
    r"essay|review(?:ed)?|recipes?|profiled?|feature|column|study|guide|talk|summar(?:y|i[sz]ed)|"
    r"analysis|comment(?:ary)?|opinion|letter|told|compiled|translated|edited"
)
_WRITER = r"(?:authors?|writers?|reporters?|interviewers?|correspondents?|words|text|reporting)"
_BY = re.compile(
    rf"(?:(?:an?\s+)?(?:{_WORK})\s+by\s+|by\s+|(?P<label>{_WRITER}\s*:\s*)|(?:{_WORK})\s*:\s*)"
    r"(?P<name>\S.*)",
    re.IGNORECASE,
)
# Who took or drew the pictures is neither the author nor an outlet.
_PICTURES = re.compile(
    r"(?:photograph(?:s|y|er|ers)?|photos?|pictures?|images?|illustrations?|illustrators?|"
    r"drawings?|graphics?)(?:\s+by\s+|\s*:\s*)(?P<name>\S.*)",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:(?:taken|reprinted|republished)\s+)?from\s+(?:(?:the|our)\s+)?"
    r"(?P<sort>(?:magazine|newspaper|paper|journal|weekly|monthly|daily|quarterly|periodical|"
    r"newsletter|bulletin|website|blog)\s+)?(?P<name>\S.*)",
    re.IGNORECASE,
)
_EDITORS = re.compile(
    r"(?:from|by)\s+(?P<name>(?:the|our)\s+(?:[\w’'-]+\s+)?"
    r"(?:editors?|newsroom|staff|editorial board|team|correspondents?|reporters?))",
    re.IGNORECASE,
)
_DONE_IN = re.compile(r"\s+(?:in|for)\s+(?=[A-Z])")
_AND = re.compile(r"\s+(?:and|&)\s+")
# A part ends at a bar, a dot in the middle, a semicolon, a dash, or behind a word of more than one
# letter.
_PART = re.compile(r"\s*[|｜·•;]\s*|\s+[–—-]\s+|(?<=[^\W_][^\W_A-Z]\.)(?<!\bDr\.)(?<!\bMr\.)\s+")
_FULL_STOPS = "., "
_SEPARATORS = " |｜·•;–—-"
_PERIOD = re.compile(
    rf"(?:(?:early|mid|late)[ -])?(?:{MONTH}|spring|summer|autumn|fall|winter)"
    rf"(?:\s*[/–-]\s*(?:{MONTH}|spring|summer|autumn|fall|winter))?,?\s+{YEAR}",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"\d+[\s-]min(?:ute)?s?(?:\s+read)?|(?:issue|no|vol|volume)\.?\s*\d+|pp?\.\s*\d+|page\s+\d+",
    re.IGNORECASE,
)
# What a line tells of the thing that is written about: "Price: £129", "Rating: 7/10", "4 stars".
_DETAIL = re.compile(
    r"[^\W\d_][\w-]*(?: [\w-]+){0,2}:\s*\S.{0,60}|(?:rated\s+)?\d+(?:\.\d+)?\s*/\s*\d+|[★☆⭐]+"
    r"|[\w.½]+(?:\s+out\s+of\s+\w+)?[\s-]stars?(?:\s+out\s+of\s+\w+)?|[£$€¥]\s?\d[\d.,]*",
    re.IGNORECASE,
)
_OUTLET = re.compile(
    rf"\b(?:{PAPERS}|Magazine|Digest|Agency|Reader|Quarterly|Newsletter|Wire|Dispatch|Globe|"
    r"Reporter|Gazeta|Bulletins?|Radio|Television)\b"
)
_OUTLET_LAST = re.compile(rf"{_OUTLET.pattern}$")
_MOST_UNREAD = 6  # words of a part that is not understood
_SPOKEN = re.compile(r"[?!“”\"]")
_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class CreditLine:
    """What a line credits: every name as it is printed, those behind "by", and the days it states.

    `period` says that it dates the article by a month or a season, and so by no day. `details` are
    what its last parts tell of the thing that is written about, as they stand in the line.
    """

    names: tuple[str, ...]
    authors: tuple[str, ...]
    dates: Dates
    period: bool
    details: str = ""

    @property
    def byline(self) -> str:
        """The names as a byline has them."""
        return " | ".join(self.names)


def read_credit_line(line: str) -> CreditLine | None:
    """Return what a line below a headline credits where it does nothing else, or None.

    >>> read_credit_line("*Velm Gazette, May 2025. Summary by Ana Ruiz*").names
    ('Velm Gazette', 'Ana Ruiz')
    >>> read_credit_line("Velm, 3 October 1990") is None  # where and when something was
    True
    """
    if width(line) > _MOST_WIDTH:
        return None
    text = _without_emphasis(line)
    found = _Parts()
    if not all(map(found.holds, _items(text))):
        return None
    credit = found.credited(ends=text.endswith(_ENDS))
    return credit and replace(credit, details=_details(text))


def _details(text: str) -> str:
    """Return the end of a line whose parts are all details: "Price: £129 · Rating: 7/10", or ""."""
    at = len(text)
    for gap in reversed(list(_PART.finditer(text))):
        if not _is_detail(text[gap.end() : at].strip(_FULL_STOPS)):
            break
        at = gap.start()
    return text[at:].lstrip(_SEPARATORS)


def _is_detail(part: str) -> bool:
    """Return whether a part tells something of the thing, and does not say who did what."""
    credits = _BY.fullmatch(part) or _PICTURES.fullmatch(part)
    dated = read_byline(part, first=False) or _PERIOD.search(part)
    return not credits and not dated and _DETAIL.fullmatch(part) is not None


@dataclass(slots=True)
class _Parts:
    """What the parts of a line are, as far as they are read."""

    names: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    dates: Dates = ()
    unread: list[str] = field(default_factory=list)
    period: bool = False
    kind: bool = False
    called: bool = False  # an author is: "Words: Ana Ruiz"
    of_outlet: bool = False
    read_first: bool = False  # a part before one that is not

    def holds(self, item: str) -> bool:
        """Take in a part; return False where it says "by" and no name: then the line is none."""
        if _PERIOD.fullmatch(item):
            self.period = True
        elif (stated := read_byline(item, first=False)) and stated[1] and not stated[0]:
            self.dates += stated[1]
        elif _KIND.fullmatch(item):
            self.kind = True
        elif match := _EDITORS.fullmatch(item):
            self.names.append(match["name"])
            self.kind = True
        elif (match := _PICTURES.fullmatch(item)) and _is_named(match["name"]):
            pass
        elif match := _BY.fullmatch(item):
            said, self.dates = _parted_from_day(match["name"], self.dates)
            by, *outlet = _DONE_IN.split(said, maxsplit=1)
            if not _is_named(by) or not all(map(_is_named, outlet)):
                return False
            self.names += [by, *outlet]
            self.authors.append(by)
            self.called |= bool(match["label"])
        elif (match := _FROM.fullmatch(item)) and _is_outlet(match["name"], bool(match["sort"])):
            self.names.append(match["name"])
            self.of_outlet = True
        elif _PASSING.fullmatch(item) or _is_detail(item):
            pass
        elif _is_named(item):
            self.names.append(item)
        else:
            self.unread.append(item)
        self.read_first |= not self.unread
        return True

    def credited(self, *, ends: bool) -> CreditLine | None:
        """Return what the line credits, or None; `ends` says that it ends as a sentence does."""
        authors = list(self.authors)
        if self.kind and not authors:  # "Opinion | Ana Ruiz and Bo Li | The Ledger"
            people = (n for n in self.names if all(map(looks_like_a_person, _AND.split(n))))
            authors += list(people)[:1]
        are_people = any(is_short_name(by) or _AND.search(by) for by in authors)
        dated = bool(self.dates) or self.period
        of_outlet = self.of_outlet or any(_OUTLET.search(name) for name in self.names)
        kind = self.kind or self.called
        states = (dated and (authors or kind or of_outlet)) or (are_people and kind)
        if not self.names or not states or (self.unread and not self._is_plain(dated, ends=ends)):
            return None
        return CreditLine(tuple(dict.fromkeys(self.names)), tuple(authors), self.dates, self.period)

    def _is_plain(self, dated: bool, *, ends: bool) -> bool:
        """Return whether a line credits an article although a part of it is not understood."""
        part, *more = self.unread
        if more or len(part.split()) > _MOST_UNREAD or _SPOKEN.search(part):
            return False
        of_outlet = self.of_outlet or any(_OUTLET_LAST.search(name) for name in self.names)
        credits = of_outlet or bool(self.authors)
        return self.called or (self.read_first and dated and credits and not ends)


def _parted_from_day(name: str, dates: Dates) -> tuple[str, Dates]:
    """Return a name without the day behind it, "Ana Ruiz on 3 May 2024", and the dates with it."""
    by, _, day = name.rpartition(" on ")
    stated = read_byline(day, first=False) if by else None
    return (by, dates + stated[1]) if stated and stated[1] and not stated[0] else (name, dates)


def reviewed_in(line: str) -> CreditLine | None:
    """Return what the last part of a line credits where it says who reviewed what stands before.

    >>> found = reviewed_in("*Salt* by Jo Lund. Tollgate Press. Reviewed by Ana Ruiz, 2 May 2024.")
    >>> found.names
    ('Ana Ruiz',)
    """
    if width(line) > 2 * _MOST_WIDTH:
        return None
    last = _PART.split(_without_emphasis(line).rstrip(_FULL_STOPS))[-1]
    return read_credit_line(last) if last.lower().startswith("reviewed by ") else None


def _items(text: str) -> list[str]:
    """Return the parts of a line, cut at commas too, but not within a date."""
    found = []
    for part in _PART.split(text):
        pieces = part.strip(_FULL_STOPS).split(",")
        while pieces:
            # "March 12, 2024" and "Tuesday, 12 March 2024" hold commas of their own.
            for count in range(min(3, len(pieces)), 0, -1):
                item = bare_line(",".join(pieces[:count]).strip())
                stated = read_byline(item, first=False) if count > 1 else None
                if count == 1 or (stated and stated[1] and not stated[0]):
                    break
            found.append(item)
            del pieces[:count]
    return [item for item in found if item]


def _without_emphasis(line: str) -> str:
    return bare_line(line.strip().strip("()")).strip()


def _is_outlet(text: str, is_sort: bool) -> bool:
    """Return whether what stands behind "from" is an outlet; `is_sort`: it is called one."""
    return _is_named(text) and (is_sort or _OUTLET.search(text) is not None)


def _is_named(text: str) -> bool:
    """Return whether a text is a name in capitals, a person's, several persons' or an outlet's."""
    words = text.split()
    return (
        1 <= len(words) <= 9
        and not re.search(r"[\d?!:;“”\"*_]", text)
        and are_names(text, strict=len(words) < 7)
    )
