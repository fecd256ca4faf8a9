"""A model's products of matrices in 8-bit integers: up to twice as fast, and a little off.

Only products with weights, nearly all of a transformer's work, are computed so; attention,
normalisation and the table of words stay in 32-bit floats.  Weights are scaled column by column,
what they are multiplied with by one range for each product, found with the sample texts of
``index.export_check``.  A range that is fixed beforehand, and not found for each text, is what
makes a text's bits independent of what it is encoded with.

A few channels of what is multiplied are a hundred times as large as the others, which then have
nothing left of eight bits.  So each channel is divided by a factor, and the weights' row is
multiplied with it, which changes nothing in the product: SmoothQuant (Xiao et al., 2023,
https://arxiv.org/abs/2211.10438, equation 4).  Our deviation: the factor is a multiplication of its
own in the graph, and not hidden in the normalisation before it, so that no architecture has to be
known.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.fast_path import outputs
from index.graphs import add_constant, constants_of, set_nodes
from index.plain_path import Unsuited

# How much of a channel's size goes over to the weights: the paper's alpha.  On passages that are
# not in the sample the mean cosine with 32-bit floats was .985 at .5, .997 at .7, .997 at .8, .994
# at .9, and .992 without smoothing.
MIGRATED = 0.7
_LEAST = 1e-5  # for channels that the sample leaves at zero
_DOMAIN = "com.microsoft"


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most of each channel of a value, (channels,) float32."""

    least: NDArray[np.float32]
    most: NDArray[np.float32]


def multiplied(model: Any) -> list[str]:
    """Return the names of the values that are multiplied with weights, in the graph's order.

    Raises Unsuited where there are none.
    """
    found = list(_products(model, constants_of(model)))
    if not found:
        raise Unsuited("it has no products with weights")
    return found


def ranges(
    names: Sequence[str], found: Iterable[Sequence[NDArray[np.float32]]]
) -> dict[str, Range]:
    """Return the ranges of the values of these names; ``found`` has their values, a text a row."""
    kept: dict[str, Range] = {}
    for values in found:
        for name, value in zip(names, values, strict=True):
            rows = value.reshape(-1, value.shape[-1])
            low, high = rows.min(axis=0), rows.max(axis=0)
            if before := kept.get(name):
                low, high = np.minimum(before.least, low), np.maximum(before.most, high)
            kept[name] = Range(low, high)
    return kept


def quantise(model: Any, found: Mapping[str, Range], *, signed: bool) -> int:
    """Put a graph's products with weights into 8-bit integers; return how many there were.

    ``found`` has the range of each of the values ``multiplied``.  ``signed`` tells how the weights
    are written: from -127 to 127, or as 1 to 255 with a zero of 128.  What comes out is the same to
    the bit, where sums of signed ones do not overflow (``signed_is_exact``).  The graph that comes
    out has operators of ONNX Runtime's own.
    """
    from onnx import helper

    constants = constants_of(model)
    made: dict[str, list[Any]] = {}
    for number, (values, nodes) in enumerate(_products(model, constants).items()):
        least, most = found[values].least, found[values].most
        name = f"footnote_int8_{number}"
        weights = [constants[node.input[1]].astype(np.float32) for node in nodes]
        factors = smoothing(np.maximum(-least, most), weights)
        low = min(0.0, float((least / factors).min()))
        high = max(0.0, float((most / factors).max()))
        step = np.float32(max(high - low, _LEAST) / 255)
        add_constant(model, f"{name}_factors", 1 / factors)
        add_constant(model, f"{name}_step", np.array(step))
        add_constant(model, f"{name}_zero", np.array(round(-low / step), dtype=np.uint8))
        first = [
            helper.make_node("Mul", [values, f"{name}_factors"], [f"{name}_smooth"]),
            helper.make_node(
                "QuantizeLinear",
                [f"{name}_smooth", f"{name}_step", f"{name}_zero"],
                [f"{name}_bytes"],
            ),
        ]
        for node, weight in zip(nodes, weights, strict=True):
            own = f"{name}_{len(made)}"
            steps, whole = in_bytes(weight * factors[:, None])
            written, zero = (whole, np.int8(0)) if signed else _unsigned(whole)
            product = helper.make_node(
                "MatMulIntegerToFloat",
                [
                    f"{name}_bytes",
                    add_constant(model, f"{own}_weights", written),
                    f"{name}_step",
                    add_constant(model, f"{own}_steps", steps),
                    f"{name}_zero",
                    add_constant(model, f"{own}_zeros", np.full(len(steps), zero)),
                ],
                list(node.output),
                domain=_DOMAIN,
            )
            made[node.output[0]] = [*first, product]
            first = []
    nodes_now: list[Any] = []
    for node in model.graph.node:
        nodes_now += made.get(node.output[0], [node]) if node.op_type == "MatMul" else [node]
    set_nodes(model, nodes_now)
    model.opset_import.append(helper.make_opsetid(_DOMAIN, 1))
    return len(made)


def smoothing(
    largest: NDArray[np.float32], weights: Sequence[NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Return what to divide each channel by, (channels,) float32.

    ``largest`` is the largest size of each channel; ``weights`` are all (channels, outputs) that it
    is multiplied with.  The factors' geometric mean is 1.
    """
    rows = np.max([np.abs(weight).max(axis=1) for weight in weights], axis=0)
    factors = np.maximum(largest, _LEAST) ** MIGRATED / np.maximum(rows, _LEAST) ** (1 - MIGRATED)
    logarithms = np.log(factors.astype(np.float64))
    spread: NDArray[np.float64] = np.clip(np.exp(logarithms - logarithms.mean()), 1e-3, 1e3)
    return spread.astype(np.float32)


def in_bytes(weights: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Return a step for each column, and the weights in steps, from -127 to 127."""
    steps = np.maximum(np.abs(weights).max(axis=0) / 127, np.finfo(np.float32).tiny)
    whole = np.clip(np.rint(weights / steps), -127, 127).astype(np.int8)
    return steps.astype(np.float32), whole


def _unsigned(whole: NDArray[np.int8]) -> tuple[NDArray[np.uint8], np.uint8]:
    """Return the same weights from 1 to 255, and what among them stands for 0."""
    return (whole.astype(np.int16) + 128).astype(np.uint8), np.uint8(128)


def signed_is_exact() -> bool:
    """Return whether this processor adds up products with signed weights without an overflow.

    x86-64 without VNNI instructions adds two products in 16 bits, which the largest do not fit
    into.  Tried, for what ONNX Runtime does hangs on more than the processor's name.
    """
    from onnx import TensorProto, helper

    values = np.full((12, 384), 255, dtype=np.uint8)
    weights = np.full((384, 384), 127, dtype=np.int8)
    product = helper.make_node("MatMulInteger", ["values", "weights"], ["sums"])
    graph = helper.make_graph(
        [product],
        "signed",
        [helper.make_tensor_value_info("values", TensorProto.UINT8, values.shape)],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, values.shape)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    add_constant(model, "weights", weights)
    (sums,) = outputs(model.SerializeToString(), {"values": values})
    return bool((sums == 255 * 127 * 384).all())


def _products(model: Any, constants: Mapping[str, NDArray[Any]]) -> dict[str, list[Any]]:
    """Return the products with weights, by what the weights are multiplied with."""
    found: dict[str, list[Any]] = defaultdict(list)
    for node in model.graph.node:
        if node.op_type == "MatMul" and getattr(constants.get(node.input[1]), "ndim", 0) == 2:
            found[node.input[0]].append(node)
    return found
