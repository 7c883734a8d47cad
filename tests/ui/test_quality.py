"""The Quality view without a browser: what is offered, one run at a time, what its HTML holds."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.backend import Opening
from rag.datatypes import Answer, Message
from rag.hosting.guard import HEADERS, REPORT_HEADERS, REPORTS
from rag.hosting.room import Room
from rag.ui import quality
from rag.ui.evaluating import UNEXPECTED, Evaluation, EvaluationProgress, Evaluations
from rag.ui.question_sets import question_sets
from rag.ui.reports import KEPT, Reports
from tests.browser.fake import KeywordAssistant, article
from tests.browser.served import ARTICLES
from tests.evaluate.keyword_assistant import HOSTILE, hostile_run
from tests.hosting.test_guard import respond

WAIT_S = 60
TOWER = article("tower", "The tower", "The tower was built in 1904. It is 31 metres high.")
ROWS = [
    {"id": "q1", "question": "When was the tower built?", "answers": ["1904"], "kind": "date"},
    {"id": "q2", "question": "Who painted zebras?", "answerable": False, "kind": "absent"},
]


class Tags(HTMLParser):
    """The elements and texts of a piece of HTML."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def write_set(path: Path, rows: Sequence[object] = ROWS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


# What is offered


def test_the_sets_of_both_folders_are_offered_by_name_and_nothing_else(tmp_path: Path):
    own = write_set(tmp_path / "questions" / "own.jsonl")
    both = [write_set(tmp_path / folder / "both.jsonl") for folder in ("questions", "tests")]
    write_set(tmp_path / "tests" / "deeper" / "hidden.jsonl")
    write_set(tmp_path / "elsewhere.jsonl")
    (tmp_path / "tests" / "notes.txt").write_text("no", encoding="utf-8")
    (tmp_path / "tests" / "folder.jsonl").mkdir()
    assert question_sets(tmp_path) == {
        "questions/both": both[0],
        "own": own,
        "tests/both": both[1],
    }


def test_no_folder_offers_nothing_and_the_form_says_what_to_do(tmp_path: Path):
    assert question_sets(tmp_path) == {}
    form = Tags(quality.form_html({}))
    assert form.all("form") == []
    assert "There is no question set here yet." in " ".join(form.texts)


def test_the_form_offers_each_set_and_each_limit():
    form = Tags(quality.form_html(["a", HOSTILE], chosen=HOSTILE))
    values = [option["value"] for option in form.all("option")]
    assert values == ["a", HOSTILE, *quality.LIMITS]
    chosen = [option["value"] for option in form.all("option") if "selected" in option]
    assert chosen == [HOSTILE, "50"]
    labelled = {label["for"] for label in form.all("label")}
    assert labelled == {select["id"] for select in form.all("select")}
    assert [button["type"] for button in form.all("button")] == ["submit"]


def test_the_form_of_a_run_at_work_offers_to_stop_it_and_nothing_else():
    form = Tags(quality.form_html(["a"], chosen="a", limit="all", is_running=True))
    assert all("disabled" in select for select in form.all("select"))
    assert [button["data-do"] for button in form.all("button")] == ["halt"]
    assert [o["value"] for o in form.all("option") if "selected" in o] == ["a", "all"]


# How far it is


@pytest.mark.parametrize(
    ("progress", "told"),
    [
        (EvaluationProgress(0, 50, 3.0), "0 of 50"),
        (EvaluationProgress(37, 50, 11.4), "37 of 50, 5 s left"),  # 11.4 / 37 * 13 = 4.005
        (EvaluationProgress(37, 50, 11.3), "37 of 50, 4 s left"),  # 3.97
        (EvaluationProgress(1, 2000, 0.5), "1 of 2,000, 17 min left"),  # 999.5 s
        (EvaluationProgress(1, 20_000, 1.0), "1 of 20,000, 6 h left"),  # 19,999 s
        (EvaluationProgress(49, 50, 0.1), "49 of 50, 1 s left"),
    ],
)
def test_the_time_left_is_that_of_the_questions_so_far(progress: EvaluationProgress, told: str):
    assert quality.progress_text(progress) == told


