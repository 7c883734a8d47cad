"""What was read is kept: laws of the memory against a reader that counts."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reader import Reading
from rag.reader.memory import Memory, Page


def reading(page: Page) -> Reading:
    """Return a reading that tells its page."""
    passage, spans = page
    return Reading((0, len(passage)), float(len(passage)), 0.0, 0.5, tuple(map(float, spans[0])))


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.lists(st.sampled_from(["x", "yy", "zzz"]), max_size=5)),
        max_size=8,
    ),
    st.integers(1, 4),
)
def test_readings_are_the_page_s_own_in_order_and_no_kept_one_is_read_again(
    turns: list[tuple[str, list[str]]], most: int
) -> None:
    memory = Memory(most=most)
    for question, passages in turns:
        asked: list[Page] = []

        def read_new(pages: Sequence[Page], asked: list[Page] = asked) -> list[Reading]:
            asked += pages
            return [reading(page) for page in pages]

        spans = [[(0, len(passage))] for passage in passages]
        for _ in range(2):
            found = memory.read(question, passages, spans, read_new)
            assert found == [reading((p, tuple(s))) for p, s in zip(passages, spans, strict=True)]
        if len(set(passages)) <= most:  # the second time, all of them are kept
            assert len(asked) == len(set(asked)) <= len(set(passages))


def test_the_pair_used_last_is_kept_longest() -> None:
    memory = Memory(most=2)
    asked: list[str] = []

    def read(passage: str) -> None:
        def read_new(pages: Sequence[Page]) -> list[Reading]:
            asked.extend(passage for passage, _ in pages)
            return [reading(page) for page in pages]

        memory.read("q", [passage], [[(0, 1)]], read_new)

    for passage in ["a", "b", "a", "c", "a", "b"]:
        read(passage)
    assert asked == ["a", "b", "c", "b"]


def test_threads_that_push_each_other_out_all_get_their_own() -> None:
    memory = Memory(most=1)
    wrong: list[object] = []

    def read(name: str) -> None:
        for _ in range(200):
            [found] = memory.read(
                "q", [name], [[(0, 1)]], lambda pages: [reading(page) for page in pages]
            )
            if found != reading((name, ((0, 1),))):
                wrong.append(found)

    threads = [
        threading.Thread(target=read, args=(letter * n,)) for n, letter in enumerate("abcd", 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_as_many_lists_of_sentences_as_passages() -> None:
    with pytest.raises(ValueError, match="2 passages, but sentences of 1"):
        Memory().read("q", ["a", "b"], [[]], lambda pages: [])
