"""How fast, and in how much memory: encoding, building, asking, starting; beside other frameworks.

    python -m benchmarks.speed [--peers-python PATH] [--only PART,…] [--skip PART,…] [--runs N]
    python -m benchmarks.speed --lower-floor NAME --reason TEXT

Each part (``parts``) is measured in a process of its own, one after the other, on texts that are
always the same (``content``) and with the default model in 32-bit floats on the CPU.
Cold figures are medians of N processes, the ways taking turns.

Most floors are ratios to other programs in the same run, so that they hold on any machine; but run
it where nothing else runs.  Exit 1 where a floor is not reached (``floors.json``, key "speed") or a
part failed.  A whole run leaves the record ``results/speed.json`` and a plot beside it; a run of
some parts leaves one only with --out.
"""

import argparse
import importlib.metadata
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import floors, record
from benchmarks.speed import content, parts
from index.encoder import load_encoder

PART = parts.TOGETHER
OUT = Path(__file__).resolve().parent.parent / "results" / "speed.json"
PACKAGES = (
    "torch",
    "sentence-transformers",
    "transformers",
    "onnxruntime",
    "tokenizers",
    "faiss-cpu",
    "numpy",
    "gradio",
)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, record, hold against the floors; return the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", metavar="PART,…", help=f"of {', '.join(parts.PARTS)}")
    parser.add_argument("--skip", metavar="PART,…", help="leave these parts out")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="processes a cold figure")
    parser.add_argument(
        "--peers-python", metavar="PATH", help="the Python that has the peers; default: this one"
    )
    parser.add_argument("--out", type=Path, help="JSON record")
    options = floors.parse(parser, given)
    try:
        names = parts.chosen(options.only, options.skip)
    except ValueError as error:
        parser.error(str(error))
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    if (python := options.peers_python) is not None:
        if not Path(python).is_file():
            parser.error(f"--peers-python: there is no program {python}")
        # Not resolved: the Python of an environment is a link to one that knows nothing of it.
        options.peers_python = str(Path(python).absolute())
    start = time.perf_counter()
    measured: dict[str, parts.Measured | None] = {}
    for name in names:
        print(f"{name} …", flush=True)
        measured[name] = parts.measure(name, options.runs, vars(options))
        if (found := measured[name]) is not None:
            _print(found)
    document = made_record(measured, given, time.perf_counter() - start)
    out = record.place(options.out, OUT, whole=names == list(parts.PARTS))
    if out is not None:
        record.write(out, document)
        from benchmarks.speed import plot

        plot.draw(document, out.with_suffix(".png"))
    status = floors.exit_status(held(measured, options))
    for name in (name for name, found in measured.items() if found is None):
        print(f"FAILED  the part {name}", file=sys.stderr)
        status = 1
    return status


def held(
    measured: dict[str, parts.Measured | None], options: argparse.Namespace, **path: Path
) -> list[str]:
    """Return the lines of the floors that are not reached (``benchmarks.floors.hold``).

    Floors of parts that were not run are passed over, and those of a part that had nothing to be
    compared with.  A part that failed reaches none of its floors.  Floors that a part keeps apart
    are lowered by its own command.
    """
    lines: list[str] = []
    for key in dict.fromkeys((PART, *(parts.PARTS[name].floors for name in measured))):
        own = {name: found for name, found in measured.items() if parts.PARTS[name].floors == key}
        lines += _held(key, own, options, **path)
    return lines


def _held(
    key: str,
    measured: dict[str, parts.Measured | None],
    options: argparse.Namespace,
    **path: Path,
) -> list[str]:
    figures: dict[str, float] = {}
    for found in measured.values():
        if found is not None:
            figures |= {**found.figures, **found.ratios}

    def in_this_run(name: str) -> bool:
        part = parts.part_of(name) if key == PART else next(iter(measured))
        if part is None or part not in measured:
            return False
        found = measured[part]
        return found is None or found.held

    known = {*figures, *floors.load(key, **path)}
    return floors.hold(
        key,
        figures,
        options if key == PART else argparse.Namespace(lower_floor=None, reason=None),
        less_is_better=parts.less_of(next(iter(measured), ""), known),
        measured=in_this_run,
        **path,
    )


def made_record(
    measured: dict[str, parts.Measured | None], given: list[str], seconds: float
) -> dict[str, Any]:
    """Return the record of a run: when, where, with which model, versions and texts; figures."""
    return {
        **record.stamp(load_encoder().identity),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "command": " ".join(["python -m benchmarks.speed", *_without_paths(given)]),
        "seconds": round(seconds),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "texts_sha256": content.SHA256,
        "parts": {
            name: None
            if found is None
            else {"about": found.about, "figures": found.figures, "ratios": found.ratios}
            for name, found in measured.items()
        },
    }


def _print(found: parts.Measured) -> None:
    for way, about in found.about.get("ways", {}).items():
        if "status" in about:
            print(f"  {way}: {about['status']}")
    parts.show({**found.figures, **found.ratios})


def _cpu() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _without_paths(given: list[str]) -> list[str]:
    """The arguments as somebody else would type them: paths of this machine are left out."""
    return ["…" if os.sep in argument else argument for argument in given]


if __name__ == "__main__":
    raise SystemExit(main())
