"""What a group of questions has in common with the library: pooled, stronger than one's.  Pure.

One question that is far from every pair may be worded oddly; ten are not.  Each question is asked
again as the library is now, and what came of them is put together.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.records import FaqPair
from index.words import terms
from qa.asking import Asker, Outcome
from qa.function_words import is_function_word
from qa.search import Owner

# A hit that a question does not have among its first counts as one of this confidence.
LEAST_CONFIDENCE = 0.01
# How many of the log's questions, and of those that were answered, a question is compared with.
NEIGHBOURS = 5
# A question of the log that is less alike than this (a cosine) is no neighbour: in a small log the
# closest ones are about something else.
LEAST_NEIGHBOUR = 0.5
# A cosine that is as good as 1, and what stands for none.
_SAME, _NONE = 1.0 - 1e-4, -2.0
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Support:
    """How a group of questions supports one answer, a pair's or a section's.

    ``owner`` is the one whose confidences over the questions add up to most (of pairs with the same
    answer the one that most questions have), ``confidence`` their geometric mean as odds, as a
    probability; ``share`` of the questions have it as their first hit of the kind.
    ``neighbours`` is the mean confidence with which the questions' closest neighbours in the log
    were given it, 0 where they were given something else; None where there are no neighbours.
    """

    owner: Owner
    confidence: float
    share: float
    neighbours: float | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What a question's neighbours in the log are like, an entry for each question.

    ``given`` are its closest neighbours' first hits (what they say, "" for none) with the
    confidences that they were given with, the closest first; ``answered`` the mean cosine to the
    closest that were answered, None where there are none.
    """

    given: tuple[tuple[tuple[str, float], ...], ...]
    answered: tuple[float | None, ...]

    def of(self, places: Sequence[int]) -> "Around":
        """Return those of some questions."""
        return Around(
            tuple(self.given[place] for place in places),
            tuple(self.answered[place] for place in places),
        )


@dataclass(frozen=True, slots=True)
class GroupEvidence:
    """What is known of a group of questions, all in [0, 1] but cosines.

    ``pair`` and ``section`` support the best answer of each kind, None where there is none.
    ``similarity`` is the mean of the questions' best cosines to the library; ``known`` the mean
    share of their telling words that the library has; ``answered`` the mean cosine to the closest
    questions of the log that were answered, None where there are none.  ``size`` is the number of
    wordings.
    """

    pair: Support | None
    section: Support | None
    similarity: float
    known: float
    answered: float | None
    size: int


def group_evidence(
    asker: Asker,
    texts: Sequence[str],
    outcomes: Sequence[Outcome],
    beside: Around,
    *,
    rejected: Collection[tuple[str, str]] = (),
) -> GroupEvidence:
    """Return the evidence of a group: its questions, what becomes of each, and what is beside them.

    A hit in ``rejected`` (article id, own id) is none, nor is one that says the same: readers said
    that it does not answer.
    """
    wrong = frozenset(says(asker.searcher.owner(*key)) for key in rejected if asker.has(*key))
    near = [cosine for cosine in beside.answered if cosine is not None]
    return GroupEvidence(
        pair=_support(outcomes, beside, wrong, pairs=True),
        section=_support(outcomes, beside, wrong, pairs=False),
        similarity=_mean([_similarity(outcome) for outcome in outcomes]),
        known=_mean([_known(asker, text) for text in texts]),
        answered=_mean(near) if near else None,
        size=len(texts),
    )


def around(
    vectors: NDArray[np.float32],
    log: NDArray[np.float32],
    given: Sequence[tuple[str, float]],
    answered: NDArray[np.bool_],
) -> Around:
    """Return what is around each question, from all questions of the log, (m, dim).

    ``given`` (m) are what their first hits say and the confidences, ``answered`` (m,) which of
    them were answered.  A question is not its own neighbour, nor is one that is too far away.
    """
    each: list[tuple[tuple[str, float], ...]] = []
    near: list[float | None] = []
    for at in range(0, len(vectors), _BATCH):
        part = vectors[at : at + _BATCH].astype(np.float64)
        cosines = np.round(part @ log.T.astype(np.float64), 6)
        cosines[cosines > _SAME] = _NONE
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :NEIGHBOURS]
        for row, places in zip(cosines, order, strict=True):
            each.append(tuple(given[place] for place in places if row[place] >= LEAST_NEIGHBOUR))
        cosines[:, ~answered] = _NONE
        for row in -np.sort(-cosines, axis=1)[:, :NEIGHBOURS]:
            near.append(_mean(row[row > _NONE].tolist()) if (row > _NONE).any() else None)
    return Around(tuple(each), tuple(near))


def says(owner: Owner) -> str:
    """Return what two owners with the same answer share: the answer, white space and case aside."""
    return " ".join(owner.says.casefold().split())


def _support(
    outcomes: Sequence[Outcome],
    beside: Around,
    wrong: Collection[str],
    *,
    pairs: bool,
) -> Support | None:
    """Return the support of the answer whose confidences add up to most; of equal ones by key."""
    totals: Counter[str] = Counter()
    owners: dict[str, Counter[tuple[str, str]]] = {}
    by_key: dict[tuple[str, str], Owner] = {}
    each: list[dict[str, float]] = []
    firsts: Counter[str] = Counter()
    for outcome in outcomes:
        own: dict[str, float] = {}
        for owner, confidence in zip(outcome.owners, outcome.own, strict=True):
            said = says(owner)
            if isinstance(owner.item, FaqPair) is not pairs or said in wrong or said in own:
                continue
            if not own:
                firsts[said] += 1
            own[said] = confidence
            by_key.setdefault(owner.key, owner)
            owners.setdefault(said, Counter())[owner.key] += 1
        totals.update(own)
        each.append(own)
    if not totals:
        return None
    best = min(totals, key=lambda said: (-round(totals[said], 6), min(owners[said])))
    key = min(owners[best], key=lambda one: (-owners[best][one], one))
    odds = _mean([logit(own.get(best, 0.0)) for own in each])
    neighbours = [sure if said == best else 0.0 for own in beside.given for said, sure in own]
    return Support(
        owner=by_key[key],
        confidence=round(1.0 / (1.0 + math.exp(-odds)), 6),
        share=round(firsts[best] / len(outcomes), 6),
        neighbours=_mean(neighbours) if neighbours else None,
    )


def _similarity(outcome: Outcome) -> float:
    return max((ranked.similarity for ranked in outcome.ranked), default=0.0)


def _known(asker: Asker, text: str) -> float:
    """Return the share of the telling words that the library has; 1 of none."""
    own = asker.terms
    telling = [word for word in dict.fromkeys(terms(text)) if not is_function_word(word)]
    return sum(word in own for word in telling) / len(telling) if telling else 1.0


def logit(confidence: float) -> float:
    """Return ln of the odds of a confidence, kept ``LEAST_CONFIDENCE`` away from 0 and 1."""
    kept = min(max(confidence, LEAST_CONFIDENCE), 1.0 - LEAST_CONFIDENCE)
    return math.log(kept / (1.0 - kept))


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 6) if values else 0.0
