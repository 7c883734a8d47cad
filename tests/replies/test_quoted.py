"""Who speaks in an article."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.questions.topic import asks_who_is_quoted
from rag.replies.quoted import (
    sayings,
    speaker_of,
    speakers,
    times_heard,
    whose_words,
    words_of_others,
)
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
        ("“It is late,” said Ai Weiwei.", "Ai Weiwei"),
        ("“It is late,” said Charlotte Church.", "Charlotte Church"),
        ("“It is late,” said Sam Port.", "Sam Port"),
        ("“It is late,” said the Red Cross.", None),
        ("Pine Ridge said that it was late.", None),
        ("“It is late,” said Commerce Department spokesman Tom Hall.", "Tom Hall"),
        ("“It is late,” said Department of Commerce spokesman Tom Hall.", "Tom Hall"),
        ("Commerce Department spokesman Tom Hall said that it was late.", "Tom Hall"),
        ("A Commerce Department spokesman said it was late.", "Commerce Department spokesman"),
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
    assert times_heard(article) == {"Petra Lund": 1, "Tom Hall": 2}
    said = {article.text[at : at + 10]: who for at, who in whose_words(article).items()}
    assert said == {"“It is old": "Petra Lund", "“Nothing w": "Tom Hall", "“We hope s": "Tom Hall"}


def heard(text: str) -> list[tuple[str, str]]:
    """Return who says what in a text, by sentences."""
    article = make_article(text)
    return [
        (one.name, article.text[place.start : place.end])
        for one in speakers(article)
        for place in sayings(article, one.name)
    ]


def test_who_is_named_in_one_paragraph_is_not_she_in_another() -> None:
    text = (
        "The bridge\n\n“The bridge is too small by half,” said Ana Ruiz.\n\nThe hall was full."
        "\n\nThe mayor disagreed with the council. He said that the budget would be enough."
        "\n\nAn engineer came to the stand. She said the bridge was unsafe.\n"
    )
    assert heard(text) == [("Ana Ruiz", "“The bridge is too small by half,” said Ana Ruiz.")]


@pytest.mark.parametrize(
    ("between", "means"),
    [
        ("", True),
        ("It is two hundred years old. ", True),
        ("She runs it with a partner. ", True),
        ("“It is old,” she added. ", True),
        ("“It is old. It will fall.” ", True),
        ("The hall was full. ", False),
        ("The mayor disagreed. ", False),
        ("A spokeswoman came to the stand. ", False),
        ("“It is new,” the mayor said. ", False),
        ("Velm Council disagreed. ", False),
        ("In May the engineer Ruth Berg met another woman. ", False),
        ("She met Eva Lund. ", False),  # two
        ("Her brother left, and he took the boat. ", False),
        ("He laughed. ", False),
    ],
)
def test_she_is_nobody_once_another_is_spoken_of(between: str, means: bool) -> None:
    last = "She said that it would last."
    text = f"The mill\n\nPetra Lund runs the mill. {between}{last}\n"
    assert (("Petra Lund", last) in heard(text)) is means


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("The mayor met Ana Ruiz. She said that it was late.", False),
        ("The mayor, Ana Ruiz, was late. She said that it was late.", True),
        ("The chief engineer Ana Ruiz was late. She said that it was late.", True),
        ("Mrs Ana Ruiz was late. He said that it was late.", False),
        ("Ana Ruiz was late. When the engineer came, she said that it was late.", False),
        ("When Ana Ruiz came, she said that it was late.", True),
        ('Ana Ruiz was late. "It is," she said, "too late for Tom Hall."', True),
    ],
)
def test_she_is_whom_the_sentence_is_about(text: str, means: bool) -> None:
    assert ("Ana Ruiz" in [name for name, _ in heard(f"Late\n\n{text}\n")]) is means


@pytest.mark.parametrize(
    ("also", "means"), [("", True), ("Eva Lund came. ", False), ("The mayor came. ", False)]
)
def test_she_is_the_only_one_of_an_article_whom_its_paragraph_names(also: str, means: bool) -> None:
    text = (
        "The mill\n\nPetra Lund runs the mill. She bought it in May.\n\nLund wants a new wheel. "
        f"{also}A permit is expected in June. Rye rots in the rain. “It will last,” she says.\n"
    )
    assert (("Petra Lund", "“It will last,” she says.") in heard(text)) is means


def test_who_recalls_speaks_and_a_cooperative_is_nobody() -> None:
    text = (
        "The mill\n\nThe Rye Mill Cooperative has nine members. Petra Lund leads it. Rye Mill is "
        "old. “It fell down once,” Lund recalls.\n"
    )
    assert heard(text) == [("Petra Lund", "“It fell down once,” Lund recalls.")]


def test_who_was_she_is_not_he() -> None:
    text = "Late\n\nAna Ruiz came. She said no.\n\nAna Ruiz left. He said yes.\n"
    assert heard(text) == [("Ana Ruiz", "She said no.")]


def test_of_what_is_said_the_words_of_others_are_told_apart() -> None:
    article = make_article(
        "The mill\n\n“It is old,” said Ana Ruiz. Tom Hall said it was not. The mill burned. “Why "
        "not?” Experts said that it was.\n"
    )
    said = [article.text[start:end] for start, end in words_of_others(article, "Tom Hall")]
    assert said == [
        "“It is old,” said Ana Ruiz.", "“Why not?”", "Experts said that it was.",
    ]  # fmt: skip


def test_in_another_language_nobody_is_heard() -> None:
    article = make_article("Tarde\n\nAna Ruiz said: “Es tarde.”\n", language="es")
    assert speakers(article) == []
    assert sayings(article, "Ana Ruiz") == []
    assert words_of_others(article, "Tom Hall") == []


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("“It is late,” said the Professor Ana Ruiz.", "Ana Ruiz"),
        ("“It is late,” said to the captain Ana Ruiz.", ""),
        ("“It is late,” said their teacher of Latin and of all who came, Ana Ruiz.", ""),
        ("“It is late,” said Prof. Dr. Ana Ruiz.", "Ana Ruiz"),
        ("“It is late,” said people who know Ana Ruiz.", ""),
    ],
)
def test_a_title_may_stand_between_said_and_the_name(sentence: str, name: str) -> None:
    found = speaker_of(sentence)
    assert (sentence[slice(*found)] if found else "") == name
