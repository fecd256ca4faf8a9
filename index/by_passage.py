"""What is known by text, asked by passage: passages with the same text have the same vector."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.vector_rows import VectorRows
from index.vectors import Found, checked_queries, searched
from index.vectors_large import LargeIndex


class SearchByPassage:
    """A ``VectorSearch`` of passages over an index of their texts.

    ``numbers`` (n,) are the texts' keys, by passage.
    """

    def __init__(self, texts: LargeIndex, numbers: NDArray[np.int64]) -> None:
        self._texts = texts
        self.dimension = texts.dimension
        # The passages of a text stand side by side in ``_order``, from ``_first`` on.
        self._order = np.argsort(numbers, kind="stable")
        self._first = np.searchsorted(
            numbers[self._order], np.arange(int(numbers.max(initial=-1)) + 2)
        )

    def __len__(self) -> int:
        return len(self._order)

    def search(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        def nearest(query: NDArray[np.float32]) -> Found:
            texts, close = self._texts.nearest(query, k)
            counts = self._first[texts + 1] - self._first[texts]
            shift = np.repeat(self._first[texts] - np.cumsum(counts) + counts, counts)
            return self._order[shift + np.arange(int(counts.sum()))], np.repeat(close, counts)

        return searched(checked_queries(queries, k, self.dimension), k, nearest)


class RowsByPassage:
    """The vectors of passages, read from those of their texts: what an array (n, dim) is used for.

    Taking some of them gives an array; so does whatever needs all, in memory.
    """

    def __init__(self, texts: VectorRows, numbers: NDArray[np.int64]) -> None:
        self._texts = texts
        self._numbers = numbers
        self.shape = (len(numbers), texts.dimension)
        self.dtype = np.dtype(np.float32)
        self.ndim = 2

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, places: Any) -> NDArray[np.float32]:  # Any: as numpy's
        numbers = self._numbers[places]
        if isinstance(numbers, np.integer):
            one: NDArray[np.float32] = self._texts.take(np.array([numbers]))[0]
            return one
        taken = self._texts.take(numbers.ravel())
        whole: NDArray[np.float32] = taken.reshape(*numbers.shape, self.shape[1])
        return whole

    def __array__(
        self, dtype: np.dtype[Any] | None = None, copy: bool | None = None
    ) -> NDArray[Any]:
        whole: NDArray[Any] = self[:].astype(dtype or self.dtype, copy=False)
        return whole

    @property
    def T(self) -> NDArray[np.float32]:  # noqa: N802 (numpy's name)
        return self[:].T
