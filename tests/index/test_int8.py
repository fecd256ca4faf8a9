from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index import graphs, int8
from index.int8 import (
    Range,
    in_bytes,
    multiplied,
    quantise,
    ranges,
    signed_is_exact,
    smoothing,
)
from index.plain_path import Unsuited

# The second channel is a hundred times as large as the others, as some of a transformer's are.
VALUES = np.array([[[0.1, 40.0, -0.3], [-0.2, 90.0, 0.1]]], dtype=np.float32)
WEIGHTS = np.array([[0.5, -0.25], [0.004, 0.002], [0.3, 0.7]], dtype=np.float32)


# Written so, weights are exact on every processor; signed ones only where it has the instructions.
SIGNED = [False, *([True] if signed_is_exact() else [])]


def product(weights: NDArray[np.float32] | None = WEIGHTS) -> Any:
    """A graph of one product, with weights or of the value with itself."""
    from onnx import TensorProto, helper, numpy_helper

    other = "weights" if weights is not None else "turned"
    nodes = [helper.make_node("MatMul", ["values", other], ["vectors"], name="product")]
    if weights is None:
        nodes.insert(0, helper.make_node("Transpose", ["values"], ["turned"], perm=[0, 2, 1]))
    graph = helper.make_graph(
        nodes,
        "product",
        [helper.make_tensor_value_info("values", TensorProto.FLOAT, ["texts", "tokens", 3])],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, None)],
        [] if weights is None else [numpy_helper.from_array(weights, "weights")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model: Any, folder: Path, values: NDArray[np.float32]) -> NDArray[np.float32]:
    import onnxruntime

    graphs.save(model, folder / "graph.onnx")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(folder / "graph.onnx"), options, providers=["CPUExecutionProvider"]
    )
    found: NDArray[np.float32] = session.run(None, {"values": values})[0]
    return found


def test_weights_are_whole_steps_of_their_column() -> None:
    steps, whole = in_bytes(np.array([[1.27, 0.0], [-0.5, 0.0], [0.014, 0.0]], dtype=np.float32))
    assert steps[0] == pytest.approx(0.01)
    assert whole.tolist() == [[127, 0], [-50, 0], [1, 0]]
    assert whole.dtype == np.int8


def test_a_channel_is_divided_by_its_size_to_the_share_that_goes_over() -> None:
    # .7 and .3 are the exponents: 1024 ** .7 = 128, and (1 / 1024) ** .3 = 1 / 8.
    factors = smoothing(
        np.array([1024.0, 1.0], dtype=np.float32),
        [np.array([[1.0, 0.5], [1.0, -1 / 1024]], dtype=np.float32)],
    )
    # 128 and 1, whose geometric mean is 8 * 2 ** .5.
    assert factors == pytest.approx([128 / 128**0.5, 1 / 128**0.5])
    several = smoothing(
        np.array([1.0, 1.0], dtype=np.float32),
        [np.array([[1.0], [1 / 1024]], np.float32), np.array([[1 / 1024], [1.0]], np.float32)],
    )
    assert several == pytest.approx([1.0, 1.0])  # the larger row of all the weights counts


def test_the_range_of_a_channel_is_that_over_all_texts_and_tokens() -> None:
    found = ranges(["a"], [[VALUES], [np.array([[[-1.0, 50.0, 0.0]]], dtype=np.float32)]])
    assert found["a"].least == pytest.approx([-1.0, 40.0, -0.3])
    assert found["a"].most == pytest.approx([0.1, 90.0, 0.1])


@pytest.mark.parametrize("signed", SIGNED)
def test_a_product_in_int8_is_that_of_floats_but_for_a_hundredth(
    tmp_path: Path, signed: bool
) -> None:
    exact = VALUES @ WEIGHTS
    model = product()
    assert multiplied(model) == ["values"]
    assert quantise(model, ranges(["values"], [[VALUES]]), signed=signed) == 1
    assert [node.op_type for node in model.graph.node] == [
        "Mul",
        "QuantizeLinear",
        "MatMulIntegerToFloat",
    ]
    assert np.abs(run(model, tmp_path, VALUES) - exact).max() < 0.01 * np.abs(exact).max()


def test_weights_have_the_same_bits_with_and_without_a_sign(tmp_path: Path) -> None:
    # So small that no sum of two products overflows on any processor.
    small = VALUES / 100
    found = []
    for signed in (False, True):
        model = product()
        quantise(model, ranges(["values"], [[VALUES]]), signed=signed)
        found.append(run(model, tmp_path, small))
    assert (found[0] == found[1]).all()


def test_without_smoothing_small_channels_beside_a_large_one_have_nothing_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = np.array([[[0.1, 0.0, -0.3]]], dtype=np.float32)
    known = {"values": Range(VALUES[0].min(axis=0), VALUES[0].max(axis=0))}
    smooth = product()
    quantise(smooth, known, signed=False)
    monkeypatch.setattr(int8, "smoothing", lambda largest, weights: np.ones(3, dtype=np.float32))
    rough = product()
    quantise(rough, known, signed=False)
    exact = small @ WEIGHTS
    error = np.abs(run(smooth, tmp_path, small) - exact).max()
    assert error < 0.1 * np.abs(run(rough, tmp_path, small) - exact).max()


def test_values_outside_the_range_are_cut_off_and_stay_finite(tmp_path: Path) -> None:
    model = product()
    quantise(model, ranges(["values"], [[VALUES]]), signed=False)
    far = run(model, tmp_path, VALUES * 1e6)
    assert np.isfinite(far).all()


def test_a_text_has_the_same_bits_beside_any_other(tmp_path: Path) -> None:
    model = product()
    quantise(model, ranges(["values"], [[VALUES]]), signed=False)
    alone = run(model, tmp_path, VALUES)
    beside = run(model, tmp_path, np.concatenate([VALUES * 50, VALUES]))
    assert (beside[1:] == alone).all()


def test_a_graph_without_products_with_weights_is_refused() -> None:
    with pytest.raises(Unsuited, match="it has no products with weights"):
        multiplied(product(weights=None))
