"""The latest on a thing is what the newest article about it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.assistant import Assistant
from rag.config import Config
from rag.encoder import SentenceEncoder
from rag.questions.dates import dated
from rag.questions.topic import latest_topic
from rag.reading.desk import Desk
from rag.replies.coverage import CoverageAnswerer
from rag.replies.latest import LatestAnswerer
from rag.store import Generation
from tests.making import make_article, make_generation, write_folder

TEXTS = {
    "bread": "The bread fair\n\nThe bread fair returns to Velm in August. Twelve bakers will come.",
    "first": "A quarry divides Velm\n\nThe firm Orsted wants to open the quarry of Velm again. Its "
    "neighbours fear the dust. Rob Tarn keeps owls below it.",
    "hearing": "Velm hears the neighbours\n\nFour hundred people came to hear of the quarry. The "
    "quarry would close at five. A study of the owls is promised.",
    "note": "The quarry in short\n\nThe quarry was dug in 1890.",
    "vote": "Velm turns the quarry down\n\nThe council voted 11 to 4 on Monday. Orsted will go to "
    "court.",
}
PUBLISHED = {
    "bread": date(2025, 7, 12),
    "first": date(2025, 2, 10),
    "hearing": date(2025, 4, 22),
    "note": None,
    "vote": date(2025, 6, 30),
}


@pytest.fixture(scope="module")
def generation(tiny: SentenceEncoder) -> Generation:
    articles = [
        replace(make_article(text, name=name), published=PUBLISHED[name])
        for name, text in TEXTS.items()
    ]
    return make_generation(articles, tiny, chunk_tokens=60, overlap=1)


def told(
    generation: Generation, encoder: SentenceEncoder, topic: str, *, most: int = 4
) -> tuple[list[tuple[str, str]], str] | None:
    """Return the article and the first words of each statement, and what is told."""
    config = Config(most_statements=most)
    vectors = Desk(generation, encoder).vectors
    answerer = LatestAnswerer(generation, CoverageAnswerer(generation, config), vectors, config)
    draft = answerer.answer(topic)
    if draft is None:
        return None
    lines = [
        (
            place.article_id,
            " ".join(generation.articles[place.article_id].text[place.start :].split()[:3]),
        )
        for place in draft.places
    ]
    return lines, draft.reason


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What's the latest on the quarry?", "the quarry"),
        ("what is the latest news about the quarry at Velm", "the quarry at Velm"),
        ("And the latest on the quarry?", "the quarry"),
        ("Any news about the quarry?", "the quarry"),
        ("Are there any updates on the quarry", "the quarry"),
        ("Give me an update on the quarry.", "the quarry"),
        ("How do things stand with the quarry now?", "the quarry now"),
        ("What is happening with the quarry?", "the quarry"),
        ("What is the latest version of the plan?", None),
        ("What is the latest on it?", None),
        ("What is the latest on how many came?", None),
        ("What is new in version 5.2?", None),
        ("What is happening in August?", None),
        ("Who brought news of the quarry?", None),
    ],
)
def test_what_asks_for_the_latest(question: str, topic: str | None) -> None:
    match = latest_topic(question)
    assert (match and match["topic"]) == topic
    heeded = dated(question, lambda: date(2025, 7, 12)).filter
    if topic:
        assert heeded is not None
        assert heeded.newest


def test_the_newest_article_about_it_is_first_and_older_ones_follow(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    assert told(generation, tiny, "the quarry") == (
        [
            ("vote", "The council voted"),
            ("vote", "Orsted will go"),
            ("hearing", "Four hundred people"),
            ("first", "The firm Orsted"),
        ],
        "1 older article says something about it, too.",
    )
    lines, _ = told(generation, tiny, "the quarry", most=1) or ([], "")
    assert lines == [("vote", "The council voted")]


def test_a_newer_article_that_holds_a_part_of_it_is_not_about_it(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    lines, _ = told(generation, tiny, "the quarry of Velm") or ([], "")
    assert [name for name, _ in lines] == ["vote", "vote", "first"]


def test_what_is_newer_and_names_it_only_is_the_latest_of_it(tiny: SentenceEncoder) -> None:
    later = make_article(
        "Velm has a new mayor\n\nIna Hart won by a vote. She had been against the quarry.",
        name="later",
    )
    articles = [replace(make_article(TEXTS["vote"], name="vote"), published=PUBLISHED["vote"])]
    articles.append(replace(later, published=date(2026, 1, 9)))
    lines, _ = told(make_generation(articles, tiny), tiny, "the quarry") or ([], "")
    assert lines[0] == ("later", "She had been")
    assert [name for name, _ in lines] == ["later", "vote"]


def test_sentences_that_name_what_no_title_does_are_taken(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    assert told(generation, tiny, "the owls") == (
        [("hearing", "A study of"), ("first", "Rob Tarn keeps")],
        "",
    )


def test_what_no_dated_article_is_about_has_no_latest(
    generation: Generation, tiny: SentenceEncoder
) -> None:
    assert told(generation, tiny, "the lighthouse") is None
    undated = make_generation([make_article(TEXTS["note"])], tiny)
    assert told(undated, tiny, "the quarry") is None


def test_the_newest_first_can_be_left_out(tmp_path) -> None:
    texts = {
        f"{name}.md": f"---\ntitle: {text.splitlines()[0]}\ndate: {PUBLISHED[name]}\n---\n"
        + text.partition("\n\n")[2]
        for name, text in TEXTS.items()
        if PUBLISHED[name]
    }
    corpus = write_folder(tmp_path / "corpus", texts)
    assistant = Assistant.open(corpus, tmp_path / "index")
    answer = assistant.ask("What's the latest on the quarry?")
    assert answer.dates is not None
    assert answer.statements[0].text == "The council voted 11 to 4 on Monday."
    assert assistant.ask("What's the latest on the quarry?", as_it_stands=True).dates is None
    only = assistant.ask("What's the latest on the quarry?", articles=["hearing", "first"])
    assert {c.article_id for s in only.statements for c in s.citations} == {"hearing", "first"}
    assert only.statements[0].citations[0].article_id == "hearing"
