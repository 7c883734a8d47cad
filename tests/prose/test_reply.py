"""A streamed reply -> sentences with the numbers they cite."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.prose.prompt import SENTINEL
from rag.prose.reply import ReplyReader, Sentence, claimed

PASSAGES = 4


def read(*pieces: str) -> tuple[list[Sentence], bool]:
    reader = ReplyReader(passages=PASSAGES)
    for piece in pieces:
        reader.read(piece)
    reader.end()
    return reader.sentences, reader.declined


def cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


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
    # Markers of other forms, and what joins, encloses and leads to them.
    "A grew [1], [2]. B grew [3] and [4].": [("A grew.", (1, 2)), ("B grew.", (3, 4))],
    "A ([1], [2]) grew (see [3]). B fell [1]-[3].": [
        ("A grew.", (1, 2, 3)), ("B fell.", (1, 2, 3)),
    ],
    "A grew (1). B fell (Passage 2) again.": [("A grew.", (1,)), ("B fell again.", (2,))],
    "Passage 1 says that the mill grew. Source 2 also notes: it fell [3].": [
        ("The mill grew.", (1,)), ("It fell.", (2, 3)),
    ],
    "Passage 1 says it grew.": [("Passage 1 says it grew.", ())],
    "A grew fast.¹ B fell².": [("A grew fast.", (1,)), ("B fell.", (2,))],
    "A grew.[1] B fell.[2]": [("A grew.", (1,)), ("B fell.", (2,))],
    "According to [1], the mill grew. According to [2], it fell.": [
        ("The mill grew.", (1,)), ("It fell.", (2,)),
    ],
    "A grew. Source: [1]\nB fell. (Source: Passage 2)": [("A grew.", (1,)), ("B fell.", (2,))],
    "A grew. See [1]. B fell.": [("A grew.", (1,)), ("B fell.", ())],
    'He said "[2023] was our best year" [1].': [('He said "[2023] was our best year".', (1,))],
    # Lists of sources.
    "The mill grew.[^1]\n\n[^1]: The mill": [("The mill grew.", (1,))],
    "The mill grew [1].\n\nSources: [1], [2]": [("The mill grew.", (1,))],
    "The mill grew.\n\nSource: Passage 1": [("The mill grew.", ())],
    "The mill grew [1].\nSources used:\n- The mill": [("The mill grew.", (1,))],
    "The mill grew [1][2].\n\n[1] The mill\n- [2] The ferry": [("The mill grew.", (1, 2))],
    "The mill grew [1]\n[1] The mill": [("The mill grew", (1,))],
    "[1] The mill grew\n[2] The ferry sank": [("The mill grew", (1,)), ("The ferry sank", (2,))],
    "[1] The mill grew.\n[2] The ferry sank": [("The mill grew.", (1,)), ("The ferry sank", (2,))],
    # Markup.
    "```markdown\nThe mill grew [1].\n```": [("The mill grew.", (1,))],
    "| Firm | Pays |\n|---|:-:|\n| Mill | 5 | [1] |": [("Mill, 5", (1,))],
    "**Ada founded the mill.**": [("Ada founded the mill.", ())],
    "Training data: 15 trillion tokens [1].": [("Training data: 15 trillion tokens.", (1,))],
    "It costs <RMB1 a day, half of the rest [1].": [
        ("It costs <RMB1 a day, half of the rest.", (1,)),
    ],
}  # fmt: skip


SILENT = [
    f"The articles do not mention how much the mill pays for its ferry [1]. {SENTINEL}",
    f"{SENTINEL}\n\nThe passages do not say how much the mill pays.",
    "The passages do not say how much the mill pays [1].",
    f"The passages do not say who built the mill.\n\n{SENTINEL}",
    "- I could not find the answer in the provided text.",
    SENTINEL.replace("_", r"\_"),
    f"**{SENTINEL}**",
]


@pytest.mark.parametrize("text", REPLIES)
def test_sentences_come_with_their_numbers(text: str) -> None:
    assert said(text) == REPLIES[text]


def test_a_character_that_two_pieces_hold_is_whole_and_half_a_one_is_left_out() -> None:
    reader = ReplyReader()
    for piece in ("It is \ud83d", "\ude00 big\udc00. They", " are\ud83d small.\ud83d"):
        reader.read(piece)
    reader.end()
    assert [one.text for one in reader.sentences] == ["It is \U0001f600 big.", "They are small."]


@pytest.mark.parametrize("text", [*REPLIES, *SILENT])
def test_where_a_stream_is_cut_changes_nothing(text: str) -> None:
    whole = read(text)
    assert read(*text) == whole
    for at in range(len(text)):
        assert read(text[:at], text[at:]) == whole


PARTS = [
    *"aB .,:|\n*[](<“¹\r\\", "[1]", "[1", ". ", "(1)", "(see [2])", "<think>", "</think>", "</",
    "---", "Sources", "The passages do not say ", "According to ", SENTINEL, "[^1]:", ", and ",
    "**", "# ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), st.integers(1, 5))
def test_any_reply_reads_the_same_however_it_is_cut(text: str, size: int) -> None:
    assert read(*cut(text, size)) == read(text)


@pytest.mark.parametrize("text", REPLIES)
def test_what_is_shown_is_what_is_checked(text: str) -> None:
    assert all(claimed(one.text) == one.text for one in read(text)[0])


def test_what_was_taken_stays_as_the_reply_grows() -> None:
    reader, before = ReplyReader(), []
    for letter in "A is b [1]. C is d [2]. E is f [3].\n\nSources: [1], [2]":
        reader.read(letter)
        assert reader.sentences[: len(before)] == before
        before = list(reader.sentences)
    assert len(before) == 3


def test_the_sentinel_declines_and_is_never_shown() -> None:
    assert read(SENTINEL) == ([], True)
    assert read(f"{SENTINEL}.\n") == ([], True)
    sentences, declined = read(f"A is b [1]. {SENTINEL}")
    assert (said_texts(sentences), declined) == (["A is b."], True)


@pytest.mark.parametrize("text", SILENT)
def test_that_the_passages_do_not_say_is_no_statement(text: str) -> None:
    assert read(text) == ([], True)
    sentences, declined = read(f"The mill grew [1]. {text}")
    assert (said_texts(sentences), declined) == (["The mill grew."], True)


def test_what_an_article_says_of_others_silence_is_a_statement() -> None:
    text = "The mill did not say how much it pays [1]. The report does not mention China [2]."
    assert len(said(text)) == 2
    assert read(text)[1] is False


def said_texts(sentences: list[Sentence]) -> list[str]:
    return [one.text for one in sentences]
