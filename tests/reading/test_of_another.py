"""What another gives is no answer to what somebody gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.reading.of_another import doer_asked
from tests.making import make_article, write_folder

NEWS = make_article("# Mills\n\nFlour is given away in the valley. Bakers are glad.\n")
GIVES = "Orion Mill, a firm in Velm, gives away 40 sacks of flour."


@pytest.mark.parametrize(
    ("question", "sentence", "is_another"),
    [
        ("How many sacks does Kestrel give away?", GIVES, True),
        ("How many sacks can one get from Kestrel?", GIVES, True),
        ("Until when is Kestrel giving away sacks?", GIVES, True),
        ("What will Kestrel give away?", GIVES, True),
        ("Where does Kestrel give sacks away?", GIVES, True),
        ("How many sacks does Orion give away?", GIVES, False),
        ("How many sacks does Kestrel give away?", "Orion Mill and Kestrel give 40 sacks.", False),
        ("How many sacks does Kestrel give away?", "The firm gives away 40 sacks.", False),
        ("How many sacks does Kestrel give away?", "On Friday 40 sacks were given.", False),
        ("How many sacks does Kestrel give away?", "Bakers got 40 sacks.", False),
        ("How many sacks does Kestrel Bank give away?", "Orion Bank gives 40 sacks.", True),
        ("How many sacks does Orion Bank give away?", "Orion Mill gives 40 sacks.", False),
        ("How many sacks does Ana Ruiz give away?", "Bo Ruiz gives away 40 sacks.", False),
        ("How many sacks does Ana Ruiz give away?", "Ana Lund gives away 40 sacks.", True),
        ("How many sacks does Kestrel give away?",
         "At the fair in Velm, Orion Mill gave away 40 sacks.", True),
    ],
)  # fmt: skip
def test_who_else_gives_it(question: str, sentence: str, is_another: bool) -> None:
    doer = doer_asked(question)
    assert doer is not None
    assert doer.is_another_in(sentence, sentence, NEWS) is is_another


def test_what_a_sentence_leans_on_tells_of_whom_it_is() -> None:
    doer = doer_asked("How many sacks does Kestrel give away?")
    assert doer is not None
    leaning = "The firm gives away 40 sacks."
    assert doer.is_another_in(leaning, f"Orion Mill opened on Friday. {leaning}", NEWS)
    assert not doer.is_another_in(leaning, f"A mill opened on Friday. {leaning}", NEWS)
    assert not doer.is_another_in("Sacks are free.", "Orion Mill opened. Sacks are free.", NEWS)


def test_what_an_article_is_about_need_not_be_named() -> None:
    of_kestrel = make_article("# Kestrel has a sale\n\nKestrel is a mill. Flour is cheap.\n")
    doer = doer_asked("How many sacks does Kestrel give away?")
    assert doer is not None
    assert not doer.is_another_in(GIVES, GIVES, of_kestrel)
    assert not doer.is_another_in(GIVES, f"Kestrel has partners. {GIVES}", NEWS)


@pytest.mark.parametrize(
    "question",
    [
        "Who gives away sacks in Velm?",
        "Does Kestrel give sacks?",
        "How many came?",
        "How many sacks does Kestrel give away? Where is the mill?",
        "How many sacks did the Kestrels give away?",
        "How many sacks does the Kestrel bakery give away?",
        "How many of its sacks does Kestrel's bakery give away?",
        "Which mill bought sacks from Kestrel?",
    ],
)
def test_no_value_of_anybody_is_asked_for(question: str) -> None:
    assert doer_asked(question) is None


def test_a_newer_article_of_another_does_not_come_first(tmp_path: Path) -> None:
    texts = {
        "old.md": "# Flour in spring\n\nPublished: May 02, 2024\n\nThe mill Kestrel gives away 50 "
        "sacks of free flour to the bakers of Velm.\n",
        "new.md": "# Flour in summer\n\nPublished: Jun 02, 2024\n\nOrion Mill, a firm of the "
        "valley, gives away 22 sacks of free flour to the bakers of Velm.\n",
    }
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    (first, *_) = assistant.ask("How many sacks of free flour does Kestrel give away?").statements
    assert "Kestrel" in first.text
