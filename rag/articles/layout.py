"""A text to its layout: the title, the byline, the date it states, and what each block is.

Pure functions over strings, with rules that hold for any article and never guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.articles.captions import mark_captions, mark_foot, mark_sign_off
from rag.articles.credit_line import read_credit_line, reviewed_in
from rag.articles.dateline import (
    Rank,
    are_minutes,
    are_names_of_people,
    bare_line,
    best_day,
    dates_beside,
    is_person_of_a_paper,
    is_short_name,
    label_rank,
    read_byline,
    read_dateline,
)
from rag.articles.lines import Line, Mark, front_matter, read_lines, trim, unwrapped
from rag.articles.repeats import mark_repeats
from rag.articles.slots import is_day, programme_lines
from rag.articles.typography import (
    BLANK,
    CLOSERS,
    STOPS,
    ends_sentence,
    ends_with_stop,
    width,
    word_count,
)
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
    front, begin = front_matter(text)
    lines = unwrapped(read_lines(text, begin), text)
    mark_captions(lines)
    _mark_programme(lines)
    _mark_head(lines)
    _part_off_details(lines)
    mark_foot(lines)
    mark_sign_off(lines)
    if not any(line.kind is BlockKind.TITLE for line in front):
        _mark_title(lines)
    _mark_subtitle(lines)
    _mark_shapes(lines)
    every = [*front, *lines]
    mark_repeats(every)
    return Layout(
        title=_title(every),
        byline=_byline(every),
        published=_published(every),
        blocks=tuple(
            Block(line.start, line.end, line.kind or _PARAGRAPH, line.level) for line in every
        ),
    )


_PARAGRAPH = BlockKind.PARAGRAPH

_HEAD_LINES = 12


def _mark_head(lines: list[Line]) -> None:
    """Mark the bylines and date lines above the second paragraph of running text."""
    if len(lines) < 2:
        return
    head: list[int] = []
    prose = 0
    for i, line in enumerate(lines[:_HEAD_LINES]):
        credit = read_credit_line(line.text) if i and not prose else None
        if line.kind is BlockKind.CAPTION and credit and credit.authors:
            line.kind = None  # "Words: Ana Ruiz; Photographs: Bo Li"
        if line.mark in (Mark.PLAIN, Mark.BOLD, Mark.QUOTE, Mark.ITEM) and line.kind is None:
            joined = i > 0 and (not line.gap or lines[i - 1].kind is BlockKind.BYLINE)
            found = (credit.byline, credit.dates) if credit else None
            found = found or read_byline(bare_line(line.text), first=not i, joined=joined)
            if found is not None and not (line.mark is Mark.ITEM and not found[1]):
                line.names, line.dates = found
                line.kind = BlockKind.BYLINE
                head.append(i)
                line.details = credit.details if credit else ""
            elif i and line.plain and is_person_of_a_paper(line.text):
                line.names, line.kind = line.text, BlockKind.BYLINE
            elif i and line.plain and not prose and are_names_of_people(bare_line(line.text)):
                line.names, line.kind = bare_line(line.text), BlockKind.BYLINE
                _mark_affiliation(lines, i)
            elif i and not line.prose:
                of_minutes = any(are_minutes(above.text) for above in lines[: i + 1])
                line.dates = dates_beside(line.text, of_minutes=of_minutes)
        if line.prose and not prose and (filed := read_dateline(line.text)):
            line.names, line.dates = filed
        elif line.prose and not prose and i and (review := reviewed_in(line.text)):
            line.names, line.dates = review.byline, review.dates
        prose += line.prose and not _is_standfirst(lines, i)
        if prose == 2:
            break
    for i in [i - 1 for i in head if i > 1 and not lines[i].dates and lines[i - 1].plain]:
        # Above an author's line as well.
        if (found := read_byline(lines[i].text, first=False, joined=True)) and found[1]:
            (lines[i].names, lines[i].dates), lines[i].kind = found, BlockKind.BYLINE
            head.append(i)
    if _is_diary(lines, head):
        for i in head:
            if _is_bare_date(lines[i]) and i + 1 < len(lines) and lines[i + 1].kind is None:
                lines[i].dates, lines[i].kind = (), BlockKind.HEADING
    for i in head:
        rank = label_rank(lines[i - 1].text) if i and lines[i - 1].plain else None
        if rank is not None and _is_bare_date(lines[i]):
            lines[i - 1].kind = BlockKind.BYLINE
            lines[i].dates = tuple((rank, day) for _, day in lines[i].dates)
    for above, line, below in zip(lines, lines[1:], lines[2:], strict=False):
        dated = below.kind is BlockKind.BYLINE and below.dates and not below.names
        if dated and line.plain and above.kind is not BlockKind.BYLINE and is_short_name(line.text):
            line.kind, line.names = BlockKind.BYLINE, line.text
    for above, line, below in zip(lines[:_HEAD_LINES], lines[1:], lines[2:], strict=False):
        # What stands in one block with the date and is a name: the author's, or the outlet's.
        ends = below.gap or below.kind is BlockKind.BYLINE or is_short_name(below.text)
        name = bare_line(line.text)
        near = not line.gap or name != line.text  # or set off in the same way
        joined = above.kind is BlockKind.BYLINE and near and ends
        if joined and line.plain and is_short_name(name):
            line.kind, line.names = BlockKind.BYLINE, name


def _is_standfirst(lines: Sequence[Line], at: int) -> bool:
    """Return whether a line of prose stands below the headline all in emphasis, as if led in."""
    return at == 1 and bare_line(lines[at].text) != lines[at].text


def _part_off_details(lines: list[Line]) -> None:
    """Let the end of a byline that tells of a thing ("Price: £9") be a line of the text below."""
    for at, line in reversed(list(enumerate(lines[:_HEAD_LINES]))):
        start = line.text.rfind(line.details)
        if line.details and start > 0 and len(line.text) == line.end - line.start:
            begin = line.start + start
            told = Line(begin, begin + len(line.details), line.details, gap=True)
            told.width, told.kind = width(told.text), BlockKind.PARAGRAPH
            trim(line, 0, len(line.text[:start].rstrip(BLANK + "|｜·•–—-;.,")))
            lines.insert(at + 1, told)


def _mark_affiliation(lines: Sequence[Line], at: int) -> None:
    """Mark the line in one block with the authors of a paper: where they work."""
    below = lines[at + 1 : at + 3]
    alone = len(below) > 1 and not below[0].gap and below[1].gap
    if alone and below[0].plain and not below[0].prose:
        below[0].kind = BlockKind.SUBTITLE


def _is_bare_date(line: Line) -> bool:
    """Whether the line is a date and nothing else, without a label."""
    return bool(line.dates) and not line.names and all(r is Rank.BARE for r, _ in line.dates)


def _is_diary(lines: Sequence[Line], head: Sequence[int]) -> bool:
    """Whether dates stand over sections of the text, so that none is the text's own."""
    first = next((i for i in sorted(head) if _is_bare_date(lines[i])), None)
    prose = False
    for line in lines[first + 1 : -1] if first is not None else ():
        dated = line.kind is BlockKind.BYLINE and _is_bare_date(line)
        if line.kind is None and line.width <= 60:
            names, dates = read_byline(line.text, first=False) or ("", ())
            dated = bool(dates) and not names and all(rank is Rank.BARE for rank, _ in dates)
        if dated and prose:
            return True
        prose |= line.prose
    return False


