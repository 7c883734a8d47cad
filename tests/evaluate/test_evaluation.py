"""Whole runs over a small assistant: figures by hand, resuming, and planted regressions caught."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag.datatypes import Message
from rag.errors import GateError, QuestionSetError
from rag.evaluate import evaluate
from rag.evaluate.ablate import ablate, variants
from rag.evaluate.compare import compare
from rag.evaluate.gate import check_gate, read_gate
from rag.evaluate.judge import judge
from rag.evaluate.metrics import METRICS
from rag.evaluate.questions import Evidence, Question, QuestionSet
from rag.evaluate.run import Run
from rag.evaluate.summary import values
from tests.evaluate.keyword_assistant import ARTICLES, QUESTIONS, KeywordAssistant


@pytest.fixture(scope="module")
def run() -> Run:
    return evaluate(KeywordAssistant(), QUESTIONS)


def one(question: Question, **spoiled: object) -> Run:
    questions = QuestionSet("one", Path("one.jsonl"), (question,))
    return evaluate(KeywordAssistant().spoiled(**spoiled), questions)


def marks(question: Question, **spoiled: object) -> dict[str, float]:
    return dict(one(question, **spoiled).records[0].marks)


def test_every_mark_of_one_answer_by_hand() -> None:
    question = Question(
        "q",
        "When did the bridge open?",
        answers=("March 1932",),
        all_of=(("1932",), ("noon",)),
        evidence=(Evidence("bridge", "in March 1932"), Evidence("canal", "Digging")),
    )
    # It answers "The bridge opened in March 1932." and cites that sentence.
    found = marks(question)
    assert found["contains"] == 1
    assert found["em"] == found["em_all"] == 0
    assert found["f1"] == found["f1_all"] == pytest.approx(2 * (2 / 5) * 1 / (2 / 5 + 1))
    assert found["rouge_l"] == pytest.approx(2 * (2 / 6) * 1 / (2 / 6 + 1))
    assert found["all_of"] == 0.5
    assert found["right"] == 0
    assert found["words"] == 6
    assert found["cited"] == found["slices"] == found["support"] == 1
    assert found["citation_precision"] == 1
    assert found["citation_recall"] == 0.5
    assert found["right_article"] == 1
    assert found["hit@1"] == found["mrr"] == 1
    assert found["recall@10"] == found["context_recall"] == 0.5


def test_a_declined_answer_counts_0_where_there_is_one() -> None:
    question = Question(
        "q", "Zebra?", answers=("1932",), evidence=(Evidence("bridge", "in March 1932"),)
    )
    found = marks(question)
    zero = {"em", "f1", "contains", "rouge_l", "em_all", "f1_all", "right", "hit@10", "mrr"}
    zero |= {"citation_precision", "citation_recall", "right_article", "context_precision"}
    assert {name for name, value in found.items() if value == 0} >= zero
    assert not {"words", "cited", "slices", "support"} & found.keys()


def test_of_talk_nothing_was_to_be_found_unless_the_set_names_a_place() -> None:
    greeting = Question("q", "When did the bridge open?", answers=("1932",))
    placed = replace(greeting, evidence=(Evidence("bridge", "in March 1932"),))
    seen = one(greeting).records[0].seen
    said = tuple(replace(statement, citations=()) for statement in seen.statements)
    seen = replace(seen, context=(), statements=said)
    to_find = {"citation_precision", "citation_recall", "hit@5", "context_recall"}
    for question, found in ((greeting, set()), (placed, to_find)):
        (record,) = judge((question,), {"q": seen}, KeywordAssistant().articles, part="all")
        assert to_find & record.marks.keys() == found
        assert record.marks["contains"] == 1


def test_an_error_takes_the_place_of_the_answer() -> None:
    run = one(Question("q", "Why?", answers=("so",)))
    assert run.records[0].seen.error == ""
    broken = one(Question("q", "What?", answers=("so",)))
    assert broken.records[0].seen.error == "the question is empty: type a question"
    assert broken.figures["right"].value == 0
    assert broken.figures["answered"].value == 0


def test_declining_is_right_where_the_articles_do_not_say() -> None:
    question = Question("q", "Zebra?", answerable=False)
    assert marks(question) == {"em_all": 1.0, "f1_all": 1.0, "right": 1.0}
    found = marks(Question("q", "Zebra lakes?", answerable=False), declines=False)
    assert found["right"] == found["em_all"] == 0


@pytest.mark.parametrize(
    ("question", "right"),
    [
        pytest.param(Question("q", "bridge opened", answers=("1932",)), True, id="contained"),
        pytest.param(Question("q", "bridge opened", answers=("1881",)), False, id="other"),
        pytest.param(
            Question("q", "bridge opened", answers=("1932",), none_of=("March",)), False, id="none"
        ),
        pytest.param(
            Question("q", "bridge opened", all_of=(("1932",), ("March", "spring"))), True, id="all"
        ),
        pytest.param(
            Question(
                "q",
                "toll of six pence asked at first",
                answers=("In the first years a toll of six pence was asked of everybody",),
            ),
            True,
            id="half of a long one",
        ),
        pytest.param(
            Question(
                "q",
                "bridge opened",
                answers=("Nobody alive today can still say which of the many days it had been",),
                relevant={"bridge": 1},
            ),
            True,
            id="cited for a long one",
        ),
        pytest.param(
            Question("q", "bridge opened", evidence=(Evidence("bridge", "in March"),)),
            True,
            id="cited",
        ),
    ],
)
def test_what_is_right(question: Question, right: bool) -> None:
    assert one(question).records[0].is_right is right


def test_no_question_disappears(run: Run) -> None:
    assert len(run.records) == len(QUESTIONS.questions)
    assert run.figures["right"].count == 14
    assert run.figures["contains"].count == run.figures["hit@1"].count == 10
    assert run.figures["citation_precision"].count == 10
    assert run.figures["decline_recall"].count == 4


def test_the_figures_of_declining_by_hand(run: Run) -> None:
    declined = {r.question.id for r in run.records if r.seen.outcome == "declined"}
    # The two misspelt ones share no word; of the four unanswerable ones, all are declined.
    assert declined == {"q9", "q10", "q11", "q12", "q13", "q14"}
    assert run.figures["answered"].value == pytest.approx(8 / 14)
    assert run.figures["answered_answerable"].value == pytest.approx(8 / 10)
    assert run.figures["decline_precision"].value == pytest.approx(4 / 6)
    assert run.figures["decline_recall"].value == 1
    assert run.figures["decline_f1"].value == pytest.approx(2 * 4 / (6 + 4))


def test_declining_is_as_sklearn_counts(run: Run) -> None:
    from sklearn.metrics import precision_recall_fscore_support

    truth = [not record.question.answerable for record in run.records]
    said = [record.seen.outcome == "declined" for record in run.records]
    expected = precision_recall_fscore_support(truth, said, average="binary")[:3]
    names = ("decline_precision", "decline_recall", "decline_f1")
    assert [run.figures[name].value for name in names] == pytest.approx(list(expected))


def test_an_interval_holds_its_value(run: Run) -> None:
    for figure in run.figures.values():
        assert figure.low <= figure.value <= figure.high


def test_kinds_have_their_own_figures(run: Run) -> None:
    assert sorted(run.kinds) == ["date", "fact", "misspelt", "unanswerable"]
    assert run.kinds["misspelt"]["right"].value == 0
    assert run.kinds["date"]["right"].count == 3


def test_every_metric_can_be_measured(run: Run) -> None:
    asked = replace(QUESTIONS.questions[0], all_of=(("1932",),))
    extended = evaluate(KeywordAssistant(), replace(QUESTIONS, questions=(asked,)))
    assert {m.name for m in METRICS} == run.figures.keys() | extended.figures.keys()


def test_two_runs_give_the_same_numbers(run: Run) -> None:
    again = evaluate(KeywordAssistant(), QUESTIONS)
    assert values(again.figures) == values(run.figures)
    assert [r.marks for r in again.records] == [r.marks for r in run.records]


def test_a_run_is_read_as_it_was_saved(run: Run, tmp_path: Path) -> None:
    run.save(tmp_path / "run.json")
    assert Run.load(tmp_path / "run.json").to_dict() == run.to_dict()
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"format": 99}', '{"format": 1}'], ids=lambda text: text or "empty"
)
def test_what_is_no_run_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(QuestionSetError, match=r"not a run that was saved|a run in format 99"):
        Run.load(tmp_path / "run.json")


def test_a_run_cut_off_is_resumed(run: Run, tmp_path: Path) -> None:
    journal = tmp_path / "run.json.part"
    cut = KeywordAssistant(fails_at=5)
    with pytest.raises(KeyboardInterrupt):
        evaluate(cut, QUESTIONS, journal=journal)
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"id": "q6", "searched')  # A line that was being written.
    after = KeywordAssistant()
    resumed = evaluate(after, QUESTIONS, journal=journal, resume=True)
    assert len(cut.asked) == 5
    assert len(after.asked) == len(QUESTIONS.questions) - 5
    assert values(resumed.figures) == values(run.figures)
    assert journal.exists()  # until the run is saved: it would be lost with a full disk


def test_without_resume_everything_is_asked_again(tmp_path: Path) -> None:
    journal = tmp_path / "run.json.part"
    with pytest.raises(KeyboardInterrupt):
        evaluate(KeywordAssistant(fails_at=5), QUESTIONS, journal=journal)
    after = KeywordAssistant()
    evaluate(after, QUESTIONS, journal=journal)
    assert len(after.asked) == len(QUESTIONS.questions)


def test_a_journal_of_another_run_is_refused(tmp_path: Path) -> None:
    journal = tmp_path / "run.json.part"
    with pytest.raises(KeyboardInterrupt):
        evaluate(KeywordAssistant(fails_at=5), QUESTIONS, journal=journal)
    with pytest.raises(QuestionSetError, match="its settings are not those of this run"):
        evaluate(KeywordAssistant().spoiled(shift=1), QUESTIONS, journal=journal, resume=True)
    with pytest.raises(QuestionSetError, match="its questions are not those of this run"):
        evaluate(KeywordAssistant(), QUESTIONS.limited(3), journal=journal, resume=True)
    without = {name: item for name, item in ARTICLES.items() if name != "canal"}
    with pytest.raises(QuestionSetError, match="its articles are not those of this run"):
        evaluate(
            KeywordAssistant(without),
            QuestionSet("s", Path("s"), QUESTIONS.questions, documents=(object(),)),  # type: ignore[arg-type]
            journal=journal,
            resume=True,
        )


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    evaluate(KeywordAssistant(), QUESTIONS.limited(2), progress=lambda *args: told.append(args))
    assert told == [("questions", 0, 2), ("questions", 1, 2), ("questions", 2, 2)]


def test_evidence_that_is_nowhere_is_an_error() -> None:
    wrong = Question("q", "Why?", evidence=(Evidence("moat", "x"),), line=7)
    with pytest.raises(QuestionSetError, match=r"set.jsonl, line 7: there is no article 'moat'"):
        evaluate(KeywordAssistant(), QuestionSet("s", Path("set.jsonl"), (wrong,)))


def test_follow_ups_are_searched_for_as_they_were_understood() -> None:
    history: Sequence[Message] = ({"role": "user", "content": "Who cast the bell?"},)
    question = Question("q", "Where?", history=tuple(history), relevant={"tower": 1})
    assert one(question).records[0].marks["hit@1"] == 1
    alone = evaluate(KeywordAssistant(), QuestionSet("s", Path("s"), (question,)), part="retrieval")
    assert alone.records[0].marks["hit@1"] == 0
    told = evaluate(
        KeywordAssistant(),
        QuestionSet("s", Path("s"), (question,)),
        part="retrieval",
        standalone=lambda asked, turns: f"{turns[-1]['content']} {asked}",
    )
    assert told.records[0].marks["hit@1"] == 1


def test_retrieval_only_asks_nothing(run: Run) -> None:
    assistant = KeywordAssistant()
    only = evaluate(assistant, QUESTIONS, part="retrieval")
    assert assistant.asked == []
    assert only.figures.keys() == {
        "hit@1", "hit@5", "hit@10", "recall@5", "recall@10", "mrr", "ndcg@5", "ndcg@10",
        "seconds_p50", "seconds_p95",
    }  # fmt: skip
    assert only.figures["mrr"].value == run.figures["mrr"].value


def test_answers_only_searches_no_further(run: Run) -> None:
    only = evaluate(KeywordAssistant(), QUESTIONS, part="answers")
    assert "mrr" not in only.figures
    assert all(not record.seen.ranked for record in only.records)
    assert only.figures["right"] == run.figures["right"]
    assert only.figures["context_recall"] == run.figures["context_recall"]


# Planted regressions: each is to be caught by a gate and by the comparison with a baseline.

GATE = """
[minimum]
"hit@5" = 0.9
citation_precision = 0.7
decline_recall = 0.9
support = 0.95

