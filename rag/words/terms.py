"""How much of what is asked a text holds: of its terms, by their idf."""

from __future__ import annotations

from collections.abc import Mapping

from rag.datatypes import Article
from rag.text import tokenise


def terms_for(idf: Mapping[str, float], asked: str, language: str) -> dict[str, float]:
    """Return the terms of `idf` that `asked` has in the language of an article.

    A search has those of all languages: "robots" is "robot" in English and "robots" in Chinese, and
    no article holds both.
    """
    own = set(tokenise(asked, language))
    return {term: weight for term, weight in idf.items() if term in own}


def term_share(idf: Mapping[str, float], text: str, article: Article) -> float:
    """Return the share of the terms of `idf` that `text` holds, weighted by their idf."""
    total = sum(idf.values())
    if not total:
        return 0.0
    held = set(tokenise(text, article.language))
    return sum(weight for term, weight in idf.items() if term in held) / total
