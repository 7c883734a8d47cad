"""Every error a caller can act on.

RagError
├── ConfigError          a setting is unknown or out of range
├── CorpusError          the folder of articles is missing or holds nothing to read
│   └── NoArticles       it is there, and nothing in it can be read yet
├── QuestionError        the question is empty or too long
├── ModelError           a model cannot be loaded, or its files are not what they should be
├── ChatError            a chat model gave no answer: no server, wrong key, time-out, ...
│   ├── TooLong          what it was given does not fit its window
│   ├── NoServer         nothing answers at its address
│   └── NoModelList      its server has no list of models
├── IndexStoreError          (base of the index errors)
│   ├── IndexMissing     there is no index yet
│   ├── IndexStale       the index was made with other settings or another model
│   ├── IndexCorrupt     a file of the index is missing, truncated or changed
│   ├── IndexFormat      the index was written by a newer version of the program
│   └── IndexWrite       the index cannot be written (read-only folder, disk full, locked)
├── QuestionSetError     a question set cannot be read
├── ConversationsError   the kept conversations cannot be read or written, or one is not there
├── GateError            an evaluation fell below the minimum it was asked to keep
└── ServeError           the page cannot be served (port taken, address refused)

A message says what is wrong, what was seen, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


class RagError(Exception):
    """The base of every error this package raises on purpose."""


class ConfigError(RagError):
    """A setting is unknown, has the wrong type, or is out of its range."""


class CorpusError(RagError):
    """The folder of articles is missing, unreadable, or holds nothing to read."""


class NoArticles(CorpusError):
    """The `folder` is there and holds no article; `unread` are its files, path -> why not."""

    def __init__(
        self, message: str, folder: str, unread: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        super().__init__(message)
        self.folder = folder
        self.unread = unread


class QuestionError(RagError):
    """The question is empty or longer than the limit."""


class ModelError(RagError):
    """A model cannot be loaded, or its files are not what they should be."""


class ChatError(RagError):
    """A chat model gave no answer, or none that can be used; the message is one plain line."""


class TooLong(ChatError):
    """What a chat model was given does not fit its window."""


class NoServer(ChatError):
    """No server of chat models answers at its address."""


class NoModelList(ChatError):
    """A server of chat models has no list of them at its address."""


class IndexStoreError(RagError):
    """The base of the errors about the index on disk."""


class IndexMissing(IndexStoreError):
    """There is no index in the folder."""


class IndexStale(IndexStoreError):
    """The index was made with other settings, another model or other articles."""


class IndexCorrupt(IndexStoreError):
    """A file of the index is missing, truncated or changed."""


class IndexFormat(IndexStoreError):
    """The index was written in a format this version does not know."""


class IndexWrite(IndexStoreError):
    """The index cannot be written: read-only folder, full disk, or another sync at work."""


class QuestionSetError(RagError):
    """A question set cannot be read, or a question in it is not valid."""


class ConversationsError(RagError):
    """The file of the kept conversations cannot be read or written, or holds no such one."""


class GateError(RagError):
    """An evaluation fell below a minimum of its gate file."""


class ServeError(RagError):
    """The page cannot be served: the port is taken or the address is refused."""
