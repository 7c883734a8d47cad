"""Passages reordered by a cross-encoder before they are read. Owns CrossEncoder.

A cross-encoder reads the question and a passage together and gives one number, higher is better:
surer than the cosine of two vectors, and far slower, so that it orders only what the retriever
found. torch and sentence-transformers are imported when the model is loaded, not before.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from rag.datatypes import Passage
from rag.encoder import encodable
from rag.errors import ModelError
from rag.hub import first_line, model_folder
from rag.retrieve import PassageRetriever, Retrieved, in_order_of, retrieve_ordered

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker(Protocol):
    """What the retriever asks of a model that judges passages against a question."""

    @property
    def model_id(self) -> str:
        """The model's name, as the configuration gives it."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return one finite score for each text, in order; higher is better."""


class CrossReranker:
    """A Reranker on any CrossEncoder of sentence-transformers.

    >>> reranker = CrossReranker.from_name("cross-encoder/ms-marco-MiniLM-L6-v2")  # doctest: +SKIP
    >>> reranker.score("Who wrote it?", ["Ada wrote it.", "It rained."])  # doctest: +SKIP
    """

    def __init__(self, model_id: str, model: CrossEncoder) -> None:
        self.model_id = model_id
        self._model = model

    @classmethod
    def from_name(cls, name: str) -> CrossReranker:
        """Return the reranker in the folder `name`, or the hub's model of that name, loaded.

        Raises:
            ModelError: there is no such model, or it is no cross-encoder of one score.
        """
        folder = model_folder(name, instead="'none'")
        if (seen := _other_kind(folder)) is not None:
            raise ModelError(
                f"the reranker {name!r} is no cross-encoder: it is made as {seen}; name a model "
                "that gives a question and a passage one score"
            )
        try:
            from sentence_transformers import CrossEncoder
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            model = CrossEncoder(str(folder), local_files_only=True)
        except Exception as error:
            raise ModelError(
                f"the reranker {name!r} in {folder} cannot be loaded as a cross-encoder: "
                f"{first_line(error)}"
            ) from error
        if model.num_labels != 1:
            raise ModelError(
                f"the reranker {name!r} gives {model.num_labels} scores a pair, a reranker gives "
                "one; name a model that was trained to rank passages"
            )
        return cls(name, model)

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return one score for each text, in order: the model's logit, before any activation.

        Raises:
            ModelError: the model gives a score that is not finite.
        """
        import torch

        if not texts:
            return []
        pairs: Any = [(encodable(question), encodable(text)) for text in texts]
        given = self._model.predict(
            pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False
        )
        scores = [float(value) for value in given]
        if not all(map(math.isfinite, scores)):
            raise ModelError(f"the reranker {self.model_id!r} gave a score that is not finite")
        return scores


class RerankingRetriever:
    """A retriever whose best `depth` passages are put in a reranker's order.

    The model is loaded at the first question.
    """

    def __init__(
        self, inner: PassageRetriever, open_reranker: Callable[[], Reranker], *, depth: int
    ) -> None:
        self._inner = inner
        self._open_reranker = open_reranker
        self._depth = depth

    @cached_property
    def _reranker(self) -> Reranker:
        return self._open_reranker()

    def retrieve(self, question: str, *, k: int) -> Retrieved:
        """Return the best `k` passages; those beyond the first `depth` follow in their own order.

        Raises:
            ModelError: the reranker cannot be loaded.
        """
        return retrieve_ordered(
            self._inner, question, k=k, depth=self._depth, stage="rerank",
            order=lambda found: reranked(question, found, self._reranker, depth=self._depth),
        )  # fmt: skip


def reranked(
    question: str, passages: Sequence[Passage], reranker: Reranker, *, depth: int
) -> tuple[Passage, ...]:
    """Return the first `depth` passages by the reranker's score, best first, then the others.

    Equal scores keep the order given. `scores.reranker` holds the score and its rank.
    """
    judged, others = passages[:depth], passages[depth:]
    values = reranker.score(question, [passage.chunk.text for passage in judged])
    return (*in_order_of(judged, values, name="reranker"), *others)


def _other_kind(folder: Path) -> str | None:
    """Return what the model in `folder` says that it is, or None where it is a cross-encoder.

    Told from its configuration: any other kind would be loaded too, with a score that is drawn.
    """
    seen = "a model without a configuration"
    for name in ("config_sentence_transformers.json", "config.json"):
        try:
            written = json.loads((folder / name).read_text(encoding="utf-8"))
            kinds = [written.get("model_type"), *(written.get("architectures") or ())]
        except (OSError, ValueError, AttributeError, TypeError):
            continue
        named = [str(kind) for kind in kinds if kind]
        if any(k == "CrossEncoder" or k.endswith("ForSequenceClassification") for k in named):
            return None
        seen = named[-1] if named else seen
    return seen
