"""What a sentence tells somebody to be, by the words beside the name.

    "Its director, Ana Ruiz, left."     "Ana Ruiz, a vet, has 40 patients."     what they are
    "Ana Ruiz, 61, bakes."              "Ana Ruiz has led the choir."           what is told with it
    "His sister, Ana Ruiz, sold it."                                            whose they are

English only.
"""

from __future__ import annotations

import re

from rag.words.person import is_somebody
from rag.words.phrases import AUXILIARIES, FUNCTION, PREPOSITIONS
from rag.words.verbs import base_of, is_base, is_finite, is_participle, past

_TITLES = r"(?-i:(?:(?:[Tt]he\s+)?[A-Z][a-z]+\.?\s+){0,2}?)"
_DETERMINER = (
    r"(?:an?|the|its|their|his|her|our|my"
    r"|(?-i:[^\W\d_a-z][\w.&’'-]*(?:\s[^\W\d_a-z][\w.&’'-]*){0,3}['’]s?))"
)
_WHEN = r"(?:(?:now|then|until\sthen|formerly|once|long|still|also|already|himself|herself)\s)?"
_AGE = r"(?:,\s(?:aged\s)?\d{1,3},?)?"
_SAID = r"[^,.;:()“”\"]{2,90}"
# Behind the name: "is a vet", "41, is an engineer", ", a vet,", ", head of the port", "(chair)".
_IS = re.compile(
    rf"{_AGE}\s(?:is|was|became|remains|has\sbeen|had\sbeen)\s{_WHEN}"
    rf"(?P<one>{_DETERMINER})\s(?P<what>{_SAID})",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    rf"{_AGE},?(?<=,)\s{_WHEN}(?P<one>{_DETERMINER})\s(?P<what>{_SAID})(?=[,.;:()“”\"]|\Z)",
    re.IGNORECASE,
)
_BARELY = re.compile(
    rf"{_AGE},?(?<=,)\s{_WHEN}(?P<what>[a-z][\w-]*(?:\s[a-z][\w-]*){{0,3}})\s(?:of|for|at|in|to)\s"
    r"|\s\((?P<noted>[a-z][\w\s-]{2,40})\)"
)
# "She has led the team since May": whoever does so is its leader.
_HOLDS = re.compile(
    rf"{_AGE}\s(?P<has>has\s)?{_WHEN}(?P<does>[a-z]+)\s(?:{_DETERMINER}\s|(?-i:[A-Z]))",
    re.IGNORECASE,
)
_LEADS = frozenset("lead head chair manage own".split())
# "She ran the marathon", "she represents Orm": it tells less.
_ALSO_DOES = frozenset(
    "run head lead own manage chair coach captain direct edit found conduct represent".split()
)
_BEEN = re.compile(
    rf"\s(?:is|has\sbeen)\s{_WHEN}(?:{_DETERMINER}\s)?(?P<what>{_SAID})", re.IGNORECASE
)
_OF_AGE = re.compile(r",\s(?:aged\s)?\d{1,3},\s|\s(?:is|was)\s(?:aged\s)?\d{1,3}\b")
_WHO = re.compile(
    r"(?:,\s\d{1,3})?,\s(?:(?:with|for|to|from|of)\s)?who(?:se|m)?\s"
    r"(?!(?:also\s)?(?:said|says|told|added|called|asked|spoke)\b)"
)
_FROM = re.compile(r",?\s(?:of|from)\s(?:the\s)?[^\W\d_]")
# Before the name: "its director, ", "the biologist ", "led by ".
_BEFORE = re.compile(
    rf"(?:\A|[\s(“\"—]){_DETERMINER}\s(?P<what>{_SAID}),\s{_TITLES}\Z", re.IGNORECASE
)
_RIGHT_BEFORE = re.compile(r"(?:\A|[\s(“\"—])(?P<what>[^\W\d_][\w-]*)\s+\Z")
_DONE_BY = re.compile(rf"\b(?P<done>[a-z]+)\sby\s{_TITLES}\Z")
# "A night porter, Ana Ruiz, ...": no word in it need be known. "A year later, Ana Ruiz" is none.
_CLOSED = re.compile(
    rf"(?:\A\W*|\bby\s)(?:an?|the|its|their|his|her)\s(?P<what>{_SAID}),\s{_TITLES}\Z",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:(?:week|day|month|year|hour|minute|night|morning)s?\Z|ago|later|earlier|before|after)\b"
    r"|\A(?:bit|lot|little|few|while|couple)\b",
    re.IGNORECASE,
)
# "According to Ana Ruiz, the pumps ran": what follows is no apposition.
_FRAME = re.compile(
    r"(?:\A|[,;:—“\"]\s*)(?:according to|for|to|with|like|unlike|without|behind|beside|from|after"
    rf"|before|by|in)\s+{_TITLES}\Z",
    re.IGNORECASE,
)
# "After the death of Ana Ruiz, a light burned": what opens a sentence, with the name at its end.
_OPENING = re.compile(
    r"\W*(?P<by>for|after|before|since|until|when|while|as|if|once|because|although|though|unless"
    r"|in|on|at|by|with|without|during|despite|under|to|from|like|unlike)\s(?P<rest>[^,;:]*)\Z",
    re.IGNORECASE,
)
# They open no clause: "In May it was sold to Ana Ruiz, a potter."
_ONLY_NAMES = frozenset(
    "for in on at by with without during despite under to from like unlike".split()
)
_CLOSES = re.compile(r"[.;:!?”\"]|\Z|,\s(?:and|but|so|or|until|while)\s")
_RELATIVE = re.compile(r"\s(?:who|whose|whom|that|which)\s")
_KIN = re.compile(
    r"(?:step|grand|half-)?(?:father|mother|brother|sister|son|daughter|uncle|aunt|nephew|niece)"
    r"|husband|wife|widow(?:er)?|cousin|partner|twin|fianc[ée]e?",
    re.IGNORECASE,
)
_FORMAL = frozenset("mr mrs ms miss dr prof professor sir".split())
_END = re.compile(
    r"\s(?:of|for|at|in|from|to|with|by|who|whose|that|which|on|as|and|paid|named|called)\s"
)
_MOST_WORDS = 6  # with the word for what somebody is
# What ends as words for people do and is for none.
_NO_ROLE = frozenset("former longer later closer lower rather number matter order".split())
# Words for what people are that no ending tells.
_ROLES = frozenset(
    "owner officer executive secretary head clerk cook vet master member president treasurer "
    "lawyer apprentice student successor predecessor spokesperson architect mechanic critic poet "
    "priest vicar bishop guard lifeguard guide host surgeon chair candidate graduate veteran monk "
    "nun correspondent accountant consultant assistant lieutenant sergeant major colonel admiral "
    "midwife undersecretary ambassador author editor actor sculptor investor inventor translator "
    "conductor rector professor solicitor warden trustee politician anthropologist champion "
    "goalkeeper postmistress headmistress native".split()
)


