"""Does a message lean on the turn before it, and by which words? In English.

A message leans where it asks without saying of what ("Why?", "and in the US?"), holds a pronoun
with nothing before it that it could mean, or points at something or compares with something that
it does not name. The rules would rather leave a message alone than read a conversation into one
that stands on its own.
"""

from __future__ import annotations

import re

from rag.conversation.going_on import goes_on
from rag.questions.manners import JOINER, PLEASE
from rag.words.phrases import (
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
from rag.words.verbs import is_base, is_finite, is_participle

# Courtesies stay: who asks politely leans on nothing.
_OPENER = re.compile(
    rf"^(?:(?:{JOINER}|hm+|oh|ah|yes|no|thanks|thank you|great|i see"
    r"|sorry|got it|i meant?|by the way|btw|something else|another question"
    r"|one more (?:thing|question)|lol|haha"
    # "Right, and who pays?", but "Right-wing parties", "Fine dust"
    r"|(?:(?:very|how) )?interesting(?= *[,.!…])|(?:all )?right(?= *[,.!…])"
    r"|(?:alright|sure|fine|good|nice|cool|wow|really|true|fair enough|understood)(?= *[,.!…])"
    r"|(?:back )?then(?=, (?:in|on|at)\b))\b"
    r"[\s,.!:–—-]*)+",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:what|how) about\b\s*", re.IGNORECASE)
_LED_BY = re.compile(r"(?:an?|the|my|our)\s", re.IGNORECASE)
# "How long does a ... sorry, when is the pool open?"
_FALSE_START = re.compile(
    r"[^?]{0,200}?(?:\.{2,}|[…,;.–—-])\s*(?:(?:oh|ah|er+m?|um+|no|wait|hang on|hold on)[,.… ]+)*"
    r"(?:(?:sorry|scratch that|forget that|i meant?|rather)(?:[,:.…–—-]+\s*|\s+)"
    r"(?:i meant?(?: to ask)?[,:.…–—-]*\s*)?(?=(?:what|when|where|who|whose|why|how|which)\b)"
    rf"|(?:sorry|scratch that|forget that)[,:.…–—-]+\s*(?=(?:{'|'.join(sorted(AUXILIARIES))})\s))",
    re.IGNORECASE,
)
# "Who's her successor?", but "who's won", of which "has" is as likely.
_CONTRACTED = re.compile(
    r"(?<![\w’'])(?P<asks>who)['’](?P<is>s|re)\s+(?P<next>\w+)",
    re.IGNORECASE,
)
_CORRECTING = re.compile(r"\bi meant?\b", re.IGNORECASE)
_BARE_TAIL = re.compile(
    r",\s*(?:how (?:many|much|long|often|far)|what|when|where|who|why|which(?: ones?)?)[?!.\s]*$",
    re.IGNORECASE,
)
_END = r"(?=\s*(?:[?.!,;:]|$))"
_MOST_ELLIPTIC_WORDS = 8
_MOST_ASKING_WORDS = 5
_MOST_OF_NOTHING = 6

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
    rf"|\b(?:{_AUXILIARY})(?:n['’]t)? (?:this|that) (?:{_VERB}|[a-z]+ed)\b",
    re.IGNORECASE,
)
# "Is that still true?", "How much is that per household?", "How did that end?"
_THAT_ASKED = re.compile(
    rf"\b(?:{_AUXILIARY}) (?P<that>that|this|these|those)\s+(?!(?:who|which|of)\b)(?P<next>[a-z]+)"
    r"(?P<ends>\s*(?:[?.!]|$))?",
    re.IGNORECASE,
)
_SPAN_WORD = re.compile(
    rf"(?:{_SPAN}|time|day|morning|afternoon|evening|night|weekend|spring|summer|autumn|winter)s?"
)
# "Do others do it?", "Who did it first?": what was said to be done.
DO_IT = re.compile(
    rf"\b(?:do|does|did|doing|done) (?P<it>it|that|this|so)(?:{_END}"
    rf"|(?=\s+(?:{'|'.join(PREPOSITIONS)}|again|too|first|now|today|so|then|there|well|better)\b))",
    re.IGNORECASE,
)
_ALL_OF_IT = re.compile(r"\bthe (?:whole|entire) (?:thing|affair|matter|story)\b", re.IGNORECASE)
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

