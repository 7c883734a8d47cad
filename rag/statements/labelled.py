"""Lines of a list that are asked for by their labels and by what stands above the list.

Possible side effects                       "What are the rare side effects?"
Common (up to 1 in 10): a dry mouth.
Rare (up to 1 in 1,000): loss of hair.      is asked for: "rare" is of its label, the rest above
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answerer import Draft
from rag.datatypes import Article, Passage
from rag.questions.asked import telling_terms, wants_several
from rag.reading.lead import Lead, Span, label_of
from rag.searching.subject import opening_of
from rag.statements.led import MOST_ITEMS, Leads, stating
from rag.text import tokenise

_SURE = 0.6  # of an answer that is picked so


def labelled_lines(
    question: str, draft: Draft, passages: Sequence[Passage], leads: Leads
) -> Draft | None:
    """Return the draft that states the lines that `question` asks for by their labels, or None.

    All that it says stands in a label, in the nearest heading above, or where the article says of
    what it is; something of it in the label, and something in the heading. `leads` gives the leads
    of an article's statements, by its id.
    """
    if not wants_several(question):
        return None
    terms = set(telling_terms(question))
    articles = {passage.article.id: passage.article for passage in passages}
    for article in articles.values():
        seen: set[Span] = set()
        for lead in leads(article.id).values():
            if not lead.labelled or not lead.headings or lead.items[0] in seen:
                continue
            seen.add(lead.items[0])
            if items := _picked(terms, article, lead):
                told = replace(draft, confidence=max(draft.confidence, _SURE), reason="")
                return stating(told, article, replace(lead, items=items), MOST_ITEMS)
    return None


def _picked(terms: set[str], article: Article, lead: Lead) -> tuple[Span, ...]:
    """Return the items of a list whose labels hold what of the terms is told nowhere above.

    Those whose labels hold nothing else, where there are such; all where it is all told above.
    """
    text, language = article.text, article.language
    above = set(tokenise(text[slice(*lead.headings[-1])], language))
    opening = set(tokenise(opening_of(article, lead.headings[-1][0]), language))
    if not terms & above - opening:
        return ()
    if terms <= above | opening:
        return lead.items
    found: dict[Span, bool] = {}  # whether the label holds nothing else
    asked: bool | None = None
    for start, end in lead.items:
        if label := set(tokenise(label_of(text[start:end]), language)):
            own = terms & label - above
            asked = label == own if own and terms <= above | opening | own else None
        if asked is not None:
            found[start, end] = asked
    alone = any(found.values())
    return tuple(span for span, is_alone in found.items() if is_alone or not alone)
