"""How well coverage tells what FAQ pairs account for, gated by floors.

    python -m benchmarks.coverage [--data DIR] [--out FILE] [--cache FILE]
    python -m benchmarks.coverage --scale [SECTIONS PAIRS]
    python -m benchmarks.coverage --lower-floor NAME --reason TEXT

Every set of DIR (by default ../shared/data/retrieval) with ``sections.jsonl`` and ``bank.jsonl`` is
measured.  Where sections are labelled covered or not: the AUROC of "uncovered", and F1, precision
and recall of the state that the report gives, with the pairs' answers and without.  Where authors
linked an answer to a section: how often that section is among the pair's first three evidences.
Beside it, as a baseline, the AUROC of the greatest similarity of any pair to the section.

``--scale`` makes a large library of the same sets (10,000 sections and 10,000 pairs) and prints the
seconds of its report and the memory of the whole process, with at most 30 s and 2048 MiB; then
those of the checks: of comparing the pairs, and of the support of the answers.

Exit 1 where a figure is below its floor in ``floors.json`` (key "coverage"), or above it where less
is better; 2 where there is nothing to measure.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from benchmarks import floors, record
from benchmarks.coverage import figures, scale
from benchmarks.coverage.sets import CoverageSet, load_all
from benchmarks.data import QUESTION_SETS
from benchmarks.quality.cache import CachedEncoder, default_folder
from benchmarks.quality.metrics import auroc
from benchmarks.quality.sets import SetError
from index.encoder import load_encoder
from index.passages import passages_of
from index.records import PassageKind
from qa.coverage import measure

PART = "coverage"
HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "results" / "coverage.json"
SCALE_OUT = OUT.with_name("coverage_scale.json")
LESS_IS_BETTER = frozenset({"seconds", "peak_mib"})
SCALE = (10_000, 10_000)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--data", type=Path, default=QUESTION_SETS, help=f"folder of sets ({QUESTION_SETS})"
    )
    parser.add_argument(
        "--out",
        type=Path,
        help=f"JSON record (default: of a whole run {OUT.name}, with --scale {SCALE_OUT.name}; "
        "with other data in local)",
    )
    parser.add_argument("--cache", type=Path, default=default_folder() / "coverage.sqlite")
    parser.add_argument("--scale", nargs="*", type=int, metavar="N", help="time a large library")
    options = floors.parse(parser, arguments)
    if options.scale and len(options.scale) != 2:
        parser.error("--scale takes two numbers, of sections and of pairs, or none")
    try:
        sets = load_all(options.data)
    except SetError as error:
        print(error, file=sys.stderr)
        return 2
    encoder = CachedEncoder(load_encoder(), options.cache)
    scaled = options.scale is not None
    found: dict[str, float] = {}
    if scaled:
        found = _scale(sets, encoder, *(options.scale or SCALE))
    else:
        for one in sets:
            found.update(_measure(one, encoder))
    encoder.close()
    for name, value in found.items():
        print(f"{name:<58} {value:.4f}")

    def measured(name: str) -> bool:
        # A library of another size says nothing of the limits.
        return name.startswith("scale.") is scaled and not options.scale

    missed = floors.hold(PART, found, options, less_is_better=LESS_IS_BETTER, measured=measured)
    whole = not options.scale and all(name in found for name in floors.load(PART) if measured(name))
    usual_out = SCALE_OUT if scaled else OUT
    usual_out = record.usual_place(usual_out, given=options.data, own=QUESTION_SETS)
    out = record.place(options.out, usual_out, whole=whole)
    if out is not None:
        run = {
            "data_sha256": {one.name: one.checksums for one in sets},
            "figures": {name: round(value, 6) for name, value in sorted(found.items())},
            "below_floor": missed,
        }
        record.write(out, record.stamp(encoder.identity) | run)
    return floors.exit_status(missed)


def _measure(data: CoverageSet, encoder: CachedEncoder) -> dict[str, float]:
    passages = [one for article in data.articles for one in passages_of(article)]
    vectors = encoder.encode_documents([one.text for one in passages])
    found: dict[str, float] = {}
    report = measure(data.articles, passages, vectors)
    if data.uncovered:
        asked = measure(data.articles, passages, vectors, answers=False)
        for name, value in figures.uncovered(report, data.uncovered).items():
            found[f"{data.name}.{name}"] = value
        for name, value in figures.uncovered(asked, data.uncovered).items():
            found[f"{data.name}.questions_only_{name}"] = value
        pairs = [row for row, one in enumerate(passages) if one.kind is PassageKind.PAIR]
        wholes = {
            one.owner: row for row, one in enumerate(passages) if one.kind is PassageKind.SECTION
        }
        labelled = [id for id in data.uncovered if id in wholes]
        nearest = (vectors[[wholes[id] for id in labelled]] @ vectors[pairs].T).max(axis=1)
        covered = np.array([not data.uncovered[id] for id in labelled])
        found[f"{data.name}.baseline_auroc"] = auroc(covered, nearest.astype(np.float64)) or 0.0
    if data.links:
        ranks = figures.linked(report, data.links)
        for pair, section, rank in ranks:
            print(f"link: {pair} -> {section}: evidence {rank or 'none'}")
        first = sum(0 < rank <= figures.FIRST_EVIDENCES for *_, rank in ranks)
        found[f"{data.name}.linked_in_first_three"] = first / len(ranks)
    for state, count in report.counts.items():
        print(f"{data.name}: {state} {count}")
    return found


def _scale(
    sets: list[CoverageSet], encoder: CachedEncoder, sections: int, pairs: int
) -> dict[str, float]:
    articles = [article for one in sets for article in one.articles]
    large = scale.enlarge(articles, encoder, sections=sections, pairs=pairs)
    print(f"{len(large.passages)} passages")
    report, measured = scale.timed(large)
    print({str(state): count for state, count in report.counts.items()})
    return {f"scale.{name}": value for name, value in measured.items()}


if __name__ == "__main__":
    raise SystemExit(main())
