"""How right an answer's words are: exact match, F1, contains, all-of, ROUGE-L. All in 0..1.

`exact` and `f1` are those of SQuAD (Rajpurkar et al., 2016, arXiv:1606.05250), `rouge_l` is Lin
(2004), "ROUGE: A Package for Automatic Evaluation of Summaries", with words as the units and F at
beta 1. Each takes the best over the right answers.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

# Where a word ends that another one is written on to: "Beijing-based", "the university's".
_WRITTEN_ON = re.compile(r"(?<=[^\W\d_])(?:[-‐‑](?=[^\W\d_])|['’]s\b)")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_HAN = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
_WORD = re.compile(r"\w+")


def normalise(text: str) -> str:
    """The text in lower case, without punctuation, a/an/the, and spare white space.

    The same as SQuAD's for ASCII. Beyond it, other alphabets' punctuation goes too, compatibility
    forms are folded, and Chinese and Japanese characters become words of their own.

    >>> normalise("The  “Blue” Nile, 1,450 km")
    'blue nile 1450 km'
    """
    text = unicodedata.normalize("NFKC", text).lower()
    if text.isascii():
        text = text.translate(_DROP_ASCII)
    else:
        text = "".join(c for c in text if not _is_punctuation(c))
        text = _HAN.sub(r" \1 ", text)
    return " ".join(_ARTICLES.sub(" ", text).split())


_DROP_ASCII = str.maketrans("", "", string.punctuation)


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def contains(text: str, wanted: str) -> bool:
    """Whether normalised `wanted` stands in normalised `text` as whole words; False if empty.

    Whole words, so that "8" does not count as found in "1998".
    """
    return bool(wanted) and f" {wanted} " in f" {text} "


def exact(answer: str, right: Iterable[str]) -> float:
    """1 where the answer is one of the right ones, normalised; otherwise 0."""
    said = normalise(answer)
    return float(any(said == normalise(wanted) for wanted in right))


def f1(answer: str, right: Iterable[str]) -> float:
    """The best F1 over the words that the answer and a right one have in common, normalised."""
    said = normalise(answer).split()
    return max((word_f1(said, normalise(wanted).split()) for wanted in right), default=0.0)


def word_f1(said: Sequence[str], wanted: Sequence[str]) -> float:
    """The F1 of the words that both have in common; of no words 1 where there are none of both."""
    if not said or not wanted:
        return float(list(said) == list(wanted))
    common = sum((Counter(said) & Counter(wanted)).values())
    return _f(common / len(said), common / len(wanted))


def contains_any(answer: str, right: Iterable[str]) -> float:
    """1 where one of the right answers stands in the answer, normalised; otherwise 0.

    A hyphen parts words here, and the "'s" of an owner is left out: "a Beijing-based startup" tells
    where it is based, "an expert from the university's law school" where the expert is from.

    >>> contains_any("a Beijing-based startup", ["Beijing"]), contains_any("an 8-bit form", ["8"])
    (1.0, 0.0)
    """
    said = [normalise(answer), normalise(_WRITTEN_ON.sub(" ", answer))]
    forms = {
        form
        for wanted in right
        for form in (normalise(wanted), normalise(_WRITTEN_ON.sub(" ", wanted)))
    }
    return float(any(contains(text, form) for text in said for form in forms))


def contains_share(answer: str, groups: Sequence[Sequence[str]]) -> float:
    """The share of the groups of which one spelling stands in the answer, normalised."""
    return sum(contains_any(answer, group) for group in groups) / len(groups) if groups else 0.0


def rouge_l(answer: str, right: Iterable[str]) -> float:
    """The best ROUGE-L F1 over the right answers: longest common subsequence of words."""
    said = _words(answer)
    return max((_rouge_l(said, _words(wanted))[2] for wanted in right), default=0.0)


def rouge_l_recall(answer: str, right: Iterable[str]) -> float:
    """The best share of a right answer's words that stand, in order, in the answer."""
    said = _words(answer)
    return max((_rouge_l(said, _words(wanted))[1] for wanted in right), default=0.0)


def _words(text: str) -> list[str]:
    return _WORD.findall(_HAN.sub(r" \1 ", text.lower()))


def _rouge_l(said: Sequence[str], wanted: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the longest common subsequence."""
    if not said or not wanted:
        return 0.0, 0.0, 0.0
    common = common_subsequence(said, wanted)
    precision, recall = common / len(said), common / len(wanted)
    return precision, recall, _f(precision, recall)


def common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """The length of the longest common subsequence.

    By bit vectors (Hyyrö, 2004): one addition of whole rows for each word of `second`.
    """
    where: dict[str, int] = {}
    for index, word in enumerate(first):
        where[word] = where.get(word, 0) | (1 << index)
    all_ones = (1 << len(first)) - 1
    row = all_ones
    for word in second:
        matched = row & where.get(word, 0)
        row = ((row + matched) | (row - matched)) & all_ones
    return len(first) - row.bit_count()


def _f(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def support(statement: str, quotes: Sequence[str]) -> float:
    """The share of a statement's words that stand in its quotes; 0 without a quote.

    A statement and a quote in different writing have no words in common: that is a limit of it.
    """
    said = normalise(statement).split()
    there = Counter(word for quote in quotes for word in normalise(quote).split())
    return sum((Counter(said) & there).values()) / len(said) if said else 0.0


def word_count(text: str) -> int:
    """How many words the text has; a Chinese or Japanese character counts as one."""
    return len(_words(text))
