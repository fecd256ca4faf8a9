"""The vectors of a library's passages, and which of them are closest to a question's.

In a small library a question's vector is compared with all of them, once; in others an index is
asked for the closest, and those of the candidates are compared beside it.

An edit leaves the index over all vectors as it is: what went is passed over when it is found, and
what came is searched beside it.  When both have become many, a new index is made; but one for many
vectors (``index.passage_vectors``) comes from outside, and so does the next one.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.ranks import kth_best, ranked
from index.splice import Splice
from index.vectors import FlatSearch, VectorSearch, products, rounded

# So many vectors may have gone and come before the index is made again: each that went makes every
# search look one place further down.
FEW, SHARE, MANY = 64, 20, 2000

# So many vectors are compared at a time: what a question takes stays in the processor's cache.
_BLOCK = 256
# Of up to so many vectors all are compared, once.  A question's candidates have most of them
# anyway, and what the index would spare is less than what it takes.
ALL_COMPARED = 8192


class Meaning:
    """Vectors by row.  Immutable, safe to use from several threads."""

    def __init__(self, vectors: NDArray[np.float32], index: VectorSearch | None = None) -> None:
        """Take ``vectors`` (n, dim), unit rows; they are not copied, nor may they change.

        ``index`` finds them by their places; without one, all are compared.
        """
        self._base = vectors
        self._index = FlatSearch(vectors) if index is None else index
        self._fill(np.arange(len(vectors)), vectors[:0])

    def _fill(self, stored: NDArray[np.int64], tail: NDArray[np.float32]) -> None:
        """``stored`` (rows,): where each row's vector is, in ``_base`` and then in ``tail``."""
        self._stored, self._tail = stored, tail
        self._row_of = np.full(len(self._base) + len(tail), -1, dtype=np.int64)
        self._row_of[stored] = np.arange(len(stored))
        self._gone = len(self._base) + len(tail) - len(stored)
        self._beside = FlatSearch(tail) if len(tail) else None

    def keeps(self, parts: int) -> bool:
        """Tell whether the index stays after a splice by which so many vectors come and go.

        One for many vectors is the caller's to replace then; until it is, it stays.
        """
        moved = self._gone + len(self._tail) + parts
        return moved <= FEW + min(MANY, len(self) // SHARE)

    def spliced(self, splice: Splice, vectors: NDArray[np.float32]) -> "Meaning":
        """Return the vectors after a splice of the rows; ``vectors`` are those that come."""
        if not len(self):
            return Meaning(vectors)
        base, count = self._base, len(self._base)
        stored = np.empty(splice.size, dtype=np.int64)
        stored[splice.kept_at] = self._stored[splice.kept]
        stored[splice.new_at] = count + len(self._tail) + np.arange(len(vectors))
        # In the order of the rows, as the others are: equal ones are ordered by place.
        beside = np.flatnonzero(stored >= count)
        tail = np.concatenate([self._tail, vectors])[stored[beside] - count]
        stored[beside] = count + np.arange(len(beside))
        made = object.__new__(Meaning)
        made._base, made._index = base, self._index
        made._fill(stored, tail)
        kept = made.keeps(0) or not isinstance(made._index, FlatSearch)
        return made if kept else Meaning(made.vectors)

    def __len__(self) -> int:
        return len(self._stored)

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """All vectors, (n, dim) float32, unit rows; not to be written to."""
        whole = not len(self._tail) and not self._gone
        return self._base if whole else self.of(np.arange(len(self)))

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of some rows, (rows, dim) float32, a copy."""
        stored = self._stored[rows]
        if not len(self._tail):
            return self._base[stored]
        beside = np.flatnonzero(stored >= len(self._base))
        found = self._base[np.where(stored < len(self._base), stored, 0)]
        found[beside] = self._tail[stored[beside] - len(self._base)]
        return found

    def to(self, vector: NDArray[np.float32]) -> "Similarities":
        """Return how close the vectors are to one (dim,), unit length."""
        return Similarities(self, vector)

    def products(self, rows: NDArray[np.int64], vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the inner products of some rows' vectors with one (dim,): (rows,), not rounded."""
        blocks = (rows[at : at + _BLOCK] for at in range(0, len(rows), _BLOCK))
        own = [products(self.of(block), vector) for block in blocks]
        return np.concatenate([np.empty(0), *own])

    def all_products(self, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the inner products of all vectors with one (dim,): (n,), not rounded."""
        if len(self._tail) or self._gone:
            return self.products(np.arange(len(self)), vector)
        found = np.empty(len(self))
        for at in range(0, len(self), _BLOCK):
            found[at : at + _BLOCK] = products(self._base[at : at + _BLOCK], vector)
        return found

    def closest(self, vector: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """Return the rows of the (at most) ``k`` closest vectors to one (dim,), best first.

        Similarities are rounded as ``VectorSearch`` says; equal ones are ordered by row.
        """
        query = vector[np.newaxis]
        # Rows that stay keep their order, so the index's order of equal ones is that of the rows.
        keys, similarities = self._index.search(query, max(1, min(k + self._gone, len(self._base))))
        found = np.where(keys[0] >= 0, self._row_of[keys[0]], -1)
        near = similarities[0]
        if self._beside is not None:
            more, also = self._beside.search(query, min(k, len(self._tail)))
            found = np.concatenate([found, self._row_of[len(self._base) + more[0]]])
            near = np.concatenate([near, also[0]])
        near, found = near[found >= 0], found[found >= 0]
        return ranked(found, near, k)[0]


class Similarities:
    """How close a library's vectors are to one question's.

    What is said of a row is the same whether all are compared or the index is asked first.
    """

    def __init__(self, meaning: Meaning, vector: NDArray[np.float32]) -> None:
        self._meaning, self._vector = meaning, vector
        compared = len(meaning) <= ALL_COMPARED
        self._all = meaning.all_products(vector) if compared else None

    def closest(self, k: int) -> NDArray[np.int64]:
        """Return the rows of the (at most) ``k`` closest vectors, best first; see ``Meaning``."""
        if self._all is None:
            return self._meaning.closest(self._vector, k)
        near = rounded(self._all)
        # So that fewer are sorted.
        rows = np.flatnonzero(near >= kth_best(near, k))
        return ranked(rows, near[rows], k)[0]

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the inner products of some rows' vectors with the question's: (rows,)."""
        return self._meaning.products(rows, self._vector) if self._all is None else self._all[rows]
