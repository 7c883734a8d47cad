"""What is asked for at all, and whether a text speaks of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.compiled import open_encoder
from rag.config import Config
from rag.encoder import Encoder
from rag.reading.existence import is_spoken_of, sought
from tests.making import write_folder


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder(Config())


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Is there parking?", "parking"),
        ("is there any parking at the mill", "parking"),
        ("and are there lockers there?", "lockers"),
        ("How much is a loaf? Is there parking?", "parking"),
        ("is there a café at the mill", "café"),
        ("Are there changing rooms?", "changing rooms"),
        ("Is there a bus to Velm?", ""),
        ("Is there more?", ""),
        ("Are there any articles about mills?", ""),
        ("Is there Wi-Fi?", ""),
        ("Gibt es Parkplätze?", ""),
        ("Where is the parking?", ""),
    ],
)
def test_what_is_asked_for_at_all(question: str, word: str) -> None:
    assert sought(question) == word


@pytest.mark.parametrize(
    ("word", "text", "told"),
    [
        ("parking", "Cars may stand behind the mill.", True),
        ("lockers", "A locker takes a coin.", True),
        ("parking", "The mill grinds rye and spelt at night.", False),
        ("parking", "", False),
        ("towels", "The mill grinds rye.", True),  # its passage has the word
    ],
)
def test_it_is_spoken_of_by_a_word_like_it(
    encoder: Encoder, word: str, text: str, told: bool
) -> None:
    assert is_spoken_of(word, text, "Towels are sold.", encoder.encode) is told


def test_what_no_article_speaks_of_is_declined(tmp_path: Path) -> None:
    texts = {
        "mill.md": "# The mill at Velm\n\nThe mill grinds rye at night. Flour is sold at the door "
        "on Fridays.\n\nTowels are sold at the counter.\n",
        "bridge.md": "# The bridge\n\nThe bridge was built in 1887. It is closed on Sundays.\n",
    }
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    assert assistant.ask("Is there parking at the mill?").outcome == "declined"
    assert "Towels" in assistant.ask("Are there towels at the mill?").statements[0].text
