"""A conversation and a message -> the question that the message asks, standing on its own.

No language model: a message that leans on the turn before (rag.leaning) is completed from the last
question, itself standing on its own by then, and from the opening of its answer; every other one is
left exactly alone. What a pronoun means is put in its place where that is clear; else the question
before is asked together with the message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.articles_meant import is_listing, meant_in, source_asked, with_articles_named
from rag.datatypes import Message
from rag.leaning import (
    RELATIVE_TIME,
    Pronoun,
    asked_for,
    asks_to_go_on,
    elliptic,
    is_pointed,
    only_asks,
    opened,
    points_back,
    refers_to_an_event,
    unresolved,
    without_tail,
    words_of,
)
from rag.months import MONTHS, YEAR
from rag.phrases import (
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
from rag.phrases import names as names_in
from rag.talk import is_talk

MOST_TURNS = 12  # turns that are read into each other: what an older one said is not leant on
_LONG_AGO = 9  # months: after December, January is not surely that of the same year
_QUESTION_CHARS = 300  # a longer question before counts by its last words
_ANSWER_CHARS = 300  # how much of an answer is its opening

_MONTHS = tuple(name.title() for name in MONTHS)
_MONTH = "|".join(_MONTHS)
_TIME = re.compile(
    r"\b(?:(?:early|mid|late|the (?:beginning|end|start) of) )?"
    rf"(?:(?:\d{{1,2}} )?(?:{_MONTH})(?: \d{{1,2}})?(?:,? {YEAR})?|{YEAR}s?"
    r"|(?:this|last|next) (?:year|month|week|summer|winter|spring|autumn)"
    r"|today|yesterday|tomorrow)\b"
)
# A question for yes or no, or for when, where, why or how.
_OPEN_QUESTION = re.compile(
    r"(?:(?:(?:since|until|from|till)\s+)?(?:when|where|why|how)\s+)?"
    rf"(?P<rest>(?:{'|'.join(sorted(BE | DO | HAVE))})\s.*)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"(?:\b(?P<how>(?i:in|on|during|since|before|after|until|till|by|from|between|as of|around))\s+"
    rf"(?i:the\s+)?)?(?P<time>{_TIME.pattern})"
    rf"(?P<on>\s+(?:to|and|until|till|through)\s+{_TIME.pattern})?"
)
# "Which articles mention the bridge?", and the otters?
_COVERING = re.compile(
    r"(?:which|what|how many|do|does|list|are there)\b"
    r".*\b(?:articles?|reports?|stories|pieces?|documents?)\b.*?\b(?:mentions?|about|on)\s+(?P<topic>.+)$",
    re.IGNORECASE,
)
# "Who is the head of Orion?", and who was it before her?
_WHO_ELSE_HELD_IT = re.compile(
    r"(?:and )?who (?:was|is) (?:it|that) (?P<side>before|after) (?:him|her|them|that)", re.I
)
_HELD = re.compile(r"who (?:is|was) (?P<role>the .+)", re.IGNORECASE)
_SUMMARY = re.compile(
    r"(?:please |(?:can|could) you (?:please )?)?(?:summari[sz]e|sum up) "
    r"(?!.*\barticles\b)(?=.*\b(?:article|piece|story)\b)",
    re.IGNORECASE,
)
_OF = re.compile(r"\bof\s+$", re.IGNORECASE)
# "Who is the mayor of Riverton?", and in Lakeside?
_OFFICE = re.compile(
    r"\b(?:mayor|governor|president|premier|minister|king|queen|capital|population|area|size|currency"
    r"|climate|economy)\s+(?P<of>of|in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
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
_NUMBERED = re.compile(r"[A-Za-z][ -]?\d")  # SenseNova 5.5, GPT-4; not 01.AI
_JOINTS = frozenset(
    f"{word}{the}"
    for word in ("about", "on", "of", "for", "in", "at", "with")
    for the in ("", " the")
)
_ORDINAL = re.compile(
    r"\bthe (?P<at>first|second|third|last|newest|latest|oldest) (?P<one>one)\b", re.IGNORECASE
)
_OF_ARTICLES = re.compile(
    r"\b(?:which|what|how many|newest|latest|oldest)\s+(?:\w+\s+)?articles?\b", re.I
)
_OF_AN_ARTICLE = re.compile(r"\b(?:article|piece|story)\b", re.IGNORECASE)
# "What about Alibaba, will they give any away too?"
_WHAT_ABOUT = re.compile(
    r"(?:and\s+|but\s+|so\s+)?(?:what|how)\s+about\s+(?P<name>[^,?]{2,60}),\s+(?:and\s+)?"
    rf"(?P<rest>(?:{'|'.join(sorted(BE | DO | HAVE))}|will|would|can|could|should|may|might|"
    r"what|when|where|why|how|who)\s.+)",
    re.IGNORECASE,
)
_THEY = re.compile(r"\b(?P<word>they|it|he|she|their|its|his|her)\b", re.IGNORECASE)
# "What did Quill say about the bridge?": a person, and a thing.
_SPOKE = re.compile(
    r"what (?:else )?(?:do|does|did|has|have) .+? (?:say|said|think|tell|told|write|argue)\b",
    re.IGNORECASE,
)
_THE_ONE = re.compile(rf"the ones?\s+(?=(?:{'|'.join(PREPOSITIONS)})\s)", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:,|,?\s*(?:and|or|&)(?=\s))\s*(?:the\s+)?", re.IGNORECASE)
# What compares what the question before asked how much of.
_OF_MUCH = re.compile(
    r"\b(?:more|most|less|least|fewer|fewest|bigger|biggest|larger|largest|higher|highest|smaller|"
    r"smallest|lower|lowest|greater|greatest|ahead|first)\b",
    re.IGNORECASE,
)
_OF_SEVERAL = frozenset("they them their theirs".split())
# A verb before "they", as it is before a single name: "do they" -> "does SenseTime".
_BEFORE_SEVERAL = re.compile(r"\b(do|have|are|were)(?=\s+$)", re.IGNORECASE)
_BEFORE_ONE = {"do": "does", "have": "has", "are": "is", "were": "was"}
_LED = re.compile(r"\bthe\s+$", re.IGNORECASE)  # what stands before no person's name
_WHO = re.compile(r"who(?:se|m)?\b(?!\s+(?:is|was)\s+[A-Z])", re.IGNORECASE)
_WHO_IS = re.compile(r"(?i:who (?:is|was)) (?P<who>[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)\W*")
_WHICH = re.compile(r"(?:and |but |so )?(?:which|what)\s+(?=\w)", re.IGNORECASE)
# What is asked for by these is told of something else: the year in which the mill was built.
_MEASURE = re.compile(
    r"\b(?:years?|months?|days?|dates?|times?|weeks?|percent(?:age)?|share|numbers?|prices?|costs?"
    r"|amount|sum|reasons?|kinds?|sorts?|types?|people|person|man|woman|minister|expert|official)$",
    re.IGNORECASE,
)
# What events do, and nobody: "What did Orion announce?", and when did it take effect?
_HAPPENS = re.compile(
    r"\b(?:(?:take|takes|took|taken)\s+(?:effect|place)|(?:come|comes|came)\s+into\s+(?:effect|force)"
    r"|happen(?:s|ed)?|occur(?:s|red)?)\b",
    re.IGNORECASE,
)
_QUESTIONS = re.compile(r"(?<!\S)[^?“]+\?(?=\s|$)|(?<!\S)[^?“]+$")
_FIRST_SENTENCE = re.compile(r".*?[.!?](?=\s|$)", re.DOTALL)
_RELATIVE = re.compile(r"(?:this|last|next) \w+|today|yesterday|tomorrow")
_ORGANISED = re.compile(
    r"\b(?:company|corp|inc|ltd|group|holdings|university|institute|committee|department|bank|cloud|"
    r"technolog\w+|systems?|labs?|ai|council|agency|ministry|party|union|conference|games?|times|"
    r"news|daily|press|river|lake|sea|north|south|east|west|new|united|street|city|county|states?|"
    r"world|war|library|school|college|museum|hospital|theat(?:re|er)|station|bridge|harbou?r|port|"
    r"church|hotel|club|office|board|court|fund|trust|academy|cent(?:re|er)|park|association|"
    r"foundation|ferry|airport|railway|lines?|bakery|bakeries|county)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Context:
    """What a message can lean on: the last question, standing on its own, and its answer.

    `base` is that question without the fragment that completed it ("Why?"): what a next fragment
    completes in its turn. `earlier` is the base of the turn before. `people` are the names that
    "he" and "she" were said of.
    """

    question: str
    base: str
    answer: str
    earlier: str = ""
    people: frozenset[str] = frozenset()


def standalone(question: str, history: Sequence[Message]) -> str:
    """Return what `question` asks after the turns of `history`, oldest first, as a whole question.

    The very same text comes back where the question does not lean on the conversation, or nothing
    of the conversation can be leant on.

    >>> said = [{"role": "user", "content": "How many tokens does Zhipu AI give away?"},
    ...         {"role": "assistant", "content": "150 million."}]
    >>> standalone("And Alibaba?", said)
    'How many tokens does Alibaba give away?'
    >>> standalone("Who founded 01.AI?", said)
    'Who founded 01.AI?'
    """
    context: _Context | None = None
    for asked, answer in _exchanges(history)[-MOST_TURNS:]:
        whole, base = _completed(asked, context)
        # Talk is not leant on: what was said before it stands.
        if not is_talk(asked, alone=context is None):
            earlier = context.base if context else ""
            people = _people(asked, context)
            context = _Context(
                _shortened(whole), _shortened(base), answer[:_ANSWER_CHARS], earlier, people
            )
    return _completed(question, context)[0]


def _people(asked: str, context: _Context | None) -> frozenset[str]:
    """Return who is known to be a person after `asked`: whoever "she" was said of, and "who is X".

    So that "it" does not mean them later.
    """
    who = _WHO_IS.fullmatch(asked.strip())
    found = {who["who"]} if who else set()
    if context is None:
        return frozenset(found)
    core, *_ = opened(asked)
    if any(pronoun.person for pronoun in unresolved(core)) and (person := _person(context)):
        found.add(person)
    return context.people | found


def _exchanges(history: Sequence[Message]) -> list[tuple[str, str]]:
    """Return (question, answer) of each turn of the user; "" where no answer was given."""
    exchanges: list[tuple[str, str]] = []
    for turn in history:
        content = " ".join(turn["content"].split())
        if turn.get("role") == "user":
            exchanges.append((content, ""))
        elif exchanges and not exchanges[-1][1]:
            exchanges[-1] = (exchanges[-1][0], content)
    return exchanges


def _shortened(question: str) -> str:
    if len(question) <= _QUESTION_CHARS:
        return question
    return question[-_QUESTION_CHARS:].partition(" ")[2]


def _completed(message: str, context: _Context | None) -> tuple[str, str]:
    """Return the message as a whole question, and the same without what only completes another."""
    if context is None or is_talk(message, alone=False):
        return message, message
    if (about := _WHAT_ABOUT.fullmatch(message.strip())) and _THEY.search(about["rest"]):
        whole = _THEY.sub(lambda word: _in_place_of(word["word"], about["name"]), about["rest"], 1)
        whole = f"{whole[:1].upper()}{whole[1:]}"
        return whole, whole
    core, after_opener, after_about = opened(message)
    if whole := with_articles_named(core, context.base):
        return whole, whole
    if (other := _WHO_ELSE_HELD_IT.fullmatch(core.strip().rstrip("?!. "))) and (
        role := _HELD.fullmatch(context.base.rstrip("?!. "))
    ):
        person = _person(context)
        whole = f"Who was {role['role']} {other['side']} {person or 'that'}?"
        return whole, whole
    if asks_to_go_on(message) and (summed := _SUMMARY.match(context.base)):
        whole = f"Summarise more of {context.base[summed.end() :]}"
        return whole, whole
    if relative := RELATIVE_TIME.search(core):
        if at := _at_relative_time(relative, context):
            return at
        whole = _beside(context.base, message)
    elif pronouns := unresolved(core):
        whole = _resolved(core, pronouns, context)
        if whole == core:
            return message, message
        if refers_to_an_event(core) and not whole.startswith(context.base):
            whole = _beside(context.base, whole)
    elif only_asks(core):
        whole = _with_new_asking(core, context.base) or _beside(context.base, message)
        return whole, context.base
    elif elliptic(core, after_opener=after_opener, after_about=after_about):
        whole = _substituted(core, context.base) or _beside(context.base, message)
    elif refers_to_an_event(core):
        whole = (
            _counted(core, context)
            or _of_two(core, context, message)
            or _beside(context.base, message)
        )
    elif points_back(core, f"{context.question} {context.answer}"):
        whole = _pointed_at(core, message, context)
    else:
        whole = message
    return whole, whole


def _in_place_of(pronoun: str, name: str) -> str:
    """Return the name in the case of the pronoun: "their" -> "Alibaba’s"."""
    if pronoun.lower() not in ("their", "its", "his", "her"):
        return name
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def _pointed_at(core: str, message: str, context: _Context) -> str:
    """Return a message that points at a thing ("the company") with what the last turn was about.

    "When was the flood?" after "How many died in the flood?" says all that there is to say.
    """
    topic = _topic(context)
    if topic and not set(words_of(topic)) <= set(words_of(message)):
        return f"{message} ({topic})"
    named = any(_proper(context.base, phrase) for phrase in phrases(context.base))
    if is_pointed(core) or (named and not topic):
        return _beside(context.base, message)
    return message


def _counted(core: str, context: _Context) -> str:
    """Return `core` with the name for which "the second one" stands, "" where none is the second.

    One of the names that the question lists, else of those that the answer's first sentence lists
    and the question lacks; of articles it is one of these.
    """
    match = _ORDINAL.search(core)
    if match is None:
        return ""
    if _OF_ARTICLES.search(context.base):
        return f"{core[: match.start('one')]}article{core[match.end('one') :]}"
    asked = _lists_of_names(context.question)
    known = {word for names in asked for name in names for word in words_of(name)}
    listed = _lists_of_names(_first_sentence(context.answer))
    able = [names for names in asked if len(names) > 1] or [
        names for names in listed if not known & {word for name in names for word in words_of(name)}
    ]
    names = next((names for names in able if len(names) > 1), [])
    at = {"first": 0, "second": 1, "third": 2, "last": -1}.get(match["at"].lower())
    if at is None or at >= len(names) or not names:
        return ""
    return f"{core[: match.start()]}{names[at]}{core[match.end() :]}"


def _lists_of_names(text: str) -> list[list[str]]:
    """Return the names in `text`, those in one list that commas and "and" join."""
    lists: list[list[str]] = []
    last = 0
    for start, end in names_in(text):
        if lists and _LISTED.fullmatch(text[last:start]):
            lists[-1].append(text[start:end])
        else:
            lists.append([text[start:end]])
        last = end
    return lists


def _of_two(core: str, context: _Context, message: str) -> str:
    """Return a message about "the two" after the question before, or the two that they are of.

    What is asked of them anew names them: "which of the two is older, Kaltwerk or Siltron?" ""
    where it is not about two.
    """
    if not re.search(r"\b(?:two|both)\b", core):
        return ""
    bases = [context.base]
    words, before = (set(words_of(text)) for text in (context.base, context.earlier))
    if 0 < len(words ^ before) <= len(words & before):  # the same of another
        bases.insert(0, context.earlier)
    pair: dict[str, None] = {}
    for base in bases:
        found = [base[start:end] for start, end in names_in(base)]
        pair |= dict.fromkeys(name for name in found if len(found) == 1 or not name.isupper())
    if len(pair) == 2 and not _OF_MUCH.search(core):
        return f"{message.strip().rstrip('?!. ')}, {' or '.join(pair)}?"
    return f"{' '.join(bases)} {message}" if len(bases) > 1 else _beside(bases[0], message)


def _first_sentence(answer: str) -> str:
    """Return the first sentence of an answer, all of it where none ends."""
    told = _FIRST_SENTENCE.match(answer)
    return told[0] if told else answer


def _beside(base: str, message: str) -> str:
    """Return the question before and the message; of several the first and the last."""
    first, *others = _QUESTIONS.findall(base) or [base]
    base = f"{first} {others[-1]}" if others else base
    return f"{base}{'' if base[-1:] in '?!.' else '?'} {message}"


# What the turn before was about


def _topic(context: _Context, *, thing: bool = False) -> str:
    """Return what the last question was about: what it names first, or its only phrase, or "".

    A question for a name ("Who founded it?") that names nothing itself is about its answer. A
    `thing` is rather what else it speaks of than a person: what did Ana say about the harbour?
    """
    text = context.question
    if meant := meant_in(text):
        return meant[1]
    if is_listing(text) or source_asked(text):
        return ""
    found = phrases(text)
    if thing and (rest := [phrase for phrase in found if not _is_person(text, phrase)]):
        found = rest
    named = [phrase for phrase in found if _proper(text, phrase)]
    if not named and text.lower().startswith("who ") and (subject := _subject(context.answer)):
        # Nobody is "it": who asked for the recount, and was it granted?
        is_it = not (thing and found) or not (
            _OF_AN_ARTICLE.search(text) or _like_a_person(subject)
        )
        if is_it:
            return subject
    if _asks_for_the_one(text) and (one := _one_told(context)):
        return one
    asked = [phrase for phrase in found if asked_for(text, phrase)]
    told = len(named) == 1 and found[1:2] == named and found[0] not in asked
    if told and (whole := _with_its_tail(text, found)):  # the pool in Harwick, not Harwick
        return whole
    for able in (
        [phrase for phrase in named if phrase not in asked and not _in_place(text, phrase)],
        named,
        [phrase for phrase in found if phrase not in asked],
        found,
    ):
        if able:
            clear = able[0].names or len(able) == 1
            return _bare(text, able[0]) if clear else _with_its_tail(text, able)
    return ""


def _several(text: str) -> str:
    """Return the phrase of `text` that is of several things, or "": who "they" are."""
    for phrase in phrases(text):
        if words_of(text[phrase.start : phrase.end])[-1].endswith("s"):
            return _bare(text, phrase)
    return ""


def _with_its_tail(text: str, found: Sequence[Phrase]) -> str:
    """Return two phrases as one where a preposition joins them and "the" opens the first, or ""."""
    one, other = found[:2]
    joint = text[one.end : other.start].strip().lower()
    whole = _bare(text, one)
    return f"{whole}{text[one.end : other.end]}" if whole[:4] == "the " and joint in _JOINTS else ""


def _asks_for_the_one(text: str) -> bool:
    """Return whether a question asks for what does a thing: "Which chain warned investors?"."""
    if not _WHICH.match(text):
        return False
    first = next(iter(phrases(text)), None)
    if first is None or not asked_for(text, first) or _MEASURE.search(text[: first.end]):
        return False
    words = words_of(text[first.end :])
    if not words or words[0] in DO:
        return False
    # In "which prize was the poet given" the poet is what it is about.
    turned = words[0] in BE | HAVE and (len(words) < 2 or words[1] in DETERMINERS)
    return not turned or re.search(r"\b(?:most|least|first|last|only|\w+est)\b", text) is not None


def _one_told(context: _Context) -> str:
    """Return the first name in the answer's first words that the question lacks; no person's."""
    question = context.question
    asked = {word for start, end in names_in(question) for word in words_of(question[start:end])}
    sentence = _first_sentence(context.answer)
    for start, end in names_in(sentence):
        name = sentence[start:end]
        known = set(words_of(name)) & asked or is_demonym(name)
        if not known and not _TIME.fullmatch(name) and not _like_a_person(name):
            return name
    return ""


def _proper(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase names something, beyond where it comes from ("Chinese")."""
    return any(not is_demonym(text[start:end]) for start, end in phrase.names)


