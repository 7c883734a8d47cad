"""Lower-case names of commands and functions in a message, marked as the names that they are.

    "And save?", where an article has `save(series, path)`  -> "And `save`?"
    "What does load do?"                                     -> "What does `load` do?"

A name is told by how the articles write it: between backticks, or before a bracket. It counts as
one where nothing else is asked of, or where it is said to be one; "how do I save money" is left.

What only a program is written with is a name as a whole, too: `write_timeout`, `--retries`,
`maxRetries`. Articles that tell of another timeout tell nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rag.questions.manners import LED
from rag.reader.features import says_nothing
from rag.words.phrases import FUNCTION

_WORD = r"(?<![`\w])(?P<word>[a-z][a-z0-9_]{1,40})(?![`\w])(?:\(\))?"
_ALONE = re.compile(rf"{LED}(?:(?:what|how) about )?(?:the )?{_WORD}[?!. ]*", re.I)
_KIND = r"(?:command|function|option|method|flag|setting|argument|parameter|call|key)s?"
_OF_ONE = re.compile(
    r"\b(?:does|do|is|of|for|the|called|named) "
    rf"{_WORD}(?= (?:do|return|raise|take|mean|work|need|expect|{_KIND})\b)"
)

# Names that only programs are written with. A dotted one may be an address, or a space left out:
# it counts where a setting or the like is asked for.
_OPTION = re.compile(r"(?<!\S)--(?P<name>[a-z][\w-]*\w)", re.I)
_JOINED = re.compile(
    r"(?<![\w.@/-])(?:[^\W_]+(?:_[^\W_]+)+|[a-z]{2,}(?:[A-Z][a-z]+)+)(?![\w@/]|\.\w)"
)
_DOTTED = re.compile(r"(?<![\w.@/-])[a-z]\w+(?:\.[a-z]\w+)+(?![\w@/-]|\.\w)")
_SETTING = re.compile(rf"\b(?:{_KIND}|default)\b", re.I)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W_a-zA-Z]+")


_PLURAL = re.compile(r"[^\W\d_]{2}s$")  # "retries", but "poll_interval_s" is in seconds


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


def whole_names(question: str) -> tuple[str, ...]:
    """Return the names in a question that only programs are written with, in order.

    >>> whole_names("Is write_timeout like --retries, maxRetries or the iPhone?")
    ('--retries', 'write_timeout', 'maxRetries')
    >>> whole_names("What does the setting cache.size do?"), whole_names("Who owns velm.example?")
    (('cache.size',), ())
    """
    found = [f"--{match['name']}" for match in _OPTION.finditer(question)]
    found += [match[0] for match in _JOINED.finditer(question)]
    if _SETTING.search(question):
        found += [match[0] for match in _DOTTED.finditer(question)]
    return tuple(name for name in found if not all(map(says_nothing, _PART.findall(name))))


def holds_whole(text: str, name: str) -> bool:
    """Return whether a text has a program's name as a whole, its parts joined in any way.

    An option has to stand there as one, or as a name between backticks or at a line's start; of a
    dotted name the last part will do that the text has as a function's.

    >>> holds_whole("The write timeout is 30 s.", "write_timeout")
    True
    >>> holds_whole("`idle_timeout` and `idle_write_timeout`", "write_timeout")
    False
    """
    if "." in name and is_code_in(name.rpartition(".")[2], text):
        return True
    single = name[:-1] if _PLURAL.search(name) else name
    parts = [re.escape(part) for part in _PART.findall(single)]
    joined = r"[\s\W_]{0,2}".join(parts)
    before = r"(?:^[|*\s]*|[`-])" if name.startswith("--") else r"(?<!\w)"
    return re.search(rf"{before}{joined}s?(?!\w)", text, re.I | re.M) is not None


def named_nowhere(question: str, texts: Iterable[str]) -> bool:
    """Return whether the question has a program's name that none of the texts holds whole."""
    names = whole_names(question)
    held = list(texts) if names else []
    return any(not any(holds_whole(text, name) for text in held) for name in names)
