"""One way in a process of its own: ``python -m benchmarks.speed.peer WAY STEP FILE``.

It runs in the peers' Python, for a peer, and in ours, for "footnote".  STEP is

- "packages": which of its packages are installed, with their versions;
- "load": the model loaded, and nothing else (ours exports it when it is first used);
- "build": the bank made into an index, BUILDS times, each into a new folder below ``folder``;
- "ask": the index opened, and the questions asked one at a time;
- "cold": the index opened, and the first question asked;
- of ours, "texts": what the first build embedded.

Standard input is {"model", "folder", "passages", "sections", "questions"}, of which a step needs
some; FILE is written, with what the step's function returns.
"""

import importlib.metadata
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.speed.frameworks import FRAMEWORKS, Way

BUILDS = 3
# The first answers are given by caches and threads that are not yet warm.
UNCOUNTED = 5


def main() -> None:
    """Take one step of one way, and write what it told."""
    name, step, path = sys.argv[1:]
    given = json.loads(sys.stdin.read())
    kind = _kind(name)
    if step == "packages":
        told = packages(kind.packages)
    elif step == "texts":
        told = _texts(given)
    else:
        told = STEPS[step](kind(), given)
    Path(path).write_text(json.dumps(told), encoding="utf-8")


def packages(names: tuple[str, ...]) -> dict[str, Any]:
    """Return the versions of those that are installed, by name, and the names of the others."""
    versions, missing = {}, []
    for name in names:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    return {"versions": versions, "missing": missing}


def _load(way: Way, given: Mapping[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    way.load(given["model"])
    return {"load_s": time.perf_counter() - start}


def _build(way: Way, given: Mapping[str, Any]) -> dict[str, Any]:
    """Index the passages, then the sections, where they are given: each a list of texts."""
    told = _load(way, given)
    for bank in (bank for bank in ("passages", "sections") if bank in given):
        told[f"{bank}_s"] = taken = []
        for number in range(BUILDS):
            start = time.perf_counter()
            way.build(given[bank], Path(given["folder"]) / f"{bank}-{number}")
            taken.append(time.perf_counter() - start)
    return told


def _ask(way: Way, given: Mapping[str, Any]) -> dict[str, Any]:
    start = time.perf_counter()
    way.load(given["model"])
    way.open(Path(given["folder"]) / "passages-0")
    told: dict[str, Any] = {"open_s": time.perf_counter() - start}
    first, times, cores = [], [], []
    for question in given["questions"]:
        start, spent = time.perf_counter(), time.process_time()
        first.append(way.ask(question))
        times.append((time.perf_counter() - start) * 1e3)
        cores.append((time.process_time() - spent) * 1e3)
    counted = {"question_ms": times[UNCOUNTED:], "question_cpu_ms": cores[UNCOUNTED:]}
    return told | counted | {"first": first}


def _cold(way: Way, given: Mapping[str, Any]) -> dict[str, Any]:
    way.load(given["model"])
    way.open(Path(given["folder"]) / "passages-0")
    return {"first": way.ask(given["questions"][0])}


def _kind(name: str) -> type[Way]:
    if name in FRAMEWORKS:
        return FRAMEWORKS[name]
    from benchmarks.speed import footnote  # only in our own Python

    return footnote.KINDS[name]


def _texts(given: Mapping[str, Any]) -> dict[str, Any]:
    from benchmarks.speed import footnote

    return {"texts": footnote.embedded_texts(Path(given["folder"]) / "passages-0")}


STEPS = {"load": _load, "build": _build, "ask": _ask, "cold": _cold}

if __name__ == "__main__":
    main()
