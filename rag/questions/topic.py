"""What a question about the whole collection is about: "Which articles mention the dam?"

    "Which articles mention the dam?", "Where is it named?"  -> those with all of its words
    "What do the articles say about energy?"                  -> those with most of them
    "Who is quoted?"                                          -> whoever speaks in any of them
    "What is the latest on the dam?"                          -> the newest that are about it

Read from the question's words alone; rag.replies.coverage finds the articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.questions.kinds import SOURCE
from rag.questions.manners import LED
from rag.words.phrases import PRONOUNS

_ARTICLES = rf"(?:of\s+)?(?:(?:the|these|those|my|your|our|all|any)\s+)*{SOURCE}"
_MENTION = (
    r"(?:mentions?|names?|cites?|quotes?|discuss(?:es)?|covers?|describes?|deals?\s+with|"
    r"(?:talks?|writes?|speaks?|reports?)\s+(?:about|of|on)|(?:is|are)\s+about|refers?\s+to|"
    r"says?\s+(?:anything|something)\s+(?:about|on))"
)
_END = r"(?P<topic>.+?)[\s?.!]*$"
_MENTIONED = (
    re.compile(rf"^(?:which|what|how many)\s+{_ARTICLES}\s+{_MENTION}\s+{_END}", re.IGNORECASE),
    re.compile(
        rf"^(?:(?:is|are)\s+there|(?:do|have)\s+you\s+(?:have|got))\s+(?:an?\s+)?{_ARTICLES}\s+"
        rf"(?:about|on|mentioning|that\s+{_MENTION}|which\s+{_MENTION})\s+{_END}",
        re.IGNORECASE,
    ),
    re.compile(
        r"^articles\s+(?:about|on|mentioning)\s+(?P<topic>\S+(?:\s+\S+){0,4}?)[\s?.!]*$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?:do|does)\s+(?:any|some|one)\s+(?:of\s+)?{_ARTICLES}\s+{_MENTION}\s+{_END}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?:list|show|name|find)\s+(?:me\s+)?{_ARTICLES}\s+"
        rf"(?:about|on|mentioning|that\s+{_MENTION}|which\s+{_MENTION})\s+{_END}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?:where|in\s+(?:which|what|how many)\s+{_ARTICLES})\s+(?:is|are)\s+"
        r"(?P<topic>.+?)\s+(?:mentioned|named|discussed|cited|quoted)[\s?.!]*$",
        re.IGNORECASE,
    ),
)
# What a topic ends in that is nothing to look for.
_MOST = re.compile(
    r"\s+(?:(?:the\s+)?most(?:\s+(?:often|frequently))?|at\s+all|anywhere|by\s+name)$",
    re.IGNORECASE,
)
# A topic that says more than what to look for: "AI and how many mention robots".
_MORE = re.compile(r"\b(?:neither|nor|and\s+(?:how|which|what|who|when))\b", re.IGNORECASE)
_BOTH = re.compile(r"^both\s+", re.IGNORECASE)
_NOT_MENTIONED = re.compile(
    rf"^(?:(?:which|what|how many)\s+{_ARTICLES}"
    rf"|(?:(?:list|show|name|find)\s+(?:me\s+)?)?{_ARTICLES}(?:\s+(?:that|which))?)\s+"
    r"(?:(?:(?:do|does|did)(?:\s+not|n['’]?t)|never|(?:are|is)(?:\s+not|n['’]?t)(?=\s+about))\s+"
    rf"(?:(?:ever|even)\s+)?(?:{_MENTION}|about)|(?:not|without|never)\s+mentioning)\s+{_END}",
    re.IGNORECASE,
)
_SAID = re.compile(
    rf"^what\s+(?:do|does|did)\s+{_ARTICLES}\s+(?:say|tell(?:\s+(?:us|me))?|report|write)\s+"
    rf"(?:about|on|of)\s+{_END}",
    re.IGNORECASE,
)


_ASKS_WHO = re.compile(
    r"^(?:(?:and\s+)?who(?:\s+else)?|whom"
    r"|which\s+(?:other\s+)?(?:people|persons?|experts?|sources?|officials?|analysts?|companies))\s+"
    r"(?:(?:is|are|was|were|gets?)\s+(?:being\s+)?(?:quoted|cited|interviewed)"
    r"|(?:do|does|did)\s+(?:the|these|those|my|your)\s+\w+\s+(?:quote|cite|interview)"
    r"|(?:speaks?|spoke|talks?))"
    r"(?:\s+(?:here|in\s+(?:the|these|those|all(?:\s+(?:the|of\s+the))?|my|your)\s+"
    rf"(?:{SOURCE}|news|collection|folder)))?[\s?.!]*$",
    re.IGNORECASE,
)

# What asks for news of a thing, which the newest articles tell.
_NEWS = r"(?:news|updates?|developments?|word|information)"
_ON = r"(?:on|about|with|regarding|concerning|from|in|of|for|at)"
_THE_LATEST = (
    rf"(?:the\s+)?(?:very\s+)?(?:latest|newest|most\s+recent)(?:\s+(?:{_NEWS}|status|situation|state"
    r"(?:\s+of\s+(?:affairs|play))?))?(?:\s+(?:there\s+is|you\s+have|we\s+know))?"
)
_LATEST_ASKED = tuple(
    re.compile(rf"^{LED}{pattern}[\s?.!]*$", re.IGNORECASE)
    for pattern in (
        rf"(?:(?:what(?:['’]s|\s+is|\s+are|s)?|(?:tell|give)\s+me|(?:do|have)\s+you(?:\s+have)?)\s+)?"
        rf"{_THE_LATEST}\s+{_ON}\s+(?P<topic>.+?)",
        rf"(?:(?:is|are)\s+there\s+|(?:do|have)\s+you\s+(?:have\s+|got\s+)?|(?:tell|give)\s+me\s+)?"
        rf"(?:any|an|some)\s+(?:(?:more\s+)?recent\s+|new\s+)?{_NEWS}\s+"
        rf"(?:on|about|from|regarding|concerning)\s+(?P<topic>.+?)",
        r"(?:how|where)\s+do\s+(?:things|matters)\s+stand(?:\s+(?:now|today))?\s+(?:with|on|in|at)\s+"
        r"(?P<topic>.+?)",
        r"what(?:['’]s|\s+is)\s+(?:(?:currently\s+|now\s+)?(?:going\s+on|happening)(?:\s+now)?\s+with"
        r"|new(?:s)?\s+(?:with|about|on))\s+(?P<topic>.+?)",
    )
)
_ASKING = re.compile(r"(?:how|what|who|when|where|which|why|whether|if)\b", re.IGNORECASE)
_MOST_WORDS = 12  # of what the latest is asked of


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question about the collection is about.

    `whole`: all its words must be there. `speakers`: it asks for the people who are quoted.
    """

    text: str
    whole: bool
    speakers: bool = False


