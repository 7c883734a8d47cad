"""Who speaks as what they are is heard, by name too."""

from __future__ import annotations

import pytest

from rag.assistant import Assistant
from rag.replies.by_role import Role, role_named, said_as
from rag.replies.sayings import Said, what_was_said
from tests.making import make_article, write_folder


@pytest.mark.parametrize(
    ("phrase", "head", "telling"),
    [
        ("the mayor", "mayor", set()),
        ("the chief nurse of Velm", "nurse", {"chief", "velm"}),
        ("a spokesman for Tarn Lines", "spokesman", {"tarn", "line"}),
        ("the hospital's owner", "owner", {"hospit"}),
        ("Stonegate’s spokeswoman", "spokeswoman", {"stoneg"}),
        ("the union", "union", set()),
        ("neighbours", "neighbour", set()),
        ("experts", "expert", set()),
        ("the firemen", "fireman", set()),
        ("the spokespeople", "spokesperson", set()),
    ],
)
def test_a_role_and_what_tells_which_one(phrase: str, head: str, telling: set[str]) -> None:
    assert role_named(phrase) == Role(head, frozenset(telling))


@pytest.mark.parametrize(
    "phrase", ["Ana Ruiz", "the article", "the report", "they", "he", "the others", "it", "the", ""]
)
def test_names_pronouns_and_documents_are_no_roles(phrase: str) -> None:
    assert role_named(phrase) is None


def heard(text: str, phrase: str) -> list[str]:
    """Return what whoever is called so says in a text."""
    article, role = make_article(text), role_named(phrase)
    assert role is not None
    return [article.text[place.start : place.end] for place in said_as(article, role)[0]]


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        ("The mayor said that it was late.", "the mayor"),
        ("“It is late,” said the mayor of Velm.", "the mayor"),
        ("The mayor, who was born in Velm, said that it was late.", "the mayor"),
        ("Velm's mayor, Ina Hart, said that it was late.", "the mayor"),
        ("“It is late,” said Velm mayor Ina Hart.", "the mayor"),
        ("“It is late,” said Ina Hart, the mayor of Velm.", "the mayor of Velm"),
        ("A spokeswoman for Tarn Lines said it was late.", "the Tarn Lines spokeswoman"),
        ("Neighbours said it was late.", "the neighbours"),
        ("“It is late,” said a Velm spokesperson.", "the spokesman"),
        ("“It is late,” said a spokeswoman for Velm.", "the spokesperson"),
        ("One neighbour said it was late.", "neighbours"),
        ("According to the council, it is late.", "the council"),
        ("The council thinks it is late.", "the council"),
    ],
)
def test_who_speaks_is_called_so(sentence: str, phrase: str) -> None:
    assert heard(f"Late\n\nVelm has a clock. {sentence} It rained.", phrase) == [sentence]


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        ("When the mayor came, Rob Tarn said that it was late.", "the mayor"),
        ("Rob Tarn told the mayor that it was late.", "the mayor"),
        ("“Ask the mayor,” said Rob Tarn.", "the mayor"),
        ("“The mayor said so,” said Rob Tarn.", "the mayor"),
        ("The deputy of the mayor left, he said.", "the mayor"),
        ("The mayor left. It was late, said Rob Tarn.", "the mayor"),
        ("The nurse said that it was late.", "the chief nurse"),
        ("The mayor opened the fair.", "the mayor"),
    ],
)
def test_who_is_only_spoken_of_says_nothing(sentence: str, phrase: str) -> None:
    assert heard(f"Late\n\nVelm has a clock. {sentence} It rained.", phrase) == []


def test_who_has_the_role_is_heard_by_name_and_as_she() -> None:
    text = (
        "The clock of Velm\n\nThe mayor, Ina Hart, looked up. “It is late,” she said. Rob Tarn, "
        "the owner of the clock, sighed. “It is slow,” Tarn said.\n\n“Too slow,” Hart said. The "
        "owner left.\n\n“He is right,” she added.\n"
    )
    assert heard(text, "the mayor") == ["“It is late,” she said.", "“Too slow,” Hart said."]
    assert heard(text, "the owner of the clock") == ["“It is slow,” Tarn said."]


