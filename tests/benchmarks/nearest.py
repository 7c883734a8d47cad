"""Ways to search vectors approximately, against brute force: recall, time, memory, building.

    python -m tests.benchmarks.nearest [COUNT] [VECTORS.npy]

COUNT vectors (100,000 unless given) are drawn around centres (tests/benchmarks/made.py), or are the
real ones of a file. Every quantised form fetches twice what is asked for and orders it by the exact
vectors. Times are the processor's, of one thread, milliseconds a query.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import faiss
import numpy as np

from tests.benchmarks import made

QUERIES = 200
DEPTH = 100  # rows asked for, as the fusion does
_BLOCK = 65_536


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    if len(sys.argv) > 2:
        every = np.load(sys.argv[2]).astype(np.float32)
        every /= np.linalg.norm(every, axis=1, keepdims=True)
        queries, vectors = every[:QUERIES], np.ascontiguousarray(every[QUERIES:])
    else:
        recipe = made.make(["x"], count)
        groups = np.random.default_rng(3).integers(0, len(recipe.centres), count + QUERIES)
        every = recipe.vectors(4, groups)
        queries, vectors = every[:QUERIES], every[QUERIES:]
    count, dimension = vectors.shape
    cells = 1 << round(2 + np.log2(count) / 2)  # as in rag/vectors.py
    faiss.omp_set_num_threads(1)
    _, exact = faiss.knn(queries, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    print(f"{count:,} vectors of {dimension}, {cells} cells, recall of the nearest 10\n")
    print("| index | built in, s | MB | setting | recall@10 | median | 95th |")
    print("| :-- | --: | --: | --: | --: | --: | --: |")
    flat = faiss.IndexFlatIP(dimension)
    flat.add(vectors)
    _row("flat", 0.0, flat, "exact", lambda q: flat.search(q, DEPTH)[1][0], queries, exact)
    for name, spec, rescored in (
        ("IVF, flat", f"IVF{cells},Flat", False),
        ("IVF, 8 bits", f"IVF{cells},SQ8", True),
        ("IVF, 4 bits", f"IVF{cells},SQ4", True),
        ("IVF, PQ 96 bytes", f"IVF{cells},PQ96x8", True),
        ("HNSW, flat", "HNSW32,Flat", False),
        ("HNSW, 8 bits", "HNSW32,SQ8", True),
    ):
        faiss.omp_set_num_threads(faiss.omp_get_max_threads())
        began = time.process_time()
        index = faiss.index_factory(dimension, spec, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors[:: max(1, count // (cells * 40))])
        for first in range(0, count, _BLOCK):
            index.add(vectors[first : first + _BLOCK])
        built = time.process_time() - began
        faiss.omp_set_num_threads(1)
        hnsw = name.startswith("HNSW")
        for setting in (64, 128, 256, 512):
            if not hnsw and setting > cells:
                continue
            faiss.ParameterSpace().set_index_parameter(
                index, "efSearch" if hnsw else "nprobe", setting
            )
            _row(
                name, built, index, str(setting), _search(index, vectors, rescored), queries, exact
            )


def _search(index: Any, vectors: np.ndarray, rescored: bool) -> Callable[[np.ndarray], np.ndarray]:
    def search(query: np.ndarray) -> np.ndarray:
        rows = index.search(query, DEPTH * (2 if rescored else 1))[1][0]
        if not rescored:
            return np.asarray(rows)
        rows = rows[rows >= 0]
        return np.asarray(rows[np.argsort(-(vectors[rows] @ query[0]), kind="stable")])

    return search


def _row(
    name: str, built: float, index: Any, setting: str,
    search: Callable[[np.ndarray], np.ndarray], queries: np.ndarray, exact: np.ndarray,
) -> None:  # fmt: skip
    taken, hits = [], 0
    for query, best in zip(queries, exact, strict=True):
        began = time.thread_time()
        found = search(query[None, :])
        taken.append(time.thread_time() - began)
        hits += len(set(found[:10].tolist()) & set(best.tolist()))
    median, high = np.percentile(np.asarray(taken) * 1e3, [50, 95])
    size = len(faiss.serialize_index(index)) / 1e6
    print(
        f"| {name} | {built:.0f} | {size:,.0f} | {setting} | {hits / exact.size:.4f} "
        f"| {median:.1f} | {high:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
