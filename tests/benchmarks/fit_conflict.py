"""Fits the weights of rag/changes/conflict.py and prints them and what they reach held back.

    python -m tests.benchmarks.fit_conflict DATA_FOLDER

Invented events, each told by two or four articles that differ in some facts, and one about another
event of the kind, all in one index; topics of which five articles tell, each in an index of its own
(rag/training/events); and questions with one answer of sets that the reader was
not trained on, in DATA_FOLDER as `python -m rag.training` reads it, asked of the whole set. Fitted
on two thirds of the events and the development parts, reported on the rest and the test parts.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from rag import read
from rag.assistant import Assistant
from rag.changes.claim import Claim, best_of_each, gives_value, subject_of, told_by_both
from rag.changes.conflict import features
from rag.changes.disagreement import LEAST_BESIDE, LEAST_BESIDE_SEVERAL, is_told_again
from rag.changes.values import likeness
from rag.config import Config
from rag.evaluate.documents import Document, write_documents
from rag.odds import logistic, weigh
from rag.questions.asked import compares, wants_several
from rag.reader import BundledReader, Reader
from rag.retrieve import Retrieved
from rag.text import holds_words
from rag.training.mixture import read_data
from tests.benchmarks.fit_read import drawn, opened, question_key, reading

EVENTS = Path(__file__).parents[2] / "rag" / "training" / "events"
ALONE = "topics.jsonl"  # each is asked of an index of its own
MOST = 300  # questions of a set and part
OTHERS = 5  # of the claims beside the best one
C = 0.3  # the inverse of the regularisation, of features that are scaled to unit variance
STATED = 2  # of the claims beside the best one, at most
SETS = ("training", "squad-1.1")

Answers = dict[str, list[str]]  # what answers it, by article; an article without is not in it


@dataclass(frozen=True)
class Seen:
    """A question, and of each other claim beside its best one the features and if they conflict.

    `is_told_again`: another article says what the best claim does.
    """

    has_conflict: bool
    pairs: list[tuple[tuple[float, ...], bool]]
    is_told_again: bool

    def stated(
        self, weights: Sequence[float], constant: float, least: tuple[float, float]
    ) -> list[bool]:
        """Return of each claim that would be stated beside whether it does conflict.

        `least` is the likelihood that it takes, and where the best claim is told again.
        """
        wanted = least[self.is_told_again]
        return [y for x, y in self.pairs if logistic(weigh(x, weights, constant)) >= wanted]


def main(data: Path) -> None:
    """Fit, and print."""
    reader = BundledReader.from_folder(backend="onnx")
    config = Config(min_confidence=0.0)
    fitted, held = _events(reader, config)
    dev, test = _single(data, reader, config)
    weights, constant = _fit([*fitted, *dev])
    print(f"WEIGHTS = {tuple(round(w, 2) for w in weights)}")
    print(f"CONSTANT = {constant:.2f}")
    for once in (0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5):
        least = (once, once * LEAST_BESIDE_SEVERAL / LEAST_BESIDE)
        parts = [
            f"{name} {_share(seen, weights, constant, least)}"
            for name, seen in (("events", fitted), ("held back", held), ("one answer", dev),
                               ("held back", test))
        ]  # fmt: skip
        print(f"from {once:.2f}, told again {least[1]:.3f}: {'; '.join(parts)}")


def _share(
    seen: Sequence[Seen], weights: Sequence[float], constant: float, least: tuple[float, float]
) -> str:
    stated = [each.stated(weights, constant, least) for each in seen]
    conflicts = [rights for each, rights in zip(seen, stated, strict=True) if each.has_conflict]
    others = [rights for each, rights in zip(seen, stated, strict=True) if not each.has_conflict]
    right = sum(any(rights) for rights in conflicts)
    parts = [f"{right} right and {sum(map(bool, conflicts)) - right} wrong of {len(conflicts)},"]
    false = sum(map(bool, others))
    more = sum(len(rights[:STATED]) for rights in others)
    return " ".join([*(parts if conflicts else []), f"false {false}/{len(others)} ({more})"])


def _fit(seen: Sequence[Seen]) -> tuple[list[float], float]:
    rows = np.array([x for each in seen for x, _ in each.pairs])
    labels = np.array([y for each in seen for _, y in each.pairs])
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    model = LogisticRegression(C=C, max_iter=2000).fit((rows - mean) / scale, labels)
    weights = model.coef_[0] / scale
    return weights.tolist(), float(model.intercept_[0] - weights @ mean)


def _events(reader: Reader, config: Config) -> tuple[list[Seen], list[Seen]]:
    """Return what was seen of the questions on the events: to fit on, and held back."""
    parts: tuple[list[Seen], list[Seen]] = ([], [])
    together = [file for file in sorted(EVENTS.glob("*.jsonl")) if file.name != ALONE]
    lines = [(file.stem, *each) for file in together for each in _numbered(file)]
    for event in [lines, *([("topic", *each)] for each in _numbered(EVENTS / ALONE))]:
        for part, seen in zip(parts, _asked_of(event, reader, config), strict=True):
            part.extend(seen)
    return parts


def _numbered(file: Path) -> list[tuple[int, str]]:
    return list(enumerate(file.read_text(encoding="utf-8").splitlines()))


def _asked_of(
    lines: Sequence[tuple[str, int, str]], reader: Reader, config: Config
) -> tuple[list[Seen], list[Seen]]:
    """Return what was seen of the questions on the events of `lines`, over all their articles."""
    documents, asked = [], []
    for stem, number, line in lines:
        event = json.loads(line)
        names = [f"{stem}-{number}-{at}" for at in range(len(event["articles"]))]
        documents += [
            Document(id=name, title=article["title"], text=article["text"])
            for name, article in zip(names, event["articles"], strict=True)
        ]
        asked += [(event["title"], names, row) for row in event["questions"]]
    work = Path(tempfile.mkdtemp())
    ids = write_documents(documents, work / "articles")
    assistant = Assistant.open(work / "articles", work / "index", config=config)
    serving, answerer = reading(assistant, reader, config)
    parts: tuple[list[Seen], list[Seen]] = ([], [])
    for title, names, row in asked:
        answers = {
            ids[name]: [answer]
            for name, answer in zip(names, row["answers"], strict=True)
            if answer is not None
        }
        found = serving.retriever.retrieve(row["q"], k=config.passages)
        held = hashlib.sha256(title.encode()).digest()[0] % 3 == 0
        parts[held].append(_seen(row["q"], answers, answerer, found))
    return parts


def _single(data: Path, reader: Reader, config: Config) -> tuple[list[Seen], list[Seen]]:
    """Return what was seen of questions with one answer: of the development and test parts."""
    split = read_data(data)
    parts: tuple[list[Seen], list[Seen]] = ([], [])
    for name in SETS:
        yardstick, serving, answerer = opened(data, name, reader, config)
        for part, examples in zip(parts, (split.dev, split.test), strict=True):
            held = {question_key(example.id) for example in examples}
            for asked in drawn(yardstick, held, most=MOST):
                if asked.answerable:
                    answers = {article: list(asked.answers) for article in asked.relevant}
                    found = serving.retriever.retrieve(asked.text, k=config.passages)
                    part.append(_seen(asked.text, answers, answerer, found))
    return parts


def _seen(
    question: str, answers: Answers, answerer: read.ReadingAnswerer, found: Retrieved
) -> Seen:
    given = [each[0] for each in answers.values()]
    has_conflict = any(likeness(a, b) == "different" for a in given for b in given)
    claims = answerer.claims(question, found)
    pairs = [
        (
            features(subject_of(question, first.passage), first, other, answerer.near(first)),
            has_conflict and _is_right(first, answers) and _is_right(other, answers),
        )
        for first, other in _pairs(question, claims)
    ]
    ranked = best_of_each(claims)
    return Seen(has_conflict, pairs, bool(ranked) and is_told_again(ranked))


def _pairs(question: str, claims: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Yield the best claim with each that may conflict with it."""
    ranked = best_of_each(claims)
    if wants_several(question) or compares(question) or not ranked:
        return
    first, *others = ranked
    if not gives_value(question, first):
        return
    able = [
        other
        for other in others
        if gives_value(question, other)
        and likeness(first.value, other.value) == "different"
        and not told_by_both(first, other)
    ]
    yield from ((first, other) for other in able[:OTHERS])


def _is_right(claim: Claim, answers: Answers) -> bool:
    return any(
        likeness(claim.value, answer) == "same"
        or holds_words(claim.value, answer)
        or holds_words(answer, claim.value)
        for answer in answers.get(claim.place.article_id, [])
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
