"""How fast an answer is, cold and warm, and in how much memory; against Sentence Transformers.

    python -m benchmarks.speed [--runs N] [--out FILE]
    python -m benchmarks.speed --lower-floor NAME --reason TEXT

In one run and on the same texts: one question encoded (p50, p95), passages encoded, a process that
encodes one question from its start to its end, ``footnote ask`` and ``footnote --help`` from start
to end, and ``footnote serve`` from start to its first answer; the content folder is synced.  Cold
figures are medians of N processes, the ways taking turns.  Texts are made of this project's own
articles (``content``); the model is the default one, in 32-bit floats on the CPU.

Floors are ratios to Sentence Transformers in the same run, so that they hold on any machine: run it
where nothing else runs.  Exit 1 where one is not reached (``floors.json``, key "speed").
"""

import argparse
import datetime
import hashlib
import importlib.metadata
import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from benchmarks import floors
from benchmarks.speed import content
from benchmarks.speed.processes import Ran, middle, run, to_first_answer

PART = "speed"
OUT = Path(__file__).resolve().parent.parent / "results" / "speed.json"
LESS_IS_BETTER = ("memory_share", "first_answer_share", "help_share")
QUESTIONS = 205
PASSAGES = 100
PACKAGES = ("torch", "sentence-transformers", "transformers", "onnxruntime", "tokenizers", "gradio")


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, hold against the floors; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="processes a cold figure")
    parser.add_argument("--out", type=Path, default=OUT, help="JSON record")
    parser.add_argument("--lower-floor", metavar="NAME", help="lower this floor to today's figure")
    parser.add_argument("--reason", help="why the floor is lowered")
    options = parser.parse_args(arguments)
    if bool(options.lower_floor) != bool(options.reason):
        parser.error("--lower-floor and --reason belong together")
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), options.runs)
    figures = ratios(measured)
    for title, values in (("measured", measured), ("ratios", figures)):
        print(f"\n{title}")
        for name, value in values.items():
            print(f"  {name:<34} {value:>10.4g}")
    record = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}",
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "texts_sha256": hashlib.sha256("\n".join(content.sentences()).encode()).hexdigest(),
        "runs": options.runs,
        "measured": measured,
        "figures": figures,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    if options.lower_floor:
        floors.lower(
            PART, options.lower_floor, figures, options.reason, less_is_better=LESS_IS_BETTER
        )
    missed = floors.below(figures, floors.load(PART), less_is_better=LESS_IS_BETTER)
    for line in missed:
        print(f"BELOW FLOOR  {line}")
    return 1 if missed else 0


def measure(folder: Path, runs: int) -> dict[str, float]:
    """Return everything measured, by name: milliseconds, seconds, megabytes, passages a second."""
    paragraphs, asked = content.sections(), content.questions(QUESTIONS)
    articles = folder / "articles"
    content.write(articles, paragraphs)
    run(["-m", "qa", "sync", str(articles)])  # makes the model's export, too, where there is none
    given = json.dumps({"questions": asked, "passages": paragraphs[:PASSAGES]})
    one = json.dumps({"questions": asked[:1], "passages": []})
    found: dict[str, float] = {"passages": _passages(articles)}
    vectors: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = {}
    for way in ("plain", "fast"):
        path = folder / f"{way}.npy"
        done = run(["-m", "benchmarks.speed.probe", way, str(path)], given=given)
        told = json.loads(done.output)
        found[f"{way}.question_p50_ms"] = float(np.percentile(told["question_ms"], 50))
        found[f"{way}.question_p95_ms"] = float(np.percentile(told["question_ms"], 95))
        found[f"{way}.passages_per_s"] = told["passages_per_s"]
        vectors[way] = np.load(path, allow_pickle=False)
    found |= _agreement(vectors["plain"], vectors["fast"])
    question = asked[0]
    cold: Mapping[str, Callable[[], Ran]] = {
        "python": lambda: run(["-c", "pass"]),
        "plain.first_vector": lambda: run(["-m", "benchmarks.speed.probe", "plain"], given=one),
        "fast.first_vector": lambda: run(["-m", "benchmarks.speed.probe", "fast"], given=one),
        "help": lambda: run(["-m", "qa", "--help"]),
        "ask": lambda: run(["-m", "qa", "ask", question, "--content", str(articles)]),
        "serve": lambda: to_first_answer(articles, question),
    }
    taken: dict[str, list[Ran]] = {name: [] for name in cold}
    for turn in range(runs + 1):  # the first, when files come from the disk, does not count
        for name, measured in cold.items():
            ran = measured()
            if turn:
                taken[name].append(ran)
    for name, ones in taken.items():
        found[f"{name}.wall_s"] = middle(ones, lambda ran: ran.wall_s)
        found[f"{name}.cpu_s"] = middle(ones, lambda ran: ran.cpu_s)
        found[f"{name}.peak_mb"] = middle(ones, lambda ran: ran.peak_mb)
    return found


def ratios(found: Mapping[str, float]) -> dict[str, float]:
    """Return what floors are set for: ratios to Sentence Transformers, and the agreement with it.

    What our process does beyond a vector (syncing, searching, answering; Gradio) is not taken off.
    """
    plain_wall, plain_peak = found["plain.first_vector.wall_s"], found["plain.first_vector.peak_mb"]
    return {
        "question.p50_speedup": found["plain.question_p50_ms"] / found["fast.question_p50_ms"],
        "question.p95_speedup": found["plain.question_p95_ms"] / found["fast.question_p95_ms"],
        "passages.speedup": found["fast.passages_per_s"] / found["plain.passages_per_s"],
        "agreement.cosine_mean": found["agreement.cosine_mean"],
        "agreement.cosine_least": found["agreement.cosine_least"],
        "agreement.same_first": found["agreement.same_first"],
        "first_vector.speedup": plain_wall / found["fast.first_vector.wall_s"],
        "first_vector.memory_share": found["fast.first_vector.peak_mb"] / plain_peak,
        "ask.speedup": plain_wall / found["ask.wall_s"],
        "ask.memory_share": found["ask.peak_mb"] / plain_peak,
        "help.help_share": found["help.wall_s"] / plain_wall,
        "serve.first_answer_share": found["serve.wall_s"] / plain_wall,
        "serve.memory_share": found["serve.peak_mb"] / plain_peak,
    }


def _agreement(
    plain: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]",
    fast: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]",
) -> dict[str, float]:
    one, other = plain.astype(np.float64), fast.astype(np.float64)
    cosines = np.einsum("ij,ij->i", one, other)
    first = (one[:QUESTIONS] @ one[QUESTIONS:].T).argmax(axis=1)
    fast_first = (other[:QUESTIONS] @ other[QUESTIONS:].T).argmax(axis=1)
    return {
        "agreement.cosine_mean": float(cosines.mean()),
        "agreement.cosine_least": float(cosines.min()),
        "agreement.same_first": float((first == fast_first).mean()),
    }


def _passages(articles: Path) -> int:
    from index.library import Library
    from index.sync import library_path

    with Library.open(library_path(articles), read_only=True) as library:
        return len(library.passages())


if __name__ == "__main__":
    raise SystemExit(main())
