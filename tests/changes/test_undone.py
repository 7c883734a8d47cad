"""What was banned, closed or charged for, and is so no more."""

from __future__ import annotations

import pytest

from rag.changes.undone import undone

TERMS, ABOUT = frozenset({"camp", "beach", "velm"}), frozenset({"velm"})
BANNED = "Nobody will be allowed to camp on the beach of Velm after a vote for a ban."
CLOSED = "The pool of Velm has been closed since May."


@pytest.mark.parametrize(
    "told",
    [
        "The council tore up the order, and whoever camps on the beach pays.",
        "The ban on the beach camp was lifted.",
        "Whoever camps on the beach cheered as the rule was repealed.",
    ],
)
def test_a_rule_by_another_name_is_no_more(told: str) -> None:
    assert undone(["It rains.", told], BANNED, TERMS, ABOUT) == 1


@pytest.mark.parametrize(
    "told",
    [
        "The council tore up the letter, and all who camp on the beach laughed.",
        "The order of the shop was repealed.",
        "Velm has a beach.",
    ],
)
def test_another_thing_that_is_no_more_changes_nothing(told: str) -> None:
    assert undone([told], BANNED, TERMS, ABOUT) is None


def test_what_is_sold_out_is_not_done_away_with() -> None:
    said, terms = "A ticket for the fair of Velm is 4.50.", frozenset({"ticket", "fair", "velm"})
    assert undone(["The fair of Velm has no ticket."], said, terms, ABOUT) == 0
    assert undone(["There is no ticket left for the fair of Velm."], said, terms, ABOUT) is None


def test_what_was_closed_is_open_again() -> None:
    terms = frozenset({"pool", "velm"})
    for told in ("Swimmers are back at the pool of Velm.", "The pool of Velm has reopened."):
        assert undone([told], CLOSED, terms, terms) == 0
        assert undone([told], "The pool of Velm is warm.", terms, terms) is None
    assert undone(["Swimmers are back at the lake of Lisk."], CLOSED, terms, terms) is None