@given(st.floats(0, 1e6))
def test_a_wait_is_never_told_shorter_than_it_is(seconds: float):
    number, unit = quality.seconds_text(seconds).split()
    assert int(number) * {"s": 1, "min": 60, "h": 3600}[unit] >= seconds
    assert int(number) >= 1


def test_progress_is_a_bar_between_reading_and_the_figures():
    assert "Reading the question set" in quality.progress_html(EvaluationProgress())
    assert "Working out the figures" in quality.progress_html(EvaluationProgress(50, 50, 9.0))
    bar = Tags(quality.progress_html(EvaluationProgress(3, 50, 1.0))).all("progress")
    assert [(b["max"], b["value"], b["aria-label"]) for b in bar] == [
        ("50", "3", "Questions asked")
    ]


def test_the_end_is_told_in_one_line():
    stopped = quality.stopped_html(EvaluationProgress(12, 50, 4.0))
    assert "Stopped after 12 of 50 questions." in stopped
    assert "Stopped." in quality.stopped_html(EvaluationProgress())
    assert "Asked 1 question in 2 s." in quality.done_html(EvaluationProgress(1, 1, 1.2))
    assert "(12 of 50, 13 s left)" in quality.busy_text(EvaluationProgress(12, 50, 4.0))
    assert "(" not in quality.busy_text(EvaluationProgress())


# The figures


def test_the_figures_show_the_runs_numbers_and_no_markup_of_its_texts():
    run = hostile_run()
    shown = Tags(quality.figures_html(run, report="report/x"))
    assert not {"script", "img"} & {tag for tag, _ in shown.tags}
    assert shown.texts.count(HOSTILE) == 2  # the set's name and a kind
    assert f"{run.figures['right'].value:.3f}" in shown.texts
    assert f"{len(run.records):,} questions, 4 of them" in " ".join(shown.texts)
    rows = re.findall(r"<td>(\d+)</td>", quality.figures_html(run, report=""))
    assert sum(map(int, rows)) == len(run.records)


def test_a_report_is_offered_only_where_there_is_one():
    run = hostile_run()
    offered = Tags(quality.figures_html(run, report="report/x")).all("button")
    assert [button["data-address"] for button in offered] == ["report/x"]
    assert Tags(quality.figures_html(run, report="")).all("button") == []


# Evaluations


class Gated(KeywordAssistant):
    """An assistant that says when it is asked, and answers when it is let."""

    def __init__(self) -> None:
        super().__init__([TOWER, *ARTICLES])
        self.asked, self.go_on = threading.Semaphore(0), threading.Semaphore(0)

    def ask(self, question: str, *, history: Sequence[Message] = ()) -> Answer:
        self.asked.release()
        assert self.go_on.acquire(timeout=WAIT_S)
        return super().ask(question, history=history)


def evaluations(
    assistant: KeywordAssistant | None = None, *, room: Room | None = None
) -> Evaluations:
    places = room or Room(1)
    opening = Opening.of(assistant or KeywordAssistant([TOWER]))
    return Evaluations(opening, gives_way=lambda: not places.is_empty)


def begin(of: Evaluations, questions: Path, limit: int | None = None) -> Evaluation:
    begun = of.begin("me", questions, limit=limit)
    assert begun is not None
    return begun


def ended(evaluation: Evaluation) -> Evaluation:
    assert evaluation.wait(WAIT_S)
    return evaluation


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return write_set(tmp_path / "questions" / "small.jsonl")


def test_an_evaluation_ends_in_a_run_and_its_report(questions: Path):
    done = ended(begin(evaluations(), questions))
    assert done.run is not None
    assert [record.is_right for record in done.run.records] == [True, True]
    assert done.report.startswith("<!doctype html>")
    assert (done.error, done.progress.done, done.progress.total) == ("", 2, 2)


def test_a_limit_is_kept(questions: Path):
    done = ended(begin(evaluations(), questions, limit=1))
    assert done.run is not None
    assert len(done.run.records) == 1


