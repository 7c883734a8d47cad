"""Who somebody is: the sentence that says what they are beside their name, before all others.

    "Who is Ana Ruiz?"    "Its director, Ana Ruiz, left."           what they are, with the name
                          "Ana Ruiz, a vet, has 40 patients."
                          "Ruiz, 61, bakes in a cellar."            what else it is told with
                          "Ana Ruiz, who lived below, heard it."
                          "His sister, Ana Ruiz, sold the mill."    whose they are

What only happens to have the name says little of who that is. Whom no article names is not told of
by what it says of somebody with the same surname. English only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answerer import Draft
from rag.articles.catalogue import Catalogue
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, Passage
from rag.questions.manners import LED
from rag.reading.antecedent import MOST_CHARS, holds, overlap, start_with_antecedent
from rag.reading.declining import not_said
from rag.searching.subject import portrayed
from rag.words.person import PARTICLES, TITLES, is_somebody, looks_like_a_person, without_titles
from rag.words.phrases import AUXILIARIES, FUNCTION, PREPOSITIONS, names
from rag.words.verbs import base_of, is_base, is_finite, is_participle, past

# How sure an answer is at least, by how it is told who somebody is: by what they are, the same of
# "she" or by a title, by what else is told with the name, by whose they are.
SURE = (0.85, 0.85, 0.7, 0.6)
_MOST_ARTICLES = 100  # with the name, that are read
_MOST_TOLD = 2  # introductions, of as many articles
_WHO_IS = re.compile(
    rf"(?i:{LED}who)(?:['’]s|\s+(?:is|was))\s+(?:(?:this|that)\s+)?(?P<who>[^,?!]{{2,60}}?)[\s?!.]*"
)
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
_ACCENTS = re.compile("[\u0300-\u036f]")  # as marks of their own, behind their letters
_APOSTROPHES = str.maketrans("‘’ʼ", "'''")
# Between the first name and the last: "Maria", "von der".
_BETWEEN = rf"(?:(?:[^\W\d_a-z][\w.'-]*|{'|'.join(sorted(PARTICLES))})\s+){{0,3}}?"
_SHE = re.compile(r"\b(?:she|he)\b", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence that tells who somebody is: `how` surely, the surest 0."""

    how: int
    place: Place
    published: date


def person_asked(question: str) -> str:
    """Return the name of whom `question` asks who it is, and nothing else; else "".

    >>> person_asked("And who is Dr Ana Ruiz?"), person_asked("Who is Ana Ruiz’s father?")
    ('Ana Ruiz', '')
    """
    match = _WHO_IS.fullmatch(question.strip())
    who = without_titles(" ".join(match["who"].split())) if match else ""
    if not who or names(who) != [(0, len(who))] or re.search(r"['’]s?$", who):
        return ""
    alone = who.isalpha() and who.istitle()
    return who if alone or looks_like_a_person(who) else ""


def who_it_is(
    question: str, draft: Draft, passages: Sequence[Passage], articles: Catalogue, *, most: int
) -> Draft | None:
    """Return the draft with what tells who somebody is first, or None where none is asked for.

    None, too, where the `articles` tell it in no such way. Whom none of them names is declined.
    What the draft has of whoever it is comes behind, `most` places in all.
    """
    name = person_asked(question)
    if not name or draft.by_date:
        return None
    # What was found goes first: there may be more with the surname than are read.
    ids = dict.fromkeys(one.article.id for one in passages)
    for words in (name, name.split()[-1]):
        ids.update(dict.fromkeys(articles.may_hold(words)))
    name = _folded(name)
    read = [articles[each] for each in list(ids)[:_MOST_ARTICLES] if each in articles]
    those = [article for article in read if article.language == "en" and _may_be(name, article)]
    if not those:
        is_full = " " in name and len(ids) <= _MOST_ARTICLES
        is_full = is_full and all(article.language == "en" for article in read)
        nothing = replace(draft, places=(), confidence=0.0, differing=(), left_out={})
        return replace(nothing, reason=not_said(question)) if is_full else None
    told = sorted(
        (one for article in those for one in _introductions(name, article)),
        key=lambda one: (one.how, -one.published.toordinal()),
    )
    if not told:
        return None
    first: dict[str, _Told] = {}
    for one in told:
        first.setdefault(one.place.article_id, one)
    best = [one.place for one in first.values() if one.how == told[0].how][:_MOST_TOLD]
    places = [_with_antecedent(place, articles[place.article_id]) for place in best]
    whole = [next((one for one in draft.places if holds(one, place)), place) for place in places]
    portraying = [one.place for one in told if _portrays(articles[one.place.article_id], name)]
    for place in (*portraying, *draft.places):
        if (place in portraying or of_whom(place, name, articles)) and not any(
            overlap(place, other) for other in whole
        ):
            whole.append(place)
    return replace(
        draft, places=tuple(whole[:most]), confidence=max(draft.confidence, SURE[told[0].how]),
        reason="", differing=(),
    )  # fmt: skip


