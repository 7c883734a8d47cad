"""What other people's tools read: their numbers of the same run must be ours."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from rag.evaluate import evaluate, load_questions
from rag.evaluate.exports import export
from rag.evaluate.run import Run
from tests.evaluate.keyword_assistant import QUESTIONS, KeywordAssistant


@pytest.fixture(scope="module")
def run() -> Run:
    return evaluate(KeywordAssistant(), QUESTIONS, name="a run")


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    written = export(run, folder)
    assert sorted(path.name for path in written) == sorted(path.name for path in folder.iterdir())
    return folder


def test_trec_files_give_the_same_numbers(run: Run, folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import ir_measures
    qrels = list(ir_measures.read_trec_qrels(str(folder / "qrels.trec")))
    ranked = list(ir_measures.read_trec_run(str(folder / "run.trec")))
    for theirs, ours in (("nDCG@10", "ndcg@10"), ("RR", "mrr"), ("R@10", "recall@10")):
        measure = ir_measures.parse_measure(theirs)
        found = ir_measures.calc_aggregate([measure], qrels, ranked)[measure]
        assert found == pytest.approx(run.figures[ours].value)


def test_trec_lines_have_their_columns(folder: Path) -> None:
    ranked = (folder / "run.trec").read_text(encoding="utf-8").splitlines()
    assert ranked[0].split() == ["q1", "Q0", "evidence-1", "1", ranked[0].split()[4], "a%20run"]
    assert all(len(line.split()) == 6 for line in ranked)
    qrels = (folder / "qrels.trec").read_text(encoding="utf-8").splitlines()
    assert qrels[0] == "q1 0 evidence-1 1"
    assert len(qrels) == 10


def test_squad_files_give_the_same_numbers(run: Run, folder: Path) -> None:
    from tests.evaluate.test_answer_marks import squad_f1

    predictions = json.loads((folder / "squad_predictions.json").read_text(encoding="utf-8"))
    chances = json.loads((folder / "squad_no_answer.json").read_text(encoding="utf-8"))
    assert predictions.keys() == chances.keys() == {q.id for q in QUESTIONS.questions}
    scores = [
        max(squad_f1(predictions[q.id], gold) for gold in (q.answers or ("",)))
        for q in QUESTIONS.questions
    ]
    assert sum(scores) / len(scores) == pytest.approx(run.figures["f1_all"].value)
    for record in run.records:
        assert chances[record.question.id] == pytest.approx(1 - record.seen.confidence, abs=1e-6)


def test_ragas_rows_can_be_read_back_as_questions(folder: Path) -> None:
    lines = (folder / "ragas.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert rows[0]["reference"] == "1932"
    assert rows[0]["response"] == "The bridge opened in March 1932."
    assert rows[0]["retrieved_contexts"][0] == "The bridge opened in March 1932."
    again = load_questions(folder / "ragas.jsonl")
    assert [q.question for q in again.questions] == [q.question for q in QUESTIONS.questions]
    assert again.questions[0].answers == ("1932",)


def test_a_search_has_no_answers_to_export(tmp_path: Path) -> None:
    only = evaluate(KeywordAssistant(), QUESTIONS, part="retrieval")
    assert [path.name for path in export(only, tmp_path)] == ["run.trec", "qrels.trec"]
    answered = evaluate(KeywordAssistant(), QUESTIONS, part="answers")
    assert "run.trec" not in [path.name for path in export(answered, tmp_path / "more")]
