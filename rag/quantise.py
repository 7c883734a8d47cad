"""A float32 network in ONNX -> the same in int8. Owns onnx and onnxruntime's quantiser.

Weights are quantised per channel, activations at run time, one scale for a whole tensor. Where a
processor without VNNI adds two products in 16 bits, those of 8 bits are cut off: there weights may
be given 7 (see `cuts_off`). A few channels of the activations are far larger than the others and
would take the precision of all, so each is divided by a factor, and the weights that it meets
multiplied by it (Xiao et al., SmoothQuant: Accurate and Efficient Post-Training Quantization for
Large Language Models, 2023):

    factor_j = max|activation_j| ** smoothing / max|weight_j| ** (1 - smoothing)
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Maxima = Mapping[str, NDArray[np.float32]]

SMOOTHING = 0.6  # of the encoder
# What onnxruntime makes slower of such a network: a sum and its normalisation as one take 0.20 ms
# of a text of 98 tokens, apart 0.05 ms, of 11.4 ms for the whole encoder, which takes 10.1 ms so.
SLOWER_FUSIONS = ("SkipLayerNormFusion",)
_LEAST = 1e-4
_WIDTH = 64  # of a product that is tried


def maxima(network: Path, feeds: Iterable[Mapping[str, NDArray[Any]]]) -> Maxima:
    """Return what `quantise` wants of `network`, over texts like those to come.

    `feeds` are the network's inputs for each of them.
    """
    import onnx
    import onnxruntime

    model = onnx.load(str(network))
    names = list(_multiplied(model))
    for name in names:
        value = onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        model.graph.output.append(value)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    found: dict[str, NDArray[np.float32]] = {}
    for feed in feeds:
        for name, values in zip(names, session.run(names, dict(feed)), strict=True):
            largest = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found.get(name, largest), largest)
    return found


def quantise(
    network: Path,
    target: Path,
    maxima: Maxima,
    *,
    operations: Sequence[str] | None = None,
    smoothing: float = SMOOTHING,
    bits: Literal[7, 8] = 8,
) -> None:
    """Write the int8 form of `network` to `target`, its weights of so many `bits`.

    `maxima` gives, for each activation that meets weights, the largest size of each of its
    channels on texts like those to come, (channels,). Only `operations` are quantised (default: all
    that onnxruntime can).
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    smooth = target.with_name("smooth.onnx")
    onnx.save(_smoothed(onnx.load(str(network)), maxima, smoothing), str(smooth))
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # the quantiser advises there on networks of other kinds
    try:
        quantize_dynamic(
            str(smooth), str(target), weight_type=QuantType.QInt8, per_channel=True,
            reduce_range=bits == 7,
            op_types_to_quantize=operations and list(operations),
            extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip
    finally:
        root.setLevel(level)
        smooth.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def cuts_off() -> bool:
    """Return whether this machine cuts off sums of products of 8-bit integers."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    largest = np.full((_WIDTH, _WIDTH), 127, np.int8)
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["x", "w"], ["y"])], "sums",
        [value("x", TensorProto.UINT8, [1, _WIDTH])], [value("y", TensorProto.INT32, [1, _WIDTH])],
        [numpy_helper.from_array(largest, "w")],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (found,) = session.run(None, {"x": np.full((1, _WIDTH), 255, np.uint8)})
    return bool(np.asarray(found).min() < 255 * 127 * _WIDTH)


def _multiplied(model: Any) -> dict[str, list[Any]]:
    """Return the products of an activation with constant weights, by the activation's name."""
    weights = {tensor.name for tensor in model.graph.initializer}
    found: dict[str, list[Any]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            found.setdefault(node.input[0], []).append(node)
    return found


def _smoothed(model: Any, maxima: Maxima, smoothing: float) -> Any:
    """Return `model`, changed in place: the same function, its activations' channels more even."""
    from onnx import helper, numpy_helper

    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    uses = Counter(name for node in model.graph.node for name in node.input)
    first_use: dict[str, Any] = {}
    for name, products in _multiplied(model).items():
        if any(uses[node.input[1]] > 1 for node in products):
            continue  # weights that several layers share
        tensors = [weights[node.input[1]] for node in products]
        values = [numpy_helper.to_array(tensor) for tensor in tensors]
        largest = np.max([np.abs(v).max(axis=1) for v in values], axis=0)
        factor = _factors(maxima[name], largest, smoothing)
        for node, tensor, value in zip(products, tensors, values, strict=True):
            scaled = (value * factor[:, None]).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(scaled, tensor.name))
            node.input[0] = f"{name}_smooth"
        model.graph.initializer.append(numpy_helper.from_array(1 / factor, f"{name}_factor"))
        first_use[products[0].output[0]] = helper.make_node(
            "Mul", [name, f"{name}_factor"], [f"{name}_smooth"], name=f"{name}_smoothing"
        )
    nodes = list(model.graph.node)
    del model.graph.node[:]
    for node in nodes:
        if node.output[0] in first_use:
            model.graph.node.append(first_use[node.output[0]])
        model.graph.node.append(node)
    return model


def _factors(
    activation: NDArray[np.float32], weight: NDArray[np.float32], smoothing: float
) -> NDArray[np.float32]:
    found = np.maximum(activation, _LEAST) ** smoothing
    found = found / np.maximum(weight, _LEAST) ** (1 - smoothing)
    return np.maximum(found, _LEAST).astype(np.float32)
