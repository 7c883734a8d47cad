"""How old a thing is, is told by the year in which it was made."""

from __future__ import annotations

from pathlib import Path

from rag.age import when_made
from rag.assistant import Assistant
from tests.making import write_folder


def test_only_an_age_is_asked_for_so() -> None:
    assert when_made("How old do children have to be?") == ""
    assert when_made("How long is the mill?") == ""


def test_the_year_in_which_it_was_built_tells_how_old_it_is(tmp_path: Path) -> None:
    texts = {
        "mill.md": "# The Arden mill\n\nThe Arden mill stands at the weir. It was built in 1788 and"
        " last mended in 1974. Its wheel is of oak.\n",
        "weir.md": "# The weir of Sull\n\nThe weir of Sull is of stone. It was sold in 1990.\n",
    }
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    (first, *_) = assistant.ask("How old is the Arden mill?").statements
    assert "built in 1788" in first.text
    assert assistant.ask("How old is the weir of Sull?").outcome == "declined"
