"""What the page needs of an assistant, and the wait until there is one.

The page is served at once; the index and the models are opened in a background thread, and
whoever asks meanwhile is told what is being waited for.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal, Protocol

from rag.chat_model import ChatModel
from rag.datatypes import Answer, Article, Message, Passage, Progress
from rag.errors import NoArticles, RagError, ServeError
from rag.indexing.library import Library

log = logging.getLogger(__name__)

Chosen = ChatModel | Literal["configured"] | None  # what writes answers; None is no model

STAGES = {
    "reading": "Reading the articles",
    "encoding": "Encoding the passages",
    "writing": "Writing the index",
}


class Backend(Protocol):
    """What answers the page's questions."""

    @property
    def articles(self) -> Mapping[str, Article]:
        """Every article by id."""
        ...

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Message] = (),
        as_it_stands: bool = False,
        articles: Collection[str] = (),
        chat_model: Chosen = "configured",
    ) -> Iterator[Answer]:
        """Growing answers, written by the chat model; the last one is complete. Raises RagError.

        `articles` are the ids of those that alone are asked; none: all of them.
        """
        ...

    def ask(self, question: str, *, history: Sequence[Message] = ()) -> Answer:
        """The complete answer. Raises RagError."""
        ...

    def retrieve(
        self, question: str, *, k: int | None = None, articles: Collection[str] = ()
    ) -> list[Passage]:
        """The best passages for a question, best first. Raises RagError."""
        ...

    def warm(self) -> None:
        """Load what the first question needs. Raises RagError."""
        ...


class Opening:
    """An assistant that is being opened, or is open, or could not be.

    `open_assistant` is called in a thread of its own, with a function to tell progress to; once,
    unless `articles_may_come`: then a folder without any is waited for, and `again` opens it.
    """

    def __init__(
        self, open_assistant: Callable[[Progress], Backend], *, articles_may_come: bool = False
    ) -> None:
        self._open_assistant = open_assistant
        self._articles_may_come = articles_may_come
        self._trying = threading.Lock()
        self._status = "Opening the articles"
        self._assistant: Backend | None = None
        self._error: RagError | None = None
        self._finished = threading.Event()

    @classmethod
    def of(cls, assistant: Backend) -> Opening:
        """An assistant that is open already."""
        opening = cls(lambda _: assistant)
        opening._assistant = assistant
        opening._finished.set()
        return opening

    def start(self, *, on_error: Callable[[], None] | None = None) -> None:
        """Begin to open; `on_error` is called once if that fails."""

        def run() -> None:
            self._run()
            if self._error is not None and on_error is not None:
                on_error()

        threading.Thread(target=run, name="open-assistant", daemon=True).start()

    @property
    def without_articles(self) -> NoArticles | None:
        """Why there is no assistant yet, where there will be one once there are articles."""
        error = self._error
        return error if self._articles_may_come and isinstance(error, NoArticles) else None

    def again(self) -> None:
        """Open where there were no articles yet. Raises the RagError that keeps it from opening."""
        with self._trying:
            if self.without_articles is not None:
                self._status = "Opening the articles"
                self._finished.clear()
                self._error = None
                self._run()
        self.assistant()

    def _run(self) -> None:
        try:
            assistant = self._open_assistant(self._progress)
            self._status = "Loading the models"
            assistant.warm()
            self._assistant = assistant
        except RagError as error:
            self._error = error
        except Exception as error:
            log.exception("The assistant could not be opened")
            self._error = ServeError(f"the assistant could not be opened: {error!r}")
            self._error.__cause__ = error
        finally:
            self._finished.set()

    def _progress(self, stage: str, done: int, total: int) -> None:
        self._status = progress_told(stage, done, total)

    @property
    def status(self) -> str:
        """What is being waited for, as a short phrase; "" once it is over."""
        return "" if self._finished.is_set() else self._status

    @property
    def error(self) -> RagError | None:
        """Why there will be no assistant; None while there may be one."""
        return self._error

    def wait(self, timeout_s: float) -> bool:
        """Whether the wait is over, after at most `timeout_s` seconds."""
        return self._finished.wait(timeout_s)

    def assistant(self) -> Backend:
        """The open assistant; waits for it. Raises the RagError that kept it from opening."""
        self._finished.wait()
        if self._assistant is None:
            raise self._error or ServeError("the assistant could not be opened")
        return self._assistant


def articles_at_hand(backend: Backend) -> Mapping[str, Article]:
    """The articles without loading newer ones first, where the assistant can tell them so."""
    held: Mapping[str, Article] | None = getattr(backend, "at_hand", None)
    return backend.articles if held is None else held


def library_of(holding: object) -> Library | None:
    """The files of the articles of an assistant, where it has a folder of them."""
    library = getattr(holding, "library", None)
    return library if isinstance(library, Library) else None


def progress_told(stage: str, done: int, total: int) -> str:
    """How far a sync is, as a short phrase.

    >>> progress_told("encoding", 1200, 5000)
    'Encoding the passages: 1,200 of 5,000'
    """
    told = STAGES.get(stage, stage[:1].upper() + stage[1:])
    return f"{told}: {done:,} of {total:,}" if total > 0 else told
