"""Who speaks in an article: the names that "said", "told", "according to" and the like stand with.

    "“It will pass,” said Ana Ruiz, a pilot."          -> Ana Ruiz
    "Ana Ruiz, who flies the ferry, said that ..."     -> Ana Ruiz
    "according to the port's Jim Hall, ..."            -> Jim Hall

Rules of English over capitals and quotation marks; who speaks only as "he" or "experts" has no
name and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article
from rag.person import OFFICES, TITLES, person_within
from rag.phrases import FUNCTION, names

# "told" is said to somebody: the name after it is not the one who speaks.
_BEFORE = (
    r"said|says|added|adds|noted|notes|explained|explains|argued|argues|warned|warns|stated|states|"
    r"remarked|commented|insisted|predicted|predicts|pointed\s+out|points\s+out|acknowledged|"
    r"admitted|recalled|joked|replied|complained|promised|claimed|concluded|conceded|quipped"
)
_SPEECH = re.compile(
    rf"\b(?:(?P<either>{_BEFORE})"
    r"|(?P<subject>told|tells|wrote|writes|(?:called|calls)(?=[^“\"]{1,60}[“\"]))"
    r"|(?P<by>[Aa]ccording\s+to))\b"
)
_PRONOUN_SPEAKS = re.compile(
    rf"\b(?:he|she)\s+(?:{_BEFORE}|told|wrote)\b|[”\"’]\s+(?:said|says|added)\s+(?:he|she)\b",
    re.IGNORECASE,
)
_CLOSES = re.compile(r"[”’\"](?=\s|$)")
# What can stand between a name and its verb: nothing, or who the name is.
_WHO = re.compile(r"\s*|\s*[,(].*|\s+(?:of|at|from|with|who|in)\s.*", re.DOTALL)
# "said ecologist Ana Ruiz", "said Bellweather's chief executive, Ana Ruiz"
_DESCRIBED = re.compile(r"\s+(?:[\w-]+(?:['’]s)?\s+){0,4}[\w-]+,?\s+")
_ARTICLES = frozenset(("the", "a", "an", "its", "their"))
_MOST_QUOTED = 4  # sentences of a quotation after a colon


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone who is quoted, and the first sentence that does; the name is its highlight."""

    name: str
    place: Place


def speakers(article: Article) -> list[Speaker]:
    """Return who is quoted in `article`, each once, in the order of first mention.

    A surname alone is whoever bore it before in the article.
    """
    return each_once(voices(article))


def voices(article: Article) -> list[Speaker]:
    """Return who speaks in each sentence of `article` in which somebody does, in order."""
    if article.language != "en":
        return []
    found: list[Speaker] = []
    bearers: dict[str, str] = {}
    before: set[str] = set()
    for start, end in statement_spans(article):
        sentence = article.text[start:end]
        _hear_of(sentence, bearers)
        if (span := speaker_of(sentence, alone=bearers)) is not None:
            name = _on_one_line(sentence, span)
            place = Place(article.id, start, end, (start + span[0], start + span[1]))
            found.append(Speaker(bearers.get(name, name), place))
        elif name := _meant_by_pronoun(sentence, before):
            found.append(Speaker(name, Place(article.id, start, end)))
        before = _people(sentence, bearers) or before
    return found


def sayings(article: Article, name: str) -> list[Place]:
    """Return the sentences of `article` that give the words of who has `name`, in order.

    A surname alone is whoever bore it last before.
    """
    if article.language != "en":
        return []
    bearer = {} if " " in name else {name: name}
    found: list[Place] = []
    before: set[str] = set()
    spans = statement_spans(article)
    for at, (start, end) in enumerate(spans):
        sentence = article.text[start:end]
        _hear_of(sentence, bearer)
        alone = {word for word in name.split() if word in bearer and is_one(bearer[word], name)}
        spoke = speaker_of(sentence, alone=alone)
        who = _on_one_line(sentence, spoke) if spoke else _meant_by_pronoun(sentence, before)
        if who and is_one(who, name):
            found.append(Place(article.id, start, _end_of_words(article.text, spans[at:])))
        before = _people(sentence, bearer) or before
    return found