def test_who_is_told_apart_comes_alone() -> None:
    text = "Late\n\nThe mayor of Velm said no. The mayor of Orla said yes. Orla is far.\n"
    assert heard(text, "the mayor of Orla") == ["The mayor of Orla said yes."]
    assert len(heard(text, "the mayor")) == 2
    assert heard(text, "the mayor of Hexby") == []


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did the mayor say about the clock?", Said("the mayor", "the clock")),
        ("what does the chief nurse think", Said("the chief nurse", "")),
        ("What does the article say about the clock?", None),
        ("What did they say about the clock?", None),
    ],
)
def test_whose_words_are_asked_for_by_role(question: str, said: Said | None) -> None:
    assert what_was_said(question) == said


def test_what_is_said_below_a_title_of_the_topic_is_of_it(tmp_path) -> None:
    corpus = write_folder(
        tmp_path / "corpus",
        {
            "clock.md": "# Velm mends its clock\n\nThe mayor said it would take a year. A clock "
            "is a clock, said Rob Tarn.\n",
            "fair.md": "# Velm opens its fair\n\nThe mayor said that it would be dry.\n",
        },
    )
    assistant = Assistant.open(corpus, tmp_path / "index")
    answer = assistant.ask("What did the mayor say about the clock?")
    assert [s.text for s in answer.statements] == ["The mayor said it would take a year."]
    both = assistant.ask("What did the mayor say?")
    assert len(both.statements) == 2


def test_who_has_the_role_and_says_i_is_heard(tmp_path) -> None:
    corpus = write_folder(
        tmp_path / "corpus",
        {
            "locks.md": "# “The river does not wait”\n\nPier Magazine, May 2024. Interview: Ana "
            "Ruiz\n\nJonna Berg, the keeper of the locks of Velm, is 51.\n\n## What will you do "
            "next?\n\nI am going to build a boat.\n\n## Who comes after you?\n\nMy nephew does.\n"
        },
    )
    answer = Assistant.open(corpus, tmp_path / "index").ask("What did the keeper say about a boat?")
    assert answer.statements[0].text.endswith("I am going to build a boat.")


def test_who_is_in_no_article_is_not_quoted(tmp_path) -> None:
    corpus = write_folder(
        tmp_path / "corpus",
        {"clock.md": "# Velm mends its clock\n\nThe mayor said that the clock was slow.\n"},
    )
    assistant = Assistant.open(corpus, tmp_path / "index")
    answer = assistant.ask("What did the minister say about the clock?")
    assert answer.outcome == "declined"
    assert answer.reason == "The articles quote nothing of the minister on the clock."


def test_what_is_said_of_the_sentence_before_is_of_the_topic(tmp_path) -> None:
    corpus = write_folder(
        tmp_path / "corpus",
        {
            "mill.md": "# Velm sells its mill\n\nOrion made a first bid for the mill. Ina Hart, "
            "its owner, called it much too low.\n\nThe mill grinds rye.\n",
        },
    )
    assistant = Assistant.open(corpus, tmp_path / "index")
    for asked in ("Ina Hart", "the owner"):
        answer = assistant.ask(f"What did {asked} say about the first bid?")
        assert "called it much too low" in answer.text


def test_what_somebody_says_of_something_else_is_not_of_the_topic(tmp_path) -> None:
    corpus = write_folder(
        tmp_path / "corpus",
        {
            "clock.md": "# Velm mends its clock\n\nThe mayor, Ina Hart, said that it was slow. "
            "Rob Tarn, who mends it, said that he wanted a bonus for the winter.\n",
        },
    )
    assistant = Assistant.open(corpus, tmp_path / "index")
    for asked, name in (("Ina Hart", "Ina Hart"), ("the mayor", "the mayor")):
        answer = assistant.ask(f"What did {asked} say about the bonus?")
        assert answer.outcome == "declined"
        told = f"The articles quote {name}, but nothing on the bonus that I can tell."
        assert answer.reason == told


def test_the_little_that_is_said_below_an_opening_of_the_topic_is_of_it(tmp_path) -> None:
    opening = (
        "HEXBY - Tarn Lines today opened its first yard on the coast. The new shipyard will employ "
        "sixty people from the end of the summer on."
    )
    text = (
        f"PRESS RELEASE\n\n{opening}\n\nIt has three cranes.\n\nCouncillor Ina Hart, mayor of "
        "Hexby, said: “When the mill shut, the town lost its work. It is the best day since.”\n"
    )
    corpus = write_folder(tmp_path / "corpus", {"yard.txt": text})
    assistant = Assistant.open(corpus, tmp_path / "index")
    answer = assistant.ask("What did the mayor of Hexby say about the new shipyard?")
    assert "It is the best day since." in answer.statements[0].text
    answer = assistant.ask("What did the mayor of Hexby say about the price of bread?")
    assert answer.outcome == "declined"
