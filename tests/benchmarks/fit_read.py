"""Fits the weights of rag/reading/weighed.py and prints them and what they reach held back.

    python -m tests.benchmarks.fit_read DATA_FOLDER

DATA_FOLDER holds training/ and yardsticks/, as `python -m rag.training` reads them. Only questions
of groups that the reader was not trained on are asked, of an index over the whole set (of the
pieces in rag/training/written, over those kept apart): fitted on its development part, reported on
its test part, each set weighing the same. The first two of ANSWER_WEIGHTS and the weights of
sentences were not taken from its last run: see rag/reading/weighed.py for the former.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rag import read
from rag.assistant import Assistant
from rag.config import Config
from rag.reader import BundledReader, Reader
from rag.reading import weighed
from rag.reading.desk import Desk
from rag.serving import Serving
from rag.training.mixture import file_of, read_data
from rag.training.sources import WRITTEN
from tests.benchmarks.fit_extract import Row, fitted, report_answers, report_sentences
from tests.benchmarks.yardsticks import Asked, Yardstick, open_news, open_yardstick

MOST = 250  # questions of a set and part
# Of the written pieces, those of which the bundled reader has seen the training part alone: the
# parts of the older ones changed as files were added. They are searched by themselves, a small
# folder whose near misses share more words with the text than the questions that it answers.
UNSEEN = ("clauses_", "mentioned_", "pairs_")


def main(data: Path) -> None:
    """Fit, and print."""
    parts = read_data(data)
    config = Config()
    reader = BundledReader.from_folder(backend="onnx")
    rows: dict[str, tuple[list[Row], list[Row]]] = {"dev": ([], []), "test": ([], [])}
    names = ("training", WRITTEN.name, "squad-1.1", "squad-2.0", "clapnq")
    apart = [e for e in (*parts.dev, *parts.test) if file_of(e).startswith(UNSEEN)]
    for name in names:
        if name == WRITTEN.name:
            kept = {question_key(example.group) for example in apart}
            yardstick = open_news(WRITTEN, config=config, only=kept)
            serving, answerer = reading(yardstick.assistant, reader, config)
        else:
            yardstick, serving, answerer = opened(data, name, reader, config)
        for part, examples in (("dev", parts.dev), ("test", parts.test)):
            held = {question_key(example.id) for example in examples}
            for asked in drawn(yardstick, held):
                found = serving.retriever.retrieve(asked.text, k=config.passages)
                read_ = answerer.read(asked.text, found)
                _observe(name, asked, read_, answerer.searched, *rows[part])
    model = fitted("SENTENCE", rows["dev"][0])
    for name in names:
        report_sentences(name, [row for row in rows["test"][0] if row[0] == name], model)
    judge = fitted("ANSWER", rows["dev"][1])
    for name in names:
        report_answers(name, [row for row in rows["test"][1] if row[0] == name], judge)
    alone = np.array([row[2][2] for row in rows["test"][1]])
    right = np.array([row[3] for row in rows["test"][1]])
    print(f"the reader's log-odds alone: mean {alone[right].mean():.2f} where answered, "
          f"{alone[~right].mean():.2f} where not")  # fmt: skip


def opened(
    data: Path, name: str, reader: Reader, config: Config
) -> tuple[Yardstick, Serving, read.ReadingAnswerer]:
    """Return a set's index, what searches it, and an answerer that reads with `reader`."""
    yardstick = (
        open_news(data / name, config=config)
        if name == "training"
        else open_yardstick(data / "yardsticks" / name, config=config)
    )
    return yardstick, *reading(yardstick.assistant, reader, config)


def reading(
    assistant: Assistant, reader: Reader, config: Config
) -> tuple[Serving, read.ReadingAnswerer]:
    """Return what searches an assistant's index, and an answerer that reads with `reader`."""
    serving = assistant._generations.now()
    desk = Desk(serving.generation, assistant._encoder)
    return serving, read.ReadingAnswerer(desk, lambda: reader, config)


def question_key(example_id: str) -> str:
    """Return the id that a yardstick gives the question of a training example."""
    return example_id.replace(".jsonl:", "-")


def drawn(yardstick: Yardstick, held: set[str], *, most: int = MOST) -> Iterator[Asked]:
    """Yield at most `most` of the held questions, the same each time, half of them unanswerable."""
    order = sorted(
        (asked for asked in yardstick.questions if asked.id in held),
        key=lambda asked: hashlib.sha256(asked.id.encode()).hexdigest(),
    )
    for answerable in (True, False):
        yield from [asked for asked in order if asked.answerable is answerable][: most // 2]


def _observe(
    name: str,
    asked: Asked,
    found: list[weighed.Read],
    searched: int,
    sentences: list[Row],
    answers: list[Row],
) -> None:
    holds = [
        asked.answerable
        and asked.answered_by(each.judged.text)
        and (not asked.relevant or each.judged.place.article_id in asked.relevant)
        for each in found
    ]
    if any(holds):
        for each, held in zip(found, holds, strict=True):
            sentences.append((name, asked.id, each.vector(), held))
    if found and (any(holds) or not asked.answerable or name == "clapnq"):
        answers.append((name, asked.id, weighed.answer_features(found, searched), asked.answerable))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
