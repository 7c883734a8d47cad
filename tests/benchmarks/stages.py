"""Time per stage of a retrieval, opening and memory: five articles, then up to a million passages.

Beside the time that passed stands the processor's, which other programs on the machine change less.

    python -m tests.benchmarks.stages FOLDER [SIZE ...]

FOLDER holds corpus.jsonl.gz, whose sentences the large sets are made of (tests/benchmarks/made.py);
the sizes are 10,000, 100,000 and 1,000,000 passages unless others are given. The indexes are made
once, in the temporary folder. Each size is measured in a process of its own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

SIZES = (10_000, 100_000, 1_000_000)
QUESTIONS = 300
_STAGES = ("lexical", "encode", "vector", "fuse")
_FIVE = "five articles"


def main() -> None:
    """Print the tables."""
    if sys.argv[1] == "--measure":
        sys.stdout.write(json.dumps(measure(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))))
        return
    folder = Path(sys.argv[1])
    sizes = [int(size) for size in sys.argv[2:]] or list(SIZES)
    rows = []
    for size in [_FIVE, *map(str, sizes)]:
        index = Path("index") if size == _FIVE else _made(folder, int(size))
        run = subprocess.run(
            [sys.executable, "-m", __spec__.name, "--measure", size, str(index), str(folder)],
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        rows.append(json.loads(run.stdout))
    print(f"{rows[0]['questions']} questions each, milliseconds: median (95th percentile)\n")
    heads = (
        "passages", *_STAGES, "whole", "lexical + vector + fuse", "the same, processor",
        "recall@10",
    )  # fmt: skip
    print("| " + " | ".join(heads) + " |\n" + "| ---: " * len(heads) + "|")
    for row in rows:
        cells = [
            f"{row[name][0]:.1f} ({row[name][1]:.1f})"
            for name in (*_STAGES, "whole", "search", "processor")
        ]
        print("| " + " | ".join([f"{row['passages']:,}", *cells, f"{row['recall']:.3f}"]) + " |")
    heads = (
        "passages", "open, s", "vectors and text, MB", "on disk, MB", "memory in use, MB",
        "of it not of the index, MB", "memory / vectors and text",
    )  # fmt: skip
    print("\n| " + " | ".join(heads) + " |\n" + "| ---: " * len(heads) + "|")
    for row in rows:
        print(
            f"| {row['passages']:,} | {row['open_s']:.2f} | {row['bytes'] / 1e6:,.0f} "
            f"| {row['disk'] / 1e6:,.0f} | {row['memory'] / 1e6:,.0f} | {row['base'] / 1e6:,.0f} "
            f"| {row['memory'] / row['bytes']:.2f} |"
        )


def measure(size: str, index: Path, folder: Path) -> dict[str, Any]:
    """Return the figures of one index, opened in this process."""
    from rag import store
    from rag.assistant import Assistant
    from rag.compiled import open_encoder
    from rag.config import Config
    from rag.retrieve import HybridRetriever
    from tests.benchmarks.retrieval import QUESTIONS as ASKED

    config = Config()
    encoder = open_encoder(config)
    encoder.encode(["warm"])
    if size == _FIVE:
        Assistant.open("seeds", index)
        questions: list[tuple[str, np.ndarray | None]] = [
            (ASKED[at % len(ASKED)], None) for at in range(QUESTIONS)
        ]
    else:
        questions = _questions(folder, int(size))
    base = _memory("RssAnon")
    began = time.perf_counter()
    generation = store.load(index)
    retriever = HybridRetriever(generation, encoder, config)
    open_s = time.perf_counter() - began
    taken: dict[str, list[float]] = defaultdict(list)
    hits, asked = 0, 0
    for question, vector in questions:
        retriever._encoder = encoder if vector is None else _Drawn(encoder, vector)  # type: ignore[assignment]
        began, worked = time.perf_counter(), time.thread_time()
        found = retriever.retrieve(question, k=8)
        for passage in found.passages:
            assert passage.chunk.text in passage.article.text
        taken["whole"].append(time.perf_counter() - began)
        worked = time.thread_time() - worked
        began = time.thread_time()
        encoder.encode([question])
        taken["processor"].append(worked - (time.thread_time() - began))
        for stage, seconds in found.seconds.items():
            taken[stage].append(seconds)
        taken["search"].append(sum(found.seconds[s] for s in ("lexical", "vector", "fuse")))
    memory = _memory("VmRSS")
    for question, vector in questions[:100]:
        query = encoder.encode([question])[0] if vector is None else vector
        near = generation.vectors.search(query, k=10)
        exact = np.argsort(-(generation.vectors._vectors @ query), kind="stable")[:10]
        hits += len({row for row, _ in near} & set(exact.tolist()))
        asked += len(exact)
    text = sum(len(article.text.encode()) for article in generation.articles.values())
    return {
        "passages": len(generation.chunks),
        "questions": len(questions),
        "open_s": open_s,
        "bytes": text + generation.vectors._vectors.nbytes,
        "disk": sum(path.stat().st_size for path in index.rglob("*") if path.is_file()),
        "memory": memory,
        "base": base,
        "recall": hits / asked,
        **{
            name: (
                statistics.median(seconds) * 1e3,
                statistics.quantiles(seconds, n=20)[-1] * 1e3,
            )
            for name, seconds in taken.items()
        },
    }


class _Drawn:
    """The encoder's time, and a vector that was drawn as the passages' were."""

    def __init__(self, encoder: Any, vector: np.ndarray) -> None:
        self._encoder = encoder
        self._vector = vector

    def encode(self, texts: list[str]) -> np.ndarray:
        self._encoder.encode(texts)
        return self._vector[None, :]


def _questions(folder: Path, size: int) -> list[tuple[str, np.ndarray | None]]:
    """Return real questions, each with a vector drawn around a passage's centre."""
    import gzip

    from tests.benchmarks import made

    with gzip.open(folder / "questions.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for _, line in zip(range(QUESTIONS), file, strict=False)]
    recipe = made.make(made.sentences_of(folder), size)
    groups = np.random.default_rng(5).integers(0, len(recipe.centres), len(texts))
    return list(zip(texts, recipe.vectors(6, groups), strict=True))


def _made(folder: Path, size: int) -> Path:
    from tests.benchmarks import made

    index = Path(tempfile.gettempdir()) / "rag-made" / f"{folder.name}-{size}"
    if not (index / "CURRENT").exists():
        began = time.perf_counter()
        made.publish(made.make(made.sentences_of(folder), size), index)
        print(f"made {size:,} passages in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return index


def _memory(kind: str) -> int:
    """Return a figure of this process's memory in bytes: VmRSS, all in use; RssAnon, its own."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name == kind:
            return int(value.split()[0]) * 1024
    return 0


if __name__ == "__main__":
    main()
