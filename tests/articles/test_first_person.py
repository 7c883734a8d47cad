"""Who says "I" in an article, and what that answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.articles.first_person import first_person, says_i, says_only_who, who_says_i
from rag.assistant import Assistant
from rag.chunk import indexed_text
from rag.encoder import SentenceEncoder
from rag.replies.own_words import told_as_i
from rag.searching.subject import said_by_another, speaker_named
from tests.making import make_article, make_generation, write_folder

OPINION = (
    "Leave the lamps on\n\nOpinion | Ana Ruiz | Velm Courier, 3 May 2024\n\nThe lamps of the quay "
    "go out at ten. I would keep them lit until dawn, and pay for it with the fines. “I want the "
    "dark,” Tom Hall told a meeting. My street has eleven lamps.\n"
)
INTERVIEW = (
    "“The river does not wait”\n\nPier Magazine, May 2024. Interview: Ana Ruiz\n\nJonna Berg, 51, "
    "has kept the locks of Velm since 1999.\n\n## What will you do next?\n\nI am going to build a "
    "boat. It will take two years.\n\n## Who comes after you?\n\nMy nephew does.\n"
)
OTHER = (
    "Dark skies\n\nComment. By Eva Lund, Velm Courier, 9 May 2024\n\nWhen people like Ana Ruiz "
    "write of lamps, I want them to look up. The owls need the dark.\n"
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("I have seen it.", True),
        ("It was my idea.", True),
        ("“I have seen it,” said Ana Ruiz.", False),
        ("It is 'I have seen it' again.", True),
        ("Vitamin D, Part I.", True),
        ("I.K. Berg came.", False),
        ("He has seen it.", False),
        ("‘I don’t see it,’ she said.", False),
        ("Both of us ‘saw’ it, and I don’t.", True),
    ],
)
def test_i_counts_outside_of_quotations(text: str, says: bool) -> None:
    article = make_article(f"The quay\n\n{text}\n")
    assert says_i(article, article.text.index(text), len(article.text)) is says


def test_a_quotation_of_several_sentences_is_nobody_s_own() -> None:
    last = "I warned them.”"
    article = make_article(f"The quay\n\nIt was late. “The quay is new. {last}\n\nI did, too.\n")
    at = article.text.index(last)
    assert not says_i(article, at, at + len(last))
    assert says_i(article, at, len(article.text))


def test_who_says_i_is_the_author_and_in_an_interview_the_one_who_answers() -> None:
    assert first_person(make_article(OPINION)) == "Ana Ruiz"
    assert first_person(make_article(INTERVIEW)) == "Jonna Berg"
    two = OPINION.replace("| Ana Ruiz |", "| Ana Ruiz and Bo Li |")
    assert first_person(make_article(two)) == ""
    assert first_person(make_article("The lamps\n\nI keep them lit. They are eleven.\n")) == ""
    labelled = make_article(INTERVIEW.replace("I am going", "BERG: I am going"))
    at = labelled.text.index("BERG:")
    assert who_says_i(labelled, at, at + 20) == ""  # told by its label
    assert (
        who_says_i(labelled, labelled.text.index("My nephew"), len(labelled.text)) == "Jonna Berg"
    )


def test_the_passages_with_i_are_found_by_the_name(tiny: SentenceEncoder) -> None:
    article = make_article(OPINION)
    generation = make_generation([article], tiny, chunk_tokens=24)
    named = {c.text: "Ana Ruiz" in indexed_text(c, article).split("\n") for c in generation.chunks}
    assert named == {c.text: says_i(article, c.start, c.end) for c in generation.chunks}
    assert len(set(named.values())) == 2


def test_a_question_that_names_who_says_i_is_put_with_i() -> None:
    article = make_article(OPINION)
    subject = speaker_named("What does Ana Ruiz want before she leaves?", article)
    assert subject is not None
    assert (subject.words, subject.question) == ("Ana Ruiz", "What do I want before I leaves?")
    own, other = article.text.index("I would"), article.text.index("The lamps of")
    assert subject.is_of(article, own, own + 20)
    assert not subject.is_of(article, other, own - 1)
    owns = speaker_named("What is Ruiz’s street like?", article)
    assert owns is not None
    assert owns.question == "What is my street like?"
    assert speaker_named("What does Bo Ruizen want?", article) is None


def test_what_another_wants_is_not_what_she_wants() -> None:
    articles = [make_article(OPINION, name="a"), make_article(OTHER, name="b")]
    other = articles[1].text.index("When people like"), articles[1].text.index(" The owls")
    rest = other[1] + 1, len(articles[1].text)
    is_another_s = said_by_another("What does Ana Ruiz want?", articles)
    assert is_another_s(articles[1], *other)
    assert not is_another_s(articles[1], *rest)
    assert not is_another_s(articles[0], 0, len(articles[0].text))
    assert not said_by_another("How old is Ana Ruiz?", articles)(articles[1], *other)


def test_what_she_says_is_told_by_her_sentences(tmp_path: Path) -> None:
    texts = {"a.txt": OPINION, "b.txt": OTHER, "c.txt": INTERVIEW}
    assistant = Assistant.open(write_folder(tmp_path / "corpus", texts), tmp_path / "index")
    keeps = "I would keep them lit until dawn, and pay for it with the fines."
    for question in ("What does Ana Ruiz suggest?", "What would Ruiz do with the lamps?"):
        assert any(keeps in one.text for one in assistant.ask(question).statements)
    going = assistant.ask("What is Jonna Berg going to do next?").statements
    assert any("I am going to build a boat." in one.text for one in going)
    lund = make_article(OTHER)
    assert [lund.text[p.start : p.end] for p in told_as_i(lund, "Lund")] == [
        "When people like Ana Ruiz write of lamps, I want them to look up."
    ]


ADVICE = (
    "Zinc for a cold\n\nBy Dr Eva Lund, 3 May 2024\n\nIn British pharmacies sales went up. I’m a "
    "doctor, and in January I was asked about it each day.\n\n## Do you need it?\n\nMost people "
    "do not.\n\n## How much is enough?\n\nI tell them: eight milligrams a day.\n"
)


def test_headings_that_are_questions_make_no_interview_of_a_page_of_advice() -> None:
    assert first_person(make_article(ADVICE)) == "Dr Eva Lund"
    named = ADVICE.replace("In British pharmacies", "When Tom Hall asked for it in Velm,")
    assert first_person(make_article(named)) == ""  # either may be whoever says "I" below
    nobody = named.replace("I tell them: eight", "Eight").replace("I’m a doctor, and in", "In")
    assert first_person(make_article(nobody.replace("I was asked", "sales went up"))) == (
        "Dr Eva Lund"
    )


def test_what_a_sentence_opens_with_is_no_part_of_a_name() -> None:
    met = INTERVIEW.replace("Jonna Berg, 51,", "In January Jonna Berg, 51,")
    assert first_person(make_article(met)) == "Jonna Berg"
    nobody = INTERVIEW.replace("Jonna Berg, 51,", "In British hands. A keeper")
    assert first_person(make_article(nobody)) == ""


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("I'm Odile.", True),
        ("My name is Odile Brandt.", True),
        ("By Odile Brandt, 3 May 2024", True),
        ("Odile Brandt", True),
        ("I'm Odile's aunt.", False),
        ("I'm 58.", False),
        ("3 May 2024", False),
        ("I'm Ida.", False),
        ("Odile Brandt keeps newts.", False),
    ],
)
def test_what_only_says_who_the_author_is(text: str, only: bool) -> None:
    article = make_article(f"The pond\n\nBy Odile Brandt\n\n{text} I keep newts.\n")
    start = article.text.rindex(text)
    assert says_only_who(article, start, start + len(text)) is only


def test_who_the_author_is_answers_nothing_but_who(tmp_path: Path) -> None:
    letter = (
        "The pond\n\nBy Odile Brandt\n\nWelcome, all of you who are new here. I'm Odile. I keep "
        "newts in a pond behind the mill, and the oldest of them is Bruno.\n"
    )
    assistant = Assistant.open(write_folder(tmp_path / "c", {"a.txt": letter}), tmp_path / "i")
    for question in ("What does Odile keep?", "Where does Odile keep newts?"):
        assert all("I'm Odile" not in one.text for one in assistant.ask(question).statements)
