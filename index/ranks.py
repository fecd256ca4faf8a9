"""The best of what was found: everywhere by score, and where scores are equal by number."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Score = TypeVar("Score", bound=np.floating[Any])


def kth_best(scores: NDArray[Score], k: int) -> Score:
    """Return the k-th greatest of ``scores`` (n,), in no order; -inf where there are fewer.

    What is less is not among the k best, however those that equal it are ordered.
    """
    last = len(scores) - k
    if last < 0:
        return scores.dtype.type(-np.inf)
    kth: Score = np.partition(scores, last)[last]
    return kth


def ranked(
    numbers: NDArray[np.int64], scores: NDArray[Score], k: int
) -> tuple[NDArray[np.int64], NDArray[Score]]:
    """Return the (at most) k best of ``numbers`` (n,), best first, and their scores.

    Equal scores are ordered by ascending number.
    """
    order = np.lexsort((numbers, -scores))[:k]
    return numbers[order], scores[order]
