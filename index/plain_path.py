"""Sentence Transformers, which runs any of its models, and torch: both have their one home here.

It is the measure of every other way to run a model, and what is exported for the fast path
(``index.fast_path``) is exported here.  Importing this module is cheap; making a ``PlainModel`` is
not.
"""

import contextlib
import importlib
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# On a CPU each text goes through the model alone and on one core, several texts side by side.  The
# shape of a batch, its padding and the number of cores at one product all change the last bits of a
# vector, and so, through rounding, a ranking; this way a text always has the same.  It is cheaper,
# too: 160 passages took 3.3 s of CPU time, and 4.5 to 5.6 s in length-sorted batches of 32 on two
# cores, much of it padding; and two cores at one short text spend most of their time waiting.
CPU_BATCH = 1
# A GPU needs batches to be busy.  There a vector's last bits depend on the batch it is in.
GPU_BATCH = 64

# What may stand in a model that is exported, by the names of the modules' classes.  The whole of it
# becomes one graph, so what a module computes does not matter here, only that it computes the same
# for every text; a Router, for one, does not.
_EXPORTED_MODULES = ("Transformer", "Pooling", "Dense", "LayerNorm", "Dropout", "Normalize")
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
# The newest that torch's exporter from a trace writes without a conversion, since 2023.
_OPSET = 17
# Lengths above this are "no limit" to the transformers library (its LARGE_INTEGER).
_NO_LIMIT = 10**20

# torch and transformers are not safe to import from two threads at once.
_loading = threading.Lock()


class Kind(StrEnum):
    """What a text is, by the names that Sentence Transformers' methods have for them."""

    QUERY = "query"
    DOCUMENT = "document"


class Unsuited(Exception):
    """A model cannot be exported, or its export does not agree with it.  The message says why."""


@dataclass(frozen=True, slots=True)
class Graph:
    """What has to be known of a graph to run it: its inputs' names in order, and the prompts."""

    inputs: tuple[str, ...]
    prompts: Mapping[Kind, str]


