"""A byline -> the names in it, and which of them are the authors' and which the outlets'.

    "By Ana Ruiz with Tom Hall"              authors Ana Ruiz, Tom Hall
    "By Miriam Castell in Ghent | Coast Now" author Miriam Castell, outlet Coast Now

A name behind "By" is an author's, and what stands beside it an outlet's; of others, one that looks
like a person's is an author's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.articles.credit_line import read_credit_line
from rag.articles.dateline import are_names_of_people, byline_parts
from rag.datatypes import Article, BlockKind
from rag.text import normalise, tokenise
from rag.words.person import may_be_a_person

Kind = Literal["author", "outlet"]
Credits = Mapping[Kind, tuple[str, ...]]

_AFTER_BY = re.compile(r"\W*(?:\w+ )?by (?P<name>[^|｜·•—–()（）\n]+)|author: (?P<key>.+)", re.I)
_SEVERAL = re.compile(r" (?:and|&|with) |^(?:and|&|with) ", re.I)
_FROM = re.compile(r" in [A-Z].*$")  # "Miriam Castell in Ghent"
_MOST_OF_AUTHOR = 400  # characters of a paragraph that says who wrote the article
_POST = re.compile(
    r"(?i)\b(?:correspondents?|reporters?|editors?|writer|staff|journalist|columnist|author|desk|"
    r"contributor|analyst|agencies|newsroom|editorial board)\b"
)


@lru_cache(maxsize=10_000)
def names_in(byline: str) -> tuple[str, ...]:
    """Return the names in a byline, in order, without places and posts.

    >>> names_in("Ana Ruiz in Ghent and Tom Hall, Reporter / China Daily")
    ('Ana Ruiz', 'Tom Hall', 'China Daily')
    """
    each = (name for part in byline_parts(byline) for name in _several(part))
    found = (_FROM.sub("", name).strip(" .,") for name in each)
    return tuple(name for name in found if name and not _POST.search(name))


def _several(part: str) -> list[str]:
    """Return the names of a part: "Salt & Sea" is one, "Ana Ruiz & Bo Li" are two."""
    names = _SEVERAL.split(part)
    return names if "&" not in part or any(map(may_be_a_person, names)) else [part]


def is_credited(name: str, byline: str) -> bool:
    """Return whether a byline names `name`: one of its names, last words of it, or a person's.

    >>> is_credited("Ruiz", "Ana Ruiz | China Daily"), is_credited("China", "China Daily")
    (True, False)
    """
    wanted = _words(name)
    if not wanted:
        return False
    for one in names_in(byline):
        words = _words(one)
        # "Ruiz", and "the Courier" of "The Velm Courier".
        is_some = set(wanted) <= set(words) and may_be_a_person(one)
        if is_some or words[-len(wanted) :] == wanted:
            return True
    # "Food & Wine", and all of a byline.
    return any(wanted == _words(part) for part in (*byline_parts(byline), byline))


def _words(name: str) -> list[str]:
    """Return the words of a name, without the "the" that it begins with."""
    return tokenise(re.sub(r"^(?:the|an?) ", "", normalise(name)))


def credits_of(articles: Iterable[Article]) -> list[Credits]:
    """Return the authors and the outlets of each article, as its byline names them.

    What is an outlet beside an author in one article is one where it stands alone.
    """
    return credits_in([names_of(article) for article in articles])


def credits_in(bylines: Sequence[Named]) -> list[Credits]:
    """Return the same of the names in the bylines of all articles, or of each byline once."""
    outlets = {name for one in bylines if one.authors for name in one.others}
    return [one.decided(outlets) for one in bylines]


def is_of_its_author(article: Article, start: int) -> bool:
    """Return whether what starts there closes its article with who wrote it.

    "Ana Ruiz teaches in Velm.", below what Ana Ruiz wrote.
    """
    body = [block for block in article.blocks if block.kind is BlockKind.PARAGRAPH]
    if not body or not body[-1].start <= start < body[-1].end or len(body) == 1:
        return False
    last = article.text[body[-1].start : body[-1].end].lstrip(" *_")
    [credited] = credits_of([article])
    return len(last) <= _MOST_OF_AUTHOR and any(map(last.startswith, credited["author"]))


def author_called(name: str, bylines: Iterable[Credits]) -> str:
    """Return in full the author in `bylines` whom `name` names, or "" where it is nobody's.

    A surname that several have stays as it is.
    """
    every = {author for one in bylines for author in one["author"]}
    found = [author for author in every if is_credited(name, author)]
    return found[0] if len(found) == 1 else name if found else ""


@dataclass(frozen=True, slots=True)
class Named:
    """The names of a byline: those behind "By", and the others.

    Of several behind it, the first is an author's in any case: "By Ana Ruiz, Velm Daily".
    """

    authors: tuple[str, ...]
    others: tuple[str, ...]

    def decided(self, outlets: Collection[str]) -> Credits:
        """Return which are authors and which outlets; `outlets` are known to be some."""
        people = list(self.authors)
        rest: list[str] = []
        for name in self.others:
            is_one = not people and name not in outlets and may_be_a_person(name)
            (people if is_one else rest).append(name)
        return {"author": tuple(dict.fromkeys(people)), "outlet": tuple(dict.fromkeys(rest))}


def names_of(article: Article) -> Named:
    """Return the names in the byline of an article, by the line that it is from."""
    behind: set[str] = set()
    for block in article.blocks:
        line = article.text[block.start : block.end]
        if block.kind is BlockKind.BYLINE and (credit := read_credit_line(line)):
            behind |= {name for by in credit.authors for name in names_in(by)}
        elif block.kind is BlockKind.BYLINE and (match := _AFTER_BY.match(line)):
            first, *more = names_in(match["name"] or match["key"]) or ("",)
            behind |= {first, *filter(may_be_a_person, more)}
        elif block.kind is BlockKind.BYLINE and are_names_of_people(line):
            behind |= set(names_in(line))
    every = names_in(article.byline)
    authors = tuple(name for name in every if name in behind)
    return Named(authors, tuple(name for name in every if name not in behind))
