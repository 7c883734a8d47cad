"""A trained network -> the folder that is shipped."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.numpy import load, load_file, save

from rag.quantise import maxima, quantise
from rag.reader.batches import collate
from rag.reader.bundled import bundled_encoder
from rag.reader.engines import encoder_shape, feed
from rag.reader.features import Row
from rag.reader.network import FROZEN, Network, from_encoder
from rag.reader.weights import (
    SETTINGS,
    WEIGHTS,
    Calibration,
    File,
    Settings,
    pack,
    read_settings,
    unpack,
)

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
    """Write the reader of a checkpoint into the folder `out`, and return its settings."""
    encoder = bundled_encoder() if encoder is None else encoder
    layers = encoder_shape(encoder / "config.json").layers
    base = from_encoder(load_file(encoder / "model.safetensors"), layers)
    weights = {name: value for name, value in load_file(checkpoint).items() if name not in FROZEN}
    out.mkdir(parents=True, exist_ok=True)
    (out / WEIGHTS).write_bytes(save(pack(weights, base)))
    settings = Settings(
        weights=File.of(out / WEIGHTS),
        base_sha256=File.of(encoder / "model.safetensors").sha256,
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
    """
    encoder = bundled_encoder() if encoder is None else encoder
    shape = encoder_shape(encoder / "config.json")
    settings = read_settings(folder)
    packed = load((folder / settings.weights.name).read_bytes())
    base = from_encoder(load_file(encoder / "model.safetensors"), shape.layers)
    network = Network(shape, dropout=0.0)
    network.load_state_dict(
        {name: torch.from_numpy(value) for name, value in unpack(packed, base).items()}
    )
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        _trace(network.eval(), plain)
        feeds = (feed(collate([row]), base["words.weight"]) for row in rows)
        largest = maxima(plain, feeds)
        quantise(plain, folder / ONNX, largest, operations=["MatMul"], smoothing=SMOOTHING)
    return _write(replace(settings, onnx=File.of(folder / ONNX)), folder)


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
