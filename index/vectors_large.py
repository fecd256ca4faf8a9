"""Search among many vectors: short codes of a few lists are compared, the best exactly.

FAISS keeps one bit a dimension of each vector (RaBitQ; Gao, Long 2024) in the lists of
``index.vector_lists``, and estimates similarities from them.  What it puts first is compared in
full, so reported similarities and the order among what is found are those of exact search.  What
is missed is measured (docs/decisions/vector-search.md).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from index.coded_lists import Candidates, CodedLists
from index.errors import UsageError
from index.ranks import kth_best
from index.vector_lists import Breadth, are_pivots, content_hashes, shift_for
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
# For up to so many results, and for more: lists looked into, and vectors compared in full, at most
# and for each result.  What is missed depends on the number of lists, hardly on their length; from
# half a million vectors on (2 ** 19), fewer lists miss as little.  Measured:
# docs/decisions/vector-search.md.
_FEW = 16
_LISTS = (Breadth(48, 256, 0.25), Breadth(224, 384, 0.25))
_LISTS_OF_MANY = (Breadth(24, 128, 0.2), Breadth(96, 224, 0.2))
_MANY_SHIFT = 8
_COMPARED = (500, 1200)
_COMPARED_EACH = 5
# So many of them are compared first, and for each result; then the others whose estimate is at most
# so far below the k-th best of these.  Of the ten nearest that loses less than 1 in 1,000.
_COMPARED_FIRST = 32
_COMPARED_FIRST_EACH = 2
_DOUBT = 0.085


class _LookedAt(NamedTuple):
    """Vectors (n, dim) by number, and their similarities (n,) in single precision."""

    numbers: NDArray[np.int64]
    rows: NDArray[np.float32]
    rough: NDArray[np.float32]


class LargeIndex:
    """A ``VectorIndex`` that compares a part of its vectors, chosen by the question.

    What it finds depends on the question and on the set of vectors that it holds: not on the order
    in which they came, on what was removed, or on a restart (on processors of one kind; up to
    pivots that lie equally close within the last bits of float32).

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
        numbers, rows = self._compared(query, k)
        close = similarities(rows, query)
        best = close >= kth_best(close, k)
        return self._keys[numbers[best]], close[best]

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

    def _compared(
        self, query: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The numbers (n,) of the k best of the vectors that are compared in full, and of some
        more: all that may be as similar; and the vectors (n, dim)."""
        if self._lists is None:
            return _best(k, [self._looked_at(np.flatnonzero(self._keys >= 0), query)])
        numbers, estimates, _ = self._candidates(self._lists, query, k)
        first = max(_COMPARED_FIRST, _COMPARED_FIRST_EACH * k)
        if first < len(numbers):
            # With all that have the same estimate: their order is chance.
            first = _above(estimates, estimates[first - 1])
        parts = [self._looked_at(numbers[:first], query)]
        last = _above(estimates, kth_best(parts[0].rough, k) - np.float32(_DOUBT))
        if last > first:
            parts.append(self._looked_at(numbers[first:last], query))
        return _best(k, parts)

    def _looked_at(self, numbers: NDArray[np.int64], query: NDArray[np.float32]) -> "_LookedAt":
        # Ascending: then those on one page of the file are read one after another.
        numbers = np.sort(numbers)
        rows = self.rows.take(numbers)
        return _LookedAt(numbers, rows, np.einsum("ij,j->i", rows, query))

    def _candidates(self, lists: CodedLists, query: NDArray[np.float32], k: int) -> Candidates:
        """At least as many vectors as there are of the k nearest, by their estimates."""
        enough = min(k, self._count)
        breadth = (_LISTS if lists.shift < _MANY_SHIFT else _LISTS_OF_MANY)[k > _FEW]
        places = max(_COMPARED[k > _FEW], _COMPARED_EACH * k)
        while True:
            found = lists.candidates(query, breadth, places)
            if len(found.numbers) >= enough:
                return found
            if found.full:
                places *= 2
            else:
                breadth = breadth._replace(least=2 * breadth.least, most=2 * breadth.most)

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


def _above(estimates: NDArray[np.float32], least: np.float32) -> int:
    """How many of ``estimates`` (n,), descending, are ``least`` or more."""
    return len(estimates) - int(np.searchsorted(estimates[::-1], least))


def _best(k: int, parts: Sequence[_LookedAt]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """All that may be among the k best, so far as single precision tells (see ``similarities``)."""
    least = kth_best(np.concatenate([part.rough for part in parts]), k) - MARGIN
    kept = [np.flatnonzero(part.rough >= least) for part in parts]
    pairs = list(zip(parts, kept, strict=True))
    return (
        np.concatenate([part.numbers[at] for part, at in pairs]),
        np.concatenate([part.rows[at] for part, at in pairs]),
    )
