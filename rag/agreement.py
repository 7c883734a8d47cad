"""Do a question's particulars stand in what is to answer it? Its names, years and numbers.

A near miss often has the right attribute of somebody else, or of another year: the passage lacks
the name or the number that the question holds.
"""

from __future__ import annotations

from rag.phrases import names
from rag.text import tokenise


def particulars(question: str, language: str = "en") -> frozenset[str]:
    """Return the tokens of the names in `question` and its tokens that hold a digit.

    >>> sorted(particulars("How many people did Zhipu AI hire in 2023?"))
    ['2023', 'ai', 'zhipu']
    """
    named = {token for low, high in names(question) for token in tokenise(question[low:high])}
    numbers = {
        token
        for token in tokenise(question, language)
        if any(character.isdigit() for character in token)
    }
    return frozenset(named | numbers)


def share(some: frozenset[str], wanted: frozenset[str]) -> float:
    """Return the share of `wanted` that `some` of them are, 0 to 1; 0 where none are wanted."""
    return len(some) / len(wanted) if wanted else 0.0
