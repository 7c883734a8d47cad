"""The turns of a conversation: the prose of an answer is read, however it was printed."""

from __future__ import annotations

from datetime import date

import pytest

from rag.conversation.turns import exchanges, prose
from rag.datatypes import (
    Answer,
    Article,
    Chunk,
    Citation,
    DateFilter,
    Message,
    Passage,
    Scores,
    Statement,
)
from rag.followup import standalone

TEXT = "Ana Ruiz mends clocks. She lives in Velm."
ARTICLE = Article(id="a", title="Clocks", text=TEXT, source="a.txt", published=date(2024, 3, 1))


def answered(question: str, searched_for: str, **others: object) -> Answer:
    """Return an answer with two cited statements."""
    places = [(0, 22), (23, len(TEXT))]
    statements = tuple(
        Statement(TEXT[start:end], (Citation(number, "a", start, end, TEXT[start:end]),))
        for number, (start, end) in enumerate(places, 1)
    )
    known = {"outcome": "answered", "reason": "", "statements": statements, "passages": ()} | others
    return Answer(
        question=question, searched_for=searched_for, confidence=0.9, answered_by="",
        articles={"a": ARTICLE}, **known,
    )  # fmt: skip


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"as_it_stands": True},
        {"among": ("a",)},
        {"dates": DateFilter("in March", "", date(2024, 3, 1), date(2024, 3, 31), True, False)},
        {"dates": DateFilter("newest", "", None, None, False, True)},
        {"dates": DateFilter("lately", "", date(2024, 3, 1), None, False, True)},
    ],
    ids=["plain", "as it stands", "among", "in a month", "newest", "lately"],
)
@pytest.mark.parametrize("asked", ["Who mends clocks?", "And clocks?"])
def test_an_answer_is_read_the_same_as_prose_and_as_it_is_printed(
    asked: str, others: dict[str, object]
) -> None:
    answer = answered(asked, "Who mends clocks?", **others)
    assert prose(str(answer)) == prose(answer.text) == TEXT


def test_of_a_decline_the_nearest_passage_is_not_read() -> None:
    chunk = Chunk("a:0", "a", 0, len(TEXT), TEXT)
    passage = Passage(chunk, ARTICLE, Scores())
    reason = "The articles don’t say who mends bells."
    answer = answered(
        "And bells?", "Who mends bells?", outcome="declined", reason=reason, statements=(),
        passages=(passage,),
    )  # fmt: skip
    assert "Nearest: " in str(answer)
    assert prose(str(answer)) == reason


def test_what_was_searched_for_is_nobody() -> None:
    first, second = "What does Ana Ruiz mend?", "And where does she live?"
    answer = answered(second, "where does Ana Ruiz live?")
    history: list[Message] = [
        {"role": "user", "content": first},
        {"role": "assistant", "content": TEXT},
        {"role": "user", "content": second},
        {"role": "assistant", "content": str(answer)},
    ]
    assert standalone("Who taught her?", history) == "Who taught Ana Ruiz?"


def test_a_turn_without_an_answer_has_none_and_only_the_first_answer_counts() -> None:
    history: list[Message] = [
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Who\nmends clocks?"},
        {"role": "user", "content": "And bells?"},
        {"role": "assistant", "content": "Nobody."},
        {"role": "assistant", "content": "Really."},
    ]
    assert exchanges(history) == [("Who mends clocks?", ""), ("And bells?", "Nobody.")]
