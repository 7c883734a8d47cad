"""Fits the weights of rag/support.py and prints them, with what they reach on what is held back.

    python -m tests.benchmarks.fit_support YARDSTICKS_FOLDER

Claims are made of public questions and answers: of squad-1.1 the question turned to a statement
with its answer, of clapnq the sentences of the long answers. A claim is borne out by the passage it
was asked of; it is not with the answer of another question, with a number or a name of another one,
nor by another passage of the same or of any article. Half of the passages, by the hash of their
ids, is fitted on, each kind of claim weighing the same; the other half is reported.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from rag.compiled import open_encoder
from rag.config import Config
from rag.declining import indirect
from rag.phrases import names
from rag.support import LEAST_SUPPORT, pick, signals
from rag.text import sentence_spans
from tests.benchmarks.attribution import evidence

QUESTIONS = 1200  # of squad-1.1
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ASKING = re.compile(
    r"^(?:in |at |by |to |for |of |on |from )?(?:what|which|who|whom|whose|when|where|why|how)"
    r"(?: (?:many|much|long|old|often|year|day|type|kind|percentage))?\b",
    re.I,
)
# kind, claim, title of the passage, the passage, is it borne out?
Made = tuple[str, str, str, str, bool]


def main(folder: Path) -> None:
    """Fit, and print."""
    draw = random.Random(5)
    made = [*_of_squad(folder / "squad-1.1", draw), *_of_clapnq(folder / "clapnq", draw)]
    encoder = open_encoder(Config())
    rows: dict[bool, list[tuple[str, tuple[float, ...], bool]]] = {False: [], True: []}
    for kind, claim, title, passage, holds in made:
        found = evidence(claim, [passage], encoder, title=title)
        vector = signals(claim, found, pick(claim, found)).vector()
        rows[zlib.crc32(passage.encode()) % 2 == 1].append((kind, vector, holds))
    fitted, held_back = rows[False], rows[True]
    sizes: dict[str, int] = defaultdict(int)
    for kind, _, _ in fitted:
        sizes[kind] += 1
    model = LogisticRegression(C=10.0, max_iter=2000)
    weights = [(3.0 if holds else 1.0) / sizes[kind] for kind, _, holds in fitted]
    # As many borne out as not, in weight: neither is taken to be the likelier.
    total = {truth: sum(w for w, row in zip(weights, fitted, strict=True) if row[2] is truth)
             for truth in (True, False)}  # fmt: skip
    balanced = [w / total[row[2]] for w, row in zip(weights, fitted, strict=True)]
    scale = len(fitted) / sum(balanced)
    truths, weighing = np.array([holds for *_, holds in fitted]), np.array(balanced) * scale
    for name, columns in (("WORD_", [0, 2, 3]), ("", [0, 1, 2, 3])):  # without the cosine, with it
        vectors = np.array([vector for _, vector, _ in fitted])[:, columns]
        model.fit(vectors, truths, sample_weight=weighing)
        print(f"{name}WEIGHTS =", tuple(round(float(w), 2) for w in model.coef_[0]))
        print(f"{name}CONSTANT =", round(float(model.intercept_[0]), 2))
    found_shares = model.predict_proba(np.array([vector for _, vector, _ in held_back]))[:, 1]
    truth = np.array([holds for *_, holds in held_back])
    accuracy = balanced_accuracy_score(truth, found_shares >= LEAST_SUPPORT)
    print(f"held back: {len(truth)}, AUC {roc_auc_score(truth, found_shares):.3f}, "
          f"balanced accuracy {accuracy:.3f}")  # fmt: skip
    for kind in sizes:
        of = np.array([row[0] == kind for row in held_back])
        right = ((found_shares >= LEAST_SUPPORT) == truth)[of].mean()
        print(f"  {kind}: {of.sum()}, right {right:.3f}")


def _of_squad(folder: Path, draw: random.Random) -> Iterator[Made]:
    passages, asked = _read(folder)
    by_passage: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    by_title: dict[str, list[str]] = defaultdict(list)
    for name, passage in passages.items():
        by_title[passage["title"]].append(name)
    for one in asked:
        if one["answers"] and one.get("relevant"):
            by_passage[one["relevant"][0]].append(one)
    answers = [a for one in asked for a in one["answers"][:1]]
    for one in draw.sample(asked, QUESTIONS):
        own = one["relevant"][0]
        passage, answer = passages[own], one["answers"][0]
        numeric = bool(_NUMBER.search(answer))
        claim = _stated(one["text"], answer)
        yield "true", claim, passage["title"], passage["text"], True
        near = [o["answers"][0] for o in by_passage[own]
                if bool(_NUMBER.search(o["answers"][0])) is numeric and not _same(o["answers"][0], answer)]  # fmt: skip # noqa: E501
        if near:
            other = _stated(one["text"], draw.choice(near))
            yield "an answer near by", other, passage["title"], passage["text"], False
        far = [a for a in draw.sample(answers, 20)
               if bool(_NUMBER.search(a)) is numeric and not _same(a, answer)]  # fmt: skip
        if far:
            yield (
                "any answer",
                _stated(one["text"], far[0]),
                passage["title"],
                passage["text"],
                False,
            )
        same_title = [n for n in by_title[passage["title"]] if n != own]
        if same_title:
            beside = passages[draw.choice(same_title)]
            if answer.casefold() not in beside["text"].casefold():
                yield "a passage near by", claim, beside["title"], beside["text"], False


def _of_clapnq(folder: Path, draw: random.Random) -> Iterator[Made]:
    passages, asked = _read(folder)
    kept = list(passages.values())
    for one in asked:
        if not one["answers"] or not one["answerable"]:
            continue
        passage = passages[one["relevant"][0]]
        for start, end in sentence_spans(one["answers"][0]):
            claim = one["answers"][0][start:end]
            yield "long true", claim, passage["title"], passage["text"], True
            if changed := _changed(claim, passage["text"], draw):
                yield "long changed", changed, passage["title"], passage["text"], False
            other = draw.choice(kept)
            if other is not passage:
                yield "any passage", claim, other["title"], other["text"], False


def _changed(claim: str, passage: str, draw: random.Random) -> str:
    """Return the claim with a number or a name of it changed to another one, or ""."""
    numbers = list(_NUMBER.finditer(claim))
    if numbers and draw.random() < 0.5:
        match = draw.choice(numbers)
        others = [n for n in _NUMBER.findall(passage) if n not in claim] or [
            str(draw.randint(2, 2030))
        ]
        return claim[: match.start()] + draw.choice(others) + claim[match.end() :]
    named = names(claim)
    others = [passage[a:b] for a, b in names(passage) if passage[a:b] not in claim]
    if not named or not others:
        return ""
    start, end = draw.choice(named)
    return claim[:start] + draw.choice(others) + claim[end:]


def _stated(question: str, answer: str) -> str:
    """Return about what the two state: "Who built it?", "Ada" -> "Ada built it."."""
    turned = indirect(question) or question.rstrip("? ")
    rest = _ASKING.sub("", turned, count=1).strip()
    subject = re.match(r"(?i)\s*(?:who|what|which)\b", turned)
    return f"{answer} {rest}." if subject else f"{rest} {answer}."


def _same(left: str, right: str) -> bool:
    left, right = left.casefold(), right.casefold()
    return left in right or right in left


def _read(folder: Path) -> tuple[dict[str, Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        passages = {row["_id"]: row for row in map(json.loads, lines)}
    with gzip.open(folder / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        asked = [row for row in map(json.loads, lines) if row["answers"]]
    return passages, asked


if __name__ == "__main__":
    main(Path(sys.argv[1]))
