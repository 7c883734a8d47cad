"""Question sets: every form read, written back, and refused in one line where it is wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from rag.errors import QuestionSetError
from rag.evaluate.documents import Document, article_id, write_documents
from rag.evaluate.formats import load_questions, read_set
from rag.evaluate.lines import Problem
from rag.evaluate.places import check_places, occurrences, spans_of
from rag.evaluate.questions import Evidence, Question, parse_question
from tests.evaluate.keyword_assistant import ARTICLES, QUESTIONS

FULL = {
    "id": "q1",
    "question": "And when did it open?",
    "history": [{"role": "user", "content": "Tell me of the bridge."}],
    "answers": ["1932", "March 1932"],
    "all_of": ["March", ["1932", "32"]],
    "none_of": ["1881"],
    "evidence": [
        {"article": "bridge", "quote": "opened in March 1932"},
        {"article": "tower", "start": 0, "end": 9},
    ],
    "relevant": {"bridge": 2},
    "kind": "date",
    "date": "2024-07-01",
}


def lines(path: Path, *rows: object) -> Path:
    text = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_question_is_read_as_it_stands() -> None:
    question = parse_question(FULL, 3)
    assert question.id == "q1"
    assert question.history == ({"role": "user", "content": "Tell me of the bridge."},)
    assert question.all_of == (("March",), ("1932", "32"))
    assert question.evidence[1] == Evidence("tower", start=0, end=9)
    assert question.relevant == {"bridge": 2}
    assert question.date == date(2024, 7, 1)
    assert question.line == 3


def test_a_question_is_written_as_it_was_read() -> None:
    assert parse_question(FULL, 1).to_dict() == FULL


def test_blank_lines_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    row = json.dumps({"question": "Why?", "answers": ["so"]})
    path.write_bytes(b"\xef\xbb\xbf\r\n" + row.encode() + b"\r\n\r\n")
    (question,) = load_questions(path).questions
    assert (question.id, question.question, question.answerable) == ("line-2", "Why?", True)


GOOD = {"question": "Why?", "answers": ["so"]}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param(
            [*({**GOOD, "question": f"Why {i}?"} for i in range(6)), '{"question": "x"\n'],
            "line 7: not JSON: Expecting ',' delimiter at column 17",
            id="broken JSON",
        ),
        pytest.param([], "holds no questions", id="empty file"),
        pytest.param(["\n\n"], "holds no questions", id="blank lines"),
        pytest.param([[1]], "line 1: a list, not an object", id="not an object"),
        pytest.param([{**GOOD, "answer": "x"}], "'answer'; did you mean 'answers'?", id="key"),
        pytest.param([{"answers": ["x"]}], "'question' is missing or empty", id="no question"),
        pytest.param([{**GOOD, "question": 7}], "'question' must be a text, got 7", id="type"),
        pytest.param([{**GOOD, "answers": "so"}], "'answers' must be a list", id="answers"),
        pytest.param([{**GOOD, "answerable": "no"}], "must be true or false", id="answerable"),
        pytest.param([{"question": "Why?"}], "nothing says what is right", id="nothing right"),
        pytest.param([{**GOOD, "answerable": False}], "yet there are answers", id="contradiction"),
        pytest.param([{**GOOD, "date": "soon"}], "'date' must be YYYY-MM-DD", id="date"),
        pytest.param(
            [{**GOOD, "history": [{"role": "bot", "content": "x"}]}], "a turn of", id="history"
        ),
        pytest.param([{**GOOD, "evidence": [{"quote": "x"}]}], "names no 'article'", id="evidence"),
        pytest.param(
            [{**GOOD, "evidence": [{"article": "a"}]}], "neither a 'quote' nor", id="no place"
        ),
        pytest.param(
            [{**GOOD, "evidence": [{"article": "a", "start": 5, "end": 2}]}],
            "'start' must come before 'end', got 5 and 2",
            id="offsets",
        ),
        pytest.param(
            [{**GOOD, "id": "a"}, {"id": "a", "question": "How?", "answers": ["so"]}],
            "line 2: the id 'a' is on line 1 already",
            id="same id",
        ),
        pytest.param(
            [GOOD, {**GOOD, "question": "why? "}],
            "line 2: the same question is on line 1 already",
            id="same question",
        ),
    ],
)
def test_what_is_wrong_is_told_in_a_line(tmp_path: Path, rows: list[object], message: str) -> None:
    path = lines(tmp_path / "set.jsonl", *rows)
    with pytest.raises(QuestionSetError) as caught:
        load_questions(path)
    told = str(caught.value)
    assert message in told
    assert str(path) in told
    assert "\n" not in told


def test_all_problems_are_found_with_their_lines(tmp_path: Path) -> None:
    path = lines(tmp_path / "set.jsonl", GOOD, "{\n", {"answers": []}, {**GOOD, "id": "b"})
    _, problems = read_set(path)
    assert [problem.line for problem in problems] == [2, 3, 4]
    with pytest.raises(QuestionSetError, match=r"line 2: .* \(2 more; --check lists them\)"):
        load_questions(path)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        pytest.param("s.jsonl", "{}\n{}\né".encode("latin-1"), "line 3: not UTF-8", id="latin-1"),
        pytest.param("s.jsonl", '{"a": 1}'.encode("utf-16"), "line 1: not UTF-8", id="utf-16"),
        pytest.param("s.jsonl.gz", b"no gzip", "is not a whole gzip file", id="no gzip"),
        pytest.param("s.jsonl.gz", gzip.compress(b"{}" * 99)[:-9], "whole gzip", id="cut off"),
        pytest.param("s.json", b"[1, 2", "line 1: not JSON", id="json"),
        pytest.param("s.json", b"[1, 2]", "not SQuAD JSON", id="not squad"),
        pytest.param("s.csv", b"q,a\n1,2\n", "no column 'question'", id="csv columns"),
        pytest.param("s.csv", b"question,answer\n,2\n", "line 2: the question is", id="csv row"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(QuestionSetError, match=message):
        load_questions(path)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="there is no such file"):
        load_questions(tmp_path / "none.jsonl")
    with pytest.raises(QuestionSetError, match="holds neither questions"):
        load_questions(tmp_path)


def test_too_many_questions_need_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("question,answer\n" + "".join(f"q{i},a\n" for i in range(100_000)))
    with pytest.raises(QuestionSetError, match="100,000 questions are more than the 20,000"):
        load_questions(path)
    assert len(load_questions(path, limit=1000).questions) == 1000


def test_a_limit_is_spread_over_the_set() -> None:
    ids = [question.id for question in QUESTIONS.limited(3).questions]
    assert ids == ["q1", "q5", "q10"]
    assert QUESTIONS.limited(99) is QUESTIONS


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text(
        'Question,Answer,Article\n"When, exactly?",1932|March 1932,bridge\nWho?,,\n',
        encoding="utf-8",
    )
    first, second = load_questions(path).questions
    assert first.question == "When, exactly?"
    assert first.answers == ("1932", "March 1932")
    assert first.relevant == {"bridge": 1}
    assert not second.answerable


SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "The_bridge",
            "paragraphs": [
                {
                    "context": "It is old. It opened in 1932. Ships pass.",
                    "qas": [
                        {
                            "id": "a",
                            "question": "When?",
                            "answers": [{"text": "1932", "answer_start": 24}] * 2,
                            "is_impossible": False,
                        },
                        {"id": "b", "question": "Who?", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ],
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_squad(tmp_path: Path, packed: bool) -> None:
    data = json.dumps(SQUAD).encode()
    path = tmp_path / ("dev.json.gz" if packed else "dev.json")
    path.write_bytes(gzip.compress(data) if packed else data)
    loaded = load_questions(path)
    first, second = loaded.questions
    (document,) = loaded.documents
    assert loaded.name == "dev"
    assert (document.id, document.title) == ("The_bridge-0", "The bridge")
    assert first.answers == ("1932",)
    assert first.relevant == second.relevant == {"The_bridge-0": 1}
    assert first.evidence == (Evidence("The_bridge-0", quote="It opened in 1932."),)
    assert (second.answerable, second.answers) == (False, ())


def test_ragas_old_and_new_names_are_one(tmp_path: Path) -> None:
    old = {"question": "When?", "answer": "x", "contexts": ["y"], "ground_truth": "1932"}
    new = {"user_input": "When?", "response": "x", "retrieved_contexts": ["y"], "reference": "1932"}
    loaded = [
        load_questions(lines(tmp_path / f"{i}.jsonl", row)).questions
        for i, row in enumerate((old, new))
    ]
    assert loaded[0] == loaded[1]
    assert loaded[0][0].answers == ("1932",)


def test_ragas_conversations_and_contexts(tmp_path: Path) -> None:
    row = {
        "user_input": [
            {"type": "human", "content": "Tell me of the bridge."},
            {"type": "ai", "content": "It is old."},
            {"type": "human", "content": "When did it open?"},
        ],
        "reference": "1932",
        "reference_contexts": ["Ivo Brandt cast the bell"],
    }
    (question,) = load_questions(lines(tmp_path / "set.jsonl", row)).questions
    assert question.question == "When did it open?"
    assert [turn["role"] for turn in question.history] == ["user", "assistant"]
    (span,) = spans_of(question.evidence[0], ARTICLES)
    assert ARTICLES["tower"].text[span.start : span.end] == "Ivo Brandt cast the bell"


Opener = Callable[[Path, str], None]


def write(path: Path, text: str, packed: bool) -> None:
    if packed:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_beir(tmp_path: Path, packed: bool) -> None:
    documents = [{"_id": "d1", "title": "T", "text": "one"}, {"_id": "d2", "text": "two"}]
    queries = [{"_id": "1", "text": "first"}, {"_id": "2", "text": "without"}]
    write(tmp_path / "corpus.jsonl", "".join(json.dumps(d) + "\n" for d in documents), packed)
    write(tmp_path / "queries.jsonl", "".join(json.dumps(q) + "\n" for q in queries), packed)
    (tmp_path / "qrels").mkdir()
    qrels = "query-id\tcorpus-id\tscore\n1\td1\t2\n1\td2\t0\n"
    (tmp_path / "qrels" / "test.tsv").write_text(qrels, encoding="utf-8")
    loaded = load_questions(tmp_path)
    assert [d.id for d in loaded.documents] == ["d1", "d2"]
    assert [(q.id, q.relevant) for q in loaded.questions] == [("1", {"d1": 2})]
    (tmp_path / "qrels" / "test.tsv").write_text("1 d1 2\n1\td1\ttwo\n", encoding="utf-8")
    with pytest.raises(QuestionSetError, match=r"test.tsv, line 2: not query, document and grade"):
        load_questions(tmp_path)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_folder_with_its_documents(tmp_path: Path, packed: bool) -> None:
    documents = [{"_id": "d:1", "title": "T", "text": "One is red. Two.", "date": "2024-01-02"}]
    rows = [
        {"_id": "a", "text": "Which?", "answers": ["one"], "answerable": True, "relevant": ["d:1"],
         "gold_sentences": ["One is red."]},
        {"_id": "a", "text": "What not?", "answers": ["no idea"], "answerable": False},
        {"_id": "b", "text": "Both?", "answers": ["x"], "gold": [["x", "y"], "z"]},
        {"_id": "c", "text": "All?", "answers": ["x"], "all_answers": ["x", "z"],
         "wrong_answers": ["w"], "kind": "many"},
    ]  # fmt: skip
    write(tmp_path / "corpus.jsonl", "".join(json.dumps(d) + "\n" for d in documents), packed)
    write(tmp_path / "questions.jsonl", "".join(json.dumps(r) + "\n" for r in rows), packed)
    loaded = load_questions(tmp_path)
    first, second, third, fourth = loaded.questions
    assert first.evidence == (Evidence("d:1", quote="One is red."),)
    assert loaded.documents == (Document("d:1", "One is red. Two.", "T", date(2024, 1, 2)),)
    assert (second.id, second.answers, second.answerable) == ("a#2", (), False)
    assert third.all_of == (("x", "y"), ("z",))
    assert (fourth.all_of, fourth.none_of, fourth.kind) == ((("x",), ("z",)), ("w",), "many")


def test_labelled_sentences_become_a_document_each(tmp_path: Path) -> None:
    rows = [
        {"_id": "a", "text": "Which?", "sentences": ["No.", "Yes it is."], "labels": [0, 1]},
        {"_id": "b", "text": "None?", "sentences": ["No."], "labels": [0]},
    ]
    lines(tmp_path / "questions.jsonl", *rows)
    loaded = load_questions(tmp_path)
    assert [d.text for d in loaded.documents] == ["No.\nYes it is.", "No."]
    assert loaded.questions[0].evidence == (Evidence("a", quote="Yes it is."),)
    assert not loaded.questions[1].answerable


def test_claims_are_no_questions(tmp_path: Path) -> None:
    lines(tmp_path / "questions.jsonl", {"_id": "0", "claim": "x", "references": []})
    with pytest.raises(QuestionSetError, match="line 1: no 'text'; these are not questions"):
        load_questions(tmp_path)


def test_documents_become_articles_and_keep_their_ids(tmp_path: Path) -> None:
    documents = [
        Document("plain-1", "Text.", "A\ntitle", date(2024, 1, 2)),
        Document("Types of cheese:19", "Cheese."),
        Document("empty", "  "),
    ]
    names = write_documents(documents, tmp_path / "articles")
    assert names == {"plain-1": "plain-1", "Types of cheese:19": article_id("Types of cheese:19")}
    written = (tmp_path / "articles" / "plain-1.txt").read_text(encoding="utf-8")
    assert written == "A title\nPublished: 2024-01-02\n\nText.\n"
    (tmp_path / "articles" / "mine.txt").write_text("x")
    with pytest.raises(QuestionSetError, match="which is not of this question set"):
        write_documents(documents, tmp_path / "articles")


def test_ids_that_differ_stay_apart() -> None:
    ids = ["a:b", "a/b", "a b", "a-b", "..", "", "a" * 300, "智谱", "con.txt"]
    assert len({article_id(name) for name in ids}) == len(ids)
    assert all("/" not in article_id(name) and ".." not in article_id(name) for name in ids)


def test_a_quote_is_found_wherever_it_stands() -> None:
    text = "The toll ended.  The\ntoll ended. The toll"
    assert occurrences(text, "The toll") == [(0, 8), (17, 25), (33, 41)]
    assert occurrences(text, "ended. The toll") == [(9, 25), (26, 41)]
    assert occurrences(text, " ended.\n The toll ") == [(9, 25), (26, 41)]
    assert occurrences(text, "absent") == []


def test_offsets_hold_only_where_the_quote_stands_there() -> None:
    right = spans_of(Evidence("tower", "The tower", 0, 9), ARTICLES)
    moved = spans_of(Evidence("tower", "The tower", 5, 14), ARTICLES)
    assert right == moved


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        pytest.param(Evidence("brigde", "x"), "there is no article 'brigde'", id="article"),
        pytest.param(Evidence("bridge", "It shut"), "the quote 'It shut' is not in", id="quote"),
        pytest.param(Evidence("bridge", start=0, end=9999), "'end' is 9999", id="offsets"),
        pytest.param(Evidence("bridge", "It", 0, 2), "has 'Th' at [0:2]", id="both"),
    ],
)
def test_check_finds_what_is_not_in_the_articles(evidence: Evidence, message: str) -> None:
    question = Question("q", "Why?", evidence=(evidence,), line=12)
    (problem,) = check_places([question], ARTICLES)
    assert problem.line == 12
    assert message in problem.message


def test_check_finds_articles_that_are_not_there() -> None:
    question = Question("q", "Why?", relevant={"bridge": 1, "moat": 1}, line=4)
    assert check_places([question], ARTICLES) == [
        Problem(4, "there is no article 'moat'; there are 3, such as 'bridge'")
    ]


def test_the_small_set_is_right() -> None:
    assert check_places(QUESTIONS.questions, ARTICLES) == []
