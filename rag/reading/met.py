"""How far what a question says is met by what may answer it, in articles that are no running prose.

A table's row, a clause, a FAQ's answer stands below all that tells what it is about: its headings,
its columns, the question above it. So "How much is a parasol?" is not answered by a row of which
neither these nor its cells tell of a parasol or the like, however well a price would answer it. In
running prose that tells nothing: what a sentence speaks of stands sentences before, in other words.
So it is in a list of a letter, or of another text whose author says "I", where an item is a
sentence of prose. English only, as the encoder's likeness of single words is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.articles.first_person import is_told_as_i
from rag.articles.typography import ends_sentence
from rag.datatypes import Article, Block, BlockKind
from rag.encoder import Vectors
from rag.reader.features import is_function_word, says_nothing
from rag.text import content_terms, tokenise
from rag.words.verbs import base_of, participle, past

_WORD = re.compile(r"\d+(?:[.:]\d+)*|[^\W\d_]+")
_DETERMINER = re.compile(r"\b(?:the|an?)\s+\Z", re.IGNORECASE)  # before a noun
_BODY = (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM)
_LEAST_BLOCKS = 4  # by which it can be told what an article is like
_SHORT_LINE = 90  # characters: a paragraph below it is a line rather than a paragraph of prose
_LEAST_WORDS = 6  # of an item that is a sentence
_LEAST_WRAPPED = 50  # characters of a line that is wrapped by hand
# The share of an article's blocks that are headings, items and short lines. Of 194 pieces of news
# of realtimeqa-2023 three quarters are below the first; most handbooks and tables are above both.
_PROSE, _TERSE = 0.3, 0.6
# "How long is the cable?" asks for its length, which the encoder finds less alike than other words.
_MEASURED = {
    "long": "length duration", "far": "distance", "high": "height", "tall": "height",
    "deep": "depth", "wide": "width", "heavy": "weight", "old": "age", "fast": "speed",
    "big": "size", "large": "size", "hot": "temperature", "warm": "temperature",
    "cold": "temperature",
}  # fmt: skip
# What is taken off an answer's log-odds where none of the question is met, and what is added where
# all is. Chosen on 158 questions and 131 near misses over 37 written documents.
ANSWER_WEIGHT, ANSWER_CONSTANT = 8.0, 0.5
# The same for one sentence beside the others.
SENTENCE_WEIGHT = 4.0


@dataclass(frozen=True, slots=True)
class MetWord:
    """A word of a question: in lower case, its stems, and what it weighs beside the others."""

    word: str
    stems: frozenset[str]
    weight: float = 1.0


# Words -> their vectors, (n, d), unit length.
Encode = Callable[[Sequence[str]], Vectors]


def terseness(article: Article) -> float:
    """Return how little of an English article is running prose, 0 to 1; 0 of another language.

    By how many of its blocks are headings, items, and paragraphs of a line. Items that are whole
    sentences are prose where somebody tells the text as their own. A note of up to three blocks is
    taken for prose, unless it is one of the records of a file.
    """
    body = [block for block in article.blocks if block.kind in _BODY]
    least = 1 if article.part else _LEAST_BLOCKS
    if len(body) < least or article.language != "en":
        return 0.0
    short = sum(
        block.kind is BlockKind.HEADING
        or (block.kind is BlockKind.ITEM and not _is_prose(article, block))
        or (
            block.kind is BlockKind.PARAGRAPH
            and block.end - block.start < _SHORT_LINE
            and not _goes_on(article.text, above, block)
        )
        for above, block in pairwise([None, *body])
        if block is not None
    )
    return min(1.0, max(0.0, (short / len(body) - _PROSE) / (_TERSE - _PROSE)))


def _is_prose(article: Article, item: Block) -> bool:
    """Return whether an item is a whole sentence of a text that somebody tells as their own."""
    text = article.text[item.start : item.end]
    is_sentence = len(text.split()) >= _LEAST_WORDS and ends_sentence(text)
    return is_sentence and is_told_as_i(article)


def _goes_on(text: str, above: Block | None, block: Block) -> bool:
    """Return whether a line goes on with the one above it, as in prose that is wrapped by hand."""
    if above is None or above.end - above.start < _LEAST_WRAPPED:
        return False
    ends = ends_sentence(text[above.start : above.end])
    return not ends and text.count("\n", above.end, block.start) == 1


def asked_words(question: str, idf: Mapping[str, float]) -> tuple[MetWord, ...]:
    """Return the words of a question that say what it asks about, each once, in order.

    A word weighs as much as its rarest term in `idf`. One of how long or old a thing is has the
    stems of its length or its age too, and a verb those of its other forms: "lose" of "lost", but
    not "rise" of "the rose".

    >>> [each.word for each in asked_words("How many tokens does plan 4.1 of the US have?", {})]
    ['tokens', 'plan', '4.1', 'us']
    """
    terms = set(content_terms(question))
    found: dict[str, MetWord] = {}
    for match in _WORD.finditer(question):
        stems = frozenset(tokenise(match[0]))
        if not says_nothing(match[0]) and stems & terms:
            weight = max((idf.get(stem, 0.0) for stem in stems), default=0.0) or 1.0
            word = match[0].lower()
            measured = frozenset(tokenise(_MEASURED.get(word, "")))
            is_noun = _DETERMINER.search(question, max(0, match.start() - 5), match.start())
            forms = frozenset[str]() if is_noun else _forms(word)
            found.setdefault(word, MetWord(word, stems | measured | forms, weight))
    return tuple(found.values())


def _forms(word: str) -> frozenset[str]:
    """Return the stems of a verb's forms, none of another word."""
    base = base_of(word)
    return frozenset(tokenise(f"{base} {past(base)} {participle(base)}")) if base else frozenset()


def share_met(words: Sequence[MetWord], text: str) -> float:
    """Return the share of the words, by weight, that stand in `text` in a form; 1 of none."""
    return total(met_in(words, text)) / total(words) if words else 1.0


def met_in(words: Sequence[MetWord], text: str) -> tuple[MetWord, ...]:
    """Return those of the words that stand in `text` in a form, in their order."""
    held = set(tokenise(text))
    return tuple(each for each in words if not each.stems.isdisjoint(held))


def likeness(words: Sequence[MetWord], told: str, passage: str, encode: Encode) -> float:
    """Return how far the words, by weight, are met by a statement and its passage; 1 of none.

    A word counts 1 that stands in `told`: the statement and what it stands below. Another counts
    as the cosine of its vector with that of the likest word there, half of what is missing is made
    up for where it stands elsewhere in the `passage`. A number is like no other.
    """
    if not words:
        return 1.0
    held, beside = set(tokenise(told)), set(tokenise(passage))
    missing = [each for each in words if each.stems.isdisjoint(held)]
    near = [
        word.lower()
        for word in dict.fromkeys(_WORD.findall(told))
        if not is_function_word(word) and not word[0].isdigit()
    ]
    named = [each.word for each in missing if not each.word[0].isdigit()]
    nearest: dict[str, float] = {}
    if named and near:
        vectors = encode([*named, *near])
        cosines = vectors[: len(named)] @ vectors[len(named) :].T
        nearest = {word: float(row.max()) for word, row in zip(named, cosines, strict=True)}
    lacking = 0.0
    for each in missing:
        unlike = 1 - max(0.0, nearest.get(each.word, 0.0))
        lacking += each.weight * (unlike if each.stems.isdisjoint(beside) else unlike / 2)
    return 1 - lacking / total(words)


def total(words: Iterable[MetWord]) -> float:
    """Return what the words weigh together."""
    return sum(each.weight for each in words)
