"""What a pipeline gave for a list of questions: the same record for ours and for the peers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOP = 10


@dataclass(frozen=True)
class Run:
    """The hits of one pipeline, a row a question.

    ``hits`` are ids of the bank, best first, at most ``TOP``; ``scores`` (n,) float64 how sure the
    pipeline is of the first; ``answerable`` (n,) float64 how sure that the bank answers at all,
    where it tells the two apart, else None; ``abstained`` (n,) bool where it decides itself.
    """

    hits: tuple[tuple[str, ...], ...]
    scores: NDArray[np.float64]
    abstained: NDArray[np.bool_] | None = None
    answerable: NDArray[np.float64] | None = None

    @property
    def known(self) -> NDArray[np.float64]:
        """How sure the pipeline is that the bank answers the question, (n,) float64."""
        return self.scores if self.answerable is None else self.answerable

    def of(self, rows: Sequence[int]) -> "Run":
        """Return the run of some of the questions, in the order of ``rows``."""
        chosen = np.array(rows, dtype=np.int64)
        return Run(
            hits=tuple(self.hits[row] for row in rows),
            scores=self.scores[chosen],
            abstained=None if self.abstained is None else self.abstained[chosen],
            answerable=None if self.answerable is None else self.answerable[chosen],
        )


def best_rows(scores: NDArray[np.float64], count: int = TOP) -> NDArray[np.int64]:
    """Return the places of the ``count`` best scores of each row; of equal ones the first.

    Scores are compared at 6 decimals, as Footnote compares its own.
    """
    order = np.argsort(-np.round(scores, 6), axis=1, kind="stable")
    return np.asarray(order[:, :count], dtype=np.int64)


def run_of(scores: NDArray[np.float64], ids: Sequence[str]) -> Run:
    """Return the run of a pipeline that gives every entry a score, (questions, entries)."""
    best = best_rows(scores)
    top = scores.max(axis=1) if scores.size else np.zeros(len(scores))
    return Run(tuple(tuple(ids[row] for row in rows) for rows in best), top)
