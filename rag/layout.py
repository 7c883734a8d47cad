"""A text to its layout: the title, the byline, the date it states, and what each block is.

Pure functions over strings, with rules that hold for any article and never guess. Owns
python-dateutil (dates as articles print them).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from rag.datatypes import Block, BlockKind


@dataclass(frozen=True, slots=True)
class Layout:
    """What a text states of itself. `blocks` are trimmed, in order, and do not overlap.

    `title` is the headline, or the opening words with "…" where there is none. `byline` is names
    and publisher as printed, without "By" and dates. `published` is None where the text does not
    state it, or states it in two ways that differ.
    """

    title: str
    byline: str
    published: date | None
    blocks: tuple[Block, ...]


def layout(text: str) -> Layout:
    """Return the layout of `text`; blank text has the title "" and no blocks.

    A block is a line, or a paragraph between blank lines where the text is wrapped by hand.
    The markers of headings, list items and quotations stand outside of their blocks.
    """
    front, begin = _front_matter(text)
    lines = _unwrapped(_lines(text, begin), text)
    _mark_captions(lines)
    _mark_head(lines)
    _mark_foot(lines)
    if not any(line.kind is BlockKind.TITLE for line in front):
        _mark_title(lines)
    _mark_subtitle(lines)
    _mark_shapes(lines)
    every = [*front, *lines]
    _mark_repeats(every)
    return Layout(
        title=_title(every),
        byline=_byline(every),
        published=_published(every),
        blocks=tuple(Block(line.start, line.end, line.kind or _PARAGRAPH) for line in every),
    )


class _Mark(StrEnum):
    """The markup a line carries."""

    PLAIN = "plain"
    HEADING = "heading"
    BOLD = "bold"
    ITEM = "item"
    NUMBER = "number"
    QUOTE = "quote"
    TABLE = "table"
    IMAGE = "image"
    CODE = "code"
    FRONT = "front"


class _Rank(IntEnum):
    """How plainly a date says that it is the day of publication."""

    UPDATED = 1
    BARE = 2
    PUBLISHED = 3


_Dates = tuple[tuple[_Rank, date | None], ...]


@dataclass(slots=True)
class _Line:
    """A block while it is being read.

    `gap`: a blank line stands before it. `width` and `reach` are columns, `reach` from the left
    margin. `names` and `dates` are those of a byline; `foot` says that it closes the article.
    """

    start: int
    end: int
    text: str
    mark: _Mark = _Mark.PLAIN
    gap: bool = False
    indent: int = 0
    width: int = 0
    reach: int = 0
    kind: BlockKind | None = None
    names: str = ""
    dates: _Dates = ()
    foot: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing but its shape says what the line is."""
        return self.kind is None and self.mark is _Mark.PLAIN

    @property
    def prose(self) -> bool:
        """Whether the line reads as running text: it ends a sentence, or it is long."""
        if self.kind is not None or self.mark not in (_Mark.PLAIN, _Mark.QUOTE):
            return False
        return self.width > 160 or (self.width >= 12 and _ends_sentence(self.text))


_PARAGRAPH = BlockKind.PARAGRAPH

# --- lines and their markup -----------------------------------------------------------------------

# White space, characters of no width, and control characters.
_BLANK = "\u200b\u2060\ufeff" + "".join(
    chr(c) for c in range(0x3001) if chr(c).isspace() or c < 0x20 or 0x7F <= c < 0xA0
)
_RULE = re.compile(r"[-*_=~#•·—–+|:\s]{3,}")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_FENCE = re.compile(r"(?:```|~~~)[^`]*")
_HEADING_MARK = re.compile(r"#{1,6}\s+(?=[^\s#])")
_HEADING_CLOSE = re.compile(r"\s+#+$")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(?P<inner>[^*_]+)(?<=\S)\1:?")
_ITEM_MARK = re.compile(r"(?:[-*+·–]\s+|[•‣◦▪●∙]\s*)(?:\[[ xX]\]\s+)?(?=\S)")
_NUMBER_MARK = re.compile(
    r"(?:(?:\d{1,3}[.)]|\(\d{1,3}\)|[a-zA-Z]\)|\([a-z]\))\s+|\d{1,3}、\s*|[①-⑳]\s*)(?=\S)"
)
_QUOTE_MARK = re.compile(r"(?:>\s?)+(?=\S)")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_FRONT_FENCES = ("---", "+++")
_FRONT_KEY = re.compile(r"([A-Za-z][\w -]{0,40})\s*[:=]\s*")
_FRONT_TITLES = ("title", "headline")
_FRONT_SUBTITLES = ("subtitle", "description", "summary", "excerpt", "abstract")
_FRONT_AUTHORS = ("author", "authors", "byline", "by", "creator")
_FRONT_PUBLISHED = re.compile(r"(?:date|pub(?:lish(?:ed)?)?[ _-]?(?:date|at|on)?|date[ _-]?published)")
_FRONT_UPDATED = re.compile(r"(?:(?:date|last)?[ _-]?(?:updated?|modified|mod)(?:[ _-]?(?:at|on))?)")


def _physical(text: str, begin: int) -> Iterator[tuple[int, str, str]]:
    """Yield offset, line and trimmed line of every line from `begin` on."""
    offset = begin
    for line in text[begin:].splitlines(keepends=True):
        yield offset, line, line.strip(_BLANK)
        offset += len(line)


