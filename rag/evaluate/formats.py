"""`load_questions`: every form a question set can have, read into one QuestionSet.

A file:    this project's JSON lines; CSV with question, answer[, article]; SQuAD JSON (1.1, 2.0);
           ragas JSON lines with the old or the new column names. Any of them may be gzipped.
A folder:  BEIR (corpus.jsonl, queries.jsonl, qrels/*.tsv), or questions.jsonl with, where the set
           brings its documents, corpus.jsonl; plain or gzip.

Which one it is, is told by what is there: names in a folder, and the first row of a file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from rag.datatypes import Message
from rag.errors import QuestionSetError
from rag.evaluate.documents import Document
from rag.evaluate.lines import Problem, found, json_objects, read_text
from rag.evaluate.questions import (
    MAX_QUESTIONS,
    Evidence,
    FormError,
    Question,
    QuestionSet,
    date_of,
    groups_of,
    history_of,
    list_of,
    read_rows,
    repeated,
    text_of,
    texts_of,
)

_QRELS = ("qrels/test.tsv", "qrels/dev.tsv", "qrels/train.tsv", "qrels.tsv")
_RAGAS_OLD = {"ground_truth", "ground_truths", "contexts"}


def load_questions(path: str | Path, *, limit: int | None = None) -> QuestionSet:
    """The question set in a file or folder; `limit` questions of it, evenly spread.

    Raises QuestionSetError with the first problem, its line, and how many more there are; also
    where the set is empty or holds more than 20,000 questions and no limit is given.
    """
    path = Path(path)
    questions, problems = read_set(path)
    if problems:
        more = f" ({len(problems) - 1} more; --check lists them)" if len(problems) > 1 else ""
        raise QuestionSetError(problems[0].at(path) + more)
    if limit is not None:
        if limit < 1:
            raise QuestionSetError(f"the limit must be at least 1, got {limit}")
        questions = questions.limited(limit)
    if len(questions.questions) > MAX_QUESTIONS:
        raise QuestionSetError(
            f"{path}: {len(questions.questions):,} questions are more than the "
            f"{MAX_QUESTIONS:,} of one run; give a limit, such as --limit 1000"
        )
    return questions


def read_set(path: Path) -> tuple[QuestionSet, list[Problem]]:
    """The question set, and every problem found in it, in the order of the lines.

    Raises QuestionSetError where nothing can be read at all.
    """
    questions: list[Question]
    problems: list[Problem] = []
    documents: tuple[Document, ...] = ()
    candidates: dict[str, tuple[str, ...]] = {}
    if path.is_dir():
        if corpus := found(path, "corpus.jsonl"):
            documents = tuple(_documents(corpus))
        if queries := found(path, "queries.jsonl"):
            qrels = found(path, *_QRELS)
            if qrels is None:
                raise QuestionSetError(f"{path}: has queries.jsonl but no qrels/test.tsv")
            questions = _beir(queries, qrels)
        elif rows := found(path, "questions.jsonl"):
            questions, more = _folder_questions(rows, documents)
            documents += more
            candidates = _candidates(rows)
        else:
            raise QuestionSetError(
                f"{path}: holds neither questions.jsonl nor queries.jsonl; give a question set"
            )
    else:
        suffix = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
        if suffix == ".csv":
            questions = _csv(path)
        elif suffix == ".json":
            questions, documents = _squad(path)
        elif _is_ragas(path):
            questions = _ragas(path)
        else:
            questions, problems = read_rows(path)
            problems = sorted(problems + repeated(questions), key=lambda problem: problem.line)
    if not questions and not problems:
        raise QuestionSetError(f"{path}: holds no questions")
    name = path.name.removesuffix(".gz").rsplit(".", 1)[0] if path.is_file() else path.name
    made = QuestionSet(name or "questions", path, tuple(questions), documents, candidates)
    return made, problems


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a file that other tools wrote; the first bad one ends the reading."""
    for line, row in json_objects(path):
        if isinstance(row, Problem):
            raise QuestionSetError(row.at(path))
        yield line, row


def _unique(questions: list[Question]) -> list[Question]:
    """The questions with "#2", "#3" on ids that stand there again: other people's sets do that."""
    seen: dict[str, int] = {}
    unique = []
    for question in questions:
        seen[question.id] = count = seen.get(question.id, 0) + 1
        unique.append(question if count == 1 else replace(question, id=f"{question.id}#{count}"))
    return unique


def _documents(path: Path) -> Iterator[Document]:
    for line, row in _rows(path):
        try:
            document = Document(
                id=_id(row, line),
                title=text_of(row, "title"),
                text=text_of(row, "text"),
                published=_date(row.get("date")),
            )
        except FormError as error:
            raise QuestionSetError(Problem(line, str(error)).at(path)) from error
        yield document


def _id(row: Mapping[str, Any], line: int) -> str:
    """The id under "_id" or "id"; "line-N" where there is none. Numbers are taken as text."""
    value = row.get("_id", row.get("id"))
    return f"line-{line}" if value in (None, "") else str(value)


