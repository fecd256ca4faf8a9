"""Similarity search over unit vectors.  FAISS has its one home here."""

import warnings
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import UsageError

# Similarities are rounded to this many decimals before they are ordered, so that the noise of
# float32 sums (about 1e-7) does not decide; equal ones are ordered by key.
SIMILARITY_DECIMALS = 6
# FAISS orders by float32 sums.  What it puts this much below the k-th place may still belong above
# it after exact re-scoring and rounding: twice its error, and a rounding step.
_MARGIN = 1e-5
_SLACK = 16  # fetched beyond k at first; ties beyond it are fetched by doubling
_UNIT_TOLERANCE = 1e-3


class VectorIndex(Protocol):
    """Nearest unit vectors by inner product.  Keys are non-negative int64, chosen by the caller."""

    @property
    def dimension(self) -> int: ...

    def __len__(self) -> int: ...

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add ``vectors`` (n, dim), unit rows, under ``keys`` (n,).

        Raises UsageError for other shapes, rows that are not unit, and a key that is there already
        or twice; then nothing is added.
        """
        ...

    def remove(self, keys: NDArray[np.int64]) -> int:
        """Remove what is there of ``keys``; how many were."""
        ...

    def search(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The k nearest of each query (m, dim): keys (m, k) and similarities (m, k), best first.

        Similarities are inner products rounded to 6 decimals; equal ones are ordered by ascending
        key. Where the index holds fewer than k, the rest is key -1, similarity -inf.
        """
        ...


class FlatIndex:
    """Exact search: FAISS compares every vector, the candidates are re-scored in float64.

    Searches may run at the same time; additions and removals must not run beside anything else.
    """

    def __init__(self, dimension: int) -> None:
        faiss = _faiss()
        self._faiss = faiss
        self._flat = faiss.IndexFlatIP(dimension)
        self._index = faiss.IndexIDMap2(self._flat)
        self.dimension = dimension

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        keys = np.ascontiguousarray(keys, dtype=np.int64)
        vectors = self._rows(vectors)
        if keys.shape != (len(vectors),):
            raise UsageError(f"{len(vectors)} vectors came with keys of shape {keys.shape}")
        if not len(keys):
            return
        if keys.min() < 0:
            raise UsageError(f"key {keys.min()} is negative")
        if len(np.unique(keys)) != len(keys) or np.isin(keys, self._keys()).any():
            raise UsageError("a key is in the index already, or twice in one call")
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        off = np.abs(lengths - 1.0)
        if off.max() > _UNIT_TOLERANCE:
            raise UsageError(f"vectors must be of length 1; one is of {lengths[off.argmax()]:.3g}")
        self._index.add_with_ids(vectors, keys)

    def remove(self, keys: NDArray[np.int64]) -> int:
        return int(self._index.remove_ids(np.ascontiguousarray(keys, dtype=np.int64)))

    def search(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        queries = self._rows(queries)
        if k < 1:
            raise UsageError(f"k is {k}, expected at least 1")
        found_keys = np.full((len(queries), k), -1, dtype=np.int64)
        found = np.full((len(queries), k), -np.inf, dtype=np.float32)
        if not len(self) or not len(queries):
            return found_keys, found
        keys, stored = self._keys(), self._stored()
        places = min(k, len(self))
        rough, rows = self._flat.search(queries, min(k + _SLACK, len(self)))
        for at, query in enumerate(queries):
            candidates = self._with_ties(query, rough[at], rows[at], places)
            exact = stored[candidates].astype(np.float64) @ query.astype(np.float64)
            # Adding 0.0 makes a rounded -0.0 an ordinary zero.
            similarity = np.round(exact, SIMILARITY_DECIMALS) + 0.0
            order = np.lexsort((keys[candidates], -similarity))[:places]
            found_keys[at, :places] = keys[candidates[order]]
            found[at, :places] = similarity[order]
        return found_keys, found

    def _with_ties(
        self,
        query: NDArray[np.float32],
        rough: NDArray[np.float32],
        rows: NDArray[np.int64],
        places: int,
    ) -> NDArray[np.int64]:
        """Rows among which the best ``places`` are for certain: all that may tie with the last."""
        while len(rows) < len(self) and rough[-1] >= rough[places - 1] - _MARGIN:
            more = min(2 * len(rows), len(self))
            many, many_rows = self._flat.search(query[None, :], more)
            rough, rows = many[0], many_rows[0]
        candidates: NDArray[np.int64] = rows[rough >= rough[places - 1] - _MARGIN]
        return candidates

    def _keys(self) -> NDArray[np.int64]:
        """Keys by row.  A copy: FAISS may move its own when it grows."""
        return np.asarray(self._faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def _stored(self) -> NDArray[np.float32]:
        """The stored vectors by row, (n, dim), without a copy; valid until the index changes."""
        numbers = self._faiss.rev_swig_ptr(self._flat.get_xb(), len(self) * self.dimension)
        return np.asarray(numbers, dtype=np.float32).reshape(len(self), self.dimension)

    def _rows(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        if rows.ndim != 2 or rows.shape[1] != self.dimension:
            raise UsageError(f"vectors have shape {rows.shape}, expected (n, {self.dimension})")
        if not np.isfinite(rows).all():
            raise UsageError("a vector holds a number that is not finite")
        return rows


def _faiss() -> Any:  # Any: FAISS is a SWIG module without types
    with warnings.catch_warnings():
        # SWIG's types have no __module__, which newer Pythons warn about at import.
        warnings.simplefilter("ignore", DeprecationWarning)
        import faiss
    return faiss
