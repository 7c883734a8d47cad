"""What somebody said is answered from every sentence that gives their words."""

from __future__ import annotations

from datetime import date

import pytest

from rag.answerer import Draft
from rag.cite import Place
from rag.config import Config
from rag.datatypes import DateFilter
from rag.encoder import SentenceEncoder
from rag.replies.sayings import Said, SayingsAnswerer, what_was_said, without_others
from rag.store import Generation
from tests.making import make_article, make_generation

TEXTS = {
    "a": "The ferry to Velm will stop. “It costs too much,” said Ana Ruiz, who runs it. "
    "Tom Hall of the port disagreed. “The ferry will pay for itself,” Hall said. "
    "Ruiz said that her crew would find work. The Ana is an old ship.",
    "b": "Ana Ruiz told reporters: “The harbour is silting up. It will be shut by May. I warned "
    "them.” The council met in Velm. According to Ruiz, dredging is late.",
    "c": "Maria Ruiz sings. “I love Velm,” Ruiz said.",
}


@pytest.fixture(scope="module")
def generation(tiny: SentenceEncoder) -> Generation:
    articles = [make_article(text, name=name) for name, text in sorted(TEXTS.items())]
    return make_generation(articles, tiny, chunk_tokens=40, overlap=1)


def stated(generation: Generation, question: str, **options: object) -> list[str] | None:
    said = what_was_said(question)
    assert said is not None
    draft = SayingsAnswerer(generation, Config(), **options).answer(said)  # type: ignore[arg-type]
    if draft is None:
        return None
    return [generation.articles[p.article_id].text[p.start : p.end] for p in draft.places]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did Ana Ruiz say about the ferry?", Said("Ana Ruiz", "the ferry")),
        ("what does Dr. Ruiz think of the ferry", Said("Ruiz", "the ferry")),
        ("And what did Ruiz say about the effect on her crew?", Said("Ruiz", "her crew")),
        ("What has Ana Ruiz said?", Said("Ana Ruiz", "")),
        ("What did the article say about the ferry?", None),
        ("What did Ana Ruiz buy?", None),
        ("What did Ana Ruiz say about the ferry? And who is she?", None),
        ("Why did Ana Ruiz say it?", None),
        ("", None),
    ],
)
def test_whose_words_are_asked_for_and_of_what(question: str, said: Said | None) -> None:
    assert what_was_said(question) == said


def test_the_words_on_a_topic_are_stated(generation: Generation) -> None:
    assert stated(generation, "What did Tom Hall say about the ferry?") == [
        "“The ferry will pay for itself,” Hall said."
    ]
    assert stated(generation, "What did Ana Ruiz say about her crew?") == [
        "Ruiz said that her crew would find work."
    ]


def test_a_third_of_the_topic_will_do_for_who_is_named(generation: Generation) -> None:
    assert stated(generation, "What did Ana Ruiz say about the size of her crew?") == [
        "Ruiz said that her crew would find work."
    ]


def test_what_follows_a_colon_is_stated_to_its_end(generation: Generation) -> None:
    assert stated(generation, "What did Ana Ruiz say about the harbour?") == [
        "Ana Ruiz told reporters: “The harbour is silting up. It will be shut by May. I warned "
        "them.”"
    ]


def test_all_that_somebody_said_is_stated_and_nothing_of_another(generation: Generation) -> None:
    assert stated(generation, "What did Ana Ruiz say?") == [
        "“It costs too much,” said Ana Ruiz, who runs it.",
        "Ruiz said that her crew would find work.",
        "Ana Ruiz told reporters: “The harbour is silting up. It will be shut by May. I warned "
        "them.”",
        "According to Ruiz, dredging is late.",
    ]
    assert stated(generation, "What did Maria Ruiz say?") == ["“I love Velm,” Ruiz said."]
    assert stated(generation, "What did Ana Ruiz say?", among=["b"]) == [
        "Ana Ruiz told reporters: “The harbour is silting up. It will be shut by May. I warned "
        "them.”",
        "According to Ruiz, dredging is late.",
    ]


