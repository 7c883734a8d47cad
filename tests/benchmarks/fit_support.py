"""Fits the weights of rag/prose/support.py and prints them and what they reach held back.

    python -m tests.benchmarks.fit_support DATA_FOLDER

Only passages that the reader was not trained on (rag/training/mixture.py). The sentences of answers
were written as by an assistant that knows much and skims the page, and were judged then. They weigh
as much as all other claims together, of which the false ones try to deceive.

Of these the claims over the invented news and over short passages as of web pages were written one
by one. Others are made of public questions and answers: of squad-1.1 the question turned to a
statement with its answer, of clapnq the sentences of the long answers. Such a claim is borne out by
the passage it was asked of; it is not with the answer of another question, with a number or a name
of another one, nor by another passage of the same or of any article. Over whole articles, of a kind
that the reader was not trained on, are those of realtimeqa-2023: questions about a year's news with
their answers and with another option, held against articles that hold the answer's words and
against others. Half of the passages, by the hash of their text, is fitted on, each of the other
kinds weighing the same; the other half is reported.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from rag.compiled import open_encoder
from rag.config import Config
from rag.prose.support import FITTED, LEAST_SUPPORT, Evidence, pick, signals
from rag.reader.bundled import BundledReader
from rag.reader.datatypes import Reader
from rag.text import holds_words, sentence_spans
from rag.training.claims import CLAIMS, same, stated
from rag.training.mixture import ANSWERED_FILE, file_of, read_data
from rag.words.phrases import names
from tests.benchmarks.attribution import evidence, reading_of

QUESTIONS = 600  # of squad-1.1
NEWS_QUESTIONS = 400  # of realtimeqa-2023
MOST_ARTICLES = 2  # that a claim over whole articles is held against
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
BY_HAND = ("by hand, true", "by hand, false")
SHORT = ("short passage, true", "short passage, false")  # by hand too, as of web pages
ANSWERED = ("of an answer, true", "of an answer, false")
# kind, claim, title of the passage, the passages, is it borne out?
Made = tuple[str, str, str, tuple[str, ...], bool]


def main(folder: Path) -> None:
    """Fit, and print."""
    made = made_claims(folder)
    encoder, reader = open_encoder(Config()), BundledReader.from_folder(backend="onnx")
    rows: dict[bool, list[tuple[str, tuple[float, ...], bool]]] = {False: [], True: []}
    for kind, claim, title, passages, holds in made:
        found = evidence(claim, passages, encoder, title=title)
        vector = _vector(claim, found, reader)
        rows[zlib.crc32(passages[0].encode()) % 2 == 1].append((kind, vector, holds))
    held_back = rows[True]
    truth = np.array([holds for *_, holds in held_back])
    for known in FITTED:
        # Words alone cannot tell the claims by hand apart.
        fitted = [row for row in rows[False] if known[1] or row[0] not in BY_HAND + SHORT]
        columns = [0, *([1] if known[0] else []), 2, 3, *([4] if known[1] else [])]
        model = LogisticRegression(C=10.0, max_iter=2000)
        model.fit(
            np.array([vector for _, vector, _ in fitted])[:, columns],
            np.array([holds for *_, holds in fitted]),
            sample_weight=_weights(fitted),
        )
        weights = tuple(round(float(w), 2) for w in model.coef_[0])
        print(f"{known}: ({weights}, {float(model.intercept_[0]):.2f}),")
        shares = model.predict_proba(
            np.array([vector for _, vector, _ in held_back])[:, columns]
        )[:, 1]  # fmt: skip
        accuracy = balanced_accuracy_score(truth, shares >= LEAST_SUPPORT)
        print(f"  held back: {len(truth)}, AUC {roc_auc_score(truth, shares):.3f}, "
              f"balanced accuracy {accuracy:.3f}")  # fmt: skip
        for kind in dict.fromkeys(kind for kind, *_ in made):
            of = np.array([row[0] == kind for row in held_back])
            right = ((shares >= LEAST_SUPPORT) == truth)[of].mean()
            print(f"    {kind}: {of.sum()}, right {right:.3f}")


def made_claims(folder: Path) -> list[Made]:
    """Return all claims, the same each time."""
    draw = random.Random(5)
    data = read_data(folder)
    held = [*data.dev, *data.test]
    groups = {example.group for example in held}
    news = {example.passage for example in held if example.source == "news"}
    asked = {example.passage for example in held if example.source != CLAIMS}
    yardsticks = folder / "yardsticks"
    by_hand = [e for e in held if e.source == CLAIMS and e.passage in news]
    made: list[Made] = [
        (BY_HAND[not e.answerable], e.question, "", (e.passage,), e.answerable) for e in by_hand
    ]
    made += [
        (
            (ANSWERED if file_of(e) == ANSWERED_FILE else SHORT)[not e.answerable],
            e.question,
            "",
            (e.passage,),
            e.answerable,
        )
        for e in held
        if e.source == CLAIMS and e.passage not in asked
    ]
    for example in by_hand:
        others = tuple(draw.sample(sorted(news - {example.passage}), MOST_ARTICLES))
        if example.answerable:
            made.append(("by hand, other pieces", example.question, "", others, False))
    made += _of_squad(yardsticks / "squad-1.1", groups, draw)
    made += _of_clapnq(yardsticks / "clapnq", groups, draw)
    made += _of_news(yardsticks / "realtimeqa-2023", draw)
    return made


def _vector(claim: str, found: list[Evidence], reader: Reader) -> tuple[float, ...]:
    reading = reading_of(claim, found, reader)
    return signals(claim, found, pick(claim, found), reading=reading).vector()


def _weights(rows: Sequence[tuple[str, tuple[float, ...], bool]]) -> np.ndarray:
    """Return what each row counts: as many borne out as not in sum.

    Of either the sentences of answers are half; of the other half each kind is the same.
    """
    sizes: dict[str, int] = defaultdict(int)
    for kind, _, _ in rows:
        sizes[kind] += 1
    raw = [1 / sizes[kind] for kind, _, _ in rows]
    total: dict[tuple[bool, bool], float] = defaultdict(float)
    for weight, (kind, _, holds) in zip(raw, rows, strict=True):
        total[holds, kind in ANSWERED] += weight
    counted = [
        weight / total[holds, kind in ANSWERED]
        for weight, (kind, _, holds) in zip(raw, rows, strict=True)
    ]
    return np.array(counted) * len(rows) / sum(counted)


def _of_squad(folder: Path, titles: Collection[str], draw: random.Random) -> Iterator[Made]:
    passages, asked = _read(folder)
    asked = [one for one in asked if passages[one["relevant"][0]]["title"] in titles]
    by_passage: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    by_title: dict[str, list[str]] = defaultdict(list)
    for name, passage in passages.items():
        by_title[passage["title"]].append(name)
    for one in asked:
        if one["answers"] and one.get("relevant"):
            by_passage[one["relevant"][0]].append(one)
    answers = [a for one in asked for a in one["answers"][:1]]
    for one in draw.sample(asked, min(QUESTIONS, len(asked))):
        own = one["relevant"][0]
        passage, answer = passages[own], one["answers"][0]
        numeric = bool(_NUMBER.search(answer))
        claim = stated(one["text"], answer)
        yield "true", claim, passage["title"], (passage["text"],), True
        near = [o["answers"][0] for o in by_passage[own]
                if bool(_NUMBER.search(o["answers"][0])) is numeric and not same(o["answers"][0], answer)]  # fmt: skip # noqa: E501
        if near:
            other = stated(one["text"], draw.choice(near))
            yield "an answer near by", other, passage["title"], (passage["text"],), False
        far = [a for a in draw.sample(answers, 20)
               if bool(_NUMBER.search(a)) is numeric and not same(a, answer)]  # fmt: skip
        if far:
            yield (
                "any answer",
                stated(one["text"], far[0]),
                passage["title"],
                (passage["text"],),
                False,
            )
        same_title = [n for n in by_title[passage["title"]] if n != own]
        if same_title:
            beside = passages[draw.choice(same_title)]
            if answer.casefold() not in beside["text"].casefold():
                yield "a passage near by", claim, beside["title"], (beside["text"],), False


def _of_clapnq(folder: Path, ids: Collection[str], draw: random.Random) -> Iterator[Made]:
    passages, asked = _read(folder)
    asked = [one for one in asked if one["_id"] in ids]
    kept = list(passages.values())
    for one in asked:
        if not one["answers"] or not one["answerable"]:
            continue
        passage = passages[one["relevant"][0]]
        for start, end in sentence_spans(one["answers"][0]):
            claim = one["answers"][0][start:end]
            yield "long true", claim, passage["title"], (passage["text"],), True
            if changed := _changed(claim, passage["text"], draw):
                yield "long changed", changed, passage["title"], (passage["text"],), False
            other = draw.choice(kept)
            if other is not passage:
                yield "any passage", claim, other["title"], (other["text"],), False


def _of_news(folder: Path, draw: random.Random) -> Iterator[Made]:
    """Whole articles found for a question: those that hold its answer's words, and others."""
    articles, asked = _read(folder)
    for one in draw.sample(asked, NEWS_QUESTIONS):
        answer = one["answers"][0]
        found = [articles[name]["text"] for name in one["candidates"] if name in articles]
        held = [text for text in found if holds_words(text, answer)][:MOST_ARTICLES]
        lacking = [text for text in found if not holds_words(text, answer)][:MOST_ARTICLES]
        claim = stated(one["text"], answer)
        if held:
            yield "news, true", claim, "", tuple(held), True
            wrong = [choice for choice in one["choices"] if not same(choice, answer)]
            if wrong:
                other = stated(one["text"], draw.choice(wrong))
                yield "news, another option", other, "", tuple(held), False
        if lacking:
            yield "news, lacking the answer", claim, "", tuple(lacking), False


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


def _read(folder: Path) -> tuple[dict[str, Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        passages = {row["_id"]: row for row in map(json.loads, lines)}
    with gzip.open(folder / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        asked = [row for row in map(json.loads, lines) if row["answers"]]
    return passages, asked


if __name__ == "__main__":
    main(Path(sys.argv[1]))
