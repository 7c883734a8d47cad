"""Who speaks in an article."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.quoted import sayings, speaker_of, speakers
from rag.topic import asks_who_is_quoted
from tests.making import make_article, write_folder


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("“It is late,” said Ana Ruiz, a pilot at Harbour Lines.", "Ana Ruiz"),
        ("“It is late,” said captain Ana Ruiz.", "Ana Ruiz"),
        ("Ana Ruiz, who flies the ferry, said that it was late.", "Ana Ruiz"),
        ("Professor Ana Ruiz of the University of Tarn pointed out that it was late.", "Ana Ruiz"),
        ("Besides, the boats were late, Ana Ruiz, an expert on lakes, said.", "Ana Ruiz"),
        ("The boats, according to Ana Ruiz, were late.", "Ana Ruiz"),
        ("A Tarn Lines spokesperson added that boats were late.", "Tarn Lines spokesperson"),
        ("“It is late,” said J. K. Ruiz, a pilot.", "J. K. Ruiz"),
        ("Ursula von der Ruiz said that it was late.", "Ursula von der Ruiz"),
        ("Ana Ruiz told the Harbour Daily that boats were late.", "Ana Ruiz"),
        ("“It is late,” he said.", None),
        ("Experts said boats were late.", None),
        ("The University of Tarn said boats were late.", None),
        ("According to Tarn University, boats were late.", None),
        ("Ana Ruiz was late.", None),
        ("The boats of Ana Ruiz were late on Monday and again on Friday, experts said.", None),
    ],
)  # fmt: skip
def test_the_name_of_who_speaks(sentence: str, wanted: str | None) -> None:
    span = speaker_of(sentence)
    assert (span and sentence[slice(*span)]) == wanted


def test_each_speaker_comes_once_and_a_surname_is_whose_it_was() -> None:
    article = make_article(
        "The ferry\n\n“It is late,” said Ana Ruiz, a pilot. Jim Hall said that it was not. "
        "“It is,” Ruiz said. “Very late,” said Ana Ruiz.\n"
    )
    found = speakers(article)
    assert [one.name for one in found] == ["Ana Ruiz", "Jim Hall"]
    for one in found:
        assert one.place.highlight is not None
        assert article.text[slice(*one.place.highlight)] == one.name
    assert article.text[found[0].place.start : found[0].place.end].startswith("“It is late,”")


def test_a_surname_speaks_for_who_was_named_before() -> None:
    article = make_article(
        "The kiln\n\nIt was cold when Ruth Hargreave lit it. “Too hard,” Hargreave said. "
        "Bellweather Civil bought it, said Bellweather’s chief executive, Honor Strand. "
        "Monday said nothing.\n"
    )
    assert [one.name for one in speakers(article)] == ["Ruth Hargreave", "Honor Strand"]
    first = speakers(article)[0].place
    assert first.highlight is not None
    assert article.text[slice(*first.highlight)] == "Hargreave"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Who is quoted?", True),
        ("Which experts are quoted in the articles?", True),
        ("who do these articles cite", True),
        ("Who speaks here?", True),
        ("Who is quoted as saying that boats are late?", False),
        ("Who spoke at the meeting?", False),
        ("Who is quoted in the newest article?", False),  # that one alone is asked
        ("Who is quoted in the articles?", True),
        ("Who spoke in the Senate?", False),
        ("Who was interviewed in the study?", False),
        ("Which companies were cited in the lawsuit?", False),
    ],
)
def test_what_asks_for_speakers(question: str, wanted: bool) -> None:
    assert asks_who_is_quoted(question) is wanted


def test_who_is_quoted_is_answered_by_article_with_a_count(tmp_path: Path) -> None:
    people = ["Ana Ruiz", "Jim Hall", "Eva Lund", "Tom Berg", "Kim Moss", "Leo Park", "Mia Dahl"]
    corpus = write_folder(
        tmp_path / "corpus",
        {
            **{f"{at}.txt": f"Late\n\nIt was late, said {who}.\n" for at, who in enumerate(people)},
            "quiet.txt": "Quiet\n\nNobody spoke that day on the lake.\n",
        },
    )
    answer = Assistant.open(corpus, tmp_path / "index").ask("Who is quoted?")
    assert [s.text for s in answer.statements] == [f"It was late, said {p}." for p in people[:6]]
    assert answer.reason == "7 people are quoted by name in 7 of 8 articles; 1 more: Mia Dahl."


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("“It is old brick,” said Bellweather's chief executive, Honor Strand.", "Honor Strand"),
        ("“Ask the bats,” joked ecologist Sade Akintola.", "Sade Akintola"),
        ("Mayor Ingrid Pell of Hexby called the closure “a hammer blow” to shops.", "Ingrid Pell"),
        ("Ana Ruiz called her brother on Monday.", ""),
        ("It said on Monday that the owner, Jim Hall, had left.", ""),
        ("The final cost was £59.5 million, Northmoor Rail said.", ""),
    ],
)
def test_who_it_is_may_stand_between_the_verb_and_the_name(sentence: str, name: str) -> None:
    found = speaker_of(sentence)
    assert (sentence[slice(*found)] if found else "") == name


def test_she_is_the_only_one_whom_the_sentence_before_names() -> None:
    article = make_article(
        "Petra Lund runs the mill. “It is old,” she said. Tom Hall met Ana Ruiz. “Good,” he said. "
        "“Nothing will change,” said Hall. “We hope so,” he added."
    )
    assert [one.name for one in speakers(article)] == ["Petra Lund", "Tom Hall"]
    text = [article.text[place.start : place.end] for place in sayings(article, "Petra Lund")]
    assert text == ["“It is old,” she said."]
    assert [article.text[place.start : place.end] for place in sayings(article, "Tom Hall")] == [
        "“Nothing will change,” said Hall.",
        "“We hope so,” he added.",
    ]
