"""A model's name -> the folder of its files, and the hashes of these. Owns huggingface_hub.

Every model is loaded from a folder: a path, or the local copy of a model of the hub. That is
fetched once: the hub is not asked again while the copy is whole, so that what it has since does not
change a model between two starts (`hf download NAME` fetches it). The fingerprint of a model is
the hash of the very files that are loaded.
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
        ModelError: there is neither, the hub cannot be reached, or the folder holds no model.
    """
    folder = Path(name).expanduser()
    folder = folder if folder.is_dir() else _of_the_hub(name, folder, instead=instead)
    _shaping(folder)
    return folder


def _of_the_hub(name: str, folder: Path, *, instead: str) -> Path:
    """Return the local copy of the hub's model, fetched where there is no whole one."""
    if folder.is_absolute() or name.startswith((".", "~")):
        raise ModelError(f"there is no model folder {name!r}: give a folder or a name of the hub")
    if (kept := _kept(name)) is not None:
        return kept
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(name, ignore_patterns=_OTHER_RUNTIMES))
    except Exception as error:
        raise ModelError(
            f"the model {name!r} is neither a folder here nor a model that the hub gives "
            f"({first_line(error)}): check the name and the network, or use {instead}"
        ) from error


def _kept(name: str) -> Path | None:
    """Return the local copy of the hub's model, or None where it is not there, or not whole."""
    try:
        from huggingface_hub import get_cached_repo_tree, snapshot_download

        # The list of its files, kept when it was fetched: without it nobody can tell whether a
        # download was broken off. With it, snapshot_download refuses a copy that lacks one.
        get_cached_repo_tree(name)
        return Path(snapshot_download(name, ignore_patterns=_OTHER_RUNTIMES, local_files_only=True))
    except Exception:  # asked properly, the hub or the library says what is wrong
        return None


def file_digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of each file that shapes what a model gives, by path below `folder`.

    Raises:
        ModelError: the folder holds no such file.
    """
    found: dict[str, str] = {}
    for path in _shaping(folder):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[path.relative_to(folder).as_posix()] = digest
    return found


def _shaping(folder: Path) -> list[Path]:
    """Return the files that shape what a model gives, in order; at least one."""
    found = {path for pattern in _WEIGHTS for path in folder.rglob(pattern) if path.is_file()}
    if not found:
        raise ModelError(f"the folder {folder} holds no model: no weights or configuration in it")
    return sorted(found)


def fingerprint(digests: Mapping[str, str]) -> str:
    """Return one hash of the digests of a model's files."""
    listing = "\n".join(f"{path} {digest}" for path, digest in sorted(digests.items()))
    return hashlib.sha256(listing.encode()).hexdigest()


def first_line(error: BaseException) -> str:
    """Return the first line of what `error` says, or its type's name where it says nothing."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
