"""How sure an answer is told to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.commands.terminal import in_terminal
from rag.datatypes import Answer, Citation, Differing, Grounds, Statement
from rag.statements.sureness import sureness
from tests.ui.test_rendering import answered, article

GROUNDS = Grounds(("tower", "high"), 40, 0.1)


@pytest.mark.parametrize(
    ("confidence", "told"),
    [
        (1.0, "Sure"),
        (0.75, "Sure"),
        (0.74, "Fairly sure"),
        (0.4, "Fairly sure"),
        (0.39, "Unsure: check the source"),
    ],
)
def test_how_sure_an_answer_is_is_told_in_words(confidence: float, told: str):
    answer = answered(article(), statements=(), confidence=confidence, grounds=GROUNDS)
    assert sureness(answer) == told
    assert sureness(replace(answer, outcome="declined")) == ""
    assert sureness(replace(answer, grounds=None)) == ""
    assert sureness(replace(answer, grounds=replace(GROUNDS, threshold=None))) == ""
    written = Statement("It is tall.", (), support=0.99)
    assert sureness(replace(answer, statements=(written,))) == ""


def said(*values: tuple[str, str], **changes: object) -> Answer:
    """An answer of a statement for each (article, words that answer)."""
    statements = tuple(
        Statement(value, (Citation(at, name, 0, len(value), value),), (0, len(value)))
        for at, (name, value) in enumerate(values, start=1)
    )
    return answered(article(), statements=statements, confidence=0.9, grounds=GROUNDS, **changes)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (said(("a", "18%"), ("b", "18 percent")), "Sure"),
        (said(("a", "18%"), ("a", "5%")), "Sure"),  # one article, of two things
        (said(("a", "18%"), ("b", "5%")), "Fairly sure"),
        (said(("a", "18%"), reason="The articles don’t seem to answer a part."), "Fairly sure"),
        (
            said(("a", "18%"), ("b", "5%"), differing=(Differing("18%", 1), Differing("5%", 2))),
            "The articles differ",
        ),
    ],
    ids=["same", "one article", "other value", "something open", "told to differ"],
)
def test_nothing_is_sure_where_articles_differ_or_something_is_left_open(
    answer: Answer, told: str
) -> None:
    assert sureness(answer) == told


def test_the_terminal_says_where_it_is_unsure_below_the_prose() -> None:
    unsure = said(("a", "18%"))
    told = in_terminal(replace(unsure, confidence=0.2))
    assert told.index("18%") < told.index("Unsure: check the source.") < told.index("Sources:")
    assert "nsure" not in in_terminal(unsure)
