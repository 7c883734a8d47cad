"""What is asked of a thing that is elsewhere: the place of the question before is not kept.

    "How deep is the lock at Ebb?", and the one in Lund?  -> "How deep is the lock in Lund?"
    "What does a berth at Ebb cost?", I meant the punt    -> "What does the punt cost?"

The second where no article tells of a punt and of Ebb.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.conversation.leaning import without_opener
from rag.words.phrases import names, phrases

# Whether an article holds both words.
Together = Callable[[str, str], bool]

_PLACES = r"(?:at|in|on|near|of|from)"
_AT = re.compile(rf"\s{_PLACES}\s+(?:the\s+)?$", re.IGNORECASE)
_HEAD = re.compile(r"[^\W\d_]+$")


def always(_first: str, _second: str) -> bool:
    """Return that an article holds both: none is asked."""
    return True


def of_the_one(base: str, where: str) -> str:
    """Return the question of the one that is elsewhere: `where` is "in Lund", for "at Ebb".

    "" where it names no place, nor a thing by a name before a word for what it is.

    >>> of_the_one("How deep is the Kite lock", "in Lund")
    'How deep is the lock in Lund?'
    >>> of_the_one("How deep is the lock at Ebb", "in Lund")
    'How deep is the lock in Lund?'
    """
    for phrase in phrases(base):
        if phrase.names and (head := base[phrase.names[-1][1] : phrase.end].strip()):
            end = next((end for _, end in _places(base, phrase.end)), phrase.end)
            return f"{base[: phrase.start]}{head} {where}{base[end:]}?"
    for start, end in _places(base) if names(where) else ():
        return f"{base[:start]} {where}{base[end:]}?"
    return ""


def _places(text: str, at: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield where each name stands that a preposition leads, with that; the one behind `at`."""
    for start, end in names(text):
        led = _AT.search(text[:start])
        if led and at in (None, led.start()):
            yield led.start(), end


def without_place(whole: str, message: str, together: Together) -> str:
    """Return a completed question without the place that a thing of the `message` is not at.

    >>> without_place("What does the punt at Ebb cost?", "I meant the punt", lambda *_: False)
    'What does the punt cost?'
    >>> without_place("What does the punt at Ebb cost?", "the punt at Ebb", lambda *_: False)
    'What does the punt at Ebb cost?'
    """
    said = without_opener(message)
    for phrase in phrases(said):
        thing = said[phrase.start : phrase.end]
        at = re.search(rf"\b{re.escape(thing)}(?=\s{_PLACES}\s)", whole, re.IGNORECASE)
        head = _HEAD.search(thing)
        if at is None or head is None:
            continue
        for start, end in _places(whole, at.end()):
            name = whole[slice(*names(whole[:end])[-1])]
            if name not in message and not together(head[0], name):
                return f"{whole[:start]}{whole[end:]}"
    return whole
