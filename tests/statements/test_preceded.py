"""Who came before somebody is answered by what tells of the change of hands."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answerer import Draft
from rag.articles.catalogue import Catalogue
from rag.assistant import Assistant
from rag.cite import Place
from rag.statements.preceded import later_holder, with_earlier
from tests.making import make_article, write_folder

NEWS = make_article(
    "News of Orrel\n\nPublished: May 09, 2024\n\nMara Lind is the head of the mill of Orrel. It "
    "rains. Lind had taken it over from Jan Holt in spring. The bread is good.\n",
    name="news",
)
LIND = NEWS.text.index("Mara Lind is")
DRAFT = Draft((Place("news", LIND, NEWS.text.index(" It rains")),), 0.3, "")
ASKED = "Who was the head of the mill of Orrel before Mara Lind?"


def told(question: str, draft: Draft = DRAFT) -> list[str]:
    found = with_earlier(draft, question, Catalogue({"news": NEWS}), most=4)
    return [NEWS.text[one.start : one.end] for one in found.places]


def test_who_came_before_is_stated_first() -> None:
    assert told(ASKED) == [
        "Lind had taken it over from Jan Holt in spring.",
        "Mara Lind is the head of the mill of Orrel.",
    ]


def test_a_question_that_was_declined_is_answered_by_it() -> None:
    declined = Draft((), 0.02, "Not said.", threshold=0.05)
    found = with_earlier(declined, ASKED, Catalogue({"news": NEWS}), most=4)
    assert len(found.places) == 1
    assert (found.reason, found.confidence) == ("", 0.05)
    assert found.places[0].highlight is not None
    assert NEWS.text[slice(*found.places[0].highlight)] == "Jan Holt"


def test_in_a_portrait_she_is_the_one_who_came_after() -> None:
    portrait = make_article(
        "At the mill\n\nMara Lind bakes at night. She has led the mill "
        "of Orrel since May, and she has a boat. She was born in Velm, where she went to school."
        "\n\nShe follows Jan Holt, who retired. She swims in her spare time, and she sings. Her "
        "husband says that she snores.\n",
        name="news",
    )
    found = with_earlier(Draft((), 0.0, "Not said."), ASKED, Catalogue({"news": portrait}), most=4)
    said = [portrait.text[one.start : one.end] for one in found.places]
    assert said == ["She follows Jan Holt, who retired."]


@pytest.mark.parametrize(
    "question",
    [
        "Who was the head of the mill of Orrel before Jan Holt?",
        "Who was the head of the school of Velm before Mara Lind?",
        "Who was the head of the mill of Orrel?",
    ],
)
def test_where_that_is_not_asked_or_told_nothing_changes(question: str) -> None:
    assert told(question) == ["Mara Lind is the head of the mill of Orrel."]
    assert told(question, Draft((), 0.0, "Not said.")) == []


def test_what_changed_hands_is_what_is_asked_of() -> None:
    other = make_article(
        "News of the week\n\nThe town of Orrel has a mill. It rains. The bread is good. Mara Lind "
        "sings in the choir. Lind had taken it over from Jan Holt in spring.\n",
        name="news",
    )
    found = with_earlier(Draft((), 0.0, ""), ASKED, Catalogue({"news": other}), most=4)
    assert found.places == ()


def test_who_left_what_was_taken_up_later_came_before() -> None:
    head = "News of Orrel\n\nPublished: {}\n\n"
    left = make_article(
        head.format("May 02, 2024") + "Jan Holt is no longer at the head of the mill of Orrel. "
        "Bo Orr chairs the board of the mill.\n",
        name="left",
    )
    taken = make_article(
        head.format("Jun 02, 2024") + "Mara Lind, 40, is from Velm. She takes over the mill on 1 "
        "July. Jan Holt had more pay. Bo Orr said that Lind was good.\n",
        name="taken",
    )
    both = Catalogue({"left": left, "taken": taken})
    found = with_earlier(Draft((), 0.0, ""), ASKED, both, most=4)
    (place,) = found.places
    said = left.text[place.start : place.end]
    assert said == "Jan Holt is no longer at the head of the mill of Orrel."
    assert with_earlier(Draft((), 0.0, ""), ASKED, Catalogue({"taken": taken}), most=4).places == ()


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("Who ran the mill prior to Mara Lind?", "Mara Lind"),
        ("Who was Mara Lind's predecessor?", "Mara Lind"),
        ("Who was the predecessor of Mara Lind?", "Mara Lind"),
        ("Who did Mara Lind take over from?", "Mara Lind"),
        ("Who came before Mara Lind?", "Mara Lind"),
        ("Who was running the mill before Mara Lind?", "Mara Lind"),
        ("Who was in charge before Mara Lind?", "Mara Lind"),
        ("When did it rain before Mara Lind came?", ""),
        ("Who spoke before Mara Lind at the meeting?", ""),
        ("Who was at the meeting before Mara Lind?", ""),
        ("Who had left before Mara Lind?", ""),
    ],
)
def test_before_whom_is_asked(question: str, who: str) -> None:
    assert later_holder(question) == who


def test_a_conversation_goes_back_from_who_has_it_by_now(tmp_path: Path) -> None:
    text = (
        "News of Orrel\n\nPublished: May 09, 2024\n\nOn Sunday Jan Holt, mayor of Orrel, was voted "
        "out. Mara Lind, a baker, won by ten votes. It rains in the hills.\n"
    )
    older = (
        "The town of Orrel\n\nPublished: May 01, 2023\n\nJan Holt is mayor of Orrel. He lives by "
        "the river and has two dogs.\n"
    )
    corpus = write_folder(tmp_path / "corpus", {"a.txt": text, "b.txt": older})
    assistant = Assistant.open(corpus, tmp_path / "index")
    first = assistant.ask("Who is mayor of Orrel?")
    assert "Mara Lind" in first.statements[0].text
    history = [
        {"role": "user", "content": "Who is mayor of Orrel?"},
        {"role": "assistant", "content": str(first)},
    ]
    answer = assistant.ask("and who was it before?", history=history)
    assert answer.searched_for == "Who was mayor of Orrel before Mara Lind?"
    assert "Jan Holt" in answer.statements[0].text
