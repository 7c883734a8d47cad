"""Is a sentence of a model's reply only politeness, which states nothing that could be cited?

    "I hope this helps!", "Let me know if you have more questions.", "Certainly!"  -> yes
    "I hope that the dam holds, the mayor said."                                   -> no

English. A sentence that cites a passage is never asked.
"""

from __future__ import annotations

import re

from rag.text import normalise

_COURTESY = re.compile(
    r"(?:i )?hope (?:this|that|it) (?:helps?|is helpful|answers? your questions?|clarifies)\b"
    r".{0,60}"
    r"|(?:please )?(?:let me know|feel free|do not hesitate|don't hesitate)\b"
    r".{0,30}\b(?:if|to ask|questions?|know|help|more)\b.{0,80}"
    r"|(?:if|should) you (?:have|need|want|would like)\b.{0,60}"
    r"\b(?:let me know|feel free|just ask|happy to help|questions?|ask)\b.{0,60}"
    r"|is there anything else\b.{0,60}|(?:i'm |i am )?(?:happy|glad) to help\b.{0,40}"
    r"|(?:sure|certainly|of course|absolutely|great|good question|great question|understood|thanks?"
    r"|thank you)(?: thing)?(?:,? (?:here (?:it|you) (?:is|are|go)|for (?:asking|your question)))?"
    r"|you(?:'re| are) welcome"
)


def is_courtesy(sentence: str) -> bool:
    """Return whether a sentence says nothing but something polite.

    >>> is_courtesy("I hope this helps!"), is_courtesy("Certainly!"), is_courtesy("It holds.")
    (True, True, False)
    """
    return _COURTESY.fullmatch(normalise(sentence).strip(" *_!.?:")) is not None
