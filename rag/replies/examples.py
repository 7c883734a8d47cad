"""Questions to offer a visitor, drawn from the articles themselves: one of each kind that there is.

a heading that asks              "Why do otters hold hands?"
what most articles mention       "What do the articles say about Zhipu AI?"
who is quoted most               "What did James Pang say?"
what several articles mention    "Which articles mention Alibaba Cloud?"
what sentences date              "Give me a timeline"
a title                          "What is “Otters of the coast” about?"
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.chunk import statement_spans
from rag.datatypes import Article, BlockKind
from rag.questions.dates import times_in
from rag.reader.features import is_function_word
from rag.replies.quoted import times_heard
from rag.words.months import MONTHS, WEEKDAYS

LOOKED_AT = 300  # articles that questions are drawn from
_TIMES = frozenset(name.title() for name in (*MONTHS, *WEEKDAYS))
# A name: capitalised words in a row, not at the start of a sentence.
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w&-]*(?:[ .][A-Z0-9][\w&-]*)*")
_THE = re.compile(r"\bthe \Z", re.IGNORECASE)
_WORD = re.compile(r" ([a-z]\w*)")  # right behind a name
_LEAST_WORDS = 4  # of a heading that asks: "Why roofs?" says too little by itself
_TO_SOMEBODY = re.compile(r"\b(?:you|your|yours|we|our|us)\b", re.IGNORECASE)  # in an interview
_QUOTED_IN = 50  # articles that are looked through for who is quoted, which takes the longest
_LEAST_SAYINGS = 2  # of who is offered to be asked about
_LEAST_OF_A_TIMELINE = 4  # sentences with dates
_FEW = 3  # articles: which of them mention something is seen at once


def example_questions(articles: Mapping[str, Article], *, count: int = 4) -> list[str]:
    """Return up to `count` questions that the articles say something about, the same every time.

    One of each kind first, then the further names and the titles; a collection in another language
    than English gives headings and titles. Of a large collection the first articles are looked at.
    Of a title, or an opening, that asks nothing it is asked what it is about.
    """
    looked_at = list(islice(articles.values(), LOOKED_AT))
    english = [article for article in looked_at if article.language == "en"]
    names = _names(english)
    about = [f"What do the articles say about {name.written}?" for name in names]
    shared = [f"Which articles mention {name.written}?" for name in names[1:] if name.held > 1]
    first = [
        *list(_asked_in_headings(looked_at))[:1],
        *about[:1],
        *_quoted(english[:_QUOTED_IN]),
        *(shared[:1] if len(english) > _FEW else ()),
        *(["Give me a timeline"] if _has_dates(english) else ()),
    ]
    titles = [_of_title(article.title) for article in looked_at if article.title]
    return list(dict.fromkeys([*first, *about, *titles]))[:count]


def _asked_in_headings(articles: Iterable[Article]) -> Iterator[str]:
    """Yield the headings and titles that ask something of nobody."""
    for article in articles:
        for block in article.blocks:
            text = article.text[block.start : block.end].strip("# \t")
            asks = block.kind in (BlockKind.HEADING, BlockKind.TITLE) and text.endswith(("?", "？"))
            enough = not text.isascii() or len(text.split()) >= _LEAST_WORDS
            if asks and enough and not _TO_SOMEBODY.search(text):
                yield text


def _sentences(articles: Iterable[Article]) -> Iterator[tuple[Article, str]]:
    for article in articles:
        for start, end in statement_spans(article):
            yield article, article.text[start:end]


def _of_title(title: str) -> str:
    """Return the question that a title is, or what it is about.

    >>> _of_title("Why do otters hold hands?"), _of_title("The Velm mill")
    ('Why do otters hold hands?', 'What is “The Velm mill” about?')
    """
    return title if title.endswith(("?", "？")) else f"What is “{title}” about?"


@dataclass(frozen=True, slots=True)
class _Named:
    """A name as it is `written`, with "the" where the articles say so, and how many hold it."""

    written: str
    held: int


def _names(articles: Iterable[Article]) -> list[_Named]:
    """Return the names in the articles; full names first."""
    mentions: Counter[str] = Counter()
    alone, after_the = Counter[str](), Counter[str]()  # where no noun follows: "the Velm ferry"
    places: dict[str, set[str]] = defaultdict(set)
    for article, sentence in _sentences(articles):
        for found in _NAME.finditer(sentence):
            clean = found[0].rstrip(".-&")
            if len(clean) > 2 and not _TIMES & set(clean.split()):
                mentions[clean] += 1
                if not (below := _WORD.match(sentence, found.end())) or is_function_word(below[1]):
                    alone[clean] += 1
                    after_the[clean] += _THE.search(sentence, 0, found.start()) is not None
                places[clean].add(article.id)
    weight = {n: (" " in n, len(places[n]), count) for n, count in mentions.items()}
    ranked = sorted(weight, key=lambda n: ([-part for part in weight[n]], n))
    return [
        _Named(f"the {name}" if 2 * after_the[name] > alone[name] else name, len(places[name]))
        for name in ranked
    ]


def _quoted(articles: Sequence[Article]) -> list[str]:
    """Return the question for the words of who is quoted most by a full name; none of nobody."""
    said: Counter[str] = Counter()
    for article in articles:
        said.update({name: n for name, n in times_heard(article).items() if " " in name})
    name, most = max(said.items(), key=lambda one: (one[1], one[0]), default=("", 0))
    return [f"What did {name} say?"] if most >= _LEAST_SAYINGS else []


def _has_dates(articles: Iterable[Article]) -> bool:
    """Return whether enough sentences name a date for a timeline."""
    dated = (article for article, sentence in _sentences(articles)
             if times_in(sentence, article.published))  # fmt: skip
    return len(list(islice(dated, _LEAST_OF_A_TIMELINE))) == _LEAST_OF_A_TIMELINE
