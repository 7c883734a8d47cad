"""The table of tokens: joined from what was there and what is new, it is that of a fresh start."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rag.tokens import TokenTable

DOCUMENTS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=8)


def same(one: TokenTable, other: TokenTable) -> bool:
    return (
        one.starts.tolist() == other.starts.tolist()
        and one.terms.tolist() == other.terms.tolist()
        and list(one.names) == list(other.names)
    )


@given(before=DOCUMENTS, fresh=DOCUMENTS, data=st.data())
def test_a_joined_table_is_that_of_all_tokens(
    before: list[list[str]], fresh: list[list[str]], data: st.DataObject
) -> None:
    rows: list[int | None] = [None] * len(fresh)
    if before:
        rows += data.draw(st.lists(st.integers(0, len(before) - 1), max_size=8))
    rows = data.draw(st.permutations(rows))
    left = iter(fresh)
    tokens = [next(left) if row is None else before[row] for row in rows]
    table = TokenTable.joined(TokenTable.from_tokens(before), rows, fresh)
    assert same(table, TokenTable.from_tokens(tokens))
    assert [table[row] for row in range(len(table))] == tokens


@given(documents=DOCUMENTS)
def test_a_saved_table_comes_back(documents: list[list[str]], tmp_path_factory: object) -> None:
    folder: Path = tmp_path_factory.mktemp("tokens")  # type: ignore[attr-defined]
    table = TokenTable.from_tokens(documents)
    table.save(folder)
    names = {name: number for number, name in enumerate(table.names)}
    assert same(TokenTable.load(folder, names), table)
