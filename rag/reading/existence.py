"""Whether what a question asks for at all is spoken of: "Is there parking at the mill?"

To such a question the reader takes whatever is told of the mill for an answer. What answers it has
a word for what is asked for, or one like it: "car park", "lorries". English only.
"""

from __future__ import annotations

import re

from rag.questions.manners import LED
from rag.reader.features import is_function_word
from rag.reading.met import Encode
from rag.text import question_language, tokenise

# What is taken off the log-odds of an answer without such a word.
ANSWER_WEIGHT = -2.0
# The least cosine of two words of like meaning; of pairs tried, those of the same things had .39 to
# .85 but for three of .16 to .36 ("pool", "lido"), those of others .19 to .33.
_LEAST_COSINE = 0.36
_IS_THERE = re.compile(
    rf"{LED}(?:is|are|was|were)\s+there\s+(?:(?:any|some|an?|also|still|enough|free|good)\s+)*"
    r"(?P<what>(?!(?:more|other|another|anything|anyone|anybody|something|somebody|no|one|such"
    r"|much|many|way|ways|reason|difference|need|truth|point|evidence|news|articles?)\b)"
    r"[a-z][a-z-]{2,})(?=\W*$|\s+(?:in|at|on|near|nearby|for|by|inside|outside|there|here|around)\b)",
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def sought(question: str) -> str:
    """Return the word for what `question` asks for at all, "" where it asks for none.

    >>> sought("Is there parking at the mill?"), sought("is there a reason for it?")
    ('parking', '')
    """
    text = question.strip()
    match = _IS_THERE.match(text[:1].lower() + text[1:])
    return match["what"] if match and question_language(question) == "en" else ""


def is_spoken_of(word: str, text: str, encode: Encode) -> bool:
    """Return whether `text` has the word, in a form, or one of like meaning."""
    if not frozenset(tokenise(word)).isdisjoint(tokenise(text)):
        return True
    others = [each.lower() for each in _WORD.findall(text) if not is_function_word(each)]
    others = list(dict.fromkeys(others))
    if not others:
        return False
    vectors = encode([word, *others])
    return bool((vectors[1:] @ vectors[0]).max() >= _LEAST_COSINE)
