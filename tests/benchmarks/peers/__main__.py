"""This program beside txtai, LlamaIndex, LangChain and Haystack, in one run.

    python -m tests.benchmarks.peers FOLDER WORK [QUESTIONS [ONLY ...]]

FOLDER holds folders of public question sets (squad-1.1, realtimeqa-2023). In WORK each library gets
a virtual environment of its own from PyPI, once; this takes some 6 GB. All use the same weights,
the bundled all-MiniLM-L6-v2, and each its hybrid of BM25 and vectors as its documentation shows it.
All but this program are given the passages that this program cut, so that they need not; it reads
the folder of articles, cuts, encodes and indexes it.

Told are: the time to index; a cold start to the first result (a process is started, the index is
opened, a question asked); the time of a question, median and 95th percentile, over QUESTIONS (300)
of them; the peak memory of either process; nDCG@10 and hit@10 of the ranking of articles, for those
of the questions whose articles are there (news: the 2,000 articles of 328 questions; where
fewer than QUESTIONS have a right article, others are asked for the time alone).

What a system reached is kept in WORK/data and not measured again; remove that folder to start anew.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import Assistant
from rag.evaluate.ranking import Ranking, measure
from rag.reader.bundled import bundled_encoder
from tests.benchmarks.fusion import relevant
from tests.benchmarks.yardsticks import Asked, Yardstick, read_questions, rows_of

HERE = Path(__file__).parent
OURS = "this program"
TORCH = "torch>=2.11,<2.14"  # one build for processors, where such a one is offered
PEERS: Mapping[str, Sequence[str]] = {
    "txtai": ("txtai",),
    "llama_index": (
        "llama-index-core", "llama-index-vector-stores-faiss", "llama-index-retrievers-bm25",
        "llama-index-embeddings-huggingface", "faiss-cpu",
    ),
    "langchain": (
        "langchain-classic", "langchain-community", "langchain-huggingface", "rank-bm25",
        "faiss-cpu", "sentence-transformers",
    ),
    "haystack": ("haystack-ai", "sentence-transformers-haystack"),
}  # fmt: skip
# Of so many questions the documents are taken; None: all.
SETS = {"squad-1.1": None, "realtimeqa-2023": 328}


@dataclass(frozen=True)
class Row:
    """What one system reached on one set."""

    index_s: float
    cold_s: float
    p50_ms: float
    p95_ms: float
    peak_mb: float
    ndcg: float
    hit: float


def main(folder: Path, work: Path, most: int, only: Sequence[str]) -> None:
    """Measure and print."""
    pythons = {OURS: Path(sys.executable)}
    for name, packages in PEERS.items():
        if not only or name in only:
            pythons[name] = environment(work / "venvs" / name, packages)
    for name, questions in SETS.items():
        data = work / "data" / f"{name}-{questions or 'all'}-{most}"
        asked = read_questions(
            folder / name, data / "articles", limit=questions, candidates_only=bool(questions)
        )
        own = indexed(OURS, pythons[OURS], data)  # first: the others get the passages that it cut
        passages, wanted, article_of = prepare(folder / name, data, asked, most)
        print(f"\n{name}: {passages} passages, {len(wanted)} questions with a right article")
        print(
            f"{'':<14}{'index':>9}{'cold':>8}{'p50':>9}{'p95':>9}{'memory':>9}"
            f"{'nDCG@10':>9}{'hit@10':>8}"
        )
        for system, python in pythons.items():
            try:
                built = own if system == OURS else indexed(system, python, data)
                row = measured(built, queried(system, python, data), wanted, article_of)
            except subprocess.CalledProcessError as error:
                lines = (error.stderr or "").strip().splitlines()
                print(f"{system:<14} failed: {lines[-1] if lines else error}", flush=True)
                continue
            print(
                f"{system:<14}{row.index_s:>7.1f} s{row.cold_s:>6.1f} s{row.p50_ms:>6.1f} ms"
                f"{row.p95_ms:>6.1f} ms{row.peak_mb:>6.0f} MB{100 * row.ndcg:>9.2f}"
                f"{100 * row.hit:>8.1f}",
                flush=True,
            )


def environment(place: Path, packages: Sequence[str]) -> Path:
    """Return the Python of a virtual environment with the packages, made where there is none."""
    python = place / "bin" / "python"
    if not python.exists():
        print(f"installing {', '.join(packages)} ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", TORCH, *packages]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
    return python


def prepare(
    source: Path, data: Path, questions: Sequence[Asked], most: int
) -> tuple[int, dict[str, frozenset[str]], dict[str, str]]:
    """Write the passages that this program cut, and questions; return what is right, by question.

    Also returned: how many passages there are, and the article of each.
    """
    assistant = Assistant.open(data / "articles", place_of(OURS, data))
    yardstick = Yardstick(source.name, questions, assistant)
    chunks = assistant.chunks
    wanted = {
        asked.id: (asked.text, right)
        for asked in questions
        if (right := relevant(yardstick, asked))
    }
    names = sorted(wanted)[:: max(1, len(wanted) // most)][:most]
    texts = {name: wanted[name][0] for name in names}
    for row in rows_of(source / "questions.jsonl.gz"):
        if len(texts) < most:
            texts.setdefault(row["_id"], row["text"])
    _write(data / "passages.jsonl", [{"id": c.id, "text": c.text} for c in chunks])
    _write(data / "queries.jsonl", [{"id": name, "text": text} for name, text in texts.items()])
    article_of = {chunk.id: chunk.article_id for chunk in chunks}
    return len(chunks), {name: wanted[name][1] for name in names}, article_of


def place_of(system: str, data: Path) -> Path:
    """Return where the index of a system lies."""
    return data / f"index-{system.replace(' ', '-')}"


def indexed(system: str, python: Path, data: Path) -> dict[str, Any]:
    """Build the index of a system, where it is not there yet; return what that took."""
    place = place_of(system, data)
    return _once(
        place.with_suffix(".json"), lambda: _run(system, "index", python, data), afresh=place
    )


def queried(system: str, python: Path, data: Path) -> dict[str, Any]:
    """Start a system cold and ask it the questions; return the times and what it found."""
    kept = data / f"asked-{place_of(system, data).name}.json"
    return _once(kept, lambda: _run(system, "query", python, data))


def _run(system: str, what: str, python: Path, data: Path) -> dict[str, Any]:
    script = HERE / f"{'this_program' if system == OURS else f'{system}_peer'}.py"
    model, place = str(bundled_encoder()), str(place_of(system, data))
    found, first = step([str(python), str(script), what, model, str(data), place])
    return {**found, "first": first}


def _once(
    kept: Path, make: Callable[[], dict[str, Any]], *, afresh: Path | None = None
) -> dict[str, Any]:
    if kept.exists():
        before: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return before
    if afresh:
        shutil.rmtree(afresh, ignore_errors=True)
    found = make()
    kept.write_text(json.dumps(found), encoding="utf-8")
    return found


def measured(
    built: Mapping[str, Any],
    asked: Mapping[str, Any],
    wanted: Mapping[str, frozenset[str]],
    article_of: Mapping[str, str],
) -> Row:
    """Return the figures of a system."""
    times = [1e3 * seconds for seconds in asked["times"]]
    rankings = {
        name: Ranking(
            tuple(dict.fromkeys(article_of.get(found, found) for found in asked["ranked"][name])),
            dict.fromkeys(right, 1),
        )
        for name, right in wanted.items()
    }
    figures = measure(rankings).values()
    return Row(
        index_s=built["seconds"],
        cold_s=asked["first"],
        p50_ms=statistics.median(times),
        p95_ms=statistics.quantiles(times, n=20)[-1],
        peak_mb=max(built["peak_mb"], asked["peak_mb"]),
        ndcg=statistics.fmean(each["ndcg@10"] for each in figures),
        hit=statistics.fmean(each["hit@10"] for each in figures),
    )


def step(command: Sequence[str]) -> tuple[dict[str, Any], float]:
    """Return what a process says at its end, and when it had its first result, in seconds."""
    began = time.perf_counter()
    first, last = 0.0, ""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
            for line in process.stdout or ():
                if line.strip() == "first":
                    first = time.perf_counter() - began
                last = line
        if process.returncode:
            errors.seek(0)
            raise subprocess.CalledProcessError(
                process.returncode, list(command), stderr=errors.read()
            )
    found: dict[str, Any] = json.loads(last)
    return found, first


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    main(Path(sys.argv[1]), Path(sys.argv[2]), limit, sys.argv[4:])
