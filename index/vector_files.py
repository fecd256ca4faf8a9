"""An index of many vectors on disk, beside the library whose vectors they are.

    .footnote/library.sqlite
    .footnote/library.sqlite-vectors-x2j5/
        vectors.f32      the vectors, float32, little-endian, row after row: mapped into memory
        codes.faiss      their codes, in FAISS's own format
        arrays.npz       which text each is of, and its list: plain arrays, none of objects
        manifest.json    what library state it is of, the others' SHA-256, and its own

It is derived: it may be deleted at any time, and what is damaged, of another model or unfinished is
passed over and removed.  A folder is written once and never changed; the manifest comes last, under
another name first, so that a folder without one is unfinished.
"""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import manifests
from index.model_files import ModelIdentity, file_sha256

# Raised when the files' meaning changes, or what decides which vectors are in which list.
FORMAT = 2
VECTORS, CODES, ARRAYS = "vectors.f32", "codes.faiss", "arrays.npz"
_UNFINISHED_S = 3600.0  # no index takes that long: whoever was making it was killed


@dataclass(frozen=True)
class Kept:
    """An index on disk, its files checked."""

    folder: Path
    generation: int
    arrays: Mapping[str, NDArray[Any]]


def new_folder(library: Path) -> Path:
    """Make an empty folder for an index beside ``library``.  Raises OSError where none can be."""
    return Path(tempfile.mkdtemp(prefix=_prefix(library), dir=library.parent))


def finish(
    folder: Path, arrays: Mapping[str, NDArray[Any]], *, model: ModelIdentity, generation: int
) -> None:
    """Write the arrays, then the manifest, into a folder with the two other files.

    Raises OSError.
    """
    # Any: mypy takes the arrays for np.savez's option allow_pickle.
    values: dict[str, Any] = dict(arrays)
    with (folder / ARRAYS).open("xb") as file:
        np.savez(file, **values)
    digests = {}
    for name in (VECTORS, CODES, ARRAYS):
        manifests.flush(folder / name)
        digests[name] = file_sha256(folder / name)
    own = {
        "format": FORMAT,
        "generation": generation,
        "model": _model(model),
        "files": digests,
    }
    manifests.write(folder, own)


def newest(library: Path, model: ModelIdentity) -> Kept | None:
    """Return the newest index of ``model``'s vectors beside ``library`` that is whole.

    Reads all of its files.  None where there is no such index.
    """
    found = []
    for folder in _folders(library):
        with contextlib.suppress(KeyError, TypeError):
            own = manifests.read(folder) or {}
            if (own["format"], own["model"]) == (FORMAT, _model(model)):
                found.append((own["generation"], folder.name, folder, own["files"]))
    for generation, _, folder, digests in sorted(found, reverse=True):
        with contextlib.suppress(OSError, ValueError, KeyError):
            with ThreadPoolExecutor(len(digests)) as pool:
                names = sorted(digests)
                actual = pool.map(lambda name: file_sha256(folder / name), names)  # noqa: B023
                if list(actual) != [digests[name] for name in names]:
                    continue
            with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
                return Kept(folder, generation, dict(arrays))
    return None


def remove_others(library: Path, kept: Path | None, generation: int) -> None:
    """Remove the indexes beside ``library`` but ``kept``: those that are not newer.

    Others' unfinished ones stay for an hour.  What cannot be removed stays, too.
    """
    for folder in _folders(library):
        if folder == kept:
            continue
        with contextlib.suppress(OSError, KeyError, TypeError):
            if not (folder / manifests.MANIFEST).exists():
                if time.time() - folder.stat().st_mtime < _UNFINISHED_S:
                    continue
            elif (own := manifests.read(folder)) is not None and own["generation"] > generation:
                continue
            shutil.rmtree(folder, ignore_errors=True)


def _folders(library: Path) -> Iterator[Path]:
    prefix = _prefix(library)
    with contextlib.suppress(OSError):
        names = sorted(path.name for path in library.parent.iterdir())
        yield from (library.parent / name for name in names if name.startswith(prefix))


def _prefix(library: Path) -> str:
    return f"{library.name}-vectors-"


def _model(model: ModelIdentity) -> list[object]:
    return [model.name, model.revision, model.dimension]
