"""How long each stage of an answer takes, on this machine and over this folder.

The questions are the first words of sentences of the articles, each asked once, the same ones every
time.
"""

from __future__ import annotations

import random
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag import store
from rag.assistant import Assistant
from rag.chunk import indexed_text, statement_spans
from rag.compiled import runtime_of
from rag.datatypes import Article, Chunk
from rag.encoder import Encoder
from rag.retrieve import HybridRetriever

# What an answer's own times are called here; "read" is everything after the retrieval.
STAGES = {"encode": "encode", "lexical": "lexical", "vector": "vector", "fuse": "fuse",
          "answer": "read"}  # fmt: skip
_SEED = 20_260
_PASSAGES = 64  # passages encoded to tell how many a second
_QUESTION_WORDS = 10
_QUESTION_CHARS = 100


@dataclass(frozen=True, slots=True)
class Stage:
    """The times of one stage over all questions: the median and the 95th percentile."""

    name: str
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured.

    `stages` are those of an answer in their order, then "whole". `open_s` is the time to open the
    index, `first_s` that of the first answer, with the loading of the models; neither is among the
    stages. `memory_bytes` is the most that the process held, None where the system does not tell.
    """

    articles: int
    passages: int
    questions: int
    encoder: str
    open_s: float
    first_s: float
    passages_a_second: float
    memory_bytes: int | None
    index_bytes: int
    stages: tuple[Stage, ...]

    def to_dict(self) -> dict[str, Any]:
        """The figures as `rag bench --json` prints them."""
        return asdict(self)


def measure(assistant: Assistant, encoder: Encoder, *, questions: int) -> Measured:
    """Return the times of up to `questions` questions asked of `assistant`, after a first one.

    `encoder` is the assistant's.
    """
    config = assistant.config
    began = time.perf_counter()
    generation = store.load(Path(config.index))
    HybridRetriever(generation, encoder, config)
    open_s = time.perf_counter() - began
    first, *asked = drawn_questions(assistant.chunks, assistant.articles, count=questions + 1)
    began = time.perf_counter()
    assistant.ask(first)
    first_s = time.perf_counter() - began
    taken: dict[str, list[float]] = defaultdict(list)
    for question in asked or [first]:
        began = time.perf_counter()
        answer = assistant.ask(question)
        taken["whole"].append(time.perf_counter() - began)
        for stage, seconds in answer.seconds.items():
            taken[STAGES.get(stage, stage)].append(seconds)
    return Measured(
        articles=len(generation.articles),
        passages=len(generation.chunks),
        questions=len(taken["whole"]),
        encoder=f"{encoder.model_id}, {runtime_of(encoder.fingerprint)}",
        open_s=open_s,
        first_s=first_s,
        passages_a_second=_passages_a_second(generation, encoder),
        memory_bytes=peak_memory_bytes(),
        index_bytes=sum(f.stat().st_size for f in Path(config.index).rglob("*") if f.is_file()),
        stages=tuple(
            stage_of(name, taken[name]) for name in (*STAGES.values(), "whole") if taken[name]
        ),
    )


def drawn_questions(
    chunks: Sequence[Chunk], articles: Mapping[str, Article], *, count: int
) -> list[str]:
    """Return up to `count` different questions, at least one: the first words of sentences.

    Each is of a chunk drawn at random, the same ones every time.
    """
    draw = random.Random(_SEED)
    rows = draw.sample(range(len(chunks)), min(len(chunks), 4 * count))
    found: dict[str, None] = {}
    for row in rows:
        chunk = chunks[row]
        article = articles[chunk.article_id]
        held = [
            (start, end)
            for start, end in statement_spans(article)
            if chunk.start <= start and end <= chunk.end
        ]
        start, end = draw.choice(held or [(chunk.start, chunk.end)])
        words = " ".join(article.text[start:end].split()[:_QUESTION_WORDS])
        if any(character.isalnum() for character in words):
            found[words[:_QUESTION_CHARS]] = None
        if len(found) == count:
            break
    return list(found) or ["nothing"]


def stage_of(name: str, seconds: Sequence[float]) -> Stage:
    """Return the median and the 95th percentile of `seconds`, of which there is at least one.

    >>> stage_of("read", [0.001, 0.002, 0.003])
    Stage(name='read', p50_ms=2.0, p95_ms=2.9)
    """
    percentiles = np.percentile(np.asarray(seconds, np.float64) * 1e3, [50, 95])
    return Stage(name, *(round(float(value), 3) for value in percentiles))


def peak_memory_bytes() -> int | None:
    """Return the most memory that this process held, or None where the system does not tell."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return None
    peak = getrusage(RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _passages_a_second(generation: store.Generation, encoder: Encoder) -> float:
    rows = range(0, len(generation.chunks), max(1, len(generation.chunks) // _PASSAGES))
    chunks = [generation.chunks[row] for row in rows]
    texts = [indexed_text(chunk, generation.articles[chunk.article_id]) for chunk in chunks]
    began = time.perf_counter()
    encoder.encode(texts)
    return len(texts) / (time.perf_counter() - began)
