"""Search among many vectors: short codes of a few lists are compared, the best exactly.

FAISS keeps one bit a dimension of each vector (RaBitQ; Gao, Long 2024) in the lists of
``index.vector_lists``, and estimates similarities from them.  What it puts first is compared in
full, so reported similarities and the order among what is found are those of exact search.  What
is missed is measured (docs/decisions/vector-search.md).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.coded_lists import CodedLists
from index.errors import UsageError
from index.ranks import kth_best
from index.vector_lists import are_pivots, content_hashes, shift_for
from index.vector_rows import VectorRows, parts_of
from index.vectors import (
    MARGIN,
    Found,
    checked_additions,
    checked_queries,
    searched,
    similarities,
)

# Fewer vectors than these are all compared in full: lists would save nothing.
LISTS_FROM = 4096
# For up to so many results, and for more: lists looked into, and vectors compared in full, at least
# and for each result.  What is missed depends on the number of lists, hardly on their length; from
# half a million vectors on (2 ** 19), fewer lists miss as little.  Measured:
# docs/decisions/vector-search.md.
_FEW = 16
_LISTS = (160, 256)
_LISTS_OF_MANY = (96, 128)
_MANY_SHIFT = 8
_COMPARED = (400, 1200)
_COMPARED_EACH = 5


class LargeIndex:
    """A ``VectorIndex`` that compares a part of its vectors, chosen by the question.

    What it finds depends on the question and on the set of vectors that it holds: not on the order
    in which they came, on what was removed, or on a restart (on processors of one kind; up to
    pivots and lists that lie equally close within the last bits of float32).

    Searches may run at the same time; additions and removals must not run beside anything else:
    change a ``copy``, which takes little time, and search in this one meanwhile.
    """

    def __init__(self, dimension: int, *, lists_from: int = LISTS_FROM) -> None:
        """An empty index; from ``lists_from`` vectors on, it divides them into lists."""
        self.dimension = dimension
        self._lists_from = lists_from
        # By number, in the order in which vectors came; removed ones keep theirs.
        self.rows = VectorRows(dimension)
        self._keys = np.empty(0, dtype=np.int64)  # -1: removed
        self._hashes = np.empty(0, dtype=np.uint64)
        self._count = 0
        self._lists: CodedLists | None = None

    def __len__(self) -> int:
        return self._count

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        keys, vectors = checked_additions(keys, vectors, self.dimension, present=self._keys)
        if not len(keys):
            return
        first = len(self._keys)
        self.rows = self.rows.with_more(vectors)
        self._keys = np.concatenate([self._keys, keys])
        self._hashes = np.concatenate([self._hashes, content_hashes(vectors)])
        self._count += len(keys)
        self._settle(np.arange(first, len(self._keys)), np.empty(0, dtype=np.int64))

    def remove(self, keys: NDArray[np.int64]) -> int:
        gone = np.flatnonzero(np.isin(self._keys, np.asarray(keys)[np.asarray(keys) >= 0]))
        if len(gone):
            self._keys = self._keys.copy()  # a copy of this index may have the same
            self._keys[gone] = -1
            self._count -= len(gone)
            self._settle(np.empty(0, dtype=np.int64), gone)
        return len(gone)

    def search(
        self, queries: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        queries = checked_queries(queries, k, self.dimension)
        return searched(queries, k, lambda query: self.nearest(query, k))

    def nearest(self, query: NDArray[np.float32], k: int) -> Found:
        """The keys (m,) of the k nearest of ``query`` (dim,) and their similarities, in no order.

        With all that are as similar as the k-th: whoever wants exactly k decides which.
        """
        numbers = self._candidates(query, k)
        rows = self.rows.take(numbers)
        # In single precision first; see ``similarities``.
        rough = np.einsum("ij,j->i", rows, query)
        kept = rough >= kth_best(rough, k) - MARGIN
        close = similarities(rows[kept], query)
        best = close >= kth_best(close, k)
        return self._keys[numbers[kept][best]], close[best]

    @classmethod
    def over(cls, rows: VectorRows, *, lists_from: int = LISTS_FROM) -> Self:
        """An index of ``rows`` as they stand in their file, each under its number as key."""
        made = cls(rows.dimension, lists_from=lists_from)
        made.rows = rows
        made._keys = np.arange(len(rows), dtype=np.int64)
        made._hashes = np.empty(len(rows), dtype=np.uint64)
        for part in parts_of(made._keys):
            made._hashes[part] = content_hashes(rows.take(part))
        made._count = len(rows)
        made._settle(made._keys, np.empty(0, dtype=np.int64))
        return made

    def list_order(self) -> NDArray[np.int64]:
        """The keys' numbers (n,), those of a list side by side: what is looked at together."""
        present = np.flatnonzero(self._keys >= 0)
        if self._lists is None:
            return present
        return present[np.argsort(self._lists.list_of[present], kind="stable")]

    def renumbered(self, rows: VectorRows, order: NDArray[np.int64]) -> "LargeIndex":
        """Return an index of the same vectors, ``order[i]``'s now in ``rows`` and with key i."""
        other = LargeIndex(self.dimension, lists_from=self._lists_from)
        other.rows, other._hashes = rows, self._hashes[order]
        other._keys = np.arange(len(order), dtype=np.int64)
        other._count = len(order)
        other._lists = None if self._lists is None else self._lists.renumbered(rows, order)
        return other

    @property
    def divided(self) -> bool:
        """Whether there are enough vectors for lists; else all are compared."""
        return self._lists is not None

    def save(self, codes: Path) -> dict[str, NDArray[Any]]:
        """Write FAISS's part into the file ``codes``; return all else but the vectors.

        Raises UsageError while there are too few vectors for lists.
        """
        if self._lists is None:
            raise UsageError("too few vectors to keep an index of them in files")
        own = {"keys": self._keys, "hashes": self._hashes}
        return own | self._lists.save(codes)

    @classmethod
    def restored(
        cls,
        rows: VectorRows,
        codes: Path,
        arrays: Mapping[str, NDArray[Any]],
        *,
        lists_from: int = LISTS_FROM,
    ) -> Self:
        """Return what ``save`` was called on, over the same vectors."""
        made = cls(rows.dimension, lists_from=lists_from)
        made.rows, made._keys, made._hashes = rows, arrays["keys"], arrays["hashes"]
        made._count = int((made._keys >= 0).sum())
        made._lists = CodedLists.restored(codes, arrays)
        return made

    def copy(self) -> "LargeIndex":
        """Return an index of its own that holds the same; vectors in memory are shared."""
        other = LargeIndex(self.dimension, lists_from=self._lists_from)
        other.rows, other._keys, other._hashes = self.rows, self._keys, self._hashes
        other._count = self._count
        other._lists = None if self._lists is None else self._lists.copy()
        return other

    def _candidates(self, query: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """The numbers of the vectors to compare in full."""
        if self._lists is None:
            return np.flatnonzero(self._keys >= 0)
        enough = min(k, self._count)
        lists = (_LISTS if self._lists.shift < _MANY_SHIFT else _LISTS_OF_MANY)[k > _FEW]
        places = max(_COMPARED[k > _FEW], _COMPARED_EACH * k)
        while True:
            found, full = self._lists.candidates(query, lists, places)
            if len(found) >= enough:
                return found
            if full:
                places *= 2
            else:
                lists *= 2

    def _settle(self, added: NDArray[np.int64], gone: NDArray[np.int64]) -> None:
        """Bring the lists to what they are for the vectors that are there now."""
        present = self._keys >= 0
        if self._count < self._lists_from:
            self._lists = None
            return
        shift = shift_for(self._count)
        drawn = are_pivots(self._hashes, shift) & present
        if not drawn.any():  # few vectors: all are compared
            self._lists = None
            return
        numbers = np.flatnonzero(drawn)
        hashes, firsts = np.unique(self._hashes[numbers], return_index=True)
        lists = self._lists
        if lists is None or lists.shift != shift or not lists.have_room_for(len(hashes)):
            lists = CodedLists(self.dimension, shift, len(hashes))
            added, gone = np.flatnonzero(present), np.empty(0, dtype=np.int64)
        lists.change(self.rows, added, gone, hashes, self.rows.take(numbers[firsts]))
        self._lists = lists
