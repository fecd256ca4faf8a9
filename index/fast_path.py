"""A model's export run with ONNX Runtime, which has its one home here, and the tokenizers library.

Neither torch nor transformers is imported: loading takes a tenth of a second.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.plain_path import Graph, Kind, Unsuited

# The files of an export.
GRAPH = "model.onnx"
WEIGHTS = "model.weights"
TOKENIZER = "tokenizer.json"
# Weights above this size are kept beside the graph: they are mapped into memory, and of the table
# of words, half of a small model, only what texts use is ever read.
_BESIDE_BYTES = 1024


class FastModel:
    """An export, loaded.  Safe to use from several threads, which share its memory.

    Each text goes through the model alone and on one core; so a text always has the same bits,
    whatever it is encoded with, and no pool of threads competes with numpy's, FAISS's or the web
    server's.  For a question more cores are no help: it is too short to be divided.
    """

    batch = 1
    at_once = True

    def __init__(self, folder: Path, graph: Graph) -> None:
        """Load the export in ``folder``.  Raises Unsuited for one that does not load."""
        options = _options()
        # What can be optimised was, when the export was made.
        options.graph_optimization_level = _ort().GraphOptimizationLevel.ORT_DISABLE_ALL
        self._session = _session(folder / GRAPH, options)
        self._tokenizer = _tokenizer(folder / TOKENIZER)
        self._graph = graph

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Return the vectors of ``texts``, (n, dim) float32, unit rows; at least one text.

        ``texts`` hold no lone surrogates.  Raises ModelError where the model fails.
        """
        prompt = self._graph.prompts[kind]
        return np.concatenate([self._run(prompt + text) for text in texts])

    def _run(self, text: str) -> NDArray[np.float32]:
        tokens = self._tokenizer.encode(text)
        given = {
            "input_ids": tokens.ids,
            "attention_mask": tokens.attention_mask,
            "token_type_ids": tokens.type_ids,
        }
        inputs = {name: np.array([given[name]], dtype=np.int64) for name in self._graph.inputs}
        try:
            rows: NDArray[np.float32] = self._session.run(None, inputs)[0]
        # ONNX Runtime's errors have no root of their own.
        except Exception as error:
            raise ModelError(f"the exported model failed at a text: {error}") from error
        return rows


def optimise(graph: Path, folder: Path) -> None:
    """Write the optimised form of a graph into ``folder``, as a FastModel loads it.

    Only optimisations that are right on every processor.  Raises Unsuited for a graph that ONNX
    Runtime does not run.
    """
    options = _options()
    options.graph_optimization_level = _ort().GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / GRAPH)
    name = "session.optimized_model_external_initializers"
    options.add_session_config_entry(f"{name}_file_name", WEIGHTS)
    options.add_session_config_entry(f"{name}_min_size_in_bytes", str(_BESIDE_BYTES))
    _session(graph, options)


def graph_json(graph: Graph) -> dict[str, Any]:
    """Return what a ``Graph`` is as JSON."""
    return {"inputs": list(graph.inputs), "prompts": dict(graph.prompts)}


def graph_from(value: Mapping[str, Any]) -> Graph:
    """Return the ``Graph`` of ``graph_json``'s value.  Raises KeyError, TypeError, ValueError."""
    prompts = {Kind(kind): str(prompt) for kind, prompt in value["prompts"].items()}
    if set(prompts) != set(Kind):
        raise ValueError(f"prompts are for {json.dumps(sorted(prompts))}")
    return Graph(tuple(str(name) for name in value["inputs"]), prompts)


def _options() -> Any:  # Any: ONNX Runtime has no types
    options = _ort().SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors; it warns of what it does not find on the machine
    return options


def _session(path: Path, options: Any) -> Any:
    try:
        return _ort().InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # as above, and it opens files itself
        raise Unsuited(f"ONNX Runtime cannot load its export: {error}") from error


def _tokenizer(path: Path) -> Any:  # Any: as for ONNX Runtime
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises no other kind
        raise Unsuited(f"its tokenizer cannot be loaded: {error}") from error


def _ort() -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    return onnxruntime
