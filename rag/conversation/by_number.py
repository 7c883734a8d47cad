"""An article by its number, or by its place in a list of which nothing was told.

"Summarise number 8"     -> "Summarise the eighth one"
"Open the third one"     -> "Open the third article"
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.conversation.meant import TELL, TELL_MAYBE
from rag.conversation.shown import PLACE, place_said
from rag.questions.kinds import PIECE
from rag.questions.manners import LED, PLEASE

# "Summarise number 8", "article 3", "#3"; but "what does Article 3 say", which may be a law's.
_NUMBERED = re.compile(
    rf"(?P<led>{LED})(?P<ask>{TELL} |who (?:wrote|authored) |(?P<maybe>{TELL_MAYBE} "
    r"|what is |what['’]s |when was |(?:what|how) about |))"
    r"(?:(?:the )?(?P<noun>article|story|piece)(?: number| no\.?| #)? ?(?P<after>\d{1,4})"
    r"|(?:(?:number|no\.?|nr\.?) ?|# ?)(?P<number>\d{1,4})"
    rf"|the (?P<nth>\d{{1,4}})(?:st|nd|rd|th)(?P<one> (?:one|{PIECE}))?)"
    rf"{PLEASE}(?P<rest>(?: about| published| written| by)?[?.! ]*)",
    re.IGNORECASE,
)
# One that nothing before it tells what it is of.
_ONE_ALONE = re.compile(
    rf"(?P<led>{LED})(?P<ask>{TELL} |{TELL_MAYBE} |who (?:wrote|authored) |when was "
    rf"|what (?:is|was) |what['’]s |)the (?P<at>{PLACE}) "
    rf"(?:one|{PIECE})(?P<rest>(?: about| published| written| by)?[?.! ]*)",
    re.IGNORECASE,
)


def with_ordinals(message: str, is_said: Callable[[str, str], bool] = lambda *_: False) -> str:
    """Return a message about a thing by its number with an ordinal in the number's place.

    `is_said` tells whether the articles say two words one after the other: an "article 3" that they
    speak of is rather a law's, unless it is to be opened or summarised.

    >>> with_ordinals("Summarise number 8"), with_ordinals("What does Article 3 say?")
    ('Summarise the eighth one', 'What does Article 3 say?')
    """
    match = _NUMBERED.fullmatch(message.strip())
    if match is None:
        return message
    number = match["after"] or match["number"] or match["nth"]
    if match["noun"] and match["maybe"] is not None and is_said(match["noun"], number):
        return message
    one = " article" if match["noun"] else match["one"] or " one"
    return f"{match['led']}{match['ask']}the {place_said(int(number))}{one}{match['rest']}"


def as_an_article(message: str) -> str:
    """Return a message about "the third one", of which nothing was told, as of the third article.

    >>> as_an_article("Open the third one"), as_an_article("the third article")
    ('Open the third article', 'Summarise the third article')
    """
    match = _ONE_ALONE.fullmatch(message.strip())
    if match is None:
        return message
    ask = match["ask"]
    if not ask or re.fullmatch(rf"{TELL_MAYBE} ", ask, re.IGNORECASE):
        ask = "Summarise "
    else:
        ask = f"{match['led']}{ask}"
    return f"{ask}the {match['at'].lower()} article{match['rest']}"
