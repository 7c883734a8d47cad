"""A model's name -> the folder of its files, and the hashes of these. Owns huggingface_hub.

Every model is loaded from a folder: a path, or the local copy of a model of the hub, which is
fetched once. So the fingerprint of a model is the hash of the very files that are loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from rag.errors import ModelError

# Copies of the weights for other runtimes, which a hub model may carry too.
_OTHER_RUNTIMES = ["onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack", "*.onnx", "*.gguf"]
_WEIGHTS = ("*.safetensors", "*.bin", "*.json", "*.txt", "*.model")


def model_folder(name: str, *, instead: str) -> Path:
    """Return the folder called `name`, or else the local copy of the hub's model of that name.

    `instead` is what the message of an error offers in its place, such as "'none'".

    Raises:
        ModelError: there is neither, or the hub cannot be reached.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if folder.is_absolute() or name.startswith((".", "~")):
        raise ModelError(f"there is no model folder {name!r}: give a folder or a name of the hub")
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(name, ignore_patterns=_OTHER_RUNTIMES))
    except Exception as error:
        raise ModelError(
            f"the model {name!r} is neither a folder here nor a model that the hub gives "
            f"({first_line(error)}): check the name and the network, or use {instead}"
        ) from error


def file_digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file that shapes what a model gives, by path below `folder`.

    Raises:
        ModelError: the folder holds no such file.
    """
    found: dict[str, str] = {}
    for path in sorted({path for pattern in _WEIGHTS for path in folder.rglob(pattern)}):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found[path.relative_to(folder).as_posix()] = digest
    if not found:
        raise ModelError(f"the folder {folder} holds no model: no weights or configuration in it")
    return found


def fingerprint(digests: Mapping[str, str]) -> str:
    """Return one hash of the digests of a model's files."""
    listing = "\n".join(f"{path} {digest}" for path, digest in sorted(digests.items()))
    return hashlib.sha256(listing.encode()).hexdigest()


def first_line(error: BaseException) -> str:
    """Return the first line of what `error` says, or its type's name where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