def _lines(text: str, begin: int) -> list[_Line]:
    """Return the lines from `begin` on that hold something, their markup taken off."""
    physical = list(_physical(text, begin))
    fences = [i for i, (_, _, core) in enumerate(physical) if _FENCE.fullmatch(core)]
    fenced = {i for first, last in zip(fences[::2], fences[1::2]) for i in range(first, last + 1)}
    lines: list[_Line] = []
    gap = False
    for i, (offset, full, core) in enumerate(physical):
        if not core or (i in fenced and _FENCE.fullmatch(core)):
            gap = True
            continue
        if i not in fenced and _RULE.fullmatch(core):
            if lines and not gap and lines[-1].mark is _Mark.PLAIN and _UNDERLINE.fullmatch(core):
                lines[-1].mark = _Mark.HEADING
            gap = True
            continue
        indent = len(full) - len(full.lstrip(_BLANK))
        width = _width(core)
        line = _Line(
            start=offset + indent,
            end=offset + indent + len(core),
            text=core,
            gap=gap,
            indent=indent,
            width=width,
            reach=indent + width,
        )
        if i in fenced:
            line.mark = _Mark.CODE
        else:
            _read_mark(line)
        if line.mark is _Mark.CODE and lines and lines[-1].mark is _Mark.CODE and i - 1 in fenced:
            _extend(lines[-1], line, text)
        else:
            lines.append(line)
        gap = False
    return lines


def _read_mark(line: _Line) -> None:
    """Set the line's mark and take the marker off its block."""
    text = line.text
    if found := _HEADING_MARK.match(text):
        line.mark = _Mark.HEADING
        close = _HEADING_CLOSE.search(text)
        _trim(line, found.end(), close.start() if close else len(text))
    elif _IMAGE.fullmatch(text):
        line.mark = _Mark.IMAGE
    elif found := _BOLD.fullmatch(text):
        line.mark = _Mark.BOLD
        _trim(line, *found.span("inner"))
    elif text.startswith("|") and text.endswith("|") and len(text) > 2:
        line.mark = _Mark.TABLE
    elif found := _QUOTE_MARK.match(text):
        line.mark = _Mark.QUOTE
        _trim(line, found.end(), len(text))
    elif found := _ITEM_MARK.match(text):
        line.mark = _Mark.ITEM
        _trim(line, found.end(), len(text))
    elif (found := _NUMBER_MARK.match(text)) and not _DATE.match(text.translate(_DIGITS)):
        line.mark = _Mark.NUMBER
        _trim(line, found.end(), len(text))


def _trim(line: _Line, start: int, end: int) -> None:
    line.start, line.end = line.start + start, line.start + end
    line.text = line.text[start:end]
    line.width = _width(line.text)


def _extend(line: _Line, other: _Line, text: str) -> None:
    line.end = other.end
    line.text = text[line.start : line.end]
    line.width += 1 + other.width


def _front_matter(text: str) -> tuple[list[_Line], int]:
    """Return the lines of the front matter, marked, and the offset where the text begins."""
    physical = _physical(text, 0)
    _, _, fence = next(physical, (0, "", ""))
    if fence not in _FRONT_FENCES:
        return [], 0
    lines: list[_Line] = []
    key = ""
    for count, (offset, full, core) in enumerate(physical):
        if core == fence and lines:
            return lines, offset + len(full)
        found = _FRONT_KEY.match(core)
        nested = full[:1].isspace() or core.startswith(("-", "#"))
        if count > 100 or (core and not found and not nested):
            break
        if not core:
            continue
        indent = len(full) - len(full.lstrip(_BLANK))
        line = _Line(offset + indent, offset + indent + len(core), core, _Mark.FRONT)
        line.kind = BlockKind.BYLINE
        if found and not nested:
            key = found[1].strip().lower()
            value = found.end()
        else:
            value = 1 if core.startswith("-") else 0
        _read_front(line, key, value)
        lines.append(line)
    return [], 0


def _read_front(line: _Line, key: str, value_at: int) -> None:
    """Mark the line of front matter by its key; titles and subtitles keep the value alone."""
    value = line.text[value_at:]
    stated = value.strip(" \t\"'[]")
    if key in _FRONT_AUTHORS:
        line.names = re.sub(r"\s*[\"']?\s*,\s*[\"']?\s*", ", ", stated)
    elif _FRONT_PUBLISHED.fullmatch(key) or _FRONT_UPDATED.fullmatch(key):
        found = _DATE.search(stated.translate(_DIGITS))
        rank = _Rank.PUBLISHED if _FRONT_PUBLISHED.fullmatch(key) else _Rank.UPDATED
        if found and found.start() == 0:
            line.dates = ((rank, _parse_date(found)),)
    elif stated and key in (*_FRONT_TITLES, *_FRONT_SUBTITLES):
        line.kind = BlockKind.TITLE if key in _FRONT_TITLES else BlockKind.SUBTITLE
        start = value_at + value.index(stated)
        _trim(line, start, start + len(stated))


# --- text that is wrapped by hand -----------------------------------------------------------------


