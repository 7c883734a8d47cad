"""A streamed reply -> sentences with the numbers they cite."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.prompt import SENTINEL
from rag.plain import addresses, plain_words
from rag.reply import ReplyReader, Sentence


def read(text: str, size: int = 10_000) -> tuple[list[Sentence], bool]:
    reader = ReplyReader()
    for at in range(0, len(text), size):
        reader.read(text[at : at + size])
    reader.end()
    return reader.sentences, reader.declined


def said(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.text, one.numbers) for one in read(text)[0]]


REPLIES = {
    "A is b [1]. C is d [2][7].": [("A is b.", (1,)), ("C is d.", (2, 7))],
    "A is b. [1] C is d. [2].": [("A is b.", (1,)), ("C is d.", (2,))],
    "A is b [1, 4] and c [4–6].": [("A is b and c.", (1, 4, 5, 6))],
    "A is b [Passage 3]. C [no. 2] is d 【4†source】.": [("A is b.", (3,)), ("C is d.", (2, 4))],
    "In the U.S. Dr. Li sold 3.5 million [1]. 01.AI did not.": [
        ("In the U.S. Dr. Li sold 3.5 million.", (1,)), ("01.AI did not.", ()),
    ],
    "- A is b [1]\n2. C is d [2]\n\n## E\n": [("A is b", (1,)), ("C is d", (2,))],
    "**The mill**\nA is b [1].\n\nSources:\n[1] The ferry pays.\nhttps://x.y": [("A is b.", (1,))],
    "It was built by\nthe miller's son\n[2]": [("It was built by the miller's son", (2,))],
    "A is b [0][-1][1000000] [2-3].": [("A is b.", (0, 1_000_000, 2, 3))],
    "Here is what they say:\nA is b [1].": [("A is b.", (1,))],
    "智谱成立于2019年[1]。它在北京[2]。": [("智谱成立于2019年。", (1,)), ("它在北京。", (2,))],
    "<think>Perhaps [9]. No.</think>\nA is b [1].": [("A is b.", (1,))],
    "Perhaps [9]. Or not. </think>A is b [1].": [("A is b.", (1,))],
    "A is b [1": [("A is b", ())],
    "A is b [pass": [("A is b [pass", ())],
    "[3]": [],
    "": [],
}  # fmt: skip


@pytest.mark.parametrize("text", REPLIES)
def test_sentences_come_with_their_numbers(text: str) -> None:
    assert said(text) == REPLIES[text]


def test_a_character_that_two_pieces_hold_is_whole_and_half_a_one_is_left_out() -> None:
    reader = ReplyReader()
    for piece in ("It is \ud83d", "\ude00 big\udc00. They", " are\ud83d small.\ud83d"):
        reader.read(piece)
    reader.end()
    assert [one.text for one in reader.sentences] == ["It is \U0001f600 big.", "They are small."]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("text", REPLIES)
def test_where_a_stream_is_cut_changes_nothing(text: str, size: int) -> None:
    assert read(text, size) == read(text)


@given(st.text(alphabet="ab [1],2].!?\n<>think/【】()*:", max_size=60), st.integers(1, 9))
def test_any_reply_reads_the_same_however_it_is_cut(text: str, size: int) -> None:
    whole, pieces = read(text)[0], read(text, size)[0]
    assert [n for one in whole for n in one.numbers] == [n for one in pieces for n in one.numbers]
    assert "".join(one.text for one in whole).replace(" ", "") == "".join(
        one.text for one in pieces
    ).replace(" ", "")


def test_what_was_taken_stays_as_the_reply_grows() -> None:
    reader, before = ReplyReader(), []
    for letter in "A is b [1]. C is d [2]. E is f [3].":
        reader.read(letter)
        assert reader.sentences[: len(before)] == before
        before = list(reader.sentences)
    assert len(before) == 2


def test_the_sentinel_declines_and_is_never_shown() -> None:
    assert read(SENTINEL) == ([], True)
    assert read(f"{SENTINEL}.\n") == ([], True)
    sentences, declined = read(f"A is b [1]. {SENTINEL}")
    assert (said_texts(sentences), declined) == (["A is b."], True)


def said_texts(sentences: list[Sentence]) -> list[str]:
    return [one.text for one in sentences]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![secret](http://evil.example/?q=1) Yes.", "secret Yes."),
        ("![a][b] Yes.\n[b]: http://evil.example", "a Yes."),
        ("[Click](javascript:alert(1)) now.", "Click now."),
        ("See https://evil.example/x?y=z.", "See."),
        ("See www.evil.example now.", "See now."),
        ("<img src=x onerror=alert(1)>Yes <b>it</b> is.", "Yes it is."),
        ("<script>alert(1)</script>", "alert(1)"),
        ("**A** is `b` and __c__, *d* too.", "A is b and c, d too."),
        ("# Heading", "Heading"),
        ("2 * 3 is 6 and a_b_c stays.", "2 * 3 is 6 and a_b_c stays."),
        ("a\x1b[31mred\u202eder\x00", "a[31mredder"),
        ("![x]( http://evil.example", "x"),
    ],
)
def test_only_plain_words_come_out(written: str, shown: str) -> None:
    assert plain_words(written) == shown


def test_an_address_of_the_passages_stays() -> None:
    own = addresses("It stands at https://good.example/a (see www.good.example).")
    assert own == {"https://good.example/a", "www.good.example"}
    text = "Read https://good.example/a. Not https://good.example/a?q=1."
    assert plain_words(text, own) == "Read https://good.example/a. Not."


@given(st.text(alphabet="![]()<>:/htps.evil\n x", max_size=80))
def test_no_text_gives_an_image_a_link_or_a_tag(text: str) -> None:
    shown = plain_words(text)
    assert "](" not in shown
    assert "![" not in shown
    assert "http://" not in shown
