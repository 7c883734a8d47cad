"""The words of English, and how common each is. Owns symspellpy: its list of words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Return the English words of symspellpy's list."""
    return frozenset(by_frequency())


@lru_cache(maxsize=1)
def ranks() -> Mapping[str, int]:
    """Return the words of symspellpy's list with their ranks: 1 is the most frequent."""
    return {word: rank for rank, word in enumerate(by_frequency(), start=1)}


@lru_cache(maxsize=1)
def by_frequency() -> tuple[str, ...]:
    """Return the words of symspellpy's list, the most frequent first."""
    name = "frequency_dictionary_en_82_765.txt"
    text = resources.files("symspellpy").joinpath(name).read_text(encoding="utf-8-sig")
    return tuple(line.partition(" ")[0] for line in text.splitlines())
