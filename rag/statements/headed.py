"""What stands below a heading that is asked for: "What are the limitations of the study?"

    ## Limitations
    All samples came from one batch.        says so without a word of the question

A heading is asked for where a question says all that it says, and else only what its article is
about. "Why we did it" is asked for by "Why did they move the mill?", if the article is on the mill.
English forms of questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answerer import Draft
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, Block, BlockKind, Passage
from rag.questions.asked import telling_terms, wants_several
from rag.questions.kinds import ARTICLE, KIND
from rag.questions.manners import LED
from rag.searching.subject import opening_of, portrayed_named, speaker_named
from rag.statements.led import MOST_ITEMS
from rag.statements.said_back import terms_said
from rag.words.verbs import base_of

_SURE = 0.6  # of an answer that is picked so
_DOCUMENT = re.compile(rf"\b(?:{ARTICLE}|{KIND})\b", re.IGNORECASE)
_ASKING = re.compile(
    r"[\W\d]*(?:(?:so|and|but|then)\W+)?(what|how|why|when|where|who|which|would|will|should|can|could|do|does|did|is|are|was|"
    r"were|has|have|may|must)\b",
    re.IGNORECASE,
)
# "What are the limits?", "What was his verdict?", but not "What are kestrels?"
_WHAT_IS = re.compile(
    rf"\W*{LED}what(?:['’]s| is| are| was| were) "
    r"(?:(?:the|its|their|his|her|your|our|any)\b|\w+['’]s? )",
    re.IGNORECASE,
)
_WHAT_ARE = re.compile(rf"\W*{LED}(?:what|who) (?:is|are|was|were)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\W*(?:\w+ )?(\d{1,2})[.):]?\s+\w")  # "3. Never reread", "Rule 3: ..."
_LEAST_NUMBERED = 3
# "So what do I make of it?", "What I think of the new rules": its author's view of it, of which a
# question for that may tell in other words.
_VIEW = re.compile(
    r"\bwhat (?:do(?:es)? )?(?:I|he|she) (?:make of|think (?:of|about)|feel about)\b", re.IGNORECASE
)
_MOST_UNSAID = 0.4  # of what it is of: the share that does not stand in the section
# "Which parts did I buy?": a list of parts tells of which by another verb, or by none.
_VERB = re.compile(
    r"\b(?:which|what)\s+\w+\s+(?:do|does|did)\s+(?:I|you|he|she|it|they|we)\s+(?P<verb>[a-z]+)\b",
    re.IGNORECASE,
)
# "by going without a car", "about having a car": the car is what is spoken of.
_BY_HAVING = re.compile(
    r"\b(?:about|by|from|of|without|after|for)\s+(?:having|going|being|doing|getting|living)\b"
    r"(?:\s+without\b)?",
    re.IGNORECASE,
)
_WHY_IT = re.compile(r"\W*why\b.*\b(?:do|did|done)\s+(?:it|this|that|so)\b", re.IGNORECASE)


def section_asked(
    question: str, draft: Draft, passages: Sequence[Passage], *, most: int
) -> Draft | None:
    """Return the draft that states what stands below the heading that `question` asks for, or None.

    The first `most` statements of the section, of the first passage that opens or is of such a one.
    The question asks for several things, or what the thing is that the heading names, or it opens
    as the heading does: "What went wrong", "Would I buy it again?".
    """
    if most == 0:
        return None
    several = wants_several(question)
    for passage in passages if telling_terms(_DOCUMENT.sub(" ", question)) else ():
        asked = _put_to(passage.article, question)
        terms = _said(_DOCUMENT.sub(" ", _BY_HAVING.sub(" ", asked)))
        by_title = several and len(terms) > 1 and terms <= _said(passage.article.title)
        if headings := _numbered(passage.article) if by_title else []:
            own = [Place(passage.article.id, one.start, one.end) for one in headings]
            return _drafted(draft, own, MOST_ITEMS)
        for heading in _headings(passage) if terms else ():
            if _is_asked(heading, passage.article, asked, terms):
                return _stating(draft, passage.article, heading, most)
    return None


def _put_to(article: Article, question: str) -> str:
    """Return a question with "I" or "she" for the name of whom an article is by or about."""
    subject = speaker_named(question, article) or portrayed_named(question, article)
    return subject.question if subject else question


def _said(text: str) -> set[str]:
    """Return the terms of a question, verbs in the form that "to" stands before: "lose"."""
    return set(telling_terms(_plain(text)))


def _plain(text: str) -> str:
    """Return a text with its verbs in the form that "to" stands before, whatever they are there."""
    return re.sub(r"[A-Za-z]+", lambda one: base_of(one[0].lower()) or one[0], text)


def _headings(passage: Passage) -> list[Block]:
    """Return the headings that a passage's statements stand right below, each once, in order."""
    article, chunk = passage.article, passage.chunk
    within = [
        block
        for block in article.blocks
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        and block.start < chunk.end
        and chunk.start < block.end
    ]
    above = (article.headings_above(block.start)[-1:] for block in within)
    return list(dict.fromkeys(heading for one in above for heading in one))


