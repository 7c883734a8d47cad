"""What holds no more by a newer article, which tells so in words of its own: stated first.

    "Jan Holt runs the port."          of May    "Holt stepped aside. His successor, Mara Lind, ..."
    "A ticket is 4.50."                of May    "A ticket went up from 4.50 to 5.20."
    "Cars pay a toll on the bridge."   of May    "There will be no toll."
    "The pier will cost £4 million."   of May    "The final cost is £6 million."

Looked for where it is asked how things stand: who held an office is told by the older one, too. Who
came after is followed on from article to article, as far as their day has come:
rag.changes.succession; values that are told in the past: rag.changes.outdated. English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answerer import Draft
from rag.articles.catalogue import Catalogue, terms_of
from rag.changes.claim import Claim
from rag.changes.outdated import CHANGED, final_value, holds_now
from rag.changes.succession import Handover, called, handed_over, taken_up
from rag.changes.undone import undone
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article
from rag.questions.asked import (
    DATE,
    NUMBER,
    asks_for_now,
    asks_for_then,
    expected_kind,
    is_of_the_present,
    telling_terms,
    wants_several,
)
from rag.reading.antecedent import overlap, place_from
from rag.statements.preceded import later_holder, with_earlier
from rag.text import holds_words, tokenise
from rag.words.months import MONTH, NUMBER_OF_MONTH
from rag.words.person import looks_like_a_person, without_titles
from rag.words.phrases import names
from rag.words.quantities import TIMES, Value, values_in

_MOST_ARTICLES = 20  # newer ones with the name, the newest first, that are read
_MOST_STEPS = 4  # from one holder of an office to the next
_LEAST_HELD = 0.5  # of the question's terms, in an article that speaks of the same
_MOST_VALUES = 4  # of a statement whose answer is not marked

_HOW_MANY = re.compile(r"\bhow\s+many\b", re.IGNORECASE)
_WHICH = re.compile(r"^\W*(?:(?:and|so|but)\s+)?(?:what|which|until\s+when)\b", re.IGNORECASE)
_WHO = re.compile(r"\bwho(?:['’]s|m|se)?\b", re.IGNORECASE)
_WHO_HOLDS = re.compile(
    r"\bwho(?:['’]s|se|\s+is|\s+are|\s+(?:currently\s+|now\s+|still\s+)?(?:run|head|lead|own|manage|"
    r"chair|coache|captain|direct|edit|represent|hold|govern|control|command|organise|organize|"
    r"conduct|train|supplie|sponsor|play)s)\b(?!\s+\w+ing\b)",
    re.IGNORECASE,
)
# "When was it meant to open?": what was once planned is asked for.
_ONCE_MEANT = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)?(?:when|what|which|where|how)\b[^?]*\b(?:was|were|been)\b[^?]*"
    r"\b(?:meant|supposed|planned|due|expected|intended|scheduled)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\bwho(?:['’]s|\s+(?:is|are))\s+(?:(?:now|currently|still|the|its|their|our|current|new|present"
    r"|an?)\s+)*(?P<role>[a-z][\w-]*(?:\s+[a-z][\w-]*)*?)(?=\s+(?:of|at|in|for|on|now|currently|today)"
    r"\b|\W*$)",
    re.IGNORECASE,
)
# Whoever is at the head is called by any of these.
_HEADS = re.compile(
    r"\b(?:head(?:s|ed)?|chief|boss|leader|director|manag(?:er|es|ed|ing)|chair(?:man|woman|person)?"
    r"|president|executive|principal|charge|helm|runs?|ran|running|leads?|led|ceo)\b",
    re.IGNORECASE,
)
_DAY = re.compile(rf"\b\d{{1,2}}\s+{MONTH}\b|\b{MONTH}\s+\d{{1,2}}\b", re.IGNORECASE)
_TO_COME = re.compile(
    rf"\b(?:on|from)\s+(?P<day>\d{{1,2}})\s+(?P<month>{MONTH})(?:\s+(?P<year>\d{{4}}))?"
    rf"|\b(?:on|from)\s+(?P<month2>{MONTH})\s+(?P<day2>\d{{1,2}})\b(?:,?\s+(?P<year2>\d{{4}}))?",
    re.IGNORECASE,
)
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
    """The telling terms of a question, those of what it is about, and what was stated first.

    `is_now`: it is put in the present, or for how things stand; `is_named`: it has names.
    """

    terms: frozenset[str]
    about: frozenset[str]
    said: str
    is_now: bool
    is_named: bool


def with_newer(draft: Draft, question: str, articles: Catalogue, *, most: int) -> Draft:
    """Return the draft with what a newer article tells of the end of its first statement.

    That goes first; where it is told in passing, second. Where it is asked who came before, what
    tells of that goes first. `articles` are those that are asked. As many places as before are
    stated, or `most`.
    """
    if draft.by_date or wants_several(question):
        return draft
    if later_holder(question):
        return with_earlier(draft, question, articles, most=most)
    if not draft.places or asks_for_then(question) or not articles.newest:
        return draft
    for first in _firsts(draft, question, articles):
        article = articles.get(first.article_id)
        if article is None or article.published is None or article.published >= articles.newest:
            continue
        newer = _newer(first, question, article, article.published, articles)
        if newer is not None and not any(
            claim.published and claim.published > newer.published for claim in draft.differing
        ):
            return _before(draft, newer, most=max(most, len(draft.places)))
    return draft


def _firsts(draft: Draft, question: str, articles: Catalogue) -> list[Place]:
    """Return the statements that may be what holds no more: of different answers the best first.

    Where it is asked who has an office, of which the first statement says nothing, also others that
    say it: "who is in charge of the mill" beside "who leads the inquiry".
    """
    best = sorted(draft.differing, key=lambda claim: -claim.score)
    if best:
        return [claim.place for claim in best]
    first, *others = draft.places
    role = _ROLE.search(question)
    office = set(tokenise(role["role"])[-1:]) if role else set()
    said = (articles[one.article_id].text[one.start : one.end] for one in draft.places)
    says = [bool(office & set(tokenise(text))) for text in said]
    if says[0]:
        return [first]
    return [first, *(one for one, is_said in zip(others, says[1:], strict=True) if is_said)]


def _before(draft: Draft, newer: _Newer, *, most: int) -> Draft:
    """Return the draft with what is newer first, or second where it is told in passing."""
    rest = [place for place in draft.places if not overlap(place, newer.place)]
    stated = (newer.place, *rest) if newer.is_surely else (*rest[:1], newer.place, *rest[1:])
    claims = tuple(claim for claim in draft.differing if claim.place in stated)
    if claims and newer.holder:
        claims = (_claim(claims[0], newer), *claims)
    differing = claims if len(claims) > 1 else ()
    return replace(draft, places=stated[:most], differing=differing)


def _claim(other: Claim, newer: _Newer) -> Claim:
    """Return what is newer as a claim beside another one."""
    return replace(other, value=newer.holder, place=newer.place, published=newer.published)


def _newer(
    first: Place, question: str, article: Article, since: date, articles: Catalogue
) -> _Newer | None:
    """Return what ends the first statement last, of the articles after `since`."""
    said = article.text[first.start : first.end]
    asked = _asked(question, said)
    is_who = _WHO.search(question) is not None
    if _ONCE_MEANT.search(question):
        return None
    if is_who and not (_WHO_HOLDS.search(question) and asked.is_now):
        return None
    held = _value(first, question, article)
    values = [] if is_who else _values(first, question, article)
    if not values and not asked.is_now:
        return None
    found = _followed(held, since, asked, articles) if asked.is_now or values else None
    found = found or (_at_last(values, question, since, asked, articles) if values else None)
    for value in () if found else values:
        found = found or _no_more(value, since, asked, articles)
    if found is not None and is_who and not _has_role(question, said, found, articles):
        return None
    if found is None and asked.is_now and not _HOW_MANY.search(question):
        found = _thing_undone(since, asked, articles)
    return found


def _asked(question: str, said: str) -> _Asked:
    named = {term for span in names(question) for term in tokenise(question[slice(*span)])}
    terms = frozenset(telling_terms(question))
    is_now = asks_for_now(question) or is_of_the_present(question)
    return _Asked(terms, frozenset(named) or terms, said, is_now, bool(named))


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


def _values(first: Place, question: str, article: Article) -> list[Value]:
    """Return the numbers and days that a statement answers with, as they stand in its text.

    Where none is marked they are all of it, if a number, a day, or "what" is asked for.
    """
    found = values_in(article.text[first.start : first.end])
    if first.highlight is not None:
        low, high = (at - first.start for at in first.highlight)
        return [one for one in found if one.start < high and one.number > low]
    kind = expected_kind(question)
    if kind in (NUMBER, DATE):
        found = [one for one in found if (one.kind in TIMES) is (kind is DATE)]
    return found[:_MOST_VALUES] if kind in (NUMBER, DATE) or _WHICH.search(question) else []


def _has_role(question: str, said: str, newer: _Newer, articles: Catalogue) -> bool:
    """Return whether what was stated, or is newer, speaks of the office that is asked for.

    Who came after the manager is no answer where the mayor is asked for.
    """
    match = _ROLE.search(question)
    if match is None:
        return True
    article, place = articles[newer.place.article_id], newer.place
    told = f"{said} {article.text[place.start : place.end]}"
    if set(tokenise(match["role"])[-1:]) & set(tokenise(told)):
        return True
    return _HEADS.search(match["role"]) is not None and _HEADS.search(told) is not None


def _followed(held: str, since: date, asked: _Asked, articles: Catalogue) -> _Newer | None:
    """Return what tells last of who or what came after what held, from one to the next."""
    found: _Newer | None = None
    name = called(held)
    is_open = bool(name) and handed_over([asked.said], held) is not None
    for _ in range(_MOST_STEPS if name else 0):
        told = _superseding(held, since, asked, articles, is_open=is_open)
        if told is None:
            break
        is_to_come = bool(told.holder) and _is_to_come(told, articles)
        told = replace(told, is_surely=told.is_surely and not is_to_come)
        if found is None or not is_to_come:
            found = told
        since, is_open = told.published, not told.holder
        held = told.holder or held
    return found


def _superseding(
    held: str, since: date, asked: _Asked, articles: Catalogue, *, is_open: bool
) -> _Newer | None:
    """Return what an article after `since` tells of the end of what held.

    One that tells who came after goes first, then one that surely tells of it, then the newest.
    Where that is known to be over, an article that tells who takes it up will do.
    """
    name = called(held)
    found = []
    for article in _after(since, articles, name.split()[-1], asked.about - set(tokenise(held))):
        spans = statement_spans(article)
        sentences = [article.text[start:end] for start, end in spans]
        told = handed_over(sentences, held, asked.about)
        if is_open and (told is None or not told.who):
            told = taken_up(sentences, held, asked.about) or told
        if told is not None:
            found.append(_handed(article, spans, told))
    return max(found, key=lambda one: (bool(one.holder), one.is_surely), default=None)


def _is_to_come(newer: _Newer, articles: Catalogue) -> bool:
    """Return whether what is newer holds from a day on that is after all articles."""
    article = articles[newer.place.article_id]
    match = _TO_COME.search(article.text, newer.place.start, newer.place.end)
    if match is None or articles.newest is None:
        return False
    month = NUMBER_OF_MONTH[(match["month"] or match["month2"])[:3].lower()]
    year = int(match["year"] or match["year2"] or newer.published.year)
    day = int(match["day"] or match["day2"])
    return (year, month, day) > (articles.newest.year, articles.newest.month, articles.newest.day)


def _no_more(old: Value, since: date, asked: _Asked, articles: Catalogue) -> _Newer | None:
    """Return what the newest article tells of a value that holds no more."""
    text = asked.said[old.start : old.end]
    written = asked.said[old.start : old.number]
    about = asked.about - set(tokenise(text))
    digits = _DIGITS.search(written)  # in words a number may be written otherwise
    for article in _after(since, articles, digits[0] if digits else "", about):
        spans = statement_spans(article)
        sentences = [article.text[start:end] for start, end in spans]
        units = set(old.units)
        for at, sentence in enumerate(sentences):
            # 400 people are no 400 grams
            is_told = units <= set(tokenise(sentence)) and _speaks_of_it(sentences, at, old, asked)
            if is_told and (now := _another(sentence, written)):
                return _stated(article, spans, at, at, now)
        breaks = _breaks(article, spans)
        now_held = holds_now(sentences, breaks, old, asked.said, asked.terms)
        if now_held is not None and (now_held.says or asked.is_now):
            first, last = now_held.first, now_held.last
            if not _speaks_of_it(sentences, now_held.at, old, asked):
                continue
            return _stated(article, spans, first, last, now_held.says, told=now_held.at)
    return None


def _at_last(
    old: Sequence[Value], question: str, since: date, asked: _Asked, articles: Catalogue
) -> _Newer | None:
    """Return what the newest article tells that a thing came to when it was over."""
    for article in _after(since, articles, "", asked.about):
        spans = statement_spans(article)
        sentences = [article.text[start:end] for start, end in spans]
        for at, sentence in enumerate(sentences):
            last = final_value(sentence, old, asked.said, question, asked.terms)
            if last is not None and _speaks_of_it(sentences, at, old[0], asked):
                return _stated(article, spans, at, at, sentence[last.start : last.end])
    return None


def _speaks_of_it(sentences: Sequence[str], at: int, old: Value, asked: _Asked) -> bool:
    """Return whether a sentence and those beside it speak of what is asked.

    An article with the names of a question does; where there are none, its words stand near.
    """
    terms = asked.terms - old.units
    if asked.is_named or not terms:
        return asked.is_named
    near = set(tokenise(" ".join(sentences[max(0, at - 1) : at + 2])))
    return len(terms & near) >= _LEAST_HELD * len(terms)


def _breaks(article: Article, spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return how many line breaks stand before each sentence."""
    ends = [0, *(end for _, end in spans)]
    return [article.text.count("\n", ends[at], start) for at, (start, _) in enumerate(spans)]


