"""Each step has its turn at what the one before left; a whole answer of its own takes its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag import finishing
from rag.answerer import Draft
from rag.finishing import INSTEAD, LAST, OF_WORDS, STEPS, Finishing, Step, finished
from rag.retrieve import Retrieved

DRAFT = Draft((), 0.5, "")


def _of(*, whole: bool) -> Finishing:
    found = Retrieved(query=None, terms=(), passages=(), seconds={})
    return Finishing("What is on?", None, found, whole, 3, 5, None, {})  # type: ignore[arg-type]


def _saying(word: str) -> Step:
    """Return a step that adds a word to what the draft tells."""
    return lambda draft, _: replace(draft, reason=f"{draft.reason}{word}")


def _not_for_it(draft: Draft, of: Finishing) -> None:
    """Return None, as a step does that the question is not for."""


@pytest.fixture
def _steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finishing, "INSTEAD", (_not_for_it, _saying("a"), _saying("b")))
    monkeypatch.setattr(finishing, "STEPS", (_saying("1"), _not_for_it, _saying("2")))
    monkeypatch.setattr(finishing, "LAST", (_saying("."),))


@pytest.mark.usefixtures("_steps")
def test_the_first_whole_answer_stands() -> None:
    assert finished(DRAFT, _of(whole=True)).reason == "a."


@pytest.mark.usefixtures("_steps")
def test_of_several_parts_each_step_has_its_turn() -> None:
    assert finished(DRAFT, _of(whole=False)).reason == "12."


def test_every_step_says_what_it_is_for() -> None:
    for step in (*INSTEAD, *STEPS, *LAST, *OF_WORDS):
        assert (step.__doc__ or "").startswith("Return "), step
