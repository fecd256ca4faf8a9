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


def looked_up(table: np.ndarray[Any, Any], *, axis: int = 0, also_added: bool = False) -> Any:
    """A graph that looks the rows of a table up, and adds the whole of it where it should."""
    from onnx import TensorProto, helper, numpy_helper

    nodes = [helper.make_node("Gather", ["table", "ids"], ["rows"], axis=axis)]
    if also_added:
        nodes.append(helper.make_node("Add", ["table", "table"], ["sum"]))
    graph = helper.make_graph(
        nodes,
        "looked_up",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(table, "table")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def words(rows: int = 3000) -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).standard_normal((rows, 384)).astype(np.float32)


def rows_of(model: Any, ids: list[int]) -> Any:
    from onnx.reference import ReferenceEvaluator

    (rows,) = ReferenceEvaluator(model).run(None, {"ids": np.array(ids)})
    return rows


def test_a_table_of_words_is_kept_in_16_bits_and_looked_up_in_32() -> None:
    table = words()
    model = looked_up(table)
    assert graphs.tables_in_float16(model) == 1
    (kept,) = graphs.constants_of(model).values()
    assert kept.dtype == np.float16
    rows = rows_of(model, [5, 2999, 5])
    assert rows.dtype == np.float32
    assert (rows == table.astype(np.float16).astype(np.float32)[[5, 2999, 5]]).all()


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(looked_up(words(20)), id="small"),
        pytest.param(looked_up(words(), axis=1), id="column by column"),
        pytest.param(looked_up(words(), also_added=True), id="read otherwise, too"),
        pytest.param(looked_up(words() * np.float32(1e5)), id="beyond the range"),
        pytest.param(looked_up(words().astype(np.float64)), id="in 64 bits"),
    ],
)
def test_other_tables_stay_as_they_are(model: Any) -> None:
    assert graphs.tables_in_float16(model) == 0
    assert model.graph.node[0].op_type == "Gather"
    assert set(graphs.constants_of(model)) == {"table"}
