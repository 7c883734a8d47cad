"""Bylines and date lines, as articles print them: the names, and the dates with their labels.

Owns python-dateutil (dates in figures and with the months' names of many languages).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Any

from rag.articles.typography import BLANK, INITIALS, ends_with_stop, width
from rag.words.person import PARTICLES


class Rank(IntEnum):
    """How plainly a date says that it is the day of publication."""

    UPDATED = 1
    BARE = 2
    PUBLISHED = 3


Dates = tuple[tuple[Rank, date | None], ...]


_MONTHS = (
    "jan january januar jänner januari janvier janv enero ene janeiro gennaio gen "
    "stycznia января янв ocak يناير",
    "feb february februar februari février févr fév febrero fevereiro fev febbraio "
    "lutego февраля фев şubat فبراير",
    "mar march märz mrz maart mars marts marzo março marca марта мар mart مارس",
    "apr april avril avr abril abr aprile kwietnia апреля апр nisan أبريل ابريل إبريل",
    "may mai mei maj mayo maio maggio maja мая mayıs مايو",
    "jun june juni juin junio junho giugno czerwca июня июн haziran يونيو",
    "jul july juli juillet juil julio julho luglio lipca июля июл temmuz يوليو",
    "aug august augustus augusti août agosto ago sierpnia августа авг ağustos أغسطس",
    "sep sept september septembre septiembre setiembre setembro settembre września "
    "сентября сен eylül سبتمبر",
    "oct october oktober okt octobre octubre outubro ottobre ott października "
    "октября окт ekim أكتوبر",
    "nov november novembre noviembre novembro listopada ноября ноя kasım نوفمبر",
    "dec december dezember dez décembre déc diciembre dic dezembro dicembre desember "
    "grudnia декабря дек aralık ديسمبر",
)
_MONTH = "|".join(sorted(" ".join(_MONTHS).split(), key=lambda name: (-len(name), name)))
# One digit for one digit, so that offsets stay.
_DIGITS = {zero + n: str(n) for zero in (0x660, 0x6F0, 0x966, 0xFF10) for n in range(10)}
_DATE = re.compile(
    rf"""
      (?<![\d/.-]) (?P<y1>[12]\d{{3}}) (?: -(?P<m1>\d{{1,2}})- | /(?P<m2>\d{{1,2}})/
        | \.\s?(?P<m3>\d{{1,2}})\.\s? | \s?[年년]\s?(?P<m4>\d{{1,2}})\s?[月월]\s? )
        (?P<d1>\d{{1,2}}) (?!\d) (?:\s?[日号號일])?
    | (?<![^\W_]) (?P<month1>{_MONTH}) \.? \s+ (?P<d2>\d{{1,2}}) (?:st|nd|rd|th)? ,? \s+
        (?P<y2>[12]\d{{3}}) (?![\d-](?!\d?:\d))
    | (?<![\d/.-]) (?P<d3>\d{{1,2}}) (?:st|nd|rd|th|er|º|°|\.)? (?:\s+(?:de|of)\s+|\s+|-)
        (?P<month2>{_MONTH}) (?![^\W\d_]) \.? (?:\s+(?:de|del)\s+|,?\s+|-)
        (?P<y3>[12]\d{{3}}) (?!\d(?!\d?:\d))
    | (?<![\d/.-]) (?P<numbers>\d{{1,2}}(?P<sep>[/.-])\d{{1,2}}(?P=sep)[12]\d{{3}}) (?![\d/-])
    """,
    re.VERBOSE | re.IGNORECASE,
)


def best_day(dates: Iterable[tuple[Rank, date | None]]) -> date | None:
    """Return the day that is stated best, by rank; None where two are, or one that names no day."""
    stated = list(dates)
    best = max((rank for rank, _ in stated), default=None)
    days = {day for rank, day in stated if rank is best}
    return days.pop() if len(days) == 1 else None


def first_date(text: str) -> date | None:
    """Return the date the text begins with, or None."""
    found = _DATE.match(text.translate(_DIGITS))
    return _parse_date(found) if found else None


def dates_in(text: str) -> Dates:
    """Return the dates in a text, each with what stands before it says of it.

    >>> dates_in("By Ana Quispe | Updated: 2024-07-25 06:54")
    ((<Rank.UPDATED: 1>, datetime.date(2024, 7, 25)),)
    """
    found, at, dates = text.translate(_DIGITS), 0, []
    for match in _DATE.finditer(found):
        label = _LABEL.search(found[at : match.start()])
        dates.append((_rank(label), _parse_date(match)))
        at = match.end()
    return tuple(dates)


def label_rank(text: str) -> Rank | None:
    """Return what the text says of the date that follows it, where it is a label and no more."""
    found = _LABEL.fullmatch(text.strip())
    return _rank(found) if found else None


def _rank(label: re.Match[str] | None) -> Rank:
    """Return what a date's label says of it, None of a date without one."""
    if label is None:
        return Rank.BARE
    return Rank.UPDATED if label["updated"] else Rank.PUBLISHED


