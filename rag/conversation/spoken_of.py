"""What the turn before was about: the thing and the place that a message may mean, who spoke.

Told by the names and noun phrases of the last question, and of the opening of its answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from rag.conversation.last_asked import questions_in
from rag.conversation.leaning import asked_for, words_of
from rag.conversation.meant import Meant, is_listing, meant_in, source_asked
from rag.questions.manners import LED
from rag.questions.topic import coverage_topic
from rag.words.months import MONTHS, WEEKDAYS, YEAR
from rag.words.person import are_people, is_somebody, looks_like_a_person
from rag.words.phrases import BE, DETERMINERS, DO, HAVE, PREPOSITIONS, Phrase, is_demonym, phrases
from rag.words.phrases import names as names_in
from rag.words.verbs import base_of, is_participle

MONTH_NAMES = tuple(name.title() for name in MONTHS)
DAY_NAMES = tuple(name.title() for name in WEEKDAYS)
MONTH = "|".join(MONTH_NAMES)
TIME = re.compile(
    r"\b(?:(?:early|mid|late|the (?:beginning|end|start) of) )?"
    rf"(?:(?:\d{{1,2}} )?(?:{MONTH})(?: \d{{1,2}})?(?:,? {YEAR})?|{YEAR}s?"
    r"|(?:this|last|next) (?:year|month|week|summer|winter|spring|autumn)"
    r"|today|yesterday|tomorrow)\b"
)
_TIME_WORD = re.compile(
    rf"\b(?:{MONTH}|{'|'.join(DAY_NAMES)})s?\b|\b\d{{1,2}}(?:[.:]\d\d)?(?: ?[ap]m)?\b"
    rf"|\b{YEAR}s?\b|,|\b(?:last|next|this|early|mid|late)\b(?=[\s-]|$)"
    r"|\s(?:morning|afternoon|evening|night)\b"
)
_OLD = re.compile(
    r"\s+(?:over|under|above|below|aged|older than|younger than)\s+\d+(?:\s+(?:to|and)\s+\d+)?"
)
# What a display shows, no thing that has a weight: "E1", "5.2", "404".
_CODE = re.compile(r"[A-Z]{0,2}-?\d{1,4}(?:\.\d+)*")
_TAIL = re.compile(rf" (?:{'|'.join(sorted(PREPOSITIONS))}|of|that|who|which) ")
_NUMBERED = re.compile(r"[A-Za-z][ -]?\d")  # SenseNova 5.5, GPT-4; not 01.AI
_JOINTS = frozenset(
    f"{word}{the}"
    for word in ("about", "on", "of", "for", "in", "at", "with")
    for the in ("", " the")
)
_LEADS = re.compile(r"(?:to|from|between|over|by|across|under|through)(?: the)?")
_IS_SUBJECT = re.compile(
    rf"\b(?:{'|'.join(sorted(filter(str.isalpha, BE | DO | HAVE)))})\s+the\s+$", re.IGNORECASE
)
_THAN = re.compile(r"\bthan\s+(?:(?:the|an?)\s+)?$", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:in|at|on|to|from|of)\s+(?:the\s+)?$", re.IGNORECASE)
# Where somebody went to is not where the talk is: "his cousin, who went to Orm in 1907".
_GONE_TO = re.compile(
    r"\b(?:go(?:es|ne)?|went|mov(?:e|es|ed)|emigrat(?:es|ed)|fl(?:y|ies|ew|own|ed)|travel(?:s|l?ed)"
    r"|sail(?:s|ed))\s+(?:back\s+)?to\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_OF_AN_ARTICLE = re.compile(r"\b(?:article|piece|story)\b", re.IGNORECASE)
# "What did Quill say about the bridge?": a person, and a thing.
_SPOKE = re.compile(
    r"what (?:else )?(?:do|does|did|has|have) .+? (?:say|said|think|thought|tell|told|write|argue"
    r"|answer|reply|replied|believe|claim|suggest|propose|fear|hope)\b",
    re.IGNORECASE,
)
_DOES = ("do", "does", "did", "has", "have")
_ASKS_WHERE = re.compile(
    r"(?:and |but |so )?"
    r"(?:where\b|(?:in |to |from )?(?:which|what) (?:place|town|city|village|country)\b)",
    re.IGNORECASE,
)
_WHICH_ARTICLE = re.compile(r"(?:which|what) (?:article|piece|story)\b", re.IGNORECASE)
_WHICH = re.compile(rf"{LED}(?:which|what)\s+(?=\w)", re.IGNORECASE)
# What is asked for by these is told of something else: the year in which the mill was built.
_MEASURE = re.compile(
    r"\b(?:years?|months?|days?|dates?|times?|weeks?|percent(?:age)?|share|numbers?|prices?|costs?"
    r"|amount|sum|reasons?|kinds?|sorts?|types?|people|person|man|woman|minister|expert|official)$",
    re.IGNORECASE,
)
# "Which is older, Kaltwerk or the Siltron mill?"
_ONE_OF_TWO = re.compile(
    r"^(?i:which\b)[^,?]*, (?P<one>[A-Z][^,?]*?) or (?P<other>[A-Z][^,?]*?)\?$"
)
# What is asked of a thing that it is: "is the market hall old?", "is that new?"
_STATE = (
    r"old|new|open|closed|free|safe|big|small|large|long|short|deep|high|low|hot|cold|warm|expensive"
    r"|cheap|busy|full|empty|good|bad|ready|available|accessible|popular|famous|rare|common"
    r"|dangerous|poisonous|legal|illegal|allowed|possible|true|real|public|private|heated|worth it"
)
_STATE_AT_END = re.compile(
    rf"(?P<before>^{LED}(?:is|are|was|were)\s+.*?)\s+(?:still\s+|really\s+|very\s+|any\s+)?"
    rf"(?:{_STATE})(?=\W*$)",
    re.IGNORECASE,
)
# "The most expensive" is no thing.
_HOW_MUCH_SO = re.compile(r"\b(?:the\s+(?:most|least)|very|too|so|as)\s+$", re.IGNORECASE)
_IS_THE_MOST = re.compile(
    r"(?:is|are|was|were)\s+(?P<most>the\s+(?:(?:most|least)\s+[\w-]+|\w+est|first|last))",
    re.IGNORECASE,
)
_MOST_TAIL_WORDS = 8  # of "the tree that has the peeling bark"
_FIRST_SENTENCE = re.compile(r".*?[.!?](?=\s|$)", re.DOTALL)


def of_nobody() -> Mapping[str, str]:
    """Return nothing: of no article is known that it is mostly of somebody."""
    return {}


@dataclass(frozen=True, slots=True)
class Context:
    """What a message can lean on: the last question, standing on its own, and its answer.

    `base` is that question without the fragment that completed it ("Why?"): what a next fragment
    completes in its turn. `earlier` is the base of the turn before. `people` are the names that
    "he" and "she" were said of, `called` which of the two somebody is called, as far as it is
    known, and `spoken` the people who were spoken of, the latest first. `told_of` gives "she" or
    "he" -> whom the article is mostly of that the answer is from.
    """

    question: str
    base: str
    answer: str
    earlier: str = ""
    turns: tuple[tuple[str, str], ...] = ()
    people: frozenset[str] = frozenset()
    called: Mapping[str, str] = field(default_factory=dict)
    spoken: tuple[str, ...] = ()
    told_of: Callable[[], Mapping[str, str]] = of_nobody


def first_sentence(answer: str) -> str:
    """Return the first sentence of an answer, all of it where none ends."""
    told = _FIRST_SENTENCE.match(answer)
    return told[0] if told else answer


def topic_meant(context: Context, *, thing: bool = False) -> str:
    """Return what the last question was about: what it names first, or its only phrase, or "".

    A question for a name ("Who founded it?") that names nothing itself is about its answer. A
    `thing` is rather what else it speaks of than a person: what did Ana say about the harbour?
    """
    text = context.question
    if meant := meant_in(text):
        return meant[1]
    *others, last = questions_in(text) or [text]
    if state := _STATE_AT_END.search(last.strip()):
        text = " ".join([*(other.strip() for other in others), f"{state['before'].strip()}?"])
    if is_listing(text) or source_asked(text):
        return ""
    if _WHICH_ARTICLE.match(text) and (covered := coverage_topic(text)):
        return Meant("mention", covered.text).phrase
    found = [phrase for phrase in phrases(text) if not _is_adjective(text, phrase)]
    found = [phrase for phrase in found if not is_a_time(text[phrase.start : phrase.end])]
    found = [phrase for phrase in found if not _THAN.search(text[: phrase.start])] or found
    plain = [p for p in found if not _CODE.fullmatch(text[p.start : p.end])]
    found = plain if any(not asked_for(text, phrase) for phrase in plain) else found
    if thing and (rest := [phrase for phrase in found if not _is_person(text, phrase)]):
        found = rest
    named = [phrase for phrase in found if proper(text, phrase)]
    if not named and text.lower().startswith("who ") and (subject := opening_name(context.answer)):
        # Nobody is "it": who asked for the recount, and was it granted?
        is_it = not (thing and found) or not (
            _OF_AN_ARTICLE.search(text) or looks_like_a_person(subject)
        )
        if is_it:
            return subject
    if pair := _ONE_OF_TWO.search(text):
        told = first_sentence(context.answer)
        named_there = [name for name in pair.groups() if name in told]
        return named_there[0] if len(named_there) == 1 else ""
    if _asks_for_the_one(text) and (one := _one_told(context) or _one_asked_for(text)):
        return one
    asked = [phrase for phrase in found if asked_for(text, phrase)]
    # The pool in Harwick, not Harwick.
    alone = len({text[phrase.start : phrase.end] for phrase in named}) == 1
    at = found.index(named[0]) if named else 0
    way = at > 0 and _leads_on(text, *found[at - 1 : at + 1])  # the ferry from Velm to Lund
    at = at if alone or way else 0
    before = found[max(at - 1, 0) :]
    if at and before[0] not in asked and (whole := _with_its_tail(text, before)):
        return whole
    for able in (
        [phrase for phrase in named if phrase not in asked and not in_place(text, phrase)],
        named,
        [phrase for phrase in found if phrase not in asked],
        found,
    ):
        if able:
            clear = able[0].names or len(able) == 1
            return bare(text, able[0]) if clear else _with_its_tail(text, able)
    return ""


def is_a_time(said: str) -> bool:
    """Return whether a phrase is a day, a month, a year or an hour: no thing, and nobody.

    >>> is_a_time("14 May 2024"), is_a_time("last May"), is_a_time("Friday Harbor")
    (True, True, False)
    """
    return not _TIME_WORD.sub("", said).strip()


def is_of_several(meant: str) -> bool:
    """Return whether what was meant can be "they": a name, or what its noun tells to be several.

    >>> is_of_several("the mills of Velm"), is_of_several("the mill in Velm"), is_of_several("Velm")
    (True, False, True)
    """
    head = _TAIL.split(meant, maxsplit=1)[0]
    last = head.rpartition(" ")[2]
    return not last.islower() or is_plural(last) or are_people(last)


def is_plural(noun: str) -> bool:
    """Return whether a noun in small letters is of several things, by its ending.

    >>> is_plural("mills"), is_plural("bus")
    (True, False)
    """
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))


def things_meant(text: str, *, people: bool = True) -> str:
    """Return the phrase of `text` that is of several things, or "": who "they" are.

    Without `people`, of things that are none.
    """
    for phrase in phrases(text):
        said = text[phrase.start : phrase.end]
        head = said.partition(" of ")[0]
        if head.islower() and are_people(head):
            if people:
                return bare(text, phrase) + _which_people(text, phrase.end)
        elif is_plural(said) or is_plural(head):
            return bare(text, phrase)
    return ""


def _which_people(text: str, at: int) -> str:
    """Return what behind `at` tells which people are meant: " over 75", " in Elm Lane"."""
    if old := _OLD.match(text, at):
        return old[0]
    place = next((end for start, end in names_in(text) if text[at:start] == " in "), at)
    return text[at:place]


def thing_before(context: Context) -> str:
    """Return what the question before the last one was about, "" where that is somebody.

    "Why did the duke grant the monopoly?", "How much did he owe?", and when was it abolished?
    """
    before = topic_meant(Context(context.earlier, context.earlier, ""), thing=True)
    nobody = before not in context.people and not is_somebody(before)
    return before if nobody and not looks_like_a_person(before) else ""


def _with_its_tail(text: str, found: Sequence[Phrase]) -> str:
    """Return two phrases as one where a preposition joins them and "the" opens the first, or ""."""
    one, other, *others = found
    joint = text[one.end : other.start].strip().lower()
    # "Does the ferry to Velm", but not "sell the ferry to Velm".
    leads = _leads_on(text, one, other) and _IS_SUBJECT.search(text[: one.start])
    whole = bare(text, one)
    if whole[:4] != "the " or not (joint in _JOINTS or leads):
        return ""
    for further in others if leads else ():
        if not _leads_on(text, other, further):
            break
        other = further
    return f"{whole}{text[one.end : other.end]}"


def _leads_on(text: str, one: Phrase, other: Phrase) -> bool:
    """Return whether a preposition of a way stands between: "the road from Velm"."""
    return _LEADS.fullmatch(text[one.end : other.start].strip().lower()) is not None


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
    if turned and words[0] in HAVE and len(words) > 1 and not is_participle(words[-1]):
        turned = False  # but "which tree has the peeling bark?"
    return not turned or re.search(r"\b(?:most|least|first|last|only|\w+est)\b", text) is not None


def _one_asked_for(text: str) -> str:
    """Return what a question asks for in its own words, "" where they are many.

    "Which tree has the peeling bark?" -> "the tree that has the peeling bark"; "Which tree is the
    tallest?" -> "the tallest tree".
    """
    first = phrases(text)[0]
    kind, rest = text[first.start : first.end], text[first.end :].strip().rstrip("?!. ")
    if most := _IS_THE_MOST.fullmatch(rest):
        return f"{most['most'].lower()} {kind}"
    if not re.fullmatch(r"[\w\s’'“”-]+", rest) or len(rest.split()) > _MOST_TAIL_WORDS:
        return ""
    return f"the {kind} that {rest}"


def _is_adjective(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase only says how a thing is, at the end: "the most expensive"."""
    said, rest = text[phrase.start : phrase.end], text[phrase.end :]
    ends = not rest.strip("?!. ") and said.islower() and said.isalpha()
    return ends and _HOW_MUCH_SO.search(text[: phrase.start]) is not None


