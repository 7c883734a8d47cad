"""Fits the weight of rag/searching/reorder.py, and tells what it does.

    python -m tests.benchmarks.reordering DATA_FOLDER [QUESTIONS_PER_SET]

DATA_FOLDER holds training/ and yardsticks/, as `python -m rag.training` reads them. A document is
as good as its best passage. The weight is chosen where the reader was not trained: on the
development parts of the sets that it was trained on, and on half of realtimeqa-2023 (over the
pooled documents that come with its questions); each set weighs the same, by nDCG@10. Nothing is
chosen on xquad-en, on the test parts, and on the other half of realtimeqa-2023. What was read is
kept in the temporary folder, by the reader's fingerprint, so that a second run only counts.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from rag.config import Config
from rag.datatypes import Score, Scores
from rag.read import ReadingAnswerer
from rag.reader import Reader, open_reader
from rag.reading.desk import Desk
from rag.searching.reorder import READER_WEIGHT, combined
from rag.training.mixture import Data, read_data
from tests.benchmarks.fit_read import question_key
from tests.benchmarks.fusion import interval, ndcg, relevant
from tests.benchmarks.yardsticks import Asked, Yardstick, open_news, open_yardstick

SETS = ("training", "squad-1.1", "clapnq", "xquad-en", "realtimeqa-2023")
FOUND = 24  # passages that are looked at; the first `passages` of them are read
MOST = 200  # questions of a set and part; of realtimeqa-2023, those whose documents are pooled
WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 4.0)


@dataclass(frozen=True)
class Seen:
    """A question's passages in the retriever's order: (document, fused, the reader's or None)."""

    chosen_on: bool
    relevant: list[str]
    passages: list[tuple[str, float, float | None]]

    def documents(self, weight: float) -> list[str]:
        """Return the documents, best first, with the reader's probability weighing `weight`."""
        read = [each for each in self.passages if each[2] is not None]
        rest = [each for each in self.passages if each[2] is None]
        values = [
            combined(Scores(fused=Score(0, fused), reader=Score(0, logit or 0.0)), weight=weight)
            for _, fused, logit in read
        ]
        order = sorted(range(len(read)), key=lambda at: (-values[at], at))
        return list(dict.fromkeys(name for name, *_ in [*(read[at] for at in order), *rest]))


def main(data: Path, most: int) -> None:
    """Fit, and print."""
    config = Config()
    reader = open_reader(config)
    parts = read_data(data)
    seen = {name: _kept(name, data, parts, reader, config, most) for name in SETS}
    measured = {
        (name, weight): np.array(
            [
                (ndcg(found[:10], frozenset(each.relevant)), float(found[0] in each.relevant))
                for each in seen[name]
                for found in (each.documents(weight),)
            ]
        )
        for name in SETS
        for weight in WEIGHTS
    }
    chosen_on = {name: np.array([each.chosen_on for each in seen[name]]) for name in SETS}
    sets = [name for name in SETS if chosen_on[name].any()]
    print("nDCG@10 / hit@1 of what the weight is chosen on; mean nDCG@10")
    means = {}
    for weight in WEIGHTS:
        rows = [measured[name, weight][chosen_on[name]].mean(axis=0) for name in sets]
        means[weight] = float(np.mean([row[0] for row in rows]))
        cells = "".join(f"{100 * row[0]:>9.2f} /{100 * row[1]:>6.2f}" for row in rows)
        print(f"{weight:>6}{cells}{100 * means[weight]:>9.2f}")
    best = max(WEIGHTS, key=lambda weight: means[weight])
    print(f"READER_WEIGHT = {best} (in rag/searching/reorder.py: {READER_WEIGHT})\n")
    print(f"what nothing is chosen on, without and with weight {best}; 95% interval of the change")
    for name in SETS:
        held = ~chosen_on[name]
        before, after = measured[name, 0.0][held], measured[name, best][held]
        for at, metric in enumerate(("nDCG@10", "hit@1")):
            low, high = (100 * bound for bound in interval(after[:, at] - before[:, at]))
            shown = f"{100 * before[:, at].mean():>7.2f}{100 * after[:, at].mean():>7.2f}"
            print(f"{name:<18}{held.sum():>5} questions  {metric:<8}{shown}", end="  ")
            print(f"{low:+.2f} to {high:+.2f}")


def _kept(
    name: str, data: Path, parts: Data, reader: Reader, config: Config, most: int
) -> list[Seen]:
    """Return what was seen of a set, from the file of an earlier run where there is one."""
    key = f"{reader.fingerprint[:12]}-{config.passages}-{most}"
    path = Path(tempfile.gettempdir()) / "rag-yardsticks" / f"reordering-{name}-{key}.json"
    if path.exists():
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [Seen(**row) for row in rows]
    yardstick = (
        open_news(data / name, config=config)
        if name == "training"
        else open_yardstick(
            data / "yardsticks" / name,
            config=config,
            limit=most if name == "realtimeqa-2023" else None,
            candidates_only=name == "realtimeqa-2023",
        )
    )
    found = list(_seen(yardstick, parts, reader, config, most))
    path.write_text(json.dumps([asdict(each) for each in found]), encoding="utf-8")
    print(f"{name}: {len(found)} questions read", file=sys.stderr)
    return found


def _seen(
    yardstick: Yardstick, parts: Data, reader: Reader, config: Config, most: int
) -> Iterator[Seen]:
    serving = yardstick.assistant._generations.now()
    desk = Desk(serving.generation, yardstick.assistant._encoder)
    answerer = ReadingAnswerer(desk, lambda: reader, config)
    for chosen_on, questions in enumerate(_parted(yardstick, parts)):
        order = sorted(questions, key=lambda asked: hashlib.sha256(asked.id.encode()).hexdigest())
        for asked in order[:most]:
            passages = serving.retriever.retrieve(asked.text, k=FOUND).passages
            readings = answerer.readings(asked.text, passages[: config.passages])
            yield Seen(
                bool(chosen_on),
                sorted(relevant(yardstick, asked)),
                [
                    (p.article.id, p.scores.fused.value, readings.get(p.chunk.id))
                    for p in passages
                    if p.scores.fused is not None
                ],
            )


def _parted(yardstick: Yardstick, parts: Data) -> tuple[Sequence[Asked], Sequence[Asked]]:
    """Return the questions that are only reported, and those that the weight is chosen on."""
    asked = [each for each in yardstick.questions if each.answerable and relevant(yardstick, each)]
    if yardstick.name == "xquad-en":
        return asked, []
    if yardstick.name == "realtimeqa-2023":
        return [a for a in asked if a.held_back], [a for a in asked if not a.held_back]
    test, dev = ({question_key(example.id) for example in part} for part in (parts.test, parts.dev))
    return [a for a in asked if a.id in test], [a for a in asked if a.id in dev]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else MOST)
