"""Fits the weights of rag/extract.py and prints them, with what they reach on the other half.

    python -m tests.benchmarks.fit_extract YARDSTICKS_FOLDER

Sentences: does this sentence of a retrieved passage hold the answer? Answers: is the question
answered by what was retrieved? Half of the questions, by the hash of their ids, are fitted on; the
other half is reported.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from rag import extract
from rag.config import Config
from tests.benchmarks.yardsticks import Asked, Yardstick, open_yardstick

SETS = {  # name: (questions, only the documents that come with them)
    "squad-1.1": (700, False),
    "squad-2.0": (1000, False),
    "clapnq": (308, False),
    "realtimeqa-2023": (40, True),
}


def main(folder: Path) -> None:
    """Fit on the sets below `folder` and print."""
    sentences: dict[bool, list[tuple[str, str, tuple[float, ...], bool]]] = {False: [], True: []}
    answers: dict[bool, list[tuple[str, tuple[float, ...], bool, bool]]] = {False: [], True: []}
    for name, (limit, candidates_only) in SETS.items():
        yardstick = open_yardstick(
            folder / name, config=Config(), limit=limit, candidates_only=candidates_only
        )
        for asked in yardstick.questions:
            _observe(yardstick, asked, sentences[asked.held_back], answers[asked.held_back])
    rows = sentences[False]
    model = LogisticRegression(C=10.0, max_iter=1000)
    model.fit(np.array([row[2] for row in rows]), np.array([row[3] for row in rows]))
    print("SENTENCE_WEIGHTS", model.coef_[0].round(2).tolist(), model.intercept_.round(2))
    for name in SETS:
        _report_sentences(name, [row for row in sentences[True] if row[0] == name], model)
    kept = answers[False]
    judge = LogisticRegression(C=10.0, max_iter=1000)
    judge.fit(np.array([row[1] for row in kept]), np.array([row[2] for row in kept]))
    print("ANSWER_WEIGHTS", judge.coef_[0].round(2).tolist(), judge.intercept_.round(2))
    for name in SETS:
        part = [row for row in answers[True] if row[0] == name]
        right = np.array([row[2] for row in part])
        sure = judge.predict_proba(np.array([row[1] for row in part]))[:, 1]
        auc = roc_auc_score(right, sure) if 0 < right.sum() < len(right) else float("nan")
        for threshold in (0.2, 0.3, 0.4, 0.5):
            declined = sure < threshold
            print(
                f"{name:16} below {threshold}: declines {declined[~right].mean():.1%} of what is "
                f"not answered, {declined[right].mean():.1%} of what is (AUC {auc:.3f})"
            )


def _observe(yardstick: Yardstick, asked: Asked, sentences: list, answers: list) -> None:
    assistant = yardstick.assistant
    found = assistant._retrieve(asked.text, assistant.config.passages)
    answerer = assistant._answerer
    candidates = answerer._candidates(found.passages)
    features = answerer._features(asked.text, found, candidates)
    if not features:
        return
    holds = [
        asked.answerable
        and asked.answered_by(candidate.text)
        and (not asked.relevant or candidate.place.article_id in asked.relevant)
        for candidate in candidates
    ]
    if any(holds):
        for each, held in zip(features, holds, strict=True):
            sentences.append((yardstick.name, asked.id, each.vector(), held))
    if asked.answerable == any(holds):
        answers.append((yardstick.name, extract.answer_features(features), any(holds)))


def _report_sentences(name: str, rows: list, model: LogisticRegression) -> None:
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
    main(Path(sys.argv[1]))
