"""The citations in what a model writes: where they stand, and the numbers that they name.

    "It grew [1]-[3] (see passage 5)." -> "It grew." and (1, 2, 3), (5,)

Models were taught many forms. In square brackets of any kind a number is a marker where it names a
passage, where it is one number of at most two digits, or where a clause ends; elsewhere the text
means it: "[2023] was our best year". In round brackets, "(1)", and raised, "¹", a number is a
marker only where it names a passage; in round ones a clause must end there, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

# White space is bounded everywhere, so that a long run of it is not read again and again.
_S = r"\s{0,3}"
_DASH = r"[-–—−~〜]"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
KIND = (
    r"(?:passages?|sources?|documents?|docs?\.?|articles?|excerpts?|references?|refs?\.?|"
    r"citations?|来源|段落|文章|资料|文档|参考|引用|出处)"
)
_NTH = rf"(?:(?:numbers?|nos?\.?|nr\.?|\#|№|\^|第){_S})"
_ITEM = rf"(?:{KIND}{_S}[:：]?{_S}){{0,2}}{_NTH}?-?\d{{1,9}}[段篇条]?"  # "source: passage no. 3"
_JOIN = rf"(?:[,，、;；&/]{_S}(?:(?:and|or)\b)?|(?:and|or|to)\b|[和及与]|{_DASH})"
_LIST = rf"{_ITEM}(?:{_S}{_JOIN}{_S}{_ITEM})*"
_THOUSANDS = r"(?!\d{1,3}(?:,\d{3})+\D)"  # [6,650] is a number
_TAIL = r"(?::\d{1,4})?(?:†[^\]】\n]{0,80})?"  # of [2†L3-L9] and 【2:0†source】
_TITLED = rf"{KIND}{_S}[:：]?{_S}{_NTH}?\d{{1,9}}"  # "Article 1", before ': "its title"'
_TITLE = rf"{_S}[:：,，–—-]{_S}[^\[\]【】［］〔〕\n]{{1,200}}"
_OPEN, _CLOSE = r"\\?(?:\[{1,2}|[【［〔])", r"\\?(?:\]{1,2}|[】］〕])"
_TARGET = r"(?:\((?:[^()\s/#]{0,300}[/#][^()\s]{0,300}(?:\s\"[^\"\n]{0,200}\")?)?\))"  # of a link
_SEE = r"(?:see(?:\s{1,3}also)?|cf\.?|参见|详见|见|from|per|via|in)(?!\w)\s{0,3}[:：]?\s{0,3}"
_MARKER = re.compile(
    rf"(?i){_OPEN}{_S}{_THOUSANDS}"
    rf"(?:(?P<listed>{_LIST}){_S}{_TAIL}|(?P<titled>{_TITLED}){_TITLE}){_S}{_CLOSE}{_TARGET}?"
    rf"|\\?[(（]{_S}(?P<see>{_SEE})?(?P<round>{_LIST}){_S}\\?[)）]"
    rf"|(?P<raised>[{_RAISED}]{{1,9}}(?:{_S}[,，]{_S}[{_RAISED}]{{1,9}})*)"
    rf"|<sup>{_S}(?P<sup>{_LIST}){_S}</sup>"
)
_BETWEEN = re.compile(rf"(?i){_S}(?:{_JOIN}{_S})?")
_CLAUSE_END = re.compile(r"[*_\"”’»)\]]{0,4}\s{0,3}(?:[.,;:!?|…。，；：！？、]|\Z|\n)")
_LISTING = re.compile(rf"(?i){_LIST}[.。]?")
_OF_A_KIND = re.compile(rf"(?i){KIND}")
_ARTICLE = re.compile("(?i)article")  # it may be one of a treaty
_FROM = re.compile("(?i)from|per|via|in")  # "(from 3)" is no marker, "(from passage 3)" is one
_UNIT = re.compile(r"(?:^|[\W\d_])[a-zA-Zµμ]{1,2}$|[\d⁻⁺^]$")  # km², 10⁶, s⁻¹
_TOKEN = re.compile(
    rf"(?i)(?P<number>\d{{1,9}})|(?P<dash>{_DASH}|\bto\b)|[,，、;；&/和及与]|\b(?:and|or)\b"
)
_MOST_RANGE = 20  # numbers that [1-9] may stand for
_LEAST_NAMED = 9  # a list with one of them is a marker, however few passages there are

# What encloses a marker, or leads to it: "(see [1])", ", as stated in source [1]".
_AS = r"(?:as\s{1,3}\w{2,12}\s{1,3}(?:in|by)\s{1,3})"
_ENCLOSED = re.compile(rf"(?i)\\?[(（]{_S}(?:{_SEE}|{_AS})?(?:{KIND}{_S}[:：]?{_S})?\Z")
_ENCLOSED_END = re.compile(rf"{_S}\\?[)）]")
_LED_TO = re.compile(
    r"(?i)(?P<comma>[,，]?\s{0,3})(?<!\w)"
    rf"(?:according\s{{1,3}}to\s{{1,3}}|based\s{{1,3}}on\s{{1,3}}|{_AS}|根?据{_S})"
    rf"(?:the\s{{1,3}})?(?:{KIND}{_S})?\Z"
)
_COMMA = re.compile(rf"{_S}[,，]")
_STOPS = ("", *".!?。！？")  # what a sentence begins behind
_LEAD_CHARS = 60  # before a marker, where what leads to it is looked for

_BEGINS = re.compile(rf"\s*[\\\[【［〔(（<{_RAISED}]")
_HEAD_CHARS = 400  # of a text that may begin with markers

_GAP = "\x00"
_SECOND_STOP = re.compile(rf"([.!?。！？])\s*{_GAP}\s*[.。]")


@dataclass(frozen=True, slots=True)
class MarkerRun:
    """Markers that follow each other, with what joins and encloses them, and their numbers."""

    start: int
    end: int
    numbers: tuple[int, ...]


def runs(text: str, passages: int | None = None) -> list[MarkerRun]:
    """Return the runs of markers in `text`, in order. `passages` is how many there are to name.

    >>> runs("It grew (see [1]-[3]).")
    [MarkerRun(start=8, end=21, numbers=(1, 2, 3))]
    >>> runs("[2023] was a good year (2). Or (4).", passages=3)
    [MarkerRun(start=23, end=26, numbers=(2,))]
    """
    found: list[re.Match[str]] = []
    for match in reversed(list(_MARKER.finditer(text))):
        goes_on = found and _BETWEEN.fullmatch(text, match.end(), found[-1].start())
        ends_clause = bool(goes_on or _CLAUSE_END.match(text, match.end()))
        if _is_marker(match, passages or 0, ends_clause=ends_clause):
            found.append(match)
    return [_run(text, together) for together in _together(text, found[::-1])]


def leading(text: str, passages: int | None = None) -> MarkerRun | None:
    """Return the run of markers that `text` begins with, or None.

    >>> leading("[1] and [2] say so."), leading("It grew [1].")
    (MarkerRun(start=0, end=11, numbers=(1, 2)), None)
    """
    if not _BEGINS.match(text):
        return None
    first = next(iter(runs(text[:_HEAD_CHARS], passages)), None)
    return None if first is None or text[: first.start].strip() else first


def without(text: str, found: Iterable[MarkerRun]) -> str:
    """Return `text` without its markers; of two stops with a marker between them one is left.

    >>> without("It grew. [1]. It fell.", runs("It grew. [1]. It fell."))
    'It grew. It fell.'
    """
    gaps = _replaced(text, found, lambda _: _GAP)
    return _SECOND_STOP.sub(r"\1", gaps).replace(_GAP, "")


def masked(text: str, found: Iterable[MarkerRun]) -> str:
    """Return `text`, as long as before, with markers that hold no stop.

    >>> masked("It grew [no. 1].", runs("It grew [no. 1]."))
    'It grew [00000].'
    """
    return _replaced(text, found, lambda run: _mask(text[run.start : run.end]))


def only_names(text: str) -> bool:
    """Return whether a text is nothing but numbers of passages, in no brackets.

    >>> only_names("Passage 1, passage 3."), only_names("Passage 1 says so.")
    (True, False)
    """
    return _LISTING.fullmatch(text) is not None


def _is_marker(match: re.Match[str], passages: int, *, ends_clause: bool) -> bool:
    """Return whether a number in brackets, or a raised one, is meant to name a passage."""
    listing = _listing(match)
    numbers = tuple(_numbers(listing))
    of_a_kind = _OF_A_KIND.match(listing) is not None
    small = all(number < 100 for number in numbers)
    if match["titled"]:
        return True
    if match["listed"]:
        most = max(passages, _LEAST_NAMED)
        names_one = any(1 <= number <= most for number in numbers)
        return of_a_kind or names_one or ends_clause or (small and len(numbers) < 2)
    if match["round"] and of_a_kind and small and not _ARTICLE.match(listing):
        return True
    if not numbers or not all(1 <= number <= passages for number in numbers):
        return False
    if match["round"]:
        is_from = _FROM.match(match["see"] or "") and not of_a_kind
        return ends_clause and not is_from and not re.search(_DASH, listing)
    before = match.string[max(0, match.start() - 3) : match.start()]
    return not _UNIT.search(before) or (listing == "1" and before[-1] not in "⁻⁺^")


def _listing(match: re.Match[str]) -> str:
    """Return the numbers of a marker, and the words among them."""
    raised = (match["raised"] or "").translate(str.maketrans(_RAISED, "0123456789"))
    return match["listed"] or match["titled"] or match["round"] or match["sup"] or raised


def _numbers(listing: str) -> Iterator[int]:
    """Yield the numbers of a list, with those within its ranges; a negative one is none.

    >>> list(_numbers("1, passages 4–6 and -2"))
    [1, 4, 5, 6]
    """
    low: int | None = None
    dashes = 0
    for token in _TOKEN.finditer(listing):
        if token["dash"]:
            dashes += 1
        elif not token["number"]:
            low, dashes = None, 0
        else:
            number = int(token["number"])
            if dashes == 1 and low is not None and 0 <= number - low < _MOST_RANGE:
                yield from range(low + 1, number)
            if not dashes or (dashes == 1 and low is not None):
                yield number
            low, dashes = number, 0


def _together(text: str, found: Iterable[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Return the markers, those with no more than an "and" or a comma between them together."""
    groups: list[list[re.Match[str]]] = []
    for match in found:
        if groups and _BETWEEN.fullmatch(text, groups[-1][-1].end(), match.start()):
            groups[-1].append(match)
        else:
            groups.append([match])
    return groups


