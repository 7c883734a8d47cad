"""What a short message asks of the thing, or the act, that the last question was about.

    "How long will the repair take?", and the price?     -> "What is the price of the repair?"
    "How do I get to Lund?", how long does it take?      -> "How long does it take to get to Lund?"

Both are whole questions then, and the next message leans on them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rag.conversation.last_asked import last_whole
from rag.conversation.leaning import without_tail
from rag.conversation.resolved import MEASURE, itself
from rag.conversation.spoken_of import Context, is_plural, topic_meant
from rag.questions.manners import LED

_A_MEASURE = re.compile(
    rf"(?:the\s+)?(?P<what>(?:(?!(?:other|same|only)\b)\w+\s+)?(?:{MEASURE}|hour|time)s?)"
    r"(?P<tail>\s+(?:in|on|at|for|during)\s+[a-z ]{2,30})?",
    re.IGNORECASE,
)
_COSTS = re.compile(r"(?:the\s+)?(?:price|cost|fee)s?", re.IGNORECASE)
# "How do I get to Lund?"; what it takes is asked of no other act, what it costs of what one can do.
_HOW_TO = re.compile(
    rf"{LED}how\s+(?:do|can|could|should|must|may)\s+(?:I|you|we|one)\s+(?P<act>[a-z][^?]*)\?*",
    re.IGNORECASE,
)
_CAN = re.compile(rf"{LED}(?:can|could)\s+(?:I|you|we|one)\s+(?P<act>[a-z][^?]*)\?*", re.IGNORECASE)
_IT_TAKES_TO = re.compile(r".*\bit\s+(?:take|cost)s?\s+to\s+(?P<act>[a-z][^?]*)\?*", re.IGNORECASE)
_MYSELF = re.compile(r"\s+(?:my|your|one)self\b", re.IGNORECASE)
_IT_TAKES = re.compile(r"[^?]*\bit\s+(?:take|(?P<cost>cost))s?[?.!\s]*", re.IGNORECASE)


def measure_of(core: str, context: Context) -> str:
    """Return the whole question that a measure alone asks: "the price?"; "" of anything else.

    >>> measure_of("the price?", Context("", "How long will the repair take?", ""))
    'What is the price of the repair?'
    >>> measure_of("the opening times in winter", Context("", "How much is the pool?", ""))
    'What are the opening times of the pool in winter?'
    """
    said = without_tail(core)
    measure = _A_MEASURE.fullmatch(said)
    if measure is None:
        return ""
    base = last_whole(context.base)
    if act := _act(base, costs=True):
        return f"What does it cost to {act}?" if _COSTS.fullmatch(said) else ""
    thing = itself(topic_meant(replace(context, question=base, base=base), thing=True))
    if not thing or said.lower() in base.lower():
        return ""
    be = "are" if is_plural(measure["what"]) else "is"
    return f"What {be} the {measure['what']} of {thing}{measure['tail'] or ''}?"


def of_an_act(core: str, base: str) -> str:
    """Return what is asked of the act that `base` asks how to do; "" of anything else.

    >>> of_an_act("How long does it take?", "How do I get to Lund?")
    'How long does it take to get to Lund?'
    """
    takes = _IT_TAKES.fullmatch(core)
    act = _act(last_whole(base), costs=takes["cost"] is not None) if takes else ""
    return f"{core.strip().rstrip('?!. ')} to {act}?" if act else ""


def _act(base: str, *, costs: bool) -> str:
    """Return what a question asks how to do, or, where that `costs`, whether one can; or ""."""
    act = _HOW_TO.fullmatch(base) or _IT_TAKES_TO.fullmatch(base)
    act = act or (_CAN.fullmatch(base) if costs else None)
    return _MYSELF.sub("", act["act"]).rstrip() if act else ""
