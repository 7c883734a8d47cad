"""Who wrote the articles and which outlets they are from, counted over all of them.

    "Who are the authors?", "How many outlets are there?"  -> each with the number of its articles
    "Who wrote the most articles?"                         -> whoever did, and how many
    "Who is Ana Ruiz?", of whom the bylines alone tell     -> the articles that she wrote

Read from the bylines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from rag.articles.catalogue import catalogue_of
from rag.articles.credits import Kind
from rag.conversation.meant import OUTLET
from rag.datatypes import Article, BlockKind, Statement, articles_counted, source_line
from rag.questions.kinds import ARTICLE
from rag.replies.named import plain_question
from rag.text import normalise

MOST_NAMED = 30  # authors or outlets that are listed

_THEM = rf"(?:(?:the|these|those|all|all the|all of the|your|my) )?{ARTICLE}"
_HERE = r"(?:here|there|in (?:here|(?:the|this|your|my) (?:collection|folder|index)))"
_WROTE = r"(?:wrote|writes?|written|authored|contributed|published?|printed|ran|has|have|had)"
_DID = rf"(?:(?:has|have|had|did) )?{_WROTE}"


def _patterns(noun: str, who: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what asks for all of a kind, and for the one with the most or fewest articles.

    `noun` is what they are called, `who` other words that ask for all of them.
    """
    every = (
        rf"(?:who|what|which) (?:are|were|is) (?:all )?the (?:different )?{noun}"
        rf"(?: (?:of|in|behind|for) {_THEM}| {_HERE})?"
        rf"|(?:which|what|how many) (?:different )?{noun}"
        rf" (?:(?:are|is) {_HERE}|do you have|{_DID} {_THEM}|(?:are|do) {_THEM} (?:come )?from)"
        r"|(?:list|name|show(?: me)?|give me) (?:all )?(?:the |a list of (?:the )?)?"
        rf"{noun}"
        rf"(?: (?:of|in|behind|for) {_THEM}| {_HERE})?"
        rf"|how many {ARTICLE} (?:(?:did|does|do|has|have) (?:each|every) {noun}(?: {_WROTE})?"
        rf"|(?:are|were) (?:there )?(?:by|from) (?:each|every) {noun})"
        rf"|(?:the )?(?:number of )?{ARTICLE} (?:per|by) {noun}|{who}"
        rf"|(?:(?:what|how) about )?the {noun}|(?:which|what) {noun}"
    )
    most = (
        rf"(?:who|(?:which|what) {noun}) {_DID} (?:the )?(?P<most>most|fewest|least)(?: {ARTICLE})?"
        rf"|(?:who|(?:which|what) {noun}) is the most (?:prolific|frequent)(?: {noun})?"
        rf"|(?:who is )?the most prolific {noun}"
    )
    return re.compile(every), re.compile(most)


_ASKS: Mapping[Kind, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "author": _patterns(
        r"(?:authors?|writers?|journalists?|reporters?|correspondents?)",
        rf"who (?:all )?{_DID} {_THEM}|{_THEM} (?:are|were) written by whom"
        rf"|by whom (?:are|were) {_THEM}(?: written)?",
    ),
    # A "source" is an article, too.
    "outlet": _patterns(
        rf"(?:(?!sources?\b){OUTLET}s?|agencies|media(?: outlets?)?|news outlets?)",
        rf"where (?:are|do|were) {_THEM} (?:all )?(?:come |taken )?from"
        rf"|which sources {_DID} {_THEM}",
    ),
}


_WHO_IS = re.compile(r"who is (?P<name>\S+(?: \S+){1,4})")


@dataclass(frozen=True, slots=True)
class _Asked:
    kind: Kind
    most: Literal["", "most", "fewest"] = ""


