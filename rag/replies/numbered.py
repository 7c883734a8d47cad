"""A clause, a rule or a section that a question asks for by its number.

    "What does clause 3 say?"   ->  "3. What is not carried", and what stands below it
    "What is section 4.1?"      ->  "4.1 Bicycles stand in the cellar."

The number stands before the text, as a rule outside of what is searched; so these are looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from rag.answerer import Draft
from rag.chunk import is_row, statement_spans
from rag.cite import Place
from rag.datatypes import Article, Block, BlockKind
from rag.questions.manners import asked_plainly
from rag.reading.declining import not_said
from rag.searching.subject import opening_of
from rag.text import content_terms, tokenise

_KINDS = "clause|rule|section|article|paragraph|chapter|part|point|regulation|provision|stop"
_ASKED = re.compile(
    r"\W*(?P<opening>what (?:does|do)|what(?: is|['’]s| are| says)|show(?: me)?|quote)\s+"
    rf"(?:(?:in|on)\s+)?(?:the\s+)?(?P<kind>{_KINDS})\s+(?:(?:no\.?|number)\s*)?"
    r"(?P<number>\d+(?:\.\d+)*)(?![\w-])",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\b(?:say|state|tell|cover|require|mean|contain)s?\b|\babout\b", re.IGNORECASE)
_WHOSE = re.compile(r"\W*(?:of|in|from)\s+(?:the\s+)?", re.IGNORECASE)
_NUMBER = re.compile(
    rf"[*_]{{0,3}}(?:§\s*|(?P<kind>{_KINDS})\s+)?(?P<number>\d+(?:\.\d+)*)[*_]{{0,3}}"
    r"(?:[.):]\s*|\s+|\Z)",
    re.IGNORECASE,
)
_NUMBERED = (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM)
_MOST_ARTICLES = 1000  # that are looked through
_MOST_STATED = 3  # articles of which the clause of that number is stated
_MOST_PLACES = 12  # of one clause


@dataclass(frozen=True, slots=True)
class Numbered:
    """What is asked for: "clause", "4.1", and of what, in the words of the question, or ""."""

    kind: str
    number: str
    whose: str


def numbered_asked(question: str) -> Numbered | None:
    """Return the numbered part of a document that `question` asks for as a whole, or None.

    >>> numbered_asked("What does clause 4.1 of the rental agreement say?")
    Numbered(kind='clause', number='4.1', whose='rental agreement')
    >>> numbered_asked("What does article 7 cost?") is None
    True
    """
    asked = asked_plainly(question)
    found = _ASKED.match(asked)
    if found is None:
        return None
    rest = asked[found.end() :]
    says = _SAYS.search(rest)
    if says is None and found["opening"].lower().startswith(("what do", "what says")):
        return None
    whose = (rest[: says.start()] if says else rest).strip()
    of = _WHOSE.match(whose)
    if whose and of is None:
        return None
    return Numbered(found["kind"].lower(), found["number"], whose[of.end() :] if of else "")


def numbered_part(question: str, asked: Numbered, articles: Mapping[str, Article]) -> Draft | None:
    """Return what a document has under the number that `asked` names, or a decline.

    Of several documents with that number those come first that are called as the question says, and
    that speak of a "clause" or a "rule" themselves. None where no document has numbers of its own.
    That of many only some were looked through is told.
    """
    terms = set(content_terms(asked.whose))
    best: list[tuple[Article, Block]] = []
    most, is_numbered = -1.0, False
    for article in islice(articles.values(), _MOST_ARTICLES):
        blocks = _numbers(article, asked.kind)
        if len(blocks) < 2:
            continue
        called = set(tokenise(opening_of(article), article.language))
        share = len(terms & called) / len(terms) if terms else 0.0
        if terms and share <= 0.5:
            continue
        is_numbered = True
        if (block := blocks.get(asked.number)) is None:
            continue
        score = share + (re.search(rf"\b{asked.kind}", article.text, re.IGNORECASE) is not None)
        if score > most:
            best, most = [], score
        if score == most:
            best.append((article, block))
    if not is_numbered:
        return None
    places = [place for one in best[:_MOST_STATED] for place in _places(*one, asked.kind)]
    told = "" if places else not_said(question)
    if len(articles) > _MOST_ARTICLES:
        told = f"{told} Only the first {_MOST_ARTICLES:,} articles were looked through.".strip()
    return Draft(tuple(places), 1.0 if places else 0.0, told)


def _numbers(article: Article, kind: str) -> dict[str, Block]:
    """Return the numbered headings and paragraphs by their numbers, or else the items of its list.

    Where items have the same number there are several lists, the steps of a manual: no clauses.
    """
    found: dict[str, Block] = {}
    items: dict[str, Block] = {}
    again = False
    for block in article.blocks:
        if block.kind in _NUMBERED and (number := _number(article.text, block, kind)[0]):
            if is_row(article, block):
                continue
            is_item = block.kind is BlockKind.ITEM
            again |= is_item and number in items
            (items if is_item else found).setdefault(number, block)
    return found or ({} if again else items)


def _number(text: str, block: Block, kind: str) -> tuple[str, int]:
    """Return the number of a block and where that stands: in it, or on its line before; or "".

    One that is called otherwise ("Stop 2.") is no number of that `kind`.
    """
    line = text.rfind("\n", 0, block.start) + 1
    at = block.start - len(text[line : block.start].lstrip(" \t#*>"))
    for start, end in ((at, block.start), (block.start, block.end)):
        found = _NUMBER.match(text, start, end)
        if found and (found["kind"] or kind).lower() == kind:
            return found["number"], start
    return "", block.start


def _places(article: Article, block: Block, kind: str) -> Iterable[Place]:
    """Return the places of a numbered part: the heading, and the statements down to the next."""
    (number, begins), end = _number(article.text, block, kind), len(article.text)
    after = [other for other in article.blocks if other.start > block.start]
    for other in after:
        if other.kind is not block.kind and other.kind in (BlockKind.ITEM, BlockKind.TITLE):
            continue
        own, _ = _number(article.text, other, kind)
        is_next = bool(own) and not own.startswith(f"{number}.")
        if is_next or (other.kind is BlockKind.HEADING and not own):
            end = other.start
            break
    heads = [(b.start, b.end) for b in article.blocks if b.kind is BlockKind.HEADING]
    spans = sorted(
        (at, to) for at, to in [*heads, *statement_spans(article)] if block.start <= at < end
    )
    spans = [(begins if at == block.start else at, to) for at, to in spans[:_MOST_PLACES]]
    return [Place(article.id, at, to) for at, to in spans]
