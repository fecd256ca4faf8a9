"""The parts of the speed benchmark, and what each has measured.

A part is a function ``measure(runs, **options) -> Measured`` in a module; it is entered in PARTS
and nowhere else.  It runs in a process of its own (``benchmarks.speed.part``), so that memory,
threads and imports of one part are not those of another.
"""

import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.speed.processes import ROOT, environment

# What ends in these is better when it is less; "…_per_s" is not meant.
_LESS = ("_ms", "_s", "_mb", "_share")
# Where in floors.json the floors stand of parts that have no command of their own.
TOGETHER = "speed"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a part has measured, by name.

    ``figures`` have their unit at the end of the name (``_ms``, ``_s``, ``_mb``, ``_per_s``),
    ``ratios`` are pure numbers; floors may be set for both.  ``about`` goes into the record: sizes,
    versions, checksums.  ``held`` is False where the floors cannot be held against this run,
    because what they compare with is not on this machine; ``about`` says so then.
    """

    figures: Mapping[str, float]
    ratios: Mapping[str, float]
    about: Mapping[str, Any] = field(default_factory=dict)
    held: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part is.

    ``options`` are those of the command's options that its function takes.  ``floors`` is where in
    ``floors.json`` its floors stand: a part that has a command of its own keeps them apart, and
    says in its module's LESS_IS_BETTER of which last words of a name less is better.  Of the
    others, whose floors stand together, ``heads`` are the first words of the names that they
    measure, by default a part's own name.
    """

    module: str
    heads: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    function: str = "measure"
    floors: str = TOGETHER


PARTS: Mapping[str, Part] = {
    "encode": Part("benchmarks.speed.encode", heads=("question", "passages", "agreement")),
    "start": Part("benchmarks.speed.start", heads=("first_vector", "ask", "help", "serve")),
    "peers": Part("benchmarks.speed.peers", options=("peers_python",)),
    "search": Part("benchmarks.speed.search", function="part", floors="search"),
    "scale": Part("benchmarks.speed.scale", function="part", floors="scale"),
    "load": Part("benchmarks.speed.load", function="part", floors="load"),
}


def measure(name: str, runs: int, options: Mapping[str, Any]) -> Measured | None:
    """Run one part in a process of its own; None where it failed, which it has told then."""
    part = PARTS[name]
    wanted = {key: options[key] for key in part.options}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measured.json"
        given = json.dumps({"runs": runs, "options": wanted})
        command = [sys.executable, "-m", "benchmarks.speed.part"]
        command += [part.module, part.function, str(path)]
        done = subprocess.run(command, cwd=ROOT, env=environment(), input=given, text=True)
        if done.returncode:
            return None
        return Measured(**json.loads(path.read_text(encoding="utf-8")))


def show(figures: Mapping[str, float]) -> None:
    """Print figures for people, a line each."""
    for name, value in figures.items():
        print(f"  {name:<40} {value:>12.4g}")


def chosen(only: str | None, skip: str | None) -> list[str]:
    """Return the names of the parts to run, in the order of PARTS; each option is a list of names.

    Raises ValueError for a name that is no part's, and where nothing is left.
    """
    for name in (*_names(only), *_names(skip)):
        if name not in PARTS:
            raise ValueError(f"there is no part {name!r}; there are {', '.join(PARTS)}")
    wanted = _names(only) or list(PARTS)
    left = [name for name in PARTS if name in wanted and name not in _names(skip)]
    if not left:
        raise ValueError("no part is left to run")
    return left


def part_of(figure: str) -> str | None:
    """Return the part that measures the figure of that name, by its first word.

    Of the parts whose floors stand together: those that keep them apart may use the same words.
    """
    head = figure.partition(".")[0]
    own = {name: part for name, part in PARTS.items() if part.floors == TOGETHER}
    return next((name for name, part in own.items() if head in (part.heads or (name,))), None)


def less_of(part: str, names: Iterable[str]) -> Collection[str]:
    """Return of which last words of the part's ``names`` less is better.

    What its module says, where it keeps its floors apart; else what the words themselves say.
    """
    known = PARTS.get(part)
    if known is None or known.floors == TOGETHER:
        return less_is_better(names)
    less: Collection[str] = importlib.import_module(known.module).LESS_IS_BETTER
    return less


def less_is_better(names: Iterable[str]) -> Collection[str]:
    """Return the last words of those names of which less is better, as ``benchmarks.floors`` asks.

    Seconds, milliseconds, megabytes and shares.
    """
    lasts = {name.rpartition(".")[2] for name in names}
    return {last for last in lasts if last.endswith(_LESS) and not last.endswith("_per_s")}


def _names(listed: str | None) -> list[str]:
    return [name for name in (listed or "").split(",") if name]
