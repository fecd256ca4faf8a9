"""How well questions without an answer are found in a log, gated by floors.

    python -m benchmarks.gaps [--data DIR] [--only SET] [--seeds 7,8,9] [--out FILE] [--compare]
    python -m benchmarks.gaps --lower-floor NAME --reason TEXT

For each set of intents (clinc150, banking77_oos), 15 intents are taken out of its bank, and its
questions (at most 2000, drawn by the seed) are asked of the public ``Answerer`` with weights
learned without the set.  From the log the gap report is built: how well its groups are the intents,
which of the 15 are found, how far up in the list, and whether the verdicts are right.  Once with
silent readers, once with three of ten wrong answers called so ("told").  ``-v`` lists the first
gaps.  ``--compare`` only groups, and holds ways of grouping against one another.

Figures are means over the seeds, which choose the intents; of the verdicts "not found" the share
that is right is that of all seeds' together.  What the verdicts weigh was chosen with seeds 0 to 3.
Two processes share the work (``--jobs``).  Exit 1 where one is below its floor in
``floors.json`` (key "gaps"), or above it where less is better.
"""

import argparse
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks import floors, record
from benchmarks.data import QUESTION_SETS
from benchmarks.gaps import compare
from benchmarks.gaps.measure import pooled
from benchmarks.gaps.run import READERS, Task, run
from benchmarks.quality.cache import CachedEncoder, default_folder
from index.encoder import load_encoder

PART = "gaps"
HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "results" / "gaps.json"
SETS = ("clinc150", "banking77_oos")
SEEDS = "7,8,9"
LESS_IS_BETTER = frozenset({"median_rank", "wrong_claims"})


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, hold against the floors; return the exit status."""
    options = _options(arguments)
    if options.compare:
        encoder = CachedEncoder(load_encoder(), options.cache)
        compare.show(compare.compare(options.data, encoder))
        encoder.close()
        return 0
    started = time.perf_counter()
    names = (options.only,) if options.only else SETS
    seeds = [int(seed) for seed in options.seeds.split(",")]
    tasks = [Task(options.data, name, seed, options.cache) for name in names for seed in seeds]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=options.jobs, mp_context=spawn) as pool:
        done = list(pool.map(run, tasks))
    if options.v:
        for task, one in zip(tasks, done, strict=True):
            print(f"\n{task.name}, seed {task.seed}", *one.lines, sep="\n")
    shares: dict[str, float] = {}
    for name in names:
        own = [one for task, one in zip(tasks, done, strict=True) if task.name == name]
        for readers in READERS:
            each = [one.figures[readers] for one in own]
            shares |= pooled(f"{name}.{readers}.", each)
            _print(f"{name}, readers {readers}", f"{name}.{readers}.", shares, each)
    passed = time.perf_counter() - started
    print(f"\n{passed:.0f} s in {options.jobs} processes")
    usual = options.seeds == SEEDS
    usual_out = record.usual_place(OUT, given=options.data, own=QUESTION_SETS)
    out = record.place(options.out, usual_out, whole=usual and options.only is None)
    if out is not None:
        of_run = {
            "seeds": options.seeds,
            "seconds": round(passed),
            "sha256": {name: checksum for one in done for name, checksum in one.checksums.items()},
            "figures": shares,
        }
        record.write(out, record.stamp(done[0].model) | of_run)

    def measured(name: str) -> bool:
        return usual and options.only in (None, name.partition(".")[0])

    missed = floors.hold(PART, shares, options, less_is_better=LESS_IS_BETTER, measured=measured)
    return floors.exit_status(missed)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gaps", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--data", type=Path, default=QUESTION_SETS, metavar="DIR", help="folder of sets"
    )
    parser.add_argument("--seeds", default=SEEDS, help="numbers, separated by commas")
    parser.add_argument("--only", choices=SETS, help="one of the two sets")
    parser.add_argument(
        "--out",
        type=Path,
        help=f"JSON record (default: of a whole run {OUT.name}, with other data in local)",
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many processes share the work")
    parser.add_argument("-v", action="store_true", help="list the first gaps")
    parser.add_argument("--compare", action="store_true", help="compare ways of grouping; no gate")
    parser.add_argument("--cache", type=Path, default=default_folder() / "vectors.sqlite")
    options = floors.parse(parser, arguments)
    if not options.data.is_dir():
        parser.error(f"{options.data}: there is no such folder; name one with --data")
    return options


def _print(title: str, prefix: str, shares: dict[str, float], each: list[dict[str, float]]) -> None:
    print(f"\n{title:<38} {'mean':>9}   by seed")
    for name, value in shares.items():
        if name.startswith(prefix):
            figure = name.removeprefix(prefix)
            own = "  ".join(f"{one[figure]:.3f}" for one in each if figure in one)
            print(f"  {figure:<36} {value:>9.3f}   {own}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
