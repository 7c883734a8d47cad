"""Vectors of a build that is under way, saved as they are made: a killed build goes on from there.

They stand in <index>/unfinished/, in files that are written whole and then renamed into place, each
with the hashes of the texts (never the texts). They are gone when a generation is published.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rag.encoder import Encoder, Vectors

SAVE_EVERY_S = 10.0  # at most so much encoding, and one slice, is done again after a crash
_FIRST_SLICE = 32  # texts that are encoded before the speed is known
_MOST_SLICE = 4096
_FOLDER = "unfinished"


def encode_resumably(
    index: Path,
    encoder: Encoder,
    texts: Sequence[str],
    *,
    progress: Callable[[int], None] | None = None,
) -> tuple[Vectors, int]:
    """Return the vectors of `texts`, which are all different, and how many had to be encoded.

    What an earlier build that did not end has encoded with the same model is taken over. To be
    called while holding the index's lock.
    """
    folder = index / _FOLDER / encoder.fingerprint[:16]
    saved = _load(folder)
    keys = [_key(text) for text in texts]
    left = [row for row, key in enumerate(keys) if key not in saved]
    # Longest first, as encoders like it; so what is left takes no longer than what is done.
    left.sort(key=lambda row: (-len(texts[row]), row))
    vectors: Vectors | None = None
    done, size, pending = 0, _FIRST_SLICE, 0
    began = time.monotonic()
    tell = progress or (lambda count: None)
    tell(len(texts) - len(left))
    if not left:
        # Encoded for its width alone where there is nothing at all.
        stacked = [saved[key] for key in keys]
        return (np.stack(stacked) if stacked else encoder.encode([])), 0
    try:
        while done < len(left):
            rows = left[done : done + size]
            before, at = len(texts) - len(left) + done, time.monotonic()

            def told(count: int, *, before: int = before) -> None:
                tell(before + count)

            found = encoder.encode([texts[row] for row in rows], progress=told)
            if vectors is None:
                vectors = np.empty((len(texts), found.shape[1]), np.float32)
            vectors[rows] = found
            done += len(rows)
            took = max(time.monotonic() - at, 1e-3)
            size = int(min(_MOST_SLICE, max(_FIRST_SLICE, len(rows) * SAVE_EVERY_S / took / 2)))
            if time.monotonic() - began >= SAVE_EVERY_S and done < len(left):
                _save(folder, keys, vectors, left[pending:done])
                pending, began = done, time.monotonic()
    except BaseException:
        if vectors is not None and pending < done:
            _save(folder, keys, vectors, left[pending:done])
        raise
    if vectors is None:
        raise AssertionError("unreachable: something was left to encode")
    for row, key in enumerate(keys):
        if key in saved:
            vectors[row] = saved[key]
    return vectors, len(left)


def clear(index: Path) -> None:
    """Remove what earlier builds left; to be called while holding the index's lock."""
    shutil.rmtree(index / _FOLDER, ignore_errors=True)


def is_clear(index: Path) -> bool:
    """Whether nothing is left of earlier builds."""
    return not (index / _FOLDER).exists()


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _save(folder: Path, keys: Sequence[bytes], vectors: Vectors, rows: Sequence[int]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    number = max((int(path.stem) for path in folder.glob("[0-9]*.npz")), default=0) + 1
    half = folder / "half"
    with half.open("wb") as file:
        hashes = np.frombuffer(b"".join(keys[row] for row in rows), np.uint8).reshape(-1, 32)
        np.savez(file, hashes=hashes, vectors=vectors[rows])
        file.flush()
        os.fsync(file.fileno())
    half.replace(folder / f"{number:06}.npz")


def _load(folder: Path) -> dict[bytes, Vectors]:
    """Return the vectors by the hash of their text; a file that is not whole is left out."""
    found: dict[bytes, Vectors] = {}
    for path in sorted(folder.glob("[0-9]*.npz")):
        try:
            # Opened here: numpy leaves a file open that it finds broken.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as written:
                hashes, vectors = written["hashes"], written["vectors"]
            sound = hashes.shape == (len(vectors), 32) and vectors.dtype == np.float32
            sound = sound and bool(np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            continue
        if sound:
            found.update((row.tobytes(), vectors[at]) for at, row in enumerate(hashes))
    return found
