"""The reading model: a question and a passage, read together -> span, answerable or not, sentences.

    >>> from rag.reader import BundledReader
    >>> reader = BundledReader.from_folder()

The bundled reader is the bundled encoder with other weights (see rag/models/reader/MODEL_CARD.md);
rag.training makes them. A question-answering model of transformers can stand in its place.
Importing this package loads no model and no torch.
"""

from __future__ import annotations

from rag.reader.bundled import BUNDLED_READER as BUNDLED_READER
from rag.reader.bundled import BundledReader as BundledReader
from rag.reader.datatypes import Reader as Reader
from rag.reader.datatypes import Reading as Reading
from rag.reader.datatypes import Span as Span
from rag.reader.opening import open_reader as open_reader

__all__ = ["BUNDLED_READER", "BundledReader", "Reader", "Reading", "Span", "open_reader"]