@pytest.mark.parametrize(
    "question",
    ["What did Ana Ruiz say about opera?", "What did Jo Lund say?", "What does Velm say?"],
)
def test_where_no_words_are_found_the_passages_are_left_to_tell(
    generation: Generation, question: str
) -> None:
    assert stated(generation, question) is None


def test_only_so_many_are_stated_and_the_rest_counted(generation: Generation) -> None:
    config = Config(list_statements=2, most_statements=1)
    draft = SayingsAnswerer(generation, config).answer(Said("Ana Ruiz", ""))
    assert draft is not None
    assert (len(draft.places), draft.reason) == (2, "2 more sentences of Ana Ruiz.")
    year = (date(1999, 1, 1), date(1999, 12, 31))
    dates = DateFilter("in 1999", "What did she say?", *year, only=True, newest=False)
    undated = SayingsAnswerer(generation, config).answer(Said("Ana Ruiz", ""), dates)
    assert undated == draft  # an article without a date is never left out


def told(generation: Generation, name: str, *sentences: str) -> Draft:
    """Return what is left of a draft of these sentences of the first article."""
    text = generation.articles["a"].text
    spans = [(text.index(sentence), len(sentence)) for sentence in sentences]
    places = tuple(Place("a", start, start + length) for start, length in spans)
    return without_others(Draft(places, 0.5, ""), Said(name, "the ferry"), generation.articles)


COSTS = "“It costs too much,” said Ana Ruiz, who runs it."
PAYS = "“The ferry will pay for itself,” Hall said."
STOPS = "The ferry to Velm will stop."


def test_another_person_s_words_are_not_offered(generation: Generation) -> None:
    assert told(generation, "Tom Hall", COSTS, PAYS, STOPS).places == (
        *told(generation, "Tom Hall", PAYS).places,
        *told(generation, "Tom Hall", STOPS).places,
    )
    draft = told(generation, "Jo Lund", COSTS, PAYS)
    assert draft.places == ()
    assert draft.reason == "The articles quote nothing of Jo Lund on the ferry."


def test_whoever_speaks_for_a_firm_or_an_outlet_is_heard(generation: Generation) -> None:
    draft = told(generation, "Velm Ferries", COSTS)
    assert len(draft.places) == 1


TALL = (
    "Mira Sand builds dykes in Velm. She has built nine, and her last one held. She was taught by "
    "a miller, and she trusts nobody else. On Sunday she walks along each of them with her dog.\n\n"
    'Not all agree with her. Bo Lind, who digs canals, thinks that she is too slow. "A dyke has '
    'to be there before the flood," says Lind. "With her it comes when the wind is over." Sand '
    "shrugs.\n\n"
    '"The pumps won\'t do," says Tea Moor of the water board. "I\'d shut the worst ones at once. '
    'They drink oil." The board met in May.\n'
)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        # "she" is the one whom the article is of
        ("What does Bo Lind think of Mira Sand?", ["thinks that she is", '"With her it comes']),
        ("What is Lind's opinion of Mira Sand?", ["thinks that she is", '"With her it comes']),
        # a quotation goes on, and is told with where it begins
        ("What does Tea Moor say about the pumps?", ['They drink oil."']),
        ("What is Tea Moor's view on the pumps?", ["I'd shut the worst"]),
    ],
)
def test_what_she_stands_for_is_of_the_topic(
    tiny: SentenceEncoder, question: str, wanted: list[str]
) -> None:
    folder = make_generation([make_article(TALL, name="a")], tiny, chunk_tokens=80, overlap=1)
    told = stated(folder, question)
    assert told is not None
    for words in wanted:
        assert any(words in one for one in told), told
    assert all("board met" not in one and "shrugs" not in one for one in told)


def test_where_somebody_is_quoted_it_is_not_said_that_nothing_is() -> None:
    article = make_article(TALL, name="a")
    draft = Draft((Place("a", 0, 30),), 0.1, "")
    said = Said("Bo Lind", "herring")
    declined = without_others(draft, said, {"a": article}, lambda: True)
    assert declined.reason == "The articles quote Bo Lind, but nothing on herring that I can tell."
    declined = without_others(draft, said, {"a": article})
    assert declined.reason == "The articles quote nothing of Bo Lind on herring."
