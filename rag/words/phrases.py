"""The names and noun phrases of an English question or sentence, by its small words and capitals.

There is no tagger: what stands between function words is a phrase, verbs that can be told by their
form part it, and words with a capital letter in it are a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.words.numbers import NUMBER_WORDS
from rag.words.person import PARTICLES, are_people
from rag.words.verbs import base_of, is_base, is_finite, participle, past

WORD = re.compile(r"[^\W_]+(?:(?:[.&/_\-]|(?:['’](?!s\b)))[^\W_]+)*", re.UNICODE)

ASKING = frozenset("what which who whom whose when where why how".split())
DETERMINERS = frozenset("a an the this that these those my your our some any no each every".split())
PREPOSITIONS = frozenset(
    """about above across after against along among around as at before behind below beneath beside
    besides between beyond by despite down during except for from in inside into like near of off on
    onto out outside over past per since than through throughout till to toward towards under until
    unlike up upon versus via vs with within without""".split()
)
BE = frozenset("am is are was were be been being isn't aren't wasn't weren't".split())
DO = frozenset(
    """do does did can could will would shall should may might must don't doesn't didn't can't
    couldn't won't wouldn't shouldn't""".split()
)
HAVE = frozenset("have has had having haven't hasn't hadn't".split())
AUXILIARIES = BE | DO | HAVE
PRONOUNS = frozenset(
    """i me mine you yours he him his she her hers it its they them their theirs we us ours one ones
    there here myself yourself himself herself itself ourselves yourselves themselves someone
    somebody anyone anybody everyone everybody nobody something anything everything
    nothing""".split()
)
_ANYBODY = frozenset(
    "anyone anybody someone somebody everyone everybody nobody others anything something".split()
)
_SUBJECTS = frozenset("i you he she it we they there".split()) | _ANYBODY
# What opens a clause that has a verb of its own to come: "if the computers fail".
_OPENS_CLAUSE = frozenset("if unless because although though whether while".split())
# What may stand between "is" and its verb: "is anybody still doing it".
_BETWEEN = frozenset("still already also just now not never always even only really yet".split())
_OTHER = frozenset(
    """and or but nor so if then because although though while whether not yes also too either
    neither both all many much more most few less least several enough same such other others
    another else ever never always often again already still yet just only even very really quite
    rather almost exactly actually now today far long well ago maybe perhaps please ok okay else
    away back together instead there's that's it's he's she's what's who's where's how's let's let
    whatever whenever""".split()
)
FUNCTION = ASKING | DETERMINERS | PREPOSITIONS | AUXILIARIES | PRONOUNS | _OTHER
# A number that opens a sentence and counts what follows: "Ten thousand people", "Thirty-four left".
_COUNTS = re.compile(
    rf"(?:{'|'.join(word.title() for word in NUMBER_WORDS)})(?:-[a-z]+)?(?=\s+[a-z])"
)
# Verbs whose form does not tell that they are; those in -ed and -ing do.
VERBS = frozenset(
    """ask asks become becomes became begin begins began break breaks broke broken bring brings
    brought build builds built buy buys bought call calls choose chooses chose chosen come comes
    came cost costs describe explain compare define list name tell tells told fall falls fell
    fallen find finds found follow follows get gets got give gives gave given go goes went gone
    grow grew happen happens hold holds held hurt hurts keep keeps kept know knows knew known
    lead leads led learn leave left lie lies live lives lose lost make makes made mean means
    meant meet met need needs offer offers operates owns employs supplies pay pays paid put read
    run runs ran say says said see sees saw seen sell sells sold send sent set show shows shown
    sit speak spoke spoken stand stood start starts stop stops summarise summarize take takes
    took taken talk teach taught think thinks thought understand use uses want wants win wins
    won work works write writes wrote written""".split()
)
# What tells how near a thing is: "right after it", "soon before that".
_NEARLY = re.compile(
    r"(?:right|straight|soon|shortly|directly|immediately|long)\s+"
    r"(?:above|after|at|before|behind|below|beneath|beside|under)\b"
)
# What ends a question with "is" and belongs to no phrase.
_IS_PREDICATE = re.compile(
    r"(?:open|free|full|empty|safe|ready|cheap|expensive|busy|famous|popular|legal|illegal|important"
    r"|necessary|dangerous|worth|due|[a-z]{3,}(?:able|ible|ful|less))[?!.\s]*"
)
_COMPARES = re.compile(r"better|worse|[a-z]{3,}er")
_IS_THE = re.compile(r"\b(?:is|are|was|were)\s+(?:(?:the|an?|my|your|our)\s+)?$", re.IGNORECASE)
_INFLECTED = re.compile(r"[a-z]{2,}(?:ed|ing)")
_BEFORE_VERB = re.compile(r"last|first|later|next|once|[a-z]{3,}ly")
# "J. K. Rowling", "Dr. Kim Lee": a full stop that ends no sentence, before a name that goes on.
_ABBREVIATED = re.compile(r"[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|Sen|Gov|Gen|Col|Capt|Lt|Rev|Sgt")
_DEMONYM = re.compile(
    r"[A-Z][a-z]+(?:ese|ish|ian|ean|[^aeiou]an|ench|utch|reek|wiss|elsh|aqi|aeli)"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a text: `text[start:end]`; `names` are the (start, end) of the names in it."""

    start: int
    end: int
    names: tuple[tuple[int, int], ...]


