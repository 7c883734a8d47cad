"""Measures syncs of a large folder: the first, one with nothing changed, one with 1% changed.

    python -m tests.benchmarks.syncing CORPUS_JSONL_GZ [ARTICLES [DIFFERENT]]

The articles (rows with `title` and `text`) are repeated with a changed opening until there are
enough. The encoder costs nothing, so that what is measured is everything but encoding. With
DIFFERENT it is the bundled one, and so many articles are repeated: a text is encoded once. Each
step runs in a process of its own, whose peak memory is told; hashing alone is measured beside them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rag import corpus
from rag.compiled import open_encoder
from rag.config import Config
from rag.encoder import Encoder, Vectors
from rag.sync import code_fingerprint, sync

_DIMENSION = 384  # as wide as the bundled encoder's


class CheapEncoder:
    """An Encoder whose vectors are drawn from a text's hash."""

    model_id = "cheap"
    fingerprint = "drawn from the hash"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        vectors = np.empty((len(texts), _DIMENSION), np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            vectors[row] = np.random.default_rng(seed).standard_normal(_DIMENSION, np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def write_articles(source: Path, folder: Path, count: int, different: int | None = None) -> None:
    """Write `count` articles, `different` ones or all there are, a hundred to a folder."""
    with gzip.open(source, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][:different]
    for number in range(count):
        row, again = rows[number % len(rows)], number // len(rows)
        path = folder / f"{number // 100:04}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        opening = f"Edition {again} of this piece. " if again else ""
        path.write_text(f"{row['title']}\n\n{opening}{row['text']}\n", encoding="utf-8")


def change(folder: Path, share: float) -> int:
    """Add a sentence to that share of the articles and return how many these are."""
    paths = sorted(folder.rglob("*.txt"))
    chosen = paths[:: round(1 / share)]
    for path in chosen:
        path.write_text(path.read_text(encoding="utf-8") + "\nOne more thing is to be said now.\n")
    return len(chosen)


def step(what: str, config: Config, encoder: Encoder) -> dict[str, float]:
    """Do one step in this process, and return its seconds and its peak memory."""
    code_fingerprint()  # what is done once a process, and the imports, are not the folder's
    began = time.perf_counter()
    if what == "hash":
        corpus.scan(Path(config.corpus))
        report = None
    else:
        report = sync(config, encoder)
    took = time.perf_counter() - began
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "seconds": took,
        "cpu": time.process_time(),
        "peak_mb": peak_kb / 1000,
        "encoded": report.encoded if report else 0,
        "chunks": report.chunks if report else 0,
    }


def apart(what: str, config: Config, encoder: str) -> dict[str, float]:
    """Do a step in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", __spec__.name, "--step", what, config.corpus, config.index, encoder],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def main(words: Sequence[str]) -> None:
    """Print the table."""
    if words[:1] == ["--step"]:
        config = Config(corpus=words[2], index=words[3])
        encoder = CheapEncoder() if words[4] == "cheap" else open_encoder(config)
        print(json.dumps(step(words[1], config, encoder)))
        return
    count = int(words[1]) if len(words) > 1 else 20_000
    different = int(words[2]) if len(words) > 2 else None
    kind = "cheap" if different is None else "bundled"
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "articles"
        write_articles(Path(words[0]), folder, count, different)
        size = sum(path.stat().st_size for path in folder.rglob("*.txt"))
        config = Config(corpus=str(folder), index=str(Path(made) / "index"))
        print(f"{count} articles, {size / 1e6:.0f} MB, the {kind} encoder", flush=True)
        rows = {"first sync": apart("sync", config, kind)}
        rows["hashing alone"] = apart("hash", config, kind)
        rows["nothing changed"] = apart("sync", config, kind)
        changed = change(folder, 0.01)
        rows[f"1% changed ({changed})"] = apart("sync", config, kind)
        first = rows["first sync"]["seconds"]
        for name, row in rows.items():
            print(
                f"{name:20} {row['seconds']:8.2f} s {100 * row['seconds'] / first:6.2f}% "
                f"{row['cpu']:8.2f} s CPU  peak {row['peak_mb']:6.0f} MB  "
                f"{row['encoded']:.0f} of {row['chunks']:.0f} passages encoded"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
