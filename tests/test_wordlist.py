"""The words of the articles, as they are written there."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import IndexCorrupt
from rag.wordlist import FILE, WordList
from tests.making import make_article

TEXT = """Orvo and the mill

Orvo’s mill at Velm makes GPT-4 and 01.AI flour. The mill of ORVO is old. Mills don't sleep.
"""


def test_words_are_counted_and_kept_as_they_are_mostly_written() -> None:
    words = WordList.from_articles([make_article(TEXT)])
    assert (words.forms["orvo"], words.counts["orvo"]) == ("Orvo", 4)  # the title counts again
    assert (words.forms["mill"], words.counts["mill"]) == ("mill", 4)
    assert words.is_name("orvo")
    assert not words.is_name("mill")
    assert not {"gpt", "4", "01", "ai", "don", "don't"} & words.forms.keys()


def test_articles_in_other_languages_have_no_part_in_it() -> None:
    assert WordList.from_articles([make_article(TEXT, language="de")]).forms == {}


def test_what_is_saved_is_loaded_the_same(tmp_path: Path) -> None:
    words = WordList.from_articles([make_article(TEXT)])
    words.save(tmp_path)
    loaded = WordList.load(tmp_path)
    assert (loaded.forms, loaded.counts) == (words.forms, words.counts)


@pytest.mark.parametrize("written", [None, "{", "[1]", '[["a", "b"]]', "7"])
def test_what_is_no_list_of_words_is_refused(tmp_path: Path, written: str | None) -> None:
    if written is not None:
        (tmp_path / FILE).write_text(written, encoding="utf-8")
    with pytest.raises(IndexCorrupt, match="the words in"):
        WordList.load(tmp_path)


def test_a_text_without_capitals_gets_those_of_the_articles() -> None:
    words = WordList.from_articles([make_article(TEXT)])
    assert words.cased("who runs orvo and the mill?") == "who runs Orvo and the mill?"
    assert words.cased("Who runs orvo?") == "Who runs orvo?"


def test_a_large_collection_keeps_the_words_that_come_most_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rag.wordlist.MOST_WORDS", 2)
    words = WordList.from_articles(
        [make_article("One two two\n\nThree three three three two one.")]
    )
    assert list(words.forms) == ["three", "two"]
