"""Which relative of somebody a question asks for, and whether a text tells of one of that kind.

    "What is the name of Ana Ruiz's husband?"   "Her son Tom came back." tells of none

Each relation is told from both its ends: whose son somebody is tells who the mother is. English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from rag.questions.manners import LED
from rag.reading.measured import ANSWER_WEIGHT
from rag.text import question_language

_TOLD_BY = (
    ("wife wives husband husbands spouse partner widow widower",
     r"marri(?:ed|age|es)|marry|marrying|wed|wedding|bride|groom|couple|divorced?|mrs"),
    ("son sons daughter daughters child children mother father mum dad mom parent parents",
     r"born|boys?|girls?|babies|baby|kids?|mama|papa|famil(?:y|ies)"),
    ("brother brothers sister sisters sibling siblings", "twins?|half-(?:brother|sister)s?"),
    ("uncle uncles aunt aunts nephew nephews niece nieces", ""),
    ("grandmother grandfather grandparents grandson grandsons granddaughter granddaughters "
     "grandchild grandchildren", r"grandad|grandma|granny|grandpa|great-grand\w+"),
    ("cousin cousins", ""),
)  # fmt: skip
_TOLD = {
    word: re.compile(rf"\b(?:{'|'.join(filter(None, (*words.split(), also)))})\b", re.IGNORECASE)
    for words, also in _TOLD_BY
    for word in words.split()
}
_ASKS = re.compile(
    rf"^{LED}(?:who(?:['’]s|\s+(?:is|was|are|were))|what(?:['’]s|\s+(?:is|was|are|were))"
    r"(?:\s+the\s+names?\s+of)?)\s+"
    rf"(?:\S+\s+){{0,5}}?(?:\S+['’]s?|his|her|their)\s+(?P<kin>{'|'.join(_TOLD)})"
    r"(?:['’]s?\s+(?:\w+\s+)?names?|\s+called)?\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kin:
    """The relative who is asked for, by the word for them; it weighs as a measure does."""

    at_last: ClassVar = False
    weight: ClassVar = ANSWER_WEIGHT
    sentence_weight: ClassVar = 0.0

    word: str

    def is_told(self, text: str) -> bool:
        """Return whether `text` has a word by which such a relative is told of."""
        return _TOLD[self.word].search(text) is not None


def kin_asked(question: str) -> Kin | None:
    """Return the relative whose name `question` asks for, or None where it asks for none.

    >>> kin_asked("Who was Ana Ruiz's husband?"), kin_asked("Who was Ana Ruiz's tutor?")
    (Kin(word='husband'), None)
    """
    match = _ASKS.match(question.strip()) if question_language(question) == "en" else None
    return Kin(match["kin"].lower()) if match else None
