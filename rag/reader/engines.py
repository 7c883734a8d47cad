"""What runs the network: torch in float32, or onnxruntime in 8-bit integers without torch.

Both give the same two arrays for a batch; the integers differ from float32 by rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.quantise import SLOWER_FUSIONS
from rag.reader.batches import Batch

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from rag.reader.network import Network
    from rag.reader.shape import Shape

Floats = NDArray[np.float32]
WORDS = "embeddings.word_embeddings.weight"


class Engine(Protocol):
    """The network, ready to run."""

    def __call__(self, batch: Batch) -> tuple[Floats, Floats]:
        """Return the logits of each position, (b, t, 3), and of each row, (b,)."""


class TorchEngine:
    """The network in torch, float32."""

    def __init__(self, network: Network) -> None:
        self._network = network.eval()

    @classmethod
    def from_weights(
        cls, packed: Mapping[str, NDArray[Any]], encoder: Mapping[str, NDArray[Any]], shape: Shape
    ) -> TorchEngine:
        """Return the engine of the bundled encoder's tensors and what differs from them.

        Raises:
            ModelError: the tensors do not make the network.
        """
        import torch

        from rag.reader.network import Network, from_encoder
        from rag.reader.weights import unpack

        try:
            base = from_encoder(encoder, shape.layers)
            network = Network(shape, dropout=0.0)
            state = {
                name: torch.from_numpy(np.array(value, dtype=np.float32))
                for name, value in unpack(packed, base).items()
            }
            network.load_state_dict(state)
        except (KeyError, RuntimeError) as error:
            raise ModelError(f"the reader's weights do not fit the encoder: {error}") from error
        return cls(network)

    def __call__(self, batch: Batch) -> tuple[Floats, Floats]:
        """See Engine."""
        import torch

        with torch.inference_mode():
            tokens, answerable = self._network(
                torch.from_numpy(batch.ids),
                torch.from_numpy(batch.kinds),
                torch.from_numpy(batch.marks),
                torch.from_numpy(batch.present),
            )
        return tokens.float().numpy(), answerable.float().numpy()


class OnnxEngine:
    """The network in onnxruntime; `words` are the embeddings, (vocabulary, width)."""

    def __init__(self, session: InferenceSession, words: Floats) -> None:
        self._session = session
        self._words = words

    @classmethod
    def from_bytes(cls, model: bytes, words: Floats) -> OnnxEngine:
        """Return the engine of a model that rag.training exported.

        Raises:
            ModelError: onnxruntime is not installed, or it cannot load the model.
        """
        try:
            import onnxruntime
        except ImportError as error:
            raise ModelError("onnxruntime is not installed: pip install onnxruntime") from error
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        # A thread that waits gives its core to whatever else runs: with two busy programs beside it
        # an answer takes 0.87 of the time, alone no longer.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            session = onnxruntime.InferenceSession(
                model,
                options,
                providers=["CPUExecutionProvider"],
                disabled_optimizers=list(SLOWER_FUSIONS),
            )
        except Exception as error:  # onnxruntime raises its own exceptions from C++
            raise ModelError(f"onnxruntime cannot load the reader: {error}") from error
        return cls(session, words)

    def __call__(self, batch: Batch) -> tuple[Floats, Floats]:
        """See Engine."""
        tokens, answerable = self._session.run(["tokens", "answerable"], feed(batch, self._words))
        return np.asarray(tokens, np.float32), np.asarray(answerable, np.float32)


def feed(batch: Batch, words: Floats) -> dict[str, NDArray[Any]]:
    """Return the inputs of the ONNX network; `words` are the embeddings, (vocabulary, width)."""
    return {
        "words": words[batch.ids],
        "kinds": batch.kinds,
        "marks": batch.marks,
        "present": batch.present,
    }
