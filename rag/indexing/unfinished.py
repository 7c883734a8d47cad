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
    rows: Sequence[int] | None = None,
    count: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> tuple[Vectors, int]:
    """Return the vectors of `texts`, which are all different, and how many had to be encoded.

    The vectors stand in `rows` of (count, d) float32, whose other rows are not set; in one row each
    where these are not given. `texts` may be read from a disk: each is asked for twice. What an
    earlier build that did not end has encoded with the same model is taken over. To be called while
    holding the index's lock.
    """
    folder = index / _FOLDER / encoder.fingerprint[:16]
    saved = _load(folder)
    keys, lengths = [], []
    for text in texts:
        keys.append(_key(text))
        lengths.append(len(text))
    places = range(len(keys)) if rows is None else rows
    space = len(keys) if count is None else count
    left = [at for at, key in enumerate(keys) if key not in saved]
    # Longest first, as encoders like it; so what is left takes no longer than what is done.
    left.sort(key=lambda at: (-lengths[at], at))
    vectors: Vectors | None = None
    done, size, pending = 0, _FIRST_SLICE, 0

    def save(vectors: Vectors) -> None:
        part = left[pending:done]
        _save(folder, [keys[at] for at in part], vectors[[places[at] for at in part]])

    began = time.monotonic()
    tell = progress or (lambda done: None)
    tell(len(keys) - len(left))
    try:
        while done < len(left):
            part = left[done : done + size]
            before, at = len(keys) - len(left) + done, time.monotonic()

            def told(done: int, *, before: int = before) -> None:
                tell(before + done)

            found = encoder.encode([texts[row] for row in part], progress=told)
            if vectors is None:
                vectors = np.empty((space, found.shape[1]), np.float32)
            vectors[[places[row] for row in part]] = found
            done += len(part)
            took = max(time.monotonic() - at, 1e-3)
            size = int(min(_MOST_SLICE, max(_FIRST_SLICE, len(part) * SAVE_EVERY_S / took / 2)))
            if time.monotonic() - began >= SAVE_EVERY_S and done < len(left):
                save(vectors)
                pending, began = done, time.monotonic()
    except BaseException:
        if vectors is not None and pending < done:
            save(vectors)
        raise
    if vectors is None:
        # Encoded for its width alone where there is nothing at all.
        width = len(next(iter(saved.values()))) if saved else encoder.encode([]).shape[1]
        vectors = np.empty((space, width), np.float32)
    for at, key in enumerate(keys):
        if key in saved:
            vectors[places[at]] = saved[key]
    return vectors, len(left)


def clear(index: Path) -> None:
    """Remove what earlier builds left; to be called while holding the index's lock."""
    shutil.rmtree(index / _FOLDER, ignore_errors=True)


def is_clear(index: Path) -> bool:
    """Whether nothing is left of earlier builds."""
    return not (index / _FOLDER).exists()


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _save(folder: Path, keys: Sequence[bytes], vectors: Vectors) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    number = max((int(path.stem) for path in folder.glob("[0-9]*.npz")), default=0) + 1
    half = folder / "half"
    with half.open("wb") as file:
        hashes = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 32)
        np.savez(file, hashes=hashes, vectors=vectors)
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
