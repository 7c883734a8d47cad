"""Who wrote the articles and which outlets they are from, counted over all of them.

    "Who are the authors?", "How many outlets are there?"  -> each with the number of its articles
    "Who wrote the most articles?"                         -> whoever did, and how many

Read from the bylines. A name behind "By" is an author's, and what stands beside it an outlet's; of
others, one that looks like a person's is an author's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rag.articles_meant import OUTLET
from rag.datatypes import Article, BlockKind, Statement, articles_counted
from rag.dateline import are_people
from rag.named import ARTICLE, plain_question
from rag.person import looks_like_a_person

MOST_NAMED = 30  # authors or outlets that are listed

Kind = Literal["author", "outlet"]

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
        r"|(?:please )?(?:list|name|show(?: me)?|give me) (?:all )?(?:the |a list of (?:the )?)?"
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
_AFTER_BY = re.compile(r"\W*(?:\w+ )?by (?P<name>[^|·•—–()\n]+)|author: (?P<key>.+)", re.I)
_PART = re.compile(r" \| |, | · ")
_SEVERAL = re.compile(r",? (?:and|&|with) |, ")
_FROM = re.compile(r" in [A-Z].*$")  # "Miriam Castell in Ghent"
_POST = re.compile(
    r"(?i)\b(?:correspondent|reporter|editor|writer|staff|journalist|columnist|author|desk|"
    r"contributor|analyst|agencies)\b"
)


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
    credited = credits_of(articles.values())
    counts: Counter[str] = Counter()
    called: dict[str, str] = {}  # "The Velm Post" and "Velm Post" are one
    for one in credited:
        for name in one[asked.kind]:
            counts[called.setdefault(name.removeprefix("The ").casefold(), name)] += 1
    total = articles_counted(len(articles))
    without = sum(not one[asked.kind] for one in credited)
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


Credits = Mapping[Kind, tuple[str, ...]]


def credits_of(articles: Iterable[Article]) -> list[Credits]:
    """Return the authors and the outlets of each article, as its byline names them.

    What is an outlet beside an author in one article is one where it stands alone.
    """
    read = [_read(article) for article in articles]
    outlets = {name for one in read if one.authors for name in one.others}
    return [one.decided(outlets) for one in read]


@dataclass(frozen=True, slots=True)
class _Read:
    """A byline: the names behind "By", and the others.

    Of several behind it, the first is an author's in any case: "By Ana Ruiz, Velm Daily".
    """

    authors: tuple[str, ...]
    others: tuple[str, ...]

    def decided(self, outlets: set[str]) -> Credits:
        people = list(self.authors)
        rest: list[str] = []
        for name in self.others:
            is_one = not people and name not in outlets and looks_like_a_person(name)
            (people if is_one else rest).append(name)
        return {"author": tuple(dict.fromkeys(people)), "outlet": tuple(dict.fromkeys(rest))}


def _read(article: Article) -> _Read:
    behind: set[str] = set()
    for block in article.blocks:
        line = article.text[block.start : block.end]
        if block.kind is BlockKind.BYLINE and (match := _AFTER_BY.match(line)):
            first, *more = _names(match["name"] or match["key"]) or [""]
            behind |= {first, *filter(looks_like_a_person, more)}
        elif block.kind is BlockKind.BYLINE and are_people(line):
            behind |= set(_names(line))
    authors: list[str] = []
    others: list[str] = []
    for part in _PART.split(article.byline):
        for name in _names(part):
            (authors if name in behind else others).append(name)
    return _Read(tuple(authors), tuple(others))


def _names(part: str) -> list[str]:
    """Return the names in a part of a byline, without posts: "Ana Ruiz and Tom Hall"."""
    found = (_FROM.sub("", name).strip(" .,") for name in _SEVERAL.split(part.strip()))
    return [name for name in found if name and not _POST.search(name)]


def _told(*lines: str) -> tuple[Statement, ...]:
    return tuple(Statement(line, ()) for line in lines)