def test_one_runs_at_a_time_and_only_its_owner_stops_it(questions: Path):
    assistant = Gated()
    of = evaluations(assistant)
    first = begin(of, questions)
    assert assistant.asked.acquire(timeout=WAIT_S)
    assert of.begin("other", questions, limit=None) is None
    assert of.current is first
    of.stop("other")
    assert not first.stopped
    of.stop("me")
    assistant.go_on.release()
    ended(first)
    assert (first.run, first.error, first.report) == (None, "", "")
    assert not assistant.asked.acquire(timeout=0)  # the second question was not asked
    until_free(of)
    assistant.go_on.release(2)
    assert ended(begin(of, questions)).run is not None


def until_free(of: Evaluations) -> None:
    for _ in range(WAIT_S * 100):
        if of.current is None:
            return
        threading.Event().wait(0.01)
    raise AssertionError("the evaluation has not ended")


def test_an_evaluation_gives_way_to_answers(questions: Path):
    room = Room(2)
    assert room.enter(timeout_s=0)
    assistant = Gated()
    begun = begin(evaluations(assistant, room=room), questions)
    assert not assistant.asked.acquire(timeout=0.3)
    room.leave()
    assert assistant.asked.acquire(timeout=WAIT_S)
    assistant.go_on.release(2)
    assert ended(begun).run is not None


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([], "holds no questions"),
        (["x"], "line 1: a str, not an object"),
        ([{"question": "Why?"}], "line 1: nothing says what is right"),
        ([{**ROWS[0], "evidence": [{"article": "gone", "quote": "x"}]}], "gone"),
    ],
    ids=["empty", "no object", "no answer", "no such article"],
)
def test_a_bad_set_is_told_in_one_line(tmp_path: Path, rows: list[object], error: str):
    bad = write_set(tmp_path / "bad.jsonl", rows)
    done = ended(begin(evaluations(), bad))
    assert error in done.error
    assert "\n" not in done.error
    assert done.run is None


def test_a_bug_is_told_without_its_details(tmp_path: Path):
    rows = [{"question": "break", "answers": ["x"]}]
    done = ended(begin(evaluations(), write_set(tmp_path / "bug.jsonl", rows)))
    assert done.error == UNEXPECTED


# Reports


def test_a_session_has_one_report_and_it_can_be_dropped():
    reports = Reports()
    first, second = (reports.keep("me", text) for text in ("one", "two"))
    assert found(reports, first) is None
    assert found(reports, second) == "two"
    reports.drop("me")
    reports.drop("nobody")
    assert found(reports, second) is None
    assert len(reports) == 0


def test_the_oldest_report_goes_where_there_are_too_many():
    reports = Reports()
    kept = [reports.keep(str(number), str(number)) for number in range(KEPT + 1)]
    assert len(reports) == KEPT
    assert [found(reports, a) for a in (kept[0], kept[1], kept[-1])] == [None, "1", str(KEPT)]
    assert len(set(kept)) == KEPT + 1


def found(reports: Reports, where: str) -> str | None:
    assert f"/{where}".startswith(REPORTS)
    return reports.find(where.rsplit("/", 1)[1])


def test_a_report_is_sent_as_a_stranger_that_only_this_page_may_frame():
    status, headers, _ = respond(f"{REPORTS}abc")
    assert status == 200
    assert headers == {"a": "b", **REPORT_HEADERS}
    policy = headers["content-security-policy"]
    assert {"default-src 'none'", "frame-ancestors 'self'", "sandbox allow-scripts"} <= set(
        policy.split("; ")
    )
    assert "allow-same-origin" not in policy
    assert headers["cache-control"] == "no-store"
    assert respond("/reports")[1] == {"a": "b", **HEADERS}


# Room


def test_a_room_is_empty_when_all_have_left():
    room = Room(2)
    assert room.is_empty
    assert room.enter(timeout_s=0)
    assert room.enter(timeout_s=0)
    assert not room.enter(timeout_s=0)
    room.leave()
    assert not room.is_empty
    room.leave()
    assert room.is_empty
