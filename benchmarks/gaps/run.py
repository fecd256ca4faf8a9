"""One set of one seed, replayed and measured: what a process of its own does."""

import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.gaps.measure import figures
from benchmarks.gaps.replay import Replay, replay
from benchmarks.quality import sets
from benchmarks.quality.cache import CachedEncoder
from index.encoder import load_encoder
from index.model_files import ModelIdentity
from qa.gaps import GapReport, gaps_of

READERS = {"silent": 0.0, "told": 0.3}
LISTED = 25


@dataclass(frozen=True, slots=True)
class Task:
    """A set of ``data`` to replay with a seed."""

    data: Path
    name: str
    seed: int
    cache: Path


@dataclass(frozen=True, slots=True)
class Done:
    """The figures by the readers, the first gaps as lines, and what it was measured with."""

    figures: dict[str, dict[str, float]]
    lines: list[str]
    checksums: dict[str, str]
    model: ModelIdentity


def run(task: Task) -> Done:
    """Replay a set with one seed, and measure its gaps."""
    encoder = CachedEncoder(load_encoder(), task.cache)
    files = {folder.name: (folder, own) for folder, own in sets.question_files(task.data).items()}
    if task.name not in files:
        raise sets.SetError(f"not in {task.data}: {task.name}")
    folder, questions = files[task.name]
    paths = (folder / "bank.jsonl", questions)
    checksums = {f"{task.name}/{path.name}": sets.sha256(path) for path in paths}
    logs = replay(folder, questions, encoder, seed=task.seed, told=tuple(READERS.values()))
    measured: dict[str, dict[str, float]] = {}
    lines: list[str] = []
    for readers, replayed in zip(READERS, logs, strict=True):
        started = time.perf_counter()
        report = gaps_of(replayed.asker, encoder, replayed.questions)
        passed = time.perf_counter() - started
        measured[readers] = figures(report, replayed) | {"seconds": round(passed, 1)}
        lines += [f"readers {readers}", *_list(report, replayed)]
    encoder.close()
    return Done(measured, lines, checksums, encoder.identity)


def _list(report: GapReport, replayed: Replay) -> list[str]:
    lines = []
    for number, gap in enumerate(report.gaps[:LISTED], 1):
        truth = replayed.truth[gap.wordings[0].key]
        lines.append(
            f"{number:>3} {gap.weight:6.2f} {gap.verdict:<13} {gap.count:>3} {truth:<8} {gap.name}"
        )
    return lines
