"""Questions grouped by meaning.  Pure: vectors in, group numbers out, whatever their order.

Average linkage (Sokal and Michener, 1958) by scikit-learn.  How close two questions must be depends
on where they are: banking customers' questions are all alike, those about anything under the sun
are not.  So each cosine is compared with how close both questions are to their nearest neighbours
(as in Conneau et al., "Word Translation Without Parallel Data", 2018, section 2.3, which corrects
cosines so, too).  ``python -m benchmarks.gaps --compare`` holds it against other ways.
"""

import numpy as np
from numpy.typing import NDArray

# Two groups are one where their questions are on average this much less alike than they are like
# their nearest neighbours.  How many neighbours: at most so many, of a few texts a tenth.
MARGIN = 0.1
NEIGHBOURS = 30
NEIGHBOUR_SHARE = 0.1
# Of very few or very many texts, neighbours say little: the cosine asked for stays within these.
LEAST_COSINE, MOST_COSINE = 0.35, 0.65
# A text that is as good as equal is no neighbour: another wording in the log, in the library too.
_SAME = 1.0 - 1e-4
_BATCH = 512


def crowdedness(vectors: NDArray[np.float32], around: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how close each of ``vectors`` is to its nearest neighbours in ``around``, (n,).

    The mean cosine to them, within the bounds above.  Both (…, dim), unit rows; what is equal to a
    vector is not its neighbour.
    """
    count = max(1, min(NEIGHBOURS, int(len(around) * NEIGHBOUR_SHARE)))
    least, most = LEAST_COSINE + MARGIN, MOST_COSINE + MARGIN
    if len(around) <= count:
        return np.full(len(vectors), least)
    close = np.empty(len(vectors))
    for at in range(0, len(vectors), _BATCH):
        cosines = vectors[at : at + _BATCH].astype(np.float64) @ around.T.astype(np.float64)
        cosines[cosines > _SAME] = -1.0
        close[at : at + _BATCH] = np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1)
    return np.clip(np.round(close, 6), least, most)


def group(vectors: NDArray[np.float32], around: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the number of each question's group, (n,): groups count from 0 by their first member.

    ``vectors`` (n, dim) are the questions', ``around`` (m, dim) those of all that they may be
    crowded by: the questions of the log, the library's own texts; unit rows.  Rounded to 6
    decimals, so that the noise of floating point does not decide; of equally close groups those
    that come first are merged, so that the caller's order should not be chance.
    Takes 8 n² bytes and some.
    """
    if len(vectors) < 2:
        return np.zeros(len(vectors), dtype=np.int64)
    from sklearn.cluster import AgglomerativeClustering  # a second to import

    close = crowdedness(vectors, around)
    distances = _distances(vectors, vectors, close, close)
    np.fill_diagonal(distances, 0.0)
    found = AgglomerativeClustering(
        n_clusters=None, distance_threshold=1.0 + MARGIN, metric="precomputed", linkage="average"
    ).fit_predict(distances)
    _, first, numbers = np.unique(found, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[numbers], dtype=np.int64)


def join(
    others: NDArray[np.float32],
    vectors: NDArray[np.float32],
    groups: NDArray[np.int64],
    around: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Return the group that each of ``others`` is close enough to on average; -1: to none.

    ``groups`` (n,) are those of ``vectors``.  For questions that are too many to be grouped.
    """
    joined = np.full(len(others), -1, dtype=np.int64)
    if not len(vectors) or not len(others):
        return joined
    sizes = np.bincount(groups)
    close, theirs = crowdedness(vectors, around), crowdedness(others, around)
    for at in range(0, len(others), _BATCH):
        part = slice(at, at + _BATCH)
        distances = _distances(others[part], vectors, theirs[part], close)
        means = np.zeros((len(distances), len(sizes)))
        for row, own in zip(means, distances, strict=True):
            np.add.at(row, groups, own)
        means = np.round(means / sizes, 6)
        best = means.argmin(axis=1)
        near = means[np.arange(len(best)), best] < 1.0 + MARGIN
        joined[part] = np.where(near, best, -1)
    return joined


def centrality(vectors: NDArray[np.float32], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how close each question is to the others of its group on average, (n,).

    Each of the others counts as often as it was asked; 1 for the only one.
    """
    if len(vectors) < 2:
        return np.ones(len(vectors))
    weights = np.tile(counts.astype(np.float64), (len(vectors), 1))
    np.fill_diagonal(weights, 0.0)
    cosines = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    return np.asarray(np.round((cosines * weights).sum(axis=1) / weights.sum(axis=1), 6))


def _distances(
    one: NDArray[np.float32],
    other: NDArray[np.float32],
    close_one: NDArray[np.float64],
    close_other: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return 1 + crowdedness (both's mean) - cosine, at least 0; below 1 is closer than usual."""
    cosines = one.astype(np.float64) @ other.T.astype(np.float64)
    usual = (close_one[:, np.newaxis] + close_other[np.newaxis, :]) / 2
    return np.asarray(np.round(np.clip(1.0 + usual - cosines, 0.0, None), 6))
