"""How well questions without an answer are found in a log, gated by floors.

    python -m benchmarks.gaps [--data DIR] [--only SET] [--seeds 0,1] [--write FILE] [--compare]
    python -m benchmarks.gaps --lower-floor NAME --reason TEXT

For each set of intents (clinc150, banking77_oos), 15 intents are taken out of its bank, and all of
its questions are asked of the public ``Answerer`` with weights learned without the set.  From the
log the gap report is built: how well its groups are the intents, which of the 15 are found, how far
up in the list, and whether the verdicts are right.  Once with silent readers, once with three of
ten wrong answers called so ("told").  ``-v`` lists the first gaps.  ``--compare`` only groups, and
holds ways of grouping against one another.

Figures are means over the seeds, which choose the intents.  Exit 1 where one is below its floor in
``floors.json`` (key "gaps"), or above it where less is better.
"""

import argparse
import datetime
import json
import platform
import sys
import time
from pathlib import Path

from benchmarks import floors
from benchmarks.gaps import compare, measure
from benchmarks.gaps.replay import Replay, replay
from benchmarks.quality import sets
from benchmarks.quality.cache import CachedEncoder, default_folder
from index.encoder import load_encoder
from qa.gaps import GapReport, gaps_of

PART = "gaps"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "retrieval"
SETS = ("banking77_oos", "clinc150")
SEEDS = "0,1"
READERS = {"silent": 0.0, "told": 0.3}
LESS_IS_BETTER = frozenset({"median_rank", "gaps"})
LISTED = 25


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, hold against the floors; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gaps", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="folder of sets")
    parser.add_argument("--seeds", default=SEEDS, help="numbers, separated by commas")
    parser.add_argument("--only", choices=SETS, help="one of the two sets")
    parser.add_argument("--write", type=Path, help="write the figures to this JSON file")
    parser.add_argument("-v", action="store_true", help="list the first gaps")
    parser.add_argument("--compare", action="store_true", help="compare ways of grouping; no gate")
    parser.add_argument("--cache", type=Path, default=default_folder() / "vectors.sqlite")
    parser.add_argument("--lower-floor", metavar="NAME", help="lower this floor to today's figure")
    parser.add_argument("--reason", help="why the floor is lowered")
    options = parser.parse_args(arguments)
    if bool(options.lower_floor) != bool(options.reason):
        parser.error("--lower-floor and --reason belong together")
    if not options.data.is_dir():
        parser.error(f"{options.data}: there is no such folder; name one with --data")
    encoder = CachedEncoder(load_encoder(), options.cache)
    if options.compare:
        compare.show(compare.compare(options.data, encoder))
        encoder.close()
        return 0
    files = {
        folder.name: (folder, own) for folder, own in sets.question_files(options.data).items()
    }
    if missing := [name for name in SETS if name not in files]:
        parser.error(f"not in {options.data}: {', '.join(missing)}")
    shares: dict[str, float] = {}
    checksums: dict[str, str] = {}
    for name in (options.only,) if options.only else SETS:
        folder, questions = files[name]
        for path in (folder / "bank.jsonl", questions):
            checksums[f"{name}/{path.name}"] = sets.sha256(path)
        measured: dict[str, list[dict[str, float]]] = {readers: [] for readers in READERS}
        for seed in map(int, options.seeds.split(",")):
            logs = replay(folder, questions, encoder, seed=seed, told=tuple(READERS.values()))
            for readers, replayed in zip(READERS, logs, strict=True):
                started = time.perf_counter()
                report = gaps_of(replayed.asker, encoder, replayed.questions)
                passed = time.perf_counter() - started
                found = measure.figures(report, replayed) | {"seconds": round(passed, 1)}
                measured[readers].append(found)
                if options.v:
                    _list(report, replayed)
        for readers, each in measured.items():
            for figure in each[0]:
                values = [own[figure] for own in each if figure in own]
                shares[f"{name}.{readers}.{figure}"] = round(sum(values) / len(values), 4)
            _print(f"{name}, readers {readers}", f"{name}.{readers}.", shares, each)
    encoder.close()
    if options.write:
        record = {
            "date": datetime.date.today().isoformat(),
            "machine": f"{platform.machine()}, Python {platform.python_version()}",
            "model": encoder.identity.name,
            "model_revision": encoder.identity.revision,
            "seeds": options.seeds,
            "sha256": checksums,
            "figures": shares,
        }
        options.write.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    if options.lower_floor:
        name, reason = options.lower_floor, options.reason
        floors.lower(PART, name, shares, reason, less_is_better=LESS_IS_BETTER)
    if options.seeds != SEEDS:
        return 0
    own_floors = {
        name: floor
        for name, floor in floors.load(PART).items()
        if options.only in (None, name.partition(".")[0])
    }
    missed = floors.below(shares, own_floors, less_is_better=LESS_IS_BETTER)
    for line in missed:
        print(f"BELOW FLOOR  {line}", file=sys.stderr)
    return 1 if missed else 0


def _print(title: str, prefix: str, shares: dict[str, float], each: list[dict[str, float]]) -> None:
    print(f"\n{title:<38} {'mean':>9}   by seed")
    for name, value in shares.items():
        if name.startswith(prefix):
            figure = name.removeprefix(prefix)
            own = "  ".join(f"{one[figure]:.3f}" for one in each if figure in one)
            print(f"  {figure:<36} {value:>9.3f}   {own}", flush=True)


def _list(report: GapReport, replayed: Replay) -> None:
    for number, gap in enumerate(report.gaps[:LISTED], 1):
        truth = replayed.truth[gap.wordings[0].key]
        print(
            f"{number:>3} {gap.weight:6.2f} {gap.verdict:<13} {gap.count:>3} {truth:<8} {gap.name}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
