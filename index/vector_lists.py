"""How many vectors are divided into lists: a function of the vectors alone.

Every so-manieth vector, chosen by its content, is a pivot, and every vector is in the list of the
pivot that is closest to it.  So no matter in which order vectors came, and which others were there
in between, the lists are the same; nothing is trained.  A list is looked for by the mean of its
vectors, not by its pivot, which finds as much in a quarter of the lists
(docs/decisions/vector-search.md).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.vector_rows import FLOAT
from index.vectors import MARGIN, load_faiss

# One vector in 2 ** shift is a pivot: about four times the square root of their number.
_LEAST_SHIFT, _MOST_SHIFT = 2, 16
# What a list's spread adds to the similarity of its mean: its best is that far above the mean.
_SPREAD_SHARE = np.array([[0.3]])
# Questions and means are compared in whole numbers, a byte each: a quarter of the memory to read,
# half the time (of 4,061 lists), and the sums are exact.  FAISS compares sixteen at a time.
_BYTE_UNIT = 127.0
_LANES = 16
# Sums of vectors are kept in whole numbers, so that they do not depend on the order.
SUM_UNIT = 2.0**20
_CLOSEST = 4  # pivots looked at where several are equally close


class Breadth(NamedTuple):
    """How many lists are looked into: those within ``reach`` of the best, in similarity, but at
    least and at most so many."""

    least: int
    most: int
    reach: float


def shift_for(count: int) -> int:
    """Return how rare pivots are among ``count`` vectors: one in 2 ** shift.

    Another for each fourfold number of vectors: 5 up to 32,767, 6 up to 131,071, and so on.
    """
    shift = _LEAST_SHIFT
    while shift < _MOST_SHIFT and count >= 1 << (2 * shift + 5):
        shift += 1
    return shift


def content_hashes(rows: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return 64 bits (n,) of each vector's content, the same on every machine.

    No secret and no checksum: it draws lots.  Multiply and add by fixed odd numbers, then the
    finalizer of SplitMix64 (Steele, Lea, Flood 2014), so that its high bits depend on all.
    """
    # + 0.0: equal vectors have equal bits, whichever zero they hold.
    bits = (rows + np.float32(0.0)).astype(FLOAT).view("<u4").astype(np.uint64)
    factors = np.random.Generator(np.random.PCG64(17)).integers(
        0, 1 << 63, rows.shape[1], dtype=np.uint64
    ) * np.uint64(2) + np.uint64(1)
    mixed = np.einsum("ij,j->i", bits, factors)
    for move, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(move))) * np.uint64(factor)
    hashes: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return hashes


def are_pivots(hashes: NDArray[np.uint64], shift: int) -> NDArray[np.bool_]:
    """Tell which vectors are pivots where one in 2 ** ``shift`` is."""
    drawn: NDArray[np.bool_] = hashes < np.uint64(1 << (64 - shift))
    return drawn


def whole_numbers(rows: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return vectors as the whole numbers that are summed."""
    numbers: NDArray[np.int64] = np.rint(rows * np.float32(SUM_UNIT)).astype(np.int64)
    return numbers


class Probes:
    """What lists are looked for by: the means of their vectors, and how far these are spread.

    Of the lists to look into, the best have the greatest similarity of the mean, plus a share of
    the list's spread around it.  Empty lists are never found.
    """

    def __init__(
        self, sums: NDArray[np.int64], counts: NDArray[np.int64], hashes: NDArray[np.uint64]
    ) -> None:
        """``sums`` (lists, dim) are those of the ``whole_numbers`` of the ``counts`` (lists,)
        vectors of each, ``hashes`` (lists,) those of their pivots: all different where there are
        vectors."""
        lists = np.flatnonzero(counts)
        # In the order of their hashes: which of equal ones FAISS takes is up to their places.
        self._lists = lists[np.argsort(hashes[lists])]
        means = sums[self._lists] / SUM_UNIT / counts[self._lists, None]
        spread = np.sqrt(np.maximum(1.0 - np.einsum("ij,ij->i", means, means), 0.0))
        faiss = load_faiss()
        rows = _in_bytes(means, spread[:, None])
        self._index = faiss.IndexScalarQuantizer(
            rows.shape[1], faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        self._index.add(rows)

    def closest(self, query: NDArray[np.float32], breadth: Breadth) -> NDArray[np.int64]:
        """Return the lists to look into for a question (dim,) of length 1, best first; the order
        of equal ones is up to their pivots' hashes."""
        if not len(self._lists):
            return self._lists
        asked = _in_bytes(query[None, :], _SPREAD_SHARE)
        scores, found = self._index.search(asked, min(breadth.most, len(self._lists)))
        near = int((scores[0] >= scores[0, 0] - breadth.reach * _BYTE_UNIT**2).sum())
        looked_into: NDArray[np.int64] = self._lists[found[0, : max(near, breadth.least)]]
        return looked_into


def _in_bytes(rows: NDArray[np.floating], last: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return rows (n, dim) and ``last`` (n, 1) behind them as whole numbers of a byte, and zeros.

    Inner products of these are whole numbers, too, so the same on every machine.
    """
    dimension = rows.shape[1]
    whole = np.zeros((len(rows), -(-(dimension + 1) // _LANES) * _LANES), dtype=np.float32)
    whole[:, :dimension], whole[:, dimension : dimension + 1] = rows, last
    whole *= np.float32(_BYTE_UNIT)
    np.rint(whole, out=whole)
    return np.clip(whole, -_BYTE_UNIT, _BYTE_UNIT, out=whole)


class Pivots:
    """The pivots of some lists, to find a vector's own list.

    ``vectors`` (n, dim), all different, ``hashes`` (n,) theirs, ``lists`` (n,) their lists.
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        hashes: NDArray[np.uint64],
        lists: NDArray[np.int64],
    ) -> None:
        # In the order of their hashes: sums in float32 depend on what stands beside.
        order = np.argsort(hashes)
        self._vectors, self._lists = vectors[order], lists[order]
        self._index = load_faiss().IndexFlatIP(vectors.shape[1])
        self._index.add(self._vectors)

    def lists_of(self, rows: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the list (n,) of each of ``rows`` (n, dim); of equally close ones the pivot's
        with the least hash."""
        if not len(rows):
            return np.empty(0, dtype=np.int64)
        rough, found = self._index.search(rows, min(_CLOSEST, len(self._lists)))
        nearest = found[:, 0].copy()
        # FAISS's sums are in float32 and depend on how many rows are compared at once.
        for row in np.flatnonzero((rough[:, 1:] >= rough[:, :1] - MARGIN).any(axis=1)):
            near = np.sort(found[row][rough[row] >= rough[row, 0] - MARGIN])
            exact = self._vectors[near].astype(np.float64) @ rows[row].astype(np.float64)
            nearest[row] = near[int(exact.argmax())]
        lists: NDArray[np.int64] = self._lists[nearest]
        return lists
