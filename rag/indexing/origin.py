"""Which folder of articles an index was made from: read from its pointer, before anything loads."""

from __future__ import annotations

import json
from pathlib import Path

from rag.config import Sourced


def folder_of(index: Path) -> Path | None:
    """Return the folder that the index in `index` was made from; None where none is known.

    It may be gone. What is wrong with an index is told by whoever opens it (rag.store).
    """
    try:
        return Path(json.loads((index / "CURRENT").read_text(encoding="utf-8"))["corpus"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def over_own_folder(sourced: Sourced) -> Sourced:
    """Return the settings with the folder that the index was made from, where none was given.

    `rag sync FOLDER` and then `rag ask` is about that folder, and does not read another one in: not
    either while its disk is not there. Only the folder of this name, of a program that was moved,
    is where it is now.
    """
    folder = folder_of(Path(sourced.config.index))
    if folder is None or sourced.sources["corpus"] != "default":
        return sourced
    here = Path(sourced.config.corpus)
    if folder == here.resolve() or (folder.name == here.name and not folder.is_dir()):
        return sourced
    config = sourced.config.replace(corpus=str(folder))
    return Sourced(config, {**sourced.sources, "corpus": "the index"})
