"""A conversation of fifty turns: is its fiftieth answer as fast as its first?

    python -m tests.benchmarks.turns

Fifty questions of tests/questions.jsonl over the five articles are asked twice, each time of a new
assistant: one after another in one conversation, and each on its own. Told are the medians of ten
turns at the beginning, in the middle and at the end, in milliseconds, and their ratio: the same
questions stand in both columns.
"""

from __future__ import annotations

import json
import resource
import statistics
import time
from pathlib import Path

from rag import Assistant
from rag.datatypes import Message

ROOT = Path(__file__).parents[2]
TURNS = 50


def main() -> None:
    """Measure and print."""
    lines = (ROOT / "tests" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    questions = [row["question"] for row in rows if row["kind"] != "follow-up"]
    questions = questions[:: len(questions) // TURNS][:TURNS]
    alone, _ = asked(questions, in_conversation=False)
    together, grown = asked(questions, in_conversation=True)
    print(f"{'turns':<12}{'alone':>12}{'in one':>12}{'ratio':>8}")
    for low in (0, 20, 40):
        one, other = (statistics.median(times[low : low + 10]) for times in (alone, together))
        print(f"{low + 1:>2} to {low + 10:<6}{one:>9.0f} ms{other:>9.0f} ms{other / one:>8.2f}")
    print(f"memory grew by {grown:.1f} MB from the tenth turn to the last, at its peak")


def asked(questions: list[str], *, in_conversation: bool) -> tuple[list[float], float]:
    """Return the milliseconds of each answer, and how the peak memory grew after ten of them."""
    assistant = Assistant.open(corpus=ROOT / "seeds", index=ROOT / "index")
    assistant.ask("Who wrote it, and when was the first of them published?")  # loads the models
    history: list[Message] = []
    times, peaks = [], []
    for question in questions:
        began = time.perf_counter()
        answer = assistant.ask(question, history=history)
        times.append(1000 * (time.perf_counter() - began))
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
        if in_conversation:
            history += [
                {"role": "user", "content": question},
                {"role": "assistant", "content": str(answer)},
            ]
    return times, peaks[-1] - peaks[9]


if __name__ == "__main__":
    main()