def _unwrapped(lines: list[_Line], text: str) -> list[_Line]:
    """Return the lines with those joined that were one paragraph or item before wrapping.

    A text counts as wrapped where most of its line breaks could not have come later (the next
    word would not have fitted in the widest line) and many of them stand inside a sentence.
    """
    limit = _wrap_width(lines)
    joined: list[_Line] = []
    previous: _Line | None = None
    for line in lines:
        if previous is not None and _continues(previous, line, joined[-1], limit):
            _extend(joined[-1], line, text)
        else:
            joined.append(line)
        previous = _Line(line.start, line.end, line.text, line.mark, indent=line.indent)
        previous.width, previous.reach = _width(line.text), line.reach
    return joined


_FLOWING = (_Mark.PLAIN, _Mark.QUOTE)
_HOLDING = (_Mark.PLAIN, _Mark.QUOTE, _Mark.ITEM, _Mark.NUMBER)


def _wrap_width(lines: Sequence[_Line]) -> int:
    """Return the columns that the text is wrapped to, or 0 where it is not wrapped."""
    pairs = [
        (line, after)
        for line, after in pairwise(lines)
        if not after.gap and after.mark in _FLOWING and line.mark in _HOLDING
    ]
    if not pairs:
        return 0
    reaches = sorted(line.reach for line, _ in pairs)
    usual = reaches[int(0.95 * (len(reaches) - 1))]
    widest = max(reach for reach in reaches if reach <= 1.2 * usual)
    if not 35 <= widest <= 132:
        return 0
    full = sum(_is_full(line, after, widest) for line, after in pairs)
    flowing = sum(
        not _ends_sentence(line.text) and not after.text[0].isupper() for line, after in pairs
    )
    return widest if full >= 0.6 * len(pairs) and flowing >= 0.3 * len(pairs) else 0


def _is_full(line: _Line, after: _Line, limit: int) -> bool:
    """Whether the first word of the next line would not have fitted in the line."""
    word = after.text.split(maxsplit=1)[0]
    wide = _width(word[0]) == 2
    return line.reach + (6 if wide else 1 + _width(word)) > limit


def _continues(previous: _Line, line: _Line, block: _Line, limit: int) -> bool:
    if line.gap or line.mark not in _FLOWING or previous.mark not in _HOLDING:
        return False
    if block.mark in (_Mark.ITEM, _Mark.NUMBER) and line.indent > block.indent:
        return line.mark is _Mark.PLAIN
    if not limit or (line.mark is _Mark.QUOTE) != (block.mark is _Mark.QUOTE):
        return False
    if line.indent > previous.indent + 1 and block.mark is _Mark.PLAIN:
        return False
    if _is_full(previous, line, limit):
        return True
    word = line.text.split(maxsplit=1)[0]
    return not _ends_sentence(previous.text) and previous.reach + 1 + _width(word) > 0.75 * limit


# --- sentences, words and columns -----------------------------------------------------------------

_CLOSERS = "\"'”’»›)]）」』】》*_" + _BLANK
_STOPS = ".。．।॥۔։።"
_MARKS = "!?…！？؟‽"
_INITIALS = re.compile(r"(?:\b[^\W\d_]\.){2,}$|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|vs|No|St|Dr|Mrs?)\.$")


def _ends_with_stop(text: str) -> bool:
    """Whether the text ends in a full stop that is no abbreviation's."""
    bare = text.rstrip(_CLOSERS)
    if not bare or bare[-1] not in _STOPS:
        return False
    return bare.endswith("...") or not (len(bare) < 100 and _INITIALS.search(bare))


def _ends_sentence(text: str) -> bool:
    bare = text.rstrip(_CLOSERS)
    return bool(bare) and (bare[-1] in _MARKS or _ends_with_stop(text))


