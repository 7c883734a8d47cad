"""What is worked out of the whole of an article, kept for the next question that wants it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import TypeVar

from rag.datatypes import Article

T = TypeVar("T")

_MOST = 256  # articles; then what is kept is let go


def kept_by_article(work: Callable[[Article], T]) -> Callable[[Article], T]:
    """Return `work` that works once for an article with the same id, text and byline.

    Of a text its hash is kept. Several threads may call it: at worst two work out the same.
    """
    known: dict[tuple[str, int, str], T] = {}

    @wraps(work)
    def worked(article: Article) -> T:
        key = article.id, hash(article.text), article.byline
        if key in known:
            with suppress(KeyError):  # another thread has let all of it go
                return known[key]
        if len(known) >= _MOST:
            known.clear()
        return known.setdefault(key, work(article))

    return worked
