"""A model's reply -> the blocks of it that may state something: paragraphs, list items, rows.

A line that breaks off within a sentence is one with the next. Headings, rules, fences of code, the
heads of tables, and lists of sources, which the markers have told, state nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from rag.prose.markers import leading, only_names, runs, without

_RULE = re.compile(r"[\s|:+=*_-]*")  # an empty line, "---", "|---|:--|"
_FENCE = re.compile(r"\s{0,9}(?:`{3,}|~{3,})\s{0,9}[\w+#.-]{0,30}\s{0,9}")
_DEFINITION = re.compile(
    r"\s{0,3}\[(?:\^[^\]\n]{1,100}\]:|[^\]\n]{1,100}\]:\s{0,3}<?(?:https?:|www\.)).*"
)
_HEADING = re.compile(r"\s*(?:#{1,6}\s|(?P<mark>\*\*|__)(?P<bold>[^*_\n]+)(?P=mark)\s{0,3}:?\s*\Z)")
_BOLD_SENTENCE = re.compile(r"[.!?。！？][\"'”’)\s]*\Z")
_OF_SOURCES = (
    r"(?i)\W{0,9}(?:the\s)?(?:(?:sources?|references?|citations?|footnotes?|bibliography|"
    r"(?:passages?|articles?|documents?)(?=\s(?:cited|used|consulted|referenced)))"
    r"(?:\s(?:cited|used|consulted|referenced))?|(?:cited|used)\s(?:passages?|articles?|sources?)|"
    r"(?:资料|引用)?来源|参考(?:资料|文献|来源)?|引用)[*_\s]{0,9}"
)
_LISTS_SOURCES = re.compile(rf"{_OF_SOURCES}[:：]?[*_\s]{{0,9}}")
_SOURCES_ARE = re.compile(rf"{_OF_SOURCES}[:：][*_\s]{{0,9}}")
_ENDED = re.compile(r"[.!?:;。！？：；][\"'”’)*_\s]*\Z")  # what is no half sentence
_FULL_STOP = re.compile(r"[.。][\"'”’)*_\s]*\Z")
_LIST_MARK = re.compile(r"\s{0,9}(?:[-*+•]\s{1,3}|\d{1,2}[.)]\s{1,3})?[*_]{0,3}")
_MOST_CHARS = 4000  # of a block
_TAIL_CHARS = 400  # of a block, that tell whether it has ended
_BEFORE_MARKER = re.compile(r", (?=[\[【［〔(（<])")


def blocks(text: str, passages: int | None = None) -> Iterator[str]:
    """Yield the blocks of `text`, in order. `passages` is how many there are to cite.

    >>> list(blocks("# Tokens\\nZhipu gives\\nfifty [1].\\n|Baidu|none|\\nSources:\\n[1] A title"))
    ['Zhipu gives\\nfifty [1].', 'Baidu, none']
    """
    lines: list[str] = []
    for line in _lines(text, passages):
        if lines and line and _goes_on(lines, line, passages):
            lines.append(line)
        else:
            yield from _parts("\n".join(lines), passages)
            lines = [line] if line else []
    yield from _parts("\n".join(lines), passages)


def names_sources(text: str, passages: int | None = None) -> bool:
    """Return whether a text only names sources.

    >>> names_sources("Sources: [1], [2]"), names_sources("Source: Passage 1")
    (True, True)
    >>> names_sources("Source: Lake Victoria [1].")
    False
    """
    led = _SOURCES_ARE.match(text)
    if led is None:
        return False
    rest = text[led.end() :].strip()
    return leading(rest, passages) is not None or only_names(rest)


def is_entry(block: str, passages: int | None = None) -> bool:
    """Return whether a block is such as a list of sources has: a marker, then a title.

    >>> is_entry("- [1] Free tokens for all"), is_entry("[1] Zhipu gives free tokens.")
    (True, False)
    """
    mark = _LIST_MARK.match(block)
    entry = block[mark.end() :] if mark else block
    marker = leading(entry, passages)
    if marker is None or len(marker.numbers) > 1:
        return False
    title = entry[marker.end :]
    return any(map(str.isalpha, title)) and not _FULL_STOP.search(title[-_TAIL_CHARS:])


def _lines(text: str, passages: int | None) -> Iterator[str]:
    """Yield the lines that may state something, up to a list of sources; "" between blocks."""
    lines = text.splitlines()
    in_table = False
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        if _LISTS_SOURCES.fullmatch(line):
            return
        in_table = "|" in line and (in_table or _is_bar(line))
        if _states_nothing(line, passages) or ("|" in line and _is_bar(below)):
            yield ""
        elif in_table or (line.lstrip().startswith("|") and line.rstrip().endswith("|")):
            yield from ("", _row(line), "")
        else:
            yield line


def _is_bar(line: str) -> bool:
    """Return whether a line stands between the head of a table and its rows."""
    return "|" in line and _RULE.fullmatch(line) is not None


def _states_nothing(line: str, passages: int | None) -> bool:
    shapes = (_RULE, _FENCE, _DEFINITION)
    return any(shape.fullmatch(line) for shape in shapes) or names_sources(line, passages)


def _row(line: str) -> str:
    """Return the cells of a row of a table with commas between them, but for one of markers."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return _BEFORE_MARKER.sub(" ", ", ".join(filter(None, cells)))


def _goes_on(before: list[str], line: str, passages: int | None) -> bool:
    """Return whether a line goes on with those `before` it: in small letters, or with markers."""
    if before[0].lstrip().startswith("#"):
        return False
    marker = leading(line, passages)
    rest = line[marker.end :].strip(" \t*_") if marker else line
    if marker and not any(map(str.isalnum, rest)):
        return True
    if not (rest[:1].islower() or (marker and not rest[:1].isalnum())):
        return False
    tail = "\n".join(before[-2:])[-_TAIL_CHARS:]
    return not _ENDED.search(without(tail, runs(tail, passages)))


def _parts(block: str, passages: int | None) -> Iterator[str]:
    """Yield a block in parts that are not too long, behind sentences; nothing of a heading."""
    if not block or _is_heading(block, passages):
        return
    start = 0
    while len(block) - start > _MOST_CHARS:
        most = start + _MOST_CHARS
        end = block.rfind(". ", start, most) + 1 or block.rfind(" ", start, most) + 1 or most
        yield block[start:end]
        start = end
    yield block[start:]


def _is_heading(block: str, passages: int | None) -> bool:
    """Return whether a block is a heading that cites nothing; a bold sentence is none."""
    heading = _HEADING.match(block)
    if heading is None or runs(block, passages):
        return False
    return not _BOLD_SENTENCE.search(heading["bold"] or "")
