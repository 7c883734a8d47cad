"""The shipped weights: what differs from the bundled encoder, packed, and checked before use.

A folder holds `reader.json` and the file that it names. A matrix is kept as its difference from
the bundled one, each row as whole numbers from -127 to 127 times the row's scale ("NAME" and
"NAME.scale"); everything else is kept as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.reader.features import QUESTION_PIECES

FORMAT = 1
SETTINGS = "reader.json"
WEIGHTS = "reader.safetensors"
# What is read of the encoder beside its weights.
ENCODER_FILES = ("config.json", "tokenizer.json")
Tensors = dict[str, NDArray[Any]]
_REPAIR = "reinstall the package, or train the reader again with python -m rag.training"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A passage answers with the log-odds `pair * answerable + margin * margin + constant`.

    `answerable` is the network's own logit of the pair, `margin` the best span's score less that
    of "no answer"; a logistic regression over data that was not trained on.
    """

    pair: float = 1.0
    margin: float = 0.0
    constant: float = 0.0

    def logit(self, pair: float, margin: float) -> float:
        """Return the log-odds that a passage of these two answers."""
        return self.pair * pair + self.margin * margin + self.constant


@dataclass(frozen=True, slots=True)
class File:
    """A file beside reader.json, and what it must be."""

    name: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> File:
        """Return the description of a file that is there.

        Raises:
            ModelError: it is not.
        """
        data = checked_file(path)
        return cls(path.name, len(data), hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class Settings:
    """What reader.json says: the files and their hashes, what they build on, how to read.

    `base_sha256` is the hash of the encoder's model.safetensors, `encoder_sha256` those of its
    other files that are read, by name; older exports have none of these. `onnx` is the same reader
    for onnxruntime, where it was compiled. `answers_from` is the probability from which on the
    reader, taken alone, does best to answer: there its F1 with declining, over questions that it
    was not trained on, is highest.
    """

    weights: File
    base_sha256: str
    encoder_sha256: Mapping[str, str] = field(default_factory=dict)
    onnx: File | None = None
    window_pieces: int = 384  # the most positions of a row
    overlap_pieces: int = 96  # pieces that a window repeats of the one before
    span_pieces: int = 30  # the longest answer
    calibration: Calibration = field(default_factory=Calibration)
    answers_from: float = 0.5
    format: int = FORMAT

    def to_json(self) -> str:
        """The settings as the file holds them."""
        return json.dumps(asdict(self), indent=2) + "\n"


def read_settings(folder: Path) -> Settings:
    """Return the settings of the reader in `folder`.

    Raises:
        ModelError: there are none, they cannot be read, no question fits the window, or a newer
            version wrote them.
    """
    path = folder / SETTINGS
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise ModelError(
                f"{path} has format {found['format']}, this version reads {FORMAT}: "
                "update the program, or use the reader that came with it"
            )
        check_window(found["window_pieces"])
        onnx = found["onnx"]
        return Settings(
            **{
                **found,
                "weights": File(**found["weights"]),
                "encoder_sha256": dict(found.get("encoder_sha256", {})),
                "onnx": None if onnx is None else File(**onnx),
                "calibration": Calibration(**found["calibration"]),
            }
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"the reader's {path} cannot be read ({error!r}): {_REPAIR}") from error


def check_window(pieces: int, *, positions: int | None = None) -> None:
    """Let pass a window that holds a whole question, some passage, and as much as `positions` do.

    Raises:
        ModelError: it is too narrow, or wider than the network's positions.
    """
    least = QUESTION_PIECES + 4  # [CLS] question [SEP] passage [SEP]
    if pieces < least:
        raise ModelError(f"the reader's window_pieces must be at least {least}, got {pieces}")
    if positions is not None and pieces > positions:
        raise ModelError(
            f"the reader's window_pieces must be at most {positions}, as many positions as the "
            f"encoder has, got {pieces}"
        )


def checked_file(path: Path, *, sha256: str | None = None, size: int | None = None) -> bytes:
    """Return the bytes of `path` once its size and hash are those expected, where one is.

    Raises:
        ModelError: it is missing, truncated or another file; the message says which.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the reader's {path} cannot be read: {_REPAIR}") from error
    if size is not None and len(data) != size:
        raise ModelError(
            f"the reader's {path} has {len(data)} bytes, expected {size}: the file is truncated or "
            f"another one; {_REPAIR}"
        )
    found = hashlib.sha256(data).hexdigest()
    if sha256 is not None and found != sha256:
        raise ModelError(
            f"the reader's {path} has sha256 {found[:12]}, expected {sha256[:12]}: the file was "
            f"changed or swapped; {_REPAIR}"
        )
    return data


def pack(weights: Mapping[str, NDArray[Any]], base: Mapping[str, NDArray[Any]]) -> Tensors:
    """Return what is shipped of `weights`: matrices that `base` has too become packed differences.

    A row is off by at most 1/254 of its greatest difference.
    """
    packed: Tensors = {}
    for name, value in sorted(weights.items()):
        if name not in base or value.ndim < 2:
            packed[name] = value.astype(np.float32)
            continue
        difference = value.astype(np.float32) - base[name].astype(np.float32)
        scale = np.abs(difference).max(axis=1, keepdims=True) / 127
        scale[scale == 0] = 1
        packed[name] = np.rint(difference / scale).astype(np.int8)
        packed[f"{name}.scale"] = scale.astype(np.float32)
    return packed


def unpack(packed: Mapping[str, NDArray[Any]], base: Mapping[str, NDArray[Any]]) -> Tensors:
    """Return the weights that `pack` packed, on top of `base`: its other tensors stay as they are.

    Raises:
        ModelError: a difference has no matrix of its shape in `base`.
    """
    weights: Tensors = dict(base)
    for name, value in packed.items():
        if name.endswith(".scale"):
            continue
        if f"{name}.scale" not in packed:
            weights[name] = value
        elif name not in base or base[name].shape != value.shape:
            raise ModelError(f"the reader's weights change {name}, which the encoder does not have")
        else:
            weights[name] = base[name].astype(np.float32) + packed[f"{name}.scale"] * value
    return weights
