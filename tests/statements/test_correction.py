"""What an article takes back is stated with what is right, and first."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answerer import Draft
from rag.assistant import Assistant
from rag.cite import Place
from rag.datatypes import Article, Chunk, Passage, Scores
from rag.statements.correction import corrections_in, with_corrections
from tests.making import make_article, write_folder

OLD = make_article(
    "A third quay\n\nVelm Courier, 2 March 2024\n\nThe harbour of Velm takes 420 ships a year. "
    "The port has 420 workers. It opened in 1961.\n",
    name="old",
)
TAKEN = "In our report of 2 March we wrote that the harbour of Velm takes 420 ships a year."
WRONG = "That number is wrong."
RIGHT = "The right one is 240."
NEW = make_article(
    f"The ships of Velm\n\nVelm Courier, 9 May 2024\n\n{TAKEN} {WRONG} {RIGHT} The harbour "
    "master counts them by hand.\n",
    name="new",
)


def corrected(text: str) -> list[str]:
    """Return what an article takes back, each from what was written to what is right."""
    article = make_article(f"The quay\n\n{text}\n")
    return [article.text[one.place.start : one.place.end] for one in corrections_in(article)]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (f"{TAKEN} {WRONG} {RIGHT} It rains.", f"{TAKEN} {WRONG} {RIGHT}"),
        ("An earlier version said it was 5. It should have read 6. So be it.",
         "An earlier version said it was 5. It should have read 6."),
        ("We also reported, in May, that the suit was lost. It was put off, not lost. Yes.",
         "We also reported, in May, that the suit was lost. It was put off, not lost."),
        ("We wrote last week that the quay is to grow. It has grown. The end.",
         "We wrote last week that the quay is to grow. It has grown."),
        ("We said goodbye. It was late.", ""),
        ("We never wrote that the quay is to grow. It has grown.", ""),
        ("She wrote that the quay is to grow. It has grown.", ""),
    ],
)  # fmt: skip
def test_what_was_written_goes_with_what_is_right(text: str, whole: str) -> None:
    assert corrected(text) == ([whole] if whole else [])


def test_a_correction_ends_with_its_paragraph() -> None:
    assert corrected("We wrote that it is 5.\n\nIt was 6, not 5, in May.") == [
        "We wrote that it is 5."
    ]


def place_of(article: Article, text: str, value: str = "") -> Place:
    start = article.text.index(text)
    at = article.text.index(value, start) if value else 0
    return Place(article.id, start, start + len(text), (at, at + len(value)) if value else None)


def stated(*places: Place) -> list[str]:
    """Return what is stated of a draft of these places, both articles found for it."""
    articles = {one.id: one for one in (OLD, NEW)}
    passages = [
        Passage(Chunk(one.id, one.id, 0, len(one.text), one.text), one, Scores())
        for one in articles.values()
    ]
    found = with_corrections(Draft(places, 0.9, ""), passages)
    return [articles[one.article_id].text[one.start : one.end] for one in found.places]


SHIPS, WORKERS, OPENED = (
    place_of(OLD, "The harbour of Velm takes 420 ships a year.", "420"),
    place_of(OLD, "The port has 420 workers.", "420"),
    place_of(OLD, "It opened in 1961."),
)


def test_what_is_taken_back_gives_way_to_its_correction() -> None:
    whole = f"{TAKEN} {WRONG} {RIGHT}"
    assert stated(OPENED, SHIPS) == [whole, "It opened in 1961."]
    assert stated(SHIPS, place_of(NEW, RIGHT)) == [whole]
    assert stated(place_of(NEW, TAKEN), place_of(NEW, WRONG)) == [whole]
    assert stated(WORKERS) == ["The port has 420 workers."]  # another thing of the same number
    assert stated(OPENED) == ["It opened in 1961."]


def test_a_question_is_answered_by_the_correction(tmp_path: Path) -> None:
    texts = {"old.txt": OLD.text, "new.txt": NEW.text}
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    first, *others = assistant.ask(
        "How many ships does the harbour of Velm take a year?"
    ).statements
    assert first.text == f"{TAKEN} {WRONG} {RIGHT}"
    assert not any("takes 420 ships" in one.text for one in others)
