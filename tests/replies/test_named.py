"""Which articles a question names, and what it asks of them alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.articles.catalogue import Catalogue
from rag.datatypes import Article
from rag.questions.kinds import document_in
from rag.replies.named import article_named, asked_of, documents_named, titled_so
from tests.making import make_article

TEXTS = {
    "a": "The harbour of Velm grows\n\nBy Ana Quispe | Velm Daily\n\nThe quay costs 3 million.\n",
    "b": "A mill burns in Lima\n\nThe mill burned on Sunday. The fire brigade was late.\n",
    "c": "Ferries\n\nBy Jon Dahl | Velm Daily\n\nThe harbour gets two ferries.\n",
}
ARTICLES = {name: make_article(text, name=name) for name, text in TEXTS.items()}


@pytest.mark.parametrize(
    ("question", "articles", "asked"),
    [
        ("What does the second article say about the fire?", "b",
         "What do the articles say about the fire?"),
        ("what did the mill piece report on fire brigades?", "b",
         "What do the articles say on fire brigades?"),
        ("What does Velm Daily say about the harbour?", "ac",
         "What do the articles say about the harbour?"),
        ("According to the Velm Daily article, what does the quay cost?", "ac",
         "What does the quay cost?"),
        ("According to Ana Quispe what does the quay cost?", "a", "What does the quay cost?"),
        ("How many ferries does the harbour get, according to Jon Dahl?", "c",
         "How many ferries does the harbour get?"),
        ("What does the fire brigade article say about the mill?", "b",
         "What do the articles say about the mill?"),
        ("What does the quay article say about the mill?", "a",
         "What do the articles say about the mill?"),
        ("Who is quoted in the second article?", "b", "Who is quoted?"),
        ("who is quoted in the article about the mill?", "b", "Who is quoted?"),
        ("Does the second article mention a fire brigade?", "b",
         "Where is a fire brigade mentioned?"),
        ("did the quay article even say anything about ferries", "a",
         "Where is ferries mentioned?"),
        ("Is the quay mentioned in the second article?", "b", "Where is the quay mentioned?"),
        ("Was the mill covered by insurance?", "", ""),
        ("Does the mayor mention ferries?", "", ""),
        ("Who is quoted in the articles?", "", ""),
        ("Who is quoted?", "", ""),
        ("What does the two millions article say about the mill?", "", ""),
        ("What is said, according to the last article, of ferries?", "", ""),
        ("What does the brigade say about the fire?", "", ""),
        ("According to experts, what does the quay cost?", "", ""),
        ("What does the tenth article say about the fire?", "", ""),
        ("What does the quay cost?", "", ""),
    ],
)  # fmt: skip
def test_a_question_asks_the_articles_that_it_names(
    question: str, articles: str, asked: str
) -> None:
    found = asked_of(question, ARTICLES)
    assert (found is None) is (not articles)
    if found:
        assert ("".join(found.articles), found.question) == (articles, asked)


def test_an_only_article_is_not_asked_apart_from_others() -> None:
    assert asked_of("What does the first article say about fire?", {"b": ARTICLES["b"]}) is None


def test_of_two_that_are_named_as_well_none_is_meant() -> None:
    assert article_named("velm daily", ARTICLES) is None
    found = article_named("mill", ARTICLES)
    assert found is not None
    assert found.id == "b"
    assert article_named("ninth", ARTICLES) is None


DOCUMENTS = {
    "h": replace(
        make_article("Leave\n\nStaff handbook, section 4\n\nYou get 26 days of leave.\n", name="h"),
        source="hr/handbook-leave.md",
    ),
    "g": make_article("A weekend in Aldren\n\nThe old town of Aldren is small.\n", name="g"),
    "m": make_article(
        "Minutes of the meeting\n\nThe rent goes up. A study of moths was shown.\n", name="m"
    ),
    "s": make_article("Study finds more moths in Velm\n\nMoths are back.\n", name="s"),
    "f": make_article("Frequently asked questions\n\nWhen is my bill due? On Monday.\n", name="f"),
}
DOCUMENTS["g"] = replace(DOCUMENTS["g"], source="aldren-guide.html")


@pytest.mark.parametrize(
    ("phrase", "named"),
    [
        ("the handbook", "h"),
        ("the staff handbook", "h"),
        ("our handbook", "h"),
        ("the guide to aldren", "g"),
        ("the aldren guide", "g"),
        ("the guide to lima", ""),
        ("the minutes", "m"),
        ("the minutes of the meeting", "m"),
        ("the faq", "f"),
        ("the study", ""),  # a headline that tells of one
        ("the letter", ""),
        ("leave", ""),
    ],
)
def test_a_document_is_named_by_what_its_file_or_its_opening_calls_it(
    phrase: str, named: str
) -> None:
    assert "".join(documents_named(phrase, DOCUMENTS)) == named


def test_of_several_documents_of_a_kind_the_words_around_it_tell_which() -> None:
    guides = {
        name: make_article(f"A guide to {town}\n\nIt is small.\n", name=name)
        for name, town in (("a", "Aldren"), ("b", "Velm"))
    }
    assert documents_named("the guide", guides) == ("a", "b")
    assert documents_named("the guide to velm", guides) == ("b",)


def test_a_phrase_that_names_no_kind_is_no_document() -> None:
    assert document_in("the harbour") is None
    assert document_in("the letter from the mayor") is not None


def test_a_title_is_the_same_but_for_case_marks_and_its_article() -> None:
    said = make_article("“The Clock” is a conversation\n\nHe mends clocks.\n", name="c")
    assert titled_so("the clock is a conversation", {"c": said}) == ("c",)
    assert titled_so("clock is a conversation!", {"c": said}) == ("c",)
    assert titled_so("the clock", {"c": said}) == ()


def test_a_document_is_asked_for_what_it_says() -> None:
    found = asked_of("What does the handbook say about leave?", DOCUMENTS)
    assert found is not None
    assert found.articles == ("h",)
    found = asked_of("According to the guide to Aldren, how big is the old town?", DOCUMENTS)
    assert found is not None
    assert found.articles == ("g",)
    found = asked_of("Give me a timeline of the minutes, the further dates", DOCUMENTS)
    assert found is not None
    assert (found.articles, found.question) == (("m",), "Give me a timeline, the further dates?")
    assert asked_of("Give me a timeline of the strike", DOCUMENTS) is None
    assert asked_of("What does the letter say about leave?", DOCUMENTS) is None


def test_the_articles_that_are_meant_are_asked_where_the_question_names_them() -> None:
    that = "the article that mentions “mill”"
    found = asked_of(f"What does {that} say about the fire?", ARTICLES, lambda _: ("b",))
    assert found is not None
    assert found.articles == ("b",)
    other = f"According to Ana Quispe, what does {that} say?"
    assert asked_of(other, ARTICLES, lambda _: ("b",)) is None


def test_what_stands_around_a_text_names_it_and_not_the_text_of_another() -> None:
    found = article_named("harbour", ARTICLES)  # in the title of a, in the text of c
    assert found is not None
    assert found.id == "a"


def test_of_many_thousand_articles_one_is_named_by_the_words_around_its_text() -> None:
    many = Catalogue({**ARTICLES, **{f"n{at}": ARTICLES["a"] for at in range(5001)}})
    found = article_named("mill", many)
    assert found is not None
    assert found.id == "b"
    assert article_named("harbour", many) is None  # which so many are about


def test_of_many_articles_one_is_named_by_the_words_of_its_text_alone() -> None:
    """Those are read that an index has the words of, until two hold them."""
    ids = [f"n{at:03}" for at in range(600)]
    texts = {
        name: make_article(f"Boat {name}\n\nIt sails. It is blue.\n", name=name) for name in ids
    }
    crew = "Boat n007\n\nIt sank. The Orlava Courier has it from the crew.\n"
    texts["n007"] = make_article(crew, name="n007")
    read: list[str] = []

    class Reading(dict[str, Article]):
        def __getitem__(self, name: str) -> Article:
            read.append(name)
            return super().__getitem__(name)

    def holding(words: str) -> list[str]:
        return ["n007"] if "orlava" in words else sorted(texts)

    known = Catalogue(Reading(texts), holding=holding)
    known.nearest(["boat"])  # what stands around the texts is read once
    read.clear()
    found = article_named("orlava courier", known)
    assert found is not None
    assert (found.id, set(read)) == ("n007", {"n007"})
    read.clear()
    assert article_named("blue", known) is None
    assert read == ["n000", "n001"]
    assert article_named("orlava courier", known.among(["n001", "n002"])) is None
    assert article_named("orlava courier", Catalogue(texts)) == texts["n007"]  # without an index