def _width(text: str) -> int:
    """Return the columns of the text: wide characters take two. Long text counts its length."""
    if text.isascii() or len(text) > 400:
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _words(text: str) -> int:
    """Return the number of words; two wide characters count as one."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text[:400])
    return len(text.split()) + wide // 2


# --- dates ----------------------------------------------------------------------------------------

_MONTHS = (
    "jan january januar jänner januari janvier janv enero ene janeiro gennaio gen "
    "stycznia января янв ocak يناير",
    "feb february februar februari février févr fév febrero fevereiro fev febbraio "
    "lutego февраля фев şubat فبراير",
    "mar march märz mrz maart mars marts marzo março marca марта мар mart مارس",
    "apr april avril avr abril abr aprile kwietnia апреля апр nisan أبريل ابريل "
    "إبريل",
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
_DIGITS = {
    zero + n: str(n) for zero in (0x660, 0x6F0, 0x966, 0xFF10) for n in range(10)
}  # one digit for one digit: offsets stay
_DATE = re.compile(
    rf"""
      (?<![\d/.-]) (?P<y1>[12]\d{{3}}) (?: -(?P<m1>\d{{1,2}})- | /(?P<m2>\d{{1,2}})/
        | \.\s?(?P<m3>\d{{1,2}})\.\s? | \s?[年년]\s?(?P<m4>\d{{1,2}})\s?[月월]\s? )
        (?P<d1>\d{{1,2}}) (?!\d) (?:\s?[日号號일])?
    | (?<![^\W_]) (?P<month1>{_MONTH}) \.? \s+ (?P<d2>\d{{1,2}}) (?:st|nd|rd|th)? ,? \s+
        (?P<y2>[12]\d{{3}}) (?![\d-])
    | (?<![\d/.-]) (?P<d3>\d{{1,2}}) (?:st|nd|rd|th|er|º|°|\.)? (?:\s+(?:de|of)\s+|\s+|-)
        (?P<month2>{_MONTH}) (?![^\W\d_]) \.? (?:\s+(?:de|del)\s+|,?\s+|-) (?P<y3>[12]\d{{3}}) (?!\d)
    | (?<![\d/.-]) (?P<numbers>\d{{1,2}}(?P<sep>[/.-])\d{{1,2}}(?P=sep)[12]\d{{3}}) (?![\d/-])
    """,
    re.VERBOSE | re.IGNORECASE,
)


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


# --- bylines and date lines -----------------------------------------------------------------------

_PUBLISHED = (
    r"(?:first\s+|originally\s+)?published(?:\s+online)?|publication\s+date|date\s+published|"
    r"date\s+of\s+publication|pub\s+date|posted|dated?|veröffentlicht|erschienen|publiée?|"
    r"mis\s+en\s+ligne|publicado|fecha|pubblicato|gepubliceerd|publicerad|udgivet|publisert|"
    r"opublikowano|опубликовано|дата(?:\s+публикации)?|yayınlanma(?:\s+tarihi)?|yayın\s+tarihi|"
    r"发布(?:时间|日期|于)?|发表(?:时间|于)|發布(?:時間|日期|於)?|發表(?:時間|於)|刊登(?:时间|于)?|"
    r"日期|公開日?|配信日?|掲載日?|投稿日?|発行日|게시일?|입력|등록|نُ?شر(?:\s+في)?|تاريخ\s+النشر|التاريخ"
)
_UPDATED = (
    r"(?:last\s+)?(?:updated|modified|revised)|mis\s+à\s+jour|modifiée?|"
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
    r"(?:authors?|writers?|reporters?|byline|autor(?:in|es|a)?|auteurs?|autore|texte?|автор|текст|"
    r"作者|撰文|文|记者|記者|本报记者|기자|글)\s*[:：/／]\s*|(?:本报|新华社)?(?:记者|記者)\s+|بقلم\s*:?\s*",
    re.IGNORECASE,
)
_BY_FOREIGN = re.compile(r"(?:von|par|por|door|di|av|af|от)\s+(?=\w)", re.IGNORECASE)
_SOURCE = re.compile(r"(?:sources?|quelle|fuente|fonte|来源|來源|出典|출처)\s*[:：]\s*", re.IGNORECASE)
_READING_TIME = re.compile(r"\b\d+[\s-]min(?:ute)?s?\.?(?:\s+read)?\b", re.IGNORECASE)
_SEPARATORS = r"|｜·•/／—–\n"
_SPLIT = re.compile(r"\s*(?:[|｜·•/／;；,，、—–\n()（）]|\s-\s)\s*")
_SEPARATED_END = re.compile(r"(?:[|｜·•/／—–(（]|\s-)\s*\Z")
_SEPARATED_START = re.compile(r"\s*(?:[|｜·•/／—–)）]|-\s)")
_EDGES = _BLANK + "|｜·•/／—–-,，;；:：*_"
_CONNECTORS = frozenset(
    "and und et y e i en og och с и by in of for at with from de da do dos das del della di du des "
    "le la van von der den zu zur ter ten bin ibn al el für pour para per".split()
)
_HEAD_LINES = 12


def _read_byline(line: _Line, *, first: bool) -> tuple[str, _Dates] | None:
    """Return the names and the dates of a line that holds nothing else, or None."""
    if line.width > 200:
        return None
    text = line.text.translate(_DIGITS)
    dates: list[tuple[_Rank, date | None]] = []
    kept: list[str] = []
    at, bare = 0, False
    for found in _DATE.finditer(text):
        before = text[at : found.start()]
        label = _LABEL.search(before)
        if label is not None and label.start() and before[label.start() - 1].isalnum():
            label = None if before[label.start() - 1].isascii() else label
        rank = _Rank.BARE
        if label is not None:
            rank = _Rank.UPDATED if label["updated"] else _Rank.PUBLISHED
            before = before[: label.start()]
        else:
            filler = _BEFORE.search(before)
            before = before[: filler.start()] if filler else before
            follows = _after(text, found.end())
            bare |= not _stands_alone("".join(kept) + before, text[follows:])
        kept += [before, "\n"]
        dates.append((rank, _parse_date(found)))
        at = _after(text, found.end())
    kept.append(text[at:])
    rest = _READING_TIME.sub("", "".join(kept)).strip(_EDGES).removesuffix(".")
    by = _BY.match(rest) or (None if first else _BY_FOREIGN.match(rest))
    if by is None and (not dates or bare):
        return None
    if first and by is None and rest and all(rank is _Rank.BARE for rank, _ in dates):
        return None
    names = _SOURCE.sub("|", rest[by.end() :] if by else rest)
    names = re.sub(r"\n\s*by\s+", "\n", names, flags=re.IGNORECASE)
    if (by and not names.strip(_EDGES)) or not _are_names(names, strict=by is not None and not dates):
        return None
    return _tidy_names(names), tuple(dates)


def _after(text: str, at: int) -> int:
    """Return where the time, zone and weekday behind a date end."""
    found = _AFTER.match(text, at)
    return found.end() if found else at


def _stands_alone(before: str, after: str) -> bool:
    """Whether a date without a label is set off from the rest of its line by more than a comma."""
    left = not before.strip(_BLANK) or bool(_SEPARATED_END.search(before)) or before.endswith("\n")
    by = _BY.match(after.lstrip(_EDGES))
    right = not after.strip(_EDGES + ".)") or bool(_SEPARATED_START.match(after) or by)
    right = right or bool(_SOURCE.match(after.lstrip(_EDGES)))
    return (left or bool(_BY.match(before.lstrip(_EDGES)))) and right


def _are_names(text: str, *, strict: bool) -> bool:
    """Whether every part of the text reads as a name: no running words, no sentence.

    `strict` takes the first part for a person's name, of no more than six words.
    """
    parts = [part for part in _SPLIT.split(text) if part]
    for i, part in enumerate(parts):
        words = part.split()
        if len(words) > (6 if strict and not i else 8) or _width(part) > 60:
            return False
        if _ends_with_stop(part) and not _INITIALS.search(part) and len(words) > 3:
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


def _mark_head(lines: list[_Line]) -> None:
    """Mark the bylines and date lines above the second paragraph of running text."""
    if len(lines) < 2:
        return
    head: list[int] = []
    prose = 0
    for i, line in enumerate(lines[:_HEAD_LINES]):
        if line.mark in (_Mark.PLAIN, _Mark.BOLD, _Mark.QUOTE, _Mark.ITEM) and line.kind is None:
            found = _read_byline(line, first=not i)
            if found is not None and not (line.mark is _Mark.ITEM and not found[1]):
                line.names, line.dates = found
                line.kind = BlockKind.BYLINE
                head.append(i)
        prose += line.prose
        if prose == 2:
            break
    diary = _is_diary(lines, head)
    for i in head:
        line, below = lines[i], lines[i + 1] if i + 1 < len(lines) else None
        if diary and not line.names and below and below.kind is None:
            line.dates, line.kind = (), BlockKind.HEADING
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        dated = below.kind is BlockKind.BYLINE and below.dates and not below.names
        if dated and line.plain and above.kind is not BlockKind.BYLINE and _is_person(line.text):
            line.kind, line.names = BlockKind.BYLINE, line.text


def _is_diary(lines: Sequence[_Line], head: Sequence[int]) -> bool:
    """Whether dates stand over sections of the text, so that none is the text's own."""
    if not any(lines[i].dates and not lines[i].names for i in head):
        return False
    below = lines[max(head) + 1 : -1]
    return any(
        line.kind is None
        and line.width <= 60
        and (found := _DATE.search(line.text.translate(_DIGITS)))
        and (found.start() <= 12)
        and (read := _read_byline(line, first=False)) is not None
        and all(rank is _Rank.BARE for rank, _ in read[1])
        for line in below
    )


