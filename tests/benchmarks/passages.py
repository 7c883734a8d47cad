"""How many passages should be read? What each number reaches, and what it costs.

    python -m tests.benchmarks.passages DATA_FOLDER [QUESTIONS_PER_SET]

DATA_FOLDER holds training/ and yardsticks/, as `python -m rag.training` reads them. Asked are the
questions of the development parts, which the reader was not trained on, of an index over the whole
set. "right" is the share of the answerable ones whose answer holds a right answer; "declined" the
share of the others that were declined; AUC that of the confidence, answerable or not. A passage is
read once, so the time is that of reading, told as passages a second.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from rag.cite import cite
from rag.config import Config
from rag.reader import open_reader
from rag.training.mixture import read_data
from tests.benchmarks.fit_read import drawn, opened, question_key

SETS = ("training", "squad-1.1", "squad-2.0", "clapnq")
NUMBERS = (2, 4, 6, 8, 12, 16)
MOST = 120  # questions of a set


def main(data: Path, most: int) -> None:
    """Measure and print."""
    parts = read_data(data)
    config = Config()
    reader = open_reader(config)
    held = {question_key(example.id) for example in parts.dev}
    spent, count = 0.0, 0
    rows: dict[tuple[str, int], list[tuple[bool, bool, bool, float]]] = {}
    for name in SETS:
        yardstick, serving, answerer = opened(data, name, reader, config)
        for asked in drawn(yardstick, held, most=most):
            began = time.perf_counter()
            found = serving.retriever.retrieve(asked.text, k=max(NUMBERS)).passages
            answerer.readings(asked.text, found)
            spent, count = spent + time.perf_counter() - began, count + len(found)
            for number in NUMBERS:
                retrieved = serving.retriever.retrieve(asked.text, k=number)
                draft = answerer.answer(asked.text, retrieved)
                said = [s.text for s in cite(draft.places, serving.generation.articles)]
                right = any(asked.answered_by(text) for text in said)
                rows.setdefault((name, number), []).append(
                    (asked.answerable, right, not draft.places, draft.confidence)
                )
    print(f"{count / spent:.0f} passages a second; right / declined / AUC, in percent")
    print(f"{'passages':<10}" + "".join(f"{name:>24}" for name in SETS))
    for number in NUMBERS:
        print(f"{number:<10}" + "".join(f"{_cell(rows[name, number]):>24}" for name in SETS))


def _cell(rows: list[tuple[bool, bool, bool, float]]) -> str:
    answerable, right, declined, confidence = map(np.array, zip(*rows, strict=True))
    shares = [right[answerable].mean(), math.nan, math.nan]
    if not answerable.all():
        shares[1:] = [declined[~answerable].mean(), roc_auc_score(answerable, confidence)]
    return " /".join(f"{100 * share:>5.1f}" for share in shares)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else MOST)
