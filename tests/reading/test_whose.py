"""What is another's is no answer to what is somebody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.reading.whose import whose_asked
from tests.making import make_article, write_folder

NEWS = make_article("# Mills\n\nFlour is cheap in the valley. Bakers are glad, as is Orion.\n")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who founded Kestrel?", "Kestrel"),
        ("who first set up Kestrel", "Kestrel"),
        ("Who is the chief engineer at Kestrel?", "Kestrel"),
        ("What is the name of the director of Kestrel Mill?", "Kestrel Mill"),
        ("Who is Kestrel's director?", "Kestrel"),
        ("What is Kestrel's price?", "Kestrel"),
        ("How many people work at Kestrel?", "Kestrel"),
        ("How long is the wait for Kestrel?", "Kestrel"),
        ("How old is Ana Ruiz's mill?", "Ana Ruiz"),
        ("Who is Ana Ruiz's husband?", ""),  # he may be named in her stead
        ("How many people live in Velm?", ""),  # the place is told elsewhere
        ("Who founded the Kestrel?", ""),
        ("How many people did Kestrel hire for Orion?", ""),  # which one?
        ("Why did Kestrel close?", ""),
        ("Who is the director of the mill?", ""),
        ("Who came on Friday?", ""),
    ],
)
def test_what_is_asked_of_a_thing(question: str, name: str) -> None:
    asked = whose_asked(question)
    assert (asked.name if asked else "") == name


@pytest.mark.parametrize(
    ("question", "sentence", "is_another"),
    [
        ("Who founded Kestrel?", "Orion, a mill in Velm, was founded by Ana Ruiz.", True),
        ("Who founded Kestrel?", "The firm Orion, founded by Ana Ruiz, bakes bread.", True),
        ("Who founded Kestrel?", "The mill was founded by Ana Ruiz.", False),
        ("Who founded Kestrel?", "Ana Ruiz founded the mill.", False),
        ("Who founded Kestrel?", "Orion founded the mill as a branch.", False),  # it is who did
        ("Who founded Kestrel?", "Kestrel, like Orion, was founded by Ana Ruiz.", False),
        ("Who founded Orion?", "Orion, a mill in Velm, was founded by Ana Ruiz.", False),
        ("Who is the director of Kestrel?", "Bo Lind, director of Orion, was pleased.", True),
        ("Who is the director of Kestrel?", "Orion's new director is Bo Lind.", True),
        ("Who is the director of Kestrel?", "Bo Lind, the director, was pleased.", False),
        ("Who is Kestrel's director?", "Bo Lind, director of Orion, was pleased.", True),
        ("What is Kestrel's price?", "Orion costs 40 euros.", True),
        ("How many people work at Kestrel?", "Orion has 40 hands.", True),
        ("How many people work at Kestrel?", "It has 40 hands.", False),
        ("How many people work at Kestrel?", "Bo Lind counts 40 hands there.", False),
        ("How old is Ana Ruiz's mill?", "Bo Lind has a mill of 1902.", True),
        ("How old is Ana Ruiz's mill?", "Orion is of 1902.", False),  # it may be hers
    ],
)
def test_whose_it_is(question: str, sentence: str, is_another: bool) -> None:
    asked = whose_asked(question)
    assert asked is not None
    assert asked.is_another_in(sentence, sentence, NEWS) is is_another


def test_what_an_article_opens_with_need_not_be_named() -> None:
    of_kestrel = make_article("# Kestrel has a sale\n\nKestrel is a mill, as is Orion.\n")
    asked = whose_asked("How many people work at Kestrel?")
    assert asked is not None
    assert not asked.is_another_in("Orion has 40 hands.", "Orion has 40 hands.", of_kestrel)


def test_an_assistant_does_not_name_the_founder_of_another(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "corpus",
        {
            "mills.md": "# Mills of the valley\n\nTwo mills stand in the valley. The mill Orion, "
            "founded by the baker Ana Ruiz, grinds rye. Kestrel, the other one, grinds oats and "
            "is open on Fridays.\n"
        },
    )
    assistant = Assistant.open(folder, tmp_path / "index")
    assert "Ana Ruiz" in assistant.ask("Who founded Orion?").text
    assert assistant.ask("Who founded Kestrel?").outcome == "declined"
