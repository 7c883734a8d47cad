"""What people and folders may hold: each gives an answer or one clear line, and no traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Assistant, Config
from rag.chunk import statement_spans
from rag.cite import broken_citations
from rag.encoder import SentenceEncoder
from rag.errors import CorpusError, QuestionError, RagError
from rag.questions.question import unbroken
from tests.making import write_folder

ANY = Config(min_confidence=0.0)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, tiny: SentenceEncoder) -> Assistant:
    """Return an assistant over articles that hold all sorts of text."""
    base = tmp_path_factory.mktemp("odd")
    folder = write_folder(
        base / "articles",
        {
            "script.txt": "About <script>alert('river')</script>\n\nThe <b>river</b> is &amp; was "
            "<img src=x onerror=alert(1)> 90 kilometres long. [click](javascript:alert(2)) it.\n",
            "emoji.txt": "The 👩‍👩‍👧 saw 🇩🇪 by the river 😀. It was 智谱清言 that said so 🎉.\n",
            "rtl.txt": "يبلغ طول النهر ستة آلاف كيلومتر. وهو أطول نهر في القارة.\n\n"
            "הנהר ארוך מאוד. \u202eabc\u202c is turned around.\n",
            "control.txt": "The river\x07 rang\x1b[31m red. \x0bIt was\x0c 5 metres deep.\n",
            "long.txt": "word " * 30_000 + "\n",
            "one-word.txt": "x" * 50_000 + "\n",
            "sub/naïve 文件.md": "# River of names\n\nThis file has a name of many scripts.\n",
        },
    )
    return Assistant.open(folder, base / "index", config=ANY, encoder=tiny)


def check(assistant: Assistant, question: str) -> dict[str, Any]:
    """Ask, check what every answer keeps, and return it as JSON reads it."""
    answer = assistant.ask(question)
    assert broken_citations(answer, assistant.articles) == []
    assert answer.question == unbroken(question)
    assert (answer.outcome == "answered") == bool(answer.statements)
    assert 0 <= answer.confidence <= 1
    assert str(answer)
    read: dict[str, Any] = json.loads(json.dumps(answer.to_dict()))
    return read


# --- questions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", ["", " ", "\n\t \r\n", "\u3000\u00a0", " " * 100_000],
    ids=["empty", "space", "lines", "wide", "long"],
)  # fmt: skip
@pytest.mark.parametrize("way", ["ask", "retrieve", "stream"])
def test_a_blank_question_is_told(assistant: Assistant, question: str, way: str) -> None:
    with pytest.raises(QuestionError, match=r"^the question is empty: type a question$"):
        list(getattr(assistant, way)(question))


@pytest.mark.parametrize(
    "question", ["?", "?!... --", "😀🎉", "\u200b", "\x00\x07", "《》", "\ud800"]
)
def test_a_question_of_marks_alone_is_told(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match="holds no letter or digit: type a question") as caught:
        assistant.ask(question)
    assert str(caught.value).isprintable(), "it may be shown on a terminal"


@pytest.mark.parametrize("question", ["long? " * 16_667, "x" * 100_000, "智" * 100_000])
def test_a_question_of_100000_characters_is_told(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match=r"has 100,00\d characters, at most 2,000 are taken"):
        assistant.ask(question)


def test_a_question_of_the_most_characters_is_answered(assistant: Assistant) -> None:
    check(assistant, "x" * 2000)
    check(assistant, "long " * 400)
    check(assistant, "   How deep is the river?" + " " * 100_000)


@pytest.mark.parametrize(
    "question",
    [
        "How\x00 deep\x07 is\x1b[31m the\x08 river?",
        "How deep is the 😀 river 👩‍👩‍👧?",
        "كم يبلغ طول النهر؟",
        "\u202eHow deep is the river?\u202c",
        "<script>alert('river')</script> river?",
        "river' OR 1=1; --",
        "[river](javascript:alert(1)) **bold** `code`",
        "\ud800 river \udfff",
        "river\ufffe\uffff",
        "7",
        "智",
        "the of and",
        "R\u0301iver?",
    ],
    ids=["control", "emoji", "rtl", "turned", "script", "sql", "markdown", "lone", "not-characters",
         "digit", "han", "function-words", "combining"],
)  # fmt: skip
def test_an_odd_question_is_a_question(assistant: Assistant, question: str) -> None:
    answer = check(assistant, question)
    assert answer["passages"]


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_is_answered_or_told(assistant: Assistant, question: str) -> None:
    told = ""
    try:
        check(assistant, question)
    except QuestionError as error:
        told = str(error)
    assert told.isprintable() or not told


# --- articles ------------------------------------------------------------------------------------


def test_html_and_script_in_an_article_stay_its_text(assistant: Assistant) -> None:
    answer = assistant.ask("How many kilometres long is the <b>river</b>?")
    article = assistant.articles["script"]
    assert "<script>alert('river')</script>" in article.text
    quotes = [c.quote for c in answer.citations if c.article_id == "script"]
    assert any("<b>river</b> is &amp; was <img src=x onerror=alert(1)> 90" in q for q in quotes)
    assert broken_citations(answer, assistant.articles) == []


@pytest.mark.parametrize(
    ("question", "article_id", "held"),
    [
        ("Who saw 🇩🇪 by the river 😀?", "emoji", "👩‍👩‍👧 saw 🇩🇪"),
        ("智谱清言", "emoji", "智谱清言"),
        ("كم يبلغ طول النهر", "rtl", "النهر"),
        ("What rang red?", "control", "rang\x1b[31m red"),
        ("Which file has a name of many scripts?", "sub/naïve 文件", "many scripts"),
    ],
)
def test_an_odd_article_is_found_and_cited(
    assistant: Assistant, question: str, article_id: str, held: str
) -> None:
    check(assistant, question)
    passages = assistant.retrieve(question, k=9)
    assert passages[0].article.id == article_id
    assert held in passages[0].chunk.text


def test_an_article_without_any_stop_is_cut_to_what_a_model_takes(
    assistant: Assistant, tiny: SentenceEncoder
) -> None:
    """Neither 150,000 characters of one sentence nor a word of 50,000 passes the budget."""
    for name in ("long", "one-word"):
        chunks = [chunk for chunk in assistant.chunks if chunk.article_id == name]
        spans = statement_spans(assistant.articles[name])
        assert len(spans) >= 50
        assert max(end - start for start, end in spans) <= 1000
        for chunk, tokens in zip(chunks, tiny.count_tokens([c.text for c in chunks]), strict=True):
            assert tokens <= 128 or (chunk.start, chunk.end) in spans
    check(assistant, "word word word")


# --- folders -------------------------------------------------------------------------------------


def opened(tmp_path: Path, tiny: SentenceEncoder, files: dict[str, str]) -> Assistant:
    folder = write_folder(tmp_path / "articles", files)
    return Assistant.open(folder, tmp_path / "index", config=ANY, encoder=tiny)


def test_an_empty_folder_is_told(tmp_path: Path, tiny: SentenceEncoder) -> None:
    with pytest.raises(CorpusError, match=r"holds no articles: put articles in it"):
        opened(tmp_path, tiny, {})


def test_a_missing_folder_is_told(tmp_path: Path, tiny: SentenceEncoder) -> None:
    with pytest.raises(CorpusError, match=r"there is no folder of articles at .*none: create it"):
        Assistant.open(tmp_path / "none", tmp_path / "index", encoder=tiny)


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path, tiny: SentenceEncoder) -> None:
    with pytest.raises(CorpusError, match="is a file, not a folder"):
        Assistant.open(Path(__file__), tmp_path / "index", encoder=tiny)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not text"),
        (b"\x7fELF\x02\x01\x01" + bytes(100), "not text"),
    ],
    ids=["empty", "blank", "image", "program"],
)
def test_a_file_that_is_no_text_is_reported_and_the_others_are_read(
    tmp_path: Path, tiny: SentenceEncoder, data: bytes, reason: str
) -> None:
    folder = write_folder(tmp_path / "articles", {"good.txt": "The river is deep.\n"})
    (folder / "bad.txt").write_bytes(data)
    assistant = Assistant.open(folder, tmp_path / "index", config=ANY, encoder=tiny)
    (skipped,) = assistant.sync().skipped
    assert (skipped.source, reason in skipped.reason) == ("bad.txt", True)
    assert list(assistant.articles) == ["good"]
    (folder / "good.txt").unlink()
    with pytest.raises(CorpusError, match=f"no article that can be read .bad.txt: {reason}"):
        Assistant.open(folder, tmp_path / "index", config=ANY, encoder=tiny)


def test_a_file_that_cannot_be_read_is_reported_and_the_others_are_read(
    tmp_path: Path, tiny: SentenceEncoder
) -> None:
    folder = write_folder(
        tmp_path / "articles", {"good.txt": "The river is deep.\n", "bad.txt": "No.\n"}
    )
    if os.geteuid() == 0:  # root may read any file, but no link that leads nowhere
        (folder / "bad.txt").unlink()
        (folder / "bad.txt").symlink_to(tmp_path / "nowhere")
    else:
        (folder / "bad.txt").chmod(0)
    assistant = Assistant.open(folder, tmp_path / "index", config=ANY, encoder=tiny)
    assert [s.source for s in assistant.sync().skipped] == ["bad.txt"]
    assert list(assistant.articles) == ["good"]


def test_one_article_is_a_corpus(tmp_path: Path, tiny: SentenceEncoder) -> None:
    text = "The river is deep. It is 90 kilometres long.\n\nShips are few on it.\n"
    assistant = opened(tmp_path, tiny, {"only.txt": text})
    answer = check(assistant, "How long is the river?")
    assert answer["outcome"] == "answered"
    assert {c["article_id"] for s in answer["statements"] for c in s["citations"]} == {"only"}


@pytest.mark.parametrize("text", ["The river is deep.", "The river is deep", "河很深。", "River"])
def test_one_sentence_is_a_corpus(tmp_path: Path, tiny: SentenceEncoder, text: str) -> None:
    assistant = opened(tmp_path, tiny, {"only.txt": text})
    assert [chunk.text for chunk in assistant.chunks] == [text]
    (passage,) = assistant.retrieve("How deep is the river?", k=9)
    assert passage.chunk.text == text
    answer = check(assistant, text)
    assert [s["text"] for s in answer["statements"]] == [text]


def test_an_article_of_marks_alone_is_searched_without_words(
    tmp_path: Path, tiny: SentenceEncoder
) -> None:
    """Its lexical index holds no term at all, on disk as in memory."""
    assistant = opened(tmp_path, tiny, {"only.txt": "!!! ??? 😀\n"})
    passages = Assistant.open(tmp_path / "articles", tmp_path / "index", config=ANY, encoder=tiny)
    (passage,) = passages.retrieve("river", k=3)
    assert passage.scores.lexical is None
    check(assistant, "river")


# --- numbers -------------------------------------------------------------------------------------


def test_k_0_gives_no_passages(assistant: Assistant) -> None:
    assert assistant.retrieve("How deep is the river?", k=0) == []


def test_k_larger_than_the_corpus_gives_every_passage(assistant: Assistant) -> None:
    found = assistant.retrieve("How deep is the river?", k=10**9)
    assert sorted(p.chunk.id for p in found) == sorted(c.id for c in assistant.chunks)


def test_a_negative_k_is_told(assistant: Assistant) -> None:
    with pytest.raises(ValueError, match=r"^k must be at least 0, got -1$"):
        assistant.retrieve("How deep is the river?", k=-1)


@pytest.mark.parametrize("k", ["5", 2.5, True])
def test_a_k_that_is_no_whole_number_is_told(assistant: Assistant, k: Any) -> None:
    with pytest.raises(ValueError, match=rf"^k must be a whole number, got {k!r}$"):
        assistant.retrieve("How deep is the river?", k=k)


def test_one_text_in_the_place_of_ids_is_told(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match=r"^articles='nile' is one text: give ids, \['nile'\]$"):
        assistant.ask("How deep is the river?", articles="nile")


def test_every_error_is_one_line_and_of_one_family() -> None:
    """Whatever is raised on purpose can be caught as RagError."""
    from rag import errors

    raised = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]
    assert len(raised) > 10
    assert all(issubclass(error, RagError) for error in raised)
    assert all(len((error.__doc__ or "").splitlines()) == 1 for error in raised)
