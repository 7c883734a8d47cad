"""The extractive answerer: the sentences that answer, verbatim, or a decline.

They are judged by the retriever's two signals alone (rag.reading.signals).
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answerer import Draft
from rag.config import Config
from rag.reading.desk import Desk
from rag.reading.drafting import Choice, Heard, drafted
from rag.reading.signals import Judged, answer_logit, judged
from rag.retrieve import Retrieved
from rag.searching.beside import Beside


class ExtractiveAnswerer:
    """Picks sentences; needs no language model."""

    name = "extractive"

    def __init__(self, desk: Desk, config: Config) -> None:
        self._desk = desk
        self._config = config

    def answer(self, question: str, found: Retrieved, beside: Beside | None = None) -> Draft:
        """Return the best sentences of the passages, best first, or none where they are too weak.

        As many places as `most_statements` says; a sentence far weaker than the best is left out.
        """
        return drafted(self, question, found, beside, self._config)

    def heard(self, question: str, found: Retrieved) -> Heard[Judged]:
        """Return the sentences of the passages, each once, as the signals judge them."""
        return Heard(judged(self._desk, question, found), answer_logit)

    def choice(
        self, question: str, found: Retrieved, sentences: Sequence[Judged], scores: Sequence[float]
    ) -> Choice:
        """Return all of them."""
        return Choice(
            [(score, each.place, each.text) for score, each in zip(scores, sentences, strict=True)]
        )
