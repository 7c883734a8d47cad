"""Trained weights, as a run or a reader's folder holds them; what is anything else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.numpy import load

from rag.errors import ModelError
from rag.hub import first_line
from rag.reader.network import FROZEN, Network, from_encoder
from rag.reader.shape import Shape, encoder_shape
from rag.reader.weights import Tensors, checked_file, read_settings, unpack

CHECKPOINT = "network.safetensors"


def read_weights(path: Path, encoder: Path) -> Tensors:
    """Return the weights of the network in `path`, a checkpoint or a reader's folder."""
    return read_reader(path, encoder) if path.is_dir() else read_checkpoint(path, encoder)


def read_checkpoint(path: Path, encoder: Path) -> Tensors:
    """Return the weights of the network in a checkpoint, those of FROZEN as `encoder` has them.

    Raises:
        ModelError: it cannot be read, or lacks a weight of the network or has another.
    """
    shape, base = read_encoder(encoder)
    found = {name: value for name, value in _tensors(path).items() if name not in FROZEN}
    return _whole({**{name: base[name] for name in FROZEN}, **found}, shape, path)


def read_reader(folder: Path, encoder: Path) -> Tensors:
    """Return the weights of the network that a reader's folder packs, on top of `encoder`.

    Raises:
        ModelError: a file is missing, truncated or not the expected one.
    """
    settings = read_settings(folder)
    path = folder / settings.weights.name
    packed = checked_file(path, sha256=settings.weights.sha256, size=settings.weights.bytes)
    checked_file(encoder / "model.safetensors", sha256=settings.base_sha256)
    shape, base = read_encoder(encoder)
    return _whole(unpack(_loaded(packed, path), base), shape, path)


def read_encoder(encoder: Path) -> tuple[Shape, Tensors]:
    """Return the shape of an encoder, and its weights under the network's names.

    Raises:
        ModelError: a file cannot be read, or lacks a weight.
    """
    shape = encoder_shape(encoder / "config.json")
    path = encoder / "model.safetensors"
    try:
        return shape, from_encoder(_tensors(path), shape.layers)
    except KeyError as error:
        raise ModelError(f"the encoder's {path} lacks {error}: it is no BERT") from error


def _tensors(path: Path) -> Tensors:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the weights {path} cannot be read: {error.strerror}") from error
    return _loaded(data, path)


def _loaded(data: bytes, path: Path) -> Tensors:
    try:
        return load(data)
    except KeyError as error:  # numpy lacks the type
        raise ModelError(f"the weights {path} are of the type {error}, not float32") from error
    except SafetensorError as error:
        raise ModelError(f"the weights {path} cannot be read: {first_line(error)}") from error


def _whole(weights: Tensors, shape: Shape, path: Path) -> Tensors:
    """Return the weights, once they are those of the network and nothing else."""
    with torch.device("meta"):  # names and sizes alone
        network = {name: tuple(v.shape) for name, v in Network(shape).state_dict().items()}
    if fault := _fault(weights, network):
        raise ModelError(
            f"{path} holds no weights of the reader's network ({fault}): give the {CHECKPOINT} of "
            "a run, or a reader's folder"
        )
    return weights


def _fault(weights: Tensors, network: Mapping[str, tuple[int, ...]]) -> str:
    """Return in what the weights are not those of the network, "" where they are."""
    if strange := sorted(weights.keys() - network.keys()):
        return f"it has {strange[0]}, which the network does not have"
    if missing := sorted(network.keys() - weights.keys()):
        return f"it lacks {missing[0]}"
    for name, shape in network.items():
        if weights[name].shape != shape:
            return f"{name} is {weights[name].shape}, not {shape}"
        if weights[name].dtype != "float32":
            return f"{name} is {weights[name].dtype}, not float32"
    return ""
