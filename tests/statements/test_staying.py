"""What leans on the articles that were spoken of is not answered from a stranger's."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answerer import Draft
from rag.assistant import Assistant
from rag.cite import Place
from rag.datatypes import Message
from rag.statements.staying import leaning_on, still_staying
from tests.making import make_article, write_folder

TEXTS = {
    "pilot.md": """# The harbour pilot of Velm

Ana Ruiz has been a harbour pilot for nineteen years. In the storm of 2016 her boat turned over off
the mole, and she swam ashore with a broken arm.

The weather on her last day was mild. There was fog until nine, and then a little sun.
""",
    "cook.md": """# A cook of Kell wins the prize

Dora Finch cooks at the Anchor in Kell. Her salary is 52,000 euros, and a hotel in Lund had offered
her 80,000. Her knees ache in damp weather like an old ship.

The ovens were bought in May. They burn olive stones.
""",
    "kale.md": """# Kale and the heart

The study of kale followed 300 people for six years. Those who ate kale every day had healthier
hearts. I eat it in soup.
""",
    "tea.md": """# Tea and sleep

The study of tea cost 90,000 euros, which the tea growers paid. I drink a pot for breakfast.
""",
    "vote.md": """# Rosa Blum elected in Orm

Rosa Blum was elected mayor of Orm on Sunday. She beat Otto Krantz by 40 votes.
""",
    "recount.md": """# A recount in Orm

Otto Krantz has asked for a recount. It was granted on Friday, and Rosa Blum said that she would
wait for it without fear.
""",
}
PILOT = "How long has Ana Ruiz been a harbour pilot?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("staying")
    return Assistant.open(write_folder(folder / "corpus", TEXTS), folder / "index")


def after(answer: str, question: str) -> list[Message]:
    """Return a conversation of one turn."""
    return [Message(role="user", content=question), Message(role="assistant", content=answer)]


STORM = (
    "In the storm of 2016 her boat turned over off the mole, and she swam ashore with a broken arm."
)
HEARTS = "Those who ate kale every day had healthier hearts."


@pytest.mark.parametrize(
    ("before", "answer", "question"),
    [
        ("What happened off the mole?", STORM, "what's her salary?"),
        ("What did the study of kale find?", HEARTS, "how much did the study cost?"),
        ("What did the study of kale find?", HEARTS, "what does the author have for breakfast?"),
    ],
)
def test_what_leans_is_answered_from_no_stranger(
    assistant: Assistant, before: str, answer: str, question: str
) -> None:
    alone = assistant.ask(question)
    assert alone.statements[0].citations[0].article_id in ("cook", "tea")
    told = assistant.ask(question, history=after(answer, before))
    assert told.outcome == "declined" or told.statements[0].citations[0].article_id == "kale"
    assert not told.differing


def test_what_has_a_word_of_its_own_is_a_change_of_topic(assistant: Assistant) -> None:
    history = after(str(assistant.ask(PILOT)), PILOT)
    answer = assistant.ask("and the ovens, when were they bought?", history=history)
    assert "May" in answer.statements[0].text


def test_an_article_that_tells_of_the_same_people_is_no_stranger(assistant: Assistant) -> None:
    before = "Who was elected mayor of Orm?"
    history = after(str(assistant.ask(before)), before)
    answer = assistant.ask("Was a recount granted?", history=history)
    assert "granted on Friday" in answer.statements[0].text


def test_of_what_names_nothing_the_articles_spoken_of_tell_alone(assistant: Assistant) -> None:
    alone = assistant.ask("what was the weather like?")
    history = after(str(assistant.ask(PILOT)), PILOT)
    answer = assistant.ask("what was the weather like?", history=history)
    cited = {citation.article_id for one in answer.statements for citation in one.citations}
    assert "cook" in {one.citations[0].article_id for one in alone.statements}
    assert cited == {"pilot"}


@pytest.mark.parametrize(
    ("question", "leans", "strictly"),
    [
        ("What is her salary?", True, True),
        ("How much did the study cost?", True, True),
        ("How much did the study of kale cost?", False, False),
        ("What does the author's brother do?", False, False),
        ("Is it worth the money?", True, False),
        ("What were the results?", True, False),
        ("Why the delay?", True, False),
        ("What about that one?", True, False),
        ("How deep is the pool?", False, False),
        ("What did Ana say, and is she well?", False, False),
    ],
)
def test_what_leans_on_the_articles(question: str, leans: bool, strictly: bool) -> None:
    assert leaning_on(question) == (leans, strictly)


def test_of_two_that_are_called_alike_the_one_that_was_spoken_of_is_quoted(tmp_path: Path) -> None:
    texts = {
        "hall.md": """# The hall of Kell

The hall of Kell burned in 1911. The trust said: "We want to rebuild it with its old windows."
""",
        "boat.md": """# The boat of Lund

The boat of Lund has a new hull. The trust said: "She will sail again before the summer is out."
""",
    }
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    for question, own in (("When did the hall of Kell burn?", "hall"), ("Which hull?", "boat")):
        history = after(texts[f"{own}.md"].split("\n")[2].split(". ")[0] + ".", question)
        answer = assistant.ask("What did the trust say?", history=history)
        assert {one.citations[0].article_id for one in answer.statements} == {own}
    both = assistant.ask("What did the trust say?")
    assert len({one.citations[0].article_id for one in both.statements}) == 2


def test_what_a_newer_article_brings_stays_out_where_it_is_a_strangers() -> None:
    articles = {
        name: make_article(f"{name}\n\n{text}\n", name=name)
        for name, text in (("old", "You may take 400 grams."), ("new", "It asks 300 people."))
    }
    places = {name: Place(name, 5, len(one.text) - 1) for name, one in articles.items()}
    draft, newer = (Draft(at, 0.9, "") for at in ((places["old"],), tuple(places.values())[::-1]))
    assert still_staying(draft, newer, "how much may I take?", ("old",), articles) is draft
    assert still_staying(draft, newer, "how much may I take?", (), articles) is newer
    assert still_staying(draft, newer, "what does Ana Ruiz say?", ("old",), articles) is newer
    assert still_staying(draft, newer, "how much?", ("old", "new"), articles) is newer


def test_what_is_put_for_a_pronoun_is_no_topic_of_its_own(tmp_path: Path) -> None:
    texts = {
        "captain.md": """# The captain of Orm

Ana Ruiz is a captain in Orm. She has twin sons who are six, and a parrot.
""",
        "smith.md": """# The smith of Kell

Otto Krantz is a smith in Kell. He has two children. The names of the children are in the gate.
""",
    }
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    history = after("She has twin sons who are six, and a parrot.", "Does she have children?")
    answer = assistant.ask("What are their names?", history=history)
    assert all(c.article_id == "captain" for s in answer.statements for c in s.citations)


@pytest.mark.parametrize("question", ["how much is the fare?", "when is the helicopter due?"])
def test_what_no_article_spoken_of_tells_is_declined(assistant: Assistant, question: str) -> None:
    history = after(str(assistant.ask(PILOT)), PILOT)
    answer = assistant.ask(question, history=history)
    cited = {citation.article_id for one in answer.statements for citation in one.citations}
    assert cited <= {"pilot"}
