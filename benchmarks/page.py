"""Writes docs/benchmarks/speed.md from the record of the speed benchmark.

    python -m benchmarks.page [--record FILE] [--out FILE]

No figure of the page is written by hand, so none can be out of step with its record; a test holds
the two equal.  ``benchmarks/README.md`` says how things are measured.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import floors
from benchmarks.speed import parts
from benchmarks.speed.plot import NAMES

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "benchmarks" / "results" / "speed.json"
PAGE = ROOT / "docs" / "benchmarks" / "speed.md"

TITLES = {
    "encode": "Encoding, beside Sentence Transformers",
    "start": "From the start of a process",
    "peers": "From texts to answers, beside other frameworks",
    "search": "Search by size",
    "scale": "Synchronising large folders",
    "load": "Under load",
}
# Columns of the peers' table: a title, the figure, its format.
COLUMNS = (
    ("one question, ms p50", "ask_p50_ms", ".1f"),
    ("p95", "ask_p95_ms", ".1f"),
    ("start to first answer, s", "cold_s", ".2f"),
    ("passages indexed a second", "build_per_s", ".0f"),
    ("memory, MB: asking", "ask_peak_mb", ".0f"),
    ("first answer", "cold_peak_mb", ".0f"),
    ("building", "build_peak_mb", ".0f"),
)


def main(arguments: list[str] | None = None) -> int:
    """Write the page; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--record", type=Path, default=RECORD, help="a record of benchmarks.speed")
    parser.add_argument("--out", type=Path, default=PAGE, help="the page")
    options = parser.parse_args(arguments)
    record = json.loads(options.record.read_text(encoding="utf-8"))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(page(record, all_floors()), encoding="utf-8")
    return 0


def all_floors() -> dict[str, float]:
    """Return the floors of all parts, by figure."""
    found: dict[str, float] = {}
    for part in parts.PARTS.values():
        found |= floors.load(part.floors)
    return found


def page(record: Mapping[str, Any], held: Mapping[str, float]) -> str:
    """Return the page of a record, in Markdown; ``held`` are the floors by figure."""
    return "\n".join(_lines(record, held)) + "\n"


def _lines(record: Mapping[str, Any], held: Mapping[str, float]) -> Iterator[str]:
    versions = ", ".join(f"{name} {version}" for name, version in record["packages"].items())
    yield from (
        "# Speed, measured",
        "",
        f"Measured on {record['date']} in one run of {record['seconds'] / 60:.0f} minutes: "
        f"{record['cpu']}, {record['cores']} cores, {record['machine']}.",
        "",
        f"    {record['command']}",
        "",
        f"Versions: {versions}.",
        "",
        f"Model: {record['model']}, `{record['model_revision']}`.",
        "",
        f"SHA-256 of the texts: `{record['texts_sha256']}`.",
        "",
        "How it is measured, and how to read it, is in `benchmarks/README.md`; this page is "
        "written from the record `benchmarks/results/speed.json` by `python -m benchmarks.page`.",
    )
    for name, part in record["parts"].items():
        yield from ("", f"## {TITLES.get(name, name)}", "")
        if part is None:
            yield "This part failed in this run."
            continue
        if name == "peers":
            yield from _peers(part)
        else:
            yield from _figures(name, "figure", part["figures"], held)
        if part["ratios"]:
            yield ""
            yield from _figures(name, "ratio", part["ratios"], held)


def _peers(part: Mapping[str, Any]) -> Iterator[str]:
    about, figures = part["about"], part["figures"]
    yield (
        f"{about['passages']} passages of {about['passage_words']:.0f} words in the mean, "
        f"{about['questions']} questions one at a time, {about['hits']} hits each; the same "
        "weights and the same texts for all. Each way runs in a process of its own; memory is "
        "the most that the whole process had."
    )
    yield ""
    yield "![The ways side by side](../../benchmarks/results/speed.png)"
    yield ""
    rows = []
    for way, own in about["ways"].items():
        cells = [_cell(figures.get(f"peers.{way}.{name}"), form) for _, name, form in COLUMNS]
        rows.append([NAMES.get(way, way), *([own["status"]] if "status" in own else cells)])
    yield from _table(["way", *(title for title, _, _ in COLUMNS)], rows)
    yield ""
    for way, own in about["ways"].items():
        versions = ", ".join(f"{name} {version}" for name, version in own["versions"].items())
        yield f"- {NAMES.get(way, way)}: {versions or 'no version'}"
    sections = {
        NAMES.get(way, way): figures[f"peers.{way}.sections_s"]
        for way in about["ways"]
        if f"peers.{way}.sections_s" in figures
    }
    if sections:
        yield ""
        yield (
            f"Somebody who gives a peer only the {about['sections']} sections, without the windows "
            "and sentences that Footnote finds answers by, has less to embed: "
            + ", ".join(f"{name} {taken:.1f} s" for name, taken in sections.items())
            + f"; Footnote takes {figures['peers.footnote.build_s']:.1f} s with all passages."
        )


def _figures(
    part: str, kind: str, values: Mapping[str, float], held: Mapping[str, float]
) -> Iterator[str]:
    less = parts.less_of(part, values)
    rows = []
    for name, value in values.items():
        bound = "at most" if name.rpartition(".")[2] in less else "at least"
        floor = f"{bound} {held[name]:g}" if name in held else ""
        rows.append([f"`{name}`", f"{value:.4g}", floor])
    yield from _table([kind, "measured", "floor"], rows)


def _cell(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        filled = [*row, *([""] * (len(head) - len(row)))]
        yield f"| {' | '.join(filled)} |"


if __name__ == "__main__":
    raise SystemExit(main())
