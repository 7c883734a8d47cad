"""What a message opens and ends with that asks nothing: "and", "could you", "please".

    "And could you please show me the dates, please?"  -> "show me the dates"

A pattern that reads messages begins with `LED` and may end in `PLEASE`; none spells them itself.
A word in passing is followed by a space or a comma: "so-called" opens with none.
"""

from __future__ import annotations

import re

# What joins a message to what was said before. "Then" and "now" may tell when, too.
JOINER = r"(?:and|but|or|so|also|then|now|ok(?:ay)?|well)"
_POLITE = r"(?:please|(?:can|could|would|will) you)"
_CALL = r"(?:hello|hi|hey|thanks|thank you|sorry|hm+)"
_BREAK = r"[\s,.!:]+"
# Joiners alone, where "can" and "would" may be what asks; and all that stands before what is asked.
JOINED = rf"(?:{JOINER}{_BREAK}){{0,8}}"
LED = rf"(?:(?:{JOINER}|{_POLITE}|{_CALL}){_BREAK}){{0,8}}"
PLEASE = r"(?:,?\s+please)?"  # behind what is asked

_LED = re.compile(LED, re.IGNORECASE)
_PLEASE = re.compile(r",?\s+please$", re.IGNORECASE)
_END = "?!.… "


def asked_plainly(message: str) -> str:
    """Return a message without what it opens and ends with, or all of it where nothing is left.

    >>> asked_plainly("Hello, could you list the articles, please?"), asked_plainly("And?")
    ('list the articles', 'And')
    """
    asked = message.strip().rstrip(_END)
    return _PLEASE.sub("", _LED.sub("", asked, count=1)).rstrip(_END) or asked
