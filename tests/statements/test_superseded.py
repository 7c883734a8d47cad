"""What a newer article tells of the end of what an older one says is stated first."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answerer import Draft
from rag.articles.catalogue import Catalogue
from rag.assistant import Assistant
from rag.cite import Place
from rag.datatypes import Article
from rag.statements.superseded import with_newer
from tests.making import make_article, write_folder

HEAD = "{title}\n\nPublished: {date}\n\n"
OLD = make_article(
    HEAD.format(title="The mill of Orrel", date="Mar 03, 2024")
    + "Ana Ruiz runs the mill of Orrel. A sack of flour is 4.50 crowns. Carts pay a toll of two "
    "crowns at the mill. The new wheel is to turn on 15 September.\n",
    name="old",
)
RUNS, SACK, TOLL, WHEEL = "Ana Ruiz runs", "A sack of flour is", "Carts pay a toll", "The new wheel"
SPANS = {RUNS: "Ana Ruiz", SACK: "4.50 crowns", TOLL: "two crowns", WHEEL: "15 September"}
WHO, COST = "Who runs the mill of Orrel?", "How much is a sack of flour at Orrel?"
PAYS, TURNS = "What is the toll for carts at Orrel?", "When does the wheel of Orrel turn?"


def later(text: str, *, day: str = "May 09, 2024", name: str = "later") -> Article:
    return make_article(HEAD.format(title="News of Orrel", date=day) + text + "\n", name=name)


def place_of(article: Article, start: str) -> Place:
    """Return the place of a sentence of the first article, its value as highlight."""
    at = article.text.index(start)
    end = article.text.index(". ", at) + 1 if ". " in article.text[at:] else len(article.text) - 1
    value = article.text.index(SPANS[start], at)
    return Place(article.id, at, end, (value, value + len(SPANS[start])))


def stated(question: str, start: str, *newer: Article, old: Article = OLD) -> list[str]:
    """Return what is stated of a draft of one sentence of the first article."""
    articles = {one.id: one for one in (old, *newer)}
    draft = Draft((place_of(old, start),), 0.9, "")
    found = with_newer(draft, question, Catalogue(articles), most=4)
    return [articles[one.article_id].text[one.start : one.end] for one in found.places]


@pytest.mark.parametrize(
    "told",
    [
        "Ana Ruiz stepped aside on Monday.",
        "Ruiz is no longer at the head of it.",
        "Ruiz was sent packing by the owners.",
        "Ruiz walked out over the sale, and Bo Lind sits at her desk.",
        "Bo Lind, who took over from Ana Ruiz in spring, has new plans.",
        "Bo Lind, who came in for Ruiz, has new plans.",
        "Bo Lind replaces Ana Ruiz.",
        "Ruiz's successor, Bo Lind, has new plans.",
    ],
)
def test_the_end_of_an_office_comes_before_who_held_it(told: str) -> None:
    found = stated(WHO, RUNS, later(f"It rains. {told} The bread is good."))
    assert found == [told, "Ana Ruiz runs the mill of Orrel."]


@pytest.mark.parametrize(
    "told",
    [
        "Ana Ruiz said that the mill stands.",
        "Her brother stepped aside for Ruiz.",
        "Bo Lind resigned, said Ana Ruiz.",
        "Ruiz left the room before noon.",
    ],
)
def test_what_ends_nothing_changes_nothing(told: str) -> None:
    assert stated(WHO, RUNS, later(told)) == ["Ana Ruiz runs the mill of Orrel."]


def test_who_came_after_is_stated_with_the_end_and_with_whom_a_pronoun_means() -> None:
    told = "Ana Ruiz is gone from the wheel and was dismissed. Bo Lind, a baker, was elected."
    assert stated(WHO, RUNS, later(f"It rains. {told} The bread is good."))[0] == told
    told = "Ana Ruiz likes the sea. She resigned in May. Her successor is Bo Lind of Velm."
    assert stated(WHO, RUNS, later(f"It rains. {told}"))[0].endswith("Bo Lind of Velm.")


def test_what_holds_now_is_shown_within_the_statement() -> None:
    for question, start, told, now in (
        (WHO, RUNS, "Bo Lind replaces Ana Ruiz.", "Bo Lind"),
        (COST, SACK, "It went up from 4.50 to 5.20 crowns a sack.", "5.20"),
        (TURNS, WHEEL, "Once planned for 15 September, it comes on 3 May.", "3 May"),
    ):
        new = later(told)
        draft = Draft((place_of(OLD, start),), 0.9, "")
        found = with_newer(draft, question, Catalogue({"old": OLD, "later": new}), most=4)
        shown = found.places[0].highlight
        assert shown is not None
        assert new.text[slice(*shown)] == now


def test_what_is_told_in_passing_comes_second() -> None:
    found = stated(WHO, RUNS, later("The former head of the mill, Ana Ruiz, fishes now."))
    assert found[0] == "Ana Ruiz runs the mill of Orrel."
    assert found[1] == "The former head of the mill, Ana Ruiz, fishes now."


def test_an_office_is_followed_from_article_to_article() -> None:
    second = later("Bo Lind replaces Ana Ruiz at the mill.", name="second")
    third = later("Bo Lind handed over to Ida Holm at the mill.", day="Jun 01, 2024", name="third")
    for order in ((second, third), (third, second)):
        assert stated(WHO, RUNS, *order)[0] == "Bo Lind handed over to Ida Holm at the mill."


def test_a_price_that_was_raised_comes_before_the_old_one() -> None:
    told = "A sack of flour went up from 4.50 to 5.20 crowns."
    assert stated(COST, SACK, later(f"{told} It rains.")) == [told, *stated(COST, SACK)]
    for other in ("It is 4.50 crowns.", "It went up from 14.50 to 15.20 crowns.", "It went up.",
                  "It went up from 4.50 to 5.20 metres."):  # fmt: skip
        assert stated(COST, SACK, later(other)) == stated(COST, SACK)


def test_a_day_is_one_value_with_its_month() -> None:
    told = "The wheel, which was to turn on 15 September, will not turn before 3 May."
    assert stated(TURNS, WHEEL, later(told))[0] == told
    other = "The sails, which were to turn on 15 March, will not turn before 3 May."
    assert stated(TURNS, WHEEL, later(other)) == stated(TURNS, WHEEL)


def test_a_thing_that_is_no_more_comes_before_what_it_was() -> None:
    for told in ("There will be no toll.", "The mill did away with the toll.",
                 "The toll has been scrapped."):  # fmt: skip
        assert stated(PAYS, TOLL, later(f"It rains. {told}"))[0] == told
    assert stated(PAYS, TOLL, later("The ban has been lifted.")) == stated(PAYS, TOLL)


@pytest.mark.parametrize(
    ("question", "day"),
    [
        (WHO, "Mar 03, 2024"),  # of the same day
        (WHO, "Jan 01, 2024"),
        ("Who ran the mill of Orrel?", "May 09, 2024"),
        ("Who ran the mill of Orrel before?", "May 09, 2024"),
        ("Who wants to buy the mill of Orrel?", "May 09, 2024"),
        ("Who runs the mill of Velm?", "May 09, 2024"),  # of which the newer one says nothing
    ],
)
def test_what_is_no_newer_or_not_asked_for_changes_nothing(question: str, day: str) -> None:
    told = later("Ana Ruiz resigned.", day=day)
    assert stated(question, RUNS, told) == ["Ana Ruiz runs the mill of Orrel."]


def test_a_draft_of_nothing_stays_as_it_is() -> None:
    draft = Draft((), 0.0, "The articles don’t say.")
    assert with_newer(draft, WHO, Catalogue({"old": OLD}), most=4) == draft


def test_no_more_is_stated_than_may_be() -> None:
    articles = {one.id: one for one in (OLD, later("Ana Ruiz resigned."))}
    draft = Draft(tuple(place_of(OLD, each) for each in (RUNS, SACK, TOLL)), 0.9, "")
    assert len(with_newer(draft, WHO, Catalogue(articles), most=3).places) == 3


def test_a_question_is_answered_by_who_holds_the_office_now(tmp_path: Path) -> None:
    told = later("The mill of Orrel has a new roof. Bo Lind, who took over from Ruiz, paid for it.")
    corpus = write_folder(tmp_path / "corpus", {"old.txt": OLD.text, "new.txt": told.text})
    assistant = Assistant.open(corpus, tmp_path / "index")
    answer = assistant.ask(WHO)
    assert answer.statements[0].text == "Bo Lind, who took over from Ruiz, paid for it."
    assert answer.statements[0].citations[0].article_id == "new"
    older = assistant.ask(WHO, articles=["old"])
    assert older.statements[0].text == "Ana Ruiz runs the mill of Orrel."


@pytest.mark.parametrize(
    ("question", "start", "told", "first"),
    [
        (COST, SACK, "A sack of 4.50 crowns had been cheap. A sack is 5.20 crowns now.",
         "A sack of 4.50 crowns had been cheap. A sack is 5.20 crowns now."),
        (TURNS, WHEEL, "The wheel will not turn before 3 May. The first date was 15 September.",
         "The wheel will not turn before 3 May. The first date was 15 September."),
    ],
)  # fmt: skip
def test_what_is_told_in_the_past_gives_way_to_what_is_beside_it(
    question: str, start: str, told: str, first: str
) -> None:
    assert stated(question, start, later(f"It rains.\n\n{told}"))[0] == first


def test_a_number_of_nothing_is_a_value_too() -> None:
    said = "The mill of Orrel runs Grinder 3.5. It is loud.\n"
    old = make_article(HEAD.format(title="The mill", date="Mar 03, 2024") + said, name="old")
    at = old.text.index("3.5")
    draft = Draft((Place("old", old.text.index("The mill of"), at + 4, (at, at + 3)),), 0.9, "")
    new = later("The mill of Orrel went up from 3.5 to 4.1 in May.")
    asked = "What version of Grinder does the mill of Orrel run?"
    found = with_newer(draft, asked, Catalogue({"old": old, "later": new}), most=4)
    assert found.places[0].article_id == "later"


def test_a_question_without_names_needs_its_words_beside_the_value() -> None:
    question = "How much is a sack of flour?"
    told = "A brush, which used to be 4.50 crowns, is 5.20 crowns now. The bread is good."
    assert stated(question, SACK, later(told)) == stated(question, SACK)
    told = "A sack of flour, which used to be 4.50 crowns, is 5.20 crowns now."
    assert stated(question, SACK, later(told))[0] == told


def test_a_post_that_was_left_open_is_followed_to_who_takes_it_up() -> None:
    left = later("Ana Ruiz of the mill resigned.", name="left")
    told = "Bo Lind, 40, is from Velm. She takes over on 1 July. The mill paid Ruiz more."
    taken = later(told, day="Jun 01, 2024", name="taken")
    news = later("It rains at the mill.", day="Aug 01, 2024", name="news")
    both = "Bo Lind, 40, is from Velm. She takes over on 1 July."
    assert stated(WHO, RUNS, left, taken, news)[0] == both
    assert stated(WHO, RUNS, left, taken)[0] == "Ana Ruiz of the mill resigned."


def test_who_came_after_the_manager_is_no_mayor() -> None:
    told = later("Bo Lind, who took over from Ana Ruiz in spring, has new plans.")
    for question, is_answered in (
        ("Who is the mayor of Orrel?", False), ("Who is the boss of the mill of Orrel?", True),
    ):  # fmt: skip
        found = stated(question, RUNS, told)
        assert (found[0] != "Ana Ruiz runs the mill of Orrel.") is is_answered


def test_what_was_once_meant_is_not_what_holds_now() -> None:
    told = later("Once planned for 15 September, it comes on 3 May.")
    asked = "When was the wheel of Orrel meant to turn?"
    assert stated(asked, WHEEL, told) == stated(asked, WHEEL)


def test_different_answers_give_way_to_what_supersedes_them(tmp_path: Path) -> None:
    def said(day: str, text: str) -> str:
        return HEAD.format(title="The bridge of Orrel", date=day) + text + "\n"

    corpus = write_folder(tmp_path / "corpus", {
        "a.txt": said("Mar 03, 2024", "The bridge of Orrel is to open on 15 September 2024."),
        "b.txt": said("May 03, 2024", "The bridge of Orrel is to open on 28 October 2024."),
        "c.txt": said("Sep 03, 2024", "Nobody will cross at Orrel before 3 May. The first date was "
                      "15 September, the second 28 October."),
    })  # fmt: skip
    answer = Assistant.open(corpus, tmp_path / "index").ask("When does the bridge of Orrel open?")
    assert answer.statements[0].citations[0].article_id == "c"
    assert "before 3 May" in answer.statements[0].text
    values = [each.value for each in answer.differing]
    assert not values or values[0] == "3 May"


PIER = make_article(
    HEAD.format(title="The pier of Orrel", date="Mar 03, 2024")
    + "The new pier of Orrel will cost £4.2 million. Ida Holm is in charge of the pier for the "
    "port.\n",
    name="pier",
)
SPANS |= {"The new pier": "£4.2 million", "Ida Holm is": "Ida Holm"}
COSTS = "How much has the pier of Orrel cost?"


def test_what_a_thing_came_to_at_last_goes_before_what_it_was_to_come_to() -> None:
    old = "The new pier of Orrel will cost £4.2 million."
    for last in ("The final cost is £6.1 million.", "The final bill for the pier came to £6.1m."):
        found = stated(COSTS, "The new pier", later(f"It rains. {last}"), old=PIER)
        assert found == [last, old]
    for other in (
        "The final cost of a ferry is £6.1 million.",
        "The final cost was given to 60 guests.",
        "The cost of a ticket is £6.",
    ):
        assert stated(COSTS, "The new pier", later(f"It rains. {other}"), old=PIER) == [old]
    at_first = "How much was the pier of Orrel to cost at the beginning?"
    new = later("It rains. The final cost is £6.1 million.")
    assert stated(at_first, "The new pier", new, old=PIER) == [old]


def test_who_took_an_office_over_goes_first_where_the_first_statement_is_of_another_one() -> None:
    took = "Bo Lind, who took over the pier after Ida Holm left for a post in Velm, likes it."
    led = "An inquiry on the pier is led by Una Starr."
    middle = later(f"It rains. {took}")
    newest = later(f"It rains. {led}", day="Jun 01, 2024", name="newest")
    articles = {one.id: one for one in (PIER, middle, newest)}
    at = newest.text.index(led)
    asked = Place("newest", at, at + len(led))
    draft = Draft((asked, place_of(PIER, "Ida Holm is")), 0.9, "")
    who = "Who is in charge of the pier of Orrel now?"
    found = with_newer(draft, who, Catalogue(articles), most=4).places
    told = [articles[one.article_id].text[one.start : one.end] for one in found]
    assert told[:2] == [took, led]
