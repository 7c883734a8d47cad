"""What stands twice in a text: blocks that equal an earlier one, or stand whole within another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rag.articles.lines import Line
from rag.datatypes import BlockKind

_PLAIN_QUOTES = str.maketrans("‘’‚“”„«»", '\'\'\'"""""')
_WORD_START = re.compile(r"(?P<first>(?<![^\W_])[^\W_])|[^\W_\x00-\u2e7f]")
_KEY_CHARS = 12
_REPEAT_WIDTH = 30
_MOST_COMPARED = 30  # times the text's length; more only where lines repeat within each other


def mark_repeats(lines: Sequence[Line]) -> None:
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
    # By their first characters, and by their lengths, the short ones first.
    sought: dict[str, dict[int, dict[str, list[Line]]]] = {}
    for line, body in sorted(zip(lines, bodies, strict=True), key=lambda pair: len(pair[1])):
        if (
            line.kind is BlockKind.PARAGRAPH
            and line.width >= _REPEAT_WIDTH
            and len(body) >= _KEY_CHARS
        ):
            alike = sought.setdefault(body[:_KEY_CHARS], {})
            alike.setdefault(len(body), {}).setdefault(body, []).append(line)
    left = _MOST_COMPARED * sum(map(len, bodies))
    for line, body in zip(lines, bodies, strict=True):
        if line.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
            continue
        for match in _WORD_START.finditer(body):
            at = match.start()
            starting = sought.get(body[at : at + _KEY_CHARS])
            if starting is None or not (match["first"] or _is_wide(match[0])):
                continue
            for length, wanted in starting.items():
                end = at + length
                if end > len(body) or length == len(body):
                    break
                left -= length if wanted else 1
                if left < 0:
                    return
                if wanted and _is_word_end(body, end):
                    for repeat in wanted.pop(body[at:end], ()):
                        repeat.kind = BlockKind.REPEAT


def _is_word_end(text: str, at: int) -> bool:
    return at >= len(text) or not text[at].isalnum() or _is_wide(text[at])


def _is_wide(char: str) -> bool:
    return char > "\u2e7f" and unicodedata.east_asian_width(char) in "WF"


def _comparable(text: str) -> str:
    """Return the text without case, kinds of quotation marks, spacing, and marks at its ends."""
    return " ".join(text.translate(_PLAIN_QUOTES).casefold().split()).strip("\"' .…")
