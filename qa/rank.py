"""How a question's candidates are put in order.  Pure: numbers in, an order out.

A candidate is one owner, an FAQ pair or a section, with all that is known of how it meets the
question.  Its place depends on these numbers only, never on which search found it.

Records here are named tuples: some hundred candidates are made for each question, and a frozen
dataclass takes four times as long to make.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from qa.records import HitKind
from qa.weights import RankingWeights

R = TypeVar("R", bound=tuple[Any, ...])

# Support counts so many wordings of an answer's question; a missing one, or one that is far away,
# is taken to be this much further away than the closest.  On the public sets of intents the closest
# was .06 to .09 ahead of the mean of the five closest (medians).
SUPPORT_WORDINGS = 5
SUPPORT_GAP = 0.1
# Of a ranking, so many records are made at once.
_MADE = 64


class Fields(NamedTuple):
    """Cosine similarities of the question to what an owner has, in [-1, 1]; ``None``: it has none.

    ``question`` is the best over an FAQ pair's question and its other wordings; ``answer`` and
    ``window`` the best over the windows of a long answer or of a section; ``sentence`` the best
    over its sentences.  ``support`` is the mean over the closest wordings of all pairs with the
    same answer: an answer that several wordings ask for is likelier than one that a single does.
    """

    question: float | None = None
    pair: float | None = None
    answer: float | None = None
    section: float | None = None
    window: float | None = None
    sentence: float | None = None
    support: float | None = None


class Words(NamedTuple):
    """How the question's words meet an owner, each in [0, 1]: see ``lexical.WordScores``."""

    overlap: float = 0.0
    telling: float = 0.0
    stems: float = 0.0
    exact: float = 0.0
    best_part: float = 0.0
    asked: float = 0.0
    phrases: float = 0.0
    pieces: float = 0.0


