"""Who does what to whom, and the opposite of what was done."""

from __future__ import annotations

import pytest

from rag.prose.roles import denied, opposite, turned_round
from rag.prose.support import Evidence, support


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Kestrel bought Orion.", "Orion bought Kestrel in May."),
        ("Kestrel was bought by Orion.", "Kestrel bought Orion for 3 million."),
        ("Orion bought Kestrel.", "Orion, bought by Kestrel in May, makes lamps."),
        ("Ada Byron sued Orion Works.", "Last year Orion Works sued Ada Byron over a lamp."),
        ("In May Kestrel will overtake Orion.", "Orion is to overtake Kestrel in May."),
    ],
)
def test_who_does_it_and_to_whom_are_turned_round(claim: str, sentence: str) -> None:
    assert len(turned_round(claim, [sentence])) == 2
    assert turned_round(claim, [sentence, claim]) == ()  # both are said
    assert turned_round(sentence, [sentence]) == ()


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Orion bought Kestrel.", "Kestrel was bought by Orion."),
        ("Orion Works bought Kestrel.", "In May Orion bought Kestrel Lamps."),
        ("Kestrel met Orion.", "Orion met Kestrel."),  # both of them
        ("Kestrel merged with Orion.", "Orion merged with Kestrel."),
        ("Kestrel sold lamps to Orion.", "Orion bought lamps of Kestrel."),
        ("Kestrel lost to Orion.", "Orion lost Kestrel."),
        ("Kestrel did not buy Orion.", "Orion bought Kestrel."),
        ("Kestrel said that Orion is closed.", "Orion is closed, Kestrel said."),
        ("Kestrel bought Orion.", "Orion closed. It bought Kestrel."),
    ],
)
def test_what_is_the_same_or_cannot_be_told_is_not_turned_round(claim: str, sentence: str) -> None:
    assert turned_round(claim, [sentence]) == ()


@pytest.mark.parametrize(
    ("claim", "sentence", "told"),
    [
        ("Orion fired 200 people in May.", "Orion hired 200 people in May.", ("fired",)),
        ("Sales of lamps have risen by 9 percent.", "Sales of lamps have fallen by 9 percent.",
         ("risen",)),
        ("Orion bought 200 lamps.", "Orion sold 200 lamps.", ()),  # of one thing from two sides
        ("Sales rose in May.", "Sales rose in May and fell in June.", ()),
        ("Rain lowers the risk, while wind raises the risk.", "Rain lowers the risk.", ()),
        ("Orion fired 200 people of its works in Velm.", "Orion hired 200 cooks.", ()),
    ],
)  # fmt: skip
def test_the_opposite_verb(claim: str, sentence: str, told: tuple[str, ...]) -> None:
    assert opposite(claim, sentence) == told


@pytest.mark.parametrize(
    ("claim", "sentence", "told"),
    [
        (
            "Orion 2.5 has not caught up with Kestrel.",
            "Orion 2.5 has caught up with Kestrel.",
            True,
        ),
        ("The tower may stand near the lake.", "The tower cannot stand near the lake.", True),
        ("Orion hasn't paid its staff.", "Orion has paid its staff.", True),
        ("Orion has not paid its staff.", "Orion never paid its staff.", False),
        ("Orion did not fall in May.", "Orion fell in May and did not fall in June.", False),
        ("Orion did not close.", "The works at Velm did close after many years of loss.", False),
    ],
)
def test_what_is_denied(claim: str, sentence: str, told: bool) -> None:
    assert bool(denied(claim, sentence)) is told


def test_higher_is_the_opposite_of_lower() -> None:
    sentence = "Qwen-plus is priced significantly lower than GPT-4, it said."
    assert opposite("Qwen-plus is priced significantly higher than GPT-4.", sentence) == ("higher",)


def test_what_is_turned_round_is_not_borne_out() -> None:
    told = [Evidence(0, "In May Orion bought Kestrel for 3 million euros.", None)]
    assert support("Orion bought Kestrel in May.", told, reading=4.0).holds
    turned = support("Kestrel bought Orion in May.", told, reading=4.0)
    assert not turned.holds
    assert turned.swapped == ("Kestrel", "Orion")
    fallen = [Evidence(0, "Sales of lamps rose by 9 percent in May.", None)]
    assert not support("Sales of lamps fell by 9 percent in May.", fallen, reading=4.0).holds