def how_told_of_her(after: str) -> int | None:
    """Return how surely what stands behind "she" tells what she is: "has led the team"."""
    been = _BEEN.match(after)
    leads = _how_led(after)
    return 1 if leads == 0 or (been and _role_in(been["what"])) else leads


def _how_led(after: str) -> int | None:
    """Return how surely what stands behind a name tells of what they lead, by verb and tense.

    >>> _how_led(" has led the choir"), _how_led(" ran the marathon"), _how_led(" lost the race")
    (0, 2, None)
    """
    if (does := _HOLDS.match(after)) is None:
        return None
    base = base_of(does["does"])
    if base in _LEADS and (does["has"] or does["does"] != past(base)):
        return 0
    return 2 if base in _ALSO_DOES else None


def how_told(before: str, after: str) -> int | None:
    """Return how surely a sentence tells who somebody is, by what stands beside the name; or None.

    >>> how_told("Its director, ", ", left."), how_told("", ", 61, bakes.")
    (0, 2)
    """
    done = _DONE_BY.search(before)
    told_with = _OF_AGE.match(after) or _WHO.match(after) or _FROM.match(after)
    is_told = told_with is not None or (done is not None and is_participle(done["done"]))
    what = _what_they_are(before, after)
    if what is None:
        leads = _how_led(after)
        return 2 if leads is None and is_told else leads
    if _KIN.fullmatch(what):
        return 2 if is_told else 3
    return 0 if what.islower() else 1 if is_told else 2  # "Captain Lind said"


