"""What the pronouns of a message mean, put in their place; beside the question before if unclear.

"Who runs the Kite mill in Velm?", "When was it built?"
  -> "When was the Kite mill in Velm built?"
"What did the town do about the noise?", "Did it work?"
  -> "What did the town do about the noise? Did it work?"
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conversation.last_asked import put_beside, questions_in
from rag.conversation.leaning import words_of
from rag.conversation.pronouns import Pronoun
from rag.conversation.spoken_of import (
    Context,
    is_of_several,
    is_one_name,
    maker_of,
    of_two_people,
    opening_name,
    place_meant,
    thing_before,
    things_meant,
    topic_meant,
)
from rag.conversation.who_meant import is_somebody_told, names_somebody, pair_told, person_meant
from rag.questions.manners import LED
from rag.words.person import are_people, is_somebody, looks_like_a_person
from rag.words.phrases import Phrase, phrases

_OF = re.compile(r"\bof\s+$", re.IGNORECASE)
# "Who is the chief executive of Orion?", and where is it based?
_ROLE = (
    r"(?:(?:chief|managing|prime|vice|deputy|general)[ -])*(?:executive|officer|c[eft]o|president|"
    r"(?:co-?)?founder|director|chair(?:man|woman|person)?|head|boss|mayor|minister|governor|owner|"
    r"author|editor|manager|leader|captain|coach|king|queen|spokes(?:man|woman|person)|chief|"
    r"secretary|chancellor|inventor|creator|principal|rector|curator|conductor|architect|trainer)"
)
_HOLDS_ROLE = re.compile(
    rf"(?:the\s+)?(?:\w+\s+)??{_ROLE}\s+(?:of|at)\s+(?P<of>.+)|(?P<its>.+)['’]s?\s+(?:\w+\s+)??{_ROLE}",
    re.IGNORECASE,
)
# What is the price of the boat, and where was it built?
MEASURE = (
    r"(?:price|cost|weight|height|length|width|depth|size|age|population|area|capacity|speed|value"
    r"|dose|use|purpose|name|title|colou?r|temperature|budget|revenue|salary|rent|fee|address|wait"
    r"|queue)"
)
_MEASURED = re.compile(rf"(?:the\s+)?(?:\w+\s+)?{MEASURE}\s+(?:of|at)\s+(?P<of>.+)", re.IGNORECASE)
_BY_SPEAKER = re.compile(r"\b(?:I|we|you)\b[^?]*$", re.IGNORECASE)
_LONG = re.compile(r"”$|\s(?:that|of|about|in|on|at)\s")  # names that take no "’s"
# "Ana Ruiz wants a new mill.", and did she get one?
_ONE = re.compile(
    r"\b(?:get|got|have|had|find|found|need|want|buy|bought|build|built|make|made|received?|used?"
    r"|order|ordered|own|choose|chose|hire|hired|keep|kept|take|took|see|seen|saw) (?P<one>one)"
    r"(?=\s*[?.!]*$|,|\s+(?:yet|now|too|again|before|after|in|at|for|from|since|soon|there)\b)",
    re.IGNORECASE,
)
_AN = re.compile(r"(?<!,)\s(?P<an>an?)\s+$")
_OF_SEVERAL = frozenset("they them their theirs".split())
# A verb before "they", as it is before a single name: "do they" -> "does SenseTime".
_BEFORE_SEVERAL = re.compile(r"\b(do|have|are|were)(?=\s+$)", re.IGNORECASE)
_BEFORE_ONE = {"do": "does", "have": "has", "are": "is", "were": "was"}
_ASKED_WHO = re.compile(rf"(?:^|[?!.:] ){LED}who\b", re.IGNORECASE)
# What events do, and nobody: "What did Orion announce?", and when did it take effect?
_HAPPENS = re.compile(
    r"\b(?:(?:take|takes|took|taken)\s+(?:effect|place)|(?:come|comes|came)\s+into\s+(?:effect|force)"
    r"|happen(?:s|ed)?|occur(?:s|red)?)\b"
    r"|\bit\s+(?:(?:all|ever|still|really|actually|\w+ly)\s+)?(?:(?:come|came|comes) about"
    r"|turn(?:s|ed)? out|work(?:s|ed)?|succeed(?:s|ed)?|fail(?:s|ed)?|help(?:s|ed)?|matters?"
    r"|end(?:s|ed)?|go)\b|\b(?:idea|doing|fault|decision|point|reason)\s+(?:is|was)\s+it\b",
    re.IGNORECASE,
)
# "How long did it take him?": what somebody did, and neither of the two.
_TAKES = re.compile(
    r"\bit\s+(?:take|takes|took)\s+(?:him|her|them|us|me|you|the\s+[a-z]+|(?-i:[A-Z])\w+)\b",
    re.IGNORECASE,
)
# "Which has the better battery?"
_WHICH_HAS = re.compile(
    r"(?:and |but |so )?which(?: (?:one|of (?:them|the two)))? (?:has|have|had|offers|needs)\b",
    re.IGNORECASE,
)
# "How do I get there?", "How far did they sail from there?"
_GOES = re.compile(
    r"\b(?:get|gets|got|go|goes|went|come|came|drive|drove|fly|flew|sail|walk|cycle|travel|move|return"
    r")(?:s|ed|led)?\s+(?:back\s+)?$",
    re.IGNORECASE,
)
_WHERE = re.compile(r"\b(?:in|at|to|from|of|over|through|near|around)\s+$", re.IGNORECASE)
# "What did the town do about the noise?": what was done is meant, and neither of the two.
_ACT = re.compile(
    r"\bwhat\s+(?:is|are|was|were|do|does|did|has|have|will|would)\b[^?]*\b(?:do|done|doing|decided?"
    r"|happen(?:s|ed|ing)?)\b|\bwhat happen(?:s|ed)\b",
    re.IGNORECASE,
)
# What one alone does not: "Why do they differ?"
_EACH_OTHER = re.compile(
    r"\s+(?:(?:all|both|ever|still|really|actually)\s+)?(?:dis)?(?:agree|differ|match|meet|compare"
    r"|compete|coincide|overlap)\b",
    re.IGNORECASE,
)
# "Is there a café on board?", of which the articles say nothing, and how old is it?
_ASKED_IF_ANY = re.compile(
    rf"{LED}(?:(?:is|are|was|were)\s+there\b|(?:do|does|did)\s+[^?]{{1,60}}?\s+(?:have|offer|provide)\b)",
    re.IGNORECASE,
)
_ASKED_IF_SOME = re.compile(rf"{LED}(?:is|was) there (?:any )?(?P<what>[a-z-]+)\W*$", re.IGNORECASE)
_FOUND_NOTHING = re.compile(r"The articles don[’']t (?:say|seem)\b")


def itself(meant: str) -> str:
    """Return what "it" is of what was asked about: the firm of its head, the boat of its price.

    >>> itself("the price of the boat"), itself("the head of Orion"), itself("the boat")
    ('the boat', 'Orion', 'the boat')
    """
    if role := _HOLDS_ROLE.fullmatch(meant):
        return role["of"] or role["its"]
    measured = _MEASURED.fullmatch(meant)
    return measured["of"] if measured else meant


def resolved(core: str, pronouns: Sequence[Pronoun], context: Context) -> str:
    """Return `core` with what its pronouns mean in their place, beside the question before if not.

    Where the answer is about something else than the question was, that is named too. A "he" where
    nobody was spoken of leaves `core` as it is.
    """
    parts, at = [], 0
    put: list[str] = []
    unclear = False
    for pronoun in pronouns:
        word = core[pronoun.start : pronoun.end].lower()
        if not pronoun.person and _OF.search(
            core[: pronoun.start]
        ):  # "how many of them": of what the answer told
            several = word == "them" and not of_two_people(context)
            things = things_meant(context.question) if several else ""
            if things and not things.startswith("the "):
                things = f"the {things}"
            own = f"{core[: pronoun.start]}{things or word}{core[pronoun.end :]}"
            return put_beside(context.base, own)
        meant = _meant_by(word, pronoun, core, context)
        unclear |= meant is None
        if not meant or meant in put:
            continue  # named once is enough: the second time the pronoun has something to mean
        put.append(meant)
        before = core[at : pronoun.start]
        if word == "they" and _is_one(meant):
            before = _before_one(before)
        at = pronoun.end
        if pronoun.possessive and _LONG.search(meant) and (own_one := _what_is_owned(core, at)):
            meant, at = f"the {core[at : own_one.end].strip()} of {meant}", own_one.end
        elif pronoun.possessive:
            meant = _possessive(meant)
        parts += [before, meant]
    of_people = all(pronoun.person for pronoun in pronouns)
    if not put:
        asked_who = _ASKED_WHO.search(context.question)
        beside = unclear or asked_who or not of_people
        return put_beside(context.base, core) if beside else core
    whole = "".join([*parts, core[at:]])
    if unclear:  # who stands in the question before need not be named again
        named = all(meant in context.base for meant in put)
        return put_beside(context.base, core if named else whole)
    other = (
        ""
        if of_people or any(meant in context.answer for meant in put)
        else opening_name(context.answer)
    )
    if other and not looks_like_a_person(other) and not set(words_of(other)) & set(words_of(whole)):
        whole = f"{whole} ({other})"
    return whole[:1].upper() + whole[1:] if core[:1].isupper() else whole


def _meant_by(word: str, pronoun: Pronoun, core: str, context: Context) -> str | None:
    """Return what one of the pronouns of `core` means, "" where nothing can be told to be it.

    None where all that was said is rather meant, or several of what was spoken of may be.
    """
    if word == "there":
        place = place_meant(context)
        before = core[: pronoun.start]
        led = "" if _WHERE.search(before) else "to " if _GOES.search(before) else "in "
        return f"{led}{place}" if place else ""
    if pronoun.person:
        if known := person_meant(context, word):
            return known
        return None if names_somebody(context) else _only_one(context)
    if word == "it" and _TAKES.match(core, pronoun.start):
        return None
    has = _WHICH_HAS.match(context.question)  # what it has is not "it"
    meant = (thing_before(context) if has else "") or topic_meant(context, thing=True)
    if word in ("it", "its") and _asked_in_vain(context):
        meant = thing_before(context) or meant
    if word in _OF_SEVERAL:
        return _several_meant(meant, word, pronoun, core, context)
    if word in ("it", "its"):
        meant = itself(_single(meant, context))
    of_somebody = is_somebody(meant) or is_somebody_told(meant, context.answer)
    if meant in context.people or of_somebody:
        meant = thing_before(context)
        if not meant or _are_several(meant):
            return None
    if word in ("it", "its") and meant.islower() and meant.isalpha():
        meant = f"the {meant}"
    is_act = _HAPPENS.search(core) and (is_one_name(meant) or _ACT.search(context.base))
    return None if is_act else meant


def _single(meant: str, context: Context) -> str:
    """Return what was meant, or what was spoken of before that where it is of several things.

    "How much is the pool for children?", "What are the opening times?", "Is it heated?": the pool.
    """
    if not _are_several(meant):
        return meant
    bases = (context.earlier, *(base for _, base in context.turns))
    before = (topic_meant(Context(base, base, ""), thing=True) for base in bases if base)
    alone = (one for one in before if one and not _are_several(one))
    return next((one for one in alone if one not in context.people), meant)


def _are_several(meant: str) -> bool:
    """Return whether what was meant is of several things, and no name."""
    return meant.islower() and is_of_several(meant)


def _asked_in_vain(context: Context) -> bool:
    """Return whether it was asked if there is any of what no article told to be there.

    So it was where an answer to "is there parking?" does not speak of it.
    """
    last = questions_in(context.question)[-1]
    some = _ASKED_IF_SOME.match(last)
    if some and some["what"].lower() not in context.answer.lower():
        return True
    nothing = _FOUND_NOTHING.match(context.answer) is not None
    return nothing and _ASKED_IF_ANY.match(last) is not None


def with_one_named(core: str, context: Context) -> str:
    """Return `core` with what "one" is of, as far as that was spoken of as "a new engine".

    That is the last such thing of the question before, else of the opening of its answer.
    """
    one = _ONE.search(core)
    if one is None or _an_thing(core[: one.start()]):
        return core
    last = questions_in(context.base)[-1]
    said = (last, context.answer, context.base)
    thing = next(filter(None, map(_an_thing, said)), "")
    return f"{core[: one.start('one')]}{thing}{core[one.end() :]}" if thing else core


def _an_thing(text: str) -> str:
    """Return the last thing that `text` speaks of as "a" or "an"; not what it only explains."""
    found = [(_AN.search(text[: phrase.start]), phrase) for phrase in phrases(text)]
    things = [f"{an['an']} {text[p.start : p.end]}" for an, p in found if an and not p.names]
    return things[-1] if things else ""


def _only_one(context: Context) -> str:
    """Return the one person who was spoken of, "" where they are several."""
    return next(iter(context.people)) if len(context.people) == 1 else ""


def _several_meant(
    meant: str, word: str, pronoun: Pronoun, core: str, context: Context
) -> str | None:
    """Return the same for "they", where the turn before was about what is `meant`."""
    if not things_meant(context.question) and (pair := pair_told(context)):
        return pair
    if meant and not is_of_several(meant):
        meant = things_meant(context.question)
        if not meant:
            return None
    if word == "they" and _EACH_OTHER.match(core, pronoun.end):
        return None
    if meant in context.people:
        bases = (context.question, context.earlier, *(base for _, base in context.turns))
        several = next(filter(None, map(things_meant, bases)), "")
        if several or " " not in meant:  # a speaker who is called by a surname
            return several or None
    # What the speaker does something with is no people: "if I don't use them".
    if word == "them" and are_people(meant) and _BY_SPEAKER.search(core[: pronoun.start]):
        meant = _things_of(context.question, context.earlier) or meant
    meant = maker_of(meant, context) or meant
    return None if _HAPPENS.search(core) and is_one_name(meant) else meant


def _things_of(*questions: str) -> str:
    """Return the several things, no people, of the first of `questions` that speaks of any."""
    found = (things_meant(question, people=False) for question in questions)
    return next(filter(None, found), "")


def _what_is_owned(core: str, at: int) -> Phrase | None:
    """Return the phrase that follows a possessive at once: "limitations" after "its"."""
    return next(
        (p for p in phrases(core) if p.start >= at and not core[at : p.start].strip()), None
    )


def with_name(core: str, pronoun: re.Match[str], name: str) -> str:
    """Return `core` with a name in the place and the case of a pronoun: "their" -> "Alibaba’s"."""
    before, word = core[: pronoun.start()], pronoun[0].lower()
    if word == "they" and _is_one(name):
        before = _before_one(before)
    put = _possessive(name) if word in ("their", "its", "his", "her") else name
    return f"{before}{put}{core[pronoun.end() :]}"


def _is_one(meant: str) -> bool:
    """Return whether what takes the place of "they" is one by its form: "SenseTime", "the bus"."""
    is_one = is_one_name(meant) or (meant.islower() and not is_of_several(meant))
    return is_one and not (is_one_name(meant) and meant.endswith("s"))


def _before_one(before: str) -> str:
    """Return what stands before "they" as it stands before one: "do" -> "does"."""
    return _BEFORE_SEVERAL.sub(lambda match: _BEFORE_ONE[match[1].lower()], before)


def _possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"
