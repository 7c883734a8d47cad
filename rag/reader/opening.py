"""The reader that a configuration names."""

from __future__ import annotations

from rag.config import Config
from rag.reader.bundled import BUNDLED_READER, BundledReader
from rag.reader.datatypes import Reader


def open_reader(config: Config) -> Reader:
    """Return the reader that `config.reader` names, loaded: the bundled one, or one by name.

    Raises:
        ModelError: it cannot be loaded, or is no model that reads.
    """
    if config.reader == BUNDLED_READER:
        return BundledReader.from_folder(backend="torch" if config.runtime == "torch" else "onnx")
    from rag.reader.transformers_reader import TransformersReader

    return TransformersReader.from_name(config.reader)
