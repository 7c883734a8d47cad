"""A draft -> the same as it is stated: what the question's form asks for beside its words.

`INSTEAD` are whole answers of their own: the first that the question is for takes the draft's
place, if the question is of one part. Else each of `STEPS` has its turn, in this order, at what the
one before left. `LAST` are for both: what holds by now, and what was corrected. What somebody said
is an answer of its own kind, and has but the steps that are `OF_WORDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from rag.answerer import Draft
from rag.datatypes import Article, DateFilter
from rag.retrieve import Retrieved
from rag.searching.datewise import in_date_order
from rag.serving import Serving
from rag.statements.causes import with_cause
from rag.statements.correction import with_corrections
from rag.statements.headed import section_asked
from rag.statements.introduced import of_whom, person_asked, who_it_is
from rag.statements.labelled import labelled_lines
from rag.statements.led import Leads, rows_picked, told_above, with_leads
from rag.statements.opposites import of_the_asked_pole
from rag.statements.programme import programme_asked, programme_of
from rag.statements.qualified import with_qualified
from rag.statements.said_back import saying_more, with_replies
from rag.statements.staying import still_staying
from rag.statements.superseded import with_newer
from rag.statements.who_does import naming_somebody
from rag.text import query_terms


@dataclass(frozen=True, slots=True)
class Finishing:
    """The question of a draft, what was found for it, and what answers from the articles.

    `whole`: it is of one part, and a list of at most `list_statements` may be all of its answer;
    others have `most` statements. `dates` are those that it asks of, and the articles `before`
    those that the answers before it cited.
    """

    question: str
    serving: Serving
    found: Retrieved
    whole: bool
    most: int
    list_statements: int
    dates: DateFilter | None
    before: Mapping[str, float]

    @property
    def leads(self) -> Leads:
        """What the statements of an article stand below."""
        return self.serving.desk.leads


Step = Callable[[Draft, Finishing], Draft | None]


def finished(draft: Draft, of: Finishing) -> Draft:
    """Return the draft as it is stated."""
    if of.dates is not None:
        draft = by_date(draft, of.dates, of.serving.articles)
    for step in INSTEAD if of.whole else ():
        if (instead := step(draft, of)) is not None:
            return stepped(instead, of, LAST)
    return stepped(draft, of, (*STEPS, *LAST))


def stepped(draft: Draft, of: Finishing, steps: Sequence[Step]) -> Draft:
    """Return what the steps leave of a draft, one after the other."""
    for step in steps:
        draft = step(draft, of) or draft
    return draft


def by_date(draft: Draft, dates: DateFilter | None, articles: Mapping[str, Article]) -> Draft:
    """Return the draft by date, where the question is of a time or for the newest."""
    if dates is None:
        return draft
    return replace(draft, places=in_date_order(draft.places, dates, articles))


def _on_a_day(draft: Draft, of: Finishing) -> Draft | None:
    """Return the lines of a programme: "What is on on Saturday?"."""
    asked = programme_asked(of.question)
    return programme_of(asked, draft, of.found.passages, of.leads) if asked else None


def _labelled(draft: Draft, of: Finishing) -> Draft | None:
    """Return the lines of a list by their labels: "What are the dose and the interval?"."""
    return labelled_lines(of.question, draft, of.found.passages, of.leads)


def _introduced(draft: Draft, of: Finishing) -> Draft | None:
    """Return what tells who somebody is: "Who is Ana Ruiz?"."""
    asked = of.serving.articles.left_in(of.dates)
    return who_it_is(of.question, draft, of.found.passages, asked, most=of.most)


def _section(draft: Draft, of: Finishing) -> Draft | None:
    """Return what stands below a heading: "What are the limitations?"."""
    # Of the articles first that a conversation is about.
    likelier = of.found.likelier.articles if of.found.likelier else ()
    meant_first = sorted(of.found.passages, key=lambda one: one.article.id not in likelier)
    return section_asked(
        of.question, draft, meant_first, most=of.list_statements if of.whole else 0
    )


def _led(draft: Draft, of: Finishing) -> Draft:
    """Return a row or an item with what it stands below; a list that is asked for, whole."""
    desk, languages = of.serving.desk, of.serving.generation.manifest.languages
    terms = tuple(query_terms(of.question, languages))
    return with_leads(
        draft, of.question, of.found.passages, of.leads, partial(told_above, desk, terms),
        most=of.list_statements if of.whole else 0, picked=partial(rows_picked, desk, terms),
        articles=of.serving.articles,
    )  # fmt: skip


def _qualified(draft: Draft, of: Finishing) -> Draft:
    """Return the sentence for the case that is asked about before the general one."""
    return with_qualified(draft, of.question, of.serving.articles)


def _of_the_asked_pole(draft: Draft, of: Finishing) -> Draft:
    """Return what is of the asked pole before what is of the other: the last, the first."""
    return of_the_asked_pole(draft, of.question, of.serving.articles)


def _caused(draft: Draft, of: Finishing) -> Draft | None:
    """Return what gives a cause before what only says a "Why ...?" back."""
    if not of.whole:
        return None
    return with_cause(draft, of.question, of.found.passages, of.serving.articles)


def _naming(draft: Draft, of: Finishing) -> Draft | None:
    """Return what names who does a thing before what names nobody: "Who leads the choir?"."""
    if not of.whole:
        return None
    return naming_somebody(draft, of.question, of.found.passages, of.serving.articles)


def _saying_more(draft: Draft, of: Finishing) -> Draft:
    """Return what says more than the question does before what says it back."""
    return saying_more(draft, of.question, of.serving.articles, of.leads)


def _replied(draft: Draft, of: Finishing) -> Draft:
    """Return a question that a text puts with what the text replies."""
    return with_replies(draft, of.serving.articles, of.leads)


def _holding_now(draft: Draft, of: Finishing) -> Draft:
    """Return what a newer article tells of the end of what is stated, before it."""
    asked = of.serving.articles.left_in(of.dates)
    newer = with_newer(draft, of.question, asked, most=of.most)
    name = person_asked(of.question)
    if name and newer.places and not of_whom(newer.places[0], name, of.serving.articles):
        return draft
    return still_staying(draft, newer, of.question, of.before, of.serving.articles)


def _corrected(draft: Draft, of: Finishing) -> Draft:
    """Return the draft with what an article takes back of it."""
    return with_corrections(draft, of.found.passages)


INSTEAD: tuple[Step, ...] = (_on_a_day, _labelled, _introduced)
STEPS: tuple[Step, ...] = (
    _section, _led, _qualified, _of_the_asked_pole, _caused, _naming, _saying_more, _replied,
)  # fmt: skip
LAST: tuple[Step, ...] = (_holding_now, _corrected)
OF_WORDS: tuple[Step, ...] = (_saying_more, _replied)
