"""Several trained readers -> a checkpoint with the mean of their weights.

Of readers that were trained on from the same weights the mean reads better than each, on what they
were trained for and beyond (Wortsman et al., Model soups, 2022), and costs no more to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from rag.encoder import bundled_encoder
from rag.errors import ModelError
from rag.reader.network import FROZEN
from rag.training.checkpoint import CHECKPOINT, read_weights


def average(
    readers: Sequence[Path],
    out: Path,
    *,
    shares: Sequence[float] = (),
    encoder: Path | None = None,
) -> Path:
    """Write the mean of the readers' weights into the folder `out`, and return the file.

    Each reader is a folder with reader.json, as `export` writes it, or a checkpoint. `shares` says
    how much each counts, one number for each; without it they count alike.

    Raises:
        ModelError: there are fewer than two, one of them holds no weights of the network, or the
            shares are not one for each, none below 0 and their sum above it.
    """
    if len(readers) < 2:
        raise ModelError(f"a mean takes at least two readers, got {len(readers)}")
    if shares and (len(shares) != len(readers) or min(shares) < 0 or not sum(shares) > 0):
        raise ModelError(
            f"a mean of {len(readers)} readers takes as many shares, none below 0 and their sum "
            f"above it, got {', '.join(f'{share:g}' for share in shares)}"
        )
    encoder = bundled_encoder() if encoder is None else encoder
    found = [read_weights(path, encoder) for path in readers]
    mean = {
        name: np.average(
            [one[name].astype(float) for one in found], axis=0, weights=shares or None
        ).astype(np.float32)
        for name in found[0].keys() - set(FROZEN)
    }
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, out / CHECKPOINT)
    return out / CHECKPOINT
