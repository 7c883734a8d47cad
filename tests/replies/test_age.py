"""How old a thing is, is told by the year in which it was made."""

from __future__ import annotations

from pathlib import Path

from rag.assistant import Assistant
from rag.replies.age import tells_when_made, when_made
from tests.making import write_folder


def test_only_an_age_is_asked_for_so() -> None:
    assert when_made("How old do children have to be?") == ""
    assert when_made("How long is the mill?") == ""
    assert when_made("How old are the teachers?") == ""
    assert when_made("How old is the mayor?") == "When was the mayor born?"
    assert when_made("How old are the mills?") == "When were the mills built or founded?"


def test_it_is_told_of_the_thing_itself() -> None:
    mayor, mill = when_made("How old is the mayor?"), when_made("How old is the mill?")
    assert not tells_when_made("The mayor opened the bridge, built in 1788.", mayor, "Orrel")
    assert tells_when_made("The mayor, born in 1961, swims.", mayor, "Orrel")
    assert not tells_when_made("The bridge was built in 1788.", mill, "Orrel")
    assert tells_when_made("It was built in 1788.", mill, "The mill of Orrel")


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
