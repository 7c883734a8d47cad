"""The network: the bundled encoder's layers over a question and a passage. Owns torch here.

The embeddings of words and places are the bundled ones; layers start as the bundled ones. Three
numbers come out for each position (the span starts here, it ends here, evidence) and one for the
pair (the passage answers), read from the first position and from the span the network points at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from rag.reader.features import MARKS
from rag.reader.shape import Shape

T = TypeVar("T")
_FAR = -1e4  # a logit that no softmax sees
# Our names of a layer's parts, and those of a BERT checkpoint.
_PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mix": "attention.output.dense",
    "mix_norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "outer_norm": "output.LayerNorm",
}
_EMBEDDINGS = {
    "words": "word_embeddings",
    "places": "position_embeddings",
    "kinds": "token_type_embeddings",
    "norm": "LayerNorm",
}
# Parameters that are used as they come with the encoder.
FROZEN = ("words.weight", "places.weight")


class _Layer(nn.Module):
    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.mix = nn.Linear(width, width)
        self.mix_norm = nn.LayerNorm(width, eps=1e-12)
        self.inner = nn.Linear(width, shape.inner)
        self.outer = nn.Linear(shape.inner, width)
        self.outer_norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = dropout

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        mixed = functional.scaled_dot_product_attention(
            self._split(self.query(x)),
            self._split(self.key(x)),
            self._split(self.value(x)),
            attn_mask=mask,
        )
        mixed = self.mix(mixed.transpose(1, 2).reshape(x.shape))
        x = self.mix_norm(x + _drop(mixed, self.dropout, self.training))
        hidden = self.outer(functional.gelu(self.inner(x)))
        out: Tensor = self.outer_norm(x + _drop(hidden, self.dropout, self.training))
        return out

    def _split(self, x: Tensor) -> Tensor:
        rows, positions, width = x.shape
        return x.view(rows, positions, self.heads, width // self.heads).transpose(1, 2)


class Network(nn.Module):
    """See the module's docstring."""

    def __init__(self, shape: Shape, *, dropout: float = 0.1) -> None:
        super().__init__()
        width = shape.width
        self.words = nn.Embedding(shape.vocabulary, width)
        self.places = nn.Embedding(shape.positions, width)
        self.kinds = nn.Embedding(2, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.marks = nn.Embedding(MARKS, width)
        nn.init.normal_(self.marks.weight, std=0.05)
        nn.init.zeros_(self.marks.weight[0])
        self.layers = nn.ModuleList(_Layer(shape, dropout) for _ in range(shape.layers))
        self.token_head = nn.Linear(width, 3)
        self.answerable_inner = nn.Linear(2 * width, width)
        self.answerable_outer = nn.Linear(width, 1)
        self.dropout = dropout

    def forward(
        self, ids: Tensor, kinds: Tensor, marks: Tensor, present: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the logits of each position, (b, t, 3), and of each pair, (b,).

        The three logits are of start, end and evidence.

        `ids` and `kinds` are (b, t), `marks` (b, t, 2): of the word and of the sentence; `present`
        (b, t) is False at the padding. A span that starts and ends at position 0 is "no answer".
        """
        return self.read(self.words(ids), kinds, marks, present)

    def read(
        self, words: Tensor, kinds: Tensor, marks: Tensor, present: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return what `forward` returns, from the words' embeddings, (b, t, width)."""
        x = words + self.places.weight[: words.shape[1]] + self.kinds(kinds)
        x = self.norm(x) + self.marks(marks[..., 0]) + self.marks(marks[..., 1])
        x = _drop(x, self.dropout, self.training)
        mask = torch.zeros_like(present, dtype=x.dtype).masked_fill(~present, _FAR)
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        tokens: Tensor = self.token_head(x)
        inside = present & (marks[..., 1] > 0)
        pointed = (tokens[..., 0] + tokens[..., 1]).detach().masked_fill(~inside, _FAR).softmax(1)
        found = (pointed[..., None] * x).sum(1)
        hidden = functional.gelu(self.answerable_inner(torch.cat([x[:, 0], found], 1)))
        answerable: Tensor = self.answerable_outer(hidden).squeeze(1)
        return tokens, answerable


def from_encoder(weights: Mapping[str, T], layers: int) -> dict[str, T]:
    """Return a BERT checkpoint's tensors under the network's names: everything but the heads.

    Raises:
        KeyError: the checkpoint lacks a tensor.
    """
    found = {}
    for ours, theirs in _EMBEDDINGS.items():
        for part in ("weight", "bias") if ours == "norm" else ("weight",):
            found[f"{ours}.{part}"] = weights[f"embeddings.{theirs}.{part}"]
    for layer in range(layers):
        for ours, theirs in _PARTS.items():
            for part in ("weight", "bias"):
                found[f"layers.{layer}.{ours}.{part}"] = weights[
                    f"encoder.layer.{layer}.{theirs}.{part}"
                ]
    return found


def _drop(x: Tensor, share: float, training: bool) -> Tensor:
    """Return `x` with a `share` of each row's channels dropped, the same at all its positions.

    Plain dropout draws a number for each value, which costs a CPU more than the layer's attention.
    """
    if not training or share <= 0:
        return x
    keep = torch.rand(x.shape[0], 1, x.shape[2]) >= share
    return x * (keep.to(x.dtype) / (1 - share))
