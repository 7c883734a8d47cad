"""Who speaks in an article: the names that "said", "told", "according to" and the like stand with.

    "“It will pass,” said Ana Ruiz, a pilot."          -> Ana Ruiz
    "Ana Ruiz, who flies the ferry, said that ..."     -> Ana Ruiz
    "according to the port's Jim Hall, ..."            -> Jim Hall
    "“It will not be dear.”", right after such a one   -> whoever spoke there

Rules of English over capitals and quotation marks; who speaks only as "he" or "experts" has no
name and is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.chunk import statement_spans
from rag.cite import Place
from rag.conversation.called import only_ones
from rag.datatypes import Article
from rag.replies.opinions import holder_of
from rag.words.person import OFFICES, TITLES, person_within
from rag.words.phrases import FUNCTION, names

# "told" is said to somebody: the name after it is not the one who speaks.
_BEFORE = (
    r"said|says|added|adds|noted|notes|explained|explains|argued|argues|warned|warns|stated|states|"
    r"remarked|commented|insisted|predicted|predicts|pointed\s+out|points\s+out|acknowledged|"
    r"admitted|recalled|joked|replied|complained|promised|claimed|concluded|conceded|quipped|"
    r"recalls|insists|admits|acknowledges|complains|concedes"
)
_SPEECH = re.compile(
    rf"\b(?:(?P<either>{_BEFORE})"
    r"|(?P<subject>told|tells|wrote|writes|(?:called|calls)(?=[^“\"]{1,60}[“\"]))"
    r"|(?P<by>[Aa]ccording\s+to))\b"
)
PRONOUN_SPEAKS = re.compile(
    rf"\b(?P<before>he|she)\s+(?:{_BEFORE}|told|wrote)\b"
    r"|[”\"’]\s+(?:said|says|added)\s+(?P<after>he|she)\b",
    re.IGNORECASE,
)
_CLOSES = re.compile(r"[”’\"](?=\s|$)")
# What can stand between a name and its verb: nothing, or who the name is.
_WHO = re.compile(r"\s*|\s*[,(].*|\s+(?:of|for|at|from|with|who|in)\s.*", re.DOTALL)
# "said ecologist Ana Ruiz", "said Bellweather's chief executive, Ana Ruiz"
_DESCRIBED = re.compile(r"\s+(?:[\w-]+(?:['’]s)?\s+){0,4}[\w-]+,?\s+")
_ARTICLES = frozenset(("the", "a", "an", "its", "their"))
_MOST_QUOTED = 4  # sentences of a quotation after a colon
# With its marks, of which the second may stand in another sentence.
_QUOTATION = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)")
_SAID = re.compile(r"\b(?:said|says|according\s+to)\b", re.IGNORECASE)
_GENDERS = {
    "he": re.compile(r"\b(?:he|him|his|himself|mr|sir|chairman|spokesman)\b", re.IGNORECASE),
    "she": re.compile(
        r"\b(?:she|hers?|herself|mrs|ms|miss|chairwoman|spokeswoman)\b", re.IGNORECASE
    ),
}
# "the mayor", "an elderly engineer", "another woman": somebody whom no name tells.
_SOMEBODY = re.compile(
    r"\b(?:an?|the|one|two|another|some|his|her|its|their|this|that)\s+(?:[\w’'-]+\s+){0,3}?"
    rf"(?:{'|'.join(sorted(TITLES | OFFICES))}|pilot|crew|boss|head|chair|nurse|guard|chef|cook|"
    r"friend|aunt|wife|girl|boy|student|agent|client|patient|parent|accountant|consultant|tenant|"
    r"[a-z]*(?:man|men|person|people)|(?!(?:wat|riv|numb|pow|pap|newspap|ord|matt|lett|wint|summ|"
    r"weath|comput|quart|cent|serv|tow|pi|und|ov|aft|oth|ev|nev|lat)er\b|(?:floor|door|motor|"
    r"sector|factor|harbor|for|or|near)\b)[a-z]{2,}(?:er|or|our|ist|ian))s?\b",
    re.IGNORECASE,
)
# How a sentence opens that goes on about those of the one before.
_GOES_ON = re.compile(
    r"\W*(?:(?:and|but|so|then|yet|still|also|later|instead)\W+)?"
    r"(?P<who>he|she|it|they|his|her|its|their|this|that|these|those)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone who is quoted, and the first sentence that does; the name is its highlight."""

    name: str
    place: Place