_ADVERBS = frozenset("still also already now really actually always even only not".split())
_WHAT_NEXT = re.compile(rf"what happened (?:next|then|after(?:wards)?){PLEASE}", re.IGNORECASE)
# "Why so late?", "why there?", "how so?": of what was said.
_WHY_SO = re.compile(
    r"(?:why|how)\s+(?:(?:only|just|so|that|such an?)(?:\s+[\w-]+){0,2}|there|then|now|not)",
    re.IGNORECASE,
)
# "Why?", "how come?", "why is that?"
_ASKS_WHY = re.compile(
    r"(?:why|how come|what for)(?:\s+(?:not|so|(?:is|was|do|does|did)\s+(?:that|this|it)))?"
    r"(?:,?\s+(?:though|tho|exactly|then|actually))?",
    re.IGNORECASE,
)
# "Is that still true?", "does that still hold?"
_STILL = re.compile(
    r"(?:is|are|was|were|does|do)\s+(?:that|this|it|these|those)\s+still\s+(?:true|so|right|correct|valid"
    r"|accurate|current|the\s+case|up\s+to\s+date|hold|apply|stand)",
    re.IGNORECASE,
)
# "Is that a lot?", "are those enough?": what was told is judged.
_IS_MUCH = re.compile(
    r"(?:is|are|was|were)(?:n['’]t)?\s+(?:that|this|these|those)\s+(?:(?:really|even|actually|not)\s+)?"
    r"(?:an?\s+(?:lot|record)|(?:too\s+|very\s+)?(?:much|many|few|little|high|low|large|small|old"
    r"|cheap|expensive)|enough|usual|unusual|normal|common|rare)(?:\s+(?:for|in|at)\s[^?]{1,40})?",
    re.IGNORECASE,
)
# "How deep?", "how far away?"
_HOW_SO = re.compile(r"how\s+(?:very\s+|much\s+)?[a-z]+", re.IGNORECASE)
# "What if I don't?": what, stands before.
_WHAT_IF_NOT = re.compile(
    r"what\s+(?:happens?\s+)?if\s+(?:i|we|you|he|she|they|it|one|not)"
    r"(?:\s+(?:do|does|did|ca|can|could|will|wo|would|have|has|am|are|is)(?:n['’]?t|not|\s+not)?)?",
    re.IGNORECASE,
)
_OF_NOTHING = re.compile(
    r"(?i:how\s+(?:many|much)|what|which)\s+(?P<thing>[a-z-]{3,}(?:\s+[a-z-]{2,}){0,2})"
)
_CAME_OF_IT = re.compile(
    r"(?:what|how)\s+(?:do|does|did|has|have|will|would)\s+(?:[\w’'-]+\s+){1,4}?"
    r"(?:decided?|concluded?|do|done|propose|recommend(?:ed)?|answer(?:ed)?|react(?:ed)?|respond(?:ed)?|"
    r"repl(?:y|ied)|vote|agree|find)",
    re.IGNORECASE,
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
# What has a thing of its own, though no phrase was told: "when is the next meeting?"
_OF_ONE_THING = re.compile(r"\b(?:the|an?|this|these|those|my|our)\s+[a-z]", re.IGNORECASE)
# Behind the thing that is asked for: "how many teachers were asked?"
_IS_DONE = re.compile(
    rf"\s+(?:{'|'.join(sorted(filter(str.isalpha, BE | HAVE)))})(?:\s+\w+ly|\s+been|\s+also)?"
    r"\s+(?:\w+ed|known|made|found|seen|given|taken|shown|done|told|sold|built|left|lost)[?.! ]*",
    re.IGNORECASE,
)
_COMPLETION = re.compile(r"\s*\([^()]*\)(?=[?.!\s]*$)")
_SPEAKERS = frozenset("you your yours i me my mine we us our".split())
# What is spoken of whatever was said before: the program, and the day.
_OWN = frozenset("you your yours yourself today yesterday tomorrow tonight".split())


def opened(message: str) -> tuple[str, bool, bool]:
    """Return the message without "and" or "what about", whether it had one, whether the second."""
    core = without_opener(message)
    rest = _ABOUT.sub("", core) or core
    return rest, rest != message, rest != core


def without_opener(message: str) -> str:
    """Return the message without "and", or all of it where nothing else is left."""
    core = _OPENER.sub("", message)
    return core if WORD.search(core) else message


def without_false_start(message: str) -> str:
    """Return the question that takes the place of one that was broken off.

    >>> without_false_start("How deep is ... sorry, when is the pool open?")
    'When is the pool open?'
    """
    started = _FALSE_START.match(message)
    rest = message[started.end() :] if started else message
    return f"{rest[:1].upper()}{rest[1:]}" if started else message


def written_out(message: str) -> str:
    """Return the message with "who is" for "who's": where no participle follows.

    >>> written_out("Who's her successor?"), written_out("Who's won?")
    ('Who is her successor?', "Who's won?")
    """

    def whole(found: re.Match[str]) -> str:
        if is_participle(found["next"].lower()) or found["next"].lower() in ("got", "been"):
            return found[0]
        verb = "is" if found["is"].lower() == "s" else "are"
        return f"{found['asks']} {verb} {found['next']}"

    return _CONTRACTED.sub(whole, message)


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
    if goes_on(core):
        return True
    if any(asking.fullmatch(bare) for asking in (_WHAT_NEXT, _WHY_SO, _WHAT_IF_NOT, _HOW_SO)):
        return True
    speakers = _SPEAKERS - {"i", "we"} if after_opener and words[0] in ASKING else _SPEAKERS
    return (
        0 < len(words) <= _MOST_ASKING_WORDS
        and set(words) <= FUNCTION | VERBS
        and not speakers & set(words)
        and not phrases(core)
    )


def names_nothing(core: str, *, after_opener: bool = False) -> bool:
    """Return whether a short question says what is asked, and of nothing: "Who disagrees?".

    Neither does it of the thing that it asks for alone: "How many teachers were asked?".

    >>> names_nothing("Who disagrees?"), names_nothing("Who disagrees with the mayor?")
    (True, False)
    """
    words = words_of(core)
    asks = words[:1] and words[0] in ASKING | AUXILIARIES
    if not (asks or after_opener) or len(words) > _MOST_OF_NOTHING or set(words) & _OWN:
        return False
    found = phrases(core)
    if not found:
        return _OF_ONE_THING.search(core) is None
    thing = core[found[0].start : found[0].end]
    led = set(words_of(core[: found[0].start]))
    is_asked = len(found) == 1 and thing.islower() and led <= ASKING | {"many", "much"}
    return is_asked and _IS_DONE.fullmatch(core, found[0].end) is not None


def without_completion(question: str) -> str:
    """Return a question without what it was completed with, which stands in brackets at its end.

    >>> without_completion("How many schools (the study of phones)?")
    'How many schools?'
    """
    return _COMPLETION.sub("", question)


def asks_only_why(message: str) -> bool:
    """Return whether a message asks for the reason of what was told, and no more: "Why?"."""
    core, _, _ = opened(message)
    return _ASKS_WHY.fullmatch(_bare(core)) is not None


def judges_what_was_told(message: str) -> bool:
    """Return whether a message asks if what was told holds, or is much: "Is that a lot?"."""
    core, _, _ = opened(message)
    return (_STILL.fullmatch(_bare(core)) or _IS_MUCH.fullmatch(_bare(core))) is not None


def is_why_so(core: str) -> bool:
    """Return whether `core` asks why or how what was said is so: "why so late?", "how so?"."""
    return _WHY_SO.fullmatch(_bare(core)) is not None


def asks_to_go_on(message: str) -> bool:
    """Return whether a message asks for more of what was told, whatever that is."""
    core, _, _ = opened(message)
    return goes_on(core) or _WHAT_NEXT.fullmatch(_bare(core)) is not None


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
    if _LED_BY.match(head):  # "a circular saw" ends in no verb
        in_head.discard(words_of(head)[-1])
    return (
        not (AUXILIARIES | ASKING | (frozenset() if corrects else VERBS)) & in_head
        and len(in_head) <= _MOST_ELLIPTIC_WORDS
        and (after_opener or core.rstrip().endswith("?"))
    )


def asks_what_came_of_it(core: str) -> bool:
    """Return whether `core` asks what somebody decided, and not of what: it opens with "and" then.

    >>> asks_what_came_of_it("What did the council decide?")
    True
    >>> asks_what_came_of_it("What did the council decide about the mill?")
    False
    """
    return _CAME_OF_IT.fullmatch(_bare(core)) is not None


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
    said = _COMPARING.search(core) or _THAT.search(core) or DO_IT.search(core)
    is_much = _IS_MUCH.fullmatch(_bare(core))
    return bool(between or said or is_much or _ALL_OF_IT.search(core)) or any(
        map(_asks_of_that, _THAT_ASKED.finditer(core))
    )


def _asks_of_that(match: re.Match[str]) -> bool:
    """Return whether "that" stands for what was said, and not before a noun of its own."""
    word = match["next"].lower()
    if _SPAN_WORD.fullmatch(word):
        return False
    one = match["that"].lower() in ("that", "this")  # but "those with a low income"
    is_led = word in _ADVERBS | {"enough"} or (one and word in PREPOSITIONS)
    return match["ends"] is not None or is_led or is_base(word)


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


def _bare(core: str) -> str:
    return core.strip(" ?!.")


def asked_for(text: str, phrase: Phrase) -> bool:
    """Return whether a question word stands before `phrase`, with no verb between."""
    words = words_of(text[: phrase.start])
    for at, word in reversed(list(enumerate(words))):
        if word in ASKING:
            return True
        is_contracted = word == "s" and at > 0 and words[at - 1] in ASKING  # "what's"
        if word in AUXILIARIES | VERBS or is_contracted:
            return False
    return False
