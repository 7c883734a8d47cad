"""The pronouns of a message with nothing before them there that they could mean. In English.

"What did Orion sell, and who bought it?"   none: "it" is in the message
"Who bought it?"                            "it"
"Is it true that Orion was sold?"           none: "it" stands for what follows
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.conversation.leaning import DO_IT, asked_for, is_why_so, words_of
from rag.questions.kinds import ARTICLES
from rag.words.months import MONTHS
from rag.words.person import are_people, is_somebody
from rag.words.phrases import (
    ASKING,
    AUXILIARIES,
    BE,
    DETERMINERS,
    FUNCTION,
    HAVE,
    PREPOSITIONS,
    VERBS,
    WORD,
    Phrase,
    phrases,
)
from rag.words.verbs import is_base, is_participle

_PERSONAL = frozenset("he she him her himself herself his hers".split())
_POSSESSIVE = frozenset("his its their hers theirs".split())
_NEUTRAL = frozenset("it they them itself themselves".split())
# What "they" and "it" do not mean: the collection that is asked.
_COLLECTION = re.compile(rf"\b(?:{ARTICLES}|sources)\b", re.IGNORECASE)
# An "it" that stands for what follows: "is it true that", "how long does it take to".
_EMPTY_IT = re.compile(
    r"\b(?:is|was|be|are|does|did|do|can|would|will|could)\s+it\s+(?:\w+\s+){1,6}?"
    r"(?:that|whether|if|when)\s+\w"
    r"|\bit(?:['’]s| is| was| takes?| took)\s+(?:\w+\s+){1,3}?(?:that|for|if|when)\s+\w"
    r"|\b(?:call|find|make|think)s?(?:ed|ing)? it (?:\w+ )?(?:when|if|to|that)\b"
    r"|\b(?:is|was) it (?:called )?(?:when|if|that)\b"
    r"|\b(?:does|did|do|will|would|can|could) it (?:\w+ )?(?:take|cost) (?:to|for)\b"
    r"|\bit [a-z]+ed (?:how|what|who|whether|when|that)\b"
    # Weather and the way there are nobody's: "how cold is it in Lima", "how far is it to Lima".
    r"|\bhow (?:(?:cold|hot|warm|cool|mild|wet|dry|windy|humid|sunny|dark|late) (?:is|was|does) it"
    r" (?:get )?(?:on|in|at)|far (?:is|was) it to|(?:high|deep|steep) (?:is|was) it on)"
    rf" (?:the )?(?!(?:{'|'.join(MONTHS)})\b)(?-i:[A-Z])"
    r"|\bwhat (?:time|day|date) is it\b|\bis it (?:raining|snowing|cold|hot|warm)\b"
    r"|\bit (?:rain|snow|freeze|thunder|drizzle)s?\b",
    re.IGNORECASE,
)
# The same before "to": "is it safe for dogs to swim"; but "when was it moved to Lakeside", where no
# verb follows, and "how is it used to make tea", which tells what is done with it.
_EMPTY_IT_TO = re.compile(
    r"\b(?:(?:is|was|be|are|does|did|do|can|would|will|could)\s+it"
    r"|it(?:['’]s| is| was| takes?| took))"
    r"\s+(?P<how>\w+)\s+(?:\w+\s+){0,5}?to\s+(?P<verb>\w+)",
    re.IGNORECASE,
)
_MOST_BETWEEN = 100  # characters of one clause
# Prepositions that open no clause, as "before it closed" does.
_PLAIN = sorted(PREPOSITIONS - set("before after since until till than as like per except".split()))
_LEADS_TO = re.compile(rf"\s+(?:of|{'|'.join(_PLAIN)})\s+", re.IGNORECASE)
_DOES_BEFORE = re.compile(
    r"\b(?:do|does|did|can|could|will|would|should|may|might|must|has|have|had)\s+"
    rf"(?:(?:{'|'.join(sorted(DETERMINERS))})\s+)?$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:]|\b(?:and|or|but|that|which|who|whose|when|where|why|how|what|if|because|while|whether"
    r"|after|before|since|until|though|although|so|as|than|say|says|said|think|thinks)\b(?!\s+(?:about"
    r"|of|to|on|against)\b)",
    re.IGNORECASE,
)
_NO_VERB = re.compile(
    rf"\s*(?:[?.!]|$)|\s+(?:{'|'.join(_PLAIN)}|too|again|now|today|yet|first|instead)\b",
    re.IGNORECASE,
)
_SAID_OF_AN_ACT = frozenset("allowed permitted forbidden supposed needed required advised".split())
_DOING = frozenset("plan want intend hope try need continue expect manage seek lead use".split())
_BEING = re.compile(
    r"['’]|\s+(?:\w+\s+)?(?:be|is|are|was|were|has|have|been|exists?|existed)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pronoun:
    """A pronoun at [start, end) of a message with nothing before it there that it could mean."""

    start: int
    end: int
    person: bool
    possessive: bool


def unresolved(core: str) -> list[Pronoun]:
    """Return the pronouns of `core`, in order, with nothing in it that they could mean."""
    words = [m for m in WORD.finditer(core) if m[0] != "s" or core[: m.start()][-1:] not in "'’"]
    found = phrases(core)
    if is_why_so(core):
        return []
    empty = _empty_its(core)
    first, second = ([match[0].lower() for match in words] + ["", ""])[:2]
    # "Who lost his job": of the one who is asked for; but "who makes it".
    asked_of = first in ("who", "what") and second not in FUNCTION
    # An opening before the question itself: "after its founding, what did Rome do".
    leads = (first in PREPOSITIONS and second not in ASKING) or (
        first in {"when", "other", "while"} and second not in AUXILIARIES
    )
    result = []
    before = ""
    for match in words:
        word = match[0].lower()
        possessive = word in _POSSESSIVE or (word == "her" and noun_follows(core, match.end()))
        of_a_place = (
            word == "there"
            and before not in BE | {"has", "have"}
            and not _BEING.match(core[match.end() :])
        )
        # "Who elected her": somebody else than who is asked for.
        of_another = set() if possessive else {"him", "her"}
        held = asked_of and before not in AUXILIARIES  # but "what company did she found"
        leaning = _NEUTRAL | (of_another if held else _PERSONAL | _POSSESSIVE)
        if (word in leaning and match.start() not in empty) or of_a_place:
            able = [phrase for phrase in found if phrase.names] if of_a_place else found
            later = leads and any(p.names and p.end > match.end() for p in found)
            if not later and not _meant(core, match, able, possessive=possessive):
                result.append(Pronoun(match.start(), match.end(), word in _PERSONAL, possessive))
        before = word
    return result


def _empty_its(core: str) -> set[int]:
    """Return where each "it" stands that means what follows it."""
    found = [match.span() for match in _EMPTY_IT.finditer(core)]
    found += [match.span("it") for match in DO_IT.finditer(core)]
    for match in _EMPTY_IT_TO.finditer(core):
        how = match["how"].lower()
        done = is_participle(how) and how not in _SAID_OF_AN_ACT
        if is_base(match["verb"].lower()) and not done and how not in _DOING:
            found.append(match.span())
    return {
        start + match.start()
        for start, end in found
        for match in re.finditer(r"\bit\b", core[start:end], re.IGNORECASE)
    }


def _meant(core: str, pronoun: re.Match[str], found: Sequence[Phrase], *, possessive: bool) -> bool:
    """Return whether a phrase before the pronoun could be what it means."""
    able = [phrase for phrase in found if phrase.end <= pronoun.start()]
    if not possessive and not pronoun[0].lower().endswith(("self", "selves")):
        able = [phrase for phrase in able if not _stands_beside(core, phrase, pronoun)]
        able = [p for p in able if not _COLLECTION.search(core, p.start, p.end)]
    if pronoun[0].lower() in _PERSONAL:  # one person, and not "people" or "votes"
        able = [p for p in able if not _of_several(core, p)]
    # In "what tokens did they give" the tokens are not who gave.
    if able and asked_for(core, able[-1]):
        between = words_of(core[able[-1].end : pronoun.start()])
        has_its = possessive and between[-1:] and between[-1] in HAVE
        if between and not has_its and set(between) <= AUXILIARIES:
            able = able[:-1]
    return bool(able)


def _stands_beside(core: str, phrase: Phrase, pronoun: re.Match[str]) -> bool:
    """Return whether a phrase is said to do something to the pronoun, or with it: another one.

    "Did the reviewer like it?", "Can one drink wine with it?", "What share of them is old?"
    """
    between = core[phrase.end : pronoun.start()]
    if len(between) > _MOST_BETWEEN:
        return False
    if _LEADS_TO.fullmatch(between):
        return True
    does = _DOES_BEFORE.search(core[max(0, phrase.start - _MOST_BETWEEN) : phrase.start])
    is_last = does and _NO_VERB.match(core, pronoun.end())
    return is_last is not None and _CLAUSE.search(between) is None


def _of_several(core: str, phrase: Phrase) -> bool:
    """Return whether a phrase without a name is of several people or things, by its head."""
    head = core[phrase.start : phrase.end].partition(" of ")[0].rpartition(" ")[2].lower()
    several = are_people(head) or (head.endswith("s") and not head.endswith(("ss", "us")))
    return several and not phrase.names and not is_somebody(head)


def noun_follows(core: str, at: int) -> bool:
    """Return whether a noun may follow at once, as one follows "her" that is not "of her"."""
    follows = WORD.match(core[at:].lstrip())
    return follows is not None and follows[0].lower() not in FUNCTION | VERBS
