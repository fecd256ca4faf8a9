"""Exported models on disk: made once, checked whenever they are loaded, shared by all libraries.

An export is a folder in the user's cache, named after the model and a digest of everything that it
depends on:

    models/all-MiniLM-L6-v2-0f3c…/
        model.onnx, model.weights    the graph, and its weights
        tokenizer.json               the tokenizer, as Sentence Transformers uses it
        sample.npy                   the model's own vectors of ``index.export_check``'s sample
        manifest.json                the others' SHA-256, how to run them, how far they agree

Nothing loads ``sample.npy``: it stays with the export, so that whoever doubts its vectors can hold
them against the model's (``index.export_check.agreement``) without torch.

A folder is written beside its place and renamed, so it is there whole or not at all; its files are
never changed.  One that is damaged is put away and made again.  Where a model cannot be exported
there is a manifest alone, which says why, so that it is not tried again each time.

Everything in the cache can be deleted at any time.  Why it is not kept beside the library:
docs/decisions/the-fast-path.md.
"""

import contextlib
import hashlib
import importlib.metadata
import os
import platform
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import manifests
from index.caches import expanded, user_caches
from index.model_files import ModelIdentity, PrecisionMode, file_sha256, settings_digest

# Raised when what an export is made of, or what is compared, changes.
FORMAT = 3
# What decides how a text becomes tokens and tokens a vector, on one path or the other.
_PACKAGES = ("onnxruntime", "sentence-transformers", "tokenizers", "transformers")
_UNFINISHED = ".unfinished-"
_UNFINISHED_S = 3600.0  # no export takes that long: whoever was making it was killed


@dataclass(frozen=True, slots=True)
class Export:
    """An export whose files are what was written.  ``settings`` is what its maker noted."""

    folder: Path
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """That a model cannot be exported, and why."""

    reason: str


def exports_folder() -> Path:
    """Where exports are kept: in $FOOTNOTE_CACHE, else where the system keeps users' caches.

    Raises OSError for a user without a home folder, where it would be in there.
    """
    named = os.environ.get("FOOTNOTE_CACHE")
    return (expanded(named) if named else user_caches() / "footnote") / "models"


def place_of(identity: ModelIdentity, folder: Path) -> Path:
    """Where the export of a model belongs.

    The model's settings are part of its digest even where its revision is that of its weights
    alone; and the versions of the libraries: a newer one may read the same files another way.  In
    int8 the processor is, too: without instructions made for it, sums of products can overflow,
    which the check of the export would have to see.
    """
    versions = {package: importlib.metadata.version(package) for package in _PACKAGES}
    parts = {"format": FORMAT, "revision": identity.revision, "settings": settings_digest(folder)}
    if identity.mode is PrecisionMode.INT8:
        parts["processor"] = processor()
    digest = hashlib.sha256(manifests.canonical({**parts, **versions})).hexdigest()
    readable = re.sub(r"[^\w.-]+", "-", identity.name, flags=re.ASCII).strip("-.")[:60]
    return exports_folder() / f"{readable}-{digest[:32]}"


def processor() -> str:
    """What kind of processor this is: on equal ones, what was tried once holds again."""
    with contextlib.suppress(OSError):
        # Linux: "flags", or "Features" on ARM, are its instructions.
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith(("flags", "Features")):
                return f"{platform.machine()} {hashlib.sha256(line.encode()).hexdigest()[:16]}"
    return f"{platform.machine()} {platform.processor()}"


def find(place: Path) -> Export | Refusal | None:
    """Return what is known at ``place``; None where nothing is, or what is there is damaged.

    Reads every file of it.
    """
    own = manifests.read(place)
    try:
        if own is None:
            return None
        if "refused" in own:
            return Refusal(own["refused"])
        for name, digest in own["files"].items():
            if file_sha256(place / name) != digest:
                return None
        return Export(place, own["settings"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def make(place: Path, write: Callable[[Path], Mapping[str, Any] | Refusal]) -> Export | Refusal:
    """Make the export at ``place`` and return it.

    ``write`` is given an empty folder to write its files into, and returns what is to be noted with
    them, or why there is no export.  Where another process was first, its export is the one that is
    returned.  Raises OSError where nothing can be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_unfinished(place.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place.parent))
    try:
        noted = write(unfinished)
        own: dict[str, Any]
        if isinstance(noted, Refusal):
            for path in unfinished.iterdir():
                path.unlink()
            own = {"refused": noted.reason}
        else:
            files = sorted(unfinished.iterdir())
            for path in files:
                manifests.flush(path)
            own = {
                "files": {path.name: file_sha256(path) for path in files},
                "settings": dict(noted),
            }
        manifests.write(unfinished, own)
        _put(unfinished, place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    found = find(place)
    if found is None:
        raise OSError(f"{place} is not what was just written there")
    return found


def _put(unfinished: Path, place: Path) -> None:
    """Rename a finished folder to its place, unless a whole one is there already."""
    with contextlib.suppress(OSError):
        unfinished.rename(place)
        return
    # Something is there: another process's export, or a damaged one.
    if find(place) is not None:
        return
    damaged = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place.parent))
    try:
        with contextlib.suppress(FileNotFoundError):
            place.rename(damaged / place.name)
        try:
            unfinished.rename(place)
        except OSError:
            if find(place) is None:  # else another process was as quick
                raise
    finally:
        shutil.rmtree(damaged, ignore_errors=True)


def _remove_unfinished(folder: Path) -> None:
    """Remove what killed processes have left behind."""
    before = time.time() - _UNFINISHED_S
    for path in folder.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < before:
                shutil.rmtree(path, ignore_errors=True)
