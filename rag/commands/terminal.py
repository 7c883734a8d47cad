"""An answer as a terminal shows it: in its width, what answers most directly in bold."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.datatypes import Answer

_BOLD = ("\ufdd0", "\ufdd1")  # no characters: no text has them
_FAINT = ("\ufdd2", "\ufdd3")
_STYLES = dict(zip((*_BOLD, *_FAINT), ("\x1b[1m", "\x1b[22m", "\x1b[2m", "\x1b[22m"), strict=True))
# They turn the order of the letters behind them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NARROWEST = 20  # columns: a narrower terminal breaks the lines itself
_WIDEST = 100  # columns: longer lines are hard to read
_MARKER = re.compile(r" (?=\[\d+\])")
_KEPT = "\u00a0"  # a marker stays with the word before it


def printable(text: str) -> str:
    """Return `text` without the control characters that a terminal would obey.

    >>> printable("a\\x1b[31mb\\u202ec")
    'a[31mbc'
    """
    return "".join(
        character
        for character in text
        if character in "\n\t"
        or not (unicodedata.category(character) in ("Cc", "Cs") or character in _TURNING)
    )


def in_terminal(answer: Answer) -> str:
    """Return the answer for the terminal; `click.echo` takes the styles off for a file or a pipe.

    Its lines end at words where stdout is a terminal. What stands beside what answers is faint.
    """
    from rag.statements.sureness import UNSURE, sureness

    told = sureness(answer)
    note = f"{told}." if told == UNSURE else ""
    text = printable(answer.shown(_BOLD, note, beside=_FAINT))
    if sys.stdout.isatty():
        text = wrapped(text, min(shutil.get_terminal_size().columns, _WIDEST))
    plain = bool(os.environ.get("NO_COLOR"))
    for mark, style in _STYLES.items():
        text = text.replace(mark, "" if plain else style)
    return text


def wrapped(text: str, width: int) -> str:
    """Return `text` with lines of at most `width` columns, broken at words.

    A source goes on below its words, behind its number. Lines with letters of other widths (East
    Asian ones) are left to the terminal, and so are all where it is very narrow.

    >>> print(wrapped("The dam held for a week. [1]", 20))
    The dam held for a
    week. [1]
    """
    if width < _NARROWEST:
        return text
    return "\n".join(_broken(line, width) for line in text.split("\n"))


def _broken(line: str, width: int) -> str:
    if len(line) <= width or any(map(_is_wide, line)):
        return line
    number = re.match(r"\s*(?:\[\d+\] )?", line)
    indent = " " * len(number[0] if number else "")
    parts = textwrap.wrap(
        _MARKER.sub(_KEPT, line[len(indent) :]),
        width,
        initial_indent=line[: len(indent)],
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(part.replace(_KEPT + "[", " [") for part in parts)


def _is_wide(character: str) -> bool:
    return character not in _STYLES and unicodedata.east_asian_width(character) in "WF"
