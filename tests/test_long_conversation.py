"""A conversation of fifty turns: the fiftieth is answered like the first, and nothing piles up."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.assistant import Assistant
from rag.config import Config
from rag.conversation.turns import MOST_TURNS
from rag.datatypes import Message
from rag.hosting.conversations import TERMINAL, Conversations
from rag.ui import conversation
from tests.making import write_folder

if TYPE_CHECKING:
    from rag.encoder import SentenceEncoder

TURNS = 50
RIVERS = ("Aller", "Bode", "Ems", "Fulda", "Havel", "Isar", "Lahn", "Main", "Neckar", "Oder")
LENGTH_KM = {name: 101 + 17 * at for at, name in enumerate(RIVERS)}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, tiny: SentenceEncoder) -> Assistant:
    made = tmp_path_factory.mktemp("long")
    texts = {
        f"{name}.txt": f"About the {name}\n\nThe river {name} is {LENGTH_KM[name]} kilometres long."
        f" Boats go on it in summer.\n"
        for name in RIVERS
    }
    write_folder(made / "articles", texts)
    config = Config(reader="none", retriever="lexical", min_confidence=0.0, most_statements=1)
    return Assistant.open(made / "articles", made / "index", config=config, encoder=tiny)


def asked(turn: int) -> tuple[str, str]:
    """Return a question, every second one leaning on the one before, and the river it means."""
    name = RIVERS[turn * 7 % len(RIVERS)]
    return (f"And the {name}?" if turn % 2 else f"How long is the river {name}?"), name


def test_each_of_fifty_answers_is_right_and_memory_stays_flat(assistant: Assistant):
    turns: conversation.Turns = ()
    held: list[int] = []
    tracemalloc.start()
    try:
        for turn in range(TURNS):
            question, name = asked(turn)
            said = conversation.history(turns)
            assert len(said) <= 2 * MOST_TURNS
            answer = assistant.ask(question, history=said)
            assert f"{LENGTH_KM[name]} kilometres" in answer.text, (question, answer.searched_for)
            assert answer.reworded is bool(turn % 2)
            turns = conversation.finish(
                conversation.grow(conversation.begin(turns, question), answer)
            )
            turns = turns[-2 * MOST_TURNS :]  # what is held here is not the assistant's
            if turn in (TURNS // 2 - 1, TURNS - 1):
                gc.collect()
                held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    # Every question was asked by the twentieth turn, so whatever is kept of them is there by then.
    halfway, ended = held
    assert ended - halfway < 50_000


def test_fifty_turns_are_kept_and_gone_on_with(assistant: Assistant, tmp_path: Path):
    store = Conversations(tmp_path / "talks.sqlite3", "rivers")
    kept = None
    said: list[Message] = []
    for turn in range(TURNS):
        question = asked(turn)[0]
        answer = assistant.ask(question, history=said[-2 * MOST_TURNS :])
        kept = store.add(TERMINAL, kept and kept.conversation, question, answer)
        said += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer.text},
        ]
    assert kept is not None
    turns = store.turns(TERMINAL, kept.conversation)
    assert [t.question for t in turns] == [asked(turn)[0] for turn in range(TURNS)]
    reopened = conversation.reopened(kept.conversation, turns, assistant.articles)
    assert conversation.history(reopened) == said[-2 * MOST_TURNS :]
    again = assistant.ask("And the Oder?", history=conversation.history(reopened))
    assert f"{LENGTH_KM['Oder']} kilometres" in again.text
