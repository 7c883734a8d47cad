"""Retrieval in conversations: the program's reading of follow-ups against simple policies.

    python -m tests.benchmarks.conversations YARDSTICKS_FOLDER

R@5 and nDCG@5 of the right passages among the pooled ones of a set, on all its questions that have
one; and the clean-question rate: how many self-contained questions are searched for unchanged when
an unrelated conversation stands before them. Nothing is chosen on any of these sets.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rag.config import Config
from rag.datatypes import Message, Passage
from rag.followup import standalone
from tests.benchmarks.fusion import interval
from tests.benchmarks.yardsticks import Asked, open_yardstick, rows_of

SETS = ("mtrag-un", "inscit")
CLEAN = ("squad-1.1", "xquad-en")
CLEAN_QUESTIONS = 300
K = 5
DEPTH = 60  # passages to find K documents in

Policy = Callable[[str, Sequence[Message]], str]


def last_turns(count: int) -> Policy:
    """Return the policy that searches for the last `count` messages of the user together."""

    def policy(question: str, history: Sequence[Message]) -> str:
        said = [turn["content"] for turn in history if turn["role"] == "user"]
        return " ".join([*said, question][-count:])

    return policy


POLICIES: dict[str, Policy] = {
    "last turn": last_turns(1),
    "last two user turns": last_turns(2),
    "all user turns": last_turns(1000),
    "the program": standalone,
}


def main(folder: Path) -> None:
    """Measure and print."""
    print(f"{'R@5 / nDCG@5':<32}" + "".join(f"{name:>24}" for name in SETS))
    found: dict[tuple[str, str, str], np.ndarray] = {}
    for retriever in ("lexical", "hybrid"):
        for name in SETS:
            yardstick = open_yardstick(folder / name, config=Config(retriever=retriever))
            asked = [each for each in yardstick.questions if each.relevant]
            for label, policy in POLICIES.items():
                found[retriever, label, name] = np.array([
                    marks(yardstick.assistant.retrieve(policy(e.text, e.history), k=DEPTH), e)
                    for e in asked
                ])  # fmt: skip
        for label in POLICIES:
            cells = [found[retriever, label, name].mean(axis=0) for name in SETS]
            shown = "".join(f"{recall:>17.3f} {ndcg:.3f} " for recall, ndcg in cells)
            print(f"{retriever + ', ' + label:<32}{shown}")
    for name in SETS:
        own = found["hybrid", "the program", name]
        for at, figure in enumerate(("R@5", "nDCG@5")):
            low, high = interval(own[:, at] - found["hybrid", "last turn", name][:, at])
            print(f"{name}, {figure}: program - last turn: 95% interval {low:+.3f} to {high:+.3f}")
    unrelated = conversations(folder)
    for name in CLEAN:
        rows = sorted(
            rows_of(folder / name / "questions.jsonl.gz"),
            key=lambda row: hashlib.sha256(row["_id"].encode()).hexdigest(),
        )[:CLEAN_QUESTIONS]
        changed = [
            row["text"]
            for row, said in zip(rows, unrelated, strict=True)
            if standalone(row["text"], said) != row["text"]
        ]
        kept = 1 - len(changed) / len(rows)
        print(f"{name}: {kept:.1%} of {len(rows)} searched for unchanged; not:")
        for text in changed:
            print(f"    {text}")


def conversations(folder: Path) -> list[Sequence[Message]]:
    """Return CLEAN_QUESTIONS conversations of the sets; questions of other sets follow them."""
    found = [
        row["history"]
        for name in SETS
        for row in rows_of(folder / name / "questions.jsonl.gz")
        if row.get("history")
    ]
    return found[:CLEAN_QUESTIONS]


def marks(passages: Sequence[Passage], asked: Asked) -> tuple[float, float]:
    """Return R@K and nDCG@K of the documents that the passages are of, best first."""
    documents = list(dict.fromkeys(passage.article.id for passage in passages))[:K]
    right = [rank for rank, name in enumerate(documents, 1) if name in asked.relevant]
    ideal = sum(1 / np.log2(rank + 1) for rank in range(1, min(len(asked.relevant), K) + 1))
    gain = sum(1 / np.log2(rank + 1) for rank in right)
    return len(right) / len(asked.relevant), float(gain / ideal)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