def _in_place(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase only says where or when: "in China"."""
    return bool(re.search(r"\b(?:in|at|on|from|to|near)\s+(?:the\s+)?$", text[: phrase.start]))


def _bare(text: str, phrase: Phrase) -> str:
    """Return the phrase with its "the"; after "who", where it begins with a verb, its name."""
    if phrase.names and re.search(r"\b(?:who|which|what)\s+$", text[: phrase.start], re.IGNORECASE):
        return text[phrase.names[0][0] : phrase.end]
    article = re.search(r"\bthe\s+$", text[: phrase.start], re.IGNORECASE)
    return ("the " if article else "") + text[phrase.start : phrase.end]


def _place(context: _Context) -> str:
    """Return the name that the last turn puts something in, or the last that it names."""
    found = [
        (bool(re.search(r"\b(?:in|at|to|from|of)\s+(?:the\s+)?$", text[:start])), text[start:end])
        for text in (context.answer, context.question)
        for start, end in names_in(text)
        if not _TIME.search(text[start:end])
    ]
    places = [name for is_place, name in found if is_place] or [name for _, name in found]
    return places[-1] if places else ""


def _person(context: _Context) -> str:
    """Return who was spoken of: a name of two to four words that is nothing else, or the like."""
    asked, answered = (
        [
            text[start:end].partition(" of ")[0]
            for start, end in names_in(text)
            if not _LED.search(text[:start])
        ]
        for text in (context.question, context.answer)
    )
    # "Who warned Ana Ruiz?" was for somebody whom only the answer names.
    told = _WHO.match(context.question)
    known = {word for name in asked for word in words_of(name)}
    others = [name for name in answered if not known & set(words_of(name))]
    both = (*others, *answered, *asked) if told else (*asked, *answered)
    full = [name for name in both if _like_a_person(name)]
    single = [name for name in asked if name.isalpha() and name.istitle()]
    if full or single:
        return (full or single)[0]
    who = re.fullmatch(r"who (?:is|was) (\w+(?: \w+){0,2})\W*", context.question, re.IGNORECASE)
    return who[1] if who else ""


def _maker(thing: str, context: _Context) -> str:
    """Return who is told of in one sentence with a thing that has a number, as GPT-4, or "".

    "They" give a model away, and are none.
    """
    if not _NUMBERED.search(thing) or not _is_one_name(thing):
        return ""
    for text in (context.question, _first_sentence(context.answer)):
        for start, end in names_in(text):
            name = text[start:end]
            placed = re.search(r"\b(?:in|at|on)\s+(?:the\s+)?$", text[:start])
            if not placed and not _TIME.fullmatch(name) and not _NUMBERED.search(name):
                return name
    return ""


def _is_person(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase is a full name, as far as its looks tell, or is who spoke."""
    if (spoke := _SPOKE.match(text)) and phrase.names and phrase.end <= spoke.end():
        return True
    return (
        [(phrase.start, phrase.end)] == list(phrase.names)
        and _like_a_person(text[phrase.start : phrase.end])
        and re.search(r"\babout\b", text) is not None
    )


def _like_a_person(name: str) -> bool:
    words = name.split()
    return (
        2 <= len(words) <= 4
        and not any(letter.isdigit() for letter in name)
        and not any(word.isupper() and len(word) > 2 for word in words)
        and " of " not in name
        and not _ORGANISED.search(name)
    )


def _subject(answer: str) -> str:
    """Return the name that `answer` begins with, or ""."""
    found = phrases(answer)
    if not found or answer[: found[0].start].strip().lower() not in ("", "the"):
        return ""
    text = answer[found[0].start : found[0].end]
    # The first letter of a sentence is large whatever the word.
    is_name = any(letter.isupper() or letter.isdigit() for letter in text[1:])
    return text if found[0].names and is_name else ""


# Pronouns


def _resolved(core: str, pronouns: Sequence[Pronoun], context: _Context) -> str:
    """Return `core` with what its pronouns mean in their place, beside the question before if not.

    Where the answer is about something else than the question was, that is named too. A "he" where
    nobody was spoken of leaves `core` as it is.
    """
    parts, at = [], 0
    put: list[str] = []
    for pronoun in pronouns:
        word = core[pronoun.start : pronoun.end].lower()
        if _OF.search(core[: pronoun.start]):  # "how many of them": of what the answer told
            return _beside(context.base, core)
        if word == "there":
            place = _place(context)
            meant = f"in {place}" if place else ""
        else:
            meant = _person(context) if pronoun.person else _topic(context, thing=True)
            role = _HOLDS_ROLE.fullmatch(meant)
            if role and word in ("it", "its"):
                meant = role["of"] or role["its"]
            if not pronoun.person and word not in _OF_SEVERAL and meant in context.people:
                return _beside(context.base, core)
            if word in _OF_SEVERAL and meant.islower() and not meant.endswith("s"):
                meant = _several(context.question)
                if not meant:
                    return _beside(context.base, core)
            if word in _OF_SEVERAL:
                meant = _maker(meant, context) or meant
            if word in ("it", "its") and meant.islower() and meant.isalpha():
                meant = f"the {meant}"
            if _HAPPENS.search(core) and _is_one_name(meant):
                return _beside(context.base, core)
        if not meant or meant in put:
            continue  # named once is enough: the second time the pronoun has something to mean
        put.append(meant)
        before = core[at : pronoun.start]
        if word == "they" and _is_one_name(meant) and not meant.endswith("s"):
            before = _BEFORE_SEVERAL.sub(lambda match: _BEFORE_ONE[match[1].lower()], before)
        if pronoun.possessive:
            meant += "’" if meant.endswith("s") else "’s"
        parts += [before, meant]
        at = pronoun.end
    if not put:
        of_a_person = all(pronoun.person for pronoun in pronouns)
        asked_who = context.question.lower().startswith("who ")
        return core if of_a_person and not asked_who else _beside(context.base, core)
    whole = "".join([*parts, core[at:]])
    other = "" if any(meant in context.answer for meant in put) else _subject(context.answer)
    if other and not _like_a_person(other) and not set(words_of(other)) & set(words_of(whole)):
        whole = f"{whole} ({other})"
    return whole[:1].upper() + whole[1:] if core[:1].isupper() else whole


# Fragments


def _with_new_asking(core: str, base: str) -> str:
    """Return the question before as asked by a fragment: "Until when?" -> "Until when is ...".

    "" where the question is not for yes or no, nor for when, where, why or how.
    """
    fragment = core.strip().rstrip("?!. ")
    words = words_of(fragment)
    asking = ASKING & set(words)
    swapped = _OPEN_QUESTION.fullmatch(base)
    if swapped and asking and asking <= {"when", "where", "why", "how"} and words[-1] in ASKING:
        rest = swapped["rest"]
        return f"{fragment[:1].upper()}{fragment[1:]} {rest[:1].lower()}{rest[1:]}"
    return ""


def _substituted(core: str, question: str) -> str:
    """Return the question asked of what `core` names instead: "And Alibaba?", "in the US?".

    "" where nothing tells what it stands for.
    """
    named = without_tail(core)
    base = question.rstrip("?!. ")
    first = WORD.match(named)
    preposition = first[0] if first and first[0].lower() in PREPOSITIONS else ""
    thing = named[len(preposition) :].strip()
    if _TIME.search(thing) and not _is_one_name(_TIME.sub("", thing).strip()):
        return _at_another_time(base, preposition, thing)
    if (followed := _COVERING.match(base)) and not preposition:
        return f"{base[: followed.start('topic')]}{thing}?"
    if (other := _THE_ONE.match(named)) and (whole := _of_the_one(base, named[other.end() :])):
        return whole
    if preposition:
        return _in_another(base, preposition, named)
    if names_in(thing):
        return _of_another_edition(base, thing) or _of_another(base, thing)
    heads = {word.rstrip("s") for word in words_of(thing)}
    for phrase in phrases(base):  # a credit card, and a debit card?
        if words_of(base[phrase.start : phrase.end])[-1].rstrip("s") in heads:
            return _put(base, phrase.start, phrase.end, thing)
    return ""


def _of_another_edition(base: str, thing: str) -> str:
    """Return the question with "Paris 2024" for "Tokyo 2020", "" where nothing is like it."""
    for start, end in names_in(base) if _TIME.search(thing) else ():
        year = re.match(rf"\s{YEAR}\b", base[end:])
        ends = end + year.end() if year else end
        if _TIME.search(base[start:ends]):
            return _put(base, start, ends, thing)
    return ""


def _is_one_name(text: str) -> bool:
    """Return whether `text` is one name: "Paris" of "Paris 2024", which is no time."""
    return names_in(text) == [(0, len(text))]


def _at_another_time(base: str, preposition: str, thing: str) -> str:
    """Return the question asked of the time `thing`; `preposition` is the message's, or "".

    With it, or "last year", goes what stands before the time in the question; a year or a month
    alone keeps that: "in 2022", and 2023? -> "in 2023"; and before 2020? -> "before 2020".
    """
    found = _WHEN.search(base)
    if found is not None:
        thing = _of_the_same_year(thing, found["time"])
    relative = not re.search(rf"\b(?:{_MONTH}|{YEAR})", thing)
    said = f"{preposition} {thing}" if preposition else thing if relative else f"in {thing}"
    if found is None:
        return f"{base} {said}?"
    before, after = base[: found.start()], base[found.end() :]
    if not preposition and not relative and not found["on"]:
        return _put(base, found.start("time"), found.end(), thing)
    if found["how"] or _RELATIVE.fullmatch(found["time"]):
        return f"{before}{said}{after}?"
    if preposition in ("in", "of", "for", ""):  # the 2022 budget, and in 2023?
        return f"{before}{thing}{after}?"
    return f"{base} {said}?"


def _of_the_same_year(thing: str, before: str) -> str:
    """Return a time with the year of the one before, where a month has none: "June" -> "June 2023".

    But January after December is the next year's, or the same one's.
    """
    year, months = re.search(YEAR, before), re.findall(_MONTH, f"{before} {thing}")
    if year is None or re.search(YEAR, thing) or len(months) != 2 or not re.search(_MONTH, thing):
        return thing
    passed = _MONTHS.index(months[0]) - _MONTHS.index(months[1])
    return f"{thing} {year[0]}" if passed < _LONG_AGO else thing


def _in_another(base: str, preposition: str, named: str) -> str:
    """Return the question with `named` for what follows the same preposition, or at its end.

    "Chinese companies", and in the US? -> "companies in the US".
    """
    lead = re.compile(
        rf"\b{preposition}\s+(?:(?:{'|'.join(sorted(DETERMINERS))})\s+)?$", re.IGNORECASE
    )
    spans = [(phrase.start, phrase.end) for phrase in phrases(base)] + names_in(base)
    for start, end in spans:
        if before := lead.search(base[:start]):
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
        return _put(base, origins.start(), origins.end(), origin)
    named = [phrase for phrase in phrases(base) if _proper(base, phrase)]
    able = [phrase for phrase in named if not _in_place(base, phrase)] or named
    of_a_kind = [phrase for phrase in able if _is_of_a_kind(base, phrase)]
    if origins and of_a_kind == able:  # "Chinese firms that use generative AI", and the US?
        return _put(base, origins.start(), origins.end(), thing)
    able = [phrase for phrase in able if phrase not in of_a_kind] or able
    return _put(base, *able[0].names[0], thing) if able else f"{base} {thing}?"


def _demonym(text: str) -> re.Match[str] | None:
    """Return the first word of `text` that looks like what comes from a country."""
    return next((match for match in WORD.finditer(text) if is_demonym(match[0])), None)


def _is_of_a_kind(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase names a kind of thing by its initials: "AI patents"."""
    names = [text[start:end] for start, end in phrase.names]
    return len(names) == 1 and names[0].isupper() and names[0] != text[phrase.start : phrase.end]


def _of_the_one(base: str, where: str) -> str:
    """Return the question of the one that is elsewhere: "the pool in Lakeside" for "the Kite pool".

    "" where no name stands before a word for what it is.
    """
    for phrase in phrases(base):
        if phrase.names and (head := base[phrase.names[-1][1] : phrase.end].strip()):
            return f"{base[: phrase.start]}{head} {where}{base[phrase.end :]}?"
    return ""


def _put(base: str, start: int, end: int, text: str) -> str:
    """Return `base` as a question with `text` in the place of [start, end) and its article."""
    lead = re.sub(r"\b(?:the|a|an)\s+$", "", base[:start], flags=re.IGNORECASE)
    return f"{lead}{text}{base[end:]}?"


def _at_relative_time(relative: re.Match[str], context: _Context) -> tuple[str, str] | None:
    """Return the last question asked of the month or year beside the one that it names.

    And the same without what it was reckoned from. None where it names none.
    """
    later = (relative["side"] or relative["order"]).lower() in (
        "after",
        "later",
        "next",
        "following",
    )
    span = (relative["late"] or relative["early"]).lower()
    base = context.base.rstrip("?!. ")
    if span == "month" and (named := re.search(rf"\b(?:{_MONTH})\b", base)):
        other = _MONTHS[(_MONTHS.index(named[0]) + (1 if later else -1)) % 12]
    elif span == "year" and (named := re.search(rf"\b{YEAR}\b", base)):
        other = str(int(named[0]) + (1 if later else -1))
    else:
        return None
    said = f"{other}, the {span} {'after' if later else 'before'} {named[0]}"
    before, after = base[: named.start()], base[named.end() :]
    return f"{before}{said}{after}?", f"{before}{other}{after}?"
