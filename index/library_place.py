"""Where the library of a content folder is kept."""

import hashlib
import os
import sys
from pathlib import Path

from index.library import FOLDER


def library_path(content: Path, *, write: bool = False) -> Path:
    """Where the library of a content folder is kept.

    ``CONTENT/.footnote/library.sqlite`` where that can be written; else a file in the user's cache
    folder, named by the content folder's place.  For reading alone (``write`` false), a library
    that came with an unwritable content folder is taken while the cache has none.
    """
    content = Path(content).resolve()
    inside = content / FOLDER / "library.sqlite"
    if os.access(inside.parent if inside.parent.exists() else content, os.W_OK):
        return inside
    name = f"{content.name}-{hashlib.sha256(os.fsencode(content)).hexdigest()[:16]}"
    cached = _cache_folder() / "footnote" / name / "library.sqlite"
    return inside if not write and inside.exists() and not cached.exists() else cached


def _cache_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
