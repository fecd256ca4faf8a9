"""The manifest of a folder of files: what they are, with a checksum of its own.

It is written last, under another name first, so that a folder without one is unfinished.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the bytes of a value of JSON, the same for equal ones, to be hashed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True).encode()


def write(folder: Path, own: Mapping[str, Any]) -> None:
    """Write ``own``, of JSON, as the manifest of ``folder``, which has none.  Raises OSError."""
    document = {"sha256": hashlib.sha256(canonical(own)).hexdigest(), "manifest": own}
    unfinished = folder / f"{MANIFEST}.new"
    with unfinished.open("x", encoding="utf-8") as file:
        file.write(json.dumps(document, indent=1) + "\n")
    flush(unfinished)
    unfinished.rename(folder / MANIFEST)


def read(folder: Path) -> Any:  # Any: JSON, each for a few keys
    """Return the manifest of ``folder``; None where there is none, or none that is whole."""
    try:
        document = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        own = document["manifest"]
        whole = hashlib.sha256(canonical(own)).hexdigest() == document["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return own if whole else None


def flush(path: Path) -> None:
    """Wait until a file is on the disk: else a manifest could outlive what it tells of."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
