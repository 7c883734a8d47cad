"""Text -> HTML that shows it, whatever it holds.

All text that comes from an article, a question or a file name passes through `escape`, and none
through a Markdown renderer.
"""

from __future__ import annotations

import html
import re

SPACE = re.compile(r"\s+")
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_BETWEEN = re.compile(r"(\s*\n\s*|(?<=[.!?؟…])\s+|(?<=[.!?؟…][\"'”’)\]])\s+)")  # sentences
_CONTROL = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if code not in (9, 10, 13)}


def escape(text: str) -> str:
    """The text as HTML that shows it: "<b>" -> "&lt;b&gt;"; control characters become U+FFFD."""
    return html.escape(text.translate(_CONTROL), quote=True)


def apart(text: str, *, within: str) -> str:
    """The text as HTML, its sentences in a direction of their own where that is not `within`'s.

    `within` is the whole text of the element that it stands in, of which the first letter tells.

    >>> apart("One. Two.", within="One. Two. Three.")
    'One. Two.'
    """
    if not _FROM_THE_RIGHT.search(within):
        return escape(text)
    around = _is_from_the_right(within)
    pieces = _BETWEEN.split(text)  # a sentence, what parts it from the next, the next, ...
    return "".join(
        f"<bdi>{escape(piece)}</bdi>"
        if at % 2 == 0 and piece and _is_from_the_right(piece) != around
        else escape(piece)
        for at, piece in enumerate(pieces)
    )


def _is_from_the_right(text: str) -> bool:
    """Whether the first letter is of a script that goes from right to left."""
    first = next((letter for letter in text if letter.isalpha()), "")
    return _FROM_THE_RIGHT.match(first) is not None


def shorten(text: str, limit_chars: int) -> str:
    """The text, cut at a word with an ellipsis if it is longer than `limit_chars`."""
    text = SPACE.sub(" ", text).strip()
    if len(text) <= limit_chars:
        return text
    cut = text[:limit_chars]
    word = cut.rfind(" ")
    return (cut[:word] if word > limit_chars // 2 else cut).rstrip(" ,;:") + "…"


def bar(share: float) -> str:
    """A bar that is filled by `share`, 0 to 1; the number stands beside it, for those who see none.

    >>> bar(0.5).count("50.0")
    1
    """
    width = 100 * min(max(share, 0.0), 1.0)
    return (
        '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="100" height="6"/><rect width="{width:.1f}" height="6"/></svg>'
    )
