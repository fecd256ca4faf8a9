"""The measures, as plain functions over arrays.  All are worked by hand in their tests.

``right`` is (n,) bool: whether a question's first hit is right.  ``scores`` is (n,) float: how sure
the pipeline is of it; only their order counts, but for calibration.  ``answerable`` is (n,) bool.
"""

from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
SEED = 20240601
BINS = 10

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose confidence is in [low, high): how many, mean confidence, share right.

    The last bin holds 1 too.  Both means are 0 in an empty bin.
    """

    low: float
    high: float
    count: int
    confidence: float
    share_right: float


def first_right(hits: Sequence[Hashable], right: AbstractSet[Hashable]) -> int:
    """Return the rank, from 1, of the first right hit; 0 when there is none."""
    return next((rank for rank, id in enumerate(hits, 1) if id in right), 0)


def reciprocal(ranks: NDArray[np.int64], depth: int) -> Floats:
    """Return 1/rank, (n,), and 0 for a rank of 0 or below ``depth``."""
    inside = (ranks > 0) & (ranks <= depth)
    return np.where(inside, 1.0 / np.maximum(ranks, 1), 0.0)


def within(ranks: NDArray[np.int64], depth: int) -> Bools:
    """Return whether a right hit is among the first ``depth``, (n,)."""
    return (ranks > 0) & (ranks <= depth)


def auroc(answerable: Bools, scores: Floats) -> float | None:
    """Return how often an answerable question scores above one that is not; a tie counts half.

    The Mann-Whitney statistic divided by the number of such pairs; None without any.
    """
    high, low = scores[answerable], np.sort(scores[~answerable])
    if not len(high) or not len(low):
        return None
    below = np.searchsorted(low, high, side="left")
    not_above = np.searchsorted(low, high, side="right")
    return float((below + not_above).sum() / (2 * len(high) * len(low)))


def answered_at(precision: float, right: Bools, scores: Floats) -> float:
    """Return the largest share of questions that can be answered at this precision.

    Over all thresholds: of the questions that score at least as much, the share whose first hit is
    right must reach ``precision``.  Questions of one score are answered together or not at all.
    0 when no threshold reaches it.
    """
    answered, correct = _curve(right, scores)
    # Counts, so that 9 of 10 is exactly .9: the quotient of floats can fall short of it.
    reached = correct >= precision * answered - 1e-9
    return float(answered[reached].max(initial=0) / max(1, len(scores)))


def _curve(right: Bools, scores: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (answered, right among them) at each threshold, from the highest down."""
    order = np.argsort(-scores, kind="stable")
    correct = np.cumsum(right[order], dtype=np.int64)
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True)[: len(scores)])
    return last + 1, correct[last]


def reliability(right: Bools, confidences: Floats, bins: int = BINS) -> tuple[Bin, ...]:
    """Return the questions in ``bins`` bins of equal width over [0, 1], lowest first."""
    place = np.clip(np.floor(confidences * bins).astype(int), 0, bins - 1)
    found = []
    for number in range(bins):
        inside = place == number
        count = int(inside.sum())
        mean = float(confidences[inside].mean()) if count else 0.0
        share = float(right[inside].mean()) if count else 0.0
        found.append(Bin(number / bins, (number + 1) / bins, count, mean, share))
    return tuple(found)


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the mean distance of confidence and share right, bins weighted by their questions.

    The expected calibration error of Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated
    Probabilities Using Bayesian Binning" (2015).  0 without questions.
    """
    total = sum(one.count for one in bins)
    off = sum(one.count * abs(one.confidence - one.share_right) for one in bins)
    return off / total if total else 0.0


class Bootstrap:
    """Resamples of questions by target: all questions of a target are drawn together.

    Questions about one entry succeed and fail together, so drawing them one by one would make the
    intervals too narrow.  The same targets always give the same resamples.
    """

    def __init__(
        self, targets: Sequence[Hashable], *, resamples: int = RESAMPLES, seed: int = SEED
    ) -> None:
        """``targets`` names each question's target, in any hashable form."""
        numbers: dict[Hashable, int] = {}
        self._of = np.array([numbers.setdefault(one, len(numbers)) for one in targets], np.int64)
        count = len(numbers)
        random = np.random.default_rng(seed)
        # How often each target is drawn: (resamples, targets).
        even = np.full(count, 1.0 / max(1, count))
        self._drawn = random.multinomial(count, even, size=resamples).astype(np.float64)
        self._sizes = np.bincount(self._of, minlength=count).astype(np.float64)

    def means(self, values: NDArray[np.floating] | Bools) -> Floats:
        """Return the mean of ``values`` (one a question) in each resample."""
        sums = np.bincount(self._of, weights=values, minlength=len(self._sizes))
        return np.asarray((self._drawn @ sums) / (self._drawn @ self._sizes), dtype=np.float64)

    def interval(self, values: NDArray[np.floating] | Bools) -> Interval:
        """Return the mean with its 95 % percentile interval."""
        low, high = np.percentile(self.means(values), [2.5, 97.5])
        return Interval(float(np.mean(values)), float(low), float(high))

    def mean_by_target(self, values: NDArray[np.floating] | Bools) -> float:
        """Return the mean over targets of their own means: each target counts the same."""
        sums = np.bincount(self._of, weights=values, minlength=len(self._sizes))
        return float((sums / self._sizes).mean())
