"""Markdown without its marks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.marks import without_marks
from rag.assistant import Assistant
from rag.config import Config
from tests.making import write_folder


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It *was* ***big*** and __so__ _on_ ~~off~~", "It was big and so on off"),
        ('![A photo](x.png "t") of [b (c)](http://x.org/y_(z))', "A photo of b (c)"),
        ("**Bold [link](u) in `code*`**", "Bold link in code*"),
        ("# A heading #", "A heading"),
        ("*Directed by Ana Ruiz.", "Directed by Ana Ruiz."),
        ("Set in Velm.*", "Set in Velm."),
        ("> - [x] done", "done"),
        ("| a | 12 | b |", "a | 12 | b"),
        ("the end of it.**", "the end of it."),
        ("**Note: the start", "Note: the start"),
        ("\\$5 \\* 3", "$5 * 3"),
    ],
)
def test_marks_go(text: str, shown: str) -> None:
    assert without_marks(text)[0] == shown


@pytest.mark.parametrize(
    "text",
    [
        "2**3 and a*b*c",
        "a snake_case_name",
        "5 * 3 * 2 = 30",
        "[1] and [note]",
        "C# and F#",
        "a | b",
    ],
)
def test_what_is_no_mark_stays(text: str) -> None:
    assert without_marks(text)[0] == text


@pytest.mark.parametrize("mark", ["`", "_a ", "**a", "[", "| ", " #", "~~a ", "\\"])
def test_marks_without_end_are_read_at_once(mark: str) -> None:
    began = time.process_time()
    without_marks(mark * (20_000 // len(mark)))
    assert time.process_time() - began < 2


@given(st.text("ab *_`[]()!|#>~\\\n-", max_size=60), st.data())
def test_a_part_is_what_is_left_of_it(text: str, data: st.DataObject) -> None:
    low = data.draw(st.integers(0, len(text)))
    high = data.draw(st.integers(low, len(text)))
    shown, part = without_marks(text, (low, high))
    assert without_marks(text)[0] == shown
    inside = shown[slice(*part)] if part else ""
    left = iter(text[low:high])
    assert all(char in left for char in inside)
    # What stands before the part, in it and after it is all that is shown.
    before, after = (without_marks(text, cut)[1] for cut in ((0, low), (high, len(text))))
    cuts = [cut for cut in (before, part, after) if cut]
    assert "".join(shown[slice(*cut)] for cut in cuts) == shown


def test_very_many_marks_are_taken_off_in_time() -> None:
    text = "*" * 4000 + "a" + "*" * 4000
    assert "a" in without_marks(text)[0]


def test_markdown_is_stated_without_its_marks_and_quoted_with_them(
    tmp_path: Path,
) -> None:
    said = "The **Tarn** ferry carries [310 cars](https://tarn.example/cars) a day."
    folder = write_folder(tmp_path / "a", {"ferry.md": f"# The ferry\n\n{said}\n"})
    assistant = Assistant.open(folder, tmp_path / "i", config=Config(reader="none"))
    statement = assistant.ask("How many cars does the Tarn ferry carry a day?").statements[0]
    assert statement.text == "The Tarn ferry carries 310 cars a day."
    assert statement.citations[0].quote == said
    plain = write_folder(tmp_path / "b", {"ferry.txt": f"The ferry\n\n{said}\n"})
    other = Assistant.open(plain, tmp_path / "j", config=Config(reader="none"))
    assert other.ask("How many cars does the Tarn ferry carry a day?").statements[0].text == said