def _is_person(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 4 and all(
        word[0].isupper() and not word.isupper() and word.strip(".,'’-").replace("-", "").isalpha()
        for word in words
    )


# --- captions and closing lines -------------------------------------------------------------------

_PICTURE = (
    r"(?:file\s+)?(?:photos?|images?|pictures?|pictured|illustration|graphic|photograph|foto|bild|"
    r"imagen|imagem|immagine|crédits?|фото|写真|図|사진|图片?|資料圖|资料图|الصورة|صورة)"
)
_CAPTION_START = re.compile(
    rf"[(\[（【]?(?:{_PICTURE}|caption|credit)(?:\s+(?:credits?|source|courtesy)|来源|说明)?\s*[:：=]\s*\S|"
    r"(?:fig(?:ure)?\.?|abb(?:ildung)?\.?|图|図|рис\.?)\s*\d+\s*[.:：]|图为|photograph(?:y)?\s+by\s",
    re.IGNORECASE,
)
_CAPTION_TAIL = re.compile(
    r"(?:^|\W)(?:(?:File )?(?:Photo|Image|Picture|Illustration|Photograph|Foto|Bild|Credit|Crédit|"
    r"PHOTO|IMAGE|CREDIT)s?(?: [Cc]redits?)?\s*(?:[:：/]|by )\s*|(?:图|摄影|摄|供图)\s*[:：/／]\s*)"
    r"[^\s.!?。:](?:[^.!?。:]|\.(?=\S)){0,60}\.?\W?$|"
    rf"[(\[（【]\s*(?i:{_PICTURE})\s*(?:[:：/]|(?i:by|credit|courtesy|via|from)\b|[)\]）】])"
    r"[^)\]）】]{0,80}[)\]）】]?\W?$|"
    r"(?:\bREUTERS/\w[^.!?]{0,40}|\bAP Photo\b[^.!?]{0,40}|"
    r"[/|]\s*(?:Getty Images|AFP|VCG|Xinhua|Reuters|Shutterstock|EPA|dpa)|"
    r"(?:\b[Vv]ia|\b[Bb]y) Getty Images|\s摄|[(（](?:摄影?|供图|撮影|资料图)[)）])\W?$|"
    r"^(?:Getty Images|Shutterstock|iStock|Unsplash|Alamy|VCG)$"
)
_CREDIT = re.compile(
    r"[—–-]{1,2}\s*\w|(?:additional\s+|with\s+)?(?:reporting|editing|writing|edited|translated|compiled|"
    r"contributed|adapted|inputs?)\s+(?:by|from)\b|with\s+(?:inputs?|agencies|agency)\b|"
    r"(?:sources?|via|credits?|quelle|fuente|fonte|источник|редактор)\s*[:：]|"
    r"(?:this\s+)?(?:article|story|report|piece|post)\s+(?:was|is|first|originally)\b|"
    r"(?:first\s+|originally\s+)?(?:published|appeared)\s+(?:in|on|by|at)\b|"
    r"copyright\b|©|\(c\)|all\s+rights\s+reserved|agencies$|"
    r"(?:责任编辑|責任編輯|责编|编辑|来源|來源|作者|记者|审核|校对|출처|기자|المصدر|مصدر)\s*[:：]",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[（【].*[)\]）】]")
