"""Example -> the row that the network reads, and the positions that it should point at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

import numpy as np
from numpy.typing import NDArray

from rag.reader.features import Pieces, PieceSplitter, Row, make_row, sentence_numbers
from rag.training.examples import Example


@dataclass(frozen=True, slots=True)
class Item:
    """A row with its targets, all as positions in the row.

    `spans` are the (first, last) positions that count as right; `numbers` the sentence of each
    passage piece of the row, `gold` those sentences of the row that answer, each alone or all
    `together`.
    """

    row: Row
    source: str
    answerable: bool
    spans: tuple[tuple[int, int], ...]
    numbers: tuple[int, ...]
    gold: frozenset[int]
    together: bool = False


class ItemMaker:
    """Makes items; texts that come again are split once."""

    def __init__(self, splitter: PieceSplitter, *, window_pieces: int) -> None:
        self._ends = splitter.ends
        self._passage = lru_cache(maxsize=50_000)(splitter.split)
        self._question = lru_cache(maxsize=50_000)(splitter.question)
        self._window_pieces = window_pieces

    def make(self, example: Example, random: Random) -> Item:
        """Return the item of `example`; of a long passage, a window where a sentence answers."""
        question, passage = self._question(example.question), self._passage(example.passage)
        numbers = sentence_numbers(passage, example.sentences)
        count, room = len(passage.ids), self._window_pieces - 3 - len(question.ids)
        low = 0
        if count > room:
            first = next((at for at, n in enumerate(numbers) if n in example.gold), None)
            low = random.randint(0, count - room)
            if first is not None:
                low = min(max(0, first - random.randint(0, room // 2)), count - room)
        high = min(count, low + room)
        row = make_row(question, passage, numbers, self._ends, low=low, high=high)
        shift = row.first - low
        spans = {
            (first + shift, last + shift)
            for start, end in example.spans
            for first, last in _pieces_of(passage, start, end, low, high)
        }
        seen = tuple(numbers[low:high])
        return Item(
            row=row,
            source=example.source,
            answerable=example.answerable,
            spans=tuple(sorted(spans)),
            numbers=seen,
            gold=example.gold & frozenset(seen),
            together=example.together,
        )


def batches(items: Sequence[Item], *, positions: int, random: Random) -> list[list[Item]]:
    """Return the items in batches of like length, in random order.

    A batch's longest row times its rows is at most `positions`, unless it is a single row.
    """
    jittered = sorted(items, key=lambda item: len(item.row.ids) + 12 * random.random())
    found: list[list[Item]] = []
    longest = 0
    for item in jittered:
        longest = max(longest, len(item.row.ids))
        if found and longest * (len(found[-1]) + 1) <= positions:
            found[-1].append(item)
        else:
            found.append([item])
            longest = len(item.row.ids)
    random.shuffle(found)
    return found


def sentence_targets(items: Sequence[Item], length: int) -> NDArray[np.int64]:
    """Return the sentence number of each position, (b, length); -1 where there is none."""
    found = np.full((len(items), length), -1, np.int64)
    for at, item in enumerate(items):
        found[at, item.row.first : item.row.first + len(item.numbers)] = item.numbers
    return found


def _pieces_of(passage: Pieces, start: int, end: int, low: int, high: int) -> list[tuple[int, int]]:
    """Return the (first, last) piece of the window that hold passage[start:end]: one or none."""
    held = [
        at for at in range(low, high) if passage.spans[at][1] > start and passage.spans[at][0] < end
    ]
    return [(held[0], held[-1])] if held else []
