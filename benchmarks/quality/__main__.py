"""python -m benchmarks.quality: every question set, one table, and the floors."""

import argparse
import sys
import time
from pathlib import Path

from benchmarks import floors, record
from benchmarks.data import QUESTION_SETS
from benchmarks.quality import report
from benchmarks.quality.cache import CachedEncoder, default_folder
from benchmarks.quality.figures import LESS_IS_BETTER, flat
from benchmarks.quality.measure import Measured, measure
from benchmarks.quality.sets import SetError, question_files
from index.encoder import Encoder, PrecisionMode, load_encoder
from index.errors import FootnoteError

PART = "quality"
HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "results" / "quality.json"
# Of larger sets a sample is asked: of 4000 questions, a share of .9 is known to a point.
LIMIT = 4000
TYPO_LIMIT = 600

EPILOG = """\
DIR holds a folder for each set, with bank.jsonl and queries.jsonl (or queries_val.jsonl).
Exit 1 where a figure does not reach its floor in benchmarks/floors.json (part "quality"); 2 where
a set cannot be measured.  Floors of sets that are not in DIR count as missed, except with --data or
--only.  With --model, --precision-mode, --limit or --typos nothing is held against the floors.
Without --out only a run of every set that has floors, held against them, leaves a record; with
other data than the usual in results/local.
"""


def main(arguments: list[str] | None = None, *, encoder: Encoder | None = None) -> int:
    """Run the benchmark, with ``encoder`` in place of the named model; return the exit status."""
    options = _options(arguments)
    data: Path = options.data or QUESTION_SETS
    if not data.is_dir():
        print(f"{data}: there is no such folder; name one with --data", file=sys.stderr)
        return 2
    found = question_files(data)
    wanted = [name for name in options.only.split(",") if name]
    unknown = set(wanted) - {folder.name for folder in found}
    if unknown or not found:
        what = ", ".join(sorted(unknown)) or "sets"
        print(f"{data}: no {what} there", file=sys.stderr)
        return 2
    started = time.perf_counter()
    mode = PrecisionMode(options.precision_mode)
    model = encoder or load_encoder(options.model, mode=mode)
    cached = CachedEncoder(model, options.cache / "vectors.sqlite")
    measured: list[Measured] = []
    unread: list[str] = []
    for folder, questions in found.items():
        if wanted and folder.name not in wanted:
            continue
        try:
            for one in measure(
                folder, questions, cached, limit=options.limit, typo_limit=options.typos
            ):
                measured.append(one)
                print(f"{one.scores.name}: {sum(one.seconds.values()):.0f} s", file=sys.stderr)
        except (SetError, FootnoteError) as error:  # the others are measured all the same
            unread.append(f"{folder.name}: {error}")
            print(unread[-1], file=sys.stderr)
    cached.close()
    if not measured:
        return 2
    figures = {name: value for one in measured for name, value in flat(one.scores).items()}
    report.print_tables(measured, report.console())
    asked = (options.model, mode, options.limit, options.typos)
    gated = asked == (None, PrecisionMode.FLOAT32, LIMIT, TYPO_LIMIT)
    if options.lower_floor and not gated:
        raise SystemExit("a floor is lowered to the figure of a whole run only")
    names = {one.scores.name for one in measured} if options.data or wanted else None
    missed = _missed(figures, options, names) if gated else []
    seconds = time.perf_counter() - started
    document = report.record(
        measured,
        figures,
        missed,
        model=cached.identity,
        seconds=seconds,
        embedded=cached.embedded,
        found=cached.found,
    )
    every = {name.rpartition(".")[0] for name in floors.load(PART)}
    whole = gated and not wanted and every <= {one.scores.name for one in measured}
    usual = record.usual_place(OUT, given=data, own=QUESTION_SETS)
    out = record.place(options.out, usual, whole=whole)
    if out is not None:
        report.write(document, out)
        report.plot([one.scores for one in measured], out.with_name("reliability.png"))
    print(
        f"{seconds:.0f} s ({time.process_time():.0f} s of processor time), "
        f"{cached.embedded} texts embedded; {'no record' if out is None else f'written: {out}'}"
    )
    if not gated:
        print("not held against the floors: see --help")
    status = floors.exit_status(missed)
    for line in unread:
        print(f"NOT MEASURED  {line}", file=sys.stderr)
    return 2 if unread else status


def _missed(
    figures: dict[str, float | None], options: argparse.Namespace, names: set[str] | None
) -> list[str]:
    """What does not reach its floor, of the sets of these names; of all where there are none."""

    def measured(name: str) -> bool:
        return names is None or name.rpartition(".")[0] in names

    return floors.hold(PART, figures, options, less_is_better=LESS_IS_BETTER, measured=measured)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help=f"folder of sets ({QUESTION_SETS})"
    )
    parser.add_argument("--only", default="", metavar="SET,...", help="only these sets")
    parser.add_argument(
        "--out",
        type=Path,
        help=f"JSON record (default: of a whole run {OUT.name}); the plot goes beside it",
    )
    parser.add_argument(
        "--cache", type=Path, default=default_folder(), help="folder for the texts' vectors"
    )
    parser.add_argument("--model", help="another embedding model: a folder or a hub name")
    parser.add_argument(
        "--precision-mode",
        choices=list(PrecisionMode),
        default=PrecisionMode.FLOAT32,
        help="the numbers that it computes with",
    )
    parser.add_argument("--limit", type=int, default=LIMIT, help="questions a set, at most")
    parser.add_argument(
        "--typos", type=int, default=TYPO_LIMIT, help="of them tried with typos; 0: none"
    )
    options = floors.parse(parser, arguments)
    if options.limit < 1 or options.typos < 0:
        parser.error("--limit is at least 1, --typos at least 0")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