def _beir(queries: Path, qrels: Path) -> list[Question]:
    """The queries that have a right document."""
    relevant: dict[str, dict[str, int]] = {}
    for number, line in enumerate(read_text(qrels).splitlines(), start=1):
        cells = line.split("\t")
        if not line.strip() or (number == 1 and not cells[-1].strip().isdigit()):
            continue
        try:
            query, document, grade = cells[0], cells[-2], int(cells[-1])
        except (IndexError, ValueError):
            raise QuestionSetError(
                f"{qrels}, line {number}: not query, document and grade with tabs between"
            ) from None
        if grade > 0:
            relevant.setdefault(query, {})[document] = grade
    questions = []
    for number, row in _rows(queries):
        grades = relevant.get(_id(row, number))
        if grades:
            asked = str(row.get("text", "")).strip()
            questions.append(Question(_id(row, number), asked, relevant=grades, line=number))
    return _unique(questions)


def _folder_questions(
    path: Path, documents: tuple[Document, ...]
) -> tuple[list[Question], tuple[Document, ...]]:
    """The questions of a folder, and one document for each that brings its own sentences.

    Rows in the project's own form ("question") are read as such.
    """
    questions: list[Question] = []
    own: list[Document] = []
    texts = {document.id: document.text for document in documents}
    for line, row in _rows(path):
        if "question" in row and "_id" not in row:
            read, problems = read_rows(path)
            if problems:
                raise QuestionSetError(problems[0].at(path))
            return read, ()
        if "text" not in row:
            raise QuestionSetError(f"{path}, line {line}: no 'text'; these are not questions")
        try:
            if "sentences" in row and "labels" in row:
                question, document = _sentences_row(row, line)
                own.append(document)
            else:
                question = _folder_row(row, line, texts)
        except FormError as error:
            raise QuestionSetError(Problem(line, str(error)).at(path)) from error
        questions.append(question)
    return _unique(questions), tuple(own)


def _candidates(path: Path) -> dict[str, tuple[str, ...]]:
    """The ids of the documents that come with a question, by its id, where the rows tell."""
    return {
        _id(row, line): tuple(str(name) for name in list_of(row, "candidates"))
        for line, row in _rows(path)
        if row.get("candidates")
    }


def _folder_row(row: Mapping[str, Any], line: int, texts: Mapping[str, str]) -> Question:
    """A row with `text`, `answers` and, where known, `relevant`, `gold_sentences`, `gold`."""
    answerable = row.get("answerable") is not False
    wanted = list_of(row, "all_answers") or list_of(row, "gold")
    relevant = {str(document): 1 for document in list_of(row, "relevant")}
    evidence = tuple(
        Evidence(document, quote=sentence)
        for sentence in texts_of(row, "gold_sentences")
        for document in relevant
        if sentence in texts.get(document, "")
    )
    return Question(
        id=_id(row, line),
        question=text_of(row, "text").strip(),
        history=history_of(list_of(row, "history")),
        answers=texts_of(row, "answers") if answerable else (),
        all_of=groups_of(wanted) if answerable else (),
        none_of=texts_of(row, "wrong_answers"),
        evidence=evidence,
        relevant=relevant,
        answerable=answerable,
        kind=text_of(row, "kind"),
        date=_date(row.get("date")),
        line=line,
    )


def _date(value: object) -> date | None:
    """The date, also with slashes; None for what is none, as in other people's sets."""
    try:
        return date_of(str(value or "").replace("/", "-"))
    except FormError:
        return None


def _sentences_row(row: Mapping[str, Any], line: int) -> tuple[Question, Document]:
    """A question with labelled sentences: the sentences, one a line, become its document."""
    sentences = texts_of(row, "sentences")
    labels = list_of(row, "labels")
    document = Document(_id(row, line), "\n".join(sentences))
    right = [sentence for sentence, label in zip(sentences, labels, strict=False) if label]
    question = Question(
        id=document.id,
        question=text_of(row, "text").strip(),
        evidence=tuple(Evidence(document.id, quote=sentence) for sentence in right),
        relevant={document.id: 1} if right else {},
        answerable=bool(right),
        line=line,
    )
    return question, document


def _csv(path: Path) -> list[Question]:
    """One question a row; a row without an answer is one that the articles do not answer.

    `article` names the right article. Several right answers stand with | between them.
    """
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), skipinitialspace=True)
    names = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
    if "question" not in names:
        raise QuestionSetError(
            f"{path}, line 1: no column 'question'; the columns are question, answer, article"
        )
    questions = []
    try:
        for row in reader:
            line = reader.line_num
            cell = {name: (row[column] or "").strip() for name, column in names.items()}
            if not any(cell.values()):
                continue
            if not cell["question"]:
                raise QuestionSetError(f"{path}, line {line}: the question is empty")
            answers = tuple(a.strip() for a in cell.get("answer", "").split("|") if a.strip())
            article = cell.get("article", "")
            questions.append(
                Question(
                    id=cell.get("id") or f"line-{line}",
                    question=cell["question"],
                    answers=answers,
                    relevant={article: 1} if article else {},
                    answerable=bool(answers or article),
                    kind=cell.get("kind", ""),
                    line=line,
                )
            )
    except csv.Error as error:
        raise QuestionSetError(f"{path}, line {reader.line_num}: {error}") from error
    return _unique(questions)


