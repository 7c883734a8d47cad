"""A question asked anew of what a fragment names: "And Alibaba?", "in the US?".

Rules over the words of the question before, which stands on its own.
"""

from __future__ import annotations

import re

from rag.conversation.elsewhere import of_the_one
from rag.conversation.leaning import asked_for, without_tail, words_of
from rag.conversation.other_time import at_another_time
from rag.conversation.put_in import put_in
from rag.conversation.spoken_of import TIME, in_place, is_one_name, is_plural, proper
from rag.questions.kinds import ARTICLE
from rag.questions.manners import LED
from rag.words.months import YEAR
from rag.words.person import are_people, is_organised, is_somebody, looks_like_a_person
from rag.words.phrases import (
    ASKING,
    BE,
    DETERMINERS,
    DO,
    HAVE,
    PREPOSITIONS,
    WORD,
    Phrase,
    is_demonym,
    phrases,
)
from rag.words.phrases import names as names_in
from rag.words.verbs import is_participle

# A question for yes or no, or for when, where, why or how.
_OPEN_QUESTION = re.compile(
    r"(?:(?:(?:since|until|from|till)\s+)?(?:when|where|why|how(?:\s+(?:long|often|far|soon))?)\s+)?"
    rf"(?P<rest>(?:{'|'.join(sorted(BE | DO | HAVE))})\s.*)",
    re.IGNORECASE,
)
_HOW_MUCH = ("how long", "how often", "how far", "how soon")
_QUESTIONS = re.compile(r"[^?]+\??")
# "Which articles mention the bridge?", and the otters?
_COVERING = re.compile(
    r"(?:which|what|how many|do|does|list|are there)\b"
    rf".*\b{ARTICLE}\b.*?\b(?:mentions?|about|on)\s+(?P<topic>.+)$",
    re.IGNORECASE,
)
# "Who is the mayor of Riverton?", and in Lakeside?
_OFFICE = re.compile(
    r"\b(?:mayor|governor|president|premier|minister|king|queen|capital|population|area|size|currency"
    r"|climate|economy)\s+(?P<of>of|in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_WHO_HOLDS = re.compile(r"who(?:['’]s|\s+(?:is|was))\s+the\s", re.IGNORECASE)
_THE_ONE = re.compile(rf"the ones?\s+(?=(?:{'|'.join(PREPOSITIONS)})\s)", re.IGNORECASE)
# "Compare the plant with the ferry by cost", and by jobs?
_COMPARED_BY = re.compile(rf"(?P<what>{LED}compare .+?)(?: by [^,]+)?$", re.IGNORECASE)
# "When was the mill built?", and by whom?
_PASSIVE = re.compile(
    r"(?:when|where|why|how)\s+(?P<done>(?:is|was|are|were)\s+.+\s(?P<last>\w+))", re.IGNORECASE
)
_PREPOSITIONS = PREPOSITIONS | {"according"}
_AT_FIRST = re.compile(rf"according\s+to\b|{WORD.pattern}", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*\([^()]*\)$")
# What one of these says, another says the contrary of, and both are not asked at once.
_OPPOSED = (
    "with without", "before after", "inside outside", "above below", "over under",
)  # fmt: skip
_CONTRARY = {
    one: "|".join(other for other in pair.split() if other != one)
    for pair in _OPPOSED
    for one in pair.split()
}
_NUMBER = re.compile(r"\d+(?:\.\d+)+")  # of a version
# "And week 6?", of what week 4 was asked of
_ONE_OF_MANY = re.compile(r"(?:the )?(?P<noun>[^\W\d_]+)\s+\d+", re.IGNORECASE)
_NUMBERED = re.compile(rf"(?:the\s+)?(?:version\s+|v)?(?P<number>{_NUMBER.pattern})", re.IGNORECASE)
_ONE = re.compile(r"\s+ones?$", re.IGNORECASE)
_DEFINITE = re.compile(r"the\s+[\w-]+(?:\s+[\w-]+)?$", re.IGNORECASE)
_LED_IN = re.compile(rf"\b(?:{'|'.join(sorted(DETERMINERS))})\s+$", re.IGNORECASE)
# What is asked of a thing, rather than another thing.
_OF_A_THING = re.compile(
    r"\b(?:prices?|costs?|fees?|pay|salary|salaries|wages?|age|size|length|height|width|depth|weight"
    r"|colour|color|names?|dates?|time|times|hours|address|location|number|numbers|results?"
    r"|reasons?|causes?|effects?|risks?|benefits?|difference|rest|others?|same|future|past|history"
    r"|staff|team|top|bottom|end|beginning|start|opening|first|second|third|last|next|\w+ness"
    r"|\w+ity|\w+ment|\w+tion)$",
    re.IGNORECASE,
)
_BEFORE_TAIL = re.compile(r"\w.*?(?=\s+(?:in|on|at|for|of|from|during)\s|$)")
_SUBJECT = re.compile(rf"\b(?:{'|'.join(sorted(BE | DO | HAVE))})\s+the\s+$", re.IGNORECASE)
# "Can I keep a cat in the flat?", and a snake? "For a week" is no such thing.
_SMALL = sorted(filter(str.isalpha, PREPOSITIONS | BE | DO | HAVE | {"and", "or", "of", "to"}))
_A_THING = re.compile(
    r"\b(?P<one>an?\s+(?!(?:second|minute|hour|day|night|week|month|year|person|lot|bit|few)\b)"
    rf"(?:(?!(?:{'|'.join(_SMALL)})\b)[\w’'-]+\s+){{0,3}}?"
    rf"[\w’'-]+)(?=\s+(?:{'|'.join(_SMALL)})\b|\s*(?:[,;?!.]|$))",
    re.IGNORECASE,
)
_SUBJECT_TO_COME = re.compile(rf"\b(?:{'|'.join(sorted(filter(str.isalpha, DO)))})\s+$", re.I)
# "What did the council decide about the playground?", and the footbridge? "What happened to it?"
_SAID_ABOUT = re.compile(
    rf"\b(?:(?:{'|'.join(sorted(filter(str.isalpha, BE | DO | HAVE)))})\s[^?]*?\sabout"
    r"|what\s+(?:(?:is|was|has|will)\s+)?happen(?:ed|ing|s)?\s+(?:with|to))\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\s+(?:over|under|above|below|aged|from|between|older than|younger than)\s+\d+"
    r"(?:\s+(?:to|and)\s+\d+)?(?:\s+years(?: old)?)?",
    re.IGNORECASE,
)
# The name of a setting, an option or a function.
_CODE_NAME = re.compile(r"`[^`]+`|(?<![\w`-])(?:--[a-z][\w-]*|[A-Za-z]\w*_\w+)")
_HE = re.compile(r"\b(?:he|she|him|her(?=\s*(?:[?.!,]|$)))(?!['’])\b", re.IGNORECASE)


def with_new_asking(core: str, base: str) -> str:
    """Return the question before as asked by a fragment: "Until when?" -> "Until when is ...".

    "By whom?" -> "By whom was ... abolished?". "" where the question is not for yes or no, nor for
    when, where, why or how.
    """
    fragment = core.strip().rstrip("?!. ")
    words = words_of(fragment)
    asking = ASKING & set(words)
    passive = _PASSIVE.fullmatch(base.rstrip("?!. "))
    if fragment.lower() == "by whom" and passive and is_participle(passive["last"]):
        return f"{fragment[:1].upper()}{fragment[1:]} {passive['done']}?"
    swapped = _OPEN_QUESTION.fullmatch(base)
    only_asks = bool(words) and (words[-1] in ASKING or fragment.lower() in _HOW_MUCH)
    # Why it will take so long is not why it will take.
    so_long = "why" in asking and base.lower().startswith(_HOW_MUCH)
    asks = asking and asking <= {"when", "where", "why", "how"} and not so_long
    if swapped and asks and only_asks:
        rest = swapped["rest"]
        return f"{fragment[:1].upper()}{fragment[1:]} {rest[:1].lower()}{rest[1:]}"
    return ""


def substituted(core: str, question: str, *, corrects: bool = False) -> str:
    """Return the question asked of what `core` names instead: "And Alibaba?", "in the US?".

    "" where nothing tells what it stands for. What `corrects` the question ("No, I meant the
    hostel") stands for the thing that it speaks of.
    """
    named = without_tail(core)
    base = question.rstrip("?!. ")
    first = _AT_FIRST.match(named)
    preposition = first[0] if first and first[0].lower().split()[0] in _PREPOSITIONS else ""
    thing = named[len(preposition) :].strip()
    if corrects and is_one_name(thing) and (whole := _of_whom(base, thing)):
        return whole
    if not names_in(thing):  # what was only put beside it in brackets is no part of it
        base = _BRACKETS.sub("", base).rstrip("?!. ")
    if (other := _NUMBERED.fullmatch(thing)) and (was := _NUMBER.search(base)):
        return put_in(base, was.start(), was.end(), other["number"])
    if (one := _ONE_OF_MANY.fullmatch(thing)) and (
        was := re.search(rf"\b{re.escape(one['noun'])}\s+\d+\b", base, re.IGNORECASE)
    ):
        return put_in(base, *was.span(), one[0].removeprefix("the "))
    if (code := _CODE_NAME.fullmatch(thing)) and (was := _CODE_NAME.search(base)):
        return f"{base[: was.start()]}{code[0]}{base[was.end() :]}?"
    if corrects and thing.lower() in base.lower():
        return ""  # it names what it means of several
    if corrects and (head := _BEFORE_TAIL.match(thing)) and _OF_A_THING.search(head[0]):
        return ""  # it asks something else of the same
    if TIME.search(thing) and not is_one_name(TIME.sub("", thing).strip()):
        return at_another_time(base, preposition, thing)
    if (followed := _COVERING.match(base)) and not preposition:
        return f"{base[: followed.start('topic')]}{thing}?"
    if (other := _THE_ONE.match(named)) and (whole := of_the_one(base, named[other.end() :])):
        return whole
    if preposition.lower() == "by" and (compared := _COMPARED_BY.match(base)):
        return f"{compared['what']} by {thing}?"
    if preposition.lower() in ("", "for") and (whole := _of_other_people(base, thing)):
        return whole
    if preposition:
        return _in_another(base, preposition, named)
    if whole := _of_what_was_said(base, thing):
        return whole
    if re.match(r"an?\s", thing, re.IGNORECASE) or corrects:
        for asked in reversed(_QUESTIONS.findall(base)):
            if whole := _of_a_thing(asked.strip().rstrip("?!. "), thing):
                return whole
    if names_in(thing):
        return _of_another_edition(base, thing) or _of_another(base, thing)
    heads = {word.rstrip("s") for word in words_of(thing)}
    for phrase in phrases(base):  # a credit card, and a debit card?
        if words_of(base[phrase.start : phrase.end])[-1].rstrip("s") in heads:
            start = base.rfind(" of ", phrase.start, phrase.end)  # days of annual leave
            return put_in(base, phrase.start if start < 0 else start + 4, phrase.end, thing)
    return _of_another_thing(base, thing, corrects=corrects)


def _of_whom(base: str, name: str) -> str:
    """Return the question with a name for its "she" or "he", "" where it has none, or a name."""
    found = _HE.search(base)
    if found is None or names_in(base):
        return ""
    return f"{base[: found.start()]}{name}{base[found.end() :]}?"


def _of_a_thing(asked: str, thing: str) -> str:
    """Return the question with `thing` for "a cat" in "may I keep a cat in the flat", or ""."""
    one = _A_THING.search(asked)
    if one is None:
        return ""
    start, end = one.span("one")
    if _SUBJECT_TO_COME.search(asked[:start]):  # "does a credit card cost": a verb is to come
        end = next((phrase.end for phrase in phrases(asked) if phrase.start > start), end)
    return f"{asked[:start]}{thing}{asked[end:]}?"


def _of_what_was_said(base: str, thing: str) -> str:
    """Return the question for what was said or done about another thing, "" where none is for that.

    What can say or do something itself does not take its place, nor do people. The questions behind
    it were of the thing before.
    """
    definite = _DEFINITE.match(thing) or is_one_name(thing)
    acts = is_organised(thing) or is_somebody(thing) or are_people(thing)
    if not definite or acts or _OF_A_THING.search(thing):
        return ""
    for asked in reversed(_QUESTIONS.findall(base)):
        for phrase in phrases(asked):
            before = asked[: phrase.start]
            if not _SAID_ABOUT.search(before):
                continue
            spoke = any(is_somebody(before[each.start : each.end]) for each in phrases(before))
            if is_one_name(thing) and (spoke or names_in(before)):
                return ""  # somebody else's words are asked for
            return put_in(asked.strip().rstrip("?!. "), phrase.start, phrase.end, thing)
    return ""


def _of_other_people(base: str, thing: str) -> str:
    """Return the question of other people than it asks of: "part-timers" for "employees".

    "" where either are none.
    """
    if names_in(thing) or not are_people(_OLD.sub("", thing.lower())):
        return ""
    for phrase in phrases(base):
        if not phrase.names and are_people(base[phrase.start : phrase.end].lower()):
            old = _OLD.match(base, phrase.end)
            return put_in(base, phrase.start, old.end() if old else phrase.end, thing)
    return ""


def _of_another_thing(base: str, thing: str, *, corrects: bool) -> str:
    """Return the question with "the tower" for "the museum" in "is the museum free", or "".

    What is rather asked of the museum, as its price, and somebody don't take its place. What
    `corrects` the question takes that of the first thing that is spoken of.
    """
    if corrects:
        spoken = [p for p in phrases(base) if not p.names and not asked_for(base, p)]
        return put_in(base, spoken[0].start, spoken[0].end, thing) if spoken else ""
    if not _DEFINITE.match(thing) or _OF_A_THING.search(thing) or is_somebody(thing):
        return ""
    for phrase in phrases(base):
        said = base[phrase.start : phrase.end].lower()
        # What people do, no thing does.
        acts = is_somebody(said) or (are_people(said) and not is_organised(thing))
        if _SUBJECT.search(base[: phrase.start]) and not acts:
            end = phrase.end
            if base[end:].startswith(" that "):  # the mill that has the blue sails
                end = next((p.end for p in phrases(base) if p.start > end), end)
            return put_in(base, phrase.start, end, thing)
    return ""


def of_the_same_form(core: str, base: str) -> str:
    """Return the question of another thing by the form of the word for it, "" where none is so.

    >>> of_the_same_form("kids", "How much is the pool for grown-ups?")
    'How much is the pool for kids?'
    >>> of_the_same_form("chestnut", "How long does oak take?")
    'How long does chestnut take?'
    """
    thing = without_tail(core).strip().rstrip("?!. ")
    plain = thing.islower() and thing.replace(" ", "").replace("-", "").isalpha()
    if not plain or len(thing.split()) > 2 or _OF_A_THING.search(thing) or not phrases(thing):
        return ""
    last = _QUESTIONS.findall(base)[-1].strip().rstrip("?!. ")
    several = is_plural(thing)
    able = [
        phrase
        for phrase in phrases(last)
        if not phrase.names
        and not asked_for(last, phrase)
        and not _LED_IN.search(last[: phrase.start])
        if is_plural(last[phrase.start : phrase.end]) is several
    ]
    return put_in(last, able[0].start, able[0].end, thing) if len(able) == 1 else ""


def names_a_new_thing(core: str, base: str) -> bool:
    """Return whether a fragment is a thing that `base` has no word of: "the tower?".

    >>> names_a_new_thing("the tower?", "Who is Ana Ruiz?")
    True
    >>> names_a_new_thing("the rest?", "Who is Ana Ruiz?")
    False
    """
    thing = without_tail(core)
    definite = _DEFINITE.fullmatch(thing) is not None and not _OF_A_THING.search(thing)
    return definite and thing.rpartition(" ")[2].lower() not in words_of(base)


def _of_another_edition(base: str, thing: str) -> str:
    """Return the question with "Paris 2024" for "Tokyo 2020", "" where nothing is like it."""
    for start, end in names_in(base) if TIME.search(thing) else ():
        year = re.match(rf"\s{YEAR}\b", base[end:])
        ends = end + year.end() if year else end
        if TIME.search(base[start:ends]):
            return put_in(base, start, ends, thing)
    return ""


def _in_another(base: str, preposition: str, named: str) -> str:
    """Return the question with `named` for what follows the same preposition, or at its end.

    "Chinese companies", and in the US? -> "companies in the US".
    """
    spans = [(phrase.start, phrase.end) for phrase in phrases(base)] + names_in(base)
    for able in (preposition, _CONTRARY.get(preposition.lower())):
        lead = re.compile(
            rf"\b{able}\s+(?:(?:{'|'.join(sorted(DETERMINERS))})\s+)?$", re.IGNORECASE
        )
        for start, end in spans if able else ():
            # Tickets for the lighthouse, and for children? Both are asked for.
            of_people = are_people(named) and not are_people(base[start:end])
            if not of_people and (before := lead.search(base[:start])):
                return f"{base[: before.start()]}{named}{base[end:]}?"
    for start, end in names_in(base):
        if end == len(base) and (office := _OFFICE.search(base[:start])):
            return (
                f"{base[: office.start('of')]}{office['of']} {named[len(preposition) :].strip()}?"
            )
    if match := _demonym(base):
        base = f"{base[: match.start()]}{base[match.end() :].lstrip()}"
    return f"{base} {named}?"


def _of_another(base: str, thing: str) -> str:
    """Return the question with the name `thing` for the one that it is about."""
    origin = thing.partition(" ")[0]
    origins = _demonym(base)
    if origins and is_demonym(origin):
        return put_in(base, origins.start(), origins.end(), origin)
    named = [phrase for phrase in phrases(base) if proper(base, phrase)]
    able = [phrase for phrase in named if not in_place(base, phrase)] or named
    of_a_kind = [phrase for phrase in able if _is_of_a_kind(base, phrase)]
    if origins and of_a_kind == able:  # "Chinese firms that use generative AI", and the US?
        return put_in(base, origins.start(), origins.end(), thing)
    able = [phrase for phrase in able if phrase not in of_a_kind] or able
    if not able:
        somebody = [p for p in phrases(base) if is_somebody(base[p.start : p.end])]
        if somebody and looks_like_a_person(thing):  # what the mayor said, and Ana Ruiz?
            return put_in(base, somebody[0].start, somebody[0].end, thing)
        return f"{base} {thing}?"
    of_nobody = not looks_like_a_person(base[slice(*able[0].names[0])])
    # "Who is the captain of Rovers?", and what about Ana Ruiz?
    if of_nobody and _WHO_HOLDS.match(base) and looks_like_a_person(thing):
        return f"{base}? {thing}?"
    start, end = able[0].names[0]
    kind = words_of(base[end : able[0].end])
    whole = _ONE.sub("", thing) if kind else thing  # "the Free one" of several plans
    has_its_kind = whole == thing and set(words_of(thing)) & set(kind)
    if has_its_kind or is_organised(base[end : able[0].end]):
        start, end = able[0].start, able[0].end  # the Northmoor hospital trust, and Terravolt?
    return put_in(base, start, end, whole)


def _demonym(text: str) -> re.Match[str] | None:
    """Return the first word of `text` that looks like what comes from a country."""
    return next((match for match in WORD.finditer(text) if is_demonym(match[0])), None)


def _is_of_a_kind(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase names a kind of thing by its initials: "AI patents"."""
    names = [text[start:end] for start, end in phrase.names]
    return len(names) == 1 and names[0].isupper() and names[0] != text[phrase.start : phrase.end]
