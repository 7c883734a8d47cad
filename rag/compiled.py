"""The encoder, compiled for a CPU. Owns onnxruntime and platformdirs.

The model that sentence-transformers loads is exported to ONNX once, quantised to int8 unless
float32 is asked for, compared with the reference on probe sentences, and kept in a cache folder.
From then on texts are encoded without torch: a question costs a few milliseconds and the program
starts in a second. Where a model cannot be compiled, or differs too much, the reference is used.

One text at a time goes through the network on one thread, as many side by side as there are cores;
while one is tokenised, others are encoded. Batches gain nothing at a passage's length (15.2 ms of
processor for a text of 128 tokens alone, 15.1 to 16.5 ms each in batches of 2 to 16 of one length;
at 40 tokens 5.4 against 4.2), and dynamic quantisation scales by the largest value of a batch: they
would make a text's vector depend on its neighbours (cosine down to .992).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from rag.config import Config
from rag.encoder import Encoder, SentenceEncoder, Vectors, encodable
from rag.errors import ModelError
from rag.hub import first_line
from rag.quantise import SLOWER_FUSIONS, cuts_off, maxima, quantise

log = logging.getLogger("rag")

# Raised by one where the way of compiling changes: older compiled models are then left aside.
RECIPE = 3
Precision = Literal["int8", "float32"]
_RUNTIMES: dict[Precision, str] = {"int8": "onnx-int8", "float32": "onnx"}
# The least cosine between the compiled model's vector and the reference's, on every probe.
LEAST_COSINE: dict[Precision, float] = {"int8": 0.98, "float32": 0.999}
PROBES = (
    "How many free tokens does the company offer to new customers?",
    "Who wrote it, and when?",
    "The minister said on Tuesday that prices had risen by 4.5 percent since March 2021.",
    "tokens",
    "Der Zug fährt um acht Uhr ab. 智谱AI提供多少免费令牌？",
    "According to a white paper released on Sunday, there are 1,328 large models globally; among "
    "them, one country accounts for 36 percent, second only to another, which accounts for 44. "
    * 4,
    "",
    "Ωμέγα مرحبا بالعالم 😀 👩‍👩‍👧 🇩🇪",
    "<a href='x'>1,328.5</a> & 2024-07-25",
    "x" * 60,
)


def open_encoder(config: Config) -> Encoder:
    """Return the encoder that `config` names, in the runtime that it names.

    `runtime` "auto" compiles on a machine without a GPU and falls back to torch, with a line in the
    log, where that fails.

    Raises:
        ModelError: the model cannot be loaded, or cannot be compiled where `runtime` says
            "onnx" or "onnx-int8".
    """
    reference = SentenceEncoder.from_name(config.encoder, batch_size=config.batch_size)
    if config.runtime == "torch":
        return reference
    cache = Path(config.cache) if config.cache else _default_cache()
    try:
        precision: Precision = "float32" if config.runtime == "onnx" else "int8"
        return CompiledEncoder.from_reference(reference, cache, precision=precision)
    except ModelError as error:
        if config.runtime != "auto":
            raise
        log.warning("%s; using torch instead, which is slower", error)
        return reference


def runtime_of(fingerprint: str) -> str:
    """Return the runtime whose encoder has `fingerprint`, as an index records it.

    >>> runtime_of("5f3a-int8-2"), runtime_of("5f3a-float32-2"), runtime_of("5f3a")
    ('onnx-int8', 'onnx', 'torch')
    """
    named = (runtime for precision, runtime in _RUNTIMES.items() if f"-{precision}-" in fingerprint)
    return next(named, "torch")


class CompiledEncoder:
    """An Encoder of onnxruntime that stands for a reference encoder."""

    def __init__(self, reference: SentenceEncoder, folder: Path, written: dict[str, Any]) -> None:
        self.model_id = reference.model_id
        self.fingerprint = f"{reference.fingerprint}-{written['precision']}-{RECIPE}"
        self._reference = reference
        self._folder = folder
        self._written = written

    @classmethod
    def from_reference(
        cls, reference: SentenceEncoder, cache: Path, *, precision: Precision = "int8"
    ) -> CompiledEncoder:
        """Return the compiled form of `reference`, compiling it where `cache` does not hold it.

        A file in the cache that is not whole, or was changed, is compiled again.

        Raises:
            ModelError: the model cannot be compiled, or differs too much from the reference.
        """
        libraries = [version(name) for name in ("onnxruntime", "torch", "sentence-transformers")]
        key = hashlib.sha256(
            json.dumps([reference.fingerprint, precision, RECIPE, libraries]).encode()
        ).hexdigest()[:24]
        folder = cache / "compiled" / key
        written = _whole(folder, precision)
        if written is None:
            log.info("compiling the model %s for this machine, once", reference.model_id)
            _compile(reference, folder, precision)
            written = _whole(folder, precision)
            if written is None:
                raise ModelError(f"the compiled model in {folder} cannot be read back")
        return cls(reference, folder, written)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, special tokens left out."""
        return self._reference.count_tokens(texts)

    def encode(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return the unit vectors of `texts`, (n, d) float32; a text's vector is its own alone."""
        vectors = np.empty((len(texts), int(self._written["dimension"])), np.float32)
        if len(texts) == 1:
            vectors[0] = self._encode_one(texts[0])
        elif texts:
            for row, vector in enumerate(self._pool.map(self._encode_one, texts)):
                vectors[row] = vector
                if progress is not None and (row % 16 == 15 or row + 1 == len(texts)):
                    progress(row + 1)
        return vectors

    def feed(self, text: str) -> dict[str, NDArray[np.int64]]:
        """Return the network's inputs for `text`, each (1, tokens)."""
        encoding = self._tokenizer.encode(encodable(text))
        columns = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        return {
            name: np.asarray([columns[name]], np.int64) for name in self._written["input_names"]
        }

    def _encode_one(self, text: str) -> Vectors:
        vector: Vectors = self._session.run(None, self.feed(text))[0][0]
        length = np.linalg.norm(vector)
        if not np.isfinite(length) or not length:
            raise ModelError(f"the model {self.model_id!r} gave a vector that is not finite")
        return vector / length

    @cached_property
    def _session(self) -> Any:
        return _session(self._folder / "model.onnx")

    @cached_property
    def _tokenizer(self) -> Any:
        return self._reference.tokenizer(most_tokens=int(self._written["most_tokens"]))

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="encode")


