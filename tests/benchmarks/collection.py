"""Measures questions about the articles themselves over a large folder: the newest, whose, which.

    python -m tests.benchmarks.collection CORPUS_JSONL_GZ [ARTICLES]

The articles (rows with `title` and `text`) are repeated until there are enough; four in five get a
byline, and four in five a date. The encoder costs nothing. Each question is asked three times: the
first one may read what is known of all articles, which is kept as long as the generation serves.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from rag.assistant import Assistant
from rag.config import Config
from tests.benchmarks.syncing import CheapEncoder

_CHARS = 900  # of a text
_WRITERS = ("Ana Ruiz", "Tom Hall", "Mia Okafor", "Jonas Brandt", "Priya Nair")
_OUTLETS = ("Velm Gazette", "Harbour Post", "Coast Now")
QUESTIONS = (
    "What is the newest article?", "Which articles do you have?", "How many articles are there?",
    "Which articles are from March 2022?", "Which articles are by Ana Ruiz?",
    "Who wrote the most articles?", "Which is the longest article?",
    "Summarise the guide to Port Aldren", "Who wrote the harbour article?",
    "Which articles mention dredging?", "What is the newest article about dredging?",
)  # fmt: skip


def write_articles(source: Path, folder: Path, count: int) -> None:
    """Write `count` articles with their heads, a hundred to a folder; the middle one is a guide."""
    with gzip.open(source, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    for number in range(count):
        row = rows[number % len(rows)]
        byline = f"By {_WRITERS[number % 7 % 5]} | {_OUTLETS[number % 3]}\n" if number % 5 else ""
        day = date(2018, 1, 1) + timedelta(days=number * 7919 % 2400)
        stated = f"Published: {day:%d %B %Y}\n" if number % 5 != 1 else ""
        title = "The guide to Port Aldren" if number == count // 2 else row["title"]
        path = folder / f"{number // 100:04}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"Edition {number // len(rows) + 1}. {row['text'][:_CHARS]}"
        path.write_text(f"{title}\n\n{byline}{stated}\n{text}\n", encoding="utf-8")


def asked(assistant: Assistant, question: str) -> tuple[float, float]:
    """Return the processor's seconds of a question, and the least of asking it twice more."""
    took = []
    for _ in range(3):
        began = time.process_time()
        assistant.ask(question)
        took.append(time.process_time() - began)
    return took[0], min(took[1:])


def main(words: Sequence[str]) -> None:
    """Print the table."""
    count = int(words[1]) if len(words) > 1 else 20_000
    with tempfile.TemporaryDirectory() as made:
        folder, index = Path(made) / "articles", Path(made) / "index"
        write_articles(Path(words[0]), folder, count)
        config = Config(reader="none", exact_up_to=1_000_000)
        assistant = Assistant.open(folder, index, config=config, encoder=CheapEncoder())
        print(f"{len(assistant.articles)} articles, {len(assistant.chunks)} passages", flush=True)
        for question in QUESTIONS:
            first, again = asked(assistant, question)
            print(f"{question:45} {first:7.3f} s {again:7.3f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
