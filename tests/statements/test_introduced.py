"""Who somebody is: told first by what they are beside their name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answerer import Draft
from rag.articles.catalogue import Catalogue
from rag.assistant import Assistant
from rag.cite import Place
from rag.datatypes import Article, Chunk, Passage, Scores
from rag.statements.introduced import person_asked, who_it_is
from tests.making import make_article, write_folder

DECLINED = Draft((), 0.05, "The articles don’t say.")


def told(text: str, question: str, *places: str, most: int = 3) -> tuple[list[str], Draft] | None:
    """Return what is stated for a question of an article with this text, and the draft."""
    article = make_article(text)
    found = tuple(Place("a", text.index(one), text.index(one) + len(one)) for one in places)
    given_draft = Draft(found, 0.3, "") if found else DECLINED
    draft = who_it_is(question, given_draft, (), Catalogue({"a": article}), most=most)
    return draft and ([text[p.start : p.end] for p in draft.places], draft)


@pytest.mark.parametrize(
    "sentence",
    [
        "The bill was low, according to its managing director, Ana Ruiz.",
        "The director of the mill, Ana Ruiz, has resigned.",
        "A porter there, Ana Ruiz, heard a bang.",
        "The state mediator, Professor Ana Ruiz, was late.",
        "It was drawn by the Dutch engineer Ana Ruiz.",
        "Union leader Ana Ruiz called it fair.",
        "Ana Ruiz, a vet, has forty patients.",
        "Ana Ruiz, 61, a retired teacher, kneels at the edge.",
        "Ana Ruiz, the head lifeguard, saw it first.",
        "Ana Ruiz, branch secretary of the Dockers' Alliance, was against it.",
        "Ana Ruiz is a potter in Orm.",
        "Ana Ruiz, 41, is an anaesthetist in Orm.",
        "Ana Ruiz leads the team in Orm.",
        "“It is late,” said Ana Ruiz, a nurse who lives in Orm.",
        "Ana Ruiz, 61, bakes in a cellar.",
        "Ana Ruiz, who lives below the tower, heard it.",
        "The board, chaired by Ana Ruiz, said no.",
        "Ana Ruiz of the bakers' union was against it.",
        "Bo Lind left. His sister, Ana Ruiz, sold the mill.",
        "Orm’s director, Ana Ruiz, left.",
        "In May it was sold to Ana Ruiz, a bosun from Lund.",
        "It was sold to Ana Ruiz, a retired bosun who sails.",
        "The mill was kept by Ana Ruiz, a bosun trained in Lund.",
        "It was sold by Ana Ruiz, a bosun since May 2010, who sails.",
    ],
)
def test_what_stands_beside_the_name_tells_who_it_is(sentence: str) -> None:
    last = sentence.rsplit(". ", 1)[-1]
    text = f"# The mill\n\nAna Ruiz came on Friday.\n\n{sentence}\n\nRuiz left at noon.\n"
    answer = told(text, "Who is Ana Ruiz?", "Ana Ruiz came on Friday.")
    assert answer is not None
    assert answer[0][0].endswith(last)
    assert answer[0][1:] in (["Ana Ruiz came on Friday."], [])
    assert answer[1].confidence >= 0.6


@pytest.mark.parametrize(
    "sentence",
    [
        "According to Ana Ruiz, the pumps ran at night.",
        "The storm, Ana Ruiz said, came late.",
        "Ana Ruiz has lost the mill.",
        "The vet saw Bo Lind, and Ana Ruiz left.",
        "Ana Ruiz, who said nothing, left.",
        "For months after the death of Ana Ruiz, a light burned in the mill.",
        "After the death of Ana Ruiz, a light in the mill burned, and it was sold.",
        "When he saw Ana Ruiz, a dog ran up, and he left.",
        "After the death of Ana Ruiz, a judge ruled the sale void.",
        "When it was sold to Ana Ruiz, a light burned.",
    ],
)
def test_what_only_happens_to_have_the_name_does_not(sentence: str) -> None:
    assert told(f"# The mill\n\n{sentence}\n", "Who is Ana Ruiz?") is None


def test_what_she_is_goes_before_whom_she_is_married_to() -> None:
    text = "# A potter\n\nRuiz is married to the baker Bo Lind.\n\nAna Ruiz, 54, makes jugs.\n"
    answer = told(text, "who is Ana Ruiz", "Ruiz is married to the baker Bo Lind.")
    assert answer is not None
    assert answer[0] == ["Ana Ruiz, 54, makes jugs.", "Ruiz is married to the baker Bo Lind."]


def test_what_somebody_ran_goes_behind_what_they_are() -> None:
    text = (
        "# The mill\n\nAna Ruiz ran the marathon.\n\nIt is old.\n\nIts director, Ana Ruiz, left.\n"
    )
    answer = told(text, "Who is Ana Ruiz?", "Ana Ruiz ran the marathon.")
    assert answer is not None
    assert answer[0][0].endswith("Its director, Ana Ruiz, left.")
    alone = told("# The race\n\nAna Ruiz ran the marathon.\n", "Who is Ana Ruiz?")
    assert alone is not None
    assert alone[1].confidence < 0.8


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who is Sean O'Neill?", "Its director, Sean O’Neill, left."),
        ("Who is Sean O’Neill?", "Its director, Sean O'Neill, left."),
        ("Who is Jose Ramirez?", "Its director, José Ramírez, left."),
        ("Who is José Ramírez?", "Its director, Jose Ramirez, left."),
        ("Who is Ursula Leyen?", "Its director, Ursula von der Leyen, left."),
        ("Who is Ursula von der Leyen?", "Its director, Ursula von der Leyen, left."),
    ],
)
def test_a_name_is_found_as_others_write_it(question: str, sentence: str) -> None:
    answer = told(f"# The mill\n\nIt is old.\n\n{sentence}\n", question)
    assert answer is not None
    assert answer[0][0].endswith(sentence)


def test_a_person_is_found_among_many_things_with_the_surname() -> None:
    park = "# Hyde Park\n\nHyde Park is green.\n"
    many = {f"a{at}": make_article(park, name=f"a{at}") for at in range(120)}
    text = "# The mill\n\nIts director, Ben Park, left.\n"
    mill = make_article(text, name="b")
    found = Passage(Chunk("b#0", "b", 0, len(text), text), mill, Scores())
    articles = {**many, "b": mill}

    def holding(words: str) -> list[str]:
        return [
            name
            for name, article in articles.items()
            if all(word in article.text for word in words.split())
        ]

    asked, indexed = Catalogue(articles), Catalogue(articles, holding=holding)
    for passages, those in (([found], asked), ([], indexed)):
        draft = who_it_is("Who is Ben Park?", DECLINED, passages, those, most=3)
        assert draft is not None
        assert [text[p.start : p.end] for p in draft.places] == ["Its director, Ben Park, left."]
    # Where not all were read, it is not said that they don't tell.
    assert who_it_is("Who is Bo Park?", DECLINED, (), asked, most=3) is None


def test_of_whom_the_article_portrays_it_is_told_what_she_does() -> None:
    text = """# The new head of the fire brigade

