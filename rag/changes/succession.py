"""Who came after whom: the words by which a text tells that an office or a thing changed hands.

    "Holt stepped aside. His successor, Mara Lind, ..."   after Holt: Mara Lind
    "The former director, Jan Holt, fishes now."          Holt's part is over, told in passing
    "Lind takes over on 1 May, and is paid as Holt was."  of a post that was left open: Lind
    "Lind had taken it over from Jan Holt."               before Lind: Jan Holt

All is read sentence by sentence, from the names of people and a few words between. English only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rag.text import tokenise
from rag.words.months import MONTH, WEEKDAYS
from rag.words.person import looks_like_a_person, without_titles
from rag.words.phrases import names

# A day has no name of its own: "June 22", "Friday", but not "June Holt".
_DAY = re.compile(rf"(?:{MONTH}\s*(?:\d|$)|(?:{'|'.join(WEEKDAYS)})$)", re.IGNORECASE)
_NEAR = 3  # sentences from a name on to a pronoun, and from an end on to who came after
_MOST_WORDS = 4  # of a name that is no person's
_MOST_BEFORE = 30  # characters between "took over from" and a name

_GAP = r"[^.;:!?]{0,80}?"  # within a clause or two
# The same, in which nobody else is named in full and nothing is said: "Holt said it had gone".
_OWN = (
    r"(?!,?\s+(?:[^.;:!?,]{0,40},\s+)?(?:said|says|told|tells)\b)"
    r"(?:(?!\b[A-Z][a-z]+ [A-Z][a-z])[^.;:!?]){0,80}?"
)
_GONE = (
    r"(?:resign(?:s|ed|ing)|step(?:s|ped|ping)\s+(?:down|aside|back)|st(?:ands|ood|anding)\s+down"
    r"|quit|walk(?:s|ed)\s+out|went\s+home|lasted|retir(?:es|ed|ing)|depart(?:s|ed|ing)|bow(?:s|ed|ing)\s+out|moved\s+on|died"
    r"|sold(?=\s+(?:up|out|it|the|its|his|her|their)\b|\s*[.,])"
    r"|lea(?:ves|ving)(?!\s+(?:home|work|from|an?|no|it|him|them|us|nothing|behind|early|late)\b)"
    r"|hand(?:s|ed|ing)\s+(?:over|(?:[\w'’-]+\s+){1,3}?"
    r"(?:keys|reins|baton|cap|armband|job|post|office|chair|gavel|helm|title|torch)\s+to)"
    r"|g(?:ives|ave|iving)\s+(?:up|way)|sent\s+packing|let\s+go"
    r"|(?:was|were|been|is|being)\s+(?:dismissed|sacked|fired|removed|replaced|succeeded|ousted"
    r"|unseated|voted\s+out|relieved|suspended|beaten|defeated|stripped|dropped|dethroned"
    r"|given\s+the\s+sack|shown\s+the\s+door)"
    r"|(?:is|was)\s+(?:out\s+(?:until|for)|sidelined|on\s+(?:sick\s+)?leave)"
    r"|(?:has|had|have)\s+(?:left|gone|lost)|(?:is|was)\s+no\s+longer"
    r"|lost\s+(?:the|her|his|their)\s+(?:election|seat|office|post|job|vote|armband|title|place)"
    r"|left\s+(?:in|on|at|after|last|for|by|to|with|(?:the|her|his|their)\s+(?:company|firm|club"
    r"|post|job|office|board|team|party|council|band|school|paper|bank|group))"
    r"|(?:cleared|packed)\s+(?:his|her|their)\s+desk)"
)
_FORMER = r"(?:former|ex|outgoing|departing|departed|previous|ousted|one-time|erstwhile|late)"
_AFTER = (
    r"(?:succe(?:eds|eded|eding)|replac(?:es|ed|ing)|follow(?:s|ed|ing)|beat|defeat(?:s|ed)"
    r"|unseat(?:s|ed)|oust(?:s|ed)|c(?:ame|omes|oming)\s+in\s+for|successor\s+(?:to|of)"
    r"|in\s+place\s+of|instead\s+of"
    r"|(?:t(?:akes|ook|aking|aken)\s+(?:\w+\s+){0,3}?over|inherit(?:s|ed)\s+(?:\w+\s+){1,4}?"
    r"|b(?:uys|ought)\s+(?:\w+\s+){0,3}?|acquired\s+(?:\w+\s+){0,3}?)\s*from)"
)
_NEXT = (
    r"(?:successor|replacement|departure|resignation|exit|dismissal|retirement|removal|sacking"
    r"|defeat|death)"
)
_PASSES = r"(?:(?:pass|go|mov|switch|chang|hand|transfer|shift)(?:e?s|ed|ing|ne|e)?|went)"
_FOLLOWS = re.compile(r"follow", re.IGNORECASE)  # of a film, too
# "Holt's 2:04:10 had stood since 2011": what was somebody's is another's.
_BEATEN = (
    r"['’]s?\s+[\w\s:.,-]{0,40}?\b(?:had\s+(?:stood|lasted)"
    r"|(?:is|was|has\s+been|had\s+been)\s+(?:beaten|broken|bettered|gone))"
)
_BY_PRONOUN = re.compile(  # not "He follows Jan Holt, who resigned."
    rf"^\W*(?:he|she|they)\s+(?:(?!\bwho\b)[^.;:!?]){{0,80}}?\b{_GONE}\b", re.IGNORECASE
)
_OF_PRONOUN = re.compile(rf"\b(?:his|her|their)\s+{_NEXT}\b", re.IGNORECASE)
_COMES_AFTER = re.compile(
    r"\b(?:successor|succe(?:eds|eded|eding)|replac(?:es|ed|ing|ement)|t(?:ake|akes|ook|aking|aken)"
    r"\s+(?:over|charge)|step(?:s|ped)\s+in(?:to)?|interim|acting|caretaker|appoint(?:s|ed|ment)"
    r"|won|winner|votes?|(?:his|her|their|\w+['’]s)\s+(?:place|desk|chair)|named|elected|chosen"
    r"|picked|promoted|hired|bought|buyer|new\s+owner|sold|beat|defeated)\b",
    re.IGNORECASE,
)
# Of whoever takes up what was left: "takes over", "has been appointed", "is the new ...".
_TAKES_UP = re.compile(
    r"\b(?:t(?:akes|ook|o\s+take|ake)\s+(?:over|charge|up\s+(?:the|her|his)\s+(?:post|job|office))"
    r"|(?:has|have)\s+been\s+(?:named|appointed|chosen|elected|picked|hired)"
    r"|(?:is|was)\s+(?:named|appointed|chosen|elected|picked|hired|sworn\s+in)"
    r"|(?:is|becomes|became)\s+the\s+new|st(?:arts|arted)\s+(?:on|as)"
    r"|(?:will\s+)?(?:succeed|replace)s?)\b"
)
_PRONOUN = re.compile(r"\W*(?:he|she)\b", re.IGNORECASE)
_PREDECESSOR = re.compile(r"\b(?:her|his|their|\w+['’]s?)\s+predecessor\b,?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Handover:
    """The sentences, from `first` to `last`, that tell of a change of hands; `who` has it then.

    Of who came before it is who had it. "" where it is open. `is_surely`: they tell of the end
    itself ("resigned"), not in passing ("the former director").
    """

    first: int
    last: int
    who: str
    is_surely: bool = True


def called(value: str) -> str:
    """Return the name by which who or what holds is spoken of again; "" of what is no name.

    >>> called("the mayor Ana Ruiz"), called("the Holt family trust"), called("a baker")
    ('Ruiz', 'Holt', '')
    """
    plain = without_titles(value.strip())
    if _DAY.match(plain):
        return ""
    if looks_like_a_person(plain):
        return plain.split()[-1]
    words = plain.split()
    if not plain[:1].isupper() or len(words) > _MOST_WORDS:
        return ""
    lead = [word for word in words if word[:1].isupper()]
    return " ".join(lead) if words[: len(lead)] == lead else plain


def handed_over(
    sentences: Sequence[str], value: str, besides: Collection[str] = ()
) -> Handover | None:
    """Return what the sentences of an article tell of the end of who or what held, "" if open.

    No name with one of the terms `besides` is that of who has it then: it is what is held.
    """
    name = called(value)
    several = "" if looks_like_a_person(without_titles(value)) else "s?"  # the Holts, a family
    ends = list(_ends(sentences, name, rf"{re.escape(name)}{several}")) if name else []
    if not ends:
        return None
    ended, is_surely = max(ends, key=lambda end: (end[1], -end[0]))
    for at in range(max(0, ended - 1), min(len(sentences), ended + _NEAR)):
        who = another(sentences[at], value, besides)
        if who and (at == ended or _COMES_AFTER.search(sentences[at])):
            return Handover(min(ended, at), at, who)
    if re.search(rf"\b{re.escape(name)}{_BEATEN}", sentences[ended]):
        for at in range(ended - 1, max(-1, ended - _NEAR), -1):
            if who := another(sentences[at], value, besides):
                return Handover(at, ended, who)
    return Handover(ended, ended, "", is_surely)


def taken_up(
    sentences: Sequence[str], value: str, besides: Collection[str] = ()
) -> Handover | None:
    """Return who takes up what `value` left, by an article that speaks of `value` beside."""
    name = called(value)
    is_named = re.compile(rf"\b{re.escape(name)}\b")
    for at, sentence in enumerate(sentences):
        if not name or not _TAKES_UP.search(sentence):
            continue
        near = sentences[max(0, at - _NEAR) : at + _NEAR + 1]
        if not any(map(is_named.search, near)):
            continue
        if _PRONOUN.match(sentence) and at and (who := _person(sentences[at - 1], value, besides)):
            return Handover(at - 1, at, who)
        if who := _person(sentence, value, besides):
            return Handover(at, at, who)
    return None


def held_before(
    sentences: Sequence[str], value: str, besides: Collection[str] = ()
) -> Handover | None:
    """Return who held what `value` has come to hold, by what the sentences tell of that."""
    name = called(value)
    if not name:
        return None
    taking = re.compile(rf"\b{re.escape(name)}\b{_GAP}\b{_AFTER}\s+")
    since_named = _NEAR + 1
    for at, sentence in enumerate(sentences):
        since_named = 0 if re.search(rf"\b{re.escape(name)}\b", sentence) else since_named + 1
        found = [taking.search(sentence)]
        if since_named <= _NEAR:
            found.append(_PREDECESSOR.search(sentence))
        for match in filter(None, found):
            for start, end in names(sentence):
                who = without_titles(sentence[start:end])
                if 0 <= start - match.end() <= _MOST_BEFORE and _is_another(who, value):
                    return Handover(at, at, who)
    for who in _people_near(sentences, name):
        over = handed_over(sentences, who, besides) if _is_another(who, value) else None
        if over is not None and called(over.who) == name:
            return Handover(over.first, over.last, who)
    return None


def leaving_to(sentences: Sequence[str], value: str, besides: Collection[str] = ()) -> list[str]:
    """Return the people beside whom `value` is told to take something up: one may have left it."""
    near = _people_near(sentences, called(value)) if called(value) else []
    return [
        who
        for who in near
        if _is_another(who, value)
        and (over := taken_up(sentences, who, besides)) is not None
        and called(over.who) == called(value)
    ]


def holder_by(sentences: Sequence[str]) -> str:
    """Return who has come to hold what the first of a few sentences tells the end of, or "".

    >>> holder_by(["Jan Holt was voted out.", "Mara Lind won by ten votes."])
    'Mara Lind'
    """
    people = (
        [without_titles(sentences[0][a:b]) for a, b in names(sentences[0])] if sentences else []
    )
    for who in filter(looks_like_a_person, people):
        over = handed_over(sentences, who)
        if over is not None and over.is_surely and over.who:
            return over.who
    return ""


def another(sentence: str, value: str, besides: Collection[str] = ()) -> str:
    """Return who else a sentence names: a person in a person's place."""
    known = {*tokenise(value), *tokenise(called(value)), *besides}
    spoken = (sentence[start:end] for start, end in names(sentence))
    others = [one for one in spoken if known.isdisjoint(tokenise(one))]
    if looks_like_a_person(without_titles(value)) or len(value.split()) == 1:
        others = [one for one in others if looks_like_a_person(without_titles(one))]
    return others[0] if others else ""


