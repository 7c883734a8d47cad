"""Citations in all the forms that models use -> the numbers they name."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.prose.markers import leading, masked, only_names, runs, without

PASSAGES = 4


def read(text: str, passages: int | None = PASSAGES) -> tuple[str, list[int]]:
    found = runs(text, passages)
    return without(text, found), [number for run in found for number in run.numbers]


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        ("[1]", [1]),
        ("[1, 4]", [1, 4]),
        ("[1, 2, and 4]", [1, 2, 4]),
        ("[2–4]", [2, 3, 4]),
        ("[3—4]", [3, 4]),
        ("[1 to 3]", [1, 2, 3]),
        ("[1，2]", [1, 2]),
        ("[1、2]", [1, 2]),
        ("[no. 2]", [2]),
        ("[^2]", [2]),
        ("[source: 1]", [1]),
        ("[Passage: 1]", [1]),
        ("[passage number 1]", [1]),
        ("[Passage 1, Passage 3]", [1, 3]),
        ("[Passages 1 and 3]", [1, 3]),
        ('[Article 1: "The mill, its ferry"]', [1]),
        ("[来源1]", [1]),
        ("[第2段]", [2]),
        (r"\[1\]", [1]),
        ("[[1]]", [1]),
        ("[1](https://a.example/b)", [1]),
        ("【4†source】", [4]),
        ("【2:0†source】", [2]),
        ("［1］", [1]),
        ("〔1〕", [1]),
        ("(1)", [1]),
        ("(1, 2)", [1, 2]),
        (r"\(1\)", [1]),
        ("(Passage 1)", [1]),
        ("(see passages 1-3)", [1, 2, 3]),
        ("(Source: passage 2)", [2]),
        ("（来源：2）", [2]),
        ("(Article 3)", [3]),
        ("<sup>1</sup>", [1]),
        ("<sup>1, 3</sup>", [1, 3]),
        ("³", [3]),
        ("¹ ²", [1, 2]),
        ("[1][2]", [1, 2]),
        ("[1], [2]", [1, 2]),
        ("[3] and [4]", [3, 4]),
        ("[1]-[3]", [1, 2, 3]),
        ("([1], [2])", [1, 2]),
        ("(see [1])", [1]),
        ("(source: [1], [2])", [1, 2]),
        ("(as stated in [2])", [2]),
        (", according to source [2]", [2]),
        ("[0][-1][2-3]", [0, 2, 3]),
        ("[77]", [77]),
        ("[12345]", [12345]),
        ("[9-120]", [9, 120]),
    ],
)
def test_a_marker_of_any_form_names_its_passages_and_goes(marker: str, numbers: list[int]) -> None:
    text, found = read(f"The old mill grew {marker}.")
    assert (text.replace(" .", "."), found) == ("The old mill grew.", numbers)


@pytest.mark.parametrize(
    "text",
    [
        'He said "[2023] was our best year".',
        "It charges [50, 100] dollars.",
        "It charges [50, 60] dollars a day.",
        "It is [6,650] long.",
        "It rose from [1,200].",
        "It was founded (2019) and sold (2023).",
        "It has (7) mills (9).",
        "(1) is the first, and (2) of these the second.",
        "It won (3-1).",
        "It rose (from 3).",
        "The treaty (Article 5) says so (Article 370).",
        "It is 300 km² large, 10⁶ m³ and 5 s⁻¹.",
        "x² and 10³.",
        "It has ⁷ mills⁹.",
        "It is [sic] and [Li, 3] and [a1].",
    ],
)
def test_a_number_that_the_text_means_stays(text: str) -> None:
    assert read(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "left", "numbers"),
    [
        ("Ada [77] grew.", "Ada  grew.", [77]),
        ("It grew [10, 12] again.", "It grew [10, 12] again.", []),
        ("It grew [10, 12].", "It grew .", [10, 12]),
        ("It grew [3, 12] again.", "It grew  again.", [3, 12]),
    ],
)
def test_in_brackets_what_names_nothing_is_text_only_within_a_clause(
    text: str, left: str, numbers: list[int]
) -> None:
    assert read(text) == (left, numbers)


def test_how_many_passages_there_are_decides_what_names_one() -> None:
    assert read("It grew (3). It has [10, 12] mills.", 3)[1] == [3]
    assert read("It grew (3). It has [10, 12] mills.", 12)[1] == [3, 10, 12]
    assert read("It grew (3). It has [10, 12] mills.", 2)[1] == []
    assert read("It grew (3)¹ [3].", None)[1] == [3]


def test_of_two_stops_around_a_marker_one_is_left() -> None:
    assert read("It grew. [1]. It fell... [2] So.")[0] == "It grew. It fell...  So."


def test_markers_lead_a_text_or_do_not() -> None:
    run = leading("  [1], [2] say so", PASSAGES)
    assert run is not None
    assert (run.start, run.end, run.numbers) == (2, 10, (1, 2))
    assert leading("It grew [1]") is leading("According to [1], it grew") is None


def test_a_list_of_passages_is_nothing_else() -> None:
    assert all(map(only_names, ["Passage 1", "passages 1 and 3.", "1, 2"]))
    assert not any(map(only_names, ["Passage 1 says", "Article one", ""]))


@given(st.lists(st.sampled_from([*"ab 1.,([)]¹", "[1]", " and ", "(see ", "source "]), max_size=20))
def test_what_is_masked_is_as_long_and_what_is_left_is_as_it_was(parts: list[str]) -> None:
    text = "".join(parts)
    found = runs(text, PASSAGES)
    assert len(masked(text, found)) == len(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    kept = text
    for run in reversed(found):
        kept = kept[: run.start] + kept[run.end :]
    stops = str.maketrans("", "", " .")
    assert without(text, found).translate(stops) == kept.translate(stops)
