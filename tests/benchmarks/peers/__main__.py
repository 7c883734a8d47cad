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
of the questions whose articles are there (news: 40 questions' articles, and other questions for the
time alone).
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.config import Config
from rag.evaluate.documents import Document, write_documents
from rag.evaluate.ranking import Ranking, measure
from rag.reader.bundled import bundled_encoder
from tests.benchmarks.fusion import relevant
from tests.benchmarks.yardsticks import open_yardstick, rows_of

HERE = Path(__file__).parent
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
SETS = {"squad-1.1": None, "realtimeqa-2023": 40}


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
    pythons = {"this program": Path(sys.executable)}
    for name, packages in PEERS.items():
        if not only or name in only:
            pythons[name] = environment(work / "venvs" / name, packages)
    for name, questions in SETS.items():
        data = work / "data" / name
        passages, wanted, article_of = prepare(folder / name, data, questions, most)
        print(f"\n{name}: {passages} passages, {len(wanted)} questions with a right article")
        print(
            f"{'':<14}{'index':>9}{'cold':>8}{'p50':>9}{'p95':>9}{'memory':>9}"
            f"{'nDCG@10':>9}{'hit@10':>8}"
        )
        for system, python in pythons.items():
            try:
                row = measured(system, python, data, wanted, article_of)
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
    source: Path, data: Path, questions: int | None, most: int
) -> tuple[int, dict[str, frozenset[str]], dict[str, str]]:
    """Write passages, questions and the folder of articles; return what is right, by question.

    The passages are those of this program's own index. Also returned: how many there are, and the
    article of each.
    """
    yardstick = open_yardstick(
        source, config=Config(), limit=questions, candidates_only=questions is not None
    )
    chunks = yardstick.assistant.chunks
    documents = [
        Document(id=article.id, text=article.text)
        for article in yardstick.assistant.articles.values()
    ]
    shutil.rmtree(data, ignore_errors=True)
    write_documents(documents, data / "articles")
    wanted = {
        asked.id: (asked.text, right)
        for asked in yardstick.questions
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


def measured(
    system: str,
    python: Path,
    data: Path,
    wanted: Mapping[str, frozenset[str]],
    article_of: Mapping[str, str],
) -> Row:
    """Index, start cold, ask."""
    place = data / f"index-{system.replace(' ', '-')}"
    shutil.rmtree(place, ignore_errors=True)
    script = HERE / f"{'this_program' if system == 'this program' else f'{system}_peer'}.py"
    model = str(bundled_encoder())
    built, _ = step([str(python), str(script), "index", model, str(data), str(place)])
    asked, cold = step([str(python), str(script), "query", model, str(data), str(place)])
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
        cold_s=cold,
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
