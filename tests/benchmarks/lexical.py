"""BM25 over the same tokens: this program's, rank_bm25's and bm25s's.

    pip install bm25s
    python -m tests.benchmarks.lexical FOLDER [SIZE ...]

FOLDER holds questions.jsonl.gz and corpus.jsonl.gz, of whose sentences the passages are made
(tests/benchmarks/made.py); the sizes are 10,000 and 100,000 unless others are given. Each is
measured in a process of its own. All give the best 100 passages of a question by the same formula
(Lucene's idf, k1 = 0.6, b = 0.75; bm25s drops the factor k1 + 1, which changes no order). Beside
the time that passed stands the processor's, which other programs on the machine change less.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.lexical import LexicalIndex, bm25
from rag.text import query_terms
from tests.benchmarks import made

SIZES = (10_000, 100_000)
K1, B, K = 0.6, 0.75, 100
QUESTIONS = {"rank_bm25": 12}  # it is slow; the others are asked 200
_MOST_QUESTIONS = 200

Search = Callable[[list[str]], Sequence[int]]


def main() -> None:
    """Print the table."""
    if sys.argv[1] == "--measure":
        sys.stdout.write(json.dumps(measure(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))))
        return
    folder = Path(sys.argv[1])
    print("| passages | program | median, ms | 95th, ms | median, processor | 95th, processor |"
          " built in, s | memory, MB |")  # fmt: skip
    print("| --: | :-- " + "| --: " * 6 + "|")
    for size in [int(size) for size in sys.argv[2:]] or SIZES:
        for name in ("this program", "bm25s", "rank_bm25"):
            run = subprocess.run(
                [sys.executable, "-m", __spec__.name, "--measure", name, str(size), str(folder)],
                check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            row = json.loads(run.stdout)
            print(
                f"| {size:,} | {name} | {row['wall'][0]:.2f} | {row['wall'][1]:.2f} "
                f"| {row['processor'][0]:.2f} | {row['processor'][1]:.2f} "
                f"| {row['built']:.1f} | {row['memory'] / 1e6:,.0f} |",
                flush=True,
            )


def measure(name: str, size: int, folder: Path) -> dict[str, Any]:
    """Return one program's figures at one size."""
    documents = list(made.tokens_of(made.make(made.sentences_of(folder), size)))
    with gzip.open(folder / "questions.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file][: QUESTIONS.get(name, _MOST_QUESTIONS)]
    asked = [query_terms(text, ["en"]) for text in texts]
    before, began = _memory(), time.process_time()
    search = {"this program": _own, "bm25s": _bm25s, "rank_bm25": _rank_bm25}[name](documents)
    built, memory = time.process_time() - began, _memory() - before
    search(asked[0])
    wall, processor = [], []
    for terms in asked:
        at, worked = time.perf_counter(), time.process_time()
        search(terms)
        processor.append((time.process_time() - worked) * 1e3)
        wall.append((time.perf_counter() - at) * 1e3)
    return {
        "built": built,
        "memory": memory,
        "wall": np.percentile(wall, [50, 95]).tolist(),
        "processor": np.percentile(processor, [50, 95]).tolist(),
    }


def _own(documents: list[list[str]]) -> Search:
    index = LexicalIndex.from_tokens(documents, k1=K1, b=B)
    return lambda terms: [row for row, _ in index.search(terms, k=K)]


def _bm25s(documents: list[list[str]]) -> Search:
    import bm25s

    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    index.index(documents, show_progress=False)

    def search(terms: list[str]) -> Sequence[int]:
        found, _ = index.retrieve([terms], k=K, show_progress=False, n_threads=0)
        return [int(row) for row in found[0]]

    return search


def _rank_bm25(documents: list[list[str]]) -> Search:
    model = bm25(documents, k1=K1, b=B)

    def search(terms: list[str]) -> Sequence[int]:
        scores = model.get_scores(terms)
        return [int(row) for row in np.argsort(-scores, kind="stable")[:K]]

    return search


def _memory() -> int:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
