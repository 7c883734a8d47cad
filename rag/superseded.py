"""What holds no more by a newer article, which tells so in words of its own: stated first.

    "Jan Holt runs the port."          of May    "Holt stepped aside. His successor, Mara Lind, ..."
    "A ticket is 4.50."                of May    "A ticket went up from 4.50 to 5.20."
    "Cars pay a toll on the bridge."   of May    "There will be no toll."

Looked for where it is asked how things stand: who held an office is told by the older one, too.
Who came after is followed on from article to article. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answerer import Draft
from rag.antecedent import MOST_CHARS, overlap, start_with_antecedent
from rag.asked import asks_for_now, asks_for_then, is_of_the_present, telling_terms, wants_several
from rag.catalogue import Catalogue, terms_of
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article
from rag.months import MONTH
from rag.person import looks_like_a_person, without_titles
from rag.phrases import names
from rag.text import holds_words, tokenise

_MOST_ARTICLES = 20  # newer ones with the name, the newest first, that are read
_MOST_STEPS = 4  # from one holder of an office to the next
_LEAST_HELD = 0.5  # of the question's terms, in an article that speaks of the same
_NEAR = 3  # sentences from a name on to a pronoun, and from an end on to who came after
_MOST_WORDS = 4  # of a name that is no person's

_GAP = r"[^.;:!?]{0,80}?"  # within a clause or two
_GONE = (
    r"(?:resign(?:s|ed|ing)|step(?:s|ped|ping)\s+(?:down|aside|back)|st(?:ands|ood|anding)\s+down"
    r"|quit|walk(?:s|ed)\s+out|went\s+home|lasted|retir(?:es|ed|ing)|depart(?:s|ed|ing)|bow(?:s|ed|ing)\s+out|moved\s+on|died|sold|leaves"
    r"|leaving|hand(?:s|ed|ing)\s+over|g(?:ives|ave|iving)\s+(?:up|way)|sent\s+packing|let\s+go"
    r"|(?:was|were|been|is|being)\s+(?:dismissed|sacked|fired|removed|replaced|succeeded|ousted"
    r"|unseated|voted\s+out|relieved|suspended|beaten|defeated|stripped|dropped|dethroned"
    r"|given\s+the\s+sack|shown\s+the\s+door)"
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
_BY_PRONOUN = re.compile(rf"^\W*(?:he|she|they)\s+{_GAP}\b{_GONE}\b", re.IGNORECASE)
_OF_PRONOUN = re.compile(rf"\b(?:his|her|their)\s+{_NEXT}\b", re.IGNORECASE)
_COMES_AFTER = re.compile(
    r"\b(?:successor|succe(?:eds|eded|eding)|replac(?:es|ed|ing|ement)|t(?:ake|akes|ook|aking|aken)"
    r"\s+(?:over|charge)|step(?:s|ped)\s+in(?:to)?|interim|acting|caretaker|appoint(?:s|ed|ment)"
    r"|won|winner|votes?|(?:his|her|their|\w+['’]s)\s+(?:place|desk|chair)|named|elected|chosen|picked|promoted|hired"
    r"|bought|sold|beat|defeated)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:up|down)\s+from\b|\bfrom\b[^.;]{0,60}?\bto\b"
    r"|\b(?:instead\s+of|rather\s+than|no\s+longer|not\s+until|originally|initially|previously"
    r"|formerly|earlier|once|(?:was|were)\s+(?:to|due|expected|meant|planned|supposed|set)"
    r"|(?:first|had)\s+(?:been\s+)?(?:planned|promised|given|put|expected|announced|said|reported"
    r"|set)|(?:has|have|had|was|were|been|is|are)\s+(?:now\s+)?(?:raised|lowered|increased|cut"
    r"|revised|put\s+(?:off|back|up)|postponed|delayed|pushed\s+back|moved|brought\s+forward"
    r"|risen|corrected)|rose|raised|rises|climbed|fell|dropped|slipped|grew|went\s+(?:up|down))\b",
    re.IGNORECASE,
)
_UNDO = r"(?:d(?:o|oes|id|one)\s+away\s+with|scrap(?:s|ped)?|abolish(?:es|ed)?|lift(?:s|ed)?|axed?)"
_UNDONE = re.compile(
    rf"\b{_UNDO}\s+(?:(?:the|its|his|her|their|that|this|all)\s+)?(?:\w+\s+){{0,2}}?(?P<thing>\w+)\b"
    r"|\b(?:there\s+(?:will\s+be|is|are)|has|have)\s+no\s+(?:more\s+|longer\s+an?\s+)?(?P<none>\w+)\b"
    r"|\b(?P<gone>\w+)\s+(?:has\s+been|have\s+been|was|were|is|are)\s+(?:now\s+|since\s+)?"
    r"(?:scrapped|abolished|lifted|axed|done\s+away\s+with|called\s+off|cancelled|withdrawn)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow\s+many\b", re.IGNORECASE)
_WHO = re.compile(r"\bwho(?:['’]s|m|se)?\b", re.IGNORECASE)
_WHO_HOLDS = re.compile(
    r"\bwho(?:['’]s|se|\s+is|\s+are|\s+(?:currently\s+|now\s+|still\s+)?(?:run|head|lead|own|manage|"
    r"chair|coache|captain|direct|edit|represent|hold|govern|control|command|organise|organize|"
    r"conduct|train|supplie|sponsor|play)s)\b(?!\s+\w+ing\b)",
    re.IGNORECASE,
)
_DAY = re.compile(rf"\b\d{{1,2}}\s+{MONTH}\b|\b{MONTH}\s+\d{{1,2}}\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class _Newer:
    """What a newer article tells; `holder` is who or what holds since then, "" where it is open.

    `is_surely`: it tells of the end itself ("resigned"), not in passing ("the former director").
    """

    place: Place
    published: date
    holder: str
    is_surely: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """The telling terms of a question, those of what it is about, and of its first statement."""

    terms: frozenset[str]
    about: frozenset[str]
    stated: frozenset[str]


def with_newer(draft: Draft, question: str, articles: Catalogue, *, most: int) -> Draft:
    """Return the draft with what a newer article tells of the end of its first statement.

    That goes first; where it is told in passing, second. `articles` are those that are asked. As
    many places as before are stated, or `most`.
    """
    if not draft.places or draft.differing or draft.by_date or wants_several(question):
        return draft
    if asks_for_then(question) or not articles.newest:
        return draft
    first = draft.places[0]
    article = articles.get(first.article_id)
    if article is None or article.published is None or article.published >= articles.newest:
        return draft
    newer = _newer(first, question, article, article.published, articles)
    if newer is None:
        return draft
    rest = [place for place in draft.places if not overlap(place, newer.place)]
    stated = (newer.place, *rest) if newer.is_surely else (*rest[:1], newer.place, *rest[1:])
    return replace(draft, places=stated[: max(most, len(draft.places))])


def _newer(
    first: Place, question: str, article: Article, since: date, articles: Catalogue
) -> _Newer | None:
    """Return what ends the first statement last, of the articles after `since`."""
    is_of_now = asks_for_now(question) or is_of_the_present(question)
    value = _value(first, question, article)
    if not is_of_now and not _DIGITS.search(value):
        return None
    if _WHO.search(question) and not _WHO_HOLDS.search(question):
        return None
    said = article.text[first.start : first.end]
    asked = _asked(question, said)
    found: _Newer | None = None
    for _ in range(_MOST_STEPS):
        told = _superseding(value, since, asked, articles) if value else None
        if told is None:
            break
        found, since, value = told, told.published, told.holder
    if found is None and is_of_now and not _HOW_MANY.search(question):
        found = _thing_undone(since, asked, articles)
    return found


def _asked(question: str, said: str) -> _Asked:
    named = {term for span in names(question) for term in tokenise(question[slice(*span)])}
    terms = frozenset(telling_terms(question))
    return _Asked(terms, frozenset(named) or terms, frozenset(telling_terms(said)))


def _value(first: Place, question: str, article: Article) -> str:
    """Return what a statement answers: the span that was found, or the one person it names."""
    if first.highlight is not None:
        return article.text[slice(*first.highlight)]
    if not _WHO.search(question):
        return ""
    said = article.text[first.start : first.end]
    named = [without_titles(said[start:end]) for start, end in names(said)]
    everyone = {article.text[start:end].split()[-1] for start, end in names(article.text)
                if looks_like_a_person(article.text[start:end])}  # fmt: skip
    people = [name for name in named if looks_like_a_person(name) or name in everyone]
    return people[0] if len(people) == 1 or (people and said.startswith(people[0])) else ""


def _superseding(value: str, since: date, asked: _Asked, articles: Catalogue) -> _Newer | None:
    """Return what an article after `since` tells of the end of a value.

    One that tells who came after goes first, then one that surely tells of it, then the newest.
    """
    name = _called(value)
    if not name:
        return None
    about = asked.about - set(tokenise(value))
    told = (_told(article, value, name) for article in _after(since, articles, name, about))
    found = [one for one in told if one is not None]
    return max(found, key=lambda one: (bool(one.holder), one.is_surely), default=None)


def _after(since: date, articles: Catalogue, word: str, about: frozenset[str]) -> Iterator[Article]:
    """Yield the articles after `since` that may hold a word, of what is asked, the newest first."""
    newer = articles.after(since)
    holding = set(newer.may_hold(word))
    ids = [name for name in reversed(newer.oldest_first) if name in holding]
    for article in (newer[name] for name in ids[:_MOST_ARTICLES]):
        held = len(about & terms_of(article))
        if article.language == "en" and held >= _LEAST_HELD * len(about):
            yield article


def _called(value: str) -> str:
    """Return what a value is spoken of by again: a last name, a number, a day."""
    plain = without_titles(value.strip())
    if looks_like_a_person(plain):
        return plain.split()[-1]
    if number := _DAY.search(plain) or _DIGITS.search(plain):
        return number[0] if len(number[0]) > 1 else plain
    return plain if plain[:1].isupper() and len(plain.split()) <= _MOST_WORDS else ""


def _told(article: Article, value: str, name: str) -> _Newer | None:
    """Return what one article tells of the end of a value."""
    spans = statement_spans(article)
    sentences = [article.text[start:end] for start, end in spans]
    if _DIGITS.search(name):
        units = tokenise(_DAY.sub(" ", _DIGITS.sub(" ", value)), article.language)
        for at, sentence in enumerate(sentences):
            if not set(units) <= set(tokenise(sentence, article.language)):
                continue  # 400 people are no 400 grams
            if now := _another(sentence, name):
                return _stated(article, spans, at, at, now)
        return None
    ends = list(_ends(sentences, name))
    if not ends:
        return None
    ended, is_surely = max(ends, key=lambda end: (end[1], -end[0]))
    for at in range(max(0, ended - 1), min(len(spans), ended + _NEAR)):
        holder = _holder(sentences[at], value, name)
        if holder and (at == ended or _COMES_AFTER.search(sentences[at])):
            return _stated(article, spans, min(ended, at), at, holder)
    return _stated(article, spans, ended, ended, is_surely=is_surely)


def _ends(sentences: Sequence[str], name: str) -> Iterator[tuple[int, bool]]:
    """Yield which sentences tell that a name's part is over, and whether they surely do."""
    written = re.escape(name)
    is_named = re.compile(rf"\b{written}\b")
    surely = re.compile(
        rf"\b{written}(?:['’]s?\s+{_NEXT}\b|\b{_GAP}\b{_GONE}\b)"
        rf"|\b{_AFTER}\s+(?:[\w.'’-]+\s+){{0,4}}?{written}\b"
        rf"|\b(?:from|left|leav(?:es|ing)|out\s+of)\s+{written}\b(?={_GAP}\b(?:to|for)\b)"
    )
    in_passing = re.compile(rf"(?i:\b{_FORMER})\b[\w\s,'’-]{{0,50}}?\b{written}\b")
    since_named = _NEAR
    for at, sentence in enumerate(sentences):
        by_pronoun = since_named < _NEAR and (
            _BY_PRONOUN.search(sentence)
            or (_OF_PRONOUN.search(sentence) and _holder(sentence, name, name))
        )
        if surely.search(sentence) or by_pronoun:
            yield at, True
        elif in_passing.search(sentence):
            yield at, False
        since_named = 1 if is_named.search(sentence) else since_named + 1


