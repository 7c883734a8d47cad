"""What kind of thing a question asks for: a number, a date, a name. In English and Chinese."""

from __future__ import annotations

import re

from rag.text import normalise


def _any_of(words: str, *more: str) -> re.Pattern[str]:
    """Return a pattern of any of the `words`, whole, or of any of the patterns in `more`."""
    listed = "|".join(re.escape(word) for word in words.split())
    return re.compile("|".join([rf"\b(?:{listed})\b", *more]), re.IGNORECASE)


NUMBER = _any_of(
    "one two three four five six seven eight nine ten dozen hundred thousand million billion half "
    "third quarter twice double",
    r"\d",
)
DATE = _any_of(
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday today yesterday week month year century",
    r"\b(?:1[5-9]|20)\d\d\b",
)
# A capitalised word that does not open the sentence.
NAME = re.compile(r"(?<=[\w,;:)’”'\"] )[A-Z]\w+|[\u4e00-\u9fff]{2,}")

_ASKS = (
    (re.compile(r"\bhow (?:many|much|old|long|far|often|large|big|high)\b|多少|几"), NUMBER),
    (re.compile(r"\b(?:what|which) (?:percent|share|proportion|number|price|cost)"), NUMBER),
    (re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time)\b"), DATE),
    (re.compile(r"什么时候|何时|哪年|哪天"), DATE),
    (re.compile(r"\bwho(?:se|m)?\b|\bwhere\b|谁|哪里|哪家"), NAME),
    (re.compile(r"\b(?:what|which) (?:company|country|city|person)\b"), NAME),
)


def expected_kind(question: str) -> re.Pattern[str] | None:
    """Return the pattern of what `question` asks for, or None where it does not tell.

    >>> expected_kind("How many tokens?") is NUMBER
    True
    >>> expected_kind("Tell me about tokens") is None
    True
    """
    asked = normalise(question)
    return next((kind for asks, kind in _ASKS if asks.search(asked)), None)