def of_whom(place: Place, name: str, articles: Mapping[str, Article]) -> bool:
    """Return whether a place holds somebody's surname."""
    text = _folded(articles[place.article_id].text[place.start : place.end])
    last = _folded(name.rsplit(maxsplit=1)[-1])
    return re.search(rf"\b{re.escape(last)}\b", text) is not None


def _folded(text: str) -> str:
    """Return a text without accents and with straight apostrophes: "Jose O'Neill"."""
    if text.isascii():
        return text
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text.translate(_APOSTROPHES)))


def _portrays(article: Article, name: str) -> bool:
    """Return whether an article is mostly of somebody."""
    person, _ = portrayed(article)
    return bool(person) and _folded(person).rsplit(maxsplit=1)[-1] == name.rsplit(maxsplit=1)[-1]


def _may_be(name: str, article: Article) -> bool:
    """Return whether an article may speak of somebody: by the name, or by the surname alone."""
    *firsts, last = name.split()
    text = _folded(article.text)
    if re.search(rf"\b{re.escape(last)}\b", text) is None:
        return False
    if firsts and _full(name).search(text):
        return True
    bearers = _bearers(last, article)
    if not firsts:
        return bool(bearers)
    return not bearers or any(_is_short_for(firsts[0], one.split()[0]) for one in bearers)


def _bearers(last: str, article: Article) -> set[str]:
    """Return the full names in an article that end with a surname."""
    text = _folded(article.text)
    full = (without_titles(" ".join(text[start:end].split())) for start, end in names(text))
    return {name for name in full if " " in name and name.endswith(f" {last}")}


def _is_short_for(one: str, other: str) -> bool:
    """Return whether one first name may be the other: "Jon" and "Jonathan", "J." and "Jon"."""
    short, long = sorted((one.rstrip(".").casefold(), other.rstrip(".").casefold()), key=len)
    return long.startswith(short)


def _introductions(name: str, article: Article) -> Iterator[_Told]:
    """Yield the sentences of an article that tell who somebody is, in order."""
    last = name.rsplit(maxsplit=1)[-1]
    full = _full(name)
    alone = full if len(_bearers(last, article)) > 1 else re.compile(rf"\b{re.escape(last)}\b")
    is_portrait = _portrays(article, name)
    for start, end in statement_spans(article):
        text = " ".join(_folded(article.text[start:end]).split())
        found = [
            how
            for match in (full.search(text) or alone.search(text),)
            if match and _is_whole(text, match, full)
            if (how := _how_told(text[: match.start()], text[match.end() :])) is not None
        ]
        if not found and is_portrait and not alone.search(text):
            hers = (_how_told_of_her(text[she.end() :]) for she in _SHE.finditer(text))
            found = [how for how in hers if how is not None]
        if found:
            place = Place(article.id, start, end)
            yield _Told(found[0], place, article.published or date.min)


def _full(name: str) -> re.Pattern[str]:
    """Return the expression for a name, with others between the first and the last."""
    *firsts, last = map(re.escape, name.split())
    return re.compile(rf"\b{firsts[0]}\s+{_BETWEEN}{last}\b" if firsts else rf"\b{last}\b")


def _how_told_of_her(after: str) -> int | None:
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


def _is_whole(text: str, match: re.Match[str], full: re.Pattern[str]) -> bool:
    """Return whether a match is no part of another's name: not the "Hart" of "Pell & Hart"."""
    if full.fullmatch(match[0]) and " " in match[0]:
        return True
    word = re.search(r"(?P<word>[\w.&’'-]+)\s+\Z", text[: match.start()])
    led = word is not None and (word["word"][0].isupper() or word["word"] in ("&", "and"))
    title = word["word"].lower().rstrip(".") if word else ""
    opens = word is not None and word.start() == 0
    return (not led or opens or title in TITLES) and not re.match(r"\s[A-Z&]", text[match.end() :])


def _how_told(before: str, after: str) -> int | None:
    """Return how surely a sentence tells who somebody is, by what stands beside the name; or None.

    >>> _how_told("Its director, ", ", left."), _how_told("", ", 61, bakes.")
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


def _with_antecedent(place: Place, article: Article) -> Place:
    """Return a place with the sentence that it leans on, where both are not long."""
    spans: Sequence[tuple[int, int]] = statement_spans(article)
    start = start_with_antecedent(article.text, spans, spans.index((place.start, place.end)))
    return replace(place, start=start) if place.end - start <= MOST_CHARS else place
