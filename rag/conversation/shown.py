"""What was just shown, in its order: which of it a message means, and what it asks of that.

    "Give me a timeline", then "Tell me more about the first entry", "the July one"
      -> "Tell me more about the first statement of the answer to “Give me a timeline”"
    after that "What happened next?"
      -> "Tell me more about the second statement of the answer to “Give me a timeline”"
    and "Which article says that?", "When was that?"
      -> "Which article has the second statement of the answer to “Give me a timeline”?"

The question in quotation marks stands on its own: the program answers it anew, and picks. "The
second" of articles that were listed is read in rag.conversation.articles_meant, by the same words
for a place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from rag.questions.asked import asks_how, wants_several
from rag.questions.kinds import PIECE
from rag.questions.manners import LED, PLEASE
from rag.words.months import MONTH, YEAR

T = TypeVar("T")
Ask = Literal["more", "source", "when", "only", "after", "before"]

ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
# A place in what was shown: "second", "21st", "last", "second to last".
PLACE = (
    rf"(?:(?:{'|'.join(ORDINALS)}|\d{{1,4}}(?:st|nd|rd|th))(?: (?:to|from the) last)?"
    r"|last(?: but one)?)"
)
# "Give me a timeline", "What happened in July 2024?"
BY_DATE = re.compile(
    r"\b(?:time ?line|chronology)\b|\b(?:key|main|important) dates\b"
    rf"|^{LED}(?:what happened,? (?:and )?when\b"
    r"|(?:list|show(?: me)?|give me) (?:all )?(?:the )?(?:dates|events)\b"
    rf"|what (?:else )?happened\b.*(?:{YEAR}|{MONTH}))",
    re.IGNORECASE,
)
_PICKED = re.compile(
    rf"the (?:(?P<at>{PLACE}) )?(?P<noun>statements?) of the answer to “(?P<what>[^”]+)”"
    r"(?: that (?:has|have) “(?P<words>[^”]+)”)?",
    re.IGNORECASE,
)
_FORMS: dict[Ask, tuple[re.Pattern[str], str]] = {
    "more": (re.compile(r"Tell me (?P<still>(?:still )*)more about (?=the )", re.I), ""),
    "source": (re.compile(r"Which article has (?=the )", re.I), "?"),
    "when": (re.compile(r"When was (?=the )", re.I), "?"),
    "after": (re.compile(r"What comes after (?=the )", re.I), "?"),
    "only": (re.compile(r"Give only (?=the )", re.I), ""),
    "before": (re.compile(r"What comes before (?=the )", re.I), "?"),
}
_NOUN = (
    r"(?:statements?|sentences?|entr(?:y|ies)|items?|points?|events?|dates?|facts?|bullets?|rows?"
    r"|steps?|stages?)"
)
_ONE = (
    rf"(?:the (?P<at>{PLACE})(?: (?:ones?|(?P<noun>{_NOUN})))?"
    rf"|(?P<numbered>{_NOUN}) (?:number |no\.? ?|# ?)?(?P<number>\d{{1,3}}))"
)
_STEP = re.compile(r"(?:step|stage)s?", re.IGNORECASE)  # what follows it are other ones
_WORDS = (
    rf"(?:the (?P<before>(?!{PLACE} )[^\W_][\w’'-]*(?: [\w’'-]+){{0,2}}) (?:ones?|{_NOUN})"
    rf"|the (?:ones?|{_NOUN}) (?:about|on|in|from|of|with|for|that mentions?)"
    r" (?P<behind>[^?]{2,60}))"
)
# What asks for more of a thing, whatever that is.
_MORE = (
    rf"{LED}(?:(?:(?:tell|show|give) me |i want to know )?(?:some |a bit |a little )?more "
    r"(?:about|on|of)|tell me about|explain|expand(?: on)?|elaborate on"
    r"|(?:the )?details (?:about|on|of))"
)
_BARE = rf"{LED}(?:(?:what|how) about |what(?: is| was|['’]s) )?"
_SURELY = re.compile(rf"{_MORE} (?:{_ONE}){PLEASE}", re.IGNORECASE)
_MAYBE = re.compile(rf"{_BARE}(?:{_ONE})", re.IGNORECASE)
_SURELY_WORDS = re.compile(rf"{_MORE} {_WORDS}", re.IGNORECASE)
_MAYBE_WORDS = re.compile(rf"{_BARE}{_WORDS}", re.IGNORECASE)
_SOURCE_OF = re.compile(
    rf"{LED}(?:(?:which|what) article (?:says?|has|tells|states|reports)|who (?:says|said)"
    rf"|where (?:is|does|did)|(?:what is )?the source (?:of|for)) (?:{_ONE})"
    r"(?: (?:from|stand|come from|said))?",
    re.IGNORECASE,
)
_WHEN_OF = re.compile(
    rf"{LED}when (?:was|is|were|did) (?:{_ONE})(?: (?:happen|take place|be))?", re.IGNORECASE
)
_WHEN = re.compile(
    rf"{LED}(?:when (?:was|is|were|did) (?:that|this|it)(?: (?:happen|take place))?"
    r"|(?:since )?when)",
    re.IGNORECASE,
)
# "Which article says that?", "Where does it say so?", "What is the source of that?"
SOURCE = re.compile(
    rf"{LED}(?:(?:which|what) (?:of the )?{PIECE} "
    r"(?:says?|said|states?|tells?|reports?|mentions?) (?:that|this|so|it)"
    rf"|(?:(?:from|in) )?(?:which|what) {PIECE}"
    rf"|(?:which|what) {PIECE} (?:is|was) (?:that|this|it)"
    rf"|(?:from |in )?(?:which|what) {PIECE} (?:is|was|does|did|do) (?:that|this|it) "
    r"(?:from|in|said|stated|stand|come from|taken from)"
    r"|where (?:does|do|did) (?:it|they|the articles?) say (?:that|so|this)"
    r"|where (?:is|was|does|did) (?:that|this|it) (?:said|stated|written|come from|stand|from)"
    r"|what(?:['’]s| is| was| are| were) (?:the|your) sources?(?: (?:of|for) (?:that|this|it))?"
    r"|(?:says who|who says(?: so| that| this| it)?|who said (?:so|that|this|it)|(?:the )?sources?"
    r"|how do you know(?: that| this)?))",
    re.IGNORECASE,
)
_HAPPENS = r"(?:what (?:happened|came|comes|was|is)|what)"
_THAT = r"(?: (?:that|this|it))?"
NEXT = re.compile(
    rf"{LED}(?:{_HAPPENS} (?:right |just )?(?:next|then|afterwards?|after{_THAT})|after that"
    rf"|and (?:after|then)|the (?:next|following)(?: (?:one|{_NOUN}))?|then what"
    rf"|the (?:one|{_NOUN}) after{_THAT})",
    re.IGNORECASE,
)
BEFORE = re.compile(
    rf"{LED}(?:{_HAPPENS} (?:right |just )?(?:before{_THAT}|previously)|before that|and before"
    rf"|the (?:previous|preceding)(?: (?:one|{_NOUN}))?|the (?:one|{_NOUN}) before{_THAT})",
    re.IGNORECASE,
)
_SHORTER = re.compile(
    rf"{LED}(?:(?:make|keep|say|put|sum|summari[sz]e) (?:it|that) |be |just |up )*"
    r"(?:a bit |much |more )?(?:shorter|short|brief(?:er|ly)?|concise|in short|tl;?dr"
    r"|(?:the |a )?shorter? (?:version|answer)|(?:in |with )?(?:one|a single) sentence)"
    rf"{PLEASE}",
    re.IGNORECASE,
)
# "What happened in July 2024?", and what happened after that?
_AT_TIME = re.compile(
    rf"(?P<what>{LED}what (?:else )?happened\b.{{0,80}}?) (?:in|on|during|after|before) "
    rf"(?P<time>[^?]{{0,20}}?(?:{YEAR}|{MONTH})[^?]{{0,20}})",
    re.IGNORECASE,
)
_MOST = 300  # characters of a question before that is named


def place_of(words: str) -> int | None:
    """Return the place that words name, from 1; from the end -1 is the last. None where they don't.

    >>> place_of("third"), place_of("21st"), place_of("last"), place_of("second to last")
    (3, 21, -1, -2)
    """
    first, _, rest = words.lower().partition(" ")
    if first == "last":
        return -2 if rest == "but one" else -1
    number = re.fullmatch(r"(\d{1,4})(?:st|nd|rd|th)", first)
    at = int(number[1]) if number else ORDINALS.index(first) + 1 if first in ORDINALS else None
    return -at if at is not None and rest.endswith("last") else at


def place_said(at: int) -> str:
    """Return the words for a place: the contrary of `place_of`.

    >>> place_said(3), place_said(22), place_said(-1), place_said(-2)
    ('third', '22nd', 'last', 'second to last')
    """
    if at == -1:
        return "last"
    if at < 0:
        return f"{place_said(-at)} to last"
    if 0 < at <= len(ORDINALS):
        return ORDINALS[at - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(at % 10, "th")
    return f"{at}{'th' if at % 100 in (11, 12, 13) else ending}"


def at_place(things: Sequence[T], at: int) -> T | None:
    """Return the thing at a place, from 1 or from the end; None where there is no such place.

    >>> at_place("abc", 2), at_place("abc", -1), at_place("abc", 4), at_place("abc", 0)
    ('b', 'c', None, None)
    """
    index = at - 1 if at > 0 else len(things) + at
    return things[index] if at and 0 <= index < len(things) else None


@dataclass(frozen=True, slots=True)
class Picked:
    """Some of the statements of the answer to `what`: the one at a place, or those with `words`."""

    what: str
    at: int = 0
    words: str = ""

    @property
    def phrase(self) -> str:
        """How a question names it.

        >>> Picked("Give me a timeline", at=2).phrase
        'the second statement of the answer to “Give me a timeline”'
        """
        place = f"{place_said(self.at)} " if self.at else ""
        words = f" that has “{self.words}”" if self.words else ""
        return f"the {place}statement of the answer to “{self.what}”{words}"


@dataclass(frozen=True, slots=True)
class ShownAsked:
    """What is asked of a statement that was shown; of "more" `page` counts how often, from 0."""

    ask: Ask
    of: Picked
    page: int = 0

    @property
    def question(self) -> str:
        """The whole question that asks so.

        >>> ShownAsked("when", Picked("Who won?", at=2)).question
        'When was the second statement of the answer to “Who won?”?'
        """
        lead = {
            "more": f"Tell me {'still ' * self.page}more about",
            "source": "Which article has",
            "when": "When was",
            "only": "Give only",
            "after": "What comes after",
            "before": "What comes before",
        }[self.ask]
        return f"{lead} {self.of.phrase}{_FORMS[self.ask][1]}"


def shown_asked(question: str) -> ShownAsked | None:
    """Return what a whole question asks of a statement that was shown; None where it asks nothing.

    >>> shown_asked("When was the second statement of the answer to “Who won?”?").of
    Picked(what='Who won?', at=2, words='')
    """
    asked = question.strip()
    for ask, (pattern, end) in _FORMS.items():
        lead = pattern.match(asked)
        of = lead and _PICKED.fullmatch(asked.removesuffix(end), lead.end())
        if lead is None or not of:
            continue
        at = place_of(of["at"]) if of["at"] else 0
        picked = Picked(of["what"], at or 0, of["words"] or "")
        page = (lead.groupdict().get("still") or "").lower().count("still")
        return ShownAsked(ask, picked, page)
    return None


def with_statement_named(message: str, before: str, *, goes_on: bool = False) -> str:
    """Return `message` with the statement named that it means of those shown; "" without one.

    `before` is the question before it, itself standing on its own; `goes_on` tells that the message
    asks for more of whatever was told.

    >>> with_statement_named("Explain the second one.", "Which firms gave tokens away?")
    'Tell me more about the second statement of the answer to “Which firms gave tokens away?”'
    """
    asked = " ".join(message.split()).rstrip("?!. ")
    told = shown_asked(before)
    what = told.of.what if told else " ".join(before.replace("“", '"').replace("”", '"').split())
    if len(what) > _MOST or not what:
        return ""
    every = Picked(what)
    by_date = BY_DATE.search(what) is not None
    in_order = told is not None or by_date or wants_several(what)
    asks: tuple[tuple[re.Pattern[str], Ask], ...] = (
        (_SURELY, "more"), (_MAYBE, "more"), (_SOURCE_OF, "source"), (_WHEN_OF, "when"),
    )  # fmt: skip
    for pattern, ask in asks:
        match = pattern.fullmatch(asked)
        if match and (in_order or pattern is _SURELY or match["noun"] or match["numbered"]):
            at = place_of(match["at"]) if match["at"] else int(match["number"])
            is_step = _STEP.fullmatch(match["noun"] or match["numbered"] or "")
            if is_step and not asks_how(what):
                continue
            one = ShownAsked(
                "only" if is_step and ask == "more" else ask, replace(every, at=at or 0)
            )
            return one.question if at else ""
    if told is not None and (whole := _of_that(asked, told, goes_on=goes_on)):
        return whole
    if _SHORTER.fullmatch(asked):
        return ShownAsked("only", told.of if told and told.of.at else replace(every, at=1)).question
    words = _SURELY_WORDS.fullmatch(asked) if in_order else None
    if words is None and (told or by_date):
        words = _MAYBE_WORDS.fullmatch(asked)
    if words:
        wanted = words["before"] or words["behind"]
        return ShownAsked("more", replace(every, words=wanted)).question
    return ""


def beside_time(message: str, before: str) -> str:
    """Return the question `before` for what happened at a time, of the time after it or before.

    "" where it asks for no time, or the message for what stands on no side of it.

    >>> beside_time("And after that?", "What happened in July 2024?")
    'What happened after July 2024?'
    """
    asked, at = message.strip().rstrip("?!. "), _AT_TIME.fullmatch(before.rstrip("?!. "))
    for pattern, side in ((NEXT, "after"), (BEFORE, "before")):
        if at and pattern.fullmatch(asked) and f" {side} " not in before:
            return f"{at['what']} {side} {at['time']}?"
    return ""


def _of_that(asked: str, told: ShownAsked, *, goes_on: bool) -> str:
    """Return what is asked of the statement that was told last or of the one beside it, or ""."""
    sides: tuple[tuple[re.Pattern[str], Ask, int], ...] = (
        (NEXT, "after", 1), (BEFORE, "before", -1),
    )  # fmt: skip
    # After a statement that stands in no order of time, what happened next stands behind it.
    in_order = BY_DATE.search(told.of.what) or asked.lower().startswith(("the ", "and the "))
    for pattern, ask, step in sides if in_order else ():
        if pattern.fullmatch(asked):
            at = told.of.at + step if told.of.at else 0
            if told.ask in ("after", "before") or at == 0:  # there is none
                return ShownAsked(ask, told.of).question
            return ShownAsked("more", replace(told.of, at=at)).question
    if SOURCE.fullmatch(asked):
        return ShownAsked("source", told.of).question
    if _WHEN.fullmatch(asked):
        return ShownAsked("when", told.of).question
    if goes_on:
        page = told.page + 1 if told.ask == "more" else 0
        return ShownAsked("more", told.of, page).question
    return ""