[maximum]
risk_coverage_area = 0.5

[kind.misspelt.minimum]
"hit@5" = 0.9
"""

REGRESSIONS = {
    "vector leg off": ({"vector": False}, "hit@5"),
    "citations shifted by one sentence": ({"shift": 1}, "citation_precision"),
    "never declining": ({"declines": False}, "decline_recall"),
}


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gate") / "gate.toml"
    path.write_text(GATE, encoding="utf-8")
    return path


def larger(questions: QuestionSet, times: int) -> QuestionSet:
    """The set several times over, so that a test can be sure of a difference."""
    repeated = [
        replace(question, id=f"{question.id}-{turn}")
        for turn in range(times)
        for question in questions.questions
    ]
    return replace(questions, questions=tuple(repeated))


def test_a_gate_of_a_kind_is_kept_by_a_set_of_that_kind_alone(gate: Path) -> None:
    alone = [question for question in QUESTIONS.questions if question.kind == "misspelt"]
    of_one = evaluate(KeywordAssistant(), replace(QUESTIONS, questions=tuple(alone)))
    bounds = tuple(bound for bound in read_gate(gate) if bound.kind)
    assert bounds
    check_gate(of_one, bounds)


def test_the_gate_holds_for_what_is_sound(run: Run, gate: Path) -> None:
    bounds = read_gate(gate)
    assert {bound.metric for bound in bounds} == {
        "hit@5", "citation_precision", "decline_recall", "support", "risk_coverage_area",
    }  # fmt: skip
    check_gate(run, bounds)


@pytest.mark.parametrize("name", REGRESSIONS)
def test_a_regression_is_caught_by_the_gate(name: str, gate: Path) -> None:
    spoiled, metric = REGRESSIONS[name]
    broken = evaluate(KeywordAssistant().spoiled(**spoiled), QUESTIONS)
    with pytest.raises(GateError, match=f"{metric}.* is .*, (below|above) "):
        check_gate(broken, read_gate(gate))


@pytest.mark.parametrize("name", REGRESSIONS)
def test_a_regression_is_caught_by_the_baseline(name: str) -> None:
    spoiled, metric = REGRESSIONS[name]
    questions = larger(QUESTIONS, 4)
    before = evaluate(KeywordAssistant(), questions)
    after = evaluate(KeywordAssistant().spoiled(**spoiled), questions)
    comparison = compare(before, after)
    assert metric in {difference.metric for difference in comparison.worse}
    equal = compare(before, evaluate(KeywordAssistant(), questions))
    assert not [d for d in equal.differences if d.verdict and not d.metric.startswith("seconds")]


def test_questions_that_turned_are_listed_with_both_answers(run: Run) -> None:
    after = evaluate(KeywordAssistant().spoiled(declines=False), QUESTIONS)
    comparison = compare(run, after)
    assert comparison.shared == 14
    assert {turned.after.question.id for turned in comparison.turned_right} == {"q9", "q10"}
    turned = {turned.after.question.id: turned for turned in comparison.turned_wrong}
    assert "q12" in turned
    assert turned["q12"].before.seen.outcome == "declined"
    assert "Lindau" in turned["q12"].after.seen.text
    back = compare(after, run)
    assert {t.after.question.id for t in back.turned_right} == set(turned)


def test_runs_of_other_questions_or_parts_are_not_compared(run: Run) -> None:
    renamed = tuple(replace(q, id=f"other-{q.id}") for q in QUESTIONS.questions)
    other = evaluate(KeywordAssistant(), replace(QUESTIONS, questions=renamed))
    with pytest.raises(QuestionSetError, match="no question in common"):
        compare(run, other)
    with pytest.raises(QuestionSetError, match="run both with the same --only"):
        compare(run, evaluate(KeywordAssistant(), QUESTIONS, part="retrieval"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[minimum\n", "not TOML", id="toml"),
        pytest.param("", "holds no bound", id="empty"),
        pytest.param("[minimum]\nrigth = 1", "'rigth'; did you mean right?", id="name"),
        pytest.param("[minimum]\nright = 'x'", "right must be a number, got 'x'", id="value"),
        pytest.param("[minimum]\nright = 80", "right is a share, from 0 to 1, got 80", id="share"),
        pytest.param("[least]\nright = 1", "'least' is not a table", id="table"),
        pytest.param("kind = 1", "'kind' must be a table", id="kind"),
    ],
)
def test_a_gate_that_is_wrong_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(text)
    with pytest.raises(QuestionSetError) as caught:
        read_gate(path)
    assert message in str(caught.value)


def test_a_bound_that_was_not_measured_does_not_hold(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text("[minimum]\nall_of = 0.1\n[kind.moon.minimum]\nright = 0.1\n")
    with pytest.raises(GateError) as caught:
        check_gate(run, read_gate(path))
    told = str(caught.value)
    assert "all_of was not measured" in told
    assert "right of moon was not measured" in told


def test_ablation_runs_every_variant() -> None:
    opened: list[dict[str, str]] = []

    def open_variant(changes: dict[str, str]) -> KeywordAssistant:
        opened.append(dict(changes))
        leg = changes.get("retriever")
        return KeywordAssistant().spoiled(lexical=leg != "vector", vector=leg != "lexical")

    names = variants(["retriever", "reader", "port"])
    runs = ablate(open_variant, QUESTIONS, names, part="retrieval")
    assert [run.name for run in runs] == list(names)
    assert opened == [
        {"retriever": "lexical", "reader": "none"},
        {"retriever": "vector", "reader": "none"},
        {"reader": "none"},
        {},
    ]
    found = [run.figures["hit@10"].value for run in runs]
    assert found[0] < found[1] <= found[2] == found[3]


def test_a_run_of_ragas_rows_survives_saving(tmp_path: Path) -> None:
    question = Question("q", "Who cast the bell?", evidence=(Evidence(None, "Ivo Brandt"),))
    run = one(question)
    run.save(tmp_path / "run.json")
    loaded = Run.load(tmp_path / "run.json")
    assert loaded.records[0].question == question
    assert json.loads((tmp_path / "run.json").read_text())["records"][0]["is_right"] is True
