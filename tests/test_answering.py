"""A question that wants all articles followed through is one for one of those that answer so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rag.answerer import Draft
from rag.answering import FROM_ALL
from rag.followup import standalone
from rag.questions.dates import dated
from tests.making import make_article

NEWEST = date(2024, 7, 9)
NUMBERED = make_article("Berth rules\n\n1. Pay first.\n\n2. No fires.\n\n3. Leave by noon.\n")


class _Always:
    """Answers whatever it is asked."""

    def answer(self, *_: object) -> Draft:
        """Return an answer."""
        return Draft((), 1.0, "")


def _serving() -> Any:
    """Return what serves where each who is asked answers: that one asks is what counts."""
    return SimpleNamespace(
        coverage=_Always(), sayings=_Always(), latest=_Always(), timeline=_Always(),
        newest=lambda: NEWEST, articles=SimpleNamespace(left_in=lambda _: {"a": NUMBERED}),
    )  # fmt: skip


def _questions() -> Iterator[str]:
    for name in ("questions", "collection"):
        for line in Path(__file__).with_name(f"{name}.jsonl").read_text("utf-8").splitlines():
            each = json.loads(line)
            yield standalone(each["question"], each.get("history", []))


def _for(question: str) -> list[str]:
    dates = dated(question, lambda: NEWEST)
    return [answer.__name__ for answer in FROM_ALL if answer(dates, _serving()) is not None]


def test_no_question_of_all_articles_is_for_two() -> None:
    counted = Counter[str]()
    for question in _questions():
        found = _for(question)
        assert len(found) <= 1, (question, found)
        counted.update(found)
    assert len(counted) >= 3  # or the questions say nothing of it


def test_each_is_for_its_own() -> None:
    questions = (
        "Which articles mention the weir?", "What did Ida Lund say?",
        "What is the latest on the weir?", "Give me a timeline of the weir",
        "What does rule 2 say?",
    )  # fmt: skip
    assert [_for(question) for question in questions] == [[each.__name__] for each in FROM_ALL]
