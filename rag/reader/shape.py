"""The sizes of the network, as the encoder's config.json states them. Imports no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelError


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network; the defaults are the bundled encoder's."""

    layers: int = 6
    width: int = 384
    heads: int = 12
    inner: int = 1536
    vocabulary: int = 30522
    positions: int = 512


def encoder_shape(config: Path) -> Shape:
    """Return the Shape that an encoder's config.json states.

    Raises:
        ModelError: the file cannot be read, or lacks a size.
    """
    try:
        found = json.loads(config.read_text(encoding="utf-8"))
        return Shape(
            layers=int(found["num_hidden_layers"]),
            width=int(found["hidden_size"]),
            heads=int(found["num_attention_heads"]),
            inner=int(found["intermediate_size"]),
            vocabulary=int(found["vocab_size"]),
            positions=int(found["max_position_embeddings"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"the encoder's {config} cannot be read: {error!r}") from error
