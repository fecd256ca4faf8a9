"""Which texts have which terms, and how often: what word search counts with.

Terms are known by numbers (``TermNumbers``), texts by their place.  Nothing here depends on the
order in which texts came or on what was there before: a splice of what is kept equals what would be
made afresh.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.splice import Splice

_NONE = np.empty(0, dtype=np.int32)
# Of two terms a pair is made by putting one number in the upper half: there are fewer.
_HALF = 32


class _Numbers(dict[str, int]):
    """Gives each new term the next number, and leaves those that ``known`` had at first theirs."""

    def __init__(self, known: "_Numbers | None" = None) -> None:
        super().__init__()
        self._adding = threading.Lock()
        self._known = known
        self.start = 0 if known is None else known.count

    @property
    def count(self) -> int:
        """How many terms have a number; the numbers are those below it."""
        return self.start + len(self)

    def find(self, term: str) -> int:
        """A term's number; -1 where it has none."""
        number = self.get(term, -1)
        if number < 0 and self._known is not None:
            number = self._known.find(term)
            if number >= self.start:  # given since: that number is another term's here
                return -1
        return number

    def __missing__(self, term: str) -> int:
        if (known := self.find(term)) >= 0:
            return known
        with self._adding:  # another thread may have added it meanwhile
            return self.setdefault(term, self.count)


