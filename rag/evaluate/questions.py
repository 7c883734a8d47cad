"""A question, a set of them, and the project's own form of writing them down: JSON lines.

    {"id": "q1", "question": "When did the bridge open?", "answers": ["1932", "in March 1932"],
     "evidence": [{"article": "bridge", "quote": "It opened on 19 March 1932."}], "kind": "date"}

| key        | what it holds                                                                     |
|------------|-----------------------------------------------------------------------------------|
| id         | a name, once in the set; "line-N" where it is left out                             |
| question   | what is asked                                                                     |
| history    | earlier turns, [{"role": "user" or "assistant", "content": "..."}]                |
| answers    | right answers, any one of which will do                                           |
| all_of     | what a right answer must all name; an entry is a text or a list of its spellings  |
| none_of    | what a right answer must not name                                                 |
| evidence   | where it stands: {"article", "quote"} or {"article", "start", "end"}              |
| relevant   | ids of the right articles, where no closer place is known                         |
| answerable | false where the articles do not say; true where it is left out                    |
| kind       | a group to report on, such as "date" or "follow-up"                               |
| date       | the day it is asked, YYYY-MM-DD                                                   |
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from rag.datatypes import Message
from rag.errors import QuestionSetError
from rag.evaluate.documents import Document
from rag.evaluate.lines import Problem, json_objects

MAX_QUESTIONS = 20_000

KEYS = (
    "id",
    "question",
    "history",
    "answers",
    "all_of",
    "none_of",
    "evidence",
    "relevant",
    "answerable",
    "kind",
    "date",
)
ROLES = ("user", "assistant", "system")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place that answers: a quote, offsets into the article, or both.

    `article` is None where the set gives the words and not the article they are from.
    """

    article: str | None
    quote: str = ""
    start: int | None = None
    end: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The evidence as it stands in a question set."""
        row: dict[str, Any] = {"article": self.article}
        if self.quote:
            row["quote"] = self.quote
        if self.start is not None:
            row |= {"start": self.start, "end": self.end}
        return row


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what a right answer to it is; see this module's docstring.

    `relevant` gives the grade, from 1, of each right article. `line` is where it was read, or 0.
    """

    id: str
    question: str
    history: tuple[Message, ...] = ()
    answers: tuple[str, ...] = ()
    all_of: tuple[tuple[str, ...], ...] = ()
    none_of: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)
    answerable: bool = True
    kind: str = ""
    date: date | None = None
    line: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The question in the project's own form, without what is empty."""
        row: dict[str, Any] = {"id": self.id, "question": self.question}
        if self.history:
            row["history"] = [dict(message) for message in self.history]
        if self.answers:
            row["answers"] = list(self.answers)
        if self.all_of:
            row["all_of"] = [group[0] if len(group) == 1 else list(group) for group in self.all_of]
        if self.none_of:
            row["none_of"] = list(self.none_of)
        if self.evidence:
            row["evidence"] = [evidence.to_dict() for evidence in self.evidence]
        if self.relevant:
            row["relevant"] = dict(self.relevant)
        if not self.answerable:
            row["answerable"] = False
        if self.kind:
            row["kind"] = self.kind
        if self.date:
            row["date"] = self.date.isoformat()
        return row


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and the documents they come with where the set brings its own.

    `source` is the file or folder it was read from. `candidates` names, by question id, the
    documents that come with a question, right or wrong, where the set tells.
    """

    name: str
    source: Path
    questions: tuple[Question, ...]
    documents: tuple[Document, ...] = ()
    candidates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def limited(self, limit: int) -> QuestionSet:
        """`limit` of the questions, evenly spread over the set, in its order; the same each time.

        Spread, because sets are mostly sorted by article: the first ones would be of a few only.
        """
        total = len(self.questions)
        if limit >= total:
            return self
        chosen = tuple(self.questions[index * total // limit] for index in range(limit))
        return replace(self, questions=chosen)

    def with_candidates(self) -> QuestionSet:
        """The same set with the documents alone that come with its questions, pooled.

        Raises QuestionSetError where the set does not tell which these are.
        """
        asked = [self.candidates.get(question.id, ()) for question in self.questions]
        wanted = {name for names in asked for name in names}
        documents = tuple(document for document in self.documents if document.id in wanted)
        if not documents:
            raise QuestionSetError(
                f"{self.source}: does not tell which documents come with a question (candidates)"
            )
        return replace(self, documents=documents)

    def with_articles(self, names: Mapping[str, str]) -> QuestionSet:
        """The same set with document ids replaced by the ids of the articles they became."""
        return replace(
            self, questions=tuple(_with_articles(question, names) for question in self.questions)
        )


def _with_articles(question: Question, names: Mapping[str, str]) -> Question:
    evidence = tuple(
        replace(item, article=names.get(item.article, item.article)) if item.article else item
        for item in question.evidence
    )
    relevant = {names.get(name, name): grade for name, grade in question.relevant.items()}
    return replace(question, evidence=evidence, relevant=relevant)


class FormError(Exception):
    """A value of a question has the wrong form; the message says which, and what it should be."""


def parse_question(row: Mapping[str, Any], line: int) -> Question:
    """The question that a row in the project's own form states. Raises FormError."""
    for key in row:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(KEYS)}"
            raise FormError(f"unknown key {key!r}; {hint}")
    question = text_of(row, "question").strip()
    if not question:
        raise FormError("'question' is missing or empty")
    answerable = row.get("answerable", True)
    if not isinstance(answerable, bool):
        raise FormError(f"'answerable' must be true or false, got {answerable!r}")
    parsed = Question(
        id=text_of(row, "id") or f"line-{line}",
        question=question,
        history=history_of(row.get("history") or []),
        answers=texts_of(row, "answers"),
        all_of=groups_of(row.get("all_of") or []),
        none_of=texts_of(row, "none_of"),
        evidence=tuple(evidence_of(item) for item in list_of(row, "evidence")),
        relevant=relevant_of(row.get("relevant") or []),
        answerable=answerable,
        kind=text_of(row, "kind"),
        date=date_of(row.get("date")),
        line=line,
    )
    if parsed.answerable and not (
        parsed.answers or parsed.all_of or parsed.evidence or parsed.relevant
    ):
        raise FormError(
            "nothing says what is right; add answers, all_of, evidence or relevant, "
            'or "answerable": false'
        )
    if not parsed.answerable and (parsed.answers or parsed.all_of):
        raise FormError("'answerable' is false, yet there are answers; leave out one of the two")
    return parsed


