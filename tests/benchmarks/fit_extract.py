"""Fits the weights of rag/reading/signals.py and prints them and what they reach held back.

    python -m tests.benchmarks.fit_extract NEWS_FOLDER YARDSTICKS_FOLDER

Sentences: does this sentence of a retrieved passage hold the answer? Fitted on the news and on
squad-1.1. Answers: is the question answered by what was retrieved? Fitted on squad-1.1, squad-2.0
and clapnq. Half of the questions (of the news: of the pieces), by the hash of their ids, are fitted
on, each set weighing the same; the other half is reported.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from rag.config import Config
from rag.reading import signals
from tests.benchmarks.yardsticks import Asked, Yardstick, open_news, open_yardstick

SETS = {"squad-1.1": 700, "squad-2.0": 1000, "clapnq": None}
SENTENCES_OF = ("training", "squad-1.1")
ANSWERS_OF = ("squad-1.1", "squad-2.0", "clapnq")
# name of the set, id of the question, features, label
Row = tuple[str, str, tuple[float, ...], bool]


def main(news: Path, yardsticks: Path) -> None:
    """Fit, and print."""
    opened = [open_news(news, config=Config())]
    opened += [
        open_yardstick(yardsticks / name, config=Config(), limit=limit)
        for name, limit in SETS.items()
    ]
    sentences: dict[bool, list[Row]] = {False: [], True: []}
    answers: dict[bool, list[Row]] = {False: [], True: []}
    for yardstick in opened:
        for asked in yardstick.questions:
            _observe(yardstick, asked, sentences[asked.held_back], answers[asked.held_back])
    model = fitted("SENTENCE", [row for row in sentences[False] if row[0] in SENTENCES_OF])
    for name in SENTENCES_OF:
        report_sentences(name, [row for row in sentences[True] if row[0] == name], model)
    judge = fitted("ANSWER", [row for row in answers[False] if row[0] in ANSWERS_OF])
    for yardstick in opened:
        report_answers(
            yardstick.name, [row for row in answers[True] if row[0] == yardstick.name], judge
        )


def fitted(name: str, rows: list[Row]) -> LogisticRegression:
    """Return the regression of the rows' labels on their features, and print it."""
    sizes = Counter(row[0] for row in rows)
    model = LogisticRegression(C=10.0, max_iter=1000)
    model.fit(
        np.array([row[2] for row in rows]),
        np.array([row[3] for row in rows]),
        sample_weight=np.array([len(rows) / len(sizes) / sizes[row[0]] for row in rows]),
    )
    print(f"{name}_WEIGHTS", model.coef_[0].round(2).tolist(), model.intercept_.round(2))
    return model


def report_answers(name: str, rows: list[Row], judge: LogisticRegression) -> None:
    """Print how well `judge` tells what is answered, and what thresholds decline."""
    if not rows:
        return
    right = np.array([row[3] for row in rows])
    sure = judge.predict_proba(np.array([row[2] for row in rows]))[:, 1]
    both = 0 < right.sum() < len(right)
    print(f"{name:16} answered or not: AUC {roc_auc_score(right, sure):.3f}" if both else name)
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5):
        declined = sure < threshold
        of_right = f"{declined[right].mean():.1%} of what is answered"
        of_wrong = f", {declined[~right].mean():.1%} of what is not" if both else ""
        print(f"    below {threshold}: declines {of_right}{of_wrong}")


def _observe(yardstick: Yardstick, asked: Asked, sentences: list, answers: list) -> None:
    serving = yardstick.assistant._generations.now()
    found = serving.retriever.retrieve(asked.text, k=yardstick.assistant.config.passages)
    sentences_found = signals.judged(serving.desk, asked.text, found)
    if not sentences_found:
        return
    features = [each.features for each in sentences_found]
    holds = [
        asked.answerable
        and asked.answered_by(candidate.text)
        and (not asked.relevant or candidate.place.article_id in asked.relevant)
        for candidate in sentences_found
    ]
    if any(holds):
        for each, held in zip(features, holds, strict=True):
            sentences.append((yardstick.name, asked.id, each.vector(), held))
    if asked.answerable == any(holds):
        answers.append((yardstick.name, asked.id, signals.answer_features(features), any(holds)))


def report_sentences(name: str, rows: list[Row], model: LogisticRegression) -> None:
    """Print how often the right sentence comes first, and among the first three."""
    if not rows:
        return
    ranks = []
    by_question: dict[str, list] = {}
    for row in rows:
        by_question.setdefault(row[1], []).append(row)
    for held in by_question.values():
        sure = model.predict_proba(np.array([row[2] for row in held]))[:, 1]
        order = np.argsort(-sure, kind="stable")
        ranks.append(next(at for at, row in enumerate(order, 1) if held[row][3]))
    found = np.array(ranks)
    first, third = (found <= 1).mean(), (found <= 3).mean()
    print(f"{name:16} {len(found)} questions: first {first:.1%}, in the first three {third:.1%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