def starts_with_date(text: str) -> bool:
    """Whether the text begins with a date, be it one that names no single day."""
    return _DATE.match(text.translate(_DIGITS)) is not None


def _parse_date(found: re.Match[str]) -> date | None:
    """Return the day the match names; None for 03/04/2024, which names two, and for 31 June."""
    from dateutil import parser

    if found["numbers"]:
        printed = found["numbers"].replace(".", "/").replace("-", "/")
    elif month := found["month1"] or found["month2"]:
        printed = f"{found['d2'] or found['d3']} {month} {found['y2'] or found['y3']}"
    else:
        month = found["m1"] or found["m2"] or found["m3"] or found["m4"]
        printed = f"{int(found['y1'])}-{int(month):02}-{int(found['d1']):02}"
        try:
            return date.fromisoformat(printed)
        except ValueError:
            return None
    try:
        days = {
            parser.parse(printed, parserinfo=_month_names(), dayfirst=dayfirst).date()
            for dayfirst in (True, False)
        }
    except (parser.ParserError, OverflowError):
        return None
    return days.pop() if len(days) == 1 else None


@lru_cache(maxsize=1)
def _month_names() -> Any:
    """Return the months' names for dateutil, in the languages of `_MONTHS`."""
    from dateutil import parser

    class Names(parser.parserinfo):  # type: ignore[misc]
        MONTHS = [tuple(names.split()) for names in _MONTHS]  # noqa: RUF012

    return Names()


_PUBLISHED = (
    r"(?:first\s+|originally\s+)?published(?:\s+online)?|publication\s+date|date\s+published|"
    r"date\s+of\s+publication|pub\s+date|posted|dated?|veröffentlicht|erschienen|publiée?|"
    r"mis\s+en\s+ligne|publicado|fecha|pubblicato|gepubliceerd|publicerad|udgivet|publisert|"
    r"opublikowano|опубликовано|дата(?:\s+публикации)?|yayınlanma(?:\s+tarihi)?|yayın\s+tarihi|"
    r"发布(?:时间|日期|于)?|发表(?:时间|于)|發布(?:時間|日期|於)?|發表(?:時間|於)|刊登(?:时间|于)?|"
    r"日期|公開日?|配信日?|掲載日?|投稿日?|発行日|게시일?|입력|등록|نُ?شر(?:\s+في)?|تاريخ\s+النشر|التاريخ"
)
_UPDATED = (
    r"(?:last\s+)?(?:updated|modified|revised)|last\s+reviewed|mis\s+à\s+jour|modifiée?|"
    r"(?:zuletzt\s+)?(?:aktualisiert|geändert)|stand|actualizado|atualizado|aggiornato|bijgewerkt|"
    r"uppdaterad|opdateret|oppdatert|zaktualizowano|обновлено|güncelle(?:me|ndi)|"
    r"更新(?:时间|日期|於|于|日)?|最終更新日?|수정|(?:آخر\s+)?تحديث"
)
_FILLER = (
    r"(?:(?:T|at|um|à|às|alle|a\s+las|on|le|el|il|em|am|den|op|the|в)?\s*"
    r"\d{1,2}[:.h时時]\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\b\.?)?"
    r"|\d{1,2}\s*[ap]\.?m\b\.?"
    r"|(?:Z|GMT|UTC|BST|CES?T|E[SD]?T|P[SD]?T|C[SD]T|M[SD]T|IST|JST|KST|SGT|HKT|MSK)\b"
    r"(?:\s*[+-]\s*\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:mon|tues?|wed|thu|thur|fri|sat|sun)\b\.?"
    r"|(?:mon|diens|donners|frei|sams|sonn)tag\b|mittwoch\b|sonnabend\b"
    r"|lundi\b|mardi\b|mercredi\b|jeudi\b|vendredi\b|samedi\b|dimanche\b"
    r"|lunes\b|martes\b|miércoles\b|jueves\b|viernes\b|sábado\b|domingo\b"
    r"|(?:星期|周|週)[一二三四五六日天]|[月火水木金土日]曜日?|[(（][월화수목금토일月火水木金土日][)）]"
    r"|(?:on|at|am|um|le|el|il|em|den|op|the|в|г|à)\b\.?"
    r"|\d+\s*min(?:ute)?s?\b(?:\s+read\b)?)"
)
_LABEL = re.compile(
    rf"(?:(?P<updated>{_UPDATED})|(?P<published>{_PUBLISHED}))"
    rf"[\s:：=]*(?:{_FILLER}[\s,:]*){{0,4}}\Z",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?:\b{_FILLER}[\s,]*){{1,4}}\Z", re.IGNORECASE)