def phrases(text: str) -> list[Phrase]:
    """Return the phrases of `text` in order: names, and runs of words that are no small words.

    >>> text = "How many free tokens is Zhipu AI giving away?"
    >>> [text[phrase.start : phrase.end] for phrase in phrases(text)]
    ['free tokens', 'Zhipu AI']
    """
    return [
        Phrase(run[0].start(), run[-1].end(), tuple(_names(run)))
        for run in _joined(text, list(_runs(text)))
    ]


def names(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of the names in `text`, in order."""
    return [name for phrase in phrases(text) for name in phrase.names]


def is_demonym(word: str) -> bool:
    """Return whether `word` looks like what comes from a country: Chinese, British, German."""
    return _DEMONYM.fullmatch(word) is not None


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield the runs of words between small words, verbs and punctuation."""
    run: list[re.Match[str]] = []
    governed = False  # a "did" or a "to" stands before: a verb in its plain form is to come
    named = False  # and who does it: "did he", after which that verb may stand alone
    before = ""
    for match in WORD.finditer(text):
        word = match[0]
        small = word.lower().replace("’", "'")
        gap = text[run[-1].end() : match.start()] if run else ""
        if run and gap.strip(" \t'’s\"“”") and not _goes_on(run[-1], match):
            yield from _pruned(run, governed=governed)
            run, governed = [], False
        month = word == "May" and before in PREPOSITIONS
        nearly = _NEARLY.match(text, match.start()) is not None
        if _is_coded(match):  # a command's name, whatever the word: `save`
            yield from _pruned(run, governed=False)
            yield from _pruned([match], governed=False)
            run, before = [], small
            continue
        is_small = small in FUNCTION and not (word.isupper() and len(word) > 1)
        is_small |= small.partition("'")[0] in PRONOUNS and "'" in small  # "I'd", "she's"
        # The "is" of "what's", but not the "s" of "Alibaba's".
        is_small |= small == "s" and before in FUNCTION and text[match.start() - 1] in "'’"
        if nearly or (is_small and not month):
            due = governed and small not in AUXILIARIES
            if due and small in PREPOSITIONS:  # "the pool in Lakeside": no verb has come yet
                due = bool(run) and is_base(run[-1][0])
            yield from _pruned(_subject(text, run, small), governed=due, alone=named)
            if due and _ends_in_verb(run, alone=named):
                governed = False  # it has come: "did the council decide about school meals"
            run = []
            named = governed and (small in _SUBJECTS or (named and small not in AUXILIARIES))
            if small in DO or small in _OPENS_CLAUSE:
                governed = True
            elif small in AUXILIARIES or small in ASKING or small == "to":
                governed = False
        elif _is_verb(word, inside=bool(run), before=before) and (
            governed or not _is_of_a_thing(run, word, before)
        ):
            if run and _BEFORE_VERB.fullmatch(run[-1][0]):
                run.pop()  # "when was the bridge last repaired?"
            yield from _pruned(run, governed=False)
            run, governed = [], False
        else:
            run.append(match)
        if small not in _BETWEEN:
            before = small
    yield from _pruned(_subject(text, run), governed=governed, alone=named)


def _subject(text: str, run: list[re.Match[str]], then: str = "") -> list[re.Match[str]]:
    """Return a run without the word that "is" says of it: "when is the museum [open]?".

    `then` is the word that follows, "" at the end of the text.
    """
    if len(run) < 2 or not _IS_THE.search(text[: run[0].start()]):
        return run
    word = run[-1][0]
    if then:
        is_said = _COMPARES.fullmatch(word) if then == "than" else word == "worth" and then != "of"
    else:
        is_said = _IS_PREDICATE.fullmatch(text, run[-1].start()) or _is_done(word)
    return run[:-1] if is_said else run


def _is_done(word: str) -> bool:
    """Return whether a word is the participle of a verb, and no verb's plain form by its spelling.

    >>> _is_done("found"), _is_done("cost"), _is_done("speed")
    (True, False, False)
    """
    base = base_of(word)
    return base not in ("", word) and participle(base) == word


def _goes_on(last: re.Match[str], word: re.Match[str]) -> bool:
    """Return whether only a mark of one name stands between: "J. K. Rowling", "Brandt & Osei"."""
    gap = word.string[last.end() : word.start()]
    if gap.strip() == "&":
        return _has_capital(last[0]) and _has_capital(word[0])
    is_stop = re.fullmatch(r"\.[ \t]*", gap) is not None
    return is_stop and word[0][0].isupper() and _ABBREVIATED.fullmatch(last[0]) is not None


def _is_verb(word: str, *, inside: bool, before: str) -> bool:
    """Return whether the form of `word` tells that it is one; `inside` a run of other words."""
    if word.lower() in VERBS:
        return not (word[0].isupper() and inside)
    if before == "who" and word.islower() and is_finite(word):
        return True
    inflected = word.islower() and _INFLECTED.fullmatch(word) is not None
    asked_of = before in ("who", "what", "that") and word.endswith("ed")
    return inflected and (inside or before in BE | HAVE | _ANYBODY or asked_of)


def _is_of_a_thing(run: Sequence[re.Match[str]], word: str, before: str) -> bool:
    """Return whether a verb's plain form is a noun: "annual [leave]", "days of [leave]".

    One thing "leaves"; and what several do, "the mills use coal", is a verb.
    """
    if before in PREPOSITIONS - {"to"}:
        return is_base(word)
    last = run[-1][0] if run else ""
    several = last.endswith("s") or are_people(last) or not (last.islower() and last.isalpha())
    return bool(run) and not several and is_base(word) and past(word) != word


def _pruned(
    run: list[re.Match[str]], *, governed: bool, alone: bool = False
) -> Iterator[list[re.Match[str]]]:
    """Yield the run without the verb that ends it where one is due: "does [Zhipu AI earn]".

    `alone`: it may be all of the run, "did he [owe]".
    """
    if governed and _ends_in_verb(run, alone=alone):
        run = run[:-1]
    if run:
        yield run


def _ends_in_verb(run: list[re.Match[str]], *, alone: bool = False) -> bool:
    """Whether a run can end in the verb that is due: in a word without a capital.

    One that is all of the run only where it is known for a verb and may be `alone`.
    """
    if len(run) == 1:
        word = run[0][0]
        return alone and word.islower() and (is_base(word) or word.endswith("s"))
    return len(run) > 1 and run[-1][0].islower()


def _joined(text: str, runs: list[list[re.Match[str]]]) -> list[list[re.Match[str]]]:
    """Return the runs with those in one that "of" joins: the University of Oxford."""
    joined: list[list[re.Match[str]]] = []
    for run in runs:
        if joined:
            between = text[joined[-1][-1].end() : run[0].start()]
            if re.fullmatch(r"\s+of\s+(?:the\s+)?", between):
                joined[-1] = [*joined[-1], *run]
                continue
        joined.append(list(run))
    return joined


def _names(run: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield the names in a run; a number beside a capitalised word belongs to its name."""
    held: list[re.Match[str]] = []
    if _COUNTS.match(run[0].string, run[0].start()):
        run = run[1:]
    for at, match in enumerate(run):
        word = match[0]
        gap = match.string[held[-1].end() : match.start()] if held else ""
        follows = held and (len(gap) <= 2 or _goes_on(held[-1], match))
        joins = held and re.fullmatch(r"\s+of\s+(?:the\s+)?", gap)
        within = follows and word in PARTICLES and _is_named_after(run[at + 1 :])
        numbered = word[0].isdigit() and follows
        if _has_capital(word) or numbered or within or _is_coded(match):
            if held and not (follows or joins):
                yield held[0].start(), held[-1].end()
                held = []
            held.append(match)
        elif held:
            yield held[0].start(), held[-1].end()
            held = []
    if held:
        yield held[0].start(), held[-1].end()


def _is_named_after(rest: Sequence[re.Match[str]]) -> bool:
    """Return whether words go on with a name, behind particles: "der Leyen"."""
    word = next((match[0] for match in rest if match[0] not in PARTICLES), "")
    return _has_capital(word)


def _is_coded(match: re.Match[str]) -> bool:
    """Return whether a word stands between backticks."""
    text, (start, end) = match.string, match.span()
    return text[:start].endswith("`") and text.startswith("`", end)


def _has_capital(word: str) -> bool:
    return any(letter.isupper() for letter in word)
