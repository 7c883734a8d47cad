"""Evaluations of the open assistant: one at a time, each in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.backend import Opening
from rag.errors import RagError

if TYPE_CHECKING:
    from rag.evaluate import Run

log = logging.getLogger(__name__)

PAUSE_S = 0.05  # how often an evaluation that gives way looks whether it may go on
UNEXPECTED = "something went wrong while evaluating; the program's log has the details"


@dataclass(frozen=True, slots=True)
class EvaluationProgress:
    """How far an evaluation is: questions asked, of how many, in how many seconds.

    `total` is 0 before the question set has been read.
    """

    done: int = 0
    total: int = 0
    seconds: float = 0.0


class Evaluation:
    """An evaluation at work, and after its end what came of it.

    `owner` is the session that began it. At the end `run` and `report` are there, or `error` says
    why they are not, or neither: then it was stopped. Between two questions it waits while
    `gives_way` says so.
    """

    def __init__(self, owner: str, *, gives_way: Callable[[], bool]) -> None:
        self.owner = owner
        self.progress = EvaluationProgress()
        self.run: Run | None = None
        self.report = ""
        self.error = ""
        self._gives_way = gives_way
        self._began = time.monotonic()
        self._stopped = threading.Event()
        self._ended = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether it is to end before it is whole."""
        return self._stopped.is_set()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self._ended.is_set()

    def stop(self) -> None:
        """End it after the question it is at. Nothing is kept of it."""
        self._stopped.set()

    def wait(self, timeout_s: float) -> bool:
        """Whether it has ended, after at most `timeout_s` seconds."""
        return self._ended.wait(timeout_s)

    def work(self, opening: Opening, questions: Path, limit: int | None) -> None:
        """Evaluate, and tell in `progress` how far it is. Raises nothing."""
        from rag.evaluate import evaluate, load_questions  # these take a second to import
        from rag.evaluate.report import render_report

        try:
            assistant = opening.assistant()
            asked = load_questions(questions, limit=limit)
            self._began = time.monotonic()
            run = evaluate(assistant, asked, progress=self._tell)
            self.report = render_report(run)
            self.run = run
        except _Stopped:
            pass
        except RagError as error:
            self.error = str(error)
        except Exception:
            log.exception("An evaluation failed")
            self.error = UNEXPECTED
        finally:
            self._ended.set()

    def _tell(self, stage: str, done: int, total: int) -> None:
        self.progress = EvaluationProgress(done, total, time.monotonic() - self._began)
        while not self.stopped and done < total and self._gives_way():
            time.sleep(PAUSE_S)
        if self.stopped:
            raise _Stopped


class _Stopped(Exception):
    """Raised inside an evaluation that is to end."""


class Evaluations:
    """The evaluations of all visitors, of which one is at work at a time."""

    def __init__(self, opening: Opening, *, gives_way: Callable[[], bool]) -> None:
        self._opening = opening
        self._gives_way = gives_way
        self._lock = threading.Lock()
        self._current: Evaluation | None = None

    @property
    def current(self) -> Evaluation | None:
        """The evaluation at work, also one that was stopped and has not ended yet."""
        return self._current

    def begin(self, owner: str, questions: Path, *, limit: int | None) -> Evaluation | None:
        """A new evaluation at work; None while there is another."""
        with self._lock:
            if self._current is not None:
                return None
            begun = self._current = Evaluation(owner, gives_way=self._gives_way)

        def work() -> None:
            try:
                begun.work(self._opening, questions, limit)
            finally:
                self._current = None

        threading.Thread(target=work, name="evaluate", daemon=True).start()
        return begun

    def stop(self, owner: str) -> None:
        """Stop the evaluation at work if the session began it."""
        current = self._current
        if current is not None and current.owner == owner:
            current.stop()
