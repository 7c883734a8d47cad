"""Several parts' passages and drafts become those of the whole question."""

from __future__ import annotations

from rag.answerer import Draft
from rag.cite import Place
from rag.datatypes import Chunk, Passage, Scores
from rag.questions.parts import Part
from rag.replies.compound import AnsweredPart, asked_parts, merge_drafts, merge_found
from rag.retrieve import Retrieved
from tests.making import make_article

ARTICLE = make_article("The Aare is long. The Inn is short. Both rise in the Alps.", name="a")
ARTICLES = {"a": ARTICLE}
AARE, INN, BOTH = (
    Place("a", ARTICLE.text.index(text), ARTICLE.text.index(text) + len(text))
    for text in ("The Aare is long.", "The Inn is short.", "Both rise in the Alps.")
)


def passage(place: Place) -> Passage:
    text = ARTICLE.text[place.start : place.end]
    return Passage(Chunk(f"a:{place.start}", "a", place.start, place.end, text), ARTICLE, Scores())


def part(
    question: str, *places: Place, about: str = "", sure: float = 0.5, found: tuple[Place, ...] = ()
) -> AnsweredPart:
    reason = "" if places else f"nothing on {question}"
    return AnsweredPart(
        Part(question, about),
        Retrieved(tuple(map(passage, found)), (question, "rivers"), None, {"encode": 1.0}),
        Draft(places, sure, reason, {f"a:{place.start}": sure for place in found}),
    )


def test_a_part_that_leans_on_the_one_before_says_what_it_means() -> None:
    asked = asked_parts("When did the Elbe flood, and how long is it?")
    assert [one.question for one in asked] == ["When did the Elbe flood?", "how long is the Elbe?"]
    assert asked_parts("How long is the Elbe?") == (Part("How long is the Elbe?"),)


def test_passages_take_turns_and_come_once() -> None:
    one = part("x", found=(AARE, BOTH))
    two = part("y", found=(INN, AARE))
    merged = merge_found([one, two], k=5)
    assert [p.chunk.start for p in merged.passages] == [AARE.start, INN.start, BOTH.start]
    assert merged.terms == ("x", "rivers", "y")
    assert merged.seconds == {"encode": 2.0}
    assert len(merge_found([one, two], k=1).passages) == 1


def test_each_part_gives_its_best_places_in_the_order_of_the_parts() -> None:
    draft = merge_drafts(
        [part("x", INN, BOTH, AARE, sure=0.3), part("y", AARE, BOTH, sure=0.8)], ARTICLES
    )
    assert draft.places == (INN, BOTH, AARE)
    assert draft.confidence == 0.8
    assert draft.reason == ""


def test_what_names_the_part_goes_before_what_scores_higher() -> None:
    parts = [
        part("x", BOTH, INN, AARE, about="Aare"),
        part("y", BOTH, AARE, INN, about="Inn"),
        part("z", BOTH, about="Reuss"),
    ]
    assert merge_drafts(parts, ARTICLES).places == (AARE, INN, BOTH)


def test_what_is_missing_is_told() -> None:
    draft = merge_drafts([part("x", INN), part("Who paid?", sure=0.1)], ARTICLES)
    assert draft.places == (INN,)
    assert "“Who paid?”" in draft.reason


def test_it_declines_where_every_part_does() -> None:
    draft = merge_drafts([part("x", sure=0.1), part("y", sure=0.2, found=(AARE,))], ARTICLES)
    assert draft.places == ()
    assert draft.reason == "The articles don’t seem to answer this question."
    again = merge_drafts([part("x", sure=0.1), part("x", sure=0.2)], ARTICLES)
    assert again.reason == "nothing on x"
    assert draft.confidence == 0.2
    assert draft.readings == {f"a:{AARE.start}": 0.2}


COLUMN = make_article(
    "# Feed the gulls\n\nBy Ana Ruiz\n\nIn Velm they are shot at. I would feed the gulls.\n\n"
    "*Ana Ruiz taught in Velm and wrote of gulls.*\n",
    name="column",
)


def test_a_writer_is_named_by_what_she_says_and_not_by_who_she_is() -> None:
    shot, own, is_one = (
        Place("column", COLUMN.text.index(text), COLUMN.text.index(text) + len(text))
        for text in (
            "In Velm they are shot at.",
            "I would feed the gulls.",
            "*Ana Ruiz taught in Velm and wrote of gulls.*",
        )
    )
    others = part("Bo: gulls?", Place("a", 0, 9), about="Aare")
    articles = {"column": COLUMN, **ARTICLES}
    asked = part("Ruiz: gulls?", is_one, shot, own, about="Ruiz")
    assert merge_drafts([asked, others], articles).places == (own, Place("a", 0, 9))
    nothing = part("Ruiz: gulls?", is_one, about="Ruiz")
    assert merge_drafts([nothing, others], articles).places == (Place("a", 0, 9),)
