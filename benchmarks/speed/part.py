"""One part in a process of its own: ``python -m benchmarks.speed.part MODULE FUNCTION FILE``.

Standard input is {"runs": …, "options": {…}}; FILE is written.  See ``benchmarks.speed.parts``.
"""

import dataclasses
import importlib
import json
import sys
from pathlib import Path


def main() -> None:
    """Measure one part, and write what it has measured."""
    module, function, path = sys.argv[1:]
    given = json.loads(sys.stdin.read())
    measure = getattr(importlib.import_module(module), function)
    measured = measure(given["runs"], **given["options"])
    Path(path).write_text(json.dumps(dataclasses.asdict(measured)), encoding="utf-8")


if __name__ == "__main__":
    main()
