"""Where the library of a content folder is kept."""

import hashlib
import os
from pathlib import Path

from index.caches import user_caches
from index.own_folder import FOLDER
from index.schema import system_errors


def library_path(content: Path, *, write: bool = False) -> Path:
    """Where the library of a content folder is kept.

    ``CONTENT/.footnote/library.sqlite`` where that can be written; else a file in the user's cache
    folder, named by the content folder's place.  For reading alone (``write`` false), a library
    that came with an unwritable content folder is taken while the cache has none.  Raises
    LibraryError where the folder cannot be written and the user has no home folder.
    """
    content = Path(content).resolve()
    inside = content / FOLDER / "library.sqlite"
    if os.access(inside.parent if inside.parent.exists() else content, os.W_OK):
        return inside
    name = f"{content.name}-{hashlib.sha256(os.fsencode(content)).hexdigest()[:16]}"
    with system_errors(content):
        cached = user_caches() / "footnote" / name / "library.sqlite"
    return inside if not write and inside.exists() and not cached.exists() else cached