# --- programmes and plans -------------------------------------------------------------------------


def _mark_programme(lines: Sequence[Line]) -> None:
    """Mark lines that begin with a time, a date or a week as items, the days above as headings."""
    plain = [line.text if line.plain else "" for line in lines]
    found = programme_lines(plain)
    for i in found:
        lines[i].kind = BlockKind.ITEM
        above = lines[i - 1] if i else None
        if above is not None and above.plain and is_day(above.text):
            above.kind = BlockKind.HEADING


# --- title, subtitle and headings -----------------------------------------------------------------

_TITLE_LABEL = re.compile(
    r"(?:title|headline|titel|titre|título|titolo|标题|標題|題名)\s*[:：]\s*", re.I
)
# What a paper prints over a headline.
_KICKER = re.compile(
    r"(?:comment(?:ary)?|opinion|analysis|editorial|feature|interview|exclusive|news|sports?|review|"
    r"business|politics|world|culture|breaking(?:\s+news)?|explainer|viewpoint|column|obituary|"
    r"special\s+report|letters?(?:\s+to\s+the\s+editor)?|kommentar|meinung|leitartikel|opinión|"
    r"tribune|éditorial|评论|社评|观点|社説)\s*:?",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[^\s:：][^:：]{0,30}[:：]\s*\S")
_NUMBER_VALUE = re.compile(r"[^\d:：]{1,30}[:：]\s*\D{0,3}\d")
_TAIL_OF_PHRASE = ",，、;；:：—–-"
_INNER_STOP = re.compile(r"[.!?。！？]\s+\S")


def _mark_title(lines: list[Line]) -> None:
    """Mark the headline, where the text has one."""
    at = next((i for i, line in enumerate(lines) if line.kind is None), None)
    if at is None or at >= _HEAD_LINES:
        return
    line = lines[at]
    below = lines[at + 1] if at + 1 < len(lines) else None
    kicks = line.plain and _KICKER.fullmatch(line.text) is not None
    if kicks and below and below.plain and _is_headline(lines, at + 1):
        line.kind, below.kind = BlockKind.SUBTITLE, BlockKind.TITLE
        return
    if below and below.mark is Mark.HEADING and line.plain and not ends_with_stop(line.text):
        line.kind, below.kind = BlockKind.SUBTITLE, BlockKind.TITLE
    elif line.mark is Mark.HEADING:
        line.kind = BlockKind.TITLE
    elif below and (label := _TITLE_LABEL.match(line.text)) and label.end() < len(line.text):
        line.kind = BlockKind.TITLE
        trim(line, label.end(), len(line.text))
    elif line.mark in (Mark.PLAIN, Mark.BOLD) and _is_headline(lines, at):
        line.kind = BlockKind.TITLE


def _is_headline(lines: Sequence[Line], at: int) -> bool:
    line = lines[at]
    rest = lines[at + 1 :]
    if not rest or line.width > 170 or word_count(line.text) > 28:
        return False
    if ends_with_stop(line.text) or line.text[-1] in _TAIL_OF_PHRASE:
        return False
    if (
        _PAIR.match(line.text)
        and not rest[0].gap
        and rest[0].plain
        and rest[0].width <= 170
        and _PAIR.match(rest[0].text)
    ):
        return False
    if rest[0].gap and not all(other.gap for other in rest) and line.width < 100:
        return True
    for other in rest[:3]:
        if not other.plain or other.prose:
            return not (other.prose and not other.gap and other.text[0].islower())
        if other.text[-1] in _TAIL_OF_PHRASE or other.text[0].islower():
            return False
    return False


def _punctuated(lines: Sequence[Line]) -> bool:
    """Whether the text ends its sentences with marks, so that a line without one stands out."""
    plain = [line for line in lines if line.plain]
    prose = sum(line.width for line in plain if line.prose)
    return 0 < sum(line.width for line in plain) <= prose / 0.6


def _mark_subtitle(lines: list[Line]) -> None:
    """Mark the lines between the headline and the text that are no sentences."""
    at = next((i for i, line in enumerate(lines) if line.kind is BlockKind.TITLE), None)
    if at is None or not _punctuated(lines):
        return
    for i in range(at + 1, min(at + 3, len(lines) - 1)):
        line, below = lines[i], lines[i + 1]
        if not line.plain or line.width > 250 or ends_sentence(line.text):
            return
        if line.text[-1] in _TAIL_OF_PHRASE:
            return
        leads = below.prose and (line.gap or not below.gap) and below.width >= 1.3 * line.width
        if below.kind is BlockKind.BYLINE or (leads and word_count(line.text) >= 5):
            line.kind = BlockKind.SUBTITLE


def _mark_shapes(lines: list[Line]) -> None:
    """Mark what is left by its markup, and headings without markup by their shape."""
    punctuated = _punctuated(lines)
    runs = _runs([punctuated and _short(lines, i) for i in range(len(lines))])
    headings = [
        runs[i] in (1, 2) and _heads(lines, i, runs) if line.plain else False
        for i, line in enumerate(lines)
    ]
    capitals = _in_capitals(lines, headings)
    sections = _numbered_sections(lines)
    for i, line in enumerate(lines):
        if line.kind is not None:
            continue
        if headings[i] or i in capitals or line.mark is Mark.HEADING:
            line.kind = BlockKind.HEADING
        elif line.mark is Mark.BOLD:
            over = i + 1 < len(lines) and not ends_with_stop(line.text) and line.width <= 100
            line.kind = BlockKind.HEADING if over else _PARAGRAPH
        elif line.mark is Mark.NUMBER:
            line.kind = BlockKind.HEADING if i in sections else BlockKind.ITEM
        elif line.mark in (Mark.ITEM, Mark.TABLE):
            line.kind = BlockKind.ITEM
        else:
            line.kind = _PARAGRAPH


def _short(lines: Sequence[Line], i: int) -> bool:
    """Whether the line has the shape of a heading: few words and no end of a sentence."""
    line, text = lines[i], lines[i].text
    if not line.plain or i + 1 == len(lines) or line.width > 100 or word_count(text) > 16:
        return False
    if text.rstrip(CLOSERS)[-1:] in ("?", "？", "؟"):
        return not _INNER_STOP.search(text) and text[0] not in '"“”‘«「-—–'
    if ends_sentence(text) or text[0].islower() or text[-1] in ",，、;；—–-":
        return False
    if text[-1] in ":：":
        return word_count(text) <= 4 and lines[i + 1].text[0] not in '"“‘«「„'
    return not _NUMBER_VALUE.match(text) or text.split()[0].lower() in _PARTS


_LEAST_ALIKE = 2  # headings that make others of their shape headings
_PARTS = {"step", "part", "chapter", "section", "day", "week", "phase", "lesson", "appendix"}


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


def _heads(lines: Sequence[Line], i: int, runs: Sequence[int]) -> bool:
    """Whether the short line at `i` opens what stands below it."""
    line = lines[i]
    above = lines[i - 1] if i else None
    if above and not line.gap and above.plain and not runs[i - 1] and not ends_sentence(above.text):
        return False
    if i and runs[i - 1] and _PAIR.match(line.text) and _PAIR.match(lines[i - 1].text):
        return False
    j = i + 1
    while j < len(lines) and (runs[j] or lines[j].kind is BlockKind.CAPTION):
        j += 1
    if j == len(lines):
        return False
    is_item = lines[j].kind is BlockKind.ITEM
    if is_item or lines[j].mark in (Mark.ITEM, Mark.NUMBER, Mark.TABLE, Mark.CODE):
        return True
    if not lines[j].prose:
        return False
    body = 0
    for other in lines[j : j + 3]:
        if not other.prose:
            break
        body += other.width
    return lines[j].width >= 25 and body >= max(30, 1.3 * line.width)


def _in_capitals(lines: Sequence[Line], headings: Sequence[bool]) -> set[int]:
    """Return where lines in capitals stand alone, in a text whose headings are in capitals."""
    known = sum(found and line.text.isupper() for found, line in zip(headings, lines, strict=True))
    if known < _LEAST_ALIKE:
        return set()
    return {
        i
        for i, line in enumerate(lines)
        if line.gap and line.text.isupper() and 3 <= line.width <= 50 and _short(lines, i)
    }


def _numbered_sections(lines: Sequence[Line]) -> set[int]:
    """Return where numbered lines are the headings of sections.

    One stands alone above running text; where one does so, the others that stand alone between
    blank lines are such, too, whatever is below them.
    """
    alone = [i for i, line in enumerate(lines) if line.mark is Mark.NUMBER and _alone(lines, i)]
    sure = {i for i in alone if _above_prose(lines, i)}
    apart = {i for i in alone if lines[i].gap and lines[i + 1].mark is not Mark.NUMBER}
    return sure | (apart if sure and len(sure | apart) >= _LEAST_ALIKE else set())


def _alone(lines: Sequence[Line], i: int) -> bool:
    """Whether a numbered line has the shape of a heading and follows no other one."""
    line = lines[i]
    shaped = line.width <= 80 and not ends_sentence(line.text) and not line.text[0].islower()
    return shaped and i + 1 < len(lines) and (not i or lines[i - 1].mark is not Mark.NUMBER)


def _above_prose(lines: Sequence[Line], i: int) -> bool:
    return lines[i + 1].prose and lines[i + 1].width >= max(60, 1.3 * lines[i].width)


# --- what the layout states -----------------------------------------------------------------------

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_INLINE = re.compile(r"\*\*|__|`|!?\[([^\]]{0,200})\]\((?:[^()]|\([^()]{0,1000}\)){0,1000}\)")
_OPENING_WORDS = 10
_OPENING_WIDTH = 70


def _title(lines: Sequence[Line]) -> str:
    """Return the headline, or the opening words of the first block that is text."""
    for line in lines:
        if line.kind is BlockKind.TITLE:
            text = line.text if line.mark is Mark.PLAIN else _INLINE.sub(r"\1", line.text)
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
    words = text[:1000].split()[:_OPENING_WORDS]
    while len(words) > 1 and width(" ".join(words)) > _OPENING_WIDTH:
        words.pop()
    opening = " ".join(words)
    if width(opening) > _OPENING_WIDTH:
        opening = _cut(opening)
    return (opening.rstrip(_TAIL_OF_PHRASE + STOPS + "… ") or opening) + "…" if opening else ""


def _cut(text: str) -> str:
    """Return the start of text without spaces: to its first pause, or about twenty wide letters."""
    end = next(i for i in range(len(text), 0, -1) if width(text[:i][:400]) <= 40 and i <= 40)
    pause = max((i for i, char in enumerate(text[:end]) if char in "，。、；！？,;"), default=0)
    if pause >= 8:
        return text[:pause]
    while end > 1 and (unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f"):
        end -= 1
    return text[:end]


def _byline(lines: Sequence[Line]) -> str:
    """Return the names of the bylines above the text, or else of the lines that close it."""
    for foot in (False, True):
        names = [line.names for line in lines if line.names and line.foot is foot]
        if names:
            return _one_line(" | ".join(dict.fromkeys(names)))
    return ""


def _published(lines: Sequence[Line]) -> date | None:
    """Return the day of publication that is stated best: above the text first, then below it.

    A date labelled as published goes before one without a label, that before one of an update.
    Where the best two differ, or the best can be read in two ways, there is none.
    """
    for foot in (False, True):
        stated = [found for line in lines if line.foot is foot for found in line.dates]
        if stated:
            return best_day(stated)
    return None
