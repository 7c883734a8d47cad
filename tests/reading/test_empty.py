"""A cell that a question asks for and that is empty."""

from __future__ import annotations

import pytest

from rag.config import Config
from rag.encoder import SentenceEncoder
from rag.reading.desk import Desk
from rag.reading.empty import left_empty
from rag.reading.met import asked_words
from rag.reading.signals import judged
from rag.retrieve import HybridRetriever
from tests.making import make_article, make_generation

BOATS = """# Boats

| Boat | Kind | Half day | Full day | Deposit |
|---|---|---|---|---|
| Dabchick | rowing boat | 22 | 38 | 50 |
| Gannet | dinghy |  | 85 | 150 |
| Coot | pedal boat | 20 |  |  |
| Heron | dinghy | 30 | 60 | 50 |
"""
TURNED = """# Bikes

| | Haulier | Dray |
|---|---|---|
| Weight | 48 | 39 |
| Range | 71 |  |
"""


@pytest.mark.parametrize(
    ("text", "question", "told"),
    [
        (BOATS, "How much is the Gannet for half a day?", "Half day/Gannet"),
        (BOATS, "What is the full day price of the Coot?", "Full day/Coot"),
        (BOATS, "What is the deposit of the pedal boat?", "Deposit/pedal boat"),
        (BOATS, "How much is the Gannet for a full day?", ""),  # it is told
        (BOATS, "What is the deposit of the Heron?", ""),
        (BOATS, "What is the deposit?", ""),  # of no boat
        (BOATS, "What is the half day price of a dinghy?", ""),  # of which of the two?
        (BOATS, "How much is the Coot for a day?", ""),  # which day: half or full?
        (TURNED, "What is the range of the Dray?", "Dray/Range"),
        (TURNED, "What is the range of the Haulier?", ""),
    ],
)
def test_an_empty_cell_that_is_asked_for(
    tiny: SentenceEncoder, text: str, question: str, told: str
) -> None:
    config = Config(encoder="tiny")
    generation = make_generation([make_article(text)], tiny, chunk_tokens=200)
    desk = Desk(generation, tiny)
    found = HybridRetriever(generation, tiny, config).retrieve(question, k=8)
    empty = left_empty(asked_words(question, {}), judged(desk, question, found), desk)
    assert ("" if empty is None else f"{empty.column}/{empty.row}") == told