def _another(sentence: str, value: str) -> str:
    """Return the number or the day beside the value's in a sentence that tells of a change."""
    if not holds_words(sentence, value) or not CHANGED.search(sentence):
        return ""
    for form in (_DAY, _DIGITS):
        own, given = form.findall(value), [match[0] for match in form.finditer(sentence)]
        if own and set(own) < set(given):
            return [one for one in given if one not in own][-1]
    return ""


def _after(since: date, articles: Catalogue, word: str, about: frozenset[str]) -> Iterator[Article]:
    """Yield the articles after `since` that may hold a word, of what is asked, the newest first."""
    newer = articles.after(since)
    holding = set(newer.may_hold(word)) if word else set(newer.oldest_first)
    ids = [name for name in reversed(newer.oldest_first) if name in holding]
    for article in (newer[name] for name in ids[:_MOST_ARTICLES]):
        held = len(about & terms_of(article))
        if article.language == "en" and held >= _LEAST_HELD * len(about):
            yield article


def _thing_undone(since: date, asked: _Asked, articles: Catalogue) -> _Newer | None:
    """Return what tells that a thing that is asked of, or was stated, is no more: a ban, a toll."""
    if not asked.terms:
        return None
    word = max(asked.about, key=lambda term: (len(term), term))
    for article in _after(since, articles, word, asked.about):
        spans = statement_spans(article)
        sentences = [article.text[start:end] for start, end in spans]
        at = undone(sentences, asked.said, asked.terms, asked.about, language=article.language)
        if at is not None:
            return _stated(article, spans, at, at)
    return None


def _handed(article: Article, spans: Sequence[tuple[int, int]], told: Handover) -> _Newer:
    found = _stated(article, spans, told.first, told.last, told.who)
    return replace(found, is_surely=told.is_surely)


def _stated(
    article: Article,
    spans: Sequence[tuple[int, int]],
    first: int,
    last: int,
    holder: str = "",
    *,
    told: int | None = None,
) -> _Newer:
    """Return the sentences from `first` to `last` as what is newer; `told` as `place_from` does."""
    place = place_from(article, spans, first, last, holder, told=told)
    assert article.published is not None
    return _Newer(place, article.published, holder, True)