_NAMED_SOURCE = re.compile(r"\S{1,20}(?:\s\S+){0,3}\s*[(（][^()（）]+[)）]")
_FOOT_LINES = 6


def _mark_captions(lines: list[_Line]) -> None:
    for i, line in enumerate(lines):
        if line.mark is _Mark.IMAGE:
            line.kind = BlockKind.CAPTION
        elif line.mark in (_Mark.PLAIN, _Mark.BOLD, _Mark.QUOTE) and line.width <= 400:
            credit = _CAPTION_START.match(line.text)
            if credit or _CAPTION_TAIL.search(line.text):
                line.kind = BlockKind.CAPTION
                above = lines[i - 1] if i > 1 else None
                if credit and above and above.plain and not line.gap and above.width <= 120:
                    shaped = not _ends_sentence(above.text)
                    above.kind = BlockKind.CAPTION if shaped else above.kind


def _mark_foot(lines: list[_Line]) -> None:
    """Mark the agency, author and date lines that close the article."""
    names_only: list[_Line] = []
    last = max(len(lines) - _FOOT_LINES, 1)
    for i in range(len(lines) - 1, last - 1, -1):
        line = lines[i]
        body = any(other.prose or other.mark in (_Mark.ITEM, _Mark.NUMBER) for other in lines[:i])
        if not body or line.kind not in (None, BlockKind.CAPTION) or line.width > 250:
            break
        if line.kind is BlockKind.CAPTION:
            continue
        if line.mark not in (_Mark.PLAIN, _Mark.BOLD, _Mark.ITEM, _Mark.QUOTE):
            break
        found = None if line.mark is _Mark.ITEM else _read_byline(line, first=False)
        if found is not None:
            line.names, line.dates = found
            line.kind = BlockKind.BYLINE if line.dates else BlockKind.CREDIT
        elif _closes(line):
            line.kind = BlockKind.CREDIT
        elif line.mark is not _Mark.ITEM and _could_close(line.text):
            names_only.append(line)
        else:
            break
        line.foot = True
    if len(names_only) <= 2:
        for line in names_only:
            line.kind = BlockKind.CREDIT
    else:
        for line in names_only:
            line.foot = False


def _closes(line: _Line) -> bool:
    text = line.text
    if line.mark is _Mark.ITEM:
        return text.isupper() and len(text.split()) == 1 and len(text) <= 10
    if line.width <= 250 and _words(text) <= 40 and _CREDIT.match(text):
        return not (text[0] in "—–-" and _ends_sentence(text))
    if _BRACKETED.fullmatch(text) and _words(text) <= 15:
        return True
    return line.width <= 80 and not _ends_sentence(text) and bool(_NAMED_SOURCE.fullmatch(text))


def _could_close(text: str) -> bool:
    """Whether the text could be no more than a name at the end."""
    words = text.split()
    return (
        len(words) <= 5
        and text[0].isupper()
        and not _ends_sentence(text)
        and not re.search(r"[\d:：]", text)
        and _are_names(text, strict=True)
    )


# --- title, subtitle and headings -----------------------------------------------------------------

_TITLE_LABEL = re.compile(r"(?:title|headline|titel|titre|título|titolo|标题|標題|題名)\s*[:：]\s*", re.I)
_PAIR = re.compile(r"[^\s:：][^:：]{0,30}[:：]\s*\S")
_NUMBER_VALUE = re.compile(r"[^\d:：]{1,30}[:：]\s*\D{0,3}\d")
_TAIL_OF_PHRASE = ",，、;；:：—–-"
_INNER_STOP = re.compile(r"[.!?。！？]\s+\S")


def _mark_title(lines: list[_Line]) -> None:
    """Mark the headline, where the text has one."""
    at = next((i for i, line in enumerate(lines) if line.kind is None), None)
    if at is None or at >= _HEAD_LINES:
        return
    line = lines[at]
    below = lines[at + 1] if at + 1 < len(lines) else None
    if below and below.mark is _Mark.HEADING and line.plain and not _ends_with_stop(line.text):
        line.kind, below.kind = BlockKind.SUBTITLE, BlockKind.TITLE
    elif line.mark is _Mark.HEADING:
        line.kind = BlockKind.TITLE
    elif below and (label := _TITLE_LABEL.match(line.text)) and label.end() < len(line.text):
        line.kind = BlockKind.TITLE
        _trim(line, label.end(), len(line.text))
    elif line.mark in (_Mark.PLAIN, _Mark.BOLD) and _is_headline(lines, at):
        line.kind = BlockKind.TITLE