_AFTER = re.compile(rf"(?:[\s,،]*{_FILLER}){{1,5}}", re.IGNORECASE)
_BY = re.compile(
    r"(?:(?:written|reported|words|story|text|posted|published)\s+)?by\s+|"
    r"(?:authors?|writers?|reporters?|words|story|byline|autor(?:in|es|a)?|auteurs?|autore|texte?|автор|текст|"
    r"作者|撰文|文|记者|記者|本报记者|기자|글)\s*[:：/／]\s*|(?:本报|新华社)?(?:记者|記者)\s+|بقلم\s*:?\s*",
    re.IGNORECASE,
)
# What somebody did of a text, before "by" and the name; a photographer did not write it.
_WORK_BY = re.compile(
    r"^(?:an?\s+)?(?:interview(?:ed)?|reporting|report|article|essay|review|recipes?|profile"
    r"|feature|column|study|guide|a\s+talk)\s+(?=by\s)",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"(?P<mark>[*_]{1,3})(?=[^\s*_])(?P<inner>.+?)(?<=[^\s*_])(?P=mark)")
_MINUTES = re.compile(r"^(?:(?:draft|approved)\s+)?minutes\b|\b(?:meeting|board)\s+minutes\b", re.I)
# "Minutes of the board meeting of", "Meeting held on"; of the last meeting there are other minutes.
_OTHER = r"(?:last|previous|preceding|prior|earlier|next|following)"
_HELD = re.compile(
    r"(?:(?:(?:draft|approved)\s+)?minutes\s+of\s+(?:(?:the|an?|its|our)\s+)?)?"
    rf"(?:(?!{_OTHER}\b)[\w’'-]+\s+){{0,4}}?(?:meeting|session|assembly)\s+"
    r"(?:held\s+(?:on|at|in)|on|of)\b|held\s+(?:on|at|in)\b|date\s+of\s+(?:the\s+)?meeting\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(?<=[.;])\s+|\s+[|·•–—]\s+|\n")
