"""How well articles are read: the reading score over hand-checked documents, gated by floors.

    python -m benchmarks.reading [--data DIR] [--write FILE] [-v] [--only SLUG,...]
    python -m benchmarks.reading --lower-floor NAME --reason TEXT

Every document of DIR (``<slug>/source.*`` beside ``<slug>/expected.json``; default
``../shared/data/articles``) is read through the public ``read_file`` and scored with DIR's own
``score.py``.  Printed: its table, then the pooled figures and the means over the documents. Exit 1
where a figure is below its floor in ``floors.json`` (key "reading"), or above it where less is
better.  A floor is lowered only by hand, with a reason, which is kept beside it.
"""

import argparse
import hashlib
import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import floors, record
from benchmarks.data import ARTICLES
from index.errors import ReadError
from index.readers import read_file
from index.records import article_json

PART = "reading"
HERE = Path(__file__).resolve().parent

# figure -> (counts that are hit, counts out of); "both" pools numerators and denominators
_RATIOS = {
    "question_precision": ("q_hit", "q_out"),
    "question_recall": ("q_hit", "q_exp"),
    "answer_first_words": ("a_first", "a_n"),
    "answer_last_words": ("a_last", "a_n"),
    "section_precision": ("s_hit", "s_out"),
    "section_recall": ("s_hit", "s_exp"),
    "section_first_words": ("t_first", "t_n"),
    "section_last_words": ("t_last", "t_n"),
    "lines_right": ("pos_ok", "pos_n"),
    "titles_right": ("title", "docs"),
}
_LESS_IS_BETTER = frozenset({"boilerplate_leaks", "largest_gap_of_means"})
# The figures whose per-document mean has to stand near the pooled figure.
_MEANS = (
    "question_precision",
    "question_recall",
    "answer_first_words",
    "answer_last_words",
    "section_precision",
    "section_recall",
)


def load_score(data: Path) -> ModuleType:
    """The data folder's own ``score.py``."""
    spec = importlib.util.spec_from_file_location("reading_score", data / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{data}: no score.py there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_all(data: Path, outputs: Path) -> str:
    """Writes one JSON file a document into ``outputs``; returns the checksum of all sources."""
    digest = hashlib.sha256()
    for expected in sorted(data.glob("*/expected.json")):
        source = next(iter(sorted(expected.parent.glob("source.*"))))
        digest.update(source.read_bytes())
        digest.update(expected.read_bytes())
        try:
            articles = read_file(source)
        except ReadError as error:
            print(f"not read: {error}", file=sys.stderr)
            continue
        target = outputs / f"{expected.parent.name}.json"
        output = article_json(articles[0])
        for article in articles[1:]:  # a list of several articles is scored as one document
            more = article_json(article)
            output["sections"] += more["sections"]
            output["faq"] += more["faq"]
        target.write_text(json.dumps(output, ensure_ascii=False), encoding="utf-8")
    return digest.hexdigest()


def figures(documents: dict[str, dict[str, Any]]) -> tuple[dict[str, float], dict[str, float]]:
    """(pooled figures, means over documents) from the counts of score.py.

    A document that has none of what a figure counts (no FAQ, no sections) is left out of its mean.
    """
    pooled: dict[str, float] = {}
    means: dict[str, float] = {}
    for name, (hit, out_of) in _RATIOS.items():
        counted = [d for d in documents.values() if d.get(out_of)]
        total = sum(d[out_of] for d in counted)
        pooled[name] = sum(d[hit] for d in counted) / total if total else 1.0
        if name in _MEANS:
            means[name] = (
                sum(d[hit] / d[out_of] for d in counted) / len(counted) if counted else 1.0
            )
    pooled["boilerplate_leaks"] = float(sum(d["leak"] for d in documents.values()))
    pooled["largest_gap_of_means"] = max(abs(means[n] - pooled[n]) for n in _MEANS)
    return pooled, means


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, default=ARTICLES)
    parser.add_argument("--write", type=Path, help="write the figures to this JSON file")
    parser.add_argument("--only", default="", help="only these documents; no gate")
    parser.add_argument("-v", action="store_true", help="list every difference")
    options = floors.parse(parser, arguments)
    data: Path = options.data
    if not (data / "score.py").is_file():
        parser.error(f"{data}: no score.py there")
    score = load_score(data)
    with tempfile.TemporaryDirectory() as folder:
        outputs = Path(folder)
        checksum = read_all(data, outputs)
        details = outputs / "details.score"
        command = [str(outputs), "--data", str(data), "--json", str(details)]
        command += ["-v"] if options.v else []
        command += ["--only", options.only] if options.only else []
        score.main(command)
        documents = json.loads(details.read_text(encoding="utf-8"))["documents"]
    pooled, means = figures(documents)
    print(f"\n{'figure':<24} {'pooled':>8} {'mean':>8}  over {len(documents)} documents")
    for name, value in pooled.items():
        mean = f"{means[name]:8.4f}" if name in means else ""
        print(f"{name:<24} {value:8.4f} {mean}")
    if options.write:
        run = {"documents": len(documents), "data_sha256": checksum}
        record.write(options.write, record.stamp() | run | {"pooled": pooled, "means": means})
    if options.only:
        return 0
    missed = floors.hold(PART, pooled, options, less_is_better=_LESS_IS_BETTER)
    return floors.exit_status(missed)


if __name__ == "__main__":
    raise SystemExit(main())
