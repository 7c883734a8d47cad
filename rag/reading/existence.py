"""Whether what a question asks for at all is spoken of: "Is there parking at the mill?"

To such a question the reader takes whatever is told of the mill for an answer. What answers it has
a word for what is asked for, or one like it: "car park", "lorries". English only.
"""

from __future__ import annotations

import re

from rag.conversation.last_asked import questions_in
from rag.questions.manners import LED
from rag.reader.features import is_function_word
from rag.reading.met import Encode
from rag.text import question_language, tokenise

# What is taken off the log-odds of an answer without such a word: one that is as likely as not is
# declined then.
ANSWER_WEIGHT = -2.5
# The least cosine of two words of like meaning; of pairs tried, those of the same things had .39 to
# .85 but for three of .16 to .36 ("pool", "lido"), those of others .19 to .36.
_LEAST_COSINE = 0.38
_PLACED = r"(?:in|at|on|near|nearby|for|by|inside|outside|there|here|around)\b"
_SMALL = r"[^\W\d_A-Z]"
_IS_THERE = re.compile(
    rf"{LED}(?:is|are|was|were)\s+there\s+(?:(?:any|some|an?|also|still|enough|free|good)\s+)*"
    r"(?P<what>(?!(?:more|other|another|anything|anyone|anybody|something|somebody|no|one|such"
    r"|much|many|way|ways|reason|difference|need|truth|point|evidence|news|articles?)\b)"
    rf"{_SMALL}(?:{_SMALL}|-){{2,}}(?: (?!{_PLACED}){_SMALL}{{3,}})?)(?=\W*$|\s+{_PLACED})",
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def sought(question: str) -> str:
    """Return the word for what `question`, the last of several, asks for at all; "" of another.

    >>> sought("Is there parking at the mill?"), sought("is there a reason for it?")
    ('parking', '')
    """
    text = questions_in(question)[-1]
    match = _IS_THERE.match(text[:1].lower() + text[1:])
    return match["what"] if match and question_language(question) == "en" else ""


def is_spoken_of(word: str, told: str, passage: str, encode: Encode) -> bool:
    """Return whether what is `told` has the word, in a form, or one of like meaning.

    Of its whole `passage`, which has many words of all kinds, the word itself alone counts.
    """
    head = word.rpartition(" ")[2]
    if not frozenset(tokenise(head)).isdisjoint(tokenise(f"{told}\n{passage}")):
        return True
    others = [each.lower() for each in _WORD.findall(told) if not is_function_word(each)]
    others = list(dict.fromkeys(others))
    if not others:
        return False
    vectors = encode([word, *others])
    return bool((vectors[1:] @ vectors[0]).max() >= _LEAST_COSINE)
