"""A trained network -> the folder that is shipped."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import torch
from safetensors.numpy import save

from rag.encoder import bundled_encoder
from rag.errors import ModelError
from rag.quantise import maxima, quantise
from rag.reader.batches import collate
from rag.reader.engines import feed
from rag.reader.features import Row
from rag.reader.network import FROZEN, Network
from rag.reader.weights import (
    ENCODER_FILES,
    SETTINGS,
    WEIGHTS,
    Calibration,
    File,
    Settings,
    check_window,
    pack,
    read_settings,
)
from rag.training.checkpoint import read_checkpoint, read_encoder, read_reader

ONNX = "reader.onnx"
# Of .5 to .95 the one at which the 8-bit model differs least from the float32 one, on passages of
# the development part: half as much as at .6.
SMOOTHING = 0.8


def export(
    checkpoint: Path,
    out: Path,
    *,
    calibration: Calibration,
    window_pieces: int = 384,
    encoder: Path | None = None,
) -> Settings:
    """Write the reader of a checkpoint into the folder `out`, and return its settings.

    Raises:
        ModelError: the checkpoint holds no weights of the network, or a window of so many pieces
            holds no question or is more than the network has positions.
    """
    encoder = bundled_encoder() if encoder is None else encoder
    shape, base = read_encoder(encoder)
    check_window(window_pieces, positions=shape.positions)
    weights = {
        name: value
        for name, value in read_checkpoint(checkpoint, encoder).items()
        if name not in FROZEN
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / WEIGHTS).write_bytes(save(pack(weights, base)))
    settings = Settings(
        weights=File.of(out / WEIGHTS),
        base_sha256=File.of(encoder / "model.safetensors").sha256,
        encoder_sha256={name: File.of(encoder / name).sha256 for name in ENCODER_FILES},
        window_pieces=window_pieces,
        calibration=calibration,
    )
    return _write(settings, out)


def recalibrate(folder: Path, calibration: Calibration, *, answers_from: float = 0.5) -> Settings:
    """Give the reader in `folder` another calibration and threshold; return its settings."""
    found = replace(
        read_settings(folder), calibration=calibration, answers_from=round(answers_from, 3)
    )
    return _write(found, folder)


def compile_onnx(folder: Path, rows: Sequence[Row], *, encoder: Path | None = None) -> Settings:
    """Write the 8-bit model of the reader in `folder` beside its weights; return its settings.

    Matrices become 8-bit integers, a scale for each column; what flows between them is quantised
    as it comes, evened out by what flows there for `rows` (see rag.quantise). The words' embeddings
    are not in the file.

    Raises:
        ModelError: a file is missing, truncated or not the expected one.
    """
    encoder = bundled_encoder() if encoder is None else encoder
    shape, base = read_encoder(encoder)
    settings = read_settings(folder)
    network = Network(shape, dropout=0.0)
    network.load_state_dict(
        {name: torch.from_numpy(value) for name, value in read_reader(folder, encoder).items()}
    )
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        _trace(network.eval(), plain)
        feeds = (feed(collate([row]), base["words.weight"]) for row in rows)
        largest = maxima(plain, feeds)
        quantise(plain, folder / ONNX, largest, operations=["MatMul"], smoothing=SMOOTHING)
    return _write(replace(settings, onnx=File.of(folder / ONNX)), folder)


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield a copy of a reader's folder to write into, which takes its place where nothing fails.

    Raises:
        ModelError: the folder cannot be written.
    """
    folder = folder.resolve()
    copy, before = (folder.with_name(f".{folder.name}-{uuid4().hex}") for _ in range(2))
    try:
        if folder.exists():
            shutil.copytree(folder, copy)
        else:
            copy.mkdir(parents=True)
        yield copy
        if folder.exists():
            folder.rename(before)
        copy.rename(folder)
    except OSError as error:
        raise ModelError(f"the reader cannot be written to {folder}: {error}") from error
    finally:
        if before.exists() and not folder.exists():
            before.rename(folder)
        for left in (copy, before):
            shutil.rmtree(left, ignore_errors=True)


class _Reading(torch.nn.Module):
    """The network from the words' embeddings on."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        words: torch.Tensor,
        kinds: torch.Tensor,
        marks: torch.Tensor,
        present: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return self.network.read(words, kinds, marks, present)


def _trace(network: Network, path: Path) -> None:
    rows, positions = 2, 16
    kinds = torch.ones(rows, positions, dtype=torch.int64)
    sample = (
        torch.zeros(rows, positions, network.words.weight.shape[1]),
        kinds,
        torch.full((rows, positions, 2), 5),
        kinds.bool(),
    )
    names = ["words", "kinds", "marks", "present"]
    with warnings.catch_warnings():
        # The newer exporter needs another package; this one warns that it is the older.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Reading(network), sample, str(path), input_names=names,
            output_names=["tokens", "answerable"], dynamo=False,
            dynamic_axes={name: {0: "rows", 1: "positions"} for name in [*names, "tokens"]}
            | {"answerable": {0: "rows"}},
        )  # fmt: skip


def _write(settings: Settings, folder: Path) -> Settings:
    (folder / SETTINGS).write_text(settings.to_json(), encoding="utf-8")
    return settings