By Jo Marsh

At six Ana Ruiz counts the hoses. She likes that. Since May she has led the brigade of Orm, and
she has changed its rules. She was born in Lund. She sings. She runs on Sundays.

Ruiz, 41, is an engineer at the port. Her brother taught her to swim.
"""
    answer = told(text, "Who is Ana Ruiz?")
    assert answer is not None
    first, second, *_ = answer[0]
    assert first == "Ruiz, 41, is an engineer at the port."
    assert second.endswith("she has led the brigade of Orm, and\nshe has changed its rules.")
    assert not any("runs on Sundays" in one for one in answer[0])


@pytest.mark.parametrize("name", ["Ana Holt", "Bo Ruiz", "Kim Orr"])
def test_whom_no_article_names_is_declined(name: str) -> None:
    text = "# The mill\n\nIts director, Ana Ruiz, left. Bo Lind, a vet, stayed.\n"
    answer = told(text, f"Who is {name}?", "Bo Lind, a vet, stayed.")
    assert answer is not None
    assert answer[0] == []
    assert answer[1].reason == f"The articles don’t say who {name} is."


@pytest.mark.parametrize("name", ["Ann Ruiz", "A. Ruiz", "Dr Ruiz", "Ruiz"])
def test_whom_an_article_calls_by_the_surname_may_be_meant(name: str) -> None:
    text = "# The mill\n\nIts director, Dr Ruiz, left.\n\nA. Ruiz stayed.\n"
    answer = told(text, f"Who is {name}?")
    assert answer is None or answer[0] == ["Its director, Dr Ruiz, left."]


def test_a_surname_that_two_have_is_of_the_one_with_the_first_name() -> None:
    text = "# The mill\n\nIts owner, Ruiz, left. Ana Ruiz sat. Bo Ruiz, a vet, stood.\n"
    assert told(text, "Who is Ana Ruiz?") is None


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("And who was Professor Ana Ruiz?", "Ana Ruiz"),
        ("who's Ana Ruiz", "Ana Ruiz"),
        ("Who is the mayor?", ""),
        ("Who is Ana Ruiz’s father?", ""),
        ("Who is Ana Ruiz married to?", ""),
        ("Who is Velm Gazette?", ""),
        ("What is Ana Ruiz?", ""),
    ],
)
def test_whom_a_question_asks_for(question: str, name: str) -> None:
    assert person_asked(question) == name


@given(st.text(alphabet="Ana Ruiz,.'’ itsdrecoh61()\n", max_size=200))
def test_any_text_is_read(text: str) -> None:
    article: Article = make_article(f"Ana Ruiz\n\n{text}\n")
    draft = who_it_is("Who is Ana Ruiz?", DECLINED, (), Catalogue({"a": article}), most=3)
    assert draft is None or all(0 <= p.start < p.end for p in draft.places)


def test_an_assistant_tells_who_somebody_is(tmp_path: Path) -> None:
    texts = {
        "yard.md": "# The yard\n\nThe yard lost 4 million crowns, according to its managing"
        " director, Ana Ruiz. Ruiz said that the ferry would be late. Ruiz was tired.\n",
        "mill.md": "# The mill\n\nThe mill was sold in May. It ground rye.\n",
    }
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    (first, *_) = assistant.ask("who is ana ruiz?").statements
    assert first.text.startswith("The yard lost 4 million crowns")
    assert assistant.ask("Who is Bo Ruiz?").outcome == "declined"
