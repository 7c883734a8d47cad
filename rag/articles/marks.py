"""Markdown as it is meant to be read: without its marks. Pure functions.

What is cited stays as the article has it; this is for what is stated of it, and shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

_SUFFIX = ".md"

Span = tuple[int, int]
Style = Literal["strong", "em", "del", "code"]

_LINK = re.compile(
    r"(?P<open>!?\[)(?P<shown>[^\[\]\n]*)"
    r"(?P<close>\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\))"
)
_CODE = re.compile(r"(?<!`)(?P<open>`+)(?P<shown>[^`]+)(?P<close>(?P=open))")
_EMPHASIS = re.compile(
    r"(?<![\w\\])(?P<open>\*{1,3}|_{1,3}|~~)(?=\S)(?P<shown>[^\n]{0,1000}?\S)(?P<close>(?P=open))(?!\w)"
)
# Of a pair whose other half stands in another sentence.
_HALF = re.compile(r"(?<![\w\\*])\*\*(?=\w)|(?<=[\w.,;:!?)\"'”’])\*\*(?![\w*])")
# The same of a single one, which only the beginning or the end of a sentence tells to be one.
_LONE = re.compile(r"\A\*(?=[^\s*][^*]*\Z)|(?<=[^\s*])\*\Z")
_LEAD = re.compile(r"(?m)^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?|\|[ \t]*)+")
_TAIL = re.compile(r"(?m)(?<=\S)(?:[ \t]*\||[ \t]+#+)[ \t]*$")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_DEEP = 4  # marks within marks within marks


def without_marks(text: str, part: Span | None = None) -> tuple[str, Span | None]:
    """Return Markdown without its marks, and where `part` of it stands then.

    Of a link the words that are shown are kept, of an image its description. A part of which only
    marks are left is None.

    >>> without_marks("Use **50 million** [tokens](a.html).", (6, 16))
    ('Use 50 million tokens.', (4, 14))
    """
    gone = [False] * len(text)
    for start, end in _marks(text):
        gone[start:end] = [True] * (end - start)
    kept = "".join(char for char, out in zip(text, gone, strict=True) if not out)
    if part is None:
        return kept, None
    low, high = (at - sum(gone[:at]) for at in part)
    return kept, (low, high) if low < high else None


def is_markdown(source: str) -> bool:
    """Return whether a file is written with the marks of Markdown, by its name."""
    return source.lower().endswith(_SUFFIX)


def marks_in(line: str) -> list[Span]:
    """Return where the marks of a line of Markdown stand."""
    return sorted(set(_marks(line)))


def styles_in(line: str, deep: int = _DEEP) -> Iterator[tuple[int, int, Style]]:
    """Yield the stretches of a line of Markdown that marks show in another way.

    >>> list(styles_in("Use **50 million** `tokens`."))
    [(20, 26, 'code'), (6, 16, 'strong')]
    """
    for match in _CODE.finditer(line):
        yield *match.span("shown"), "code"
    for match in _EMPHASIS.finditer(line):
        low, high = match.span("shown")
        mark = match["open"]
        yield low, high, "del" if mark == "~~" else "em" if len(mark) == 1 else "strong"
        if deep:
            within = styles_in(line[low:high], deep - 1)
            yield from ((low + a, low + b, style) for a, b, style in within)


def _marks(text: str, deep: int = _DEEP) -> Iterator[Span]:
    for pattern in (_LINK, _CODE, _EMPHASIS):
        for match in pattern.finditer(text):
            yield match.span("open")
            yield match.span("close")
            if pattern is _EMPHASIS and deep:
                low, high = match.span("shown")
                yield from ((low + a, low + b) for a, b in _marks(text[low:high], deep - 1))
    if text.count("*") == 1:
        yield from (match.span() for match in _LONE.finditer(text))
    for pattern in (_HALF, _LEAD, _TAIL, _ESCAPE):
        yield from (match.span() for match in pattern.finditer(text))