def _bits() -> Literal[7, 8]:
    """Return of how many bits the weights of an int8 model are on this machine."""
    return 7 if cuts_off() else 8


def _default_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("rag", appauthor=False)


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # texts run side by side; see the module's first lines
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(
            str(path),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=list(SLOWER_FUSIONS),
        )
    except Exception as error:
        raise ModelError(f"the compiled model {path} cannot be loaded: {error}") from error


def _whole(folder: Path, precision: Precision) -> dict[str, Any] | None:
    """Return what was written beside a compiled model, or None where the two do not fit."""
    try:
        written: dict[str, Any] = json.loads((folder / "compiled.json").read_text(encoding="utf-8"))
        with (folder / "model.onnx").open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        whole = digest == written["sha256"] and written["precision"] == precision
        return written if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _compile(reference: SentenceEncoder, folder: Path, precision: Precision) -> None:
    """Write the compiled form of `reference` into `folder`, whole or not at all."""
    # Not tempfile.mkdtemp: nobody else could read a cache that several users share.
    half = folder.parent / f".half-{uuid4().hex}"
    try:
        half.mkdir(parents=True)
    except OSError as error:
        raise ModelError(
            f"the compiled model cannot be kept in {folder.parent} ({error.strerror}): choose "
            "another folder with --set cache=FOLDER"
        ) from error
    try:
        written = _export(reference, half, precision)
        (half / "compiled.json").write_text(json.dumps(written, indent=1), encoding="utf-8")
        _put(half, folder, precision)
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(
            f"the model {reference.model_id!r} cannot be compiled: {first_line(error)}"
        ) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _put(half: Path, folder: Path, precision: Precision) -> None:
    """Move what was compiled into its place, unless another start has put a whole one there."""
    for attempt in (1, 2):
        try:
            half.rename(folder)
            return
        except OSError:
            if _whole(folder, precision) is not None:
                return
            if attempt == 2:
                raise
            shutil.rmtree(folder, ignore_errors=True)


def _export(reference: SentenceEncoder, folder: Path, precision: Precision) -> dict[str, Any]:
    """Write model.onnx into `folder`, check it, and return what to keep beside it."""
    import torch

    model = reference.fresh_model()
    names, inputs = reference.probe_inputs(model)

    class Whole(torch.nn.Module):
        """The model from token ids to the sentence's vector."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *columns: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.model(dict(zip(names, columns, strict=True)))[
                "sentence_embedding"
            ]
            return found

    exact = folder / "exact.onnx"
    axes = {name: {0: "texts", 1: "tokens"} for name in names} | {"vector": {0: "texts"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Whole().eval(), inputs, str(exact), input_names=list(names), output_names=["vector"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
    path = folder / "model.onnx"
    written = {
        "model": reference.model_id,
        "precision": precision,
        "input_names": list(names),
        "dimension": int(model.get_embedding_dimension() or 0),
        "most_tokens": int(model.max_seq_length or 512),
    }
    if precision == "float32":
        exact.rename(path)
    else:
        feed = CompiledEncoder(reference, folder, written).feed
        quantise(exact, path, maxima(exact, map(feed, PROBES)), bits=_bits())
        exact.unlink()
    with path.open("rb") as file:
        written["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
    compiled = CompiledEncoder(reference, folder, written)
    cosines = (compiled.encode(PROBES) * reference.encode(PROBES)).sum(axis=1)
    least = LEAST_COSINE[precision]
    if cosines.min() < least:
        raise ModelError(
            f"the model {reference.model_id!r} compiled to {precision} differs too much from the "
            f"original (cosine {cosines.min():.3f} on a probe sentence, at least {least} is asked)"
        )
    return {**written, "least_cosine": round(float(cosines.min()), 4)}
