"""What is stated of the sentences that were judged, and why others are not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rag.chunk import statement_spans
from rag.cite import Place
from rag.config import Config
from rag.datatypes import Chunk, Passage, Scores
from rag.questions.asked import wants_several
from rag.reading.declining import not_said
from rag.reading.drafting import (
    NOTHING_MATCHES,
    Choice,
    Heard,
    best_places,
    drafted,
    left_out,
    most_statements,
)
from rag.reading.signals import Features, Judged
from rag.retrieve import Retrieved
from rag.searching.beside import Beside
from tests.making import make_article

TOWN = make_article("Velm has a dam. The dam is old. It leaks.")
SENTENCES = [
    Judged(
        Place("a", start, end),
        Passage(Chunk("c", "a", 0, len(TOWN.text), TOWN.text), TOWN, Scores()),
        TOWN.text[start:end],
        Features(0.5, 0.5, 0.0),
        np.zeros(1),
    )
    for start, end in statement_spans(TOWN)
]
FOUND = Retrieved((SENTENCES[0].passage,), ("dam",), None, {})
CONFIG = Config(min_confidence=0.4, most_statements=3)


class Scripted:
    """A judge that finds the same sentences in whatever was found, as likely as it is told.

    Beside another question they are as unlikely as they are likely.
    """

    def __init__(
        self, sentences: Sequence[Judged], *, logit: float = 3.0, declines: str = "",
        choice: Choice | None = None,
    ) -> None:  # fmt: skip
        self.sentences, self.logit, self.why, self.chosen = sentences, logit, declines, choice
        self.asked: list[str] = []

    def heard(self, question: str, found: Retrieved) -> Heard[Judged]:
        self.asked.append(question)
        logit = -self.logit if question == "beside" else self.logit
        return Heard(self.sentences, lambda _: logit, lambda _: self.why, {"c": 1.5})

    def choice(
        self, question: str, found: Retrieved, sentences: Sequence[Judged], scores: Sequence[float]
    ) -> Choice:
        able = [(score, s.place, s.text) for score, s in zip(scores, sentences, strict=True)]
        return self.chosen or Choice(able)


def test_a_draft_declines_for_the_first_reason_that_there_is() -> None:
    nothing = Scripted(SENTENCES)
    draft = drafted(nothing, "Why?", Retrieved((), ("dam",), None, {}), None, CONFIG)
    assert (draft.reason, draft.readings, nothing.asked) == (NOTHING_MATCHES, {}, [])
    empty = drafted(Scripted([]), "Why?", FOUND, None, CONFIG)
    assert (empty.places, empty.reason, empty.readings) == ((), NOTHING_MATCHES, {"c": 1.5})
    told = drafted(Scripted(SENTENCES, declines="It is empty."), "Why?", FOUND, None, CONFIG)
    assert (told.places, told.confidence, told.reason) == ((), 0.0, "It is empty.")
    question = "How old is the dam?"
    unsure = drafted(Scripted(SENTENCES, logit=-1.0), question, FOUND, None, CONFIG)
    assert (unsure.places, unsure.reason) == ((), not_said(question))
    assert unsure.confidence == pytest.approx(0.26894, abs=1e-5)
    assert unsure.threshold == 0.4


def test_the_steps_of_a_choice_follow_one_another() -> None:
    able = [(0.9, each.place, each.text) for each in SENTENCES]
    steps = [lambda places: places[::-1], lambda places: places[1:]]
    draft = drafted(Scripted(SENTENCES, choice=Choice(able, steps=steps)), "?", FOUND, None, CONFIG)
    assert draft.places == (SENTENCES[1].place, SENTENCES[0].place)


def test_beside_another_question_it_is_as_sure_as_both_and_what_is_new_stands_behind() -> None:
    first, *others = (each.place for each in SENTENCES)
    beside = Beside("beside", FOUND, lambda place: place == first)
    one = CONFIG.replace(most_statements=1)
    choice = Choice([(0.9, first, "one"), (0.1, others[0], "two"), (0.2, others[1], "three")])
    draft = drafted(Scripted(SENTENCES, choice=choice), "alone", FOUND, beside, one)
    assert draft.confidence == 0.5  # by the mean of 3 and -3
    assert draft.places == (first, others[1])
    assert drafted(Scripted(SENTENCES, choice=choice), "alone", FOUND, None, one).places == (first,)


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which companies gave tokens away?", True),
        ("What two reasons does she give?", True),
        ("What other lakes freeze over?", True),
        ("Which Swiss rivers flow north?", True),
        ("Who were the founders?", True),
        ("What do the reports say about the dam?", True),
        ("List the towns on the river", True),
        ("Which company gave tokens away?", False),
        ("Which country makes the best use of it?", False),
        ("What does the dam cost?", False),
        ("Which crisis followed?", False),
        ("Who was the founder?", False),
        ("How many rivers are there?", False),
    ],
)
def test_whether_a_question_asks_for_several_things(question: str, several: bool) -> None:
    assert wants_several(question) is several
    config = Config(most_statements=3, list_statements=6)
    assert most_statements(question, config) == (6 if several else 3)


def test_each_passage_that_gives_no_statement_is_told_why() -> None:
    """By hand: passage a gives the statement, b holds only what a holds, c repeats its text, d is
    far behind it, e is not, but one statement was enough.
    """
    text = "One is first. Two is here. One is first. Three is far. Four is near."
    article = make_article(text)
    spans = statement_spans(article)
    passages = {
        name: Passage(Chunk(name, "a", start, end, text[start:end]), article, Scores())
        for name, (start, end) in {
            "a": (0, spans[1][1]), "b": spans[1], "c": spans[2], "d": spans[3], "e": spans[4],
        }.items()
    }  # fmt: skip
    scored = {0: ("a", 0.9), 1: ("a", 0.1), 2: ("c", 0.9), 3: ("d", 0.1), 4: ("e", 0.7)}
    sentences = [
        Judged(Place("a", *spans[at]), passages[name], text[slice(*spans[at])],
               Features(0, 0, 0), np.zeros(1))
        for at, (name, _) in scored.items()
    ]  # fmt: skip
    scores = [score for _, score in scored.values()]
    places = best_places(
        [(score, each.place, each.text) for score, each in zip(scores, sentences, strict=True)],
        most=1,
    )
    assert [place.start for place in places] == [spans[0][0], spans[2][0]]
    assert left_out(tuple(passages.values()), sentences, scores, places) == {
        "b": "held", "c": "repeated", "d": "weak", "e": "enough",
    }  # fmt: skip


def test_a_value_is_borne_out_once_before_others_are_stated() -> None:
    scored = [
        (0.9, Place("a", 0, 5), "It gave 50 million tokens."),
        (0.8, Place("b", 0, 5), "Tokens given away: 50-million."),
        (0.7, Place("c", 0, 5), "All of the 50 million were taken."),
        (0.6, Place("d", 0, 5), "It gave 150 million."),
        (0.1, Place("e", 0, 5), "too weak"),
    ]

    def articles(most: int, value: str) -> str:
        chosen = best_places(scored, most=most, value=value)
        return "".join(place.article_id for place in chosen)

    assert articles(3, "") == "abc"
    assert articles(3, "50 million") == "abd"
    assert articles(5, "50 million") == "abdc"
    assert articles(3, "Zhipu") == "abc"


def test_what_holds_a_reader_s_answer_comes_before_what_holds_none() -> None:
    scored = [
        (0.9, Place("a", 0, 5), "It gave 50 million tokens."),
        (0.8, Place("b", 0, 5), "They went in a day."),
        (0.7, Place("c", 0, 5), "All of the 50 million were taken."),
        (0.5, Place("d", 0, 5), "The 50 million were free."),
        (0.06, Place("e", 0, 5), "It gave 150 million."),
        (0.04, Place("f", 0, 5), "It gave 22 million."),
    ]

    def articles(most: int, spans: set[int], value: str = "", least: float = 0.05) -> str:
        shares = dict.fromkeys(spans, least)
        chosen = best_places(scored, most=most, value=value, spans=shares)
        return "".join(place.article_id for place in chosen)

    assert articles(3, set()) == "abc"
    assert articles(3, {0, 2, 4, 5}) == "ace"
    assert articles(6, {0, 2, 4, 5}) == "acebd"
    assert articles(6, {0, 2, 4, 5}, least=0.1) == "acbd"
    assert articles(6, {0, 2, 4, 5}, least=0.04) == "acefbd"
    assert articles(3, {1, 4}) == "abe"
    assert articles(5, {0, 2, 3, 4}, "50 million") == "acebd"
    assert best_places([], most=2, spans={0: 0.1}) == ()


def test_each_article_is_heard_before_one_speaks_twice() -> None:
    scored = [
        (0.9, Place("a", 0, 5), "one"), (0.8, Place("a", 6, 9), "two"),
        (0.5, Place("b", 0, 5), "three"), (0.3, Place("c", 0, 5), "four"),
        (0.1, Place("d", 0, 5), "too weak"),
    ]  # fmt: skip

    def names(**options: int) -> list[str]:
        return [text for _, place, text in scored if place in best_places(scored, **options)]

    assert names(most=2) == ["one", "two"]
    assert names(most=3, articles=6) == ["one", "three", "four"]
    assert names(most=4, articles=6) == ["one", "two", "three", "four"]
    assert names(most=3, articles=2) == ["one", "two", "three"]
    assert best_places([], most=2, articles=6) == ()