_BY_FOREIGN = re.compile(r"(?:von|par|por|door|di|av|af|от)\s+(?=\w)", re.IGNORECASE)
_SOURCE = re.compile(
    r"(?:sources?|quelle|fuente|fonte|来源|來源|出典|출처)\s*[:：]\s*", re.IGNORECASE
)
_PASSING = re.compile(
    r"\b\d+[\s-]min(?:ute)?s?\.?(?:\s+read)?\b|\b\d+\s?(?:[hd]|hrs?|hours?|min|minutes?|days?)\s+ago\b|"
    r"[(（]\s*[)）]",
    re.IGNORECASE,
)
_SEPARATORS = r"|｜·•/／—–\n"
_SPLIT = re.compile(r"\s*(?:[|｜·•/／;；,，、—–\n()（）]|\s-\s)\s*")
_SEPARATED_END = re.compile(r"(?:[|｜·•/／—–(（]|\s-)\s*\Z")
_SEPARATED_START = re.compile(r"\s*(?:[|｜·•/／—–()（）]|-\s)")
_TIMES = re.compile(rf"(?:[|｜·•\n]|^)\s*(?:{_FILLER}[\s,]*)+(?=[|｜·•\n]|$)", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:in|at|on|from|to|since|until|near)\b")  # "Signed in Berlin, 2 May 2025"
# "LIMA, Peru, 18 May 2025 (Reuters) - The harbour": the place in capitals, and a dash behind.
_FILED_IN = re.compile(
    r"(?:[^\W\d_a-z](?:[^\W\d_a-z]|[.'’-])+[ ,]+)+(?:[^\W\d_][\w.'’-]* ?,\s*)?\s*"
)
_FILED_BY = re.compile(r"\s*(?:[(（](?P<agency>[^()（）]{2,40})[)）]\s*)?[-–—]{1,2}\s")
_MOST_FILED = 160  # characters that it takes
_EDGES = BLANK + "|｜·•/／—–-,，;；:：*_"
_CONNECTORS = {
    "and", "und", "et", "y", "e", "i", "en", "og", "och", "с", "и", "by", "in", "of", "for",
    "at", "with", "from", "de", "da", "do", "dos", "das", "del", "della", "di", "du", "des",
    "le", "la", "van", "von", "der", "den", "zu", "zur", "ter", "ten", "bin", "ibn", "al",
    "el", "für", "pour", "para", "per",
}  # fmt: skip


def read_dateline(paragraph: str) -> tuple[str, Dates] | None:
    """Return the agency and the date of a paragraph that opens with where and when it was filed.

    >>> read_dateline("LIMA, Peru, 18 May 2025 (Reuters) - The harbour reopened.")
    ('Reuters', ((<Rank.BARE: 2>, datetime.date(2025, 5, 18)),))
    """
    text = paragraph[:_MOST_FILED].translate(_DIGITS)
    found = _DATE.search(text)
    if found is None or not _FILED_IN.fullmatch(text[: found.start()]):
        return None
    by = _FILED_BY.match(text[_after(text, found.end()) :])
    return None if by is None else (by["agency"] or "", ((Rank.BARE, _parse_date(found)),))


def read_byline(line: str, *, first: bool, joined: bool = False) -> tuple[str, Dates] | None:
    """Return the names and the dates of a line that holds nothing else, or None.

    `first` says that the line opens the text, where a headline may stand as well; `joined` that it
    stands in one block with the headline, below a byline or at the foot, where a comma sets a date
    off ("Gazette, 2 May 2025").
    """
    if width(line) > 200:
        return None
    text = line.translate(_DIGITS)
    dates: list[tuple[Rank, date | None]] = []
    kept: list[str] = []
    at, bare = 0, False
    for found in _DATE.finditer(text):
        before = text[at : found.start()]
        label = _LABEL.search(before)
        if label is not None and label.start() and before[label.start() - 1].isalnum():
            label = None if before[label.start() - 1].isascii() else label
        rank = _rank(label)
        if label is not None:
            before = before[: label.start()]
        else:
            filler = _BEFORE.search(before)
            before = before[: filler.start()] if filler else before
            follows = _after(text, found.end())
            ahead = "".join(kept) + before
            if joined and before.rstrip().endswith(",") and not _PLACED.search(before):
                ahead = ahead.rstrip().removesuffix(",") + "|"
            bare |= not _stands_alone(ahead, text[follows:])
        kept += [before, "\n"]
        dates.append((rank, _parse_date(found)))
        at = _after(text, found.end())
    kept.append(text[at:])
    rest = _PASSING.sub("", "".join(kept)).strip(_EDGES).removesuffix(".")
    by = _BY.match(rest) or (None if first else _BY_FOREIGN.match(rest))
    if by is None and (not dates or bare):
        return None
    if first and by is None and rest and all(rank is Rank.BARE for rank, _ in dates):
        return None
    names = _SOURCE.sub("|", rest[by.end() :] if by else rest)
    names = _TIMES.sub("\n", names)
    names = re.sub(r"\n\s*by\s+", "\n", names, flags=re.IGNORECASE)
    if (by and not names.strip(_EDGES)) or not are_names(
        names, strict=by is not None and not dates
    ):
        return None
    return _tidy_names(names), tuple(dates)


