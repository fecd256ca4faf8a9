"""Similarity search over unit vectors: what an index keeps to, and the one that compares all.

``index.vectors_large`` is the index for many vectors.  FAISS is imported here and there only.
"""

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import UsageError
from index.ranks import ranked

# Similarities are rounded to this many decimals before they are ordered, so that the noise of
# float32 sums (about 1e-7) does not decide; equal ones are ordered by key.
SIMILARITY_DECIMALS = 6
# FAISS orders by float32 sums.  What it puts this much below the k-th place may still belong above
# it after exact re-scoring and rounding: twice its error, and a rounding step.
MARGIN = 1e-5
_SLACK = 16  # fetched beyond k at first; ties beyond it are fetched by doubling
_UNIT_TOLERANCE = 1e-3

Found = tuple[NDArray[np.int64], NDArray[np.float64]]  # keys and their similarities


class VectorSearch(Protocol):
    """Nearest unit vectors by inner product.  Keys are non-negative int64.

    Apart from ``VectorIndex``, as passages are found by an index of their texts: nothing can be
    added to those themselves, and whoever only asks need not know.
    """

    @property
    def dimension(self) -> int: ...

    def __len__(self) -> int: ...

    def search(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The k nearest of each query (m, dim): keys (m, k) and similarities (m, k), best first.

        Similarities are inner products rounded to 6 decimals; equal ones are ordered by ascending
        key. Where the index holds fewer than k, the rest is key -1, similarity -inf.
        """
        ...


class VectorIndex(VectorSearch, Protocol):
    """What vectors are added to and removed from, under keys of the caller's choice."""

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add ``vectors`` (n, dim), unit rows, under ``keys`` (n,).

        Raises UsageError for other shapes, rows that are not unit, and a key that is there already
        or twice; then nothing is added.
        """
        ...

    def remove(self, keys: NDArray[np.int64]) -> int:
        """Remove what is there of ``keys``; how many were."""
        ...


class FlatIndex:
    """Exact search: FAISS compares every vector, the candidates are re-scored in float64.

    Searches may run at the same time; additions and removals must not run beside anything else.
    """

    def __init__(self, dimension: int) -> None:
        faiss = load_faiss()
        self._faiss = faiss
        self._flat = faiss.IndexFlatIP(dimension)
        self._index = faiss.IndexIDMap2(self._flat)
        self.dimension = dimension

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        keys, vectors = checked_additions(keys, vectors, self.dimension, present=self._keys())
        if len(keys):
            self._index.add_with_ids(vectors, keys)

    def remove(self, keys: NDArray[np.int64]) -> int:
        return int(self._index.remove_ids(np.ascontiguousarray(keys, dtype=np.int64)))

    def search(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        keys, stored = self._keys(), self._stored()

        def nearest(query: NDArray[np.float32]) -> Found:
            places = min(k, len(self))
            rows = self._candidates(query, places, min(k + _SLACK, len(self))) if places else keys
            return keys[rows], similarities(stored[rows], query)

        return searched(checked_queries(queries, k, self.dimension), k, nearest)

    def _candidates(self, query: NDArray[np.float32], places: int, more: int) -> NDArray[np.int64]:
        """Rows among which the best ``places`` are for certain: all that may tie with the last.

        ``more`` rows are looked at first.
        """
        with faiss_threads(1):
            many, many_rows = self._flat.search(query[None, :], more)
            while more < len(self) and many[0, -1] >= many[0, places - 1] - MARGIN:
                more = min(2 * more, len(self))
                many, many_rows = self._flat.search(query[None, :], more)
        candidates: NDArray[np.int64] = many_rows[0][many[0] >= many[0, places - 1] - MARGIN]
        return candidates

    def _keys(self) -> NDArray[np.int64]:
        """Keys by row.  A copy: FAISS may move its own when it grows."""
        return np.asarray(self._faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def _stored(self) -> NDArray[np.float32]:
        """The stored vectors by row, (n, dim), without a copy; valid until the index changes."""
        numbers = self._faiss.rev_swig_ptr(self._flat.get_xb(), len(self) * self.dimension)
        return np.asarray(numbers, dtype=np.float32).reshape(len(self), self.dimension)


class FlatSearch:
    """Exact search of vectors that do not change: a ``FlatIndex`` whose keys are their places.

    It is made at the first search.  Of few vectors nobody may ever ask it (``qa.meaning``), and to
    import FAISS takes a tenth of a second and 15 MB.
    """

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """Take ``vectors`` (n, dim), unit rows; they are not copied, nor may they change."""
        self._vectors = vectors
        self._making = threading.Lock()
        self._made: FlatIndex | None = None

    @property
    def dimension(self) -> int:
        # A library that never held anything does not know its vectors' dimension; FAISS wants one.
        return self._vectors.shape[1] or 1

    def __len__(self) -> int:
        return len(self._vectors)

    def search(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """As ``VectorSearch``; raises UsageError also for vectors that are not of length 1."""
        return self._index().search(queries, k)

    def _index(self) -> FlatIndex:
        with self._making:
            if self._made is None:
                index = FlatIndex(self.dimension)
                if len(self._vectors):
                    index.add(np.arange(len(self._vectors), dtype=np.int64), self._vectors)
                self._made = index
            return self._made


def checked_rows(vectors: NDArray[np.float32], dimension: int) -> NDArray[np.float32]:
    """Return the vectors as FAISS wants them.  Raises UsageError for others than (n, dimension)
    finite numbers."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != dimension:
        raise UsageError(f"vectors have shape {rows.shape}, expected (n, {dimension})")
    if not np.isfinite(rows).all():
        raise UsageError("a vector holds a number that is not finite")
    return rows


def checked_additions(
    keys: NDArray[np.int64],
    vectors: NDArray[np.float32],
    dimension: int,
    *,
    present: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return what is to be added to an index with the keys ``present``.

    Raises UsageError as ``VectorIndex.add`` does.
    """
    keys = np.ascontiguousarray(keys, dtype=np.int64)
    vectors = checked_rows(vectors, dimension)
    if keys.shape != (len(vectors),):
        raise UsageError(f"{len(vectors)} vectors came with keys of shape {keys.shape}")
    if not len(keys):
        return keys, vectors
    if keys.min() < 0:
        raise UsageError(f"key {keys.min()} is negative")
    if len(np.unique(keys)) != len(keys) or np.isin(keys, present).any():
        raise UsageError("a key is in the index already, or twice in one call")
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    off = np.abs(lengths - 1.0)
    if off.max() > _UNIT_TOLERANCE:
        raise UsageError(f"vectors must be of length 1; one is of {lengths[off.argmax()]:.3g}")
    return keys, vectors


def checked_queries(queries: NDArray[np.float32], k: int, dimension: int) -> NDArray[np.float32]:
    """Return the queries as FAISS wants them.  Raises UsageError as ``VectorIndex.search`` does."""
    rows = checked_rows(queries, dimension)
    if k < 1:
        raise UsageError(f"k is {k}, expected at least 1")
    return rows


def searched(
    queries: NDArray[np.float32], k: int, nearest: Callable[[NDArray[np.float32]], Found]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return what ``VectorSearch.search`` does, of what ``nearest`` finds for each query.

    Those are keys (m,) and similarities (m,), in any order: at least the k nearest that there are.
    """
    keys = np.full((len(queries), k), -1, dtype=np.int64)
    close = np.full((len(queries), k), -np.inf, dtype=np.float32)
    for at, query in enumerate(queries):
        own, similar = ranked(*nearest(query), k)
        keys[at, : len(own)], close[at, : len(own)] = own, similar
    return keys, close


def similarities(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the inner products (n,) that are reported: as ``products`` has them, rounded."""
    return rounded(products(vectors, query))


def rounded(exact: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return similarities (n,) as they are reported and ordered by."""
    # Adding 0.0 makes a rounded -0.0 an ordinary zero.
    near: NDArray[np.float64] = np.round(exact, SIMILARITY_DECIMALS) + 0.0
    return near


def products(vectors: NDArray[np.float32], query: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the inner products (n,) of ``vectors`` (n, dim) with one (dim,).

    Summed in double precision: a vector's does not depend on how many others there are, and the
    same passage is not a hair more similar in a large library than in a small one.
    """
    # Row by row: a product of a matrix would be divided among threads, and one question is too
    # short for that; and a vector's sum would depend on how many there are.
    exact: NDArray[np.float64] = np.vecdot(vectors.astype(np.float64), query.astype(np.float64))
    return exact


@contextmanager
def faiss_threads(count: int) -> Iterator[None]:
    """Have FAISS use so many cores in this thread, within the block.

    One question is compared on one: from 10,000 vectors on FAISS would divide it among all, and
    wait for each, which takes a hundred times as long where another thread keeps a core busy.
    """
    faiss = load_faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def load_faiss() -> Any:  # Any: FAISS is a SWIG module without types
    with warnings.catch_warnings():
        # SWIG's types have no __module__, which newer Pythons warn about at import.
        warnings.simplefilter("ignore", DeprecationWarning)
        import faiss
    return faiss
