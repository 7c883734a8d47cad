"""Does a message lean on the turn before it, and by which words? In English.

A message leans where it asks without saying of what ("Why?", "and in the US?"), holds a pronoun
with nothing before it that it could mean, or points at something or compares with something that
it does not name. The rules would rather leave a message alone than read a conversation into one
that stands on its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.months import MONTHS
from rag.person import are_people, is_somebody
from rag.phrases import (
    ASKING,
    AUXILIARIES,
    BE,
    FUNCTION,
    HAVE,
    PREPOSITIONS,
    VERBS,
    WORD,
    Phrase,
    phrases,
)
from rag.verbs import is_base, is_finite, is_participle

_OPENER = re.compile(
    r"^(?:(?:and|but|or|so|ok|okay|well|then|also|now|hm+|oh|ah|yes|no|thanks|thank you|great|i see"
    r"|sorry|got it|i meant?)\b"
    r"[\s,.!:–—-]*)+",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:what|how) about\b\s*", re.IGNORECASE)
_CORRECTING = re.compile(r"\bi meant?\b", re.IGNORECASE)
_BARE_TAIL = re.compile(
    r",\s*(?:how (?:many|much|long|often|far)|what|when|where|who|why|which(?: ones?)?)[?!.\s]*$",
    re.IGNORECASE,
)
_END = r"(?=\s*(?:[?.!,;:]|$))"
_MOST_ELLIPTIC_WORDS = 8
_MOST_ASKING_WORDS = 5

_SPAN = "year|month|week|day|quarter|decade|century|season"
RELATIVE_TIME = re.compile(
    rf"\b(?:(?:the|a|one) (?P<late>{_SPAN}) (?P<side>before|after|earlier|later)"
    rf"|the (?P<order>previous|preceding|next|following) (?P<early>{_SPAN})){_END}",
    re.IGNORECASE,
)
_AUXILIARY = "|".join(sorted(word for word in AUXILIARIES if word.isalpha()))
_VERB = "|".join(sorted(VERBS))
_DOES = rf"(?=\s+(?:{_AUXILIARY}|{_VERB})\b)"  # a verb follows
# What is compared with something that is not named.
_COMPARING = re.compile(
    r"\b(?:(?:do|did|does|done|say|said) the (?:same|opposite)|do so|did so"
    r"|the (?:others?|rest|former|latter)"
    r"|(?:which|another|the newest|the latest|the oldest) ones?"
    rf"|(?:both|either|neither|each) of them){_END}"
    rf"|\b(?:which|who|what|both|either|neither|one|each) of the two(?:{_END}|{_DOES})"
    rf"|^(?:which|what) ones?{_DOES}"
    r"|\bthe others\b(?!\s+(?:who|that|which|of|in)\b)"
    r"|\bthe (?:other|first|second|third|last) ones?"
    rf"(?:{_END}|(?=\s+(?!(?:who|that|which|to|of|with)\b)[a-z]))"
    # "How many of those come from the US?", but "of those surveyed", "of those who"
    rf"|\bof (?:those|these)(?:{_END}|{_DOES})"
    rf"|^(?:who|what|where|which|anything|anyone|how) else{_END}",
    re.IGNORECASE,
)
_THAT = re.compile(
    rf"\w\s+(?:that|this|those|these){_END}"
    r"|^(?:that|those|these|this)(?:['’]s| (?:is|was|are|were|would|will|means?))\b"
    rf"|\b(?:{_AUXILIARY}) (?:this|that) (?:{_VERB}|[a-z]+ed)\b",
    re.IGNORECASE,
)
# "This motor", "these people", as far as it is not a time ("this year").
_POINTING = re.compile(
    r"(?<!, )\b(?:these|such an?|this)\s+(?!(?:days?|years?|months?|weeks?|century|decade|time|"
    r"morning|evening|spring|summer|autumn|winter|who|that|which|of|in|with|is|was|are|were)\b)"
    r"(?=[a-z])",
    re.IGNORECASE,
)
# "Was the difference significant?", with nothing between what or of what it is.
_BETWEEN_WHAT = re.compile(
    r"\bthe (?:difference|result|effect|outcome|gap|increase|decrease|rise|drop|change)s?\b"
    r"(?!\s+(?:of|between|in|on|to|from|for|at|by|that|which|made|with)\b)",
    re.IGNORECASE,
)
# "The company" stands for one that was named, whatever word the turn before had for it; any other
# thing only where the turn before had the same word for it.
_ROLES = frozenset(
    "company firm startup author writer film movie book novel song album band".split()
)
_DEFINITE = re.compile(
    rf"\bthe ((?!\w+est\b)[^\W\d_]+)(?=\s*(?:[?.!]|$)|\s+(?:{_AUXILIARY}|{_VERB})\b)"
)

# "Which is older, the mill or the bridge?" names both.
_OF_TWO_THINGS = re.compile(
    r"\b(?:the|an?)\s+[\w-]+(?:\s+[\w-]+)?,?\s+(?:or|and)\s+(?:the|an?)\s+[\w-]", re.IGNORECASE
)

_PERSONAL = frozenset("he she him her himself herself his hers".split())
_POSSESSIVE = frozenset("his its their hers theirs".split())
_NEUTRAL = frozenset("it they them itself themselves".split())
# "Tell me more": nothing is asked about, whatever the words.
_MORE = re.compile(
    r"(?:(?:can|could|would) you |please )*(?:(?:tell|give|show) (?:me|us) )?"
    r"(?:(?:some |any |a (?:bit|little) |even )?more"
    r"(?: (?:details?|information|about (?:it|this|that)))?"
    r"|(?:the |some |any )?details|elaborate(?: on (?:it|this|that))?|go on|continue"
    r"|explain(?: (?:it|this|that|more|further))*|what happened (?:next|then|after(?:wards)?))"
    r"(?:,? please)?",
    re.IGNORECASE,
)
# "Why so late?", "why there?", "how so?": of what was said.
_WHY_SO = re.compile(
    r"(?:why|how)\s+(?:(?:only|just|so|that|such an?)(?:\s+[\w-]+){0,2}|there|then|now|not)",
    re.IGNORECASE,
)
# "What if I don't?": what, stands before.
_WHAT_IF_NOT = re.compile(
    r"what\s+(?:happens?\s+)?if\s+(?:i|we|you|he|she|they|it|one|not)"
    r"(?:\s+(?:do|does|did|ca|can|could|will|wo|would|have|has|am|are|is)(?:n['’]?t|not|\s+not)?)?",
    re.IGNORECASE,
)
_OF_NOTHING = re.compile(
    r"(?i:how\s+(?:many|much)|what|which)\s+(?P<thing>[a-z-]{3,}(?:\s+[a-z-]{2,}){0,2})"
)
_ELSE = re.compile(
    r"\b(?:who|what|where|which|when|why|how|any(?:thing|one|body|where))\s+else\b",
    re.IGNORECASE,
)
# "Over what period?", "in which city?": nothing is asked about either.
_ASKS_BESIDE = re.compile(
    rf"(?:according\s+to|{'|'.join(PREPOSITIONS)})\s+"
    r"(?:whom?|whose|what|which|how\s+(?:many|much))(?P<kind>(?:\s+[\w-]+){0,2})",
    re.IGNORECASE,
)
# What "they" and "it" do not mean: the collection that is asked.
_COLLECTION = frozenset(
    "articles reports stories pieces documents files texts papers sources".split()
)
_SPEAKERS = frozenset("you your yours i me my mine we us our".split())
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
    r"|\bwhat (?:time|day|date) is it\b|\bis it (?:raining|snowing|cold|hot|warm)\b",
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


def opened(message: str) -> tuple[str, bool, bool]:
    """Return the message without "and" or "what about", whether it had one, whether the second."""
    core = without_opener(message)
    rest = _ABOUT.sub("", core) or core
    return rest, rest != message, rest != core


def without_opener(message: str) -> str:
    """Return the message without "and", or all of it where nothing else is left."""
    core = _OPENER.sub("", message)
    return core if WORD.search(core) else message


def corrects(message: str) -> bool:
    """Return whether a message says what was meant instead: "No, I meant the hostel"."""
    opener = _OPENER.match(message)
    return opener is not None and _CORRECTING.search(opener[0]) is not None


def without_tail(core: str) -> str:
    """Return `core` without words at its end that only ask.

    >>> without_tail("Baichuan, how many?")
    'Baichuan'
    """
    return _BARE_TAIL.sub("", core).strip().rstrip("?!. ")


def words_of(text: str) -> list[str]:
    """Return the words of `text` in lower case, with straight apostrophes."""
    return [match[0].lower().replace("’", "'") for match in WORD.finditer(text)]


def only_asks(core: str, *, after_opener: bool = False) -> bool:
    """Return whether nothing is asked about: "Why?", "Since when?", "What happened next?".

    After "and" neither is it where the speaker alone is named: "And how long do I have?".
    """
    words = words_of(core)
    bare = _bare(core)
    beside = _ASKS_BESIDE.fullmatch(bare)
    if beside and not (AUXILIARIES | VERBS) & set(words_of(beside["kind"])):
        return True
    if any(asking.fullmatch(bare) for asking in (_MORE, _WHY_SO, _WHAT_IF_NOT)):
        return True
    speakers = _SPEAKERS - {"i", "we"} if after_opener and words[0] in ASKING else _SPEAKERS
    return (
        0 < len(words) <= _MOST_ASKING_WORDS
        and set(words) <= FUNCTION | VERBS
        and not speakers & set(words)
        and not phrases(core)
    )


def asks_to_go_on(message: str) -> bool:
    """Return whether a message asks for more of what was told, whatever that is."""
    core, _, _ = opened(message)
    return _MORE.fullmatch(_bare(core)) is not None


def asks_for_others(message: str) -> bool:
    """Return whether a message asks for something else than was told: "what else did she say?"."""
    return _ELSE.search(message) is not None


def elliptic(core: str, *, after_opener: bool, after_about: bool, corrects: bool = False) -> bool:
    """Return whether `core` names something and asks nothing of it: "Alibaba?", "in the US?".

    What `corrects` a question may end in what is elsewhere a verb: "I meant sick leave".
    """
    words = words_of(core)
    begins = words[:1] != [] and (words[0] in PREPOSITIONS or words[:2] == ["according", "to"])
    if not phrases(core) or not (after_opener or begins):
        return False
    if after_about:
        return not ASKING & set(words)
    head = without_tail(core)
    in_head = set(words_of(head)) - ({"may"} if "May" in head else set())
    return (
        not (AUXILIARIES | ASKING | (frozenset() if corrects else VERBS)) & in_head
        and len(in_head) <= _MOST_ELLIPTIC_WORDS
        and (after_opener or core.rstrip().endswith("?"))
    )


def asks_of_nothing(core: str) -> bool:
    """Return whether `core` asks for a thing, and of nothing: "How many employees?", "What price?".

    >>> asks_of_nothing("How many employees?"), asks_of_nothing("How many employees left?")
    (True, False)
    """
    match = _OF_NOTHING.fullmatch(_bare(core))
    if match is None:
        return False
    words = words_of(match["thing"])
    return not any(w in AUXILIARIES | VERBS or is_finite(w) or is_participle(w) for w in words)


def refers_to_an_event(core: str) -> bool:
    """Return whether `core` speaks of all that was said: "did they do the same", "why is that"."""
    between = _BETWEEN_WHAT.search(core) and len(phrases(core)) == 1
    return bool(between or _COMPARING.search(core) or _THAT.search(core))


def is_pointed(core: str) -> bool:
    """Return whether `core` says that what it speaks of was said before: "this motor"."""
    return bool(_POINTING.search(core))


def points_back(core: str, said: str) -> bool:
    """Return whether `core`, which names nothing, points at a thing of `said`: "this company"."""
    if any(phrase.names for phrase in phrases(core)) or any(letter.isdigit() for letter in core):
        return False
    if _OF_TWO_THINGS.search(core):
        return False
    known = _ROLES | set(words_of(said))
    return is_pointed(core) or any(
        match[1] in known and core.lower().count(match[1]) == 1
        for match in _DEFINITE.finditer(core)
    )


def unresolved(core: str) -> list[Pronoun]:
    """Return the pronouns of `core`, in order, with nothing in it that they could mean."""
    words = [m for m in WORD.finditer(core) if m[0] != "s" or core[: m.start()][-1:] not in "'’"]
    found = phrases(core)
    if _WHY_SO.fullmatch(_bare(core)):
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
        possessive = word in _POSSESSIVE or (word == "her" and _noun_follows(core, match.end()))
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


def _bare(core: str) -> str:
    return core.strip(" ?!.")


def asked_for(text: str, phrase: Phrase) -> bool:
    """Return whether a question word stands before `phrase`, with no verb between."""
    for word in reversed(words_of(text[: phrase.start])):
        if word in ASKING:
            return True
        if word in AUXILIARIES | VERBS:
            return False
    return False


def _meant(core: str, pronoun: re.Match[str], found: Sequence[Phrase], *, possessive: bool) -> bool:
    """Return whether a phrase before the pronoun could be what it means."""
    able = [phrase for phrase in found if phrase.end <= pronoun.start()]
    if not possessive and not pronoun[0].lower().endswith(("self", "selves")):
        able = [p for p in able if not _COLLECTION & set(words_of(core[p.start : p.end]))]
    if pronoun[0].lower() in _PERSONAL:  # one person, and not "people" or "votes"
        able = [p for p in able if not _of_several(core, p)]
    # In "what tokens did they give" the tokens are not who gave.
    if able and asked_for(core, able[-1]):
        between = words_of(core[able[-1].end : pronoun.start()])
        has_its = possessive and between[-1:] and between[-1] in HAVE
        if between and not has_its and set(between) <= AUXILIARIES:
            able = able[:-1]
    return bool(able)


def _of_several(core: str, phrase: Phrase) -> bool:
    """Return whether a phrase without a name is of several people or things, by its head."""
    head = core[phrase.start : phrase.end].partition(" of ")[0].rpartition(" ")[2].lower()
    several = are_people(head) or (head.endswith("s") and not head.endswith(("ss", "us")))
    return several and not phrase.names and not is_somebody(head)


def _noun_follows(core: str, at: int) -> bool:
    follows = WORD.match(core[at:].lstrip())
    return follows is not None and follows[0].lower() not in FUNCTION | VERBS