def _run(text: str, markers: list[re.Match[str]]) -> MarkerRun:
    listing, at = "", markers[0].start()
    for match in markers:
        listing += f" {text[at : match.start()].strip() or ','} {_listing(match)}"
        at = match.end()
    start, end = _with_lead(text, markers[0].start(), at)
    return MarkerRun(start, end, tuple(dict.fromkeys(_numbers(listing.removeprefix(" , ")))))


def _with_lead(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where markers start and end with what encloses them or leads to them."""
    before = text[max(0, start - _LEAD_CHARS) : start]
    opens, closes = _ENCLOSED.search(before), _ENCLOSED_END.match(text, end)
    if opens and closes:
        return start - len(before) + opens.start(), closes.end()
    if leads := _LED_TO.search(before):
        begins = before[: leads.start()].rstrip()[-1:] in _STOPS
        comma = _COMMA.match(text, end)
        if comma and (begins or leads["comma"].strip()):
            end = comma.end()
        start += (leads.end("comma") if begins else leads.start()) - len(before)
    return start, end


def _replaced(text: str, found: Iterable[MarkerRun], by: Callable[[MarkerRun], str]) -> str:
    parts, at = [], 0
    for run in found:
        parts += [text[at : run.start], by(run)]
        at = run.end
    return "".join([*parts, text[at:]])


def _mask(written: str) -> str:
    length = len(written)
    if written[0].isalpha():
        return "X" * length  # "According to [1]," begins a sentence
    # A raised number is like a closing quote, which belongs to the sentence before it.
    return f"[{'0' * (length - 2)}]" if length > 2 else "”" * length
