"""What happened when is told by the dates that sentences name, in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rag.articles.catalogue import Catalogue
from rag.config import Config
from rag.datatypes import DateFilter
from rag.encoder import SentenceEncoder
from rag.questions.dates import times_in, told_date
from rag.replies.timeline import MOST_DATES, TimelineAnswerer, Times, timeline_asked
from rag.store import Generation
from tests.making import CountedArticles, make_article, make_generation

NEWEST = date(2021, 3, 20)
TEXTS = {
    "a": "The ferry to Velm stopped on 4 March 2021. In 2019 the ferry had carried 900 people. "
    "Its crew of 12 may march. The port was dug in early May 2020.",
    "b": "The strike at the ferry began on 2 March. The mayor was born in Room 2000. A bridge will "
    "be built by June 2022. Ana Ruiz is a pilot.",
    "c": "The mill is old. Nobody knows how old.",
}
PUBLISHED = {"a": NEWEST, "b": None, "c": date(2020, 5, 20)}


@pytest.fixture(scope="module")
def generation(tiny: SentenceEncoder) -> Generation:
    articles = [
        replace(make_article(text, name=name), published=PUBLISHED[name])
        for name, text in sorted(TEXTS.items())
    ]
    return make_generation(articles, tiny, chunk_tokens=40, overlap=1)


def newest() -> date:
    return NEWEST


def told(
    generation: Generation, question: str, among: tuple[str, ...] = ()
) -> tuple[list[tuple[str, str]], str] | None:
    """Return the date, and the beginning of the sentence, of each statement, and what is told."""
    times = timeline_asked(question, newest)
    assert times is not None
    answerer = TimelineAnswerer(generation, Config(), newest)
    draft = (answerer.among(among) if among else answerer).answer(times)
    if draft is None:
        return None
    lines = []
    for place in draft.places:
        text = generation.articles[place.article_id].text
        lines.append((place.when, " ".join(text[place.start : place.end].split()[:3])))
    return lines, draft.reason


@pytest.mark.parametrize(
    ("question", "topic", "start", "end"),
    [
        ("Give me a timeline", "", None, None),
        ("Can you show me a chronology of the ferry strike?", "the ferry strike", None, None),
        ("timeline of all events in the articles", "", None, None),
        ("What happened when?", "", None, None),
        ("List the key dates", "", None, None),
        ("a timeline of the strike since March 2021", "the strike", date(2021, 3, 1), None),
        ("Timeline for 2020", "", date(2020, 1, 1), date(2020, 12, 31)),
        ("a timeline please", "", None, None),
        ("ferry strike timeline", "ferry strike", None, None),
        (
            "What happened in June 2020, the year before 2021?",
            "",
            date(2020, 6, 1),
            date(2020, 6, 30),
        ),
        ("timeline: the ferry", "the ferry", None, None),
        ("key dates in the strike", "the strike", None, None),
        ("events before 2020", "", None, date(2019, 12, 31)),
        ("what happend at the end of 2020", "", date(2020, 9, 1), date(2020, 12, 31)),
        (
            "timeline from 2019 to 2020 of the port",
            "the port",
            date(2019, 1, 1),
            date(2020, 12, 31),
        ),
        ("What happened on 4 March?", "", date(2021, 3, 4), date(2021, 3, 4)),
        ("And what else happened in May 2020?", "", date(2020, 5, 1), date(2020, 5, 31)),
        ("What happened to the ferry before 2020?", "the ferry", None, date(2019, 12, 31)),
    ],
)
def test_what_is_to_be_put_in_order(
    question: str, topic: str, start: date | None, end: date | None
) -> None:
    times = timeline_asked(question, newest)
    assert times is not None
    assert times.topic == topic
    assert (times.time and times.time.start, times.time and times.time.end) == (start, end)


@pytest.mark.parametrize(
    "question",
    ["A timeline of the mill? When was that?", "What happened?", "What happened to the ferry?",
     "What happened in the mill?", "", "When did the strike begin?", "Who drew the timeline?",
     "What happened and why in May?"],
)  # fmt: skip
def test_other_questions_are_left_alone(question: str) -> None:
    assert timeline_asked(question, newest) is None


def test_sentences_stand_in_the_order_of_their_dates(generation: Generation) -> None:
    assert told(generation, "Give me a timeline") == (
        [
            ("2019", "In 2019 the"),
            ("early May 2020", "The port was"),
            ("2 March", "The strike at"),  # of the newest article's year
            ("4 March 2021", "The ferry to"),
            ("by June 2022", "A bridge will"),
        ],
        "",
    )


def test_those_about_a_topic_alone(generation: Generation) -> None:
    found = told(generation, "A timeline of the ferry")
    assert found is not None
    assert [when for when, _ in found[0]] == [
        "2019", "early May 2020", "2 March", "4 March 2021", "by June 2022",
    ]  # fmt: skip
    # Of an article that is not about it, the sentences that are, and those right behind them.
    assert told(generation, "A timeline of the bridge") == ([("by June 2022", "A bridge will")], "")


def test_a_time_alone_and_the_articles_of_it(generation: Generation) -> None:
    assert told(generation, "What happened in May 2020?") == (
        [("early May 2020", "The port was"), ("published 20 May 2020", "The mill is")],
        "The last one is the opening of an article published in May 2020.",
    )
    assert told(generation, "What happened on 20 May 2020?") == (
        [("published 20 May 2020", "The mill is")],
        "This is the opening of an article published on 20 May 2020.",
    )


def test_a_date_without_a_year_is_reckoned_the_same_among_some(generation: Generation) -> None:
    found = told(generation, "Give me a timeline", among=("b",))
    assert found is not None
    assert [when for when, _ in found[0]] == ["2 March", "by June 2022"]


def test_where_nothing_is_dated(generation: Generation) -> None:
    assert told(generation, "What happened in 1999?") == ([], "No sentence names a date in 1999.")
    # What happened to something may be told without a date.
    assert told(generation, "What happened to the ferry in 1999?") is None
    assert told(generation, "A timeline of the mill") == (
        [],
        "No sentence about “the mill” names a date.",
    )
    assert told(generation, "A timeline in 1999") == ([], "No sentence names a date in 1999.")


def test_of_too_many_those_with_a_day_are_told(tiny: SentenceEncoder) -> None:
    days = " ".join(f"Event {at} was on {at} May 2020." for at in range(1, MOST_DATES + 1))
    article = make_article(f"It began in 2018. {days} It ended in June 2020.")
    answerer = TimelineAnswerer(make_generation([article], tiny), Config(), lambda: None)
    draft = answerer.answer(Times(""))
    assert draft is not None
    assert [place.when for place in draft.places] == [
        f"{at} May 2020" for at in range(1, MOST_DATES + 1)
    ]
    assert draft.reason == "2 more sentences name a date."


@pytest.mark.parametrize(
    ("sentence", "when"),
    [
        ("After the strike of 2019 the port opened on 28 May 2020.", "28 May 2020"),
        ("Since 4 May 2018 it had waited, until it opened in 2020.", "2020"),
        ("It was the first strike since 1998.", "since 1998"),
        ("It ran until the end of May 2020.", "until late May 2020"),
    ],
)
def test_of_several_dates_the_closest_that_something_happens_at(
    tiny: SentenceEncoder, sentence: str, when: str
) -> None:
    generation = make_generation([make_article(sentence)], tiny)
    draft = TimelineAnswerer(generation, Config(), lambda: None).answer(Times(""))
    assert draft is not None
    assert [place.when for place in draft.places] == [when]


def test_the_date_is_what_is_highlighted(generation: Generation) -> None:
    draft = TimelineAnswerer(generation, Config(), newest).answer(Times(""))
    assert draft is not None
    for place in draft.places:
        assert place.highlight is not None
        marked = generation.articles[place.article_id].text[slice(*place.highlight)]
        assert marked in ("2019", "early May 2020", "2 March", "4 March 2021", "June 2022")


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("on 9 July 2024", ["9 July 2024"]),
        ("by late June, or in mid-2023", ["late June 2021", "mid-2023"]),
        ("from the beginning of 2019 to the end of March 2020", ["early 2019", "late March 2020"]),
        ("in the middle of May 2020", ["mid-May 2020"]),
        ("Studio 2000 may march", []),
        ("31 June 2020", []),
    ],
)
def test_dates_in_words(text: str, dates: list[str]) -> None:
    assert [told_date(first, last) for _, first, last in times_in(text, NEWEST)] == dates


def test_without_a_year_to_go_by_a_date_is_none() -> None:
    assert times_in("on 9 July", None) == []


def test_over_many_articles_those_of_the_time_are_found_and_the_rest_is_told(
    tiny: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.replies.timeline.MOST_READ", 20)
    articles = [
        make_article(f"Event {at} was on {1 + at % 28} {month} {year}.", name=f"{at:03}")
        for at, (month, year) in enumerate(
            [("May", 2020)] * 100 + [("June", 2020)] * 3 + [("May", 2021)] * 3
        )
    ]
    answerer = TimelineAnswerer(make_generation(articles, tiny), Config(), lambda: None)
    for question, found in (("What happened in June 2020?", 3), ("What happened in May 2021?", 3)):
        times = timeline_asked(question, newest)
        assert times is not None
        draft = answerer.answer(times)
        assert draft is not None
        assert (len(draft.places), draft.reason) == (found, "")
    many = answerer.answer(Times(""))
    assert many is not None
    assert many.reason == "At least 8 more sentences name a date."


def test_of_too_many_what_holds_more_of_the_topic_and_the_newest_are_told(
    tiny: SentenceEncoder,
) -> None:
    head = "The ferry strike of the north. It was long. "
    days = " ".join(f"Nothing was said on {at} May 2020." for at in range(1, MOST_DATES + 1))
    article = make_article(f"{head}{days} The ferry strike ended in June 2019. It rained.")
    answerer = TimelineAnswerer(make_generation([article], tiny), Config(), lambda: None)
    draft = answerer.answer(Times("the ferry strike"))
    assert draft is not None
    whens = [place.when for place in draft.places]
    assert whens == ["June 2019", *(f"{at} May 2020" for at in range(2, MOST_DATES + 1))]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("The mill was built on 4 March 1887.", ["4 March 1887"]),
        ("In May 1066 he came.", []),
        ("Theresa May met June Lee and Jan Berg, said to April Jones.", []),
        ("A crowd of 2000 people came to 1900 towns.", []),
        ("After the strike of 2019 it rose; by 2021 prices fell.", ["2019", "2021"]),
        ("It ended (2018).", ["2018"]),
    ],
)
def test_names_and_numbers_are_no_dates(text: str, dates: list[str]) -> None:
    assert [told_date(first, last) for _, first, last in times_in(text, NEWEST)] == dates


def test_a_day_without_a_year_is_one_of_the_years_that_articles_name(tiny: SentenceEncoder) -> None:
    article = make_article("The lake froze on 15 May 2018. It melted on 15 June 2021.")
    answerer = TimelineAnswerer(make_generation([article], tiny), Config(), lambda: NEWEST)
    for question, when in (
        ("What happened on May 15?", ["15 May 2018"]),
        ("What happened on May 15, 2020?", []),
    ):
        times = timeline_asked(question, newest)
        assert times is not None
        draft = answerer.answer(times)
        assert draft is not None
        assert [place.when for place in draft.places] == when


def test_a_sentence_that_leans_is_stated_with_the_one_before(tiny: SentenceEncoder) -> None:
    article = make_article(
        "The bridge is of steel. It opened on 4 May 2018. It fell on 5 May 2019."
    )
    draft = TimelineAnswerer(make_generation([article], tiny), Config(), lambda: None).answer(
        Times("")
    )
    assert draft is not None
    assert [article.text[place.start : place.end] for place in draft.places] == [
        "The bridge is of steel. It opened on 4 May 2018.",
        "It fell on 5 May 2019.",
    ]


def test_a_sentence_that_tells_hardly_more_than_its_date_is_stated_with_the_next(
    tiny: SentenceEncoder,
) -> None:
    text = (
        "Once, in Kampen in 1991. The clock struck at night. It was loud.\n\n"
        "Again in 1995.\n\nThe tower of Kampen fell in 1997. Nobody was hurt."
    )
    article = make_article(text)
    answerer = TimelineAnswerer(make_generation([article], tiny), Config(), lambda: None)
    draft = answerer.answer(Times("Kampen"))
    assert draft is not None
    assert [article.text[place.start : place.end] for place in draft.places] == [
        "Once, in Kampen in 1991. The clock struck at night.",
        "Again in 1995.",
        "The tower of Kampen fell in 1997.",
    ]


def test_those_that_were_not_told_are_told_when_they_are_asked_for(tiny: SentenceEncoder) -> None:
    days = " ".join(f"Event {at} was on {at} May 2020." for at in range(1, MOST_DATES + 1))
    article = make_article(f"It began in 2018. {days} It ended in June 2020.")
    answerer = TimelineAnswerer(make_generation([article], tiny), Config(), lambda: None)

    def whens(question: str) -> tuple[list[str], str]:
        times = timeline_asked(question, newest)
        assert times is not None
        draft = answerer.answer(times)
        assert draft is not None
        return [place.when for place in draft.places], draft.reason

    may = [f"{at} May 2020" for at in range(1, MOST_DATES + 1)]
    assert whens("Give me a timeline, the further dates?") == (["2018", "June 2020"], "")
    assert whens("Give me a timeline, all dates?") == (["2018", *may, "June 2020"], "")
    assert whens("Give me a timeline, the further dates, the further dates?") == (
        [], "No further sentence names a date.",
    )  # fmt: skip


def test_what_is_compared_with_or_comes_each_year_is_no_event(tiny: SentenceEncoder) -> None:
    text = (
        "Three more pupils came than in May 2020. Hives are registered by 31 March each year. "
        "Every 4 June the mill is open to all. The mill burned on 5 June 2021."
    )
    generation = make_generation([make_article(text)], tiny, chunk_tokens=40, overlap=1)
    assert told(generation, "Give me a timeline") == ([("5 June 2021", "The mill burned")], "")


def test_what_was_before_a_date_stands_before_it_and_what_came_after_behind(
    tiny: SentenceEncoder,
) -> None:
    text = (
        "The quay was closed after 5 June 2021. The mill burned on 5 June 2021. Before 5 June 2021 "
        "nobody slept there."
    )
    generation = make_generation([make_article(text)], tiny, chunk_tokens=40, overlap=1)
    lines, _ = told(generation, "Give me a timeline") or ([], "")
    assert [when for when, _ in lines] == ["before 5 June 2021", "5 June 2021", "after 5 June 2021"]


def test_a_year_is_not_made_up_for_an_article_that_tells_none(generation: Generation) -> None:
    found, reason = told(generation, "What happened in 2021?") or ([], "")
    assert [when for when, _ in found] == ["4 March 2021"]
    assert "1 more sentence names a date without a year, in articles without a date." in reason
    of_march, _ = told(generation, "What happened in March 2021?") or ([], "")
    assert [when for when, _ in of_march] == ["2 March", "4 March 2021"]


def test_to_ask_some_articles_alone_reads_none_of_them(generation: Generation) -> None:
    counted = CountedArticles(generation.articles)
    answerer = TimelineAnswerer(replace(generation, articles=counted), Config(), newest)
    answerer.among(sorted(TEXTS))
    assert counted.read == 0


def test_of_very_many_articles_the_openings_of_a_time_are_told_and_few_are_read(
    generation: Generation,
) -> None:
    first = make_article("A mill closed.", name="m")
    days = [NEWEST + timedelta(days=10 + at // 100) for at in range(5100)]
    counted = CountedArticles(
        {f"m{at:04}": replace(first, id=f"m{at:04}", published=day) for at, day in enumerate(days)}
    )
    known = Catalogue(counted)
    assert known.newest == days[-1]
    counted.read = 0
    answerer = TimelineAnswerer(generation, Config(), newest, known)
    times = Times("", DateFilter("on", "?", days[-1], days[-1], only=True, newest=False))
    draft = answerer.answer(times)
    assert draft is not None
    assert [place.article_id for place in draft.places][:2] == ["m5000", "m5001"]
    assert counted.read == len(draft.places)