def speakers(article: Article) -> list[Speaker]:
    """Return who is quoted in `article`, each once, in the order of first mention.

    A surname alone is whoever bore it before in the article.
    """
    spans = _sentences(article)
    return _speakers(article, spans, _heard(article, spans, {}))


def times_heard(article: Article) -> dict[str, int]:
    """Return how many sentences of `article` give the words or a view of each who is quoted."""
    spans = _sentences(article)
    heard = list(_heard(article, spans, {}))
    return {
        one.name: sum(is_same(each.name, one.name) for each in heard if each.name)
        for one in _speakers(article, spans, heard)
    }


def whose_words(article: Article) -> dict[int, str]:
    """Return who speaks or holds a view in each sentence that gives such words, by its start."""
    spans = _sentences(article)
    return {spans[one.at].start: one.name for one in _heard(article, spans, {}) if one.name}


def _speakers(
    article: Article, spans: Sequence[_Sentence], heard: Iterable[_Heard]
) -> list[Speaker]:
    return each_once(
        Speaker(one.name, Place(article.id, spans[one.at].start, spans[one.at].end, one.highlight))
        for one in heard
        if one.name and not one.is_view
    )


def sayings(article: Article, name: str) -> list[Place]:
    """Return the sentences of `article` that give the words or a view of who has `name`, in order.

    A surname alone is whoever bore it last before.
    """
    spans = _sentences(article)
    return [
        Place(article.id, spans[one.at].start, _end_of_words(article.text, spans[one.at :]))
        for one in _heard(article, spans, _bearing(name))
        if one.name and is_same(one.name, name)
    ]


def words_of_others(article: Article, name: str) -> list[tuple[int, int]]:
    """Return the (start, end) of what is said in `article` by others than who has `name`.

    A quotation of somebody who is not named is another's, too.
    """
    spans = _sentences(article)
    return [
        (spans[one.at].start, _end_of_words(article.text, spans[one.at :]))
        for one in _heard(article, spans, _bearing(name))
        if one.quotes and not any(is_same(who, name) for who in (one.name, one.opens) if who)
    ]


class _Sentence(NamedTuple):
    start: int
    end: int
    opens: bool  # a paragraph


@dataclass(frozen=True, slots=True)
class _Heard:
    """Words in sentence `at`, whose they are ("" where that is not told), and where it says so.

    `is_view` says that a view is told, which may be without a quotation (`quotes`). `opens` is whom
    a sentence begins with that does not tell whose words they are.
    """

    at: int
    name: str
    highlight: tuple[int, int] | None = None
    is_view: bool = False
    quotes: bool = True
    opens: str = ""


@dataclass(frozen=True, slots=True)
class _Before:
    """Those whom the sentences before name, and the pronouns that stand for them."""

    people: frozenset[str] = frozenset()
    genders: frozenset[str] = frozenset()


def _sentences(article: Article) -> list[_Sentence]:
    """Return the sentences of an article in English; none of another language."""
    if article.language != "en":
        return []
    opening = {block.start for block in article.blocks}
    return [_Sentence(start, end, start in opening) for start, end in statement_spans(article)]


def _bearing(name: str) -> dict[str, str]:
    """Return who bears a name before an article is read: nobody, but of a surname alone itself."""
    return {} if " " in name else {name: name}