def _is_asked(heading: Block, article: Article, question: str, terms: set[str]) -> bool:
    """Return whether a question asks for a heading; `terms` are what it says, as stems."""
    named = article.text[heading.start : heading.end]
    said = terms_said(_plain(named), article.language)
    title = terms_said(_plain(article.title), article.language)
    about = terms_said(_plain(opening_of(article, heading.start)), article.language)
    asking, asked = _ASKING.match(question), _ASKING.match(named)
    alike = bool(asking and asked and asking[1].lower() == asked[1].lower())
    if not said:  # "Why I did it": what the article is about, by another verb, too
        is_it = alike and _WHY_IT.match(named) is not None
        return is_it and bool(terms & title) and len(terms - about) <= 1
    if (of := _VIEW.search(question)) and _VIEW.search(named):
        spoken_of = set(telling_terms(question[of.end() :]))
        section = [named, *(article.text[one.start : one.end] for one in _below(article, heading))]
        held = terms_said("\n".join(section), article.language)
        return bool(spoken_of) and len(spoken_of - held) <= _MOST_UNSAID * len(spoken_of)
    verb = _VERB.search(question) if _is_of_a_list(article, heading) else None
    rest = terms - _said(verb["verb"]) if verb else terms
    if not said <= terms or said <= title or not rest <= said | about:
        return False
    several = wants_several(question) and not _WHAT_ARE.match(question)
    return alike or several or _WHAT_IS.match(question) is not None


def _is_of_a_list(article: Article, heading: Block) -> bool:
    """Return whether a list stands right below a heading."""
    at = article.blocks.index(heading) + 1
    return at < len(article.blocks) and article.blocks[at].kind is BlockKind.ITEM


def _stating(draft: Draft, article: Article, heading: Block, most: int) -> Draft:
    """Return the draft that states the first statements below a heading."""
    return _drafted(draft, _below(article, heading), most)


def _below(article: Article, heading: Block) -> list[Place]:
    """Return the statements that stand right below a heading, in order."""
    return [
        Place(article.id, start, end)
        for start, end in statement_spans(article)
        if start > heading.start and article.headings_above(start)[-1] == heading
    ]


def _numbered(article: Article) -> list[Block]:
    """Return the headings of an article with the numbers from 1 on, at least _LEAST_NUMBERED."""
    found: list[Block] = []
    for block in article.blocks:
        if block.kind is BlockKind.HEADING:
            number = _NUMBERED.match(article.text, block.start, block.end)
            if number and int(number[1]) == len(found) + 1:
                found.append(block)
    return found if len(found) >= _LEAST_NUMBERED else []


def _drafted(draft: Draft, own: Sequence[Place], most: int) -> Draft:
    rest = len(own) - most
    verb = "stands" if rest == 1 else "stand"
    reason = f"{rest:,} more {verb} there below the same heading." if rest > 0 else ""
    confidence = max(draft.confidence, _SURE)
    return replace(draft, places=tuple(own[:most]), confidence=confidence, reason=reason)
