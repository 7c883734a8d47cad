"""Whom "she" and "he" mean, and who is nobody that "it" could be."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.conversation.spoken_of import Context, place_meant
from rag.conversation.who_meant import is_somebody_told, pair_told, person_meant
from rag.datatypes import Message
from rag.followup import standalone
from rag.searching.subject import portrayed
from rag.words.person import is_somebody
from tests.making import make_article, write_folder

CHOIR = """# The new voice of the Arden choir

By Jo Marsh

At seven every Monday Petra Lund unlocks the hall and opens its windows. She likes the cold. Since
May she has conducted the Arden choir, and she has changed its programme.

She follows Otto Brandt, who conducted it for nine years. He has moved to Lisbon. Lund was born in
Riga. She teaches the piano, and her pupils call her by her first name. She sleeps badly before a
concert.
"""
WEIR = """# A weir is mended

The weir at Sull was mended on Friday. It cost 900 crowns.
"""


def turn(asked: str, answer: str) -> list[Message]:
    return [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]


def context(asked: str, answer: str, **more: object) -> Context:
    return Context(asked, asked, answer, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "answer", "pronoun", "meant"),
    [
        # What "she" did with somebody: that is another.
        ("Who owns the Arden mill?", "She follows Otto Brandt, who sold it.", "she", ""),
        ("Who taught Petra Lund?", "In May she hired a clerk, Kim Orr.", "she", "Petra Lund"),
        ("Who is her deputy?", "In May she hired Kim Orr.", "she", "Kim Orr"),
        ("Who did Petra Lund hire?", "She hired Kim Orr.", "she", "Kim Orr"),
        ("Who owns the mill?", "When she came, Kim Orr bought it.", "she", "Kim Orr"),
        # Somebody without a name, in the last question.
        ("Who is Petra Lund? What about the baker?", "He sold two ovens.", "he", "the baker"),
    ],
)
def test_whom_a_pronoun_means(asked: str, answer: str, pronoun: str, meant: str) -> None:
    assert person_meant(context(asked, answer), pronoun) == meant


def test_whom_the_article_is_mostly_of_is_meant_where_nobody_else_is_sure() -> None:
    asked, answer = "Who owns the Arden mill?", "It was sold. She follows Otto Brandt."
    told = context(asked, answer, told_of=lambda: {"she": "Petra Lund"})
    assert person_meant(told, "her") == "Petra Lund"
    assert person_meant(told, "him") == "Otto Brandt"


def test_a_relative_whom_an_answer_names_is_called_as_relatives_are() -> None:
    said = turn("Does Otto Brandt have any children?", "His daughter Mia is a baker in Riga.")
    assert standalone("What does she do?", said) == "What does Mia do?"
    assert "Mia" not in standalone("How old is he?", said)


def test_a_speaker_is_no_name_of_a_thing() -> None:
    said = turn("I'd like to take the boat to Sull. When does it leave?", "It leaves at nine.")
    assert "of I" not in standalone("And the price?", said)


def test_a_headline_and_a_byline_are_sentences_of_their_own() -> None:
    assert portrayed(make_article(CHOIR)) == ("Petra Lund", "she")


def test_a_conversation_knows_whom_its_article_is_of(tmp_path: Path) -> None:
    write_folder(tmp_path / "corpus", {"choir.md": CHOIR, "weir.md": WEIR})
    assistant = Assistant.open(tmp_path / "corpus", tmp_path / "index")
    said = "She follows Otto Brandt, who conducted it for nine years."
    history = turn("Who leads the Arden choir?", said)
    assert assistant.whole_question("Where was she born?", history) == (
        "Where was Petra Lund born?"
    )


def test_nobody_is_noted_as_she_on_a_guess() -> None:
    told = "The mill is run by Kim Orr and Sam Holt."
    history = [*turn("Who runs the mill?", told), *turn("What did she pay?", "9 crowns.")]
    assert standalone("Where does he live?", history) == "Where does Kim Orr live?"


@pytest.mark.parametrize(
    ("asked", "answer", "whole"),
    [
        ("Who runs the inn?", "It is run by Bo and Ana Lind.", "Where did Bo and Ana Lind go?"),
        ("Who runs the inn?", "Bo Orr and Ana Lind do.", "Where did Bo Orr and Ana Lind go?"),
        ("Who feeds the goats?", "Bo and Ana Lind feed them.", "Where did the goats go?"),
    ],
)
def test_they_are_the_two_whom_an_answer_names(asked: str, answer: str, whole: str) -> None:
    assert standalone("Where did they go?", turn(asked, answer)) == whole


def test_no_pair_where_nobody_is_asked_for() -> None:
    assert pair_told(context("When was it sold?", "Bo and Ana Lind sold it.")) == ""


def test_it_is_nobody_whom_the_answer_names() -> None:
    assert is_somebody_told("the reeve", "The reeve, Bo Lind, was fined.")
    assert not is_somebody_told("the weir", "The weir that Bo Lind built fell.")
    told = [*turn("What did the Sull weir cost?", "It cost 900 crowns."),
            *turn("What happened to the reeve?", "The reeve, Bo Lind, was fined.")]  # fmt: skip
    assert standalone("How long is it?", told) == "How long is the Sull weir?"


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("the postman", True),
        ("the old librarian", True),
        ("a pianist", True),
        ("the checklist", False),
        ("the mist", False),
        ("the train", False),
    ],
)
def test_words_for_somebody_by_their_ending(words: str, is_one: bool) -> None:
    assert is_somebody(words) is is_one


@pytest.mark.parametrize(
    ("answer", "earlier", "place"),
    [
        ("He is 80. His niece, Jo Orr, went to Quebec.", "What grows on Sull?", "Sull"),
        ("He is 80. He sold boats in Orm.", "What grows there?", "Orm"),
        ("The last keeper lives in Orm.", "What grows on Sull?", "Orm"),
    ],
)
def test_a_place_by_the_way_comes_behind_one_that_was_asked_of(
    answer: str, earlier: str, place: str
) -> None:
    asked = "How old is the keeper?"
    assert place_meant(context(asked, answer, turns=(("", asked), ("", earlier)))) == place


def test_she_is_no_others_wife_where_it_was_asked_of_a_woman() -> None:
    said = turn("Where did Ada Lund live?", "Ada Lund lived in Orm, where she kept geese.")
    said += turn("Did she ever marry?", "She was a child of Otto Lund and his wife Mia of Riga.")
    assert standalone("What did she die of?", said) == "What did Ada Lund die of?"
