"""Questions in a language that the encoder does not know."""

from __future__ import annotations

import pytest

from rag.config import BUNDLED_MODEL
from rag.foreign import is_known, note, searchable
from rag.text import question_language
from rag.wordlist import WordList
from tests.making import make_article

WORDS = WordList.from_articles(
    [
        make_article(
            "The mill\n\nThe mill of Shaolin was sold by Zhang Weiming to Yandeks for 20 euros. "
            "Later Zhang Weiming bought flour with Hong."
        )
    ]
)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("少林AI有多少用户？", "how many Shaolin AI"),
        ("张伟明是谁？", "who Zhang Weiming"),
        ("GPT-4 和 3.5 哪里不同？", "where GPT-4 3.5"),
        ("Кто основал Яндекс?", "Yandeks"),
        ("为什么天空是蓝色的？", ""),  # nothing of it is spelled like a name of the articles
        ("红", ""),  # hong: one character is no name
        ("Who sold the mill?", ""),  # nothing to spell out
    ],
)
def test_names_numbers_and_latin_words_are_found_in_another_script(
    question: str, found: str
) -> None:
    part = searchable(question, WORDS)
    assert (part.text if part else "") == found


def test_the_share_of_the_question_is_counted_in_its_letters_and_digits() -> None:
    part = searchable("少林AI有多少用户？", WORDS)  # 少林, AI and 多少, of nine
    assert part is not None
    assert part.share == pytest.approx(6 / 9)


def test_the_bundled_encoder_knows_english_and_of_another_nothing_is_told() -> None:
    assert is_known("en", BUNDLED_MODEL)
    assert not is_known("zh", BUNDLED_MODEL)
    assert is_known("zh", "some/multilingual-model")


def test_the_note_names_the_language_and_the_setting() -> None:
    told = note("zh", BUNDLED_MODEL, of_articles={"en"})
    assert "in Chinese" in told
    assert BUNDLED_MODEL in told
    assert "setting encoder" in told
    assert "names, numbers and Latin words" in told
    assert "Latin" not in note("de", BUNDLED_MODEL, of_articles={"de"})


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who founded the mill?", "en"),
        ("mill flour Shaolin", "en"),
        ("wher is teh mil headquaterd", "en"),
        ("", "en"),
        ("1505?", "en"),
        ("少林AI有多少用户？", "zh"),
        ("Wie viele Brote backt die Mühle?", "de"),
        ("Combien de pains offre Shaolin ?", "fr"),
        ("Сколько хлеба у Яндекса?", "ru"),
    ],
)
def test_the_language_of_a_few_words_is_told_where_it_is_sure(question: str, language: str) -> None:
    assert question_language(question) == language
