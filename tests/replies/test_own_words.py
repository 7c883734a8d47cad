"""What whoever says "I" in an article says of a thing, without an "I" in each sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.articles.first_person import answers_in, first_person
from rag.assistant import Assistant
from rag.replies.own_words import told_on
from tests.making import make_article, write_folder

TALK = (
    "“The sea keeps its own hours”\n\nPier Magazine, May 2024. Interview: Ana Ruiz\n\nJonna Berg, "
    "51, keeps the light of Velm.\n\n## Did you like the opera about the lighthouse?\n\nIt was too "
    "long. The soprano was good. I slept in the second act.\n\n## Who comes after you?\n\nMy "
    "nephew does. The lamp is to be sold.\n"
)
COLUMN = (
    "# Sweep the steps\n\nTom Lund\n\nOpinion, Velm Courier, 3 May 2024\n\nI fell on the quay last "
    "week. The harbour has 40 steps of stone. They are green, and nobody sweeps them. Trams are "
    "late.\n\n“The steps are clean,” Eva Holt told me.\n"
)


def on(text: str, name: str, word: str) -> list[str]:
    article = make_article(text)
    found = told_on(article, name, lambda told: float(word in told))
    return [article.text[place.start : place.end] for _, place in found]


def test_an_answer_is_of_what_its_question_is() -> None:
    assert on(TALK, "Jonna Berg", "opera") == [
        "It was too long. The soprano was good. I slept in the second act."
    ]
    assert on(TALK, "Berg", "lamp is") == ["The lamp is to be sold."]
    assert on(TALK, "Ana Ruiz", "opera") == []


def test_a_question_without_a_question_mark_ends_the_answer_before() -> None:
    text = TALK.replace("## Who comes after you?", "**Q: You never married.**")
    assert len(answers_in(make_article(TALK))) == 2
    assert "nephew" not in "".join(on(text, "Jonna Berg", "opera"))


def test_what_goes_on_about_a_thing_is_of_it() -> None:
    assert on(COLUMN, "Tom Lund", "steps of stone") == [
        "The harbour has 40 steps of stone. They are green, and nobody sweeps them."
    ]
    assert on(COLUMN, "Tom Lund", "clean") == []


def test_whose_name_is_set_off_above_the_outlet_says_i() -> None:
    assert first_person(make_article(COLUMN)) == "Tom Lund"
    of_him = COLUMN.replace("Trams are late.", "Lund was seventy then.")
    assert first_person(make_article(of_him)) == ""


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What did Jonna Berg think of the opera?", "It was too long."),
        ("What does Tom Lund say about the steps of the harbour?", "nobody sweeps them"),
    ],
)
def test_what_somebody_thinks_is_told(tmp_path: Path, question: str, told: str) -> None:
    folder = write_folder(tmp_path / "corpus", {"a.md": TALK, "b.md": COLUMN})
    answer = Assistant.open(folder, tmp_path / "index").ask(question)
    assert told in answer.statements[0].text
