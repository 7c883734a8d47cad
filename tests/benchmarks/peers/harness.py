"""What every system does in a process of its own; it needs nothing but the standard library.

    python SYSTEM.py index MODEL DATA PLACE     builds an index in PLACE of DATA/passages.jsonl
    python SYSTEM.py query MODEL DATA PLACE     opens it and asks DATA/queries.jsonl

The last line of the output is a JSON object. "first" is printed when the first question has its
result: who started the process knows how long that took.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

K = 10  # passages of a question

Passages = Sequence[tuple[str, str]]  # (id, text)
Search = Callable[[str], list[str]]  # a question -> the ids of the best passages, best first


class Build(Protocol):
    """Builds an index of the passages in a folder, with the model in another."""

    def __call__(self, passages: Passages, model: str, place: Path) -> None:
        """Build it."""


class Open(Protocol):
    """Opens what was built."""

    def __call__(self, passages: Passages, model: str, place: Path) -> Search:
        """Return what searches it. `passages` is for what keeps no index of its own on disk."""


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file of JSON lines."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main(build: Build, open_index: Open) -> None:
    """Do the step that the command line names."""
    step, model, data, place = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    cut = data / "passages.jsonl"  # not there yet while this program cuts the articles itself
    passages = [(row["id"], row["text"]) for row in rows(cut)] if cut.exists() else []
    found: dict[str, object] = {}
    if step == "index":
        began = time.perf_counter()
        build(passages, model, place)
        found["seconds"] = time.perf_counter() - began
    else:
        queries = rows(data / "queries.jsonl")
        search = open_index(passages, model, place)
        search(queries[0]["text"])
        print("first", flush=True)
        times, ranked = [], {}
        for query in queries:
            began = time.perf_counter()
            ranked[query["id"]] = search(query["text"])
            times.append(time.perf_counter() - began)
        found.update(times=times, ranked=ranked)
    # Kilobytes on Linux.
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps(found))