def _is_headline(lines: Sequence[_Line], at: int) -> bool:
    line = lines[at]
    rest = lines[at + 1 :]
    if not rest or line.width > 170 or _words(line.text) > 28:
        return False
    if _ends_with_stop(line.text) or line.text[-1] in _TAIL_OF_PHRASE:
        return False
    if _PAIR.match(line.text) and rest[0].plain and rest[0].width <= 170 and _PAIR.match(rest[0].text):
        return False
    if rest[0].gap and not all(other.gap for other in rest) and line.width < 100:
        return True
    for other in rest[:3]:
        if not other.plain or other.prose:
            return not (other.prose and not other.gap and other.text[0].islower())
        if other.text[-1] in _TAIL_OF_PHRASE or other.text[0].islower():
            return False
    return False


def _punctuated(lines: Sequence[_Line]) -> bool:
    """Whether the text ends its sentences with marks, so that a line without one stands out."""
    plain = [line for line in lines if line.plain]
    prose = sum(line.width for line in plain if line.prose)
    return 0 < sum(line.width for line in plain) <= prose / 0.6


def _mark_subtitle(lines: list[_Line]) -> None:
    """Mark the lines between the headline and the text that are no sentences."""
    at = next((i for i, line in enumerate(lines) if line.kind is BlockKind.TITLE), None)
    if at is None or not _punctuated(lines):
        return
    for i in range(at + 1, min(at + 3, len(lines) - 1)):
        line, below = lines[i], lines[i + 1]
        if not line.plain or line.width > 250 or _ends_sentence(line.text):
            return
        if line.text[-1] in _TAIL_OF_PHRASE:
            return
        leads = below.prose and (line.gap or not below.gap) and below.width >= 1.3 * line.width
        if below.kind is BlockKind.BYLINE or (leads and _words(line.text) >= 5):
            line.kind = BlockKind.SUBTITLE


def _mark_shapes(lines: list[_Line]) -> None:
    """Mark what is left by its markup, and headings without markup by their shape."""
    punctuated = _punctuated(lines)
    runs = _runs([punctuated and _short(lines, i) for i in range(len(lines))])
    headings = [
        runs[i] in (1, 2) and _heads(lines, i, runs) if line.plain else False
        for i, line in enumerate(lines)
    ]
    for i, line in enumerate(lines):
        if line.kind is not None:
            continue
        if headings[i] or line.mark is _Mark.HEADING:
            line.kind = BlockKind.HEADING
        elif line.mark is _Mark.BOLD:
            over = i + 1 < len(lines) and not _ends_with_stop(line.text) and line.width <= 100
            line.kind = BlockKind.HEADING if over else _PARAGRAPH
        elif line.mark is _Mark.NUMBER:
            line.kind = BlockKind.HEADING if _numbered_heading(lines, i) else BlockKind.ITEM
        elif line.mark in (_Mark.ITEM, _Mark.TABLE):
            line.kind = BlockKind.ITEM
        else:
            line.kind = _PARAGRAPH


def _short(lines: Sequence[_Line], i: int) -> bool:
    """Whether the line has the shape of a heading: few words and no end of a sentence."""
    line, text = lines[i], lines[i].text
    if not line.plain or i + 1 == len(lines) or line.width > 100 or _words(text) > 16:
        return False
    if text.rstrip(_CLOSERS)[-1:] in ("?", "？", "؟"):
        return not _INNER_STOP.search(text) and text[0] not in "\"“”‘«「-—–"
    if _ends_sentence(text) or text[0].islower() or text[-1] in ",，、;；—–-":
        return False
    if text[-1] in ":：":
        return _words(text) <= 4 and lines[i + 1].text[0] not in "\"“‘«「„"
    return not _NUMBER_VALUE.match(text) or text.split()[0].lower() in _PARTS


_PARTS = frozenset("step part chapter section day week phase lesson appendix".split())


def _runs(flags: Sequence[bool]) -> list[int]:
    """Return, for each flag, the length of the run of true flags it stands in.

    >>> _runs([True, True, False, True])
    [2, 2, 0, 1]
    """
    lengths: list[int] = []
    at = 0
    while at < len(flags):
        end = at
        while end < len(flags) and flags[end]:
            end += 1
        lengths += [end - at] * (end - at) or [0]
        at = max(end, at + 1)
    return lengths


def _heads(lines: Sequence[_Line], i: int, runs: Sequence[int]) -> bool:
    """Whether the short line at `i` opens what stands below it."""
    line = lines[i]
    above = lines[i - 1] if i else None
    if above and not line.gap and above.plain and not runs[i - 1] and not _ends_sentence(above.text):
        return False
    if i and runs[i - 1] and _PAIR.match(line.text) and _PAIR.match(lines[i - 1].text):
        return False
    j = i + 1
    while j < len(lines) and (runs[j] or lines[j].kind is BlockKind.CAPTION):
        j += 1
    if j == len(lines):
        return False
    if lines[j].mark in (_Mark.ITEM, _Mark.NUMBER, _Mark.TABLE, _Mark.CODE):
        return True
    if not lines[j].prose:
        return False
    body = 0
    for other in lines[j : j + 3]:
        if not other.prose:
            break
        body += other.width
    return lines[j].width >= 25 and body >= max(50, 1.3 * line.width)


def _numbered_heading(lines: Sequence[_Line], i: int) -> bool:
    """Whether a numbered line is a section's heading: it stands alone above running text."""
    line = lines[i]
    below = lines[i + 1] if i + 1 < len(lines) else None
    above = lines[i - 1] if i else None
    if below is None or not below.prose or below.width < max(60, 1.3 * line.width):
        return False
    alone = above is None or above.mark is not _Mark.NUMBER
    return alone and line.width <= 80 and not _ends_sentence(line.text) and not line.text[0].islower()


