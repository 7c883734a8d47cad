"""The tokens of every chunk, kept so that an unchanged chunk is not tokenised again."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexCorrupt
from rag.mapped import is_small, load_array

FILES = ("token_starts.npy", "token_terms.npy")


class TokenTable:
    """Row i's tokens are the terms numbered `terms[starts[i]:starts[i + 1]]`, in their order.

    `names` are the terms by number, in sorted order.
    """

    def __init__(
        self, starts: NDArray[np.int64], terms: NDArray[np.int32], names: Sequence[str]
    ) -> None:
        self.starts = starts
        self.terms = terms
        self.names = names

    @classmethod
    def from_tokens(cls, documents: Iterable[Sequence[str]]) -> TokenTable:
        """Return the table of tokenised `documents`, taken one after the other and not kept."""
        numbers = _Numbers()
        tokens, starts = array("i"), array("q", [0])
        for document in documents:
            tokens.extend([numbers[token] for token in document])
            starts.append(len(tokens))
        names = sorted(numbers)
        sorted_number = np.empty(len(names), np.int32)
        sorted_number[[numbers[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        terms = np.frombuffer(tokens, np.int32) if tokens else np.zeros(0, np.int32)
        return cls(np.frombuffer(starts, np.int64), sorted_number[terms], names)

    @classmethod
    def joined(
        cls, before: TokenTable, rows: Sequence[int | None], fresh: Iterable[Sequence[str]]
    ) -> TokenTable:
        """Return the table of `rows` of `before`, with the next of `fresh` where there is None.

        It is what `from_tokens` gives for the same tokens.
        """
        added = cls.from_tokens(fresh)
        at = np.asarray([-1 if row is None else row for row in rows], np.int64)
        is_old = at >= 0
        lengths = np.zeros(len(at), np.int64)
        lengths[is_old] = np.diff(before.starts)[at[is_old]]
        lengths[~is_old] = np.diff(added.starts)
        starts = np.zeros(len(at) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        # Where in `before` each token of the old rows stands: its row's start, and on from there.
        old_lengths = lengths[is_old]
        from_start = np.arange(old_lengths.sum()) - np.repeat(
            np.cumsum(old_lengths) - old_lengths, old_lengths
        )
        kept = before.terms[np.repeat(before.starts[at[is_old]], old_lengths) + from_start]
        used = np.unique(kept)
        used_names = [before.names[term] for term in used.tolist()]
        names = sorted({*used_names, *added.names})
        number = {name: place for place, name in enumerate(names)}
        renumbered = np.zeros(len(before.names), np.int32)
        renumbered[used] = [number[name] for name in used_names]
        fresh_number = np.asarray([number[name] for name in added.names], np.int32)
        terms = np.empty(int(starts[-1]), np.int32)
        is_kept = np.repeat(is_old, lengths)
        terms[is_kept] = renumbered[kept]
        terms[~is_kept] = fresh_number[added.terms] if len(added.terms) else added.terms
        return cls(starts, terms, names)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> list[str]:
        """Return the tokens of `row`."""
        found = self.terms[self.starts[row] : self.starts[row + 1]]
        return [self.names[term] for term in found.tolist()]

    def save(self, folder: Path) -> None:
        """Write the table into `folder`: two arrays."""
        np.save(folder / FILES[0], self.starts, allow_pickle=False)
        np.save(folder / FILES[1], self.terms, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, vocabulary: Mapping[str, int]) -> TokenTable:
        """Return the table that was saved in `folder`.

        Raises:
            IndexCorrupt: a file is missing or does not fit.
        """
        try:
            starts, terms = (load_array(folder / name) for name in FILES)
            whole = starts[0] == 0 and starts[-1] == len(terms)
            small = is_small(folder / FILES[1])  # a large file is not read only to see its range
        except (OSError, EOFError, ValueError, IndexError) as error:
            raise IndexCorrupt(f"the tokens in {folder} cannot be read: {error}") from error
        fits = not len(terms) or not small or 0 <= terms.min() <= terms.max() < len(vocabulary)
        if not whole or not fits:
            raise IndexCorrupt(f"the tokens in {folder} are not whole")
        return cls(starts, terms, list(vocabulary))


class _Numbers(dict[str, int]):
    """A number for each term, in the order of first sight."""

    def __missing__(self, term: str) -> int:
        return self.setdefault(term, len(self))
