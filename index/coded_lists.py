"""Vectors in lists, as codes of one bit a dimension: FAISS's RaBitQ in the lists of
``index.vector_lists``."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from index.cores import cores
from index.vector_lists import SUM_UNIT, Breadth, Pivots, Probes, whole_numbers
from index.vector_rows import VectorRows, parts_of
from index.vectors import MARGIN, faiss_threads, load_faiss

# At least so many bits a vector.  Where there are fewer dimensions, they are turned into that many;
# FAISS's codes of several bits a dimension would do, but skip vectors by what they met before.
_LEAST_BITS = 384
# Of each of a question's numbers.  With 8 as many are found, and a tenth more slowly.
_QUERY_BITS = 5
_ROTATION_SEED = 5
_NOWHERE = -1
_ARRAYS = ("list_of", "_hashes", "_used", "_pivots", "_sums", "_counts")


class Candidates(NamedTuple):
    """Numbers of vectors (n,), the one first that looks closest, and the similarities (n,) that
    are estimated of them, descending; ``full``: whether there were more."""

    numbers: NDArray[np.int64]
    estimates: NDArray[np.float32]
    full: bool


class CodedLists:
    """Lists of vectors that are known by number.  What they are is up to ``change``'s caller.

    ``list_of`` (numbers,) holds each vector's list, -1 for none.  There is room for more lists than
    there are pivots, as FAISS cannot add one: an unused list is empty.
    """

    def __init__(self, dimension: int, shift: int, pivots: int) -> None:
        """No vectors, and room for some more than ``pivots`` lists; see ``shift_for``."""
        room = pivots + pivots // 2 + 16
        self.shift = shift
        self.list_of = np.empty(0, dtype=np.int32)
        self._hashes = np.zeros(room, dtype=np.uint64)  # the pivots', where a list has one
        self._used = np.zeros(room, dtype=np.bool_)
        self._pivots = np.zeros((room, dimension), dtype=np.float32)
        self._sums = np.zeros((room, dimension), dtype=np.int64)
        self._counts = np.zeros(room, dtype=np.int64)
        self._codes = _empty(self._pivots)
        self._probes = Probes(self._sums, self._counts, self._hashes)

    def have_room_for(self, pivots: int) -> bool:
        """Tell whether so many lists can be used."""
        return pivots <= len(self._used)

    def copy(self) -> "CodedLists":
        """Return lists of their own that hold the same."""
        other = CodedLists.__new__(CodedLists)
        other.shift = self.shift
        for name in _ARRAYS:
            setattr(other, name, getattr(self, name).copy())
        other._codes = load_faiss().clone_index(self._codes)
        other._probes = self._probes  # replaced, never changed
        return other

    def renumbered(self, rows: VectorRows, order: NDArray[np.int64]) -> "CodedLists":
        """Return the same lists of vectors with other numbers: ``order[i]``'s is now i, in ``rows``
        too."""
        other = CodedLists.__new__(CodedLists)
        other.shift = self.shift
        for name in _ARRAYS:
            setattr(other, name, getattr(self, name))
        other.list_of = self.list_of[order]
        other._codes, other._probes = _empty(self._pivots), self._probes
        with faiss_threads(cores()):
            for numbers in parts_of(np.arange(len(order))):
                other._add_codes(rows.take(numbers), numbers, other.list_of[numbers])
        return other

    def save(self, codes: Path) -> dict[str, NDArray[Any]]:
        """Write the codes into a file in FAISS's format; return all else, for ``restored``."""
        load_faiss().write_index(self._codes, str(codes))
        return {name: getattr(self, name) for name in _ARRAYS} | {"shift": np.array(self.shift)}

    @classmethod
    def restored(cls, codes: Path, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return what ``save`` was called on.  The files are the caller's to have checked."""
        lists = cls.__new__(cls)
        lists.shift = int(arrays["shift"])
        for name in _ARRAYS:
            setattr(lists, name, arrays[name])
        lists._codes = load_faiss().read_index(str(codes))
        lists._probes = Probes(lists._sums, lists._counts, lists._hashes)
        return lists

    def change(
        self,
        rows: VectorRows,
        added: NDArray[np.int64],
        gone: NDArray[np.int64],
        hashes: NDArray[np.uint64],
        pivots: NDArray[np.float32],
    ) -> None:
        """Take the vectors numbered ``gone`` out and put those numbered ``added`` in.

        ``hashes`` (n,), ascending, and ``pivots`` (n, dim) are those of the lists that there are to
        be from now on; vectors move between lists as these come and go.
        """
        room = np.full(len(rows) - len(self.list_of), _NOWHERE, dtype=np.int32)
        self.list_of = np.concatenate([self.list_of, room])
        with faiss_threads(cores()):
            self._take_out(rows, gone)
            dropped = np.flatnonzero(self._used & ~np.isin(self._hashes, hashes))
            moving = [np.flatnonzero(np.isin(self.list_of, dropped))]
            self._used[dropped] = False
            new = np.flatnonzero(~np.isin(hashes, self._hashes[self._used]))
            taken = np.flatnonzero(~self._used)[: len(new)]
            self._used[taken], self._hashes[taken] = True, hashes[new]
            self._pivots[taken] = pivots[new]
            used = np.flatnonzero(self._used)
            nearest = Pivots(self._pivots[used], self._hashes[used], used)
            if len(new):
                moving.append(self._drawn_to(rows, nearest, pivots[new], moving[0]))
            moved = np.concatenate(moving)
            self._take_out(rows, moved)
            if len(new) or len(dropped):
                centres = load_faiss().downcast_index(self._codes.quantizer)
                centres.reset()
                centres.add(_rotated(self._pivots))
            self._put(rows, np.concatenate([added, moved]), nearest)
        self._probes = Probes(self._sums, self._counts, self._hashes)

    def candidates(self, query: NDArray[np.float32], breadth: Breadth, places: int) -> "Candidates":
        """Return numbers of vectors that look close to ``query`` (dim,).

        At most ``places``, from the closest lists.  Of several whose estimate is that of the last,
        none: which of them FAISS returns depends on the order in which they came.
        """
        with faiss_threads(1):
            return self._candidates(query, breadth, places)

    def _candidates(
        self, query: NDArray[np.float32], breadth: Breadth, places: int
    ) -> "Candidates":
        looked_into = self._probes.closest(query, breadth)
        held = int(self._counts[looked_into].sum())
        places = min(places, held)
        estimates = np.empty(places, dtype=np.float32)
        numbers = np.empty(places, dtype=np.int64)
        if not places:
            return Candidates(numbers, estimates, False)
        turned = _rotated_question(query)
        unused = np.zeros(looked_into.shape, dtype=np.float32)
        swig_ptr = load_faiss().swig_ptr
        # FAISS's own wrapper of this one takes no settings, and setting them in the index would
        # disturb a search that runs beside this one.
        self._codes.search_preassigned_c(
            1,
            swig_ptr(turned),
            places,
            *map(swig_ptr, (looked_into, unused, estimates, numbers)),
            False,
            _settings(len(looked_into)),
        )
        # FAISS estimates the square of a distance; vectors are of length 1.
        similar = (np.float32(1.0) + query @ query - estimates) / np.float32(2.0)
        if held <= places:
            return Candidates(numbers, similar, False)
        before_last = int(np.searchsorted(estimates, estimates[-1]))
        return Candidates(numbers[:before_last], similar[:before_last], True)

    def _drawn_to(
        self,
        rows: VectorRows,
        nearest: Pivots,
        pivots: NDArray[np.float32],
        without: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """The numbers of vectors in lists whose list is another since there are new ``pivots``."""
        listed = np.setdiff1d(np.flatnonzero(self.list_of != _NOWHERE), without)
        found = [np.empty(0, dtype=np.int64)]
        for numbers in parts_of(listed):
            part = rows.take(numbers)
            own = np.einsum("ij,ij->i", part, self._pivots[self.list_of[numbers]])
            closer = (part @ pivots.T).max(axis=1) >= own - MARGIN
            lists = nearest.lists_of(part[closer])
            found.append(numbers[closer][lists != self.list_of[numbers[closer]]])
        return np.concatenate(found)

    def _put(self, rows: VectorRows, added: NDArray[np.int64], nearest: Pivots) -> None:
        for numbers in parts_of(added):
            part = rows.take(numbers)
            lists = nearest.lists_of(part)
            self.list_of[numbers] = lists
            self._tally(part, lists, 1)
            self._add_codes(part, numbers, lists)

    def _add_codes(
        self, part: NDArray[np.float32], numbers: NDArray[np.int64], lists: NDArray[np.integer]
    ) -> None:
        swig_ptr = load_faiss().swig_ptr
        turned, wide = _rotated(part), lists.astype(np.int64)
        self._codes.add_core(len(part), swig_ptr(turned), swig_ptr(numbers), swig_ptr(wide))

    def _take_out(self, rows: VectorRows, gone: NDArray[np.int64]) -> None:
        gone = gone[self.list_of[gone] != _NOWHERE]
        if len(gone):
            self._codes.remove_ids(gone)
        for numbers in parts_of(gone):
            self._tally(rows.take(numbers), self.list_of[numbers], -1)
        self.list_of[gone] = _NOWHERE

    def _tally(self, part: NDArray[np.float32], lists: NDArray[np.integer], sign: int) -> None:
        order = np.argsort(lists, kind="stable")
        touched, starts, counts = np.unique(lists[order], return_index=True, return_counts=True)
        self._sums[touched] += sign * np.add.reduceat(whole_numbers(part[order]), starts, axis=0)
        self._counts[touched] += sign * counts


def _empty(pivots: NDArray[np.float32]) -> Any:  # Any: FAISS has no types
    """FAISS's index without vectors, a list for each of ``pivots`` (lists, dim)."""
    faiss = load_faiss()
    turned = _rotated(pivots)
    lists, bits = turned.shape
    centres = faiss.IndexFlatL2(bits)
    centres.add(turned)
    codes = faiss.IndexIVFRaBitQ(centres, bits, lists, faiss.METRIC_L2)
    codes.own_fields = True
    centres.this.disown()
    codes.train(turned)
    return codes


@lru_cache(maxsize=1024)
def _settings(lists: int) -> Any:
    """What FAISS is told when it looks into so many lists: to make it anew takes 15 µs."""
    return load_faiss().IVFRaBitQSearchParameters(nprobe=lists, qb=_QUERY_BITS, centered=False)


@lru_cache(maxsize=4)
def _rotation(dimension: int) -> NDArray[np.float64]:
    """A random rotation (dim, bits), always the same: RaBitQ wants no dimension to stand out.

    In multiples of 1 / ``SUM_UNIT``.
    """
    bits = max(dimension, _LEAST_BITS)
    chance = np.random.Generator(np.random.PCG64(_ROTATION_SEED))
    turned: NDArray[np.float64] = np.linalg.qr(chance.standard_normal((bits, bits)))[0]
    return np.ascontiguousarray(np.rint(turned[:dimension] * SUM_UNIT) / SUM_UNIT)


@lru_cache(maxsize=4)
def _single_rotation(dimension: int) -> NDArray[np.float32]:
    return _rotation(dimension).astype(np.float32)


def _rotated(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The rows (n, dim) turned, (n, bits), each the same to the bit whatever stands beside it.

    BLAS sums in another order for another number of rows.  A pivot's own vector would then differ
    from it in the last bits, and its code be made of that difference: its estimate is off by as
    much as .3.  So what is multiplied is rounded, and all sums are exact: 41 bits, and 5 more.
    """
    whole = np.rint(rows.astype(np.float64) * SUM_UNIT)
    return np.ascontiguousarray(whole @ _rotation(rows.shape[1]) / SUM_UNIT, dtype=np.float32)


def _rotated_question(query: NDArray[np.float32]) -> NDArray[np.float32]:
    """The question (dim,) turned, (1, bits): one at a time, so BLAS sums in one order."""
    return np.ascontiguousarray(query[None, :] @ _single_rotation(len(query)))
