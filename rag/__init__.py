"""A chat assistant that answers questions from your own articles, with cited sources.

    >>> from rag import Assistant
    >>> assistant = Assistant.open(corpus="seeds", index="index")  # doctest: +SKIP
    >>> print(assistant.ask("How many free tokens does Zhipu AI offer?"))  # doctest: +SKIP

The names below are the public ones; importing them loads nothing heavy until they are used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.assistant import Assistant as Assistant
    from rag.config import Config as Config
    from rag.config import load_config as load_config
    from rag.datatypes import Answer as Answer
    from rag.datatypes import Article as Article
    from rag.datatypes import Chunk as Chunk
    from rag.datatypes import Citation as Citation
    from rag.datatypes import Message as Message
    from rag.datatypes import Passage as Passage
    from rag.datatypes import Score as Score
    from rag.datatypes import Scores as Scores
    from rag.datatypes import Statement as Statement
    from rag.datatypes import SyncReport as SyncReport
    from rag.errors import RagError as RagError

_HOME = {
    # the way in
    "Assistant": "rag.assistant",
    # settings
    "Config": "rag.config",
    "load_config": "rag.config",
    # what comes out
    "Answer": "rag.datatypes",
    "Statement": "rag.datatypes",
    "Citation": "rag.datatypes",
    "Passage": "rag.datatypes",
    "Scores": "rag.datatypes",
    "Score": "rag.datatypes",
    "SyncReport": "rag.datatypes",
    # what is indexed
    "Article": "rag.datatypes",
    "Chunk": "rag.datatypes",
    # what goes in
    "Message": "rag.datatypes",
    # what can go wrong: the base of every error; rag.errors lists them all
    "RagError": "rag.errors",
}
__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'rag' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
