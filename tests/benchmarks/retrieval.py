"""Time per stage of a retrieval and of an answer over the five articles, and of a cold start.

    python -m tests.benchmarks.retrieval

Encoding and retrieval take turns in one run, so that their ratio holds on a noisy machine.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from rag.assistant import Assistant
from rag.compiled import open_encoder
from rag.config import Config

QUESTIONS = (
    "How many free tokens does Zhipu AI offer?",
    "Who founded 01.AI?",
    "When did the ban take effect?",
    "What did Thomas Bach say about Alibaba?",
    "How much does a click cost in customer service?",
)
ROUNDS = 40
NEW_ROUNDS = 8  # rounds of questions that were never asked, so that their passages are read


def main() -> None:
    """Print the tables."""
    assistant = Assistant.open("seeds", "index")
    encoder = open_encoder(Config())
    assistant.ask(QUESTIONS[0])
    encoder.encode([QUESTIONS[0]])
    alone, whole, answering = [], [], []
    stages: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            began = time.perf_counter()
            encoder.encode([question])
            alone.append(time.perf_counter() - began)
            began = time.perf_counter()
            assistant.retrieve(question)
            whole.append(time.perf_counter() - began)
            began = time.perf_counter()
            answer = assistant.ask(question)
            answering.append(time.perf_counter() - began)
            for stage, seconds in answer.seconds.items():
                stages[stage].append(seconds)
    new: list[float] = []
    reading: list[float] = []
    for number in range(NEW_ROUNDS):
        for question in QUESTIONS:
            began = time.perf_counter()
            answer = assistant.ask(question.replace("?", f", as of part {number}?"))
            new.append(time.perf_counter() - began)
            reading.append(answer.seconds["answer"])
    print(f"{len(alone)} questions over {len(assistant.chunks)} passages, milliseconds")
    print(f"{'stage':<24}{'median':>10}{'p95':>10}")
    for name, seconds in (
        ("one encoding", alone),
        ("one retrieval", whole),
        ("one answer", answering),
        *(("  " + stage, seconds) for stage, seconds in stages.items()),
        ("one answer, never asked", new),
        ("  answer", reading),
    ):
        p95 = statistics.quantiles(seconds, n=20)[-1]
        print(f"{name:<24}{statistics.median(seconds) * 1e3:>10.2f}{p95 * 1e3:>10.2f}")
    ratio = statistics.median(whole) / statistics.median(alone)
    print(f"retrieval / encoding (medians): {ratio:.2f}")
    rag = str(Path(sys.executable).with_name("rag"))
    for command in (
        [rag, "--help"],
        [rag, "ask", QUESTIONS[0]],
        [sys.executable, "-c", "import sentence_transformers"],
    ):
        times = []
        for _ in range(5):
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times.append(time.perf_counter() - began)
        shown = " ".join(Path(part).name for part in command)
        print(
            f"{shown:<66} best of five {min(times):.2f} s, median {statistics.median(times):.2f} s"
        )


if __name__ == "__main__":
    main()
