"""The numbers in a text and their values, in digits or in words, English or Chinese.

"50 million", "fifty million", "half a million", "two hundred and five", "3.5k", "五百万"
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_UNITS = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = (*_UNITS, *_TEENS, *_TENS)
_WORDS = (
    {"zero": 0.0, "a": 1.0, "an": 1.0}
    | {word: float(number) for number, word in enumerate([*_UNITS, *_TEENS], start=1)}
    | {word: 10.0 * number for number, word in enumerate(_TENS, start=2)}
)
_SCALES = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9,
    "trillion": 1e12,
}  # fmt: skip
# Letters are only a scale where they touch the digits: "10m" is not "10 m".
_LETTERS = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "万": 1e4, "亿": 1e8}
_CJK_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_CJK_SCALES = {"十": 10, "百": 100, "千": 1000}
_CJK_LARGE = {"万": 10**4, "亿": 10**8}

_NUMERAL = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_UNITS)})(?!\w))?"
    rf"|{'|'.join(_TEENS)}|zero|{'|'.join(_UNITS)})"
)
_SCALE = rf"(?:{'|'.join(_SCALES)})"
_NUMBER = re.compile(
    r"(?P<digits>\d+(?:[.,]\d+)*)(?:st|nd|rd|th)?"
    rf"(?:\s*-?\s*(?P<scale>{_SCALE}|万|亿)s?(?![a-z])|(?P<letter>mn|bn|[kmb])(?!\w))?"
    rf"|\b(?P<words>(?:{_NUMERAL}|half\s+an?|an?)(?:[\s-]{_SCALE})+(?!\w)"
    rf"(?:(?:\s+and)?[\s-]{_NUMERAL}(?:[\s-]{_SCALE})*(?!\w))*)"
    rf"|\b(?P<word>{_NUMERAL})(?!\w)"
    r"|(?P<cjk>[零一二两三四五六七八九十百千万亿]*[十百千万亿][零一二两三四五六七八九十百千万亿]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number at [start, end) of a text; `small`: a word or two below a hundred, as "five"."""

    start: int
    end: int
    value: float
    small: bool = False


def numbers_in(text: str) -> list[Number]:
    """Return the numbers of `text` in order.

    >>> [number.value for number in numbers_in("half a million of 1,328, or twenty-five")]
    [500000.0, 1328.0, 25.0]
    """
    return list(_numbers(text))


def _numbers(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        if match["digits"]:
            scale = (match["scale"] or "").lower()
            times = _SCALES.get(scale) or _LETTERS.get(
                scale or (match["letter"] or "").lower(), 1.0
            )
            yield Number(*match.span(), digits_value(match["digits"]) * times)
        elif match["cjk"]:
            if len(match["cjk"]) > 1:
                yield Number(*match.span(), float(_of_cjk(match["cjk"])))
        elif match["words"]:
            yield Number(*match.span(), _of_words(match["words"]))
        else:
            yield Number(*match.span(), _of_words(match["word"]), small=True)


def digits_value(digits: str) -> float:
    """Return the value of a number in digits: "1,328" -> 1328, "2,5" -> 2.5.

    Of "1.2.3" it is that of its digits.
    """
    try:
        return float(re.sub(r",(?=\d{3}(?!\d))", "", digits).replace(",", "."))
    except ValueError:
        return float("".join(character for character in digits if character.isdigit()))


def _of_words(words: str) -> float:
    total = current = 0.0
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "half":
            current = 0.5
        elif word in ("a", "an") and current:  # "half a million"
            continue
        elif word in _WORDS:
            current += _WORDS[word]
        elif word in _SCALES and _SCALES[word] < 1e3:
            current *= _SCALES[word]
        elif word in _SCALES:
            # "two hundred thousand", but "two million three hundred"
            total, current = total + current * _SCALES[word], 0.0
    return total + current


def _of_cjk(written: str) -> int:
    total = section = digit = 0
    for character in written:
        if character in _CJK_DIGITS:
            digit = _CJK_DIGITS[character]
        elif character in _CJK_SCALES:
            section, digit = section + (digit or 1) * _CJK_SCALES[character], 0
        else:
            total, section, digit = (
                (total + section + digit or 1) * _CJK_LARGE[character], 0, 0,
            )  # fmt: skip
    return total + section + digit
