"""EM, F1, contains, all-of, ROUGE-L: worked by hand, and against plain second implementations."""

from __future__ import annotations

import re
import string
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluate import answers

WORDS = st.sampled_from(["the", "a", "an", "red", "Red", "blue", "x-ray", "1,000", "it's", "fox."])
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)


def squad_normalise(text: str) -> str:
    """As in the evaluation script that comes with SQuAD, step by step."""
    lowered = text.lower()
    bare = "".join(c for c in lowered if c not in set(string.punctuation))
    without = re.sub(r"\b(a|an|the)\b", " ", bare)
    return " ".join(without.split())


def squad_f1(answer: str, gold: str) -> float:
    said, wanted = squad_normalise(answer).split(), squad_normalise(gold).split()
    if not said or not wanted:
        return float(said == wanted)
    same = sum(min(Counter(said)[word], Counter(wanted)[word]) for word in set(said))
    if same == 0:
        return 0.0
    precision, recall = same / len(said), same / len(wanted)
    return 2 * precision * recall / (precision + recall)


def longest(first: list[str], second: list[str]) -> int:
    """The textbook recursion for the longest common subsequence."""

    @cache
    def at(i: int, j: int) -> int:
        if i == len(first) or j == len(second):
            return 0
        if first[i] == second[j]:
            return 1 + at(i + 1, j + 1)
        return max(at(i + 1, j), at(i, j + 1))

    return at(0, 0)


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
def test_exact_and_f1_are_those_of_squad(answer: str, right: list[str]) -> None:
    same = [squad_normalise(answer) == squad_normalise(gold) for gold in right]
    assert answers.exact(answer, right) == float(any(same))
    assert answers.f1(answer, right) == pytest.approx(max(squad_f1(answer, g) for g in right))


@given(st.text(alphabet=string.printable, max_size=40))
def test_normalise_is_squads_on_ascii(text: str) -> None:
    assert answers.normalise(text) == squad_normalise(text)


@given(
    st.lists(st.sampled_from("abcd"), max_size=14), st.lists(st.sampled_from("abcd"), max_size=14)
)
def test_rouge_l_is_the_textbooks(said: list[str], wanted: list[str]) -> None:
    common = longest(said, wanted)
    assert answers.common_subsequence(said, wanted) == common
    expected = 2 * common / (len(said) + len(wanted)) if common else 0.0
    assert answers.rouge_l(" ".join(said), [" ".join(wanted)]) == pytest.approx(expected)
    recall = common / len(wanted) if wanted else 0.0
    assert answers.rouge_l_recall(" ".join(said), [" ".join(wanted)]) == pytest.approx(recall)


def test_f1_by_hand() -> None:
    # "big red fox" and "red fox den": 2 words in common of 3 and 3.
    assert answers.f1("The big red fox", ["a red fox den"]) == pytest.approx(2 / 3)
    assert answers.f1("cat", ["dog", "the cat"]) == 1
    assert answers.f1("cat", ["dog"]) == 0


def test_rouge_l_by_hand() -> None:
    # "police killed the gunman" and "police kill the gunman": 3 of 4 and 4 (Lin, 2004).
    assert answers.rouge_l("police killed the gunman", ["police kill the gunman"]) == 0.75
    # "the gunman kill police": the longest is "the gunman", 2 of 4 and 4.
    assert answers.rouge_l("the gunman kill police", ["police kill the gunman"]) == 0.5


@pytest.mark.parametrize(
    ("answer", "right", "expected"),
    [
        pytest.param("It opened in March 1932.", ["1932"], 1, id="a word"),
        pytest.param("It opened in 1998.", ["8"], 0, id="no part of a number"),
        pytest.param("It cost “$1,000”", ["1000 "], 1, id="punctuation"),
        pytest.param("Say nothing", [], 0, id="nothing right"),
        pytest.param("Say nothing", ["the"], 0, id="nothing left of the right one"),
        pytest.param("北京智谱公司提供", ["智谱"], 1, id="Chinese"),
        pytest.param("the U.S. firm", ["US firm"], 1, id="full stops"),
        pytest.param("of Oslo University’s law school", ["Oslo University"], 1, id="an owner"),
        pytest.param("the McDonald's there", ["McDonald's"], 1, id="an owner's name"),
        pytest.param("the Oslo Universities", ["Oslo University"], 0, id="no plural"),
    ],
)
def test_contains_by_hand(answer: str, right: list[str], expected: float) -> None:
    assert answers.contains_any(answer, right) == expected


def test_all_of_is_the_share_of_groups() -> None:
    groups = [["silver", "Ag"], ["bronze"], ["gold"], ["tin"]]
    assert answers.contains_share("Bronze and Ag, and tin", groups) == 0.75
    assert answers.contains_share("", groups) == 0


def test_support_by_hand() -> None:
    # Of "bridge opened 1932" the quote holds 2 words.
    assert answers.support("The bridge opened 1932", ["The bridge of 1932"]) == pytest.approx(2 / 3)
    assert answers.support("The bridge opened", []) == 0
    # A word said twice needs to stand there twice.
    assert answers.support("no no", ["no"]) == 0.5


def test_length_counts_words() -> None:
    assert answers.word_count("The bridge, opened in 1932.") == 5
    assert answers.word_count("智谱 AI") == 3