def bare_line(line: str) -> str:
    """Return a line above a text without the marks of emphasis around it and the kind before "by".

    >>> bare_line("*Interview by Roisin Keane, 22 October 2023*")
    'by Roisin Keane, 22 October 2023'
    """
    found = _EMPHASIS.fullmatch(line.strip())
    return _WORK_BY.sub("", found["inner"] if found else line)


def dates_beside(line: str, *, of_minutes: bool) -> Dates:
    """Return the dates that a line above a text states of it beside other things, with labels.

    `of_minutes` says that the text is that of minutes: they are dated by the day of the meeting.

    >>> dates_beside("Owner: People team. Last reviewed: 12 January 2025", of_minutes=False)
    ((<Rank.UPDATED: 1>, datetime.date(2025, 1, 12)),)
    """
    if width(line) > 200:
        return ()
    if of_minutes and _HELD.match(line):
        return tuple((Rank.BARE, day) for _, day in dates_in(line)[:1])
    found = [read_byline(part, first=False) for part in _PARTS.split(line)]
    dates = [one for part in found if part and not part[0] for one in part[1]]
    return tuple(one for one in dates if one[0] is not Rank.BARE)


def are_minutes(line: str) -> bool:
    """Return whether a line above a text calls it minutes.

    >>> are_minutes("Minutes of the committee meeting"), are_minutes("It takes 5 minutes")
    (True, False)
    """
    return _MINUTES.search(line) is not None


def _after(text: str, at: int) -> int:
    """Return where the time, zone and weekday behind a date end."""
    found = _AFTER.match(text, at)
    return found.end() if found else at


def _stands_alone(before: str, after: str) -> bool:
    """Whether a date without a label is set off from the rest of its line by more than a comma."""
    left = not before.strip(BLANK) or bool(_SEPARATED_END.search(before)) or before.endswith("\n")
    by = _BY.match(after.lstrip(_EDGES))
    right = not after.strip(_EDGES + ".)") or bool(_SEPARATED_START.match(after) or by)
    right = right or bool(_SOURCE.match(after.lstrip(_EDGES)))
    return (left or bool(_BY.match(before.lstrip(_EDGES)))) and right


def byline_parts(text: str) -> list[str]:
    """Return the parts of a byline between bars, dots, dashes, slashes, commas and brackets.

    >>> byline_parts("Ana Ruiz / China Daily (Lima)")
    ['Ana Ruiz', 'China Daily', 'Lima']
    """
    return [part for part in _SPLIT.split(text) if part]


def are_names(text: str, *, strict: bool) -> bool:
    """Whether every part of the text reads as a name: no running words, no sentence.

    `strict` takes the first part for a person's name, of no more than six words.
    """
    parts = byline_parts(text)
    for i, part in enumerate(parts):
        words = part.split()
        if len(words) > (6 if strict and not i else 8) or width(part) > 60:
            return False
        if ends_with_stop(part) and not INITIALS.search(part) and len(words) > 3:
            return False
        if words[0].lower() == "the" and i == 0 and strict and len(words) < 2:
            return False
        for word in words:
            lower = word[0].islower() and "@" not in word
            if lower and word.strip(",.").lower() not in _CONNECTORS:
                return False
    if strict and parts:
        first = parts[0].split()
        return not (first[0].islower() or first[-1].lower() in _CONNECTORS)
    return len(text.split()) <= 24


