"""Matrix products of training in bfloat16, everything else in float32.

Weights, gradients, norms, softmax and losses stay in float32; only the products of the layers'
matrices, forward and backward, are rounded. On processors with instructions for it (avx512_bf16,
amx_bf16) training sees half as many examples again in the same time; on others it is slower.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from rag.reader.network import Network


class _HalfProduct(torch.autograd.Function):
    """x (..., n), weight (m, n), bias (m,) -> (..., m) in float32."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        x_half, weight_half = x.bfloat16(), weight.bfloat16()
        ctx.save_for_backward(x_half, weight_half)
        return functional.linear(x_half, weight_half).float() + bias

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> tuple[Tensor, Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        gradient = cast(Tensor, gradients[0])
        rows = gradient.reshape(-1, gradient.shape[-1])
        half = rows.bfloat16()
        of_x = (half @ weight).float().view(x.shape)
        of_weight = (half.t() @ x.reshape(-1, x.shape[-1])).float()
        return of_x, of_weight, rows.sum(0)


class _HalfLinear(nn.Linear):
    def forward(self, x: Tensor) -> Tensor:
        return cast(Tensor, _HalfProduct.apply(x, self.weight, self.bias))  # type: ignore[no-untyped-call]


def in_half(network: Network) -> Network:
    """Return the network itself, its layers' products in bfloat16 from now on.

    The names and types of its parameters stay.
    """
    for layer in network.layers:
        for part in layer.modules():
            if type(part) is nn.Linear:
                part.__class__ = _HalfLinear
    return network
