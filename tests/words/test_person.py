"""What is written as a person's name is told from what a body or a place calls itself."""

from __future__ import annotations

import pytest

from rag.words.person import (
    are_people,
    is_organised,
    is_somebody,
    looks_like_a_person,
    may_be_a_person,
    person_within,
)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Ana Ruiz", True),
        ("Professor Ana Ruiz", True),
        ("J. K. Rowling", True),
        ("Ana de la Cruz", True),
        ("Oliver North", True),
        ("Ana", False),
        ("Professor Ruiz", False),
        ("North Velm", False),
        ("Velm Gazette", False),
        ("Zhipu AI", False),
        ("Orion Technologies", False),
        ("MIT Press", False),
        ("The Velm", False),
        ("Apollo 11", False),
        ("Ai Weiwei", True),
        ("Jo Cross", True),
        ("Velm Church", False),
        ("Lake Velm", False),
        ("Church Street", False),
        ("Red Cross", False),
        ("Ostrand Water", False),
        ("St Elwin", False),
        ("Pine Ridge", False),
        ("Ana Maria Lucia Elena Ruiz", False),
    ],
)
def test_a_person_has_two_to_four_words_none_of_them_a_bodys(name: str, is_one: bool) -> None:
    assert looks_like_a_person(name) is is_one


@pytest.mark.parametrize(
    ("words", "is_body"),
    [
        ("the hospital trust", True),
        ("East Harbour", True),
        ("the Velm Bridge", True),
        ("the old bridge", True),
        ("zhipu ai", True),
        ("Ana North", False),
        ("", False),
        ("Ai", False),
    ],
)
def test_a_body_is_told_by_the_words_that_it_calls_itself(words: str, is_body: bool) -> None:
    assert is_organised(words) is is_body


@pytest.mark.parametrize(
    ("words", "one", "several"),
    [
        ("the young duke", True, False),
        ("the mayor", True, False),
        ("part-timers", False, True),
        ("full-time employees", False, True),
        ("older children", False, True),
        ("the bridge", False, False),
        ("routers", False, False),
        ("restaurants", False, False),
        ("fees", False, False),
        ("chemists", False, True),
        ("", False, False),
    ],
)
def test_common_words_for_people_are_told_from_those_for_things(
    words: str, one: bool, several: bool
) -> None:
    assert (is_somebody(words), are_people(words)) == (one, several)


@pytest.mark.parametrize(
    ("sentence", "name", "person"),
    [
        ("Ana Church sings.", "Ana Church", "Ana Church"),
        ("The choir of the Velm Church sings.", "Velm Church", ""),
        ("The choir sings in Velm Church.", "Velm Church", ""),
        ("A Velm Lines spokesman sings.", "Velm Lines", "Velm Lines spokesman"),
        ("Velm Lines spokesman Tom Hall sings.", "Velm Lines", ""),
        ("The Velm Lines spokeswoman, Ana de la Cruz, sings.", "Velm Lines", ""),
        ("A Velm Lines spokesman sings on Monday.", "Velm Lines", "Velm Lines spokesman"),
    ],
)
def test_a_sentence_tells_whether_a_name_is_a_persons(
    sentence: str, name: str, person: str
) -> None:
    start = sentence.index(name)
    found = person_within(sentence, (start, start + len(name)))
    assert (sentence[slice(*found)] if found else "") == person


@pytest.mark.parametrize(
    ("name", "may_be"),
    [
        ("Charlotte Church", True),
        ("Sam Port", True),
        ("Lena Lake", True),
        ("Lake Velm", False),
        ("Church Street", False),
        ("Red Church", False),
        ("Velm Post", False),
        ("The Lake", False),
    ],
)
def test_where_people_are_named_a_places_word_may_be_a_surname(name: str, may_be: bool) -> None:
    assert may_be_a_person(name) is may_be
