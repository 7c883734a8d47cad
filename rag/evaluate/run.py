"""`evaluate`: ask every question, judge the answers, keep it all in a Run.

A run cut off is resumed from its journal: a header, then one line for each question asked.
The same assistant and questions give the same numbers; only times differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from rag.config import Config
from rag.datatypes import Article, Progress
from rag.errors import QuestionSetError
from rag.evaluate.judge import Record, judge
from rag.evaluate.observe import (
    KEPT_TEXTS,
    Answerer,
    Observation,
    Part,
    Standalone,
    observe,
    observed,
)
from rag.evaluate.places import check_places
from rag.evaluate.questions import Evidence, FormError, Question, QuestionSet, parse_question
from rag.evaluate.ranking import Ranking
from rag.evaluate.summary import Figure, by_kind, stage_seconds, summarise

DEPTH = 20
FORMAT = 1


@dataclass(frozen=True)
class Run:
    """One evaluation: what was asked of what, under which settings, and every record.

    `settings` is the assistant's configuration; `part` which half was evaluated; `depth` how many
    passages a search was followed; `titles` names the articles that come up; `started` is in UTC.
    """

    name: str
    questions_sha256: str
    settings: Mapping[str, Any]
    part: Part
    depth: int
    articles: int
    titles: Mapping[str, str]
    started: str
    records: tuple[Record, ...]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Every metric that applies, over all questions."""
        return summarise(self.records)

    @cached_property
    def kinds(self) -> dict[str, dict[str, Figure]]:
        """The same by kind of question; empty where there are fewer than two kinds."""
        return by_kind(self.records)

    @cached_property
    def stages(self) -> dict[str, tuple[float, float]]:
        """The median and the 95th percentile of each stage's time, in seconds."""
        return stage_seconds(self.records)

    def renamed(self, name: str) -> Run:
        """The same run under another name."""
        return replace(self, name=name)

    def to_dict(self) -> dict[str, Any]:
        """The run as its JSON file holds it; `figures`, `kinds` and `stages` are for readers."""
        return {
            "format": FORMAT,
            "name": self.name,
            "questions_sha256": self.questions_sha256,
            "settings": dict(self.settings),
            "part": self.part,
            "depth": self.depth,
            "articles": self.articles,
            "titles": dict(self.titles),
            "started": self.started,
            "figures": {name: figure.to_dict() for name, figure in self.figures.items()},
            "kinds": {
                kind: {name: figure.to_dict() for name, figure in figures.items()}
                for kind, figures in self.kinds.items()
            },
            "stages": {s: {"p50": p50, "p95": p95} for s, (p50, p95) in self.stages.items()},
            "records": [_record_to_dict(record) for record in self.records],
        }

    def save(self, path: str | Path) -> None:
        """Write the run to a JSON file, whole or not at all."""
        write_whole(Path(path), json.dumps(self.to_dict(), ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """The run that `save` wrote. Raises QuestionSetError where the file is not one."""
        from rag.evaluate.lines import read_text

        try:
            row = json.loads(read_text(Path(path)))
            if row["format"] != FORMAT:
                raise QuestionSetError(
                    f"{path}: a run in format {row['format']}, this version reads {FORMAT}; "
                    "evaluate again"
                )
            return cls(
                name=row["name"],
                questions_sha256=row["questions_sha256"],
                settings=row["settings"],
                part=row["part"],
                depth=row["depth"],
                articles=row["articles"],
                titles=row["titles"],
                started=row["started"],
                records=tuple(_record_of(record) for record in row["records"]),
            )
        except (json.JSONDecodeError, KeyError, TypeError, ValueError, FormError) as error:
            raise QuestionSetError(
                f"{path}: not a run that was saved with --json ({type(error).__name__}: {error})"
            ) from error


def evaluate(
    assistant: Answerer,
    questions: QuestionSet,
    *,
    part: Part = "all",
    depth: int = DEPTH,
    name: str | None = None,
    journal: Path | None = None,
    resume: bool = False,
    standalone: Standalone | None = None,
    progress: Progress | None = None,
) -> Run:
    """The run of the assistant over the questions.

    `part` "retrieval" only searches, "answers" only asks, "all" does both: the search is then for
    what the assistant made of the question. `depth` passages of each search are looked at.
    `journal` is a file to note each question in; with `resume`, what stands there is not asked
    again. The file stays, for whoever saves the run to remove. `standalone` reads a conversation
    into its last question, for "retrieval". `progress` is told ("questions", done, total).

    Raises QuestionSetError where the set names articles or quotes that are not there, or where
    the journal is of another run.
    """
    articles = assistant.articles
    # What came with the set's own documents was written out by us; only its words may have moved.
    problems = check_places(questions.questions, articles) if not questions.documents else []
    if problems:
        more = f" ({len(problems) - 1} more; --check lists them)" if len(problems) > 1 else ""
        raise QuestionSetError(problems[0].at(questions.source) + more)
    settings = _settings(assistant)
    digest = fingerprint(questions.questions)
    header = {
        "journal": FORMAT,
        "questions_sha256": digest,
        "settings": settings,
        "articles_sha256": _articles_digest(articles),
        "part": part,
        "depth": depth,
    }
    started = datetime.now(UTC).isoformat(timespec="seconds")
    done = _read_journal(journal, header) if journal is not None and resume else {}
    total = len(questions.questions)
    with _journal(journal, header, done) as note:
        for number, question in enumerate(questions.questions):
            if progress is not None:
                progress("questions", number, total)
            if question.id not in done:
                done[question.id] = observe(
                    assistant, question, part=part, depth=depth, standalone=standalone
                )
                note(done[question.id])
    if progress is not None:
        progress("questions", total, total)
    records = judge(questions.questions, done, articles, part=part)
    return Run(
        name=name or questions.name,
        questions_sha256=digest,
        settings=settings,
        part=part,
        depth=depth,
        articles=len(articles),
        titles=_titles(records, articles),
        started=started,
        records=records,
    )


def _titles(records: Sequence[Record], articles: Mapping[str, Article]) -> dict[str, str]:
    """The titles of the articles that a report of the records names."""
    named: set[str] = set()
    for record in records:
        seen = record.seen
        passages = (*seen.context, *seen.ranked[:KEPT_TEXTS])
        named |= {passage.article_id for passage in passages}
        named |= {citation.article_id for citation in seen.citations}
        named |= {item.article for item in record.question.evidence if item.article is not None}
        named |= record.question.relevant.keys()
    return {name: articles[name].title for name in sorted(named) if name in articles}


def fingerprint(questions: Sequence[Question]) -> str:
    """The SHA-256 of the questions in the project's own form, in hexadecimal."""
    digest = hashlib.sha256()
    for question in questions:
        row = json.dumps(question.to_dict(), ensure_ascii=False, sort_keys=True)
        digest.update(row.encode() + b"\n")
    return digest.hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that it is there whole or as it was before."""
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise QuestionSetError(f"{path}: cannot be written ({error.strerror})") from error


def _settings(assistant: Answerer) -> dict[str, Any]:
    """The assistant's `config` as JSON holds it; {} where it has none."""
    config = getattr(assistant, "config", None)
    if config is None or not is_dataclass(config) or isinstance(config, type):
        return {}
    values = config.in_force() if isinstance(config, Config) else asdict(config)
    settings: dict[str, Any] = json.loads(json.dumps(values, default=str))
    return settings


def _articles_digest(articles: Mapping[str, Article]) -> str:
    digest = hashlib.sha256()
    for article_id in sorted(articles):
        digest.update(f"{article_id}\0{articles[article_id].text}\0".encode())
    return digest.hexdigest()


@contextmanager
def _journal(
    path: Path | None, header: Mapping[str, Any], done: Mapping[str, Observation]
) -> Iterator[Callable[[Observation], None]]:
    """A function that notes an observation; with a path, in that file, flushed line by line."""
    if path is None:
        yield lambda _: None
        return
    lines = [json.dumps(header, ensure_ascii=False)]
    lines += [json.dumps(seen.to_dict(), ensure_ascii=False) for seen in done.values()]
    write_whole(path, "".join(f"{line}\n" for line in lines))
    with path.open("a", encoding="utf-8", newline="\n") as file:

        def note(seen: Observation) -> None:
            file.write(json.dumps(seen.to_dict(), ensure_ascii=False) + "\n")
            file.flush()

        yield note


def _read_journal(path: Path, header: Mapping[str, Any]) -> dict[str, Observation]:
    """The observations in a journal; {} where there is none. A last line cut off is left out.

    Raises QuestionSetError where it is of other questions, settings or articles.
    """
    if not path.exists():
        return {}
    lines = path.read_bytes().decode("utf-8", errors="replace").split("\n")
    try:
        written = json.loads(lines[0])
    except json.JSONDecodeError:
        written = {}
    differing = [key for key, value in header.items() if written.get(key) != value]
    if differing:
        what = differing[0].removesuffix("_sha256")
        raise QuestionSetError(
            f"{path}: cannot be resumed, its {what} are not those of this run; run without --resume"
        )
    done: dict[str, Observation] = {}
    for line in lines[1:-1]:  # Only what ends in a line break was written whole.
        try:
            seen = observed(json.loads(line))
        except (json.JSONDecodeError, KeyError, TypeError):
            break
        done[seen.id] = seen
    return done


def _record_to_dict(record: Record) -> dict[str, Any]:
    return {
        "question": record.question.to_dict(),
        "seen": record.seen.to_dict(),
        "marks": dict(record.marks),
        "is_right": record.is_right,
        "ranking": {"units": list(record.ranking.units), "grades": dict(record.ranking.grades)},
        "leg_ranks": dict(record.leg_ranks),
        "right_markers": list(record.right_markers),
        "right_places": list(record.right_places),
    }


def _record_of(row: Mapping[str, Any]) -> Record:
    return Record(
        question=_question_of(row["question"]),
        seen=observed(row["seen"]),
        marks=row["marks"],
        is_right=row["is_right"],
        ranking=Ranking(tuple(row["ranking"]["units"]), row["ranking"]["grades"]),
        leg_ranks=row["leg_ranks"],
        right_markers=tuple(row["right_markers"]),
        right_places=tuple(row["right_places"]),
    )


def _question_of(row: Mapping[str, Any]) -> Question:
    """The question of a run; unlike one of a set, its evidence may name no article."""
    placed = [evidence for evidence in row.get("evidence", []) if evidence["article"] is not None]
    loose = [evidence for evidence in row.get("evidence", []) if evidence["article"] is None]
    open_question = {**row, "evidence": placed, "none_of": row.get("none_of", [])}
    if not (placed or row.get("answers") or row.get("all_of") or row.get("relevant")):
        open_question["answerable"] = False
    question = parse_question(open_question, 0)
    evidence = (*question.evidence, *(Evidence(None, quote=item["quote"]) for item in loose))
    return replace(question, evidence=evidence, answerable=row.get("answerable", True))