def read_rows(path: Path) -> tuple[list[Question], list[Problem]]:
    """The questions of a file in the project's own form, and every problem found in it."""
    questions: list[Question] = []
    problems: list[Problem] = []
    for line, row in json_objects(path):
        if isinstance(row, Problem):
            problems.append(row)
            continue
        try:
            questions.append(parse_question(row, line))
        except FormError as error:
            problems.append(Problem(line, str(error)))
    return questions, problems


def repeated(questions: Iterable[Question]) -> list[Problem]:
    """A problem for each id, and each question in its conversation, that was there before."""
    problems: list[Problem] = []
    ids: dict[str, int] = {}
    asked: dict[tuple[str, ...], int] = {}
    for number, question in enumerate(questions, start=1):
        line = question.line or number
        first = ids.setdefault(question.id, line)
        if first != line:
            problems.append(Problem(line, f"the id {question.id!r} is on line {first} already"))
        turns = (*(m["content"] for m in question.history), question.question)
        key = tuple(" ".join(turn.lower().split()) for turn in turns)
        first = asked.setdefault(key, line)
        if first != line:
            problems.append(Problem(line, f"the same question is on line {first} already"))
    return problems


def text_of(row: Mapping[str, Any], key: str) -> str:
    """The text under a key, "" where there is none. Raises FormError for another type."""
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FormError(f"{key!r} must be a text, got {value!r:.60}")
    return value