def _tidy_names(text: str) -> str:
    """Return the names as printed, without the places where dates stood.

    >>> _tidy_names("Fan Feifei | China Daily |\\n06")
    'Fan Feifei | China Daily | 06'
    """
    joined = re.sub(rf"\s*[{_SEPARATORS},]*(?:\s*[|\n]\s*)+[{_SEPARATORS},]*\s*", " | ", text)
    return " ".join(joined.strip(_EDGES).split())


_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.-?){1,3}")  # J. K., J.K., J.-P.
_IN_A_NAME = re.compile(r"-|(?<=\w)['’](?=[^\W\d_a-z])")  # Anne-Marie, O'Neil
# What newspapers are called.
PAPERS = (
    r"(?:Advertiser|Argus|Bulletin|Chronicle|Courier|Daily|Echo|Examiner|Express|Gazette|Guardian|"
    r"Herald|Independent|Inquirer|Journal|Ledger|Mail|Mirror|Monitor|News|Observer|Post|Press|Record|"
    r"Register|Review|Sentinel|Standard|Star|Sun|Telegraph|Times|Tribune|Weekly)"
)
_AT_A_PAPER = re.compile(
    r"(?P<who>[^,|–—]{3,60}?)\s*[,|–—]\s*(?:(?:The\s+)?(?:[A-Z][\w’'-]*\s+){1,4}" + PAPERS + ")"
)


def is_person_of_a_paper(text: str) -> bool:
    """Whether a line is a person's name and a newspaper's behind it, and nothing else.

    >>> is_person_of_a_paper("Priya Nair, The Morning Ledger"), is_person_of_a_paper("Ana, Velm")
    (True, False)
    """
    match = _AT_A_PAPER.fullmatch(text.strip())
    return match is not None and is_short_name(match["who"])


_NAMES_JOIN = re.compile(r"\s*(?:,\s*(?:and|&)?|;|\band\b|&)\s*")
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:[-'’][^\W\d_]+)*|(?:[^\W\d_]\.)+")
_NAME_NOTES = re.compile(r"(?<=[^\W\d_])[\d*†‡§¹²³⁴⁵⁶⁷⁸⁹]+(?:,\d+)*")


def are_names_of_people(text: str) -> bool:
    """Whether a line is several persons' names and nothing else, as below the title of a paper.

    >>> are_names_of_people("Marta Oliveira, J. L. Halvorsen and Amina Siddiqui")
    True
    >>> are_names_of_people("Rome, Oslo")
    False
    """
    names = _NAMES_JOIN.split(_NAME_NOTES.sub("", text.strip()))
    return len(names) > 1 and "," in text and all(map(_is_full_name, names))


def _is_full_name(name: str) -> bool:
    """Whether the text is two to four capitalised words, the last no initial: "J. L. Halvorsen"."""
    words = [word for word in name.split() if word.lower() not in _CONNECTORS]
    if not 2 <= len(words) <= 4 or words[-1].endswith("."):
        return False
    return all(
        _NAME_WORD.fullmatch(word) and word[0].isupper() and (word[-1] == "." or not word.isupper())
        for word in words
    )


def is_short_name(text: str) -> bool:
    """Whether the text is two to four words written as a name is, a person's or an outlet's.

    Not counted are the particles between them.

    >>> is_short_name("J. K. Rowling"), is_short_name("Ludwig van Dyk"), is_short_name("Plan B")
    (True, True, False)
    """
    words = text.split()
    counted = [word for word in words[1:-1] if word not in PARTICLES]
    counted = [*words[:1], *counted, *words[1:][-1:]]
    return (
        2 <= len(counted) <= 4
        and all(_is_of_a_name(word) or _INITIALS.fullmatch(word) for word in counted)
        and _is_of_a_name(counted[-1])
    )


def _is_of_a_name(word: str) -> bool:
    """Whether a word is written as in a name: Ana, Anne-Marie, O'Neil."""
    letters = _IN_A_NAME.sub("", word.strip(".,'’-"))
    return word[0].isupper() and not word.isupper() and letters.isalpha()