# --- what stands twice ----------------------------------------------------------------------------

_PLAIN_QUOTES = str.maketrans("‘’‚“”„«»", "'''\"\"\"\"\"")
_KEY_CHARS = 12
_REPEAT_WIDTH = 30


def _mark_repeats(lines: Sequence[_Line]) -> None:
    """Mark as REPEAT what equals an earlier block, and what stands whole inside a longer one.

    Headings may recur, and so may short list items; the short are never looked for inside.
    """
    bodies = [_comparable(line.text) for line in lines]
    seen: set[str] = set()
    for line, body in zip(lines, bodies, strict=True):
        recurs = line.kind is BlockKind.HEADING or (
            line.kind is BlockKind.ITEM and line.width < _REPEAT_WIDTH
        )
        if body in seen and not recurs:
            line.kind = BlockKind.REPEAT
        seen.add(body)
    candidates: dict[str, set[int]] = {}
    wanted: dict[str, list[_Line]] = {}
    for line, body in zip(lines, bodies, strict=True):
        if line.kind is _PARAGRAPH and line.width >= _REPEAT_WIDTH and len(body) >= _KEY_CHARS:
            candidates.setdefault(body[:_KEY_CHARS], set()).add(len(body))
            wanted.setdefault(body, []).append(line)
    for line, body in zip(lines, bodies, strict=True):
        if line.kind not in (_PARAGRAPH, BlockKind.ITEM):
            continue
        for at in _word_starts(body):
            for length in candidates.get(body[at : at + _KEY_CHARS], ()):
                end = at + length
                if end - at < len(body) and _is_word_end(body, end):
                    for repeat in wanted.get(body[at:end], ()):
                        repeat.kind = BlockKind.REPEAT


def _word_starts(text: str) -> Iterator[int]:
    previous = " "
    for at, char in enumerate(text):
        if char.isalnum() and (not previous.isalnum() or _is_wide(char)):
            yield at
        previous = char


def _is_word_end(text: str, at: int) -> bool:
    return at >= len(text) or not text[at].isalnum() or _is_wide(text[at])


def _is_wide(char: str) -> bool:
    return char > "\u2e7f" and unicodedata.east_asian_width(char) in "WF"


def _comparable(text: str) -> str:
    """Return the text without case, kinds of quotation marks, spacing, and marks at its ends."""
    return " ".join(text.translate(_PLAIN_QUOTES).casefold().split()).strip("\"' .…")


# --- what the layout states -----------------------------------------------------------------------

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_INLINE = re.compile(r"\*\*|__|`|!?\[([^\]]*)\]\([^)]*\)")
_OPENING_WORDS = 10
_OPENING_WIDTH = 70


def _title(lines: Sequence[_Line]) -> str:
    """Return the headline, or the opening words of the first block that is text."""
    for line in lines:
        if line.kind is BlockKind.TITLE:
            text = line.text if line.mark is _Mark.PLAIN else _INLINE.sub(r"\1", line.text)
            return _one_line(text) or _one_line(line.text)
    for kinds in ((_PARAGRAPH, BlockKind.ITEM, BlockKind.REPEAT), tuple(BlockKind)):
        for line in lines:
            if line.kind in kinds and (opening := _opening(_one_line(line.text))):
                return opening
    return ""


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _opening(text: str) -> str:
    """Return the first words of the text and an ellipsis.

    >>> _opening("one two three four five six seven eight nine ten eleven twelve")
    'one two three four five six seven eight nine ten…'
    """
    words = text.split()[:_OPENING_WORDS]
    while len(words) > 1 and _width(" ".join(words)) > _OPENING_WIDTH:
        words.pop()
    opening = " ".join(words)
    if _width(opening) > _OPENING_WIDTH:
        opening = _cut(opening)
    return (opening.rstrip(_TAIL_OF_PHRASE + _STOPS + "… ") or opening) + "…" if opening else ""


def _cut(text: str) -> str:
    """Return the start of text without spaces: to its first pause, or about twenty wide letters."""
    end = next(i for i in range(len(text), 0, -1) if _width(text[:i][:400]) <= 40 and i <= 40)
    pause = max((i for i, char in enumerate(text[:end]) if char in "，。、；！？,;"), default=0)
    if pause >= 8:
        return text[:pause]
    while end > 1 and (unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f"):
        end -= 1
    return text[:end]


def _byline(lines: Sequence[_Line]) -> str:
    """Return the names of the bylines above the text, or else of the lines that close it."""
    for foot in (False, True):
        names = [line.names for line in lines if line.names and line.foot is foot]
        if names:
            return _one_line(" | ".join(dict.fromkeys(names)))
    return ""


def _published(lines: Sequence[_Line]) -> date | None:
    """Return the day of publication that is stated best: above the text first, then below it.

    A date labelled as published goes before one without a label, that before one of an update.
    Where the best two differ, or the best can be read in two ways, there is none.
    """
    for foot in (False, True):
        stated = [found for line in lines if line.foot is foot for found in line.dates]
        if stated:
            best = max(rank for rank, _ in stated)
            days = {day for rank, day in stated if rank is best}
            return days.pop() if len(days) == 1 else None
    return None
