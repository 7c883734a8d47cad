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
from rag.words.person import PARTICLES, TITLES, looks_like_a_person, without_titles
from rag.words.phrases import names
from rag.words.role import how_told, how_told_of_her

# How sure an answer is at least, by how it is told who somebody is: by what they are, the same of
# "she" or by a title, by what else is told with the name, by whose they are.
SURE = (0.85, 0.85, 0.7, 0.6)
_MOST_ARTICLES = 100  # with the name, that are read
_MOST_TOLD = 2  # introductions, of as many articles
_WHO_IS = re.compile(
    rf"(?i:{LED}who)(?:['’]s|\s+(?:is|was))\s+(?:(?:this|that)\s+)?(?P<who>[^,?!]{{2,60}}?)[\s?!.]*"
)
_ACCENTS = re.compile("[\u0300-\u036f]")  # as marks of their own, behind their letters
_APOSTROPHES = str.maketrans("‘’ʼ", "'''")
# Between the first name and the last: "Maria", "von der".
_BETWEEN = rf"(?:(?:[^\W\d_a-z][\w.'-]*|{'|'.join(sorted(PARTICLES))})\s+){{0,3}}?"
_SHE = re.compile(r"\b(?:she|he)\b", re.IGNORECASE)


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
            if (how := how_told(text[: match.start()], text[match.end() :])) is not None
        ]
        if not found and is_portrait and not alone.search(text):
            hers = (how_told_of_her(text[she.end() :]) for she in _SHE.finditer(text))
            found = [how for how in hers if how is not None]
        if found:
            place = Place(article.id, start, end)
            yield _Told(found[0], place, article.published or date.min)


def _full(name: str) -> re.Pattern[str]:
    """Return the expression for a name, with others between the first and the last."""
    *firsts, last = map(re.escape, name.split())
    return re.compile(rf"\b{firsts[0]}\s+{_BETWEEN}{last}\b" if firsts else rf"\b{last}\b")


def _is_whole(text: str, match: re.Match[str], full: re.Pattern[str]) -> bool:
    """Return whether a match is no part of another's name: not the "Hart" of "Pell & Hart"."""
    if full.fullmatch(match[0]) and " " in match[0]:
        return True
    word = re.search(r"(?P<word>[\w.&’'-]+)\s+\Z", text[: match.start()])
    led = word is not None and (word["word"][0].isupper() or word["word"] in ("&", "and"))
    title = word["word"].lower().rstrip(".") if word else ""
    opens = word is not None and word.start() == 0
    return (not led or opens or title in TITLES) and not re.match(r"\s[A-Z&]", text[match.end() :])


def _with_antecedent(place: Place, article: Article) -> Place:
    """Return a place with the sentence that it leans on, where both are not long."""
    spans: Sequence[tuple[int, int]] = statement_spans(article)
    start = start_with_antecedent(article.text, spans, spans.index((place.start, place.end)))
    return replace(place, start=start) if place.end - start <= MOST_CHARS else place
