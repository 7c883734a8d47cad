"""Does a message ask for more of what was told, whatever that is? "Go on", "More", "Details".

One table for whoever goes on: a summary, a timeline, a list and an answer do so by the same words.
"""

from __future__ import annotations

import re

from rag.questions.manners import LED, PLEASE

MORE = "Tell me more."  # what each of them says

_OF_IT = r"(?: (?:about|of|on|with) (?:it|this|that))?"
_WHAT = r"(?:details?|information|info)"
_SHOW = (
    r"(?:(?:tell|give|show|list)(?: me| us)? "
    r"|(?:do you have|have you got|(?:is|are) there) )?"
)
_GOES_ON = re.compile(
    rf"{LED}(?:"
    rf"{_SHOW}(?:(?:some|any|anything|a (?:bit|little)|even|much|still) )?more(?: {_WHAT})?{_OF_IT}"
    rf"|{_SHOW}(?:(?:(?:the|some|any) )?(?:(?:further|additional|other) )?details"
    rf"|(?:(?:some|any) )?(?:further|additional) {_WHAT}){_OF_IT}"
    rf"|(?:elaborate|expand)(?: further| more| a (?:bit|little))?{_OF_IT}"
    rf"|(?:go on|carry on|keep going|keep on|read on|continue|proceed){_OF_IT}"
    r"|explain(?: (?:it|this|that|more|further))*"
    rf"){PLEASE}",
    re.IGNORECASE,
)


def goes_on(message: str) -> bool:
    """Return whether a message asks for more of what was told.

    >>> goes_on("Carry on, please."), goes_on("More about the mill")
    (True, False)
    """
    return _GOES_ON.fullmatch(" ".join(message.split()).rstrip("?!.… ")) is not None
