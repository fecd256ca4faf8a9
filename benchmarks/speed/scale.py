"""How long large libraries take: words, edits, folders without a change, and a sync with the model.

    python -m benchmarks.speed.scale [--data DIR] [--sections N] [--only PART,…] [--out FILE]
    python -m benchmarks.speed.scale --lower-floor NAME --reason TEXT

- words: a question of six words through the words of a library of 1,000,000 passages;
- edit: from a file's being saved in a folder of more than 100,000 passages, through sync and
  refresh, to an answer from the edited section; what ``footnote serve`` waits before it looks at a
  saved file comes on top (``qa.web.watch``: 0.3 to 1.6 s);
- unchanged: a sync of 10,000 files that finds nothing to do;
- sync: N sections of real text (DIR's, as ``benchmarks.quality`` has them, else of ``content``)
  through the real model: the share of the time that the model takes, and how much more memory a
  sync of them takes than one of half of them.

Where what is measured is not the model, vectors are drawn at random.  Each figure is of a process
of its own.  Run it where nothing else runs.  Exit 1 where a floor is not reached (``floors.json``,
key "scale").  A run of all parts leaves the record ``results/scale.json``, with other texts in
``results/local``; others leave one only with --out.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks import floors, record
from benchmarks.data import QUESTION_SETS
from benchmarks.speed import scale_content
from benchmarks.speed.parts import Measured, show
from benchmarks.speed.processes import Ran, run

PART = "scale"
HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "results" / "scale.json"
LESS_IS_BETTER = (
    *("question_p50_ms", "first_s", "live_p50_s", "live_max_s", "sync_s", "memory_ratio"),
    *("open_1000_s", "open_100000_s"),
)
WORDS = 1_000_000
EDITED_FILES = 1_100  # of ten sections: more than 100,000 passages
EDITS = 25  # after each ten or so the index of vectors is replaced: that is measured, too
UNCHANGED_FILES = 10_000
SECTIONS = 600
PARTS = ("words", "edit", "unchanged", "sync")


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, hold against the floors; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.scale", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--data", type=Path, default=QUESTION_SETS, help="folder of sets of real text"
    )
    parser.add_argument(
        "--sections", type=int, default=SECTIONS, metavar="N", help="sections of sync"
    )
    parser.add_argument("--only", default=",".join(PARTS), help="some of the parts")
    parser.add_argument(
        "--out",
        type=Path,
        help=f"JSON record (default: of a whole run {OUT.name}, with other data in local)",
    )
    options = floors.parse(parser, arguments)
    parts = [name for name in options.only.split(",") if name]
    if unknown := [name for name in parts if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), parts, options.data, options.sections)
    show(figures)
    whole = set(parts) == set(PARTS) and options.sections >= SECTIONS
    usual = record.usual_place(OUT, given=options.data, own=QUESTION_SETS)
    if (out := record.place(options.out, usual, whole=whole)) is not None:
        made = record.stamp() | {"cores": os.cpu_count(), "sections": options.sections}
        record.write(out, made | {"figures": figures})
    missed = floors.hold(
        PART,
        figures,
        options,
        less_is_better=LESS_IS_BETTER,
        measured=lambda name: name.partition(".")[0] in parts,
    )
    return floors.exit_status(missed)


def part(runs: int) -> Measured:
    """Measure as a part of ``benchmarks.speed``; ``runs`` does not matter."""
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), list(PARTS), QUESTION_SETS, SECTIONS)
    return Measured(figures, {}, {"sections": SECTIONS})


def measure(folder: Path, parts: list[str], data: Path, sections: int) -> dict[str, float]:
    """Return what was measured, by name: seconds, milliseconds, megabytes, shares."""
    found: dict[str, float] = {}
    if "words" in parts:
        found |= _figures(ran := _probe("words", WORDS)) | {"words.peak_mb": ran.peak_mb}
    if "edit" in parts:
        small, large = folder / "small", folder / "large"
        scale_content.write(small, 11)
        scale_content.write(large, EDITED_FILES)
        for content, size in ((small, 1000), (large, 100_000)):
            filled = _figures(_probe("fill", content))
            found[f"edit.passages_{size}"] = filled["passages"]
            ran = _probe("open", content)
            found[f"edit.open_{size}_s"] = _figures(ran)["open_s"]
            found[f"edit.open_{size}_peak_mb"] = ran.peak_mb
        found |= _figures(ran := _probe("edit", large, EDITS)) | {"edit.peak_mb": ran.peak_mb}
    if "unchanged" in parts:
        many = folder / "many"
        scale_content.write(many, UNCHANGED_FILES, sections_per_file=1, sentences=1)
        _probe("fill", many)
        ran = _probe("unchanged", many)
        found |= _figures(ran) | {"unchanged.peak_mb": ran.peak_mb}
        found["unchanged.files"] = found.pop("files")
    if "sync" in parts:
        texts = scale_content.real_sections(data, sections)
        peaks = []
        for name, count in (("half", len(texts) // 2), ("whole", len(texts))):
            scale_content.write_texts(folder / name, texts[:count])
            ran = _probe("sync", folder / name)
            peaks.append(ran.peak_mb)
        found |= _figures(ran) | {"sync.sections": float(len(texts)), "sync.peak_mb": peaks[1]}
        found["sync.memory_ratio"] = peaks[1] / peaks[0]
    return found


def _probe(what: str, *given: object) -> Ran:
    return run(["-m", "benchmarks.speed.scale_probe", what, *map(str, given)])


def _figures(ran: Ran) -> Mapping[str, float]:
    figures: Mapping[str, float] = json.loads(ran.output.splitlines()[-1])
    return figures


if __name__ == "__main__":
    raise SystemExit(main())
