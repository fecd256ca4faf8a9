"""A model's folder to a loaded model: by its export, which is made where there is none, else plain.

What Sentence Transformers makes of a text is the measure: an export is used only when it agrees
with it (``index.export_check``).
"""

import copy
import logging
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from index import exports, fast_path, graphs, int8
from index.errors import ModelError
from index.export_check import PASSAGES, QUESTIONS, ROUNDED, SAME, agreement, sample_vectors
from index.exports import Export, Refusal
from index.fast_path import FastModel, graph_from, graph_json
from index.model_files import (
    DEFAULT_SHA256,
    ModelIdentity,
    PrecisionMode,
    check_default,
    default_weights,
)
from index.plain_path import Graph, Kind, PlainModel, Unsuited

SAMPLE = "sample.npy"

_log = logging.getLogger(__name__)


def load_model(folder: Path, identity: ModelIdentity) -> FastModel | PlainModel:
    """The model in ``folder``, on the CPU: on the fast path, else on the plain one.

    Makes the export where there is none.  A warning says why a model is on the plain path.  One in
    8-bit integers has the fast path alone.  Raises ModelError where it does not load at all, or is
    not the one that ``identity`` tells.
    """
    int8_only = identity.mode is PrecisionMode.INT8
    export, packages = ("it", "it") if int8_only else ("its export", "the fast path")
    plain: PlainModel | None = None
    try:
        place = exports.place_of(identity, folder)
        known = exports.find(place)
        if known is None:
            plain = load_plain(folder, identity, "cpu")
            known = exports.make(place, partial(_write, plain, folder, identity))
        if isinstance(known, Export):
            return _loaded(folder, identity, known)
        reason = known.reason
    except ImportError as error:
        reason = f"the packages for {packages} are not there: {error}"
    except OSError as error:
        reason = (
            f"{export} cannot be kept ({error}); name a folder that can be written to in "
            "FOOTNOTE_CACHE"
        )
    except Unsuited as error:
        reason = str(error)
    if int8_only:
        raise ModelError(
            f"model {identity.name} cannot be used: {reason}; leave out --precision-mode int8"
        )
    _log.warning(
        "model %s runs on Sentence Transformers, which is slow to start: %s", identity.name, reason
    )
    return plain or load_plain(folder, identity, "cpu")


def load_export(folder: Path, identity: ModelIdentity) -> FastModel | None:
    """The model by its export, where that is there and sound; else None: ``load_model`` knows why.

    It takes a fraction of a second.
    """
    try:
        known = exports.find(exports.place_of(identity, folder))
        if isinstance(known, Export):
            return _loaded(folder, identity, known)
    except (ImportError, OSError, ModelError, Unsuited):
        pass
    return None


def load_plain(folder: Path, identity: ModelIdentity, device: str) -> PlainModel:
    """The model in ``folder`` on Sentence Transformers.  Raises ModelError as ``load_model``."""
    if identity.files_revision == DEFAULT_SHA256:
        check_default(folder)
    return PlainModel(folder, name=identity.name, device=device, dimension=identity.dimension)


def _loaded(folder: Path, identity: ModelIdentity, export: Export) -> FastModel:
    _check_source(folder, identity, export)
    # On another kind of processor a batch may change bits; one text at a time always is right.
    batches = export.settings.get("batches") == exports.processor()
    return FastModel(export.folder, graph_from(export.settings["graph"]), batches=batches)


def _write(
    plain: PlainModel, folder: Path, identity: ModelIdentity, made: Path
) -> Mapping[str, Any] | Refusal:
    """Write an export into ``made`` and hold it against the model itself."""
    work = made / "graph"
    work.mkdir()
    try:
        graph = plain.write_graph(work / "graph.onnx")
        (made / fast_path.TOKENIZER).write_text(plain.tokenizer(), encoding="utf-8")
        model = graphs.load(work / "graph.onnx")
        graphs.sums_as_products(model)
        graphs.tables_in_float16(model)
        if identity.mode is PrecisionMode.INT8:
            found = _ranges(model, graph, made / fast_path.TOKENIZER, work / "shown")
            int8.quantise(model, found, signed=int8.signed_is_exact())
        graphs.save(model, work / "graph.onnx")
        settings: dict[str, Any] = {
            "model": identity.name,
            "revision": identity.revision,
            "graph": graph_json(graph),
            "weights": _weights_state(folder, identity),
        }
        fast_path.optimise(work / "graph.onnx", made)
        fast = FastModel(made, graph)
        expected = sample_vectors(plain.encode)
        floors = SAME if identity.mode is PrecisionMode.FLOAT32 else ROUNDED
        agreed = agreement(expected, sample_vectors(fast.encode), floors)
        exact = fast.exact_in_batches(max(PASSAGES, key=len))
        settings["batches"] = exports.processor() if exact else None
        settings["cosine"] = {"mean": agreed.mean_cosine, "least": agreed.least_cosine}
        np.save(made / SAMPLE, expected, allow_pickle=False)
        return settings
    except Unsuited as error:
        return Refusal(str(error))
    finally:
        shutil.rmtree(work)


def _ranges(
    model: Any,  # Any: see ``index.graphs``
    graph: Graph,
    tokenizer: Path,
    work: Path,
) -> dict[str, int8.Range]:
    """Run a graph on the sample's texts, and return the ranges of what it multiplies."""
    names = int8.multiplied(model)
    shown = copy.deepcopy(model)
    graphs.show(shown, names)
    work.mkdir()
    graphs.save(shown, work / fast_path.GRAPH)
    shutil.copy(tokenizer, work / fast_path.TOKENIZER)
    fast = FastModel(work, graph)
    texts = [(text, Kind.QUERY) for text in QUESTIONS]
    texts += [(text, Kind.DOCUMENT) for text in PASSAGES]
    return int8.ranges(names, (fast.values(names, text, kind) for text, kind in texts))


def _check_source(folder: Path, identity: ModelIdentity, export: Export) -> None:
    """Raise ModelError where the default model's weights were changed since they were exported.

    They are not read again as long as nobody has written to them.
    """
    if identity.files_revision != DEFAULT_SHA256:
        return  # the revision of others is their files' own digest, or the hub's
    if export.settings.get("weights") != _weights_state(folder, identity):
        check_default(folder)


def _weights_state(folder: Path, identity: ModelIdentity) -> list[int] | None:
    if identity.files_revision != DEFAULT_SHA256:
        return None
    state = default_weights(folder).stat()
    return [state.st_size, state.st_mtime_ns]
