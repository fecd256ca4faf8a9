"""A model's export run with ONNX Runtime, which has its one home here, and the tokenizers library.

Neither torch nor transformers is imported: loading takes a tenth of a second.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.cores import cores
from index.errors import ModelError
from index.plain_path import Graph, Kind, Unsuited
from index.shared_runs import SharedRuns

# The files of an export.
GRAPH = "model.onnx"
WEIGHTS = "model.weights"
TOKENIZER = "tokenizer.json"
# Weights above this size are kept beside the graph: they are mapped into memory, and of the table
# of words, half of a small model, only what texts use is ever read.
_BESIDE_BYTES = 1024
# So many texts, of a like length, are looked through for those of one length, which share a run;
# and so many texts, or tokens of passages, share one at most.  More gain nothing and take memory:
# with 1,024 tokens a sync is no faster and needs 40 MB more.
_SORTED_TEXTS = 64
_MOST_TEXTS = 8
_MOST_TOKENS = 256
# With fewer tokens than a register or a block of rows has, and with more; texts likewise.
_TRIED_LENGTHS = (2, 3, 5, 8, 13, 31, 64, 129)
_TRIED_COUNTS = (2, 3, _MOST_TEXTS)


class _Tokens:
    """Tokens as the tokenizers library has them, all a text's own."""

    def __init__(self, ids: NDArray[np.int64]) -> None:
        self.ids = ids
        self.attention_mask = np.ones_like(ids)
        self.type_ids = np.zeros_like(ids)


class FastModel:
    """An export, loaded.  Safe to use from several threads, which share its memory.

    Each text goes through the model on one core, and alone or beside texts of exactly its number of
    tokens, where that was found to change none of its bits (``exact_in_batches``); so a text always
    has the same, whatever it is encoded with, and no pool of threads competes with numpy's, FAISS's
    or the web server's.  For a question more cores are no help: it is too short to be divided.
    """

    at_once = True

    def __init__(self, folder: Path, graph: Graph, *, batches: bool = False) -> None:
        """Load the export in ``folder``; ``batches``: texts of one length may share a run.

        Raises Unsuited for an export that does not load.
        """
        self.batch = _SORTED_TEXTS if batches else 1
        options = _options()
        # What can be optimised was, when the export was made.
        options.graph_optimization_level = _ort().GraphOptimizationLevel.ORT_DISABLE_ALL
        self._session = _session(folder / GRAPH, options)
        self._tokenizer = _tokenizer(folder / TOKENIZER)
        self._graph = graph
        self._runs = SharedRuns(self._run, at_once=cores(), together=_MOST_TEXTS if batches else 1)

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Return the vectors of ``texts``, (n, dim) float32, unit rows; at least one text.

        ``texts`` hold no lone surrogates.  Raises ModelError where the model fails.
        """
        prompt = self._graph.prompts[kind]
        all_tokens = [self._tokenizer.encode(prompt + text) for text in texts]
        if len(texts) == 1:
            return self._runs.run(all_tokens[0])
        if self.batch == 1:
            return np.concatenate([self._run([tokens]) for tokens in all_tokens])
        lengths: dict[int, list[int]] = {}
        for row, tokens in enumerate(all_tokens):
            lengths.setdefault(len(tokens.ids), []).append(row)
        made: dict[int, NDArray[np.float32]] = {}
        for length, rows in lengths.items():
            size = max(1, min(_MOST_TEXTS, _MOST_TOKENS // max(1, length)))
            for at in range(0, len(rows), size):
                part = rows[at : at + size]
                made.update(zip(part, self._run([all_tokens[row] for row in part]), strict=True))
        return np.stack([made[row] for row in range(len(texts))])

    def values(self, names: Sequence[str], text: str, kind: Kind) -> list[NDArray[np.float32]]:
        """Return values on the way to a text's vector: outputs of the graph, by name."""
        tokens = self._tokenizer.encode(self._graph.prompts[kind] + text)
        found: list[NDArray[np.float32]] = self._session.run(list(names), self._inputs([tokens]))
        return found

    def exact_in_batches(self, text: str) -> bool:
        """Return whether texts that share a run have the bits that each has alone.

        Tried with beginnings of ``text``, a long one, on this processor: whether it is so hangs on
        the order in which sums are added up, and so on the graph and on the instructions there are.
        """
        ids = self._tokenizer.encode(text).ids
        for length in sorted({*(n for n in _TRIED_LENGTHS if n < len(ids)), len(ids)}):
            rows = [_Tokens(np.roll(ids[:length], shift)) for shift in range(_MOST_TEXTS)]
            alone = np.concatenate([self._run([row]) for row in rows])
            for count in _TRIED_COUNTS:
                if (self._run(rows[:count]) != alone[:count]).any():
                    return False
        return True

    def _run(self, texts: Sequence[Any]) -> NDArray[np.float32]:
        """Return the vectors of texts of one length, given as tokens of the tokenizers library."""
        try:
            rows: NDArray[np.float32] = self._session.run(None, self._inputs(texts))[0]
        # ONNX Runtime's errors have no root of their own.
        except Exception as error:
            raise ModelError(f"the exported model failed at a text: {error}") from error
        return rows

    def _inputs(self, texts: Sequence[Any]) -> dict[str, NDArray[np.int64]]:
        given = {
            "input_ids": [tokens.ids for tokens in texts],
            "attention_mask": [tokens.attention_mask for tokens in texts],
            "token_type_ids": [tokens.type_ids for tokens in texts],
        }
        return {name: np.array(given[name], dtype=np.int64) for name in self._graph.inputs}


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


def outputs(graph: bytes, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
    """Return what a graph, with its weights in it, makes of some inputs: its outputs, in order.

    Raises Unsuited for a graph that ONNX Runtime does not run.
    """
    found: list[NDArray[Any]] = _session(graph, _options()).run(None, dict(inputs))
    return found


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


def _session(graph: Path | bytes, options: Any) -> Any:
    given = graph if isinstance(graph, bytes) else str(graph)
    try:
        return _ort().InferenceSession(given, options, providers=["CPUExecutionProvider"])
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
