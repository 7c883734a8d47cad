"""A sentence that leans on its neighbour is stated with it, and nothing twice."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answerer import Draft
from rag.changes.claim import Claim
from rag.cite import Place
from rag.datatypes import Article, Chunk, Passage, Scores
from rag.reading.antecedent import (
    MOST_CHARS,
    is_elliptic,
    leans_back,
    start_with_antecedent,
    with_antecedents,
)

TEXT = (
    "The Lumen API opened in May. It lets outside programmers use the model. "
    "Ada Berg, head of Lumen, told the paper:\n“Nobody pays before July. We want them to try.”\n"
    "It is expected that prices follow. This week a rival cut its own."
)
OPENED, LETS, TOLD, QUOTE, EXPECTED, WEEK = (
    "The Lumen API opened in May.",
    "It lets outside programmers use the model.",
    "Ada Berg, head of Lumen, told the paper:",
    "“Nobody pays before July.",
    "It is expected that prices follow.",
    "This week a rival cut its own.",
)


def span(words: str, text: str = TEXT) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def place(words: str, text: str = TEXT) -> Place:
    return Place("lumen", *span(words, text))


def passage(text: str = TEXT) -> Passage:
    article = Article(id="lumen", title="Lumen", text=text, source="lumen.txt")
    chunk = Chunk("lumen-0", "lumen", 0, len(text), text)
    return Passage(chunk, article, Scores())


def stated(*words: str) -> list[str]:
    draft = Draft(tuple(place(each) for each in words), 0.9, "")
    spans = [span(each) for each in (OPENED, LETS, TOLD, QUOTE, EXPECTED, WEEK)]
    found = with_antecedents(draft, [passage()], lambda _: spans)
    return [TEXT[each.start : each.end] for each in found.places]


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ([LETS], [f"{OPENED} {LETS}"]),
        ([TOLD], [f"{TOLD}\n{QUOTE}"]),
        ([OPENED], [OPENED]),
        ([EXPECTED], [EXPECTED]),
        ([WEEK], [WEEK]),
        ([LETS, OPENED], [f"{OPENED} {LETS}"]),
        ([OPENED, LETS], [f"{OPENED} {LETS}"]),
        ([TOLD, QUOTE], [f"{TOLD}\n{QUOTE}"]),
        ([QUOTE, TOLD], [f"{TOLD}\n{QUOTE}"]),
    ],
)
def test_what_leans_is_stated_with_what_it_leans_on(chosen: list[str], wanted: list[str]) -> None:
    assert stated(*chosen) == wanted


@pytest.mark.parametrize(
    ("before", "leans"),
    [
        ("“We wait,” said Ada Berg, who has steered it since 2011.\n\n", False),  # no company
        ("Orm Glass opened a kiln in May.\n\n", True),
        ("“We wait,” said Ada Berg of Orm Glass.\n\n", True),
        ("The kiln is old. ", True),  # in one paragraph it may be of anything
    ],
)
def test_the_company_of_a_new_paragraph_is_one_that_is_named(before: str, leans: bool) -> None:
    text = f"{before}The company employs 46 people."
    spans = [(0, len(before.rstrip())), (len(before), len(text))]
    assert (start_with_antecedent(text, spans, 1) == 0) is leans


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("Among them, China has 36 percent.", True),
        ("One of these went to Lima.", True),
        ("That is, they sell it as theirs.", True),
        ("They sell it.", True),
        ("One of the firms went to Lima.", False),
        ("One of those who left was Ana.", False),
        ("Among those that were sold is a mill.", False),
        ("Of those in Velm, two are shut.", False),
        ("It is expected that they sell it.", False),
    ],
)
def test_a_sentence_leans_by_how_it_begins(sentence: str, leans: bool) -> None:
    assert leans_back(sentence) is leans


def test_the_highlight_stays_where_it_was() -> None:
    whole = Place("lumen", *span(LETS), highlight=span("outside programmers"))
    spans = [span(OPENED), span(LETS)]
    found = with_antecedents(Draft((whole,), 0.9, ""), [passage()], lambda _: spans)
    assert found.places == (Place("lumen", 0, span(LETS)[1], span("outside programmers")),)


def test_a_heading_between_keeps_them_apart() -> None:
    text = "The Lumen API opened in May.\nPrices\nIt lets outside programmers use the model."
    draft = Draft((place(LETS, text),), 0.9, "")
    found = with_antecedents(
        draft, [passage(text)], lambda _: [span(OPENED, text), span(LETS, text)]
    )
    assert found.places == draft.places


def test_two_sentences_longer_than_the_limit_are_not_put_together() -> None:
    first = f"The {'very ' * 130}old bridge fell."
    text = f"{first} It is being mended."
    assert len(first) > MOST_CHARS
    second = place("It is being mended.", text)
    found = with_antecedents(
        Draft((second,), 0.9, ""),
        [passage(text)],
        lambda _: [(0, len(first)), (second.start, second.end)],
    )
    assert found.places == (second,)


def test_a_claim_moves_with_its_place() -> None:
    whole = Place("lumen", *span(LETS), highlight=span("outside programmers"))
    claim = Claim(
        value="outside programmers", place=whole, sentence=LETS, passage=TEXT,
        published=date(2024, 7, 9), score=0.9, margin=1.0, coverage=1.0, cosine=0.9, told=1.0,
        vector=np.ones(1, np.float32), about=np.ones(1, np.float32),
        meaning=np.ones(1, np.float32),
    )  # fmt: skip
    spans = [span(OPENED), span(LETS)]
    draft = Draft((whole,), 0.9, "", differing=(claim,))
    found = with_antecedents(draft, [passage()], lambda _: spans)
    assert found.differing[0].place == found.places[0] != whole


SENTENCES = st.lists(
    st.sampled_from(["It opened.", "They said:", "The bank fell.", "“No.”", "He left:"]),
    min_size=1,
    max_size=8,
)


@given(SENTENCES, st.data())
def test_every_place_is_still_stated_and_none_overlaps_another(
    sentences: list[str], data: st.DataObject
) -> None:
    text, spans = "", []
    for sentence in sentences:
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence + " "
    chosen = data.draw(st.lists(st.sampled_from(spans), unique=True))
    draft = Draft(tuple(Place("lumen", *each) for each in chosen), 0.9, "")
    places = with_antecedents(draft, [passage(text)], lambda _: spans).places
    for start, end in chosen:
        assert any(each.start <= start and end <= each.end for each in places)
    ordered = sorted((each.start, each.end) for each in places)
    assert all(one[1] <= other[0] for one, other in pairwise(ordered))
    starts, ends = {start for start, _ in spans}, {end for _, end in spans}
    assert all(each.start in starts and each.end in ends for each in places)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        # Paragraphs of a sentence each, as in news, go on about one thing.
        ("The ferry sank.\n\nIt was old.", "The ferry sank.\n\nIt was old."),
        ("The ferry sank. Two swam.\n\nIt was old.", "It was old."),
        ("Two swam. The ferry sank. It was old.", "The ferry sank. It was old."),
        # Who "she" is, is told by a paragraph that names somebody alone.
        ("The ferry sank.\n\nShe swam.", "She swam."),
        ("Ada Berg saw it.\n\nShe swam.", "Ada Berg saw it.\n\nShe swam."),
    ],
)
def test_a_paragraph_does_not_lean_on_the_last_of_several_sentences(text: str, whole: str) -> None:
    spans = [span(sentence, text) for sentence in re.findall(r"[A-Z][^.]*\.", text)]
    at = len(spans) - 1
    assert text[start_with_antecedent(text, spans, at) :] == whole


PAPER = (
    "When the toll came in May, the lorries kept away. The cars didn't. That is the short of it. "
    "Its friends say that a toll is like a fine. We can't accept that. A fox sleeps by the booth. "
    "I've called her Tilda, as she pays nothing. Most do."
)
KEPT, CARS, SHORT, FINE, NOT, FOX, TILDA, MOST = (
    "When the toll came in May, the lorries kept away.",
    "The cars didn't.",
    "That is the short of it.",
    "Its friends say that a toll is like a fine.",
    "We can't accept that.",
    "A fox sleeps by the booth.",
    "I've called her Tilda, as she pays nothing.",
    "Most do.",
)


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ([CARS], [f"{KEPT} {CARS}"]),
        ([SHORT], [f"{KEPT} {CARS} {SHORT}"]),
        ([FOX], [FOX]),
        ([TILDA], [f"{FOX} {TILDA}"]),
        ([MOST], [f"{FOX} {TILDA} {MOST}"]),
        ([NOT, KEPT], [f"{FINE} {NOT}", KEPT]),
        ([FINE], [f"{SHORT} {FINE} {NOT}"]),
    ],
)
def test_what_leaves_something_out_is_stated_with_it(chosen: list[str], wanted: list[str]) -> None:
    every = [span(each, PAPER) for each in (KEPT, CARS, SHORT, FINE, NOT, FOX, TILDA, MOST)]
    draft = Draft(tuple(place(each, PAPER) for each in chosen), 0.9, "")
    found = with_antecedents(draft, [passage(PAPER)], lambda _: every)
    assert [PAPER[each.start : each.end] for each in found.places] == wanted


def test_what_leaves_something_out_goes_behind_what_does_not() -> None:
    text = "# Tolls\n\nMost do.\n\n## Lorries\n\nLorries pay nine crowns."
    chosen = [place("Most do.", text), place("Lorries pay nine crowns.", text)]
    spans = [(each.start, each.end) for each in chosen]
    found = with_antecedents(Draft(tuple(chosen), 0.9, ""), [passage(text)], lambda _: spans)
    assert found.places == (chosen[1], chosen[0])


@pytest.mark.parametrize(
    ("sentence", "leaves_out"),
    [
        ("Mine can’t.", True),
        ("Nor did the others.", True),
        ("We met her by the booth.", True),
        ("That is what they are.", False),
        ("The toll was raised, as the ones before it were.", False),
        ("We met Ana Ruiz and her dog.", False),
        ("Are they?", False),
    ],
)
def test_a_short_sentence_leaves_out_what_it_says(sentence: str, leaves_out: bool) -> None:
    assert is_elliptic(sentence) is leaves_out


def test_who_somebody_is_tells_the_name_before_it() -> None:
    text = (
        "For Ada Berg it was a good evening. The glazier, who had lost by six votes, is mayor. "
        "The rain went on. The caretaker, who is 70, locked up."
    )
    sentences = re.findall(r"[^.]+\.", text)
    spans = [span(each.strip(), text) for each in sentences]

    def leaned_on(at: int) -> str:
        return text[start_with_antecedent(text, spans, at) : spans[at][1]]

    assert leaned_on(1) == text[: spans[1][1]]
    assert leaned_on(3) == text[slice(*spans[3])]  # nobody is named before it


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("Hers cost ten crowns.", True),
        ("Theirs is green.", True),
        ("I've two.", True),
        ("I kept one.", True),
        ("I am six.", False),
        ("The vote was five to two.", False),
        ("In her view the weir should stay.", True),
        ("In her first year the weir broke.", False),
    ],
)
def test_what_opens_with_somebody_s_view_or_with_what_is_hers_leans(
    sentence: str, leans: bool
) -> None:
    assert leans_back(sentence) is leans
