"""Different answers of different articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from rag.assistant import Assistant
from rag.changes.claim import Claim, gives_value, subject_of
from rag.changes.conflict import conflict
from rag.changes.disagreement import (
    LEAST_BESIDE,
    LEAST_BESIDE_SEVERAL,
    SURELY,
    SURELY_CHANGED,
    disagreeing,
    in_words,
    newest_answer,
    newest_sentence,
    other_answers,
    told,
)
from rag.cite import Place, cite
from rag.config import Config
from tests.making import make_article, write_folder

QUESTION = "How many ferries does Lake Tarn have?"
AWAY = np.array([0.0, 1.0], np.float32)


def claim(
    value: str, article: str, *, score: float = 0.9, published: date | None = None, **more: object
) -> Claim:
    sentence = f"Lake Tarn has {value} ferries."
    made = Claim(
        value=value,
        place=Place(article, 0, len(sentence), (14, 14 + len(value))),
        sentence=sentence,
        passage=sentence,
        published=published,
        score=score,
        margin=4.0,
        coverage=0.8,
        cosine=0.7,
        told=0.9,
        vector=np.array([1.0, 0.0], np.float32),
        about=np.array([1.0, 0.0], np.float32),
        meaning=np.array([1.0, 0.0], np.float32),
    )
    return replace(made, **more)  # type: ignore[arg-type]


OLD, NEW = date(2024, 7, 1), date(2024, 7, 9)
TWO = (claim("12", "a", published=OLD), claim("15", "b", score=0.6, published=NEW))


def values(claims: tuple[Claim, ...], question: str = QUESTION) -> list[str]:
    return [each.value for each in disagreeing(question, claims)]


def test_the_newest_answer_comes_first_and_undated_ones_last() -> None:
    undated = claim("20", "c", score=0.95)
    for order in permutations((*TWO, undated)):
        assert values(order) == ["15", "12", "20"]


def test_articles_that_agree_do_not_disagree() -> None:
    assert values((claim("12", "a"), claim("twelve", "b"), claim("about 12", "c"))) == []


def test_one_article_is_no_disagreement() -> None:
    assert values((claim("12", "a"), claim("15", "a", score=0.8))) == []


def test_what_several_articles_say_is_said_once_by_the_newest() -> None:
    claims = (*TWO, claim("15", "c", score=0.5, published=date(2024, 8, 1)))
    found = disagreeing(QUESTION, claims)
    assert [(each.value, each.place.article_id) for each in found] == [("15", "c"), ("12", "a")]


@pytest.mark.parametrize(
    "change",
    [
        {"score": 0.1},
        {"margin": -3.0},
        {"coverage": 0.4},
        {"cosine": 0.4},
        {"vector": np.array([0.3, 0.95], np.float32)},
        {"passage": "The lake has 15 ferries."},
        {"value": "plenty"},
        {"value": "15 of which the town itself bought no more than a few"},
        {"sentence": "Lake Tarn has 15 ferries, the council says, and not 12."},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_does_not_speak_of_the_same_is_no_disagreement(change: dict[str, object]) -> None:
    assert values(TWO) == ["15", "12"]
    assert values((TWO[0], replace(TWO[1], **change))) == []  # type: ignore[arg-type]


TREES = tuple(
    claim(price, name, passage=f"{title}\n{text} Price: {price} in a pot.", score=score)
    for price, name, title, text, score in (
        ("£39", "a", "Amelanchier lamarckii", "The snowy mespilus is best in June.", 0.9),
        ("£54", "b", "Cornus kousa", "A dogwood with bracts in June.", 0.8),
    )
)


def test_articles_titled_after_things_of_their_own_do_not_disagree_on_a_thing_unnamed() -> None:
    asked = "What is the price of the tree?"
    assert values(TREES, asked) == []
    for change in (
        {"passage": "Cornus price rises again\nThe tree costs £54."},  # a headline
        {"passage": "The snowy Amelanchier\nIt costs £54."},  # the same thing
        {"passage": "The tree fair\nIt costs £54."},  # what was asked for
    ):
        assert values((TREES[0], replace(TREES[1], **change)), asked) == ["£39", "£54"]  # type: ignore[arg-type]
    of_one = tuple(
        replace(each, passage=f"{each.passage} It grows well in Velm.") for each in TREES
    )
    assert values(of_one, asked) == ["£39", "£54"]  # both tell of one place


def test_a_number_a_thousand_times_as_large_is_of_something_else() -> None:
    assert disagreeing(QUESTION, (TWO[0], replace(TWO[1], value="11,000"))) != ()
    assert disagreeing(QUESTION, (TWO[0], replace(TWO[1], value="890 million"))) == ()


def test_a_weak_best_answer_is_no_ground_to_see_a_disagreement() -> None:
    assert values(tuple(replace(each, score=0.2) for each in TWO)) == []


def test_what_each_of_several_has_is_no_answer_to_who_has_most() -> None:
    assert values(TWO, "Which lake has the most ferries?") == []


def test_a_question_for_several_things_has_several_answers() -> None:
    assert values(TWO, "Which ferries cross Lake Tarn?") == []


NEAR = 0.5  # the mean cosine of a passage with those nearest to it


def other_values(
    claims: tuple[Claim, ...], question: str = QUESTION, *, most: int = 2
) -> list[str]:
    return [each.value for each in other_answers(question, claims, lambda _: NEAR, most=most)]


def test_of_other_articles_the_best_claims_with_other_values_are_other_answers() -> None:
    far = claim("15", "c", score=0.05, coverage=0.1)
    others = (
        claim("twelve", "b", score=0.8),
        far,
        claim("20", "d", score=0.03),
        claim("fifteen", "e", score=0.02),
        claim("31", "f", score=0.01),
    )
    for order in permutations((TWO[0], *others)):
        assert other_values(order) == ["15", "20"]
        assert other_values(order, most=1) == ["15"]
        assert other_values(order, most=0) == []


@pytest.mark.parametrize(
    "change",
    [
        {"value": "plenty"},
        {"value": "about 12"},
        {"sentence": "Lake Tarn has 15 ferries, the council says, and not 12."},
        {"place": Place("a", 90, 120, None)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_says_the_same_or_no_value_is_no_other_answer(change: dict[str, object]) -> None:
    assert other_values(TWO) == ["15"]
    assert other_values((TWO[0], replace(TWO[1], **change))) == []  # type: ignore[arg-type]


def test_there_is_no_other_answer_to_what_asks_for_several_or_has_none() -> None:
    assert other_values(TWO, "Which ferries cross Lake Tarn?") == []
    assert other_values(()) == []
    assert other_values((replace(TWO[0], value="plenty"), TWO[1])) == []


def test_another_answer_stands_in_a_passage_about_the_same() -> None:
    asked = "How much did the overhaul cost?"
    best = claim("12 euros", "a", passage="The overhaul cost 12 euros.")
    loaf = claim(
        "15 euros", "b", passage="A loaf costs 15 euros.", about=AWAY, vector=AWAY, told=0.2
    )
    near = claim("20 euros", "c", passage="The refit came to 20 euros.", margin=-3.0)
    assert other_values((best, loaf, near), asked) == ["20 euros"]


@pytest.mark.parametrize(
    "change",
    [
        {"about": AWAY},
        {"vector": AWAY},
        {"cosine": 0.1},
        {"passage": "The town bought 15."},
        {"value": "15,000"},
        {"meaning": AWAY},
        {"told": 0.2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_speaks_for_another_subject_makes_a_conflict_less_likely(
    change: dict[str, object],
) -> None:
    subject = subject_of(QUESTION, TWO[0].passage)
    less = replace(TWO[1], **change)  # type: ignore[arg-type]
    assert conflict(subject, TWO[0], less, NEAR) < conflict(subject, *TWO, NEAR)


@pytest.mark.parametrize(
    ("passage", "share"),
    [
        ("The US said it would sail to America because of it.", 1.0),
        ("He said so because the American did.", 0.5),  # no US in "because", no AI in "said"
        ("It rained.", 0.0),
    ],
)
def test_a_name_is_held_as_a_word_and_a_long_one_as_its_beginning(
    passage: str, share: float
) -> None:
    subject = subject_of("When did the US see America?", "The US and America are one.")
    assert subject.names_in(passage) == share


def test_passages_that_name_the_same_make_a_conflict_likelier() -> None:
    told = [
        replace(each, passage=f"{each.sentence} The mayor, Ida Holm, said so on 4 May.")
        for each in TWO
    ]
    subject = subject_of(QUESTION, told[0].passage)
    other = replace(told[1], passage=f"{TWO[1].sentence} The captain, Odd Lie, said so on 9 June.")
    assert conflict(subject, told[0], other, NEAR) < conflict(subject, *told, NEAR)


def test_where_many_passages_are_as_near_a_conflict_is_less_likely() -> None:
    subject = subject_of(QUESTION, TWO[0].passage)
    assert conflict(subject, *TWO, 0.9) < conflict(subject, *TWO, NEAR)


def test_what_several_articles_tell_of_another_may_tell_otherwise_more_readily() -> None:
    other = replace(TWO[1], about=np.array([0.6, 0.8], np.float32), meaning=AWAY, told=0.1)
    subject = subject_of(QUESTION, TWO[0].passage)
    likely = conflict(subject, TWO[0], other, NEAR)
    assert LEAST_BESIDE_SEVERAL < likely < LEAST_BESIDE, likely
    assert other_values((TWO[0], other)) == []
    again = claim("twelve", "c", score=0.5)
    assert other_values((TWO[0], other, again)) == ["15"]
    in_words_alone = claim("plenty", "c", score=0.5, sentence="Of the 12 ferries plenty are old.")
    assert other_values((TWO[0], other, in_words_alone)) == ["15"]


NOW = "How many ferries are there now?"


def near(_: Claim) -> float:
    return NEAR


def unsure(each: Claim) -> Claim:
    """Return a claim that may tell of another thing than the first one."""
    return replace(each, about=np.array([0.6, 0.8], np.float32), meaning=AWAY, told=0.1)


def newest_value(claims: tuple[Claim, ...], question: str = NOW) -> str | None:
    found = newest_answer(question, claims, near)
    return None if found is None else found.value


def test_what_surely_is_of_the_same_comes_first_for_being_newer_whatever_its_score() -> None:
    newest = claim("31", "c", score=0.02, published=date(2024, 8, 1))
    subject = subject_of(QUESTION, TWO[0].passage)
    assert conflict(subject, TWO[0], newest, NEAR) >= SURELY[0][0]

    def found(question: str, *claims: Claim) -> str | None:
        newer = newest_answer(question, claims, near)
        return None if newer is None else newer.value

    assert found(QUESTION, *TWO, newest) == "31"
    assert found("How many ferries did Lake Tarn have before?", *TWO, newest) is None
    assert found("How many ferries did Lake Tarn have in June?", *TWO, newest) is None
    assert found(QUESTION, TWO[0], replace(newest, value="12")) is None
    assert found(QUESTION, TWO[0], replace(newest, value="plenty")) is None
    assert found(QUESTION, TWO[0], unsure(newest)) is None
    likely = replace(newest, meaning=AWAY)
    least, most = SURELY[1][0], SURELY[0][0]
    assert least <= conflict(subject, TWO[0], likely, NEAR) < most
    assert found(QUESTION, TWO[0], likely) is None
    assert found(QUESTION, TWO[0], replace(likely, score=0.1)) == "31"
    assert found(QUESTION, TWO[0], replace(newest, published=None)) is None


def test_what_tells_of_a_change_comes_first_though_it_is_less_surely_of_the_same() -> None:
    first = replace(TWO[0], value="12 ferries")
    newest = replace(
        claim("31 ferries", "c", score=0.02, published=date(2024, 8, 1)),
        meaning=np.array([0.2, 0.98], np.float32),
    )
    subject = subject_of(QUESTION, first.passage)
    least, share = SURELY_CHANGED[0]
    likely = conflict(subject, first, newest, NEAR)
    assert least <= likely < SURELY[0][0]
    assert share * first.score <= newest.score
    assert newest_value((first, newest), QUESTION) is None
    changed = replace(newest, sentence="The number was raised to 31 ferries.")
    assert newest_value((first, changed), QUESTION) == "31 ferries"
    assert newest_value((first, replace(changed, value="31 men")), QUESTION) is None


def test_a_time_of_day_answers_when() -> None:
    assert gives_value("When does the ferry leave?", claim("9.30pm", "a"))
    assert not gives_value("How many ferries leave?", claim("noon", "a"))


def test_asked_how_things_stand_now_the_newest_answer_comes_first() -> None:
    weak = unsure(claim("31", "c", score=0.2, published=date(2024, 8, 1)))
    undated = claim("40", "d", score=0.8)
    for order in permutations((TWO[0], unsure(TWO[1]), weak, undated)):
        assert newest_value(order) == "15"
        assert newest_value(order, QUESTION) is None
    assert newest_value((claim("12", "a", published=NEW), TWO[1])) is None  # none is newer
    assert newest_value((claim("12", "a"), TWO[1])) is None
    assert newest_value((TWO[0], replace(TWO[1], value="plenty"))) is None
    assert newest_value(()) is None
    named = "How many ferries are there now on the Tarn?"
    assert newest_value(TWO, named) == "15"
    assert newest_value((TWO[0], replace(TWO[1], passage="15 ferries.")), named) is None


def test_asked_how_things_stand_now_a_newer_sentence_comes_first_without_a_value() -> None:
    old, new, newest = date(2024, 7, 1), date(2024, 7, 9), date(2024, 8, 1)
    told = [(0.8, old, 0.5), (0.5, new, 0.5), (0.3, newest, 0.5), (0.7, None, 0.5)]
    now = "Is the ferry still late?"
    assert newest_sentence(now, 0, told) == 1  # the newest is too unlikely
    assert newest_sentence(now, 0, [*told, (0.45, newest, 0.4)]) == 4
    assert newest_sentence(now, 0, [*told, (0.45, newest, 0.2)]) == 1  # it tells of less
    assert newest_sentence("Is the ferry late?", 0, told) is None
    assert newest_sentence("Is the ferry late yet?", 0, told) == 1
    assert newest_sentence(now, 1, told[:2]) is None
    assert newest_sentence(now, 3, told) is None  # of no date


def test_another_value_comes_first_where_it_is_newer_and_about_as_good() -> None:
    first, newer = TWO[0], unsure(TWO[1])
    newest = unsure(claim("31", "c", score=0.6, published=date(2024, 8, 1)))

    def found(*others: Claim) -> Claim | None:
        return newest_answer(QUESTION, (first, newer, newest), near, others)

    assert found(newer) == newer
    assert found(newer, newest) == found(newest, newer) == newest
    assert found(replace(newest, score=0.3)) is None
    assert found(replace(newest, published=None)) is None
    assert found(replace(newest, published=first.published)) is None
    assert found() is None


def test_the_line_names_values_markers_and_dates() -> None:
    articles = {
        name: make_article(f"Lake Tarn has {value} ferries.\n", name=name)
        for name, value in (("a", "12"), ("b", "15"))
    }
    found = disagreeing(QUESTION, TWO)
    statements = cite([each.place for each in found], articles)
    assert told(in_words(statements, found)) == (
        "The articles give different answers: “15” [1] (2024-07-09, newer), "
        "“12” [2] (2024-07-01, older)."
    )
    assert told(in_words(statements[:1], found)) == ""


def test_an_answer_states_both_with_their_sources_and_dates(tmp_path: Path) -> None:
    text = (
        "The ferries of {lake}\n\nPublished: {date}\n\n"
        "The council counted the boats again. {lake} has {count} ferries. It rained."
    )
    corpus = write_folder(
        tmp_path / "corpus",
        {
            "old.txt": text.format(lake="Lake Tarn", date="Jul 01, 2024", count=12),
            "new.txt": text.format(lake="Lake Tarn", date="Jul 09, 2024", count=15),
            "other.txt": text.format(lake="Lake Moss", date="Jul 10, 2024", count=40),
        },
    )
    assistant = Assistant.open(corpus, tmp_path / "index", config=Config())
    answer = assistant.ask(QUESTION)
    assert [(each.value, each.published) for each in answer.differing] == [("15", NEW), ("12", OLD)]
    assert [s.citations[0].article_id for s in answer.statements][:2] == ["new", "old"]
    assert "“15” [1] (2024-07-09, newer)" in str(answer)
    assert answer.to_dict()["differing"][1] == {
        "value": "12",
        "marker": 2,
        "published": "2024-07-01",
    }