def _people(sentence: str, bearers: Mapping[str, str]) -> set[str]:
    """Return the full names of those whom the sentence names."""
    spans = [found for span in names(sentence) if (found := person_within(sentence, span, bearers))]
    called = (_on_one_line(sentence, span) for span in spans)
    return {bearers.get(name, name) for name in called if name.split()[-1] not in OFFICES}


def _meant_by_pronoun(sentence: str, before: Collection[str]) -> str:
    """Return who "she said" means: the only one whom the last sentence with names named, or ""."""
    if len(before) != 1 or _PRONOUN_SPEAKS.search(sentence) is None:
        return ""
    return next(iter(before))


def _hear_of(sentence: str, bearers: dict[str, str]) -> None:
    """Add who is named in `sentence` to `bearers`: each word of a name -> the whole name."""
    for span in names(sentence):
        if person := person_within(sentence, span):
            full = _on_one_line(sentence, person)
            if full.split()[-1] in OFFICES:
                continue
            bearers.update(dict.fromkeys(full.split(), full))


def _on_one_line(sentence: str, span: tuple[int, int]) -> str:
    return " ".join(sentence[slice(*span)].split())


def _end_of_words(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Return where the words end that the first sentence gives, or that follow its colon."""
    start, end = spans[0]
    if not text[start:end].rstrip().endswith(":"):
        return end
    for _, end in spans[1 : 1 + _MOST_QUOTED]:
        said = text[start:end]
        if said.count("“") <= said.count("”") and said.count('"') % 2 == 0:
            break
    return end


def each_once(everyone: Iterable[Speaker]) -> list[Speaker]:
    """Return each person once, where they speak first."""
    found: list[Speaker] = []
    bearing: dict[str, list[str]] = {}  # a word -> the names so far that have it
    for one in everyone:
        words = one.name.split()
        if any(is_one(one.name, name) for word in words for name in bearing.get(word, ())):
            continue
        found.append(one)
        for word in words:
            bearing.setdefault(word, []).append(one.name)
    return found


def speaker_of(sentence: str, *, alone: Collection[str] = ()) -> tuple[int, int] | None:
    """Return the (start, end) of the name of who speaks in `sentence`; None where none is named.

    A name of one word is a person's where it is in `alone`.

    >>> sentence = "“It is late,” said Ana Ruiz, a pilot at Harbour Lines."
    >>> sentence[slice(*speaker_of(sentence))]
    'Ana Ruiz'
    """
    people = [found for span in names(sentence) if (found := person_within(sentence, span, alone))]
    for match in _SPEECH.finditer(sentence):
        after = next((span for span in people if span[0] >= match.end()), None)
        if after and not match["subject"] and _follows(sentence[match.end() : after[0]]):
            return after
        if match["by"]:
            continue
        closed = [mark.end() for mark in _CLOSES.finditer(sentence, 0, match.start())]
        clause = closed[-1] if closed else 0
        for start, end in people:
            if clause <= start and end <= match.start():
                between = sentence[end : match.start()]
                if _WHO.fullmatch(between) and ("," in between or len(between.split()) < 9):
                    return start, end
    return None


def _follows(between: str) -> bool:
    """Whether what stands between a verb and a name is a title, or a few words on who it is."""
    words = re.findall(r"[\w'’-]+", between.lower())
    if all(word in TITLES or word in _ARTICLES for word in words):
        return True
    described = _DESCRIBED.fullmatch(between) is not None
    return described and not any(word in FUNCTION and word not in _ARTICLES for word in words)


def is_one(name: str, other: str) -> bool:
    """Whether two names are one's: the same, or one a part of the other."""
    short, full = sorted(({*name.split()}, {*other.split()}), key=len)
    return short <= full
