"""What people are called is told where a text tells it, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given

from rag.conversation.called import called_in, is_called, people_in
from tests.making import texts


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Ana Ruiz sold the mill, since she was ill.", {"Ana Ruiz": "she"}),
        ("Ana Ruiz sold the mill. She was ill.", {"Ana Ruiz": "she"}),
        ("Ana Ruiz, who runs Orvo, sold her mill.", {"Ana Ruiz": "she"}),
        ("Bo Lind left. Lind, 43, said that he was tired.", {"Bo Lind": "he"}),
        ("His sister, Ana Ruiz, sold the mill.", {"Ana Ruiz": "she"}),
        ("Bo Lind, a grandson of the founder, sold it.", {"Bo Lind": "he"}),
        ("Its spokeswoman, Ana Ruiz, and its chairman, Bo Lind, met.", {"Ana Ruiz": "she"}),
        ("Every Monday Ana Ruiz bakes. She is 61.", {"Ana Ruiz": "she"}),
        # Somebody else.
        ("Bo Lind called on her to go.", {}),
        ("Bo Lind thanked Ana Ruiz, since she had paid.", {}),
        ("Bo Lind told the nurse that she was wrong.", {}),
        ("Bo Lind wrote. “She is blind,” it read.", {}),
        ("Bo Lind met Ana Ruiz. She was ill.", {}),
        ("Ana Ruiz paints. He taught her the trade.", {}),
        ("Ana Ruiz said that he lied. Ana Ruiz said that she knew.", {}),
        ("Velm Bridge was shut. She left.", {}),
        # A word for a man or a woman tells more than "her" does.
        ("Bo Lind took her mill. Bo Lind, a grandson of the miller, sold it.", {"Bo Lind": "he"}),
    ],
)
def test_what_somebody_is_called(text: str, called: dict[str, str]) -> None:
    assert called_in(text) == called


def test_a_name_of_one_word_is_a_persons_who_is_known() -> None:
    text = "She was married to Walter, a postman."
    assert called_in(text) == {}
    assert called_in(text, {"Walter"}) == {"Walter": "he"}


def test_a_surname_is_of_the_one_who_has_it() -> None:
    two = {"Ana Ruiz": "she", "Bo Ruiz": "he"}
    assert is_called("Ruiz", {"Ana Ruiz": "she"}) == "she"
    assert is_called("Dr Ana Ruiz", two) == "she"
    assert is_called("Ruiz", two) == is_called("Eva Ruiz", two) == ""


@given(texts())
def test_only_people_of_the_text_are_called(text: str) -> None:
    assert set(called_in(text)) <= set(people_in(text))
    assert set(called_in(text).values()) <= {"she", "he"}