def _squad(path: Path) -> tuple[list[Question], tuple[Document, ...]]:
    """The questions, and one document for each paragraph: "Title-0", "Title-1", ..."""
    try:
        data = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise QuestionSetError(
            f"{path}, line {error.lineno}: not JSON: {error.msg} at column {error.colno}"
        ) from error
    questions: list[Question] = []
    documents: list[Document] = []
    try:
        for entry in data["data"]:
            title = str(entry.get("title", "")).replace("_", " ")
            for paragraph in entry["paragraphs"]:
                document = Document(
                    f"{entry.get('title') or 'paragraph'}-{len(documents)}",
                    str(paragraph["context"]),
                    title,
                )
                documents.append(document)
                questions += [_squad_row(row, document) for row in paragraph["qas"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise QuestionSetError(
            f"{path}: not SQuAD JSON ({error}); wanted data, paragraphs, context and qas"
        ) from error
    return _unique(questions), tuple(documents)


def _squad_row(row: Mapping[str, Any], document: Document) -> Question:
    answers = [] if row.get("is_impossible") else list(row.get("answers") or [])
    evidence: tuple[Evidence, ...] = ()
    if answers and isinstance(answers[0].get("answer_start"), int):
        # Offsets are into the paragraph; `places` finds the words again in the written article.
        start, text = answers[0]["answer_start"], str(answers[0]["text"])
        if document.text[start : start + len(text)] == text:
            around = sentence_around(document.text, start, start + len(text))
            evidence = (Evidence(document.id, quote=document.text[slice(*around)]),)
    return Question(
        id=str(row["id"]),
        question=str(row["question"]).strip(),
        answers=tuple(dict.fromkeys(str(answer["text"]) for answer in answers)),
        evidence=evidence,
        relevant={document.id: 1},
        answerable=bool(answers),
    )


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch from the last ". " before `start` to the next one after `end`.

    A bare answer such as "1973" may stand in a paragraph many times; its sentence does not.

    >>> sentence_around("It is red. It is blue. It is wet.", 17, 21)
    (11, 22)
    """
    before = text.rfind(". ", 0, start)
    after = text.find(". ", max(end - 1, 0))
    return (0 if before < 0 else before + 2), (len(text.rstrip()) if after < 0 else after + 1)


def _is_ragas(path: Path) -> bool:
    """Whether the first row of a file has ragas's column names."""
    first = next(iter(json_objects(path)), None)
    if first is None or isinstance(first[1], Problem):
        return False
    row = first[1]
    return "user_input" in row or ("answers" not in row and bool(_RAGAS_OLD & row.keys()))


def _ragas(path: Path) -> list[Question]:
    """ragas rows: `user_input`, `reference`, `reference_contexts`, or the old names for them."""
    questions = []
    for line, row in _rows(path):
        try:
            questions.append(_ragas_row(row, line))
        except FormError as error:
            raise QuestionSetError(Problem(line, str(error)).at(path)) from error
    return _unique(questions)


def _ragas_row(row: Mapping[str, Any], line: int) -> Question:
    asked = row.get("user_input", row.get("question"))
    history: tuple[Message, ...] = ()
    if isinstance(asked, list):
        turns = [_ragas_turn(turn) for turn in asked]
        if not turns:
            raise FormError("'user_input' is empty")
        history, asked = history_of(turns[:-1]), turns[-1]["content"]
    if not isinstance(asked, str) or not asked.strip():
        raise FormError("'user_input' (before: 'question') is missing or empty")
    answers = [row.get("reference", row.get("ground_truth")), *list_of(row, "ground_truths")]
    right = tuple(answer for answer in answers if isinstance(answer, str) and answer.strip())
    evidence = tuple(Evidence(None, quote=text) for text in texts_of(row, "reference_contexts"))
    return Question(
        id=_id(row, line),
        question=asked.strip(),
        history=history,
        answers=right,
        evidence=evidence,
        answerable=bool(right or evidence),
        line=line,
    )


def _ragas_turn(turn: object) -> dict[str, str]:
    """A ragas message ({"type": "human" or "ai", "content"}) as a turn."""
    if not isinstance(turn, dict):
        raise FormError(f"a turn of 'user_input' must be an object, got {turn!r:.60}")
    role = str(
        turn.get("role") or {"human": "user", "ai": "assistant"}.get(str(turn.get("type")), "")
    )
    return {"role": role, "content": str(turn.get("content", ""))}