class PlainModel:
    """A loaded Sentence Transformers model.  Safe to use from several threads.

    On a CPU it sets torch to one thread an operation, for the whole process: see ``CPU_BATCH``.
    """

    def __init__(self, folder: Path, *, name: str, device: str, dimension: int) -> None:
        """Load it.  Raises ModelError where it does not load, or makes vectors of another size."""
        with _loading:
            model = _load(folder, device)
        found = model.get_embedding_dimension()
        if found != dimension:
            raise ModelError(
                f"model {name} makes vectors of {found} numbers, its configuration says {dimension}"
            )
        # A tokenizer is not safe in several threads ("Already borrowed"); the model is.  The
        # library looks the method up on the model, so that is the place to guard it.
        guarded = _locked(model.preprocess, threading.Lock())
        model.preprocess = guarded  # type: ignore[method-assign]  # see above
        self._model = model
        self._on_cpu = device == "cpu"
        self._gpu_lock = threading.Lock()

    @property
    def batch(self) -> int:
        """How many texts ``encode`` should be given at a time."""
        return CPU_BATCH if self._on_cpu else GPU_BATCH

    @property
    def at_once(self) -> bool:
        """Whether several calls at once are faster than one after the other."""
        return self._on_cpu

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Return the vectors of ``texts``, (n, dim) float32, unit rows.

        ``texts`` hold no lone surrogates.
        """
        if self._on_cpu:
            _use_one_core()
        encode = getattr(self._model, f"encode_{kind}")
        with contextlib.nullcontext() if self._on_cpu else self._gpu_lock:
            rows: NDArray[np.float32] = encode(
                list(texts),
                batch_size=self.batch,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
        return rows

    def tokenizer(self) -> str:
        """Return the tokenizer, as JSON of the tokenizers library: no padding, the model's limit.

        Raises Unsuited for one that is not of that library.
        """
        from tokenizers import Tokenizer

        own = self._model.tokenizer
        backend = getattr(own, "backend_tokenizer", None)
        if backend is None:
            raise Unsuited("its tokenizer is not one of the tokenizers library")
        copy = Tokenizer.from_str(backend.to_str())
        copy.no_padding()
        limit = self._model.max_seq_length
        if limit is None or limit > _NO_LIMIT:
            copy.no_truncation()
        else:
            copy.enable_truncation(
                int(limit), strategy="longest_first", direction=own.truncation_side
            )
        text: str = copy.to_str()
        return text

    def write_graph(self, path: Path) -> Graph:
        """Write the whole model, from tokens to a unit vector, as ONNX.

        Inputs are (texts, tokens) int64, the output "vectors" is (texts, dim) float32.
        Raises Unsuited for a model that is not a row of modules which treat all texts alike, and
        where torch cannot export it, and ImportError without the package onnx.  Not to be called
        while the model encodes.
        """
        import torch

        importlib.import_module("onnx")  # torch's exporter does, and hides that it is not there
        self._check_modules()
        example, prompts = self._example()
        inputs = tuple(name for name in _INPUTS if name in example)
        truncate = self._model.truncate_dim

        class Whole(torch.nn.Module):
            def __init__(self, model: torch.nn.Module) -> None:
                super().__init__()
                self.model = model

            def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
                made = self.model(dict(zip(inputs, tensors, strict=True)))
                rows: torch.Tensor = made["sentence_embedding"]
                if truncate is not None:
                    rows = rows[:, :truncate]
                return torch.nn.functional.normalize(rows, p=2, dim=1)

        axes = {name: {0: "texts", 1: "tokens"} for name in inputs} | {"vectors": {0: "texts"}}
        # The exporter that works from a trace, not its successor: that one would bring onnxscript
        # and onnx_ir, and took five times as long.  torch is pinned, so it cannot go away unseen.
        try:
            with _quiet(), _attention_as_products(self._model[0]), torch.inference_mode():
                torch.onnx.export(
                    Whole(self._model).eval(),
                    tuple(example[name] for name in inputs),
                    str(path),
                    dynamo=False,
                    input_names=list(inputs),
                    output_names=["vectors"],
                    dynamic_axes=axes,
                    opset_version=_OPSET,
                )
        except OSError:  # no room on the disk is nothing that is the matter with the model
            raise
        # Whatever the exporter and the model's own code raise: there is no graph.
        except Exception as error:
            raise Unsuited(f"torch cannot export it: {_first_line(error)}") from error
        return Graph(inputs, prompts)

    def _check_modules(self) -> None:
        modules = [type(module).__name__ for module in self._model]
        others = [name for name in modules if name not in _EXPORTED_MODULES]
        if others or modules[:1] != ["Transformer"]:
            raise Unsuited(f"it is made of {', '.join(modules)}")
        first = self._model[0]
        for name in ("query_length", "document_length", "query_expansion", "processing_kwargs"):
            if getattr(first, name, None):
                raise Unsuited(f"its {name} is set")
        if "message" in getattr(first, "modality_config", {}):
            raise Unsuited("it takes its texts as a chat's messages")

    def _example(self) -> tuple[dict[str, Any], dict[Kind, str]]:  # Any: torch's tensors
        """What the model is given for two texts, and the prompts it puts before texts."""
        seen: list[tuple[dict[str, Any], str]] = []
        plain = self._model.preprocess

        def watched(*arguments: Any, **options: Any) -> Any:
            features = plain(*arguments, **options)
            seen.append((dict(features), options.get("prompt") or ""))
            return features

        self._model.preprocess = watched  # type: ignore[method-assign]  # put back just below
        try:
            for kind in Kind:
                getattr(self._model, f"encode_{kind}")(["tea", "a longer text, for the padding"])
        finally:
            self._model.preprocess = plain  # type: ignore[method-assign]
        prompts = {kind: prompt for kind, (_, prompt) in zip(Kind, seen, strict=True)}
        pooled = (getattr(module, "include_prompt", True) for module in self._model)
        if any(prompts.values()) and not all(pooled):
            raise Unsuited("it leaves its prompt out of what is pooled")
        features = seen[0][0]
        tensors = {name: value for name, value in features.items() if hasattr(value, "dtype")}
        if strange := set(tensors).difference(_INPUTS):
            raise Unsuited(f"it wants {', '.join(sorted(strange))} beside its tokens")
        return tensors, prompts


def best_device() -> str:
    """The best of torch's devices here: "cuda:0", "mps" or "cpu".

    torch is only asked, and so imported, where a driver says that there may be a GPU.
    """
    with _loading:
        with _quiet():
            import torch
        if torch.cuda.is_available():
            return "cuda:0"
        if torch.backends.mps.is_available():
            return "mps"
        return "cpu"


@contextlib.contextmanager
def _attention_as_products(transformer: Any) -> Iterator[None]:
    """Have a model's attention computed step by step, where its architecture can, for the export.

    What torch's own attention is exported as looks in every layer for rows that are masked as a
    whole; that took a twentieth of a passage's time, and there are none.
    """
    model = getattr(transformer, "auto_model", None)
    before = getattr(getattr(model, "config", None), "_attn_implementation", None)
    if model is None or before is None:
        yield
        return
    try:
        model.set_attn_implementation("eager")
    except (AttributeError, ValueError):  # an architecture that has no other
        yield
        return
    try:
        yield
    finally:
        model.set_attn_implementation(before)


def _use_one_core() -> None:
    import torch

    torch.set_num_threads(1)  # of the calling thread: each has a setting of its own


def _locked(function: Callable[..., Any], lock: threading.Lock) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        with lock:
            return function(*arguments, **options)

    return call


def _load(folder: Path, device: str) -> "SentenceTransformer":
    with _quiet():
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers has no types here
        options: dict[str, Any] = {"use_safetensors": True}
        if device == "cpu":
            # Weights may be kept in 16 bits, for GPUs.  Processors are slower with them, vectors
            # are worse, and what they compute with them cannot be exported.
            options["dtype"] = torch.float32
        try:
            return SentenceTransformer(
                str(folder),
                device=device,
                local_files_only=True,
                model_kwargs=options,
            )
        # Whatever a damaged or foreign model folder makes these libraries raise, the user can only
        # act on one thing: this model does not load.
        except Exception as error:
            raise ModelError(
                f"the model in {folder} cannot be loaded on {device}: {_first_line(error)}"
            ) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the hub client offline and other libraries' warnings about each other to themselves.

    The variables are read when huggingface_hub is imported.  Where something else imported it
    first, ``local_files_only`` still keeps a model that is given as a folder from being looked up.
    """
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[name] = "1"
    exporter = logging.getLogger("torch.onnx")
    level = exporter.level
    exporter.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        exporter.setLevel(level)
