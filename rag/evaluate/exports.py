"""A run in the forms that other people's tools score: TREC, SQuAD predictions, ragas JSON lines.

| file                     | for                                                               |
|--------------------------|-------------------------------------------------------------------|
| run.trec, qrels.trec     | trec_eval, ir_measures, ranx; the units are those of `ranking`     |
| squad_predictions.json   | the SQuAD 2.0 script: id -> answer, "" where declined              |
| squad_no_answer.json     | its --na-prob-file: id -> 1 - confidence                           |
| ragas.jsonl              | ragas: user_input, response, retrieved_contexts, reference, ...    |
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rag.datatypes import Message
from rag.evaluate.judge import Record
from rag.evaluate.run import Run, write_whole


def export(run: Run, folder: str | Path) -> tuple[Path, ...]:
    """Write every form that the run has something for; returns the files.

    Raises QuestionSetError where the folder cannot be written.
    """
    folder = Path(folder)
    files: dict[str, str] = {}
    if run.part != "answers":
        files["run.trec"] = trec_run(run.records, run.name)
        files["qrels.trec"] = trec_qrels(run.records)
    if run.part != "retrieval":
        files["squad_predictions.json"] = _json(squad_predictions(run.records))
        files["squad_no_answer.json"] = _json(squad_no_answer(run.records))
        files["ragas.jsonl"] = "".join(
            json.dumps(row, ensure_ascii=False) + "\n" for row in ragas_rows(run.records)
        )
    for name, text in files.items():
        write_whole(folder / name, text)
    return tuple(folder / name for name in files)


def trec_run(records: Sequence[Record], name: str) -> str:
    """Lines "query Q0 unit rank score tag", best first, spaces in names as %20.

    The score falls by one a rank: scores of different legs are on no common scale.
    """
    lines = []
    for record in records:
        units = record.ranking.units
        lines += [
            f"{_token(record.question.id)} Q0 {_token(unit)} {rank} {len(units) - rank + 1} "
            f"{_token(name)}\n"
            for rank, unit in enumerate(units, start=1)
        ]
    return "".join(lines)


def trec_qrels(records: Sequence[Record]) -> str:
    """Lines "query 0 unit grade" for every right unit."""
    return "".join(
        f"{_token(record.question.id)} 0 {_token(unit)} {grade}\n"
        for record in records
        for unit, grade in record.ranking.grades.items()
    )


def squad_predictions(records: Sequence[Record]) -> dict[str, str]:
    """Question id -> the words that answer, "" where declined."""
    return {r.question.id: r.seen.short if r.seen.outcome == "answered" else "" for r in records}


def squad_no_answer(records: Sequence[Record]) -> dict[str, float]:
    """Question id -> the probability that there is no answer."""
    return {r.question.id: round(1 - r.seen.confidence, 6) for r in records}


def ragas_rows(records: Sequence[Record]) -> list[dict[str, Any]]:
    """ragas rows with its new column names; a column that a question has nothing for is absent."""
    rows = []
    for record in records:
        question, seen = record.question, record.seen
        row: dict[str, Any] = {"user_input": question.question}
        if question.history:
            types = {"user": "human", "assistant": "ai", "system": "system"}
            row["user_input"] = [
                {"type": types[turn["role"]], "content": turn["content"]}
                for turn in (*question.history, Message(role="user", content=question.question))
            ]
        row["response"] = seen.text if seen.outcome == "answered" else seen.reason
        row["retrieved_contexts"] = [passage.text for passage in seen.context]
        if question.answers:
            row["reference"] = question.answers[0]
        quotes = [evidence.quote for evidence in question.evidence if evidence.quote]
        if quotes:
            row["reference_contexts"] = quotes
        rows.append(row)
    return rows


def _json(value: dict[str, str] | dict[str, float]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _token(name: str) -> str:
    """The name as a TREC file can hold it: no white space, never empty."""
    return quote(name, safe="/:#?,;@&=+$!~*'()[]-_.") or "-"
