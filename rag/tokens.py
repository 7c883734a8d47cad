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
