"""The words of the articles, as they are written there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from rag.errors import IndexCorrupt
from rag.words.wordlist import FILE, FORMS_FILE, WordForms, WordList, forms_in
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


def test_words_are_counted_on(tmp_path: Path) -> None:
    """With an article more and one less the forms are those of a fresh count, to the byte."""
    others = [
        make_article(f"{word} mill\n\nThe {word} of Velm. {word}") for word in "ab cd EF".split()
    ]
    WordForms.from_articles([make_article(TEXT), *others[:2]]).save(tmp_path)
    tally = Counter(forms_in(others[2]))
    tally.subtract(forms_in(others[0]))
    counted = WordForms.load(tmp_path).changed(tally)
    fresh = WordForms.from_articles([make_article(TEXT), *others[1:]])
    assert (counted.counts, counted.folded) == (fresh.counts, fresh.folded)
    for name, forms in (("one", counted), ("two", fresh)):
        (tmp_path / name).mkdir()
        forms.save(tmp_path / name)
    paths = [tmp_path / name / FORMS_FILE for name in ("one", "two")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    one, two = WordList.from_forms(counted), WordList.from_forms(fresh)
    assert (one.forms, one.counts) == (two.forms, two.counts)


@pytest.mark.parametrize("written", [None, "a\tb\n", "a\tb\tc\n"])
def test_what_holds_no_forms_is_refused(tmp_path: Path, written: str | None) -> None:
    if written is not None:
        (tmp_path / FORMS_FILE).write_text(written, encoding="utf-8")
    with pytest.raises(IndexCorrupt, match="the forms of words"):
        WordForms.load(tmp_path)


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
    monkeypatch.setattr("rag.words.wordlist.MOST_WORDS", 2)
    words = WordList.from_articles(
        [make_article("One two two\n\nThree three three three two one.")]
    )
    assert list(words.forms) == ["three", "two"]


def test_what_stands_in_lower_case_too_is_no_name() -> None:
    words = WordList.from_articles(
        [
            make_article(
                "Mayor Ruiz met Mayor Hall. Mayor Lund came. The mayor left the town of Velm."
            )
        ]
    )
    assert words.cased("who is the mayor of velm?") == "who is the mayor of Velm?"


LEAFLET = """# How To Swim At Velm

The Tarn Bridge is near. The bridge is old. Some swim under it.

- Adults: 5
- Oak, a big tree, stands there. Captain Ana Ruiz planted it. Orvo owns it.

Bella Liu, CEO of Orby AI, told Velm TV:
"""


def test_a_capital_that_opens_a_line_or_a_sentence_makes_no_name() -> None:
    words = WordList.from_articles([make_article(LEAFLET)])
    asked = "how do some adults swim at velm under the oak near the tarn bridge of orvo and bella"
    assert words.cased(asked) == (
        "how do some adults swim at Velm under the oak near the Tarn bridge of Orvo and Bella"
    )
