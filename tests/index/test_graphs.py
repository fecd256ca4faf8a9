from typing import Any

import numpy as np
import pytest

from index import graphs


def pooled(*, axes: list[int], keep: int) -> Any:
    """A graph that sums (texts, tokens, 2) float32 over some axes."""
    from onnx import TensorProto, helper

    shape = ["texts", "tokens", 2]
    nodes = [
        helper.make_node("Neg", ["values"], ["negative"]),
        helper.make_node("ReduceSum", ["negative", "axes"], ["vectors"], keepdims=keep),
    ]
    graph = helper.make_graph(
        nodes,
        "pooled",
        [
            helper.make_tensor_value_info("values", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, shape[:2]),
        ],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, None)],
        [
            helper.make_tensor("axes", TensorProto.INT64, [len(axes)], axes),
            helper.make_tensor("unused", TensorProto.INT64, [1], [7]),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model: Any, values: np.ndarray[Any, Any]) -> Any:
    from onnx.reference import ReferenceEvaluator

    mask = np.ones(values.shape[:2], dtype=np.int64)
    (vectors,) = ReferenceEvaluator(model).run(None, {"values": values, "attention_mask": mask})
    return vectors


def test_a_sum_over_tokens_becomes_a_product_with_the_same_sums() -> None:
    model = pooled(axes=[1], keep=0)
    assert graphs.sums_as_products(model) == 1
    operators = [node.op_type for node in model.graph.node]
    assert operators == ["Neg", "Cast", "Unsqueeze", "MatMul", "Squeeze"]
    values = np.array([[[1, 2], [3, 4], [5, 6]], [[0, 1], [0, 1], [0, -1]]], dtype=np.float32)
    assert run(model, values).tolist() == [[-9, -12], [0, -1]]


@pytest.mark.parametrize(("axes", "keep"), [([2], 0), ([1, 2], 0), ([1], 1)])
def test_other_sums_stay_as_they_are(axes: list[int], keep: int) -> None:
    model = pooled(axes=axes, keep=keep)
    assert graphs.sums_as_products(model) == 0
    assert [node.op_type for node in model.graph.node] == ["Neg", "ReduceSum"]


def test_constants_that_nothing_reads_are_dropped() -> None:
    model = pooled(axes=[1], keep=0)
    assert sorted(graphs.constants_of(model)) == ["axes", "unused"]
    graphs.set_nodes(model, list(model.graph.node))
    assert graphs.constants_of(model).keys() == {"axes"}
    assert graphs.constants_of(model)["axes"].tolist() == [1]


def test_a_value_that_is_shown_is_an_output() -> None:
    model = pooled(axes=[1], keep=0)
    graphs.show(model, ["negative"])
    assert [value.name for value in model.graph.output] == ["vectors", "negative"]
