"""The tokens of every chunk, kept so that an unchanged chunk is not tokenised again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import IndexCorrupt

FILES = ("token_starts.npy", "token_terms.npy")


class TokenTable:
    """Row i's tokens are the terms numbered `terms[starts[i]:starts[i + 1]]`, in their order."""

    def __init__(
        self, starts: NDArray[np.int64], terms: NDArray[np.int32], names: Sequence[str]
    ) -> None:
        self._starts = starts
        self._terms = terms
        self._names = names

    @classmethod
    def from_tokens(
        cls, documents: Sequence[Sequence[str]], vocabulary: Mapping[str, int]
    ) -> TokenTable:
        """Return the table of tokenised `documents`, whose every token is in `vocabulary`."""
        starts = np.zeros(len(documents) + 1, np.int64)
        np.cumsum([len(document) for document in documents], out=starts[1:])
        terms = np.fromiter(
            (vocabulary[token] for document in documents for token in document),
            np.int32,
            int(starts[-1]),
        )
        return cls(starts, terms, sorted(vocabulary, key=vocabulary.__getitem__))

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._starts) - 1

    def __getitem__(self, row: int) -> list[str]:
        """Return the tokens of `row`."""
        names = self._names
        found = self._terms[self._starts[row] : self._starts[row + 1]]
        return [names[term] for term in found.tolist()]

    def save(self, folder: Path) -> None:
        """Write the table into `folder`: two arrays."""
        np.save(folder / FILES[0], self._starts, allow_pickle=False)
        np.save(folder / FILES[1], self._terms, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path, vocabulary: Mapping[str, int]) -> TokenTable:
        """Return the table that was saved in `folder`, its arrays mapped from disk.

        Raises:
            IndexCorrupt: a file is missing or does not fit.
        """
        try:
            starts, terms = (
                np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in FILES
            )
            whole = starts[0] == 0 and starts[-1] == len(terms)
        except (OSError, EOFError, ValueError, IndexError) as error:
            raise IndexCorrupt(f"the tokens in {folder} cannot be read: {error}") from error
        if not whole or (len(terms) and not 0 <= terms.min() <= terms.max() < len(vocabulary)):
            raise IndexCorrupt(f"the tokens in {folder} are not whole")
        return cls(starts, terms, sorted(vocabulary, key=vocabulary.__getitem__))
