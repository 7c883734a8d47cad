"""Quantising: the smoothing changes no value, and the int8 form is near the float32 one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from rag import compiled
from rag.quantise import cuts_off, maxima, quantise

onnx = pytest.importorskip("onnx")
ort = pytest.importorskip("onnxruntime")


def network(path: Path, *, shared: bool = False) -> Path:
    """Save x -> (relu(x @ A) @ B, x @ C), one channel of x far larger than the others."""
    from onnx import TensorProto, helper, numpy_helper

    draw = np.random.default_rng(3)
    weights = {
        name: draw.normal(size=shape).astype(np.float32)
        for name, shape in (("A", (8, 8)), ("B", (8, 4)), ("C", (8, 3)))
    }
    second = "A" if shared else "B"
    for name in () if shared else ("A", "C"):
        weights[name][2] *= 0.05  # what is large is weighed little
    nodes = [
        helper.make_node("MatMul", ["x", "A"], ["h"], name="first"),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("MatMul", ["r", second], ["y"], name="second"),
        helper.make_node("MatMul", ["x", "C"], ["z"], name="third"),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes, "made", [value("x", TensorProto.FLOAT, ["n", 8])],
        [value("y", TensorProto.FLOAT, None), value("z", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )  # fmt: skip
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), str(path))
    return path


def inputs() -> np.ndarray:
    x = np.random.default_rng(5).normal(size=(64, 8)).astype(np.float32)
    x[:, 2] *= 100
    return x


def run(model: Path | bytes, x: np.ndarray) -> list[np.ndarray]:
    given = model if isinstance(model, bytes) else str(model)
    session = ort.InferenceSession(given, providers=["CPUExecutionProvider"])
    return [np.asarray(found) for found in session.run(None, {"x": x})]


def test_the_activations_that_meet_weights_are_watched(tmp_path: Path) -> None:
    x = inputs()
    found = maxima(network(tmp_path / "n.onnx"), [{"x": x[:40]}, {"x": x[40:]}])
    assert list(found) == ["x", "r"]
    np.testing.assert_array_equal(found["x"], np.abs(x).max(axis=0))


@pytest.mark.parametrize("shared", [False, True], ids=["own weights", "shared weights"])
def test_the_int8_form_is_near_the_float32_one(tmp_path: Path, shared: bool) -> None:
    path, x = network(tmp_path / "n.onnx", shared=shared), inputs()
    quantise(path, tmp_path / "q.onnx", maxima(path, [{"x": x}]), bits=7)  # on any machine
    assert sorted(p.name for p in tmp_path.iterdir()) == ["n.onnx", "q.onnx"]
    for exact, found in zip(run(path, x), run(tmp_path / "q.onnx", x), strict=True):
        assert np.abs(found - exact).max() < 0.1 * np.abs(exact).max()


def test_smoothing_keeps_what_a_large_channel_would_drown(tmp_path: Path) -> None:
    """Against factors of 1: the small channels alone, which the large one's scale rounds off."""
    path, x = network(tmp_path / "n.onnx"), inputs()
    small = x.copy()
    small[1:, 2] = 0  # one row of the tensor holds the large value, the others do not
    even = {name: np.ones_like(values) for name, values in maxima(path, [{"x": x}]).items()}
    errors = {}
    for name, given in (("smoothed", maxima(path, [{"x": x}])), ("plain", even)):
        quantise(path, tmp_path / f"{name}.onnx", given, bits=7)
        exact, found = run(path, small)[1][1:], run(tmp_path / f"{name}.onnx", small)[1][1:]
        errors[name] = float(np.abs(found - exact).mean())
    assert errors["smoothed"] < 0.85 * errors["plain"]


@pytest.mark.parametrize(("bits", "largest"), [(7, 64), (8, 127)])
def test_of_7_bits_no_two_products_exceed_what_is_added_in_16(
    tmp_path: Path, bits: Literal[7, 8], largest: int
) -> None:
    path = network(tmp_path / "n.onnx")
    quantise(path, tmp_path / "q.onnx", maxima(path, [{"x": inputs()}]), bits=bits)
    held = onnx.load(str(tmp_path / "q.onnx")).graph.initializer
    weights = [onnx.numpy_helper.to_array(one) for one in held]
    sizes = [
        np.abs(one.astype(int)).max() for one in weights if one.dtype == np.int8 and one.ndim == 2
    ]
    assert len(sizes) == 3
    assert max(sizes) == largest
    assert (2 * 255 * largest < 2**15) is (bits == 7)


def test_a_machine_that_cuts_off_sums_gets_weights_of_7_bits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert cuts_off() in (True, False)
    for cuts, bits in ((True, 7), (False, 8)):
        monkeypatch.setattr(compiled, "cuts_off", lambda cuts=cuts: cuts)
        assert compiled._bits() == bits
