"""A thing put into a question in the place of another, with the verb as it has it."""

from __future__ import annotations

import re

from rag.conversation.spoken_of import is_plural
from rag.words.person import are_people

_OF_ONE = {"does": "do", "is": "are", "was": "were", "has": "have", "doesn't": "don't"}
_OF_SEVERAL = {several: one for one, several in _OF_ONE.items()}
_VERB = re.compile(r"\b(?:does|do|is|are|was|were|has|have|doesn't|don't)(?=\s+$)")


def put_in(base: str, start: int, end: int, text: str) -> str:
    """Return `base` as a question with `text` in the place of [start, end) and its article.

    >>> put_in("What does the mill cost", 10, 18, "the boats")
    'What do the boats cost?'
    """
    if base[:start].endswith("`") and base.startswith("`", end) and text.startswith("`"):
        start, end = start - 1, end + 1
    lead = re.sub(r"\b(?:the|a|an)\s+$", "", base[:start], flags=re.IGNORECASE)
    return f"{_agreeing(lead, text)}{text}{base[end:]}?"


def _agreeing(lead: str, text: str) -> str:
    """Return what stands before `text` with its verb as one or several things have it.

    "What does", before "the residents" -> "What do".
    """
    head = re.split(r"\s(?:of|in|at|from|with)\s", text)[0].rpartition(" ")[2]
    if not head.islower():  # a name tells nothing
        return lead
    verbs = _OF_ONE if is_plural(head) or are_people(head) else _OF_SEVERAL
    return _VERB.sub(lambda verb: verbs.get(verb[0].lower(), verb[0]), lead)