def _holder(sentence: str, value: str, name: str) -> str:
    """Return who else a sentence names: a person in a person's place."""
    known = {*tokenise(value), *tokenise(name)}
    spoken = (sentence[start:end] for start, end in names(sentence))
    others = [one for one in spoken if known.isdisjoint(tokenise(one))]
    if looks_like_a_person(without_titles(value)) or len(value.split()) == 1:
        others = [one for one in others if looks_like_a_person(without_titles(one))]
    return others[0] if others else ""


def _another(sentence: str, value: str) -> str:
    """Return the number or the day beside the value's in a sentence that tells of a change."""
    if not holds_words(sentence, value) or not _CHANGED.search(sentence):
        return ""
    for form in (_DAY, _DIGITS):
        own, given = form.findall(value), [match[0] for match in form.finditer(sentence)]
        if own and set(own) < set(given):
            return [one for one in given if one not in own][-1]
    return ""


def _thing_undone(since: date, asked: _Asked, articles: Catalogue) -> _Newer | None:
    """Return what tells that a thing that is asked of, or was stated, is no more: a ban, a toll."""
    if not asked.terms:
        return None
    word = max(asked.about, key=lambda term: (len(term), term))
    for article in _after(since, articles, word, asked.about):
        spans = statement_spans(article)
        for at, (start, end) in enumerate(spans):
            for match in _UNDONE.finditer(article.text, start, end):
                thing = set(tokenise(match["thing"] or match["none"] or match["gone"]))
                beside = article.text[spans[max(0, at - 1)][0] : end]
                held = asked.terms & set(tokenise(beside, article.language))
                if thing & asked.stated and (thing & asked.terms or len(held) > 1):
                    return _stated(article, spans, at, at)
    return None


def _stated(
    article: Article,
    spans: Sequence[tuple[int, int]],
    first: int,
    last: int,
    holder: str = "",
    *,
    is_surely: bool = True,
) -> _Newer:
    """Return the sentences from `first` to `last`, with what they lean on, where not too long."""
    (_, end), text = spans[last], article.text
    start = start_with_antecedent(text, spans, first)
    if end - start > MOST_CHARS:
        start = start_with_antecedent(text, spans, last)
    at = text.rfind(holder, start, end) if holder else -1
    shown = (at, at + len(holder)) if at >= 0 else None
    assert article.published is not None
    return _Newer(Place(article.id, start, end, shown), article.published, holder, is_surely)
