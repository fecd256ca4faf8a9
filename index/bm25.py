"""BM25 over postings: the best texts of a question, and the score of any text.

A score depends on the texts that there are and on the question, never on what was there before, nor
on how it was found: the sums run in the question's order, in double precision.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import UsageError
from index.postings import Coded, Postings, sums
from index.ranks import kth_best, ranked
from index.splice import Splice

# Lucene's defaults (BM25Similarity), inside the ranges that Robertson and Zaragoza recommend ("The
# Probabilistic Relevance Framework: BM25 and Beyond", 2009, section 3.1: 1.2 < k1 < 2, 0.5 < b <
# 0.8).
K1 = 1.2
B = 0.75
# Rounded before ordering, as similarities are, so that the order of a sum's terms does not decide.
SCORE_DECIMALS = 6
# So many postings are summed up in double precision for every text; more are in single first, to
# find out which texts can be among the best.
DENSE_POSTINGS = 50_000
# Of so many terms, the most common ones, what each adds is kept for every text: they are in most
# questions, and a sum over all texts takes a tenth of the time of one over a list of most.
KEPT_TERMS = 32
KEPT_SHARE = 16  # at least one text of so many has such a term
_SINGLE = 2.0**-23


class WordIndex(Protocol):
    """Texts found by the terms they share with a question.  Both are numbers.

    A text's number is its place, a term's what the caller says (``index.postings.TermNumbers``).
    A term that the question repeats counts each time; one that no text has is passed over.
    """

    def __len__(self) -> int: ...

    def search(self, query: Sequence[int], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Numbers and scores of the (at most) k best texts that share a term with ``query``.

        Scores are greater than 0, rounded to 6 decimals, descending; equal ones are ordered by
        ascending number.  Nothing shared: two empty arrays.  UsageError for ``k < 1``.
        """
        ...

    def scores(self, query: Sequence[int], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        """The score of each of ``texts``, in their order; 0 where no term is shared.

        Raises UsageError for a number that no text has.
        """
        ...

    def shares(self, query: Sequence[int], texts: NDArray[np.int64]) -> NDArray[np.float64]:
        """The ``scores`` of ``texts``, divided by the best that any text has; in [0, 1].

        Raises UsageError as ``scores`` does.
        """
        ...

    def spliced(self, splice: Splice, texts: Coded) -> "WordIndex":
        """The index after a splice of its texts; ``texts`` are those that come, in order.

        It equals one made afresh.  This one stays as it is.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of a question: its place among all, its idf, its texts, how often it is in each."""

    at: int
    idf: float
    rows: NDArray[np.int32]
    counts: NDArray[np.int32]


class BM25Index:
    """BM25 in Lucene's form: Σ over the query's terms of ln(1 + (N - n + ½)/(n + ½)) · tf/(tf + K).

    N texts, n of them with the term, tf times in this one, K = k1 · (1 - b + b · length / mean
    length); lengths in terms.

    Where a question's terms stand in many texts, all are summed up in single precision, and only
    those again that can be among the best: the same ones are found, with the same scores.
    """

    def __init__(self, postings: Postings) -> None:
        self.postings = postings
        lengths = postings.lengths
        self._mean = float(lengths.mean()) if len(lengths) else 0.0
        self._kept: dict[int, NDArray[np.float32]] = {}

    @classmethod
    def of(cls, texts: Coded) -> "BM25Index":
        """The index of some texts, numbered by their order."""
        return cls(Postings.of(texts))

    def __len__(self) -> int:
        return len(self.postings)

    def spliced(self, splice: Splice, texts: Coded) -> "BM25Index":
        return BM25Index(self.postings.spliced(splice, texts))

    def search(self, query: Sequence[int], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if k < 1:
            raise UsageError(f"k is {k}, expected at least 1")
        rows, scores = self._candidates(self._places(query), k)
        near = scores >= kth_best(scores, k)  # so that fewer are sorted
        best, its = ranked(rows[near].astype(np.int64), scores[near], k)
        return best, its.astype(np.float32)

    def scores(self, query: Sequence[int], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        asked = self._terms(self._places(query))
        return self._exact(asked, self._rows(texts)).astype(np.float32)

    def shares(self, query: Sequence[int], texts: NDArray[np.int64]) -> NDArray[np.float64]:
        rows, places = self._rows(texts), self._places(query)
        if self._is_few(places):  # summed up for every text, they need not be for these
            every = self._sums(places)
            scores, best = _rounded(every[rows]), _rounded(every.max(initial=0.0))
        else:
            asked = self._terms(places)
            scores = self._exact(asked, rows)
            best = self._exact(asked, self._promising(asked, 1)).max(initial=0.0)
        # As they are when they are asked for one by one: in single precision.
        own = scores.astype(np.float32).astype(np.float64)
        return own / float(np.float32(best)) if best > 0.0 else own

    def _rows(self, texts: NDArray[np.int64]) -> NDArray[np.int32]:
        strangers = (texts < 0) | (texts >= len(self))
        if strangers.any():
            raise UsageError(f"there is no text {texts[strangers][0]} among {len(self)}")
        # As the postings have them: of two kinds of integers a search would copy the longer side.
        return texts.astype(np.int32)

    def _places(self, query: Sequence[int]) -> NDArray[np.int64]:
        """The places of the query's terms that any text has, in order, repeated where they are."""
        places = self.postings.places(np.array(query, dtype=np.int64))
        return places[places >= 0]

    def _idf(self, count: int) -> float:
        """The idf of a term that so many texts have."""
        return math.log(1 + (len(self) - count + 0.5) / (count + 0.5))

    def _terms(self, places: NDArray[np.int64]) -> list[_Term]:
        known = {at: self._term(at) for at in dict.fromkeys(places.tolist())}
        return [known[at] for at in places.tolist()]

    def _term(self, at: int) -> _Term:
        postings = self.postings
        own = slice(postings.starts[at], postings.starts[at + 1])
        rows, counts = postings.rows[own], postings.counts[own]
        return _Term(at, self._idf(len(rows)), rows, counts)

    @cached_property
    def _damping(self) -> NDArray[np.float64]:
        """(texts,): K of each text.  Only asked for where a text has a term."""
        return np.asarray(K1 * ((1 - B) + B * self.postings.lengths / self._mean), np.float64)

    @cached_property
    def _common(self) -> frozenset[int]:
        """The places of the terms whose additions are kept for every text (``_kept``)."""
        many = self.postings.frequencies()
        often = np.flatnonzero(many >= max(1, len(self) // KEPT_SHARE))
        return frozenset(often[np.argsort(-many[often], kind="stable")[:KEPT_TERMS]].tolist())

    def _added(
        self, term: _Term, rows: NDArray[np.int32], counts: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        added: NDArray[np.float64] = term.idf * (counts / (self._damping[rows] + counts))
        return added

    def _exact(self, asked: Sequence[_Term], rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """The scores of some texts, rounded."""
        scores = np.zeros(len(rows))
        for term in asked:
            self._add(scores, term, rows)
        return _rounded(scores)

    def _is_few(self, places: NDArray[np.int64]) -> bool:
        """Tell whether the terms' postings are so few that all are summed up in double."""
        return int(self.postings.frequencies(places).sum()) <= DENSE_POSTINGS

    def _sums(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """The scores of all texts, not rounded; for few postings."""
        if not len(places):
            return np.zeros(len(self))
        at, term = self.postings.runs(places)
        rows, counts = self.postings.rows[at], self.postings.counts[at]
        idf = np.array([self._idf(many) for many in self.postings.frequencies(places).tolist()])
        added = idf[term] * (counts / (self._damping[rows] + counts))
        # One posting after another, so in the question's order.
        return sums(rows, added, len(self))

    def _add(self, scores: NDArray[np.float64], term: _Term, rows: NDArray[np.int32]) -> None:
        """Add what a term gives to each of ``rows`` to their ``scores``."""
        at = np.searchsorted(term.rows, rows)
        at[at == len(term.rows)] = 0
        had = np.flatnonzero(term.rows[at] == rows)
        scores[had] += self._added(term, rows[had], term.counts[at[had]])

    def _candidates(
        self, places: NDArray[np.int64], k: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Texts, ascending, with their scores: at least the k best and all that tie with them."""
        if self._is_few(places):
            scores = _rounded(self._sums(places))
            rows = np.flatnonzero(scores > 0.0).astype(np.int32)
            return rows, scores[rows]
        asked = self._terms(places)
        rows = self._promising(asked, k)
        scores = self._exact(asked, rows)
        return rows[scores > 0.0], scores[scores > 0.0]

    def _promising(self, asked: Sequence[_Term], k: int) -> NDArray[np.int32]:
        """Texts, ascending, among which the k best are, with all that tie with them."""
        rough = np.zeros(len(self), dtype=np.float32)
        for term in asked:
            if term.at in self._common:
                rough += self._of_all(term)
            else:
                rough[term.rows] += self._added(term, term.rows, term.counts).astype(np.float32)
        # The k-th best of some texts is no better than that of all: of those with the rarest terms.
        some = np.empty(0, dtype=np.int32)
        for term in sorted(asked, key=lambda term: len(term.rows)):
            if len(some) >= k:
                break
            some = np.union1d(some, term.rows[:DENSE_POSTINGS])
        # Each sum is off by a rounding a term at most, and once more where scores are rounded.
        off = (len(asked) + 1) * _SINGLE * sum(term.idf for term in asked) + 10**-SCORE_DECIMALS
        least = float(kth_best(rough[some], k)) - 2 * off
        return np.flatnonzero(rough > max(least, 0.0)).astype(np.int32)

    def _of_all(self, term: _Term) -> NDArray[np.float32]:
        """(texts,): what a common term adds to each text."""
        kept = self._kept.get(term.at)
        if kept is None:
            kept = np.zeros(len(self), dtype=np.float32)
            kept[term.rows] = self._added(term, term.rows, term.counts)
            self._kept[term.at] = kept  # another thread may make it, too: it is the same
        return kept


def _rounded(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(scores, SCORE_DECIMALS)
