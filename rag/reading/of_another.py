"""Whose value a sentence tells: what another gives is no answer to what somebody gives.

    "How many sacks does Kestrel give away?"   "Orion, a mill in Velm, gives away 40 sacks."

The sentence speaks of the right thing, and names somebody else as who does it. Who is asked for is
named by the sentence itself, so that no question for somebody is read so. English only.

Of 16,000 written questions, 1,551 that their pieces don't answer and 619 that they do name a doer;
the sentence nearest to the former is another's for 112 of them, the one that answers for 6.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.conversation.spoken_of import TIME
from rag.datatypes import Article
from rag.questions.manners import LED
from rag.searching.subject import opening_of
from rag.text import question_language, sentence_spans, tokenise
from rag.words.months import WEEKDAYS
from rag.words.person import looks_like_a_person, without_titles
from rag.words.phrases import BE, DO, HAVE, is_demonym, phrases

# What is taken off the log-odds of such a sentence, and off the answer's where it is the best one
# all the same.
SENTENCE_WEIGHT, ANSWER_WEIGHT = -2.0, -2.0

_MODAL = r"will|would|can|could|may|might|must|should"
_AUXILIARY = rf"(?:{'|'.join(sorted(filter(str.isalpha, BE | DO | HAVE)))}|{_MODAL})"
_IN_WHAT = r"(?:(?:and|but|so)\s+)?(?:(?:at|for|in|until|since|from|by|over|with|to)\s+)?"
_VALUE = re.compile(
    rf"{LED}{_IN_WHAT}(?:how\s+(?:many|much|long|often|far|old|big|large|high|fast)|when"
    r"|what\s+(?:percentage|per ?cent|share|proportion|price|amount|number|score|time))\b",
    re.IGNORECASE,
)
_DEED = re.compile(rf"{LED}{_IN_WHAT}(?:how|when|where|which|what)\b", re.IGNORECASE)
# Who does what is asked for stands behind the verb that opens it; who gives a value behind "from",
# too. What stands with "the" and in one word is rather a people: "the Danes".
_DOES = re.compile(rf"\b{_AUXILIARY}\s+(?:also\s+|now\s+)?(?P<the>the\s+)?$", re.IGNORECASE)
_GIVES = re.compile(r"\b(?:from|by)\s+(?P<the>the\s+)?$", re.IGNORECASE)


# What opens a sentence before whoever it is of: "At the fair in Velm, Orion ..."
_ASIDE = re.compile(
    r"(?:at|in|on|after|before|during|since|by|from|with|following|as|while|earlier|last|this|next)"
    r"\s[^,;]{1,90},\s+(?=(?:the\s+)?[A-Z])",
    re.IGNORECASE,
)
_OWNS = re.compile(r"['’]s?\s")
_LEANS = re.compile(r"(?:it|they|he|she|the|this|that|these|those)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does what is asked for: the name, and all stems of the question."""

    name: str
    asked: frozenset[str]

    def is_another_in(self, sentence: str, whole: str, article: Article) -> bool:
        """Return whether a sentence names another who does it, and its article is of neither.

        `whole` is the sentence with what it stands below and what it leans on.
        """
        if telling_stems(self.name) & frozenset(tokenise(f"{whole}\n{opening_of(article)}")):
            return False
        return any(
            not may_be_meant(other, self.name, self.asked) and is_a_name(other, article.text)
            for other in names_opening(sentence, whole)
        )


def may_be_meant(other: str, name: str, asked: frozenset[str]) -> bool:
    """Return whether what a name tells apart is `asked`, by its stems, or stands in the `name`.

    "AI" and "Mill" tell nobody apart: the first word of a body's name does, a person's last.
    """
    stems = frozenset(tokenise(other))
    return bool(telling_stems(other) & asked) or stems <= frozenset(tokenise(name))


def telling_stems(name: str) -> frozenset[str]:
    """Return the stem of the word of a name by which it is told from others."""
    plain = without_titles(name)
    words = tokenise(plain)
    return frozenset(words[-1:] if looks_like_a_person(plain) else words[:1])


def names_opening(sentence: str, whole: str) -> list[str]:
    """Return the names that open a sentence, or the one before it where it leans on that."""
    if opening := _opening_names(sentence):
        return opening
    before = whole[: whole.rfind(sentence)].rstrip()
    if not before or not _LEANS.match(sentence):
        return []
    start, end = sentence_spans(before, "en")[-1]
    return _opening_names(before[start:end])


def _opening_names(sentence: str) -> list[str]:
    aside = _ASIDE.match(sentence)
    text = sentence[aside.end() if aside else 0 :]
    first = next(iter(phrases(text)), None)
    return [text[start:end] for start, end in first.names] if first else []


def is_a_name(word: str, text: str) -> bool:
    """Return whether what opens a sentence is a name, and no time: "Limes" is none.

    Of several words, or of one that a text has with its capital within a sentence, too.
    """
    if is_demonym(word) or TIME.search(word) or not set(word.lower().split()).isdisjoint(WEEKDAYS):
        return False
    within = re.search(rf"(?<=[a-z,;] ){re.escape(word)}\b", text)
    return len(word.split()) > 1 or within is not None


def doer_asked(question: str) -> Doer | None:
    """Return who does that of which something is asked, or None of any other question.

    >>> doer_asked("How many sacks does Kestrel give away?").name
    'Kestrel'
    >>> doer_asked("Who gives away sacks in Velm?") is None
    True
    """
    if question_language(question) != "en" or not _DEED.match(question):
        return None
    if "?" in question.rstrip("? "):
        return None  # what is asked beside it need not be of the same
    for phrase in phrases(question):
        # A name beside a noun tells what that is of: "the Lund bakery".
        if phrase.names != ((phrase.start, phrase.end),):
            continue
        name, before = question[phrase.start : phrase.end], question[: phrase.start]
        if is_demonym(name) or TIME.search(name) or _OWNS.match(question, phrase.end):
            continue
        leads = _DOES.search(before) or (_VALUE.match(question) and _GIVES.search(before))
        if leads and (not leads["the"] or " " in name):
            return Doer(name, frozenset(tokenise(question)))
    return None
