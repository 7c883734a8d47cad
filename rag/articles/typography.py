"""How text is set: columns, words, and whether a stretch ends a sentence. Pure functions."""

from __future__ import annotations

import re
import unicodedata

# White space, characters of no width, and control characters.
BLANK = "\u200b\u2060\ufeff" + "".join(
    chr(c) for c in range(0x3001) if chr(c).isspace() or c < 0x20 or 0x7F <= c < 0xA0
)
CLOSERS = "\"'”’»›)]）」』】》*_" + BLANK
STOPS = ".。．।॥۔։።"
_MARKS = "!?…！？؟‽"
INITIALS = re.compile(r"(?:\b[^\W\d_]\.){2,}$|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|vs|No|St|Dr|Mrs?)\.$")


def ends_with_stop(text: str) -> bool:
    """Whether the text ends in a full stop that is no abbreviation's."""
    bare = text.rstrip(CLOSERS)
    if not bare or bare[-1] not in STOPS:
        return False
    return bare.endswith("...") or not (len(bare) < 100 and INITIALS.search(bare))


def ends_sentence(text: str) -> bool:
    """Whether the text ends in a full stop, a question mark, an exclamation mark or an ellipsis."""
    bare = text.rstrip(CLOSERS)
    return bool(bare) and (bare[-1] in _MARKS or ends_with_stop(text))


def width(text: str) -> int:
    """Return the columns of the text: wide characters take two. Long text counts its length."""
    if text.isascii() or len(text) > 400:
        return len(text)
    return sum(map(_COLUMNS.__getitem__, text))


class _Columns(dict[str, int]):
    """The columns that a character takes, looked up once."""

    def __missing__(self, char: str) -> int:
        wide = unicodedata.east_asian_width(char) in "WF"
        return self.setdefault(char, 0 if unicodedata.combining(char) else 1 + wide)


_COLUMNS = _Columns()


def word_count(text: str) -> int:
    """Return the number of words; two wide characters count as one."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text[:400])
    return len(text.split()) + wide // 2