class Candidate(NamedTuple):
    """One FAQ pair or section, as a question meets it.

    ``read`` tells that the embedding model reads its language, as far as is known; ``lead`` that it
    introduces its article (``Owners.leads``).
    """

    kind: HitKind
    article: str
    id: str
    fields: Fields
    words: Words = Words()
    read: bool = True
    lead: bool = False

    @property
    def said(self) -> float:
        """The similarity to the answer, or to the whole section."""
        fields = self.fields
        own = fields.section if self.kind is HitKind.SECTION else fields.answer
        return -1.0 if own is None else own

    @property
    def whole(self) -> float:
        """The similarity to question and answer's beginning, or to the whole section."""
        pair = None if self.kind is HitKind.SECTION else self.fields.pair
        return self.said if pair is None else pair

    @property
    def sentence(self) -> float:
        """The similarity to the best sentence; to what it says, where that has none."""
        own = self.fields.sentence
        return self.said if own is None else own

    def features(self) -> dict[str, float]:
        """Return what the ranking weighs, by name: see ``Candidates.features``."""
        features = Candidates.of([self]).features(self.kind, np.zeros(1, dtype=np.int64))
        return {name: float(value) for name, (value,) in features.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """A question's candidates in columns, by which some hundred are weighed at once.

    ``numbers`` (n,) int64 are those of the owners in their library, ``keys`` their article ids and
    own ids, ``sections``, ``read`` and ``leads`` (n,) bool; ``fields`` (n, 7) has what ``Fields``
    has, nan where there is no such field, and ``words`` (n, 8) what ``Words`` has.
    """

    numbers: NDArray[np.int64]
    keys: Sequence[tuple[str, str]]
    sections: NDArray[np.bool_]
    fields: NDArray[np.float64]
    words: NDArray[np.float64]
    read: NDArray[np.bool_]
    leads: NDArray[np.bool_]

    @staticmethod
    def of(candidates: Sequence[Candidate]) -> "Candidates":
        """Return some candidates in columns, each numbered by its place."""
        count = len(candidates)
        # As numbers, what is None becomes nan.
        fields = np.array([one.fields for one in candidates], dtype=np.float64)
        words = np.array([one.words for one in candidates], dtype=np.float64)
        return Candidates(
            np.arange(count),
            [(one.article, one.id) for one in candidates],
            np.array([one.kind is HitKind.SECTION for one in candidates], dtype=bool),
            fields.reshape(count, len(Fields._fields)),
            words.reshape(count, len(Words._fields)),
            np.array([one.read for one in candidates], dtype=bool),
            np.array([one.lead for one in candidates], dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[Candidate]:
        return self.at(np.arange(len(self)))

    def at(self, rows: NDArray[np.int64]) -> Iterator[Candidate]:
        """Yield some of them, in the order of ``rows``."""
        known = self.fields[rows]
        fields = known.astype(object)
        fields[np.isnan(known)] = None
        sections = self.sections[rows].tolist()
        kinds = [HitKind.SECTION if section else HitKind.FAQ for section in sections]
        keys = [self.keys[row] for row in rows.tolist()]
        articles, ids = zip(*keys, strict=True) if keys else ((), ())
        met, shared = _records(Fields, fields.tolist()), _records(Words, self.words[rows].tolist())
        read, leads = self.read[rows].tolist(), self.leads[rows].tolist()
        columns = kinds, articles, ids, met, shared, read, leads
        return _records(Candidate, zip(*columns, strict=True))

    def features(self, kind: HitKind, rows: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        """Return what the ranking weighs of some, all of one kind, by name, each (rows,).

        A part that the owner does not have is as similar as what it would be a part of.
        """
        met = dict(zip(Fields._fields, self.fields[rows].T, strict=True))
        words = dict(zip(Words._fields, self.words[rows].T, strict=True))
        asked = words.pop("asked")
        known = met["section" if kind is HitKind.SECTION else "answer"]
        said = _or(known, np.full(len(rows), -1.0))
        own = {"sentence": _or(met["sentence"], said), **words, "bias": np.ones(len(rows))}
        if kind is HitKind.SECTION:
            lead = self.leads[rows].astype(np.float64)
            return own | {"section": said, "window": _or(met["window"], said), "lead": lead}
        question = _or(met["question"], np.full(len(rows), -1.0))
        return own | {
            "question": question,
            "pair": _or(met["pair"], said),
            "answer": said,
            "support": _or(met["support"], question),
            "asked": asked,
        }

    def similarities(self) -> NDArray[np.float64]:
        """Return the best field of each but ``support``, (n,); -1 where there are none."""
        own = self.fields[:, [name != "support" for name in Fields._fields]]
        best = np.fmax.reduce(own, axis=1)
        return _or(best, np.full(len(self), -1.0))


def _or(values: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values, and where there is none (nan) the others."""
    return np.where(np.isnan(values), others, values)


class Ranked(NamedTuple):
    """A candidate in its place.  ``similarity`` is its best field; both have 6 decimals."""

    candidate: Candidate
    score: float
    similarity: float


class Ranking(Sequence[Ranked]):
    """A question's candidates in order, best first.

    Records are made when they are asked for: of hundreds, a question looks at the first few dozen.
    """

    def __init__(
        self,
        candidates: Candidates,
        order: NDArray[np.int64],
        scores: NDArray[np.float64],
        similarities: NDArray[np.float64],
    ) -> None:
        """``order`` (n,) are rows of ``candidates``, best first; the others (n,) are by row."""
        self._candidates, self._order = candidates, order
        self._scores, self._similarities = scores, similarities
        self._made: dict[int, list[Ranked]] = {}

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Ranked: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Ranked, ...]: ...

    def __getitem__(self, place: int | slice) -> Ranked | tuple[Ranked, ...]:
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            if step != 1:
                return tuple(self[one] for one in range(start, stop, step))
            first = start // _MADE
            blocks = [self._block(number) for number in range(first, -(-stop // _MADE))]
            skipped = first * _MADE
            return tuple(chain.from_iterable(blocks))[start - skipped : max(stop - skipped, 0)]
        at = range(len(self))[place]  # IndexError as any sequence
        return self._block(at // _MADE)[at % _MADE]

    def __iter__(self) -> Iterator[Ranked]:
        return chain.from_iterable(map(self._block, range(-(-len(self) // _MADE))))

    @property
    def order(self) -> NDArray[np.int64]:
        """(n,): the rows of the candidates, best first."""
        return self._order

    def with_first_last(self) -> "Ranking":
        """Return the ranking with its first candidate behind all others."""
        order = np.roll(self._order, -1)
        return Ranking(self._candidates, order, self._scores, self._similarities)

    def _block(self, number: int) -> list[Ranked]:
        made = self._made.get(number)
        if made is None:
            rows = self._order[number * _MADE : (number + 1) * _MADE]
            scores, similarities = self._scores[rows].tolist(), self._similarities[rows].tolist()
            columns = self._candidates.at(rows), scores, similarities
            made = self._made[number] = list(_records(Ranked, zip(*columns, strict=True)))
        return made


def rank(candidates: Candidates, weights: RankingWeights, *, near: str = "") -> Ranking:
    """Order the candidates, best first; equal scores by id, then by article.

    The score is the weighted sum of a candidate's features (see ``RankingWeights.of``), with
    ``weights.near`` on top in the article of the id ``near``, rounded to 6 decimals: the noise of
    floating point must not decide.
    """
    scores = np.zeros(len(candidates))
    for kind in HitKind:
        of_kind = candidates.sections == (kind is HitKind.SECTION)
        for read in (True, False):
            rows = np.flatnonzero(of_kind & (candidates.read == read))
            if len(rows):
                features = candidates.features(kind, rows)
                # One feature after another: so a score has the same bits whoever is beside it.
                for name, weight in weights.of(kind, read=read).items():
                    scores[rows] += weight * features[name]
    if near:
        scores += weights.near * np.array([article == near for article, _ in candidates.keys])
    scores = np.round(scores, 6)
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    if (ordered[1:] == ordered[:-1]).any():
        own, keys = scores.tolist(), candidates.keys
        by_key = sorted(range(len(keys)), key=lambda row: (-own[row], *reversed(keys[row])))
        order = np.array(by_key, dtype=np.int64)
    return Ranking(candidates, order, scores, np.round(candidates.similarities(), 6))


def _records(kind: type[R], values: Iterable[Iterable[Any]]) -> Iterator[R]:
    """Yield named tuples of some values, as their ``_make`` does, which calls Python for each."""
    return map(partial(tuple.__new__, kind), values)


def supports(
    similarities: NDArray[np.float64], answers: NDArray[np.int64], count: int
) -> NDArray[np.float64]:
    """Return the support of ``count`` answers, (count,); nan of one without any wording.

    ``similarities`` are those of wordings to the question, ``answers`` the numbers of the answers
    that they ask for, both (wordings,).  Support is the mean of an answer's ``SUPPORT_WORDINGS``
    best, none more than ``SUPPORT_GAP`` behind the best: a wording that is far away (many questions
    are answered "Yes.") counts like one that is missing, so that one more never takes support away.
    """
    order = np.lexsort((-similarities, answers))
    similarities, answers = similarities[order], answers[order]
    starts = np.searchsorted(answers, np.arange(count))
    nth = np.arange(len(answers)) - starts[answers]
    best = np.full(count, np.nan)
    best[answers[nth == 0]] = similarities[nth == 0]
    least = best - SUPPORT_GAP
    total = np.zeros(count)
    for place in range(SUPPORT_WORDINGS):
        own = least.copy()
        here = nth == place
        own[answers[here]] = np.maximum(similarities[here], own[answers[here]])
        total += own
    return total / SUPPORT_WORDINGS
