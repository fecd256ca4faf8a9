"""What is changed in an exported graph before it is optimised.  Works on ``onnx.ModelProto``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Any: onnx's messages are generated code without types.

# Tables below this size (of positions, say) are read as a whole soon anyway.
_TABLE_BYTES = 1 << 20


def sums_as_products(model: Any) -> int:
    """Have the sums over a text's tokens computed as products; return how many there were.

    A batch's sum over tokens, the pooling's, is added up in another order than one text's; it was
    the only thing that gave a text other last bits in a batch of texts of its own length.  A
    product with a row of ones is added up for each text alone.
    """
    import onnx
    from onnx import helper

    shapes = onnx.shape_inference.infer_shapes(model).graph.value_info
    ranks = {value.name: len(value.type.tensor_type.shape.dim) for value in shapes}
    constants = constants_of(model)
    nodes: list[Any] = []
    count = 0
    for node in model.graph.node:
        if not (
            node.op_type == "ReduceSum"
            and len(node.input) == 2
            and node.input[1] in constants
            and constants[node.input[1]].tolist() == [1]
            and [kept.i for kept in node.attribute if kept.name == "keepdims"] == [0]
            and ranks.get(node.input[0]) == 3
        ):
            nodes.append(node)
            continue
        values, axis = node.input
        name = f"footnote_sum_{count}"
        count += 1
        # One text's tokens are all its own: its mask is a row of ones.
        nodes += [
            helper.make_node(
                "Cast", ["attention_mask"], [f"{name}_ones"], to=onnx.TensorProto.FLOAT
            ),
            helper.make_node("Unsqueeze", [f"{name}_ones", axis], [f"{name}_row"]),
            helper.make_node("MatMul", [f"{name}_row", values], [f"{name}_product"]),
            helper.make_node("Squeeze", [f"{name}_product", axis], list(node.output)),
        ]
    set_nodes(model, nodes)
    return count


def tables_in_float16(model: Any) -> int:
    """Have tables of rows (of words, say) kept in 16-bit floats; return how many there were.

    A row is turned into 32 bits again where it is looked up, and all that follows is computed in
    32.  A table's values are rounded to 11 significant bits; one is left as it is where it has
    values beyond the range of 16 bits, and where it is read otherwise than row by row.
    """
    from onnx import TensorProto, helper

    constants = constants_of(model)
    looked_up = {node.input[0] for node in model.graph.node if _looks_up_rows(node)}
    otherwise = {
        name
        for node in model.graph.node
        for place, name in enumerate(node.input)
        if place or not _looks_up_rows(node)
    }
    halves: dict[str, str] = {}
    for name in sorted((looked_up - otherwise) & constants.keys()):
        table = constants[name]
        if table.dtype != np.float32 or table.nbytes < _TABLE_BYTES:
            continue
        if np.abs(table).max() <= np.finfo(np.float16).max:
            halves[name] = add_constant(model, f"{name}_float16", table.astype(np.float16))
    nodes: list[Any] = []
    for node in model.graph.node:
        if _looks_up_rows(node) and node.input[0] in halves:
            (row,) = node.output
            node.input[0], node.output[0] = halves[node.input[0]], f"{row}_float16"
            nodes += [node, helper.make_node("Cast", node.output, [row], to=TensorProto.FLOAT)]
        else:
            nodes.append(node)
    set_nodes(model, nodes)
    return len(halves)


def _looks_up_rows(node: Any) -> bool:
    return node.op_type == "Gather" and not any(attribute.i for attribute in node.attribute)


def constants_of(model: Any) -> dict[str, NDArray[Any]]:
    """Return the values in a graph that no input changes, by name; the weights are among them."""
    from onnx import numpy_helper

    found = {value.name: numpy_helper.to_array(value) for value in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant":
            (value,) = node.attribute
            if value.name == "value":
                found[node.output[0]] = numpy_helper.to_array(value.t)
    return found


def set_nodes(model: Any, nodes: list[Any]) -> None:
    """Put ``nodes`` in place of a graph's, and drop the constants that none of them reads."""
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    read = {name for node in nodes for name in node.input}
    kept = [value for value in model.graph.initializer if value.name in read]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)


def add_constant(model: Any, name: str, value: NDArray[Any]) -> str:
    """Add a constant to a graph; return its name."""
    from onnx import numpy_helper

    model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
    return name


def show(model: Any, names: Sequence[str]) -> None:
    """Make values in a graph outputs of it, after those that it has."""
    import onnx

    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)


def load(path: Path) -> Any:
    """Return the graph in a file, its weights included."""
    import onnx

    return onnx.load(str(path))


def save(model: Any, path: Path) -> None:
    """Write a graph into one file."""
    import onnx

    onnx.save(model, str(path))
