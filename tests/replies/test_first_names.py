"""A first name alone is put in full where one author, or person portrayed, has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.articles.catalogue import Catalogue
from rag.assistant import Assistant
from rag.replies.about_one import about_one
from rag.replies.first_names import with_names_in_full
from tests.making import make_article, write_folder

LETTER = (
    "The pond\n\nBy Odile Brandt, 3 May 2024\n\nI have kept newts for eleven years. This spring I "
    "lost nine of them to the frost, and I blame nobody.\n"
)
PROFILE = (
    "The keeper of the lamps\n\nAt dusk Ada Solvang climbs to the lamp of Velm. She is 61, and she "
    "has kept it for ten years.\n\nShe was born in Lima. Bo Lind taught her the trade, and left "
    "her his bench. Her pupil came in May. She wants to stop when her knees do.\n"
)
NEWS = "The ferry\n\nBy Tom Hall and Georgia Lund\n\nThe ferry sank off Velm. Nobody was hurt.\n"


def catalogue(*texts: str) -> Catalogue:
    return Catalogue({str(at): make_article(text, name=str(at)) for at, text in enumerate(texts)})


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("How many newts did Odile lose?", "How many newts did Odile Brandt lose?"),
        ("What are Odile's newts called?", "What are Odile Brandt's newts called?"),
        ("Who taught Ada?", "Who taught Ada Solvang?"),
        ("Do Odile and Ada agree?", "Do Odile Brandt and Ada Solvang agree?"),
        ("What did Georgia see?", "What did Georgia Lund see?"),
    ],
)
def test_a_first_name_is_put_in_full(question: str, whole: str) -> None:
    assert with_names_in_full(question, catalogue(LETTER, PROFILE, NEWS)) == whole


@pytest.mark.parametrize(
    "question",
    [
        "How many newts did Odile Brandt lose?",
        "How many newts did Odile Berg lose?",  # somebody else
        "Where is Mount Odile?",
        "Who taught Bo?",  # named, but the article is not of him
        "What was sold in Georgia?",  # a place
        "Where is odile?",
        "What is ODILE?",
        "",
    ],
)
def test_a_name_stays_as_it_is(question: str) -> None:
    assert with_names_in_full(question, catalogue(LETTER, PROFILE, NEWS)) == question


@pytest.mark.parametrize(
    "other",
    [
        LETTER.replace("Brandt", "Kern"),  # she writes, too
        "The quay\n\nOdile Kern sold the quay. It was old.\n",  # she is only spoken of
    ],
)
def test_of_two_who_have_it_neither_is_meant(other: str) -> None:
    question = "How many newts did Odile lose?"
    assert with_names_in_full(question, catalogue(LETTER, other)) == question


def test_a_letter_is_signed_above_what_it_adds() -> None:
    signed = catalogue(f"{LETTER}\nYours, Odile\n\nPostscript: the heron is back.\n")
    assert with_names_in_full("Is Odile well?", signed) == "Is Odile Brandt well?"


def test_a_word_that_opens_the_question_may_be_none() -> None:
    rose = catalogue(LETTER.replace("Odile", "Rose"))
    assert with_names_in_full("Rose lost which newts?", rose) == "Rose lost which newts?"
    assert with_names_in_full("Rose's newts?", rose) == "Rose Brandt's newts?"


@given(st.text(max_size=60))
def test_nothing_is_lost_of_a_question(question: str) -> None:
    whole = with_names_in_full(question, catalogue(LETTER, PROFILE))
    assert whole.replace(" Brandt", "").replace(" Solvang", "") == question.replace(
        " Brandt", ""
    ).replace(" Solvang", "")


def test_what_a_writer_is_asked_of_by_the_first_name_is_told(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "corpus", {"a.txt": LETTER, "b.txt": PROFILE, "c.txt": NEWS})
    assistant = Assistant.open(folder, tmp_path / "index")
    answer = assistant.ask("How many newts did Odile lose to the frost?")
    assert answer.searched_for == "How many newts did Odile Brandt lose to the frost?"
    assert "I lost nine of them" in answer.statements[0].text
    as_it_stands = assistant.ask("How many newts did Odile lose?", as_it_stands=True)
    assert as_it_stands.searched_for == "How many newts did Odile lose?"


@pytest.mark.parametrize("asked", ["the newsletter by {}", "{}'s letter", "the letter from {}"])
def test_a_letter_is_named_by_who_wrote_it(asked: str) -> None:
    articles = catalogue(LETTER, PROFILE, NEWS)
    told = about_one(f"Summarise {asked.format('Odile Brandt')}", articles, lambda _: ())
    assert any("newts" in one.text for one in told)
    assert not about_one(f"Summarise {asked.format('Bo Lind')}", articles, lambda _: ())
