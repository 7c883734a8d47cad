"""The articles that a message means by what was told before: "summarise it", "the second one".

    "Which articles mention the dam?", then "When was it published?"
      -> "When was the article that mentions “the dam” published?"
    "Who runs Orion?", then "Which article says that?"
      -> "Which article answers “Who runs Orion?”?"

The phrase in quotation marks stands on its own, for whoever reads it and for the program, which
finds the articles by it anew. Only what is asked of articles is read so: in "when was it built" it
is the dam.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.topic import coverage_topic

ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
AGES = ("newest", "latest", "most recent", "oldest", "earliest")
OUTLET = (
    r"(?:outlet|news(?:paper| agency| site| outlet)?|agency|paper|magazine|journal|website|site"
    r"|publication|publisher|broadcaster|source|medium)"
)
_AT = rf"(?:{'|'.join([*ORDINALS, 'last', *AGES])})"
_MEANT = re.compile(
    rf"the (?:(?P<at>{_AT}) )?articles? that (?P<how>mention|answer)s? “(?P<what>[^”]+)”",
    re.IGNORECASE,
)
_ARTICLE = r"(?:articles?|pieces?|stor(?:y|ies))"
# "It", "that article", "the second one", "all of them".
_ONE = (
    rf"(?P<one>(?:all|each|both) of (?:them|these|those)|(?:it|them|they|this|that|these|those)"
    rf"(?! {_ARTICLE})|(?:this|that) one|(?:the|this|that|these|those) {_ARTICLE}"
    rf"|the (?P<at>{_AT}) (?:one|{_ARTICLE}|of (?:them|these|those)))"
)
_THAT_ONE = re.compile(r"(?:the|this|that) (?:article|piece|story)", re.IGNORECASE)
_PLEASE = r"(?:please )?(?:(?:can|could) you (?:please )?)?"
_WHEN = r"(?:when|(?:on )?(?:what|which) (?:date|day))"
_OF_ARTICLES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_PLEASE}(?:summari[sz]e|sum up|(?:give me )?(?:a|the) summary of) {_ONE}",
        rf"{_WHEN} (?:was|were|is|are|did|has|have) {_ONE} (?:been )?"
        r"(?:(?:first|last|originally) )?(?:published|written|printed|posted|updated|dated|appear)",
        rf"what (?:is|was) the (?:publication )?(?:date|title|headline) of {_ONE}",
        rf"who (?:wrote|authored|published|(?:is|are|was|were) the (?:authors?|writers?) of)"
        rf" {_ONE}",
        rf"who (?:is|was|are|were) {_ONE} (?:written )?by",
        rf"by whom (?:is|was|are|were) {_ONE} written",
        rf"(?:from )?(?:which|what) {OUTLET} (?:is|was|are|were|does|did|do) {_ONE}"
        r"(?: (?:come|taken|published))?(?: (?:from|in|by))?",
        rf"(?:which|what) {OUTLET} (?:published|printed|ran|carried|posted) {_ONE}",
        rf"where (?:is|was|were|are) {_ONE} (?:published|printed|taken from)",
        rf"what (?:is|are) {_ONE} about",
        rf"who (?:is|are|was|were|gets) quoted in {_ONE}",
        rf"what (?:does|do|did) {_ONE} (?:say|report|write|tell(?: us| me)?) (?:about|on|of) .+",
    )
)
_NEWEST = re.compile(
    rf"(?:which|what)(?: one| article| of (?:them|these|those))? is (?:the )?"
    rf"(?P<age>{'|'.join(AGES)})"
    r"(?: one| article| of (?:them|these|those))?",
    re.IGNORECASE,
)
# "Which article says that?", "Where does it say so?", "What is the source of that?"
_SOURCE = re.compile(
    rf"(?:(?:which|what) (?:of the )?{_ARTICLE} (?:says?|said|states?|tells?|reports?|mentions?) "
    r"(?:that|this|so|it)"
    rf"|(?:from |in )?(?:which|what) {_ARTICLE} (?:is|was|does|did|do) (?:that|this|it) "
    r"(?:from|in|said|stated|stand|come from|taken from)"
    r"|where (?:does|do|did) (?:it|they|the articles?) say (?:that|so|this)"
    r"|where (?:is|was|does|did) (?:that|this) (?:said|stated|written|come from|stand|from)"
    r"|what(?:['’]s| is| was| are| were) (?:the|your) sources?(?: (?:of|for) (?:that|this|it))?"
    r"|(?:says who|who says(?: so| that)?|(?:the )?sources?|how do you know(?: that| this)?))",
    re.IGNORECASE,
)
_WHICH_ANSWERS = re.compile(r"which article answers “(?P<question>[^”]+)”", re.IGNORECASE)
_MOST = 300  # characters of a question before that is named


@dataclass(frozen=True, slots=True)
class Meant:
    """The articles that mention a topic or answer a question; `at` picks one of them.

    `at` is an ordinal in their order, or an age; "" where all are meant, one or `several`.
    """

    how: Literal["mention", "answer"]
    what: str
    at: str = ""
    several: bool = False

    @property
    def phrase(self) -> str:
        """How a question names them.

        >>> Meant("mention", "the dam", at="second").phrase
        'the second article that mentions “the dam”'
        """
        noun, verb = ("articles", self.how) if self.several else ("article", f"{self.how}s")
        return f"the {f'{self.at} ' if self.at else ''}{noun} that {verb} “{self.what}”"


def meant_in(question: str) -> tuple[Meant, str] | None:
    """Return the articles that a whole question names so, and the words that do; else None.

    >>> meant_in("Who wrote the articles that answer “Why?”?")[1]
    'the articles that answer “Why?”'
    """
    match = _MEANT.search(question)
    if match is None:
        return None
    how: Literal["mention", "answer"] = "mention" if match["how"] == "mention" else "answer"
    several = "articles" in match[0].partition("“")[0].lower()
    return Meant(how, match["what"], (match["at"] or "").lower(), several), match[0]


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
        at = len(names) - 1 if meant.at == "last" else ORDINALS.index(meant.at)
        return tuple(names[at : at + 1])
    # What an answer rests on is its first sentence.
    return tuple(names[:1] if meant.how == "answer" and not meant.several else names)


def with_articles_named(message: str, before: str) -> str:
    """Return `message` with the articles named that it means, "" where it means none.

    `before` is the question before it, itself standing on its own.

    >>> with_articles_named("Summarise the second one.", "Which articles mention the dam?")
    'Summarise the second article that mentions “the dam”.'
    """
    asked, told = message.strip().rstrip("?!. "), meant_in(before)
    covered = coverage_topic(before)
    question = source_asked(before) or " ".join(before.replace("“", '"').replace("”", '"').split())
    if told is not None:
        known = replace(told[0], at="", several=False)
    elif covered is not None:
        if covered.speakers:
            return ""
        known = Meant("mention", covered.text.strip("“”\"' "))
    elif len(question) <= _MOST:
        known = Meant("answer", question)
    else:
        return ""
    if _SOURCE.fullmatch(asked):
        return f"Which article answers “{question}”?" if told is None and not covered else ""
    if known.how == "mention" and (age := _NEWEST.fullmatch(asked)):
        return f"Which is the {age['age'].lower()} article that mentions “{known.what}”?"
    for pattern in _OF_ARTICLES:
        if (match := pattern.fullmatch(asked)) is None:
            continue
        # After an answer "it" is what the answer is about, unless the article was spoken of.
        spoken_of = told is not None or source_asked(before) != ""
        if known.how == "answer" and not spoken_of and not _THAT_ONE.fullmatch(match["one"]):
            return ""
        one = match["one"].lower()
        several = one.endswith(("them", "they", "these", "those", "articles", "pieces", "stories"))
        at = (match["at"] or "").lower()
        meant = replace(known, at=at, several=several and not at)
        end = message[message.index(asked) + len(asked) :]
        named = f"{asked[: match.start('one')]}{meant.phrase}{asked[match.end('one') :]}{end}"
        return f"{named[:1].upper()}{named[1:]}"
    return ""
