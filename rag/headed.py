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
from rag.asked import telling_terms, wants_several
from rag.chunk import statement_spans
from rag.cite import Place
from rag.datatypes import Article, Block, BlockKind, Passage
from rag.kinds import ARTICLE, KIND
from rag.manners import LED
from rag.said_back import terms_said
from rag.subject import opening_of

_SURE = 0.6  # of an answer that is picked so
_DOCUMENT = re.compile(rf"\b(?:{ARTICLE}|{KIND})\b", re.IGNORECASE)
_ASKING = re.compile(
    r"[\W\d]*(what|how|why|when|where|who|which|would|will|should|can|could|do|does|did|is|are|was|"
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
    terms = set(telling_terms(_DOCUMENT.sub(" ", question)))
    for passage in passages if terms else ():
        for heading in _headings(passage):
            if _is_asked(heading, passage.article, question, terms):
                return _stating(draft, passage.article, heading, most)
    return None


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
    said = terms_said(named, article.language)
    title = terms_said(article.title, article.language)
    about = terms_said(opening_of(article, heading.start), article.language)
    asking, asked = _ASKING.match(question), _ASKING.match(named)
    alike = bool(asking and asked and asking[1].lower() == asked[1].lower())
    if not said:  # "Why I did it": what the article is about, by another verb, too
        is_it = alike and _WHY_IT.match(named) is not None
        return is_it and bool(terms & title) and len(terms - about) <= 1
    if not said <= terms or said <= title or not terms <= said | about:
        return False
    several = wants_several(question) and not _WHAT_ARE.match(question)
    return alike or several or _WHAT_IS.match(question) is not None


def _stating(draft: Draft, article: Article, heading: Block, most: int) -> Draft:
    """Return the draft that states the first statements below a heading."""
    own = [
        Place(article.id, start, end)
        for start, end in statement_spans(article)
        if start > heading.start and article.headings_above(start)[-1] == heading
    ]
    rest = len(own) - most
    verb = "stands" if rest == 1 else "stand"
    reason = f"{rest:,} more {verb} there below the same heading." if rest > 0 else ""
    confidence = max(draft.confidence, _SURE)
    return replace(draft, places=tuple(own[:most]), confidence=confidence, reason=reason)