def list_of(row: Mapping[str, Any], key: str) -> list[Any]:
    """The list under a key, empty where there is none. Raises FormError for another type."""
    value = row.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise FormError(f"{key!r} must be a list, got {value!r:.60}")
    return value


def texts_of(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts in the list under a key, without blank ones. Raises FormError."""
    values = list_of(row, key)
    for value in values:
        if not isinstance(value, str):
            raise FormError(f"{key!r} must be a list of texts, got {value!r:.60} in it")
    return tuple(value for value in values if value.strip())


def groups_of(values: object) -> tuple[tuple[str, ...], ...]:
    """What must all be named, each with its spellings: "a" and ["a", "b"] are both entries."""
    if not isinstance(values, list):
        raise FormError(f"'all_of' must be a list, got {values!r:.60}")
    groups = []
    for value in values:
        spellings = value if isinstance(value, list) else [value]
        if not spellings or not all(isinstance(s, str) and s.strip() for s in spellings):
            raise FormError(f"'all_of' takes texts and lists of spellings, got {value!r:.60} in it")
        groups.append(tuple(spellings))
    return tuple(groups)


def history_of(values: object) -> tuple[Message, ...]:
    """The earlier turns. Raises FormError where one has no role or no content."""
    if not isinstance(values, list):
        raise FormError(f"'history' must be a list of turns, got {values!r:.60}")
    turns: list[Message] = []
    for value in values:
        role = value.get("role") if isinstance(value, dict) else None
        content = value.get("content") if isinstance(value, dict) else None
        if role not in ROLES or not isinstance(content, str):
            raise FormError(
                f"a turn of 'history' must be {{'role': 'user' or 'assistant', 'content': text}}, "
                f"got {value!r:.60}"
            )
        turns.append(Message(role=str(role), content=content))
    return tuple(turns)


def evidence_of(value: object) -> Evidence:
    """One place of 'evidence'. Raises FormError."""
    if not isinstance(value, dict):
        raise FormError(f"an entry of 'evidence' must be an object, got {value!r:.60}")
    unknown = set(value) - {"article", "quote", "start", "end"}
    if unknown:
        raise FormError(f"'evidence' has an unknown key {min(unknown)!r}")
    article, quote = text_of(value, "article"), text_of(value, "quote")
    start, end = value.get("start"), value.get("end")
    if not article:
        raise FormError("an entry of 'evidence' names no 'article'")
    if (start is None) != (end is None) or not all(
        number is None or (isinstance(number, int) and not isinstance(number, bool))
        for number in (start, end)
    ):
        raise FormError(f"'start' and 'end' must both be whole numbers, got {start!r} and {end!r}")
    if start is None and not quote.strip():
        raise FormError("an entry of 'evidence' has neither a 'quote' nor 'start' and 'end'")
    if start is not None and end is not None and not 0 <= start < end:
        raise FormError(f"'start' must come before 'end', got {start} and {end}")
    return Evidence(article=article, quote=quote, start=start, end=end)


def relevant_of(values: object) -> dict[str, int]:
    """The grade of each right article; a list of ids gives each the grade 1. Raises FormError."""
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return dict.fromkeys(values, 1)
    if isinstance(values, dict) and all(
        isinstance(grade, int) and grade > 0 for grade in values.values()
    ):
        return {str(article): int(grade) for article, grade in values.items()}
    raise FormError(f"'relevant' must be a list of article ids, got {values!r:.60}")


def date_of(value: object) -> date | None:
    """The date, or None where there is none. Raises FormError where it is not YYYY-MM-DD."""
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise FormError(f"'date' must be YYYY-MM-DD, got {value!r:.60}") from None


def kinds_of(questions: Sequence[Question]) -> tuple[str, ...]:
    """The kinds in the set, in alphabetical order, without the empty one."""
    return tuple(sorted({question.kind for question in questions} - {""}))