def _what_they_are(before: str, after: str) -> str | None:
    """Return the word for what somebody is, beside their name; None of no such."""
    near = _RIGHT_BEFORE.search(before)
    while near and near["what"].lower() in _FORMAL:
        before = before[: near.start("what")]
        near = _RIGHT_BEFORE.search(before)
    titled = near["what"] if near and is_role(near["what"]) else None  # "Captain"
    if near and titled != near["what"] and _KIN.fullmatch(near["what"]):
        return near["what"]
    if titled and titled.islower():
        return titled
    if (led := _BEFORE.search(before)) and (role := _role_in(led["what"])):
        return role
    closed = _CLOSED.search(before) if after.startswith(",") else None
    if closed and not _TIMES.search(closed["what"]):
        return _head_of(closed["what"])
    framed = _FRAME.search(before) is not None
    apposed = _APPOSED.match(after)
    if apposed and _is_clause(apposed["what"], before, after[apposed.end() :]):
        apposed = None
    for said in (_IS.match(after), apposed):
        if said and (role := _role_in(said["what"])):
            return role
    for one in (None if framed else apposed, _IS.match(after)):
        if one and one["one"].lower() in ("a", "an") and not _TIMES.search(one["what"]):
            return _head_of(one["what"])
    if (barely := _BARELY.match(after)) and (role := _role_in(barely["what"] or barely["noted"])):
        return role
    return titled


def _is_clause(what: str, before: str, behind: str) -> bool:
    """Return whether what stands behind a name and a comma is the sentence's own clause.

    >>> _is_clause("light burned in it", "After the death of ", ".")
    True
    """
    words = _RELATIVE.split(what)[0].split()
    verbs = [
        at for at in range(1, len(words))
        if _is_verb(words[at]) and words[at - 1] not in PREPOSITIONS
    ]  # fmt: skip
    if (opening := _OPENING.match(before)) and _CLOSES.match(behind):
        has_verb = any(map(_is_verb, opening["rest"].split()))
        if not has_verb or opening["by"].lower() not in _ONLY_NAMES:
            return bool(verbs) or not has_verb
    for at in verbs:
        after = "".join(words[at + 1 : at + 2])
        if words[at] in AUXILIARIES:
            return True
        # "A potter trained in Lund" is told of her, "a judge ruled the sale void" is not.
        may_be_told = is_participle(words[at]) and after in PREPOSITIONS
        if not may_be_told and (after in FUNCTION or after.endswith("ly")):
            return True
    return False


def _is_verb(word: str) -> bool:
    return word in AUXILIARIES or is_finite(word)


def _head_of(said: str) -> str:
    """Return the word that words are headed by: "porter" of "night porter of Orm"."""
    return (_END.split(f"{said} ")[0].split() or [said])[-1].lower()


def _role_in(said: str) -> str:
    """Return the word for what somebody is that words are headed by, "" where they have none."""
    head = _END.split(f"{said} ")[0].split()[:_MOST_WORDS]
    for word in reversed(head):
        if is_role(word) or _KIN.fullmatch(word):
            return word.lower()
    return ""


def is_role(word: str) -> bool:
    """Return whether a word is for what somebody is: by its ending, or as one of few others.

    >>> [is_role(word) for word in ("baker", "clockmaker", "pianist", "storm", "dinner")]
    [True, True, True, False, False]
    """
    word = word.lower()
    if word in _NO_ROLE:
        return False
    if is_somebody(word) or word in _ROLES or word.endswith(("eer", "ologist")):
        return True
    return word.endswith(("er", "or")) and _does(word[:-2])


def _does(stem: str) -> bool:
    """Return whether what is left of a word without "-er" is a verb, or ends in one: "clockmak"."""
    for at in range(max(0, len(stem) - 8), len(stem) - 2):
        part = stem[at:]
        able = (part, f"{part}e", part[:-1] if part[-1] == part[-2] else "")
        if any(len(each) > 3 and is_base(each) and base_of(each) for each in able):
            return at == 0 or at > 2
    return False
