"""Some of the articles, by their ids, where a question is asked of them alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Chunk, articles_counted
from rag.errors import QuestionError
from rag.indexing.columns import StoredChunks

_NAMED = 5  # ids that a message names
_ALL_DO_NOT = re.compile(r"^The articles don(?=[’']t\b)")
_NONE_OF_ALL = re.compile(r"^No article\b")


def checked_choice(names: Collection[str], articles: Collection[str]) -> tuple[str, ...]:
    """Return `names`, each once and in order; `articles` are the ids that there are.

    Raises:
        QuestionError: there is no such article, or one text was given in the place of ids.
    """
    if isinstance(names, str):
        raise QuestionError(f"articles={names[:80]!r} is one text: give ids, [{names[:80]!r}]")
    known: Container[str] = articles
    missing = sorted({name for name in names if name not in known})
    if missing:
        there = ", ".join(sorted(articles)[:_NAMED]) + (", …" if len(articles) > _NAMED else "")
        raise QuestionError(f"there is no article {missing[0][:80]!r}: the ids are {there}")
    return tuple(sorted(set(names)))


def rows_among(chunks: Sequence[Chunk], names: Collection[str]) -> NDArray[np.int32]:
    """Return the rows of the chunks of the articles `names`, in order."""
    if isinstance(chunks, StoredChunks):
        return chunks.rows_among(names)
    wanted = frozenset(names)
    return np.array([at for at, c in enumerate(chunks) if c.article_id in wanted], np.int32)


def only_told(asked: int, total: int) -> str:
    """Return what is told where only `asked` of `total` articles were asked."""
    return f"Only {asked:,} of {articles_counted(total)} {_were(asked)} asked."


def of_those_asked(reason: str, asked: int) -> str:
    """Return why a question was declined, said of the `asked` articles and not of all.

    >>> of_those_asked("The articles don’t say who runs the mill.", 1)
    'The article that was asked doesn’t say who runs the mill.'
    """
    one = asked == 1
    those = "The article that was asked doesn" if one else "The articles that were asked don"
    reason = _NONE_OF_ALL.sub("No article that was asked", reason)
    return _ALL_DO_NOT.sub(those, reason)


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
