"""Questions to offer a visitor, drawn from the articles themselves."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice

from rag.chunk import statement_spans
from rag.datatypes import Article, BlockKind
from rag.months import MONTHS, WEEKDAYS

# A name: capitalised words in a row, not at the start of a sentence.
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w&-]*(?:[ .][A-Z0-9][\w&-]*)*")
# What a number counts: "150 million free tokens" -> "free tokens".
_COUNTED = re.compile(
    r"\b\d[\d,.]*(?: (?:thousand|million|billion|trillion))? "
    r"((?:[a-z]+ ){0,1}(?!(?:times|percent|years|months|weeks|days|hours|minutes|seconds|degrees|"
    r"(?:centi|milli|kilo)?met(?:re|er)s|miles|yards|inches|acres|hectares|tons|tonnes|kilograms|"
    r"grams|pounds|lit(?:re|er)s|dollars|euros|cents|points|people)\b)[a-z]{4,}s)\b"
)
_TIMES = frozenset(name.title() for name in (*MONTHS, *WEEKDAYS))

LOOKED_AT = 300  # articles that questions are drawn from


def example_questions(articles: Mapping[str, Article], *, count: int = 4) -> list[str]:
    """Return up to `count` questions that the articles say something about, the same every time.

    Headings that ask a question come first (one), then what is counted beside a name, then the
    names that most articles mention; a collection in another language than English gives only the
    first kind and the titles. Of a large collection the first articles are looked at.
    """
    looked_at = list(islice(articles.values(), LOOKED_AT))
    questions = list(_asked_in_headings(looked_at))[:1]
    names = _names(looked_at)
    used: set[str] = set()
    for name, thing in _counted(looked_at, names):
        if name not in used and thing not in used and len(used) < 4:
            used |= {name, thing}
            questions.append(f"What do the articles say about {name} and {thing}?")
    questions += [f"What do the articles say about {n}?" for n in names if n not in used]
    questions += [article.title for article in looked_at]
    return list(dict.fromkeys(questions))[:count]


def _asked_in_headings(articles: Iterable[Article]) -> Iterable[str]:
    for article in articles:
        for block in article.blocks:
            text = article.text[block.start : block.end].strip("# \t")
            if block.kind in (BlockKind.HEADING, BlockKind.TITLE) and text.endswith(("?", "？")):
                yield text


def _sentences(articles: Iterable[Article]) -> Iterable[tuple[Article, str]]:
    for article in articles:
        if article.language == "en":
            for start, end in statement_spans(article):
                yield article, article.text[start:end]


def _names(articles: Iterable[Article]) -> list[str]:
    """Return the names that several articles mention, full names (of two words) first."""
    mentions: Counter[str] = Counter()
    places: dict[str, set[str]] = defaultdict(set)
    for article, sentence in _sentences(articles):
        for name in _NAME.findall(sentence):
            clean = name.rstrip(".-&")
            if len(clean) > 2 and not _TIMES & set(clean.split()):
                mentions[clean] += 1
                places[clean].add(article.id)
    weight = {n: (" " in n, len(places[n]), count) for n, count in mentions.items()}
    return sorted(weight, key=lambda n: ([-part for part in weight[n]], n))


def _counted(articles: Iterable[Article], names: list[str]) -> list[tuple[str, str]]:
    """Return (name, what is counted in its sentence), the fullest names first."""
    order = {name: at for at, name in enumerate(names)}
    found: list[tuple[str, str]] = []
    for _, sentence in _sentences(articles):
        things = _COUNTED.findall(sentence)
        held = [name for name in names if _holds(sentence, name)]
        if things and held:
            found.append((min(held, key=lambda n: (sentence.index(n), -len(n))), things[0]))
    return sorted(dict.fromkeys(found), key=lambda pair: order[pair[0]])


def _holds(sentence: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sentence) is not None