class TermNumbers:
    """The numbers of terms.  There come only more, so all generations of a library can share them.

    A term keeps its number when no text has it any more, until all is read again: what is kept
    grows with what was saved.  What may never be saved is numbered in a ``fork``.

    Safe to use from several threads.  Which number a term has depends on what came before: nothing
    that is found may depend on the numbers' order.
    """

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._terms: list[str] = []
        self._known: TermNumbers | None = None

    def fork(self) -> "TermNumbers":
        """Numbers that agree with these so far; neither has the terms that the other adds."""
        made = TermNumbers()
        made._numbers = _Numbers(self._numbers)
        made._known = self
        return made

    def __len__(self) -> int:
        return self._numbers.count

    def add(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of a text's terms, (terms,), in order; new ones are added."""
        numbered = map(self._numbers.__getitem__, terms)
        return np.fromiter(numbered, dtype=np.int64, count=len(terms))

    def number(self, term: str) -> int:
        """A term's number; -1 for one that was never added, which no text has."""
        return self._numbers.find(term)

    def terms(self, numbers: NDArray[np.int64]) -> list[str]:
        """The terms of some numbers, in their order."""
        terms = self._terms
        if len(terms) < len(self):
            self._terms = terms = self._all()
        return [terms[number] for number in numbers.tolist()]

    def _all(self) -> list[str]:
        """All terms, in the order in which they were added: each at the place of its number."""
        known = self._known
        return [*(() if known is None else known._all()[: self._numbers.start]), *self._numbers]


def pair(one: int, other: int) -> int:
    """The number of two terms that stand together; -1 where one of them has none."""
    return -1 if one < 0 or other < 0 else one << _HALF | other


@dataclass(frozen=True, slots=True)
class Coded:
    """Texts as their terms' numbers, all in one (terms,) int64; ``lengths`` (texts,) int64."""

    codes: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @staticmethod
    def of(texts: Sequence[NDArray[np.int64]]) -> "Coded":
        """The texts, each (terms,), in one."""
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        return Coded(np.concatenate([np.empty(0, dtype=np.int64), *texts]), lengths)

    @property
    def rows(self) -> NDArray[np.int64]:
        """(terms,): the place of the text that each term stands in."""
        return np.repeat(np.arange(len(self.lengths), dtype=np.int64), self.lengths)

    def pairs(self) -> "Coded":
        """The texts as their pairs of neighbouring terms (``pair``)."""
        joined, rows = self.codes[:-1] << _HALF | self.codes[1:], self.rows
        within = rows[:-1] == rows[1:]
        return Coded(joined[within], np.maximum(self.lengths - 1, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The texts of each term.  Immutable.

    ``codes`` (terms,) int64 are the numbers of the terms that any text has, ascending.  The term
    ``codes[i]`` stands in the texts ``rows[starts[i]:starts[i + 1]]``, int32, ascending, as often
    as ``counts`` says there, int32.  ``lengths`` (texts,) int64 counts each text's terms.
    """

    codes: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.int32]
    lengths: NDArray[np.int64]

    @staticmethod
    def of(texts: Coded) -> "Postings":
        """The postings of some texts, numbered by their order."""
        codes, rows = _sorted(texts)
        first = _firsts(codes, rows)
        counts = np.diff(first, append=len(codes)).astype(np.int32)
        codes, rows = codes[first], rows[first]
        begins = _firsts(codes)
        return Postings(
            codes=codes[begins],
            starts=np.append(begins, len(codes)),
            rows=rows.astype(np.int32),
            counts=counts,
            lengths=texts.lengths,
        )

    def __len__(self) -> int:
        """The number of texts."""
        return len(self.lengths)

    def places(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where in ``codes`` some terms are, (terms,); -1 for one that no text has."""
        if not len(self.codes):
            return np.full(len(codes), -1, dtype=np.int64)
        at = self.codes.searchsorted(codes)
        at[at == len(self.codes)] = 0
        return np.where(self.codes[at] == codes, at, -1)

    def having(self, code: int) -> NDArray[np.int32]:
        """The texts that have a term, ascending; not to be written to."""
        at = int(self.codes.searchsorted(code))
        if at == len(self.codes) or self.codes[at] != code:
            return _NONE
        return self.rows[self.starts[at] : self.starts[at + 1]]

    def frequencies(self, places: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """(terms,): how many texts have each term, or each of those at some ``places``."""
        if places is None:
            return np.diff(self.starts)
        return self.starts[places + 1] - self.starts[places]

    def runs(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The postings of the terms at some places, one term's after another's.

        Their numbers in ``rows`` and ``counts``, and whose each is, by its place in ``places``;
        both (postings,) int64.
        """
        return runs(self.starts, places)

    def spliced(self, splice: Splice, texts: Coded) -> "Postings":
        """The postings after a splice of the texts; ``texts`` are those that come, in order.

        The same as if made afresh; copies a few arrays.
        """
        moved = splice.number[self.rows]
        stays = moved >= 0
        if stays.all():
            rows, counts, starts = moved, self.counts, self.starts
        else:
            rows, counts = moved[stays], self.counts[stays]
            starts = np.concatenate(([0], np.cumsum(stays)))[self.starts]
        new = Postings.of(texts)
        # New terms first get an empty place among the old ones.
        at = np.searchsorted(self.codes, new.codes)
        unknown = np.ones(len(at), dtype=bool)
        inside = at < len(self.codes)
        unknown[inside] = self.codes[at[inside]] != new.codes[inside]
        codes = np.insert(self.codes, at[unknown], new.codes[unknown])
        begins = np.insert(starts[:-1], at[unknown], starts[at[unknown]])
        ends = np.append(begins[1:], starts[-1])
        places = at + np.cumsum(unknown) - unknown
        new_rows = splice.new_at[new.rows].astype(np.int32)
        into = np.empty(len(new_rows), dtype=np.int64)
        for term, place in enumerate(places.tolist()):
            own = slice(new.starts[term], new.starts[term + 1])
            among = rows[begins[place] : ends[place]]
            into[own] = begins[place] + np.searchsorted(among, new_rows[own])
        sizes = ends - begins
        sizes[places] += new.frequencies()
        had = sizes > 0
        return Postings(
            codes=codes[had],
            starts=np.concatenate(([0], np.cumsum(sizes[had]))),
            rows=np.insert(rows, into, new_rows),
            counts=np.insert(counts, into, new.counts),
            lengths=splice.array(self.lengths, texts.lengths),
        )


def runs(
    starts: NDArray[np.int64], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places ``starts[i]``, …, ``starts[i + 1] - 1`` of some numbers i, one run after another.

    With each place's run, by its place in ``numbers``; both (places,) int64.
    """
    counts = starts[numbers + 1] - starts[numbers]
    before = np.cumsum(counts) - counts
    of = np.repeat(np.arange(len(numbers)), counts)
    return (starts[numbers] - before)[of] + np.arange(len(of)), of


def sums(rows: NDArray[np.int32], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """(size,): the sum of the values of each row, added up one after the other, in order."""
    return np.bincount(rows, weights=values, minlength=size).astype(np.float64, copy=False)


def _sorted(texts: Coded) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The terms' numbers and their texts', ascending by both."""
    codes, rows, count = texts.codes, texts.rows, max(1, len(texts.lengths))
    if len(codes) and int(codes.max()) < (1 << 62) // count:
        # One number of both is sorted several times faster than two.
        keys = codes * count + rows
        keys.sort()
        codes = keys // count
        return codes, keys - codes * count
    order = np.argsort(codes, kind="stable")  # rows ascend already
    return codes[order], rows[order]


def _firsts(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places where a run of equal rows begins."""
    begins = np.ones(len(columns[0]), dtype=bool)
    begins[1:] = False
    for column in columns:
        begins[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(begins)
