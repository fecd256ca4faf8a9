"""The JSON record that a run of a benchmark leaves behind."""

import datetime
import json
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from index.model_files import ModelIdentity


def stamp(model: ModelIdentity | None = None) -> dict[str, Any]:
    """Return what every record begins with: when, on which machine, with which model."""
    made = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }
    if model is not None:
        made |= {"model": model.name, "model_revision": model.revision}
    return made


def usual_place(path: Path, *, given: Path, own: Path) -> Path:
    """Return where records of runs with the ``given`` data go: ``path``, with a benchmark's own.

    What was measured with other data must not take its place: it goes into the folder ``local``
    beside it, which Git passes over.
    """
    return path if given.resolve() == own.resolve() else path.parent / "local" / path.name


def place(named: Path | None, usual: Path, *, whole: bool) -> Path | None:
    """Return where the record of a run goes, None where it leaves none.

    Where the user says; else to its ``usual`` place, but only the record of a ``whole`` run: what a
    try of some parts or sizes measured must not take the place of all that was measured.
    """
    return named if named is not None else usual if whole else None


def write(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record, its folder too where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