def _asked(message: str) -> _Asked | None:
    plain = plain_question(message)
    for kind, (every, most) in _ASKS.items():
        if every.fullmatch(plain):
            return _Asked(kind)
        if match := most.fullmatch(plain):
            return _Asked(kind, "fewest" if match["most"] in ("fewest", "least") else "most")
    return None


def about_bylines(message: str, articles: Mapping[str, Article]) -> tuple[Statement, ...]:
    """Return the reply to a question for the authors or the outlets of `articles`, else ()."""
    asked = _asked(message)
    if asked is None:
        return ()
    credited = catalogue_of(articles).credits()
    counts: Counter[str] = Counter()
    called: dict[str, str] = {}  # "The Velm Post" and "Velm Post" are one
    for one, those in credited:
        for name in one[asked.kind]:
            counts[called.setdefault(name.removeprefix("The ").casefold(), name)] += those
    total = articles_counted(len(articles))
    without = sum(those for one, those in credited if not one[asked.kind])
    lacks = f"{without:,} of {total} {'names' if without == 1 else 'name'} no {asked.kind}."
    if not counts:
        return _told(f"None of the {total} names an {asked.kind}.")
    if asked.most:
        return _told(_of_most(counts, asked, total), *([lacks] if without else []))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    s = "s" * (len(counts) != 1)
    lines = [
        f"{at}. {name}: {articles_counted(count)}"
        for at, (name, count) in enumerate(ordered[:MOST_NAMED], start=1)
    ]
    more = len(ordered) - len(lines)
    head = f"{len(counts):,} {asked.kind}{s} of {total}, by their bylines:"
    last = [f"and {more:,} more"] * (more > 0) + [lacks] * (without > 0)
    return _told(head, *lines, *last)


def about_author(
    message: str, articles: Mapping[str, Article], mentioning: Callable[[str], Collection[str]]
) -> tuple[Statement, ...]:
    """Return what an author wrote, where "who is" asks for one of whom no article tells, else ().

    `mentioning` gives the ids of the articles that mention a name.
    """
    match = _WHO_IS.fullmatch(plain_question(message))
    those = catalogue_of(articles).credited_to(match["name"]) if match else []
    if match is None or not those:
        return ()
    credited = catalogue_of(articles).credits()
    authors = [author for one, _ in credited for author in one["author"]]
    name = next((each for each in authors if normalise(each) == match["name"]), "")
    told_of = set(mentioning(name)) - set(those) if name else set()
    if not name or told_of or any(_tells_of(name, articles[each]) for each in those):
        return ()
    shown = those[:MOST_NAMED]
    lines = [
        Statement(f"{at}. {source_line(articles[each])}", (), article_id=each)
        for at, each in enumerate(shown, start=1)
    ]
    more = len(those) - len(shown)
    head = f"By the bylines, {name} wrote {articles_counted(len(those))}:"
    return (*_told(head), *lines, *(_told(f"and {more:,} more") if more else ()))


def _tells_of(name: str, article: Article) -> bool:
    """Return whether an article has a name elsewhere than in its byline."""
    return any(
        block.kind is not BlockKind.BYLINE and name in article.text[block.start : block.end]
        for block in article.blocks
    )


def _of_most(counts: Counter[str], asked: _Asked, total: str) -> str:
    best = (max if asked.most == "most" else min)(counts.values())
    those = sorted(name for name, count in counts.items() if count == best)
    did = {"author": "wrote", "outlet": "published"}[asked.kind]
    articles = f"{best:,} of {total}"
    if len(those) == 1:
        return f"By their bylines, {those[0]} {did} the {asked.most}: {articles}."
    shown, more = those[:MOST_NAMED], len(those) - MOST_NAMED
    last = f"{more:,} more" if more > 0 else shown.pop()
    listed = f"{', '.join(shown)} and {last}"
    return f"By their bylines, {listed} {did} the {asked.most}: {articles} each."


def _told(*lines: str) -> tuple[Statement, ...]:
    return tuple(Statement(line, ()) for line in lines)
