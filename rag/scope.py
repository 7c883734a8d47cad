"""What a question is asked of: it may name the articles, the speaker, the time.

"According to the China Daily article, ..."   those articles alone, or their authors' words
"What did Ana Ruiz say?"                      her words alone
"Give me a timeline of July"                  its dates are asked for, and filter nothing
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.articles.credits import author_called
from rag.questions.dates import Dated, dated
from rag.repliers import Asked
from rag.replies.named import asked_of
from rag.replies.sayings import Said, what_was_said
from rag.replies.timeline import timeline_asked
from rag.serving import Generations, Serving


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is asked of, and what of it.

    `serving` has the articles that are asked. `dates` holds what is asked of them, and of which
    time; `said` is set where somebody's words alone answer.
    """

    serving: Serving
    dates: Dated
    said: Said | None


def scope_of(asked: Asked, generations: Generations) -> Scope:
    """Return what a question is asked of; `generations` searches the articles that it names."""
    serving = asked.serving
    said = what_was_said(asked.question)
    scope = Scope(serving, asked.dates, said)
    if named := asked_of(asked.question, asked.articles, asked.meant):
        dates = dated(named.question, asked.newest)
        heard = generations.among(serving, named.articles)
        credited = (one for one, _ in heard.articles.credits())
        author = author_called(named.called, credited)
        if words := serving.sayings.asking("" if named.wrote else author, dates):
            # Of an author, what any article quotes comes before what they wrote.
            scope = replace(scope, dates=replace(dates, question=words))
        else:
            scope = Scope(heard, dates, Said(author, ""))
    if timeline_asked(scope.dates.question, scope.serving.newest):
        # Its dates are what is asked for.
        scope = replace(scope, dates=Dated(None, scope.dates.question))
    return scope