def _one_told(context: Context) -> str:
    """Return the first name in the answer's first words that the question lacks; no person's."""
    question = context.question
    asked = {word for start, end in names_in(question) for word in words_of(question[start:end])}
    sentence = first_sentence(context.answer)
    if " | " in sentence:  # rows of a table, which begin with the names of its columns
        return ""
    for start, end in names_in(sentence):
        name = sentence[start:end]
        known = set(words_of(name)) & asked or is_demonym(name)
        known = known or (start == 0 and base_of(name.lower()) != "")  # "Borrowing it costs ..."
        if not known and not TIME.fullmatch(name) and not looks_like_a_person(name):
            return name
    return ""


def proper(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase names something, beyond where it comes from ("Chinese")."""
    return any(not is_demonym(text[start:end]) for start, end in phrase.names)


def in_place(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase only says where or when: "in China"."""
    return bool(re.search(r"\b(?:in|at|on|from|to|near)\s+(?:the\s+)?$", text[: phrase.start]))


def bare(text: str, phrase: Phrase) -> str:
    """Return the phrase with its "the"; after "who", where it begins with a verb, its name."""
    if phrase.names and re.search(r"\b(?:who|which|what)\s+$", text[: phrase.start], re.IGNORECASE):
        return text[phrase.names[0][0] : phrase.end]
    start, end = phrase.start, phrase.end
    if text[:start].endswith("`") and text.startswith("`", end):
        start, end = start - 1, end + 1
    article = re.search(r"\bthe\s+$", text[:start], re.IGNORECASE)
    return ("the " if article else "") + text[start:end]


def place_meant(context: Context) -> str:
    """Return the name of the place that the last turn was about, or puts something in, or names.

    Where the question says where, or is of one name alone, that goes before what its answer names
    by the way. "Where was she born?" is told by the answer. What only a later statement names comes
    after the places of earlier questions.
    """
    sentence = first_sentence(context.answer)
    asked, told, beside = (
        _places_in(text, context)
        for text in (context.question, sentence, context.answer[len(sentence) :])
    )
    if not _ASKS_WHERE.match(context.question):
        placed = [name for is_placed, name in asked if is_placed]
        if placed or (alone := _name_alone(context)):
            return placed[-1] if placed else alone
    earlier = (_places_in(question, context) for _, question in context.turns[1:])
    before = next(([each] for found in earlier for each in found if each[0]), [])
    for found in ([*told, *asked], before, beside):
        if place := _last_place(found):
            return place
    return ""


def _last_place(found: Sequence[tuple[bool, str]]) -> str:
    """Return the last of the names that something is put in, else of those that may be a place's.

    "" of none.
    """
    places = [name for is_placed, name in found if is_placed] or [
        name for _, name in found if not looks_like_a_person(name)
    ]
    return places[-1] if places else ""


def _places_in(text: str, context: Context) -> list[tuple[bool, str]]:
    """Return the names in `text` that may be a place's, and whether something is put in each."""
    return [
        (_PLACED.search(text[:start]) is not None, text[start:end])
        for start, end in names_in(text)
        if not TIME.search(text[start:end]) and not is_a_time(text[start:end])
        if text[start:end] not in context.people and not _only_opens(text, start, end)
        if not _GONE_TO.search(text[:start])
    ]


def _name_alone(context: Context) -> str:
    """Return the one name, no person's, that is all that a question speaks of: "Tell me of Velm".

    "" of "the Kite mill", and where nothing of the answer is told of it by name.
    """
    text = context.question
    found = [text[phrase.start : phrase.end] for phrase in phrases(text)]
    if len(found) != 1 or not is_one_name(found[0]) or looks_like_a_person(found[0]):
        return ""
    return found[0] if found[0] in context.answer and found[0] not in context.people else ""


def of_two_people(context: Context) -> bool:
    """Return whether two people were asked about: in one question, or in two that are alike.

    >>> of_two_people(Context("Ana Ruiz on tolls?", "", "", earlier="Bo Lind on tolls?"))
    True
    >>> of_two_people(Context("Ana Ruiz on tolls?", "", "", earlier="Who owns the bridge?"))
    False
    """
    asked, before = (
        {text[start:end] for start, end in names_in(text)}
        for text in (context.question, context.earlier)
    )
    if sum(map(looks_like_a_person, asked)) > 1:
        return True
    rests = [
        [word for word in words_of(text) if word not in words_of(" ".join(named))]
        for text, named in ((context.question, asked), (context.earlier, before))
    ]
    alike = rests[0] == rests[1] != [] and len(asked) == len(before) == 1
    return alike and asked != before and any(map(looks_like_a_person, asked | before))


def _only_opens(text: str, start: int, end: int) -> bool:
    """Return whether a name is one word that opens a sentence, where any word is written large."""
    opens = start == 0 or text[:start].rstrip(' “"(')[-1:] in ".!?:"
    return opens and text[start:end].isalpha() and text[start:end].istitle()


def maker_of(thing: str, context: Context) -> str:
    """Return who is told of in one sentence with a thing that has a number, as GPT-4, or "".

    "They" give a model away, and are none.
    """
    if not _NUMBERED.search(thing) or not is_one_name(thing):
        return ""
    for text in (context.question, first_sentence(context.answer)):
        for start, end in names_in(text):
            name = text[start:end]
            placed = re.search(r"\b(?:in|at|on)\s+(?:the\s+)?$", text[:start])
            if not placed and not TIME.fullmatch(name) and not _NUMBERED.search(name):
                return name
    return ""


def who_spoke(text: str) -> str:
    """Return the name of whose words a question asks for, "" where it asks for nobody's.

    >>> who_spoke("What does Feld answer?"), who_spoke("What does Kite University say?")
    ('Feld', '')
    """
    spoke = _SPOKE.match(text)
    found = names_in(text[: spoke.end()]) if spoke else []
    name = text[slice(*found[0])] if len(found) == 1 else ""
    alone = name.istitle() and name.isalpha() and text[: found[0][0]].rstrip().endswith(_DOES)
    return name if alone or looks_like_a_person(name) else ""


def _is_person(text: str, phrase: Phrase) -> bool:
    """Return whether the phrase is a full name, as far as its looks tell, or is who spoke."""
    if (spoke := _SPOKE.match(text)) and phrase.names and phrase.end <= spoke.end():
        return True
    if not phrase.names and is_somebody(text[phrase.start : phrase.end]):
        return True
    return (
        [(phrase.start, phrase.end)] == list(phrase.names)
        and looks_like_a_person(text[phrase.start : phrase.end])
        and re.search(r"\babout\b", text) is not None
    )


def opening_name(answer: str) -> str:
    """Return the name that `answer` begins with, or ""."""
    found = phrases(answer)
    if not found or answer[: found[0].start].strip().lower() not in ("", "the"):
        return ""
    if answer.startswith(":", found[0].end):  # who speaks, in a transcript
        return ""
    text = answer[found[0].start : found[0].end]
    # The first letter of a sentence is large whatever the word.
    is_name = any(letter.isupper() or letter.isdigit() for letter in text[1:])
    return text if found[0].names and is_name else ""


def is_one_name(text: str) -> bool:
    """Return whether `text` is one name: "Paris" of "Paris 2024", which is no time."""
    return names_in(text) == [(0, len(text))]
