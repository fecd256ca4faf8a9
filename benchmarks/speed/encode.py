"""Part "encode": a question and many passages to vectors, ours beside Sentence Transformers.

How far the vectors agree is measured, too: a fast wrong vector is worth nothing.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed import content
from benchmarks.speed.parts import Measured
from benchmarks.speed.processes import run

QUESTIONS = 205
PASSAGES = 100
ROUNDS = 3


def measure(runs: int) -> Measured:
    """Encode with each way in a process of its own, the ways taking turns; medians of ROUNDS.

    ``runs`` is for what is measured from cold, which nothing is here.
    """
    paragraphs, asked = content.sections(PASSAGES), content.questions(QUESTIONS)
    given = json.dumps({"questions": asked, "passages": paragraphs})
    taken: dict[str, list[float]] = {}
    vectors: dict[str, NDArray[np.float32]] = {}
    with tempfile.TemporaryDirectory() as folder:
        run(["-m", "benchmarks.speed.probe", "fast"], given=given)  # makes the export, if need be
        for _ in range(ROUNDS):
            for way in ("plain", "fast"):
                path = Path(folder) / f"{way}.npy"
                told = json.loads(
                    run(["-m", "benchmarks.speed.probe", way, str(path)], given=given).output
                )
                for name, value in (
                    ("question_p50_ms", float(np.percentile(told["question_ms"], 50))),
                    ("question_p95_ms", float(np.percentile(told["question_ms"], 95))),
                    ("passages_per_s", told["passages_per_s"]),
                ):
                    taken.setdefault(f"{way}.{name}", []).append(value)
                vectors[way] = np.load(path, allow_pickle=False)
    figures = {name: float(np.median(values)) for name, values in taken.items()}
    about = {
        "questions": QUESTIONS,
        "passages": PASSAGES,
        "passage_words": float(np.median([len(text.split()) for text in paragraphs])),
        "rounds": ROUNDS,
    }
    return Measured(figures, ratios(figures) | agreement(**vectors), about)


def ratios(found: Mapping[str, float]) -> dict[str, float]:
    """Return how many times faster ours is than Sentence Transformers."""
    return {
        "question.p50_speedup": found["plain.question_p50_ms"] / found["fast.question_p50_ms"],
        "question.p95_speedup": found["plain.question_p95_ms"] / found["fast.question_p95_ms"],
        "passages.speedup": found["fast.passages_per_s"] / found["plain.passages_per_s"],
    }


def agreement(
    plain: NDArray[np.float32], fast: NDArray[np.float32], *, questions: int = QUESTIONS
) -> dict[str, float]:
    """Return the cosines of the two ways' vectors, and how often the first hit is the same.

    Both (questions + passages, dim): the questions come first.
    """
    one, other = plain.astype(np.float64), fast.astype(np.float64)
    cosines = np.einsum("ij,ij->i", one, other)
    first = (one[:questions] @ one[questions:].T).argmax(axis=1)
    fast_first = (other[:questions] @ other[questions:].T).argmax(axis=1)
    return {
        "agreement.cosine_mean": float(cosines.mean()),
        "agreement.cosine_least": float(cosines.min()),
        "agreement.same_first": float((first == fast_first).mean()),
    }
