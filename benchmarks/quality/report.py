"""What a run of the benchmark leaves behind: tables, a reliability plot, a JSON record."""

import dataclasses
import datetime
import importlib.metadata
import json
import math
import os
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.quality.figures import OURS, SetScores, best_dense, ratio
from benchmarks.quality.measure import Measured
from benchmarks.quality.metrics import Interval
from benchmarks.quality.sets import sha256
from index.model_files import ModelIdentity
from qa.weights import SHIPPED

# What has a part in the figures.
_PACKAGES = ("bm25s", "faiss-cpu", "numpy", "sentence-transformers", "sentencex", "torch")
_WIDTH = 132  # of the widest table, where there is no terminal to ask
_COLUMNS = 4  # of the plot


def console() -> Console:
    """Return a console wide enough for the tables where the output is no terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=_WIDTH)


def print_tables(measured: Sequence[Measured], out: Console) -> None:
    """Print ranking beside the peers, then typos, then decision and calibration."""
    scores = [one.scores for one in measured]
    out.print(_ranking(scores))
    if any(one.typos for one in scores):
        out.print(_typos(scores))
    out.print(_calibration(scores))
    left_out = [one.scores.name for one in measured if one.weights]
    shipped = [one.scores.name for one in measured if not one.weights]
    if left_out:
        out.print(f"Weights learned without the set itself: {', '.join(left_out)}.")
    if shipped:
        out.print(f"Shipped weights: {', '.join(shipped)}.")


def _ranking(scores: Sequence[SetScores]) -> Table:
    table = Table(title="Ranking and answerable or not", title_justify="left")
    table.add_column("set", overflow="fold")
    table.add_column("pipeline", no_wrap=True)
    for name in ("hit@1 (95 %)", "MRR@10", "recall@5", "errors/dense", "AUROC", "at .90", "at .95"):
        table.add_column(name, justify="right", no_wrap=True)
    table.caption = (
        "errors/dense: 1 - hit@1 over that of the better dense peer.  at .90: share of all "
        "questions that can be answered at 90 % precision.  Intervals are resampled by entry."
    )
    for one in scores:
        sampled = "" if one.questions == one.questions_in_file else f" of {one.questions_in_file}"
        labels = (
            one.name,
            f"{one.entries} entries",
            f"{one.questions}{sampled} questions",
            f"{one.answerable} answerable",
        )
        for (name, own), label in zip(one.pipelines.items(), labels, strict=True):
            errors = ""
            if name == OURS and own.hit_at_1:
                errors = f"{ratio(1 - own.hit_at_1.value, 1 - best_dense(one)):.2f}"
            table.add_row(
                label,
                name,
                _with_interval(own.hit_at_1),
                _figure(own.mrr_at_10.value if own.mrr_at_10 else None),
                _figure(own.recall_at_5.value if own.recall_at_5 else None),
                errors,
                _figure(own.auroc),
                _figure(own.answered_at_90),
                _figure(own.answered_at_95),
                style="bold" if name == OURS else None,
            )
        table.add_section()
    return table


def _typos(scores: Sequence[SetScores]) -> Table:
    table = Table(title="hit@1 with typos, over the same questions", title_justify="left")
    table.add_column("set (questions)")
    table.add_column("pipeline")
    for name in ("none", "one", "two", "cost of one", "cost of two"):
        table.add_column(name, justify="right")
    for one in scores:
        if one.typos is None:
            continue
        label = f"{one.name} ({one.typos.questions})"
        for name, shares in one.typos.hit_at_1.items():
            costs = [shares[0] - share for share in shares[1:]]
            style = "bold" if name == OURS else None
            table.add_row(label, name, *map(_figure, (*shares, *costs)), style=style)
            label = ""
        table.add_section()
    return table


def _calibration(scores: Sequence[SetScores]) -> Table:
    table = Table(title=f"{OURS}'s confidence and decision", title_justify="left")
    table.add_column("set")
    for name in (
        "calibration error",
        "of answerable",
        "answered",
        "precision",
        "unanswerable refused",
        "right answers kept",
    ):
        table.add_column(name, justify="right")
    for one in scores:
        answerable, decision = one.calibration_of_answerable, one.decision
        table.add_row(
            one.name,
            _figure(one.calibration.error),
            _figure(answerable.error if answerable else None),
            _figure(decision.answered),
            _figure(decision.precision),
            _figure(decision.refused),
            _figure(decision.kept),
        )
    return table


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _with_interval(one: Interval | None) -> str:
    return "–" if one is None else f"{one.value:.3f} ({one.low:.3f}–{one.high:.3f})"


def plot(scores: Sequence[SetScores], path: Path) -> None:
    """Draw share right against confidence, a panel a set, as PNG.

    A point a bin, at its mean confidence; its area grows with the questions in it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(_COLUMNS, len(scores))
    rows = math.ceil(len(scores) / columns)
    figure = Figure(figsize=(3.2 * columns, 3.4 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat
    for panel in list(panels)[len(scores) :]:
        panel.set_visible(False)
    for panel, one in zip(figure.axes, scores, strict=False):
        bins = [own for own in one.calibration.bins if own.count]
        panel.plot([0, 1], [0, 1], color="0.7", linewidth=1, zorder=0)
        panel.plot(
            [own.confidence for own in bins], [own.share_right for own in bins], color="C0", lw=1
        )
        panel.scatter(
            [own.confidence for own in bins],
            [own.share_right for own in bins],
            s=[10 + 300 * own.count / one.questions for own in bins],
            color="C0",
            alpha=0.6,
        )
        panel.set_title(f"{one.name}\ncalibration error {one.calibration.error:.3f}", fontsize=8)
        panel.set_xlim(-0.03, 1.03)
        panel.set_ylim(-0.03, 1.03)
        panel.set_xlabel("confidence", fontsize=8)
        panel.set_ylabel("share right", fontsize=8)
        panel.tick_params(labelsize=7)
        panel.label_outer()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def record(
    measured: Sequence[Measured],
    figures: Mapping[str, float | None],
    missed: Sequence[str],
    *,
    model: ModelIdentity,
    seconds: float,
    embedded: int,
    found: int,
) -> dict[str, Any]:
    """Return the run as plain JSON values."""
    return {
        "date": datetime.date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in _PACKAGES},
        "model": dataclasses.asdict(model),
        "seconds": round(seconds, 1),
        "processor_seconds": round(time.process_time(), 1),
        "texts": {"embedded": embedded, "found in the cache": found},
        "below_floors": list(missed),
        "figures": {name: _finite(value) for name, value in sorted(figures.items())},
        "sets": [
            _plain(dataclasses.asdict(one.scores))
            | {
                "weights": f"left_out/{one.weights.name}" if one.weights else "shipped",
                "weights_sha256": sha256(one.weights or SHIPPED),
                "sha256": dict(one.checksums),
                "seconds": {stage: round(s, 1) for stage, s in one.seconds.items()},
            }
            for one in measured
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(own) for key, own in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(own) for own in value]
    return _finite(value) if isinstance(value, float) else value


def _finite(value: float | None) -> float | None:
    return round(value, 6) if value is not None and math.isfinite(value) else None


def write(document: Mapping[str, Any], path: Path) -> None:
    """Write the record as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
