"""Numbers and their values, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.words.numbers import digits_value, numbers_in


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("gave five million away", "five million", 5e6),
        ("Half a million came", "Half a million", 5e5),
        ("a hundred and five boats", "a hundred and five", 105),
        ("six hundred and twenty-five thousand", "six hundred and twenty-five thousand", 625_000),
        ("two million three hundred and four", "two million three hundred and four", 2_000_304),
        ("three dozen eggs", "three dozen", 36),
        ("twenty five boats", "twenty five", 25),
        ("some 2,5 million euros", "2,5 million", 2.5e6),
        ("1,328,000 people", "1,328,000", 1_328_000),
        ("50-million tokens", "50-million", 5e7),
        ("3.5k stars", "3.5k", 3500),
        ("$10bn", "10bn", 1e10),
        ("10 m tall", "10", 10),
        ("on the 3rd of May", "3rd", 3),
        ("提供五百万个", "五百万", 5e6),
        ("1.5亿", "1.5亿", 1.5e8),
        ("一百二十个", "一百二十", 120),
        ("GPT-4o", "4", 4),
    ],
)
def test_a_number_and_its_value(text: str, written: str, value: float) -> None:
    (number,) = numbers_in(text)
    assert text[number.start : number.end] == written
    assert number.value == value


@pytest.mark.parametrize(
    "text", ["", "a man and an ox", "someone", "often", "tenant", "half of it"]
)
def test_what_is_no_number(text: str) -> None:
    assert numbers_in(text) == []


def test_small_ones_in_words_are_told_apart() -> None:
    assert [(n.value, n.small) for n in numbers_in("two of three and 4 of six hundred")] == [
        (2, True), (3, True), (4, False), (600, False),
    ]  # fmt: skip


@given(st.integers(0, 10**12))
def test_whole_numbers_in_digits_are_themselves(number: int) -> None:
    for written in (str(number), f"{number:,}"):
        assert digits_value(written) == number
        assert [n.value for n in numbers_in(f"of {written} in all")] == [number]


@given(st.text(max_size=60))
def test_numbers_are_in_order_and_apart(text: str) -> None:
    end = 0
    for number in numbers_in(text):
        assert end <= number.start < number.end <= len(text)
        end = number.end
