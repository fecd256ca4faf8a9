"""How fast, how complete and how large the search among vectors is, by their number.

    python -m benchmarks.speed.search [--data DIR] [--out FILE]
    python -m benchmarks.speed.search --lower-floor NAME --reason TEXT

Real vectors and others near them (``search_data``) stand in for texts at 10,000, 100,000 and
1,000,000.  For each number: exact search, the named baseline, which also says what is right; the
index for many vectors, made with its files, opened from them in a process of its own, and asked one
question at a time for 10 and for 200 results (what ``qa.search`` asks for).  Then both ways side by
side over the numbers between which they cross.  It takes some minutes and 4 GB of disk.

Exit 1 where a floor is not reached (``floors.json``, key "search"); 2 where there is no data.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import floors, record
from benchmarks.data import QUESTION_SETS
from benchmarks.quality.cache import default_folder
from benchmarks.speed.parts import Measured
from benchmarks.speed.processes import Ran, run
from index.model_files import ModelIdentity

PART = "search"
OUT = Path(__file__).resolve().parent.parent / "results" / "search.json"
SIZES = (10_000, 100_000, 1_000_000)
CURVE = (1_000, 2_000, 5_000, 10_000, 20_000, 32_768, 50_000, 100_000)
QUESTIONS = 300
TIMED = 60  # of the questions, where exact search is only timed
LESS_IS_BETTER = ("p50_ms", "deep_p50_ms", "open_s", "peak_mb", "build_s", "change_ms")


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, hold against the floors; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.search", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--data", type=Path, default=QUESTION_SETS, metavar="DIR", help="folder of sets"
    )
    parser.add_argument(
        "--out", type=Path, help=f"JSON record (default: {OUT.name}, with other data in local)"
    )
    parser.add_argument(
        "--cache", type=Path, default=default_folder(), help="folder for the texts' vectors"
    )
    options = floors.parse(parser, arguments)
    if not options.data.is_dir():
        print(f"{options.data}: there is no such folder; name one with --data", file=sys.stderr)
        return 2
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        made, measured, curve = measure(Path(folder), options.data, options.cache)
    figures = flattened(measured)
    missed = floors.hold(PART, figures, options, less_is_better=LESS_IS_BETTER)
    seconds = time.perf_counter() - started
    print(table(measured))
    print(curve_table(curve))
    document = record.stamp(ModelIdentity(*made["model"])) | {
        "seconds": round(seconds),
        "real_vectors": made["real"],
        "questions": QUESTIONS,
        "files": made["files"],
        "measured": measured,
        "curve": curve,
        "figures": figures,
        "below_floor": missed,
    }
    out = options.out or record.usual_place(OUT, given=options.data, own=QUESTION_SETS)
    record.write(out, document)
    print(f"{seconds:.0f} s; written: {out}")
    return floors.exit_status(missed)


def part(runs: int) -> Measured:
    """Measure as a part of ``benchmarks.speed``; ``runs`` does not matter."""
    if not QUESTION_SETS.is_dir():
        return Measured({}, {}, {"not measured": "the question sets are not here"}, held=False)
    with tempfile.TemporaryDirectory() as folder:
        made, measured, curve = measure(Path(folder), QUESTION_SETS, default_folder())
    print(table(measured))
    print(curve_table(curve))
    figures = {name: value for name, value in flattened(measured).items() if value is not None}
    return Measured(figures, {}, {"made": made, "measured": measured, "curve": curve})


def measure(
    folder: Path,
    data: Path,
    cache: Path,
    *,
    sizes: tuple[int, ...] = SIZES,
    curve: tuple[int, ...] = CURVE,
    questions: int = QUESTIONS,
) -> tuple[dict[str, Any], dict[str, dict[str, dict[str, float]]], dict[str, dict[str, float]]]:
    """Return how the vectors were made, what was measured by number and way, and the curve."""

    def step(name: str, rows: int, **given: object) -> tuple[Any, Ran]:
        arguments = ["-m", "benchmarks.speed.search_probe", name, str(folder), str(rows)]
        ran = run(arguments, given=json.dumps(given))
        print(f"{name} {rows:,}: {ran.wall_s:.1f} s", file=sys.stderr)
        return json.loads(ran.output), ran

    made, _ = step("make", max(sizes), data=str(data), cache=str(cache), questions=questions)
    measured = {}
    for rows in sizes:
        flat, flat_ran = step("flat", rows, timed=TIMED)
        built, built_ran = step("build", rows, model=made["model"])
        large, large_ran = step("large", rows, model=made["model"])
        changed, changed_ran = step("change", rows, model=made["model"])
        measured[str(rows)] = {
            "flat": flat | {"peak_mb": flat_ran.peak_mb},
            "large": large
            | built
            | {
                "build_peak_mb": built_ran.peak_mb,
                "peak_mb": large_ran.peak_mb,
                "change_peak_mb": changed_ran.peak_mb,
            }
            | changed,
        }
    found, _ = step("curve", max(curve), sizes=curve, timed=TIMED)
    return made, measured, found


def flattened(measured: Mapping[str, Mapping[str, Mapping[str, float]]]) -> dict[str, float | None]:
    """Return what floors are set for: those of the index for many, and ratios to exact search."""
    figures: dict[str, float | None] = {}
    for rows, ways in measured.items():
        flat, large = ways["flat"], ways["large"]
        for name, value in large.items():
            figures[f"{rows}.{name}"] = value
        figures[f"{rows}.speedup"] = flat["p50_ms"] / large["p50_ms"]
        figures[f"{rows}.deep_speedup"] = flat["deep_p50_ms"] / large["deep_p50_ms"]
    return figures


def table(measured: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Return the figures for people, a line for each way and number."""
    columns = {
        "p50_ms": "p50 ms",
        "p95_ms": "p95 ms",
        "deep_p50_ms": "200: p50",
        "deep_p95_ms": "200: p95",
        "recall_at_10": "recall@10",
        "recall_at_200": "recall@200",
        "build_s": "build s",
        "open_s": "open s",
        "change_ms": "change ms",
        "peak_mb": "peak MB",
    }
    lines = [f"{'vectors':>10} {'way':<6}" + "".join(f"{one:>11}" for one in columns.values())]
    for rows, ways in measured.items():
        for way, values in ways.items():
            exact = {"recall_at_10": 1.0, "recall_at_200": 1.0} if way == "flat" else {}
            shown = exact | dict(values)
            cells = (f"{shown[name]:.4g}" if name in shown else "" for name in columns)
            lines.append(f"{int(rows):>10,} {way:<6}" + "".join(f"{cell:>11}" for cell in cells))
    return "\n".join(lines)


def curve_table(curve: Mapping[str, Mapping[str, float]]) -> str:
    """Return the curve for people: the median milliseconds for 200 results, by the clock and of
    the processor."""
    columns = ("flat_p50_ms", "large_p50_ms", "flat_p50_cpu_ms", "large_p50_cpu_ms")
    heads = ("flat", "large", "flat cpu", "large cpu")
    lines = ["", f"{'vectors':>10}" + "".join(f"{head:>11}" for head in heads)]
    for rows, found in curve.items():
        cells = "".join(f"{found[name]:>11.3f}" for name in columns)
        lines.append(f"{int(rows):>10,}{cells}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
