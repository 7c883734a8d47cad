"""The last question that says what it asks of: a short message is put beside that one alone.

    "Where was the punt built? Who owns the mill at Ebb? Since when?", and why?
      -> "Who owns the mill at Ebb? Since when? Why?"

What was asked before it is done with, and would be searched for once more.
"""

from __future__ import annotations

import re

from rag.conversation.leaning import opened, refers_to_an_event, words_of
from rag.conversation.pronouns import unresolved
from rag.words.phrases import ASKING, AUXILIARIES, VERBS, phrases

_ASKED = re.compile(r"[^?\s](?:[^?“]|“[^”]*(?:”|$))*(?:\?+(?:\s*\([^()]*\))?|$)")


def questions_in(text: str) -> list[str]:
    """Return the questions of a text, in order; all of it where it is none.

    >>> questions_in("Who won? By how much? (Velm)")
    ['Who won?', 'By how much? (Velm)']
    """
    return [each.strip() for each in _ASKED.findall(text)] or [text]


def is_whole(question: str) -> bool:
    """Return whether a question says what it asks, and of what.

    >>> [is_whole(asked) for asked in ("Who owns the mill?", "Who owns it?", "And the price?")]
    [True, False, False]
    """
    core, _, after_about = opened(question)
    asks = after_about or bool((ASKING | AUXILIARIES | VERBS) & set(words_of(core)))
    leans = unresolved(core) or refers_to_an_event(core)
    return asks and not leans and bool(phrases(core))


def last_whole(base: str) -> str:
    """Return the last question of several that says what it asks of; all of them where none does.

    >>> last_whole("Where was the punt built? Who owns the mill at Ebb? Since when?")
    'Who owns the mill at Ebb?'
    """
    return next(filter(is_whole, reversed(questions_in(base))), base)


def put_beside(base: str, message: str) -> str:
    """Return the message behind the last question of `base` that says what it asks of.

    What was asked last stands between, if that is another one.
    """
    first, *others = questions_in(base)
    whole = next(filter(is_whole, reversed([first, *others])), first)
    last = others[-1] if others else first
    base = whole if whole == last else f"{whole} {last}"
    return f"{base}{'' if base[-1:] in '?!.)' else '?'} {message}"
