"""What a question says of the dates of articles: read where it is meant, and nowhere else."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.datatypes import DateFilter
from rag.questions.dates import dated, names_time, of_that_time
from tests.making import write_folder

NEWEST = date(2024, 7, 25)
D = date


def read(question: str, newest: date | None = NEWEST) -> DateFilter | None:
    return dated(question, lambda: newest).filter


@pytest.mark.parametrize(
    ("question", "start", "end", "rest"),
    [
        ("What do the articles before July 9 say about tolls?", None, D(2024, 7, 8),
         "What do the articles say about tolls?"),
        ("What do the articles from before 9 July 2023 say?", None, D(2023, 7, 8),
         "What do the articles say?"),
        ("What do the articles published before 9 July 2023 say?", None, D(2023, 7, 8),
         "What do the articles say?"),
        ("Which articles that were published in August mention tolls?", D(2023, 8, 1),
         D(2023, 8, 31), "Which articles mention tolls?"),
        ("Which articles were published before August?", None, D(2024, 7, 31), "Which articles?"),
        ("Which articles are from 1887?", D(1887, 1, 1), D(1887, 12, 31), "Which articles?"),
        ("What do the July 2024 articles say about tolls?", D(2024, 7, 1), D(2024, 7, 31),
         "What do the articles say about tolls?"),
        ("What do July's articles say?", None, None, ""),
        ("Is there news since 2023 of the dam?", D(2023, 1, 1), None, "Is there news of the dam?"),
        ("Coverage from 2024-07-01 on about tolls?", D(2024, 7, 1), None, "Coverage about tolls?"),
        ("Articles from July to August about tolls", D(2024, 7, 1), D(2024, 8, 31),
         "Articles about tolls"),
        ("What do articles between the 1st of June and June 9 say?", D(2024, 6, 1), D(2024, 6, 9),
         "What do articles say?"),
        ("What do articles as of March 2024 say?", None, D(2024, 3, 31), "What do articles say?"),
        ("What do articles after Feb. 29, 2024 say?", D(2024, 3, 1), None, "What do articles say?"),
        ("Which articles were published in July?", D(2024, 7, 1), D(2024, 7, 31),
         "Which articles?"),
        ("list articles from 2023", D(2023, 1, 1), D(2023, 12, 31), "list articles"),
        ("What did the articles in July report about tolls?", D(2024, 7, 1), D(2024, 7, 31),
         "What did the articles report about tolls?"),
        ("What do the articles by April Jones say?", None, None, ""),
        ("What do the articles on 2024 elections say?", None, None, ""),
        ("Compare the articles before July with those after July.", None, None, ""),
        ("What do articles from December say?", D(2023, 12, 1), D(2023, 12, 31),
         "What do articles say?"),
    ],
)  # fmt: skip
def test_articles_of_a_time_are_alone_searched(
    question: str, start: date | None, end: date | None, rest: str
):
    found = dated(question, lambda: NEWEST)
    if not rest:
        assert (found.filter, found.question) == (None, question)
        return
    assert found.filter is not None
    assert (found.filter.start, found.filter.end, found.filter.only) == (start, end, True)
    assert found.filter.words in question
    assert found.filter.question == question
    assert found.question == rest


@pytest.mark.parametrize(
    ("question", "start", "end", "newest"),
    [
        ("What did the mayor announce before July 9?", None, D(2024, 7, 8), False),
        ("What happened in August?", D(2024, 8, 1), D(2024, 8, 31), False),
        # A year makes it the time of one event.
        ("Can one tell what happened in March 2023?", D(2023, 3, 1), D(2023, 3, 31), False),
        ("How did the mill burn in August?", D(2024, 8, 1), D(2024, 8, 31), False),
        ("What happened in March 2023?", D(2023, 3, 1), D(2023, 3, 31), False),
        ("What has been built since 2024?", D(2024, 1, 1), None, False),
        ("What was the toll as of March 2024?", None, D(2024, 3, 31), True),
        ("What was said between July 9 and August 3?", D(2024, 7, 9), D(2024, 8, 3), False),
        ("What is the latest on the dam?", None, None, True),
        ("According to the latest figures, how many barges are there?", None, None, True),
        ("What's the most recent news about the dam?", None, None, True),
    ],
)
def test_what_may_be_meant_is_preferred_and_stays_in_the_question(
    question: str, start: date | None, end: date | None, newest: bool
):
    found = dated(question, lambda: NEWEST)
    assert found.question == question
    assert found.filter is not None
    assert (found.filter.start, found.filter.end) == (start, end)
    assert (found.filter.only, found.filter.newest) == (False, newest)


@pytest.mark.parametrize(
    "question",
    [
        "What happened on July 9?",
        "Can I make bonfires in July?",
        "May I use a hosepipe at noon in July?",
        "must dogs be on a lead in May",
        "What should one sow before April?",
        "Is it allowed to swim in August?",
        "Do I have to book in July?",
        "Are fires permitted in August?",
        "How often does the ferry run in July?",
        "How warm is the sea in August?",
        "What usually happens in July?",
        "How much was it in 2023?",
        "What was the 5G coverage in 2023?",
        "How many pieces in 2023 were sold?",
        "How many were built between 2014 and 2023?",
        "How did the price change from July to August?",
        "When was it built, before or after 1970?",
        "In which year since 1990 was the water lowest?",
        "What is the latest model of the barge?",
        "Who is the newest member?",
        "Which book was published in 2023?",
        "How many tokens, between 1900 and 2000 tokens, are free?",
        "Who paid by July 9?",
        "What do articles before June 31 say?",
        "What do articles between August 9 and August 3 say?",
        "How long is the Nile?",
        "",
    ],
)
def test_a_date_that_is_asked_about_is_no_filter(question: str):
    assert read(question) is None


def test_without_a_dated_article_there_is_nothing_to_filter_by():
    for question in ("What do the articles before July 9 say?", "What is the latest on tolls?"):
        assert read(question, None) is None


def test_the_newest_date_is_not_looked_for_where_no_date_is_spoken_of():
    def never() -> date:
        raise AssertionError

    assert dated("How long is the Nile, and who says so in an article?", never).filter is None


@given(st.dates(D(1950, 1, 1), D(2090, 12, 31)), st.dates(D(1950, 1, 1), D(2090, 12, 31)))
def test_every_way_to_write_a_day_is_that_day(day: date, newest: date):
    for written in (
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%B} {day.year}",
        f"the {day.day}th of {day:%b} {day.year}",
        day.isoformat(),
    ):
        found = read(f"What do articles before {written} say?", newest)
        assert found is not None
        assert found.end == day - timedelta(days=1)


@given(st.dates(D(1950, 1, 1), D(2090, 12, 31)), st.dates(D(1951, 1, 1), D(2089, 12, 31)))
def test_a_day_without_a_year_is_the_last_one_by_the_newest_article(day: date, newest: date):
    found = read(f"What do articles before {day:%B} {day.day} say?", newest)
    assert found is not None
    assert found.end is not None
    meant = found.end + timedelta(days=1)
    assert (meant.month, meant.day) == (day.month, day.day)
    years = 8 if (day.month, day.day) == (2, 29) else 1  # of which some have no such day
    assert timedelta(days=92 - 366 * years) < meant - newest <= timedelta(days=92)


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("In early August it rained.", None, True),
        ("In early August it rained.", D(2024, 9, 1), True),
        ("In early August it rained.", D(2020, 9, 1), False),
        ("On August 3, 2024 it rained.", None, True),
        ("On 2024-08-03 it rained.", None, True),
        ("In July it rained.", None, False),
        ("Gaugust signed, and 12024 came; august as ever.", None, False),  # the ends of words
        ("In 2024 it rained.", None, False),  # not wholly in August
        ("It may rain.", D(2024, 9, 1), False),
        ("It rained.", None, False),
    ],
)
def test_a_sentence_is_of_a_time_that_it_names(text: str, published: date | None, expected: bool):
    august = DateFilter("in August", "", D(2024, 8, 1), D(2024, 8, 31), only=False, newest=False)
    assert names_time(text, august, published) is expected


ONLY, FIRST = "Only articles published {}, or without a date", "Articles and dates {} first"


@pytest.mark.parametrize(
    ("start", "end", "time"),
    [
        (None, D(2024, 7, 8), "up to 8 July 2024"),
        (D(2024, 7, 9), None, "from 9 July 2024 on"),
        (D(2024, 7, 9), D(2024, 7, 9), "on 9 July 2024"),
        (D(2023, 1, 1), D(2023, 12, 31), "in 2023"),
        (D(2024, 2, 1), D(2024, 2, 29), "in February 2024"),
        (D(2024, 2, 2), D(2024, 2, 29), "from 2 February 2024 to 29 February 2024"),
    ],
)
def test_a_filter_is_told_in_words(start: date | None, end: date | None, time: str):
    for only, told in ((True, ONLY), (False, FIRST)):
        assert DateFilter("", "", start, end, only=only, newest=False).told == told.format(time)
    newest = DateFilter("", "", start, end, only=False, newest=True).told
    assert newest == FIRST.format(time) + ", the newest of them at the top"


def test_an_order_alone_is_told_too():
    latest = DateFilter("", "", None, None, only=False, newest=True)
    assert latest.told == "The newest articles first"
    assert latest.holds(None)
    assert latest.holds(NEWEST)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What was the budget back in May 2024?", "What was the budget?"),
        ("How many members did it have in May 2024?", "How many members did it have?"),
        ("What was the budget in 2024?", ""),  # more than a month
        ("What was the budget?", ""),
        ("What do the articles of May 2024 say about the budget?", ""),  # these alone by itself
    ],
)
def test_a_question_of_a_month_is_asked_without_it_of_the_articles_of_that_month(
    question: str, rest: str
) -> None:
    found = of_that_time(dated(question, lambda: NEWEST))
    assert (found.question if found else "") == rest
    assert found is None or (found.filter is not None and found.filter.only)


def test_the_state_of_a_month_is_told_by_an_article_of_that_month(tmp_path: Path) -> None:
    text = (
        "The swimmers of Velm\n\nPublished: {date}\n\nThe club of Velm has {count} members, half "
        "of whom are children. It trains at the pool in Elm Lane.\n"
    )
    corpus = write_folder(
        tmp_path / "corpus",
        {
            "old.txt": text.format(date="Jan 22, 2024", count=340),
            "new.txt": text.format(date="Jul 16, 2024", count=415),
        },
    )
    assistant = Assistant.open(corpus, tmp_path / "index")
    told = assistant.ask("How many members did the club of Velm have back in January 2024?")
    assert told.statements[0].citations[0].article_id == "old"
    other = assistant.ask("How many members did the club of Velm have back in March 2024?")
    assert "340" not in other.text
