"""Questions in a language that the encoder does not know."""

from __future__ import annotations

import pytest

from rag.config import BUNDLED_MODEL
from rag.text import question_language, tokenise
from rag.words.dictionary import meanings
from rag.words.foreign import is_known, language_of, note, searchable
from rag.words.wordlist import WordList
from tests.making import make_article

WORDS = WordList.from_articles(
    [
        make_article(
            "The mill\n\nThe mill of Shaolin was sold by Zhang Weiming to Yandeks for 20 euros. "
            "Later Zhang Weiming bought flour with Hong."
        )
    ]
)
STEMS = {stem: count for word, count in WORDS.counts.items() for stem in tokenise(word)}


def frequency(word: str) -> int:
    return min(STEMS.get(stem, 0) for stem in tokenise(word))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("少林AI有多少用户？", "how many Shaolin AI user"),
        ("张伟明是谁？", "who Zhang Weiming"),
        ("GPT-4 和 3.5 哪里不同？", "where GPT-4 3.5 different"),
        ("Кто основал Яндекс?", "Yandeks"),
        ("Что такое мельница?", ""),  # nothing of it is spelled like a name of the articles
        ("红", ""),  # hong: one character is no name, and red is not in the articles
        ("Who sold the mill?", ""),  # nothing to spell out
        ("¿Cuántos usuarios tiene Shaolin?", ""),  # Latin letters stand as they are
        ("Cuántos 张伟明", "Cuántos Zhang Weiming"),
    ],
)
def test_names_numbers_and_latin_words_are_found_in_another_script(
    question: str, found: str
) -> None:
    part = searchable(question, WORDS, frequency)
    assert (part.text if part else "") == found


def test_the_share_of_the_question_is_counted_in_its_letters_and_digits() -> None:
    part = searchable("少林AI有多少鑾鑾？", WORDS, frequency)  # all but a word that means nothing
    assert part is not None
    assert part.share == pytest.approx(7 / 9)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("谁要面粉？", "who flour"),  # a single character whose meanings the articles lack
        ("誰賣麵粉？", "who flour"),  # traditional characters
        ("谁后来卖掉面粉？", "who later sell off flour"),  # afterwards, later
        ("磨坊的价格是多少？", "how many mill price"),  # of a word that they lack, the first one
        ("2024年7月9日磨坊怎么了？", "how 2024 July 9 mill"),
        ("北京大学在哪里？", "where Peking University"),  # longer than the name in it
    ],
)
def test_chinese_words_are_put_into_english_by_a_dictionary(question: str, found: str) -> None:
    part = searchable(question, WORDS, frequency)
    assert part is not None
    assert part.text == found


@pytest.mark.parametrize(
    ("word", "has", "lacks"),
    [
        ("企业", "company", "CL"),
        ("腾讯", "Tencent Holdings Limited", "see"),  # told by another word
        ("阿里巴巴", "Alibaba", "PRC"),  # what it is stands behind a comma
        ("云", "cloud", "say"),  # "(classical) to say"
        ("鑾鑾", "", ""),
    ],
)
def test_a_meaning_can_stand_in_the_place_of_the_word(word: str, has: str, lacks: str) -> None:
    found = meanings(word)
    assert (has in found) is bool(has)
    assert not any(lacks in meaning.split() for meaning in found if lacks)


def test_the_bundled_encoder_knows_english_and_of_another_nothing_is_told() -> None:
    assert is_known("en", BUNDLED_MODEL)
    assert not is_known("zh", BUNDLED_MODEL)
    assert is_known("zh", "some/multilingual-model")


def test_the_note_names_the_language_and_the_setting() -> None:
    told = note("zh", BUNDLED_MODEL, of_articles={"en"})
    assert "in Chinese" in told
    assert BUNDLED_MODEL in told
    assert "setting encoder" in told
    assert "by a dictionary" in told
    assert "names, numbers and Latin words" in note("ru", BUNDLED_MODEL, of_articles={"en"})
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


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Is Ingrid Vasström leaving?", "en"),
        ("And Vasström?", "en"),
        ("Wann verlässt Vasström den Hafen?", "de"),
        ("Lämnar Vasström hamnen i år?", "sv"),
    ],
)
def test_a_foreign_name_of_the_articles_is_no_foreign_language(
    question: str, language: str
) -> None:
    words = WordList.from_articles([make_article("Port\n\nThe port is led by Ingrid Vasström.")])
    assert language_of(question, words) == language


@pytest.mark.parametrize(
    ("message", "is_english"),
    [
        ("And Tirana?", True),
        ("And Zelensky?", True),
        ("Milei then?", True),
        ("What about São Paulo and Łódź?", True),
        ("And for Çelik?", True),
        ("E Tirana, quanto costa?", False),
        ("Und was kostet das in Tirana?", False),
        ("And combien coûte Tirana?", False),
        ("Wer war Zelensky?", False),
        ("And 智谱清言？", False),  # no capitals there
    ],
)
def test_names_that_the_articles_lack_do_not_tell_the_language(
    message: str, is_english: bool
) -> None:
    assert (language_of(message, WORDS) == "en") is is_english


def test_words_that_other_languages_have_too_are_left_to_their_letters() -> None:
    for message in ("Die in Tirana?", "A Tirana?", "Era de Tirana?"):
        assert language_of(message, WORDS) == question_language(message)