def coverage_topic(question: str) -> Topic | None:
    """Return what `question` wants followed through all articles; None where it wants no such.

    >>> coverage_topic("Which articles mention the Aswan dam?")
    Topic(text='the Aswan dam', whole=True, speakers=False)
    """
    if asks_who_is_quoted(question):
        return Topic(question.strip(), whole=False, speakers=True)
    asked = question.strip()
    match = next(filter(None, (pattern.match(asked) for pattern in _MENTIONED)), None)
    said = None if match else _SAID.match(asked)
    found = match or said
    if found is None:
        return None
    topic = _BOTH.sub("", _MOST.sub("", found["topic"]))
    if _MORE.search(topic) or "?" in topic or set(topic.casefold().split()) <= PRONOUNS:
        return None
    return Topic(topic, whole=said is None)


def absent_topic(question: str) -> Topic | None:
    """Return the topic of a question for the articles that do not mention it; None of any other.

    >>> absent_topic("Which articles don't mention the dam?").text
    'the dam'
    """
    match = _NOT_MENTIONED.match(question.strip())
    return Topic(_MOST.sub("", match["topic"]), whole=True) if match else None


def asks_who_is_quoted(question: str) -> bool:
    """Return whether `question` is one for the people whom the articles quote.

    >>> asks_who_is_quoted("Who is quoted in the articles?"), asks_who_is_quoted("Who is Ana?")
    (True, False)
    """
    return _ASKS_WHO.match(" ".join(question.split())) is not None


def latest_topic(question: str) -> re.Match[str] | None:
    """Return the match of a question for news of a thing, its group `topic`; None of any other.

    >>> latest_topic("What's the latest on the quarry?")["topic"]
    'the quarry'
    """
    asked = " ".join(question.split())
    match = next(filter(None, (pattern.match(asked) for pattern in _LATEST_ASKED)), None)
    if match is None:
        return None
    topic = match["topic"]
    words = topic.casefold().split()
    if set(words) <= PRONOUNS or len(words) > _MOST_WORDS or "?" in topic:
        return None
    return None if _ASKING.match(topic) else match
