"""Where the system keeps what its users' programs can make again."""

import os
import sys
from pathlib import Path


def user_caches() -> Path:
    """Return the folder of the user's caches, which need not be there yet.

    Raises OSError for a user without a home folder, where nothing else names one.
    """
    if sys.platform == "win32":
        return _named("LOCALAPPDATA") or expanded("~/AppData/Local")
    if sys.platform == "darwin":
        return expanded("~/Library/Caches")
    return _named("XDG_CACHE_HOME") or expanded("~/.cache")


def expanded(path: str) -> Path:
    """Return a path with "~" as the user's home folder.  Raises OSError where there is none."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise OSError(f"there is no home folder for {path}") from error


def _named(variable: str) -> Path | None:
    folder = os.environ.get(variable)
    return Path(folder) if folder else None
