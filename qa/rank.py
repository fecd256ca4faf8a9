"""How a question's candidates are put in order.  Pure: numbers in, an order out.

A candidate is one owner, an FAQ pair or a section, with all that is known of how it meets the
question.  Its place depends on these numbers only, never on which search found it.

Records here are named tuples: some hundred candidates are made for each question, and a frozen
dataclass takes four times as long to make.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.records import HitKind
from qa.weights import RankingWeights

# Support counts so many wordings of an answer's question; a missing one, or one that is far away,
# is taken to be this much further away than the closest.  On the public sets of intents the closest
# was .06 to .09 ahead of the mean of the five closest (medians).
SUPPORT_WORDINGS = 5
SUPPORT_GAP = 0.1


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

    def best(self) -> float:
        """Return the best of them but ``support`` (-1 when there are none)."""
        own = (self.question, self.pair, self.answer, self.section, self.window, self.sentence)
        return max([value for value in own if value is not None], default=-1.0)


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

    ``read`` tells that the embedding model reads its language, as far as is known.
    """

    kind: HitKind
    article: str
    id: str
    fields: Fields
    words: Words = Words()
    read: bool = True

    @property
    def whole(self) -> float:
        """The similarity to question and answer together, or to the whole section."""
        fields = self.fields
        if self.kind is HitKind.SECTION:
            own = fields.section
        else:
            own = fields.answer if fields.pair is None else fields.pair
        return -1.0 if own is None else own

    def features(self) -> dict[str, float]:
        """Return what the ranking weighs, by name.

        A part that the owner does not have is as similar as what it would be a part of.
        """
        fields, words = self.fields, self.words
        known = fields.section if self.kind is HitKind.SECTION else fields.answer
        said = -1.0 if known is None else known
        own = {
            "sentence": said if fields.sentence is None else fields.sentence,
            "overlap": words.overlap,
            "telling": words.telling,
            "stems": words.stems,
            "exact": words.exact,
            "best_part": words.best_part,
            "phrases": words.phrases,
            "pieces": words.pieces,
            "bias": 1.0,
        }
        if self.kind is HitKind.SECTION:
            own["section"] = said
            own["window"] = said if fields.window is None else fields.window
        else:
            question = -1.0 if fields.question is None else fields.question
            own["question"] = question
            own["pair"] = self.whole
            own["answer"] = said
            own["support"] = question if fields.support is None else fields.support
            own["asked"] = words.asked
        return own


class Ranked(NamedTuple):
    """A candidate in its place.  ``similarity`` is its best field; both have 6 decimals."""

    candidate: Candidate
    score: float
    similarity: float


def rank(candidates: Iterable[Candidate], weights: RankingWeights) -> tuple[Ranked, ...]:
    """Order the candidates, best first; equal scores by id, then by article.

    The score is the weighted sum of a candidate's features (see ``RankingWeights.of``), rounded to
    6 decimals: the noise of floating point must not decide.
    """
    ranked = [
        Ranked(
            one,
            round(_score(one, weights.of(one.kind, read=one.read)), 6),
            round(one.fields.best(), 6),
        )
        for one in candidates
    ]
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.candidate.id, r.candidate.article)))


def _score(candidate: Candidate, weights: Mapping[str, float]) -> float:
    own = candidate.features()
    return sum([weight * own[name] for name, weight in weights.items()])


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