def _person(sentence: str, value: str, besides: Collection[str]) -> str:
    who = without_titles(another(sentence, value, besides))
    return who if looks_like_a_person(who) else ""


def _is_another(who: str, value: str) -> bool:
    is_apart = set(tokenise(who)).isdisjoint(tokenise(value))
    return looks_like_a_person(who) and is_apart


def _people_near(sentences: Sequence[str], name: str) -> list[str]:
    """Return the people who are named beside where `name` is."""
    is_named = re.compile(rf"\b{re.escape(name)}\b")
    at = [n for n, sentence in enumerate(sentences) if is_named.search(sentence)]
    near = dict.fromkeys(m for n in at for m in range(n - 1, n + 2) if 0 <= m < len(sentences))
    spoken = (sentences[m][start:end] for m in near for start, end in names(sentences[m]))
    return list(dict.fromkeys(filter(looks_like_a_person, map(without_titles, spoken))))


def _ends(sentences: Sequence[str], name: str, written: str) -> Iterator[tuple[int, bool]]:
    """Yield which sentences tell that a name's part is over, and whether they surely do.

    `written` is the pattern of the name.
    """
    is_named = re.compile(rf"\b{written}\b")
    surely = re.compile(
        rf"\b{written}(?:['’]s?\s+{_NEXT}\b|\b{_OWN}\b{_GONE}\b|{_BEATEN}\b)"
        rf"|\b{_AFTER}\s+(?:[\w.'’-]+\s+){{0,4}}?{written}\b"
        rf"|\b{_PASSES}\b{_GAP}\bfrom\s+{written}\b(?={_GAP}\bto\b)"
        rf"|\b(?:left|leav(?:es|ing)|out\s+of)\s+{written}\b(?={_GAP}\b(?:to|for)\b)"
    )
    in_passing = re.compile(rf"(?i:\b{_FORMER})\b[\w\s,'’-]{{0,50}}?\b{written}\b")
    since_named = _NEAR
    for at, sentence in enumerate(sentences):
        by_pronoun = since_named < _NEAR and (
            _BY_PRONOUN.search(sentence)
            or (_OF_PRONOUN.search(sentence) and another(sentence, name))
        )
        ends = surely.search(sentence)
        if ends and _FOLLOWS.match(ends[0]) and not another(sentence, name):
            ends = None
        if ends or by_pronoun:
            yield at, True
        elif in_passing.search(sentence):
            yield at, False
        since_named = 1 if is_named.search(sentence) else since_named + 1
