"""Questions about the whole collection are answered from all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.config import Config
from rag.datatypes import Article
from rag.encoder import SentenceEncoder
from rag.questions.topic import Topic, absent_topic, coverage_topic
from rag.replies.coverage import CoverageAnswerer, within
from rag.replies.quoted import Speaker, speakers
from rag.store import Generation
from tests.making import make_article, make_generation

TEXTS = {
    "a": "The dam was built in 1970. Engineers from Egypt planned the dam. It is high.",
    "b": "The river floods in summer. A dam would end that.",
    "c": "Farmers grow cotton. They need water from the Aswan dam.",
    "d": "Cairo has many bridges. Egypt is proud of them.",
}


@pytest.fixture(scope="module")
def generation(tiny: SentenceEncoder) -> Generation:
    articles = [make_article(text, name=name) for name, text in sorted(TEXTS.items())]
    return make_generation(articles, tiny, chunk_tokens=40, overlap=1)


def stated(generation: Generation, topic: Topic, config: Config | None = None) -> list[str]:
    draft = CoverageAnswerer(generation, config or Config()).answer(topic)
    return [generation.articles[p.article_id].text[p.start : p.end] for p in draft.places]


def test_every_article_that_mentions_it_gives_one_sentence(generation: Generation) -> None:
    assert stated(generation, Topic("the dam", whole=True)) == [
        "The dam was built in 1970.",  # the article with most such sentences goes first
        "A dam would end that.",
        "They need water from the Aswan dam.",
    ]
    draft = CoverageAnswerer(generation, Config()).answer(Topic("the dam", whole=True))
    assert draft.reason == "3 of 4 articles mention “the dam”."
    assert draft.confidence == 1.0


def test_all_words_of_a_name_must_stand_in_a_sentence(generation: Generation) -> None:
    assert stated(generation, Topic("Aswan dam", whole=True)) == [
        "They need water from the Aswan dam."
    ]


@pytest.mark.parametrize(
    ("topic", "articles"),
    [
        ("cotton or Cairo", "cd"),
        ("bananas, cotton or bridges", "cd"),
        ("dam and Egypt", "a"),
        ("dam as well as Egypt", "a"),
        ("dam and cotton", "c"),
        ("summer and dam", "b"),
        ("dam but not Egypt", "bc"),
        ("the dam but not Aswan or summer", "a"),
        ("dam and Cairo", ""),
        ("bananas or apes", ""),
        ("without permission", ""),
        ("bridges without Egypt", ""),  # "without" and "except" may be a part of a name
        ("bridges without mentioning Egypt", ""),
        ("dam without mentioning Egypt", "bc"),
        ("except", ""),
        ("and", ""),
    ],
)
def test_several_things_are_looked_for_each_by_itself(
    generation: Generation, topic: str, articles: str
) -> None:
    draft = CoverageAnswerer(generation, Config()).answer(Topic(topic, whole=True))
    assert sorted(place.article_id for place in draft.places) == list(articles)


def test_an_article_in_another_language_hides_nothing(tiny: SentenceEncoder) -> None:
    texts = {
        "a": "Two robots clean the river.",
        "b": "Nobody cleans the sea.",
        "c": "市政府周二宣布，将在明年春天之前修复被洪水冲毁的三座桥梁。",
    }
    spoken = {"c": "zh"}
    articles = [
        make_article(text, name=name, language=spoken.get(name, "en"))
        for name, text in texts.items()
    ]
    made = make_generation(articles, tiny, chunk_tokens=60)
    assert set(made.manifest.languages) == {"en", "zh"}
    assert stated(made, Topic("robots", whole=True)) == ["Two robots clean the river."]


def test_what_the_title_says_each_sentence_need_not(tiny: SentenceEncoder) -> None:
    texts = {
        "a": "Flood in Riverton\n\nIt began at dawn. Riverton was cut off for a day.\n",
        "b": "Flood in Lakeside\n\nNobody in Lakeside was hurt. It was over soon.\n",
        "c": "Sun in Riverton\n\nRiverton is dry. There was a flood elsewhere.\n",
    }
    made = make_generation(
        [make_article(text, name=name) for name, text in texts.items()], tiny, chunk_tokens=60
    )
    topic = coverage_topic("Which articles are about the flood in Riverton?")
    assert topic is not None
    assert stated(made, topic) == [
        "Riverton was cut off for a day.",
        "There was a flood elsewhere.",
    ]


def test_what_is_said_of_a_topic_needs_most_of_its_words_only(generation: Generation) -> None:
    said = stated(generation, Topic("dams in Egypt", whole=False))
    assert "Engineers from Egypt planned the dam." in said
    assert "Farmers grow cotton." not in said


@pytest.mark.parametrize(
    ("asked", "stated", "reason"),
    [
        (
            "the mill in May 2023",
            ["The mill burnt."],
            "1 of 3 articles says something about “the mill” in May 2023.",
        ),
        ("the mill in 2024", ["The mill is open again."], ""),
        # an article of another time that names the time in its own words
        ("the mill in 1901", ["The mill was built in 1901."], ""),
        ("the mill in 1960", [], "No article seems to say something about “the mill in 1960”."),
    ],
)
def test_what_was_said_of_a_thing_at_a_time_is_told_by_articles_of_that_time(
    tiny: SentenceEncoder, asked: str, stated: list[str], reason: str
) -> None:
    texts = {
        "a": ("The mill burnt. Rain fell in the night.", date(2023, 5, 4)),
        "b": ("The mill is open again. Rain fell in the night.", date(2024, 2, 1)),
        "c": ("The mill was built in 1901. Rain fell in the night.", date(2022, 1, 1)),
    }
    articles = [
        replace(make_article(text, name=name), published=day) for name, (text, day) in texts.items()
    ]
    answerer = CoverageAnswerer(make_generation(articles, tiny), Config())
    draft = answerer.answer(Topic(asked, whole=False))
    told = [answerer._generation.articles[p.article_id].text[p.start : p.end] for p in draft.places]
    assert told == stated
    assert not reason or draft.reason == reason


def test_articles_beyond_those_stated_are_named(generation: Generation) -> None:
    config = Config(list_statements=1, most_statements=1)
    draft = CoverageAnswerer(generation, config).answer(Topic("dam", whole=True))
    assert len(draft.places) == 1
    titles = [generation.articles[name].title for name in "bc"]
    assert draft.reason == f"3 of 4 articles mention “dam”; 2 more: {titles[0]}; {titles[1]}."


def test_what_no_article_mentions_is_declined(generation: Generation) -> None:
    draft = CoverageAnswerer(generation, Config()).answer(Topic("bananas", whole=True))
    assert draft.places == ()
    assert draft.reason == "No article seems to mention “bananas”."


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which articles mention the Aswan dam?", Topic("the Aswan dam", whole=True)),
        ("How many of the articles are about cotton", Topic("cotton", whole=True)),
        ("List all articles on cotton.", Topic("cotton", whole=True)),
        ("In which articles is Cairo mentioned?", Topic("Cairo", whole=True)),
        ("Where is Cairo mentioned?", Topic("Cairo", whole=True)),
        ("What do the articles say about energy?", Topic("energy", whole=False)),
        ("What do your sources tell us about dams?", Topic("dams", whole=False)),
        ("Are there any articles about cotton?", Topic("cotton", whole=True)),
        ("Do you have an article on the dam?", Topic("the dam", whole=True)),
        ("Which article mentions cotton most often?", Topic("cotton", whole=True)),
        ("Which story mentions cotton?", Topic("cotton", whole=True)),
        ("Which articles mention the dam? and otters?", None),
        ("articles about floods", Topic("floods", whole=True)),
        ("Which articles mention cotton or water?", Topic("cotton or water", whole=True)),
        ("Which articles mention cotton but not water?", Topic("cotton but not water", whole=True)),
        ("Which articles mention neither cotton nor water?", None),
        ("How many articles mention cotton and how many mention water?", None),
        ("What do the articles say about it?", None),
        ("Which articles mention them?", None),
        ("The article about the dam says what?", None),
        ("What does the minister say about energy?", None),
        ("Which companies mention energy?", None),
        ("Where is Cairo?", None),
        ("energy", None),
    ],
)
def test_what_counts_as_a_question_about_the_collection(question: str, topic: Topic | None) -> None:
    assert coverage_topic(question) == topic


@given(st.sampled_from("dam cotton Egypt river bridges water summer Cairo".split()))
def test_the_count_is_that_of_a_plain_search(generation: Generation, word: str) -> None:
    holding = [name for name, text in TEXTS.items() if word.casefold() in text.casefold()]
    draft = CoverageAnswerer(generation, Config()).answer(Topic(word, whole=True))
    assert sorted(place.article_id for place in draft.places) == holding
    assert draft.reason.startswith(f"{len(holding)} of 4 articles mention")


def test_both_is_no_word_to_look_for() -> None:
    topic = coverage_topic("Which articles mention both the dam and Egypt?")
    assert topic == Topic("the dam and Egypt", whole=True)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which articles don't mention the dam?", "the dam"),
        ("How many stories do not talk about bridges at all?", "bridges"),
        ("which articles never mention Cairo", "Cairo"),
        ("Which articles mention the dam?", None),
        ("Why does nobody mention the dam?", None),
    ],
)
def test_what_articles_do_not_mention_can_be_asked(question: str, topic: str | None) -> None:
    found = absent_topic(question)
    assert (found and found.text) == topic


def test_what_only_the_title_or_the_byline_holds_is_mentioned(tiny: SentenceEncoder) -> None:
    texts = {
        "a": "Two bakeries, two bets\n\nBy Marta Oakes | Velm Daily\n\nOne sells rye loaves.\n",
        "b": "Ovens\n\nBakeries buy them in the north.\n",
    }
    articles = [make_article(text, name=name) for name, text in texts.items()]
    made = make_generation(articles, tiny, chunk_tokens=40, overlap=1)
    assert stated(made, Topic("bakeries", whole=True)) == [
        "Two bakeries, two bets",
        "Bakeries buy them in the north.",
    ]
    assert stated(made, Topic("Marta Oakes", whole=True)) == ["Marta Oakes | Velm Daily"]
    answerer = CoverageAnswerer(made, Config())
    assert answerer.mentioning(Topic("bakeries", whole=True)) == {"a", "b"}


def test_of_one_article_all_that_it_says_of_a_thing_is_stated(generation: Generation) -> None:
    answerer = CoverageAnswerer(generation, Config(list_statements=1, most_statements=1), among="a")
    draft = answerer.answer(Topic("the dam", whole=False))
    assert [generation.articles["a"].text[p.start : p.end] for p in draft.places] == [
        "The dam was built in 1970."
    ]
    assert draft.reason == "1 more sentence says something about “the dam”."


@given(st.lists(st.integers(0, 40), max_size=12), st.lists(st.integers(1, 9), max_size=8))
def test_the_stretches_within_others(starts: list[int], lengths: list[int]) -> None:
    outer = [(start, start + 7) for start in starts]
    ends = [0, *accumulate(lengths)]
    inner = list(pairwise(ends))
    expected = [(a, b) for a, b in inner if any(low <= a and b <= high for low, high in outer)]
    assert list(within(inner, outer)) == expected


def test_a_count_is_whole_where_more_passages_hold_the_words_than_are_read(
    tiny: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.replies.coverage.MOST_ROWS", 10)
    articles = [
        make_article(f"The dam number {at} stands." if at % 3 else f"Hill {at}.", name=f"{at:03}")
        for at in range(90)
    ]
    answerer = CoverageAnswerer(make_generation(articles, tiny), Config())
    assert answerer.answer(Topic("the dam", whole=True)).reason.startswith(
        "60 of 90 articles mention “the dam”"
    )
    assert len(answerer.mentioning(Topic("the dam", whole=True))) == 60
    some = answerer.answer(Topic("the dam", whole=False))
    assert some.reason.startswith("At least 10 of 90 articles say something about “the dam”")


def test_of_a_long_list_the_first_are_looked_for_and_that_is_told(tiny: SentenceEncoder) -> None:
    words = [f"name{letter}" for letter in "abcdefghij"]
    articles = [make_article(f"Here is {word}.", name=word) for word in words]
    answerer = CoverageAnswerer(make_generation(articles, tiny), Config())
    told = answerer.answer(Topic(" or ".join(words), whole=True)).reason
    assert told.startswith("8 of 10 articles mention")
    assert told.endswith("Of a list no more than 8 are looked for.")


def test_what_the_only_article_says_stands_below_a_heading_too(tiny: SentenceEncoder) -> None:
    text = (
        "Minutes\n\n1. Bees\n\nTwo hives were asked for by Martin, who has kept some before. The "
        "committee refused.\n\n2. Open day\n\nIt is on Saturday, and the mayor will open it then.\n"
    )
    generation = make_generation([make_article(text)], tiny)
    draft = CoverageAnswerer(generation, Config()).answer(Topic("bees", whole=False))
    article = next(iter(generation.articles.values()))
    assert [article.text[place.start : place.end] for place in draft.places] == [
        "Two hives were asked for by Martin, who has kept some before.",
        "The committee refused.",
    ]
    assert not CoverageAnswerer(generation, Config()).answer(Topic("wasps", whole=False)).places


def test_who_is_quoted_is_read_once_from_each_article(
    tiny: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(article: Article) -> list[Speaker]:
        read.append(article.id)
        return speakers(article)

    monkeypatch.setattr("rag.replies.coverage.speakers", reading)
    monkeypatch.setattr("rag.replies.coverage.MOST_HEARD", 2)
    texts = {"a": "“No,” said Ana Ruiz.", "b": "It rained.", "c": "“Yes,” said Tom Hall."}
    generation = make_generation(
        [make_article(text, name=name) for name, text in texts.items()], tiny
    )
    answerer = CoverageAnswerer(generation, Config())
    topic = Topic("", whole=False, speakers=True)
    first = answerer.answer(topic)
    assert first == answerer.answer(topic)
    assert read == ["a", "b"]
    assert first.reason.endswith("Only the first 2 were looked through.")