def _heard(
    article: Article, spans: Sequence[_Sentence], bearers: dict[str, str]
) -> Iterator[_Heard]:
    """Yield whose words the sentences give, in order.

    `bearers` gives the full name to each word of a name; those that are read are added.
    """
    before, is_open = _Before(), False
    called: dict[str, str] = {}  # who spoke as "she" before
    goes_on = ""  # who was quoted right before, in the same paragraph
    for at, (start, end, opens) in enumerate(spans):
        sentence = article.text[start:end]
        if opens:
            before, is_open, goes_on = _Before(), False, ""
        last, goes_on = goes_on, ""
        plain, is_open = without_quotations(sentence, is_open)
        people = _people(sentence, bearers)
        named = {
            span: bearers.get(name, name)
            for span in people
            if (name := _on_one_line(sentence, span)) and name.split()[-1] not in OFFICES
        }
        own = {span: name for span, name in named.items() if plain[slice(*span)].strip()}
        pronoun = PRONOUN_SPEAKS.search(plain)
        if (span := speaking(sentence, people)) is not None:
            name = _on_one_line(sentence, span)
            goes_on = bearers.get(name, name) if plain != sentence else ""
            yield _Heard(at, bearers.get(name, name), (start + span[0], start + span[1]))
        elif (
            (name := _meant_by(pronoun, before, own, called) if pronoun else "")
            or (name := _only_one(article, start, pronoun) if pronoun and not before.people else "")
            or (pronoun and not holder_of(plain, own))
        ):
            goes_on = name if plain != sentence else ""
            yield _Heard(at, name)
        elif last and not re.search(r"\w", plain):
            goes_on = last
            yield _Heard(at, last)
        elif (span := holder_of(plain, own)) is not None:
            yield _Heard(at, own[span], is_view=True, quotes=plain != sentence)
        elif plain != sentence or _SAID.search(plain):
            opens_with = next((name for span, name in own.items() if not span[0]), "")
            yield _Heard(at, "", opens=opens_with)
        before = _after(plain, before, own, pronoun)


def without_quotations(sentence: str, is_open: bool) -> tuple[str, bool]:
    """Return a sentence with blanks for what it quotes, and whether a quotation goes on behind it.

    `is_open` says that one goes on before it.
    """
    closes = next((at for at, char in enumerate(sentence) if char in '”"'), len(sentence))
    end = min(closes + 1, len(sentence)) if is_open else 0
    rest = sentence[end:]
    opened = is_open and closes == len(sentence)
    opened |= rest.rfind("“") > rest.rfind("”") or rest.count('"') % 2 == 1
    return " " * end + _QUOTATION.sub(_blank, sentence[end:]), opened


def _blank(quotation: re.Match[str]) -> str:
    """Return a quotation with blanks between its marks."""
    return re.sub(r"[^“”\"]", " ", quotation[0])


def _people(sentence: str, bearers: dict[str, str]) -> list[tuple[int, int]]:
    """Return the (start, end) of the names of people; the full ones are added to `bearers`."""
    spans = names(sentence)
    full = [person_within(sentence, span) for span in spans]
    for person in filter(None, full):
        name = _on_one_line(sentence, person)
        if name.split()[-1] not in OFFICES:
            bearers.update(dict.fromkeys(name.split(), name))
    either = (
        one or person_within(sentence, span, bearers) for span, one in zip(spans, full, strict=True)
    )
    return [person for person in either if person]


def _meant_by(
    pronoun: re.Match[str],
    before: _Before,
    own: Mapping[tuple[int, int], str],
    called: dict[str, str],
) -> str:
    """Return who "she said" means: the only one that was named before it, or "".

    `own` are the names in its sentence, `called` what others were called before.
    """
    ahead = pronoun.string[: pronoun.start()]
    people = before.people | {name for span, name in own.items() if span[1] <= len(ahead)}
    said = (pronoun["before"] or pronoun["after"]).lower()
    genders = before.genders | _genders(ahead)
    if len(people) != 1 or not genders <= {said} or _is_of_somebody(ahead, own):
        return ""
    name = next(iter(people))
    return name if called.setdefault(name, said) == said else ""


