"""A reply -> the blocks of it that may state something."""

from __future__ import annotations

import pytest

from rag.prose.blocks import blocks, is_entry, names_sources


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A b.\nC d.\n\nE f.", ["A b.", "C d.", "E f."]),
        ("It was built by\nthe miller\n[2]", ["It was built by\nthe miller\n[2]"]),
        ("It was built.\n[2]", ["It was built.\n[2]"]),
        ("It was built by Ada\n[2], who left", ["It was built by Ada\n[2], who left"]),
        ("It was built by Ada\n[2] The mill", ["It was built by Ada", "[2] The mill"]),
        ("It was built.\nthe miller", ["It was built.", "the miller"]),
        ("- A b\n- C d", ["- A b", "- C d"]),
        ("# A b\nthe mill\n**C d**\n__E:__\nF g.", ["the mill", "F g."]),
        ("**A b.**\n**Is it?**\n**“它。”**", ["**A b.**", "**Is it?**", "**“它。”**"]),
        ("**A b** [1]", ["**A b** [1]"]),
        ("```python\nA b.\n```\n~~~\nC d.", ["A b.", "C d."]),
        ("A b.\n---\nC d.\n***", ["A b.", "C d."]),
        ("| A | B |\n|---|--:|\n| c | d [1] |\n|e|[2]|", ["c, d [1]", "e [2]"]),
        ("A | B\n---|---\nc | d\n\ne | f", ["c, d", "e | f"]),
        ("P(a | b) is c.", ["P(a | b) is c."]),
        ("A b.[^1]\n\n[^1]: C d\n[e]: https://f.example", ["A b.[^1]"]),
        ("A b.\nSources:\n- C d", ["A b."]),
        ("A b.\n**Sources used**\n- C d", ["A b."]),
        ("A b.\n## References\n- C d", ["A b."]),
        ("A b.\n参考资料：\n- C d", ["A b."]),
        ("A b.\nSources: [1], [2]\nC d.", ["A b.", "C d."]),
        ("A b.\nSources say that it grew.", ["A b.", "Sources say that it grew."]),
        ("", []),
    ],
)
def test_blocks_are_what_may_state_something(text: str, expected: list[str]) -> None:
    assert list(blocks(text, 4)) == expected


def test_a_long_block_comes_in_parts_and_loses_nothing() -> None:
    for text in ("It is so. " * 2000, "so " * 5000, "s" * 10_001):
        parts = list(blocks(text))
        assert "".join(parts) == text
        assert all(len(part) <= 4000 for part in parts)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sources: [1], [2]", True),
        ("Source: Passage 1", True),
        ("**Sources:** [1] The mill; [2] The ferry", True),
        ("(Sources: 1, 2)", False),
        ("References: passages 1 and 2.", True),
        ("来源：[1]", True),
        ("Source: Lake Victoria [1].", False),
        ("Source: Article 1 of the treaty", False),
        ("Sources say so: [1]", False),
    ],
)
def test_a_line_names_sources_or_says_more(text: str, names: bool) -> None:
    assert names_sources(text, 4) is names


@pytest.mark.parametrize(
    ("block", "entry"),
    [
        ("[1] The mill", True),
        ("- [1]: The mill - a.example", True),
        ("2. **[2]** Who built the mill?", True),
        ("[1] The mill grew.", False),
        ("[1][2] The mill", False),
        ("The mill [1]", False),
        ("[1]", False),
    ],
)
def test_an_entry_of_a_list_has_a_marker_and_a_title(block: str, entry: bool) -> None:
    assert is_entry(block, 4) is entry
