"""Which sentence of its article comes first for a question, by what an answer goes by?

    python -m tests.benchmarks.sentences DATA_FOLDER

DATA_FOLDER holds training/ and yardsticks/, as `python -m rag.training` reads them. Questions that
the reader was not trained on, each asked of the one article that answers it, by the reader's
score of a sentence alone, by the retriever's signals alone, and by both with the weights of
rag/reading/weighed.py, as an answer states them. Those weights were fitted on the development part.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rag.config import Config
from rag.read import ReadingAnswerer
from rag.reader import BundledReader
from rag.reading.weighed import Read
from rag.text import normalise
from rag.training.examples import Example
from rag.training.mixture import read_data
from tests.benchmarks.fit_read import opened, question_key
from tests.benchmarks.yardsticks import Yardstick

SETS = {"clapnq": "clapnq", "training": "news"}  # the folders, and what their examples are called
FOUND = 50  # passages: all of an article
WAYS: dict[str, Callable[[Read], float]] = {
    "the reader alone": lambda each: each.sentence,
    "the retriever's signals": lambda each: each.judged.logit,
    "both": lambda each: each.score,
}


def main(data: Path) -> None:
    """Measure, and print."""
    reader = BundledReader.from_folder(backend="onnx")
    parts = read_data(data)
    for name, source in SETS.items():
        yardstick, *_ = opened(data, name, reader, Config())
        for part, examples in (("development", parts.dev), ("test", parts.test)):
            held = [e for e in examples if e.source == source and e.gold and len(e.sentences) > 1]
            firsts = list(_firsts(held, yardstick, reader))
            shares = ", ".join(
                f"{way} {sum(first[at] for first in firsts)}" for at, way in enumerate(WAYS)
            )
            print(f"{name}, {part} part, {len(firsts)} questions: {shares}")


def _firsts(
    examples: Sequence[Example], yardstick: Yardstick, reader: BundledReader
) -> Iterator[list[bool]]:
    """Yield for each question whether the first sentence answers it, by each of WAYS."""
    asked = {question.id: question for question in yardstick.questions}
    for example in examples:
        (article,) = asked[question_key(example.id)].relevant
        serving, _ = yardstick.assistant._serving((article,))
        answerer = ReadingAnswerer(serving.desk, lambda: reader, yardstick.assistant.config)
        found = serving.retriever.retrieve(example.question, k=FOUND)
        gold = [normalise(example.passage[slice(*example.sentences[at])]) for at in example.gold]
        read = answerer.read(example.question, found)
        firsts = [normalise(max(read, key=way).judged.text) for way in WAYS.values()]
        yield [any(first in right or right in first for right in gold) for first in firsts]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
