"""The phrase for articles that were told of, which stands on its own in a question.

    "the second article that mentions “the dam”", "the articles listed for “...”"
    "Which article answers “Who runs Orion?”?"
    "Give me a timeline, the further dates?"

Whoever reads it understands it, and the program finds the articles by it anew. What a message means
by "it" and "the second one" is put so by rag.conversation.articles_meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.conversation.shown import PLACE, at_place, place_of
from rag.questions.manners import LED

AGES = ("newest", "latest", "most recent", "oldest", "earliest")
OUTLET = (
    r"(?:outlet|news(?:paper| agency| site| outlet)?|agency|paper|magazine|journal|website|site"
    r"|publication|publisher|broadcaster|source|medium)"
)
AT = rf"(?:{PLACE}|{'|'.join(AGES)})"
# What asks for an article to be told, whatever words name it; and what asks so where they name one.
SUM_UP = (
    r"(?:summari[sz]e|sum up|(?:give me |write )?(?:a|the) (?:short |brief )?(?:summary|gist) of"
    r"|summary of)"
)
OPEN = r"(?:open(?: up)?|read(?: me)?|show(?: me)?|display)"
TELL = rf"(?:{SUM_UP}|{OPEN})"
TELL_MAYBE = r"(?:(?:tell|show|give) me |)(?:(?:some |a bit |a little )?more |)(?:about|on|of)"
_MEANT = re.compile(
    rf"the (?:(?P<at>{AT}) )?(?P<noun>articles?) (?:(?P<mention>that mentions?)"
    r"|(?P<answer>that answers?)|listed for) “(?P<what>[^”]+)”",
    re.IGNORECASE,
)
# The same as a whole question; one that stands in another one's quotation marks has plain ones.
_SOME_OF = re.compile(
    r"(?P<ask>which|how many) of the articles (?:(?P<mention>that mention)|(?P<answer>that answer)"
    r"|listed for) [“\"](?P<what>.+)[”\"] (?P<rest>[^“”\"]+)",
    re.IGNORECASE,
)
# "Which articles are from 2022?", "What was published in March?"; but not "... do you have?"
# "Papers" and "texts" are rather what the articles tell of.
_LISTING = re.compile(
    r"(?:(?:which|what|how many|list|show(?: me)?|name)\b(?: \w+){0,3}? "
    r"(?:articles|stories|pieces|reports|documents|files)\b(?! (?:do you|are (?:there|here))\b)"
    rf"|{LED}what (?:was|were|has been|have been) (?:published|written|printed)"
    r"|what (?:are|is) the (?:main |key |major |most important )?(?:topics?|subjects?|themes?)"
    rf"|{LED}(?:summari[sz]e|sum up) (?:all )?(?:of )?(?:the )?"
    r"(?:articles|stories|pieces))\b.*",
    re.IGNORECASE | re.DOTALL,
)
_FURTHER, _EVERY = ", the further dates", ", all dates"
_WHICH_ANSWERS = re.compile(r"which article answers “(?P<question>[^”]+)”", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meant:
    """The articles that mention a topic, answer a question, or are listed for one.

    `at` picks one of them, an ordinal in their order, or an age; "" where all are meant, one or
    `several`.
    """

    how: Literal["mention", "answer", "list"]
    what: str
    at: str = ""
    several: bool = False

    @property
    def phrase(self) -> str:
        """How a question names them.

        >>> Meant("mention", "the dam", at="second").phrase
        'the second article that mentions “the dam”'
        """
        noun = "articles" if self.several else "article"
        if self.how == "list":
            how = "listed for"
        else:
            how = f"that {self.how}" if self.several else f"that {self.how}s"
        return f"the {f'{self.at} ' if self.at else ''}{noun} {how} “{self.what}”"


@dataclass(frozen=True, slots=True)
class Some:
    """What is asked of the articles that are `meant`, as a `question` of all articles."""

    meant: Meant
    question: str


def some_of(question: str) -> Some | None:
    """Return which articles a question for some of those told before means; None of any other.

    >>> some_of("Which of the articles that mention “the dam” are from 2022?").question
    'Which articles are from 2022?'
    """
    match = _SOME_OF.fullmatch(question.strip().rstrip("?!. "))
    if match is None:
        return None
    meant = Meant(_how(match), match["what"], several=True)
    return Some(meant, f"{match['ask']} articles {match['rest']}?")


def meant_in(question: str) -> tuple[Meant, str] | None:
    """Return the articles that a whole question names so, and the words that do; else None.

    >>> meant_in("Who wrote the articles that answer “Why?”?")[1]
    'the articles that answer “Why?”'
    """
    match = _MEANT.search(question)
    if match is None:
        return None
    several = match["noun"].lower() == "articles"
    return Meant(_how(match), match["what"], (match["at"] or "").lower(), several), match[0]


def _how(match: re.Match[str]) -> Literal["mention", "answer", "list"]:
    """Return how articles are named where a pattern has found them named."""
    return "mention" if match["mention"] else "answer" if match["answer"] else "list"


def is_listing(question: str) -> bool:
    """Return whether a question asks for a list of some of the articles.

    >>> is_listing("Which articles are from 2022?"), is_listing("Which articles do you have?")
    (True, False)
    """
    return _LISTING.fullmatch(question.strip()) is not None


def source_asked(question: str) -> str:
    """Return the question whose source is asked for, "" where none is.

    >>> source_asked("Which article answers “Who runs Orion?”?")
    'Who runs Orion?'
    """
    match = _WHICH_ANSWERS.fullmatch(question.strip().rstrip("?!. "))
    return match["question"] if match else ""


def picked(meant: Meant, names: Sequence[str], ages: Sequence[str]) -> tuple[str, ...]:
    """Return those of the articles `names`, in the order they were told, that are meant.

    `ages` are the dated ones among them, the oldest first.

    >>> picked(Meant("mention", "the dam", at="second"), ["a", "b", "c"], ["c", "a"])
    ('b',)
    """
    if meant.at in AGES:
        return tuple(ages[:1] if meant.at in ("oldest", "earliest") else ages[-1:])
    if meant.at:
        one = at_place(names, place_of(meant.at) or 0)
        return () if one is None else (one,)
    # What an answer rests on is its first sentence.
    return tuple(names[:1] if meant.how == "answer" and not meant.several else names)


@dataclass(frozen=True, slots=True)
class DatesWanted:
    """A question for what is told by date, and how much: `every` date, or the `page` after 0."""

    question: str
    page: int = 0
    every: bool = False

    @property
    def said(self) -> str:
        """How the question says it."""
        return f"{self.question}{_EVERY if self.every else _FURTHER * self.page}"


def dates_wanted(question: str) -> DatesWanted:
    """Return what a question asks of the dates beside what they are of.

    >>> dates_wanted("Give me a timeline, the further dates, the further dates?")
    DatesWanted(question='Give me a timeline', page=2, every=False)
    """
    asked = question.rstrip("?!. ")
    if asked.endswith(_EVERY):
        return DatesWanted(asked.removesuffix(_EVERY), every=True)
    page = 0
    while asked.endswith(_FURTHER):
        asked, page = asked.removesuffix(_FURTHER), page + 1
    return DatesWanted(asked if page else question, page)


def which_asked(question: str) -> str:
    """Return the question for which articles, where one asks how many.

    >>> which_asked("How many articles are from 2022?")
    'Which articles are from 2022?'
    """
    return re.sub(r"^how many\b", "Which", question, flags=re.IGNORECASE)
