"""Lower-case names of commands and functions in a message, marked as the names that they are.

    "And save?", where an article has `save(series, path)`  -> "And `save`?"
    "What does load do?"                                     -> "What does `load` do?"

A name is told by how the articles write it: between backticks, or before a bracket. It counts as
one where nothing else is asked of, or where it is said to be one; "how do I save money" is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.phrases import FUNCTION

_WORD = r"(?<![`\w])(?P<word>[a-z][a-z0-9_]{1,40})(?![`\w])(?:\(\))?"
_ALONE = re.compile(rf"(?:(?:and|or|so) )?(?:(?:what|how) about )?(?:the )?{_WORD}[?!. ]*", re.I)
_KIND = r"(?:command|function|option|method|flag|setting|argument|parameter|call|key)s?"
_OF_ONE = re.compile(
    r"\b(?:does|do|is|of|for|the|called|named) "
    rf"{_WORD}(?= (?:do|return|raise|take|mean|work|need|expect|{_KIND})\b)"
)


def with_code_names(message: str, is_code: Callable[[str], bool]) -> str:
    """Return `message` with backticks around the names of commands and the like.

    `is_code` tells whether the articles have a word as such a name.

    >>> with_code_names("And save?", {"save"}.__contains__)
    'And `save`?'
    """
    found = _ALONE.fullmatch(message.strip())
    for match in [found] if found else reversed(list(_OF_ONE.finditer(message.strip()))):
        word = match["word"]
        if word not in FUNCTION and is_code(word):
            start, end = match.span("word")
            text = message.strip()
            rest = text[end:].removeprefix("()")
            message = f"{text[:start]}`{word}`{rest}"
    return message


def is_code_in(word: str, text: str) -> bool:
    """Return whether a text has a word as a command's or a function's name.

    >>> is_code_in("save", "Call tw.save(filled)."), is_code_in("save", "To save (time).")
    (True, False)
    """
    name = re.escape(word)
    return re.search(rf"`(?:[\w.]*\.)?{name}[`(]|\b{name}\((?!s\))", text) is not None
