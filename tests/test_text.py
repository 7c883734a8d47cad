"""Strings: what is compared, what is matched, and where sentences begin and end."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.text import (
    content_terms,
    detect_language,
    normalise,
    query_terms,
    sentence_spans,
    tokenise,
)
from tests.making import texts


def pieces(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  “Ban”\n", 'the "ban"'),
        ("O’Neill’s ʼ", "o'neill's '"),
        ("ＧＰＴ－４ ﬁve", "gpt-4 five"),
        ("Straße", "strasse"),
        ("\ta\u00a0b\u3000c \n", "a b c"),
        (" \n", ""),
    ],
)
def test_texts_that_read_alike_are_normalised_alike(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(texts())
def test_normalising_leaves_single_spaces_and_no_capitals(text: str) -> None:
    found = normalise(text)
    assert found == " ".join(found.split())
    assert found == found.casefold()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Baidu's 1,328 U.S. models: 智谱清言", "en",
         ["baidu", "1328", "us", "model", "智谱", "谱清", "清言"]),
        ("GPT4 and GPT-4", "en", ["gpt", "4", "and", "gpt", "4"]),
        ("running runs RUN", "en", ["run", "run", "run"]),
        ("12,50 1,000,000 3.5 2024-07-25", "en",
         ["12,50", "1000000", "3.5", "2024", "07", "25"]),
        ("Häuser Haus", "de", ["haus", "haus"]),
        ("реки река", "ru", ["рек", "рек"]),
        ("言", "zh", ["言"]),
        ("カナ かな", "ja", ["カナ", "かな"]),
        ("don't O'Neill's", "en", ["don't", "o'neil"]),
        ("running", "xx", ["running"]),
        ("snake_case", "en", ["snake", "case"]),
        ("?! -- 😀 \x07", "en", []),
        ("", "en", []),
    ],
)  # fmt: skip
def test_tokens(text: str, language: str, expected: list[str]) -> None:
    assert tokenise(text, language) == expected


@given(texts(), st.sampled_from(["en", "de", "ru", "zh", "xx"]))
def test_tokens_do_not_depend_on_how_a_text_is_written(text: str, language: str) -> None:
    assert tokenise(text, language) == tokenise(normalise(text), language)
    assert all(tokenise(text, language))


def test_a_word_of_any_length_is_a_token_at_once() -> None:
    """The stemmers take time in the square of a word's length; this ends at once or never."""
    assert tokenise("a" * 1_000_000, "en") == ["a" * 1_000_000]


def test_what_a_question_is_about() -> None:
    assert content_terms("How many free tokens does Zhipu AI offer?") == [
        "free", "token", "zhipu", "ai", "offer",
    ]  # fmt: skip
    assert content_terms("What do you say?") == []


def test_a_question_is_looked_up_in_every_language_once() -> None:
    assert query_terms("running rivers", ["en"]) == ["run", "river"]
    assert query_terms("Häuser rivers", ["de", "en"]) == ["haus", "riv", "häuser", "river"]
    assert query_terms("river river", ["en", "xx"]) == ["river"]


def test_a_question_of_asking_words_alone_keeps_them() -> None:
    assert query_terms("What do you say?", ["en"]) == ["what", "do", "you", "say"]
    assert query_terms("", []) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The river flows through ten countries and reaches the sea at last.", "en"),
        ("Der Fluss fließt durch zehn Länder und erreicht am Ende das Schwarze Meer.", "de"),
        ("Le fleuve traverse dix pays et se jette enfin dans la mer Noire, dit-on.", "fr"),
        ("Река протекает через десять стран и впадает в Чёрное море на востоке.", "ru"),
        ("这条河流经十个国家，最后注入黑海。", "zh"),
        ("この川は十か国を流れて黒海に注ぎます。", "ja"),
        ("이 강은 열 나라를 지나 흑해로 흘러갑니다.", "ko"),
        ("Short.", "en"),
        ("", "en"),
        ("😀 123 --", "en"),
    ],
)
def test_languages(text: str, expected: str) -> None:
    assert detect_language(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Mr. Lee of the U.S. paid $3.5 million. He left.",
         ["Mr. Lee of the U.S. paid $3.5 million.", "He left."]),
        ('He said: "It works." Then he left.', ['He said: "It works."', "Then he left."]),
        ("01.AI and example.com made it. Both are here.",
         ["01.AI and example.com made it.", "Both are here."]),
        ("**4. Mooring.** No boat stays. 5. Fees. They are due.",
         ["**4. Mooring.** No boat stays.", "5. Fees.", "They are due."]),
        ("§ 12. (3) Rent is due.", ["§ 12. (3) Rent is due."]),
        ("How many came? 12. So few.", ["How many came? 12.", "So few."]),
        ("It was no. 5. The next came.", ["It was no. 5.", "The next came."]),
        ("17.", ["17."]),
        ("No full stop", ["No full stop"]),
        ("  padded. \n", ["padded."]),
        ("", []),
        (" \n\t", []),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_chinese_sentences() -> None:
    assert pieces("智谱免费。百度也免费！真的吗？", "zh") == [
        "智谱免费。",
        "百度也免费！",
        "真的吗？",
    ]


@given(texts(), st.sampled_from(["en", "zh", "de", "xx"]), st.sampled_from([40, 200, 1000]))
@example("a" * 90 + "  \n  " + "b" * 90, "en", 40)
@example("😀" * 300, "en", 1000)
@example(" " * 5000, "en", 40)
def test_spans_hold_every_character_that_is_not_space(
    text: str, language: str, most_chars: int
) -> None:
    spans = sentence_spans(text, language, most_chars=most_chars)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip(), "what lies between two sentences is space"
        assert text[start:end] == text[start:end].strip()
        assert sum(4 if ord(c) >= 0x2E80 else 1 for c in text[start:end]) <= most_chars
        at = end
    assert not text[at:].strip()


@given(st.text(max_size=200))
def test_any_text_has_spans_tokens_and_a_language(text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    assert "".join("".join(piece.split()) for piece in pieces(clean)) == "".join(clean.split())
    assert all(tokenise(text))
    assert len(detect_language(text)) == 2


def test_a_long_line_is_cut_between_words() -> None:
    text = "word " * 1000
    spans = sentence_spans(text, most_chars=100)
    assert max(end - start for start, end in spans) <= 100
    assert all(set(text[start:end].split()) == {"word"} for start, end in spans)


def test_a_cut_takes_time_in_proportion_to_the_text() -> None:
    spans = sentence_spans("x" * 400_000)
    assert spans == [(at, min(at + 1000, 400_000)) for at in range(0, 400_000, 1000)]
