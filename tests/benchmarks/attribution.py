"""How well the claim check tells what evidence bears out: `python -m ... attribution FOLDER`.

FOLDER holds attributionbench: claims, the references they were given, and whether people found them
attributable. Nothing was fitted to it. Printed are the area under ROC and the balanced accuracy at
the program's own threshold, with a 95% interval; beside them word containment (the share of the
claim's words in the references) at the threshold that is best on this very set.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from rag.compiled import open_encoder
from rag.config import Config
from rag.encoder import Encoder
from rag.prose.reply import claimed
from rag.prose.support import LEAST_SUPPORT, Evidence, Support, support, to_read
from rag.read import borne_out
from rag.reader.bundled import BundledReader
from rag.reader.datatypes import Reader
from rag.text import sentence_spans, tokenise


def judged(
    claim: str, references: list[str], encoder: Encoder, reader: Reader | None = None
) -> Support:
    """Return the support of `claim` by the sentences of its references."""
    claim = claimed(claim)
    found = evidence(claim, references, encoder)
    reading = None if reader is None else reading_of(claim, found, reader)
    return support(claim, found, reading=reading)


def reading_of(claim: str, found: Sequence[Evidence], reader: Reader) -> float:
    """Return the log-odds that the reader gives what says most of the claim to bear it out."""
    texts = to_read(claim, found)
    return borne_out(reader, claim, texts) if texts else -math.inf


def evidence(
    claim: str, texts: Sequence[str], encoder: Encoder, *, title: str = ""
) -> list[Evidence]:
    """Return the sentences of `texts`, each with what stands before it."""
    found = [
        (text[start:end], f"{title}\n{text[max(0, start - 300) : start]}")
        for text in texts
        for start, end in sentence_spans(text)
    ]
    vectors = encoder.encode([claim, *(text for text, _ in found)])
    cosines = (vectors[1:] @ vectors[0]).tolist()
    return [
        Evidence(number, text, cosine, before)
        for number, ((text, before), cosine) in enumerate(zip(found, cosines, strict=True))
    ]


def main(folder: Path) -> None:
    """Print the table."""
    with gzip.open(folder / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    encoder = open_encoder(Config())
    labels = np.array([row["label"] == "attributable" for row in rows])
    reader = BundledReader.from_folder(backend="onnx")
    found = [judged(row["claim"], row["references"], encoder, reader) for row in rows]
    held = np.array([one.holds for one in found])
    shares = np.array([one.share if one.holds else min(one.share, LEAST_SUPPORT) for one in found])
    words = np.array([containment(row["claim"], row["references"]) for row in rows])
    print(f"{len(rows)} claims, {labels.sum()} of them attributable")
    print(f"word containment: AUC {roc_auc_score(labels, words):.3f}, "
          f"balanced accuracy at its best threshold {best(labels, words):.3f}")  # fmt: skip
    low, high = interval(labels, held)
    print(f"claim check: AUC {roc_auc_score(labels, shares):.3f}, balanced accuracy "
          f"{balanced_accuracy_score(labels, held):.3f} ({low:.3f} to {high:.3f})")  # fmt: skip
    for source in sorted({row["source"] for row in rows}):
        of = np.array([row["source"] == source for row in rows])
        print(f"  {source}, {of.sum()}: {balanced_accuracy_score(labels[of], held[of]):.3f}")


def containment(claim: str, references: list[str]) -> float:
    """Return the share of the claim's words that stand in the references."""
    wanted = set(tokenise(claim))
    return len(wanted & set(tokenise(" ".join(references)))) / max(1, len(wanted))


def best(labels: np.ndarray, scores: np.ndarray) -> float:
    """Return the balanced accuracy at the threshold that is best on these very labels."""
    return max(balanced_accuracy_score(labels, scores >= at) for at in np.unique(scores))


def interval(labels: np.ndarray, held: np.ndarray) -> tuple[float, float]:
    """Return the 95% interval of the balanced accuracy over drawn claims."""
    draw = np.random.default_rng(0)
    drawn = [
        balanced_accuracy_score(labels[at], held[at])
        for at in (draw.integers(0, len(labels), len(labels)) for _ in range(1000))
    ]
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
