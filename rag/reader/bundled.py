"""The reader that comes with the program: windows in batches, read twice, and what they gave."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from rag.encoder import bundled_encoder
from rag.errors import ModelError
from rag.odds import logistic
from rag.reader.batches import collate, group
from rag.reader.datatypes import Reading, Span
from rag.reader.decode import Found
from rag.reader.engines import WORDS, Engine, OnnxEngine, TorchEngine
from rag.reader.features import Pieces, PieceSplitter, Row, make_row, sentence_numbers
from rag.reader.memory import Memory, Page
from rag.reader.shape import encoder_shape
from rag.reader.weights import ENCODER_FILES, Settings, check_window, checked_file, read_settings

BUNDLED_READER = "bundled"
BUNDLED_FOLDER = Path(__file__).parent.parent / "models" / "reader"
Backend = Literal["torch", "onnx"]
_BATCH_POSITIONS = 4096  # rows x longest of a batch


@dataclass(frozen=True, slots=True)
class _Passage:
    """A passage's pieces, the sentence of each of them, and how many sentences it has."""

    pieces: Pieces
    numbers: list[int]
    sentences: int


@dataclass(frozen=True, slots=True)
class _Window:
    """A window's row, the passage it is of, where it lies in its pieces, and their sentences."""

    row: Row
    passage: int
    low: int
    numbers: list[int]


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
            ModelError: a file is missing, truncated or not the expected one, or the encoder has
                fewer positions than a window.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        settings = read_settings(folder)
        encoder = bundled_encoder() if encoder is None else encoder
        base = checked_file(encoder / "model.safetensors", sha256=settings.base_sha256)
        seen = [
            checked_file(encoder / name, sha256=settings.encoder_sha256.get(name))
            for name in ENCODER_FILES
        ]
        shape = encoder_shape(encoder / "config.json")
        check_window(settings.window_pieces, positions=shape.positions)
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
                engine = TorchEngine.from_weights(load(ours), load(base), shape)
        except SafetensorError as error:
            raise ModelError(f"the reader's weights cannot be read: {error}") from error
        digest = hashlib.sha256(f"{backend}\n{settings.to_json()}".encode())
        for data in seen:
            digest.update(data)
        return cls(splitter, engine, settings, digest.hexdigest())

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
        passages = [self._passage(page) for page in pages]
        found = self._found(
            [w for at, passage in enumerate(passages) for w in self._windows(asked, passage, at)]
        )
        best = {at: max(windows, key=lambda f: f.best[1]) for at, windows in found.items()}
        looks = self._found(
            [
                self._window(asked, passages[at], at, low, high)
                for at, window in best.items()
                for low, high in window.to_look_at()
            ]
        )
        return [
            self._reading(passage, found.get(at, []), best.get(at), looks.get(at, []))
            for at, passage in enumerate(passages)
        ]

    def _found(self, windows: Sequence[_Window]) -> dict[int, list[Found]]:
        """Return what the windows of each passage gave, in their order."""
        read: dict[int, Found] = {}
        for positions in group([len(w.row.ids) for w in windows], most=_BATCH_POSITIONS):
            tokens, pairs = self._engine(collate([windows[at].row for at in positions]))
            for at, logits, pair in zip(positions, tokens, pairs, strict=True):
                window = windows[at]
                read[at] = Found.of(
                    logits, float(pair), first=window.row.first, low=window.low,
                    numbers=window.numbers, longest=self.settings.span_pieces,
                )  # fmt: skip
        found: dict[int, list[Found]] = {}
        for at, window in enumerate(windows):
            found.setdefault(window.passage, []).append(read[at])
        return found

    def _passage(self, page: Page) -> _Passage:
        text, spans = page
        pieces = self._pieces(text)
        return _Passage(pieces, sentence_numbers(pieces, spans), len(spans))

    def _windows(self, question: Pieces, passage: _Passage, at: int) -> list[_Window]:
        bounds = window_bounds(
            len(passage.pieces.ids),
            room=self.settings.window_pieces - 3 - len(question.ids),
            overlap=self.settings.overlap_pieces,
        )
        return [self._window(question, passage, at, low, high) for low, high in bounds]

    def _window(self, question: Pieces, passage: _Passage, at: int, low: int, high: int) -> _Window:
        pieces, numbers = passage.pieces, passage.numbers
        row = make_row(question, pieces, numbers, self._splitter.ends, low=low, high=high)
        return _Window(row, at, low, numbers[low:high])

    def _reading(
        self, passage: _Passage, found: Sequence[Found], best: Found | None, looks: Sequence[Found]
    ) -> Reading:
        """Return the reading of a passage: its best span as seen twice, else the best window's."""
        scores = [-math.inf] * passage.sentences
        if best is None:
            return Reading(None, -math.inf, -math.inf, 0.0, tuple(scores))
        seen = [best.seen_twice(look) for look in looks] or [best.best]
        (low, high), margin = max(seen, key=lambda span: span[1])
        logit = max(
            self.settings.calibration.logit(f.pair, margin if f is best else f.best[1])
            for f in found
        )
        sentences = [one.sentences() for one in found]
        for number in range(len(scores)):
            # A sentence that windows cut is judged where most of it stands.
            held = [one[number] for one in sentences if number in one]
            if held:
                scores[number] = max(held)[1]
        spans = passage.pieces.spans
        span = (spans[low][0], spans[high][1])
        return Reading(span, margin, logit, logistic(logit), tuple(scores))


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