def _only_one(article: Article, start: int, pronoun: re.Match[str]) -> str:
    """Return who alone is "she" in an article, if the paragraph up to `start` names her, or ""."""
    said = (pronoun["before"] or pronoun["after"]).lower()
    name = only_ones(article).get(said, "")
    at = max(0, bisect_right(article.blocks, start, key=lambda block: block.start) - 1)
    ahead = article.text[article.blocks[at].start : start] if name else ""
    plain, _ = without_quotations(ahead, False)
    named = re.search(rf"\b{re.escape(name.split()[-1])}\b", plain) if name else None
    others = (person_within(plain, span) for span in names(plain))
    if named is None or _is_of_somebody(plain, {}):
        return ""
    is_alone = all(is_same(_on_one_line(plain, span), name) for span in others if span)
    return name if is_alone else ""


def _after(
    plain: str,
    before: _Before,
    own: Mapping[tuple[int, int], str],
    pronoun: re.Match[str] | None,
) -> _Before:
    """Return whom "she" can mean behind a sentence; `plain` is that without what it quotes.

    Those whom it names, with those before where it goes on about them; nobody where it is about
    somebody without a name: "The mayor disagreed."
    """
    opening = _GOES_ON.match(plain)
    is_of_them = opening is not None and opening["who"].lower() in _GENDERS
    if not is_of_them and _is_of_somebody(plain[: pronoun.start() if pronoun else None], own):
        return _Before()
    goes_on = pronoun is not None or opening is not None or not re.search(r"\w", plain)
    if not own and not pronoun and _SPEECH.search(plain):
        goes_on = False
    if not goes_on:
        before = _Before()
    return _Before(before.people.union(own.values()), before.genders | _genders(plain))


def _is_of_somebody(text: str, own: Mapping[tuple[int, int], str]) -> bool:
    """Return whether somebody without a name stands in a text, ahead of the names in it.

    "The mayor, Ana Ruiz" and "the chief engineer Ana Ruiz" have one.
    """
    ahead = text[: min((start for start, _ in own), default=len(text))]
    for match in _SOMEBODY.finditer(ahead):
        rest = ahead[match.end() :]
        named = own and (rest.rstrip().endswith(",") or all(map(TITLES.__contains__, rest.split())))
        if not named:
            return True
    return False


def _genders(text: str) -> frozenset[str]:
    """Return which of "he" and "she" a text calls those whom it is about."""
    return frozenset(one for one, words in _GENDERS.items() if words.search(text))


def _on_one_line(sentence: str, span: tuple[int, int]) -> str:
    return " ".join(sentence[slice(*span)].split())


def _end_of_words(text: str, spans: Sequence[_Sentence]) -> int:
    """Return where the words end that the first sentence gives, or that follow its colon."""
    start, end, _ = spans[0]
    if not text[start:end].rstrip().endswith(":"):
        return end
    for _, end, _ in spans[1 : 1 + _MOST_QUOTED]:
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
        if any(is_same(one.name, name) for word in words for name in bearing.get(word, ())):
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
    spans = (person_within(sentence, span, alone) for span in names(sentence))
    return speaking(sentence, [span for span in spans if span])


def speaking(sentence: str, people: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Return which of the names of `people` in a sentence is that of who speaks, or None."""
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
    if all(word in TITLES or word in _ARTICLES for word in words) or words[-1] in OFFICES:
        return True
    described = _DESCRIBED.fullmatch(between) is not None
    return described and not any(word in FUNCTION and word not in _ARTICLES for word in words)


def is_same(name: str, other: str) -> bool:
    """Whether two names are one's: the same, or one a part of the other."""
    short, full = sorted(({*name.split()}, {*other.split()}), key=len)
    return short <= full
